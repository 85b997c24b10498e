"""Communes by their own outlines, coloured and hatched as their tiles are; nothing is fetched for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cchc.charts.base import STRONG, Figure, Theme, behind, clickable, figure
from cchc.charts.tile_map import PLAYER, Drawing, player, scale_of
from cchc.findings.territory import Shown, Territory
from cchc.rules.outlines import STEPS, Outlines, Point, Ring
from cchc.text import Language

_HIGH, _ABOVE = 640, 44
# A click this many pixels from the middle of a commune is one on it.
_NEAR = 60


def outline_map(
    area: Territory,
    outlines: Outlines,
    names: Mapping[str, str],
    chosen: Sequence[str],
    theme: Theme,
    language: Language,
) -> Figure:
    """The communes that have an outline, filled by their class, hatched where they stand outside the funnel, with a
    thick border where they are among those `chosen`; a point in each that says its name and narrows to it. With months,
    a slider and a button to play them."""
    drawing = Drawing(area, area.cells, scale_of(area), names, frozenset(chosen), theme, language)
    shown, below = (area.months[-1], PLAYER) if area.months else (area.shown, 4)
    filled = _one_each(drawing, outlines, shown) if area.months else _by_class(drawing, outlines)
    width, height = outlines.size
    hidden: Figure = {"visible": False, "fixedrange": True}
    drawn = figure(
        [*filled, _points(drawing, outlines, shown)],
        theme,
        language,
        _ABOVE + min(_HIGH, _HIGH * height / width) + below,
        margin={"l": 0, "r": 0, "t": _ABOVE, "b": below, "pad": 0},
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
    if area.months:
        labels = [month.period.label(language) for month in area.months]
        drawn["frames"] = [
            _frame(drawing, outlines, each, label, len(filled)) for each, label in zip(area.months, labels, strict=True)
        ]
        drawn["layout"] |= player(labels, theme, language)
    return drawn


def _by_class(drawing: Drawing, outlines: Outlines) -> list[Figure]:
    """One trace for all communes that look alike."""
    alike: dict[tuple[int, str, bool], list[str]] = defaultdict(list)
    for unit in outlines.rings:
        at = drawing.class_of(drawing.area.shown.values[unit])
        alike[at, drawing.hatch(unit, drawing.area.shown), unit in drawing.chosen].append(unit)
    filled = [
        _filled(drawing, [outlines.rings[unit] for unit in alike[look]], look[2], **_look(drawing, *look[:2]))
        for look in sorted(alike)
    ]
    for before, trace in pairwise(filled):
        trace["showlegend"] = trace["legendgroup"] != before["legendgroup"]
    return filled


def _one_each(drawing: Drawing, outlines: Outlines, shown: Shown) -> list[Figure]:
    """A trace for each commune, so that a month says its colour alone; before them one for each line of the legend."""
    key = {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "hoverinfo": "skip"}
    line = {"color": drawing.colour["text"], "width": 0.6}
    legend: list[Figure] = [
        {
            **key,
            "name": name,
            "legendgroup": name,
            "marker": {"symbol": "square", "size": 12, "color": drawing.colour[colour], "line": line},
        }
        for name, colour in drawing.named()
    ]
    return legend + [
        _filled(drawing, [rings], unit in drawing.chosen, **_of_unit(drawing, unit, shown)) | {"showlegend": False}
        for unit, rings in outlines.rings.items()
    ]


def _frame(drawing: Drawing, outlines: Outlines, shown: Shown, label: str, points: int) -> Figure:
    """What changes with the month: the colours, and at the place `points` what the communes say."""
    units = list(outlines.rings)
    data = [_of_unit(drawing, unit, shown) for unit in units]
    return {
        "name": label,
        "data": [*data, _points(drawing, outlines, shown)],
        "traces": [*range(points - len(units), points), points],
    }


def _of_unit(drawing: Drawing, unit: str, shown: Shown) -> Figure:
    return _look(drawing, drawing.class_of(shown.values[unit]), drawing.hatch(unit, shown))


def _look(drawing: Drawing, at: int, hatch: str) -> Figure:
    """The fill of a class, with its name."""
    name, colour = drawing.named()[at]
    ink = drawing.colour["ground" if colour in STRONG else "text"]
    return {
        "name": name,
        "legendgroup": name,
        "fillcolor": drawing.colour[colour],
        "fillpattern": {
            "shape": hatch, "fillmode": "replace", "bgcolor": drawing.colour[colour], "fgcolor": ink, "size": 8,
            "fgopacity": 0.6, "solidity": 0.15,
        },
    }  # fmt: skip


def _filled(drawing: Drawing, shapes: Sequence[tuple[Ring, ...]], is_chosen: bool, **look: Any) -> Figure:
    corners = [point for rings in shapes for ring in rings for point in (*ring, (None, None))]
    return {
        "type": "scatter", "mode": "lines", "fill": "toself", "hoverinfo": "skip",
        "x": [x for x, _ in corners], "y": [y for _, y in corners],
        "line": {"color": drawing.colour["text"], "width": 2.5 if is_chosen else 0.6},
        **look,
    }  # fmt: skip


def _points(drawing: Drawing, outlines: Outlines, shown: Shown) -> Figure:
    area, units = drawing.area, list(outlines.rings)
    middles = [_middle(max(outlines.rings[unit], key=len)) for unit in units]
    said = [drawing.sentence(unit, shown) for unit in units]
    return {
        "type": "scatter", "mode": "markers", "showlegend": False,
        "x": [x for x, _ in middles], "y": [y for _, y in middles],
        "marker": {"size": 5, "color": drawing.colour["ground"], "line": {"width": 1, "color": drawing.colour["text"]}},
        **clickable(units, area.metric.name, said),
        **behind(
            area.metric.label[drawing.language], rows=[drawing.escaped(unit) for unit in units],
            values=[shown.values[unit].value for unit in units],
        ),
    }  # fmt: skip


def _middle(ring: Ring) -> Point:
    """The centre of gravity of its area."""
    parts = [(x * b - a * y, x + a, y + b) for (x, y), (a, b) in pairwise(ring)]
    area = sum(part for part, _, _ in parts)
    return sum(p * x for p, x, _ in parts) / (3 * area), sum(p * y for p, _, y in parts) / (3 * area)
