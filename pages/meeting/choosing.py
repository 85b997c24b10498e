"""Meetings on the screen: which one the link asks for, the list of them, a new one, its settings and its notes."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from cchc import ui
from cchc.entered import meetings
from cchc.entered.meetings import Meeting
from cchc.figures.metrics import METRICS
from cchc.findings import agenda
from cchc.findings.agenda import Brief
from cchc.text import Text, UserError, date, number

_PARAMETER = "meeting"
_SAID = "meeting-said"


def meeting_asked(view: ui.View) -> Meeting | None:
    """The meeting of the link; None without one, or when it does not exist (which is said)."""
    wanted = view.param(_PARAMETER, "")
    if not wanted:
        return None
    found = (
        meetings.get(view.data, int(wanted)) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 18 else None
    )
    if found is None or not view.person.may("officer", found.dataset):
        st.warning(
            ui.plain(view.t(Text(f"Không có cuộc họp {wanted[:20]}.", f"There is no meeting {wanted[:20]}."))),
            icon=":material/link_off:",
        )
        return None
    return found


def frozen(view: ui.View, meeting: Meeting) -> Brief | Text:
    """What the meeting looked at; or why it cannot be shown. The address always says it in full, so that every link
    from this page leads to the same figures."""
    try:
        snapshot, asked = agenda.thaw(view.data, meeting)
        if (view.snapshot.id, view.filters) != (snapshot.id, asked):
            kept = {name: st.query_params.get_all(name) for name in ("lang", "screen") if name in st.query_params}
            whole = asked.to_params(snapshot, current=False)
            st.query_params.from_dict({**whole, _PARAMETER: str(meeting.id), **kept})
            st.rerun()
        return agenda.brief(view.data, meeting, ui.run_on)
    except UserError as error:
        return error.text


def said(view: ui.View) -> None:
    """What the last click came to, once."""
    if (told := st.session_state.pop(_SAID, None)) is None:
        return
    text, good = told
    if good:
        st.toast(ui.plain(view.t(text)), icon=":material/check:")  # seen wherever on the page the click was
    else:
        st.error(ui.plain(view.t(text)), icon=":material/error:")


def tell(text: Text, good: bool = True) -> None:
    """Have this said on the next run."""
    st.session_state[_SAID] = (text, good)


def attempt(change: Callable[[], object], done: Text) -> bool:
    """Do what a click asks for; what came of it is said on the next run. Whether it was done."""
    try:
        change()
    except UserError as error:
        tell(error.text, good=False)
        return False
    tell(done)
    return True


# --- The list ---


def meeting_list(view: ui.View, held: list[Meeting]) -> None:
    """Every meeting of the area, the latest first; a click opens it with the figures of its day."""
    promised = meetings.commitments(view.data, held)
    heads = (
        Text("Ngày họp", "Date"),
        Text("Cuộc họp", "Meeting"),
        Text("Số liệu xem", "Figures"),
        Text("Xếp theo", "Ordered by"),
        Text("Cam kết", "Commitments"),
        Text("Bản số liệu", "Snapshot"),
    )
    rows = []
    for meeting in held:
        count = sum(each.meeting == meeting.id for each in promised)
        cells = [
            ui.Cell(date(meeting.held_on, view.language), meeting.held_on.isoformat()),
            ui.Cell.of(meeting.title),
            ui.Cell(_asked(view, meeting), meeting.question),
            ui.Cell(view.t(METRICS[meeting.metric].label), meeting.metric),
            ui.Cell(number(count, view.language), count),
            ui.Cell.of(meeting.snapshot),
        ]
        rows.append(ui.Row(cells, str(meeting.id)))
    ui.show_rows(ui.columns(view, heads, right={4}), rows, "meetings", ui.Clicks(partial(_open, view)))


def _asked(view: ui.View, meeting: Meeting) -> str:
    try:
        snapshot, asked = agenda.thaw(view.data, meeting)
    except UserError:
        return view.t(Text("bản số liệu không còn nguyên vẹn", "the snapshot is gone or damaged"))
    return asked.describe(snapshot.references, view.language)


def _open(view: ui.View, id_: str) -> None:
    st.query_params.from_dict({**view.params(), _PARAMETER: id_})


def nothing_yet(view: ui.View) -> None:
    """What a meeting is for, where there is none."""
    ui.note(
        view,
        Text(
            "Chưa có cuộc họp nào. Chọn kỳ và bộ lọc ở trên, rồi tạo cuộc họp: số liệu được chốt lại, lần sau mở ra "
            "vẫn như hôm nay, và cam kết được đo tự động.",
            "There is no meeting yet. Choose a period and filters above and create one: its figures are frozen, and "
            "commitments are measured by themselves.",
        ),
    )


# --- A new one, and what may be changed ---


def new_meeting(view: ui.View) -> None:
    """A form that freezes what is being looked at: this snapshot, this period, these filters."""
    period = view.filters.period.label(view.language)
    draft = Meeting(
        view.snapshot.dataset,
        view.t(Text(f"Họp Ban chỉ đạo CCHC, {period}", f"Steering committee, {period}")),
        datetime.date.today(),
        view.snapshot.id,
        agenda.freeze(view.filters, view.snapshot),
        "on_time_rate",
        tuple(agenda.CHARTS),
    )
    with st.form("new-meeting", enter_to_submit=False):
        written = _about(view, draft, f"new-{period}")
        about = Text(
            f"Chốt lại: {view.describe()}; bản số liệu {view.snapshot.id}",
            f"What is frozen: {view.describe()}; snapshot {view.snapshot.id}",
        )
        old = Text(" (không phải bản hiện hành)", " (not the current one)")
        st.caption(ui.plain(view.t(about) + ("" if view.snapshot.id == view.current_id else view.t(old)) + "."))
        asked = st.form_submit_button(view.t(Text("Tạo cuộc họp", "Create the meeting")), type="primary")
    if not asked:
        return
    with ui.saying_why(view):
        _open(view, str(meetings.save(view.data, written).id))
        st.rerun()


def _about(view: ui.View, meeting: Meeting, key: str) -> Meeting:
    """The meeting with what is chosen by hand: its title, its day, what units are ordered by, its charts."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = st.text_input(
            view.t(Text("Tên cuộc họp", "Title")), meeting.title, max_chars=meetings.LONGEST["title"],
            key=f"title-{key}", width=460,
        )  # fmt: skip
        held_on = st.date_input(
            view.t(Text("Ngày họp", "Date")), meeting.held_on, format="DD/MM/YYYY", key=f"held-{key}", width=160
        )
        metric = st.selectbox(
            view.t(Text("Xếp đơn vị theo", "Order units by")),
            meetings.COMPARED,
            meetings.COMPARED.index(meeting.metric),
            format_func=lambda name: view.t(METRICS[name].label),
            key=f"metric-{key}",
            width=320,
        )
    chosen = st.pills(
        view.t(Text("Biểu đồ", "Charts")),
        list(agenda.CHARTS),
        selection_mode="multi",
        default=list(meeting.charts),
        format_func=lambda chart: view.t(agenda.CHARTS[chart]),
        key=f"charts-{key}",
    )
    charts = tuple(each for each in agenda.CHARTS if each in chosen)
    return replace(meeting, title=title, held_on=held_on, metric=metric, charts=charts)


