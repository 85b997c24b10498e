"""Rows of text to dossiers: what every cell means, what is wrong with a row, and what becomes of it."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as Keyed
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from cchc.importing.dates import Reading, is_stated, plausible
from cchc.importing.mapping import BY_DATE, NOT_RECEIVED, STATUSES
from cchc.importing.parts import Part
from cchc.importing.problems import BITS, REJECTING, unreadable_kind
from cchc.rules.lines import FIRST_DAY, LAST_DAY
from cchc.schema import BESIDE, BY_NAME, DOSSIER, FLAGS, NUMBERS, TIMES
from cchc.store import tables

# What stands in the table raw for a column that the sheet does not have; a date, as any blank one, is ''.
ABSENT = "\x1f"
FATES = ("kept", "not_received", "rejected", "duplicates", "superseded")
KEPT, NOT_RECEIVED_YET, REJECTED, DUPLICATE, SUPERSEDED = range(len(FATES))
SPACES = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"
CANONICAL = ", ".join(name for name in DOSSIER.names if name != "exported_on")

# A due date farther from the day of receipt is a slip or stands for none: nobody is late or on time by it.
_NEAR = "between received_on - 366 and received_on + 1096"
# What a cell of few different values says wrong is found in the meanings (`mean`), everything else here.
_FAULTS = {
    "no_id": "not dossier_id_stated",
    "personal": "personal_field",
    "bad_id": "dossier_id_stated and dossier_id is null",
    "no_received": "not received_at_stated",
    **{unreadable_kind(time): f"{time}_stated and {time} is null" for time in TIMES},
    "received_after_as_of": "received_on > as_of",
    "finished_after_as_of": "finished_on > as_of",
    "returned_after_as_of": "returned_on > as_of",
    "finished_before_received": "finished_on < received_on",
    "returned_before_received": "returned_on < received_on",
    "ended_without_date": "status in ('done', 'withdrawn') and not finished_at_stated and not returned_at_stated",
    "open_with_date": "status in ('open', 'waiting') and coalesce(finished_at, returned_at) is not null",
    # A bare date is no hour.
    "finished_earlier_that_day": "finished_on = received_on and finished_at < received_at"
    " and finished_at > finished_on",
    "due_before_received": "due_on between received_on - 366 and received_on - 1",
    "due_far_off": f"not due_on {_NEAR}",
}
_DUE = f"case when due_on {_NEAR} then due_at end as due_at"
# Columns that an export need not have, and in what a meaning is kept where it is no word.
OPTIONAL = (*FLAGS, *NUMBERS, *BESIDE)
_KINDS = dict.fromkeys(FLAGS, (pa.bool_(), "boolean")) | dict.fromkeys(NUMBERS, (pa.int8(), "tinyint"))
# "H57.132-260804-0583 - Số phiếu: 26.10229", "Số hồ sơ: H57.132-260804-0583": what stands beside the number is none.
_COMPOSED = (
    r"^([^\s\x{00a0};,(]*\d[^\s\x{00a0};,(]*)(?:[\s\x{00a0}]+[-–—;,|(/]|[;,(]|[ \t]*[\r\n]|\s+Số phiếu)",
    r"^(?:Số|Mã|Số/Mã)(?: số)? (?:hồ sơ|biên nhận)\s*:\s*([^\s\x{00a0}]+)$",
)
# A row without three digits in its id or a date, as headings and their numbers that come again or a signature below a
# list: what stands in it is no unit, no procedure and no word of anything.
_IS_LISTED = (  # what begins with a digit is nearly every day of receipt, and seen without a dear search
    f"case when received_at >= '0' and received_at < ':' then true "
    f"else regexp_matches(concat_ws(' ', {', '.join(('dossier_id', *TIMES))}), '[0-9][^ ]*[0-9][^ ]*[0-9]') end"
)
_NOT_A_DOSSIER = f"coalesce({', '.join(('dossier_id', *(f'cast({date} as varchar)' for date in TIMES)))}) is null"


def show(connection: duckdb.DuckDBPyConnection, parts: Sequence[tuple[int, Part]]) -> None:
    """Make the views raw, one row per row read: part, file (numbers), line, every column of schema.COLUMNS as text and
    whether it `is_listed`, and listed, the same without rows that cannot be dossiers; `parts` come with the number of
    their file."""
    rows = " union all ".join(_part(connection, n, file, part) for n, (file, part) in enumerate(parts))
    # Looked at once: where every row is listed, as in most exports, no column is counted with an eye to it.
    (all_listed,) = only_row(connection, f"select coalesce(bool_and({_IS_LISTED}), true) from ({rows})")
    is_listed = "true" if all_listed else _IS_LISTED
    connection.execute(f"create view raw as select *, {is_listed} as is_listed from ({rows})")
    connection.execute("create view listed as select * from raw where is_listed")


def _part(connection: duckdb.DuckDBPyConnection, number: int, file: int, part: Part) -> str:
    connection.register(f"part{number}", part.table())
    columns = ", ".join(c if c in part.layout.columns else f"{_absent(c)} as {c}" for c in BY_NAME)
    return f"select {number} as part, {file} as file, line, {columns} from part{number}"


def _absent(column: str) -> str:
    is_blank = column in (*TIMES, *NUMBERS) or not BY_NAME[column].kept
    return "''" if is_blank else f"chr({ord(ABSENT)})"


def distinct(connection: duckdb.DuckDBPyConnection, column: str, among: Sequence[str]) -> tuple[int, int]:
    """How many different values a column has in listed rows, one of those `among` which it is spelled, and in how many
    of them any stands."""
    filled = f"nullif(nullif(trim({column}), ''), chr({ord(ABSENT)}))"
    different, rows = only_row(
        connection,
        f"select count(distinct {filled}), coalesce(sum(rows) filter ({filled} is not null), 0) "
        f"from {_spellings(connection, among)} where rows > 0",
    )
    return int(different), int(rows)


def only_row(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> Any:
    """The only row of a query."""
    return connection.execute(query, values).fetchall()[0]


def spelled(connection: duckdb.DuckDBPyConnection, *columns: str) -> list[Any]:
    """The distinct values of `columns` in raw, as they stand there, and in how many listed rows (the last item)."""
    return connection.execute(f"from {_spellings(connection, columns)}").fetchall()


def _spellings(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> str:
    """The name of the table of the distinct values of `columns` in raw and in how many listed rows each stands, 0 for
    those of other rows alone; raw is read once for it."""
    name, listed = f"spellings_of_{'_and_'.join(columns)}", ", ".join(columns)
    query = f"select {listed}, count_if(is_listed) as rows from raw group by {listed}"
    connection.execute(f"create table if not exists {name} as {query}")
    return name


def forget_spellings(connection: duckdb.DuckDBPyConnection) -> None:
    """Let every column of raw be looked through anew: other values stand there now."""
    names = connection.execute("select table_name from duckdb_tables() where table_name like 'spellings_of_%'")
    for (name,) in names.fetchall():
        connection.execute(f"drop table {name}")


def mean(
    connection: duckdb.DuckDBPyConnection, column: str, keys: Sequence[str], rows: Iterable[tuple[object, ...]]
) -> None:
    """Make the table that says what each spelling in `column` means: keys, meaning and faults (a sum of BITS), from
    rows of keys, meaning (None = unknown) and whether there is anything in the cell.

    A meaning is a truth value, a number or a word of an enum, which takes a third of the time of text to keep and to
    write.
    """
    names = [*keys, "meaning", "stated"]
    held, kind = _KINDS.get(column, (pa.string(), f"{column}_word"))
    types = [*(pa.date32() if key in ("first", "last") else pa.string() for key in keys), held, pa.bool_()]
    cells = list(zip(*rows, strict=True)) or [()] * len(names)
    table = pa.table({name: pa.array(c, type_) for name, c, type_ in zip(names, cells, types, strict=True)})
    connection.register("meanings", table)
    if column not in _KINDS:
        found = "(select distinct meaning from meanings where meaning is not null)"
        words = found if column != "status" else STATUSES
        connection.execute(f"create type {column}_word as enum {words}")
    connection.execute(
        f"create table {column}_means as select {', '.join(keys)}, cast(meaning as {kind}) as meaning, "
        f"{_spelled_faults(column)} as faults from meanings"
    )
    connection.unregister("meanings")


def _spelled_faults(column: str) -> str:
    missing, unknown = BITS.get(f"no_{column}", 0), BITS[f"unknown_{column}"]
    return f"case when not stated then {missing} when meaning is null then {unknown} else 0 end"


def set_apart(connection: duckdb.DuckDBPyConnection, column: str, spellings: Sequence[tuple[str, str]]) -> None:
    """Say of these spellings in `column` that they are about a person, and not merely unknown."""
    for spelling in spellings:
        connection.execute(
            f"update {column}_means set faults = {BITS['personal']} where value = ? and name = ? and meaning is null",
            spelling,
        )


def set_fields_apart(connection: duckdb.DuckDBPyConnection, fields: Sequence[str]) -> None:
    """Make the table of the cells in the column of fields that are about a person."""
    connection.execute("create table personal_fields as select unnest(?::varchar[]) as value", [fields])


def judge(
    connection: duckdb.DuckDBPyConnection,
    readings: Keyed[str, Reading],
    as_of: datetime.date,
    late_by: str,
    key: Sequence[str],
    given: Collection[str],
) -> None:
    """Make the table judged from raw and the meanings: part, file, line, the canonical columns, `faults` (a sum of
    BITS) and `fate` (a place in FATES). For `late_by` "minute" a due date without a time lasts to its end; `key` says
    what the stored id is made of (see `identity`), `given` which of OPTIONAL have meanings: the others are null.

    Where the usual formats read every sampled date, they are tried alone: planning what reads any other takes as long
    as judging 200,000 rows."""
    for usual_alone in (True, False) if all(each.suffices for each in readings.values()) else (False,):
        times = {c: each.sql(c, usual_alone=usual_alone) for c, each in readings.items()}
        _judge(connection, times, as_of, late_by, key, given)
        if not usual_alone or not _any_undecided(connection):
            return
        connection.execute("drop table judged")


def _any_undecided(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the dates of some row might say more by another format."""
    unread = BITS["not_a_dossier"] | sum(BITS[unreadable_kind(time)] for time in TIMES)
    query = f"select 1 from judged where faults & {unread} <> 0 or fate = {NOT_RECEIVED_YET} limit 1"
    return bool(connection.execute(query).fetchall())


