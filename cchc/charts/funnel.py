"""The funnel plot: on-time rates of units against their size, between the limits that units usually keep to."""

import math
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from cchc.charts.base import PALETTE, Figure, Theme, axis, behind, clickable, figure, wrapped
from cchc.charts.labels import GAP, LINE, beside, spread
from cchc.charts.scale import round_step
from cchc.figures.metrics import METRICS
from cchc.figures.unnamed import is_one
from cchc.findings.compliance import STANDINGS, UNJUDGED, Comparison, in_full
from cchc.statistics.compare import Z95, Z998, Funnel
from cchc.text import Language, Text, capital, number, percent

_HEIGHT = 480
_MARGIN = {"l": 58, "r": 84, "t": 36, "b": 58, "pad": 0}
# The plot on a phone: names that stay apart there do so on every wider screen.
_NARROW = 220
# Sizes that differ by more than this stand on a logarithmic axis.
_FAR_APART = 20
_TICKS = 4


@dataclass(frozen=True)
class _Plane:
    """What is drawn: units of `least` to `most` dossiers, rates from `low` to `high`, `tall` pixels."""

    logarithmic: bool
    least: float
    most: float
    low: float
    high: float
    tall: float

    def x(self, sizes: Any) -> Any:
        """Sizes as places on the axis."""
        return np.log10(sizes) if self.logarithmic else np.asarray(sizes, dtype=float)

    def across(self, sizes: Any) -> Any:
        """Sizes as pixels from the left of a narrow plot."""
        left, right = self.x(self.least), self.x(self.most)
        return (self.x(sizes) - left) / (right - left) * _NARROW

    def down(self, rates: Any) -> Any:
        """Rates as pixels from the top of the plot; those beyond it at its edge."""
        return (self.high - np.clip(rates, self.low, self.high)) / (self.high - self.low) * self.tall


def funnel(
    comparison: Comparison,
    names: dict[str, str],
    target: float | None,
    theme: Theme,
    language: Language,
    height: float = _HEIGHT,
    letters: float = 0,
) -> Figure | None:
    """Every unit of `comparison` as a point, with the overall rate, the 95 % and 99.8 % limits and the target if there
    is one for all.

    Names stand beside the units asked about that differ from the overall rate, and beside those chosen among others.
    A click narrows to a unit. None without a funnel. It is so many pixels high, no letter smaller than `letters`.
    """
    if comparison.funnel is None:
        return None
    colour, rows = PALETTE[theme], _drawn(comparison.peers)
    levels = [(comparison.funnel.overall, "text", "solid", Text("mức chung", "overall"), 2)]
    if target is not None:
        levels.append((target, "target", "dash", Text("chỉ tiêu", "target"), 0))
    plane = _plane(rows, comparison.funnel, [rate for rate, *_ in levels], height)
    across = plane.x([plane.least, plane.most]).tolist()
    lines = [_line(across, [rate, rate], colour[tone], dash) for rate, tone, dash, *_ in levels]
    limits = _limits(plane, comparison.funnel, colour)
    ends = [
        (limits[0]["y"][-1], colour["muted"], STANDINGS["different"], percent(0.998, language, 1)),
        (limits[2]["y"][-1], colour["muted"], STANDINGS["look"], percent(0.95, language, 0)),
        *[(rate, colour[tone], word, percent(rate, language, decimals)) for rate, tone, _, word, decimals in levels],
    ]
    return figure(
        [*limits, *lines, _points(rows, plane, names, colour, language)],
        theme,
        language,
        height,
        margin=_MARGIN,
        hovermode="closest",
        annotations=[
            *_line_names(ends, plane, max(11, letters), language),
            *_unit_names(rows, plane, [rate for rate, *_ in levels], names, max(12, letters), colour),
            _head(plane, colour, language),
        ],
        xaxis=_size_axis(plane, theme, language),
        yaxis=_rate_axis(plane, theme, language),
    )


def _drawn(peers: pd.DataFrame) -> pd.DataFrame:
    """Units with dossiers, those that say most last and so on top; `tone` is what their colour says, `loud` who is
    named."""
    rows = peers[(peers["resolved"] > 0) & (peers["standing"] != "ended")]
    outside = rows["standing"].isin(["different", "look"]) & rows["chosen"]
    tone = np.select([outside & (rows["z"] < 0), outside], ["late", "early"], "withdrawn")
    # Somebody chosen among others is seen even where nothing is remarkable.
    alone = rows["chosen"] & ~outside & (not rows["chosen"].all())
    return rows.assign(tone=np.where(alone, "text", tone), loud=outside | alone).sort_values("loud", kind="stable")


