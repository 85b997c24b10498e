"""A metric over months or weeks, judged by the control chart that suits it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

import numpy as np

from cchc.figures.metrics import Metric
from cchc.figures.periods import Grain, Period, containing
from cchc.findings.summary import State, state_of
from cchc.statistics import changes, spc
from cchc.statistics.spc import Signal
from cchc.text import Text

Kind = Literal["xmr", "p_prime", "exact"]


@dataclass(frozen=True)
class Unfinished:
    """A period the data does not cover to its end: its value and denominator so far."""

    period: Period
    value: float
    denominator: float


@dataclass(frozen=True, eq=False)
class Trend:
    """A metric of one unit ("" is all that is selected), one point for every whole period that has a value.

    What is `unfinished` is shown and never judged. `latest` is the last whole period, None before the first; a unit
    without dossiers in it has no point there.
    """

    metric: Metric
    unit: str
    grain: Grain
    periods: tuple[Period, ...]
    values: spc.Array
    denominators: spc.Array
    latest: Period | None
    unfinished: Unfinished | None
    target: float | None
    # How many units are judged together, of which chance may name one; and the numerators of a share.
    family: int = 1
    tops: spc.Array | None = None
    # The positions from which limits are set afresh.
    starts: tuple[int, ...] = ()
    # The change of the last point (see `change`), worked out for all units at once.
    newest: tuple[int, int] | None = None
    # Why the latest whole period has no point although it has dossiers; periods without due dates say nothing.
    undated: Text | None = None

    @cached_property
    def chart(self) -> spc.Chart:
        """The series judged by the chart that suits it."""
        return chart_of(self.kind, self.values, self.tops, self.denominators, self.starts)

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.tops, self.denominators)

    @property
    def first(self) -> int:
        """The point with which the present limits begin."""
        return max((start for start in self.starts if 0 < start < self.values.size), default=0)

    @cached_property
    def year(self) -> tuple[float, ...]:
        """The values of the last twelve whole periods, NaN where one has none; empty before the first."""
        if self.latest is None:
            return ()
        value_of = dict(zip(self.periods, self.values, strict=True))
        return tuple(float(value_of.get(period, np.nan)) for period in _twelve(self.latest))

    @property
    def is_current(self) -> bool:
        """Whether there is a value in the last whole period."""
        return bool(self.periods) and self.periods[-1] == self.latest

    @property
    def is_small(self) -> bool:
        """Whether the last point stands on too few dossiers to be judged."""
        return bool(self.metric.denominator) and self.values.size > 0 and self.denominators[-1] < self.metric.minimum

    @property
    def at_best(self) -> bool:
        """Whether the rate was as good as it can be in most periods."""
        best = {"up": 1.0, "down": 0.0}.get(self.metric.direction)
        return self.kind == "exact" and bool(np.sum(self.values == best) * 2 > self.values.size)

    def change(self, length: int = 1) -> tuple[int, int] | None:
        """Whether the last `length` periods are really higher (1) or lower (-1) than those before, or not (0), and over
        how many that holds: what every page and paper says of them. None with fewer than six periods before, since
        limits were last set afresh."""
        return changes_of([self], length)[0]

    def change_in(self, period: Period) -> tuple[int, int] | None:
        """The change (see there) of a period made of whole ones of the series, the last of them the latest; None where
        it is not, or cannot be judged."""
        length = sum(period.start <= each.start for each in self.periods)
        whole = containing(self.grain, period.start).start == period.start
        if not length or not whole or not self.is_current or self.periods[-1].end != period.end:
            return None
        return self.change(length)

    def usual_in(self, period: Period) -> tuple[float, float]:
        """The rates (0-1) between which the whole of such a period is no change by itself; NaN for what is no share."""
        first, length = self.first, sum(period.start <= each.start for each in self.periods)
        if self.tops is None:
            return np.nan, np.nan
        return changes.usual_shares(self.tops[first:], self.denominators[first:], self.family, length)

    @property
    def last_change(self) -> tuple[int, int] | None:
        """The change of the last period and over how many it holds; None where it cannot be judged."""
        return self.newest if self.is_current and not self.is_small else None

    @property
    def variation(self) -> tuple[spc.Meaning, int] | None:
        """What the last period says and whether it is high (1) or low (-1); None where it cannot be judged."""
        if self.last_change is None:
            return None
        side, _ = self.last_change
        return spc.meaning(side, self.metric.direction), side

    @cached_property
    def last_signal(self) -> Signal | None:
        """The signal the last point belongs to, by the order in which one rule hides another; None if it fired none, or
        one on the other side of a real change."""
        rules, sides = self.chart.fired()
        if not rules or (self.variation and self.variation[1] not in (0, sides[-1])):
            return None
        last = len(rules) - 1
        return next((each for each in self.chart.signals if last in each.points and each.rule == rules[last]), None)

    @cached_property
    def shifted(self) -> int | None:
        """The point from which the series runs on another level, if it does: a real change, and at least seven points
        up to the last on one side of the mean. None without."""
        if not self.variation or not self.variation[1]:
            return None
        off = np.sign(self.values - self.chart.limits.centre) != self.variation[1]
        first = int(np.flatnonzero(off)[-1]) + 1 if off.any() else 0
        return first if self.first < first <= self.values.size - spc.RUN else None

    @cached_property
    def assurance(self) -> spc.Assurance | None:
        """Whether the target is always met as things are, never, or now and then, by the limits of the level the
        series is on; None where it cannot be judged, or where the last point contradicts it."""
        if not self.is_current or self.is_small:
            return None
        chart = self.chart
        if self.shifted is not None:
            chart = chart_of(self.kind, self.values, self.tops, self.denominators, [self.shifted])
        found = spc.assurance(chart, self.target, self.metric.direction)
        met = state_of(self.metric, float(self.values[-1]), self.target) == "met"
        return None if found == ("failing" if met else "passing") else found

    def meanings(self) -> list[spc.Meaning]:
        """What each point is a signal of; the last one of a real change, where it is part of one."""
        found = [spc.meaning(side, self.metric.direction) for side in self.chart.fired()[1]]
        if self.variation and self.variation[1]:
            found[-1] = self.variation[0]
        return found

    def states(self, last: int) -> list[State | None]:
        """Where the last points stand against the target; None over too few dossiers."""
        values, below = self.values[-last:], self.denominators[-last:] < self.metric.minimum
        return [
            None if few and self.metric.denominator else state_of(self.metric, float(value), self.target)
            for value, few in zip(values, below, strict=True)
        ]


def kind_of(tops: spc.Array | None, bottoms: spc.Array) -> Kind:
    """The control chart that suits a series; `tops` are the numerators of a share, None for what is none."""
    if tops is None:
        return "xmr"
    return "exact" if spc.is_rare(tops, bottoms) else "p_prime"


def chart_of(
    kind: Kind, values: spc.Array, tops: spc.Array | None, bottoms: spc.Array, starts: Sequence[int]
) -> spc.Chart:
    """A series judged; `tops` as for `kind_of`."""
    if tops is None:
        return spc.xmr(values, starts)
    return (spc.exact if kind == "exact" else spc.p_prime)(tops, bottoms, starts)


def changes_of(same: Sequence[Trend], length: int = 1) -> list[tuple[int, int] | None]:
    """The change (see `Trend.change`) of each of the series, which are of one metric and as long as each other since
    their limits were set; together they cost little more than one."""
    if same[0].tops is None:
        found = changes.of_values(_stacked(same, "values"), same[0].family, length)
    else:
        found = changes.of_shares(_stacked(same, "tops"), _stacked(same, "denominators"), same[0].family, length)
    return [*zip(found.side.tolist(), found.span.tolist(), strict=True)] if found else [None] * len(same)


def _stacked(same: Sequence[Trend], part: str) -> spc.Array:
    return np.stack([getattr(trend, part)[trend.first :] for trend in same])


@cache
def _twelve(latest: Period) -> tuple[Period, ...]:
    """So many periods up to the latest."""
    found = [latest]
    while len(found) < 12:
        found.insert(0, found[0].previous())
    return tuple(found)
