"""What pages are made of: headings, cards, charts, notes and downloads, in the reader's language."""

import datetime
import html
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st
from plotly import graph_objects

from cchc import charts
from cchc.addresses import Address, link
from cchc.charts import Figure, spark
from cchc.exports import MEDIA_TYPES
from cchc.figures.periods import Period
from cchc.findings import backlog, sources, summary, trends
from cchc.findings.evaluation import glance
from cchc.findings.summary import STATES, Headline, State
from cchc.store.coverage import incomplete
from cchc.text import NOT_AVAILABLE, Text, UserError, date, number, tied
from cchc.ui.view import Reader, View

_CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False}
_IN_A_ROW = 6
_MARKS: dict[State, str] = {"met": "✓", "close": "≈", "missed": "✗"}


def plain(text: str) -> str:
    """Text from data as it is, with nothing in it read as Markdown and no address made a link; a number stays with its
    unit."""
    unlinked = re.sub(r"(?i)(?<=http)(?=s?:)|(?<=www)(?=\.)|(?=@)", "\u2060", tied(text))
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:^=])", r"\\\1", unlinked)


def heading(view: View, question: Text, answer: Text, shown: Text | None = None, more: Text | None = None) -> None:
    """The question in small type, the answer as the largest words of the page, what is shown with the data date: the
    filters, unless the page is about something else (printed sheets then name the area alone); and what `more` is to be
    known in one paragraph."""
    as_of = date(view.snapshot.as_of, view.language)
    closed = Text(f"số liệu chốt đến {as_of}", f"data as of {as_of}")
    parts = [view.t(shown) if shown else view.describe(), view.t(closed)]
    if not shown and (unfinished := incomplete(view.filters.period, view.snapshot)):
        parts.append(view.t(unfinished))
    if not shown and (missing := sources.lacking(view.run, view.snapshot, view.filters)):
        parts.append(view.t(missing))
    if view.snapshot.demo:
        parts.append(view.t(Text("dữ liệu minh họa", "demo data")))
    told = f"<p>{_said(view, more)}</p>" if more else ""
    described = view.snapshot.references.dataset.name[view.language] if shown else parts[0]
    printed = f"{described} – {view.snapshot.id} – {datetime.datetime.now():%d/%m/%Y %H:%M}"
    st.html(
        f'<header><style>:root{{--sheet:"{_css(printed)}"}}</style>'
        f'<p class="question">{_said(view, question)}</p><h1>{_said(view, answer)}</h1>'
        f'<p class="caption">{html.escape(tied(" · ".join(parts)))}</p>{told}</header>'
    )


def _css(text: str) -> str:
    """Text inside a string of a style sheet; whatever could end the string or the sheet is written as its code."""
    return "".join(each if each.isalnum() or each in " ,./:-–" else f"\\{ord(each):x} " for each in text)


def _said(view: Reader, text: Text) -> str:
    return html.escape(tied(view.t(text)))


def bigs(view: View, numbers: Iterable[glance.Big]) -> str:
    """HTML of a few numbers to be seen from afar, each with its label above and its interval below."""
    return f'<div class="bigs">{"".join(_big(view, each) for each in numbers)}</div>'


def _big(view: View, big: glance.Big) -> str:
    parts = (("label", big.label), ("value", big.value), ("below", big.below))
    said = "".join(f'<div class="{name}">{_said(view, text)}</div>' for name, text in parts)
    return f'<div class="big{"" if big.is_sure else " unsure"}">{said}</div>'


def section(
    view: View,
    title: Text,
    subtitle: Text | None = None,
    badge: Text | None = None,
    anchor: str = "",
    more: Text | None = None,
) -> None:
    """The heading of a chart or table: what it shows, with a badge where it must not be overread; then unit, period
    and n, and what `more` is to be known in one paragraph. A line of contents leads to its `anchor`."""
    mark = f' <span class="mark">{_said(view, badge)}</span>' if badge else ""
    below = f'<p class="caption">{_said(view, subtitle)}</p>' if subtitle else ""
    place = f' id="{html.escape(anchor)}"' if anchor else ""
    told = f"<p>{_said(view, more)}</p>" if more else ""
    st.html(f"<header><h2{place}>{_said(view, title)}{mark}</h2>{below}{told}</header>")


