"""Rows of a sheet, kept as a Parquet file of text: the mapped columns and the row number, nothing else."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cchc.importing.headings import Layout
from cchc.text import Text, UserError

BATCH = 50_000
# Options of DuckDB's COPY for files that are read once and thrown away: no index, no dictionary of nearly unique ids.
COPY = "format parquet, compression snappy, write_bloom_filter false, dictionary_size_limit 5000"


@dataclass(frozen=True)
class Malformed:
    """One row that cannot be split into cells as its headings are; `kind` is a name of problems.KINDS."""

    line: int
    kind: str


@dataclass(frozen=True)
class Part:
    """One sheet as a Parquet file: a text column for each mapped column, and `line`, the row number in the file.

    Where `first` is given there is no `line`: the row number is the place in the Parquet file plus `first`.
    """

    file: str
    sheet: str
    path: Path
    layout: Layout
    first: int | None
    rows: int
    malformed: tuple[Malformed, ...] = ()


def unreadable(file: str, vi: str, en: str) -> UserError:
    """The error for a file that cannot be read, and why."""
    return UserError(Text(f"Không đọc được tệp {file}: {vi}.", f"The file {file} cannot be read: {en}."))


def cell_text(value: object) -> str:
    """One cell as text: whole numbers without a point, times in ISO 8601 (a bare date stays one)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        # Excel counts days in floating point: 08:30 may come back as 08:29:59.999999.
        rounded = value + datetime.timedelta(microseconds=500_000)
        return rounded.replace(microsecond=0).isoformat(sep=" ")
    return "" if value is None else str(value)


class RowWriter:
    """Writes the mapped cells of rows, and their row numbers, to a Parquet file in batches."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.rows = 0
        columns = list(layout.columns)
        self._pick = _picker(list(layout.columns.values()))
        self._schema = pa.schema([("line", pa.int64()), *((column, pa.string()) for column in columns)])
        self._writer = pq.ParquetWriter(path, self._schema, compression="snappy")
        self._lines: list[int] = []
        self._cells: list[Sequence[object]] = []

    def add(self, line: int, row: Sequence[object]) -> None:
        """Keep one row unless all of its cells, mapped or not, are blank."""
        cells = self._pick(row)
        if (not cells[0] or cells[0] == " ") and not any(cell_text(cell).strip() for cell in row):
            return
        self._lines.append(line)
        self._cells.append(cells)
        if len(self._lines) == BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            columns = [pa.array(_texts(cells), pa.string()) for cells in zip(*self._cells, strict=True)]
            self._writer.write_table(pa.table([pa.array(self._lines, pa.int64()), *columns], schema=self._schema))
            self.rows += len(self._lines)
            self._lines, self._cells = [], []

    def __enter__(self) -> "RowWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()


def _picker(indices: list[int]) -> Callable[[Sequence[object]], Sequence[Any]]:
    if len(indices) > 1:
        return itemgetter(*indices)
    return lambda row: [row[indices[0]]]


def _texts(cells: Sequence[object]) -> Sequence[object]:
    """Most columns are text all through, which is seen much faster than it is done again."""
    return cells if set(map(type, cells)) == {str} else [cell_text(cell) for cell in cells]
