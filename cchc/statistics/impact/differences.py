"""Did the units with the model change more than those without it: each of them, and together."""

import datetime
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from cchc.schema import MINIMUM
from cchc.statistics.compare import newcombe
from cchc.statistics.impact.choices import Floats, contrast
from cchc.statistics.impact.estimates import Caveat, Estimate, TooThin
from cchc.statistics.impact.phases import start_caveats, too_short, two_sides

_MISS = 0.05  # of a 95 % interval
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


def own_change(before: tuple[float, float], after: tuple[float, float], miss: float = _MISS) -> Estimate | TooThin:
    """Change of one rate from (top, bottom) before to (top, bottom) after, with Newcombe's interval, which misses the
    change with a probability of `miss`."""
    for top, bottom in (before, after):
        if not bottom > 0:
            return TooThin("no_dossiers", 0, 1)
        if top > bottom:
            return TooThin("not_a_share", int(bottom), math.ceil(top))
    low, high = (float(end) for end in newcombe(*after, *before, quantile(miss)))
    value = after[0] / after[1] - before[0] / before[1]
    few: tuple[Caveat, ...] = ("small_denominator",) if min(before[1], after[1]) < MINIMUM else ()
    n = int(before[1] + after[1])
    return Estimate(value, min(low, value), max(high, value), n, "own_change", ("no_comparison", *few))


Side = tuple[float, float]


def net_change(ours: tuple[Side, Side], others: tuple[Side, Side], miss: float = _MISS) -> Estimate | TooThin:
    """Change of one rate less the change of another, each from (top, bottom) before to (top, bottom) after, whose
    dossiers are independent of each other: both of Newcombe's intervals are joined as squares of distances to the
    estimate (MOVER: Zou and Donner 2008, Statistics in Medicine 27)."""
    own, reference = own_change(*ours, miss), own_change(*others, miss)
    if isinstance(own, TooThin):
        return own
    if isinstance(reference, TooThin):
        return reference
    value = own.value - reference.value
    low = value - math.hypot(own.value - own.low, reference.high - reference.value)
    high = value + math.hypot(own.high - own.value, reference.value - reference.low)
    few: tuple[Caveat, ...] = ("small_denominator",) if "small_denominator" in own.caveats + reference.caveats else ()
    return Estimate(value, low, high, own.n + reference.n, "difference_in_differences", few)


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
    units |= _each(sides, apart, caveats, _MISS)
    pooled, distribution = _pooled(sides[sides["treated"] & ~sides.index.isin(apart)], others, caveats)
    return Differences(units, pooled, distribution, sides.reset_index())


def each_against(result: Differences, miss: float) -> dict[str, Estimate | TooThin]:
    """The estimates of single units of `result` with intervals that miss with a probability of `miss`."""
    if isinstance(result.pooled, TooThin) and not any(isinstance(each, Estimate) for each in result.units.values()):
        return result.units
    return result.units | _each(result.changes.set_index("unit"), (), (), miss)


def _each(
    sides: pd.DataFrame, apart: Collection[str], caveats: tuple[Caveat, ...], miss: float
) -> dict[str, Estimate | TooThin]:
    reference = _Reference.of(sides[~sides["treated"] & sides["change"].notna()], miss)
    return {
        str(row.Index): _against(reference, row, ("apart", *caveats) if row.Index in apart else caveats, miss)
        for row in sides[sides["treated"]].itertuples()
    }


def surely(units: Collection[str], at: Callable[[float], Mapping[str, Estimate | TooThin]]) -> frozenset[str]:
    """The units whose change is surely not zero, all of these verdicts together right with 95 %: Holm (1979,
    Scandinavian Journal of Statistics 6). `at` gives the estimates with intervals that miss with a probability."""
    left, sure = set(units), set[str]()
    while left:
        estimates = at(_MISS / len(left))
        shown = {unit for unit in left if _excludes_zero(estimates[unit])}
        if not shown:
            break
        sure, left = sure | shown, left - shown
    return frozenset(sure)


def _excludes_zero(estimate: Estimate | TooThin) -> bool:
    return isinstance(estimate, Estimate) and not estimate.low <= 0 <= estimate.high


def quantile(miss: float) -> float:
    """The normal quantile of an interval that misses with this probability, half of it on either side."""
    return float(ndtri(1 - miss / 2))


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
    def of(cls, others: pd.DataFrame, miss: float) -> "_Reference":
        count, changes = len(others), others["change"].to_numpy(float)
        if count < _FEWEST:
            return cls(count, 0.0, 0.0, False)
        stretched = float(changes.var(ddof=1)) * float(stdtrit(count - 1, 1 - miss / 2)) ** 2
        between = max(0.0, stretched - quantile(miss) ** 2 * float(others["noise"].mean()))
        return cls(count, float(changes.mean()), math.sqrt(between + stretched / count), _are_small(others))


def _against(reference: _Reference, row: Any, caveats: tuple[Caveat, ...], miss: float) -> Estimate | TooThin:
    """One unit's change less the mean of the others: Newcombe's interval of its own change and the others' reach are
    joined as squares of distances to the estimate (MOVER: Zou and Donner 2008, Statistics in Medicine 27)."""
    own = own_change((row.top_before, row.bottom_before), (row.top_after, row.bottom_after), miss)
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
