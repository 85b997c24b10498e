"""The list of dossiers behind a number: search, order, pages and exports, all in the link."""

import datetime
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from cchc import exports, ui
from cchc.figures.metrics import FIGURES
from cchc.figures.query import Page
from cchc.findings import dossier, due_soon
from cchc.text import LANGUAGES, Language, Text, number, percent

_PAGE = 50
# What fits a screen; the files hold every column.
_SHOWN = {
    "dossier_id": "nowrap",
    "unit": "named",
    "procedure": "clamp",
    "channel": "nowrap",
    "received_at": "time",
    "due_at": "time",
    "finished_at": "time",
    "outcome": "nowrap",
    "days_late": "",
}
# Where the area has them: below the unit, for a column each would not find room.
_BELOW_UNIT = ("receiving_unit", "source", "desk", "service_level")
_NUMBERS = ("days_late", "days_left", "share")
# What the list cannot be ordered by itself: days left follow the due date, how often a deadline is missed does too.
_SORTED_BY = {"days_left": "due_at", "share": "due_at"}
_OF_MODEL = ("model_", "next_day_")
# Behind the numbers of a model stand what it promised, to the hour, and what came of it, not the statutory date.
_INSTEAD = {"due_at": ("promised_on", "named"), "outcome": ("outcome", "named"), "days_late": ("", "")}
_SHOWN_OF_MODEL = {name: tone for name, tone in (_INSTEAD.get(each, (each, _SHOWN[each])) for each in _SHOWN) if name}
_KEPT = Text("Thực hiện cam kết", "Promise kept")
# Whoever asks what is overdue begins with what has waited longest.
_OLDEST_FIRST = ("open_overdue", "late")
# What is due soon is worked through by what is left.
_SHOWN_SOON = {
    "dossier_id": "nowrap", "unit": "named", "procedure": "clamp", "due_at": "time", "days_left": "", "share": "",
    "received_at": "time",
}  # fmt: skip


