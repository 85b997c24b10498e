"""The effect period by period: before the start, where there should be none, and after it."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cchc.schema import MINIMUM
from cchc.statistics.impact.choices import Floats, contrast
from cchc.statistics.impact.estimates import Caveat, Design, Estimate, TooThin
from cchc.statistics.impact.phases import phases, start_caveats, too_short

Mask = NDArray[np.bool_]

_LEADS = 3


@dataclass(frozen=True)
class Effect:
    """The effect in one period; `event` counts full periods from the start: 0 is the first, -1 the base."""

    period: pd.Timestamp
    event: int
    estimate: Estimate | TooThin


@dataclass(frozen=True)
class EventStudy:
    """Effects relative to `base`, the last full period before the start (which is not among them), oldest first;
    `pre_trend`: by how much a period the treated drew away from the others before the start. Evidence, not a gate."""

    base: pd.Timestamp
    effects: tuple[Effect, ...]
    pre_trend: Estimate | TooThin


def event_study(
    panel: pd.DataFrame, treated: Collection[str], start: datetime.date, apart: Collection[str] = ()
) -> EventStudy | TooThin:
    """Effect per period on `treated` against the other units of `panel` (unit, period, top, bottom), relative to the
    last period before the start; each interval is that of the permutation test in its period. Units of another kind,
    named in `apart`, take no part."""
    grid = Grid.of(panel[~panel["unit"].isin(apart)])
    group = grid.units.isin(treated)
    short = too_short(grid.periods, start) or too_few(group, ~group)
    if short:
        return short
    cells = cells_of(grid, group, np.tile(~group, (len(grid.periods), 1)), start)
    effects = tuple(Effect(cell.period, cell.event, cell.estimate("event_study")) for cell in cells)
    before = (phases(grid.periods, start) == "before").to_numpy(bool)
    return EventStudy(grid.periods[before].max(), effects, _pre_trend(grid, group, before))


@dataclass(frozen=True)
class Grid:
    """Rates (NaN without dossiers) and their denominators, units by periods."""

    units: pd.Index
    periods: pd.Series
    rates: Floats
    bottoms: Floats

    @classmethod
    def of(cls, panel: pd.DataFrame) -> "Grid":
        """The grid of a panel: unit, period, top, bottom; what is counted twice is added up."""
        sums = panel.groupby(["unit", "period"])[["top", "bottom"]].sum()
        tops, bottoms = (sums[part].unstack(fill_value=0) for part in ("top", "bottom"))
        rates = tops / bottoms.where(bottoms > 0)
        return cls(tops.index, pd.Series(tops.columns), rates.to_numpy(float), bottoms.to_numpy(float))


@dataclass(frozen=True)
class Cell:
    """Every unit's change from the base to one period with its binomial variance (`noise`, of which `noise_base` is the
    base's), and who is compared with whom. `n`: the treated's dossiers in both, `n_base` those in the base."""

    period: pd.Timestamp
    event: int
    changes: Floats
    noise: Floats
    noise_base: Floats
    treated: Mask
    others: Mask
    n: int
    n_base: int
    caveats: tuple[Caveat, ...]

    def estimate(self, design: Design) -> Estimate | TooThin:
        """The effect in this period."""
        noise = self.noise[self.treated], self.noise[self.others]
        found = contrast(self.changes[self.treated], self.changes[self.others], noise)
        if isinstance(found, TooThin):
            return found
        caveats = (*found.caveats, *self.caveats)
        return Estimate(found.value, found.low, found.high, self.n, design, caveats, found.p)


def cells_of(grid: Grid, group: Mask, others: Mask, start: datetime.date, lines: Floats | None = None) -> list[Cell]:
    """One cell for every full period but the base, for the units of `group`, which start at `start`, against those
    that `others` (periods by units) allows both in that period and in the base. With `lines` (units by periods) a
    unit's change is from its line in that period, not from its rate in the base."""
    phase = phases(grid.periods, start)
    full = [at for at, side in enumerate(phase) if side != "across"]
    first = next(at for at in full if phase[at] == "after")
    origin = full.index(first)
    base = full[origin - 1]
    caveats: tuple[Caveat, ...] = ("pointwise", *start_caveats(grid.periods, start))
    cells = []
    for event, at in ((position - origin, at) for position, at in enumerate(full) if at != base):
        changes = grid.rates[:, at] - (grid.rates[:, base] if lines is None else lines[:, at])
        known = np.isfinite(changes)
        treated, compared = group & known, others[at] & others[base] & known
        sizes = grid.bottoms[:, [base, at]]
        left_out: tuple[Caveat, ...] = ("units_left_out",) if (group & ~known).any() else ()
        small: tuple[Caveat, ...] = ("small_denominator",) if (sizes[treated | compared] < MINIMUM).any() else ()
        n, n_base = int(sizes[treated].sum()), int(sizes[treated, 0].sum())
        said, noise, of_base = (*caveats, *left_out, *small), noise_of(grid, [base, at]), noise_of(grid, [base])
        cells.append(Cell(grid.periods[at], event, changes, noise, of_base, treated, compared, n, n_base, said))
    return cells


def noise_of(grid: Grid, periods: Sequence[int]) -> Floats:
    """The binomial variance of each unit's difference between two periods. A rate of few dossiers may be 0 or 1 by
    chance, which is no sign that it does not vary: one dossier of either kind is added (Agresti and Caffo 2000)."""
    sizes = grid.bottoms[:, periods]
    rates = (np.nan_to_num(grid.rates[:, periods]) * sizes + 1) / (sizes + 2)
    return np.asarray((rates * (1 - rates) / np.maximum(sizes, 1)).sum(axis=1))


def too_few(treated: Mask, others: Mask) -> TooThin | None:
    """Why so many units are too few to compare; None if they are enough."""
    if not treated.any():
        return TooThin("no_treated", 0, 1)
    return TooThin("few_controls", int(others.sum()), 2) if others.sum() < 2 else None


def _pre_trend(grid: Grid, group: Mask, before: Mask) -> Estimate | TooThin:
    """Slope a period of the treated's rates before the start less that of the others'."""
    if before.sum() < _LEADS:
        return TooThin("few_points_before", int(before.sum()), _LEADS)
    rates = grid.rates[:, before]
    known = np.isfinite(rates)
    place = np.where(known, np.arange(before.sum()), np.nan)
    enough = known.sum(axis=1) >= _LEADS
    place = place[enough] - np.nanmean(place[enough], axis=1, keepdims=True)
    slopes = np.nansum(place * rates[enough], axis=1) / np.nansum(place**2, axis=1)
    found = contrast(slopes[group[enough]], slopes[~group[enough]])
    if isinstance(found, TooThin):
        return found
    n = int(grid.bottoms[np.ix_(group & enough, before)].sum())
    left_out: tuple[Caveat, ...] = () if enough.all() else ("units_left_out",)
    return Estimate(found.value, found.low, found.high, n, "pre_trend", (*found.caveats, *left_out), found.p)
