"""Take the publication shown back, or make it the current one: each a button, what will change, and a yes."""

from collections.abc import Callable

import streamlit as st

from cchc import ui
from cchc.store import retraction, snapshots
from cchc.text import Text, UserError

_DONE, _FAILED = "retraction-done", "retraction-failed"


def taking_back(view: ui.View) -> None:
    """Two buttons for the snapshot shown, each only where it would change something."""
    if done := st.session_state.pop(_DONE, None):
        st.success(ui.plain(view.t(done)), icon=":material/check_circle:")
    if failed := st.session_state.pop(_FAILED, None):
        st.error(ui.plain(view.t(failed)), icon=":material/error:")
    data, dataset, shown = view.data, view.snapshot.dataset, view.snapshot.id
    with st.container(horizontal=True, key="taking-back"):
        if shown not in snapshots.retracted(data, dataset):
            _choice(
                view,
                Text("Thu hồi bản đang xem", "Retract this snapshot"),
                ":material/undo:",
                retraction.consequence(data, dataset, shown),
                Text("Thu hồi", "Retract"),
                lambda: retraction.retract(data, dataset, shown),
                Text(f"Đã thu hồi bản {shown}.", f"{shown} was retracted."),
            )
        if shown != view.current_id:
            _choice(
                view,
                Text("Dùng làm bản hiện hành", "Make this snapshot current"),
                ":material/push_pin:",
                Text(
                    f"Bản hiện hành sẽ là {shown} thay cho {view.current_id or '–'}; các lần nhập sau gộp vào bản này.",
                    f"{shown} becomes the current snapshot in place of {view.current_id or '–'}; later imports are "
                    "added to it.",
                ),
                Text("Dùng bản này", "Use this snapshot"),
                lambda: retraction.make_current(data, dataset, shown),
                Text(f"Bản hiện hành là {shown}.", f"{shown} is the current snapshot."),
            )


def _choice(view: ui.View, label: Text, icon: str, what: Text, yes: Text, act: Callable[[], object], done: Text) -> None:
    def confirmed() -> None:
        try:
            act()
        except UserError as error:
            st.session_state[_FAILED] = error.text
            return
        st.session_state[_DONE] = done
        # The current snapshot, whichever that is now.
        st.query_params.from_dict(view.elsewhere(view.snapshot.dataset))

    # One with a state of its own for every snapshot: else the next one to take back would open under the hand.
    with st.popover(view.t(label), icon=icon, key=f"taking-back-{view.snapshot.id}-{label.en}", on_change="rerun"):
        st.markdown(ui.plain(view.t(what)))
        st.button(view.t(yes), type="primary", on_click=confirmed)