def meeting_settings(view: ui.View, meeting: Meeting) -> None:
    """What may be changed of a meeting (never its figures), and its removal while nothing was decided in it."""
    key = f"{meeting.id}-{meeting.version}"
    with st.popover(view.t(Text("Sửa", "Edit")), icon=":material/edit:"), st.form(f"edit-{key}", enter_to_submit=False):
        written = _about(view, meeting, key)
        with st.container(horizontal=True):
            saved = st.form_submit_button(view.t(Text("Lưu", "Save")), type="primary")
            removed = st.form_submit_button(view.t(Text("Xóa cuộc họp", "Remove the meeting")), type="tertiary")
    if saved:
        attempt(lambda: meetings.save(view.data, written), Text("Đã lưu.", "Saved."))
        st.rerun()
    if removed:
        if attempt(lambda: meetings.remove(view.data, meeting), Text("Đã xóa cuộc họp.", "Removed.")):
            st.query_params.from_dict(view.elsewhere(meeting.dataset))
        st.rerun()


# --- Notes ---


def notes(view: ui.View, meeting: Meeting) -> None:
    """The notes, to be written by whoever takes them. Somebody else's change is never overwritten unseen: both texts
    are shown, and one is chosen."""
    text, seen = f"notes-{meeting.id}", f"notes-seen-{meeting.id}"
    before: Meeting = st.session_state.setdefault(seen, meeting)
    typed = st.session_state.setdefault(text, before.notes)
    both = before.notes not in (typed, meeting.notes) and typed != meeting.notes
    if not both:
        st.session_state[text] = meeting.notes if typed == before.notes else typed
        before = st.session_state[seen] = meeting
    hint = Text(
        "Kết luận của chủ trì, ý kiến của các đơn vị; mỗi ý một dòng. Không ghi họ tên, số điện thoại của người dân.",
        "What was concluded and said, a line each. No names or telephone numbers of citizens.",
    )
    st.text_area(
        view.t(Text("Ghi chú", "Notes")), key=text, height=180, max_chars=meetings.LONGEST["notes"],
        placeholder=view.t(hint), label_visibility="collapsed",
    )  # fmt: skip
    if both:
        _both(view, meeting, text, seen)
        return

    def save() -> None:
        def change() -> None:
            st.session_state[seen] = meetings.save(view.data, replace(before, notes=st.session_state[text]))
            st.session_state[text] = st.session_state[seen].notes

        attempt(change, Text("Đã lưu ghi chú.", "Notes saved."))

    st.button(view.t(Text("Lưu ghi chú", "Save the notes")), on_click=save, icon=":material/save:", key=f"save-{text}")


def _both(view: ui.View, meeting: Meeting, text: str, seen: str) -> None:
    told = Text(
        "Người khác đã sửa ghi chú trong lúc bạn viết; bản của họ ở dưới đây. Chép phần cần giữ, rồi chọn một bản.",
        "Somebody else has changed the notes meanwhile; theirs are below. Copy what is needed, then choose one.",
    )
    st.warning(ui.plain(view.t(told)), icon=":material/group:")
    st.code(meeting.notes, language=None, wrap_lines=True)

    def mine() -> None:
        def change() -> None:
            st.session_state[seen] = meetings.save(view.data, replace(meeting, notes=st.session_state[text]))

        attempt(change, Text("Đã lưu bản của bạn.", "Yours was saved."))

    def theirs() -> None:
        st.session_state[text], st.session_state[seen] = meeting.notes, meeting

    with st.container(horizontal=True):
        st.button(view.t(Text("Lưu bản của tôi", "Save mine")), on_click=mine, key=f"mine-{text}")
        st.button(view.t(Text("Lấy bản của họ", "Take theirs")), on_click=theirs, key=f"theirs-{text}")