def _plane(rows: pd.DataFrame, limits: Funnel, levels: list[float], height: float) -> _Plane:
    fewest, most = float(rows["resolved"].min()), float(rows["resolved"].max())
    logarithmic = most > _FAR_APART * fewest
    least = fewest / 1.2 if logarithmic else max(fewest - 0.06 * most, fewest / 2)
    most = most * (1.2 if logarithmic else 1.06)
    # A unit of three dossiers may have any rate: it must not press all the others together.
    judged = rows.loc[~rows["standing"].isin(UNJUDGED), "on_time_rate"]
    rates = [*judged, *levels, *(float(end) for end in limits.limits(most, Z998))]
    spare = max(0.06 * (max(rates) - min(rates)), 0.0005)
    tall = height - _MARGIN["t"] - _MARGIN["b"]
    return _Plane(logarithmic, least, most, max(min(rates) - spare, 0), max(rates) + spare, tall)


def _line(x: Any, y: Any, colour: str, dash: str, **settings: str) -> Figure:
    style = {"color": colour, "dash": dash, "width": 1.5}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": style, "hoverinfo": "skip"} | settings


def _limits(plane: _Plane, limits: Funnel, colour: dict[str, str]) -> list[Figure]:
    """Lower and upper limits of 99.8 % and 95 %; between the latter lies the funnel."""
    sizes = np.geomspace(plane.least, plane.most, 80)
    x = plane.x(sizes).tolist()
    (lowest, highest), (low, high) = (limits.limits(sizes, quantile) for quantile in (Z998, Z95))
    return [
        _line(x, lowest.tolist(), colour["muted"], "solid"),
        _line(x, highest.tolist(), colour["muted"], "solid"),
        _line(x, low.tolist(), colour["muted"], "dot"),
        _line(x, high.tolist(), colour["muted"], "dot", fill="tonexty", fillcolor=colour["grid"]),
    ]


def _points(
    rows: pd.DataFrame, plane: _Plane, names: dict[str, str], colour: dict[str, str], language: Language
) -> Figure:
    units = rows.to_dict("records")
    symbols = [_symbol(unit, plane) for unit in units]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": plane.x(rows["resolved"]).tolist(),
        "y": rows["on_time_rate"].clip(plane.low, plane.high).tolist(),
        "cliponaxis": False,
        "marker": {
            "color": [colour[tone] for tone in rows["tone"]],
            "symbol": symbols,
            "size": [12 if loud else 9 for loud in rows["loud"]],
            "line": {"width": [2.5 if "open" in symbol else 0 for symbol in symbols]},
        },
        **clickable(
            ["" if is_one(unit) else unit for unit in rows["unit"]],
            "late",
            [_sentence(unit, names, language) for unit in units],
        ),
        **behind(
            METRICS["on_time_rate"].label[language],
            values=rows["on_time_rate"].tolist(),
            **{METRICS[name].label[language]: rows[name].tolist() for name in ("late", "resolved")},
        ),
    }


def _symbol(unit: dict[Any, Any], plane: _Plane) -> str:
    """Hollow where the unit cannot be judged, or is worth no more than a look; a triangle at the edge of the plot where
    its rate is beyond it."""
    if unit["on_time_rate"] < plane.low:
        return "triangle-down-open"
    hollow = unit["standing"] in ("unsure", *UNJUDGED) or (unit["standing"] == "look" and unit["loud"])
    return "circle-open" if hollow else "circle"


def _sentence(unit: dict[Any, Any], names: dict[str, str], language: Language) -> str:
    """What a point says: the rate, its interval and counts, and how it stands among all; in lines for a phone."""
    rate, low, high = (percent(unit[f"on_time_rate{end}"], language) for end in ("", "_low", "_high"))
    late, resolved = number(unit["late"], language), number(unit["resolved"], language)
    said = Text(
        f"{rate} trước và đúng hạn<br>Khoảng tin cậy 95 %: {low} đến {high}<br>{late} trên {resolved} hồ sơ quá hạn",
        f"{rate} on time<br>95% confidence interval: {low} to {high}<br>{late} of {resolved} dossiers late",
    )
    standing = wrapped(in_full(unit["standing"], unit["z"])[language], 38)
    return f"<b>{escape(names[unit['unit']])}</b><br>{said[language]}<br>{capital(standing)}"


