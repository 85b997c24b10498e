"""The control chart: which points of a series are ordinary variation, and which are real."""

import datetime
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from textwrap import shorten

import numpy as np

from cchc.charts.base import BOTTOM, PALETTE, TOP, Figure, Theme, axis, behind, figure, hover, spaced, wrapped
from cchc.charts.icons import as_image
from cchc.charts.labels import HALF, spread, stacked
from cchc.charts.scale import Scale
from cchc.figures.periods import Period
from cchc.findings.trends import Marker, Trend, line_shown, period_name, shown, signal_name, step_name, target_of
from cchc.statistics.spc import Meaning
from cchc.text import Language, Text, capital, date, number

# Colour, shape and size of a point, by what it says.
POINTS: dict[Meaning, tuple[str, str, int]] = {
    "common": ("withdrawn", "circle", 6),
    "improvement": ("early", "circle", 11),
    "concern": ("late", "diamond", 12),
    "neutral": ("text", "square", 10),
}
_LINES = (
    ("upper", Text("giới hạn trên", "upper limit")),
    ("centre", Text("trung bình", "mean")),
    ("lower", Text("giới hạn dưới", "lower limit")),
)
_HEIGHT, _TOP, _BOTTOM, _RIGHT = 380, 42, 44, 96
_LABEL = 37
# So many points stand apart at full size.
_ROOMY = 40
_MOST_TICKS = 8
# Of a name above the plot, on two lines with its day; pixels of a line and of a letter of it, and of a plot on a phone.
_NAME = 50
_NAME_LINE, _LETTER, NARROWEST = 17, 6.4, 190
# What a name and its day take above the plot, with the room over them.
NAMES = 2 * _NAME_LINE + 2
# Pixels of a line of a legend, and of an axis of months below a plot with its margins.
_LEGEND_LINE, _TICKS = 22, 50
# Pixels between the plot and the edge of the picture, where its axis has its numbers.
_BESIDE = 50
_AS_IT_IS = datetime.timedelta(0)


def control(
    trend: Trend, markers: Sequence[Marker], rebased: Sequence[Marker], theme: Theme, language: Language
) -> Figure | None:
    """Values with their mean, limits (near ones faint) and target; points that fired a rule by colour and shape, an
    unfinished period hollow; `markers` and the days of `rebased` limits as labelled lines. None without a point."""
    if not trend.periods:
        return None
    scale = Scale.of(heights(trend), trend.metric)
    data = [*_limits(trend, theme, language), _line(trend, theme, language), *_points(trend, theme, language)]
    data += _unfinished(trend, theme, language)
    shapes, notes, above = starts(trend.periods, markers, rebased, theme, language)
    if trend.target is not None and scale.low <= trend.target <= scale.top:
        shapes.append(across(trend.target, theme))
    return figure(
        data,
        theme,
        language,
        _HEIGHT + above,
        margin={"l": 8, "r": _RIGHT, "t": _TOP + above, "b": _BOTTOM, "pad": 4},
        shapes=shapes,
        annotations=[*notes, *_levels(trend, scale, theme, language), *scale.start(theme, language)],
        xaxis=time_axis([*trend.periods, *([trend.unfinished.period] if trend.unfinished else [])], theme),
        yaxis=scale.axis(theme, language),
        hovermode="closest",
        # On the page a legend of its own stands below, which wraps; a picture of the chart has Plotly's.
        meta={"legend": True},
    )


def middle(period: Period) -> str:
    """Where a period stands on an axis of days: in its middle, so that a start lies between two points."""
    return (period.start + (period.end - period.start) / 2).isoformat()


def time_axis(periods: Sequence[Period], theme: Theme, **settings: object) -> Figure:
    """An axis of days named by months, at most eight of them, the year below the first of each year."""
    shown_at = [period for period in periods if period.kind != "week" or period.start.day <= 7]
    ticks = spaced(shown_at, _MOST_TICKS)
    # Said, because Plotly would make room beside the points for names that stand above them.
    whole = [periods[0].start.isoformat(), (periods[-1].end + datetime.timedelta(days=1)).isoformat()]
    return axis(
        theme, type="date", tickvals=[middle(period) for period in ticks],
        ticktext=months([period.end for period in ticks]), showgrid=False, tickangle=0,
        **{"range": whole} | settings,
    )  # fmt: skip


