"""Figures from DataFrames, as plain Plotly dictionaries, and the palette: one meaning a colour, everywhere."""

import textwrap
from html import escape
from typing import Any, Literal

import pandas as pd

from cchc.metrics import METRICS
from cchc.periods import Period
from cchc.text import Language, Text, number, percent

Theme = Literal["light", "dark"]
Figure = dict[str, Any]

PALETTE: dict[Theme, dict[str, str]] = {
    "light": {
        "early": "#0072B2",
        "on_day": "#4C9BD1",
        "late": "#D55E00",
        "withdrawn": "#767676",
        "open": "#949494",
        "target": "#6A3D9A",
        "online": "#00875F",
        "counter": "#B37700",
        "postal": "#B85C93",
        "text": "#1B2733",
        "muted": "#5A6672",
        "grid": "#E3E7EB",
        "ground": "#FFFFFF",
        "other": "#87919A",
        "late_text": "#A84A00",
        "early_text": "#005A8E",
    },
    "dark": {
        "early": "#4FA3D9",
        "on_day": "#9BD0F2",
        "late": "#F08A3C",
        "withdrawn": "#8C8C8C",
        "open": "#C4C4C4",
        "target": "#B79BE0",
        "online": "#2FBF8F",
        "counter": "#F0B429",
        "postal": "#DD93BF",
        "text": "#E6EBEF",
        "muted": "#A9B4BE",
        "grid": "#2B353E",
        "ground": "#12171C",
        "other": "#6B7782",
        "late_text": "#F08A3C",
        "early_text": "#9BD0F2",
    },
}

_ROW = 24
_TALL_ROW = 34
_OUTCOMES = ("early", "on_day", "withdrawn", "late")
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


def _figure(data: list[Figure], theme: Theme, language: Language, height: int, **layout: Any) -> Figure:
    colour = PALETTE[theme]
    base: Figure = {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8, "pad": 4},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "size": 13, "color": colour["text"]},
        "separators": ",." if language == "vi" else ".,",
        "hoverlabel": {"font": {"family": _FONT, "size": 13}, "align": "left"},
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False,
        "bargap": 0.28,
    }
    return {"data": data, "layout": base | layout}


def _axis(theme: Theme, **settings: Any) -> Figure:
    colour = PALETTE[theme]
    return {
        "gridcolor": colour["grid"], "linecolor": colour["grid"], "tickcolor": colour["grid"], "zeroline": False,
        "automargin": True, "fixedrange": True, "tickfont": {"color": colour["muted"]},
    } | settings  # fmt: skip


def _hover(texts: list[str]) -> Figure:
    return {"customdata": texts, "hovertemplate": "%{customdata}<extra></extra>"}


def _clickable(ids: list[str], counts: str, texts: list[str]) -> Figure:
    """What a click narrows to and which number it is about, and last the hover text."""
    rows = [[id_, counts, text] for id_, text in zip(ids, texts, strict=True)]
    return {"customdata": rows, "hovertemplate": "%{customdata[2]}<extra></extra>"}


def _wrapped(name: str, width: int = 40) -> str:
    """A long name on two lines at most, so that the longest procedure does not push the bars off the screen."""
    return "<br>".join(textwrap.wrap(escape(name), width, max_lines=2, placeholder=" …"))


def _percent_axis(theme: Theme, language: Language) -> Figure:
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    return _axis(theme, range=[0, 1], tickvals=ticks, ticktext=[percent(tick, language, 0) for tick in ticks])


def flow(frame: pd.DataFrame, incomplete: Period | None, theme: Theme, language: Language) -> Figure | None:
    """Received and resolved per month above, the backlog at the month's end below (same months, own scale).

    `frame` has period, received, resolved, open_within and open_overdue; `incomplete` is a month the data does
    not cover to its end, hatched. None when there is no dossier at all.
    """
    if not frame[["received", "resolved", "open_within", "open_overdue"]].to_numpy().any():
        return None
    colour = PALETTE[theme]
    days = [f"{period:%Y-%m-%d}" for period in frame["period"]]
    months = [f"{period:%m/%Y}" for period in frame["period"]]
    patterns = ["/" if incomplete and period.date() == incomplete.start else "" for period in frame["period"]]
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
                "marker": {"size": 5},
                **_hover([f"{label}, {m}: {number(v, language)}" for m, v in zip(months, frame[name], strict=True)]),
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
                "marker": {"color": colour[key], "pattern": {"shape": patterns}},
                **_hover([f"{label}, {m}: {number(v, language)}" for m, v in zip(months, frame[name], strict=True)]),
            }
        )
    return _figure(
        data,
        theme,
        language,
        380,
        barmode="stack",
        showlegend=True,
        xaxis=_axis(theme, type="date", tickformat="%m\n%Y", anchor="y2", showgrid=False, tickangle=0, dtick="M1"),
        yaxis=_axis(theme, domain=[0.46, 1], rangemode="tozero", nticks=5, tickformat=",d"),
        yaxis2=_axis(theme, domain=[0, 0.38], rangemode="tozero", nticks=4, tickformat=",d"),
    )


