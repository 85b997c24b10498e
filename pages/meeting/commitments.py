"""Commitments on the screen: what became of them, and the form that makes, changes and removes them."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from cchc import ui
from cchc.entered import meetings
from cchc.entered.meetings import COMPARED, MEASURES, About, Changed, Commitment, Meeting
from cchc.figures.metrics import Format, Metric, target_for
from cchc.findings import agenda
from cchc.findings.agenda import VERDICTS, Brief, Outcome, Value, Verdict, heads, words
from cchc.store import snapshots
from cchc.text import Text, date
from pages.meeting import reminders
from pages.meeting.choosing import attempt, tell

_EDITED = "commitment-edited"
_QUARTER = datetime.timedelta(days=90)
_TONES: dict[Verdict, str] = {"met": "met", "missed": "late", "pending": "", "few": "muted", "unknown": "muted"}


def outcome_table(view: ui.View, outcomes: Sequence[Outcome], key: str, editable: bool = False) -> None:
    """Commitments with the value when they were made, the value now, and whether the target is met; a click on a row
    opens it in the form, where they are those of the meeting shown."""
    if not outcomes:
        return
    names = (
        heads.SUBJECT, heads.PROMISE, heads.WANTED, heads.THEN, heads.SINCE, heads.OUTCOME, heads.WHO,
    )  # fmt: skip
    known = {str(each.commitment.id): each.commitment for each in outcomes}

    def edit(id_: str) -> None:
        opened = known[id_]
        st.session_state[_EDITED] = opened, f"{opened.id}-{opened.version}"

    rows = [_row(view, each, editable) for each in outcomes]
    ui.show_rows(ui.columns(view, names), rows, key, ui.Clicks(edit if editable else None))


def _row(view: ui.View, outcome: Outcome, editable: bool) -> ui.Row:
    language, promised = view.language, outcome.commitment
    verdict, beside = view.t(words.verdict(outcome)), view.t(words.beside(outcome))
    cells = [
        ui.Cell.named(view.t(outcome.subject)),
        ui.Cell.of(promised.what, "wide", view.t(outcome.metric.label)),
        ui.Cell(words.wanted(promised, language), promised.target, "nowrap"),
        _value(view, outcome.metric, outcome.then),
        _value(view, outcome.metric, outcome.now),
        ui.Cell(
            verdict,
            outcome.verdict,
            f"{_TONES[outcome.verdict]} {'named' if outcome.why or outcome.reminders else 'nowrap'}",
            beside,
        ),
        ui.Cell(promised.who, promised.due.isoformat(), below=date(promised.due, language)),
    ]
    return ui.Row(cells, str(promised.id) if editable else None)


def _value(view: ui.View, metric: Metric, value: Value | None) -> ui.Cell:
    text, below = words.measured(metric, value, view.language)
    return ui.Cell(text, value.value if value else None, "nowrap", below)


def last(view: ui.View, held: Sequence[Meeting]) -> list[Outcome]:
    """What became of what was promised last, as of today: the commitments of the latest meetings, down to the first
    meeting that newer figures can measure."""
    made = {each.meeting for each in meetings.commitments(view.data, held)}
    found: list[Outcome] = []
    for meeting in (each for each in held if each.id in made):
        found += live_outcomes(view, [meeting])
        if any(each.verdict != "unknown" for each in found):
            break
    return sorted(found, key=lambda outcome: VERDICTS.index(outcome.verdict))


def live_outcomes(view: ui.View, held: Sequence[Meeting]) -> list[Outcome]:
    """The commitments of meetings by the newest figures of the area: those of today, not of the meeting shown."""
    promised = meetings.commitments(view.data, held)
    newest = snapshots.get(view.data, view.snapshot.dataset, view.current_id) or view.snapshot
    by_id = {meeting.id: meeting for meeting in held}
    return agenda.outcomes(view.data, promised, by_id, ui.run_on, newest) if promised else []


# --- The form ---


@st.fragment
def form(view: ui.View, brief: Brief) -> None:
    """A new commitment, or the one clicked on; the figure it starts from stands beside it."""
    if not view.person.is_still:
        st.rerun()
    seen, key = _edited(brief)
    title = Text("Sửa cam kết", "Change the commitment") if seen else Text("Thêm cam kết", "Add a commitment")
    with st.container(border=True, key="commitment-form"):
        st.markdown(f"**{view.t(title)}**")
        written = _fields(view, brief, seen, key)
        with st.container(horizontal=True):
            if st.button(view.t(Text("Lưu cam kết", "Save the commitment")), type="primary", key="commitment-save"):
                _save(view, brief, written, key)
            if seen and st.button(view.t(Text("Xóa", "Remove")), key="commitment-remove"):
                attempt(
                    lambda: meetings.remove(view.data, seen), Text("Đã xóa cam kết.", "The commitment was removed.")
                )
                _close()
            if seen and st.button(view.t(Text("Thôi", "Cancel")), type="tertiary", key="commitment-cancel"):
                _close()
        if seen:
            reminders.form(view, seen)


def _edited(brief: Brief) -> tuple[Commitment | None, str]:
    """The commitment that is open in the form (None for a new one), and the key of its fields: what was typed stays
    when somebody else's change comes in between."""
    seen, key = st.session_state.get(_EDITED) or (None, "")
    if seen is None or seen.meeting != brief.meeting.id:
        return None, f"new-{brief.meeting.id}-{len(brief.promised)}"
    return seen, key


