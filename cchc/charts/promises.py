"""Figures of a weekly promise: kept and broken by week, and by unit and week."""

from collections.abc import Sequence
from html import escape

import pandas as pd

from cchc.charts.base import PALETTE, ROW, TALL_ROW, Figure, Theme, apart, axis, figure, hover, name_axis, spaced
from cchc.charts.weekly_model import dates, marked, week_axis
from cchc.figures.periods import containing
from cchc.findings.trends import Marker
from cchc.text import Language, Text, number

_KEPT, _BROKEN = Text("đúng cam kết", "promise kept"), Text("không đúng", "promise broken")
_NOT_DUE = Text("chưa đến hạn hoặc ngoài cam kết", "not due, or outside the promise")
_NOT_JUDGED = Text("chưa đến hạn, ngoài cam kết hoặc không rõ giờ", "not due, outside the promise, or hour not known")
# No more dates than a phone has room for beside the names of units.
_MOST_DATES = 3
_MOST_WITH_NUMBERS = 20
# Ink that can be read on every colour of the scale, whose palest one ("few") keeps 4.5 to 1 with it.
_INK = "#000000"


def promise_weeks(
    frame: pd.DataFrame, theme: Theme, language: Language, markers: Sequence[Marker] = ()
) -> Figure | None:
    """Dossiers of the model week by week: promise kept, broken (its number above the bar, where there are few
    weeks), not due yet; `markers` are named lines.

    `frame` has period, model_received, model_due, model_kept, model_broken, model_unknown. None when nothing was
    received.
    """
    if not frame["model_received"].sum():
        return None
    colour = PALETTE[theme]
    rest = _NOT_JUDGED if frame["model_unknown"].any() else _NOT_DUE
    days = [f"{day:%Y-%m-%d}" for day in frame["period"]]
    data: list[Figure] = []
    for counts, name, tone in (
        (frame["model_kept"], _KEPT, "early"),
        (frame["model_broken"], _BROKEN, "late"),
        (frame["model_received"] - frame["model_due"], rest, "open"),
    ):
        texts = [
            f"{_week(day, language)}<br>{name[language]}: {number(count, language)} / {number(all_, language)}"
            for day, count, all_ in zip(frame["period"], counts, frame["model_received"], strict=True)
        ]
        data.append(
            {
                "type": "bar", "x": days, "y": counts.astype(int).tolist(), "name": name[language],
                "marker": {"color": colour[tone]}, **hover(texts),
            }
        )  # fmt: skip
    bold = {"size": 12, "color": colour["late_text"]}
    notes = [
        {
            "x": day, "y": int(all_), "yanchor": "bottom", "showarrow": False, "font": bold,
            "text": f"<b>{number(broken, language)}</b>",
        }
        for day, all_, broken in zip(days, frame["model_received"], frame["model_broken"], strict=True)
        if broken and len(days) <= _MOST_WITH_NUMBERS
    ]  # fmt: skip
    marks, height = marked(list(frame["period"]), markers, data, 260, theme, language)
    return figure(
        data,
        theme,
        language,
        height,
        barmode="stack",
        showlegend=True,
        **marks | {"annotations": [*notes, *marks.get("annotations", ())]},
        margin={"l": 8, "r": 8, "t": 28, "b": 8, "pad": 4},
        xaxis=week_axis(list(frame["period"]), theme),
        yaxis=axis(theme, rangemode="tozero", nticks=5, tickformat=",d"),
    )


def promise_grid(frame: pd.DataFrame, names: dict[str, str], theme: Theme, language: Language) -> Figure | None:
    """Broken promises per unit (rows) and week (columns): the more, the darker; empty where nothing was due.

    `frame` has unit, period, model_received, model_due, model_kept, model_broken. None when nothing was due.
    """
    if not frame["model_due"].sum():
        return None
    colour = PALETTE[theme]
    units = list(frame.groupby("unit")["model_broken"].sum().sort_values(ascending=False, kind="stable").index)
    cells = {name: frame.pivot(index="unit", columns="period", values=name).reindex(units) for name in _COUNTS}
    weeks = [pd.Timestamp(week) for week in cells["model_due"].columns]
    broken = cells["model_broken"].where(cells["model_due"] > 0)
    texts = [
        [
            _cell(unit, week, [cells[name].to_numpy()[row, column] for name in _COUNTS], names, language)
            for column, week in enumerate(weeks)
        ]
        for row, unit in enumerate(units)
    ]
    most, rows = max(int(broken.max().max()), 1), broken.to_numpy(float)
    labels = apart([names[unit] for unit in units], 26)
    shown = spaced(weeks, _MOST_DATES)
    data: list[Figure] = [
        {
            "type": "heatmap",
            "x": [f"{week:%Y-%m-%d}" for week in weeks],
            "y": list(range(len(units))),
            "z": [[None if pd.isna(value) else int(value) for value in row] for row in rows],
            "text": [[f"{value:.0f}" if value > 0 else "" for value in row] for row in rows],
            "texttemplate": "%{text}" if len(weeks) <= _MOST_WITH_NUMBERS else "",
            "textfont": {"size": 12, "color": _INK},
            "zmin": 0,
            "zmax": most,
            "xgap": 2,
            "ygap": 2,
            "colorscale": [[0, colour["grid"]], [0.0001, colour["few"]], [1, colour["late"]]],
            "showscale": False,
            "hoverongaps": False,
            "customdata": texts,
            "hovertemplate": "%{customdata}<extra></extra>",
        }
    ]
    return figure(
        data,
        theme,
        language,
        56 + (TALL_ROW if any("<br>" in label for label in labels) else ROW) * len(units),
        xaxis=axis(
            theme,
            type="category",
            side="top",
            showgrid=False,
            tickangle=0,
            tickvals=[f"{week:%Y-%m-%d}" for week in shown],
            ticktext=["<br>".join(day.split("<br>")[::-1]) for day in dates(shown)],
        ),
        yaxis=name_axis(theme, labels),
    )


_COUNTS = ("model_received", "model_due", "model_kept", "model_broken")


def _cell(unit: str, week: pd.Timestamp, counts: list[float], names: dict[str, str], language: Language) -> str:
    received, due, kept, broken = (number(count, language) for count in counts)
    said = Text(
        f"nhận {received}, đến hạn {due}, đúng {kept}, không đúng {broken}",
        f"received {received}, due {due}, kept {kept}, broken {broken}",
    )
    return f"<b>{escape(names[unit])}</b><br>{_week(week, language)}<br>{said[language]}"


def _week(day: pd.Timestamp, language: Language) -> str:
    return containing("week", day.date()).label(language)
