"""Published figures on the screen: findings with their evidence, the whole table, and the table's own file."""

import html
import re
import tempfile
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from cchc import exports, query, reconcile
from cchc.filters import Filters
from cchc.metrics import METRICS
from cchc.reconcile import CHECKS, SEVERITIES, Figure, Finding, Reconciliation, Standing, Table, figures, store
from cchc.snapshots import Snapshot
from cchc.text import NOT_AVAILABLE, Text, UserError, number
from cchc.ui.elements import note, plain, show_rows
from cchc.ui.view import View

_MOST_LINKS = 3
_STYLE = (Path(__file__).parent / "reconciliation.css").read_text(encoding="utf-8")
_MARKS = {"wrong": "✗", "check": "?", "note": "i"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SAID = "published-said"
_ANY = ""


@lru_cache(maxsize=32)
def _reconciled(snapshot: Snapshot, table: Table) -> Reconciliation:
    return reconcile.reconcile(partial(query.run, snapshot), snapshot, table)


def reconciliation(view: View) -> Reconciliation:
    """The table of published figures in force, checked; an empty one, and why, when it cannot be read."""
    try:
        table = store.load(view.data, view.snapshot)
    except UserError as error:
        note(view, error.text)
        table = Table(())
    return _reconciled(view.snapshot, table)


def standings(view: View, result: Reconciliation) -> None:
    """How many figures stand how, as one bar."""
    parts = [(standing, result.count(standing)) for standing in _ORDER if result.count(standing)]
    bar = "".join(f'<i class="{standing}" style="flex-grow:{count}"></i>' for standing, count in parts)
    words = "".join(
        f'<span><i class="{standing}"></i>{number(count, view.language)} '
        f"{html.escape(view.t(reconcile.STANDINGS[standing]))}</span>"
        for standing, count in parts
    )
    st.html(f"<style>{_STYLE}</style>")
    st.html(
        f'<div class="standings"><div class="bar" aria-hidden="true">{bar}</div><div class="legend">{words}</div></div>'
    )


_ORDER: tuple[Standing, ...] = ("agree", "wrong", "check", "unchecked")


def finding_choice(view: View, result: Reconciliation) -> list[Finding]:
    """Which document and which check to look at, in the link; and the findings that are about them."""
    documents = {_ANY: Text("Mọi văn bản", "All documents")}
    documents |= {id_: reconcile.document(id_, view.snapshot.references) for id_ in result.table.documents}
    checks = {_ANY: Text("Mọi phép kiểm", "All checks")} | {str(name): text for name, text in CHECKS.items()}
    document, check = view.param("document", _ANY, tuple(documents)), view.param("check", _ANY, tuple(checks))
    selected = partial(reconcile.selected, result.findings)
    with st.container(horizontal=True, key="finding-choice", vertical_alignment="bottom"):
        _choice(view, "document", Text("Văn bản", "Document"), documents, lambda id_: selected(id_, check))
        _choice(view, "check", Text("Phép kiểm", "Check"), checks, lambda id_: selected(document, id_))
    return selected(document, check)


def _choice(
    view: View, name: str, label: Text, options: dict[str, Text], found: Callable[[str], Sequence[Finding]]
) -> None:
    st.session_state[name] = view.param(name, _ANY, tuple(options))
    st.selectbox(
        view.t(label),
        list(options),
        format_func=lambda id_: f"{view.t(options[id_])} ({number(len(found(id_)), view.language)})",
        key=name,
        on_change=lambda: view.go(**{name: st.session_state[name]}),
        width=420,
    )


# --- Findings ---


def finding_list(view: View, result: Reconciliation, found: Sequence[Finding]) -> None:
    """Findings as a list, worst first: the sentence, published beside recomputed, where it stands, the evidence."""
    if not found:
        none = Text("Không có điều gì cần nói về các số này.", "There is nothing to say about these figures.")
        note(view, none)
        return
    st.html(f'<div class="findings">{"".join(_finding(view, result, each) for each in found)}</div>')


def _finding(view: View, result: Reconciliation, finding: Finding) -> str:
    names = [view.t(reconcile.document(id_, view.snapshot.references)) for id_ in finding.documents]
    rows = "".join(_compared(view, result, finding, each) for each in reconcile.compared(finding))
    heads = "".join(f"<th>{html.escape(view.t(head))}</th>" for head in _HEADS) if rows else ""
    table = f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    return (
        f'<article class="finding {finding.severity}"><header><b>{_MARKS[finding.severity]} '
        f"{html.escape(view.t(SEVERITIES[finding.severity]))}</b><span>{html.escape(view.t(CHECKS[finding.check]))}</span>"
        f"<span>{html.escape(' · '.join(names))}</span></header>"
        f"<p>{_unbroken(view.t(finding.sentence))}</p>{table}{_evidence(view, finding)}</article>"
    )


def _unbroken(text: str) -> str:
    """Escaped text in which no line ends between a number and its unit."""
    return re.sub(r"(?<=\d) (?=%|điểm|pp)", "&nbsp;", html.escape(text))


_HEADS = (
    Text("Công bố", "Published"),
    Text("Tính lại từ các số công bố", "Recomputed from the published"),
    Text("Tính lại từ hồ sơ", "Recomputed from the records"),
)


def _compared(view: View, result: Reconciliation, finding: Finding, figure: Figure) -> str:
    expected, again = finding.expected.get(figure.id), result.again.get(figure.id)
    if not expected and not finding.disputed:
        return ""
    cells = (
        figure.show(view.language),
        expected.show(figure, view.language) if expected else NOT_AVAILABLE,
        reconcile.show_recount(figure, again, view.language),
    )
    name = html.escape(figure.label(view.snapshot.references, view.language))
    return (
        f"<tr><th>{name}</th>"
        + "".join(
            f'<td data-head="{html.escape(view.t(head))}">{_unbroken(cell)}</td>'
            for head, cell in zip(_HEADS, cells, strict=True)
        )
        + "</tr>"
    )


def _evidence(view: View, finding: Finding) -> str:
    """Links to the records behind the figures a finding names, one for each question they answer."""
    first: dict[Filters, Figure] = {}
    for figure in finding.figures:
        if figure.meaning.of_dossiers:
            first.setdefault(reconcile.question(figure, view.snapshot), figure)
    shown = [
        f'<a href="{html.escape(_address(view, filters, figure))}" target="_self">'
        f"{html.escape(figure.label(view.snapshot.references, view.language))}</a>"
        for filters, figure in list(first.items())[:_MOST_LINKS]
    ]
    lead = view.t(Text("Xem trong hồ sơ:", "In the records:"))
    return f'<div class="evidence">{lead} {" · ".join(shown)}</div>' if shown else ""


def _address(view: View, filters: Filters, figure: Figure) -> str:
    """A count opens the dossiers it counts, a rate its value beside what it is made of."""
    metric = METRICS[figure.meaning.base]
    if metric.format == "count":
        return f"ho-so?{urlencode(view.params(filters, metric=metric.name), doseq=True)}"
    parts = [name for name, each in METRICS.items() if each.numerator in (metric.numerator, metric.denominator)]
    counts = [name for name in parts if METRICS[name].format == "count"]
    return f"tra-cuu?{urlencode({**view.params(filters), 'metric': [metric.name, *counts]}, doseq=True)}"


# --- The whole table ---


def published_table(view: View, result: Reconciliation) -> None:
    """Every published figure beside the records, folded away."""
    count = number(len(result.table.figures), view.language)
    with st.expander(view.t(Text(f"Toàn bộ {count} số đã công bố", f"All {count} published figures"))):
        numeric = ("published", "records")
        columns = [
            {"label": view.t(reconcile.FIGURE_COLUMNS[name]), "align": "right" if name in numeric else "left"}
            for name in ("figure", "published", "records", "standing", "document")
        ]
        show_rows(view, columns, [_row(view, result, each) for each in result.table.figures], "published")


_TONES = {"wrong": "late", "check": "late", "agree": "", "unchecked": "muted"}


def _row(view: View, result: Reconciliation, figure: Figure) -> dict[str, Any]:
    standing = result.standings[figure.id]
    document = view.t(reconcile.document(figure.document, view.snapshot.references))
    label = figure.label(view.snapshot.references, view.language)
    again = result.again.get(figure.id)
    cells = [
        {"text": label, "value": label},
        {"text": figure.show(view.language), "value": float(figure.printed.value)},
        {
            "text": reconcile.show_recount(figure, again, view.language),
            "value": None if again is None else float(again.value),
        },
        {"text": view.t(reconcile.STANDINGS[standing]), "value": standing, "tone": _TONES[standing]},
        {"text": document, "value": document, "tone": "wide"},
    ]
    return {"id": None, "total": False, "cells": cells}


def finding_workbook(view: View, result: Reconciliation, found: Sequence[Finding]) -> None:
    """The findings shown and the whole table as a workbook; made only when asked for."""
    documents = reconcile.document(view.param("document", _ANY), view.snapshot.references)
    check = CHECKS.get(view.param("check", _ANY), Text("mọi phép kiểm", "all checks"))  # type: ignore[call-overload]
    chosen = f"{view.t(documents) or view.t(Text('mọi văn bản', 'all documents'))}, {view.t(check).lower()}"
    with st.container(horizontal=True, key="downloads"):
        st.download_button(
            view.t(Text("Tải kết quả đối soát (Excel)", "Download the findings (Excel)")),
            lambda: exports.reconciliation_to_xlsx(result, found, chosen, view.snapshot, view.language),
            f"doi-soat-{view.snapshot.dataset}-{view.snapshot.as_of}.xlsx", _XLSX,
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip


# --- The table's own file ---


def table_file(view: View, result: Reconciliation) -> None:
    """Which table is in force, and how to take it away, replace it, edit it or go back to the one that came along."""
    if said := st.session_state.pop(_SAID, None):
        good, text = said
        (st.success if good else st.error)(
            plain(view.t(text)), icon=":material/check_circle:" if good else ":material/error:"
        )
    own = store.is_own(view.data, view.snapshot.dataset)
    st.markdown(plain(view.t(_OWN if own else _SHIPPED)))
    with st.container(horizontal=True, key="table-file"):
        st.download_button(
            view.t(Text("Tải bảng này (CSV)", "Download this table (CSV)")),
            lambda: result.table.to_csv(view.snapshot.dataset).encode("utf-8-sig"),
            f"so-da-cong-bo-{view.snapshot.dataset}.csv", "text/csv",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        if own:
            st.button(
                view.t(Text("Dùng lại bảng đi kèm số liệu", "Go back to the table that came with the data")),
                key="go-back", icon=":material/undo:", on_click=lambda: store.forget(view.data, view.snapshot.dataset),
            )  # fmt: skip
    with st.expander(view.t(Text("Tải lên một bảng", "Upload a table")), icon=":material/upload:"):
        _upload(view, result)
    with st.expander(view.t(Text("Sửa bảng này", "Edit this table")), icon=":material/edit:"):
        _edit(view, result)


_OWN = Text(
    "Đang dùng bảng của đơn vị, đã tải lên hoặc sửa trên trang này.",
    "The table in use is your own, uploaded or edited on this page.",
)
_SHIPPED = Text("Đang dùng bảng đi kèm số liệu.", "The table in use is the one that came with the data.")
_SHAPE = Text(
    "CSV hoặc Excel, dòng đầu là tên cột: {columns}. Bảng mới thay cả bảng đang dùng; có một ô sai thì không lưu gì.",
    "CSV or Excel, headings in the first row: {columns}. The new table replaces the one in use; if one cell is wrong "
    "nothing is saved.",
)


def _upload(view: View, result: Reconciliation) -> None:
    st.caption(plain(view.t(_SHAPE).format(columns=", ".join(reconcile.COLUMNS))))
    chosen = st.file_uploader(view.t(Text("Bảng số đã công bố", "Table of published figures")), key="published-file")

    def save() -> None:
        if chosen is None:
            return
        with tempfile.TemporaryDirectory(prefix="cchc-published-") as folder:
            path = Path(folder) / Path(chosen.name).name
            path.write_bytes(chosen.getbuffer())
            _save(view, result, lambda: figures.read(path, view.snapshot.references))

    st.button(
        view.t(Text("Kiểm tra và lưu", "Check and save")), key="save-uploaded", type="primary",
        icon=":material/save:", disabled=chosen is None, on_click=save,
    )  # fmt: skip


def _edit(view: View, result: Reconciliation) -> None:
    rows = pd.DataFrame(result.table.rows(view.snapshot.dataset), columns=list(reconcile.COLUMNS), dtype=object)
    rows = rows.drop(columns="area")
    rows.insert(0, "row", range(2, len(rows) + 2))  # as a file of this table would number them
    titles = {name: st.column_config.TextColumn(view.t(title), help=name) for name, title in _TITLES.items()}
    row = st.column_config.NumberColumn(view.t(Text("Dòng", "Row")), disabled=True, width="small")
    edited = st.data_editor(
        rows, key=f"published-{result.table.digest}", num_rows="dynamic", column_config={"row": row, **titles}
    )

    def save() -> None:
        texts = edited.astype(object).where(edited.notna(), "").to_dict("records")
        cells = [(place, {str(name): cell for name, cell in each.items()}) for place, each in enumerate(texts, start=2)]
        _save(view, result, lambda: figures.parse(cells, view.snapshot.references))

    st.button(
        view.t(Text("Kiểm tra và lưu", "Check and save")), key="save-edited", icon=":material/save:", on_click=save
    )


_TITLES = {
    "id": Text("Mã", "Id"),
    "scope": Text("Phạm vi", "Scope"),
    "from": Text("Từ ngày", "First day"),
    "to": Text("Đến ngày", "Last day"),
    "metric": Text("Chỉ số", "Metric"),
    "value": Text("Giá trị", "Value"),
    "unit": Text("Đơn vị tính", "Unit"),
    "numerator_id": Text("Tử số", "Numerator"),
    "denominator_id": Text("Mẫu số", "Denominator"),
    "document": Text("Văn bản", "Document"),
}


def _save(view: View, result: Reconciliation, make: Callable[[], Table]) -> None:
    try:
        table = make()
        store.save(view.data, view.snapshot, table, result.table.digest)
    except UserError as error:
        st.session_state[_SAID] = (False, error.text)
        return
    vi, en = (number(len(table.figures), language) for language in ("vi", "en"))
    left = table.left_out
    st.session_state[_SAID] = (
        True,
        Text(
            f"Đã lưu {vi} số." + (f" Bỏ qua {number(left, 'vi')} dòng của khu vực khác." if left else ""),
            f"{en} figures saved." + (f" {number(left, 'en')} rows of other areas were left out." if left else ""),
        ),
    )