def _close() -> None:
    st.session_state.pop(_EDITED, None)
    st.rerun()


def _save(view: ui.View, brief: Brief, written: Commitment, key: str) -> None:
    with ui.saying_why(view):
        try:
            meetings.save(view.data, written)
            tell(Text("Đã lưu cam kết.", "The commitment was saved."))
        except Changed as error:
            tell(error.text, good=False)
            newest = {each.id: each for each in meetings.commitments(view.data, [brief.meeting])}
            if written.id in newest:
                st.session_state[_EDITED] = newest[written.id], key
                st.rerun()
        _close()


def _fields(view: ui.View, brief: Brief, seen: Commitment | None, key: str) -> Commitment:
    """The commitment as it stands in the form."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        about, subject = _subject(view, brief, seen, key)
        names = list(COMPARED if about == "model" else MEASURES)
        usual = "model_kept_rate" if about == "model" else brief.meeting.metric
        measured = seen.metric if seen and seen.metric in names else usual
        name = st.selectbox(
            view.t(Text("Đo bằng", "Measured by")), names, names.index(measured),
            format_func=lambda name: view.t(MEASURES[name].label), key=f"measure-{about}-{key}", width=300,
        )  # fmt: skip
        wanted = Commitment(brief.meeting.id, subject, "", name, 0, "", brief.meeting.held_on, about)
        target, start = _target(view, brief, wanted, seen, key)
        due = st.date_input(
            view.t(Text("Thời hạn", "Due")), seen.due if seen else brief.meeting.held_on + _QUARTER,
            format="DD/MM/YYYY", key=f"due-{key}", width=150,
        )  # fmt: skip
    st.caption(ui.plain(f"{view.t(Text('Hiện là', 'Now'))} {start}"))
    what = st.text_input(
        view.t(Text("Nội dung cam kết", "What is promised")),
        seen.what if seen else "",
        max_chars=meetings.LONGEST["what"],
        key=f"what-{key}",
    )
    office = Text("Cơ quan, chức danh chịu trách nhiệm (không ghi tên người)", "Office that answers for it (no names)")
    who = st.text_input(view.t(office), seen.who if seen else "", max_chars=meetings.LONGEST["who"], key=f"who-{key}")
    fresh = replace(wanted, what=what, target=target, who=who, due=due)
    return replace(fresh, id=seen.id, version=seen.version) if seen else fresh


def _subject(view: ui.View, brief: Brief, seen: Commitment | None, key: str) -> tuple[About, str]:
    """What the commitment is about: the kind, then which of them; units the meeting named first stand first."""
    every = {about: agenda.choices(about, brief.snapshot, brief.data) for about in agenda.ABOUT}
    kinds = [about for about, names in every.items() if names or (seen and seen.about == about)]
    about = st.selectbox(
        view.t(Text("Cam kết về", "About")), kinds, kinds.index(seen.about) if seen else 0,
        format_func=lambda about: view.t(agenda.ABOUT[about]), key=f"about-{key}", width=180,
    )  # fmt: skip
    if about == "area":
        return about, ""
    names, own = every[about], seen.subject if seen and seen.about == about else None
    first = [line.unit for line in brief.agenda.group("first")] if about == "unit" else []
    ids = list(dict.fromkeys([*first, *names, *([own] if own else [])]))
    return about, st.selectbox(
        view.t(agenda.ABOUT[about]), ids, ids.index(own) if own else 0,
        format_func=lambda id_: view.t(names[id_]) if id_ in names else id_, key=f"{about}-{key}", width=300,
    )  # fmt: skip


_STEPS: dict[Format, tuple[float, str]] = {"rate": (0.01, "%.2f"), "days": (0.1, "%.1f"), "count": (1.0, "%.0f")}
_MEASURED_IN: dict[Format, Text] = {
    "rate": Text("%", "%"),
    "days": Text("ngày", "days"),
    "count": Text("hồ sơ", "dossiers"),
}


def _target(view: ui.View, brief: Brief, wanted: Commitment, seen: Commitment | None, key: str) -> tuple[float, str]:
    """The target, entered in the unit of the metric (a fraction for rates), and the value it starts from in words."""
    name, unit = wanted.metric, wanted.subject if wanted.about == "unit" else ""
    metric = MEASURES[name]
    times = 100 if metric.is_rate else 1
    declared = target_for(name, brief.snapshot.references, brief.meeting.held_on, unit)
    proposed = seen.target if seen and seen.metric == name else declared.value if declared else 0.0
    at = Text("Ít nhất", "At least") if metric.direction == "up" else Text("Nhiều nhất", "At most")
    step, written = _STEPS[metric.format]
    entered = st.number_input(
        f"{view.t(at)} ({view.t(_MEASURED_IN[metric.format])})", 0.0, 100.0 if metric.is_rate else None,
        round(proposed * times, 6), step, format=written, key=f"target-{name}-{key}", width=170,
    )  # fmt: skip
    said = ", ".join(words.measured(metric, brief.measured(wanted), view.language))
    return float(entered) / times, said
