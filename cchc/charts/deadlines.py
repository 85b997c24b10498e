"""Figures of deadlines: flow and backlog by month, outcomes by unit, the few that make most late dossiers."""

import datetime
from collections.abc import Collection, Sequence
from html import escape
from itertools import accumulate
from operator import and_

import pandas as pd

from cchc.charts.base import (
    PALETTE,
    ROW,
    TALL_ROW,
    Figure,
    Theme,
    apart,
    axis,
    behind,
    clickable,
    count_axis,
    figure,
    hover,
    name_axis,
    percent_axis,
    spaced,
)
from cchc.charts.control import NAMES, NARROWEST, months, over_names, starts
from cchc.figures import trust
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period, containing
from cchc.findings.trends import Marker
from cchc.text import Language, Text, capital, number, percent

_FADED = 0.35
# More bars than these nobody reads.
MOST_BARS = 20
_MOST_MONTHS = 13
# A month stands at its first day on the chart of months.
_HALF_A_MONTH = datetime.timedelta(days=15)
# Pixels of a line of letters, a bar and the gap to the next name.
_LINE, _BAR, _GAP = 18, 16, 10
OUTCOMES = ("early", "on_day", "withdrawn", "late")


def flow(
    frame: pd.DataFrame,
    incomplete: Collection[datetime.date],
    theme: Theme,
    language: Language,
    markers: Sequence[Marker] = (),
    room: float = NARROWEST,
) -> Figure | None:
    """Received and resolved per month above, the backlog at the month's end below (same months, own scale).

    `frame` has period, received, resolved, open_within and open_overdue; `incomplete` are the first days of
    months the data does not cover whole: hatched and hollow; `markers` are labelled lines, their names apart in a plot
    of `room` pixels. None when there is no dossier at all.
    """
    if not frame[["received", "resolved", "open_within", "open_overdue"]].to_numpy().any():
        return None
    colour = PALETTE[theme]
    days = [f"{period:%Y-%m-%d}" for period in frame["period"]]
    ticks = spaced(frame["period"].tolist(), _MOST_MONTHS)
    # Room for half a month at both ends: a month that is not shown has no tick.
    spare = pd.Timedelta(days=16)
    ends = [f"{day:%Y-%m-%d}" for day in (frame["period"].iloc[0] - spare, frame["period"].iloc[-1] + spare)]
    names = [f"{period:%m/%Y}" for period in frame["period"]]
    whole = [period.date() not in incomplete for period in frame["period"]]
    unfinished = Text(" (chưa trọn tháng)", " (month not whole)")[language]
    names = [month + ("" if is_whole else unfinished) for month, is_whole in zip(names, whole, strict=True)]
    data: list[Figure] = []
    for name, style in (("received", "dot"), ("resolved", "solid")):
        label = METRICS[name].label[language]
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": days,
                "y": list(frame[name]),
                "name": label,
                "line": {"color": colour["muted" if name == "received" else "text"], "dash": style, "width": 2},
                "marker": {"size": 5, "symbol": ["circle" if is_whole else "circle-open" for is_whole in whole]},
                **hover([f"{label}, {m}: {number(v, language)}" for m, v in zip(names, frame[name], strict=True)]),
            }
        )
    for name, key in (("open_within", "open"), ("open_overdue", "late")):
        label = METRICS[name].label[language]
        data.append(
            {
                "type": "bar",
                "x": days,
                "y": list(frame[name]),
                "name": label,
                "yaxis": "y2",
                "marker": {"color": colour[key], "pattern": {"shape": ["" if is_whole else "/" for is_whole in whole]}},
                **hover([f"{label}, {m}: {number(v, language)}" for m, v in zip(names, frame[name], strict=True)]),
            }
        )
    span = [Period(frame["period"].iloc[0].date(), containing("month", frame["period"].iloc[-1].date()).end)]
    shapes, notes, above = starts(span, markers, [], theme, language, earlier=_HALF_A_MONTH, room=room)
    height = 380 + (NAMES + above if notes else 0)
    return figure(
        data,
        theme,
        language,
        height,
        shapes=shapes,
        annotations=notes,
        barmode="stack",
        showlegend=True,
        **({"legend": over_names(above, height, data)} if notes else {}),
        xaxis=axis(
            theme,
            type="date",
            tickvals=[f"{day:%Y-%m-%d}" for day in ticks],
            ticktext=months(ticks),
            anchor="y2",
            showgrid=False,
            tickangle=0,
            range=ends,
        ),
        yaxis=count_axis(theme, frame[["received", "resolved"]].max().max(), 5, domain=[0.46, 1]),
        yaxis2=count_axis(theme, frame[["open_within", "open_overdue"]].sum(axis=1).max(), 4, domain=[0, 0.38]),
    )


