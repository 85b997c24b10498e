"""What a page about a service model says: the design its roll-out allows, what was promised, what changed."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, cached_property, lru_cache

import pandas as pd

from cchc.figures.filters import Filters
from cchc.figures.periods import Period
from cchc.figures.query import Run
from cchc.findings.evaluation import (
    access,
    alternatives,
    answers,
    design,
    limits,
    promises,
    unit_days,
    units,
    weekdays,
    weekly,
)
from cchc.findings.evaluation.access import Access
from cchc.findings.evaluation.answers import Answer
from cchc.findings.evaluation.design import Design, explain, starts
from cchc.findings.evaluation.promises import Promises, Quarters, by_period
from cchc.findings.evaluation.units import Course, UnitResult, UnitsResult
from cchc.findings.evaluation.weekdays import Corner, Shift, WeekdayResult
from cchc.findings.evaluation.weekly import Weekly
from cchc.findings.trends import Marker
from cchc.rules.service_models import ServiceModel, StartDate
from cchc.statistics.impact import Bound, TooThin
from cchc.store.snapshots import Snapshot
from cchc.text import Text, within

__all__ = [
    "Access",
    "Answer",
    "Corner",
    "Course",
    "Design",
    "Evaluation",
    "Promises",
    "Quarters",
    "Shift",
    "UnitResult",
    "UnitsResult",
    "WeekdayResult",
    "Weekly",
    "by_period",
    "evaluate",
    "evaluations",
    "explain",
    "starts",
]


EachStart = Callable[[], list[tuple[StartDate, "Evaluation | Text"]]]


class Evaluation:
    """One model from one start date on. Every part is worked out when it is first asked for and then kept, so a page
    pays for what it shows and a second look is free. The frames are shared: nobody may change them."""

    def __init__(self, run: Run, design: Design, weeks: pd.DataFrame, each_start: EachStart) -> None:
        self._run, self.design, self.weeks, self._each_start = run, design, weeks, each_start

    @cached_property
    def answer(self) -> Answer:
        """Whether the model worked, had it begun on this start date."""
        if self.design.kind == "access":
            found = access.answer(self.access, self.shift, self.design)
        elif self.design.kind == "weekday":
            found = answers.of_weekday(self.design, self.against_days, self.shift)
        else:
            found = answers.of_units(self.design, self.against_units, self.against_trend)
        said = (*limits.diluted(self.design.model), *limits.one_phase(self.design))
        return replace(found, conditions=(*found.conditions, *said))

    @cached_property
    def access(self) -> Access:
        """How much is received in the model's time, of the same procedures."""
        return access.access(self._run, self.design, self.promises)

    @property
    def limits(self) -> tuple[Text, ...]:
        """What the model cannot be judged on, and how its dossiers are counted."""
        return limits.limits(self.design.model)

    @cached_property
    def conclusion(self) -> Answer:
        """The answer, whose head says where another of the documents' start dates would give another one."""
        others = {
            start: found.answer.state
            for start, found in self.under_each_start
            if start.day != self.design.start.day and isinstance(found, Evaluation)
        }
        return answers.under_other_starts(self.answer, self.design, others)

    @cached_property
    def weekly(self) -> Weekly:
        """The rates week by week that prove the answer."""
        if self.design.kind == "access":
            return weekly.of_access(self.design, self.access.by_week)
        if self.design.kind == "weekday":
            return weekly.of_days(self.design, *self.days_by_week)
        ours, others = self.against_units.taking_part.treated, self.against_units.taking_part.others
        return weekly.of_units(self.design, self.by_week_of(ours), self.by_week_of(others), (len(ours), len(others)))

    @property
    def under_each_start(self) -> list[tuple[StartDate, "Evaluation | Text"]]:
        """Every start date of the documents, the one in force first, and the evaluation from it."""
        return self._each_start()

    @property
    def named(self) -> Text:
        """The headline after the name of the model: what is said of it where several things are spoken of."""
        name, said = self.design.model.name, self.headline
        return Text(f"{name.vi}: {within(said.vi)}", f"{name.en}: {within(said.en)}")

    @property
    def headline(self) -> Text:
        """The verdict; for a promise of a result, first whether it was kept."""
        if not self.design.model.is_timed:
            return self.verdict
        kept = self.promises.sentence
        return Text(f"{kept.vi} {self.verdict.vi}", f"{kept.en} {self.verdict.en}")

    @property
    def verdict(self) -> Text:
        """The conclusion with all its conditions: what page, meeting and papers say."""
        return self.conclusion.text

    def beside(self, markers: Sequence[Marker]) -> list[Text]:
        """What else happened in the days compared, of what is marked on charts."""
        return limits.beside(self.design, markers)

    @cached_property
    def against_trend(self) -> Bound | TooThin:
        """What is left of the effect if trends from before the start had gone on."""
        return units.against_trend(self.panel, self.design)

    @cached_property
    def against_units(self) -> UnitsResult:
        """Units with the model against units without it."""
        return units.against_others(self._run, self.design)

    @cached_property
    def each_unit(self) -> tuple[UnitResult, ...]:
        """Every participant: against units without the model or, where there are none and its day is judged, its
        listed dossiers of that day against its unlisted ones."""
        return (
            unit_days.each_unit(self._run, self.design) if self.design.kind == "weekday" else self.against_units.units
        )

    @cached_property
    def alternatives(self) -> list[Text]:
        """Whether the difference between units stands when it is reckoned in other ways, in a sentence each."""
        return alternatives.sentences(self.design, self.against_units, self.panel)

    @cached_property
    def panel(self) -> pd.DataFrame:
        """unit, period, top, bottom by week, of participants and of those they are compared with."""
        return units.weekly(self._run, self.design)

    def by_week_of(self, of: Sequence[str]) -> pd.DataFrame:
        """period, top, bottom by week of some of the units of `panel` together."""
        return units.by_week_of(self.panel, of)

    @cached_property
    def course(self) -> Course | TooThin:
        """The effect week by week."""
        return units.course(self.panel, self.design)

    @cached_property
    def against_days(self) -> WeekdayResult:
        """The model's day against the other days."""
        return weekdays.against_other_days(self._run, self.weeks, self.design)

    @cached_property
    def days_by_week(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """period, top, bottom by week of listed procedures: on the model's day, and on the other days."""
        return weekdays.by_week(self.weeks, self.design)

    @cached_property
    def shift(self) -> Shift:
        """Whether dossiers only moved from other days."""
        return weekdays.shift(self.weeks, self.design)

    @cached_property
    def profile(self) -> pd.DataFrame:
        """Weekdays before and since the start."""
        return weekdays.profile(self.weeks, self.design)

    @cached_property
    def promises(self) -> Promises:
        """What was promised and kept."""
        return promises.promises(self._run, self.design)

    @cached_property
    def quarters(self) -> Quarters | None:
        """The quarter before the start against that of the start."""
        return promises.quarters(self._run, self.design)


def evaluate(
    run: Run, snapshot: Snapshot, filters: Filters, model: ServiceModel, since: datetime.date | None = None
) -> Evaluation | Text:
    """The evaluation of a model as if it had begun on `since`, one of its start dates (None: the one in force), over
    all days of the snapshot; or one sentence that says why there can be none, naming the model's table and line.
    Remembered by `run` and question, so page, meeting and papers of one reader ask once."""
    anytime = filters.over(Period(snapshot.start, snapshot.as_of))
    return from_each_start(run, snapshot, anytime, model)(since or model.start.day)


def evaluations(run: Run, snapshot: Snapshot, filters: Filters) -> list[Evaluation]:
    """That of every model of the area that can be evaluated, each from the start date in force."""
    found = (evaluate(run, snapshot, filters, model) for model in snapshot.references.models)
    return [each for each in found if isinstance(each, Evaluation)]


@lru_cache(maxsize=100)
def from_each_start(
    run: Run, snapshot: Snapshot, filters: Filters, model: ServiceModel
) -> Callable[[datetime.date], Evaluation | Text]:
    """`evaluate` by the day of the start; what was worked out for one start stands for all who ask."""

    @cache
    def at(day: datetime.date) -> Evaluation | Text:
        found = design.allowed(snapshot, filters, model, day)
        if isinstance(found, Text):
            return found
        weeks = design.read_weeks(run, found)
        return design.never_occurs(found, weeks) or Evaluation(run, found, weeks, each_start)

    def each_start() -> list[tuple[StartDate, Evaluation | Text]]:
        return [(start, at(start.day)) for start in starts(model)]

    return at
