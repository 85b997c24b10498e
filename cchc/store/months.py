"""The parts of a snapshot, one a month of receipt: what is in each, what its name says, and which are used again."""

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import reduce
from operator import attrgetter, xor
from pathlib import Path
from typing import Any

import duckdb

from cchc import disk
from cchc.rules.references import References
from cchc.rules.worktime import Calendar
from cchc.schema import BY_NAME, DOSSIER, SOON
from cchc.store import manifests, pointers, tables
from cchc.store.manifests import Damaged
from cchc.text import Progress, Text, silent

FOLDER = "parts"
# So many dossiers are judged and counted at a time: memory is that of these, or of the largest month.
_AT_ONCE = 500_000
_DAY = datetime.timedelta(days=1)
# What a part holds is the verdicts of dossiers.sql on its dossiers, and they follow from nothing but this: the rows; of
# the references what units, procedures, lists and models say of the units and procedures that occur, in that month;
# the working days from when they may have been filed to when a deadline may be near; and the as-of date, as long as one
# of the days it is compared with (`settled`) is still to come.
_OF_REFERENCES = """
with pairs as (
    select distinct date_trunc('month', received_at)::date as month, unit, procedure from every
), of_pairs as (
    select unit, procedure, md5_number(concat_ws(chr(31), unit, level, procedure, field, coalesce(listed, ''))) as said
    from (select distinct unit, procedure from pairs)
    left join units using (unit) left join procedures using (procedure) left join listed using (unit, procedure)
), of_models as (
    select unit, procedure, valid_from, valid_to, md5_number(scope::varchar) as said from scope
), all_said as (
    select month, said from pairs join of_pairs using (unit, procedure)
    union all
    select month, said from pairs join of_models using (unit, procedure)
    where valid_from < month + interval 1 month and valid_to >= month
)
select month, bit_xor(said)::varchar from all_said group by month"""


def _said() -> str:
    """What a row says, whatever bytes it is stored in, as a text in SQL."""
    later = [name for name in DOSSIER.names if name in BY_NAME and BY_NAME[name].later]
    row = ", ".join(f"coalesce({name}::string, '')" for name in DOSSIER.names if name not in ("exported_on", *later))
    # Only what a later column says is hashed: silence in it changes no id.
    said = "".join(f" || coalesce(chr(30) || '{name}=' || {name}::string, '')" for name in later)
    return f"concat_ws(chr(31), {row}){said}"


_COUNTED = """
select cast(date_trunc('month', received_at) as date) as month, cast(exported_on as string), count(*),
    count(case when status not in ('done', 'withdrawn') or coalesce(finished_at, returned_at) is null then 1 end),
    cast(max(received_at) as date), cast(max(due_at) as date) + 1,
    cast(max(greatest(finished_at, returned_at)) as date), {}
from given group by all order by all"""


@dataclass(frozen=True)
class Part:
    """The dossiers received in the month that begins with `month`: how many, how many without an end, the as-of date
    from which on no verdict on any of them changes, and what they say, as a sum by the export they were stored from."""

    month: datetime.date
    dossiers: int
    open: int
    settled: datetime.date
    content: Mapping[str, str]

    def may_have(self, first: datetime.date, last: datetime.date) -> bool:
        """Whether anything may have happened to one of them from `first` to `last`, or one was open then."""
        return self.month <= last and (self.open > 0 or first <= self.settled)


def read(manifest: Mapping[str, Any]) -> dict[str, Part]:
    """The parts of a snapshot by name, in the order of their months; none where an older version published it."""
    day = datetime.date.fromisoformat
    return {
        name: Part(**{**each, "month": day(each["month"]), "settled": day(each["settled"])})
        for name, each in sorted(manifest.get("parts", {}).items())
    }


def written(parts: Mapping[str, Part]) -> dict[str, Any]:
    """How a manifest says it."""
    return {
        name: {**asdict(each), "month": each.month.isoformat(), "settled": each.settled.isoformat()}
        for name, each in parts.items()
    }


def folders(snapshot: Path) -> list[Path]:
    """The folders of the parts of a published snapshot, in the order of their months."""
    return sorted((snapshot / FOLDER).glob("*"))


def dossiers_of(snapshot: Path) -> list[Path]:
    """The files with the dossiers of a published snapshot, also of one made before there were parts."""
    return tables.dossiers_of(folders(snapshot)) or [snapshot / "dossiers.parquet"]


def counted(rows: tables.Rows, calendar: Calendar, summed: str = tables.Source.summed) -> list[Part]:
    """The parts that the rows `given` make up; `summed` is SQL for what their texts add up to."""
    months: dict[datetime.date, list[tuple[Any, ...]]] = {}
    for month, *row in rows.execute(_COUNTED.format(summed.format(_said()))).fetchall():
        months.setdefault(month, []).append(tuple(row))
    return [_part(month, each, calendar) for month, each in months.items()]


def _part(month: datetime.date, rows: Sequence[tuple[Any, ...]], calendar: Calendar) -> Part:
    exports, counts, are_open, received, past_due, ended, said = zip(*rows, strict=True)
    days = [calendar.next_working_day(max(received)), *(day for day in (*past_due, *ended) if day)]
    content = {export: str(_number(each)) for export, each in zip(exports, said, strict=True)}
    return Part(month, sum(counts), sum(are_open), max(days), content)


