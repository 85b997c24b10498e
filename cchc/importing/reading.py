"""Files as tables of text: CSV and Parquet are read into Arrow streams of text columns, the mapped ones only."""

import codecs
import contextlib
import csv
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cchc.importing import plain
from cchc.importing.dates import VIETNAM
from cchc.importing.groups import Groups, alone
from cchc.importing.headings import DEPTH, Head, Layout
from cchc.importing.mapping import FEW
from cchc.importing.parts import Malformed, Part, unreadable
from cchc.importing.plain import LONGEST_CELL
from cchc.importing.rows import BATCH, RowWriter, bare
from cchc.text import UserError

Progress = Callable[[float], None]
_DELIMITERS = (",", ";", "\t", "|")
_HEAD = 1 << 18
_NAMES = {
    "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1258": "Windows-1258",
}  # fmt: skip
_MANY_RAGGED = 0.5
# Rows of a Parquet file that are turned to text at a time.
_ROWS = 100_000


class Export(Protocol):
    """One file of an export: its heads are looked at first, then the mapped columns of the chosen sheets are read.

    `hidden` are the heads of hidden sheets, `left_out` names files inside of it that are no tables; neither is read.
    """

    heads: list[Head]

    @property
    def hidden(self) -> Sequence[Head]: ...
    @property
    def left_out(self) -> Sequence[str]: ...

    def load(self, layouts: dict[int, Layout], folder: Path, progress: Progress) -> list[Part]:
        """Write the mapped columns of the sheets of `layouts` (by number) into `folder`."""

    def close(self) -> None: ...


# --- CSV ----------------------------------------------------------------------------------------------------------


class Csv:
    """A text table. Arrow reads what is plain (UTF-8, one whole row a line); Python's csv reads on where that ends."""

    block = plain.BLOCK
    hidden: Sequence[Head] = ()
    left_out: Sequence[str] = ()

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path.name
        self.encoding = _encoding(path)
        sample = self._sample()
        if not sample.strip():
            raise _empty(self.file)
        if "\0" in sample:
            raise unreadable(self.file, "không phải bảng văn bản (CSV)", "it is not a text table (CSV)")
        self.delimiter = _delimiter(sample)
        self.heads = [Head(self.file, "", self._head(sample))]

    def close(self) -> None:
        pass

    def _sample(self) -> str:
        try:
            with self.path.open(encoding=self.encoding, newline="") as text:
                return text.read(_HEAD)
        except UnicodeDecodeError as error:
            raise self.undecodable() from error

    def undecodable(self) -> UserError:
        """The error for text that is not in the encoding it seems to have."""
        return unreadable(
            self.file,
            f"có ký tự không thuộc bảng mã {_NAMES[self.encoding]}; lưu lại tệp bằng UTF-8",
            f"it holds characters that are not {_NAMES[self.encoding]}; save it again as UTF-8",
        )

    def _head(self, sample: str) -> list[list[str]]:
        rows: list[list[str]] = []
        with contextlib.suppress(csv.Error):
            rows.extend(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=self.delimiter), DEPTH + 2))
        return [[bare(cell) for cell in row] for row in rows]

    def load(self, layouts: dict[int, Layout], folder: Path, progress: Progress) -> list[Part]:
        layout, path = layouts[0], folder / "rows.arrow"
        groups = Groups(**layout.groups, text=str) if layout.groups else None
        with self.path.open("rb") as file, RowWriter(path, layout.columns, FEW, groups) as writer:
            lines = 0 if layout.is_named_by_groups else self._copy_plain(file, layout, writer, progress)
            malformed = self._copy_rest(file, lines, layout, writer, progress)
        if len(malformed) > _MANY_RAGGED * (writer.rows + len(malformed)):
            raise unreadable(
                self.file,
                f"hàng {malformed[0].line} và hơn nửa số hàng không cùng số cột với tiêu đề ({layout.width} cột)",
                f"row {malformed[0].line} and more than half of the rows do not have the {layout.width} columns of "
                "the headings",
            )
        found = groups.found if groups else 0
        return [Part(self.file, "", path, layout, writer.rows, tuple(malformed), groups=found)]

    def _copy_plain(self, file: BinaryIO, layout: Layout, writer: RowWriter, progress: Progress) -> int:
        """Copy the rows Arrow can read; returns how many lines those are, and leaves `file` after them."""
        block, size = None, self.path.stat().st_size
        for block in plain.read(file, layout, self.delimiter, self.block) if self.encoding == "utf-8-sig" else ():
            writer.write(block.rows)
            progress(min(1.0, block.end / size))
        file.seek(block.end if block else 0)
        return block.lines if block else 0

    def _copy_rest(
        self, file: BinaryIO, lines: int, layout: Layout, writer: RowWriter, progress: Progress
    ) -> list[Malformed]:
        """Copy the rows after the first `lines`, each of which is one; returns those that cannot be split."""
        malformed: list[Malformed] = []
        size = self.path.stat().st_size
        with io.TextIOWrapper(file, encoding="utf-8" if lines else self.encoding, newline="") as text:
            try:
                records = _records(text, self.delimiter, lines, layout)
                for line, record in islice(records, 0 if lines else layout.first, None):
                    row = record if record and len(record) == layout.width else _mend(record, line, layout, malformed)
                    if row:
                        writer.add([(line, row)])
                    if line % BATCH == 0:
                        progress(min(1.0, file.tell() / size))
            except UnicodeDecodeError as error:
                raise self.undecodable() from error
        return malformed


