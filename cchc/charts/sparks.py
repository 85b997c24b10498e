"""Small lines without axes: as SVG, or as the heights of their points."""

from collections.abc import Mapping, Sequence

from cchc.charts.base import PALETTE, Theme

Heights = tuple[int | None, ...]


def lines(series: Mapping[str, Sequence[float]]) -> dict[str, Heights]:
    """How low the points of a small line stand for each series (4 to 26, None where nothing is known), all on one
    scale, so that they can be held against each other; empty where fewer than two values are known."""
    every = [value for values in series.values() for value in values if value == value]
    low, high = min(every, default=0), max(every, default=1)
    return {key: _heights(values, low, (high - low) or 1) for key, values in series.items()}


def _heights(values: Sequence[float], low: float, scale: float) -> Heights:
    points = tuple(round(26 - (v - low) / scale * 22) if v == v else None for v in values)
    return points if len([each for each in points if each is not None]) > 1 else ()


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
