"""A small control chart without axes, as SVG: one of many on a screen."""

from collections.abc import Iterator
from itertools import pairwise

from cchc.charts.base import PALETTE, Theme
from cchc.charts.control import POINTS, heights
from cchc.figures.periods import Period
from cchc.findings.trends import Trend

_WIDTH, _HEIGHT, _EDGE = 160.0, 44.0, 5.0
# So many points stand apart at full size.
_ROOMY = 40


def tile(trend: Trend, theme: Theme) -> str:
    """The series of one unit on its own scale: the room between the limits, mean and target, the line, what fired a
    rule by colour and shape, the last point large and an unfinished one hollow. Empty without two points."""
    if len(trend.periods) < 2:
        return ""
    colour, place = PALETTE[theme], _Place(trend)
    line = [place(period, float(value)) for period, value in zip(trend.periods, trend.values, strict=True)]
    parts = [*_bands(trend, place, theme)]
    if trend.target is not None and place.low <= trend.target <= place.high:
        y = place(trend.periods[0], trend.target)[1]
        parts.append(_rule(0, _WIDTH, y, colour["target"], ' stroke-dasharray="4 3"'))
    parts.append(f'<polyline points="{_path(line)}" fill="none" stroke="{colour["muted"]}" stroke-width="1.4"/>')
    for number, (point, meaning) in enumerate(zip(line, trend.meanings(), strict=True)):
        last = number == len(line) - 1
        if meaning != "common" or last:
            ink, shape, _ = POINTS[meaning]
            size = 3.6 if last else 2.4 if len(line) <= _ROOMY else 1.5
            parts.append(_mark(*point, shape, colour[ink], size))
    if trend.unfinished:
        x, y = place(trend.unfinished.period, trend.unfinished.value)
        stroke = f'fill="{colour["ground"]}" stroke="{colour["withdrawn"]}" stroke-width="1.4"'
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.8" {stroke}/>')
    box = f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{"".join(parts)}</svg>'


class _Place:
    """Where a value of a period stands in the frame."""

    def __init__(self, trend: Trend) -> None:
        self.first = trend.periods[0].start
        last = trend.unfinished.period if trend.unfinished else trend.periods[-1]
        self.days = max((last.start - self.first).days, 1)
        known = heights(trend)
        self.low, self.high = min(known), max(known)
        self.span = (self.high - self.low) or 1.0

    def __call__(self, period: Period, value: float) -> tuple[float, float]:
        across = (period.start - self.first).days / self.days
        return (
            round(_EDGE + across * (_WIDTH - 2 * _EDGE)),
            _HEIGHT - _EDGE - max(value - self.low, 0.0) / self.span * (_HEIGHT - 2 * _EDGE),
        )


def _bands(trend: Trend, place: _Place, theme: Theme) -> Iterator[str]:
    colour, limits = PALETTE[theme], trend.chart.limits
    for first, end in pairwise([*trend.chart.starts, len(trend.periods)]):
        if limits.centre[first] != limits.centre[first]:
            continue
        upper = [place(trend.periods[n], float(limits.upper[n])) for n in range(first, end)]
        lower = [place(trend.periods[n], float(limits.lower[n])) for n in reversed(range(first, end))]
        yield f'<polygon points="{_path(upper + lower)}" fill="{colour["other"]}" opacity=".2"/>'
        left, y = place(trend.periods[first], float(limits.centre[first]))
        yield _rule(left, upper[-1][0], y, colour["withdrawn"], "")


def _path(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.0f},{_tenths(y)}" for x, y in points)


def _tenths(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _rule(left: float, right: float, y: float, colour: str, dash: str) -> str:
    return f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}"{dash}/>'


def _mark(x: float, y: float, shape: str, colour: str, size: float) -> str:
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{colour}"/>'
    if shape == "square":
        return f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size}" height="{2 * size}" fill="{colour}"/>'
    r = size * 1.3
    return f'<path d="M{x:.1f} {y - r:.1f}l{r:.1f} {r:.1f}-{r:.1f} {r:.1f}-{r:.1f}-{r:.1f}z" fill="{colour}"/>'
