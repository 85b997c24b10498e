"""The tables of a snapshot: dossiers with their verdicts, the daily ledger, its sums by coarser keys, and stocks."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import duckdb
import pyarrow as pa

from cchc.rules.references import References
from cchc.schema import BESIDE, BY_NAME, DOSSIER, SOON
from cchc.store import pieces
from cchc.store.counts import COUNTS, LEDGER
from cchc.text import Text, number

_DOSSIERS_SQL = (Path(__file__).parent / "dossiers.sql").read_text(encoding="utf-8")
_LEDGER_SQL = LEDGER.read_text(encoding="utf-8")
# What dossiers.sql works out of a dossier, stored beside its own columns.
_VERDICTS = (
    "field", "level", "weekday", "received_on", "due_on", "ended_on", "outcome", "overdue_on", "soon_on", "soon_until",
    "deadline_on", "deadline_met", "minutes", "listed", "model", "promised_on", "model_due", "model_unknown",
    "model_kept", "accept_due", "accepted",
)  # fmt: skip
# A page of a list reads all columns of one group of rows, and every question reads the index of all groups: neither
# may be large.
_GROUPS, _SMALLEST_GROUP, _LARGEST_GROUP = 64, 20_480, 122_880
# What was filed longer before it was received was not accepted within any hours.
_FILED_BEFORE = datetime.timedelta(days=30)
_LEDGER_KEYS = ("day", "unit", "procedure", "channel", "field", "level", "weekday", "listed", "model")
_CHANGES = ("open_change", "within_change", "overdue_change", "soon_change")
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


def open_source(dossiers: pa.Table | Path, spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the dossiers as `source`; what does not fit into memory goes to `spill`."""
    connection = duckdb.connect(config={"temp_directory": str(spill), "memory_limit": "3GB"})
    if isinstance(dossiers, Path):
        relation = connection.read_parquet(str(dossiers))
    else:
        relation = connection.from_arrow(dossiers)
    completed(connection, relation).project(", ".join(DOSSIER.names)).create_view("source")
    return connection


