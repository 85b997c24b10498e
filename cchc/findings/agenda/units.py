"""Units in the order a meeting speaks of them: those to be discussed, worst first, those improved, those unchanged."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, Metric, target_for
from cchc.figures.periods import Period
from cchc.figures.query import Run
from cchc.findings.summary import State, state_of, worst_first
from cchc.statistics import compare
from cchc.store.coverage import is_covered
from cchc.store.snapshots import Snapshot
from cchc.text import Text, moved

# "first": short of the target or really worse; "unjudged": too few dossiers, or nothing to compare with.
Group = Literal["first", "improved", "unchanged", "unjudged"]
GROUPS: tuple[Group, ...] = get_args(Group)
Change = Literal["improved", "worsened", "unchanged"]


@dataclass(frozen=True)
class Line:
    """One unit: its rate in the period (`top` of `bottom`) and in the period before, and the interval of the difference
    (`low` to `high`, fractions). `change` is None where there is too little to compare; `sure` says that the interval
    of the rate does not hold the target, so that chance alone does not explain missing (or meeting) it."""

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
    def difference(self) -> float:
        """The change in the rate, a fraction, between the two rates as shown; NaN without a period before."""
        return moved(self.value, self.previous, 4)


@dataclass(frozen=True)
class Agenda:
    """Every unit the filters leave, in the order of its groups, worst first in each. `against` is the period compared
    with, None where the data does not reach it; `compared` units were, and their intervals hold all at once."""

    metric: Metric
    lines: tuple[Line, ...]
    against: Period | None
    compared: int

    def group(self, name: Group) -> list[Line]:
        """The units of one group, worst first."""
        return [line for line in self.lines if line.group == name]


def agenda(run: Run, snapshot: Snapshot, filters: Filters, name: str) -> Agenda:
    """Units by a rate, against the period before.

    A unit has changed when the interval of the difference (Newcombe 1998) lies on one side of zero, so wide that among
    all units compared chance names a single one in no more than 5 of 100 meetings (Bonferroni). Fewer than 20
    dossiers in a period are not judged.
    """
    metric, previous = METRICS[name], filters.previous()
    frame = worst_first(run([name], filters, by=["unit"], parts=True), name)
    against = previous.period if is_covered(previous.period, snapshot) else None
    before = run([name], previous, by=["unit"], parts=True) if against else frame.head(0)
    frame, before = (each.assign(judged=trust.is_judged(metric, each)) for each in (frame, before))
    both = frame.merge(before, on="unit", how="left", suffixes=("", "_before"))
    cautions = [trust.caution(metric, row) for row in frame.to_dict("records")]
    found = _changes(both, metric)
    rows = zip(found.to_dict("records"), cautions, strict=True)
    lines = [_line(row, caution, metric, snapshot, filters) for row, caution in rows]
    ordered = sorted(lines, key=lambda line: GROUPS.index(line.group))
    return Agenda(metric, tuple(ordered), against, int(found["compared"].sum()))


def _changes(both: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """Rate, counts, the rate before, the interval of the difference and what it says, one row a unit."""
    name = metric.name
    top, bottom = both[f"{name}_n"].fillna(0), both[f"{name}_d"].fillna(0)  # not known before the data begins
    top_before, bottom_before = both[f"{name}_n_before"].astype(float), both[f"{name}_d_before"].astype(float)
    compared = both["judged"] & both["judged_before"].eq(True)
    quantile = compare.all_at_once(int(compared.sum()))
    low, high = compare.newcombe(top, bottom, top_before, bottom_before.fillna(0), quantile)
    sign = -1 if metric.direction == "down" else 1
    better, worse = np.minimum(sign * low, sign * high) > 0, np.maximum(sign * low, sign * high) < 0
    change = np.select([~compared, better, worse], ["", "improved", "worsened"], "unchanged")
    return pd.DataFrame(
        {
            "unit": both["unit"], "value": both[name], "top": top, "bottom": bottom,
            "previous": both[f"{name}_before"].astype(float), "low": low, "high": high, "change": change,
            "compared": compared, "judged": both["judged"],
        }
    )  # fmt: skip


def _line(row: dict[Any, Any], caution: Text | None, metric: Metric, snapshot: Snapshot, filters: Filters) -> Line:
    enough = bool(row["judged"])
    wanted = target_for(metric.name, snapshot.references, filters.end, row["unit"])
    target = wanted.value if wanted else None
    state = state_of(metric, row["value"], target) if enough else None
    change: Change | None = row["change"] or None
    return Line(
        row["unit"],
        float(row["value"]),
        int(row["top"]),
        int(row["bottom"]),
        float(row["previous"]),
        float(row["low"]),
        float(row["high"]),
        change,
        target,
        state,
        target is not None and enough and _excludes(metric, row, target),
        _group(state, change),
        enough,
        caution,
    )


def _excludes(metric: Metric, row: dict[Any, Any], target: float) -> bool:
    """Whether the 95 % interval of the rate (exact where few dossiers fall short) does not hold the target."""
    short = row["bottom"] - row["top"] if metric.direction == "up" else row["top"]
    low, high = (float(end) for end in compare.late_interval(short, row["bottom"]))
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
