"""Figures of a service model's effect: every estimate with its interval, against chance, and week by week."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from cchc.charts.base import PALETTE, Figure, Theme, axis, behind, figure, hover, wrapped
from cchc.charts.scale import round_step
from cchc.charts.weekly_model import STARTS
from cchc.statistics.impact import Effect, Estimate, TooThin, Verdict
from cchc.statistics.impact.choices import Floats
from cchc.text import Language, Text, number, points

_POINTS = Text("điểm %", "percentage points")
_BINS = 61
_TICKS = 6
_MOST_WEEKS = 8
# Pixels of a row whose name has one line; letters of a line that leave room for a value beside it on a phone.
_ROW, _NAME = 46, 24
_TONES: dict[Verdict, str] = {"improved": "early", "worsened": "late", "not_shown": "withdrawn"}


@dataclass(frozen=True)
class Judged:
    """One row of a chart of intervals: its name, the estimate, what it says in a sentence, whether it is a sum, and the
    verdict its colour says (None: that of the interval)."""

    name: str
    estimate: Estimate | TooThin
    sentence: str
    whole: bool = False
    verdict: Verdict | None = None


def intervals(rows: Sequence[Judged], better: str, theme: Theme, language: Language) -> Figure | None:
    """Each row's estimate in points with its 95 % interval, beside the line of no change; its name and value stand
    above it, so that a phone has room for both. None without an estimate; a row without one says so."""
    known = [(place, row, row.estimate) for place, row in enumerate(rows) if isinstance(row.estimate, Estimate)]
    if not known:
        return None
    colour = PALETTE[theme]
    points_: Figure = {
        "type": "scatter",
        "mode": "markers",
        "x": [found.value * 100 for *_, found in known],
        "y": [place for place, *_ in known],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [(found.high - found.value) * 100 for *_, found in known],
            "arrayminus": [(found.value - found.low) * 100 for *_, found in known],
            "thickness": 2,
            "width": 5,
            "color": colour["muted"],
        },
        "marker": {
            "opacity": 1,
            "size": [14 if row.whole else 10 for _, row, _ in known],
            "symbol": ["diamond" if row.whole else "circle" for _, row, _ in known],
            "color": [colour[_TONES[row.verdict] if row.verdict else _tone(found, better)] for _, row, found in known],
        },
        **hover([wrapped_sentence(row.sentence) for _, row, _ in known]),
        **_ends([found for *_, found in known], language, rows=[escape(row.name) for _, row, _ in known]),
    }
    zero = {"color": colour["muted"], "width": 1}
    tall = _ROW + 16 * any(len(row.name) > _NAME for row in rows)
    return figure(
        [points_],
        theme,
        language,
        64 + tall * len(rows),
        annotations=[note for place, row in enumerate(rows) for note in _row_notes(place, row, colour, language)],
        shapes=[{"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": zero}],
        xaxis=_points_axis(
            theme, language, min(found.low for *_, found in known), max(found.high for *_, found in known)
        ),
        yaxis=axis(theme, range=[len(rows) - 0.5, -0.75], showticklabels=False, showgrid=False, ticks=""),
    )


def _row_notes(place: int, row: Judged, colour: dict[str, str], language: Language) -> list[Figure]:
    """The name at the left and the value at the right, above the interval of a row."""
    said = Text("chưa đủ dữ liệu", "too little data")[language]
    ink = "muted"
    if isinstance(row.estimate, Estimate):
        said, ink = points(row.estimate.value, language, 1), "text"
    name, value = wrapped(row.name, _NAME), said
    if row.whole:
        name, value = f"<b>{name}</b>", f"<b>{value}</b>"
    above = {"xref": "paper", "y": place, "yshift": 8, "yanchor": "bottom", "showarrow": False}
    return [
        above
        | {"x": 0, "xanchor": "left", "align": "left", "text": name, "font": {"size": 13, "color": colour["text"]}},
        above | {"x": 1, "xanchor": "right", "text": value, "font": {"size": 13, "color": colour[ink]}},
    ]


def _ends(estimates: Sequence[Estimate], language: Language, rows: list[str]) -> Figure:
    """What stands behind estimates: their intervals too, in points."""
    low, high = Text("Cận dưới 95 %", "Lower 95%"), Text("Cận trên 95 %", "Upper 95%")
    lows, highs = [found.low * 100 for found in estimates], [found.high * 100 for found in estimates]
    return behind(_POINTS[language], rows=rows, **{low[language]: lows, high[language]: highs})


def _week_name(event: int, language: Language) -> str:
    return number(event + (event >= 0), language, signed=True)


def _tone(estimate: Estimate, better: str) -> str:
    return _TONES[estimate.verdict("down" if better == "down" else "up")]


def wrapped_sentence(text: str, width: int = 60) -> str:
    """A sentence for a hover: escaped, on lines of bearable length."""
    lines: list[str] = []
    line = ""
    for word in escape(text).split():
        if len(line) + len(word) > width:
            lines, line = [*lines, line], ""
        line = f"{line} {word}".strip()
    return "<br>".join([*lines, line])


def _points_axis(theme: Theme, language: Language, low: float, high: float, **settings: Any) -> Figure:
    """An axis of points from `low` to `high` (fractions), zero always on it."""
    low, high = min(low * 100, 0.0), max(high * 100, 0.0)
    spare = max(0.06 * (high - low), 0.5)
    low, high = low - spare, high + spare
    step = round_step((high - low) / _TICKS)
    ticks = [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return axis(
        theme,
        title={"text": _POINTS[language], "font": {"size": 12}},
        range=[low, high],
        tickangle=0,
        tickvals=ticks,
        ticktext=[number(tick, language, 0 if step >= 1 else 1, signed=True) for tick in ticks],
        **settings,
    )


def chance(distribution: Floats, better: str, theme: Theme, language: Language) -> Figure:
    """What every choice of units would have given, in points; those at least as far from zero as the real one (the
    first of `distribution`) coloured, and the real one marked."""
    colour = PALETTE[theme]
    real = float(distribution[0])
    edges = np.linspace(distribution.min(), distribution.max(), _BINS)
    far = np.abs(distribution) >= abs(real) - 1e-12
    middles = (edges[:-1] + edges[1:]) / 2 * 100
    tone = "early" if (real > 0) == (better != "down") else "late"
    data: list[Figure] = []
    for chosen, shade, name in (
        (~far, "other", Text("cách chọn chênh lệch nhỏ hơn", "choices with a smaller difference")),
        (far, tone, Text("cách chọn chênh lệch ít nhất bằng vậy", "choices with a difference as large")),
    ):
        counts = np.histogram(distribution[chosen], edges)[0]
        texts = [
            f"{number(count, language)} {name[language]}<br>{number(low * 100, language, 1, signed=True)} … "
            f"{number(high * 100, language, 1, signed=True)}"
            for count, low, high in zip(counts, edges[:-1], edges[1:], strict=True)
        ]
        data.append(
            {
                "type": "bar", "x": middles.tolist(), "y": counts.tolist(), "name": name[language],
                "marker": {"color": colour[shade]}, **hover(texts),
            }
        )  # fmt: skip
    label = Text("thực tế", "as it was")[language]
    mark = {
        "x": real * 100, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False,
        "xanchor": "right" if real > 0 else "left", "xshift": 6 if real > 0 else -6,
        "text": f"<b>{label}: {points(real, language, 1)}</b>", "font": {"color": colour["text"]},
    }  # fmt: skip
    line = {"color": colour["text"], "width": 2}
    return figure(
        data,
        theme,
        language,
        300,
        barmode="stack",
        bargap=0.05,
        showlegend=True,
        annotations=[mark],
        shapes=[{"type": "line", "x0": real * 100, "x1": real * 100, "yref": "paper", "y0": 0, "y1": 1, "line": line}],
        legend={"orientation": "h", "x": 0, "y": 1.12, "yanchor": "bottom", "traceorder": "normal"},
        xaxis=_points_axis(theme, language, float(edges[0]), float(edges[-1]), showgrid=False),
        yaxis=axis(theme, rangemode="tozero", nticks=4, tickformat=",d"),
    )


def course(effects: Sequence[Effect], better: str, theme: Theme, language: Language) -> Figure | None:
    """The effect of each week against the last one before the start, in points with its interval; weeks before the
    start are grey, because nothing should show there. None without an estimate."""
    known = [(effect, effect.estimate) for effect in effects if isinstance(effect.estimate, Estimate)]
    if not known:
        return None
    colour = PALETTE[theme]
    texts = []
    for effect, found in known:
        week = Text(f"tuần thứ {effect.event + 1} của mô hình", f"week {effect.event + 1} of the model")
        if effect.event < 0:
            week = Text(f"{-effect.event - 1} tuần trước tuần gốc", f"{-effect.event - 1} weeks before the base")
        texts.append(
            f"{week[language]}<br>{points(found.value, language, 1)} "
            f"({number(found.low * 100, language, 1, signed=True)} … "
            f"{number(found.high * 100, language, 1, signed=True)})"
        )
    data: list[Figure] = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [effect.event for effect, _ in known],
            "y": [found.value * 100 for _, found in known],
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [(found.high - found.value) * 100 for _, found in known],
                "arrayminus": [(found.value - found.low) * 100 for _, found in known],
                "color": colour["muted"],
                "width": 4,
            },
            "marker": {
                "size": 9,
                "color": [colour[_tone(found, better) if effect.event >= 0 else "other"] for effect, found in known],
            },
            **hover(texts),
            **_ends(
                [found for _, found in known],
                language,
                rows=[_week_name(effect.event, language) for effect, _ in known],
            ),
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [-1],
            "y": [0],
            "marker": {"size": 10, "symbol": "circle-open", "color": colour["text"]},
            **hover(
                [
                    Text("tuần gốc: tuần trọn vẹn cuối cùng trước ngày bắt đầu", "base: the last full week before")[
                        language
                    ]
                ]
            ),
        },
    ]
    places = sorted({effect.event for effect, _ in known} | {-1})
    events = places[:: max(1, -(-len(places) // _MOST_WEEKS))]
    upright = {"color": colour["muted"], "width": 1.5}
    flat = {"color": colour["muted"], "width": 1}
    return figure(
        data,
        theme,
        language,
        320,
        margin={"l": 8, "r": 16, "t": 24, "b": 8, "pad": 4},
        shapes=[
            {"type": "line", "x0": -0.5, "x1": -0.5, "yref": "paper", "y0": 0, "y1": 1, "line": upright},
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "line": flat},
        ],
        annotations=[
            {
                "x": -0.5,
                "yref": "paper",
                "y": 1,
                "yanchor": "bottom",
                "showarrow": False,
                "text": STARTS[language],
                "font": {"size": 12, "color": colour["muted"]},
            }
        ],
        xaxis=axis(
            theme,
            title={"text": Text("tuần tính từ ngày bắt đầu", "weeks from the start")[language], "font": {"size": 12}},
            showgrid=False,
            tickangle=0,
            # The first week of the model is 1, the last full week before it -1: there is no week 0.
            tickvals=events,
            ticktext=[_week_name(event, language) for event in events],
        ),
        yaxis=_points_axis(
            theme, language, min(found.low for _, found in known), max(found.high for _, found in known)
        ),
    )
