"""The child of workbook.py: reads one workbook or page of tables, whose parent it cannot harm.

It writes one JSON line with the first rows of each sheet, reads one JSON line saying which columns of which sheets are
wanted, writes those and ends with one JSON line of what it wrote. It is run by its path, and imports nothing of cchc
but modules beside it that do the same: the whole package would take longer to import than a small workbook to read.
"""

import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from importlib.abc import MetaPathFinder
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

import python_calamine as calamine

_MEMORY = 6 << 30
# Days from the first of Excel's two ways to count days to the second.
_1904 = 1462
_DAY_NUMBER = re.compile(r"\s*\d{5}([.,]\d+)?\s*")

_UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError)

Row = list[Any]
Merged = list[tuple[tuple[int, int], tuple[int, int]]]


class Sheet(Protocol):
    """A sheet or table: its name, its first rows, all rows from one on with their numbers."""

    name: str
    hidden: bool

    @property
    def height(self) -> int: ...
    def head(self, depth: int) -> list[Row]: ...
    def numbered(self, first: int) -> Iterator[tuple[int, Row]]: ...


@dataclass
class Book:
    """The sheets, and what is only known once a second look at the file has ended: hidden rows and merged cells by
    sheet, and whether days count from 1904."""

    sheets: list[Sheet]
    about: Callable[[], Any]


@dataclass
class _OfWorkbook:
    name: str
    hidden: bool
    sheet: calamine.CalamineSheet
    merged: Merged = field(default_factory=list)

    @property
    def height(self) -> int:
        return self.sheet.height

    def head(self, depth: int) -> list[Row]:
        return self.sheet.to_python(nrows=depth)

    def numbered(self, first: int) -> Iterator[tuple[int, Row]]:
        # The head begins at the first cell of the sheet; iter_rows begins with the blank rows above it.
        top, left = self.sheet.start or (0, 0)
        rows: Iterator[tuple[int, Row]] = enumerate(islice(self.sheet.iter_rows(), top + first, None), top + first + 1)
        merged = [*self.merged, *(self.sheet.merged_cell_ranges or ())]
        reaching = [(r0 + 1, r1 + 1, c - left) for (r0, c), (r1, _) in merged if r1 > r0 >= top + first]
        return _filled(rows, reaching) if reaching else rows


def _filled(rows: Iterator[tuple[int, Row]], reaching: list[tuple[int, int, int]]) -> Iterator[tuple[int, Row]]:
    """Rows where a cell merged over several (first and last row, column) stands in each that says anything."""
    begins: dict[int, list[tuple[int, int]]] = {}
    for first, last, column in reaching:
        begins.setdefault(first, []).append((column, last))
    open_: dict[int, tuple[int, object]] = {}
    for number, row in rows:
        open_.update({column: (last, row[column]) for column, last in begins.get(number, ()) if column < len(row)})
        if any(cell not in ("", None) for cell in row):
            for column, (last, value) in open_.items():
                if number <= last and row[column] in ("", None):
                    row[column] = value
        yield number, row


class _WithoutPandas(MetaPathFinder):
    """Arrow looks for pandas before it makes its first array, and it takes half a second to be imported."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def _say(**answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _tell(done: int, total: int, rows: int) -> None:
    _say(progress=(done + rows) / total)


@contextmanager
def _opened(path: Path, kind: str) -> Iterator[Book]:
    if kind == "workbook":
        # The second look runs beside calamine, which leaves the interpreter free.
        with ThreadPoolExecutor(1) as pool, path.open("rb") as file:
            about = pool.submit(lambda: import_module("package").about(path))
            with calamine.CalamineWorkbook.from_filelike(file) as book:
                yield Book(list(_sheets(book)), about.result)
        return
    markup = import_module("markup")
    nothing = import_module("package").About
    if kind == "spreadsheet_xml":
        tables, from_1904 = markup.spreadsheet_xml(path)
        known = nothing(from_1904)
    else:
        tables, known = getattr(markup, kind)(path), nothing()
    known.hidden = {table.name: table.hidden_rows for table in tables}
    yield Book(tables, lambda: known)


def _sheets(book: calamine.CalamineWorkbook) -> Iterator[Sheet]:
    for about in book.sheets_metadata:
        if about.typ == calamine.SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(about.name)
            if sheet.start is not None:
                yield _OfWorkbook(about.name, about.visible != calamine.SheetVisibleEnum.Visible, sheet)


def _head(sheet: Sheet, depth: int) -> list[list[str]]:
    rows = import_module("rows")
    return [[rows.bare(rows.cell_text(cell)) for cell in row] for row in sheet.head(depth)]


def _write(sheet: Sheet, wanted: dict[str, Any], from_1904: bool, told: Callable[[int], None]) -> dict[str, int]:
    """Write the wanted columns; says how many rows those are, and how many were group rows."""
    columns = wanted["columns"]
    days = [index for name, index in columns.items() if name in wanted["dates"]] if from_1904 else []
    rows = import_module("rows")
    groups = wanted["groups"] and import_module("groups").Groups(**wanted["groups"], text=rows.cell_text)
    with rows.RowWriter(Path(wanted["path"]), columns, groups=groups) as writer:
        numbered = sheet.numbered(wanted["first"])
        while batch := list(islice(numbered, rows.BATCH)):
            for index in days:
                for _, row in batch:
                    row[index] = _since_1900(row[index])
            writer.add(batch)
            told(batch[-1][0])
    return {"rows": writer.rows, "groups": groups.found if groups else 0}


def _since_1900(cell: object) -> object:
    """A day number of 1904 as one of 1900; dates that are known to be dates stay as they are."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell + _1904
    if isinstance(cell, str) and _DAY_NUMBER.fullmatch(cell):
        return str(float(cell.replace(",", ".")) + _1904)
    return cell


def _read(path: Path, depth: int, kind: str) -> None:
    with _opened(path, kind) as book:
        _say(heads=[(sheet.name, sheet.hidden, _head(sheet, depth), sheet.height) for sheet in book.sheets])
        plan = {int(number): wanted for number, wanted in json.loads(sys.stdin.readline() or "{}").items()}
        about, done, written = book.about(), 0, {}
        total = sum(book.sheets[number].height for number in plan) or 1
        for number, wanted in plan.items():
            sheet = book.sheets[number]
            if isinstance(sheet, _OfWorkbook):
                sheet.merged = about.merged.get(sheet.name, [])
            written[number] = _write(sheet, wanted, about.from_1904, partial(_tell, done, total))
            written[number]["hidden"] = sum(1 for row in about.hidden.get(sheet.name, ()) if row > wanted["first"])
            done += sheet.height
        _say(written=written)


def main(path: str, depth: str, kind: str) -> None:
    """Read one file as the parent asks; say `failure` for one that cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.meta_path.insert(0, _WithoutPandas())
    # Arrow takes a quarter of a second to import; meanwhile the workbook is parsed, which leaves the interpreter free.
    Thread(target=import_module, args=("rows",)).start()
    try:
        _read(Path(path), int(depth), kind)
    except calamine.PasswordError:
        _say(failure="locked")
    except MemoryError:
        _say(failure="too_far")
    except (calamine.CalamineError, OSError, SyntaxError, ValueError, RecursionError, *_UNPACKING) as error:
        _say(failure=getattr(error, "failure", "damaged"))


if __name__ == "__main__":
    main(*sys.argv[1:])
