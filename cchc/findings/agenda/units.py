"""Units in the order a meeting speaks of them: those to be discussed, worst first, those improved, those unchanged."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, Metric, target_for
from cchc.figures.periods import Period
from cchc.figures.query import Run
from cchc.findings.summary import State, state_of, worst_first
from cchc.findings.trends.series import by_unit, step_of
from cchc.findings.trends.trend import Trend
from cchc.statistics import compare, spc
from cchc.store.coverage import is_covered
from cchc.store.snapshots import Snapshot
from cchc.text import Text, moved

# "first": short of the target or really worse; "unjudged": too few dossiers, or nothing to compare with.
Group = Literal["first", "improved", "unchanged", "unjudged"]
GROUPS: tuple[Group, ...] = get_args(Group)
Change = Literal["improved", "worsened", "unchanged"]


@dataclass(frozen=True)
class Line:
    """One unit: its rate in the period (`top` of `bottom`) and in the period before, and what is usual for it (`low` to
    `high`, fractions). `change` is against all periods before, None where there are too few; `sure` says that the
    interval of the rate does not hold the target: chance alone does not explain missing (or meeting) it."""

    unit: str
    value: float
    top: int
    bottom: int
    previous: float
    low: float
    high: float
    change: Change | None
    target: float | None
    state: State | None
    sure: bool
    group: Group
    is_judged: bool
    caution: Text | None

    @property
    def has_before(self) -> bool:
        """Whether there is a rate of the period before."""
        return not math.isnan(self.previous)

    @property
    def difference(self) -> float:
        """The change in the rate, a fraction, between the two rates as shown; NaN without a period before."""
        return moved(self.value, self.previous, 4)


@dataclass(frozen=True)
class Agenda:
    """Every unit the filters leave, in the order of its groups, worst first in each. `before` is the period before,
    None where the data does not reach it; `compared` units have enough periods to say whether they changed."""

    metric: Metric
    lines: tuple[Line, ...]
    before: Period | None
    compared: int

    def group(self, name: Group) -> list[Line]:
        """The units of one group, worst first."""
        return [line for line in self.lines if line.group == name]


def agenda(run: Run, snapshot: Snapshot, filters: Filters, name: str) -> Agenda:
    """Units by a rate, against what is usual for each.

    A unit has changed when its series says so (`Trend.change_in`), as it does on every page; of 20 periods in which
    nobody changed one at most names somebody. Fewer than 20 dossiers in the period are not judged.
    """
    metric, previous = METRICS[name], filters.previous(snapshot.as_of)
    frame = worst_first(run([name], filters, by=["unit"], parts=True), name)
    frame = frame.fillna({f"{name}_n": 0, f"{name}_d": 0})  # not known before the data begins
    reached = previous.period if is_covered(previous.period, snapshot) else None
    before = run([name], previous, by=["unit"], parts=True) if reached else frame.head(0)
    judged = before[trust.is_judged(metric, before)]
    rates = dict(zip(judged["unit"], judged[name], strict=True))
    series = by_unit(run, snapshot, filters, [name], step_of(filters))[name]
    lines = [
        _line(metric, row, rates.get(row["unit"], np.nan), series.get(row["unit"]), snapshot, filters)
        for row in frame.to_dict("records")
    ]
    ordered = sorted(lines, key=lambda line: GROUPS.index(line.group))
    return Agenda(metric, tuple(ordered), reached, sum(line.change is not None for line in lines))


def change_of(trend: Trend, period: Period) -> Change | None:
    """What the series of a rate says of a period; None where it says nothing."""
    found = trend.change_in(period)
    if found is None:
        return None
    meaning = spc.meaning(found[0], trend.metric.direction)
    return "improved" if meaning == "improvement" else "worsened" if meaning == "concern" else "unchanged"


def _line(
    metric: Metric, row: dict[Any, Any], previous: float, trend: Trend | None, snapshot: Snapshot, filters: Filters
) -> Line:
    """One unit; without a whole period before the end of the one asked about there is no series."""
    enough = bool(trust.is_judged(metric, row))
    wanted = target_for(metric.name, snapshot.references, filters.end, row["unit"])
    target = wanted.value if wanted else None
    state = state_of(metric, row[metric.name], target) if enough else None
    change = change_of(trend, filters.period) if trend and enough else None
    low, high = trend.usual_in(filters.period) if trend and change else (np.nan, np.nan)
    return Line(
        row["unit"],
        float(row[metric.name]),
        int(row[f"{metric.name}_n"]),
        int(row[f"{metric.name}_d"]),
        float(previous) if enough else np.nan,
        low,
        high,
        change,
        target,
        state,
        target is not None and enough and _excludes(metric, row, target),
        _group(state, change),
        enough,
        trust.caution(metric, row),
    )


def _excludes(metric: Metric, row: dict[Any, Any], target: float) -> bool:
    """Whether the 95 % interval of the rate (exact where few dossiers fall short) does not hold the target."""
    top, bottom = row[f"{metric.name}_n"], row[f"{metric.name}_d"]
    low, high = (float(end) for end in compare.late_interval(bottom - top if metric.direction == "up" else top, bottom))
    wanted = 1 - target if metric.direction == "up" else target
    return not low <= wanted <= high


def _group(state: State | None, change: Change | None) -> Group:
    if state == "missed" or change == "worsened":
        return "first"
    if change is None:
        return "unjudged"
    return "improved" if change == "improved" else "unchanged"


def names(lines: Iterable[Line], names: dict[str, str]) -> list[str]:
    """The names of the units of these lines, in their order."""
    return [names[line.unit] for line in lines]
