"""Rows of cells to columns of text in an Arrow stream on disk: the mapped columns and the row number, nothing else.

This module imports nothing of cchc, because the child that reads workbooks (sheets.py) imports it alone.
"""

import datetime
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from cchc.importing.groups import Groups

# So few rows that their cells are still in the cache when they are written: twice as fast as ten times as many.
BATCH = 2_048
# Invisible signs that programs and web pages leave in text: soft hyphens, zero-width and direction marks, joiners.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
# Spaces of other widths: new clocks stand before AM and PM with a narrow one.
_SPACES = re.compile("[\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Digits of double width and what stands between those of a date, as some keyboards write them.
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF0D, 0xFF1B)}
# What keeps a spreadsheet from taking text for a number: ="0123", '0123, "0123".
_GUARDED = re.compile(r"""\s*(?:=\s*"(?P<formula>.*)"|"(?P<quoted>[^"]*)"|['‘’](?P<marked>.*?)['’]?)\s*""", re.DOTALL)
# First bytes of these signs and, where those are frequent in other text, the whole of them, in UTF-8; ASCII ones first.
_SIGNS = ((b"'", b"'"), (b'"', b'"'), (b"\xc2", b"\xc2\xad"), (b"\xcd", b"\xcd\x8f"), (b"\xd8", b"\xd8\x9c"),
          (b"\xe1", b"\xe1\x9a\x80"), (b"\xe1", b"\xe1\xa0\x8e"), (b"\xe2", b"\xe2\x80"), (b"\xe2", b"\xe2\x81"),
          (b"\xe3", b"\xe3\x80\x80"), (b"\xef", b"\xef\xb8"), (b"\xef", b"\xef\xbc"),
          (b"\xef", b"\xef\xbb\xbf"))  # fmt: skip


def bare(text: str) -> str:
    """`text` without invisible signs and the guard a program put around it, its spaces and digits usual ones."""
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text)).translate(_WIDE)
    while (found := _GUARDED.fullmatch(text)) and found[0]:
        text = found[found.lastgroup or 0]
        if found.lastgroup == "formula":
            text = text.replace('""', '"')
    return text


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

    Columns in `few` have few different values; these are written once a batch. `groups` knows the group rows.
    """

    def __init__(
        self, path: Path, columns: Mapping[str, int], few: Collection[str] = (), groups: "Groups | None" = None
    ) -> None:
        self.rows, self._groups = 0, groups
        types = {name: pa.dictionary(pa.int32(), pa.string()) if name in few else pa.string() for name in columns}
        self.schema = pa.schema([("line", pa.int64()), *types.items()])
        self._stream = pa.ipc.new_stream(path, self.schema)
        self._indices = list(columns.values())
        self._lines: list[int] = []
        self._cells: list[Sequence[object]] = []

    def add(self, rows: Iterable[tuple[int, Sequence[object]]]) -> None:
        """Keep rows with their numbers, but those of which all cells, mapped or not, are blank."""
        self._keep([kept for row in rows for kept in self._groups.rows(*row)] if self._groups else list(rows))
        if len(self._lines) >= BATCH:
            self._flush()

    def _keep(self, rows: Sequence[tuple[int, Sequence[object]]]) -> None:
        self._lines += [line for line, _ in rows]
        self._cells += [row for _, row in rows]

    def write(self, rows: pa.Table) -> None:
        """Write rows that are in columns already."""
        self._flush()
        self._stream.write_table(_bare(rows.cast(self.schema)))
        self.rows += len(rows)

    def _flush(self) -> None:
        first = self._indices[0]
        said = [n for n, row in enumerate(self._cells) if str(row[first]).strip() or not _is_blank(row)]
        lines, rows = [self._lines[n] for n in said], [self._cells[n] for n in said]
        self._lines, self._cells = [], []
        if lines:
            every = list(zip(*rows, strict=True))
            columns = [_texts(every[index]) for index in self._indices]
            self.write(pa.table([pa.array(lines, pa.int64()), *columns], names=self.schema.names))

    def __enter__(self) -> "RowWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._keep(self._groups.left() if self._groups else ())
        self._flush()
        self._stream.close()


def _bare(rows: pa.Table) -> pa.Table:
    """Rows whose texts are all bare; nearly every block is seen to be so by a look at its bytes."""
    for index, field in enumerate(rows.schema):
        column = rows.column(index)
        if field.name != "line" and any(map(_may_be_guarded, column.chunks)):
            texts = pa.array([bare(text) for text in column.to_pylist()], pa.string())
            rows = rows.set_column(index, field, texts.cast(field.type))
    return rows


def _may_be_guarded(texts: pa.Array) -> bool:
    values = texts.dictionary if pa.types.is_dictionary(texts.type) else texts
    buffer = values.buffers()[2]
    content = buffer.to_pybytes() if buffer else b""
    return any(first in content and sign in content for first, sign in _SIGNS[: 2 if content.isascii() else None])


def _is_blank(row: Sequence[object]) -> bool:
    return not any(cell_text(cell).strip() for cell in row)


def _texts(cells: Sequence[object]) -> pa.Array:
    """Most columns are text all through, which Arrow sees as it takes them."""
    try:
        texts = pa.array(cells, pa.string())
    except pa.ArrowTypeError:
        texts = None
    if texts is not None and not texts.null_count:
        return texts
    return pa.array([cell_text(cell) for cell in cells], pa.string())