def _number(hashed: int | str) -> int:
    """A sum of hashes as DuckDB says it, from what it says or from their bytes in hexadecimal."""
    return hashed if isinstance(hashed, int) else int.from_bytes(bytes.fromhex(hashed), "little")


def kept(places: Sequence[Path]) -> list[Part]:
    """What the published parts in these folders hold, in their order. Raises Damaged when a snapshot of theirs does not
    say so."""
    said = {snapshot: read(manifests.read(snapshot)) for snapshot in {place.parent.parent for place in places}}
    return [said[place.parent.parent][place.name] for place in places]


def content_hash(parts: Iterable[Part]) -> str:
    """Hash of all their dossiers, in whatever order and parts; ids are unique, so no pair cancels."""
    return str([(reduce(xor, (int(said) for part in parts for said in part.content.values()), 0),)])


def write(
    source: tables.Source,
    parts: Sequence[Part],
    references: References,
    as_of: datetime.date,
    building: Path,
    rules: str,
    shelf: Path | None = None,
    progress: Progress = silent,
) -> dict[str, Part]:
    """Write the parts that `every` dossier is in, and what cannot be split, as Parquet files into `building`; those
    that a snapshot on the `shelf` has are linked; `progress` is told which month comes next. Returns them by name, in
    the order of their months.

    Raises AssertionError when a dossier got lost or doubled, because a unit, a procedure or an id is wrong.
    """
    connection = source.connection
    tables.check_ids(source.rows)
    tables.load_rules(connection, references, min(part.month for part in parts), as_of)
    named = _named(connection, parts, references, as_of, rules)
    there = _linked(shelf, named, building) if shelf else set()
    left = {name: part for name, part in named.items() if name not in there}
    source.begin([part.month for part in left.values()])
    done, every = 0, sum(part.dossiers for part in left.values())
    for few in _batches(left):
        places = {part.month: building / FOLDER / name for name, part in few.items()}
        month = min(places)
        progress(done / every, Text(f"Công bố, tháng {month:%m/%Y}", f"Publishing, {month:%m/%Y}"))
        done += sum(part.dossiers for part in few.values())
        tables.write_months(source, places)
        _check_count(connection, few)
    tables.write_whole(connection, folders(building), building)
    return named


def _check_count(connection: duckdb.DuckDBPyConnection, parts: Mapping[str, Part]) -> None:
    [(found,)] = connection.execute("select count(*) from dossiers").fetchall()
    if found != (wanted := sum(part.dossiers for part in parts.values())):
        raise AssertionError(f"{wanted} dossiers became {found}: a unit or a procedure is wrong")


def _named(
    connection: duckdb.DuckDBPyConnection,
    parts: Iterable[Part],
    references: References,
    as_of: datetime.date,
    rules: str,
) -> dict[str, Part]:
    """The parts by name: the month and a hash of all that what is in their files follows from."""
    of_references = dict(connection.execute(_OF_REFERENCES).fetchall())
    named = {}
    for part in sorted(parts, key=attrgetter("month")):
        until = references.calendar.reach(min(part.settled, as_of), SOON)
        days = references.calendar.days(part.month - tables.FILED_BEFORE, until)
        working = "".join(str(int(references.calendar.is_working(day))) for day in days)
        said = (
            rules, *DOSSIER.names, *tables.VERDICTS, references.dataset.late_by, working, of_references[part.month],
            *(f"{export}={each}" for export, each in sorted(part.content.items())),
            "" if part.settled <= as_of else as_of.isoformat(),
        )  # fmt: skip
        named[f"{part.month:%Y-%m}-{hashlib.sha256(chr(10).join(said).encode()).hexdigest()[:16]}"] = part
    return named


def _linked(shelf: Path, wanted: Iterable[str], building: Path) -> set[str]:
    """The names of those of the `wanted` parts that a snapshot on the shelf has whole, now in `building` too."""
    left, there = set(wanted), set()
    for snapshot in sorted(pointers.folders(shelf), reverse=True):
        here = {folder.name for folder in folders(snapshot)} & left
        with suppress(Damaged):
            files = manifests.read(snapshot)["files"] if here else {}
            for name in here:
                place = f"{FOLDER}/{name}/"
                digests = {file.removeprefix(place): each for file, each in files.items() if file.startswith(place)}
                if manifests.digests(snapshot / place) == digests:
                    _link(snapshot / place, building / place)
                    there.add(name)
        left -= there
    return there


def _link(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for path in source.iterdir():
        disk.link(path, target / path.name)


def _batches(parts: Mapping[str, Part]) -> Iterator[dict[str, Part]]:
    """The parts in their order, as many at a time as together are not too large."""
    batch: dict[str, Part] = {}
    for name, part in parts.items():
        if batch and sum(each.dossiers for each in batch.values()) + part.dossiers > _AT_ONCE:
            yield batch
            batch = {}
        batch[name] = part
    if batch:
        yield batch
