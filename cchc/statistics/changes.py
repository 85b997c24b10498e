"""Has a series really changed: is its newest stretch beyond chance and beyond its ordinary ups and downs?"""

from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from cchc.statistics.spc import FEW, FEWEST

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

# A change may come at once or build up: the period asked about is tried alone, and as the end of three and of six.
TIMES = (1, 3, 6)
# In so many periods in which nobody changed chance may name anyone of a family.
FALSE = 0.05
# What lies nearer to the usual rate, in standard errors, is never a change: the exact answer need not be asked.
_NEAR = 2.0
# The least tail that is told from nothing.
_LEAST = 1e-300
# Even steps, because a count of many dossiers is a cliff that few nodes would miss; so far out, because Student's t
# with few degrees of freedom makes little of twelve standard errors.
_NODES = np.linspace(-16, 16, 401)
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()


class Change(NamedTuple):
    """Per series: 1 where it is really higher than before, -1 lower, 0 not shown; and over how many of its last
    points that holds (0 where not shown)."""

    side: Whole
    span: Whole


class _Base(NamedTuple):
    """What is usual by the points before: `rate`, `events` of `trials` at so many `points`, the variance `between`
    points beyond chance (of log odds) and the degrees of freedom it is known with."""

    rate: Array
    events: Array
    trials: Array
    points: int
    between: Array
    freedom: float

    def of(self, kept: npt.NDArray[np.bool_]) -> "_Base":
        """What is usual for some of the series."""
        rate, events, trials, between = (each[kept] for each in (self.rate, self.events, self.trials, self.between))
        return _Base(rate, events, trials, self.points, between, self.freedom)


def of_shares(tops: npt.ArrayLike, bottoms: npt.ArrayLike, family: int, length: int = 1) -> Change | None:
    """Whether the last `length` points of shares (series along the last axis; denominators are positive) really differ
    from the points before. None with fewer than six points before.

    The points before tell the usual rate and how much points differ beyond chance (log odds; from squared differences
    of neighbours, as von Neumann 1941). What these let expect is a binomial count spread by that; where fewer than five
    misses (or hits) come a point, the count given that of all points, which is exact but for the spread. Tails go
    through Student's t, because the spread is itself estimated. Of `family` series judged together chance names one in
    5 % of periods at most (Bonferroni over series, sides and spans).
    """
    top, bottom = np.asarray(tops, dtype=np.float64), np.asarray(bottoms, dtype=np.float64)
    rare, turned = _rare(top, bottom)
    found = _strongest(top.shape, length, family, lambda span: _share(rare, bottom, span, length))
    return found and Change(np.where(turned, -found.side, found.side), found.span)


def of_values(values: npt.ArrayLike, family: int, length: int = 1) -> Change | None:
    """The same of counts or days (not negative): the mean root of the last points against that of the points before,
    by Student's t with the variance of neighbours; roots, because what cannot be negative is skewed."""
    series = np.sqrt(np.asarray(values, dtype=np.float64))
    return _strongest(series.shape, length, family, lambda span: _value(series, span, length))


def usual_shares(tops: npt.ArrayLike, bottoms: npt.ArrayLike, family: int, length: int = 1) -> tuple[float, float]:
    """The lowest and the highest rate (0-1) that the last `length` points of one series may have together without
    being called a change by themselves; NaN with fewer than six points before."""
    top, bottom = np.asarray(tops, dtype=np.float64), np.asarray(bottoms, dtype=np.float64)
    if not (tried := _spans(top.size, length)):
        return np.nan, np.nan
    rare, turned = _rare(top, bottom)
    base, n, limit = _base(rare, bottom, length), int(bottom[-length:].sum()), _limit(family, tried)

    def common(count: int, side: int) -> bool:
        return bool(_tail(np.array(float(count)), np.array(float(n)), base, length, np.array(side)) >= limit)

    # The furthest common count on each side: the first that is not, less one.
    counts = range(n + 1)
    most = bisect_left(counts, True, key=lambda count: not common(count, 1)) - 1
    least = bisect_left(counts, True, key=lambda count: common(count, -1))
    low, high = max(least, 0) / n, max(most, 0) / n
    return (1 - high, 1 - low) if turned else (low, high)


