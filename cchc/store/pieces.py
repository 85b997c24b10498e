"""An index of the numbers of dossiers: in which stretches of their file a number has which piece of five signs."""

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from pathlib import Path
from typing import NamedTuple

import duckdb

FILE = "pieces.parquet"
# What separates the parts of a number, which people leave out or write otherwise.
BETWEEN = " ./_\u2010\u2011\u2012\u2013\u2014-"
# Of digits there are a hundred thousand pieces at most, however many dossiers.
_LENGTH = 5
# Stands before and after every number, so that a whole one is told from a part.
_END = "|"
_SIGN = f"(?:[^{BETWEEN}][{BETWEEN}]*)"
# Numbers begin alike, and end alike: of a stretch, a few different beginnings and ends are cut into pieces, not a
# hundred thousand numbers. Every piece lies in the one or in the other.
_WRITE = f"""
copy (
    with numbers as (
        select (file_row_number // $rows)::integer as stretch, '{_END}' || lower(dossier_id) || '{_END}' as number
        from dossiers
    ), parts as (
        select distinct stretch, regexp_replace(number, '{_SIGN}{{1,{_LENGTH - 1}}}$', '') as part from numbers
        union all
        select distinct stretch, regexp_extract(number, '{_SIGN}{{1,{2 * (_LENGTH - 1)}}}$') from numbers
    ), runs as (
        select stretch, translate(part, '{BETWEEN}', '') as run, true as joined from parts
        union all select stretch, unnest(regexp_split_to_array(part, '[{BETWEEN}]+')), false from parts
    ), pieces as (
        select distinct stretch, joined, unnest(list_transform(
            range(1, greatest(length(run) - {_LENGTH - 1}, 1) + 1), lambda first: run[first:first + {_LENGTH - 1}]
        )) as piece from (select distinct * from runs)
    )
    select joined, piece, bitstring_agg(stretch, 0, $last)::blob as stretches from pieces group by all order by all
) to $file (format parquet, compression zstd)
"""

# Stretches of a file as the bits of a number, that of the first stretch highest.
Stretches = int


class Found(NamedTuple):
    """Where a number may be what is looked for but for its case and what separates its parts (`exact`), where one may
    hold it so (`within`), and where it may have each part as it is (`apart`); in no other stretch is one."""

    exact: Stretches
    within: Stretches
    apart: Stretches


def write(connection: duckdb.DuckDBPyConnection, count: int, rows: int, file: Path) -> None:
    """Write the index of `dossiers` (`count` of them, with file_row_number) as a Parquet file: every `piece`, of the
    number as it is or with its parts `joined`, and its `stretches` of so many rows, a bit for each."""
    connection.execute(_WRITE, {"rows": rows, "last": last(count, rows), "file": str(file)})


def last(count: int, rows: int) -> int:
    """The number of the last stretch there is a bit for, of `count` dossiers: bits fill whole bytes."""
    return count // rows | 7


def find(cursor: duckdb.DuckDBPyConnection, file: Path, parts: Sequence[str]) -> Found:
    """Where in the dossiers of the index there may be a number with these parts, in lower case."""
    bare = "".join(parts)
    exact, within = (_with(cursor, file, text, joined=True) for text in (f"{_END}{bare}{_END}", bare))
    return Found(exact, within, reduce(and_, (_with(cursor, file, part, joined=False) for part in parts)))


def _with(cursor: duckdb.DuckDBPyConnection, file: Path, text: str, joined: bool) -> Stretches:
    """The stretches that have every piece of a text, or any that a shorter text is part of."""
    pieces = {text[first : first + _LENGTH] for first in range(max(len(text) - _LENGTH + 1, 1))}
    is_short = len(text) < _LENGTH
    condition = "contains(piece, $pieces[1])" if is_short else "list_contains($pieces, piece)"
    sql = f"select stretches from read_parquet($file) where joined = $joined and {condition}"
    found = cursor.execute(sql, {"file": str(file), "pieces": sorted(pieces), "joined": joined}).fetchall()
    stretches = [int.from_bytes(bits, "big") for (bits,) in found]
    if is_short:
        return reduce(or_, stretches, 0)
    return reduce(and_, stretches) if len(stretches) == len(pieces) else 0
