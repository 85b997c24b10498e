"""The agenda of a meeting on the screen: its parts as sections, and the table of units behind them."""

import datetime
from typing import cast
from urllib.parse import parse_qs

import streamlit as st

from cchc import charts, ui
from cchc.addresses import Address
from cchc.entered import comments
from cchc.entered.comments import Comment
from cchc.entered.meetings import Meeting
from cchc.figures.metrics import FIGURES
from cchc.figures.periods import Period
from cchc.findings import agenda, compliance
from cchc.findings.agenda import GROUPS, Brief, Line, Part, heads, words
from cchc.text import LANGUAGES, Text, number
from pages.meeting import pack
from pages.meeting.choosing import meeting_settings
from pages.meeting.commitments import outcome_table


def meeting_bar(view: ui.View, meeting: Meeting, brief: Brief | None) -> None:
    """The way back, to the wall, to the files, to the settings; without figures nothing is shown or handed out."""
    # The figures are frozen: nothing here may be filtered otherwise.
    st.html("<style>.st-key-filter-bar { display: none; }</style>")
    with st.container(horizontal=True, key="meeting-bar", vertical_alignment="center"):
        ui.links(view, [(Text("Mọi cuộc họp", "All meetings"), "hop", view.elsewhere(view.snapshot.dataset))])
        if brief:
            st.button(
                view.t(Text("Trình chiếu", "Projector")), icon=":material/present_to_all:", key="to-the-wall",
                on_click=lambda: view.go(screen="1"),
            )  # fmt: skip
            pack.buttons(view, brief)
        meeting_settings(view, meeting)


def agenda_part(view: ui.View, brief: Brief, part: Part) -> None:
    """One part as a section: all groups of units in one picture. Notes and commitments of the meeting itself are
    written elsewhere on the page."""
    if part in ("promised", "notes", *GROUPS[1:]):
        return
    title = words.grouped(brief.agenda) if part == "first" else agenda.title(brief, part)
    ui.section(view, title, agenda.subtitle(brief, part))
    theme, language = view.theme, view.language
    if part == "earlier":
        outcome_table(view, brief.earlier, "part-earlier")
    elif part == "cards":
        ui.cards(view, brief.headlines)
    elif part == "models":
        ui.paragraphs(view, words.of_models(brief))
    elif part == "first":
        figure = charts.changes(brief.agenda, brief.agenda.lines, brief.unit_names, theme, language)
        ui.chart(view, figure, title, f"part-{part}")
    elif part == "flow":
        ui.chart(
            view,
            charts.flow(brief.flow.frame, brief.flow.incomplete, theme, language, brief.markers),
            title,
            f"part-{part}",
        )
    elif part == "funnel":
        target = compliance.common_target(brief.comparison, brief.snapshot, brief.filters)
        figure = charts.funnel(brief.comparison, brief.unit_names, target, theme, language)
        ui.chart(view, figure, title, f"part-{part}")
    elif part == "outcomes":
        figure = charts.outcomes(brief.comparison.rows, brief.unit_names, "unit", theme, language)
        ui.chart(view, figure, title, f"part-{part}")
    elif few := agenda.half(brief, part.removeprefix("half_")):
        names = brief.unit_names if few.by == "unit" else brief.procedure_names
        ui.chart(view, charts.pareto(few.frame, names, few.by, few.few, theme, language), title, f"part-{part}")


def agenda_table(view: ui.View, brief: Brief) -> None:
    """Every unit in the order of the agenda; a click lists the dossiers its rate leaves out."""
    ui.section(view, agenda.UNITS, words.compared_with(brief.agenda))
    names = (
        heads.UNIT, brief.agenda.metric.label, heads.PARTS, heads.BEFORE, heads.CHANGE, heads.USUAL, heads.WHY,
    )  # fmt: skip
    rows = [_row(view, brief, line) for line in brief.agenda.lines]
    ui.show_rows(ui.columns(view, names, right=range(1, 6)), rows, "agenda-units")
    ui.details(view, words.ORDERING, words.method(brief.agenda))


def open_comments(view: ui.View) -> None:
    """What was asked of figures of the area and is not resolved, each with the way to the figures."""
    waiting = [each.first for each in comments.threads(view.data, view.snapshot.dataset, view.person) if each.is_open]
    if not waiting:
        return
    about = Text("Người đọc viết bên số liệu, chưa ai giải quyết", "Written beside figures, resolved by nobody yet")
    ui.section(view, Text("Ý kiến chưa giải quyết", "Open comments"), about)
    ui.links(view, [
        (_asked(each), cast(Address, each.about.page),
         {**parse_qs(each.about.question), **view.elsewhere(view.snapshot.dataset)})
        for each in waiting
    ])  # fmt: skip


def _asked(comment: Comment) -> Text:
    label, days = FIGURES[comment.about.metric].label, parse_qs(comment.about.question)
    first, last = (datetime.date.fromisoformat(days[name][0]) for name in ("start", "end"))
    vi, en = (Period(first, last).label(language) for language in LANGUAGES)
    return Text(f"{label.vi}, {vi}: “{comment.text}”", f"{label.en}, {en}: “{comment.text}”")


_TONES = {"improved": "met", "worsened": "late"}


def _row(view: ui.View, brief: Brief, line: Line) -> ui.Row:
    metric, language, name = brief.agenda.metric, view.language, brief.unit_names[line.unit]
    few = not line.is_judged
    tone = "muted" if few else "late" if line.state == "missed" else ""
    cells = [
        ui.Cell.named(name),
        ui.Cell(metric.show(line.value, language), None if few else line.value, tone),
        ui.Cell(f"{number(line.top, language)} / {number(line.bottom, language)}", line.bottom),
        ui.Cell(metric.show(line.previous, language), line.previous if line.has_before else None),
        ui.Cell(
            words.difference(line, language),
            line.difference if line.has_before else None,
            _TONES.get(line.change or "", ""),
        ),
        ui.Cell(words.usual(line, language), line.low if line.low == line.low else None),
        ui.Cell(view.t(words.GROUPS[line.group]), GROUPS.index(line.group), below=view.t(words.reason(line, metric))),
    ]
    return ui.Row(cells)
