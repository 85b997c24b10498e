"""The tables of a snapshot: dossiers with their verdicts, the daily ledger, its sums by coarser keys, and stocks."""

import datetime
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, Protocol

import duckdb
import pyarrow as pa

from cchc.rules.references import References
from cchc.schema import BESIDE, DOSSIER, SOON
from cchc.store import pieces
from cchc.store.counts import COUNTS, LEDGER
from cchc.text import Text, number

_DOSSIERS_SQL = (Path(__file__).parent / "dossiers.sql").read_text(encoding="utf-8")
_LEDGER_SQL = LEDGER.read_text(encoding="utf-8")
# What dossiers.sql works out of a dossier, stored beside its own columns.
VERDICTS = (
    "field", "level", "weekday", "received_on", "due_on", "ended_on", "outcome", "overdue_on", "soon_on", "soon_until",
    "deadline_on", "deadline_met", "minutes", "listed", "model", "promised_on", "model_due", "model_unknown",
    "model_kept", "accept_due", "accepted",
)  # fmt: skip
# A page of a list reads all columns of one group of rows, and every question reads the index of all groups: neither
# may be large. The index of numbers goes by as many rows.
ROWS = 40_960
# What was filed longer before it was received was not accepted within any hours.
FILED_BEFORE = datetime.timedelta(days=30)
LEDGER_KEYS = ("day", "unit", "procedure", "channel", "field", "level", "weekday", "listed", "model")
# How the rows of a part lie.
IN_ORDER = {"dossiers": "received_at, dossier_id", "ledger": ", ".join(("part", *LEDGER_KEYS))}
_CHANGES = ("open_change", "within_change", "overdue_change", "soon_change")
# What is added up of a ledger.
_ADDED = (*COUNTS, *_CHANGES)
# What a part of a snapshot holds, a file each.
PARTED = ("dossiers", "ledger", "sums", pieces.TABLE)
# Of how many days up to the data date it is counted how often deadlines were missed, and from how far ahead.
_RECENT, _AHEAD = 365, SOON
# The 1st or the 15th: calendar periods and reporting periods both consist of whole half months.
_HALF = "date_trunc('month', day)::date + case when day(day) < 15 then 0 else 14 end"
_WEEK = "date_trunc('week', day)::date"


class Sum(NamedTuple):
    """A sum of the ledger: the table it adds up, the day its rows are dated, the keys it keeps, the order of rows."""

    of: str
    start: str
    keys: frozenset[str]
    order: str = "day"


# Each after the one it adds up. A question reads the one with fewest rows that answers it.
SUMS: dict[str, Sum] = {
    # What questions choose, a field and channel or the weekday of a model, lies together.
    "halves": Sum(
        "ledger", _HALF, frozenset({"unit", "level", "listed", "procedure", "field", "channel"}), "field, channel, day"
    ),
    "unit_halves": Sum("halves", "day", frozenset({"unit", "level", "listed"})),
    "weeks": Sum("ledger", _WEEK, frozenset({"unit", "level", "listed", "weekday"}), "weekday, day"),
    "unit_weeks": Sum("weeks", "day", frozenset({"unit", "level", "listed"})),
    "weekday_weeks": Sum("weeks", "day", frozenset({"level", "listed", "weekday"})),
    "days": Sum("ledger", "day", frozenset({"unit", "level", "listed", "field", "channel"})),
    "procedure_days": Sum("ledger", "day", frozenset({"level", "listed", "field", "procedure"})),
}
# Small, and read by every first page: added up over all parts when a snapshot is published, into files of their own.
_COARSE = ("unit_halves", "unit_weeks", "weekday_weeks")


class Rows(Protocol):
    """What answers SQL: a connection to DuckDB, or a cluster."""

    def execute(self, query: str, /) -> "Rows": ...

    def fetchall(self) -> list[Any]: ...


