"""From an export and a mapping to dossiers, and the list of what was wrong with it."""

import datetime
import json
import weakref
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Keyed
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from cchc import config, disk
from cchc.importing import (
    covering,
    doubts,
    drafts,
    headings,
    judged,
    judging,
    lists,
    merging,
    naming,
    problems,
    since,
    stated,
    swapping,
    totals,
    unread,
    values,
)
from cchc.importing import mapping as mapping_files
from cchc.importing.dates import Reading
from cchc.importing.headings import Head
from cchc.importing.mapping import Mapping
from cchc.importing.matching import Unknown
from cchc.importing.parts import Part
from cchc.importing.problems import Problem, Report
from cchc.importing.reading import Export
from cchc.importing.sources import open_export
from cchc.rules import references, worktime
from cchc.rules.references import References
from cchc.store import months, snapshots, tables
from cchc.store import origin as origins
from cchc.store.manifests import Damaged, Outdated
from cchc.store.origin import Origin, Source
from cchc.store.snapshots import Snapshot
from cchc.text import NOT_AVAILABLE, Language, Progress, Text, UserError, silent

__all__ = ["Prepared", "Problem", "Report", "Unknown", "mappings", "read_export", "write_problems"]

Wanted = Mapping | str | Path | None
# Shares of the progress bar.
_READ, _JUDGED = 0.6, 0.85
_MEMORY = "2500MB"


def mappings() -> list[str]:
    """Names of the mappings that ship with the product."""
    return mapping_files.shipped()


def write_problems(report: Report, path: Path, language: Language) -> None:
    """Write every problem of `report` as CSV in the reader's language."""
    problems.write(report.problems, path, language)


class Prepared:
    """A judged export, ready to be published. Its files lie in a private folder that `close` removes, or the end of
    this object: a preview may be left by closing the tab."""

    def __init__(
        self,
        report: Report,
        dossiers: tuple[Path, Sequence[Path]],
        folder: Path,
        origin: Origin,
        run: "_Run",
        references_: References,
        first_rows: list[dict[str, Any]],
    ) -> None:
        self.report, self.references, self.first_rows = report, references_, first_rows
        # The dossiers of the months of receipt that change, and the published parts of the others.
        self.dossiers, self._kept = dossiers
        self._references, self._origin, self._run = folder, origin, run
        self._remove = weakref.finalize(self, run.room.close)

    def publish(self, accepted: Collection[str] = (), progress: Progress = silent) -> tuple[Snapshot, bool]:
        """The new current snapshot, and whether it is new; see `snapshots.publish`.

        Raises UserError when no row of the export could be used, when the files of this import are gone, or when
        something needs an explicit yes (see `doubts`) and its name is not among those accepted.
        """
        counts, run = self.report.counts, self._run
        if not self.dossiers.is_file() or not (self._references / "dataset.toml").is_file():
            raise UserError(
                Text(
                    "Tệp tạm của lần kiểm tra này không còn trên máy; hãy kiểm tra lại các tệp rồi công bố.",
                    "The working files of this check are gone from the machine; check the files again, then publish.",
                )
            )
        if counts.read == counts.rejected:
            raise UserError(
                Text(
                    f"Cả {counts.read} hàng đều bị loại; xem danh sách vấn đề rồi sửa tệp hoặc ánh xạ.",
                    f"All {counts.read} rows were rejected; see the problems, then mend the file or the mapping.",
                )
            )
        doubts.check(self.report, accepted)
        as_of = max(self.report.as_of, run.current.as_of) if run.current else self.report.as_of
        return snapshots.publish(self.dossiers, self._references, as_of, self._origin, run.data, self._kept, progress)

    def close(self) -> None:
        """Remove the files of this import."""
        self._remove()

    def __enter__(self) -> "Prepared":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_export(
    files: Sequence[Path],
    dataset: str,
    as_of: datetime.date | None,
    *,
    mapping: Wanted,
    data: Path,
    progress: Progress = silent,
    covers_from: datetime.date | None = None,
) -> Prepared:
    """Read and judge `files` (a later one supersedes an earlier one) and merge them with the current snapshot.

    `as_of` None takes the day of the last event in them, `covers_from` None the first day from which receipts are dense
    (see `density`), unless an earlier export declared one. `mapping` is one, a shipped name or a TOML file; None takes
    the area's own where it fits, else finds it from the headings. Nothing under `data` is written before
    `Prepared.publish`. Raises UserError when a file cannot be read or is not what the mapping says.
    """
    _check_names(files, dataset)
    if as_of is not None:
        worktime.check_as_of(as_of)
    disk.sweep(data)
    room = ExitStack()
    try:
        # Whatever is full or read-only here is the temp folder: nothing else is written before publishing.
        with disk.writing(None, duckdb.IOException):
            return _Run(files, dataset, (covers_from, as_of), data, room, progress).prepare(mapping)
    except BaseException:
        room.close()
        raise


