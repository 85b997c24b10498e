"""Snapshots: build from dossiers, publish atomically, list, verify, and open read-only."""

import datetime
import hashlib
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from cchc import disk
from cchc.access import people, record
from cchc.rules import references, worktime
from cchc.rules.boundaries import Boundaries
from cchc.rules.references import References, freeze
from cchc.store import density, manifests, months, pointers, tables
from cchc.store.density import Coverage
from cchc.store.manifests import Damaged, Outdated
from cchc.store.months import Part
from cchc.store.origin import Origin
from cchc.text import Progress, Text, UserError, silent

# Raised whenever the same dossiers would be counted differently, so that the snapshot id changes with it.
RULES_VERSION = 2
# Raised whenever the files of a snapshot are others than before: an older one is then said to be so, not misread.
LAYOUT_VERSION = 11
# Raised when ids are made of other things, or in another way.
_ID_VERSION = 4
_RULES = f"{RULES_VERSION} {LAYOUT_VERSION}"
_LIBRARIES = ("duckdb", "pyarrow", "pandas", "holidays")


@dataclass(frozen=True)
class Snapshot:
    """A published, immutable folder; its id is the cache key of every figure computed from it."""

    folder: Path
    manifest: Mapping[str, Any]
    boundaries: Boundaries = "then"

    def __hash__(self) -> int:
        return hash((self.folder, self.boundaries))

    def under(self, boundaries: Boundaries) -> "Snapshot":
        """The same figures by the units of each day ("then"), or by those of the data date ("now")."""
        return replace(self, boundaries=boundaries)

    @property
    def dataset(self) -> str:
        return str(self.manifest["dataset"])

    @property
    def id(self) -> str:
        return str(self.manifest["id"])

    @property
    def as_of(self) -> datetime.date:
        return datetime.date.fromisoformat(self.manifest["as_of"])

    @property
    def start(self) -> datetime.date:
        """The first day the data covers: before it nothing is known but what was still open on it."""
        return self.coverage.start

    @property
    def coverage(self) -> Coverage:
        """The same, and whether an export said so."""
        return density.read(self.folder, self.manifest)

    @property
    def demo(self) -> bool:
        return bool(self.manifest["origin"]["demo"])

    @property
    def labels(self) -> Mapping[str, list[str]]:
        """What its dossiers say in each column of schema.BESIDE, where they say anything there."""
        told: dict[str, list[str]] = self.manifest.get("labels", {})
        counters = {self.references.stands.get(unit, unit) for unit in told.get("receiving_unit", ())}
        return {**told, "receiving_unit": sorted(counters)} if counters else told

    @property
    def is_readable(self) -> bool:
        """Whether its files are laid out as this version of the product reads them."""
        return self.manifest.get("layout_version") == LAYOUT_VERSION

    @property
    def references(self) -> References:
        return _frozen(self.folder, self.as_of if self.boundaries == "now" else None)

    @property
    def declared(self) -> References:
        """The references by the units of each day, whatever units the figures are by: service models are theirs."""
        return self.under("then").references


@lru_cache(maxsize=64)
def _frozen(folder: Path, today: datetime.date | None) -> References:
    return _frozen(folder, None).as_of_today(today) if today else references.read(folder / "references")


# Dossiers to publish: in memory, in files, or whatever opens them with a folder for what does not fit into memory.
Given: TypeAlias = pa.Table | Path | Sequence[Path] | Callable[[Path], tables.Source]


def publish(
    dossiers: Given,
    references_folder: Path,
    as_of: datetime.date,
    origin: Origin,
    data: Path,
    kept: Sequence[Path] = (),
    progress: Progress = silent,
) -> tuple[Snapshot, bool]:
    """Publish dossiers (columns of schema.DOSSIER, in a table or a Parquet file) as the current snapshot, with those of
    parts of a published one that are kept as they are: of other months of receipt.

    Returns the snapshot and whether it is new: the same dossiers, references and rules give the same id and
    nothing is written. A reader sees the old snapshot or the new one; a crash at any moment leaves the old one.
    Raises UserError when another import was published since `origin.base`, or the as-of date is still to come, and
    Refused unless an editor of the area acts.
    """
    worktime.check_as_of(as_of)
    known = references.read(references_folder)
    people.require("editor", known.dataset.id)
    shelf = shelf_of(data, known.dataset.id)
    with disk.writing(shelf, duckdb.IOException), pointers.building(shelf) as building:
        _check_base(shelf, origin)
        published_at = datetime.datetime.now().isoformat(timespec="seconds")
        snapshot, new = build(dossiers, kept, references_folder, known, as_of, origin, published_at, building, progress)
        if new or pointers.current(shelf) != snapshot.id:
            files = " ".join(each.sha256 for each in origin.sources)
            record.add(data, "publish", known.dataset.id, f"{snapshot.id} {files}".strip())
        pointers.point(shelf, snapshot.id)
        return snapshot, new


