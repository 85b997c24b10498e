"""Control charts: which changes of a series are real, and which are the ordinary variation of a steady process?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr

from cchc.schema import Direction

Array = npt.NDArray[np.float64]
Signs = npt.NDArray[np.int64]
Numbers = Sequence[float] | npt.NDArray[Any]
Rule = Literal["outside", "trend", "two_in_three", "run"]
Meaning = Literal["improvement", "concern", "neutral", "common"]
Assurance = Literal["passing", "failing", "hit_or_miss"]

# From here limits are drawn, but on trial; from there they are settled (NHS England, Making Data Count).
FEWEST, SETTLED = 6, 13
RUN = 7
# With fewer misses (or hits) than this a point, a rate is judged by exact probabilities.
FEW = 5
# Wheeler, Understanding Variation: three standard deviations are 2.66 mean moving ranges of two points, one standard
# deviation is a 1.128th of it, and a moving range beyond 3.267 of their mean does not belong to a steady process.
_LIMIT, _DEVIATION, _SCREEN = 2.66, 1.128, 3.267
# The median of a geometric distribution, over its mean (Provost and Murray, The Health Care Data Guide, ch. 7).
_MEDIAN = 0.693
# What a normal distribution leaves beyond three standard deviations on one side.
_CHANCE = 0.00135
# A point on a line is not beyond it, whatever floats make of the line.
_EXACT = 1e-12
_PRECEDENCE: tuple[Rule, ...] = ("outside", "trend", "two_in_three", "run")


@dataclass(frozen=True)
class Signal:
    """Positions of points that fired a rule together, ascending; `side` is 1 for high or rising ones, -1 for low."""

    rule: Rule
    side: int
    points: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Limits:
    """The lines of a chart, one value a point; NaN in a segment of fewer than 6 points."""

    centre: Array
    lower: Array
    upper: Array
    near_lower: Array
    near_upper: Array


@dataclass(frozen=True, eq=False)
class Chart:
    """A judged series in the order of time. `starts` are the positions where segments begin, the first is 0."""

    values: Array
    limits: Limits
    starts: tuple[int, ...]
    signals: tuple[Signal, ...]

    def fired(self) -> tuple[list[Rule | None], list[int]]:
        """The rule each point fired (the first of: outside, trend, two in three, run) and its side; None and 0 for
        ordinary variation. A point that ends one trend and begins another belongs to the newer one."""
        rules: list[Rule | None] = [None] * self.values.size
        sides = [0] * self.values.size
        for signal in sorted(self.signals, key=lambda signal: -_PRECEDENCE.index(signal.rule)):
            for point in signal.points:
                rules[point], sides[point] = signal.rule, signal.side
        return rules, sides

    @property
    def last_size(self) -> int:
        """Points in the last segment."""
        return self.values.size - self.starts[-1]

    @property
    def has_limits(self) -> bool:
        """Whether the last segment is long enough for limits."""
        return self.last_size >= FEWEST

    @property
    def on_trial(self) -> bool:
        """Whether the limits of the last segment may still move much."""
        return FEWEST <= self.last_size < SETTLED


def xmr(values: Numbers, starts: Iterable[int] = (), screen: bool = True) -> Chart:
    """Individual values with limits from their moving ranges (XmR): mean -/+ 2.66 mean moving ranges, not clamped.

    `starts` are positions where a new segment begins, with limits of its own. `screen` leaves moving ranges beyond
    3.267 of their mean out, once. Source: Wheeler; NHS-R, NHSRplotthedots.
    """
    series = _array(values)

    def limits(part: slice) -> Limits:
        inside = series[part]
        mean, width = np.full(inside.size, inside.mean()), _LIMIT * _mean_range(inside, screen)
        return Limits(mean, mean - width, mean + width, mean - width * 2 / 3, mean + width * 2 / 3)

    return _chart(series, starts, limits)


def p(numerators: Numbers, denominators: Numbers, starts: Iterable[int] = ()) -> Chart:
    """Shares with binomial limits: pbar -/+ 3 sqrt(pbar (1 - pbar) / n), clamped to 0 and 1. See `p_prime` for large n.

    Raises ValueError when a denominator is not positive or a numerator not a part of it.
    """
    return _shares(numerators, denominators, starts, spread=False)


def p_prime(numerators: Numbers, denominators: Numbers, starts: Iterable[int] = ()) -> Chart:
    """Shares with limits that know how much periods differ beyond binomial chance: the p limits times the standard
    deviation of z between neighbours (Laney, Quality Engineering 14, 2002), moving ranges screened as in `xmr`.

    Raises ValueError when a denominator is not positive or a numerator not a part of it.
    """
    return _shares(numerators, denominators, starts, spread=True)


def exact(numerators: Numbers, denominators: Numbers, starts: Iterable[int] = ()) -> Chart:
    """Shares near 0 or 1, where three standard deviations mean nothing: beyond each limit chance alone comes as
    rarely as it does there (0.135 %), by the binomial distribution itself. Only the rule *outside* is asked, because
    a row of zeros is no run.

    Raises ValueError when a denominator is not positive or a numerator not a part of it.
    """
    top, bottom = _parts(numerators, denominators)

    def limits(part: slice) -> Limits:
        mean, n = top[part].sum() / bottom[part].sum(), bottom[part]
        fewest, most = n - _most(n, 1 - mean), _most(n, mean)
        unknown = np.full(n.size, np.nan)
        return Limits(np.full(n.size, mean), fewest / n, most / n, unknown, unknown)

    return _chart(top / bottom, starts, limits, ("outside",))


def is_rare(numerators: Numbers, denominators: Numbers) -> bool:
    """Whether shares need exact limits: fewer than five misses (or hits) a point, or none at most points. Three
    standard deviations are passed by chance ten times as often there as they should be."""
    top, bottom = _parts(numerators, denominators)
    events = np.stack([top, bottom - top])
    return bool((events.sum(axis=1) < FEW * top.size).any() or ((events == 0).sum(axis=1) * 2 > top.size).any())


def _most(n: Array, share: float) -> Array:
    """The fewest cases that chance exceeds with a probability of 0.135 % at most."""
    whole = n.astype(np.int64)
    # Three standard deviations are a step or two away from it.
    found: Array = np.clip(np.ceil(n * share + 3 * np.sqrt(n * share * (1 - share))) + 1, 0, n)
    while (short := bdtr(found, whole, share) < 1 - _CHANCE).any():
        found = found + short
    while (far := (found > 0) & (bdtr(np.maximum(found - 1, 0), whole, share) >= 1 - _CHANCE)).any():
        found = found - far
    return found


def g(gaps: Numbers, starts: Iterable[int] = ()) -> Chart:
    """How many good cases stand between two bad ones: limits mean -/+ 3 sqrt(mean (mean + 1)), not below 0 (Benneyan,
    Health Care Management Science 4, 2001); the centre is the median, because such gaps are skewed."""
    series = _array(gaps)

    def limits(part: slice) -> Limits:
        mean = series[part].mean()
        deviation, flat = np.sqrt(mean * (mean + 1)), np.ones(series[part].size)
        return Limits(
            _MEDIAN * mean * flat,
            max(0.0, mean - 3 * deviation) * flat,
            (mean + 3 * deviation) * flat,
            max(0.0, mean - 2 * deviation) * flat,
            (mean + 2 * deviation) * flat,
        )

    return _chart(series, starts, limits)


def _shares(numerators: Numbers, denominators: Numbers, starts: Iterable[int], spread: bool) -> Chart:
    top, bottom = _parts(numerators, denominators)
    series = top / bottom

    def limits(part: slice) -> Limits:
        mean = top[part].sum() / bottom[part].sum()
        sigma = np.sqrt(mean * (1 - mean) / bottom[part])
        if spread and 0 < mean < 1:
            sigma = sigma * _mean_range((series[part] - mean) / sigma, True) / _DEVIATION
        steps = (np.clip(mean + k * sigma, 0, 1) for k in (-3, 3, -2, 2))
        return Limits(np.full(sigma.size, mean), *steps)

    return _chart(series, starts, limits)


def _parts(numerators: Numbers, denominators: Numbers) -> tuple[Array, Array]:
    top, bottom = _array(numerators), _array(denominators)
    if (bottom <= 0).any() or (top < 0).any() or (top > bottom).any():
        raise ValueError("a share is a part of something")
    return top, bottom


def _array(values: Numbers) -> Array:
    series = np.asarray(values, dtype=np.float64)
    if not np.isfinite(series).all():
        raise ValueError("points without a value are left out before they are judged")
    return series


def _mean_range(values: Array, screen: bool) -> float:
    ranges = np.abs(np.diff(values))
    mean = float(ranges.mean())
    kept = ranges[ranges < _SCREEN * mean] if screen else ranges
    # Where all but a few values are the same, screening would leave no width at all.
    return float(kept.mean()) if kept.any() else mean


def _chart(
    series: Array, starts: Iterable[int], limits: Callable[[slice], Limits], rules: tuple[Rule, ...] = _PRECEDENCE
) -> Chart:
    """The segments of a series judged one by one: no rule looks across their border."""
    begins = sorted({0, *(start for start in starts if 0 < start < series.size)})
    lines = np.full((len(fields(Limits)), series.size), np.nan)
    signals: list[Signal] = []
    for first, end in pairwise([*begins, series.size]):
        if end - first < FEWEST:
            continue
        found = limits(slice(first, end))
        lines[:, first:end] = [getattr(found, line.name) for line in fields(Limits)]
        signals += (
            Signal(each.rule, each.side, tuple(first + point for point in each.points))
            for each in _signals(series[first:end], found)
            if each.rule in rules
        )
    return Chart(series, Limits(*lines), tuple(begins), tuple(signals))


def _signals(values: Array, limits: Limits) -> Iterable[Signal]:
    exact = _EXACT * max(1e-300, float(np.abs(values).max()), float(np.abs(limits.upper).max()))
    side = _beyond(values, limits.centre, limits.centre, exact)
    out = _beyond(values, limits.lower, limits.upper, exact)
    close = np.where(out == 0, _beyond(values, limits.near_lower, limits.near_upper, exact), 0)
    for sign, first, end in _stretches(out, 1):
        yield Signal("outside", sign, tuple(range(first, end)))
    for sign, first, end in _stretches(np.sign(np.diff(values)).astype(np.int64), RUN - 1):
        yield Signal("trend", sign, tuple(range(first, end + 1)))
    yield from _two_in_three(side, close)
    for sign, first, end in _stretches(side, RUN):
        yield Signal("run", sign, tuple(range(first, end)))


def _beyond(values: Array, lower: Array, upper: Array, exact: float) -> Signs:
    """1 above `upper`, -1 below `lower`, 0 between them or on them."""
    beyond: Signs = (values - upper > exact).astype(np.int64) - (lower - values > exact).astype(np.int64)
    return beyond


def _stretches(signs: Signs, least: int) -> list[tuple[int, int, int]]:
    """Longest stretches of one sign other than 0 and `least` long: their sign, first position and the one after."""
    if not signs.any():
        return []
    turns = np.flatnonzero(np.diff(signs)) + 1
    firsts, ends = np.concatenate([[0], turns]), np.concatenate([turns, [signs.size]])
    found = np.flatnonzero((signs[firsts] != 0) & (ends - firsts >= least))
    return [(int(signs[firsts[n]]), int(firsts[n]), int(ends[n])) for n in found]


def _two_in_three(side: Signs, close: Signs) -> Iterable[Signal]:
    """Points close to a limit that stand together in three points on one side of the centre; pairs that share a point
    are one signal."""
    together: list[list[int]] = []
    for one, other in pairwise(np.flatnonzero(close).tolist()):
        threes = (side[first : first + 3] for first in range(max(other - 2, 0), min(one, side.size - 3) + 1))
        if not any((three == close[one]).all() for three in threes):
            continue
        if together and together[-1][-1] == one:
            together[-1].append(other)
        else:
            together.append([one, other])
    return (Signal("two_in_three", int(close[points[0]]), tuple(points)) for points in together)


def meaning(side: int, direction: Direction) -> Meaning:
    """What high (1) or low (-1) means for a metric of that direction; common for 0."""
    if side == 0:
        return "common"
    if direction == "neither":
        return "neutral"
    return "improvement" if (side > 0) == (direction == "up") else "concern"


def variation(chart: Chart, direction: Direction) -> tuple[Meaning, int] | None:
    """What the last point says, and whether it is high (1) or low (-1); None without limits."""
    if not chart.has_limits:
        return None
    side = chart.fired()[1][-1]
    return meaning(side, direction), side


def assurance(chart: Chart, target: float | None, direction: Direction) -> Assurance | None:
    """Whether the process as it now runs always meets its target, never does, or now and then: the target against
    the limits at the last point. None without limits, target or direction."""
    if target is None or direction == "neither" or not chart.has_limits:
        return None
    if target > chart.limits.upper[-1]:
        return "failing" if direction == "up" else "passing"
    if target < chart.limits.lower[-1]:
        return "passing" if direction == "up" else "failing"
    return "hit_or_miss"
