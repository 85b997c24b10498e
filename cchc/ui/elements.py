"""What pages are made of: headings, cards, charts, tables and notices, in the reader's language."""

import html
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from plotly import graph_objects

from cchc import charts
from cchc.addresses import link
from cchc.charts import Figure, spark
from cchc.figures import trust
from cchc.figures.metrics import METRICS, Metric, target_for
from cchc.findings import compliance, summary
from cchc.findings.attention import Notice
from cchc.findings.summary import STATES, Headline, State, state_of
from cchc.text import NOT_AVAILABLE, Text, collation_key, date, number
from cchc.ui import assets
from cchc.ui.view import View

_CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False}
# What browsers call the files of office programs.
FILES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MARKS: dict[State, str] = {"met": "✓", "close": "≈", "missed": "✗"}


_TABLE = assets.component(__file__, "table")


def plain(text: str) -> str:
    """Text from data as it is, with nothing in it read as Markdown and no address made a link."""
    unlinked = re.sub(r"(?i)(?<=http)(?=s?:)|(?<=www)(?=\.)|(?=@)", "\u2060", text)
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:^=])", r"\\\1", unlinked)


def heading(view: View, question: Text, answer: Text, shown: Text | None = None) -> None:
    """The question as title, the answer as one sentence with the data date, and what is shown: the filters, unless the
    page is about something else."""
    st.title(plain(view.t(question)), anchor=False)
    st.markdown(plain(view.t(answer)))
    as_of = date(view.snapshot.as_of, view.language)
    closed = Text(f"số liệu chốt đến {as_of}", f"data as of {as_of}")
    parts = [view.t(shown) if shown else view.describe(), view.t(closed)]
    if not shown and view.filters.end > view.snapshot.as_of:
        parts.append(view.t(Text("kỳ chưa trọn", "period not complete")))
    if view.snapshot.demo:
        parts.append(view.t(Text("dữ liệu minh họa", "demo data")))
    st.caption(plain(" · ".join(parts)))


def section(view: View, title: Text, subtitle: Text | None = None, badge: Text | None = None) -> None:
    """The heading of a chart or table: what it shows, with a badge where it must not be overread; then unit, period
    and n."""
    mark = f" :gray-badge[{plain(view.t(badge))}]" if badge else ""
    st.subheader(plain(view.t(title)) + mark, anchor=False)
    if subtitle:
        st.caption(plain(view.t(subtitle)))


def note(view: View, text: Text) -> None:
    """A quiet sentence, for an empty picture: why there is nothing and the way out."""
    st.info(plain(view.t(text)), icon=":material/info:")


def paragraphs(view: View, texts: Iterable[Text]) -> None:
    """Running text, one paragraph each."""
    for text in texts:
        st.markdown(plain(view.t(text)))


def details(view: View, title: Text, texts: Iterable[Text]) -> None:
    """Paragraphs folded away until somebody asks for them."""
    with st.expander(view.t(title)):
        paragraphs(view, texts)


def cards(view: View, headlines: Sequence[Headline]) -> None:
    """Up to six headline figures side by side, two a row on a phone."""
    st.html(f'<div class="cards">{"".join(_card(view, each) for each in headlines)}</div>')


def _card(view: View, figure: Headline) -> str:
    metric, language = figure.metric, view.language
    below = []
    if figure.denominator is not None and metric.is_rate:
        counted = view.t(Text("trên", "of"))
        below.append(f"{number(figure.numerator, language)} {counted} {number(figure.denominator, language)}")
    if figure.caution:
        below.append(view.t(figure.caution))
    state = ""
    if figure.state and figure.target is not None:
        wanted = metric.show_target(figure.target, language)
        state = (
            f'<div class="state {figure.state}">{_MARKS[figure.state]} {view.t(STATES[figure.state])}'
            f" ({html.escape(wanted)})</div>"
        )
    previous, last_year = Text("kỳ trước", "previous"), Text("năm trước", "year before")
    changes = _change(view, figure, figure.previous, previous) + _change(view, figure, figure.year_before, last_year)
    line = spark(figure.spark, view.theme)
    picture = f'<img alt="" src="data:image/svg+xml;base64,{b64encode(line.encode()).decode()}">' if line else ""
    muted = "" if figure.is_judged else " small"
    return (
        f'<div class="card{muted}"><div class="label">{html.escape(view.t(metric.label))}</div>'
        f'<div class="value">{_linked(view, metric, figure)}</div>'
        f'<div class="below">{html.escape(" · ".join(below)) or "&nbsp;"}</div>{changes}{state}'
        f'<div class="spark">{picture}</div></div>'
    )


