"""A metric over months or weeks, judged by the control chart that suits it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from cchc.figures import ratios, trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, STOCKS_AT_END, STOCKS_AT_START, Metric, target_for
from cchc.figures.periods import Grain, Period, between, containing
from cchc.figures.query import Run
from cchc.findings.summary import State, state_of
from cchc.statistics import changes, spc
from cchc.statistics.spc import Signal
from cchc.store.coverage import is_covered
from cchc.store.snapshots import Snapshot
from cchc.text import Text

Step = Literal["month", "week"]
STEPS: tuple[Step, ...] = get_args(Step)
Kind = Literal["xmr", "p_prime", "exact"]
Days = tuple[datetime.date, ...]

# Three years, or two of weeks: more would judge today by a past nobody remembers, and by points nobody can tell apart.
_MOST: dict[Grain, int] = {"month": 36, "month_15": 36, "week": 104}
_MOST_GAPS = 60
# Resolved dossiers are no part of the received ones: this rate may exceed 100 %.
_NO_SHARES = ("clearance_rate",)


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
    kind: Kind
    periods: tuple[Period, ...]
    denominators: spc.Array
    chart: spc.Chart
    latest: Period | None
    unfinished: Unfinished | None
    target: float | None
    # How many units are judged together, of which chance may name one; and the numerators of a rate.
    family: int = 1
    tops: spc.Array | None = None
    # Why the latest whole period has no point although it has dossiers; periods without due dates say nothing.
    undated: Text | None = None

    @property
    def values(self) -> spc.Array:
        return self.chart.values

    @cached_property
    def year(self) -> tuple[float, ...]:
        """The values of the last twelve whole periods, NaN where one has none; empty before the first."""
        if self.latest is None:
            return ()
        value_of = dict(zip(self.periods, self.values, strict=True))
        wanted = [self.latest]
        while len(wanted) < 12:
            wanted.insert(0, wanted[0].previous())
        return tuple(float(value_of.get(period, np.nan)) for period in wanted)

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
        first = self.chart.starts[-1]
        if self.tops is None:
            found = changes.of_values(self.values[first:], self.family, length)
        else:
            found = changes.of_shares(self.tops[first:], self.denominators[first:], self.family, length)
        return (int(found.side), int(found.span)) if found else None

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
        first, length = self.chart.starts[-1], sum(period.start <= each.start for each in self.periods)
        if self.tops is None:
            return np.nan, np.nan
        return changes.usual_shares(self.tops[first:], self.denominators[first:], self.family, length)

    @cached_property
    def last_change(self) -> tuple[int, int] | None:
        """The change of the last period and over how many it holds; None where it cannot be judged."""
        return self.change() if self.is_current and not self.is_small else None

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
        return first if self.chart.starts[-1] < first <= self.values.size - spc.RUN else None

    @cached_property
    def assurance(self) -> spc.Assurance | None:
        """Whether the target is always met as things are, never, or now and then, by the limits of the level the
        series is on; None where it cannot be judged, or where the last point contradicts it."""
        if not self.is_current or self.is_small:
            return None
        chart = self.chart
        if self.shifted is not None:
            _, chart = chart_of(self.values, self.tops, self.denominators, [self.shifted])
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


@dataclass(frozen=True, eq=False)
class Gaps:
    """How many good dossiers stand between two bad ones: one point for each bad one but the first, on its day.
    `since` have come after the last."""

    days: Days
    chart: spc.Chart
    since: int


def step_of(filters: Filters) -> Step:
    """The step in which the period of the filters is judged: a week as a week, all else by its months."""
    return "week" if filters.period.kind == "week" else "month"


def grain_of(filters: Filters, step: Step) -> Grain:
    """Months run from the 15th to the 14th where the period chosen does."""
    return "month_15" if step == "month" and filters.period.kind.endswith("_15") else step


def history(snapshot: Snapshot, filters: Filters, grain: Grain) -> list[Period]:
    """The periods judged, oldest first: up to the end of the filters' period or of the data, none before it."""
    end = min(filters.end, snapshot.as_of)
    if end < snapshot.start:
        return []
    periods = between(grain, snapshot.start, end)[-_MOST[grain] :]
    return periods if is_covered(periods[0], snapshot) else periods[1:]


