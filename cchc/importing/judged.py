"""What the table judged says of an import: what became of its rows, how the first were understood, what is wrong."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa

from cchc.importing import persons
from cchc.importing.dates import is_stated
from cchc.importing.judging import ABSENT, CANONICAL, FATES, KEPT, SPACES, only_row
from cchc.importing.parts import Part
from cchc.importing.problems import BITS, KINDS, PROBLEMS, unreadable_kind
from cchc.schema import BY_NAME
from cchc.store.origin import Counts

# Kinds whose value is known to be an id, or is the name of a place or a procedure as often as of a person.
_SHOWN = "'conflicting', 'unknown_unit', 'unknown_procedure'"
_CELL = f"trim(replace(nfc_normalize(value), chr({ord(ABSENT)}), ''), {SPACES})"
# Rows shown before publishing, so that a wrong column is seen.
_FIRST = 5


def ids(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many rows have a usable dossier id, and how many one that cannot be an id."""
    good, bad = only_row(connection, f"select count(dossier_id), count_if(faults & {BITS['bad_id']} <> 0) from judged")
    return int(good), int(bad)


def unreadable(connection: duckdb.DuckDBPyConnection, column: str) -> tuple[int, int, str]:
    """How many dates of a column cannot be read, how many are stated, and one that cannot be read."""
    bit = BITS[unreadable_kind(column)]
    (count,) = only_row(connection, f"select count_if(faults & {bit} <> 0) from judged")
    if not count:
        return 0, 0, ""
    stated, example = only_row(
        connection,
        f"""select
            (select count_if({is_stated(column)}) from raw),
            (select raw.{column} from raw join judged on judged.part = raw.part and judged.line = raw.line
             where judged.faults & {bit} <> 0 limit 1)""",
    )
    return count, stated, example


def count(connection: duckdb.DuckDBPyConnection, malformed: int) -> Counts:
    """What became of every row; `malformed` ones never reached raw."""
    fates = dict(connection.execute("select fate, count(*) from judged group by fate").fetchall())
    counts = {name: fates.get(n, 0) for n, name in enumerate(FATES)}
    counts["rejected"] += malformed
    return Counts(read=sum(counts.values()), **counts)


def first_rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The first rows as they were understood: line, whether the row is kept, and its canonical columns."""
    query = f"select line, fate = {KEPT} as kept, {CANONICAL} from judged order by part, line limit {_FIRST}"
    rows: list[dict[str, Any]] = connection.sql(query).to_arrow_table().to_pylist()
    return rows


def undated(connection: duckdb.DuckDBPyConnection) -> int:
    """How many kept rows have no due date."""
    (found,) = only_row(connection, f"select count(*) from judged where fate = {KEPT} and due_at is null")
    return int(found)


def problems(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> pa.Table:
    """Everything found wrong, in the order of the rows, as a table of schema PROBLEMS."""
    about = [(n, p.file, p.sheet, c, p.layout.title_of(c)) for n, p in enumerate(parts) for c in ("", *BY_NAME)]
    malformed = [(n, m.line, m.kind) for n, part in enumerate(parts) for m in part.malformed]
    if not malformed and not connection.execute("select 1 from judged where faults <> 0 limit 1").fetchall():
        return PROBLEMS.empty_table()
    _register(connection, "about", ("part", "file", "sheet", "column", "title"), about)
    _register(connection, "kinds", ("kind", "bit", "column", "rejected"),
              [(k.name, BITS[k.name], k.column, k.rejected) for k in KINDS])  # fmt: skip
    _register(connection, "malformed", ("part", "line", "kind"), malformed or [(-1, 0, "")])
    # A unit or procedure may stand there by its name alone.
    named = f"coalesce(nullif(nullif(raw.{{0}}, ''), chr({ord(ABSENT)})), raw.{{0}}_name)"
    cells = {c: named.format(c) if f"{c}_name" in BY_NAME else f"raw.{c}" for c in BY_NAME}
    values = " ".join(f"when '{c}' then {cells[c]}" for c in sorted({kind.column for kind in KINDS if kind.column}))
    found = connection.sql(
        f"""with found as (
            select judged.part, judged.line, kinds.kind, case kinds."column" {values} else '' end as value
            from judged
            join raw on raw.part = judged.part and raw.line = judged.line
            join kinds on judged.faults & kinds.bit <> 0
            where judged.faults <> 0
            union all
            select part, line, kind, '' from malformed
        )
        select
            about.file, about.sheet, found.line as "row", about.title as "column",
            case when kinds.kind in ({_SHOWN}) then {_CELL} else {persons.shown(_CELL)} end as value,
            kinds.kind, kinds.rejected
        from found
        join kinds on kinds.kind = found.kind
        join about on about.part = found.part and about."column" = kinds."column"
        order by found.part, found.line, kinds.bit"""
    ).to_arrow_table()
    return found.cast(PROBLEMS)


def _register(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    cells = zip(*rows, strict=True)
    connection.register(name, pa.table({column: pa.array(c) for column, c in zip(columns, cells, strict=True)}))