def _linked(view: View, metric: Metric, figure: Headline) -> str:
    """The value, as a link to the dossiers it counts."""
    shown = html.escape(metric.show(figure.value, view.language))
    if metric.format != "count" or not figure.value:
        return shown
    return f'<a href="{html.escape(link("ho-so", view.params(metric=metric.name)))}" target="_self">{shown}</a>'


def _change(view: View, figure: Headline, other: float | None, against: Text) -> str:
    label = f"<span>{view.t(against)}</span>"
    if other is None:
        missing = view.t(
            Text(
                "Không so được: số liệu không có kỳ đó, hoặc kỳ đó thiếu ngày hẹn trả",
                "Nothing to compare with: that period is not in the data, or lacks due dates",
            )
        )
        return f'<div class="change" title="{missing}">{label}{NOT_AVAILABLE}</div>'
    tone = {True: "better", False: "worse", None: ""}[figure.better(other)]
    difference = figure.change(other) or 0
    arrow = "▲" if difference > 0 else "▼" if difference < 0 else ""
    text = html.escape(f"{arrow} {figure.change_text(other, view.language)}")
    return f'<div class="change {tone}">{label}<b>{text}</b></div>'


def chart(view: View, figure: Figure | None, alt: Text, key: str, narrows: str = "") -> None:
    """A figure with its description for those who cannot see it; a click narrows to `narrows`, if named. Without a
    figure, why there is none and the way out."""
    if figure is None:
        nothing = Text(
            "Không có hồ sơ nào trong kỳ và bộ lọc này; chọn kỳ khác hoặc bỏ lọc.",
            "There is no dossier in this period and selection; choose another period or clear the filters.",
        )
        note(view, nothing)
        return
    # Plotly checks every value of a dictionary again, for longer than it takes to draw the page; tests do that here.
    drawn = graph_objects.Figure(figure, _validate=False)
    if not narrows:
        st.plotly_chart(drawn, theme=None, config=_CONFIG, alt=view.t(alt), key=key)
        return

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            value, *counts = points[0]["customdata"][:-1]
            # What was clicked is also what the list of dossiers opens with.
            view.go(view.filters.narrow(narrows, value), **({"metric": counts[0]} if counts else {}))

    st.plotly_chart(
        drawn, theme=None, config=_CONFIG, alt=view.t(alt), key=key, on_select=clicked, selection_mode="points"
    )


def notices(view: View, notices: Sequence[Notice]) -> None:
    """Sentences that need attention, each a link to its evidence."""
    for notice in notices:
        st.page_link(
            view.page(notice.page),
            label=plain(view.t(notice.sentence)),
            icon=":material/arrow_forward:",
            query_params=view.params(notice.filters, metric=notice.metric),
        )


@dataclass(frozen=True)
class Icons:
    """Icons beside the figures of a table: a picture for each kind, and for a metric and a row its kind and title."""

    pictures: Mapping[str, str]
    cells: Mapping[tuple[str, str], dict[str, str]]