def _judge(
    connection: duckdb.DuckDBPyConnection,
    times: Keyed[str, str],
    as_of: datetime.date,
    late_by: str,
    key: Sequence[str],
    given: Collection[str],
) -> None:
    ended = [date for date in TIMES if date not in ("due_at", "extended_at")]
    spelled = ("unit", "procedure", "channel", "status", *(column for column in OPTIONAL if column in given))
    absent = [f"cast(null as {_KINDS.get(c, (None, 'varchar'))[1]}) as {c}" for c in OPTIONAL if c not in given]
    faults = " + ".join(f"case when {fault} then {BITS[name]} else 0 end" for name, fault in _FAULTS.items())
    connection.execute(
        f"""create table judged as
        with timed as (
            select *, {", ".join(f"{_time(date, times, late_by)} as {date}_read" for date in TIMES)} from raw
        ),
        typed as (
            select
                raw.part, raw.file, raw.line,
                {_dossier_id()},
                {", ".join(_date(date) for date in TIMES)},
                {", ".join([*(f"{c}_means.meaning as {c}" for c in spelled if c != "status"), *absent])},
                status_means.meaning as spelled_status,
                {" | ".join(f"{c}_means.faults" for c in spelled)} as spelled_faults,
                raw.field in (select value from personal_fields) as personal_field
            from timed as raw
            {" ".join(_join(connection, column, as_of) for column in spelled)}
        ),
        dated as (
            select
                * replace ({identity(key)} as dossier_id, coalesce(extended_at, due_at) as due_at),
                cast(coalesce(extended_at, due_at) as date) as due_on,
                case when spelled_status <> '{BY_DATE}' then spelled_status
                     when spelled_status is null then null
                     when coalesce(finished_at, returned_at) is null then cast('open' as status_word)
                     else cast('done' as status_word) end as status,
                {", ".join(f"cast({date} as date) as {date.removesuffix('_at')}_on" for date in ended)},
                date '{as_of.isoformat()}' as as_of
            from typed
        ),
        weighed as (
            select
                part, file, line, {CANONICAL.replace("due_at", _DUE)},
                case when status = '{NOT_RECEIVED}' then 0
                     when {_NOT_A_DOSSIER} then {BITS["not_a_dossier"]}
                     else spelled_faults | ({faults}) end as faults
            from dated
        )
        select
            *,
            case when status = '{NOT_RECEIVED}' then {NOT_RECEIVED_YET}
                 when faults & {REJECTING} <> 0 then {REJECTED} else {KEPT} end as fate
        from weighed"""
    )


