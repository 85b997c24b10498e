"""Xu hướng: which changes are real, and which are only ordinary ups and downs?"""

from cchc import ui
from cchc.findings import together, trends
from cchc.text import Text
from cchc.ui import choices
from pages.trends import beside, chart


def render(view: ui.View) -> None:
    """One series in its control chart, or several units side by side; small charts of all units, this year against
    others, flow and backlog."""
    asked, sides = chart.trend_asked(view), choices.sides(view)
    trend = chart.trend_of(view, asked)
    compared = beside.lines(view, asked, sides) if len(sides) > 1 and view.param("lines", "beside") != "sum" else []
    ui.heading(
        view,
        _SIDE_BY_SIDE if compared else _REAL,
        together.answer(compared, asked.metric) if compared else trends.answer(trend),
    )
    if not compared:
        ui.paragraphs(view, trends.beside_change(trend, trends.markers(view.snapshot, view.filters, view.dated)))
    chart.trend_choice(view, asked, sides, bool(compared))
    ui.paragraphs(view, choices.left_out(view, sides))
    if compared:
        beside.draw(view, asked, compared)
    else:
        chart.draw(view, asked, trend)
    if moved := trends.from_districts(view.run, view.snapshot, view.filters, asked.metric):
        ui.paragraphs(view, [moved])
    chart.trend_tiles(view, asked)
    chart.years(view, asked)
    ui.flow(view, 24)
    chart.trend_details(view, trend)


_REAL = Text("Thay đổi nào là thật, thay đổi nào chỉ là dao động?", "Which changes are real, which are only variation?")
_SIDE_BY_SIDE = Text("Các nơi khác nhau thế nào theo thời gian?", "How do they differ over time?")