def months(days: Sequence[datetime.date]) -> list[str]:
    """Names of ticks at months, the year below the first of each; below the very first only where the next is of the
    same year: two years side by side would meet on a phone."""
    new = [day.year != before.year for before, day in pairwise(days)]
    return [f"{day:%m}" + f"<br>{day.year}" * year for day, year in zip(days, [not any(new[:1]), *new], strict=True)]


def across(value: float, theme: Theme) -> Figure:
    """The dashed line of a target."""
    line = {"color": PALETTE[theme]["target"], "dash": "dash", "width": 1.5}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line, "layer": "below"}


def starts(
    periods: Sequence[Period],
    markers: Sequence[Marker],
    rebased: Sequence[Marker],
    theme: Theme,
    language: Language,
    earlier: datetime.timedelta = _AS_IT_IS,
    room: float = NARROWEST,
) -> tuple[list[Figure], list[Figure], int]:
    """Vertical lines with their names above the plot, one above another where they would meet in a plot of `room`
    pixels: dotted where something began, solid where limits start afresh; last, the pixels the names need above the
    usual two lines. The lines stand `earlier` on an axis whose points do."""
    colour = PALETTE[theme]
    named = [each for each in markers if each not in rebased] + list(rebased)
    inside = sorted((each for each in named if periods[0].start < each.day <= periods[-1].end), key=lambda e: e.day)
    shares = [(each.day - periods[0].start) / (periods[-1].end - periods[0].start) for each in inside]
    names = [_day_name(each, language, share, room) for each, share in zip(inside, shares, strict=True)]
    wides = [max(map(len, name.split("<br>"))) * _LETTER / room for name in names]
    levels = stacked(shares, wides, [name.count("<br>") + 1 for name in names])
    shapes: list[Figure] = []
    notes: list[Figure] = []
    for marker, share, text, level in zip(inside, shares, names, levels, strict=True):
        style = "solid" if marker in rebased else "dot"
        side = "right" if share > HALF else "left"
        day = (marker.day - earlier).isoformat()
        shapes.append(
            {
                "type": "line", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
                "line": {"color": colour["muted"], "dash": style, "width": 1.5},
            }
        )  # fmt: skip
        notes.append(
            {
                "x": day, "y": 1, "yref": "paper", "yanchor": "bottom", "align": side, "showarrow": False,
                "xanchor": side, "text": text, "yshift": _NAME_LINE * level,
                "font": {"size": 12, "color": colour["muted"]},
            }
        )  # fmt: skip
    lines = max((level + text.count("<br>") + 1 for level, text in zip(levels, names, strict=True)), default=0)
    return shapes, notes, _NAME_LINE * max(lines - 2, 0)


def over_names(above: int, height: int, data: Sequence[Figure]) -> Figure:
    """A legend over the names of `starts`, which need `above`, in a figure `height` pixels high: as far over the plot
    as they reach on a phone, where every trace has a line of the legend and the plot is lowest."""
    names = NAMES + above
    lines = sum(trace.get("showlegend", True) for trace in data)
    plot = height - names - _LEGEND_LINE * lines - _TICKS
    return {"orientation": "h", "x": 0, "y": 1 + names / plot, "yanchor": "bottom", "traceorder": "normal"}


def _day_name(marker: Marker, language: Language, share: float, wide: float) -> str:
    # The name gives way, never the day; a line of it ends before the picture does, on a phone too.
    name = shorten(marker.name[language], _NAME, placeholder=" …")
    room = int((max(share, 1 - share) * wide + _BESIDE) / _LETTER)
    return wrapped(name if marker.says_when else f"{name} {date(marker.day, language)}", min(_NAME - 14, room))


