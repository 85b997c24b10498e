"""The plain part of a CSV file, read on every core: blocks of whole lines, where every line is one row of cells."""

import codecs
import re
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from cchc.importing.groups import FEWEST
from cchc.importing.headings import Layout
from cchc.importing.mapping import FEW

BLOCK = 8 << 20
# A cell longer than this is a quotation mark that was never closed.
LONGEST_CELL = 100_000
_SPACES = "".join(character for character in map(chr, range(0x3001)) if character.isspace())
_REPEATED = pa.dictionary(pa.int32(), pa.string())
T = TypeVar("T")


@dataclass(frozen=True)
class Block:
    """The rows of a block of lines (`line` and the mapped columns, all text), and how many bytes and lines of the file
    have been read with it."""

    end: int
    lines: int
    rows: pa.Table


def read(file: BinaryIO, layout: Layout, delimiter: str, size: int = BLOCK) -> Iterator[Block]:
    """The blocks of a UTF-8 file from its beginning to the first one that is not plain."""
    end = lines = 0
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        jobs = (
            partial(_parse, text, layout, delimiter, 0 if number else layout.first)
            for number, text in enumerate(_texts(file, size))
        )
        for length, count, rows in _in_order(pool, jobs):
            if rows is None:
                return
            first, last = lines + count - len(rows) + 1, lines + count
            end, lines = end + length, last
            yield Block(end, lines, rows.add_column(0, "line", pa.array(np.arange(first, last + 1))))


def _texts(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The file in pieces of about `size` bytes that end with a line, unless that is too long."""
    while piece := file.read(size):
        yield piece + file.readline(LONGEST_CELL)


def _in_order(pool: ThreadPoolExecutor, jobs: Iterator[Callable[[], T]]) -> Iterator[T]:
    """Results in the order of the jobs, a few ahead of their use: the file need not fit into memory."""
    waiting: deque[Future[T]] = deque()
    for job in jobs:
        waiting.append(pool.submit(job))
        if len(waiting) > pa.cpu_count():
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _parse(text: bytes, layout: Layout, delimiter: str, header: int) -> tuple[int, int, pa.Table | None]:
    """Bytes and lines of a block, and the rows below its `header` lines; None when it is not plain."""
    body = text.removeprefix(codecs.BOM_UTF8) if header else text
    rows, is_quoted = None, b'"' in body
    if _has_short_lines(text) and _is_text(body) and (not is_quoted or _is_well_quoted(body, delimiter)):
        rows = _rows(body, layout, delimiter, header)
    if rows is None:
        return len(text), 0, None
    # Without quotation marks every line is a row.
    lines = text.count(b"\n") + (not text.endswith(b"\n")) if is_quoted else len(rows) + header
    whole = len(rows) == lines - header and not _has_short_row(rows)
    return len(text), lines, rows if whole else None


def _rows(text: bytes, layout: Layout, delimiter: str, header: int) -> pa.Table | None:
    """The mapped columns; None when some row has more or fewer cells than the headings."""
    names = {index: column for column, index in layout.columns.items()}
    types = {column: _REPEATED if column in FEW else pa.string() for column in layout.columns}
    read = csv.ReadOptions(
        column_names=[names.get(n, f"c{n}") for n in range(layout.width)],
        skip_rows=header, block_size=len(text), use_threads=False,
    )  # fmt: skip
    parse = csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False)
    convert = csv.ConvertOptions(
        include_columns=list(layout.columns), column_types=types, strings_can_be_null=False, check_utf8=False
    )
    try:
        return csv.read_csv(pa.py_buffer(text), read, parse, convert)
    except pa.ArrowInvalid:
        return None


def _has_short_lines(block: bytes) -> bool:
    """Whether no line may be longer than a cell can be: every half of that has the end of one."""
    half = LONGEST_CELL // 2
    return all(block.find(b"\n", start, start + half) >= 0 for start in range(0, len(block) - half, half))


def _is_text(block: bytes) -> bool:
    """Whether a block is valid UTF-8 without NUL, its lines ending with a line feed."""
    # Arrow would take a byte order mark for one wherever a block begins with it.
    if b"\0" in block or block.startswith(codecs.BOM_UTF8):
        return False
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        return False
    ends = pa.py_buffer(np.array([0, len(block)]))
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(block)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_well_quoted(block: bytes, delimiter: str) -> bool:
    """Whether every quotation mark belongs to a cell that is quoted as a whole and ends on its line."""
    mark = re.escape(delimiter.encode())
    return b'"' not in re.sub(rb'(?<![^%b\n])"(?:[^"\n]++|"")*+"(?![^%b\r\n])' % (mark, mark), b"", block)


def _has_short_row(rows: pa.Table) -> bool:
    """Whether some row fills so few of the mapped cells that it may be blank or a group row."""
    key = rows.column("received_at" if "received_at" in rows.column_names else 0).cast(pa.string())
    doubtful = pc.equal(pc.binary_length(pc.utf8_ltrim(key, _SPACES)), 0)
    if not pc.any(doubtful).as_py():
        return False
    left = rows.filter(doubtful)
    filled = sum(
        pc.cast(pc.not_equal(pc.utf8_ltrim(column.cast(pa.string()), _SPACES), ""), pa.int8()).to_numpy()
        for column in left.columns
    )
    return bool((filled < FEWEST).any())
