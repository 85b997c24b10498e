"""A meeting on the wall: one thing a screen, large, turned by the arrow keys, without anything else around it."""

import html
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import streamlit as st
from pandas import DataFrame

from cchc import charts, ui
from cchc.charts import Figure, measure
from cchc.entered.meetings import MEASURES
from cchc.findings import agenda, compliance
from cchc.findings.agenda import GROUPS, Brief, Group, Line, Part, heads, words
from cchc.text import Text, both, date, number, percent
from cchc.ui import assets
from cchc.ui.elements import markup

_STYLE = assets.text(__file__, "projector.css")
_KEYS = assets.component(__file__, "projector_keys")
# Pixels of a screen of 1920 x 1080: letters of 24, and what a chart may take between its heading and the foot.
_LEAST, _TIMES, _TALLEST = 24, 24 / 13, 750
_UNITS, _FEW = 12, 7
# Letters of a list of units in three columns, and the room of a name in one.
_SMALL, _NAME = 27, 380
# What a table or a text may take, and how long the lines of a text are (62 letters of 42 pixels in the measured font).
_WIDE, _DEEP, _WIDEST = 1824, 730, 62 * 0.556 * 42
# Across the plot of a chart, in its own pixels before it is enlarged; letters of a short text beside those of a long.
_ACROSS, _LOUD = 850, 1.4
_SUBJECT_PROMISE = Text("Đối tượng, cam kết", "About, commitment")
_Row = TypeVar("_Row")
# What stands in a cell of a table, and below it in smaller letters.
_Cell = str | tuple[str, str]


@dataclass(frozen=True)
class _Screen:
    """One thing to look at."""

    title: Text
    subtitle: Text
    draw: Callable[[], None]


def draw(view: ui.View, brief: Brief) -> None:
    """The screen the link asks for; a number beyond the last shows the last."""
    screens = _screens(view, brief)
    asked = view.param("screen", "1")
    place = min(max(int(asked), 1), len(screens)) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 1
    shown = screens[place - 1]
    st.html(f"<style>{_STYLE}</style>")
    with st.container(key="screen"):
        title, subtitle = view.t(shown.title), view.t(shown.subtitle)
        first = " class='cover'" if place == 1 else ""
        markup(f"<h1{first}>{html.escape(title)}</h1><p class='about'>{html.escape(subtitle)}</p>")
        shown.draw()
    _foot(view, brief, place, len(screens))


def _foot(view: ui.View, brief: Brief, place: int, count: int) -> None:
    as_of = date(brief.snapshot.as_of, view.language)
    parts = [view.t(Text("Dữ liệu minh họa", "Demo data"))] if brief.snapshot.demo else []
    parts += [view.describe(), view.t(Text(f"số liệu chốt đến {as_of}", f"data as of {as_of}")), brief.meeting.title]

    def turned() -> None:
        wanted = st.session_state["projector"].get("go")
        if wanted == 0:
            st.query_params.pop("screen", None)
        elif wanted:
            view.go(screen=str(wanted))

    texts = {name: view.t(text) for name, text in charts.TURNED.items()} | {"about": " · ".join(parts)}
    data = {"place": place, "count": count, "texts": texts, "scale": _scale()}
    _KEYS(key="projector", data=data, on_go_change=turned, on_scale_change=lambda: None)


def _scale() -> float:
    """How large the screen is beside one of 1920 x 1080, as the browser has told."""
    return float(st.session_state.get("projector", {}).get("scale") or 1)


def _screens(view: ui.View, brief: Brief) -> list[_Screen]:
    cover = _Screen(
        Text(brief.meeting.title, brief.meeting.title),
        both(partial(date, brief.meeting.held_on)),
        partial(_notes, [view.t(words.answer(brief))]),
    )
    return [cover, *(screen for part in agenda.parts(brief) for screen in _of_part(view, brief, part))]


def _of_part(view: ui.View, brief: Brief, part: Part) -> list[_Screen]:
    """A part of the meeting as one screen, or as several where one would be too full."""
    draws = _draws(view, brief, part)
    title, subtitle = agenda.title(brief, part), agenda.subtitle(brief, part)
    if part == "outcomes":
        cut = words.only(len(_worst(brief)), len(brief.comparison.rows))
        subtitle = Text(subtitle.vi + cut.vi, subtitle.en + cut.en)
    if len(draws) == 1:
        return [_Screen(title, subtitle, draws[0])]
    return [
        _Screen(Text(f"{title.vi} ({n}/{len(draws)})", f"{title.en} ({n}/{len(draws)})"), subtitle, draw)
        for n, draw in enumerate(draws, start=1)
    ]


