"""A paper that is locked on the page of reports: as it was, who locked it and when, and how it is opened again."""

from functools import partial

import streamlit as st

from cchc import reports, ui
from cchc.access.people import LOCAL
from cchc.entered import locked
from cchc.entered.locked import Content, Locked, Place
from cchc.exports import MEDIA_TYPES
from cchc.reports import Kind, pdf
from cchc.text import LANGUAGES, Text, moment

_ABOUT = Text(
    "Giữ nguyên tệp, số liệu và lời văn như lúc này, dù sau đó công bố số liệu mới hay ai sửa sổ theo dõi. Chỉ người "
    "biên tập mở lại được, có ghi lý do.",
    "Keeps file, figures and words as they are now, whatever is published or changed in registers later. Only an "
    "editor can reopen it, with a reason.",
)


def show(view: ui.View, kind: Kind, kept: Locked, name: str) -> str:
    """What is to be known of a locked paper, its file, and how it is reopened; its look is returned, "" if damaged."""
    ui.note(view, _said(view, kept))
    content = None
    with ui.saying_why(view):
        content = locked.content(view.data, kept)
    with st.container(horizontal=True, key="downloads", vertical_alignment="center"):
        if content:
            _downloads(view, kind, content, name)
        if view.may("editor"):
            _reopen(view, kept)
    return content.look if content else ""


def _downloads(view: ui.View, kind: Kind, content: Content, name: str) -> None:
    st.download_button(
        view.t(Text("Tải bản đã khóa", "Download the locked paper")), view.noted("paper", name, lambda: content.file),
        name, MEDIA_TYPES[kind.ending], icon=":material/lock:", type="primary", on_click="ignore",
    )  # fmt: skip
    if pdf.found():
        st.download_button(
            view.t(Text("Tải PDF", "Download as PDF")),
            view.noted("paper", name, partial(pdf.convert, content.file, kind.ending)),
            f"{name.removesuffix(kind.ending)}pdf", "application/pdf", on_click="ignore",
        )  # fmt: skip


def offer(view: ui.View, kind: Kind, place: Place | None, made: reports.Made, look: str) -> None:
    """A way to lock this paper, for who may."""
    if place is None or not view.may("editor"):
        return
    with st.popover(view.t(Text("Khóa báo cáo", "Lock the paper")), icon=":material/lock:"):
        st.markdown(ui.plain(view.t(_ABOUT)))
        if blanks := getattr(made, "blanks", ()):
            left = Text(f"Còn {len(blanks)} chỗ tô vàng chưa điền.", f"{len(blanks)} yellow places are not filled in.")
            st.markdown(ui.plain(view.t(left)))
        if st.button(view.t(Text("Khóa", "Lock")), key="paper-lock", type="primary"):
            kept = Content(reports.to_file(made), look)
            with ui.saying_why(view):
                locked.lock(view.data, place, kind.title.vi, view.snapshot.id, kept)
                st.rerun()


def _reopen(view: ui.View, kept: Locked) -> None:
    with st.popover(view.t(Text("Mở lại", "Reopen")), icon=":material/lock_open:"):
        reason = st.text_area(view.t(Text("Lý do mở lại", "Why it is reopened")), key="reopen-reason", max_chars=500)
        if st.button(view.t(Text("Mở lại báo cáo", "Reopen the paper")), key="paper-reopen"):
            with ui.saying_why(view):
                locked.reopen(view.data, kept, reason)
                st.rerun()


def history(view: ui.View) -> None:
    """Every paper of the area that is or was locked: which, when, on which data, and why it was reopened."""
    if not (papers := locked.listed(view.data, view.snapshot.dataset)):
        return
    heads = ui.columns(view, (
        Text("Báo cáo", "Paper"), Text("Đơn vị", "Unit"), Text("Kỳ", "Period"), Text("Bản số liệu", "Snapshot"),
        Text("Khóa", "Locked"), Text("Mở lại", "Reopened"),
    ))  # fmt: skip
    with st.expander(view.t(Text(f"Báo cáo đã khóa ({len(papers)})", f"Locked papers ({len(papers)})"))):
        ui.show_rows(heads, [ui.Row(_cells(view, paper), str(paper.id)) for paper in papers], "locked-papers")


def _cells(view: ui.View, paper: Locked) -> list[ui.Cell]:
    known, at = view.snapshot.references, paper.place
    kind = reports.kinds(view.snapshot, view.data).get(at.report)
    unit = known.units[at.unit].name if at.unit in known.units else at.unit or view.t(known.dataset.name)
    reopened = f"{moment(paper.reopened_at, view.language)}: {paper.reason}" if paper.reopened_at else ""
    return [
        ui.Cell.named(view.t(kind.title) if kind else paper.title), ui.Cell.named(unit),
        ui.Cell.of(at.period.label(view.language)), ui.Cell.of(paper.snapshot, "nowrap"),
        ui.Cell.of(moment(paper.at, view.language)), ui.Cell.of(reopened),
    ]  # fmt: skip


def _said(view: ui.View, kept: Locked) -> Text:
    by = "" if kept.by == LOCAL.id else f" ({kept.by})"
    vi, en = (moment(kept.at, language) for language in LANGUAGES)
    other = kept.snapshot != view.snapshot.id
    since = Text("; đang xem bản khác", "; another one is shown now") if other else Text("", "")
    return Text(
        f"Báo cáo này đã khóa lúc {vi}{by}, trên bản số liệu {kept.snapshot}{since.vi}: dưới đây là bản đã khóa, không "
        "tính lại.",
        f"This paper was locked at {en}{by}, on the snapshot {kept.snapshot}{since.en}: below is what was locked, not "
        "worked out anew.",
    )