def note(view: Reader, text: Text) -> None:
    """A quiet sentence, for an empty picture: why there is nothing and the way out."""
    st.info(plain(view.t(text)), icon=":material/info:")


@contextmanager
def saying_why(view: Reader) -> Iterator[None]:
    """Whatever is refused inside is said where the click was; what comes after it inside is then not done."""
    try:
        yield
    except UserError as error:
        st.error(plain(view.t(error.text)), icon=":material/error:")


def paragraphs(view: View, texts: Iterable[Text]) -> None:
    """Running text, one paragraph each; drawn as one element, because each costs the browser as much as a chart."""
    if said := [plain(view.t(text)) for text in texts]:
        st.markdown("\n\n".join(said))


def details(view: View, title: Text, texts: Iterable[Text]) -> None:
    """Paragraphs folded away until somebody asks for them."""
    with st.expander(view.t(title)):
        paragraphs(view, texts)


def links(view: View, targets: Iterable[tuple[Text, Address, Mapping[str, str | list[str]]]]) -> None:
    """Sentences that lead on, each with the page it leads to and that page's parameters."""
    items = (
        f'<li><a href="{html.escape(link(address, params))}" target="_self">{_said(view, said)}</a></li>'
        for said, address, params in targets
    )
    st.html(f'<ul class="links">{"".join(items)}</ul>')


def markup(drawn: str) -> None:
    """What a page draws as HTML of its own, its texts escaped already; every number stays with its unit."""
    st.html(tied(drawn))


def cards(view: View, headlines: Sequence[Headline]) -> None:
    """Up to six headline figures side by side, more in rows of four, two a row on a phone."""
    many = " many" if len(headlines) > _IN_A_ROW else ""
    markup(f'<div class="cards{many}">{"".join(_card(view, each) for each in headlines)}</div>')


def _card(view: View, figure: Headline) -> str:
    metric, language = figure.metric, view.language
    below = []
    if figure.denominator is not None and metric.is_rate:
        counted = view.t(Text("trên", "of"))
        below.append(f"{number(figure.numerator, language)} {counted} {number(figure.denominator, language)}")
    if figure.caution:
        below.append(view.t(figure.caution))
    state = ""
    if figure.state and figure.target is not None:
        wanted = metric.show_target(figure.target, language)
        state = (
            f'<div class="state {figure.state}">{_MARKS[figure.state]} {view.t(STATES[figure.state])}'
            f" ({html.escape(wanted)})</div>"
        )
    others = zip((figure.previous, figure.year_before), figure.against, strict=True)
    changes = "".join(_change(view, figure, other, against) for other, against in others)
    line = spark(figure.spark, view.theme)
    picture = f'<img alt="" src="data:image/svg+xml;base64,{b64encode(line.encode()).decode()}">' if line else ""
    muted = "" if figure.is_judged else " small"
    if talk := len(view.commented.get(metric.name, ())):
        below.append(view.t(Text(f"{talk} ý kiến", f"comments: {talk}")))
    trend = html.escape(link("xu-huong", view.params(metric=metric.name)))
    label = f'<a href="{trend}" target="_self">{html.escape(view.t(figure.label))}</a>'
    return tied(
        f'<div class="card{muted}"><div class="label">{label}</div>'
        f'<div class="value">{_linked(view, figure)}{picture}</div>'
        f'<div class="below">{html.escape(" · ".join(below)) or "&nbsp;"}</div>{changes}{state}</div>'
    )


def _linked(view: View, figure: Headline) -> str:
    """The value, as a link to the dossiers it counts, of a stock on its day."""
    metric, shown = figure.metric, html.escape(figure.metric.show(figure.value, view.language))
    if metric.format != "count" or not figure.value:
        return f"<span>{shown}</span>"
    asked = view.filters if figure.day is None else view.filters.over(Period(figure.day, figure.day))
    return f'<a href="{html.escape(link("ho-so", view.params(asked, metric=metric.name)))}" target="_self">{shown}</a>'


