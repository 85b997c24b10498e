"""Small lines without axes, as SVG."""

from collections.abc import Mapping, Sequence

from cchc.charts.base import PALETTE, Theme


def lines(series: Mapping[str, Sequence[float]]) -> dict[str, str]:
    """The points of a small line for each series, in a box of 120 x 30 and all on one scale, so that they can be held
    against each other; empty where fewer than two values are known."""
    every = [value for values in series.values() for value in values if value == value]
    low, high = min(every, default=0), max(every, default=1)
    return {key: _points(values, low, (high - low) or 1) for key, values in series.items()}


def _points(values: Sequence[float], low: float, scale: float) -> str:
    last = max(len(values) - 1, 1)
    known = [f"{4 + n * 112 / last:.0f},{26 - (v - low) / scale * 22:.0f}" for n, v in enumerate(values) if v == v]
    return " ".join(known) if len(known) > 1 else ""


def spark(values: tuple[float, ...], theme: Theme) -> str:
    """A small line as SVG, its last point marked; empty when fewer than two values are known."""
    known = [(n, v) for n, v in enumerate(values) if v == v]
    if len(known) < 2:
        return ""
    low, high = min(v for _, v in known), max(v for _, v in known)
    scale = (high - low) or 1
    points = [(4 + n * 112 / max(len(values) - 1, 1), 26 - (v - low) / scale * 22) for n, v in known]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    colour = PALETTE[theme]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 30" width="120" height="30">'
        f'<polyline points="{path}" fill="none" stroke="{colour["muted"]}" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour["early"]}"/></svg>'
    )
