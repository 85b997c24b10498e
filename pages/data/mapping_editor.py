"""What each column of a file is taken for and how its days are written, changed by lists; the mapping that results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cchc.importing import drafts, looking
from cchc.importing import mapping as mappings
from cchc.importing.headings import Head
from cchc.importing.looking import Found
from cchc.importing.mapping import UNREAD, Tables
from cchc.schema import BY_NAME
from cchc.text import Text, UserError, capital, number
from cchc import ui
from cchc.ui import assets
from cchc.ui.view import Reader
from pages.data import uploads

_STYLE = assets.text(__file__, "data.css")
_DRAFT, _LOOKED, _CHECKED, _AGAIN = "mapping-draft", "mapping-looked", "mapping-checked", "mapping-again"
_SAVED, _FAILED = "mapping-saved", "mapping-failed"
_DAYS = {
    "": Text("Như thường lệ của kiểu tệp này", "As usual for this kind of file"),
    "dd/MM/yyyy": Text("Ngày/tháng/năm (31/12/2026)", "Day/month/year (31/12/2026)"),
    "MM/dd/yyyy": Text("Tháng/ngày/năm (12/31/2026)", "Month/day/year (12/31/2026)"),
    "yyyy/MM/dd": Text("Năm/tháng/ngày (2026/12/31)", "Year/month/day (2026/12/31)"),
    "dd/MM/yy": Text("Ngày/tháng/năm hai chữ số (31/12/26)", "Day/month/year of two digits (31/12/26)"),
    "MM/dd/yy": Text("Tháng/ngày/năm hai chữ số (12/31/26)", "Month/day/year of two digits (12/31/26)"),
}
_KEYS = (("id",), ("unit", "id"), ("year", "id"), ("unit", "year", "id"))
_WITHIN = {"unit": Text("đơn vị", "unit"), "year": Text("năm", "year"), "procedure": Text("thủ tục", "procedure")}
_HIDDEN = Text("không hiện ô nào: trống, hoặc có thể là dữ liệu cá nhân", "no cells shown: blank, or may be personal")


@dataclass(frozen=True)
class Edited:
    """The mapping that reads the files chosen: its name, its tables, and whether they were changed on the page."""

    name: str
    tables: Tables
    changed: bool = False


@dataclass(frozen=True)
class _Looked:
    """The first rows of the files chosen, and the mapping uploaded with them."""

    files: tuple[str, ...]
    heads: list[Head]
    own: Edited | None


def restart() -> None:
    """Other files, or another kind of export, were chosen: what was changed goes with them."""
    for key in (_DRAFT, _CHECKED, _AGAIN):
        st.session_state.pop(key, None)


def checked() -> None:
    """The files were checked: from now on a change asks for another check at once."""
    st.session_state[_CHECKED] = True


def asks_again() -> bool:
    """Whether something was changed since the files were checked."""
    return bool(st.session_state.pop(_AGAIN, False))


def change(tables: Tables) -> None:
    """From now on the files are read by these tables."""
    st.session_state[_DRAFT] = tables
    if st.session_state.get(_CHECKED):
        st.session_state[_AGAIN] = True


def edited(view: Reader, files: Sequence[Any], dataset: str, kind: str | None) -> Edited | None:
    """The mapping that reads `files`, of this kind or found; None where that cannot be told: the check says why."""
    try:
        looked = _looked(files)
        base = looked.own or _base(view, looked.heads, dataset, kind)
    except UserError:
        return None
    draft = st.session_state.get(_DRAFT)
    return base if draft is None else Edited(base.name, draft, changed=True)


def _looked(files: Sequence[Any]) -> _Looked:
    ids = tuple(file.file_id for file in files)
    looked: _Looked | None = st.session_state.get(_LOOKED)
    if looked is None or looked.files != ids:
        with uploads.on_disk(files) as (exports, mapping):
            own = Edited(mapping.stem, mappings.tables(mapping)) if mapping else None
            looked = _Looked(ids, looking.heads(exports), own)
        st.session_state[_LOOKED] = looked
    return looked


def _base(view: Reader, heads: Sequence[Head], dataset: str, kind: str | None) -> Edited:
    if kind is not None:
        return Edited(kind, drafts.started(kind))
    kept = drafts.saved(view.data, dataset)
    found = looking.likeliest(heads, kept)
    return Edited(found.name, drafts.started(drafts.place(view.data, dataset) if found is kept else found.name))


def columns(view: Reader, given: Edited, dataset: str) -> None:
    """A list for every column of the files: what it is taken for, with examples, or why it is not read."""
    try:
        mapping = mappings.build(given.name, given.tables)
        found = looking.look(st.session_state[_LOOKED].heads, mapping)
    except UserError:  # said by the check
        return
    if not found:
        return
    taken = sum(bool(each.column) for each in found)
    st.html(f"<style>{_STYLE}</style>")
    with st.expander(view.t(_summary(taken, len(found) - taken)), icon=":material/view_column:", expanded=True):
        if lacking := looking.missing(found, mapping):
            st.warning(ui.plain(view.t(_lacking(lacking))), icon=":material/warning:")
        with st.container(key="mapping-columns"):
            for place, each in enumerate(found):
                _column(view, given, each, place)
        with st.container(horizontal=True, key="mapping-days"):
            _days(view, given)
            _key(view, given, mapping.key)
        _actions(view, given, dataset)


def _summary(taken: int, dropped: int) -> Text:
    return Text(
        f"Các cột của tệp: đọc {number(taken, 'vi')}, bỏ {number(dropped, 'vi')}",
        f"Columns of the file: {number(taken, 'en')} read, {number(dropped, 'en')} left out",
    )


def _lacking(lacking: Sequence[tuple[str, ...]]) -> Text:
    vi = "; ".join(" / ".join(BY_NAME[column].label.vi for column in each) for each in lacking)
    en = "; ".join(" / ".join(BY_NAME[column].label.en for column in each) for each in lacking)
    return Text(
        f"Chưa có cột nào là: {vi}. Chọn trong danh sách của cột đúng.",
        f"No column is taken for: {en}. Choose it in the list of the right column.",
    )


def _column(view: Reader, given: Edited, column: Found, place: int) -> None:
    key = f"mapping-column-{place}"
    st.session_state[key] = column.column or UNREAD  # as the mapping says now, whatever was chosen here before

    def chosen() -> None:
        change(drafts.reads(given.tables, column.title, st.session_state[key]))

    with st.container(key=f"mapping-of-{place}", gap="xxsmall"):
        st.selectbox(
            ui.plain(column.title),
            [UNREAD, *BY_NAME],
            key=key,
            format_func=lambda name: view.t(_label(name)),
            on_change=chosen,
        )
        st.caption(ui.plain(" · ".join(column.examples) or view.t(_HIDDEN if column.column else column.reason)))


def _label(column: str) -> Text:
    if column == UNREAD:
        return Text("– không đọc –", "– not read –")
    return Text(capital(BY_NAME[column].label.vi), capital(BY_NAME[column].label.en))


def _days(view: Reader, given: Edited) -> None:
    key = "mapping-day"
    st.session_state[key] = drafts.day_of(given.tables)
    st.selectbox(
        view.t(Text("Ngày trong tệp viết theo thứ tự", "Days in the file are written as")),
        list(_DAYS),
        key=key,
        format_func=lambda day: view.t(_DAYS[day]),
        on_change=lambda: change(drafts.dated(given.tables, st.session_state[key])),
    )


def _key(view: Reader, given: Edited, now: tuple[str, ...]) -> None:
    """Whether dossier numbers begin again somewhere, so that two dossiers may have the same."""
    key = "mapping-key"
    st.session_state[key] = now
    st.selectbox(
        view.t(Text("Số hồ sơ", "Dossier numbers")),
        list(dict.fromkeys([*_KEYS, now])),
        key=key,
        format_func=lambda parts: view.t(_within(parts)),
        on_change=lambda: change(drafts.keyed(given.tables, st.session_state[key])),
    )


def _within(key: tuple[str, ...]) -> Text:
    parts = [_WITHIN[each] for each in key if each != "id"]
    if not parts:
        return Text("Không trùng nhau trong cả khu vực", "Unique in the whole area")
    vi, en = " và ".join(each.vi for each in parts), " and ".join(each.en for each in parts)
    return Text(f"Bắt đầu lại ở mỗi {vi}", f"Begin again in each {en}")


def _actions(view: Reader, given: Edited, dataset: str) -> None:
    def save() -> None:
        try:
            drafts.save(view.data, dataset, given.tables)
        except UserError as error:
            st.session_state[_FAILED] = error.text
            return
        st.session_state[_SAVED] = Text(
            f"Đã lưu ánh xạ của {dataset}; tệp sau cùng kiểu được đọc như thế này.",
            f"The mapping of {dataset} is saved; the next file of this kind is read like this.",
        )

    with st.container(horizontal=True, key="mapping-actions"):
        st.button(
            view.t(Text("Lưu cho khu vực này", "Save for this area")),
            on_click=save,
            disabled=not dataset,
            icon=":material/save:",
        )
        st.download_button(
            view.t(Text("Tải ánh xạ (TOML)", "Download the mapping (TOML)")),
            drafts.written(given.tables),
            f"{dataset or given.name}.toml",
            "application/toml",
            icon=":material/download:",
            on_click="ignore",
        )
    if failed := st.session_state.pop(_FAILED, None):
        st.error(ui.plain(view.t(failed)), icon=":material/error:")
    if saved := st.session_state.pop(_SAVED, None):
        st.success(ui.plain(view.t(saved)), icon=":material/check_circle:")
