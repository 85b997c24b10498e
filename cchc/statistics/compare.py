"""Comparing rates fairly: the interval of a rate and of a difference, units in a funnel, the few that make half."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]
# Outside 99.8 % is "different", outside 95 % "look"; "none" within, or without a rate.
Verdict = Literal["different", "look", "none"]

# Normal quantiles of the two-sided 95 % and 99.8 %.
Z95, Z998 = 1.959963984540054, 3.090232306167813
# Up to so many late dossiers the interval is exact: the normal approximation has too little to stand on.
FEW_LATE = 5


def wilson(numerators: ArrayLike, denominators: ArrayLike, quantile: float = Z95) -> tuple[Floats, Floats]:
    """Low and high ends of the score intervals of rates (Wilson 1927), 95 % or what a normal quantile says; NaN where
    a denominator is zero."""
    top, n = _counts(numerators, denominators)
    p = top / n
    centre = p + quantile**2 / (2 * n)
    half = quantile * np.sqrt(p * (1 - p) / n + quantile**2 / (4 * n**2))
    scale = 1 + quantile**2 / n
    # At 0 and at all of them the ends are 0 and 1, whatever is left of the difference in the last bits.
    return np.where(top == 0, 0 * p, (centre - half) / scale), np.where(top == n, p, (centre + half) / scale)


def exact(numerators: ArrayLike, denominators: ArrayLike, quantile: float = Z95) -> tuple[Floats, Floats]:
    """Low and high ends of the exact intervals of rates (Clopper & Pearson 1934), 95 % or what a normal quantile
    says; NaN where a denominator is zero."""
    top, n = _counts(numerators, denominators)
    tail = special.ndtr(-quantile)
    low = special.betaincinv(np.maximum(top, 1), n - top + 1, tail)
    high = special.betaincinv(top + 1, np.maximum(n - top, 1), 1 - tail)
    return np.where(top == 0, 0 * n, low), np.where(top == n, n / n, high)


def late_interval(late: ArrayLike, resolved: ArrayLike) -> tuple[Floats, Floats]:
    """Low and high ends of the 95 % intervals of late rates: exact up to FEW_LATE late dossiers, Wilson above.

    The interval of the on-time rate is its mirror image: 1 - high to 1 - low.
    """
    few = np.asarray(late) <= FEW_LATE
    ends = zip(exact(late, resolved), wilson(late, resolved), strict=True)
    low, high = (np.where(few, small, large) for small, large in ends)
    return low, high


def newcombe(
    numerators1: ArrayLike,
    denominators1: ArrayLike,
    numerators2: ArrayLike,
    denominators2: ArrayLike,
    quantile: float = Z95,
) -> tuple[Floats, Floats]:
    """Low and high ends of the intervals of differences, first rate minus second (Newcombe 1998, hybrid score), 95 %
    or what a normal quantile says; NaN where a denominator is zero."""
    (top1, n1), (top2, n2) = _counts(numerators1, denominators1), _counts(numerators2, denominators2)
    (low1, high1), (low2, high2) = wilson(top1, n1, quantile), wilson(top2, n2, quantile)
    p1, p2 = top1 / n1, top2 / n2
    difference = p1 - p2
    return difference - np.hypot(p1 - low1, high2 - p2), difference + np.hypot(high1 - p1, p2 - low2)


def all_at_once(count: int) -> float:
    """The normal quantile at which so many intervals hold all together in 95 % of cases (Bonferroni)."""
    return float(special.ndtri(1 - 0.025 / max(count, 1)))


def _counts(numerators: ArrayLike, denominators: ArrayLike) -> tuple[Floats, Floats]:
    """Both as floats, a denominator of zero as NaN: what is computed from it is then not available."""
    n = np.asarray(denominators, dtype=np.float64)
    return np.asarray(numerators, dtype=np.float64), np.where(n > 0, n, np.nan)


@dataclass(frozen=True)
class Funnel:
    """How rates of units spread around the rate of all, with limits that allow for overdispersion.

    `overall` is the rate of all units together (0-1), `phi` the overdispersion (1: no more than chance), `tau2` the
    variance between units it implies, on the scale of arcsin(sqrt(rate)). Per unit, in the order given: `z`, how many
    standard errors it lies from the overall rate, and `verdicts`; NaN and "none" for a unit without a denominator.
    """

    overall: float
    phi: float
    tau2: float
    z: Floats
    verdicts: tuple[Verdict, ...]

    def limits(self, denominators: ArrayLike, quantile: float) -> tuple[Floats, Floats]:
        """Low and high limits (0-1) for units of these sizes at a normal quantile, Z95 or Z998. The larger the unit,
        the narrower."""
        centre = np.arcsin(np.sqrt(self.overall))
        reach = quantile * np.sqrt(_error(denominators) ** 2 + self.tau2)
        # Beyond a quarter turn the sine would come back: a limit stays at 0 or 1 there.
        low, high = (np.sin(np.clip(angle, 0, np.pi / 2)) ** 2 for angle in (centre - reach, centre + reach))
        return low, high


def funnel(numerators: ArrayLike, denominators: ArrayLike) -> Funnel:
    """The funnel of units with these counts (Spiegelhalter 2005, as FunnelPlotR: arcsine transformation, z
    winsorised at the 10th and 90th percentile, additive overdispersion)."""
    top, n = _counts(numerators, denominators)
    known = ~np.isnan(n)
    if not known.any():
        z = np.full(n.shape, np.nan)
        return Funnel(np.nan, np.nan, np.nan, z, tuple(map(_verdict, z)))
    overall = top[known].sum() / n[known].sum()
    distance = np.arcsin(np.sqrt(top / n)) - np.arcsin(np.sqrt(overall))
    error = _error(n)
    z = (distance / error)[known]
    phi = float(np.mean(np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2))
    tau2 = _between(phi, error[known])
    adjusted = distance / np.sqrt(error**2 + tau2)
    return Funnel(float(overall), phi, tau2, adjusted, tuple(map(_verdict, adjusted)))


def _verdict(z: float) -> Verdict:
    return "different" if abs(z) > Z998 else "look" if abs(z) > Z95 else "none"


def _error(denominators: ArrayLike) -> Floats:
    """The standard error of arcsin(sqrt(rate)), the same for every rate."""
    return np.asarray(0.5 / np.sqrt(np.asarray(denominators, dtype=np.float64)))


def _between(phi: float, error: Floats) -> float:
    """The variance between units that explains an overdispersion `phi` (DerSimonian & Laird 1986)."""
    weight, count = 1 / error**2, error.size
    spare = weight.sum() - (weight**2).sum() / weight.sum()
    if phi <= 1 or spare <= 0:
        return 0.0
    return max(0.0, float((count * phi - (count - 1)) / spare))


def fewest_that_make_half(frame: pd.DataFrame, key: str, count: str) -> list[str]:
    """The smallest set of `key` values that holds at least half of the sum of `count`, largest first (Pareto).

    Those that hold as much as its last belong to it too, as nobody could say which of them to leave out; none where
    that would be all of several.
    """
    ordered = frame[frame[count] > 0].sort_values([count, key], ascending=[False, True])
    if ordered.empty:
        return []
    reached = ordered[count].cumsum() >= ordered[count].sum() / 2
    enough = int(reached.to_numpy().argmax()) + 1
    few = ordered[ordered[count] >= ordered[count].iloc[enough - 1]]
    return [] if enough < len(few) == len(ordered) else list(few[key])