def heights(trend: Trend) -> list[float]:
    """Every value a scale must hold. Left out: a lower limit below 0 of what cannot be negative, and a target so far
    off that it would press the series flat."""
    limits = trend.chart.limits
    lower = limits.lower[~((limits.lower < 0) & (trend.values >= 0))]
    held = np.concatenate([trend.values, limits.upper, lower, [trend.unfinished.value] if trend.unfinished else []])
    known: list[float] = held[np.isfinite(held)].tolist()
    if trend.target is not None:
        low, high = min(known), max(known)
        off = max(low - trend.target, trend.target - high)
        known += [trend.target] if off <= high - low else []
    return known


def _limits(trend: Trend, theme: Theme, language: Language) -> list[Figure]:
    """Mean, limits and near limits of each segment as steps, the room between the limits shaded."""
    limits, colour, names = trend.chart.limits, PALETTE[theme], dict(_LINES)
    days = [middle(period) for period in trend.periods]
    data: list[Figure] = []
    for first, end in pairwise([*trend.chart.starts, len(days)]):
        part = slice(first, end)
        if not limits.centre[part].size or limits.centre[first] != limits.centre[first]:
            continue
        steps: Figure = {
            "type": "scatter", "mode": "lines", "x": days[part], "hoverinfo": "skip", "showlegend": False,
        }  # fmt: skip
        edge = {"color": colour["muted"], "width": 1.2, "shape": "hvh"}
        faint = {"color": colour["withdrawn"], "width": 0.8, "dash": "dot", "shape": "hvh"}
        band = {"fill": "tonexty", "fillcolor": colour["band"]}
        lower, upper, centre = (
            steps | {"y": getattr(limits, line)[part].tolist()} | behind(capital(names[line][language]))
            for line in ("lower", "upper", "centre")
        )
        data += [lower | {"line": edge}, upper | {"line": edge} | band]
        near = [each[part].tolist() for each in (limits.near_lower, limits.near_upper) if each[first] == each[first]]
        data += [steps | {"y": line, "line": faint, "opacity": 0.6} for line in near]
        data.append(centre | {"line": {"color": colour["muted"], "width": 1.6}})
    return data


def _line(trend: Trend, theme: Theme, language: Language) -> Figure:
    parts = {}
    if trend.metric.is_rate:
        parts[TOP[language]] = np.round(trend.values * trend.denominators).tolist()
        parts[BOTTOM[language]] = trend.denominators.tolist()
    rows = [capital(period_name(period, language)) for period in trend.periods]
    return {
        "type": "scatter", "mode": "lines", "x": [middle(period) for period in trend.periods],
        "y": trend.values.tolist(), "line": {"color": PALETTE[theme]["withdrawn"], "width": 1.6}, "hoverinfo": "skip",
        "showlegend": False, **behind(trend.metric.label[language], rows=rows, **parts),
    }  # fmt: skip


def _points(trend: Trend, theme: Theme, language: Language) -> list[Figure]:
    meanings = trend.meanings()
    texts = hovers(trend, language)
    scale = 1 if len(texts) <= _ROOMY else 0.6
    data: list[Figure] = []
    for meaning, (colour, shape, size) in POINTS.items():
        places = [place for place, each in enumerate(meanings) if each == meaning]
        if not places:
            continue
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [middle(trend.periods[place]) for place in places],
                "y": [float(trend.values[place]) for place in places],
                "name": signal_name(meaning)[language],
                "marker": {"color": PALETTE[theme][colour], "symbol": shape, "size": size * scale},
                "cliponaxis": False,
                **hover([texts[place] for place in places]),
            }
        )
    return data


def legend(trend: Trend, theme: Theme, language: Language) -> str:
    """What the colours and shapes in use mean, as HTML that wraps on a phone."""
    used = set(trend.meanings())
    items = [(_shape(meaning, theme), signal_name(meaning)[language]) for meaning in POINTS if meaning in used]
    if trend.unfinished:
        stroke = f'stroke="{PALETTE[theme]["withdrawn"]}" stroke-width="2"'
        items.append((f'<circle cx="7" cy="7" r="4.5" fill="none" {stroke}/>', open_name(trend, language)))
    frame = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 14" width="14" height="14">{}</svg>'
    pictures = [(as_image(frame.format(shape)), name) for shape, name in items]
    spans = [f'<span><img alt="" src="{picture}">{escape(name)}</span>' for picture, name in pictures]
    return f'<div class="legend">{"".join(spans)}</div>'


