"""Xu hướng: which changes are real, and which are only ordinary ups and downs?"""

from cchc import trends, ui
from cchc.text import Text


def render(view: ui.View) -> None:
    """One series in its control chart, small charts of all units, this year against others, flow and backlog."""
    asked = ui.trend_asked(view)
    trend = ui.trend_of(view, asked)
    ui.heading(
        view,
        Text(
            "Thay đổi nào là thật, thay đổi nào chỉ là dao động?", "Which changes are real, which are only variation?"
        ),
        trends.answer(trend),
    )
    ui.trend_choice(view, asked)
    ui.trend_chart(view, asked, trend)
    ui.trend_tiles(view, asked)
    ui.years(view, asked)
    ui.flow(view, 24)
    ui.trend_details(view, trend)