def _rare(top: Array, bottom: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """What is counted, hits or misses, whichever are fewer; and where it is the misses."""
    turned = 2 * top.sum(-1) > bottom.sum(-1)
    return np.where(turned[..., None], bottom - top, top), turned


def _spans(points: int, length: int) -> list[int]:
    return [length * times for times in TIMES if points - length * times >= FEWEST]


def _limit(family: int, tried: list[int]) -> float:
    return FALSE / 2 / max(family, 1) / len(tried)


def _strongest(
    shape: tuple[int, ...], length: int, family: int, judged: Callable[[int], tuple[Array, Whole]]
) -> Change | None:
    """The span with the smallest tail, where that is small enough; `judged` gives tails and sides of a span."""
    if not (tried := _spans(shape[-1], length)):
        return None
    tails, sides = (np.stack(each) for each in zip(*map(judged, tried), strict=True))
    best = tails.argmin(axis=0)[None]
    shown = np.take_along_axis(tails, best, 0)[0] < _limit(family, tried)
    side = np.where(shown, np.take_along_axis(sides, best, 0)[0], 0)
    return Change(side, np.where(shown, np.array(tried)[best[0]], 0))


def _base(rare: Array, bottom: Array, span: int) -> _Base:
    """What is usual before the last `span` points."""
    top, n = rare[..., :-span], bottom[..., :-span]
    events, trials, points = top.sum(-1), n.sum(-1), n.shape[-1]
    rate = (events + 0.5) / (trials + 1)
    chance = rate * (1 - rate)
    z = (top / n - rate[..., None]) / np.sqrt(chance[..., None] / n)
    spread = (np.diff(z) ** 2).mean(-1) / 2
    between = np.maximum(spread - 1, 0) / (chance * trials / points)
    return _Base(rate, events, trials, points, between, 2 * (points - 1) / 3)


def _share(rare: Array, bottom: Array, span: int, length: int) -> tuple[Array, Whole]:
    base = _base(rare, bottom, span)
    top, n = (part[..., -span:].reshape(*part.shape[:-1], -1, length).sum(-1) for part in (rare, bottom))
    sides = np.sign(top / n - base.rate[..., None]).astype(np.int64)
    x, size, side = top.sum(-1), n.sum(-1), sides[..., -1]
    chance = base.rate * (1 - base.rate)
    variance = chance * (1 / size + 1 / base.trials) + chance**2 * base.between * (1 / span + 1 / base.points)
    # A change that lasts is one to which every period of it belongs.
    asked = (sides == side[..., None]).all(-1) & (np.abs(x / size - base.rate) >= _NEAR * np.sqrt(variance))
    tails = np.ones(side.shape)
    tails[asked] = _tail(x[asked], size[asked], base.of(asked), span, side[asked])
    return tails, side


def _tail(x: Array, n: Array, base: _Base, span: int, side: Whole) -> Array:
    """How probable a count at least as far out is, on that side, while nothing has changed."""
    few = base.events < FEW * base.points
    trials = np.where(few, x + base.events, n)
    usual = special.logit(base.rate) - base.between / 2 * (1 - 2 * base.rate)
    centre = np.where(few, np.log(n / base.trials), usual)
    known = np.where(few, 0, 1 / (base.rate * (1 - base.rate) * base.trials))
    deviation = np.sqrt(base.between * (1 / span + 1 / base.points) + known)
    p = special.expit(centre[..., None] + deviation[..., None] * _NODES)
    count, of, high = x[..., None], trials[..., None].astype(np.int64), side[..., None] > 0
    reached = np.where(count > 0, special.bdtrc(np.maximum(count - 1, 0), of, p), 1)
    tail = (np.where(high, reached, special.bdtr(count, of, p)) * _WEIGHTS).sum(-1)
    return np.asarray(special.stdtr(base.freedom, special.ndtri(np.clip(tail, _LEAST, 1))))


def _value(series: Array, span: int, length: int) -> tuple[Array, Whole]:
    before = series[..., :-span]
    points, mean = before.shape[-1], before.mean(-1)
    last = series[..., -span:].reshape(*series.shape[:-1], -1, length).mean(-1)
    variance = (np.diff(before) ** 2).mean(-1) / 2
    sides = np.sign(last - mean[..., None]).astype(np.int64)
    side, away = sides[..., -1], np.abs(last.mean(-1) - mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(away > 0, away / np.sqrt(variance * (1 / span + 1 / points)), 0)
    tails = special.stdtr(2 * (points - 1) / 3, -t)
    return np.where((sides == side[..., None]).all(-1), tails, 1.0), side
