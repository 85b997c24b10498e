"""Weeks before a start against weeks after it, the weeks themselves showing how far chance moves them."""

import math
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

from cchc.statistics.compare import wilson
from cchc.statistics.impact.choices import NEARLY, Floats
from cchc.statistics.impact.estimates import Caveat, Design, Estimate, TooThin


@dataclass(frozen=True)
class Level:
    """A figure of some weeks, and the variance with which so many weeks show it."""

    value: float
    variance: float
    weeks: int


def mean(values: Floats) -> Level:
    """The mean of weekly figures."""
    return Level(float(values.mean()), float(values.var(ddof=1)) / len(values), len(values))


def ratios(tops: Floats, bottoms: Floats, signs: Floats) -> Level:
    """Ratios of sums over the weeks (rows), added up with their signs (columns).

    Leaving out one week at a time shows the variance (cluster jackknife: MacKinnon, Nielsen and Webb 2023, Journal of
    Applied Econometrics 38), whatever the dossiers of one week have in common. Every column needs two weeks with
    dossiers.
    """
    value = float(tops.sum(axis=0) / bottoms.sum(axis=0) @ signs)
    without_one = (tops.sum(axis=0) - tops) / (bottoms.sum(axis=0) - bottoms) @ signs
    weeks = len(tops)
    return Level(value, float(((without_one - value) ** 2).sum()) * (weeks - 1) / weeks, weeks)


def share(level: Level, top: int, bottom: int) -> Estimate:
    """A share 0-1 of `top` among `bottom` dossiers, with the wider of two intervals on each side: Student's over the
    weeks, and Wilson's, which stands also where no week differs from the others."""
    half = float(stdtrit(level.weeks - 1, 0.975)) * math.sqrt(level.variance)
    low, high = (float(end) for end in wilson(top, bottom))
    low, high = max(0.0, min(low, level.value - half)), min(1.0, max(high, level.value + half))
    return Estimate(level.value, low, high, bottom, "weekday_share", ("independent_weeks",))


def change(before: Level, after: Level, n: int, design: Design, caveats: tuple[Caveat, ...]) -> Estimate | TooThin:
    """After less before, with the interval of Welch's t."""
    variance = before.variance + after.variance
    if variance < NEARLY**2:
        return TooThin("no_variation", 1, 2)
    freedom = variance**2 / sum(side.variance**2 / (side.weeks - 1) for side in (before, after))
    value, error = after.value - before.value, math.sqrt(variance)
    half = float(stdtrit(freedom, 0.975)) * error
    p = float(2 * stdtr(freedom, -abs(value) / error))
    return Estimate(value, value - half, value + half, n, design, caveats, p)