def outcomes(frame: pd.DataFrame, names: dict[str, str], key: str, theme: Theme, language: Language) -> Figure | None:
    """Shares of early, on day, withdrawn and late among resolved dossiers, one bar a row of `frame`, in its order.

    `frame` has `key`, the four counts and resolved; the late share stands in figures at the right of each bar. Bars of
    too few dossiers are faded. None when nothing was resolved.
    """
    colour = PALETTE[theme]
    rows = frame[frame["resolved"] > 0]
    if rows.empty:
        return None
    ids = list(rows[key])
    labels = apart([names[each] for each in ids], 22)
    # One name of two lines finds room between names of one line, two such neighbours do not.
    wraps = ["<br>" in label for label in labels]
    row = TALL_ROW if any(map(and_, wraps, wraps[1:])) else ROW + 4 * any(wraps)
    # `on_time_rate` speaks for the four: they are parts of the same whole.
    remarks = [trust.remark(METRICS["on_time_rate"], row) for row in rows.to_dict("records")]
    why = [f"<br>{capital(text[language])}" if text else "" for text in remarks]
    enough = [*trust.is_judged(METRICS["on_time_rate"], rows)]
    data = []
    for outcome in OUTCOMES:
        share = rows[outcome] / rows["resolved"]
        label = METRICS[outcome].label[language]
        hover = [
            f"<b>{escape(names[each])}</b><br>{label}: {percent(s, language)}<br>"
            f"{number(n, language)} / {number(d, language)}{known}"
            for each, s, n, d, known in zip(ids, share, rows[outcome], rows["resolved"], why, strict=True)
        ]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": list(range(len(ids))),
                "x": list(share),
                "name": label,
                "marker": {
                    "color": colour[outcome],
                    "opacity": [1.0 if judged else _FADED for judged in enough],
                    "line": {"color": colour["ground"], "width": 1},
                },
                **clickable(ids, outcome, hover),
                **behind(label, **{Text(f"{label}: số hồ sơ", f"{label}: dossiers")[language]: rows[outcome].tolist()}),
            }
        )
    late = [
        ("\u00a0" + percent(n / d, language), colour["late_text" if n and judged else "muted"])
        for n, d, judged in zip(rows["late"], rows["resolved"], enough, strict=True)
    ]
    data.append(
        {
            "type": "scatter",
            "mode": "markers+text",  # a mark that is not seen keeps the figures off the bars
            "marker": {"size": 8, "opacity": 0},
            "x": [1] * len(ids),
            "y": list(range(len(ids))),
            "text": [text for text, _ in late],
            "textposition": "middle right",
            "textfont": {"color": [shade for _, shade in late]},
            "cliponaxis": False,
            "hoverinfo": "skip",
            "showlegend": False,
        }
    )
    return figure(
        data,
        theme,
        language,
        110 + row * len(ids),
        barmode="stack",
        showlegend=True,
        margin={"l": 8, "r": 72, "t": 8, "b": 8, "pad": 4},
        xaxis=percent_axis(theme, language),
        yaxis=name_axis(theme, labels, tickfont={"size": 12, "color": colour["text"]}),
    )


def pareto(
    frame: pd.DataFrame, names: dict[str, str], key: str, half: list[str], theme: Theme, language: Language
) -> Figure:
    """Late dossiers per row of `frame` (columns `key` and late), the largest first, at most MOST_BARS of them; those in
    `half` hold half of them."""
    colour = PALETTE[theme]
    rows = (
        frame[frame["late"] > 0]
        .sort_values(["late", key], ascending=[False, True])
        .head(min(max(12, len(half)), MOST_BARS))
    )
    ids, late = list(rows[key]), list(rows["late"])
    total = frame["late"].sum()
    texts = [f"{number(n, language)} ({percent(n / total, language, 0)})" for n in late]
    late_word = Text("quá hạn", "late")[language]
    hover = [f"<b>{escape(names[each])}</b><br>{text} {late_word}" for each, text in zip(ids, texts, strict=True)]
    labels = apart([names[each] for each in ids], 46)
    # Names of procedures are long: above their bars they have the whole width, on a phone too. Heights are pixels.
    heights = [_LINE * (1 + label.count("<br>")) + _BAR + _GAP for label in labels]
    bottoms = [end - _GAP for end in accumulate(heights)]
    middles = [bottom - _BAR / 2 for bottom in bottoms]
    bars: Figure = {
        "type": "bar", "orientation": "h", "y": middles, "x": late, "text": texts, "width": _BAR,
        "textposition": "outside", "cliponaxis": False,
        "marker": {"color": [colour["late"] if each in half else colour["other"] for each in ids]},
        **clickable(ids, "late", hover), **behind(METRICS["late"].label[language]),
    }  # fmt: skip
    above: Figure = {
        "type": "scatter", "mode": "text", "x": [0] * len(ids), "y": [bottom - _BAR - 2 for bottom in bottoms],
        "text": labels, "textposition": "top right", "textfont": {"color": colour["text"]}, "cliponaxis": False,
        "hoverinfo": "skip",
    }  # fmt: skip
    tall = sum(heights)
    return figure(
        [bars, above],
        theme,
        language,
        tall,
        margin={"l": 0, "r": 90, "t": 0, "b": 0, "pad": 0},
        xaxis=axis(theme, rangemode="tozero", visible=False),
        yaxis=axis(theme, range=[tall, 0], visible=False),
    )