def _unit_names(
    rows: pd.DataFrame, plane: _Plane, levels: list[float], names: dict[str, str], size: float, colour: dict[str, str]
) -> list[Figure]:
    """The names of units that are to be seen, what lies farthest out first served."""
    loud = rows[rows["loud"]].sort_values("z", key=abs, ascending=False)
    points = list(zip(plane.across(loud["resolved"]).tolist(), plane.down(loud["on_time_rate"]).tolist(), strict=True))
    texts = [wrapped(names[unit], 18) for unit in loud["unit"]]
    avoid = [float(plane.down(rate)) for rate in levels]
    ink = {"late": colour["late_text"], "early": colour["early_text"], "text": colour["text"]}
    found = []
    for label, text, unit in zip(
        beside(points, texts, _NARROW, plane.tall, avoid, size), texts, loud.to_dict("records"), strict=True
    ):
        if label is None:
            continue
        found.append(
            {
                "x": float(plane.x(unit["resolved"])),
                "y": float(np.clip(unit["on_time_rate"], plane.low, plane.high)),
                "text": text,
                "align": "left" if label.right else "right",
                "xanchor": "left" if label.right else "right",
                "ax": GAP if label.right else -GAP,
                "ay": label.drop,
                "arrowhead": 0,
                "arrowwidth": 1,
                "arrowcolor": colour["muted"] if label.drop else "rgba(0,0,0,0)",
                "font": {"size": size, "color": ink[unit["tone"]]},
                "bgcolor": f"{colour['ground']}99",
                "borderpad": 0,
            }
        )
    return found


def _line_names(
    ends: list[tuple[float, str, Text, str]], plane: _Plane, size: float, language: Language
) -> list[Figure]:
    """What the lines are, at their right ends; kept apart where the lines are not."""
    downs = spread([float(plane.down(rate)) for rate, *_ in ends], 2 * LINE * size, plane.tall)
    return [
        {
            "xref": "paper", "x": 1, "xanchor": "left", "xshift": 6, "yref": "paper", "y": 1 - down / plane.tall,
            "yanchor": "middle", "align": "left", "showarrow": False, "text": f"{word[language]}<br>{value}",
            "font": {"size": size, "color": ink},
        }
        for (_, ink, word, value), down in zip(ends, downs, strict=True)
    ]  # fmt: skip


def _head(plane: _Plane, colour: dict[str, str], language: Language) -> Figure:
    """What the upright axis holds, and where it starts."""
    start = percent(plane.low, language, _decimals(plane) + 1)
    text = Text("Tỷ lệ trước và đúng hạn", "On-time rate")[language]
    if plane.low > 0:
        text += Text(f" (trục từ {start})", f" (axis from {start})")[language]
    return {
        "xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 8,
        "showarrow": False, "text": text, "font": {"size": 12, "color": colour["muted"]},
    }  # fmt: skip


def _step(span: float) -> float:
    """The round number that cuts a span into about _TICKS parts."""
    return round_step(span / _TICKS)


def _decimals(plane: _Plane) -> int:
    return max(0, -math.floor(math.log10(_step(plane.high - plane.low) * 100) + 1e-9))


def _rate_axis(plane: _Plane, theme: Theme, language: Language) -> Figure:
    step = _step(plane.high - plane.low)
    ticks = [n * step for n in range(math.ceil(plane.low / step), math.floor(min(plane.high, 1) / step + 1e-9) + 1)]
    texts = [percent(tick, language, _decimals(plane)) for tick in ticks]
    return axis(theme, range=[plane.low, plane.high], tickvals=ticks, ticktext=texts)


def _size_axis(plane: _Plane, theme: Theme, language: Language) -> Figure:
    title = Text("Số hồ sơ đã giải quyết", "Resolved dossiers")[language]
    if plane.logarithmic:
        title += Text(" (thang logarit)", " (logarithmic scale)")[language]
        powers = [10.0**n for n in range(math.floor(math.log10(plane.least)), math.ceil(math.log10(plane.most)) + 1)]
        ticks = [times * power for power in powers for times in (1, 3)]
    else:
        step = _step(plane.most - plane.least)
        ticks = [n * step for n in range(math.ceil(plane.least / step), math.floor(plane.most / step) + 1)]
    shown = [tick for tick in ticks if plane.least <= tick <= plane.most]
    return axis(
        theme,
        range=[float(plane.x(plane.least)), float(plane.x(plane.most))],
        tickvals=[float(plane.x(tick)) for tick in shown],
        ticktext=[number(tick, language) for tick in shown],
        tickangle=0,
        showgrid=False,
        title={"text": title, "font": {"size": 12, "color": PALETTE[theme]["muted"]}},
    )