def selected(
    run: Run, snapshot: Snapshot, filters: Filters, name: str, step: Step = "month", rebase: Days = ()
) -> Trend:
    """The series of all dossiers the filters select, taken together; limits start afresh on the days of `rebase`."""
    unit = filters.units[0] if len(filters.units) == 1 else ""
    periods = history(snapshot, filters, grain_of(filters, step))
    frame = _read(run, filters, [name], periods, grain_of(filters, step), [])
    parts, undated = (
        [frame[column].to_numpy(dtype=float) for column in columns] for columns in (_columns(name), _undated(name))
    )
    return _Series(snapshot, METRICS[name], grain_of(filters, step), periods, rebase).of(unit, parts, undated)


def by_unit(
    run: Run, snapshot: Snapshot, filters: Filters, names: Sequence[str], step: Step = "month", rebase: Days = ()
) -> dict[str, dict[str, Trend]]:
    """For each metric the series of every unit the filters leave, in one statement, first that of all of them
    together (under ""), where the metric adds up."""
    grain = grain_of(filters, step)
    periods = history(snapshot, filters, grain)
    frame = _read(run, filters, names, periods, grain, ["unit"])
    # Every unit has a row in every period, in the same order.
    units = list(frame["unit"].unique())
    found: dict[str, dict[str, Trend]] = {}
    for name in names:
        series = _Series(snapshot, METRICS[name], grain, periods, rebase)
        columns, split = (*_columns(name), *_undated(name)), len(_columns(name))
        parts = [frame[column].to_numpy(dtype=float).reshape(len(periods), len(units)) for column in columns]
        rows = {"": [part.sum(axis=1) for part in parts]} if METRICS[name].quantile is None else {}
        rows |= {unit: [part[:, place] for part in parts] for place, unit in enumerate(units)}
        found[name] = {unit: series.of(unit, row[:split], row[split:]) for unit, row in rows.items()}
    return found


def gaps(run: Run, filters: Filters, trend: Trend, rebase: Days = ()) -> Gaps | None:
    """The good dossiers between two bad ones, where the rate of `trend` is as good as it can be and its dossiers have
    a day; None elsewhere. The bad dossiers of a day count as coming one after another at its end."""
    columns = {*trend.metric.numerator, *trend.metric.denominator}
    if not trend.at_best or columns & {*STOCKS_AT_END, *STOCKS_AT_START}:
        return None
    name = trend.metric.name
    whole = filters.over(Period(trend.periods[0].start, trend.periods[-1].end))
    frame = run([name], whole, grain="day", parts=True)
    # Of days before the data begins nothing is known.
    hits, cases = (frame[f"{name}_{part}"].fillna(0).to_numpy(dtype=int) for part in "nd")
    bad = cases - hits if trend.metric.direction == "up" else hits
    places = np.repeat(np.arange(bad.size), bad)
    good = np.cumsum(cases - bad)
    lengths = np.diff(good[places])[-_MOST_GAPS:]
    days = tuple(day.date() for day in frame["period"].iloc[places[1:]])[-_MOST_GAPS:]
    since = int(good[-1] - good[places[-1]]) if places.size else int(good[-1])
    return Gaps(days, spc.g(lengths, [sum(day < start for day in days) for start in rebase]), since)


