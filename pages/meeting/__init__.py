"""Họp Ban chỉ đạo: what was decided last time, what came of it, and what is to be discussed now?"""

from cchc import ui
from cchc.entered import meetings
from cchc.entered.meetings import Meeting
from cchc.findings import agenda
from cchc.findings.agenda import Brief, words
from cchc.text import Text, date
from pages.meeting import choosing, commitments, projector, sections


def render(view: ui.View) -> None:
    """All meetings, or the one of the link: its agenda with the figures of its day, its commitments and notes."""
    meeting = choosing.meeting_asked(view)
    if meeting is None:
        _all(view)
        return
    found = choosing.frozen(view, meeting)
    if isinstance(found, Text):
        _without_figures(view, meeting, found)
    elif view.param("screen", ""):
        projector.draw(view, found)
    else:
        _one(view, found)


def _all(view: ui.View) -> None:
    held = meetings.held(view.data, view.snapshot.dataset)
    last = commitments.last(view, held)
    ui.heading(
        view,
        Text("Lần trước quyết định gì, kết quả ra sao?", "What was decided last time, and what came of it?"),
        words.kept(last) if last else Text("Chưa có cam kết nào để đo.", "There is no commitment to measure yet."),
    )
    choosing.said(view)
    if last:
        since = min(each.meeting.held_on for each in last)
        about = Text(
            f"Cam kết từ cuộc họp ngày {date(since, 'vi')}, đến nay",
            f"Commitments since the meeting of {date(since, 'en')}, as of today",
        )
        ui.section(view, about, agenda.MEASURED)
        commitments.outcome_table(view, last, "last-commitments")
    sections.open_comments(view)
    ui.section(view, Text("Các cuộc họp", "Meetings"))
    if held:
        choosing.meeting_list(view, held)
    else:
        choosing.nothing_yet(view)
    ui.section(view, Text("Cuộc họp mới từ số liệu đang xem", "A new meeting from what is shown"))
    choosing.new_meeting(view)


def _one(view: ui.View, brief: Brief) -> None:
    sections.meeting_bar(view, brief.meeting, brief)
    ui.heading(view, Text(brief.meeting.title, brief.meeting.title), words.answer(brief))
    choosing.said(view)
    for part in agenda.parts(brief):
        sections.agenda_part(view, brief, part)
    sections.agenda_table(view, brief)
    sections.open_comments(view)
    _written(view, brief.meeting)
    commitments.form(view, brief)


def _written(view: ui.View, meeting: Meeting) -> None:
    """What people wrote in the meeting, which needs no figures of the day."""
    ui.section(view, Text("Kết luận, ghi chú", "Conclusions, notes"))
    choosing.notes(view, meeting)
    ui.section(
        view, Text("Cam kết của cuộc họp này, đến nay", "Commitments of this meeting, as of today"), agenda.MEASURED
    )
    commitments.outcome_table(view, commitments.live_outcomes(view, [meeting]), "commitments", editable=True)


def _without_figures(view: ui.View, meeting: Meeting, why: Text) -> None:
    sections.meeting_bar(view, meeting, None)
    ui.heading(view, Text(meeting.title, meeting.title), why)
    choosing.said(view)
    _written(view, meeting)
