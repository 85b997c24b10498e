"""What is left of an effect if every unit's trend from before the start went on after it.

Rambachan and Roth (2023, Review of Economic Studies 90) bound an effect by how far its comparison may fail. Taken here
is their bound of smoothness with M = 0: the difference of trends before the start goes on in a straight line. How
surely weeks show a trend is part of the bound.
"""

import datetime
from collections.abc import Collection

import numpy as np
import pandas as pd

from cchc.statistics.impact.choices import Floats, contrast
from cchc.statistics.impact.estimates import Bound, Estimate, TooThin
from cchc.statistics.impact.events import Grid
from cchc.statistics.impact.phases import phases, too_short

_FEWEST = 4  # periods before the start: through three a line is hardly known
_ONE_SIDED = 10  # an interval that misses in 1 of 10 cases misses on one side in 1 of 20


def lines_of(grid: Grid, start: datetime.date) -> Floats:
    """The line through each unit's rates before the start, every period weighing as many dossiers as it has, in every
    period (units by periods; NaN for a unit with fewer than four periods before)."""
    before = (phases(grid.periods, start) == "before").to_numpy(bool)
    place = np.arange(len(grid.periods), dtype=float)
    weight = np.where(before, grid.bottoms, 0.0)
    enough = (weight > 0).sum(axis=1) >= _FEWEST
    total = np.where(enough, weight.sum(axis=1), np.nan)
    rates = np.nan_to_num(grid.rates)
    middle, level = (weight * place).sum(axis=1) / total, (weight * rates).sum(axis=1) / total
    apart = place - middle[:, None]
    with np.errstate(invalid="ignore"):
        slope = (weight * apart * rates).sum(axis=1) / (weight * apart**2).sum(axis=1)
    return np.asarray(level[:, None] + slope[:, None] * apart)


def beyond_trend(panel: pd.DataFrame, treated: Collection[str], start: datetime.date) -> Bound | TooThin:
    """How far the treated units of `panel` (unit, period, top, bottom) rose above their own lines since the start, less
    how far the others did; among the same choices of units as the difference without trends."""
    grid = Grid.of(panel)
    short = too_short(grid.periods, start, _FEWEST)
    if short:
        return short
    after = (phases(grid.periods, start) == "after").to_numpy(bool)
    weight = np.where(after, grid.bottoms, 0.0)
    above = np.nan_to_num(grid.rates) - lines_of(grid, start)
    with np.errstate(invalid="ignore", divide="ignore"):
        excess = (weight * above).sum(axis=1) / weight.sum(axis=1)
    known = np.isfinite(excess)
    group, others = (mask & known for mask in (grid.units.isin(treated), ~grid.units.isin(treated)))
    noise = _noise(grid, weight, start)
    found = contrast(excess[group], excess[others], (noise[group], noise[others]), _ONE_SIDED)
    return found if isinstance(found, TooThin) else Bound(found.value, found.low, found.high)


def one_sided(estimate: Estimate | TooThin) -> Bound | TooThin:
    """The limits of which each is passed in one of twenty cases, from an interval that misses in one of twenty: 1.645
    errors away instead of 1.96 (of Student's distribution even less)."""
    if isinstance(estimate, TooThin):
        return estimate
    low, high = (estimate.value + 1.645 / 1.96 * (end - estimate.value) for end in (estimate.low, estimate.high))
    return Bound(estimate.value, low, high)


def _noise(grid: Grid, after: Floats, start: datetime.date) -> Floats:
    """The binomial variance of each unit's excess over its line: of both levels, and of the slope at that distance."""
    before = np.where((phases(grid.periods, start) == "before").to_numpy(bool), grid.bottoms, 0.0)
    place = np.arange(len(grid.periods), dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle, end = ((weight * place).sum(axis=1) / weight.sum(axis=1) for weight in (before, after))
        leverage = (end - middle) ** 2 / (before * (place - middle[:, None]) ** 2).sum(axis=1)
        tops = (np.nan_to_num(grid.rates) * (before + after)).sum(axis=1) + 1
        rate = tops / ((before + after).sum(axis=1) + 2)
        return np.asarray(rate * (1 - rate) * (1 / before.sum(axis=1) + 1 / after.sum(axis=1) + leverage))