def _shape(meaning: Meaning, theme: Theme) -> str:
    name, shape, size = POINTS[meaning]
    colour = PALETTE[theme][name]
    if shape == "circle":
        return f'<circle cx="7" cy="7" r="{size / 2}" fill="{colour}"/>'
    if shape == "square":
        return f'<rect x="2" y="2" width="10" height="10" fill="{colour}"/>'
    return f'<path d="M7 .5 13.5 7 7 13.5.5 7z" fill="{colour}"/>'


def open_name(trend: Trend, language: Language) -> str:
    """What an unfinished period is called."""
    step = step_name(trend.grain)
    name = Text(f"{step.vi} chưa trọn, không đánh giá", f"{step.en} not over, not judged")[language]
    return capital(name)


def hovers(trend: Trend, language: Language) -> list[str]:
    """For each point its period, value with its counts, what it says, and the limits it was judged by."""
    limits, found = trend.chart.limits, []
    for place, meaning in enumerate(trend.meanings()):
        value = float(trend.values[place])
        said = f"<b>{escape(period_name(trend.periods[place], language))}</b><br>{shown(trend, value, language)}"
        if trend.metric.is_rate:
            bottom = float(trend.denominators[place])
            said += f" ({number(value * bottom, language)} / {number(bottom, language)})"
        if limits.centre[place] == limits.centre[place]:
            low, high = (line_shown(trend, float(each[place]), language) for each in (limits.lower, limits.upper))
            said += f"<br>{signal_name(meaning)[language]}<br>{Text('giới hạn', 'limits')[language]} {low} – {high}"
        found.append(said)
    return found


def _unfinished(trend: Trend, theme: Theme, language: Language) -> list[Figure]:
    if trend.unfinished is None:
        return []
    period, value = trend.unfinished.period, trend.unfinished.value
    name = open_name(trend, language)
    text = f"<b>{escape(period_name(period, language))}</b><br>{shown(trend, value, language)}<br>{name}"
    colour = PALETTE[theme]["withdrawn"]
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": [middle(trend.periods[-1]), middle(period)],
            "y": [float(trend.values[-1]), value],
            "name": name,
            "line": {"color": colour, "width": 1.4, "dash": "dot"},
            "marker": {"color": colour, "symbol": "circle-open", "size": [0, 9], "line": {"width": 2}},
            "cliponaxis": False,
            **hover(["", text]),
            **behind(name, values=[None, value]),
        }
    ]


def _levels(trend: Trend, scale: Scale, theme: Theme, language: Language) -> list[Figure]:
    """The names of the lines at the right, where they end, apart from one another."""
    limits, colour = trend.chart.limits, PALETTE[theme]
    named: list[tuple[float, str, str]] = []
    for line, name in _LINES:
        value = float(getattr(limits, line)[-1])
        if value == value and value >= scale.low:
            named.append((value, f"{name[language]}<br>{line_shown(trend, value, language)}", colour["muted"]))
    if trend.target is not None:
        goal, held = Text("chỉ tiêu", "target")[language], min(max(trend.target, scale.low), scale.top)
        beyond = " ↓" if held > trend.target else " ↑" if held < trend.target else ""
        named.append((held, f"{goal}<br>{target_of(trend, language)}{beyond}", colour["target"]))
    height = _HEIGHT - _TOP - _BOTTOM
    wanted = [scale.down(value, height) for value, _, _ in named]
    places = spread(wanted, _LABEL, height)
    return [
        {
            "x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": value, "yshift": at - place, "align": "left",
            "text": text, "showarrow": False, "font": {"size": 12, "color": ink},
        }
        for (value, text, ink), at, place in zip(named, wanted, places, strict=True)
    ]  # fmt: skip
