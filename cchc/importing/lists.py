"""Cells written on the first row of each block of rows alone, as people write lists: they stand for their block."""

from collections.abc import Sequence

import duckdb

from cchc.importing.judging import ABSENT, only_row
from cchc.importing.parts import Part
from cchc.schema import BY_NAME
from cchc.text import Language, Text, both, number

_COLUMNS = ("unit", "procedure", "field")
_SAID = Text(
    "cột {} chỉ ghi ở hàng đầu của mỗi nhóm hàng: {} hàng để trống bên dưới được hiểu như hàng có ghi gần nhất ở trên",
    "{} is written on the first row of each block alone: the {} blank rows below are taken to say the same",
)


def fill(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> tuple[Text, ...]:
    """Put into the view raw what blank cells below the first row of a block stand for; returns a clause for each column
    so filled.

    A column is so written where at least half of the listed rows leave it blank, the first of each part does not, and
    no block says what the one above says: a list with gaps would repeat its units.
    """
    gaps = only_row(connection, f"select {', '.join(f'bool_or({_blank(column)})' for column in _COLUMNS)} from raw")
    gappy = [column for column, has_gaps in zip(_COLUMNS, gaps, strict=True) if has_gaps]
    filled = {column: rows for column in gappy if (rows := _below_blocks(connection, column))}
    if not filled:
        return ()
    cells = ", ".join(_filled(name, column) for column in filled for name in _spelled(column))
    connection.execute(
        "create table filled as "
        f"select raw.* replace ({cells}) from raw left join (select part, line, true as is_listed from listed) "
        "using (part, line) order by part, line"
    )
    connection.execute("create or replace view raw as select * from filled")
    return tuple(_describe(column, rows, parts) for column, rows in filled.items())


def _spelled(column: str) -> tuple[str, ...]:
    return (column, f"{column}_name") if f"{column}_name" in BY_NAME else (column,)


def _blank(column: str) -> str:
    """SQL for whether nothing stands in a column, neither a code nor a name."""
    return " and ".join(f"trim({name}) in ('', chr({ord(ABSENT)}))" for name in _spelled(column))


def _filled(name: str, column: str) -> str:
    stated = f"case when is_listed and not ({_blank(column)}) then {name} end"
    above = f"last_value({stated} ignore nulls) over (partition by part order by line)"
    return f"case when is_listed and {_blank(column)} then {above} else {name} end as {name}"


def _below_blocks(connection: duckdb.DuckDBPyConnection, column: str) -> int:
    """How many listed rows stand below the first of their block; 0 where the column is not written so."""
    said = f"concat_ws(chr(30), {', '.join(_spelled(column))})"
    rows, is_so = only_row(
        connection,
        f"""with cells as (select part, line, {_blank(column)} as blank, {said} as said from listed),
        blocks as (select part, said, lag(said) over (partition by part order by line) as above from cells
                   where not blank)
        select (select count_if(blank) from cells), (select 2 * count_if(blank) >= count(*) from cells)
            and (select bool_and(not blank) from
                 (select arg_min(blank, line) as blank from cells group by part))
            and (select count(distinct said) > 1 and count_if(said = above) = 0 from blocks)""",
    )
    return int(rows) if is_so else 0


def _describe(column: str, rows: int, parts: Sequence[Part]) -> Text:
    titles = {part.layout.titles[name]: None for part in parts for name in _spelled(column)
              if name in part.layout.titles}  # fmt: skip
    quoted = ", ".join(f"“{title}”" for title in titles)

    def said(language: Language) -> str:
        return _SAID[language].format(quoted, number(rows, language))

    return both(said)