def _join(connection: duckdb.DuckDBPyConnection, column: str, as_of: datetime.date) -> str:
    """SQL that adds what the spelling in `column` means; for units, on the day of the dossier."""
    if only_row(connection, f"select count(*) from {column}_means") == (1,):
        return f"cross join {column}_means"  # the whole column is spelled so
    conditions = [f"{column}_means.value = raw.{column}"]
    if column in ("unit", "procedure"):
        conditions.append(f"{column}_means.name = raw.{column}_name")
    if column in ("unit", "receiving_unit"):
        day = f"coalesce(cast(received_at_read as date), date '{as_of.isoformat()}')"
        within = f"least(greatest({day}, date '{FIRST_DAY}'), date '{LAST_DAY}')"
        conditions.append(f"{within} between {column}_means.first and {column}_means.last")
    return f"join {column}_means on {' and '.join(conditions)}"


def identity(key: Sequence[str]) -> str:
    """SQL for the id a dossier is stored under, from its columns: the parts of `key`, a stroke between them."""
    if tuple(key) == ("id",):
        return "dossier_id"
    parts = {"id": "dossier_id", "unit": "cast(unit as varchar)", "procedure": "cast(procedure as varchar)",
             "year": "cast(year(received_at) as varchar)"}  # fmt: skip
    return f"case when dossier_id is not null then concat_ws('/', {', '.join(parts[each] for each in key)}) end"


