"""Reminders of a commitment on the screen: those sent, a new one, and what the office answered."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from cchc import ui
from cchc.entered import meetings
from cchc.entered.meetings import Commitment, Reminder
from cchc.text import Text, date
from pages.meeting.choosing import tell

_NEW = Text("Đôn đốc lần mới", "A new reminder")


def form(view: ui.View, promised: Commitment) -> None:
    """One reminder of this commitment to write down, or an earlier one to give its answer."""
    sent = meetings.reminders(view.data, [promised])[promised.id]
    st.markdown(f"**{view.t(Text('Đôn đốc', 'Reminders'))}** ({len(sent)})")
    chosen = _chosen(view, promised, sent)
    key = f"{promised.id}-{chosen.id}-{chosen.version}-{len(sent)}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sent_on = st.date_input(
            view.t(Text("Ngày đôn đốc", "Sent on")), chosen.sent_on, format="DD/MM/YYYY", key=f"sent-{key}", width=150
        )  # fmt: skip
        how = st.text_input(
            view.t(Text("Văn bản, hình thức", "Document, way")), chosen.how, max_chars=meetings.LONGEST["how"],
            key=f"how-{key}",
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        answered_on = st.date_input(
            view.t(Text("Ngày trả lời", "Answered on")), chosen.answered_on, format="DD/MM/YYYY", key=f"answered-{key}",
            width=150,
        )  # fmt: skip
        answer = st.text_input(
            view.t(Text("Nội dung trả lời (không ghi tên người)", "Answer (no names of people)")), chosen.answer,
            max_chars=meetings.LONGEST["answer"], key=f"answer-{key}",
        )  # fmt: skip
    written = replace(chosen, sent_on=sent_on, how=how, answer=answer, answered_on=answered_on)
    if st.button(view.t(Text("Lưu đôn đốc", "Save the reminder")), key="reminder-save"):
        _save(view, written)


def _chosen(view: ui.View, promised: Commitment, sent: Sequence[Reminder]) -> Reminder:
    fresh = Reminder(promised.id, datetime.date.today(), "")
    if not sent:
        return fresh
    known = {0: fresh} | {each.id: each for each in sent}
    chosen = st.selectbox(
        view.t(Text("Lần đôn đốc", "Reminder")), list(known), key=f"reminder-{promised.id}-{len(sent)}", width=300,
        format_func=lambda id_: f"{date(known[id_].sent_on, view.language)}: {known[id_].how}" if id_ else view.t(_NEW),
    )  # fmt: skip
    return known[chosen]


def _save(view: ui.View, written: Reminder) -> None:
    with ui.saying_why(view):
        meetings.save(view.data, written)
        tell(Text("Đã lưu đôn đốc.", "The reminder was saved."))
        st.rerun()
