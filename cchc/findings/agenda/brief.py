"""Everything one meeting looks at, read once: its figures, units in order, charts, and what became of commitments."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from cchc.entered import meetings
from cchc.entered.meetings import Commitment, Meeting
from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.periods import Period
from cchc.figures.query import Run
from cchc.findings import compliance, summary, trends
from cchc.findings.agenda import subjects, units
from cchc.findings.agenda.outcomes import Outcome, RunOf, Value, measured, outcomes, thaw
from cchc.findings.agenda.units import Agenda
from cchc.findings.compliance import Comparison
from cchc.findings.evaluation import Evaluation, evaluations
from cchc.findings.summary import HEADLINES, Flow, Headline
from cchc.findings.trends import Marker
from cchc.store.snapshots import Snapshot
from cchc.text import Text

# What a meeting may look at besides its agenda, in the order shown.
CHARTS: dict[str, Text] = {
    "flow": Text("Tiếp nhận, giải quyết và tồn đọng theo tháng", "Received, resolved and backlog by month"),
    "funnel": Text("So sánh các đơn vị với mức chung", "Units against the overall rate"),
    "outcomes": Text("Trước hạn, đúng hạn, quá hạn theo đơn vị", "Early, on day and late by unit"),
    "half": Text("Nơi có nhiều hồ sơ quá hạn nhất", "Where most late dossiers are"),
}
_COUNTS = ("on_time_rate", "late_rate", "resolved", "early", "on_day", "withdrawn", "late")
# What was promised longer ago than this is no longer asked after.
_REMEMBERED = datetime.timedelta(days=365)


@dataclass(frozen=True)
class Half:
    """Late dossiers by unit or procedure (columns `by` and late), and the few that make half of them."""

    by: str
    frame: pd.DataFrame
    few: list[str]

    @property
    def late(self) -> dict[str, int]:
        """Late dossiers by the ids of all units, or procedures."""
        return dict(zip(self.frame[self.by], self.frame["late"], strict=True))


@dataclass(frozen=True)
class Brief:
    """A meeting and its figures. `earlier` is what became of the commitments before it, `promised` its own, measured
    by its own figures only."""

    data: Path
    meeting: Meeting
    snapshot: Snapshot
    filters: Filters
    run: Run
    agenda: Agenda
    headlines: list[Headline]
    earlier: list[Outcome]
    promised: list[Commitment]

    @property
    def unit_names(self) -> dict[str, str]:
        return {unit.id: unit.name for unit in self.snapshot.references.units.values()}

    def subject(self, promised: Commitment) -> Text:
        """What a commitment of the meeting is about."""
        return subjects.name(promised, self.data, self.snapshot)

    def measured(self, promised: Commitment) -> Value | None:
        """The figure a commitment of the meeting starts from; None where its subject is unknown."""
        return measured(self.run, promised, self.filters, self.snapshot, self.data)

    @property
    def procedure_names(self) -> dict[str, str]:
        return {each.id: each.name for each in self.snapshot.references.procedures.values()}

    @cached_property
    def flow(self) -> Flow:
        beside = [each.metric.name for each in self.headlines]
        return summary.flow(self.run, self.snapshot, self.filters, summary.MONTHS, beside)

    @cached_property
    def markers(self) -> list[Marker]:
        """What charts over time mark: starts, changes of units, and what staff have noted by now."""
        return trends.marked(self.data, self.snapshot, self.filters)

    @cached_property
    def models(self) -> list[Evaluation]:
        """What the models of the area came to by the data date, for the units and dossiers of this meeting."""
        return evaluations(self.run, self.snapshot, self.filters)

    @cached_property
    def comparison(self) -> Comparison:
        return compliance.comparison(self.run, self.filters, _COUNTS)

    @cached_property
    def lacking(self) -> Text | None:
        """Which share of the dossiers of the meeting has no due date, as a clause, where that is to be noted."""
        return trust.lacking_in(self.comparison.rows)

    @cached_property
    def halves(self) -> list[Half]:
        """By unit and by procedure, where there is anything late."""
        by_procedure = self.run(["late"], self.filters, by=["procedure"], parts=True)
        found = []
        for by, frame in (("unit", self.comparison.rows), ("procedure", by_procedure)):
            if few := compliance.most_late(frame, by):
                found.append(Half(by, frame[[by, "late"]], few))
        return found


def brief(data: Path, meeting: Meeting, run_of: RunOf) -> Brief:
    """What a meeting looks at, from its frozen snapshot. Raises UserError when that is gone or damaged."""
    snapshot, asked = thaw(data, meeting)
    run = run_of(snapshot)
    return Brief(
        data,
        meeting,
        snapshot,
        asked,
        run,
        units.agenda(run, snapshot, asked, meeting.metric),
        summary.headlines(run, snapshot, asked, shown_first(meeting)),
        _earlier_outcomes(data, meeting, run_of, snapshot, asked.period),
        meetings.commitments(data, [meeting]),
    )


def shown_first(meeting: Meeting) -> tuple[str, ...]:
    """The figures of a meeting's cards: the one units are ordered by stands first."""
    others = [name for name in HEADLINES if name != meeting.metric]
    return (meeting.metric, *others)[: len(HEADLINES)]


def _earlier_outcomes(data: Path, meeting: Meeting, run_of: RunOf, snapshot: Snapshot, asked: Period) -> list[Outcome]:
    """What became of everything promised at the meeting before, and of what older meetings still wait for."""
    before = [
        each for each in meetings.held(data, meeting.dataset)
        if (each.held_on, each.id) < (meeting.held_on, meeting.id)
    ]  # fmt: skip
    if not before:
        return []
    held: Mapping[int, Meeting] = {each.id: each for each in before}
    found = outcomes(data, meetings.commitments(data, before), held, run_of, snapshot, asked)
    since = meeting.held_on - _REMEMBERED
    # A meeting opened again knows what had been sent by its day.
    found = [
        replace(each, reminders=tuple(sent for sent in each.reminders if sent.sent_on <= meeting.held_on))
        for each in found
    ]
    return [
        each for each in found
        if each.meeting == before[0] or (each.verdict != "met" and each.commitment.due >= since)
    ]  # fmt: skip
