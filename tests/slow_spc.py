"""Control charts a second, slow and obvious way: plain loops over decimals of 60 digits, one point after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise

D = Decimal
# Two numbers of 60 digits this near are the same number.
SAME = D(10) ** -40


@dataclass(frozen=True)
class Line:
    """What holds at one point; everything but the value is None where there are no limits."""

    value: Decimal
    centre: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    near_lower: Decimal | None = None
    near_upper: Decimal | None = None
    rule: str | None = None
    side: int = 0


def xmr(values: Sequence[int], starts: Sequence[int] = ()) -> list[Line]:
    with localcontext(prec=60):
        return _each_segment([D(value) for value in values], starts, lambda part, _: _xmr_limits(part))


def shares(top: Sequence[int], bottom: Sequence[int], starts: Sequence[int] = (), laney: bool = True) -> list[Line]:
    with localcontext(prec=60):
        values = [D(n) / D(d) for n, d in zip(top, bottom, strict=True)]

        def limits(part: list[Decimal], first: int) -> list[tuple[Decimal, ...]]:
            tops, bottoms = top[first : first + len(part)], bottom[first : first + len(part)]
            return _share_limits(part, D(sum(tops)) / D(sum(bottoms)), [D(n) for n in bottoms], laney)

        return _each_segment(values, starts, limits)


def g(gaps: Sequence[int], starts: Sequence[int] = ()) -> list[Line]:
    with localcontext(prec=60):
        return _each_segment([D(gap) for gap in gaps], starts, lambda part, _: _gap_limits(part))


def _each_segment(values, starts, limits) -> list[Line]:
    edges = [0, *sorted({start for start in starts if 0 < start < len(values)}), len(values)]
    found = []
    for first, end in pairwise(edges):
        part = values[first:end]
        if len(part) < 6:
            found += [Line(value) for value in part]
        else:
            found += _judged(part, limits(part, first))
    return found


def _mean(numbers: Sequence[Decimal]) -> Decimal:
    return sum(numbers, D(0)) / len(numbers)


def _mean_range(values: Sequence[Decimal]) -> Decimal:
    ranges = [abs(values[i] - values[i - 1]) for i in range(1, len(values))]
    mean = _mean(ranges)
    kept = [each for each in ranges if each < D("3.267") * mean]
    return _mean(kept) if kept else mean


def _xmr_limits(part):
    mean, width = _mean(part), D("2.66") * _mean_range(part)
    return [(mean, mean - width, mean + width, mean - width * 2 / 3, mean + width * 2 / 3)] * len(part)


def _gap_limits(part):
    mean = _mean(part)
    deviation = (mean * (mean + 1)).sqrt()
    low, near = max(D(0), mean - 3 * deviation), max(D(0), mean - 2 * deviation)
    return [(D("0.693") * mean, low, mean + 3 * deviation, near, mean + 2 * deviation)] * len(part)


def _share_limits(part, mean, bottoms, laney):
    sigmas = [(mean * (1 - mean) / n).sqrt() for n in bottoms]
    if laney and 0 < mean < 1:
        z = [(value - mean) / sigma for value, sigma in zip(part, sigmas, strict=True)]
        sigmas = [sigma * _mean_range(z) / D("1.128") for sigma in sigmas]
    return [
        (mean, *(min(D(1), max(D(0), mean + k * sigma)) for k in (-3, 3, -2, 2)))
        for sigma in sigmas
    ]  # fmt: skip


def _sign(number: Decimal) -> int:
    return 0 if abs(number) < SAME else 1 if number > 0 else -1


def _judged(values, limits) -> list[Line]:
    out = [_beyond(value, lower, upper) for value, (_, lower, upper, *_) in zip(values, limits, strict=True)]
    near = [_beyond(value, low, high) for value, (*_, low, high) in zip(values, limits, strict=True)]
    close = [0 if out[i] else near[i] for i in range(len(values))]
    side = [_beyond(value, each[0], each[0]) for value, each in zip(values, limits, strict=True)]
    # In the order in which one rule hides another.
    marks = {"outside": out, "trend": _trend(values), "two_in_three": _two(side, close), "run": _run(side)}
    lines = []
    for i, value in enumerate(values):
        rule = next((name for name, marked in marks.items() if marked[i]), None)
        lines.append(Line(value, *limits[i], rule, marks[rule][i] if rule else 0))
    return lines


def _beyond(value: Decimal, lower: Decimal, upper: Decimal) -> int:
    return 1 if _sign(value - upper) > 0 else -1 if _sign(lower - value) > 0 else 0


def _trend(values: list[Decimal]) -> list[int]:
    marks = [0] * len(values)
    for first in range(len(values) - 6):
        steps = [_sign(values[i + 1] - values[i]) for i in range(first, first + 6)]
        if abs(sum(steps)) == 6:
            for i in range(first, first + 7):
                marks[i] = steps[0]
    return marks


def _two(side: list[int], close: list[int]) -> list[int]:
    marks = [0] * len(side)
    for first in range(len(side) - 2):
        three = range(first, first + 3)
        if abs(sum(side[i] for i in three)) == 3 and sum(close[i] != 0 for i in three) >= 2:
            for i in three:
                marks[i] = close[i] or marks[i]
    return marks


def _run(side: list[int]) -> list[int]:
    marks = [0] * len(side)
    for first in range(len(side) - 6):
        if abs(sum(side[first : first + 7])) == 7:
            for i in range(first, first + 7):
                marks[i] = side[first]
    return marks
