"""How a checked file was understood: words nobody knows, each given a meaning by a click, and the first rows."""

import datetime
from collections.abc import Mapping
from textwrap import shorten
from typing import Any

import streamlit as st

from cchc import ui
from cchc.importing import Prepared, Unknown, drafts
from cchc.importing.drafts import Listing
from cchc.importing.mapping import BY_DATE, NOT_RECEIVED
from cchc.schema import BY_NAME, CHANNEL_NAMES, STATUS_NAMES
from cchc.text import Text, date, moment, number
from cchc.ui.view import Reader
from pages.data import mapping_editor
from pages.data.mapping_editor import Edited

_MOST = 20
# A button no longer than the list beside it.
_LONGEST = 45
# What keeps a column of the first rows from breaking every word.
_TONES = ("nowrap", "", "", "named", "clamp", "", "time", "time", "time", "")
_STATUSES = STATUS_NAMES | {
    NOT_RECEIVED: Text("Chưa hoặc không tiếp nhận (không tính)", "Not received (not counted)"),
    BY_DATE: Text("Có ngày kết thúc là xong, không có là đang giải quyết", "Done if there is an end date, else open"),
}
_LISTINGS: Mapping[str, Listing] = {
    "channel": "channel", "status": "status", "unit": "units", "procedure": "procedures",
}  # fmt: skip


def unknown_words(view: Reader, prepared: Prepared, given: Edited) -> None:
    """For every unknown spelling a list of what it may mean, and a button for the closest."""
    unknown = prepared.report.unknown[:_MOST]
    if not unknown:
        return
    ask = Text("Những cách ghi chưa biết nghĩa là gì?", "What do the unknown words mean?")
    st.markdown(f"**{view.t(ask)}**")
    with st.container(key="unknown-words"):
        for place, each in enumerate(unknown):
            _word(view, prepared, given, each, place)


def _word(view: Reader, prepared: Prepared, given: Edited, unknown: Unknown, place: int) -> None:
    names = _names(view, prepared, unknown.dimension)
    key = f"unknown-{place}-{unknown.dimension}-{unknown.spelling}"

    def means(meaning: str) -> None:
        mapping_editor.change(drafts.means(given.tables, _LISTINGS[unknown.dimension], unknown.spelling, meaning))

    with st.container(horizontal=True, vertical_alignment="bottom", key=f"unknown-word-{place}"):
        st.selectbox(
            ui.plain(view.t(_question(unknown))),
            list(names),
            None,
            key=key,
            format_func=names.__getitem__,
            placeholder=view.t(Text("Chọn nghĩa", "Choose the meaning")),
            on_change=lambda: means(st.session_state[key]),
        )
        if unknown.closest_id in names:
            st.button(
                ui.plain(view.t(_closest(unknown, names[unknown.closest_id]))),
                help=ui.plain(names[unknown.closest_id]),
                key=f"closest-{place}",
                on_click=means,
                args=(unknown.closest_id,),
                icon=":material/check:",
            )


def _question(unknown: Unknown) -> Text:
    label = BY_NAME[unknown.dimension].label
    return Text(
        f"“{unknown.spelling}”: {label.vi}, {number(unknown.rows, 'vi')} hàng",
        f"“{unknown.spelling}”: {label.en}, {number(unknown.rows, 'en')} rows",
    )


def _closest(unknown: Unknown, name: str) -> Text:
    if name.casefold() == unknown.closest.casefold():
        short = shorten(name, _LONGEST, placeholder=" …")
        return Text(f"Là “{short}”", f"It is “{short}”")
    return Text(f"Là “{name}”, như “{unknown.closest}”", f"It is “{name}”, as “{unknown.closest}”")


def _names(view: Reader, prepared: Prepared, dimension: str) -> dict[str, str]:
    if dimension == "unit":
        return {unit.id: unit.name for unit in prepared.references.units.values()}
    if dimension == "procedure":
        return {each.id: each.name for each in prepared.references.procedures.values()}
    return {key: view.t(name) for key, name in (CHANNEL_NAMES if dimension == "channel" else _STATUSES).items()}


def first_rows(view: Reader, prepared: Prepared) -> None:
    """The first rows as they were understood: a wrong column is seen at a glance."""
    heads = (
        Text("Mã hồ sơ", "Dossier"),
        Text("Hàng", "Row"),
        Text("Xử lý", "Result"),
        Text("Đơn vị", "Unit"),
        Text("Thủ tục", "Procedure"),
        Text("Hình thức nộp", "Channel"),
        Text("Tiếp nhận", "Received"),
        Text("Hẹn trả", "Due"),
        Text("Kết thúc", "Ended"),
        Text("Tình trạng", "Status"),
    )
    st.caption(view.t(Text("Những hàng đầu, như được hiểu", "The first rows, as they were understood")))
    rows = [_row(view, prepared, each) for each in prepared.first_rows]
    ui.show_rows(ui.columns(view, heads, right={1}), rows, "first-rows")


def _row(view: Reader, prepared: Prepared, row: Mapping[str, Any]) -> ui.Row:
    names = prepared.report.names
    texts = (
        row["dossier_id"] or "?",
        number(row["line"], view.language),
        view.t(Text("giữ", "kept") if row["kept"] else Text("không giữ", "not kept")),
        names.get(row["unit"], "?"),
        names.get(row["procedure"], "?"),
        view.t(CHANNEL_NAMES[row["channel"]]) if row["channel"] else "?",
        _time(view, row["received_at"]),
        _time(view, row["due_at"]),
        _time(view, row["finished_at"] or row["returned_at"]),
        view.t(_STATUSES[row["status"]]) if row["status"] else "?",
    )
    return ui.Row([ui.Cell.of(text, tone) for text, tone in zip(texts, _TONES, strict=True)])


def _time(view: Reader, at: datetime.datetime | None) -> str:
    return moment(at, view.language) if at else date(None, view.language)
