"""The roles given on this page: a table, a form for one more, and a way to take one back."""

from collections.abc import Callable

import streamlit as st

from cchc import ui
from cchc.access import granted
from cchc.access.granted import Given
from cchc.access.people import EVERY_AREA, ROLE_NAMES, ROLES
from cchc.text import Text, UserError
from cchc.ui.shell import signing_in

_MODES = {
    "local": Text(
        "Chưa bật đăng nhập: ai ngồi ở máy này đều có mọi quyền, máy khác không vào được",
        "Nobody signs in: whoever sits at this machine has every role, and no other machine is served",
    ),
    "oidc": Text("Đăng nhập qua nhà cung cấp OpenID Connect", "People sign in with an OpenID Connect provider"),
    "proxy": Text("Cổng đăng nhập phía trước cho biết ai đang xem", "The gateway in front says who looks"),
}
_HEADS = (Text("Người hoặc nhóm", "Person or group"), Text("Vai trò", "Role"), Text("Khu vực", "Area"),
          Text("Chỉ các đơn vị", "Only units"))  # fmt: skip
_EVERY = Text("Mọi khu vực", "Every area")
_GROUP = Text("nhóm", "group")
_FAILED = "roles-failed"


def mode_said() -> Text:
    """How people are known to this server."""
    return _MODES[signing_in.in_force().mode]


def given(view: ui.View, rules: list[Given]) -> None:
    """Every role that who looks may change, and the forms."""
    ui.section(
        view,
        Text("Quyền được cấp", "Roles given"),
        Text("Ngoài các quyền trong tệp đăng nhập", "Besides those of the access file"),
    )
    if rules:
        ui.show_rows(ui.columns(view, _HEADS), [ui.Row(_cells(view, each)) for each in rules], "roles")
    if failed := st.session_state.pop(_FAILED, None):
        st.error(ui.plain(view.t(failed)), icon=":material/error:")
    with st.container(horizontal=True):
        _more(view)
        if rules:
            _less(view, rules)


def _cells(view: ui.View, role: Given) -> list[ui.Cell]:
    rule = role.rule
    names = view.unit_names()
    units = ", ".join(names.get(unit, unit) for unit in sorted(rule.units or ()))
    return [
        *map(ui.Cell.named, (_holder(view, role), view.t(ROLE_NAMES[rule.role]), area_name(view, rule.area), units))
    ]


def area_name(view: ui.View, area: str) -> str:
    """What an area is called, or every one."""
    if area == EVERY_AREA:
        return view.t(_EVERY)
    return view.t(view.snapshot.references.dataset.name) if area == view.snapshot.dataset else area


def areas_to_give(view: ui.View) -> list[str]:
    """The areas that who looks may give something in: this one, and every one where they administer all."""
    return [view.snapshot.dataset, *([EVERY_AREA] if view.person.may("administrator", EVERY_AREA) else [])]


def _holder(view: ui.View, role: Given) -> str:
    return role.rule.person or f"{view.t(_GROUP)} {role.rule.group}"


def _more(view: ui.View) -> None:
    names = view.unit_names()

    def add() -> None:
        state = st.session_state
        whole = state["role-area"] == EVERY_AREA
        _tried(lambda: granted.give(
            view.data, state["role"], state["role-area"], state["role-person"], state["role-group"],
            () if whole else state["role-units"]))  # fmt: skip

    with st.popover(view.t(Text("Cấp quyền", "Give a role")), icon=":material/person_add:"), st.form("role-form"):
        st.text_input(view.t(Text("Mã người (địa chỉ thư)", "Person (e-mail address)")), key="role-person")
        st.text_input(view.t(Text("hoặc tên nhóm", "or name of a group")), key="role-group")
        st.selectbox(view.t(Text("Vai trò", "Role")), ROLES, key="role", format_func=lambda r: view.t(ROLE_NAMES[r]))
        st.selectbox(view.t(Text("Khu vực", "Area")), areas_to_give(view), key="role-area",
                     format_func=lambda area: area_name(view, area))  # fmt: skip
        st.multiselect(view.t(Text("Chỉ các đơn vị (để trống: tất cả)", "Only units (empty: all)")),
                       units_of_today(view), key="role-units", format_func=lambda unit: names[unit])  # fmt: skip
        st.form_submit_button(view.t(Text("Cấp", "Give")), type="primary", on_click=add)


def units_of_today(view: ui.View) -> list[str]:
    """The units there are; whoever sees one sees all that it alone follows."""
    return [unit.id for unit in view.snapshot.references.units.values() if unit.is_valid(view.snapshot.as_of)]


def _less(view: ui.View, rules: list[Given]) -> None:
    said = {each.id: f"{place}. {_holder(view, each)} · {view.t(ROLE_NAMES[each.rule.role])}"
            for place, each in enumerate(rules, start=1)}  # fmt: skip

    def remove() -> None:
        _tried(lambda: granted.take(view.data, st.session_state["role-gone"]))

    with st.popover(view.t(Text("Thu lại quyền", "Take a role back")), icon=":material/person_remove:"):
        st.selectbox(view.t(Text("Quyền", "Role")), list(said), key="role-gone", format_func=lambda id_: said[id_])
        st.button(view.t(Text("Thu lại", "Take back")), type="primary", on_click=remove)


def _tried(change: Callable[[], object]) -> None:
    try:
        change()
    except UserError as error:
        st.session_state[_FAILED] = error.text
