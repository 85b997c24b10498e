"""Tổng quan: are things fine, and where not?"""

from collections.abc import Sequence

import streamlit as st

from cchc import charts, ui
from cchc.findings import attention, compliance, summary, territory
from cchc.text import Text
from pages.overview import following, grid, models, place, soon


def render(view: ui.View) -> None:
    """Headline cards, the weekly models, what needs attention and where, units against metrics, what is due soon, the
    flow."""
    figures = summary.headlines(view.run, view.snapshot, view.filters, summary.HEADLINES)
    ui.heading(
        view,
        Text("Hồ sơ có được giải quyết đúng hạn không, nơi nào chưa?", "Are deadlines kept, and where not?"),
        summary.answer(figures[0], view.snapshot, view.filters),
    )
    ui.cards(view, figures)
    models.cards(view)
    units = summary.units_now(view.run, view.snapshot, view.filters)
    comparison = compliance.among(units)
    area = territory.glance(view.snapshot, view.filters, comparison)
    drawn = charts.tile_picture(area, view.unit_names(), view.theme, view.language) if area else ""
    if area and drawn:
        left, right = st.columns([5, 3], gap="medium")
        with left:
            _attention(view)
        with right:
            place.picture(view, area, drawn)
    else:
        _attention(view)
    grid.units(view, units, comparison)
    soon.worklist(view)
    ui.flow(view, summary.MONTHS, summary.HEADLINES)


def _attention(view: ui.View) -> None:
    ui.section(view, Text("Cần chú ý", "Needs attention"))
    found = attention.needed(view.run, view.snapshot, view.filters, view.trends(view.filters))
    _notices(view, found)
    if not found:
        ui.note(view, Text("Không có gì nổi bật trong kỳ này.", "Nothing stands out in this period."))
    following.offered(view)


def _notices(view: ui.View, notices: Sequence[attention.Notice]) -> None:
    """Sentences that need attention, each a link to its evidence."""
    ui.links(view, [(each.sentence, each.page, view.params(each.filters, metric=each.metric)) for each in notices])
