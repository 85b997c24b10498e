"""Rates of the units that somebody may compare with their own and not see the names of."""

from typing import Any

import pandas as pd

from cchc.figures import ratios
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period, containing
from cchc.store import unnamed
from cchc.store.snapshots import Snapshot

# What is known of them; see `store.unnamed.COUNTS`.
FIGURES = ("resolved", "late", "on_time_rate", "late_rate")
_MARK = "?"


def is_one(unit: str) -> bool:
    """Whether this stands for a unit without a name."""
    return unit.startswith(_MARK)


def are_there(snapshot: Snapshot) -> bool:
    """Whether there are units without a name beside those of this snapshot."""
    return (snapshot.folder / unnamed.FILE).exists()


def can_be_asked(snapshot: Snapshot, filters: Filters) -> bool:
    """Whether the question is about whole months and all dossiers of units or levels as they were: nothing else is
    known of units without a name."""
    period = filters.period
    last = containing("month", period.end).end
    is_whole = period.start.day == 1 and period.end in (last, snapshot.as_of)
    return is_whole and not filters.chosen.keys() - {"unit", "level"} and snapshot.boundaries == "then"


def rows(snapshot: Snapshot, filters: Filters) -> pd.DataFrame | None:
    """FIGURES with their parts as `query.run` gives them, a row for each other unit in no order that means anything,
    `unit` a sign in place of its id; None where there are none, or the question cannot be asked of them."""
    table = unnamed.read(snapshot) if can_be_asked(snapshot, filters) else None
    if table is None:
        return None
    found = table.to_pandas()
    there = _within(found["month"], filters.period)
    if filters.levels:
        there = there & found["level"].isin(filters.levels)
    sums = found[there].groupby("unit", sort=True)[list(unnamed.COUNTS)].sum()
    chosen = [METRICS[name] for name in FIGURES]
    figures = ratios.figures(chosen, {name: sums[name].to_numpy() for name in unnamed.COUNTS}, parts=True)
    return pd.DataFrame({"unit": [f"{_MARK}{number}" for number in sums.index], **figures})


def _within(months: pd.Series, period: Period) -> Any:
    days = pd.to_datetime(months)
    return ((days >= pd.Timestamp(period.start)) & (days <= pd.Timestamp(period.end))).to_numpy()