def completed(connection: duckdb.DuckDBPyConnection, dossiers: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """`dossiers` with every column a dossier has: one that an older version did not store is unknown (null)."""
    every = connection.from_arrow(DOSSIER.empty_table())
    stored = set(dossiers.columns)
    unknown = [f"null::{kind} as {name}" for name, kind in zip(every.columns, every.types, strict=True)
               if name not in stored]  # fmt: skip
    return dossiers.project(", ".join(["*", *unknown])) if unknown else dossiers


def content_hash(connection: duckdb.DuckDBPyConnection) -> str:
    """Hash of the dossiers in any order, whatever bytes they are stored in; ids are unique, so no pair cancels."""
    later = [name for name in DOSSIER.names if name in BY_NAME and BY_NAME[name].later]
    row = ", ".join(f"coalesce({name}::varchar, '')" for name in DOSSIER.names if name not in ("exported_on", *later))
    # Only what a later column says is hashed: silence in it changes no id.
    said = "".join(f" || coalesce(chr(30) || '{name}=' || {name}::varchar, '')" for name in later)
    hashed = f"md5_number(concat_ws(chr(31), {row}){said})"
    return str(connection.execute(f"select bit_xor({hashed}) from source").fetchall())


def labels(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The different values of each column of schema.BESIDE in `source`, in their order, where it has any."""
    columns = ", ".join(f"list_sort(list(distinct {name}) filter ({name} is not null))" for name in BESIDE)
    [found] = connection.execute(f"select {columns} from source").fetchall()
    return {name: values for name, values in zip(BESIDE, found, strict=True) if values}


def ledger_by(keys: Iterable[str]) -> str:
    """SQL for a ledger by day and these columns of dossiers, which says what the published one says in its own."""
    return _LEDGER_SQL.replace(", ".join(_LEDGER_KEYS), ", ".join(("day", *sorted(keys))))


def write_dossiers(
    connection: duckdb.DuckDBPyConnection, references: References, as_of: datetime.date, building: Path
) -> int:
    """Write the dossiers of `source` with their verdicts, and the index of their numbers, as Parquet files into
    `building`; how many they were."""
    [(count, first)] = connection.execute("select count(*), min(received_at) from source").fetchall()
    _load_rules(connection, references, first.date(), as_of)
    _copy(
        connection,
        f"select {', '.join((*DOSSIER.names, *_VERDICTS))} from ({_DOSSIERS_SQL}) order by received_at, dossier_id",
        building / "dossiers.parquet",
        f", row_group_size {group_size(count)}",
    )
    connection.read_parquet(str(building / "dossiers.parquet"), file_row_number=True).create_view("dossiers")
    pieces.write(connection, count, group_size(count), building / pieces.FILE)
    return int(count)


def write(connection: duckdb.DuckDBPyConnection, references: References, as_of: datetime.date, building: Path) -> None:
    """Write dossiers, ledger, its sums and stocks as Parquet files into `building`.

    Raises AssertionError when a dossier got lost or doubled, because a unit, a procedure or an id is wrong.
    """
    count = write_dossiers(connection, references, as_of, building)
    _copy(connection, f"select * from ({_LEDGER_SQL}) order by day", building / "ledger.parquet")
    ledger = connection.read_parquet(str(building / "ledger.parquet"))
    ledger.create_view("ledger")
    sums = ", ".join(f"sum({c})::{_sum_type(c)} as {c}" for c in ledger.columns if c not in _LEDGER_KEYS)
    for name, each in SUMS.items():
        keys = ", ".join(sorted(each.keys))
        rows = f"select {each.start} as day, {keys}, {sums} from {each.of} group by all order by {each.order}"
        _copy(connection, rows, building / f"{name}.parquet")
        connection.read_parquet(str(building / f"{name}.parquet")).create_view(name)
    _copy(connection, _stocks(), building / "stocks.parquet")
    _copy(connection, _misses(), building / "misses.parquet")
    [(rows, ids)] = connection.execute("select count(*), count(distinct dossier_id) from dossiers").fetchall()
    if not rows == ids == count:
        raise AssertionError(f"{count} dossiers became {rows} with {ids} ids: a unit, a procedure or an id is wrong")


def group_size(count: int) -> int:
    """How many rows of so many dossiers lie together in their file; what is read of them is read by these groups."""
    return min(max(count // _GROUPS, _SMALLEST_GROUP), _LARGEST_GROUP)


def _load_rules(
    connection: duckdb.DuckDBPyConnection, references: References, first: datetime.date, as_of: datetime.date
) -> None:
    rules = pa.table({"late_by": [references.dataset.late_by], "as_of": pa.array([as_of], pa.date32())})
    tables = {
        "units": references.units_table,
        "procedures": references.procedures_table,
        "scope": references.scope_table,
        "listed": references.listed_table,
        # From before the first receipt, when dossiers may have been filed, as far as a deadline may be near.
        "calendar": references.calendar.table(first - _FILED_BEFORE, references.calendar.reach(as_of, SOON)),
        "rules": rules,
    }
    for name, table in tables.items():
        connection.from_arrow(table).create(name)


def _sum_type(column: str) -> str:
    # Half the memory of bigint, and added up faster; an overflow would be an error, not a wrong figure.
    return "bigint" if column in COUNTS and COUNTS[column].adds else "integer"


def _stocks() -> str:
    """What is open at the start of each half month, so that no query adds up all changes since the first day."""
    keys = ", ".join(sorted(SUMS["halves"].keys))
    return (
        "with changes as ("
        f" select day, {keys}, {', '.join(f'sum({each}) over so_far as {each}' for each in _CHANGES)},"
        " lead(day) over so_far as next"
        f" from halves window so_far as (partition by {keys} order by day)"
        "), starts as ("
        f" select distinct {_HALF} as day from (select unnest(generate_series(min(day), any_value(as_of),"
        " interval 1 day))::date as day from halves cross join rules)"
        ") select starts.day, changes.* exclude (day, next) from changes join starts on starts.day > changes.day"
        f" and (next is null or starts.day <= next) where {' or '.join(f'{each} <> 0' for each in _CHANGES)}"
        " order by starts.day"
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
    is_merged: bool
    _loaded: set[str] = field(default_factory=set)
    _loading: Lock = field(default_factory=Lock)

    def load(self, names: Iterable[str]) -> None:
        """Every figure of every page reads one of these, a few rows at a time: in memory that costs half."""
        with self._loading:
            for name in set(names) - self._loaded:
                cursor = self.connection.cursor()
                _shown(cursor, cursor.read_parquet(str(self.folder / f"{name}.parquet")), self.is_merged).create(name)
                self._loaded.add(name)


def open_published(folder: Path, references: References) -> Opened:
    """The snapshot in `folder`, read-only, by a connection that can read nothing else."""
    connection = duckdb.connect()
    # The number of a row is where it stands in the file: a page of a list is read from there.
    dossiers = connection.read_parquet(str(folder / "dossiers.parquet"), file_row_number=True)
    connection.from_arrow(references.units_table).create("units")
    connection.from_arrow(references.stands_table).create("stands")
    is_merged = bool(references.stands)
    _shown(connection, completed(connection, dossiers), is_merged).create_view("dossiers")
    _shown(connection, connection.read_parquet(str(folder / "ledger.parquet")), is_merged).create_view("ledger")
    connection.from_arrow(references.procedures_table).create("procedures")
    connection.execute("set allowed_directories = [?]", [str(folder)])
    connection.execute("set enable_external_access = false")
    connection.execute("set parquet_metadata_cache = true")
    connection.execute("set lock_configuration = true")
    return Opened(connection, folder, is_merged)


def _shown(
    connection: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, is_merged: bool
) -> duckdb.DuckDBPyRelation:
    """`rows` with the units of today that stand for theirs, and the level of the office."""
    if not is_merged or "unit" not in rows.columns:
        return rows
    stands = connection.table("stands").set_alias("stands")
    shown = {"unit": "stands.shown", "level": "stands.level", "receiving_unit": "counters.shown"}
    columns = ", ".join(f"{shown.get(column, f'rows.{column}')} as {column}" for column in rows.columns)
    joined = rows.set_alias("rows").join(stands, "rows.unit = stands.unit")
    if "receiving_unit" in rows.columns:
        counters = connection.table("stands").set_alias("counters")
        joined = joined.join(counters, "rows.receiving_unit = counters.unit", "left")
    return joined.project(columns)


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
