"""The keys by which other software asks: a table, a form for one more whose secret is shown once, a way to end one."""

import datetime
from collections.abc import Callable

import streamlit as st

from cchc import ui
from cchc.access import keys
from cchc.access.keys import Key
from cchc.access.people import ROLE_NAMES
from cchc.text import Text, UserError, date
from pages.administration import lines, roles

_HEADS = (
    Text("Phần mềm", "Software"), Text("Vai trò", "Role"), Text("Khu vực", "Area"),
    Text("Chỉ các đơn vị", "Only units"), Text("Đến hết ngày", "Until the end of"), Text("Người tạo", "Made by"),
)  # fmt: skip
_OVER = Text("đã hết hạn", "over")
_WHAT = Text(
    "Để phần mềm khác hỏi số liệu qua /api/v1. Người xem: chỉ con số; cán bộ: cả danh sách hồ sơ",
    "For other software to ask at /api/v1. Reader: figures only; officer: lists of dossiers too",
)
_ONCE = Text(
    "Hãy chép khóa ngay và cất như mật khẩu: đóng trang là không xem lại được. Phần mềm gửi kèm mỗi lần hỏi:",
    "Copy the key now and keep it as a password: once the page is closed it is gone. Software sends with every "
    "question:",
)
_MADE, _FAILED = "key-made", "key-failed"
# As long as a key lasts unless another day is chosen.
_USUAL, _LONGEST = datetime.timedelta(days=180), datetime.timedelta(days=keys.MOST_DAYS)


def offered(view: ui.View) -> None:
    """Every key that who looks may end, and the forms."""
    ui.section(view, Text("Khóa cho phần mềm khác", "Keys for other software"), _WHAT)
    listed = [each for each in keys.listed(view.data) if view.person.may("administrator", each.grant.area)]
    if failed := st.session_state.pop(_FAILED, None):
        st.error(ui.plain(view.t(failed)), icon=":material/error:")
    if secret := st.session_state.get(_MADE):
        st.info(view.t(_ONCE), icon=":material/key:")
        st.code(f"Authorization: Bearer {secret}", language=None, wrap_lines=True)
    if listed:
        ui.show_rows(ui.columns(view, _HEADS), [ui.Row(_cells(view, each)) for each in listed], "keys")
    with st.container(horizontal=True):
        _more(view)
        if listed:
            _less(view, listed)


def _cells(view: ui.View, key: Key) -> list[ui.Cell]:
    names, until = view.unit_names(), date(key.until, view.language)
    texts = (
        key.name,
        view.t(ROLE_NAMES[key.grant.role]),
        roles.area_name(view, key.grant.area),
        ", ".join(names.get(unit, unit) for unit in sorted(key.grant.units or ())),
        f"{until} ({view.t(_OVER)})" if key.is_over else until,
        lines.person_name(view, key.maker),
    )
    return [*map(ui.Cell.named, texts)]


def _more(view: ui.View) -> None:
    names, today = view.unit_names(), datetime.date.today()

    def add() -> None:
        state = st.session_state
        role, area, units = (state[f"key-{each}"] for each in ("role", "area", "units"))
        _tried(lambda: keys.make(view.data, state["key-name"], role, area, state["key-until"],
                                 units if area == view.snapshot.dataset else ()))  # fmt: skip

    with st.popover(view.t(Text("Tạo khóa", "Make a key")), icon=":material/key:"), st.form("key-form"):
        st.text_input(view.t(Text("Tên phần mềm", "Name of the software")), key="key-name")
        st.selectbox(view.t(Text("Vai trò", "Role")), keys.ROLES, key="key-role",
                     format_func=lambda role: view.t(ROLE_NAMES[role]))  # fmt: skip
        st.selectbox(view.t(Text("Khu vực", "Area")), roles.areas_to_give(view), key="key-area",
                     format_func=lambda area: roles.area_name(view, area))  # fmt: skip
        st.multiselect(view.t(Text("Chỉ các đơn vị (để trống: tất cả)", "Only units (empty: all)")),
                       roles.units_of_today(view), key="key-units", format_func=lambda unit: names[unit])  # fmt: skip
        st.date_input(view.t(Text("Đến hết ngày", "Until the end of")), today + _USUAL, today, today + _LONGEST,
                      key="key-until", format="DD/MM/YYYY")  # fmt: skip
        st.form_submit_button(view.t(Text("Tạo", "Make")), type="primary", on_click=add)


def _less(view: ui.View, listed: list[Key]) -> None:
    said = {each.id: each.name for each in listed}

    def end() -> None:
        _tried(lambda: keys.withdraw(view.data, st.session_state["key-gone"]))

    with st.popover(view.t(Text("Thu lại khóa", "Withdraw a key")), icon=":material/key_off:"):
        st.selectbox(view.t(Text("Khóa", "Key")), list(said), key="key-gone", format_func=lambda id_: said[id_])
        st.button(view.t(Text("Thu lại", "Take back")), type="primary", key="key-end", on_click=end)


def _tried(change: Callable[[], str | None]) -> None:
    """What the change told, or what went wrong, for the next look; what an earlier one told is gone by then."""
    st.session_state.pop(_MADE, None)
    try:
        st.session_state[_MADE] = change()
    except UserError as error:
        st.session_state[_FAILED] = error.text