def table(
    view: View,
    frame: pd.DataFrame,
    by: str,
    names: dict[str, str],
    metrics: Sequence[str],
    head: Text,
    key: str,
    total: pd.DataFrame | None = None,
    clicked: Callable[[str], None] | None = None,
    icons: Icons | None = None,
) -> None:
    """Metrics by one dimension: the total first and bold, then the rows of `frame` in their order.

    `frame` (and `total`) come from `view.run(..., parts=True)`; rates with their intervals (`<name>_low`, `_high`)
    show them below, and units with their standing (`compliance.comparison`) show it after their name. Rates over too
    few dossiers are greyed and stand last in any order. A click on a row calls `clicked` with its id, by default it
    narrows the filters to it.
    """
    records = frame.to_dict("records")
    rows = [] if total is None else [_row(view, total.iloc[0].to_dict(), "", view.t(Text("Tổng cộng", "All")), metrics)]
    rows += [_row(view, row, str(row[by]), names[row[by]], metrics) for row in records]
    columns = [{"label": view.t(head), "align": "left"}]
    if "standing" in frame:
        columns.append({"label": view.t(Text("So với mức chung", "Against overall")), "align": "left"})
        standings = [{"text": "", "value": None}] * (len(rows) - len(records))
        standings += [_standing(view, row) for row in records]
        for each, standing in zip(rows, standings, strict=True):
            each["cells"].insert(1, standing)
    columns += [{"label": view.t(METRICS[m].label), "align": "right", "help": view.t(METRICS[m].note)} for m in metrics]
    if icons:
        for each in rows:
            for metric, cell in zip(metrics, each["cells"][-len(metrics) :], strict=True):
                cell["icon"] = icons.cells.get((metric, each["id"] or ""))

    def counted(value: str | None, metric: str) -> None:
        view.open_records(view.filters.narrow(by, value) if value else view.filters, metric)

    clicked = clicked or (lambda value: view.narrow(by, value))
    show_rows(view, columns, rows, key, clicked, counted=counted, pictures=icons.pictures if icons else None)


def choice(
    view: View, name: str, label: Text, options: Mapping[str, Text], control: Callable[..., Any] = st.segmented_control
) -> str:
    """The option the link asks for by the parameter `name`, the first if none, and the control that changes it."""
    chosen = view.param(name, next(iter(options)), tuple(options))
    st.session_state[name] = chosen
    control(
        view.t(label),
        list(options),
        format_func=lambda option: view.t(options[option]),
        key=name,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: view.go(**{name: st.session_state[name]}),
    )
    return chosen


def split_choice(view: View, splits: Mapping[str, Text]) -> str:
    """The dimension the link asks for, the first if none, and the control that changes it."""
    return choice(view, "by", Text("Chia theo", "Split by"), splits)


def show_rows(
    view: View,
    columns: Sequence[dict[str, str]],
    rows: Sequence[dict[str, Any]],
    key: str,
    clicked: Callable[[str], None] | None = None,
    ordered: Callable[[str], None] | None = None,
    counted: Callable[[str | None, str], None] | None = None,
    pictures: Mapping[str, str] | None = None,
) -> None:
    """A table of ready texts. A click on a row with an id calls `clicked`; one on a cell that says what it counts
    calls `counted` with the row's id and that name; one on a heading sorts the rows shown, or calls `ordered` with
    the column's key where the rows are one page of many."""

    def on_cell() -> None:
        chosen = st.session_state[key].get("cell")
        if chosen and counted:
            counted(chosen["row"], chosen["counts"])

    def on_sort() -> None:
        chosen = st.session_state[key].get("sort")
        if chosen and ordered:
            ordered(chosen)

    def on_row() -> None:
        chosen = st.session_state[key].get("row")
        if chosen and clicked:
            clicked(chosen)

    _TABLE(
        key=key,
        data={
            "columns": list(columns),
            "rows": list(rows),
            "clickable": clicked is not None,
            "ordered": ordered is not None,
            "pictures": dict(pictures or {}),
        },
        on_row_change=on_row,
        on_sort_change=on_sort,
        on_cell_change=on_cell,
    )


