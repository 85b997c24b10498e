"""What became of commitments: the figure when they were made, the figure now, and whether the target is met."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlencode

from cchc.entered import meetings
from cchc.entered.meetings import COMPARED, MEASURES, Commitment, Meeting, Reminder
from cchc.figures import filters, trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import Metric
from cchc.figures.periods import Kind, Period, containing
from cchc.figures.query import Run
from cchc.findings.agenda import subjects
from cchc.findings.agenda.units import Change, change_of
from cchc.findings.summary import state_of
from cchc.findings.trends.series import Step, selected, step_of
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError

_DAY = datetime.timedelta(days=1)
RunOf = Callable[[Snapshot], Run]
# "pending": not met yet, but not due either; "few" and "unknown" are not judged.
Verdict = Literal["missed", "pending", "few", "unknown", "met"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Value:
    """A figure over a period: with its numerator and denominator where it has them; NaN where there is nothing."""

    value: float
    top: float | None
    bottom: float | None
    period: Period
    # False where nothing may be concluded from it, and why.
    is_judged: bool
    caution: Text | None


@dataclass(frozen=True)
class Outcome:
    """A commitment and what is known of it: `then` in the figures of its own meeting, `now` in later ones. Where one
    is None, `why` says so. `change` is None where nothing can be said about it but the two values. `reminders` are
    those sent so far."""

    commitment: Commitment
    meeting: Meeting
    subject: Text
    then: Value | None
    now: Value | None
    verdict: Verdict
    change: Change | None
    why: Text | None
    reminders: tuple[Reminder, ...] = ()

    @property
    def metric(self) -> Metric:
        return MEASURES[self.commitment.metric]


def freeze(asked: Filters, snapshot: Snapshot) -> str:
    """The question of a meeting as it is stored: every choice and both days, whatever the defaults will be one day, and
    the units of a group as they are now."""
    params = replace(asked, groups=()).to_params(snapshot)
    params.pop("dataset")
    days = {"start": [asked.start.isoformat()], "end": [asked.end.isoformat()]}
    return urlencode(params | days, doseq=True)


def thaw(data: Path, meeting: Meeting) -> tuple[Snapshot, Filters]:
    """The snapshot and the filters a meeting looked at. Raises UserError when the snapshot is gone or damaged."""
    snapshot = snapshots.wanted(data, meeting.dataset, meeting.snapshot)
    if snapshot is None:
        raise UserError(
            Text(
                f"Bản số liệu {meeting.snapshot} của cuộc họp này không còn; không mở lại được số liệu lúc họp.",
                f"The snapshot {meeting.snapshot} of this meeting is gone; the figures of the day cannot be shown.",
            )
        )
    return snapshot, filters.strict(meeting.question, snapshot)


def later_period(earlier: Period, snapshot: Snapshot) -> Period | None:
    """The last period of the same kind that the data covers to its end, after `earlier`; None while there is none."""
    if earlier.kind == "custom" and not earlier.months:
        last = Period(snapshot.as_of - (earlier.end - earlier.start), snapshot.as_of)
        return newer_part(last, earlier, snapshot)
    kind: Kind = earlier.kind if earlier.kind != "custom" else "month" if earlier.start.day == 1 else "month_15"
    last = containing(kind, snapshot.as_of)
    if last.end > snapshot.as_of:
        last = last.previous()
    while last.months < earlier.months:
        last = Period(containing(kind, last.start - _DAY).start, last.end)
    return newer_part(last, earlier, snapshot)


def newer_part(period: Period, earlier: Period, snapshot: Snapshot) -> Period | None:
    """The days of `period` after `earlier` that the data covers; None when there are none."""
    start, end = max(period.start, earlier.end + _DAY), min(period.end, snapshot.as_of)
    return Period(start, end) if start <= end else None


def outcomes(
    data: Path,
    promised: Sequence[Commitment],
    held: Mapping[int, Meeting],
    run_of: RunOf,
    snapshot: Snapshot,
    asked: Period | None = None,
) -> list[Outcome]:
    """Commitments with what became of them by the figures of `snapshot`, those not met first.

    Each is asked as its own meeting asked (same fields, channels, ...), in the days of the period `asked` that are
    newer than that meeting's; without `asked`, in the last whole period of the same kind. `held` are meetings by id.
    """
    found: list[Outcome] = []
    for id_ in dict.fromkeys(each.meeting for each in promised):
        of_meeting = [each for each in promised if each.meeting == id_]
        found += _of_meeting(data, of_meeting, held[id_], run_of, snapshot, asked)
    sent = meetings.reminders(data, promised)
    found = [replace(each, reminders=sent[each.commitment.id]) for each in found]
    return sorted(
        found, key=lambda outcome: (VERDICTS.index(outcome.verdict), outcome.commitment.due, outcome.commitment.id)
    )


def _of_meeting(
    data: Path, promised: list[Commitment], meeting: Meeting, run_of: RunOf, now: Snapshot, asked: Period | None
) -> list[Outcome]:
    try:
        frozen, question = thaw(data, meeting)
    except UserError as error:
        return [
            Outcome(each, meeting, subjects.name(each, data, now), None, None, "unknown", None, error.text)
            for each in promised
        ]
    period = newer_part(asked, question.period, now) if asked else later_period(question.period, now)
    measure = _Measure(data, run_of, step_of(question))
    return [_outcome(each, meeting, measure, (frozen, question), (now, period)) for each in promised]


@dataclass(frozen=True)
class _Measure:
    """How commitments of one meeting are measured."""

    data: Path
    run_of: RunOf
    step: Step

    def value(self, promised: Commitment, snapshot: Snapshot, question: Filters) -> Value | None:
        return measured(self.run_of(snapshot), promised, question, snapshot, self.data)

    def change(self, promised: Commitment, snapshot: Snapshot, question: Filters) -> Change | None:
        """How its last period differs from those before; None where nobody can tell, as of the days of a model."""
        asked = subjects.measured_by(promised, question, snapshot, self.data)
        if asked is None or promised.about == "model" or promised.metric not in COMPARED:
            return None
        trend = selected(self.run_of(snapshot), snapshot, asked, promised.metric, self.step)
        return change_of(trend, question.period)


def measured(run: Run, promised: Commitment, question: Filters, snapshot: Snapshot, data: Path) -> Value | None:
    """The figure of a commitment over the period of a meeting's question; None where its subject is unknown."""
    asked = subjects.measured_by(promised, question, snapshot, data)
    if asked is None:
        return None
    metric, row = MEASURES[promised.metric], subjects.parts(run, promised, asked)
    top, bottom = (row.get(f"{metric.name}_{part}") for part in "nd")
    judged, caution = bool(trust.is_judged(metric, row)), trust.caution(metric, row)
    return Value(float(row[metric.name]), top, bottom, asked.period, judged, caution)


