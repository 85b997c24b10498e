"""Forms as sheets: headings, rows and live formulas with the values we computed, written as a workbook."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import xlsxwriter

from cchc.charts import measure
from cchc.reports.paper import Box, Link
from cchc.reports.phrases import FEW, written
from cchc.text import legible

FONT = "Times New Roman"
DEMO = "Dữ liệu minh họa: không phải số liệu thật, không dùng để báo cáo."
_LINE = 15.0
# Points: of letters, of a column for each character of its width, of what a cell leaves free beside its text.
_SIZE, _LETTER, _PADDING = 11, 5.25, 4
_MM = 1 / 25.4
_LONGEST_FOOT = 255
_LONGEST_LINK = 2079  # of Excel


@dataclass(frozen=True)
class Formula:
    """A live formula and the value we computed for it; `few` where nothing may be concluded from it, which FEW behind
    the number says. In `text`, {0}, {1}, ... are the rows of the sheet on which `lines` (places in the list of lines)
    stand."""

    text: str
    value: float | int | str
    lines: tuple[int, ...] = ()
    few: bool = False


Cell = str | int | float | None | Formula | Link


@dataclass(frozen=True)
class Line:
    """One row of a form; a sum of rows, or of everything, stands out."""

    cells: tuple[Cell, ...]
    kind: Literal["row", "sum", "total"] = "row"


@dataclass(frozen=True)
class Sheet:
    """One sheet from top to bottom: what stands above, headings, lines, notes, signatures. `widths` are in
    characters; `formats` are number formats by column, "" for text; `centred` are columns counted from 0."""

    name: str
    above: tuple[Box, ...]
    heads: tuple[Box, ...]
    lines: tuple[Line, ...]
    widths: tuple[float, ...]
    formats: tuple[str, ...]
    centred: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    signs: tuple[Box, ...] = ()

    @property
    def first_head(self) -> int:
        """The row, counted from 0, on which the headings begin."""
        return _height(self.above) + 1

    @property
    def first_line(self) -> int:
        """The row, counted from 0, on which the lines begin."""
        return self.first_head + _height(self.heads)

    def row(self, line: int) -> int:
        """The number (from 1) of the row on which a line stands, as formulas say it."""
        return self.first_line + line + 1

    def formula(self, cell: Formula) -> str:
        """The text of a formula with the rows in it."""
        return "=" + cell.text.format(*(self.row(line) for line in cell.lines))


@dataclass(frozen=True)
class Book:
    """A form to be sent: its sheets, where its figures come from, and whether they are made up."""

    title: str
    sheets: tuple[Sheet, ...]
    origin: str
    demo: bool

    @property
    def last_notes(self) -> tuple[str, ...]:
        """What stands below every sheet."""
        return (self.origin, DEMO) if self.demo else (self.origin,)


def signatures(place: str, column: int, columns: int) -> tuple[Box, ...]:
    """Who drew a form up and who heads the office, with place and date above and room to sign below; the second from
    that column on."""
    return (
        Box(f"{place}, ngày … tháng … năm …", 0, column, columns=columns),
        Box("NGƯỜI LẬP BIỂU", 1, 1, bold=True),
        Box("THỦ TRƯỞNG ĐƠN VỊ", 1, column, columns=columns, bold=True),
        Box("(Ký, họ tên)", 2, 1),
        Box("(Ký, đóng dấu, họ tên)", 2, column, columns=columns),
    )


def _height(boxes: Sequence[Box]) -> int:
    return max((box.row + box.rows for box in boxes), default=0)


def write(book: Book) -> bytes:
    """The workbook as a file; text from data is written as text, whatever it begins with."""
    out = io.BytesIO()
    file = xlsxwriter.Workbook(out, {"in_memory": True})
    file.set_properties({"title": book.title, "comments": " ".join(book.last_notes)})
    for sheet in book.sheets:
        _Writer(file, sheet).write(book)
    file.close()
    return out.getvalue()


class _Writer:
    """Writes one sheet, block by block."""

    def __init__(self, file: Any, sheet: Sheet) -> None:
        self.file, self.sheet = file, sheet
        self.page = file.add_worksheet(sheet.name)

    def write(self, book: Book) -> None:
        sheet, page = self.sheet, self.page
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        self._boxes(sheet.above, 0)
        self._boxes(sheet.heads, sheet.first_head, border=1, bold=True)
        self._lines()
        below = sheet.first_line + len(sheet.lines) + 1
        for text in (*sheet.notes, *book.last_notes):
            self._boxes([Box(text, 0, 0, len(sheet.widths), align="left")], below, italic=True)
            below += 1
        self._boxes(sheet.signs, below + 1)
        self._print(below + 2 + _height(sheet.signs), book)

    def _look(self, **look: Any) -> Any:
        return self.file.add_format({"font_name": FONT, "font_size": _SIZE, "valign": "vcenter", **look})

    def _boxes(self, boxes: Sequence[Box], first: int, **look: Any) -> None:
        heights: dict[int, float] = {}
        for box in boxes:
            style = self._look(**{"text_wrap": True, "bold": box.bold, "align": box.align, **look})
            row, last = first + box.row, box.column + box.columns - 1
            if box.rows * box.columns > 1:
                # Merging writes an empty cell: the text given to it would be read as a number or a formula.
                self.page.merge_range(row, box.column, row + box.rows - 1, last, "", style)
            self.page.write_string(row, box.column, legible(written(box.text)), style)
            if box.rows == 1:
                heights[row] = max(heights.get(row, _LINE), self._needed(box, look.get("bold", box.bold)))
        for row, height in heights.items():
            self.page.set_row(row, height)

    def _needed(self, box: Box, bold: bool) -> float:
        """How high a row must be for its wrapped text; not every program finds out for itself."""
        width = sum(self.sheet.widths[box.column : box.column + box.columns])
        lines = measure.lines(legible(box.text), _SIZE, width * _LETTER - _PADDING, bold)
        return _LINE * len(lines)

    def _lines(self) -> None:
        looks: dict[str, dict[str, Any]] = {
            "row": {}, "sum": {"bold": True, "bg_color": "#F2F2F2"}, "total": {"bold": True, "bg_color": "#E3E3E3"},
        }  # fmt: skip
        styles = {
            (kind, column, few): self._look(
                border=1,
                num_format=f'{form}"{FEW}"' if few else form or "@",
                **_placed(form, column in self.sheet.centred),
                **look,
            )
            for kind, look in looks.items()
            for column, form in enumerate(self.sheet.formats)
            for few in (False, True)
        }
        for place, line in enumerate(self.sheet.lines):
            texts = [Box(cell, 0, column) for column, cell in enumerate(line.cells) if isinstance(cell, str)]
            heights = [self._needed(box, line.kind != "row") for box in texts]
            self.page.set_row(self.sheet.row(place) - 1, max(heights, default=_LINE))
            for column, cell in enumerate(line.cells):
                few = isinstance(cell, Formula) and cell.few
                self._cell(self.sheet.row(place) - 1, column, cell, styles[line.kind, column, few])

    def _cell(self, row: int, column: int, cell: Cell, style: Any) -> None:
        if isinstance(cell, Formula):
            self.page.write_formula(row, column, self.sheet.formula(cell), style, cell.value)
        elif isinstance(cell, str):
            self.page.write_string(row, column, legible(cell), style)
        elif isinstance(cell, Link) and len(cell.address) > _LONGEST_LINK:
            self.page.write_string(row, column, legible(cell.text), style)
        elif isinstance(cell, Link):
            self.page.write_url(row, column, cell.address, style, legible(cell.text))
        elif cell is None:
            self.page.write_blank(row, column, None, style)
        else:
            self.page.write_number(row, column, cell, style)

    def _print(self, end: int, book: Book) -> None:
        sheet, page = self.sheet, self.page
        page.freeze_panes(sheet.first_line, 2)
        page.set_landscape()
        page.set_paper(9)
        page.set_margins(left=30 * _MM, right=15 * _MM, top=20 * _MM, bottom=20 * _MM)
        page.fit_to_pages(1, 0)
        page.repeat_rows(sheet.first_head, sheet.first_line - 1)
        page.print_area(0, 0, end, len(sheet.widths) - 1)
        page.set_footer(_foot(book))


def _placed(form: str, centred: bool) -> dict[str, Any]:
    """How a column stands in its cells: numbers at the right, text at the left or in the middle."""
    if form:
        return {"align": "right"}
    return {"align": "center" if centred else "left", "text_wrap": True}


def _foot(book: Book) -> str:
    """The origin and the page number for the foot of a sheet, where an ampersand begins an instruction."""
    before, after = f'&L&"{FONT},Italic"&8', f'&R&"{FONT}"&8&P/&N'
    text = legible(" ".join(reversed(book.last_notes))).replace("&", "&&")
    return before + text[: _LONGEST_FOOT - len(before + after)].rstrip("&") + after