@dataclass(frozen=True)
class Source:
    """Dossiers to publish, reduced by DuckDB: `rows` has them as `given`, those of published parts as `kept`, and both
    as `every`; `connection` has at least which units and procedures occur in which month of `every`."""

    connection: duckdb.DuckDBPyConnection
    rows: Rows

    # SQL for a sum of texts that does not depend on their order.
    summed = "bit_xor(md5_number({}))"

    def begin(self, months: Collection[datetime.date]) -> None:
        """Make ready to reduce these months, once the rules are loaded."""

    def reduce(self, months: Collection[datetime.date]) -> None:
        """Make the tables `dossiers` and `ledger` of some of these months, in their order."""
        listed = ", ".join(f"date '{month}'" for month in months)
        self.connection.execute(
            "create or replace view source as select * from every"
            f" where received_at >= date '{min(months)}' and received_at < date '{max(months)}' + interval 1 month"
            f" and date_trunc('month', received_at) in ({listed})"
        )
        make(self.connection, "dossiers", f"{judged()} order by {IN_ORDER['dossiers']}")
        make(self.connection, "ledger", f"{ledger_of_parts()} order by {IN_ORDER['ledger']}")


def open_source(dossiers: pa.Table | Path | Sequence[Path], spill: Path, kept: Sequence[Path] = ()) -> Source:
    """The dossiers and those in the folders of published parts; what does not fit into memory goes to `spill`."""
    connection = duckdb.connect(config={"temp_directory": str(spill), "memory_limit": "3GB"})
    given = connection.from_arrow(dossiers) if isinstance(dossiers, pa.Table) else stored(connection, dossiers)
    names = ", ".join(DOSSIER.names)
    completed(connection, given).project(names).create_view("given")
    beside = completed(connection, stored(connection, dossiers_of(kept))) if kept else connection.view("given").limit(0)
    beside.project(names).create_view("kept")
    connection.sql("from given union all from kept" if kept else "from given").create_view("every")
    return Source(connection, connection)


def dossiers_of(parts: Iterable[Path]) -> list[Path]:
    """The files with the dossiers of the parts in these folders."""
    return [part / "dossiers.parquet" for part in parts]


def stored(connection: duckdb.DuckDBPyConnection, files: Path | Sequence[Path]) -> duckdb.DuckDBPyRelation:
    """The rows of Parquet files."""
    return connection.read_parquet([str(file) for file in ([files] if isinstance(files, Path) else files)])


