"""One table of cells in every kind of file that one-stop software exports."""

import base64
import datetime
import html
import quopri
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

from tests.exports import write_rows, write_sheets

Grid = Sequence[Sequence[object]]


def shown(cell: object) -> str:
    return cell.isoformat(sep=" ") if isinstance(cell, datetime.datetime) else str(cell)


# --- web pages ----------------------------------------------------------------------------------------------------


def page(grid: Grid, around: str = "<html><body>{}</body></html>") -> str:
    """A page with one table; `around` says what stands around it."""
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(shown(cell))}</td>" for cell in row) + "</tr>" for row in grid)
    return around.replace("{}", f"<table border='1'>{rows}</table>")


def write_page(path: Path, grid: Grid, around: str = "<html><body>{}</body></html>", encoding: str = "utf-8") -> Path:
    path.write_bytes(page(grid, around).encode(encoding))
    return path


def write_archive_page(path: Path, grid: Grid, coding: str = "quoted-printable") -> Path:
    """A page as browsers and Excel save it in one file."""
    content = page(grid).encode()
    packed = {"8bit": content, "base64": base64.encodebytes(content), "quoted-printable": quopri.encodestring(content)}
    head = (
        "From: <Saved>\r\nSubject: =?utf-8?Q?DS?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        '\ttype="text/html";\r\n\tboundary="--x"\r\n\r\n----x\r\nContent-Type: text/html; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {coding}\r\nContent-Location: file:///C:/x.htm\r\n\r\n"
    )
    tail = "\r\n----x\r\nContent-Type: text/css\r\n\r\ntable { color: red }\r\n----x--\r\n"
    path.write_bytes(head.encode() + packed[coding] + tail.encode())
    return path


# --- Excel 2003 XML -----------------------------------------------------------------------------------------------


def write_spreadsheet_xml(
    path: Path, grid: Grid, *, head: str = "", hidden: Mapping[str, Grid] | None = None, from_1904: bool = False
) -> Path:
    """Excel-2003 XML with one sheet to be seen; `head` stands before the workbook."""
    sheets = [("DS", grid, ""), *((name, rows, "SheetHidden") for name, rows in (hidden or {}).items())]
    settings = "<x:ExcelWorkbook>" + "<x:Date1904/>" * from_1904 + "</x:ExcelWorkbook>"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x='
        '"urn:schemas-microsoft-com:office:excel" '
        f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{settings}'
        + "".join(_xml_sheet(*sheet) for sheet in sheets)
        + "</Workbook>",
        encoding="utf-8",
    )
    return path


def _xml_sheet(name: str, grid: Grid, visible: str) -> str:
    rows = "".join("<Row>" + "".join(map(_xml_cell, row)) + "</Row>" for row in grid)
    options = f"<x:WorksheetOptions><x:Visible>{visible}</x:Visible></x:WorksheetOptions>" if visible else ""
    return f"<Worksheet ss:Name={quoteattr(name)}><Table>{rows}</Table>{options}</Worksheet>"


def _xml_cell(cell: object) -> str:
    if isinstance(cell, datetime.datetime):
        return f'<Cell><Data ss:Type="DateTime">{cell.isoformat()}.000</Data></Cell>'
    kind = "Number" if isinstance(cell, (int, float)) else "String"
    return f'<Cell><Data ss:Type="{kind}">{escape(str(cell))}</Data></Cell>'


# --- OpenDocument -------------------------------------------------------------------------------------------------

_OPEN_DOCUMENT = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)


def write_ods(path: Path, grid: Grid, *, merged: int = 0, hidden: Sequence[int] = (), from_1904: bool = False) -> Path:
    """An ODS file. The first cell of the first `merged` rows below the headings is one; rows `hidden` by a filter."""
    rows = []
    for number, row in enumerate(grid):
        cells = [_ods_cell(cell) for cell in row]
        if number == 1 and merged:
            cells[0] = cells[0].replace(
                "<table:table-cell", f'<table:table-cell table:number-rows-spanned="{merged}"', 1
            )
        if 1 < number <= merged:
            cells[0] = "<table:covered-table-cell/>"
        attribute = ' table:visibility="filter"' if number in hidden else ""
        rows.append(f"<table:table-row{attribute}>{''.join(cells)}</table:table-row>")
    epoch = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {_OPEN_DOCUMENT}><office:body><office:spreadsheet>'
            f'{epoch if from_1904 else ""}<table:table table:name="DS">{"".join(rows)}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _ods_cell(cell: object) -> str:
    if isinstance(cell, datetime.datetime):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, (int, float)):
        kind = f'office:value-type="float" office:value="{cell}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(shown(cell))}</text:p></table:table-cell>"


