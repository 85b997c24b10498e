"""Files as tables of text: CSV, workbooks and Parquet are read into Parquet files of text columns, mapped ones only."""

import codecs
import contextlib
import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cchc.importing.headings import DEPTH, Head, Layout
from cchc.importing.rows import BATCH, COPY, Malformed, Part, RowWriter, unreadable
from cchc.text import UserError

Progress = Callable[[float], None]
_DELIMITERS = (",", ";", "\t", "|")
_HEAD = 1 << 18
_NAMES = {
    "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1258": "Windows-1258",
}  # fmt: skip
# One cell longer than this is a quotation mark that was never closed.
_LONGEST_CELL = 100_000
_MANY_RAGGED = 0.5


class Export(Protocol):
    """One file of an export: its heads are looked at first, then the mapped columns of the chosen sheets are read."""

    heads: list[Head]

    def load(self, layouts: dict[int, Layout], folder: Path, progress: Progress) -> list[Part]:
        """Write the mapped columns of the sheets of `layouts` (by number) into `folder`."""

    def close(self) -> None: ...


# --- CSV ----------------------------------------------------------------------------------------------------------


class Csv:
    """A text table. DuckDB reads what is plain (UTF-8, no ragged or blank rows); Python's csv reads all the rest."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path.name
        self.encoding = _encoding(path)
        sample = self._sample()
        if not sample.strip():
            raise _empty(self.file)
        if "\0" in sample:
            raise unreadable(self.file, "không phải bảng văn bản (CSV)", "it is not a text table (CSV)")
        self.delimiter = _delimiter(sample)
        self._positions: list[int] = []
        self.heads = [Head(self.file, "", self._head(sample))]

    def close(self) -> None:
        pass

    def _sample(self) -> str:
        try:
            with self.path.open(encoding=self.encoding, newline="") as text:
                return text.read(_HEAD)
        except UnicodeDecodeError as error:
            raise self._undecodable() from error

    def _undecodable(self) -> UserError:
        return unreadable(
            self.file,
            f"có ký tự không thuộc bảng mã {_NAMES[self.encoding]}; lưu lại tệp bằng UTF-8",
            f"it holds characters that are not {_NAMES[self.encoding]}; save it again as UTF-8",
        )

    def _head(self, sample: str) -> list[list[str]]:
        """The first records, remembering on which physical line each one ends."""
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=self.delimiter)
        rows = []
        with contextlib.suppress(csv.Error):
            for row in islice(reader, DEPTH + 2):
                rows.append(row)
                self._positions.append(reader.line_num)
        return rows

    def load(self, layouts: dict[int, Layout], folder: Path, progress: Progress) -> list[Part]:
        layout = layouts[0]
        path = folder / "rows.parquet"
        return [self._load_plain(layout, path) or self._load_any(layout, path, progress)]

    def _load_plain(self, layout: Layout, path: Path) -> Part | None:
        """The part as DuckDB reads it, or None when the file is not plain enough for exact row numbers."""
        if self.encoding != "utf-8-sig":
            return None
        link = path.with_suffix(".csv")
        link.symlink_to(self.path.resolve())
        columns = {f"c{n}": "VARCHAR" for n in range(layout.width)}
        picked = ", ".join(f"c{index} as {column}" for column, index in layout.columns.items())
        filled = " || ".join(layout.columns)
        with duckdb.connect() as connection:
            try:
                connection.execute(
                    f"""copy (
                        select {picked} from read_csv(?, auto_detect = false, columns = {columns}, delim = ?,
                            quote = '"', escape = '"', header = false, nullstr = chr(1), skip = ?)
                        ) to '{path}' ({COPY})""",
                    [str(link), self.delimiter, self._positions[layout.first - 1]],
                )
                rows, blank = connection.execute(
                    f"select count(*), count(case when {filled} = '' then 1 end) from read_parquet('{path}')"
                ).fetchall()[0]
            except (duckdb.InvalidInputException, duckdb.ConversionException):
                return None
        # As many lines as rows: no row was blank or ran over a line, so row numbers can be counted.
        plain = not blank and _newlines(self.path) == rows + layout.first
        return Part(self.file, "", path, layout, layout.first + 1, rows) if plain else None

    def _load_any(self, layout: Layout, path: Path, progress: Progress) -> Part:
        malformed: list[Malformed] = []
        size = self.path.stat().st_size
        with self.path.open("rb") as raw, RowWriter(path, layout) as writer:
            text = io.TextIOWrapper(raw, encoding=self.encoding, newline="")
            try:
                for line, record in islice(_records(text, self.delimiter), layout.first, None):
                    row = record if record and len(record) == layout.width else _mend(record, line, layout, malformed)
                    if row:
                        writer.add(line, row)
                    if line % BATCH == 0:
                        progress(min(1.0, raw.tell() / size))
            except UnicodeDecodeError as error:
                raise self._undecodable() from error
        if len(malformed) > _MANY_RAGGED * (writer.rows + len(malformed)):
            raise unreadable(
                self.file,
                f"hàng {malformed[0].line} và hơn nửa số hàng không cùng số cột với tiêu đề ({layout.width} cột)",
                f"row {malformed[0].line} and more than half of the rows do not have the {layout.width} columns of "
                "the headings",
            )
        return Part(self.file, "", path, layout, None, writer.rows, tuple(malformed))


def _mend(record: list[str] | None, line: int, layout: Layout, malformed: list[Malformed]) -> list[str] | None:
    """A row with blank cells too many loses nothing by losing them; a blank row is none; others are put on the list."""
    if record is None:
        malformed.append(Malformed(line, "broken_quotes"))
    elif any(cell.strip() for cell in record):
        if len(record) > layout.width and not any(cell.strip() for cell in record[layout.width :]):
            return record[: layout.width]
        malformed.append(Malformed(line, "too_many_cells" if len(record) > layout.width else "too_few_cells"))
    return None


def _records(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Records numbered from 1, blank ones included; None for one whose quotation marks cannot be meant."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    line = 0
    while True:
        line += 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    for line in text:
        if "\0" in line:
            file = Path(text.name).name
            raise unreadable(file, "có ký tự NUL, tệp hỏng hoặc không phải bảng văn bản", "it holds NUL characters")
        yield line


def _newlines(path: Path) -> int | None:
    """How many lines a file has; None when it holds a NUL."""
    count, last = 0, b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if b"\0" in block:
                return None
            count += block.count(b"\n")
            last = block
    return count + (not last.endswith(b"\n"))


def _encoding(path: Path) -> str:
    """utf-8-sig, utf-16 or cp1258: by the byte order mark, else by the first bytes above 127 in the file."""
    with path.open("rb") as file:
        start = file.read(1 << 16)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        evens, odds = start[::2].count(0), start[1::2].count(0)
        if max(evens, odds) > len(start) / 8:
            return "utf-16-be" if evens > odds else "utf-16-le"
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        while block := file.read(1 << 20):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return "utf-8-sig" if _mostly_utf8(block) else "cp1258"
            if not block.isascii():
                return "utf-8-sig"
    return "utf-8-sig"


def _mostly_utf8(block: bytes) -> bool:
    """Whether more letters of damaged text make sense as UTF-8 than do not: then it must not be read as another."""
    text = block.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return len(text) - len(text.encode("ascii", "ignore")) > 2 * wrong


def _delimiter(sample: str) -> str:
    """The delimiter under which most of the first records have the same number of cells, and the more the better."""
    return max(_DELIMITERS, key=lambda delimiter: _agreement(sample, delimiter))


def _agreement(sample: str, delimiter: str) -> tuple[int, int]:
    widths: list[int] = []
    with contextlib.suppress(csv.Error):
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = [len(row) for row in islice(reader, DEPTH * 5) if len(row) > 1]
    if not widths:
        return 0, 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return widths.count(usual), usual


def _empty(file: str) -> UserError:
    return unreadable(file, "tệp trống", "it is empty")


# --- Parquet ------------------------------------------------------------------------------------------------------


class Parquet:
    """A Parquet file; its values become text, times as wall clock in ISO 8601."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path.name
        try:
            metadata = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise unreadable(
                self.file, "tệp Parquet hỏng hoặc bị cắt cụt", "the Parquet is damaged or cut off"
            ) from error
        self.names = metadata.schema_arrow.names
        self.rows = metadata.metadata.num_rows
        self.heads = [Head(self.file, "", [self.names])]

    def close(self) -> None:
        pass

    def load(self, layouts: dict[int, Layout], folder: Path, progress: Progress) -> list[Part]:
        layout = layouts[0]
        path, link = folder / "rows.parquet", folder / "source.parquet"
        link.symlink_to(self.path.resolve())
        columns = ", ".join(f"c{n}" for n in range(len(self.names)))
        picked = ", ".join(f"coalesce(cast(c{n} as varchar), '') as {column}" for column, n in layout.columns.items())
        mapped = " || ".join(layout.columns)
        with duckdb.connect() as connection:
            try:
                connection.execute(
                    f"""copy (
                        select * exclude (filled) from (
                            select line + 1 as line, {picked}, concat({columns}) as filled
                            from read_parquet(?, file_row_number = true) as t({columns}, line))
                        where {mapped} <> '' or filled <> '')
                        to '{path}' ({COPY})""",
                    [str(link)],
                )
            except duckdb.Error as error:
                raise unreadable(self.file, "tệp Parquet hỏng", "the Parquet is damaged") from error
        return [Part(self.file, "", path, layout, None, pq.read_metadata(path).num_rows)]
