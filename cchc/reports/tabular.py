"""Tables of figures as sheets of a workbook: what they are above them, native charts below them."""

import datetime
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import xlsxwriter

from cchc.charts import PALETTE, measure
from cchc.text import legible

FONT = "Arial"
RATE, COUNT, DAYS, POINTS, DAY = "0.00%", "#,##0", "#,##0.0", "+0.00;\u22120.00;0.00", "dd/mm/yyyy"
_COLOUR = PALETTE["light"]
_LONGEST_FOOT = 255
# Points: of letters, and of a column for each character of its width.
_SIZE, _LETTER = 11, 5.25
_COLUMN = 3.75  # points a column has besides
# So wide may be what is shrunk onto one side of A4, 276 mm between its margins, for letters of 8 points to be left.
_READABLE = 276 / 25.4 * 72 * _SIZE / 8
# Pixels of a row of bars, and of what a chart holds besides.
_BAR, _AROUND, _LEAST, _WIDE = 26, 110, 320, 720


@dataclass(frozen=True)
class Figure:
    """A value in a format of its own, where a column holds figures of several kinds."""

    value: str | float | datetime.date | None
    form: str


Value = str | float | datetime.date | Figure | None


@dataclass(frozen=True)
class Column:
    """A heading, the width in characters, and the number format; without one a column holds text."""

    head: str
    width: float
    form: str = ""


@dataclass(frozen=True)
class Drawn:
    """A chart of columns of its table: `names` along one axis, `values` with their colours of the palette. Of a `plane`
    the names are numbers, and every series is a line where it is dashed or solid and points where not."""

    kind: Literal["bars", "stacked", "columns", "courses", "plane"]
    title: str
    names: int
    values: Sequence[tuple[int, str]]
    form: str
    rows: int = 0
    lines: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Table:
    """One sheet: its name, the finding as its title, columns, rows, and the charts below them."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    charts: Sequence[Drawn] = ()


def write(title: str, about: Sequence[tuple[str, str]], tables: Sequence[Table]) -> bytes:
    """The workbook as a file; `about` (what, which) stands above every table. Text is text, whatever it begins with."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties(
        {"title": legible(title), "author": "CCHC", "comments": "; ".join(legible(b) for _, b in about)}
    )
    looks = _Looks(book)
    for table in tables:
        _sheet(book, looks, table, about)
    book.close()
    return out.getvalue()


class _Looks:
    """The formats of cells, each made once."""

    def __init__(self, book: Any) -> None:
        self._book, self._made = book, dict[str, Any]()
        self.title = self._format(bold=True, font_size=14)
        self.muted = self._format(font_color=_COLOUR["muted"])
        self.head, self.number = (
            self._format(bold=True, text_wrap=True, valign="bottom", bottom=2, bg_color="#F2F4F6", align=align)
            for align in ("left", "right")
        )

    def cell(self, form: str) -> Any:
        if form not in self._made:
            look = {"num_format": form} if form else {"text_wrap": True}
            self._made[form] = self._format(valign="top", bottom=1, bottom_color=_COLOUR["grid"], **look)
        return self._made[form]

    def _format(self, **look: Any) -> Any:
        return self._book.add_format({"font_name": FONT, "font_size": _SIZE, **look})


def _sheet(book: Any, looks: _Looks, table: Table, about: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(table.name)
    sheet.write_string(0, 0, legible(table.title), looks.title)
    for row, (what, which) in enumerate(about, start=1):
        sheet.write_string(row, 0, what, looks.muted)
        sheet.write_string(row, 1, legible(which), looks.muted)
    head, last = len(about) + 2, len(about) + 2 + len(table.rows)
    for column, each in enumerate(table.columns):
        sheet.set_column(column, column, each.width)
        sheet.write_string(head, column, each.head, looks.number if each.form else looks.head)
    sheet.set_row(head, _height([each.head for each in table.columns], table.columns, bold=True))
    for row, values in enumerate(table.rows, start=head + 1):
        sheet.set_row(row, _height(values, table.columns))
        for column, (value, each) in enumerate(zip(values, table.columns, strict=True)):
            shown = value if isinstance(value, Figure) else Figure(value, each.form)
            _cell(sheet, row, column, shown.value, looks.cell(shown.form))
    sheet.freeze_panes(head + 1, 1)
    if table.rows:
        sheet.autofilter(head, 0, last, len(table.columns) - 1)
    top = last + 2
    for drawn in table.charts:
        top = _chart(book, sheet, table, drawn, (head, top))
    _print(sheet, head, table, about)


def _height(values: Sequence[Value], columns: Sequence[Column], bold: bool = False) -> float:
    """How high a row is whose texts are broken into lines; not every program finds out for itself."""
    texts = [(value, each.width) for value, each in zip(values, columns, strict=True) if isinstance(value, str)]
    return (
        max([measure.height(legible(text), _SIZE, width * _LETTER - 4, bold) for text, width in texts], default=0) + 3
    )


def _cell(sheet: Any, row: int, column: int, value: str | float | datetime.date | None, look: Any) -> None:
    if value in (None, "") or (isinstance(value, float) and math.isnan(value)):
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, legible(value), look)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, datetime.datetime.combine(value, datetime.time()), look)
    else:
        sheet.write_number(row, column, value, look)


