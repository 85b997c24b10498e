"""What calamine does not say of a workbook: whether its days count from 1904, hidden rows, some merged cells.

Part of the child of workbook.py, so this module imports nothing of cchc.
"""

import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from lxml import etree

_PIECE = 1 << 18
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\shidden="(?:1|true)"[^>]*>')
_ROW_NUMBER = re.compile(rb'\sr="(\d+)"')
_FROM_1904 = re.compile(rb'<(?:\w+:)?workbookPr\b[^>]*\sdate1904="(?:1|true)"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
# Records of a binary workbook: a row, a sheet, merged cells, settings (the first bit says 1904).
_ROW, _SHEET, _MERGED, _SETTINGS = 0, 156, 176, 153
_ROW_IS_HIDDEN = 0x1000

Merged = list[tuple[tuple[int, int], tuple[int, int]]]


@dataclass
class About:
    """`hidden` rows (numbers) and `merged` cells (first and last row and column) by the name of the sheet."""

    from_1904: bool = False
    hidden: dict[str, list[int]] = field(default_factory=dict)
    merged: dict[str, Merged] = field(default_factory=dict)


def about(path: Path) -> About:
    """What is known of an XLSX, XLSB, XLS or ODS file."""
    if not zipfile.is_zipfile(path):
        return About(*import_module("ole").read(path))
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return _of_xlsx(archive, names)
        if "xl/workbook.bin" in names:
            return _of_xlsb(archive, names)
        return _of_ods(archive) if "content.xml" in names else About()


def _of_xlsx(archive: zipfile.ZipFile, names: set[str]) -> About:
    book = archive.read("xl/workbook.xml")
    found = About(from_1904=_FROM_1904.search(book) is not None)
    targets = _targets(archive, names, "xl/_rels/workbook.xml.rels")
    for sheet in _parsed(book).iter("{*}sheet"):
        member = targets.get(sheet.get(_RELATION), "")
        if member in names:
            found.hidden[str(sheet.get("name"))] = list(_hidden_rows(archive, member))
    return found


def _targets(archive: zipfile.ZipFile, names: set[str], relations: str) -> dict[str, str]:
    """The members that the relations of a workbook lead to, by the id of the relation."""
    found = {}
    if relations in names:
        for relation in _parsed(archive.read(relations)):
            target = posixpath.normpath(posixpath.join("/xl", str(relation.get("Target", ""))))
            found[str(relation.get("Id"))] = target[1:]
    return found


def _parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _hidden_rows(archive: zipfile.ZipFile, member: str) -> Iterator[int]:
    with archive.open(member) as file:
        rest = b""
        while piece := file.read(_PIECE):
            text, rest = rest + piece, b""
            if b'hidden="' not in text:
                rest = text[-1000:]
                continue
            cut = text.rfind(b"<")
            text, rest = text[:cut], text[cut:]
            for found in _HIDDEN_ROW.finditer(text):
                number = _ROW_NUMBER.search(found[0])
                yield int(number[1]) if number else 0


def _of_xlsb(archive: zipfile.ZipFile, names: set[str]) -> About:
    """Sections 2.4.304, 2.4.741 and 2.4.710 of MS-XLSB."""
    found, targets = About(), _targets(archive, names, "xl/_rels/workbook.bin.rels")
    for kind, content in _records(archive.read("xl/workbook.bin")):
        if kind == _SETTINGS:
            found.from_1904 = bool(content[0] & 1)
        elif kind == _SHEET:
            relation, at = _wide(content, 8)
            name, _ = _wide(content, at)
            if targets.get(relation) in names:
                _look_at_binary(found, name, archive.read(targets[relation]))
    return found


def _look_at_binary(about: About, name: str, content: bytes) -> None:
    for kind, record in _records(content):
        if kind == _ROW:
            row, flags = struct.unpack_from("<I6xH", record)
            if flags & _ROW_IS_HIDDEN:
                about.hidden.setdefault(name, []).append(row + 1)
        elif kind == _MERGED:
            first, last, left, right = struct.unpack_from("<4I", record)
            about.merged.setdefault(name, []).append(((first, left), (last, right)))


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a binary part: a number of one or two bytes, a length of one to four, and so many bytes."""
    at = 0
    while at < len(content):
        kind, at = _varying(content, at, 2)
        length, at = _varying(content, at, 4)
        yield kind, content[at : at + length]
        at += length


def _wide(content: bytes, at: int) -> tuple[str, int]:
    """A text behind the number of its letters, and where the next thing stands."""
    (letters,) = struct.unpack_from("<I", content, at)
    end = at + 4 + 2 * letters
    return content[at + 4 : end].decode("utf-16-le"), end


def _varying(content: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where the next one stands. A record's kind keeps its eighth bits."""
    value = 0
    for n in range(most):
        byte = content[at + n]
        value |= (byte & 0x7F) << (7 * n)
        if not byte & 0x80:
            return value, at + n + 1
    return value, at + most


def _of_ods(archive: zipfile.ZipFile) -> About:
    found, name, row = About(), "", 0
    with archive.open("content.xml") as file:
        tags = [f"{_TABLE}{tag}" for tag in ("null-date", "table", "table-row")]
        events = etree.iterparse(file, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True)
        for event, element in events:
            if element.tag == f"{_TABLE}table" and event == "start":
                name, row = str(element.get(f"{_TABLE}name")), 0
            elif element.tag == f"{_TABLE}null-date":
                found.from_1904 = str(element.get(f"{_TABLE}date-value")).startswith("1904")
            elif element.tag == f"{_TABLE}table-row" and event == "end":
                _look_at_row(found, name, row, element)
                row += int(element.get(f"{_TABLE}number-rows-repeated", 1))
                element.clear(keep_tail=True)
    return found


def _look_at_row(about: About, name: str, row: int, element: etree._Element) -> None:
    column = 0
    for cell in element:
        down = int(cell.get(f"{_TABLE}number-rows-spanned", 1))
        if down > 1:
            last = column + int(cell.get(f"{_TABLE}number-columns-spanned", 1)) - 1
            about.merged.setdefault(name, []).append(((row, column), (row + down - 1, last)))
        column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
    if element.get(f"{_TABLE}visibility") in ("collapse", "filter") and any(len(cell) for cell in element):
        repeated = min(int(element.get(f"{_TABLE}number-rows-repeated", 1)), 1 << 20)
        about.hidden.setdefault(name, []).extend(range(row + 1, row + 1 + repeated))