def _outcome(
    promised: Commitment,
    meeting: Meeting,
    measure: _Measure,
    before: tuple[Snapshot, Filters],
    after: tuple[Snapshot, Period | None],
) -> Outcome:
    (frozen, question), (now, period) = before, after
    later = question.over(period) if period else None
    then, since = measure.value(promised, frozen, question), measure.value(promised, now, later) if later else None
    why = None
    if later is None:
        why = Text("Chưa có số liệu của kỳ sau cuộc họp.", "There are no figures yet of a period after the meeting.")
    elif then is None or since is None:
        about = subjects.ABOUT[promised.about].vi
        why = Text(f"{about} này không còn trong danh mục.", "This is no longer in the lists of the area.")
    elif not since.is_judged:
        why = since.caution
    change = measure.change(promised, now, later) if later and since and since.is_judged else None
    subject = subjects.name(promised, measure.data, now, frozen)
    return Outcome(promised, meeting, subject, then, since, _verdict(promised, since), change, why)


def _verdict(promised: Commitment, now: Value | None) -> Verdict:
    metric = MEASURES[promised.metric]
    if now is None:
        return "unknown"
    if not now.is_judged:
        return "few"
    if state_of(metric, now.value, promised.target) == "met":
        return "met"
    return "missed" if promised.due <= now.period.end else "pending"