def _dossier_id() -> str:
    """NFC, because ids are compared as text; a number that became a float ("101.0") is the number; a composed code is
    the number before or behind the words."""
    trimmed = f"trim(raw.dossier_id, {SPACES})"
    texts = ("raw.dossier_id", trimmed, *(f"regexp_extract({trimmed}, '{code}', 1)" for code in _COMPOSED))
    id_ = " ".join(f"when {_good_id(text)} then {_id(text)}" for text in texts)
    stated = f"case when {_good_id('raw.dossier_id')} then true else {trimmed} <> '' end"
    return f"case {id_} end as dossier_id, {stated} as dossier_id_stated"


def _good_id(text: str) -> str:
    return f"length({text}) <= 64 and regexp_full_match({text}, '[^\\s\\x{{00a0}}]*\\d[^\\s\\x{{00a0}}]*')"


def _id(text: str) -> str:
    return (
        f"case when {text} like '%.0' and regexp_full_match({text}, '\\d+\\.0') then left({text}, -2) "
        f"else nfc_normalize({text}) end"
    )


def _time(column: str, times: Keyed[str, str], late_by: str) -> str:
    time = times.get(column, "cast(null as timestamp)")
    if column in ("due_at", "extended_at") and late_by == "minute":
        bare = f"strpos({column}, ':') = 0 and {time} = date_trunc('day', {time})"
        time += f" + case when {bare} then to_seconds(86399) else to_seconds(0) end"
    return time


def _date(column: str) -> str:
    text = f"raw.{column}"
    # A case, not an `or`: the dear half is then computed only for what could not be read.
    blank = f"{text} = '' then false else {is_stated(text)}"
    time = plausible(f"{text}_read")
    return f"""{time} as {column},
        case when {time} is not null then true when {blank} end as {column}_stated"""


def strangers(
    connection: duckdb.DuckDBPyConnection, stored: Sequence[Path], units: Iterable[str], procedures: Iterable[str]
) -> list[str]:
    """The units and procedures of the `stored` Parquet files that are not among those known."""
    found = []
    for column, known in (("unit", set(units)), ("procedure", set(procedures))):
        rows = tables.stored(connection, stored).project(column).distinct().fetchall()
        found += sorted(id_ for (id_,) in rows if id_ not in known)
    return found
