"""Tables of web pages (also packed as MHTML) and of Excel-2003 XML: the text of their cells and nothing else.

Part of the child of workbook.py, so this module imports nothing of cchc. Scripts and links are never followed.
"""

import codecs
import datetime
import email
import email.policy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lxml import etree

_PIECE = 1 << 20
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)
# HTML's own limits of what a cell may span.
_MOST_ROWS, _MOST_COLUMNS = 65_534, 1_000
_NOT_TEXT = ("table", "script", "style", "template", "select", "textarea")
# Headings that stand in a table of their own are as many at least.
_HEADINGS = 5
_BREAKS = ("br", "p", "div", "li", "tr")
_SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"


class Refused(ValueError):
    """The file must not be read; `failure` is a name of workbook._FAILURES."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


class Cell(NamedTuple):
    """What a cell says, how many rows and columns it takes, and in which column it begins at the earliest."""

    value: object
    down: int = 1
    across: int = 1
    at: int = 0


@dataclass
class Table:
    """One table as a grid of cells; `hidden_rows` are numbers of rows. A cell over several rows stands in each of
    them, one over several columns in the first."""

    name: str = ""
    hidden: bool = False
    rows: list[list[object]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    _pending: dict[int, tuple[int, object]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        return len(self.rows)

    def head(self, depth: int) -> list[list[object]]:
        """The first rows, all as wide as the table."""
        width = self.width
        for row in self.rows:
            row.extend([""] * (width - len(row)))
        return self.rows[:depth]

    def numbered(self, first: int) -> Iterator[tuple[int, list[object]]]:
        """The rows from `first` on with their numbers."""
        return enumerate(self.rows[first:], start=first + 1)

    def add(self, cells: Iterable[Cell]) -> None:
        """One more row."""
        row, waiting = list[object](), dict[int, tuple[int, object]]()
        for cell in cells:
            self._fill(row, waiting, cell.at)
            for n in range(cell.across if cell.down > 1 else 0):
                waiting[len(row) + n] = (cell.down - 1, "" if n else cell.value)
            row.extend([cell.value, *[""] * (cell.across - 1)])
        self._fill(row, waiting, max(self._pending, default=-1) + 1)
        self._pending = waiting
        self.rows.append(row)

    def _fill(self, row: list[object], waiting: dict[int, tuple[int, object]], to: int) -> None:
        """Lengthen a row up to the column `to`, and over cells that reach down from above."""
        while len(row) < to or len(row) in self._pending:
            left, value = self._pending.get(len(row), (0, ""))
            if left > 1:
                waiting[len(row)] = (left - 1, value)
            row.append(value)

    @property
    def listed(self) -> int:
        """How many rows have two filled cells."""
        return sum(1 for row in self.rows if _filled(row) > 1)

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def is_data(self) -> bool:
        """Whether this may be a list, or the headings of one in a table of their own; what only lays out a page has no
        two rows of two filled cells."""
        return self.listed > 1 or max(map(_filled, self.rows), default=0) >= _HEADINGS


def _filled(row: list[object]) -> int:
    return sum(1 for cell in row if cell != "")


# --- web pages ----------------------------------------------------------------------------------------------------


def web_page(path: Path) -> list[Table]:
    """The tables of an HTML file that hold data; of tables inside one another the outermost such, unless one inside has
    more rows and no fewer columns: the page is then laid out by the others."""
    return _tables(_decoded(path.read_bytes()))


def web_archive(path: Path) -> list[Table]:
    """The tables of every page of an MHTML file, named after their pages where there are several."""
    message = email.message_from_bytes(path.read_bytes().lstrip(), policy=email.policy.default)
    pages = []
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            pages.append((PurePosixPath(str(part["Content-Location"] or "")).name, _tables(_decoded(content))))
    filled = [page for page in pages if page[1]]
    for name, tables in filled if len(filled) > 1 else []:
        for table in tables:
            table.name = f"{name} {table.name}".strip()
    return [table for _, tables in filled for table in tables]


def _decoded(content: bytes) -> str:
    """The text of a page: by its byte order mark, as UTF-16, as UTF-8, or in the encoding it names."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    evens, odds = content[:4096:2].count(0), content[1:4096:2].count(0)
    if max(evens, odds) > len(content[:4096]) / 8:
        return content.decode("utf-16-be" if evens > odds else "utf-16-le", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = _CHARSET.search(content[:4096])
        declared = named[1].decode().lower() if named else "cp1258"
        try:
            return content.decode("cp1258" if declared in ("utf-8", "utf8") else declared)
        except (LookupError, UnicodeDecodeError) as error:
            raise Refused("damaged") from error


def _tables(text: str) -> list[Table]:
    parser = etree.HTMLPullParser(events=("start", "end"), tag=("table", "tr"), remove_comments=True, remove_pis=True)
    # The last is for rows outside of any table; of each open one, the data tables inside of it.
    open_tables, inside = [Table()], [list[Table]()]
    for at in range(0, len(text), _PIECE):
        parser.feed(text[at : at + _PIECE])
        _take(parser.read_events(), open_tables, inside)
    parser.close()
    _take(parser.read_events(), open_tables, inside)
    while len(open_tables) > 1:
        _close(open_tables, inside)
    found = [*([open_tables[0]] if open_tables[0].is_data() else []), *inside[0]]
    for number, table in enumerate(found if len(found) > 1 else [], start=1):
        table.name = str(number)
    return found


def _take(events: Iterator[tuple[str, etree._Element]], open_tables: list[Table], inside: list[list[Table]]) -> None:
    for event, element in events:
        if element.tag == "table":
            if event == "start":
                open_tables.append(Table())
                inside.append([])
            elif len(open_tables) > 1:
                element.text = _close(open_tables, inside)
        elif event == "end":
            _add_row(open_tables[-1], element)


def _close(open_tables: list[Table], inside: list[list[Table]]) -> str:
    """Take the innermost open table for what it is; returns the text of one that is none and has none inside, with
    which programs lay out a single cell."""
    table, inner = open_tables.pop(), inside.pop()
    lays_out = any(each.listed > table.listed and each.width >= table.width for each in inner)
    is_data = table.is_data() and not lays_out
    inside[-1].extend([table] if is_data else inner)
    return "" if is_data or inner else " ".join(str(cell) for row in table.rows for cell in row)


def _add_row(table: Table, row: etree._Element) -> None:
    table.add(
        Cell(
            _text("".join(_pieces(cell))) or _text(" ".join(each.text or "" for each in cell.iter("table"))),
            _span(cell, "rowspan", _MOST_ROWS),
            _span(cell, "colspan", _MOST_COLUMNS),
        )
        for cell in row
        if cell.tag in ("td", "th")
    )
    if "hidden" in row.attrib or _HIDDEN.search(row.get("style", "")):
        table.hidden_rows.append(table.height)
    _forget(row)


def _text(text: str) -> str:
    return " ".join(text.split())


def _span(cell: etree._Element, name: str, most: int) -> int:
    text = cell.get(name, "").strip()
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _BREAKS:
            yield " "
        if child.tag not in _NOT_TEXT:
            yield from _pieces(child)
        if child.tag in _BREAKS:
            yield " "
        yield child.tail or ""


def _forget(element: etree._Element) -> None:
    """Free what has been read: a long table would not fit into memory as a tree."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


# --- Excel 2003 ---------------------------------------------------------------------------------------------------


def spreadsheet_xml(path: Path) -> tuple[list[Table], bool]:
    """The worksheets of an Excel-2003 XML file, and whether its days count from 1904. Raises Refused for one that
    declares entities."""
    tables, from_1904 = list[Table](), False
    with path.open("rb") as file:
        events = etree.iterparse(file, events=("start", "end"), resolve_entities=False, no_network=True)
        for event, element in events:
            if event == "start":
                if element.getroottree().docinfo.internalDTD is not None:
                    raise Refused("entities")
                if element.tag == f"{_SPREADSHEET}Worksheet":
                    tables.append(Table(str(element.get(f"{_SPREADSHEET}Name", ""))))
            elif element.tag == f"{_SPREADSHEET}Row" and tables:
                _add_xml_row(tables[-1], element)
            elif element.tag == f"{_EXCEL}Visible" and tables:
                tables[-1].hidden = (element.text or "").startswith(("SheetHidden", "SheetVeryHidden"))
            elif element.tag == f"{_EXCEL}Date1904":
                from_1904 = True
    return [table for table in tables if table.rows], from_1904


def _add_xml_row(table: Table, row: etree._Element) -> None:
    for _ in range(table.height, _number(row, "Index", 1) - 1):
        table.add(())
    table.add(
        Cell(
            _value(cell),
            _number(cell, "MergeDown", 0) + 1,
            _number(cell, "MergeAcross", 0) + 1,
            _number(cell, "Index", 1) - 1,
        )
        for cell in row.iterchildren(f"{_SPREADSHEET}Cell")
    )
    if row.get(f"{_SPREADSHEET}Hidden") == "1":
        table.hidden_rows.append(table.height)
    for _ in range(_number(row, "Span", 0)):
        table.add(())
    _forget(row)


def _number(element: etree._Element, name: str, default: int) -> int:
    """A number of rows or columns, none beyond the size of a sheet."""
    return min(int(element.get(f"{_SPREADSHEET}{name}", default)), 1 << 20)


def _value(cell: etree._Element) -> object:
    data = cell.find(f"{_SPREADSHEET}Data")
    if data is None:
        return ""
    text, kind = "".join(data.itertext()), data.get(f"{_SPREADSHEET}Type")
    if kind == "Number":
        return float(text)
    return datetime.datetime.fromisoformat(text) if kind == "DateTime" else text
