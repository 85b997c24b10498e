"""A figure made for a desk, enlarged for the wall of a meeting room."""

from typing import Any

from cchc.charts.base import Figure

# So much higher than in proportion a chart may be, so that it fills its screen; more would make bars of few rows slabs.
_ROOMY = 1.5
# What is so many pixels: by the key, and by the keys around it.
_PIXELS = {"height", "xshift", "yshift", "ax", "ay", "standoff", "ticklen", "borderpad", "arrowwidth", "thickness"}


def enlarged(figure: Figure, times: float, least: float, tallest: float) -> Figure:
    """The figure `times` as large, no letter under `least` pixels, its rows half as high again where that leaves it
    within `tallest`; the data and its axes are untouched."""
    layout = _scaled(figure["layout"], "layout", times, least)
    layout["height"] = min(_ROOMY * layout["height"], tallest)
    return {"data": [_scaled(trace, "trace", times, least) for trace in figure["data"]], "layout": layout}


def _scaled(part: Any, name: str, times: float, least: float) -> Any:
    if isinstance(part, dict):
        return {key: _value(value, key, name, times, least) for key, value in part.items()}
    if isinstance(part, list):
        return [_scaled(each, name, times, least) for each in part]
    return part


def _value(value: Any, key: str, name: str, times: float, least: float) -> Any:
    if key == "size" and name in ("font", "tickfont", "textfont"):
        return _each(value, lambda size: max(size * times, least))
    lengths = key in _PIXELS or name in ("margin", "pad") or (name in ("marker", "line") and key in ("size", "width"))
    return _each(value, lambda size: size * times) if lengths else _scaled(value, key, times, least)


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, list):
        return [_each(one, change) for one in value]
    return change(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
