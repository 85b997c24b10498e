"""Several units or groups on one scale: a line each with its name at its end, or a small chart each."""

import datetime
from collections.abc import Sequence
from html import escape

from cchc.charts.base import BOTTOM, PALETTE, TOP, Figure, Theme, apart, axis, behind, figure, hover, spaced
from cchc.charts.control import middle, starts, time_axis
from cchc.charts.labels import spread
from cchc.charts.scale import Scale
from cchc.figures.metrics import METRICS, Metric
from cchc.figures.periods import Period
from cchc.findings.together import Line
from cchc.findings.trends import Marker, period_name
from cchc.text import Language, number

# Told apart without colour too: by dash, by mark, and by the name at the end.
_STYLES = (
    ("line1", "solid", "circle"), ("line2", "dash", "square"), ("line3", "dot", "diamond"),
    ("line4", "dashdot", "triangle-up"), ("line5", "longdash", "x"), ("line6", "longdashdot", "star"),
)  # fmt: skip
_HEIGHT, _TOP, _BOTTOM, _RIGHT = 380, 42, 44, 132
# Bold letters of the widest of our fonts: so many find room to the right of the lines.
_LABEL, _LETTERS = 32, 14
_PANEL, _BETWEEN, _ACROSS = 190, 0.06, 2
# Names of quarters and years on a phone.
_MOST_TICKS = 3


def together(
    lines: Sequence[Line],
    name: str,
    as_of: datetime.date,
    markers: Sequence[Marker],
    theme: Theme,
    language: Language,
    panels: bool = False,
) -> Figure | None:
    """A metric of each line over the same periods; one not over by `as_of` is hollow; `markers` as labelled lines. With
    `panels` each has a small chart of its own, all on the same scale, the others faint behind it. None without a
    value."""
    metric = METRICS[name]
    values = [value for line in lines for value in line.known(name).values()]
    if not values:
        return None
    scale = Scale.of(values, metric)
    if panels:
        return _panels(lines, metric, scale, as_of, theme, language)
    periods = list(lines[0].rows)
    shapes, notes, above = starts(periods, markers, [], theme, language)
    return figure(
        [_line(line, place, metric, as_of, theme, language) for place, line in enumerate(lines)],
        theme,
        language,
        _HEIGHT + above,
        margin={"l": 8, "r": _RIGHT, "t": _TOP + above, "b": _BOTTOM, "pad": 4},
        shapes=shapes,
        annotations=[*notes, *_names(lines, metric, scale, theme, language), *scale.start(theme, language)],
        xaxis=_time(periods, theme, language),
        yaxis=scale.axis(theme, language),
        hovermode="closest",
    )


def _line(line: Line, place: int, metric: Metric, as_of: datetime.date, theme: Theme, language: Language) -> Figure:
    colour, dash, mark = _STYLES[place]
    known = line.known(metric.name)
    ends = [f"{mark}-open" if period.end > as_of else mark for period in line.rows]
    parts = {}
    if metric.denominator:
        parts = {
            f"{escape(line.name)}: {head[language]}": [row[f"{metric.name}_{part}"] for row in line.rows.values()]
            for head, part in ((TOP, "n"), (BOTTOM, "d"))
        }
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [middle(period) for period in line.rows],
        "y": [known.get(period) for period in line.rows],
        "name": escape(line.name),
        "line": {"color": PALETTE[theme][colour], "dash": dash, "width": 2.2},
        "marker": {"color": PALETTE[theme][colour], "symbol": ends, "size": 7},
        "cliponaxis": False,
        **hover([_told(line, period, metric, language) for period in line.rows]),
        **behind(rows=[period_name(period, language) for period in line.rows], **parts),
    }


def _told(line: Line, period: Period, metric: Metric, language: Language) -> str:
    row = line.rows[period]
    said = f"<b>{escape(line.name)}</b><br>{period_name(period, language)}<br>{metric.show(row[metric.name], language)}"
    if metric.is_rate:
        said += f" ({number(row[f'{metric.name}_n'], language)} / {number(row[f'{metric.name}_d'], language)})"
    return said