def _row(view: View, row: Mapping[Any, Any], id_: str, name: str, metrics: Sequence[str]) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [{"text": name, "value": [*map(list, collation_key(name))]}]
    cells += [_cell(view, row, id_, metric) for metric in metrics]
    return {"id": id_ or None, "total": not id_, "cells": cells}


def figure_cell(view: View, row: Mapping[Any, Any], name: str) -> dict[str, Any]:
    """A figure as it is written and sorted, a ratio with its parts; over too few dossiers it is greyed and stands last
    in any order. `row` comes from `view.run(..., parts=True)`."""
    metric, value = METRICS[name], row[name]
    cell = {"text": metric.show(value, view.language), "value": None if pd.isna(value) else float(value)}
    if not metric.denominator:
        return cell
    top, bottom = row[f"{name}_n"], row[f"{name}_d"]
    counts = f"{number(top, view.language)} / {number(bottom, view.language)}"
    if not bottom:
        return cell | {"title": view.t(Text("Không có hồ sơ nào để tính", "No dossier to compute it from"))}
    known = trust.remark(metric, row)
    cell["title"] = f"{counts}: {view.t(known)}" if known else counts
    if trust.is_judged(metric, row):
        return cell
    return cell | {"tone": "muted", "value": None}


def _cell(view: View, row: Mapping[Any, Any], unit: str, name: str) -> dict[str, Any]:
    metric, value, cell = METRICS[name], row[name], figure_cell(view, row, name)
    if not metric.denominator:
        return cell | ({"counts": name} if value else {})
    if metric.is_rate and not pd.isna(value):
        cell["bar"] = float(value)
    if not pd.isna(value) and "tone" not in cell:
        target = target_for(name, view.snapshot.references, view.filters.end, unit)
        if state_of(metric, float(value), target.value if target else None) == "missed":
            cell["tone"] = "late"
    if f"{name}_low" in row and not pd.isna(value):
        low, high = row[f"{name}_low"] * 100, row[f"{name}_high"] * 100
        cell["below"] = f"{number(low, view.language, 2)}–{number(high, view.language, 2)}"
    return cell


def _standing(view: View, row: Mapping[Any, Any]) -> dict[str, Any]:
    """How a unit stands among all; sorted by its distance from the overall rate, units not judged last."""
    standing, z = row["standing"], float(row["z"])
    # Nothing to say is said by nothing, so that what stands out does.
    text = "" if standing == "none" else view.t(compliance.short(standing, z))
    tone = "muted" if standing not in ("different", "look") else "met" if z > 0 else "late"
    return {
        "text": text,
        "value": None if standing in compliance.UNJUDGED else z,
        "tone": f"{tone} nowrap",
        "title": view.t(compliance.in_full(standing, z)),
    }


def flow(view: View, months: int, beside: Sequence[str] = ()) -> None:
    """Received, resolved and backlog of the last months up to the period shown; `beside` names the headlines of the
    same page."""
    found = summary.flow(view.run, view.snapshot, view.filters, months, beside)
    title = Text("Tiếp nhận, giải quyết và tồn đọng theo tháng", "Received, resolved and backlog by month")
    section(
        view, title, Text("Số hồ sơ; tồn đọng tính vào cuối tháng", "Dossiers; the backlog stands at each month's end")
    )
    chart(view, charts.flow(found.frame, found.incomplete, view.theme, view.language), title, "flow")


def downloads(view: View, name: str, csv: Callable[[], bytes], xlsx: Callable[[], bytes]) -> None:
    """Two buttons for the same list as CSV and XLSX; a file is made only when asked for."""
    files = (
        (Text("Tải CSV", "Download CSV"), csv, "csv", "text/csv"),
        (Text("Tải Excel", "Download Excel"), xlsx, "xlsx", FILES["xlsx"]),
    )
    with st.container(horizontal=True, key="downloads"):
        for label, make, ending, kind in files:
            st.download_button(
                view.t(label), make, f"{name}.{ending}", kind, icon=":material/download:", on_click="ignore"
            )
