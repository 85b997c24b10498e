"""Comments on the figures of a page: read below them, written and resolved in a dialog that the menu opens."""

import html
from functools import partial

import streamlit as st

from cchc.access.people import LOCAL
from cchc.entered import comments
from cchc.entered.comments import About, Comment, Thread
from cchc.figures.metrics import FIGURES, GROUPS
from cchc.text import Text, moment
from cchc.ui.elements import plain, saying_why, section
from cchc.ui.view import PageInfo, View

_TITLE = Text("Ý kiến về số liệu", "Comments on figures")
_HOW = Text(
    "Ai xem được con số thì đọc được ý kiến. Ghi cơ quan, đơn vị; không ghi tên người.",
    "Whoever may see the figure reads the comment. Name offices and units, not people.",
)


def button(view: View, page: PageInfo) -> None:
    """Opens the comments on what the link asks, on a page of figures."""
    if page.filtered and st.button(view.t(Text("Ý kiến", "Comments")), icon=":material/comment:", key="comments"):
        st.dialog(view.t(_TITLE), width="large")(partial(_dialog, view))()


def below(view: View, page: PageInfo) -> None:
    """The open threads on the figures of the page; nothing where there are none."""
    if page.filtered and view.commented:
        items = "".join(_item(view, thread) for found in view.commented.values() for thread in found)
        section(view, _TITLE)
        st.html(f'<ul class="comments open">{items}</ul>')


def _item(view: View, thread: Thread) -> str:
    answers = "".join(f"<li>{_said(view, each)}</li>" for each in thread.answers)
    label = html.escape(view.t(FIGURES[thread.first.about.metric].label))
    return f"<li><b>{label}</b>: {_said(view, thread.first)}<ul>{answers}</ul></li>"


def _said(view: View, comment: Comment) -> str:
    return f"{html.escape(comment.text)} <small>{html.escape(_signed(view, comment))}</small>"


def _signed(view: View, comment: Comment) -> str:
    at = moment(comment.at, view.language)
    return at if comment.by == LOCAL.id else f"{comment.by}, {at}"


def _dialog(view: View) -> None:
    st.caption(f"{plain(view.describe())}. {plain(view.t(_HOW))}")
    every = comments.threads(view.data, view.snapshot.dataset, view.person)
    asked = comments.question(view.filters, view.snapshot)
    for found in comments.open_about(every, view.snapshot.dataset, asked).values():
        for thread in found:
            _thread(view, thread)
    _begin(view, asked)


def _thread(view: View, thread: Thread) -> None:
    first = thread.first
    with st.container(border=True):
        st.html(f'<ul class="comments">{_item(view, thread)}</ul>')
        with st.container(horizontal=True, vertical_alignment="bottom"):
            label = view.t(Text("Trả lời", "Answer"))
            text = st.text_input(label, key=f"answer-{first.id}-{len(thread.answers)}", max_chars=comments.LONGEST)
            if st.button(label, key=f"answer-send-{first.id}"):
                with saying_why(view):
                    comments.add(view.data, first.about, view.snapshot.id, text, first.id)
                    st.rerun()
            if comments.may_resolve(view.person, thread) and st.button(
                view.t(Text("Đã giải quyết", "Resolved")), key=f"resolve-{first.id}", icon=":material/check:"
            ):
                with saying_why(view):
                    comments.resolve(view.data, thread)
                    st.rerun()


def _begin(view: View, asked: str) -> None:
    count = len(view.commented)
    metric = st.selectbox(
        view.t(Text("Về con số", "About the figure")), [name for _, names in GROUPS.values() for name in names],
        key="comment-metric", format_func=lambda name: view.t(FIGURES[name].label),
    )  # fmt: skip
    text = st.text_area(view.t(Text("Ý kiến", "Comment")), key=f"comment-text-{count}", max_chars=comments.LONGEST)
    if st.button(view.t(Text("Gửi", "Send")), type="primary", key="comment-send"):
        sight = view.person.sight(view.snapshot.dataset)
        units = view.filters.units or (sight.figures if sight and sight.figures else ())
        about = About(view.snapshot.dataset, str(metric), view.slug, asked, frozenset(units))
        with saying_why(view):
            comments.add(view.data, about, view.snapshot.id, text)
            st.rerun()