def _check_names(files: Sequence[Path], dataset: str) -> None:
    references.checked_id(dataset)
    if not files:
        raise UserError(Text("Chưa chọn tệp nào để nhập.", "No file was chosen to import."))
    for path in files:
        if not path.is_file():
            raise UserError(
                Text(
                    f"Không có tệp {path}, hoặc đó là thư mục; kiểm tra lại đường dẫn.",
                    f"There is no file {path}, or it is a folder; check the path.",
                )
            )


class _Run:
    """One run of read_export: what was asked for, and the snapshot its dossiers are merged with."""

    def __init__(
        self,
        files: Sequence[Path],
        dataset: str,
        span: tuple[datetime.date | None, datetime.date | None],
        data: Path,
        room: ExitStack,
        say: Progress,
    ) -> None:
        self.files, self.dataset, self.data, (self.covers_from, self.as_of) = files, dataset, data, span
        self.room, self.folder, self.say = room, room.enter_context(disk.scratch()), say
        self.notes: list[Text] = []
        self.stated: stated.Span = (None, None)
        self.pointer = snapshots.current_id(data, dataset)
        self.base = self._usable()
        self.current = self._mergeable()
        if self.current:
            covering.check_not_ahead(self.current)

    def _usable(self) -> Snapshot | None:
        """The current snapshot; the newest whole one, and a note, when the current one is damaged.

        Raises Outdated when it is of another version: its dossiers are whole, and would be left out.
        """
        try:
            current = snapshots.current(self.data, self.dataset)
            if current is None or not snapshots.check(current):
                return current
        except Outdated:
            raise
        except Damaged:
            pass
        good = snapshots.last_good(self.data, self.dataset)
        name = good.id if good else NOT_AVAILABLE
        self.notes.append(
            Text(
                f"Bản số liệu hiện hành bị hỏng; tệp này được gộp vào bản nguyên vẹn gần nhất: {name}.",
                f"The current snapshot is damaged; this export is added to the last good one: {name}.",
            )
        )
        return good

    def _mergeable(self) -> Snapshot | None:
        """The usable snapshot if its dossiers belong together with those of the export."""
        current = self.base
        if current is not None and current.demo:
            self.notes.append(
                Text(
                    "Số liệu đang dùng là dữ liệu minh họa nên không gộp; bộ dữ liệu bắt đầu lại từ tệp này.",
                    "The current data is a demonstration and not merged; the dataset starts afresh from this export.",
                )
            )
            return None
        return current

    def prepare(self, wanted: Wanted) -> Prepared:
        with ThreadPoolExecutor(1) as pool:
            digests = pool.map(disk.digest, self.files)
            mapping, parts = self._read(wanted)
            sources = tuple(
                Source(path.name, sha256, path.stat().st_size) for path, sha256 in zip(self.files, digests, strict=True)
            )
        options: dict[str, Any] = {"temp_directory": str(self.folder / "spill"), "memory_limit": _MEMORY}
        with duckdb.connect(config=options) as connection:
            judging.show(connection, parts)
            self.filled = lists.fill(connection, [part for _, part in parts])
            return self._judge(connection, mapping, [part for _, part in parts], sources)

    def _mapping(self, wanted: Wanted, heads: list[Head]) -> Mapping:
        if isinstance(wanted, Mapping):
            return wanted
        return (
            headings.recognise(heads, drafts.saved(self.data, self.dataset))
            if wanted is None
            else mapping_files.read(wanted)
        )

    def _read(self, wanted: Wanted) -> tuple[Mapping, list[tuple[int, Part]]]:
        """The mapping, and the parts of every file with the number of the file."""
        exports: list[Export] = []
        try:
            for path in self.files:
                self.say(0.0, Text(f"Mở {path.name}", f"Opening {path.name}"))
                exports.append(open_export(path))
            heads = [head for export in exports for head in export.heads]
            totals.check(heads)
            mapping = self._mapping(wanted, heads)
            return mapping, [(n, part) for n, export in enumerate(exports) for part in self._load(n, export, mapping)]
        finally:
            for export in exports:
                export.close()

    def _load(self, number: int, export: Export, mapping: Mapping) -> list[Part]:
        path, share = self.files[number], _READ / len(self.files)
        layouts = headings.choose(export.heads, mapping)
        words = Text(f"Đọc {path.name}", f"Reading {path.name}")
        folder = self.folder / f"file{number}"
        folder.mkdir()
        parts = export.load(layouts, folder, lambda done: self.say((number + done) * share, words))
        if not sum(part.rows + len(part.malformed) for part in parts):
            raise UserError(
                Text(
                    f"Tệp {path.name} chỉ có hàng tiêu đề, không có hồ sơ nào.",
                    f"The file {path.name} has headings only and no dossiers.",
                )
            )
        self.notes += unread.notes(export, layouts, mapping, parts)
        above = (export.heads[number].rows[: layout.first] for number, layout in layouts.items())
        self.stated = stated.together([self.stated, *map(stated.span, above)])
        return parts

    def _judge(
        self, connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: list[Part], sources: tuple[Source, ...]
    ) -> Prepared:
        self.say(_READ, Text("Kiểm tra từng hồ sơ", "Judging every dossier"))
        readings = values.readings(connection, mapping, parts)
        swapped = tuple(swapping.find(connection, parts, readings))
        as_of = self.as_of or self._proposed(connection, readings)
        since.check(self.covers_from, as_of)
        named = self._settle(connection, mapping, parts, as_of)
        known = named.references
        strange = values.mean(connection, mapping, parts)
        self.notes += values.notes(connection, mapping, parts)
        judging.judge(connection, readings, as_of, known.dataset.late_by, mapping.key, values.given(mapping, parts))
        values.check(connection, parts, readings)
        merging.settle_repeats(connection)
        self.notes += covering.hourless(connection)
        covering.mark_lone(connection)
        self.say(_JUDGED, Text("Gộp với số liệu đã có", "Merging with the dossiers already there"))
        kept = merging.show_stored(connection, self._stored(connection, known), self._stored_key(mapping), mapping.key)
        dossiers = self.folder / "dossiers.parquet"
        replaced = merging.replaced(connection, known.successions)
        fates = merging.merge(connection, as_of, dossiers)
        merged = [dossiers, *tables.dossiers_of(kept)]
        covers = since.find(connection, merged, self.current.coverage if self.current else None, self.covers_from)
        if covers and not self.covers_from:
            self.notes += stated.offer(self.stated[0], covers.coverage.start, covers.was)
        dropped = tuple(sorted({title for part in parts for title in part.layout.dropped}))
        report = Report(
            dataset=self.dataset,
            as_of=as_of,
            mapping=mapping.name,
            counts=judged.count(connection, sum(len(part.malformed) for part in parts)),
            problems=judged.problems(connection, parts),
            dropped_columns=dropped,
            unknown=(*named.unknown, *strange),
            made=named.made,
            created_references=named.created,
            notes=tuple(self.notes),
            undated=judged.undated(connection),
            filled=self.filled,
            footers=lists.footers(connection),
            due_titles=tuple(dict.fromkeys(p.layout.titles["due_at"] for p in parts if "due_at" in p.layout.titles)),
            empty=tuple(values.empty(connection, parts)),
            last_event=covering.last_event(connection),
            swapped=swapped,
            fates=fates,
            replaced=replaced,
            names={u.id: u.name for u in known.units.values()} | {p.id: p.name for p in known.procedures.values()},
            since=covers,
        )
        origin = Origin(
            sources=sources,
            counts=report.counts,
            mapping=mapping.name,
            base=self.pointer,
            dropped_columns=dropped,
            problems=report.by_kind(),
            key=mapping.key,
            covers_from=covers.declared if covers else "",
        )
        self.say(1.0, Text("Đã đọc xong", "Read"))
        rows = judged.first_rows(connection)
        return Prepared(report, (dossiers, kept), named.folder, origin, self, named.references, rows)

    def _proposed(self, connection: duckdb.DuckDBPyConnection, readings: Keyed[str, Reading]) -> datetime.date:
        as_of, why = covering.proposed_as_of(connection, readings, self.stated[1])
        self.notes.append(why)
        return as_of

    def _settle(
        self, connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: list[Part], as_of: datetime.date
    ) -> naming.Naming:
        frozen = self.current.folder / "references" if self.current else None
        there = references.find(self.dataset, (self.data / "reference", config.REFERENCE)) or frozen
        into = self.folder / "references"
        return naming.settle(connection, self.dataset, mapping, parts, as_of, there, into)

    def _stored_key(self, mapping: Mapping) -> tuple[str, ...]:
        """What the ids of the current snapshot are made of.

        Raises UserError where the mapping makes others of which the stored ones cannot be made.
        """
        was = origins.read(self.current.manifest["origin"]).key if self.current else mapping.key
        if was not in (("id",), mapping.key):
            old, new = (json.dumps(list(key)) for key in (was, mapping.key))
            raise UserError(
                Text(
                    f"Hồ sơ đã có được phân biệt bằng id = {old}, tệp ánh xạ ghi id = {new}; ghi như cũ, nếu không mỗi "
                    "hồ sơ sẽ bị đếm hai lần.",
                    f"The dossiers already there are told apart by id = {old}, the mapping says id = {new}; write what "
                    "was, or every dossier would be counted twice.",
                )
            )
        return was

    def _stored(self, connection: duckdb.DuckDBPyConnection, references: References) -> list[Path]:
        """The parts of the current snapshot, once their dossiers are known to fit the references."""
        if self.current is None:
            return []
        stored = months.folders(self.current.folder)
        files = tables.dossiers_of(stored)
        if lost := judging.strangers(connection, files, references.units, references.procedures):
            names = ", ".join(lost[:5])
            raise UserError(
                Text(
                    f"Số liệu đang dùng có đơn vị hoặc thủ tục không còn trong danh mục: {names}; thêm lại vào "
                    f"units.csv hoặc procedures.csv của {self.dataset}.",
                    f"The current snapshot has units or procedures that the references lost: {names}; add them to "
                    f"units.csv or procedures.csv of {self.dataset} again.",
                )
            )
        return stored