@dataclass(frozen=True)
class _Series:
    """What the series of all units have in common."""

    snapshot: Snapshot
    metric: Metric
    grain: Grain
    periods: list[Period]
    rebase: Days

    def of(self, unit: str, parts: list[spc.Array], undated: list[spc.Array]) -> Trend:
        """The series of one unit from its numerators and denominators (see `_columns`) and what of them lacks due dates
        (see `_undated`), one a period."""
        values, whole = self._values(parts), self._whole
        lacking = pd.DataFrame(dict(zip(_undated(self.metric.name), undated, strict=True)), index=range(len(values)))
        known = np.isfinite(values) & np.asarray(trust.is_dated(self.metric, lacking), dtype=bool)
        kept = known & whole
        periods = tuple(period for period, there in zip(self.periods, kept, strict=True) if there)
        last = self.periods[-1] if self.periods else None
        target = target_for(self.metric.name, self.snapshot.references, last.end if last else self.snapshot.as_of, unit)
        share = self.metric.is_rate and self.metric.name not in _NO_SHARES
        tops = parts[0][kept] if share else None
        kind, chart = chart_of(values[kept], tops, parts[-1][kept], self._starts(periods, unit))
        return Trend(
            self.metric,
            unit,
            self.grain,
            kind,
            periods,
            parts[-1][kept],
            chart,
            self._latest,
            Unfinished(last, float(values[-1]), float(parts[-1][-1])) if last and known[-1] and not whole[-1] else None,
            target.value if target else None,
            self._family(last),
            tops,
            self._lacking(lacking[whole]),
        )

    def _lacking(self, rows: pd.DataFrame) -> Text | None:
        if rows.empty or trust.is_dated(self.metric, rows.iloc[-1]):
            return None
        return trust.lacking(self.metric, rows.iloc[-1])

    def _family(self, last: Period | None) -> int:
        """The units of the area then, whatever the filters leave: a unit is judged alike wherever it is shown."""
        known = self.snapshot.references
        return len(known.there(last.start, last.end) if last else known.units)

    @cached_property
    def _whole(self) -> npt.NDArray[np.bool_]:
        as_of = self.snapshot.as_of
        return np.array([period.end <= as_of for period in self.periods], bool)

    @cached_property
    def _latest(self) -> Period | None:
        whole = np.flatnonzero(self._whole)
        return self.periods[whole[-1]] if whole.size else None

    def _values(self, parts: list[spc.Array]) -> spc.Array:
        if len(parts) == 1 or self.metric.quantile is not None:
            return parts[0]
        return ratios.ratio(self.metric, *parts)

    def _starts(self, periods: Sequence[Period], unit: str) -> list[int]:
        """A segment begins with the first whole period after the day of a rebase, and after a change of units."""
        days = sorted({*self.rebase, *self.snapshot.references.changes(unit)})
        return [sum(period.start < day for period in periods) for day in days]


def chart_of(
    values: spc.Array, tops: spc.Array | None, bottoms: spc.Array, starts: Sequence[int]
) -> tuple[Kind, spc.Chart]:
    """The control chart that suits a series; `tops` are the numerators of a share, None for what is none."""
    if tops is None:
        return "xmr", spc.xmr(values, starts)
    if spc.is_rare(tops, bottoms):
        return "exact", spc.exact(tops, bottoms, starts)
    return "p_prime", spc.p_prime(tops, bottoms, starts)


def _read(
    run: Run, filters: Filters, names: Sequence[str], periods: list[Period], grain: Grain, by: list[str]
) -> pd.DataFrame:
    if not periods:
        parts = dict.fromkeys(part for name in names for part in (*_columns(name), *_undated(name)))
        return pd.DataFrame({column: [] for column in ["period", *by, *parts]})
    return run(names, filters.over(Period(periods[0].start, periods[-1].end)), by=by, grain=grain, parts=True)


def _columns(name: str) -> list[str]:
    """Where the values of a metric stand: numerator and denominator, or the value alone; both for a quantile."""
    metric = METRICS[name]
    if not metric.denominator:
        return [name]
    return [name if metric.quantile is not None else f"{name}_n", f"{name}_d"]


def _undated(name: str) -> tuple[str, ...]:
    """Where it stands how many dossiers have no due date, of how many, if that matters for the metric."""
    return ("undated_n", "undated_d") if METRICS[name].needs_due else ()