_KINDS = {
    "bars": {"type": "bar"}, "stacked": {"type": "bar", "subtype": "percent_stacked"},
    "columns": {"type": "column", "subtype": "stacked"}, "courses": {"type": "line"}, "plane": {"type": "scatter"},
}  # fmt: skip


def _chart(book: Any, sheet: Any, table: Table, drawn: Drawn, place: tuple[int, int]) -> int:
    """Draw a chart below its table from a row on; the row below it."""
    head, top = place
    count = drawn.rows or len(table.rows)
    chart = book.add_chart(_KINDS[drawn.kind])
    for column, colour in drawn.values:
        chart.add_series(
            {
                "name": [table.name, head, column],
                "categories": [table.name, head + 1, drawn.names, head + count, drawn.names],
                "values": [table.name, head + 1, column, head + count, column],
                "gap": 45,
                **_dressed(drawn, column, _COLOUR[colour]),
            }
        )
    lying = drawn.kind in ("bars", "stacked")
    high = max(count * _BAR * (1 if drawn.kind != "bars" else len(drawn.values)) + _AROUND, _LEAST) if lying else _LEAST
    font = {"name": FONT, "size": 10}
    # Our own words: a name from data could be taken for the address of a cell.
    chart.set_title({"name": drawn.title, "name_font": {**font, "size": 12}, "overlay": False})
    chart.set_legend({"position": "top", "font": font} if len(drawn.values) > 1 else {"none": True})
    numbers = {"num_format": "0%" if drawn.kind == "stacked" else drawn.form, "num_font": font, "name_font": font}
    grid = {"major_gridlines": {"visible": True, "line": {"color": _COLOUR["grid"]}}}
    least = {} if drawn.kind == "plane" else {"min": 0, **({"max": 1} if drawn.form == RATE else {})}
    along = {"num_font": font, "reverse": lying, "label_position": "low", **({"crossing": "max"} if lying else {})}
    if drawn.kind == "plane":
        along = {"num_font": font, "num_format": COUNT, "min": 0}
    values, names = {**numbers, **grid, **least}, along
    chart.set_x_axis(values if lying else names)
    chart.set_y_axis(names if lying else values)
    chart.set_size({"width": _WIDE, "height": high})
    sheet.insert_chart(top, 0, chart, {"description": legible(table.title), "object_position": 3})
    return top + math.ceil(high / 20) + 2


def _dressed(drawn: Drawn, column: int, colour: str) -> dict[str, Any]:
    if drawn.kind in ("courses", "plane") and (drawn.kind == "courses" or column in drawn.lines):
        return {"line": {"color": colour, "width": 2}, "marker": {"type": "none"}}
    if drawn.kind == "plane":
        dot = {"type": "circle", "size": 7, "fill": {"color": colour}, "border": {"none": True}}
        return {"line": {"none": True}, "marker": dot}
    return {"fill": {"color": colour}, "border": {"none": True}}


def _print(sheet: Any, head: int, table: Table, about: Sequence[tuple[str, str]]) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    wide = sum(each.width * _LETTER + _COLUMN for each in table.columns)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.fit_to_pages(math.ceil(wide / _READABLE), 0)
    sheet.repeat_columns(0)
    sheet.repeat_rows(head)
    before, after = f'&L&"{FONT}"&8', f'&R&"{FONT}"&8&P/&N'
    text = legible("; ".join(which for _, which in about)).replace("&", "&&")
    sheet.set_footer(before + text[: _LONGEST_FOOT - len(before + after)].rstrip("&") + after)