def completed(connection: duckdb.DuckDBPyConnection, dossiers: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """`dossiers` with every column a dossier has: one that an older version did not store is unknown (null)."""
    return dossiers.project(", ".join(["*", *_unknown(connection, dossiers.columns)]))


def _unknown(connection: duckdb.DuckDBPyConnection, stored: Iterable[str]) -> list[str]:
    every = connection.from_arrow(DOSSIER.empty_table())
    return [f"null::{kind} as {name}" for name, kind in zip(every.columns, every.types, strict=True)
            if name not in set(stored)]  # fmt: skip


def labels(rows: Rows) -> dict[str, list[str]]:
    """The different values of each column of schema.BESIDE of `every` dossier, in their order, where it has any."""
    columns = ", ".join(f"array_agg(distinct {name}) filter (where {name} is not null)" for name in BESIDE)
    [found] = rows.execute(f"select {columns} from every").fetchall()
    return {name: sorted(values) for name, values in zip(BESIDE, found, strict=True) if values}


def judged() -> str:
    """SQL for the dossiers of `source` with their verdicts and the `part` they belong to."""
    columns = ", ".join(("cast(date_trunc('month', received_on) as date) as part", *DOSSIER.names, *VERDICTS))
    return f"select {columns} from ({_DOSSIERS_SQL})"


def ledger_of_parts() -> str:
    """SQL for the ledger of `dossiers` by their `part`."""
    return f"select * from ({ledger_by(('part', *LEDGER_KEYS[1:]))})"


def ledger_by(keys: Iterable[str], dossiers: str = "dossiers") -> str:
    """SQL for a ledger by day and these columns of `dossiers`, which says what the published one says in its own."""
    sql = _LEDGER_SQL.replace(", ".join(LEDGER_KEYS), ", ".join(("day", *keys)))
    return sql.replace("dossiers.* from dossiers", f"dossiers.* from {dossiers} as dossiers")


def check_ids(source: Rows) -> None:
    """Raises AssertionError when two dossiers have one id, be they `given` or `kept`, which are of one snapshot."""
    [(rows, ids, twice)] = source.execute(
        "select count(*), count(distinct dossier_id), (select count(*) from kept semi join given using (dossier_id))"
        " from given"
    ).fetchall()
    if rows != ids or twice:
        raise AssertionError(f"{rows} dossiers with {ids} ids, {twice} of which are there already: an id is wrong")


def write_months(source: Source, places: Mapping[datetime.date, Path]) -> None:
    """Write the dossiers of some months (of `every`) with their verdicts, their ledger, its sums and the index of their
    numbers as Parquet files into a folder for each month."""
    connection = source.connection
    source.reduce(places.keys())
    for name, each in SUMS.items():
        kept = ", ".join(sorted(each.keys))
        make(connection, name, f"select part, {each.start} as day, {kept}, {_totals()} from {each.of} group by all")
    named = (f"select '{name}' as sum, * from {name}" for name in SUMS)
    keys = ", ".join(("part", "sum", *LEDGER_KEYS[:4], "field", "level", "weekday", "listed"))
    make(connection, "sums", f"select * from ({' union all by name '.join(named)}) order by {keys}")
    make(connection, "pieces", pieces.of_dossiers(ROWS))

    def copy(month: datetime.date, name: str) -> None:
        rows = f"select * exclude part from {name} where part = date '{month}'"
        _copy(connection.cursor(), rows, places[month] / f"{name}.parquet", f", row_group_size {ROWS}")

    for folder in places.values():
        folder.mkdir(parents=True)
    # A month is too small to be written by more than one processor.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(copy, *zip(*product(places, PARTED), strict=True)):
            pass


def write_whole(connection: duckdb.DuckDBPyConnection, parts: Sequence[Path], building: Path) -> None:
    """Write what is of all months of receipt: the coarse sums, the stocks, how often deadlines were missed lately."""
    for name in ("dossiers", "halves"):
        connection.execute(f"drop table if exists {name}")
    stored(connection, dossiers_of(parts)).create_view("dossiers")
    sums = stored(connection, [folder / "sums.parquet" for folder in parts])
    for name in _COARSE:
        _sum_of(sums, name).create_view(f"{name}_of_parts")
        keys = ", ".join(("day", *sorted(SUMS[name].keys)))
        rows = f"select {keys}, {_totals()} from {name}_of_parts group by all order by {SUMS[name].order}, {keys}"
        _copy(connection, rows, building / f"{name}.parquet")
    _sum_of(sums, "halves").create_view("halves")
    _copy(connection, _stocks(), building / "stocks.parquet")
    _copy(connection, _misses(), building / "misses.parquet")


def make(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    """Make a table, or make it anew."""
    connection.execute(f"create or replace table {name} as {query}")


def _sum_of(sums: duckdb.DuckDBPyRelation, name: str) -> duckdb.DuckDBPyRelation:
    """One of SUMS out of the rows of all."""
    return sums.filter(f"sum = '{name}'").project(", ".join(("day", *sorted(SUMS[name].keys), *_ADDED)))


def load_rules(
    connection: duckdb.DuckDBPyConnection, references: References, first: datetime.date, as_of: datetime.date
) -> None:
    """Make the tables that dossiers.sql reads beside the dossiers, the `first` of which was received that day."""
    rules = pa.table({"late_by": [references.dataset.late_by], "as_of": pa.array([as_of], pa.date32())})
    tables = {
        "units": references.units_table,
        "procedures": references.procedures_table,
        "scope": references.scope_table,
        "listed": references.listed_table,
        # From before the first receipt, when dossiers may have been filed, as far as a deadline may be near.
        "calendar": references.calendar.table(first - FILED_BEFORE, references.calendar.reach(as_of, SOON)),
        "rules": rules,
    }
    for name, table in tables.items():
        connection.from_arrow(table).create(name)


def _totals() -> str:
    return ", ".join(f"sum({column})::{_sum_type(column)} as {column}" for column in _ADDED)


def _sum_type(column: str) -> str:
    # Half the memory of bigint, and added up faster; an overflow would be an error, not a wrong figure.
    return "bigint" if column in COUNTS and COUNTS[column].adds else "integer"


def _stocks() -> str:
    """What is open at the start of each half month, so that no query adds up all changes since the first day."""
    keys = ", ".join(sorted(SUMS["halves"].keys))
    return (
        "with added as ("
        f" select day, {keys}, {', '.join(f'sum({each}) as {each}' for each in _CHANGES)} from halves group by all"
        "), changes as ("
        f" select day, {keys}, {', '.join(f'sum({each}) over so_far as {each}' for each in _CHANGES)},"
        " lead(day) over so_far as next"
        f" from added window so_far as (partition by {keys} order by day)"
        "), starts as ("
        f" select distinct {_HALF} as day from (select unnest(generate_series(min(day), any_value(as_of),"
        " interval 1 day))::date as day from halves cross join rules)"
        ") select starts.day, changes.* exclude (day, next) from changes join starts on starts.day > changes.day"
        f" and (next is null or starts.day <= next) where {' or '.join(f'{each} <> 0' for each in _CHANGES)}"
        f" order by starts.day, {keys}"
    )


def _misses() -> str:
    """How often deadlines were missed: of the dossiers due lately that were still open when so many working days were
    left (the last day with as many), by procedure. Nothing of it was unknown on the data date."""
    return (
        "with timed as (select procedure, field, deadline_met, due_day.worked - received_day.worked as at_first,"
        " case when ended_on <= due_on then due_day.worked - ended_day.worked else -1 end as at_end"
        " from dossiers cross join rules"
        " join calendar as received_day on received_day.day = received_on"
        " join calendar as due_day on due_day.day = due_on"
        " left join calendar as ended_day on ended_day.day = ended_on"
        f" where deadline_on > rules.as_of - {_RECENT} and received_on <= due_on), ahead as (select *,"
        f" unnest(range(greatest(at_end + 1, 0), least(at_first, {_AHEAD}) + 1))::integer as days_left from timed)"
        " select procedure, field, days_left, count(*)::integer as watched,"
        " count(case when not deadline_met then 1 end)::integer as missed from ahead group by all order by all"
    )


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path, options: str = "") -> None:
    connection.execute(f"copy ({query}) to ? (format parquet, compression zstd{options})", [str(path)])


@dataclass(frozen=True)
class Opened:
    """The tables of a published snapshot, to be read; sums and stocks are in memory from their first use on."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    parts: Sequence[Path]
    is_merged: bool
    _loaded: set[str] = field(default_factory=set)
    _loading: Lock = field(default_factory=Lock)

    def load(self, names: Iterable[str]) -> None:
        """Every figure of every page reads one of these, a few rows at a time: in memory that costs half."""
        with self._loading:
            for name in set(names) - self._loaded:
                cursor = self.connection.cursor()
                self._rows(cursor, name).create(name)
                self._loaded.add(name)

    def _rows(self, cursor: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyRelation:
        if name == pieces.TABLE:
            return pieces.gathered(cursor, [folder / f"{name}.parquet" for folder in self.parts])
        if name in SUMS and name not in _COARSE:
            rows = _sum_of(stored(cursor, [folder / "sums.parquet" for folder in self.parts]), name)
            rows = rows.order(SUMS[name].order)
        else:
            rows = stored(cursor, self.folder / f"{name}.parquet")
        rows.create_view(f"every_{name}")
        return cursor.sql(_shown(f"every_{name}", rows.columns, self.is_merged))


def open_published(folder: Path, parts: Sequence[Path], references: References) -> Opened:
    """The snapshot in `folder` with its parts, read-only, by a connection that can read nothing else.

    It has `dossiers` and `ledger`, and both of some parts alone, whose files are given: `dossiers_in(files)` and
    `ledger_in(files)`. Where a row of dossiers stands in the order of receipt say file_index and file_row_number.
    """
    connection = duckdb.connect()
    connection.from_arrow(references.units_table).create("units")
    connection.from_arrow(references.stands_table).create("stands")
    is_merged = bool(references.stands)
    for name, options, places in (("dossiers", ", file_row_number = true", ["file_index"]), ("ledger", "", [])):
        rows = connection.read_parquet([str(part / f"{name}.parquet") for part in parts])
        beside = ["*", *(_unknown(connection, rows.columns) if places else ()), *places]
        read = f"select {', '.join(beside)} from read_parquet(files{options})"
        rows = completed(connection, rows) if places else rows
        rows.create_view(f"every_{name}")
        connection.execute(f"create view {name} as {_shown(f'every_{name}', rows.columns, is_merged)}")
        columns = [*rows.columns, *(["file_row_number", *places] if places else ())]
        connection.execute(
            f"create macro {name}_in(files) as table with rows as ({read}) {_shown('rows', columns, is_merged)}"
        )
    connection.from_arrow(references.procedures_table).create("procedures")
    connection.execute("set allowed_directories = [?]", [str(folder)])
    connection.execute("set enable_external_access = false")
    connection.execute("set parquet_metadata_cache = true")
    connection.execute("set lock_configuration = true")
    return Opened(connection, folder, parts, is_merged)


def _shown(rows: str, columns: Sequence[str], is_merged: bool) -> str:
    """SQL for `rows` with the units of today that stand for theirs, and the level of the office."""
    if not is_merged or "unit" not in columns:
        return f"select * from {rows}"
    shown = {"unit": "stands.shown", "level": "stands.level", "receiving_unit": "counters.shown"}
    listed = ", ".join(f"{shown.get(column, f'{rows}.{column}')} as {column}" for column in columns)
    counters = f" left join stands as counters on {rows}.receiving_unit = counters.unit"
    joined = f"{rows} join stands on {rows}.unit = stands.unit"
    return f"select {listed} from {joined}{counters if 'receiving_unit' in columns else ''}"


def broken_identities(cursor: duckdb.DuckDBPyConnection) -> list[Text]:
    """Identities that must hold between dossiers, ledger and its sums in a snapshot and do not, as sentences."""
    pairs = {
        ("received", "ledger"): "select count(*) from dossiers",
        ("resolved", "ledger"): "select count(*) from dossiers where ended_on is not null",
        ("open_change", "ledger"): "select count(*) from dossiers where ended_on is null",
    }
    for name in SUMS:
        pairs |= {
            ("resolved", name): "select sum(early + on_day + late + withdrawn) from ledger",
            (
                "received",
                name,
            ): "select sum(online + counter + postal + if(channel = 'unknown', received, 0)) from ledger",
            ("open_change", name): "select sum(received) - sum(resolved) from ledger",
            ("due", name): "select count(*) from dossiers where deadline_on is not null",
            ("due_on_time", name): "select sum(due) - sum(due_missed) from ledger",
            ("model_due", name): "select sum(model_kept) + sum(model_broken) from ledger",
        }
    broken = []
    for (column, table), expected in pairs.items():
        [(found,)] = cursor.execute(f"select sum({column}) from {table}").fetchall()
        [(wanted,)] = cursor.execute(expected).fetchall()
        if found != wanted:
            broken.append(
                Text(
                    f"{table}.{column} là {number(found, 'vi')}, đúng ra là {number(wanted, 'vi')}.",
                    f"{table}.{column} is {number(found, 'en')} and should be {number(wanted, 'en')}.",
                )
            )
    return broken
