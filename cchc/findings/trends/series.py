"""The series of a metric, for all that is selected or for each unit, as the data gives them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from cchc.figures import ratios, trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, STOCKS_AT_END, STOCKS_AT_START, Metric, target_for
from cchc.figures.periods import Grain, Period, between
from cchc.figures.query import Run
from cchc.findings.trends.trend import Trend, Unfinished, changes_of
from cchc.statistics import spc
from cchc.store.coverage import is_covered
from cchc.store.snapshots import Snapshot
from cchc.text import Text

Step = Literal["month", "week"]
STEPS: tuple[Step, ...] = get_args(Step)
Days = tuple[datetime.date, ...]

# Three years, or two of weeks: more would judge today by a past nobody remembers, and by points nobody can tell apart.
_MOST: dict[Grain, int] = {"month": 36, "month_15": 36, "week": 104}
_MOST_GAPS = 60
# Resolved dossiers are no part of the received ones: this rate may exceed 100 %.
_NO_SHARES = ("clearance_rate",)


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
    columns = (_columns(name), _undated(name))
    parts, undated = ([frame[column].to_numpy(dtype=float)[None] for column in each] for each in columns)
    return _Series(snapshot, METRICS[name], grain_of(filters, step), periods, rebase).of([unit], parts, undated)[unit]


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
        columns, whole = (*_columns(name), *_undated(name)), METRICS[name].quantile is None
        parts = [frame[column].to_numpy(dtype=float).reshape(len(periods), len(units)).T for column in columns]
        rows = [np.vstack([part.sum(axis=0), part]) for part in parts] if whole else parts
        split = len(_columns(name))
        series = _Series(snapshot, METRICS[name], grain, periods, rebase)
        found[name] = series.of(["", *units] if whole else units, rows[:split], rows[split:])
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

    def of(self, units: Sequence[str], parts: list[spc.Array], undated: list[spc.Array]) -> dict[str, Trend]:
        """The series of each unit from numerators and denominators (see `_columns`) and what of them lacks due dates
        (see `_undated`), a row a unit and a column a period."""
        values, lacking = self._values(parts), dict(zip(_undated(self.metric.name), undated, strict=True))
        known = np.isfinite(values) & np.asarray(trust.is_dated(self.metric, lacking), dtype=bool)
        found = []
        for row, unit in enumerate(units):
            mine = {name: part[row] for name, part in lacking.items()}
            found.append(self._one(unit, values[row], known[row], [part[row] for part in parts], mine))
        return _with_newest(found)

    def _one(
        self, unit: str, values: spc.Array, valued: npt.NDArray[np.bool_], parts: list[spc.Array],
        lacking: dict[str, spc.Array],
    ) -> Trend:  # fmt: skip
        kept = valued & self._whole
        periods = tuple(period for period, there in zip(self.periods, kept, strict=True) if there)
        last = self.periods[-1] if self.periods else None
        target = target_for(self.metric.name, self.snapshot.references, last.end if last else self.snapshot.as_of, unit)
        share = self.metric.is_rate and self.metric.name not in _NO_SHARES
        return Trend(
            self.metric,
            unit,
            self.grain,
            periods,
            values[kept],
            parts[-1][kept],
            self._latest,
            Unfinished(last, float(values[-1]), float(parts[-1][-1])) if last and valued[-1] and not kept[-1] else None,
            target.value if target else None,
            self._family,
            parts[0][kept] if share else None,
            self._starts(periods, unit),
            undated=self._lacking(lacking),
        )

    def _lacking(self, parts: dict[str, spc.Array]) -> Text | None:
        """What of the latest whole period lacks due dates, where it is too much."""
        if not parts or self._latest is None:
            return None
        row = {name: part[self._whole][-1] for name, part in parts.items()}
        return None if trust.is_dated(self.metric, row) else trust.lacking(self.metric, row)

    @cached_property
    def _family(self) -> int:
        """The units of the area then, whatever the filters leave: a unit is judged alike wherever it is shown."""
        known, last = self.snapshot.references, self.periods[-1] if self.periods else None
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

    def _starts(self, periods: Sequence[Period], unit: str) -> tuple[int, ...]:
        """A segment begins with the first whole period after the day of a rebase, and after a change of units."""
        days = sorted({*self.rebase, *self.snapshot.references.changes(unit)})
        return tuple(sum(period.start < day for period in periods) for day in days)


def _with_newest(trends: Sequence[Trend]) -> dict[str, Trend]:
    """Series of one metric by unit, with the change of their last points."""
    alike: dict[int, list[Trend]] = {}
    for trend in trends:
        alike.setdefault(trend.values.size - trend.first, []).append(trend)
    newest = {t.unit: change for same in alike.values() for t, change in zip(same, changes_of(same), strict=True)}
    return {trend.unit: replace(trend, newest=newest[trend.unit]) for trend in trends}


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
