"""Họp Ban chỉ đạo: what was decided last time, what came of it, and what is to be discussed now?"""

from cchc import agenda, meetings, ui
from cchc.agenda import Brief, words
from cchc.meetings import Meeting
from cchc.text import Text, date


def render(view: ui.View) -> None:
    """All meetings, or the one of the link: its agenda with the figures of its day, its commitments and notes."""
    meeting = ui.meeting_asked(view)
    if meeting is None:
        _all(view)
        return
    found = ui.frozen(view, meeting)
    if isinstance(found, Text):
        _without_figures(view, meeting, found)
    elif view.param("screen", ""):
        ui.projector(view, found)
    else:
        _one(view, found)


def _all(view: ui.View) -> None:
    held = meetings.held(view.data, view.snapshot.dataset)
    last = ui.last_commitments(view, held)
    ui.heading(
        view,
        Text("Lần trước quyết định gì, kết quả ra sao?", "What was decided last time, and what came of it?"),
        words.kept(last) if last else Text("Chưa có cam kết nào để đo.", "There is no commitment to measure yet."),
    )
    ui.said(view)
    if last:
        since = min(each.meeting.held_on for each in last)
        about = Text(
            f"Cam kết từ cuộc họp ngày {date(since, 'vi')}, đến nay",
            f"Commitments since the meeting of {date(since, 'en')}, as of today",
        )
        ui.section(view, about, agenda.MEASURED)
        ui.outcome_table(view, last, "last-commitments")
    ui.section(view, Text("Các cuộc họp", "Meetings"))
    if held:
        ui.meeting_list(view, held)
    else:
        ui.nothing_yet(view)
    ui.section(view, Text("Cuộc họp mới từ số liệu đang xem", "A new meeting from what is shown"))
    ui.new_meeting(view)


def _one(view: ui.View, found: Brief) -> None:
    ui.meeting_bar(view, found.meeting, found)
    ui.heading(view, Text(found.meeting.title, found.meeting.title), words.answer(found))
    ui.said(view)
    for part in agenda.parts(found):
        ui.agenda_part(view, found, part)
    ui.agenda_table(view, found)
    _written(view, found.meeting)
    ui.commitment_form(view, found)


def _written(view: ui.View, meeting: Meeting) -> None:
    """What people wrote in the meeting, which needs no figures of the day."""
    ui.section(view, Text("Kết luận, ghi chú", "Conclusions, notes"))
    ui.notes(view, meeting)
    ui.section(
        view, Text("Cam kết của cuộc họp này, đến nay", "Commitments of this meeting, as of today"), agenda.MEASURED
    )
    ui.outcome_table(view, ui.live_outcomes(view, [meeting]), "commitments", editable=True)


def _without_figures(view: ui.View, meeting: Meeting, why: Text) -> None:
    ui.meeting_bar(view, meeting, None)
    ui.heading(view, Text(meeting.title, meeting.title), why)
    ui.said(view)
    _written(view, meeting)
