"""The child of workbook.py: reads one workbook, whose parent it cannot harm.

It writes one JSON line with the first rows of each sheet, reads one JSON line saying which columns of which sheets are
wanted, writes those and ends with one JSON line of what it wrote. It is run by its path, and imports nothing of cchc
but rows.py beside it: the whole package would take longer to import than a small workbook to read.
"""

import json
import resource
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.abc import MetaPathFinder
from itertools import islice
from pathlib import Path
from threading import Thread

import python_calamine as calamine

_MEMORY = 6 << 30
_ROWS_TOLD = 20_000


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


def _sheets(book: calamine.CalamineWorkbook) -> Iterator[calamine.CalamineSheet]:
    for about in book.sheets_metadata:
        if about.typ == calamine.SheetTypeEnum.WorkSheet and about.visible == calamine.SheetVisibleEnum.Visible:
            sheet = book.get_sheet_by_name(about.name)
            if sheet.start is not None:
                yield sheet


def _head(sheet: calamine.CalamineSheet, depth: int) -> list[list[str]]:
    rows = import_module("rows")
    return [[rows.bare(rows.cell_text(cell)) for cell in row] for row in sheet.to_python(nrows=depth)]


def _write(
    sheet: calamine.CalamineSheet, path: str, columns: dict[str, int], first: int, told: Callable[[int], None]
) -> int:
    # The first rows (`heads`) begin at the first cell of the sheet; iter_rows begins with the blank ones above it.
    start = (sheet.start or (0, 0))[0] + first
    with import_module("rows").RowWriter(Path(path), columns) as writer:
        for number, row in enumerate(islice(sheet.iter_rows(), start, None), start + 1):
            writer.add(number, row)
            if number % _ROWS_TOLD == 0:
                told(number)
    return int(writer.rows)


def _read(path: str, depth: int) -> None:
    with calamine.CalamineWorkbook.from_path(path) as book:
        sheets = list(_sheets(book))
        _say(heads=[(sheet.name, _head(sheet, depth)) for sheet in sheets])
        plan = json.loads(sys.stdin.readline() or "{}")
        total = sum(sheets[int(number)].height for number in plan) or 1
        done, rows = 0, {}
        for number, (target, columns, first) in plan.items():
            sheet = sheets[int(number)]
            rows[number] = _write(sheet, target, columns, first, partial(_tell, done, total))
            done += sheet.height
        _say(rows=rows)


def main(path: str, depth: str) -> None:
    """Read one workbook as the parent asks; say `failure` for a file that cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.meta_path.insert(0, _WithoutPandas())
    # Arrow takes a quarter of a second to import; meanwhile the workbook is parsed, which leaves the interpreter free.
    Thread(target=import_module, args=("rows",)).start()
    try:
        _read(path, int(depth))
    except calamine.PasswordError:
        _say(failure="locked")
    except MemoryError:
        _say(failure="too_far")
    except (calamine.CalamineError, OSError):
        _say(failure="damaged")


if __name__ == "__main__":
    main(*sys.argv[1:])