def record_list(view: ui.View, metric: str) -> Page:
    """The page of dossiers the link asks for."""
    sort, order = _order(view, metric)
    search, descending = view.param("search", ""), order == "desc"
    listed = view.records(metric, search, sort, descending, (_number(view) - 1) * _PAGE, _PAGE)
    if listed.total and listed.rows.empty:  # a page that is gone: the last one there is
        return view.records(metric, search, sort, descending, (listed.total - 1) // _PAGE * _PAGE, _PAGE)
    return listed


def _order(view: ui.View, metric: str) -> tuple[str, str]:
    """The column the list is ordered by and which way: what has waited longest first where that is the question."""
    sort, order = ("days_late", "desc") if metric in _OLDEST_FIRST else ("received_at", "asc")
    if metric == due_soon.METRIC:
        sort = "due_at"
    asked = view.param("sort", sort, tuple(exports.COLUMNS))
    return asked, view.param("order", order if asked == sort else "asc")


def record_controls(view: ui.View, metric: str, choices: Sequence[str]) -> None:
    """Which number the dossiers stand behind, and a search in ids and names."""
    st.session_state["metric"] = metric
    st.session_state["search"] = view.param("search", "")
    with st.container(horizontal=True, key="record-controls", vertical_alignment="bottom"):
        st.selectbox(
            view.t(Text("Loại hồ sơ", "Number")),
            choices,
            format_func=lambda name: view.t(FIGURES[name].label),
            key="metric",
            on_change=lambda: view.go(metric=st.session_state["metric"]),
            width=320,
        )
        st.text_input(
            view.t(Text("Tìm mã hồ sơ, đơn vị, thủ tục", "Find a dossier, unit or procedure")),
            key="search",
            on_change=lambda: view.go(search=st.session_state["search"]),
            width=360,
        )


def record_table(view: ui.View, listed: Page, metric: str) -> None:
    """One page of the dossiers behind a metric; a click on a heading orders all of them, not only this page."""
    if not listed.total:
        nothing = Text(
            "Không có hồ sơ nào trong kỳ và bộ lọc này; chọn con số khác, kỳ khác hoặc bỏ lọc.",
            "No dossier in this period and selection; choose another number, another period or clear the filters.",
        )
        ui.note(view, nothing)
        return
    soon, of_model = metric == due_soon.METRIC, metric.startswith(_OF_MODEL)
    if soon:
        shown = exports.readable_soon(listed.rows, view.snapshot, view.filters, view.language)
    else:
        shown = exports.readable(listed.rows, view.snapshot, view.language)
    if of_model:
        rows_ = listed.rows.to_dict("records")
        shown["promised_on"] = [view.t(dossier.promised(row, view.snapshot)) for row in rows_]
        shown["outcome"] = [view.t(dossier.kept(row, view.snapshot)) for row in rows_]
    tones = _SHOWN_SOON if soon else _SHOWN_OF_MODEL if of_model else _SHOWN
    tones = {name: tone for name, tone in tones.items() if name in shown}
    sort, order = _order(view, metric)
    columns = [
        ui.Column(
            view.t(_KEPT if of_model and name == "outcome" else (exports.COLUMNS | exports.SOON_COLUMNS)[name]),
            "right" if name in _NUMBERS else "left",
            key=_SORTED_BY.get(name, name),
            sorted=order if name == sort else "",
        )
        for name in tones
    ]
    rows = [
        ui.Row([_cell(view, row, *each) for each in tones.items()], str(row["dossier_id"]))
        for row in shown.to_dict("records")
    ]

    def sorted_by(column: str) -> None:
        turned = column == sort and order == "asc"
        view.go(sort=column, order="desc" if turned else "asc")

    def opened(dossier_id: str) -> None:
        view.look_up(view.snapshot.dataset, dossier=dossier_id)

    ui.show_rows(columns, rows, "records", ui.Clicks(opened, heading=sorted_by))
    if soon:
        st.caption(ui.plain(view.t(due_soon.MEANING)))
    pages = -(-listed.total // _PAGE)
    if pages > 1:
        # The number is part of the key: a page asked for by link is shown, not only one that was clicked.
        shown_page = min(_number(view), pages)
        first = (shown_page - 1) * _PAGE + 1
        vi, en = (_some(first, first + len(rows) - 1, listed.total, language) for language in LANGUAGES)
        some = Text(
            f"Hồ sơ {vi[0]} trong {vi[1]}; cả danh sách có trong tệp tải về.",
            f"Dossiers {en[0]} of {en[1]}; the download holds the whole list.",
        )
        st.caption(ui.plain(view.t(some)))
        key = f"page-{shown_page}"
        st.pagination(pages, default=shown_page, key=key, on_change=lambda: view.go(page=str(st.session_state[key])))


def _some(first: int, last: int, total: int, language: Language) -> tuple[str, str]:
    return f"{number(first, language)}–{number(last, language)}", number(total, language)


def record_exports(view: ui.View, metric: str) -> None:
    """The whole list as CSV and XLSX; made only when asked for."""
    name = f"cchc-{view.snapshot.dataset}-{metric}-{view.filters.start}-{view.filters.end}"
    arguments = (view.snapshot, view.filters, metric, view.param("search", ""), view.language)
    csv, xlsx = (view.noted("export", name, partial(write, *arguments)) for write in (exports.to_csv, exports.to_xlsx))
    ui.downloads(view, name, csv, xlsx)


def _number(view: ui.View) -> int:
    asked = view.param("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 1


def _cell(view: ui.View, row: Mapping[Any, Any], name: str, tone: str) -> ui.Cell:
    value = row[name]
    if name == "share":
        return ui.Cell(percent(value, view.language), below=due_soon.span(row, view.language))
    text = exports.cell_text(value)
    if name == "unit":
        told = dict.fromkeys(exports.cell_text(row[each]) for each in _BELOW_UNIT if each in row)
        return ui.Cell(text, tone=tone, title=text, below=" · ".join(each for each in told if each not in ("", text)))
    # Seconds matter to a rule and to the file, not to the eye.
    shown = text[:-3] if isinstance(value, datetime.datetime) and text else text
    return ui.Cell(shown, tone=tone, title=text)
