"""The rate of each unit before and now, in the order of a meeting's agenda."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from cchc.charts.base import PALETTE, ROW, TALL_ROW, Figure, Theme, apart, axis, behind, figure, hover
from cchc.charts.scale import Scale
from cchc.findings.agenda import Agenda, Change, Group, Line
from cchc.findings.agenda.words import GROUPS, difference, reason, usual
from cchc.text import Language, Text, capital, number, percent

TONES: dict[Change | None, str] = {"improved": "early", "worsened": "late", "unchanged": "withdrawn", None: "open"}
_TEXTS: dict[Change | None, str] = {
    "improved": "early_text", "worsened": "late_text", "unchanged": "text", None: "muted",
}  # fmt: skip
_HEAD = 84


def changes(
    agenda: Agenda, lines: Sequence[Line], names: dict[str, str], theme: Theme, language: Language
) -> Figure | None:
    """A hollow point for the period before, a filled one for now, a short line at the unit's target; blue is really
    better, orange really worse. Units of several groups stand below the names of these, and those of the whole agenda
    on one scale. None without a unit that has dossiers."""
    rows = [line for line in lines if line.bottom]
    if not rows:
        return None
    colour, (places, heads) = PALETTE[theme], _places(rows)
    labels = apart([names[line.unit] for line in rows], 24)
    row = TALL_ROW if any("<br>" in one and "<br>" in next_ for one, next_ in pairwise(labels)) else ROW
    told = [_told(line, names[line.unit], agenda, language) for line in rows]
    both = list(zip(places, rows, strict=True))
    before = [(place, line) for place, line in both if line.has_before]
    aims = [(place, line.target) for place, line in both if line.target is not None]
    between: Figure = {
        "type": "scatter", "mode": "lines", "hoverinfo": "skip", "showlegend": False,
        "x": [x for _, line in before for x in (line.previous, line.value, None)],
        "y": [y for place, _ in before for y in (place, place, None)],
        "line": {"color": colour["other"], "width": 2},
    }  # fmt: skip
    old: Figure = {
        "type": "scatter", "mode": "markers", "name": Text("Kỳ trước", "Before")[language], "hoverinfo": "skip",
        "x": [line.previous for _, line in before], "y": [place for place, _ in before],
        "marker": {"size": 9, "color": colour["ground"], "line": {"color": colour["muted"], "width": 2}}, **behind(),
    }  # fmt: skip
    now: Figure = {
        "type": "scatter", "mode": "markers", "name": Text("Kỳ này", "Now")[language],
        "x": [line.value for line in rows], "y": places,
        "marker": {"size": 11, "color": [colour[TONES[line.change]] for line in rows], "opacity": 1},
        **hover(told), **behind(rows=[escape(names[line.unit]) for line in rows]),
    }  # fmt: skip
    aim: Figure = {
        "type": "scatter", "mode": "markers", "name": Text("Chỉ tiêu", "Target")[language], "hoverinfo": "skip",
        "x": [value for _, value in aims], "y": [place for place, _ in aims],
        "marker": {"symbol": "line-ns", "size": 14, "line": {"color": colour["target"], "width": 2}}, **behind(),
    }  # fmt: skip
    values: Figure = {
        "type": "scatter", "mode": "text", "hoverinfo": "skip", "showlegend": False, "cliponaxis": False,
        "x": [1] * len(rows), "y": places, "xaxis": "x2",
        "text": [f"\u00a0\u00a0{percent(line.value, language)}" for line in rows],
        "textposition": "middle right", "textfont": {"color": [colour[_TEXTS[line.change]] for line in rows]},
    }  # fmt: skip
    # All units of the meeting stand on one scale, on however many screens.
    scale = Scale.of([x for line in agenda.lines if line.bottom for x in _drawn(line)], agenda.metric)
    across = scale.axis(theme, language, tickangle=0)
    # A phone has room for the ends of the axis only.
    across["ticktext"] = [across["ticktext"][0], *[""] * (len(across["ticktext"]) - 2), across["ticktext"][-1]]
    last = places[-1]
    return figure(
        [between, *([aim] if aims else []), *([old] if before else []), now, values],
        theme,
        language,
        _HEAD + row * (last + 1),
        showlegend=bool(before or aims),
        margin={"l": 8, "r": 78, "t": 8, "b": 8, "pad": 4},
        annotations=[*scale.start(theme, language), *(_group_name(*head, colour, language) for head in heads)],
        xaxis=across | {"range": [scale.low - 0.02 * (scale.top - scale.low), scale.top]},
        xaxis2={"overlaying": "x", "range": [0, 1], "visible": False, "fixedrange": True},
        yaxis=axis(
            theme, tickvals=places, ticktext=labels, range=[last + 0.6, -0.6], showgrid=False,
            tickfont={"color": colour["text"]},
        ),
    )  # fmt: skip


def _places(rows: Sequence[Line]) -> tuple[list[int], list[tuple[int, Group]]]:
    """The place of each unit from the top, and of the name of each group where there are several."""
    groups = list(dict.fromkeys(line.group for line in rows))
    if len(groups) == 1:
        return list(range(len(rows))), []
    places: list[int] = []
    heads: list[tuple[int, Group]] = []
    for line in rows:
        taken = len(places) + len(heads)
        if not heads or heads[-1][1] != line.group:
            heads.append((taken, line.group))
            taken += 1
        places.append(taken)
    return places, heads


def _group_name(place: int, group: Group, colour: dict[str, str], language: Language) -> Figure:
    return {
        "x": 0, "xref": "paper", "xanchor": "left", "y": place, "yanchor": "middle", "showarrow": False,
        "text": f"<b>{GROUPS[group][language]}</b>", "font": {"color": colour["muted"]},
    }  # fmt: skip


def _drawn(line: Line) -> list[float]:
    aims = [] if line.target is None else [line.target]
    return [line.value, *([line.previous] if line.has_before else []), *aims]


def _told(line: Line, name: str, agenda: Agenda, language: Language) -> str:
    """The full sentence of a unit."""
    value = f"{percent(line.value, language)} ({number(line.top, language)} / {number(line.bottom, language)})"
    parts = [f"<b>{escape(name)}</b>", f"{agenda.metric.label[language]}: {value}"]
    if agenda.before and line.has_before:
        against = Text("so với", "against")[language]
        parts.append(f"{difference(line, language)} {against} {agenda.before.inside(language)}")
    if line.change:
        parts.append(f"{Text('mức thường', 'usual')[language]}: {usual(line, language)}")
    if why := reason(line, agenda.metric)[language]:
        parts.append(capital(why))
    return "<br>".join(parts)