def _draws(view: ui.View, brief: Brief, part: Part) -> list[Callable[[], None]]:
    if part in GROUPS:
        return _groups(view, brief, part)
    if part == "earlier":
        return _tables(view, *_outcomes(view, brief))
    if part == "promised":
        return _tables(view, *_promised(view, brief))
    if part == "notes":
        return [partial(_notes, some) for some in _pages(brief.meeting.notes)]
    if part == "models":
        return [partial(_notes, some) for said in words.of_models(brief) for some in _pages(view.t(said))]
    if part == "cards":
        return [partial(ui.cards, view, brief.headlines)]
    if part in ("half_unit", "half_procedure"):
        return [partial(_half, view, brief, part.removeprefix("half_"))]
    return [partial(_chart, view, brief, part)]


def _groups(view: ui.View, brief: Brief, part: Group) -> list[Callable[[], None]]:
    """Units as charts; many of which there is little to say as a list of names; of none, how many have changed."""
    lines = brief.agenda.group(part)
    if not lines:
        return [partial(_notes, [view.t(words.moved(brief.agenda))])]
    if len(lines) > _UNITS and part in ("unchanged", "unjudged"):
        # Names of two lines may leave a column shorter than the others by one of them.
        tall = [1.17 * measure.height(brief.unit_names[line.unit], _SMALL, _NAME) + 11 for line in lines]
        pages = measure.pages(tall, 3 * (_DEEP - max(tall)))
        return [partial(_listed, view, brief, [lines[place] for place in page]) for page in pages]
    return [partial(_changes, view, brief, some) for some in _split(lines, _UNITS)]


