"""Events of the area: those there are, each to be taken away, and a form for one more."""

from functools import partial
from typing import Any

import streamlit as st

from cchc import ui
from cchc.entered import events
from cchc.entered.events import Event
from cchc.text import Text, UserError, date

_REFUSED = "event-refused"
_ABOUT = Text(
    "Văn bản, sáp nhập, đổi phần mềm… có ngày và nguồn: hiện thành vạch trên mọi biểu đồ theo thời gian. Tết có sẵn.",
    "A directive, a merger, new software, with day and source: a line on every chart over time. Tết is there already.",
)


def offer(view: ui.View) -> None:
    """For editors a button that opens the events; others see them on the charts."""
    if not view.may("editor"):
        return
    held = events.read(view.data, view.snapshot.dataset)
    with st.popover(view.t(Text("Sự kiện", "Events")), icon=":material/event_note:"):
        st.caption(ui.plain(view.t(_ABOUT)))
        for place, event in enumerate(held):
            with st.container(horizontal=True, key=f"event-{place}", vertical_alignment="center"):
                st.markdown(ui.plain(f"{date(event.day, view.language)}: {event.name} ({event.source})"))
                away = view.t(Text(f"Bỏ sự kiện {event.name}", f"Remove the event {event.name}"))
                st.button(view.t(Text("Bỏ", "Remove")), key=f"remove-event-{place}", help=ui.plain(away),
                          type="tertiary", on_click=partial(_attempt, view, partial(_remove, view, event)))  # fmt: skip
        _new(view)
        if refused := st.session_state.pop(_REFUSED, None):
            st.error(ui.plain(view.t(refused)), icon=":material/error:")


def _new(view: ui.View) -> None:
    st.date_input(view.t(Text("Ngày", "Day")), key="event-day", format="DD/MM/YYYY", value=view.snapshot.as_of,
                  min_value=view.snapshot.start)  # fmt: skip
    st.text_input(view.t(Text("Sự kiện", "Event")), key="event-name", max_chars=80)
    st.text_input(view.t(Text("Nguồn (văn bản nào)", "Source (which document)")), key="event-source", max_chars=80)
    save = view.t(Text("Lưu sự kiện", "Save the event"))
    st.button(save, key="event-save", icon=":material/save:", type="primary",
              on_click=partial(_attempt, view, partial(_add, view)))  # fmt: skip


def _add(view: ui.View) -> None:
    day: Any = st.session_state["event-day"]
    event = Event(day, st.session_state["event-name"], st.session_state["event-source"])
    events.add(view.data, view.snapshot.dataset, event)
    st.session_state["event-name"] = st.session_state["event-source"] = ""


def _remove(view: ui.View, event: Event) -> None:
    events.remove(view.data, view.snapshot.dataset, event)


def _attempt(view: ui.View, work: partial[None]) -> None:
    try:
        work()
    except UserError as error:
        st.session_state[_REFUSED] = error.text