def build(
    dossiers: Given,
    kept: Sequence[Path],
    references_folder: Path,
    references: References,
    as_of: datetime.date,
    origin: Origin,
    published_at: str,
    building: Path,
    progress: Progress = silent,
) -> tuple[Snapshot, bool]:
    """The snapshot of these dossiers, made in an empty folder of its shelf, and whether it is new; see `publish`."""
    shelf = building.parent
    freeze(references_folder, building / "references")
    spill = building / ".spill"
    source = dossiers(spill) if callable(dossiers) else tables.open_source(dossiers, spill, kept)
    try:
        receipts = density.receipts_in(source.rows, "every")
        if not receipts:
            raise UserError(
                Text(
                    f"Không có hồ sơ nào để công bố cho {references.dataset.id}; kiểm tra lại tệp nguồn.",
                    f"There is no dossier to publish for {references.dataset.id}; check the source file.",
                )
            )
        coverage = density.of(receipts, origin.covers_from)
        made_of = [*months.counted(source.rows, references.calendar, source.summed), *months.kept(kept)]
        counted = [months.content_hash(made_of), *density.beyond_the_rule(receipts, coverage)]
        snapshot_id = f"{as_of.isoformat()}-{_content_hash(counted, building, as_of, origin)}"
        if _is_outdated(shelf / snapshot_id):
            # What was published is not replaced: the same dossiers in other files stand beside it.
            snapshot_id = f"{snapshot_id}-{LAYOUT_VERSION}"
        final = shelf / snapshot_id
        if is_whole(final):
            return load(final), False
        labels = tables.labels(source.rows)
        named = months.write(source, made_of, references, as_of, building, _RULES, shelf, progress)
    finally:
        source.connection.close()
    shutil.rmtree(spill, ignore_errors=True)
    manifest = {
        "dataset": references.dataset.id,
        "id": snapshot_id,
        "as_of": as_of.isoformat(),
        "coverage": density.written(coverage),
        "published_at": published_at,
        "rules_version": RULES_VERSION,
        "layout_version": LAYOUT_VERSION,
        "dossiers": sum(receipts.values()),
        "labels": labels,
        "parts": months.written(named),
        "origin": asdict(origin.counted(sum(receipts.values()))),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "files": manifests.digests(building),
    }
    manifests.write(manifest, building)
    problems = check(Snapshot(building, manifests.read(building)))
    if problems:
        raise AssertionError(f"the new snapshot contradicts itself: {[p.en for p in problems]}")
    disk.seal(building)
    if final.exists():
        disk.remove(final)
    building.rename(final)
    disk.sync(shelf)
    return load(final), True


def is_whole(folder: Path) -> bool:
    """Whether a published folder is there and undamaged; a damaged one is replaced by publishing it again."""
    try:
        return folder.exists() and not check(load(folder))
    except Damaged:
        return False


def _is_outdated(folder: Path) -> bool:
    """Whether there is a folder that another version published, damaged since or not."""
    with suppress(Damaged):
        return not read(folder).is_readable
    return False


def _check_base(shelf: Path, origin: Origin) -> None:
    if origin.base is not None and origin.base != pointers.current(shelf):
        raise UserError(
            Text(
                "Một lần nhập khác vừa được công bố; hãy nhập lại tệp này để không mất hồ sơ nào.",
                "Another import was published meanwhile; import this file again so that no dossier is lost.",
            )
        )


