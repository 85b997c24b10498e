"""Xu hướng: which changes are real, and which are only ordinary ups and downs?"""

from cchc import ui
from cchc.findings import trends
from cchc.text import Text
from pages.trends import chart


def render(view: ui.View) -> None:
    """One series in its control chart, small charts of all units, this year against others, flow and backlog."""
    asked = chart.trend_asked(view)
    trend = chart.trend_of(view, asked)
    ui.heading(
        view,
        Text(
            "Thay đổi nào là thật, thay đổi nào chỉ là dao động?", "Which changes are real, which are only variation?"
        ),
        trends.answer(trend),
    )
    chart.trend_choice(view, asked)
    chart.draw(view, asked, trend)
    chart.trend_tiles(view, asked)
    chart.years(view, asked)
    ui.flow(view, 24)
    chart.trend_details(view, trend)