# --- binary workbooks ---------------------------------------------------------------------------------------------


def write_xlsb(path: Path, grid: Grid, *, merged: int = 0, hidden: Sequence[int] = (), from_1904: bool = False) -> Path:
    """A binary workbook of text and numbers (section 2.4 of MS-XLSB); times are text. The first cell of the first
    `merged` rows below the headings is one; rows `hidden` by a filter."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheet = [_record(129), _record(148, struct.pack("<4I", 0, len(grid) - 1, 0, len(grid[0]) - 1)), _record(145)]
    for number, row in enumerate(grid):
        flags = 0x1000 * (number in hidden)
        sheet.append(_record(0, struct.pack("<IIHHBI", number, 0, 300, flags, 0, 0)))
        sheet += [_binary_cell(column, cell) for column, cell in enumerate(row) if column or not 1 < number <= merged]
    block = struct.pack("<4I", 1, merged, 0, 0)
    blocks = [_record(177, struct.pack("<I", 1)), _record(176, block), _record(178)] if merged else []
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("DS")
    settings = struct.pack("<II", from_1904, 0) + _wide("")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types/>')
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.bin",
            b"".join(
                (_record(131), _record(153, settings), _record(143), _record(156, bundle), _record(144), _record(132))
            ),
        )
        archive.writestr("xl/worksheets/sheet1.bin", b"".join([*sheet, _record(146), *blocks, _record(130)]))
    return path


def _binary_cell(column: int, cell: object) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(cell, (int, float)):
        return _record(5, place + struct.pack("<d", cell))
    return _record(6, place + _wide(shown(cell)))


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(content), b""
    while size > 0x7F:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + length + bytes([size]) + content


def write_xls(path: Path, grid: Grid, *, from_1904: bool = False, hidden: Sequence[int] = ()) -> Path:
    book = xlwt.Workbook()
    book.dates_1904 = from_1904
    sheet = book.add_sheet("DS")
    plain, clock = xlwt.Style.default_style, xlwt.easyxf(num_format_str="DD/MM/YYYY HH:MM:SS")
    for number, row in enumerate(grid):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell, clock if isinstance(cell, datetime.datetime) else plain)
    for number in hidden:
        sheet.row(number).hidden = True
    book.save(str(path))
    return path


def write_parquet(path: Path, grid: Grid) -> Path:
    head, *rows = grid
    columns = zip(*rows, strict=True)
    pq.write_table(pa.table({str(name): list(cells) for name, cells in zip(head, columns, strict=True)}), path)
    return path


def write_zip(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _zipped(path: Path, grid: Grid) -> Path:
    inner = write_rows(path.with_suffix(".inner"), [[shown(cell) for cell in row] for row in grid])
    return write_zip(path, {"tháng 6/danh sách.csv": inner.read_bytes()})


# Every kind of file a table may come in, with its usual (often wrong) name.
WRITERS: Mapping[str, tuple[str, Callable[[Path, Grid], Path]]] = {
    "csv": ("x.csv", lambda path, grid: write_rows(path, [[shown(cell) for cell in row] for row in grid])),
    "xlsx": ("x.xlsx", lambda path, grid: write_sheets(path, {"DS": grid}, text=True)),
    "xlsx called xls": ("x.xls", lambda path, grid: write_sheets(path, {"DS": grid}, text=True)),
    "xls": ("x.xls", write_xls),
    "xlsb": ("x.xlsb", write_xlsb),
    "ods": ("x.ods", write_ods),
    "xml": ("x.xls", write_spreadsheet_xml),
    "page": ("x.xls", write_page),
    "bare table": ("x.xls", lambda path, grid: write_page(path, grid, "{}")),
    "in a div": ("x.xls", lambda path, grid: write_page(path, grid, "\n<div class='t'>{}</div>")),
    "after a comment": ("x.xls", lambda path, grid: write_page(path, grid, "<!-- <table> --> {}")),
    "after words": ("x.xls", lambda path, grid: write_page(path, grid, "Notice: x in y.php on line 3<br>\n{}")),
    "in a layout": (
        "x.xls",
        lambda path, grid: write_page(path, grid, "<table><tr><td>Menu</td><td>{}</td></tr></table>"),
    ),
    "utf-16 page": ("x.xls", lambda path, grid: write_page(path, grid, encoding="utf-16")),
    "utf-16 page without a mark": ("x.xls", lambda path, grid: write_page(path, grid, encoding="utf-16-le")),
    "mhtml": ("x.xls", write_archive_page),
    "mhtml in base64": ("x.mht", lambda path, grid: write_archive_page(path, grid, "base64")),
    "parquet": ("x.parquet", write_parquet),
    "zip": ("x.zip", _zipped),
}