def _change(view: View, figure: Headline, other: float | None, against: Text) -> str:
    label = f"<span>{view.t(against)}</span>"
    if other is None:
        missing = view.t(
            Text(
                "Không so được: số liệu không có kỳ đó, hoặc kỳ đó thiếu ngày hẹn trả",
                "Nothing to compare with: that period is not in the data, or lacks due dates",
            )
        )
        return f'<div class="change" title="{missing}">{label}{NOT_AVAILABLE}</div>'
    tone = {True: "better", False: "worse", None: ""}[figure.better(other)]
    difference = figure.change(other) or 0
    arrow = "▲" if difference > 0 else "▼" if difference < 0 else ""
    text = html.escape(f"{arrow} {figure.change_text(other, view.language)}")
    return f'<div class="change {tone}">{label}<b>{text}</b></div>'


def chart(view: View, figure: Figure | None, alt: Text, key: str, narrows: str = "") -> None:
    """A figure with its description for those who cannot see it; a click narrows to `narrows`, if named. Without a
    figure, why there is none and the way out."""
    if figure is None:
        nothing = Text(
            "Không có hồ sơ nào trong kỳ và bộ lọc này; chọn kỳ khác hoặc bỏ lọc.",
            "There is no dossier in this period and selection; choose another period or clear the filters.",
        )
        note(view, nothing)
        return
    # Plotly checks every value of a dictionary again, for longer than it takes to draw the page; tests do that here.
    drawn = graph_objects.Figure(figure, _validate=False)
    if not narrows:
        st.plotly_chart(drawn, theme=None, config=_CONFIG, alt=view.t(alt), key=key)
        return

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points and points[0]["customdata"][0]:  # not of what has no name
            value, *counts = points[0]["customdata"][:-1]
            # What was clicked is also what the list of dossiers opens with.
            view.go(view.filters.narrow(narrows, value), **({"metric": counts[0]} if counts else {}))

    st.plotly_chart(
        drawn, theme=None, config=_CONFIG, alt=view.t(alt), key=key, on_select=clicked, selection_mode="points"
    )


def choice(
    view: View, name: str, label: Text, options: Mapping[str, Text], control: Callable[..., Any] = st.segmented_control
) -> str:
    """The option the link asks for by the parameter `name`, the first if none, and the control that changes it."""
    chosen = view.param(name, next(iter(options)), tuple(options))
    st.session_state[name] = chosen
    control(
        view.t(label),
        list(options),
        format_func=lambda option: view.t(options[option]),
        key=name,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: view.go(**{name: st.session_state[name]}),
    )
    return chosen


def flow(view: View, months: int, beside: Sequence[str] = ()) -> None:
    """Received, resolved and backlog of the last months up to the period shown; `beside` names the headlines of the
    same page."""
    found = summary.flow(view.run, view.snapshot, view.filters, months, beside)
    title = Text("Tiếp nhận, giải quyết và tồn đọng theo tháng", "Received, resolved and backlog by month")
    counted = Text("Số hồ sơ; tồn đọng tính vào cuối tháng", "Dossiers; the backlog stands at each month's end")
    markers = trends.markers(view.snapshot, view.filters, view.dated)
    section(view, title, counted, more=backlog.answer(view.run, view.snapshot, view.filters, markers))
    chart(view, charts.flow(found.frame, found.incomplete, view.theme, view.language, markers), title, "flow")


def downloads(view: View, name: str, csv: Callable[[], bytes], xlsx: Callable[[], bytes]) -> None:
    """Two buttons for the same list as CSV and XLSX; a file is made only when asked for."""
    files = (
        (Text("Tải CSV", "Download CSV"), csv, "csv", "text/csv"),
        (Text("Tải Excel", "Download Excel"), xlsx, "xlsx", MEDIA_TYPES["xlsx"]),
    )
    with st.container(horizontal=True, key="downloads"):
        for label, make, ending, kind in files:
            st.download_button(
                view.t(label), make, f"{name}.{ending}", kind, icon=":material/download:", on_click="ignore"
            )