def _content_hash(counted: list[str], building: Path, as_of: datetime.date, origin: Origin) -> str:
    """Hash of what is counted: dossiers, references, as-of date and rules; not of files on disk."""
    parts = [*counted, as_of.isoformat(), str(RULES_VERSION), str(_ID_VERSION), str(origin.demo)]
    parts += [f"{path.name}={disk.digest(path)}" for path in disk.files(building / "references")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def load(folder: Path) -> Snapshot:
    """The snapshot in `folder`. Raises Damaged when its manifest is missing, changed, or that of another snapshot or
    area, and Outdated when it is of another version."""
    found = read(folder)
    if not found.is_readable:
        raise Outdated(
            Text(
                f"Bản số liệu {folder.name} do phiên bản khác của phần mềm tạo ra; chạy: python -m cchc rebuild",
                f"The snapshot {folder.name} was made by another version of the product; run: python -m cchc rebuild",
            )
        )
    return found


def read(folder: Path) -> Snapshot:
    """The snapshot in `folder`, of any version. Raises Damaged when its manifest is missing, changed, or says that the
    snapshot belongs elsewhere."""
    found = Snapshot(folder, manifests.read(folder))
    if (found.dataset, found.id) != (folder.parent.name, folder.name):
        raise Damaged(
            Text(
                f"Bản số liệu {folder.name} nằm sai chỗ: đây là bản {found.id} của khu vực {found.dataset}; chuyển nó "
                "về đúng thư mục.",
                f"The snapshot {folder.name} lies in the wrong place: it is {found.id} of the dataset "
                f"{found.dataset}; move it back.",
            )
        )
    return found


def published(data: Path, dataset: str) -> list[Snapshot]:
    """Readable snapshots of a dataset, newest data first; damaged manifests are left out (see `verifying`)."""
    found = []
    for folder in pointers.folders(shelf_of(data, dataset)):
        with suppress(Damaged):
            found.append(load(folder))
    return sorted(found, key=lambda s: (s.as_of, s.manifest["published_at"]), reverse=True)


def datasets(data: Path) -> list[str]:
    """Ids of the datasets that have a published snapshot, in alphabetical order."""
    return sorted(shelf.name for shelf in pointers.folders(data / "snapshots") if _holds_any(shelf))


def _holds_any(shelf: Path) -> bool:
    """Whether a shelf has a snapshot; also where it cannot be looked into, so that the area is not forgotten."""
    try:
        return bool(pointers.folders(shelf))
    except Damaged:
        return True


def current(data: Path, dataset: str) -> Snapshot | None:
    """The current snapshot; None if none was published or all are retracted. Raises Damaged if it is, or is unknown."""
    shelf = shelf_of(data, dataset)
    pointer, names = pointers.current(shelf), {folder.name for folder in pointers.folders(shelf)}
    if not pointer and names <= retracted(data, dataset).keys():
        return None
    if pointer not in names:
        raise Damaged(
            Text(
                f"Không rõ bản số liệu nào của {dataset} là hiện hành; chọn một bản, hoặc nhập lại để công bố bản mới.",
                f"Nothing says which snapshot of {dataset} is current; choose one, or import again.",
            )
        )
    return load(shelf / pointer)


def ids(data: Path, dataset: str) -> set[str]:
    """The ids of all published snapshots of a dataset, damaged ones included."""
    return {folder.name for folder in pointers.folders(shelf_of(data, dataset))}


def current_id(data: Path, dataset: str) -> str:
    """The id the pointer names, whether or not that snapshot can be read; "" if none was published."""
    return pointers.current(shelf_of(data, dataset))


def get(data: Path, dataset: str, snapshot_id: str) -> Snapshot | None:
    """The snapshot that has that id, or had it before it was published again; None if there is none.

    Raises Damaged when it cannot be read.
    """
    shelf = shelf_of(data, dataset)
    names = {folder.name for folder in pointers.folders(shelf)}
    now = pointers.rebuilt(shelf).get(snapshot_id, snapshot_id)
    found = now if now in names else snapshot_id
    return load(shelf / found) if found in names else None


def wanted(data: Path, dataset: str, snapshot_id: str) -> Snapshot | None:
    """The snapshot that has that id ("": the current one), whole in every file; None if it is gone.

    Raises Damaged when it cannot be read, or when a file of it is not as it was published.
    """
    found = get(data, dataset, snapshot_id) if snapshot_id else current(data, dataset)
    return whole(found) if found else None


def whole(snapshot: Snapshot) -> Snapshot:
    """The same snapshot; raises Damaged when a file of it is not as it was published."""
    if wrong := check(snapshot):
        raise Damaged(wrong[0])
    return snapshot


def last_good(data: Path, dataset: str) -> Snapshot | None:
    """The newest snapshot that was not taken back and whose every checksum holds; None if there is none."""
    taken_back = retracted(data, dataset)
    with suppress(Damaged):  # a shelf that cannot be read
        return next((each for each in published(data, dataset) if each.id not in taken_back and not check(each)), None)
    return None


def retracted(data: Path, dataset: str) -> Mapping[str, datetime.datetime]:
    """When each snapshot that was taken back was (local time), by its id; see `retraction`."""
    marked = pointers.retracted(shelf_of(data, dataset))
    return {each: datetime.datetime.fromisoformat(at) for each, at in marked.items()}


def check(snapshot: Snapshot) -> list[Text]:
    """What is wrong with the files of a snapshot: missing, changed by as little as one byte, or too many."""
    return manifests.differences(snapshot.folder, snapshot.manifest["files"])


def connect(snapshot: Snapshot, sums: Iterable[str] = ()) -> duckdb.DuckDBPyConnection:
    """A connection that can read this snapshot and nothing else; take `.cursor()` for every query. It has dossiers,
    ledger, units and procedures, and of the sums and stocks those in `sums`."""
    opened = _opened(snapshot)
    opened.load(sums)
    return opened.connection


def files(
    snapshot: Snapshot, table: str, first: datetime.date = datetime.date.min, last: datetime.date = datetime.date.max
) -> list[str]:
    """The files of `dossiers` or `ledger` with all that happened, or was open, from `first` to `last`, in the order of
    receipt: at least one."""
    every = _parts(snapshot)
    chosen = [name for name, part in every.items() if part.may_have(first, last)] or list(every)[:1]
    return [str(snapshot.folder / months.FOLDER / name / f"{table}.parquet") for name in chosen]


@lru_cache(maxsize=64)
def _parts(snapshot: Snapshot) -> Mapping[str, Part]:
    return months.read(snapshot.manifest)


# Few: each holds small tables of its snapshot in memory.
@lru_cache(maxsize=8)
def _opened(snapshot: Snapshot) -> tables.Opened:
    return tables.open_published(snapshot.folder, months.folders(snapshot.folder), snapshot.references)


def shelf_of(data: Path, dataset: str) -> Path:
    """The folder of an area's snapshots. Raises UserError when its id could lead elsewhere."""
    return data / "snapshots" / references.checked_id(dataset)
