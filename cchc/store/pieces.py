"""An index of the numbers of dossiers: in which stretches of their file a number has which piece of five signs."""

from collections.abc import Sequence
from functools import reduce
from operator import and_
from pathlib import Path
from typing import NamedTuple

import duckdb

TABLE = "pieces"
# What separates the parts of a number, which people leave out or write otherwise.
BETWEEN = " ./_\u2010\u2011\u2012\u2013\u2014-"
# Of digits there are a hundred thousand pieces at most, however many dossiers.
_LENGTH = 5
# Stands before and after every number, so that a whole one is told from a part.
_END = "|"
_SIGN = f"(?:[^{BETWEEN}][{BETWEEN}]*)"
# Numbers begin alike, and end alike: of a stretch, a few different beginnings and ends are cut into pieces, not a
# hundred thousand numbers. Every piece lies in the one or in the other.
_OF_DOSSIERS = f"""
with numbers as (
    select part, '{_END}' || lower(dossier_id) || '{_END}' as number,
        ((row_number() over (partition by part order by received_at, dossier_id) - 1) // {{rows}})::integer as stretch
    from dossiers
), ends as (
    select distinct part, stretch, regexp_replace(number, '{_SIGN}{{{{1,{_LENGTH - 1}}}}}$', '') as ends from numbers
    union all
    select distinct part, stretch, regexp_extract(number, '{_SIGN}{{{{1,{2 * (_LENGTH - 1)}}}}}$') from numbers
), runs as (
    select part, stretch, translate(ends, '{BETWEEN}', '') as run, true as joined from ends
    union all select part, stretch, unnest(regexp_split_to_array(ends, '[{BETWEEN}]+')), false from ends
)
select distinct part, joined, unnest(list_transform(
    range(1, greatest(length(run) - {_LENGTH - 1}, 1) + 1), lambda first: run[first:first + {_LENGTH - 1}]
)) as piece, stretch from (select distinct * from runs) order by all
"""

# Stretches by their numbers: those of the first part from 0, of the second from _IN_A_PART, ...
Stretches = frozenset[int]
_IN_A_PART = 1 << 16


class Found(NamedTuple):
    """Where a number may be what is looked for but for its case and what separates its parts (`exact`), where one may
    hold it so (`within`), and where it may have each part as it is (`apart`); in no other stretch is one."""

    exact: Stretches
    within: Stretches
    apart: Stretches


def of_dossiers(rows: int) -> str:
    """SQL for the index of `dossiers` by their `part`: every `piece`, of a number as it is or with its parts `joined`,
    and each `stretch` of so many rows that has it."""
    return _OF_DOSSIERS.format(rows=rows)


def gathered(cursor: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> duckdb.DuckDBPyRelation:
    """The indexes of several parts as one: for each piece the `stretches` that have it, those of all parts numbered on.
    There are few pieces, so looking through all of them is soon done."""
    cursor.execute("set variable files = $files", {"files": [str(file) for file in files]})
    return cursor.sql(
        f"select joined, piece, list((file_index * {_IN_A_PART} + stretch)::bigint) as stretches"
        " from read_parquet(getvariable('files')) group by all"
    )


def place(stretch: int) -> tuple[int, int]:
    """In which part a stretch is, and its number there, both counted from 0."""
    return divmod(stretch, _IN_A_PART)


def find(cursor: duckdb.DuckDBPyConnection, parts: Sequence[str]) -> Found:
    """Where in the dossiers of the index `pieces` there may be a number with these parts, in lower case."""
    bare = "".join(parts)
    exact, within = (_with(cursor, text, joined=True) for text in (f"{_END}{bare}{_END}", bare))
    return Found(exact, within, reduce(and_, (_with(cursor, part, joined=False) for part in parts)))


def _with(cursor: duckdb.DuckDBPyConnection, text: str, joined: bool) -> Stretches:
    """The stretches that have every piece of a text, or any that a shorter text is part of."""
    values: dict[str, object] = {"joined": joined}
    if len(text) < _LENGTH:
        sql = "select distinct unnest(stretches) from pieces where joined = $joined and contains(piece, $text)"
        values["text"] = text
    else:
        sql = (
            "with held as (select unnest(stretches) as stretch from pieces"
            " where joined = $joined and list_contains($pieces, piece))"
            " select stretch from held group by stretch having count(*) = len($pieces)"
        )
        values["pieces"] = sorted({text[first : first + _LENGTH] for first in range(len(text) - _LENGTH + 1)})
    return frozenset(stretch for (stretch,) in cursor.execute(sql, values).fetchall())
