"""What somebody of limited sight is given in place of the data folder: one made of what they may see, nothing else.

Every page, paper, export and command reads a data folder, so none of them can forget a limit; and figures of units that
are not in it cannot be had from sums, because the sums are made of what is.
"""

import csv
import hashlib
import os
import shutil
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb
import tomli_w
from filelock import FileLock

from cchc import disk
from cchc.access.people import Person, Role, Sight
from cchc.access.place import ENTERED, SEEN
from cchc.rules import references
from cchc.schema import DOSSIER
from cchc.store import manifests, months, origin, pointers, snapshots, tables, unnamed
from cchc.store.origin import Counts
from cchc.store.snapshots import Snapshot
from cchc.text import UserError

# Raised when something else of the same snapshot may be seen by the same people.
_RULES = "3"
# Published with the figures of units by name.
_OF_ALL_UNITS = ("published.csv", "map.geojson")
# What people write of an area, for whoever may read all of its dossiers.
_WRITTEN = (ENTERED, "mappings", "reference")


def folder(data: Path, person: Person, needs: Role, dataset: str = "", snapshot_id: str = "") -> Path:
    """The data folder as somebody may see it on a page for the role it `needs` while they look at an area: `data`
    itself where nothing is kept back from them, else one below it with what that role lets them see.

    Of an area seen in part it has the current snapshot and the one asked for, with the dossiers of the units whose
    figures they may see; of those they may not list, sensitive ones are left out, and numbers of the others replaced by
    places in the order of receipt.
    What people wrote is in it only where nothing of the area is kept back. Raises Damaged when a snapshot of the area
    is, and UserError when the disk cannot be written to.
    """
    areas = snapshots.datasets(data)
    # Who has not that role in an area is refused by the page, and has the menu of a reader around the refusal.
    sights = {area: sight for area in areas if (sight := person.sight(area, needs) or person.sight(area))}
    if len(sights) == len(areas) and all(sight.is_whole for sight in sights.values()):
        return data
    whole_here = dataset in sights and sights[dataset].is_whole
    place = data / SEEN / _key(sights, whole_here)
    with disk.writing(place):
        (place / "snapshots").mkdir(parents=True, exist_ok=True)
        os.utime(place)
        _link(data, place, [name for name in _WRITTEN if whole_here])
        for area, sight in sights.items():
            if sight.is_whole:
                _link(data / "snapshots", place / "snapshots", [area])
            elif area == dataset:
                _show(data, area, sight, place / "snapshots" / area, ["", snapshot_id])
            else:
                with suppress(UserError):  # said on the page of that area
                    _show(data, area, sight, place / "snapshots" / area, [""])
    return place


def forget(data: Path, days: int = 30) -> None:
    """Remove what was made for people of limited sight and not looked at for so many days; it is made again."""
    since = time.time() - days * 86_400
    for place in pointers.folders(data / SEEN):
        if place.stat().st_mtime < since:
            disk.remove(place)


def _key(sights: Mapping[str, Sight], whole_here: bool) -> str:
    parts = [f"{area}:{_sorted(sight.figures)}:{_sorted(sight.dossiers)}" for area, sight in sorted(sights.items())]
    return hashlib.sha256("\n".join([_RULES, *parts, str(whole_here)]).encode()).hexdigest()[:24]


def _sorted(units: frozenset[str] | None) -> str:
    return "*" if units is None else repr(sorted(units))


def _link(source: Path, place: Path, names: Iterable[str]) -> None:
    for name in names:
        (source / name).mkdir(exist_ok=True)
        if not (place / name).is_symlink():
            with suppress(FileExistsError):  # somebody else just did
                (place / name).symlink_to((source / name).resolve(), target_is_directory=True)


def _show(data: Path, area: str, sight: Sight, shelf: Path, asked: Iterable[str]) -> None:
    """Bring a shelf up to date: the snapshots asked for ("": the current one), and the notes about them."""
    current = snapshots.current_id(data, area)
    taken_back = pointers.retracted(snapshots.shelf_of(data, area))
    for wanted in dict.fromkeys(asked):
        original = snapshots.get(data, area, wanted) if wanted else snapshots.current(data, area)
        if original is None or not _shown(original, sight, shelf):
            continue
        if wanted not in ("", original.id):
            pointers.note_rebuilt(shelf, wanted, original.id)
    for each in pointers.folders(shelf):
        if each.name in taken_back:
            pointers.note_retracted(shelf, each.name, taken_back[each.name])
    if not current:
        pointers.point_to_none(shelf)
    elif (shelf / current).exists():
        pointers.point(shelf, current)
    elif pointers.current(shelf):  # of the current one they may see nothing
        pointers.point_to_none(shelf)


def _shown(original: Snapshot, sight: Sight, shelf: Path) -> bool:
    """Whether the snapshot is on the shelf, made now if need be; not where nothing of it may be seen."""
    final = shelf / original.id
    if final.exists():
        return True
    figures, dossiers = (_units(original, units) for units in (sight.figures, sight.dossiers))
    with disk.writing(shelf, duckdb.IOException):
        shelf.mkdir(parents=True, exist_ok=True)
        with FileLock(shelf / ".lock"), disk.scratch(shelf) as building:
            if final.exists():
                return True
            if not _build(snapshots.whole(original), figures, dossiers, building):
                return False
            disk.seal(building)
            building.rename(final)
            return True


