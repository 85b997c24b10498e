"""What every figure is made of: the palette (one meaning a colour, everywhere), the layout, axes and hover texts."""

import textwrap
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any, Literal

from cchc.text import Language, Text, percent

Theme = Literal["light", "dark"]
Figure = dict[str, Any]

# fmt: off
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
        "few": "#DDA981",
        "band": "rgba(90, 102, 114, 0.08)",
        "step1": "#E4F0F7", "step2": "#C3DEED", "step3": "#98C6E0", "step4": "#68A9CF", "step5": "#3A88B8",
        "step6": "#166799", "step7": "#08466F",
        "line1": "#332288", "line2": "#882255", "line3": "#20756A", "line4": "#6B6B0E", "line5": "#B5485C",
        "line6": "#A23C90",
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
        "late_text": "#F5984F",
        "early_text": "#A9D7F5",
        "few": "#A1683D",
        "band": "rgba(169, 180, 190, 0.10)",
        "step1": "#1D2F3C", "step2": "#21455B", "step3": "#275E7E", "step4": "#347BA2", "step5": "#559BC2",
        "step6": "#8ABEDC", "step7": "#C6E3F4",
        "line1": "#A99BF5", "line2": "#E58FB0", "line3": "#6CCBBB", "line4": "#C6C657", "line5": "#F2A9A0",
        "line6": "#D98FD0",
    },
}
# fmt: on
# From little to much, seven steps of one colour; the last so many are written on in the colour of the ground.
STEPS = tuple(f"step{n}" for n in range(1, 8))
STRONG = frozenset(STEPS[4:])

# Every colour stands for one name in its theme, so that a figure drawn for the dark can be had in those of paper.
LIGHT = {PALETTE["dark"][name]: colour for name, colour in PALETTE["light"].items()}

ROW = 24
TALL_ROW = 34
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


def figure(data: list[Figure], theme: Theme, language: Language, height: float, **layout: Any) -> Figure:
    """Traces and the layout every figure shares, `layout` on top of it; numbers separated as in `language`."""
    colour = PALETTE[theme]
    base: Figure = {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8, "pad": 4},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "size": 13, "color": colour["text"]},
        "separators": Text(",.", ".,")[language],
        # On its own ground: what Plotly writes with on the colour of a point can be too faint to read.
        "hoverlabel": {
            "font": {"family": _FONT, "size": 13, "color": colour["text"]},
            "bgcolor": colour["ground"],
            "align": "left",
        },
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False,
        "bargap": 0.28,
        # Streamlit's own would come along with every figure, with scales of colours that none of ours has.
        "template": {"data": {"scatter": [{"type": "scatter", "marker": {"line": {"width": 0}}}]}},
    }
    return {"data": data, "layout": base | layout}


def axis(theme: Theme, **settings: Any) -> Figure:
    """An axis with faint grid lines that cannot be dragged, `settings` on top of it."""
    colour = PALETTE[theme]
    return {
        "gridcolor": colour["grid"], "linecolor": colour["grid"], "tickcolor": colour["grid"], "zeroline": False,
        "automargin": True, "fixedrange": True, "tickfont": {"color": colour["muted"]},
        # Measuring whether each of 120 names fits takes longer than drawing the chart.
        "ticklabeloverflow": "allow",
    } | settings  # fmt: skip


def spaced(values: Sequence[Any], most: int) -> list[Any]:
    """Every so manieth of the values, the last among them, so that there are `most` at most."""
    every = -(-len(values) // most) or 1
    return list(values[(len(values) - 1) % every :: every])


def name_axis(theme: Theme, labels: list[str], **settings: Any) -> Figure:
    """The axis of rows with these names (escaped already), the first on top; `settings` on top of it."""
    names = {"tickvals": list(range(len(labels))), "ticktext": labels, "tickfont": {"color": PALETTE[theme]["text"]}}
    return axis(theme, autorange="reversed", showgrid=False, **names | settings)


def hover(texts: list[str]) -> Figure:
    """Ready sentences, one a point, as hover texts."""
    return {"customdata": texts, "hovertemplate": "%{customdata}<extra></extra>"}


# What a rate is made of, as headings of the data behind a chart.
TOP, BOTTOM = Text("Tử số", "Numerator"), Text("Mẫu số", "Denominator")


def behind(name: str = "", /, **more: Any) -> Figure:
    """Marks a trace as data behind the chart, which a reader may take as a file: the heading of its column (the name of
    the trace if empty), and in `more` its `rows` (names) and `values` where they are not what is drawn, and further
    columns by heading; texts are escaped, as all of a figure. Where no trace is marked, those with hover texts are."""
    return {"meta": ({"name": name} if name else {}) | more}


def clickable(ids: list[str], counts: str, texts: list[str]) -> Figure:
    """What a click narrows to and which number it is about, and last the hover text."""
    rows = [[id_, counts, text] for id_, text in zip(ids, texts, strict=True)]
    return {"customdata": rows, "hovertemplate": "%{customdata[2]}<extra></extra>"}


@lru_cache(maxsize=8192)
def wrapped(name: str, width: int = 40) -> str:
    """A name from data, escaped and on two lines at most, so that the longest does not push the bars off the screen.

    Without room for all of it the middle is left out: names of offices and procedures begin alike.
    """
    lines = textwrap.wrap(name, width)
    if len(lines) > 2:
        end = textwrap.wrap(name[::-1], width - 2)[0][::-1]
        lines = [lines[0], f"… {end}"]
    return "<br>".join(escape(line) for line in lines)


def apart(names: Sequence[str], width: int) -> list[str]:
    """Names `wrapped`, but for those that would read like another name: they have as many lines as they need."""
    counted = Counter(wrapped(name, width) for name in set(names))
    whole = {name: "<br>".join(escape(line) for line in textwrap.wrap(name, width)) for name in names}
    return [wrapped(name, width) if counted[wrapped(name, width)] == 1 else whole[name] for name in names]


def percent_axis(theme: Theme, language: Language) -> Figure:
    """An axis of rates from 0 to 100 %, with no more ticks than a phone has room for."""
    ticks = [0, 0.25, 0.5, 0.75, 1]
    texts = [percent(tick, language, 0) if tick in (0, 0.5, 1) else "" for tick in ticks]
    return axis(theme, range=[0, 1], tickvals=ticks, ticktext=texts, tickangle=0)


def count_axis(theme: Theme, most: float, ticks: int = 5, **settings: Any) -> Figure:
    """An axis of counts from zero to about `most`, its ticks at whole numbers however small the counts."""
    step = {"dtick": 1} if most <= ticks else {"nticks": ticks}
    return axis(theme, rangemode="tozero", tickformat=",d", **step, **settings)
