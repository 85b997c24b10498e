"""Tổng quan: are things fine, and where not?"""

from collections.abc import Sequence

import streamlit as st

from cchc import ui
from cchc.findings import attention, summary
from cchc.text import Text
from pages.overview import grid, models, soon


def render(view: ui.View) -> None:
    """Headline cards, the weekly models, what needs attention, units against metrics, what is due soon, the flow."""
    figures = summary.headlines(view.run, view.snapshot, view.filters, summary.HEADLINES)
    ui.heading(
        view,
        Text("Hồ sơ có được giải quyết đúng hạn không, nơi nào chưa?", "Are deadlines kept, and where not?"),
        summary.answer(figures[0], view.snapshot, view.filters),
    )
    ui.cards(view, figures)
    models.cards(view)
    _attention(view)
    grid.units(view)
    soon.worklist(view)
    ui.flow(view, summary.MONTHS, summary.HEADLINES)


def _attention(view: ui.View) -> None:
    ui.section(view, Text("Cần chú ý", "Needs attention"))
    found = attention.needed(view.run, view.snapshot, view.filters, view.trends(view.filters))
    _notices(view, found)
    if not found:
        ui.note(view, Text("Không có gì nổi bật trong kỳ này.", "Nothing stands out in this period."))


def _notices(view: ui.View, notices: Sequence[attention.Notice]) -> None:
    """Sentences that need attention, each a link to its evidence."""
    for notice in notices:
        st.page_link(
            view.page(notice.page),
            label=ui.plain(view.t(notice.sentence)),
            icon=":material/arrow_forward:",
            query_params=view.params(notice.filters, metric=notice.metric),
        )