def _units(snapshot: Snapshot, wanted: frozenset[str] | None) -> set[str] | None:
    """The ids of the units meant with all those that they alone follow. A text means the unit of the data date that has
    it as id or code, whatever unit had the code before; without one, the unit of another day that has the id."""
    if wanted is None:
        return None
    known = snapshot.references
    of_today = [unit for unit in known.units.values() if unit.is_valid(snapshot.as_of)]
    meant = {text: {unit.id for unit in of_today if text in (unit.id, unit.code)} for text in wanted}
    found: set[str] = set().union(*(ids or ({text} & known.units.keys()) for text, ids in meant.items()))
    heirs: dict[str, set[str]] = {}
    for each in known.successions:
        heirs.setdefault(each.old, set()).add(each.new)
    while more := {old for old, new in heirs.items() if new <= found} - found:
        found |= more
    # One whose heirs are not all theirs cannot be followed to its end.
    while cut := {old for old in found if not heirs.get(old, set()) <= found}:
        found -= cut
    return found


def _build(original: Snapshot, figures: set[str] | None, dossiers: set[str] | None, building: Path) -> int:
    """Write what may be seen of a snapshot into `building`; how many dossiers that are."""
    rows = building / "rows.parquet"
    kept_back = original.declared.kept_back
    kept = _copy_rows(original, figures, dossiers, kept_back, rows)
    if not kept:
        return 0
    others = _others(original, figures)
    _write_references(original.folder / "references", others, building)
    if original.declared.dataset.unnamed_others:
        unnamed.write(original, others, kept_back, building)
    if kept_back and (dossiers is not None and (figures is None or not figures <= dossiers)):
        _say_withheld(building / "references")
    limited = references.read(building / "references")
    source = tables.open_source(rows, building / ".spill")
    try:
        labels = tables.labels(source.rows)
        counted = months.counted(source.rows, limited.calendar)
        named = months.write(source, counted, limited, original.as_of, building, str(original.manifest["id"]))
    finally:
        source.connection.close()
    rows.unlink()
    shutil.rmtree(building / ".spill", ignore_errors=True)
    came_from = replace(
        origin.read(original.manifest["origin"]), sources=(), counts=Counts(kept, kept), mapping="",
        dropped_columns=(), problems={},
    )  # fmt: skip
    manifest: dict[str, Any] = {
        **original.manifest,
        "dossiers": kept,
        "labels": labels,
        "parts": months.written(named),
        "origin": asdict(came_from),
        "files": manifests.digests(building),
    }
    manifests.write(manifest, building)
    return kept


def _others(snapshot: Snapshot, figures: set[str] | None) -> set[str]:
    return set() if figures is None else set(snapshot.references.units) - figures


def _say_withheld(into: Path) -> None:
    """Figures are without what is kept back, so those published of everything would tell it by subtraction."""
    about = into / "dataset.toml"
    told = tomllib.loads(about.read_text(encoding="utf-8"))
    told["sensitive"]["withheld"] = True
    about.write_text(tomli_w.dumps(told), encoding="utf-8")
    (into / "published.csv").unlink(missing_ok=True)


def _copy_rows(
    original: Snapshot, figures: set[str] | None, dossiers: set[str] | None, kept_back: Sequence[str], out: Path
) -> int:
    """Dossiers as they may be seen, as canonical rows; how many."""
    listed = "($all or list_contains($dossiers, unit))"
    # A place among what is kept: among all dossiers it would tell how many there are between two.
    place = "row_number() over (order by received_at, dossier_id)"
    number = f"case when {listed} then dossier_id else printf('#%09d', {place}) end"
    counter = "case when $whole or list_contains($figures, receiving_unit) then receiving_unit end"
    shown = {"dossier_id": number, "receiving_unit": counter}
    columns = ", ".join(f"{shown.get(name, name)} as {name}" for name in DOSSIER.names)
    values = {
        "all": dossiers is None, "dossiers": sorted(dossiers or ()), "whole": figures is None,
        "figures": sorted(figures or ()), "kept_back": list(kept_back),
    }  # fmt: skip
    with duckdb.connect() as connection:
        tables.stored(connection, months.dossiers_of(original.folder)).create_view("stored")
        sql = (
            f"select {columns} from stored where ($whole or list_contains($figures, unit))"
            f" and ({listed} or not list_contains($kept_back, procedure))"
        )
        connection.execute(f"copy ({sql}) to $out (format parquet)", values | {"out": str(out)})
        [(kept,)] = connection.execute("select count(*) from read_parquet(?)", [str(out)]).fetchall()
    return int(kept)


def _write_references(source: Path, others: set[str], building: Path) -> None:
    """The references without a word about the `others`."""
    into = building / "references"
    references.freeze(source, into)
    if not others:
        return
    for name in _OF_ALL_UNITS:
        (into / name).unlink(missing_ok=True)
    for name in ("units.csv", "targets.csv", "successors.csv"):
        if (into / name).exists():
            _without_lines(into / name, others)
    models = into / "service_models.toml"
    if models.exists():
        left = _without(tomllib.loads(models.read_text(encoding="utf-8")), others)
        left["model"] = [each for each in left.get("model", []) if each.get("units")]
        models.write_text(tomli_w.dumps(left), encoding="utf-8")


def _without_lines(path: Path, others: set[str]) -> None:
    """A table without the lines of other units; one of them as a parent is left out of its cell."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = list(reader.fieldnames or ()), list(reader)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in rows:
            if others.isdisjoint((row.get("unit", ""), row.get("old", ""), row.get("new", ""))):
                writer.writerow({**row, "parent": ""} if row.get("parent") in others else row)


def _without(value: Any, others: set[str]) -> Any:
    """A value of TOML without the others, and without the tables that are about one of them."""
    if isinstance(value, dict):
        return {key: _without(each, others) for key, each in value.items() if key not in others}
    if isinstance(value, list):
        return [_without(each, others) for each in value if not _is_about(each, others)]
    return value


def _is_about(value: Any, others: set[str]) -> bool:
    return value in others if isinstance(value, str) else isinstance(value, dict) and value.get("unit") in others
