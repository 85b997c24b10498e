"""Tổng quan: are things fine, and where not?"""

from collections.abc import Sequence

import streamlit as st

from cchc import charts, ui
from cchc.findings import attention, evaluation, summary, trends
from cchc.text import Text
from cchc.ui.table import Icon
from pages.overview import soon


def render(view: ui.View) -> None:
    """Headline cards, what needs attention and what is due soon, flow and backlog, and units against metrics."""
    figures = summary.headlines(view.run, view.snapshot, view.filters, summary.HEADLINES)
    ui.heading(
        view,
        Text("Hồ sơ có được giải quyết đúng hạn không, nơi nào chưa?", "Are deadlines kept, and where not?"),
        summary.answer(figures[0], view.snapshot, view.filters),
    )
    ui.cards(view, figures)
    _attention(view)
    _models(view)
    soon.worklist(view)
    ui.flow(view, summary.MONTHS, summary.HEADLINES)
    _grid(view)


def _attention(view: ui.View) -> None:
    ui.section(view, Text("Cần chú ý", "Needs attention"))
    found = attention.needed(view.run, view.snapshot, view.filters, view.trends(view.filters))
    _notices(view, found)
    if not found:
        ui.note(view, Text("Không có gì nổi bật trong kỳ này.", "Nothing stands out in this period."))


@st.fragment(parallel=True)
def _models(view: ui.View) -> None:
    """What each model of the area came to, a link to its page."""
    for each in evaluation.evaluations(ui.run_on(view.snapshot), view.snapshot, view.filters):
        st.page_link(
            view.page(each.design.model),
            label=ui.plain(view.t(each.named)),
            icon=":material/arrow_forward:",
            query_params=view.params(),
        )


def _notices(view: ui.View, notices: Sequence[attention.Notice]) -> None:
    """Sentences that need attention, each a link to its evidence."""
    for notice in notices:
        st.page_link(
            view.page(notice.page),
            label=ui.plain(view.t(notice.sentence)),
            icon=":material/arrow_forward:",
            query_params=view.params(notice.filters, metric=notice.metric),
        )


def _grid(view: ui.View) -> None:
    ui.section(
        view,
        Text("Từng đơn vị", "Unit by unit"),
        Text(
            "Chọn một dòng để chỉ xem đơn vị đó; chọn tên cột để sắp xếp",
            "Choose a row to see that unit alone; choose a heading to sort",
        ),
    )
    units, _ = summary.in_two_periods(view.run, view.snapshot, view.filters, summary.GRID, ["unit"])
    frame = summary.worst_first(units, "on_time_rate")
    total = summary.total(frame, summary.GRID)
    icons = _icons(view, ("on_time_rate", "online_rate"))
    shown = summary.told(frame, summary.GRID)
    ui.table(view, ui.Split("unit", view.unit_names(), shown, frame, total, icons), "grid")


def _icons(view: ui.View, names: Sequence[str]) -> dict[tuple[str, str], Icon]:
    """What the last month says of each unit and each of these figures."""
    found = view.trends(view.filters)
    judged = {
        (name, unit): (kind, trend)
        for name in names
        for unit, trend in found[name].items()
        if (kind := charts.icon_kind(trend))
    }
    images = charts.icon_images((kind for kind, _ in judged.values()), view.theme)
    return {place: Icon(kind, view.t(trends.verdict(trend)), images[kind]) for place, (kind, trend) in judged.items()}
