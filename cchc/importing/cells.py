"""Small tables that staff fill in: every cell of a file's first sheet as text, whatever kind of file it is."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from cchc import disk
from cchc.importing.headings import Layout
from cchc.importing.parts import unreadable
from cchc.importing.plain import LONGEST_CELL
from cchc.importing.reading import Csv, Export
from cchc.importing.sources import open_export

Row = tuple[int, list[str]]


def read(path: Path, most: int) -> tuple[list[str], list[Row]]:
    """The first row of a CSV file (in any usual encoding and delimiter), workbook or Parquet file: its headings; and
    the rows below it that say something, with their numbers in the file, at most `most` and one more.

    Blank cells beyond the headings are left out; a row of a CSV file may still be longer or shorter than they are.
    Raises UserError when the file cannot be read.
    """
    source = open_export(path)
    try:
        rows = _of_text(source) if isinstance(source, Csv) else _of_sheet(source)
        _, heads = next(rows, (1, []))
        said = ((line, _cut(cells, len(heads))) for line, cells in rows if any(cell.strip() for cell in cells))
        return heads, list(islice(said, most + 1))
    finally:
        source.close()


def _of_text(source: Csv) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    line = 0
    with source.path.open(encoding=source.encoding, newline="") as text:
        try:
            for line, cells in enumerate(csv.reader(text, delimiter=source.delimiter, strict=True), start=1):
                yield line, cells
        except UnicodeDecodeError as error:
            raise source.undecodable() from error
        except csv.Error as error:
            raise unreadable(
                source.file, f"dòng {line + 1} có dấu ngoặc kép bị hỏng", f"row {line + 1} has broken quotes"
            ) from error


def _of_sheet(source: Export) -> Iterator[Row]:
    [head, *_] = source.heads
    heads = [str(cell) for cell in head.rows[0]]
    yield 1, heads
    # With a stroke at the end no name is a word of SQL.
    layout = Layout({f"c{place}_": place for place in range(len(heads))}, {}, 1, len(heads), ())
    with disk.scratch() as folder:
        [part] = source.load({0: layout}, folder, lambda _: None)
        for row in part.table().to_pylist():
            yield row.pop("line"), list(row.values())


def _cut(cells: list[str], width: int) -> list[str]:
    return cells if any(cell.strip() for cell in cells[width:]) else cells[:width]
