"""What lists that people write have: cells on the first row of each block alone, and words below the last dossier."""

from collections import Counter
from collections.abc import Sequence

import duckdb

from cchc.importing import judging
from cchc.importing.groups import FEWEST
from cchc.importing.judging import ABSENT, SPACES, only_row
from cchc.importing.parts import Part
from cchc.importing.problems import BITS
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
    gappy = [column for column in _COLUMNS if _is_half_blank(connection, column)]
    filled = {column: rows for column in gappy if (rows := _below_blocks(connection, column))}
    if not filled:
        return ()
    cells = ", ".join(_filled(name, column) for column in filled for name in _spelled(column))
    connection.execute(f"create table filled as select raw.* replace ({cells}) from raw order by part, line")
    connection.execute("create or replace view raw as select * from filled")
    judging.forget_spellings(connection)
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


def _is_half_blank(connection: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether at least half of the listed rows leave a column blank, and the others do not all say the same."""
    names = _spelled(column)
    # With the field, as the procedures are asked for later: a look at all rows less.
    spelled = judging.spelled(connection, *names, *(("field",) if column == "procedure" else ()))
    said: Counter[tuple[str, ...]] = Counter()
    for *texts, rows in spelled:
        said[tuple(text.strip(f" {ABSENT}") for text in texts[: len(names)])] += rows
    blank = said[("",) * len(names)]
    return 2 * blank >= said.total() > 0 and sum(rows > 0 for rows in said.values()) > 2


def _below_blocks(connection: duckdb.DuckDBPyConnection, column: str) -> int:
    """How many listed rows stand below the first of their block; 0 where the column is not written so."""
    said = f"concat_ws(chr(30), {', '.join(_spelled(column))})"
    rows, is_so = only_row(
        connection,
        f"""with cells as (select part, line, {_blank(column)} as blank, {said} as said from listed),
        blocks as (select part, said, lag(said) over (partition by part order by line) as above from cells
                   where not blank)
        select (select count_if(blank) from cells), (select bool_and(not blank) from
                 (select arg_min(blank, line) as blank from cells group by part))
            and (select count_if(said = above) = 0 from blocks)""",
    )
    return int(rows) if is_so else 0


def _describe(column: str, rows: int, parts: Sequence[Part]) -> Text:
    titles = {part.layout.titles[name]: None for part in parts for name in _spelled(column)
              if name in part.layout.titles}  # fmt: skip
    quoted = ", ".join(f"“{title}”" for title in titles)

    def said(language: Language) -> str:
        return _SAID[language].format(quoted, number(rows, language))

    return both(said)


def footers(connection: duckdb.DuckDBPyConnection) -> int:
    """How many rows below the last dossier of their sheet are none and fill fewer cells than any: signatures, days and
    places of a list."""
    ends = connection.execute(
        f"select part, max(line) filter (faults & {BITS['not_a_dossier']} = 0) as last from judged group by part"
        " having max(line) > last"
    ).fetchall()
    filled = " + ".join(f"cast(trim({c}, {SPACES} || chr({ord(ABSENT)})) <> '' as int)" for c in BY_NAME)
    below = f"select count(*) from raw where part = ? and line > ? and {filled} < {FEWEST}"
    return sum(int(only_row(connection, below, *end)[0]) for end in ends)