def _split(rows: Sequence[_Row], most: int) -> list[Sequence[_Row]]:
    """The rows on as few screens as hold them, each about as full as the others."""
    size = -(-len(rows) // max(-(-len(rows) // most), 1))
    return [rows[first : first + size] for first in range(0, len(rows), size)] if rows else []


def _filling(rows: Sequence[Sequence[_Cell]], widths: Sequence[float]) -> list[list[int]]:
    """Which rows of a table stand on which screen, by the lines their texts take."""
    return measure.pages([_tall(row, widths) for row in rows], _DEEP)


def _tall(row: Sequence[_Cell], widths: Sequence[float]) -> float:
    """How high a row of a table is; other fonts are wider than the measured one, so it is given less room."""
    heights = []
    for cell, width in zip(row, widths, strict=True):
        first, below = (cell, "") if isinstance(cell, str) else cell
        room = 0.85 * (_WIDE * width - 18)
        heights.append(measure.height(first, 30, room) + (measure.height(below, _LEAST, room) if below else 0))
    return max(heights) + 30


def _pages(text: str) -> list[list[str]]:
    """Paragraphs on as many screens as they need."""
    room = 0.93 * _WIDEST
    parts = [part for line in text.split("\n") if line.strip() for part in measure.pieces(line, 42, room, _DEEP * 0.85)]
    heights = [1.17 * measure.height(part, 42, room) + 21 for part in parts]
    return [[parts[place] for place in page] for page in measure.pages(heights, _DEEP)]


# --- What stands on a screen ---


def _changes(view: ui.View, brief: Brief, lines: Sequence[Line]) -> None:
    alt = words.compared_with(brief.agenda)
    _enlarged(view, charts.changes(brief.agenda, lines, brief.unit_names, view.theme, view.language), alt)


def _listed(view: ui.View, brief: Brief, lines: Sequence[Line]) -> None:
    shown = (
        f"<li><span>{html.escape(brief.unit_names[line.unit])}</span>"
        f"<b>{html.escape(brief.agenda.metric.show(line.value, view.language))}</b></li>"
        for line in lines
    )
    markup(f"<ul class='units'>{''.join(shown)}</ul>")


def _chart(view: ui.View, brief: Brief, part: Part) -> None:
    theme, language, alt = view.theme, view.language, agenda.title(brief, part)
    if part == "flow":
        shown = brief.flow
        _enlarged(view, charts.flow(shown.frame, shown.incomplete, theme, language, brief.markers, _ACROSS), alt)
    elif part == "funnel":
        target = compliance.common_target(brief.comparison, brief.snapshot, brief.filters)
        # Laid out for the height and the letters it has on the wall, so that names keep apart there too.
        room = (_TALLEST / _TIMES, _LEAST / _TIMES)
        _enlarged(view, charts.funnel(brief.comparison, brief.unit_names, target, theme, language, *room), alt)
    else:
        worst = _worst(brief)
        _enlarged(view, charts.outcomes(worst, brief.unit_names, "unit", theme, language), alt)


def _worst(brief: Brief) -> DataFrame:
    """The units a screen has room for, lowest on-time rate first."""
    return brief.comparison.rows.head(_UNITS)


def _enlarged(view: ui.View, figure: Figure | None, alt: Text) -> None:
    if figure is not None:
        scale = _scale()
        shown = charts.enlarged(figure, _TIMES * scale, _LEAST * scale, _TALLEST * scale)
        ui.chart(view, shown, alt, "on-the-wall")


def _half(view: ui.View, brief: Brief, by: str) -> None:
    few = agenda.half(brief, by)
    if few is None:
        return
    names = brief.unit_names if by == "unit" else brief.procedure_names
    late, total = few.late, sum(few.late.values())
    rows: list[list[_Cell]] = [
        [names[each], number(late[each], view.language), percent(late[each] / total, view.language, 0)]
        for each in few.few[:_FEW]
    ]
    if more := len(few.few) - len(rows):
        rest = number(more, view.language)
        rows.append([view.t(Text(f"và {rest} nơi khác", f"and {rest} more")), "", ""])
    head = heads.UNIT if by == "unit" else heads.PROCEDURE
    _table([view.t(each) for each in (head, heads.LATE, heads.SHARE)], rows, numbers={1, 2}, look="few")


_Shown = tuple[Sequence[Text], Sequence[float], list[list[_Cell]], list[str]]


def _tables(
    view: ui.View, names: Sequence[Text], widths: Sequence[float], rows: list[list[_Cell]], tones: list[str]
) -> list[Callable[[], None]]:
    """A table on as many screens as its rows need."""
    titles = [view.t(each) for each in names]
    return [
        partial(_table, titles, [rows[place] for place in page], tones=[tones[place] for place in page])
        for page in _filling(rows, widths)
    ]


def _outcomes(view: ui.View, brief: Brief) -> _Shown:
    names = (_SUBJECT_PROMISE, heads.WANTED, heads.THEN, heads.SINCE, heads.OUTCOME)
    rows: list[list[_Cell]] = [
        [
            (view.t(each.subject), f"{each.commitment.what} ({words.promised_by(each, view.language)})"),
            (words.wanted(each.commitment, view.language), view.t(each.metric.label)),
            words.measured(each.metric, each.then, view.language),
            words.measured(each.metric, each.now, view.language),
            (view.t(words.verdict(each)), view.t(words.beside(each))),
        ]
        for each in brief.earlier
    ]
    return names, (0.36, 0.16, 0.16, 0.16, 0.16), rows, [each.verdict for each in brief.earlier]


def _promised(view: ui.View, brief: Brief) -> _Shown:
    rows: list[list[_Cell]] = [
        [
            (view.t(brief.subject(each)), each.what),
            (words.wanted(each, view.language), view.t(MEASURES[each.metric].label)),
            (each.who, date(each.due, view.language)),
        ]
        for each in brief.promised
    ]
    return (_SUBJECT_PROMISE, heads.WANTED, heads.WHO), (0.36, 0.32, 0.32), rows, [""] * len(rows)


def _notes(paragraphs: Sequence[str]) -> None:
    """Running text; a short one in larger letters."""
    size, room = 42 * _LOUD, 0.93 * _WIDEST * _LOUD
    high = sum(1.17 * measure.height(each, size, min(room, 0.93 * _WIDE)) + size / 2 for each in paragraphs)
    loud = " loud" if high < 0.6 * _DEEP else ""
    markup("".join(f"<p class='finding{loud}'>{html.escape(each)}</p>" for each in paragraphs))


def _table(
    columns: Sequence[str],
    rows: Sequence[Sequence[_Cell]],
    numbers: Container[int] = (),
    tones: Sequence[str] = (),
    look: str = "",
) -> None:
    """A large table; a cell of two texts has the second below the first, smaller. `tones` colour the last cells."""
    sides = ["number" if place in numbers else "" for place in range(len(columns))]
    head = "".join(f"<th class='{side}'>{html.escape(each)}</th>" for each, side in zip(columns, sides, strict=True))
    body = ""
    for place, row in enumerate(rows):
        last = tones[place] if tones else ""
        classes = [*sides[:-1], f"{sides[-1]} {last}"]
        body += "<tr>" + "".join(map(_cell, row, classes)) + "</tr>"
    markup(f"<table class='{look}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def _cell(cell: _Cell, look: str) -> str:
    first, below = (cell, "") if isinstance(cell, str) else cell
    small = f"<small>{html.escape(below)}</small>" if below else ""
    return f"<td class='{look}'>{html.escape(first)}{small}</td>"
