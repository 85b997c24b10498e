"""Did the units with the model change more than those without it: each of them, and together."""

import datetime
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from cchc.schema import MINIMUM
from cchc.statistics.compare import Z95, newcombe
from cchc.statistics.impact.choices import Floats, contrast
from cchc.statistics.impact.estimates import Caveat, Estimate, TooThin
from cchc.statistics.impact.phases import start_caveats, too_short, two_sides

_FEWEST = 2  # units without the model: one alone does not show how units differ


@dataclass(frozen=True)
class Differences:
    """`units` holds an estimate per treated unit, `pooled` their mean against the others, `distribution` the pooled
    difference under every choice of as many units (the choice that was made comes first; empty without a pooled
    estimate), `changes` one row a unit: treated, top_before, bottom_before, top_after, bottom_after, change, and
    `noise`, the binomial variance of the change."""

    units: dict[str, Estimate | TooThin]
    pooled: Estimate | TooThin
    distribution: Floats
    changes: pd.DataFrame


def own_change(before: tuple[float, float], after: tuple[float, float]) -> Estimate | TooThin:
    """Change of one rate from (top, bottom) before to (top, bottom) after, with Newcombe's interval."""
    for top, bottom in (before, after):
        if not bottom > 0:
            return TooThin("no_dossiers", 0, 1)
        if top > bottom:
            return TooThin("not_a_share", int(bottom), math.ceil(top))
    low, high = (float(end) for end in newcombe(*after, *before))
    value = after[0] / after[1] - before[0] / before[1]
    few: tuple[Caveat, ...] = ("small_denominator",) if min(before[1], after[1]) < MINIMUM else ()
    n = int(before[1] + after[1])
    return Estimate(value, min(low, value), max(high, value), n, "own_change", ("no_comparison", *few))


def differences(
    panel: pd.DataFrame, treated: Collection[str], start: datetime.date, apart: Collection[str] = ()
) -> Differences:
    """Difference in differences of a rate, from all periods before the start to all after it.

    `panel` has unit, period, top, bottom; rates are ratios of sums. Units of `treated` that are of another kind than
    the rest (a district one-stop among communes) are named in `apart`: each gets its own estimate, but none enters the
    pooled one or its choices. Every unit counts once in a mean, whatever its size.
    """
    sides = two_sides(panel, start)
    sides.insert(0, "treated", sides.index.isin([*treated, *apart]))
    short = too_short(panel.loc[panel["bottom"] > 0, "period"], start)
    units: dict[str, Estimate | TooThin] = dict.fromkeys([*treated, *apart], short or TooThin("no_dossiers", 0, 1))
    if short:
        return Differences(units, short, np.empty(0), sides.reset_index())
    caveats = start_caveats(panel["period"], start)
    others = sides[~sides["treated"] & sides["change"].notna()]
    reference = _Reference.of(others)
    for row in sides[sides["treated"]].itertuples():
        unit = str(row.Index)
        units[unit] = _against(reference, row, ("apart", *caveats) if unit in apart else caveats)
    pooled, distribution = _pooled(sides[sides["treated"] & ~sides.index.isin(apart)], others, caveats)
    return Differences(units, pooled, distribution, sides.reset_index())


def _pooled(
    treated: pd.DataFrame, others: pd.DataFrame, caveats: tuple[Caveat, ...]
) -> tuple[Estimate | TooThin, Floats]:
    usable = treated[treated["change"].notna()]
    (ours, noise), (theirs, other_noise) = (
        (side["change"].to_numpy(float), side["noise"].to_numpy(float)) for side in (usable, others)
    )
    found = contrast(ours, theirs, (noise, other_noise))
    if isinstance(found, TooThin):
        return found, np.empty(0)
    said: dict[Caveat, bool] = {
        "units_left_out": len(usable) < len(treated),
        "small_denominator": _are_small(usable) or _are_small(others),
    }
    caveats = (*found.caveats, *caveats, *(caveat for caveat, is_so in said.items() if is_so))
    n = int(usable[["bottom_before", "bottom_after"]].to_numpy().sum())
    return Estimate(found.value, found.low, found.high, n, "permutation", caveats, found.p), found.distribution


@dataclass(frozen=True)
class _Reference:
    """What units without the model did: how many they are, their mean change, and how far one unit may lie from it.

    `reach` is half the width of an interval that holds the difference between units that change for reasons of their
    own (what these changes vary beyond their binomial variance) and the uncertainty of the mean. That few units were
    seen is allowed for before the binomial part is taken off: the variance is stretched from a normal to Student's
    quantile.
    """

    units: int
    mean: float
    reach: float
    are_small: bool

    @classmethod
    def of(cls, others: pd.DataFrame) -> "_Reference":
        count, changes = len(others), others["change"].to_numpy(float)
        if count < _FEWEST:
            return cls(count, 0.0, 0.0, False)
        stretched = float(changes.var(ddof=1)) * float(stdtrit(count - 1, 0.975)) ** 2
        between = max(0.0, stretched - Z95**2 * float(others["noise"].mean()))
        return cls(count, float(changes.mean()), math.sqrt(between + stretched / count), _are_small(others))


def _against(reference: _Reference, row: Any, caveats: tuple[Caveat, ...]) -> Estimate | TooThin:
    """One unit's change less the mean of the others: Newcombe's interval of its own change and the others' reach are
    joined as squares of distances to the estimate (MOVER: Zou and Donner 2008, Statistics in Medicine 27)."""
    own = own_change((row.top_before, row.bottom_before), (row.top_after, row.bottom_after))
    if isinstance(own, TooThin):
        return own
    if reference.units < _FEWEST:
        return TooThin("few_controls", reference.units, _FEWEST)
    value = own.value - reference.mean
    low = value - math.hypot(own.value - own.low, reference.reach)
    high = value + math.hypot(own.high - own.value, reference.reach)
    if reference.are_small or "small_denominator" in own.caveats:
        caveats = (*caveats, "small_denominator")
    return Estimate(value, low, high, own.n, "difference_in_differences", caveats)


def _are_small(sides: pd.DataFrame) -> bool:
    return bool((sides[["bottom_before", "bottom_after"]].to_numpy() < MINIMUM).any())
