"""Rows of cells to columns of text in an Arrow stream on disk: the mapped columns and the row number, nothing else.

This module imports nothing of cchc, because the child that reads workbooks (sheets.py) imports it alone.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

# So few rows that their cells are still in the cache when they are written: twice as fast as ten times as many.
BATCH = 2_048


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
    """Writes rows as an Arrow stream: `line`, their number, and the cells of `columns` (index by name) as text.

    Columns in `few` have few different values; these are written once a batch.
    """

    def __init__(self, path: Path, columns: Mapping[str, int], few: Collection[str] = ()) -> None:
        self.rows = 0
        types = {name: pa.dictionary(pa.int32(), pa.string()) if name in few else pa.string() for name in columns}
        self.schema = pa.schema([("line", pa.int64()), *types.items()])
        self._stream = pa.ipc.new_stream(path, self.schema)
        self._indices = list(columns.values())
        self._lines: list[int] = []
        self._cells: list[Sequence[object]] = []

    def add(self, line: int, row: Sequence[object]) -> None:
        """Keep one row unless all of its cells, mapped or not, are blank."""
        self._lines.append(line)
        self._cells.append(row)
        if len(self._lines) == BATCH:
            self._flush()

    def write(self, rows: pa.Table) -> None:
        """Write rows that are in columns already."""
        self._flush()
        self._stream.write_table(rows.cast(self.schema))
        self.rows += len(rows)

    def _flush(self) -> None:
        first = self._indices[0]
        said = [n for n, row in enumerate(self._cells) if str(row[first]).strip() or not _is_blank(row)]
        lines, rows = [self._lines[n] for n in said], [self._cells[n] for n in said]
        self._lines, self._cells = [], []
        if lines:
            every = list(zip(*rows, strict=True))
            columns = [pa.array(_texts(every[index]), pa.string()) for index in self._indices]
            self.write(pa.table([pa.array(lines, pa.int64()), *columns], names=self.schema.names))

    def __enter__(self) -> "RowWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._stream.close()


def _is_blank(row: Sequence[object]) -> bool:
    return not any(cell_text(cell).strip() for cell in row)


def _texts(cells: Sequence[object]) -> Sequence[object]:
    """Most columns are text all through, which is seen much faster than it is done again."""
    return cells if set(map(type, cells)) == {str} else [cell_text(cell) for cell in cells]
