"""Sơ đồ địa bàn: where in the area is a figure high or low?"""

import streamlit as st

from cchc import charts, ui
from cchc.figures.metrics import METRICS
from cchc.findings import territory
from cchc.findings.outlined import outlined
from cchc.text import Text

_METRICS = {name: METRICS[name].label for name in territory.SHOWN}
# Pixels: room for the longest name of a metric.
_WIDE = 340
_WHEN = {"period": Text("Kỳ đang chọn", "This period"), "months": Text("Từng tháng", "Month by month")}


def render(view: ui.View) -> None:
    """One tile or outline a commune, coloured by the metric a reader chooses; month by month at a click."""
    name = view.param("metric", territory.SHOWN[0], territory.SHOWN)
    when = view.param("when", "period", tuple(_WHEN))
    area = territory.survey(view.run, view.snapshot, view.filters, name, months=when == "months")
    names = view.unit_names()
    ui.heading(
        view, Text("Nơi nào cao, nơi nào thấp?", "Where is it high, where is it low?"), territory.answer(area, names)
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key="territory-choice"):
        with st.container(width=_WIDE):
            ui.choice(view, "metric", Text("Chỉ số", "Metric"), _METRICS, st.selectbox)
        ui.choice(view, "when", Text("Thời gian", "Time"), _WHEN)
    title = METRICS[name].label
    ui.section(view, title, territory.reading(area))
    chosen, theme, language = view.filters.units, view.theme, view.language
    outlines, said = outlined(view.snapshot, area, names)
    figure = (
        charts.outline_map(area, outlines, names, chosen, theme, language)
        if outlines
        else charts.tile_map(area, names, chosen, theme, language)
    )
    ui.chart(view, figure, title, "territory", "unit")
    ui.paragraphs(view, [*said, *([] if outlines else territory.of_tiles(area, names)), *territory.remarks(area)])
