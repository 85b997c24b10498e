"""The change of treated units against that of the others, judged by every other choice of units that could have been.

Had the model done nothing, any other set of as many units could as well have been the treated one. The distribution of
the difference over all such sets is exact with few units, where cluster-robust tests reject too often (MacKinnon and
Webb, Queen's Economics Department WP 1355). The interval holds every constant effect that this test does not reject.
"""

import itertools
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from cchc.statistics.impact.estimates import Caveat, TooThin

Floats = NDArray[np.float64]

_MOST_SETS = 200_000
_DRAWN = 20_000
_SEED = 1255
_ONE_IN = 20  # the 5 % of a 95 % interval
# In simulations the choices alone hold the effect in fewer than 94 of 100 cases from this ratio of variances on.
MUCH = 1.25
# Differences of rates below this are rounding.
NEARLY = 1e-12


@dataclass(frozen=True)
class Contrast:
    """Mean change of the treated less mean change of the others, with its interval, two-sided p and, in
    `distribution`, the same difference for every choice of units (the choice that was made comes first)."""

    value: float
    low: float
    high: float
    p: float
    distribution: Floats
    caveats: tuple[Caveat, ...]


def contrast(
    treated: Floats, others: Floats, noise: tuple[Floats, Floats] | None = None, one_in: int = _ONE_IN
) -> Contrast | TooThin:
    """Compare the changes of treated units with those of units without the model.

    The interval misses the effect in one of `one_in` cases, half of them on either side. `noise` holds the binomial
    variances of both sides' changes: choices are alike only if chance moves all units alike, so where treated units
    have so few dossiers that it moves them much more, the interval is widened to what their dossiers allow.

    With so few choices that no effect could ever be rejected (1 of 17: p is at least 1/17) the interval and p are those
    of the two-sample t with one variance, where the others' spread stands for that of the treated.
    """
    k, m = len(treated), len(others)
    if k == 0:
        return TooThin("no_treated", 0, 1)
    if m < 2:
        return TooThin("few_controls", m, 2)
    residuals = np.concatenate([treated - treated.mean(), others - others.mean()])
    if np.abs(residuals).max() < NEARLY:
        return TooThin("no_variation", 1, 2)
    value = float(treated.mean() - others.mean())
    sets, overlap = choices(k + m, k)
    # Relative to what the observed difference explains: the same differences, without rounding from a common level.
    shifts = overlap / k - (k - overlap) / m
    sums = residuals[sets].sum(axis=1)
    distribution = sums * (1 / k + 1 / m) + value * shifts
    p = float(np.mean(np.abs(distribution) >= abs(value) - NEARLY))
    low, high = _not_rejected(value, distribution, shifts, one_in)
    caveats: tuple[Caveat, ...] = ("sampled",) if math.comb(k + m, k) > _MOST_SETS else ()
    if not math.isfinite(low) or not math.isfinite(high):
        low, high, p = _by_one_variance(value, residuals, k, m, one_in)
        caveats = ("few_choices",)
    if noise and (half := _half_of_noisier(others, noise, k, one_in)):
        low, high, caveats = min(low, value - half), max(high, value + half), (*caveats, "smaller_units")
    return Contrast(value, low, high, p, distribution, caveats)


@lru_cache(maxsize=8)
def choices(units: int, treated: int) -> tuple[NDArray[np.int16], Floats]:
    """Every choice of `treated` out of `units` positions (one a row, 0..treated-1 first), and how many of the first
    `treated` positions each holds; beyond 200,000 choices a seeded sample of 20,000 that includes the first."""
    if math.comb(units, treated) <= _MOST_SETS:
        every = itertools.chain.from_iterable(itertools.combinations(range(units), treated))
        sets = np.fromiter(every, np.int16).reshape(-1, treated)
    else:
        random = np.random.default_rng(_SEED)
        orders = np.tile(np.arange(units, dtype=np.int16), (_DRAWN, 1))
        orders[1:] = random.permuted(orders[1:], axis=1)
        sets = orders[:, :treated]
    return sets, (sets < treated).sum(axis=1).astype(float)


def _not_rejected(value: float, distribution: Floats, shifts: Floats, one_in: int) -> tuple[float, float]:
    """The least and the greatest constant effect whose two-sided p exceeds 1 / `one_in`, exactly.

    Taking an effect t from the treated changes the observed difference to value - t and that of a choice to
    d - t * shift. Because |shift| < 1, the choice is at least as extreme as the observed for t between the two roots of
    |d - t * shift| = |value - t|, an interval around `value`. So p(t) only falls away from `value`, and the limits are
    order statistics of the roots.
    """
    rank = len(distribution) // one_in
    always = np.abs(shifts) > 1 - NEARLY  # the observed choice, and its mirror image among two halves
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = np.stack([(value - distribution) / (1 - shifts), (value + distribution) / (1 + shifts)])
    low = np.where(always, -np.inf, roots.min(axis=0))
    high = np.where(always, np.inf, roots.max(axis=0))
    # Every such interval holds `value`; rounding may not take that away.
    return min(value, float(np.partition(low, rank)[rank])), max(value, -float(np.partition(-high, rank)[rank]))


def _half_of_noisier(others: Floats, noise: tuple[Floats, Floats], k: int, one_in: int) -> float:
    """Half the width of an interval in which each treated unit varies as the others do between themselves and, beyond
    that, as its own dossiers let it; 0 where that is hardly more than the others vary."""
    of_treated, of_others = (float(each.mean()) for each in noise)
    variance = float(others.var(ddof=1))
    between = max(0.0, variance - of_others)
    mine, theirs = between + of_treated, max(variance, of_others)
    if mine <= MUCH * theirs:
        return 0.0
    m = len(others)
    return float(stdtrit(m - 1, 1 - 0.5 / one_in)) * math.sqrt(mine / k + theirs / m)


def _by_one_variance(value: float, residuals: Floats, k: int, m: int, one_in: int) -> tuple[float, float, float]:
    freedom = k + m - 2
    error = math.sqrt(float(residuals @ residuals) / freedom * (1 / k + 1 / m))
    half = float(stdtrit(freedom, 1 - 0.5 / one_in)) * error
    return value - half, value + half, float(2 * stdtr(freedom, -abs(value) / error))
