"""Any figure by any split: the choice of metrics, dimensions and periods, the table and its files, all in the link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import streamlit as st

from cchc import charts, exports, ui
from cchc.figures.metrics import GROUPS, METRICS
from cchc.figures.periods import GRAINS, KINDS, Grain
from cchc.findings import together, trends
from cchc.findings.together import Line, Side
from cchc.schema import BESIDE, DIMENSIONS
from cchc.text import Text, number
from cchc.ui import choices
from cchc.ui.choices import Group, choose
from pages.figures import crossed, saved

_MOST = 500
_DEFAULT = ("received", "resolved", "on_time_rate", "online_rate")
_WHOLE = "whole"
_LISTED, _CROSSED = Text("Danh sách", "List"), Text("Kỳ theo cột", "Periods across")
_BESIDE, _YEARS = Text("Cạnh nhau", "Side by side"), Text("Các năm", "Years")


@dataclass(frozen=True)
class Asked:
    """What the link asks for: figures, splits, periods, units side by side, and one of the `shapes` there are."""

    metrics: list[str]
    by: list[str]
    grain: Grain | None
    sides: list[Side]
    shapes: dict[str, Text]
    shape: str


def asked(view: ui.View) -> Asked:
    """What the link asks for. Units to be compared are, by months unless it says otherwise."""
    metrics = view.listed("metric", tuple(METRICS)) or list(_DEFAULT)
    by, sides = view.listed("by", tuple(_dimensions(view))), choices.sides(view)
    are_named = len(sides) > 1 and "beside" in st.query_params
    step = view.param("grain", "month" if are_named else _WHOLE, (_WHOLE, *GRAINS))
    grain = None if step == _WHOLE else cast(Grain, step)
    shapes = _shapes(by, grain, len(sides))
    first = "beside" if are_named and "beside" in shapes else "listed"
    shapes = {first: shapes[first], **shapes}
    return Asked(metrics, by, grain, sides, shapes, view.param("shape", first, tuple(shapes)))


def lines(view: ui.View, asked: Asked) -> list[Line]:
    """The figures of those side by side; none where they are not asked for so."""
    if asked.grain is None or asked.shape != "beside":
        return []
    return together.lines(view.run, asked.sides, asked.metrics, asked.grain, view.filters.period)


def answer(view: ui.View, asked: Asked, compared: Sequence[Line]) -> Text:
    """What the figures say in a sentence."""
    if compared:
        return together.answer(compared, asked.metrics[0])
    return together.in_all(view.run(asked.metrics, parts=True).to_dict("records")[0], asked.metrics)


def figure_choice(view: ui.View, asked: Asked) -> None:
    """The controls that change what the link asks for."""
    metrics, step = asked.metrics, asked.grain or _WHOLE
    groups = [
        *(_metrics(view, group, metrics) for group in GROUPS),
        Group("by", view.t(Text("Chia theo", "Split by")), _dimensions(view), asked.by, "none"),
    ]
    st.session_state["grain"] = step
    with st.container(horizontal=True, key="figure-choice", vertical_alignment="top"):
        with st.popover(view.t(Text("Chỉ số và cách chia", "Metrics and splits")), icon=":material/tune:"):
            choose(view, groups, "figure-groups", lambda name, ids: _go(view, metrics, name, ids))
        st.selectbox(
            view.t(Text("Kỳ", "Periods")),
            [_WHOLE, *GRAINS],
            key="grain",
            label_visibility="collapsed",
            width=260,
            format_func=lambda step: view.t(_grain_name(step)),
            on_change=lambda: view.go(grain=st.session_state["grain"]),
        )
        saved.offer(view)
        if asked.grain:
            choices.compare(view, asked.sides)


def _dimensions(view: ui.View) -> dict[str, str]:
    there = (*DIMENSIONS, *(name for name in BESIDE if name in view.snapshot.labels))
    return {name: view.t(exports.DIMENSION_NAMES[name]) for name in there}


def _metrics(view: ui.View, group: str, chosen: Sequence[str]) -> Group:
    title, names = GROUPS[group]
    options = {name: view.t(METRICS[name].label) for name in names}
    return Group(group, view.t(title), options, [name for name in chosen if name in names], "none")


def _go(view: ui.View, metrics: Sequence[str], name: str, ids: Sequence[str]) -> None:
    if name in GROUPS:
        others = [each for each in metrics if each not in GROUPS[name][1]]
        view.go(metric=[each for each in METRICS if each in (*others, *ids)])
    else:
        view.go(by=[each for each in exports.DIMENSION_NAMES if each in ids])


def _grain_name(grain: str) -> Text:
    if grain == _WHOLE:
        return Text("Cả kỳ đang chọn", "The whole period")
    name = KINDS[cast(Grain, grain)]
    return Text(f"Theo {name.vi.lower()}", f"By {name.en.lower()}")


def draw(view: ui.View, asked: Asked, compared: Sequence[Line]) -> None:
    """The figures in the reader's words, the first rows of a long table, and the whole of it as CSV and XLSX; by
    periods also with these across, as several units side by side, and months as years."""
    ui.paragraphs(view, choices.left_out(view, asked.sides))
    if len(asked.shapes) > 1:
        ui.choice(view, "shape", Text("Dạng bảng", "Layout"), asked.shapes)
    if compared:
        parted = together.table(compared, lambda period: view.filters.counted(period, view.snapshot, view.language))
        crossed.tables(view, parted, ["unit"], lambda metric: choices.picture(view, compared, metric, f"-{metric}"))
    else:
        frame = view.run(asked.metrics, by=asked.by, grain=asked.grain, parts=True)
        parted = exports.named(frame, asked.by, asked.grain, view.snapshot, view.filters, view.language)
    if asked.shape == "years":
        for metric in (name for name in METRICS if name in parted):
            _years(view, metric)
    elif asked.shape == "crossed":
        crossed.tables(view, parted, asked.by)
    named = parted[[name for name in parted if name in METRICS or name in exports.DIMENSION_NAMES]]
    if asked.shape == "listed":
        _listed(view, parted, named)
    arguments = (parted, view.snapshot, view.filters, view.language)
    ui.downloads(
        view,
        f"cchc-{view.snapshot.dataset}-{view.filters.start}-{view.filters.end}",
        lambda: exports.figures_to_csv(*arguments),
        lambda: exports.figures_to_xlsx(*arguments),
    )


def _shapes(by: Sequence[str], grain: Grain | None, sides: int) -> dict[str, Text]:
    """The layouts there are for figures split so."""
    there = {"crossed": bool(grain and by), "beside": bool(grain and sides > 1), "years": grain == "month"}
    names = {"crossed": _CROSSED, "beside": _BESIDE, "years": _YEARS}
    return {"listed": _LISTED} | {name: text for name, text in names.items() if there[name]}


def _years(view: ui.View, metric: str) -> None:
    title = METRICS[metric].label
    ui.section(view, title, Text("Mỗi đường là một năm; năm nay đậm nhất", "One line a year; this year strongest"))
    trend = trends.selected(view.run, view.snapshot, view.filters, metric)
    ui.chart(view, charts.years(trend, view.theme, view.language), title, f"years-{metric}")
    crossed.years(view, trend)


def _listed(view: ui.View, parted: pd.DataFrame, named: pd.DataFrame) -> None:
    columns = [
        ui.Column(view.t(METRICS[name].label), "right")
        if name in METRICS
        else ui.Column(view.t(exports.DIMENSION_NAMES[name]))
        for name in map(str, named)
    ]
    rows = [ui.Row([_cell(view, row, str(name)) for name in named]) for row in parted.head(_MOST).to_dict("records")]
    if len(named) > _MOST:
        total = len(named)
        st.caption(
            view.t(
                Text(
                    f"{_MOST} dòng đầu trong {number(total, 'vi')}; tệp tải về có đủ.",
                    f"The first {_MOST} of {number(total, 'en')} rows; the files hold all.",
                )
            )
        )
    ui.show_rows(columns, rows, "figures")


def _cell(view: ui.View, row: Mapping[Any, Any], name: str) -> ui.Cell:
    if name in METRICS:
        return ui.figure_cell(view, row, name)
    # Names keep the room they need, however little a phone has.
    return ui.Cell.of(str(row[name]), "nowrap" if name == "period" else "named")
