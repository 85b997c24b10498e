"""Figures of a service model over time: its rate week by week, a break in a series, weekdays before and since."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from cchc.charts.base import BOTTOM, PALETTE, TOP, Figure, Theme, axis, behind, figure, hover, spaced
from cchc.charts.control import over_names, starts
from cchc.figures.filters import WEEKDAY_NAMES
from cchc.figures.periods import Period, containing
from cchc.findings.trends import Marker
from cchc.statistics.impact import InterruptedSeries
from cchc.text import LANGUAGES, Language, Text, capital, date, number, percent

_HALF_WEEK = datetime.timedelta(days=3, hours=12)
_WEEK_MS = 7 * 86_400_000
_MOST_DATES = 5
STARTS = Text("bắt đầu mô hình", "model starts")
_INCOMPLETE = Text("tuần chưa trọn", "week not complete")


@dataclass(frozen=True)
class Line:
    """One line of a weekly chart: what it is, its colour by meaning, and period, top, bottom of each week."""

    name: Text
    tone: str
    weeks: pd.DataFrame
    dash: str = "solid"


@dataclass(frozen=True)
class Start:
    """The day a model began, and the Monday of the first week with a model day."""

    day: datetime.date
    week: datetime.date


def weekly_rates(
    lines: Sequence[Line],
    start: Start,
    as_of: datetime.date,
    theme: Theme,
    language: Language,
    markers: Sequence[Marker] = (),
) -> Figure | None:
    """The rate of each line week by week above, the dossiers of the first line below; the start and `markers` are
    marked, a week the data does not cover to its end is hatched. None when no week has dossiers."""
    drawn = [line for line in lines if line.weeks["bottom"].sum() > 0]
    if not drawn:
        return None
    colour = PALETTE[theme]
    data = [_rate_line(line, colour, language) for line in drawn]
    data += _bars(drawn[0].weeks, colour, language)
    last = max(line.weeks["period"].max() for line in drawn)
    top = max(float((line.weeks["top"] / line.weeks["bottom"]).max()) for line in drawn)
    top = min(1.0, np.ceil(top * 10 + 0.2) / 10)
    if last + pd.Timedelta(days=6) > pd.Timestamp(as_of):
        data.insert(0, _hatched(last, top, colour, language))
    weeks = [day for line in drawn for day in line.weeks["period"]]
    marks, height = marked(weeks, markers, data, 340, theme, language, start)
    return figure(
        data,
        theme,
        language,
        height,
        showlegend=True,
        barmode="stack",
        xaxis=week_axis(weeks, theme, anchor="y2"),
        yaxis=_rates(theme, language, top) | {"domain": [0.36, 1]},
        yaxis2=axis(theme, domain=[0, 0.27], rangemode="tozero", nticks=3, tickformat=",d"),
        **marks,
    )


def _rate_line(line: Line, colour: dict[str, str], language: Language) -> Figure:
    rows = line.weeks
    rate = rows["top"] / rows["bottom"].where(rows["bottom"] > 0)
    texts = [
        f"{escape(line.name[language])}<br>{_week(day, language)}<br>{percent(value, language, 1)} "
        f"({number(top, language)}/{number(bottom, language)})"
        for day, value, top, bottom in zip(rows["period"], rate, rows["top"], rows["bottom"], strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [f"{day:%Y-%m-%d}" for day in rows["period"]],
        "y": [None if pd.isna(value) else float(value) for value in rate],
        "name": line.name[language],
        "connectgaps": False,
        "line": {"color": colour[line.tone], "width": 2.5, "dash": line.dash},
        "marker": {"size": 5},
        **hover(texts),
        **behind(
            **{
                f"{escape(line.name[language])}: {part[language]}": rows[column].tolist()
                for column, part in (("top", TOP), ("bottom", BOTTOM))
            }
        ),
    }


def _bars(weeks: pd.DataFrame, colour: dict[str, str], language: Language) -> list[Figure]:
    """Numerator and the rest of the dossiers of each week, stacked."""
    days = [f"{day:%Y-%m-%d}" for day in weeks["period"]]
    rest = weeks["bottom"] - weeks["top"]
    texts = [
        f"{_week(day, language)}<br>{number(top, language)} / {number(bottom, language)}"
        for day, top, bottom in zip(weeks["period"], weeks["top"], weeks["bottom"], strict=True)
    ]
    return [
        {
            "type": "bar",
            "x": days,
            "y": [int(value) for value in values],
            "yaxis": "y2",
            "showlegend": False,
            "marker": {"color": colour[tone]},
            **hover(texts),
        }
        for values, tone in ((weeks["top"], "early"), (rest, "other"))
    ]


def _hatched(week: pd.Timestamp, top: float, colour: dict[str, str], language: Language) -> Figure:
    pattern = {"shape": "/", "fgcolor": colour["muted"], "bgcolor": "rgba(0,0,0,0)", "size": 6, "fillmode": "replace"}
    return {
        "type": "bar",
        "x": [f"{week:%Y-%m-%d}"],
        "y": [top],
        "width": [_WEEK_MS * 0.9],
        "name": _INCOMPLETE[language],
        "legendrank": 2000,
        "opacity": 0.35,
        "marker": {"color": "rgba(0,0,0,0)", "pattern": pattern, "line": {"width": 0}},
        **hover([f"{_week(week, language)}: {_INCOMPLETE[language]}"]),
    }


def _week(day: pd.Timestamp, language: Language) -> str:
    return containing("week", day.date()).label(language)


def marked(
    weeks: Sequence[pd.Timestamp],
    markers: Sequence[Marker],
    data: Sequence[Figure],
    height: int,
    theme: Theme,
    language: Language,
    start: Start | None = None,
) -> tuple[Figure, int]:
    """What a layout of these weeks (each at its Monday) needs to show `markers` as named lines and the `start` as a
    solid one between its week and the one before, under the legend of `data`; and how high it is, of `height`
    without names."""
    begun = []
    if start:
        vi, en = (f"{STARTS[each]} {date(start.day, each)}" for each in LANGUAGES)
        begun = [Marker(start.week, Text(vi, en), says_when=True)]
    span = Period(min(weeks).date(), max(weeks).date() + datetime.timedelta(days=6))
    shapes, notes, above = starts([span], markers, begun, theme, language, earlier=_HALF_WEEK)
    if not notes:
        return {}, height
    height += above
    return {"shapes": shapes, "annotations": notes, "legend": over_names(above, height, data)}, height


def week_axis(weeks: Sequence[pd.Timestamp], theme: Theme, **settings: Any) -> Figure:
    """An axis of weeks with its dates on Mondays, no more of them than a phone has room for."""
    shown = spaced(sorted(set(weeks)), _MOST_DATES)
    return axis(
        theme,
        type="date",
        tickvals=[f"{day:%Y-%m-%d}" for day in shown],
        ticktext=dates(shown),
        showgrid=False,
        tickangle=0,
        **settings,
    )


def dates(days: Sequence[pd.Timestamp]) -> list[str]:
    """Names of ticks at Mondays, the year below the first of each."""
    before = [None, *(day.year for day in days)]
    return [f"{day:%d/%m}" + f"<br>{day.year}" * (day.year != year) for day, year in zip(days, before, strict=False)]


def _rates(theme: Theme, language: Language, top: float) -> Figure:
    step = 0.2 if top > 0.5 else 0.1
    ticks = [round(step * n, 1) for n in range(int(top / step + 1e-9) + 1)]
    texts = [percent(tick, language, 0) for tick in ticks]
    return axis(theme, range=[0, top], tickvals=ticks, ticktext=texts)


def broken_series(
    series: InterruptedSeries, start: Start, theme: Theme, language: Language, markers: Sequence[Marker] = ()
) -> Figure:
    """The weekly rate, the two straight lines fitted to it, and where the first would have led; the start and
    `markers` are marked."""
    colour, rows = PALETTE[theme], series.fitted
    days = [f"{day:%Y-%m-%d}" for day in rows["period"]]
    texts = [
        f"{_week(day, language)}<br>{percent(value, language, 1)}"
        for day, value in zip(rows["period"], rows["value"], strict=True)
    ]
    data: list[Figure] = [
        {
            "type": "scatter", "mode": "markers", "x": days, "y": rows["value"].tolist(),
            "name": Text("từng tuần", "each week")[language], "marker": {"size": 7, "color": colour["other"]},
            **hover(texts), **behind(),
        }
    ]  # fmt: skip
    after = rows["phase"] == "after"
    for part, column, name, style in (
        (
            rows[~after],
            "fitted",
            Text("đà trước khi bắt đầu", "course before the start"),
            {"color": colour["text"], "width": 2},
        ),
        (
            rows[after],
            "expected",
            Text("nếu đà cũ tiếp tục", "had that course gone on"),
            {"color": colour["text"], "width": 2, "dash": "dot"},
        ),
        (rows[after], "fitted", Text("từ khi bắt đầu", "since the start"), {"color": colour["early"], "width": 3}),
    ):
        data.append(
            {
                "type": "scatter", "mode": "lines", "x": [f"{day:%Y-%m-%d}" for day in part["period"]],
                "y": part[column].tolist(), "name": name[language], "line": style, "hoverinfo": "skip",
                **behind(),
            }
        )  # fmt: skip
    highest = max(float(rows[name].max()) for name in ("value", "fitted", "expected"))
    marks, height = marked(list(rows["period"]), markers, data, 340, theme, language, start)
    return figure(
        data,
        theme,
        language,
        height,
        showlegend=True,
        **marks,
        xaxis=week_axis(list(rows["period"]), theme),
        yaxis=_rates(theme, language, min(1.0, np.ceil(highest * 10 + 0.2) / 10)),
    )


def weekday_profile(
    frame: pd.DataFrame, weekdays: Sequence[int], outcome: Text, theme: Theme, language: Language
) -> Figure | None:
    """Share of dossiers per weekday above and the outcome's rate per weekday below, before (grey) and since the start,
    the model's days on light bands. None without dossiers."""
    if frame.empty:
        return None
    colour = PALETTE[theme]
    days = [WEEKDAY_NAMES[int(day)][language] for day in frame["weekday"]]
    phases = {
        "before": (Text("trước", "before"), "other"),
        "after": (Text("từ khi bắt đầu", "since the start"), "early"),
    }
    share = Text("tỷ trọng hồ sơ", "share of dossiers")
    data: list[Figure] = []
    for value, bottom, name, where in (("share", "received", share, "y"), ("rate", "bottom", outcome, "y2")):
        for phase, (label, tone) in phases.items():
            values, counts = frame[f"{value}_{phase}"], frame[f"{bottom}_{phase}"]
            said = capital(f"{name[language]}, {label[language]}")
            texts = [
                f"{day}, {label[language]}<br>{name[language]}: {percent(each, language, 1)}<br>n = "
                f"{number(count, language)}"
                for day, each, count in zip(days, values, counts, strict=True)
            ]
            data.append(
                {
                    "type": "bar", "x": days, "y": [None if pd.isna(each) else float(each) for each in values],
                    "yaxis": where, "name": label[language], "showlegend": where == "y",
                    "marker": {"color": colour[tone]}, "text": [percent(each, language, 0) for each in values],
                    "textposition": "outside", "cliponaxis": False, "textangle": 0,
                    "textfont": {"size": 11, "color": colour["text"]}, **hover(texts),
                    **behind(said, **{f"n: {said}": counts.tolist()}),
                }
            )  # fmt: skip
    bands = [
        {
            "type": "rect", "x0": place - 0.5, "x1": place + 0.5, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
            "line": {"width": 0}, "fillcolor": colour["grid"],
        }
        for place, day in enumerate(frame["weekday"]) if day in weekdays
    ]  # fmt: skip
    highest = float(frame[["share_before", "share_after"]].max().max())
    bare = axis(theme, showticklabels=False, showgrid=False, ticks="", showline=False)
    return figure(
        data,
        theme,
        language,
        430,
        barmode="group",
        bargap=0.3,
        margin={"l": 8, "r": 8, "t": 28, "b": 8, "pad": 4},
        showlegend=True,
        shapes=bands,
        annotations=[_panel(text, at, colour, language) for text, at in ((share, 1.0), (outcome, 0.44))],
        xaxis=axis(
            theme,
            showgrid=False,
            anchor="y2",
            tickfont={"color": colour["text"]},
            tickangle=0,
            tickvals=days,
            ticktext=[day.replace(" ", "<br>") if language == "vi" else day[:3] for day in days],  # fits a phone
        ),
        yaxis=bare | {"domain": [0.56, 0.95], "range": [0, highest * 1.25]},
        yaxis2=bare | {"domain": [0, 0.38], "range": [0, 1.2]},
    )


def _panel(text: Text, at: float, colour: dict[str, str], language: Language) -> Figure:
    words = text[language]
    return {
        "xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": at, "yanchor": "top", "showarrow": False,
        "text": capital(words), "font": {"size": 12, "color": colour["muted"]},
    }  # fmt: skip
