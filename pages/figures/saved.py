"""Groups of units: the units chosen kept under a name, and the groups there are."""

from functools import partial

import streamlit as st

from cchc import ui
from cchc.entered import groups
from cchc.text import Text, UserError, collation_key, number

_REFUSED = "group-refused"


def offer(view: ui.View) -> None:
    """For editors a button that opens the groups of the area, each to be taken away, and a name for the units chosen
    now; others choose them in the filters."""
    if not view.may("editor"):
        return
    count = f" ({number(len(view.groups), view.language)})" if view.groups else ""
    with st.popover(view.t(Text("Nhóm đơn vị", "Groups of units")) + count, icon=":material/workspaces:"):
        st.caption(ui.plain(view.t(_ABOUT)))
        for group in sorted(view.groups.values(), key=lambda group: collation_key(group.name)):
            units = number(len(group.units), view.language)
            with st.container(horizontal=True, key=f"group-{group.id}", vertical_alignment="center"):
                st.markdown(ui.plain(f"{group.name}: {units} {view.t(Text('đơn vị', 'units'))}"))
                taken_away = partial(_attempt, view, partial(_forget, view, group.id))
                away = view.t(Text(f"Bỏ nhóm {group.name}", f"Remove the group {group.name}"))
                st.button(view.t(Text("Bỏ", "Remove")), key=f"forget-{group.id}", help=ui.plain(away), type="tertiary",
                          on_click=taken_away)  # fmt: skip
        _new(view)
        if refused := st.session_state.pop(_REFUSED, None):
            st.error(ui.plain(view.t(refused)), icon=":material/error:")


_ABOUT = Text(
    "Nhóm dùng được ở bộ lọc của mọi trang và trong liên kết.",
    "A group can be chosen in the filters of every page, and stands in links.",
)


def _new(view: ui.View) -> None:
    count = len(view.filters.units)
    if count < 2:
        how = Text(
            "Để lập nhóm: chọn từ hai đơn vị trở lên ở Bộ lọc, rồi mở lại đây để đặt tên.",
            "To make one: choose two units or more in the filters, then come back here and name them.",
        )
        st.caption(ui.plain(view.t(how)))
        return
    units = Text(
        f"Tên cho {number(count, 'vi')} đơn vị đang chọn", f"Name of the {number(count, 'en')} units chosen now"
    )
    st.text_input(ui.plain(view.t(units)), key="group-name", max_chars=60)
    save = Text("Lưu nhóm", "Save the group")
    st.button(view.t(save), key="group-save", icon=":material/save:", type="primary",
              on_click=partial(_attempt, view, partial(_save, view)))  # fmt: skip


def _save(view: ui.View) -> None:
    name, units = st.session_state["group-name"], view.filters.units
    group = groups.save(view.data, view.snapshot.dataset, name, units)
    st.session_state["group-name"] = ""
    view.go(view.filters.with_groups([*view.filters.groups, group]))


def _forget(view: ui.View, id_: str) -> None:
    groups.forget(view.data, view.snapshot.dataset, id_)
    kept = tuple(group for group in view.filters.groups if group.id != id_)
    view.go(view.filters.with_groups(kept))


def _attempt(view: ui.View, work: partial[None]) -> None:
    try:
        work()
    except UserError as error:
        st.session_state[_REFUSED] = error.text