def outcomes(frame: pd.DataFrame, names: dict[str, str], key: str, theme: Theme, language: Language) -> Figure | None:
    """Shares of early, on day, withdrawn and late among resolved dossiers, one bar a row of `frame`, in its order.

    `frame` has `key`, the four counts and resolved; the late share stands in figures at the right of each bar.
    None when nothing was resolved.
    """
    colour = PALETTE[theme]
    rows = frame[frame["resolved"] > 0]
    if rows.empty:
        return None
    ids = list(rows[key])
    labels = [_wrapped(names[each]) for each in ids]
    data = []
    for outcome in _OUTCOMES:
        share = rows[outcome] / rows["resolved"]
        label = METRICS[outcome].label[language]
        hover = [
            f"<b>{escape(names[each])}</b><br>{label}: {percent(s, language)}<br>"
            f"{number(n, language)} / {number(d, language)}"
            for each, s, n, d in zip(ids, share, rows[outcome], rows["resolved"], strict=True)
        ]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": list(range(len(ids))),
                "x": list(share),
                "name": label,
                "marker": {"color": colour[outcome], "line": {"color": colour["ground"], "width": 1}},
                **_clickable(ids, outcome, hover),
            }
        )
    notes = [
        {
            "x": 1.01, "xref": "paper", "y": place, "text": percent(late / resolved, language), "showarrow": False,
            "xanchor": "left", "font": {"color": colour["late_text"] if late else colour["muted"]},
        }
        for place, (late, resolved) in enumerate(zip(rows["late"], rows["resolved"], strict=True))
    ]  # fmt: skip
    return _figure(
        data,
        theme,
        language,
        70 + _ROW * len(ids),
        barmode="stack",
        showlegend=True,
        annotations=notes,
        margin={"l": 8, "r": 72, "t": 8, "b": 8, "pad": 4},
        xaxis=_percent_axis(theme, language),
        yaxis=_axis(
            theme,
            tickvals=list(range(len(ids))),
            ticktext=labels,
            autorange="reversed",
            showgrid=False,
            tickfont={"color": colour["text"]},
        ),
    )


def pareto(
    frame: pd.DataFrame, names: dict[str, str], key: str, half: list[str], theme: Theme, language: Language
) -> Figure:
    """Late dossiers per row of `frame` (columns `key` and late), largest first; those in `half` hold half of them."""
    colour = PALETTE[theme]
    rows = frame[frame["late"] > 0].sort_values(["late", key], ascending=[False, True]).head(max(12, len(half)))
    ids, late = list(rows[key]), list(rows["late"])
    total = frame["late"].sum()
    texts = [f"{number(n, language)} ({percent(n / total, language, 0)})" for n in late]
    late_word = Text("quá hạn", "late")[language]
    hover = [f"<b>{escape(names[each])}</b><br>{text} {late_word}" for each, text in zip(ids, texts, strict=True)]
    bars: Figure = {
        "type": "bar", "orientation": "h", "y": list(range(len(ids))), "x": late, "text": texts,
        "textposition": "outside", "cliponaxis": False,
        "marker": {"color": [colour["late"] if each in half else colour["other"] for each in ids]},
        **_clickable(ids, "late", hover),
    }  # fmt: skip
    return _figure(
        [bars],
        theme,
        language,
        40 + _TALL_ROW * max(len(ids), 1),
        margin={"l": 8, "r": 90, "t": 8, "b": 8, "pad": 4},
        xaxis=_axis(theme, rangemode="tozero", showticklabels=False, showgrid=False),
        yaxis=_axis(
            theme,
            tickvals=list(range(len(ids))),
            ticktext=[_wrapped(names[each]) for each in ids],
            autorange="reversed",
            showgrid=False,
            tickfont={"color": colour["text"]},
        ),
    )


def spark(values: tuple[float, ...], theme: Theme) -> str:
    """A small line as SVG, its last point marked; empty when fewer than two values are known."""
    known = [(n, v) for n, v in enumerate(values) if v == v]
    if len(known) < 2:
        return ""
    low, high = min(v for _, v in known), max(v for _, v in known)
    scale = (high - low) or 1
    points = [(4 + n * 112 / max(len(values) - 1, 1), 26 - (v - low) / scale * 22) for n, v in known]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    colour = PALETTE[theme]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 30" width="120" height="30">'
        f'<polyline points="{path}" fill="none" stroke="{colour["muted"]}" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour["early"]}"/></svg>'
    )