def _mend(record: list[str] | None, line: int, layout: Layout, malformed: list[Malformed]) -> list[str] | None:
    """A row with blank cells too many loses nothing by losing them; a blank row is none; a row of one cell may be a
    group row; others are put on the list."""
    if record is None:
        malformed.append(Malformed(line, "broken_quotes"))
    elif any(cell.strip() for cell in record):
        if len(record) > layout.width and not any(cell.strip() for cell in record[layout.width :]):
            return record[: layout.width]
        if len(record) < layout.width and layout.groups and alone(record, str):
            return [*record, *[""] * (layout.width - len(record))]
        malformed.append(Malformed(line, "too_many_cells" if len(record) > layout.width else "too_few_cells"))
    return None


def _records(
    text: io.TextIOWrapper, delimiter: str, line: int, layout: Layout
) -> Iterator[tuple[int, list[str] | None]]:
    """Records numbered from `line` + 1, blank ones included; None for one whose quotation marks cannot be meant.

    A mark that was never closed would swallow all rows up to the next one. Of such a record the first line alone is
    broken, and the others are read again.
    """
    csv.field_size_limit(LONGEST_CELL)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line += 1
        lines.taken.clear()
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            record = None
        if len(lines.taken) > 1 and line > layout.first and _swallows(record, lines.taken, delimiter, layout.width):
            lines.take_back()
            record = None
        yield line, record


def _swallows(record: list[str] | None, lines: list[str], delimiter: str, width: int) -> bool:
    """Whether a record of several lines, which is no row as its headings are, has a row among its later lines."""
    if record is None:
        return True
    return len(record) != width and any(line.count(delimiter) >= width - 1 for line in lines[1:])


class _Lines:
    """The lines of a text, which must be without NUL; `taken` can be given out once more, all but the first."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._again = text, deque[str]()
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._text)
        if "\0" in line:
            file = Path(self._text.name).name
            raise unreadable(file, "có ký tự NUL, tệp hỏng hoặc không phải bảng văn bản", "it holds NUL characters")
        self.taken.append(line)
        return line

    def take_back(self) -> None:
        self._again.extendleft(reversed(self.taken[1:]))


def _encoding(path: Path) -> str:
    """utf-8-sig, utf-16 or cp1258: by the byte order mark, else by the first bytes above 127 in the file."""
    with path.open("rb") as file:
        start = file.read(1 << 16)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        evens, odds = start[::2].count(0), start[1::2].count(0)
        if max(evens, odds) > len(start) / 8:
            return "utf-16-be" if evens > odds else "utf-16-le"
        file.seek(0)
        while (block := file.read(1 << 20)) and block.isascii():
            pass
    try:
        # A letter may be cut by the end of the block.
        codecs.getincrementaldecoder("utf-8")().decode(block)
    except UnicodeDecodeError:
        return "utf-8-sig" if _mostly_utf8(block) else "cp1258"
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
    """A Parquet file; its values become text, times as wall clock in ISO 8601, that of Vietnam for moments."""

    hidden: Sequence[Head] = ()
    left_out: Sequence[str] = ()

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path.name
        try:
            metadata = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise unreadable(
                self.file, "tệp Parquet hỏng hoặc bị cắt cụt", "the Parquet is damaged or cut off"
            ) from error
        self.schema = metadata.schema_arrow
        self.rows = metadata.metadata.num_rows
        self.heads = [Head(self.file, "", [[bare(name) for name in self.schema.names]])]

    def close(self) -> None:
        pass

    def load(self, layouts: dict[int, Layout], folder: Path, progress: Progress) -> list[Part]:
        layout, path, link = layouts[0], folder / "rows.arrow", folder / "source.parquet"
        link.symlink_to(self.path.resolve())
        with RowWriter(path, layout.columns, FEW) as writer:
            for batch in self._texts(layout, link):
                writer.write(pa.Table.from_batches([batch]))
                progress(min(1.0, writer.rows / self.rows))
        return [Part(self.file, "", path, layout, writer.rows)]

    def _texts(self, layout: Layout, path: Path) -> Iterator[pa.RecordBatch]:
        columns = ", ".join(f"c{n}" for n in range(len(self.schema)))
        picked = ", ".join(f"coalesce({self._text(n)}, '') as {column}" for column, n in layout.columns.items())
        mapped = " || ".join(layout.columns)
        query = f"""
            select * exclude (filled) from (
                select line + 1 as line, {picked}, concat({columns}) as filled
                from read_parquet(?, file_row_number = true) as t({columns}, line))
            where {mapped} <> '' or filled <> ''"""
        with duckdb.connect() as connection:
            try:
                yield from connection.sql(query, params=[str(path)]).to_arrow_reader(_ROWS)
            except (duckdb.Error, OSError) as error:
                raise unreadable(self.file, "tệp Parquet hỏng", "the Parquet is damaged") from error

    def _text(self, number: int) -> str:
        """SQL for one column as text; a moment in time becomes the wall clock of Vietnam, whatever this machine's."""
        type_ = self.schema.types[number]
        zoned = pa.types.is_timestamp(type_) and type_.tz is not None
        value = f"make_timestamp(epoch_us(c{number}) + {VIETNAM})" if zoned else f"c{number}"
        return f"cast({value} as varchar)"
