"""Figures of a rate at its ceiling: the bad dossiers of each period, and how many good ones stand between two."""

from collections.abc import Sequence
from html import escape

import numpy as np

from cchc.charts.base import BOTTOM, PALETTE, Figure, Theme, axis, behind, count_axis, figure, hover
from cchc.charts.control import POINTS, middle, open_name, starts, time_axis
from cchc.findings.trends import Gaps, Marker, Trend, bad_name, period_name, signal_name
from cchc.statistics.spc import Array, meaning
from cchc.text import Language, Text, date, number

_HEIGHT = 300


def misses(
    trend: Trend, markers: Sequence[Marker], rebased: Sequence[Marker], theme: Theme, language: Language
) -> Figure:
    """Bad dossiers in each period as bars, above them the most that chance would bring; an unfinished period hatched.
    `trend` is at its best."""
    colour, limits = PALETTE[theme], trend.chart.limits
    most = _bad(trend, limits.lower if trend.metric.direction == "up" else limits.upper, trend.denominators)
    shapes, notes, above = starts(trend.periods, markers, rebased, theme, language)
    bars = _bars(trend, theme, language)
    periods = [*trend.periods, *([trend.unfinished.period] if trend.unfinished else [])]
    line: Figure = {
        "type": "scatter",
        "mode": "lines",
        "x": [middle(period) for period in trend.periods],
        "y": [None if each != each else each for each in most.tolist()],
        "line": {"color": colour["muted"], "width": 1.4, "shape": "hvh"},
        "hoverinfo": "skip",
    }
    return figure(
        [bars, *([line] if np.isfinite(most).any() else [])],
        theme,
        language,
        _HEIGHT + above,
        margin={"l": 8, "r": 16, "t": 42 + above, "b": 44, "pad": 4},
        shapes=shapes,
        annotations=notes,
        xaxis=time_axis(periods, theme),
        yaxis=count_axis(theme, max([*bars["y"], *most[np.isfinite(most)]])),
    )


def _bad(trend: Trend, values: Array, denominators: Array) -> Array:
    share = 1 - values if trend.metric.direction == "up" else values
    return np.round(share * denominators)


def _bars(trend: Trend, theme: Theme, language: Language) -> Figure:
    name, colour = bad_name(trend)[language], PALETTE[theme]
    found = [*zip(trend.periods, trend.values, trend.denominators, strict=True)]
    said = [signal_name(each)[language] for each in trend.meanings()]
    inks = [colour["late" if each == "concern" else "other"] for each in trend.meanings()]
    patterns = [""] * len(found)
    if trend.unfinished:
        found.append((trend.unfinished.period, trend.unfinished.value, trend.unfinished.denominator))
        said.append(open_name(trend, language))
        inks.append(colour["other"])
        patterns.append("/")
    counts = _bad(trend, np.array([value for _, value, _ in found]), np.array([of for *_, of in found]))
    texts = [
        f"<b>{escape(period_name(period, language))}</b><br>{number(count, language)} {name}"
        f" / {number(of, language)}<br>{what}"
        for (period, _, of), count, what in zip(found, counts, said, strict=True)
    ]
    return {
        "type": "bar",
        "name": name,
        "x": [middle(period) for period, _, _ in found],
        "y": counts.tolist(),
        "marker": {"color": inks, "pattern": {"shape": patterns}},
        **hover(texts),
        **behind(**{BOTTOM[language]: [float(of) for *_, of in found]}),
    }


def gaps(gaps: Gaps, trend: Trend, theme: Theme, language: Language) -> Figure | None:
    """Good dossiers between two bad ones, each at the day of the second (g chart): high is good. What has come since
    the last is hollow. None where there is nothing between."""
    if not gaps.days:
        return None
    lines = (
        (gaps.chart.limits.centre, "solid", Text("trung vị", "median")),
        (gaps.chart.limits.upper, "dash", Text("giới hạn trên", "upper limit")),
    )
    data = [_between(gaps, trend, theme, language)]
    data += [_level(gaps, line, dash, name[language], theme) for line, dash, name in lines if np.isfinite(line).any()]
    data.append(_since(gaps, trend, theme, language))
    return figure(
        data,
        theme,
        language,
        _HEIGHT,
        margin={"l": 8, "r": 16, "t": 12, "b": 32, "pad": 4},
        xaxis=axis(theme, type="date", tickformat="%m/%Y", nticks=6, showgrid=False),
        yaxis=count_axis(theme, max(*gaps.chart.values, gaps.since)),
    )


def _between(gaps: Gaps, trend: Trend, theme: Theme, language: Language) -> Figure:
    name = bad_name(trend)
    said = Text(f"hồ sơ giữa hai hồ sơ {name.vi}", f"dossiers between two {name.en} ones")[language]
    values = gaps.chart.values.tolist()
    texts = [
        f"<b>{date(day, language)}</b><br>{number(value, language)} {said}"
        for day, value in zip(gaps.days, values, strict=True)
    ]
    styles = [POINTS[meaning(side, "up")] for side in gaps.chart.fired()[1]]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [day.isoformat() for day in gaps.days],
        "y": values,
        "line": {"color": PALETTE[theme]["withdrawn"], "width": 1.4},
        "marker": {
            "color": [PALETTE[theme][colour] for colour, _, _ in styles],
            "symbol": [shape for _, shape, _ in styles],
            "size": [size for _, _, size in styles],
        },
        "cliponaxis": False,
        **hover(texts),
    }


def _level(gaps: Gaps, line: Array, dash: str, name: str, theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [day.isoformat() for day in gaps.days],
        "y": [None if each != each else each for each in line.tolist()],
        "line": {"color": PALETTE[theme]["muted"], "width": 1.4, "dash": dash},
        "name": name,
        "hoverinfo": "skip",
    }


def _since(gaps: Gaps, trend: Trend, theme: Theme, language: Language) -> Figure:
    end, colour = trend.periods[-1].end, PALETTE[theme]["withdrawn"]
    name = Text(f"từ đó đến {date(end, 'vi')}", f"since then, to {date(end, 'en')}")[language]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [gaps.days[-1].isoformat(), end.isoformat()],
        "y": [float(gaps.chart.values[-1]), gaps.since],
        "name": name,
        "line": {"color": colour, "width": 1.4, "dash": "dot"},
        "marker": {"color": colour, "symbol": "circle-open", "size": [0, 9], "line": {"width": 2}},
        "cliponaxis": False,
        **hover(["", f"{number(gaps.since, language)} {name}"]),
    }
