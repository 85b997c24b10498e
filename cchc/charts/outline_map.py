"""Communes by their own outlines, coloured and hatched as their tiles are; nothing is fetched for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from cchc.charts.base import STRONG, Figure, Theme, behind, clickable, figure
from cchc.charts.tile_map import Drawing, scale_of
from cchc.findings.territory import Territory
from cchc.rules.outlines import STEPS, Outlines, Point, Ring
from cchc.text import Language

_HIGH, _ABOVE = 640, 44
# A click this many pixels from the middle of a commune is one on it.
_NEAR = 60
_AT_TOP = {"constrain": "domain", "constraintoward": "top"}


def outline_map(
    area: Territory,
    outlines: Outlines,
    names: Mapping[str, str],
    chosen: Sequence[str],
    theme: Theme,
    language: Language,
) -> Figure:
    """The communes that have an outline, filled by their class, hatched where they stand outside the funnel, with a
    thick border where they are among those `chosen`; a point in each that says its name and narrows to it."""
    drawing = Drawing(area, area.cells, scale_of(area), names, frozenset(chosen), theme, language)
    alike: dict[tuple[int, str, bool], list[str]] = defaultdict(list)
    for unit in outlines.rings:
        alike[drawing.class_of(area.shown.values[unit]), drawing.hatch(unit), unit in chosen].append(unit)
    filled = [_filled(drawing, look, [outlines.rings[unit] for unit in alike[look]]) for look in sorted(alike)]
    for before, trace in pairwise(filled):
        trace["showlegend"] = trace["legendgroup"] != before["legendgroup"]
    width, height = outlines.size
    hidden: Figure = {"visible": False, "fixedrange": True}
    return figure(
        [*filled, _points(drawing, outlines)],
        theme,
        language,
        _ABOVE + min(_HIGH, _HIGH * height / width),
        margin={"l": 0, "r": 0, "t": _ABOVE, "b": 4, "pad": 0},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "itemclick": False, "itemdoubleclick": False},
        hovermode="closest",
        hoverdistance=_NEAR,
        xaxis=hidden | {"range": [-STEPS / 100, width + STEPS / 100], "constrain": "domain"},
        yaxis=hidden
        | {
            "range": [height + STEPS / 100, -STEPS / 100],
            "scaleanchor": "x",
            "constrain": "domain",
            "constraintoward": "top",
        },
    )


def _filled(drawing: Drawing, look: tuple[int, str, bool], shapes: list[tuple[Ring, ...]]) -> Figure:
    at, hatch, is_chosen = look
    name, colour = drawing.named()[at]
    corners = [point for rings in shapes for ring in rings for point in (*ring, (None, None))]
    ink = drawing.colour["ground" if colour in STRONG else "text"]
    return {
        "type": "scatter", "mode": "lines", "fill": "toself", "name": name, "legendgroup": name,
        "x": [x for x, _ in corners], "y": [y for _, y in corners], "hoverinfo": "skip",
        "fillcolor": drawing.colour[colour],
        "fillpattern": {
            "shape": hatch, "fillmode": "replace", "bgcolor": drawing.colour[colour], "fgcolor": ink, "size": 8,
            "fgopacity": 0.6, "solidity": 0.15,
        },
        "line": {"color": drawing.colour["text"], "width": 2.5 if is_chosen else 0.6},
    }  # fmt: skip


def _points(drawing: Drawing, outlines: Outlines) -> Figure:
    area, units = drawing.area, list(outlines.rings)
    middles = [_middle(max(outlines.rings[unit], key=len)) for unit in units]
    said = [drawing.sentence(unit, area.shown) for unit in units]
    return {
        "type": "scatter", "mode": "markers", "showlegend": False,
        "x": [x for x, _ in middles], "y": [y for _, y in middles],
        "marker": {"size": 5, "color": drawing.colour["ground"], "line": {"width": 1, "color": drawing.colour["text"]}},
        **clickable(units, area.metric.name, said),
        **behind(
            area.metric.label[drawing.language], rows=[drawing.escaped(unit) for unit in units],
            values=[area.shown.values[unit].value for unit in units],
        ),
    }  # fmt: skip


def _middle(ring: Ring) -> Point:
    """The centre of gravity of its area."""
    parts = [(x * b - a * y, x + a, y + b) for (x, y), (a, b) in pairwise(ring)]
    area = sum(part for part, _, _ in parts)
    return sum(p * x for p, x, _ in parts) / (3 * area), sum(p * y for p, _, y in parts) / (3 * area)
