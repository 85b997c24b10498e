"""Which kind of file an export is, told by its first bytes and never by its name."""

import re
import zipfile
from functools import partial
from pathlib import Path

from cchc.importing.archive import Archive, NotATable
from cchc.importing.parts import unreadable
from cchc.importing.reading import Csv, Export, Parquet
from cchc.importing.workbook import Workbook, members
from cchc.text import Text

_ZIP, _OLE, _PARQUET = b"PK", b"\xd0\xcf\x11\xe0", b"PAR1"
_PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_OTHER = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_START = 1 << 13
_BYTE_ORDER = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Programs write warnings before the page; a text table has delimiters there.
_PAGE = re.compile(r"\s*<|[^<,;|\t]{,1000}<(?:table|html|div|br|b)\b", re.IGNORECASE)
_MESSAGE = re.compile(
    r"\s*(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*?content-type:\s*(?:multipart/|text/html)", re.IGNORECASE
)
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def open_export(path: Path, *, inside: bool = False) -> Export:
    """The file, opened as what it is. Raises UserError when it is nothing that can hold a table (NotATable), and for an
    archive `inside` another."""
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise unreadable(path.name, f"{error.strerror}", f"{error.strerror}") from error
    if not start:
        raise unreadable(path.name, "tệp trống", "it is empty")
    if start.startswith(_PARQUET):
        return Parquet(path)
    if start.startswith((_ZIP, *_PACKED)):
        return _unpacked(path, inside) if start.startswith(_ZIP) else _refused(path, inside)
    if start.startswith(_OLE):
        return Workbook(path)
    if start.startswith(_OTHER):
        raise _not_a_table(path)
    kind = _markup(start)
    return Workbook(path, kind) if kind else Csv(path)


def _markup(start: bytes) -> str:
    """The kind of page or XML a text begins as, in whichever encoding; "" for none."""
    for mark in _BYTE_ORDER:
        start = start.removeprefix(mark)
    text = start.replace(b"\0", b"").decode("latin-1")
    if _MESSAGE.match(text):
        return "web_archive"
    if not _PAGE.match(text):
        return ""
    return "spreadsheet_xml" if _SPREADSHEET in text else "web_page"


def _unpacked(path: Path, inside: bool) -> Export:
    names = {member.filename for member in members(path)}
    if "content.xml" in names:
        with zipfile.ZipFile(path) as archive:
            is_sheet = "mimetype" in names and b"spreadsheet" in archive.read("mimetype")
    else:
        is_sheet = any(name.startswith("xl/") for name in names)
    if is_sheet:
        return Workbook(path)
    if names & {"content.xml", "[Content_Types].xml"}:
        raise _not_a_table(path)
    return _refused(path, inside) if inside else Archive(path, partial(open_export, inside=True))


def _refused(path: Path, inside: bool) -> Export:
    """Raises the error for an archive that is not opened."""
    if inside:
        raise unreadable(
            path.name,
            "tệp nén nằm trong tệp nén; giải nén ra rồi chọn các tệp xuất",
            "it is an archive inside an archive; unpack it and choose the exports themselves",
        )
    raise unreadable(
        path.name,
        "không mở được loại tệp nén này; giải nén rồi chọn các tệp xuất, hoặc nén lại thành ZIP",
        "archives of this kind are not opened; unpack it and choose the exports, or pack them as ZIP",
    )


def _not_a_table(path: Path) -> NotATable:
    why = unreadable(path.name, "không phải CSV, Excel hay Parquet", "it is neither CSV nor Excel nor Parquet")
    return NotATable(Text(why.text.vi, why.text.en))