def _time(periods: Sequence[Period], theme: Theme, language: Language, **settings: object) -> Figure:
    if periods[0].kind in ("month", "month_15", "week"):
        return time_axis(periods, theme, **settings)
    ticks = spaced(periods, _MOST_TICKS)
    texts = [period_name(each, language).replace(" ", "<br>", 1) for each in ticks]
    days = [middle(each) for each in ticks]
    return axis(theme, type="date", tickvals=days, ticktext=texts, showgrid=False, tickangle=0, **settings)


def _names(lines: Sequence[Line], metric: Metric, scale: Scale, theme: Theme, language: Language) -> list[Figure]:
    """The names at the right with the last value, level with the ends of their lines and apart from one another."""
    height = _HEIGHT - _TOP - _BOTTOM
    known = {place: line.known(metric.name) for place, line in enumerate(lines)}
    there = [place for place in known if known[place]]
    ends = [list(known[place].values())[-1] for place in there]
    labels = apart([lines[place].name for place in there], _LETTERS)
    wanted = [scale.down(value, height) for value in ends]
    gap = max(_LABEL, *(16 * (label.count("<br>") + 2) for label in labels))
    return [
        {
            "x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": value, "yshift": at - to, "align": "left",
            "text": f"<b>{label}</b><br>{metric.show(value, language)}", "showarrow": False,
            "font": {"size": 12, "color": PALETTE[theme][_STYLES[place][0]]},
        }
        for place, value, label, at, to in zip(there, ends, labels, wanted, spread(wanted, gap, height), strict=True)
    ]  # fmt: skip


def _panels(
    lines: Sequence[Line], metric: Metric, scale: Scale, as_of: datetime.date, theme: Theme, language: Language
) -> Figure:
    """Two small charts beside each other, as many rows as it takes, all on one scale."""
    colour, rows = PALETTE[theme], -(-len(lines) // _ACROSS)
    data: list[Figure] = []
    layout: Figure = {}
    names: list[Figure] = []
    room = (1 - _BETWEEN * (_ACROSS - 1)) / _ACROSS
    for place, line in enumerate(lines):
        column, row = place % _ACROSS, place // _ACROSS
        left, top = column * (room + _BETWEEN), 1 - row / rows
        to = {"xaxis": f"x{place + 1}", "yaxis": f"y{place + 1}"}
        faint = {
            "mode": "lines",
            "hoverinfo": "skip",
            "opacity": 0.45,
            "line": {"color": colour["other"], "width": 1.2},
        }
        for other in (each for each in lines if each is not line):
            days, known = [middle(period) for period in other.rows], other.known(metric.name)
            data.append({"type": "scatter", "x": days, "y": [known.get(each) for each in other.rows], **faint, **to})
        data.append(_line(line, place, metric, as_of, theme, language) | to)
        number_ = str(place + 1) if place else ""
        layout[f"xaxis{number_}"] = _time(
            list(line.rows), theme, language, domain=[left, left + room], anchor=f"y{place + 1}"
        )
        layout[f"yaxis{number_}"] = scale.axis(
            theme, language, domain=[top - 0.72 / rows, top - 0.1 / rows], anchor=f"x{place + 1}",
            showticklabels=not column,
        )  # fmt: skip
        names.append(
            {
                "x": left, "y": top - 0.1 / rows, "xref": "paper", "yref": "paper", "xanchor": "left",
                "yanchor": "bottom", "text": f"<b>{escape(line.name)}</b>", "showarrow": False,
                "font": {"size": 13, "color": colour[_STYLES[place][0]]},
            }
        )  # fmt: skip
    return figure(data, theme, language, _PANEL * rows, annotations=names, hovermode="closest", **layout)
