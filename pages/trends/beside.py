"""Trends side by side: several units or groups on one scale, and their figures below."""

from collections.abc import Sequence

from cchc import ui
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period
from cchc.findings import together, trends
from cchc.findings.together import Line, Side
from cchc.text import Text, capital
from cchc.ui import choices
from pages.trends.chart import Asked

# More columns than these nobody reads; the picture has them all.
_MOST = 12


def lines(view: ui.View, asked: Asked, sides: Sequence[Side]) -> list[Line]:
    """The figures of each over the periods that trends are judged by; none where the data has no period yet."""
    grain = trends.grain_of(view.filters, asked.step)
    periods = trends.history(view.snapshot, view.filters, grain)
    if not periods:
        return []
    return together.lines(view.run, sides, [asked.metric], grain, Period(periods[0].start, periods[-1].end))


def draw(view: ui.View, asked: Asked, compared: Sequence[Line]) -> None:
    """A line each on one chart, or a small chart each on the same scale; below them periods across and units down."""
    ui.section(view, METRICS[asked.metric].label, _SUBTITLE)
    choices.picture(view, compared, asked.metric)
    periods = list(compared[0].rows)[-_MOST:]
    heads = [ui.Column(capital(trends.period_name(period, view.language)), "right") for period in periods]
    rows = [
        ui.Row([ui.Cell.named(line.name), *(ui.figure_cell(view, line.rows[each], asked.metric) for each in periods)])
        for line in compared
    ]
    last = Text(f"{len(periods)} kỳ gần nhất", f"The last {len(periods)} periods")
    ui.section(view, Text("Số liệu từng kỳ", "Figures by period"), last if len(compared[0].rows) > _MOST else None)
    ui.show_rows([ui.Column(view.t(Text("Đơn vị", "Unit"))), *heads], rows, "beside-table")


_SUBTITLE = Text(
    "Cùng một thang; điểm rỗng là kỳ chưa trọn", "On one scale; a hollow point is a period that is not over"
)
