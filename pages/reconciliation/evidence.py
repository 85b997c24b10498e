"""Published figures on the screen: how they stand, findings with their evidence, the whole table."""

import html
import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import streamlit as st

from cchc import exports, ui
from cchc.addresses import link
from cchc.entered.published import saved
from cchc.exports import MEDIA_TYPES
from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.figures.metrics import FIGURES, METRICS
from cchc.findings import reconcile
from cchc.findings.reconcile import CHECKS, SEVERITIES, Figure, Finding, Reconciliation, Severity, Standing, Table
from cchc.store.snapshots import Snapshot
from cchc.text import NOT_AVAILABLE, Text, UserError, number
from cchc.ui import assets
from cchc.ui.elements import markup

# What a page shows of a long table; its files hold everything.
_MOST_FINDINGS, _MOST_ROWS = 100, 500
_MOST_LINKS = 3
_STYLE = assets.text(__file__, "reconciliation.css")
_MARKS: dict[Severity, str] = {"wrong": "✗", "check": "?", "note": "i"}
_ANY = ""


@lru_cache(maxsize=32)
def _reconciled(snapshot: Snapshot, table: Table) -> Reconciliation:
    return reconcile.reconcile(partial(query.run, snapshot), snapshot, table)


def reconciliation(view: ui.View) -> Reconciliation:
    """The table of published figures in force, checked; an empty one, and why, when it cannot be read."""
    try:
        table = saved.load(view.data, view.snapshot)
    except UserError as error:
        ui.note(view, error.text)
        table = Table(())
    return _reconciled(view.snapshot, table)


def standings(view: ui.View, result: Reconciliation) -> None:
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


def finding_choice(view: ui.View, result: Reconciliation) -> list[Finding]:
    """Which document and which check to look at, in the link; and the findings that are about them."""
    documents = {_ANY: Text("Mọi văn bản", "All documents")}
    documents |= {id_: reconcile.document(id_, view.snapshot.references) for id_ in result.table.documents}
    checks = {_ANY: Text("Mọi phép kiểm", "All checks")} | {str(name): text for name, text in CHECKS.items()}
    document, check = view.param("document", _ANY, tuple(documents)), view.param("check", _ANY, tuple(checks))
    selected = partial(reconcile.selected, result.findings)
    if not result.findings:
        return []
    with st.container(horizontal=True, key="finding-choice", vertical_alignment="bottom"):
        _choice(view, "document", Text("Văn bản", "Document"), documents, lambda id_: selected(id_, check))
        _choice(view, "check", Text("Phép kiểm", "Check"), checks, lambda id_: selected(document, id_))
    return selected(document, check)


def _choice(
    view: ui.View, name: str, label: Text, options: dict[str, Text], matching: Callable[[str], Sequence[Finding]]
) -> None:
    st.session_state[name] = view.param(name, _ANY, tuple(options))
    st.selectbox(
        view.t(label),
        list(options),
        format_func=lambda id_: f"{view.t(options[id_])} ({number(len(matching(id_)), view.language)})",
        key=name,
        on_change=lambda: view.go(**{name: st.session_state[name]}),
        width=420,
    )


# --- Findings ---


def finding_list(view: ui.View, result: Reconciliation, findings: Sequence[Finding]) -> None:
    """Findings as a list, worst first: the sentence, published beside recomputed, where it stands, the evidence."""
    if not findings:
        none = Text("Không thấy điều gì sai trong các số này.", "Nothing wrong was found in these figures.")
        ui.note(view, none)
        return
    shown = findings[:_MOST_FINDINGS]
    markup(f'<div class="findings">{"".join(_finding(view, result, each) for each in shown)}</div>')
    _rest(view, len(findings) - len(shown), Text("phát hiện nhẹ hơn", "lesser findings"))


def _rest(view: ui.View, left: int, what: Text) -> None:
    """How many are not on the screen, and where they are."""
    if left:
        vi, en = number(left, "vi"), number(left, "en")
        ui.note(view, Text(f"Còn {vi} {what.vi}; tệp Excel có đủ.", f"{en} {what.en} more; the workbook has them all."))


def _finding(view: ui.View, result: Reconciliation, finding: Finding) -> str:
    names = [view.t(reconcile.document(id_, view.snapshot.references)) for id_ in finding.documents]
    rows = "".join(_compared(view, result, finding, each) for each in reconcile.compared(finding))
    heads = "".join(f"<th>{html.escape(view.t(head))}</th>" for head in _HEADS) if rows else ""
    head = f"<thead><tr><th>{view.t(_COMPARED)}</th>{heads}</tr></thead>"
    table = f"<table>{head}<tbody>{rows}</tbody></table>" if rows else ""
    return (
        f'<article class="finding {finding.severity}"><header><b>{_MARKS[finding.severity]} '
        f"{html.escape(view.t(SEVERITIES[finding.severity]))}</b><span>{html.escape(view.t(CHECKS[finding.check]))}</span>"
        f"<span>{html.escape(' · '.join(names))}</span></header>"
        f"<p>{_unbroken(view.t(finding.sentence))}</p>{table}{_evidence(view, finding)}</article>"
    )


def _unbroken(text: str) -> str:
    """Escaped text in which no line ends between a number and its unit."""
    return re.sub(r"(?<=\d) (?=%|điểm|pp)", "&nbsp;", html.escape(text))


_COMPARED = Text("Con số", "Figure")
_HEADS = (
    Text("Công bố", "Published"),
    Text("Tính lại từ các số công bố", "Recomputed from the published"),
    Text("Tính lại từ hồ sơ", "Recomputed from the records"),
)


def _compared(view: ui.View, result: Reconciliation, finding: Finding, figure: Figure) -> str:
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


def _evidence(view: ui.View, finding: Finding) -> str:
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


def _address(view: ui.View, filters: Filters, figure: Figure) -> str:
    """A count opens the dossiers it counts, a rate its value beside what it is made of."""
    metric = FIGURES[figure.meaning.base]
    if metric.format == "count":
        return link("ho-so", view.params(filters, metric=metric.name))
    parts = [name for name, each in METRICS.items() if each.numerator in (metric.numerator, metric.denominator)]
    counts = [name for name in parts if METRICS[name].format == "count"]
    return link("tra-cuu", {**view.params(filters), "metric": [metric.name, *counts]})


# --- The whole table ---


def published_table(view: ui.View, result: Reconciliation) -> None:
    """Every published figure beside the records, folded away."""
    count = number(len(result.table.figures), view.language)
    with st.expander(view.t(Text(f"Toàn bộ {count} số đã công bố", f"All {count} published figures"))):
        heads = [reconcile.FIGURE_COLUMNS[name] for name in _FIGURE_COLUMNS]
        shown = result.table.figures[:_MOST_ROWS]
        rows = [_row(view, result, each) for each in shown]
        ui.show_rows(ui.columns(view, heads, right={1, 2}), rows, "published")
        _rest(view, len(result.table.figures) - len(shown), Text("số", "figures"))


_FIGURE_COLUMNS = ("figure", "published", "records", "standing", "document")
_TONES: dict[Standing, str] = {"wrong": "late", "check": "late", "agree": "", "unchecked": "muted"}


def _row(view: ui.View, result: Reconciliation, figure: Figure) -> ui.Row:
    standing = result.standings[figure.id]
    document = view.t(reconcile.document(figure.document, view.snapshot.references))
    label = figure.label(view.snapshot.references, view.language)
    again = result.again.get(figure.id)
    cells = [
        ui.Cell.of(label),
        ui.Cell(figure.show(view.language), float(figure.printed.value)),
        ui.Cell(reconcile.show_recount(figure, again, view.language), None if again is None else float(again.value)),
        ui.Cell(view.t(reconcile.STANDINGS[standing]), standing, _TONES[standing]),
        ui.Cell.of(document, "wide"),
    ]
    return ui.Row(cells)


def finding_workbook(view: ui.View, result: Reconciliation, findings: Sequence[Finding]) -> None:
    """The findings shown and the whole table as a workbook; made only when asked for."""
    documents = reconcile.document(view.param("document", _ANY), view.snapshot.references)
    check = CHECKS.get(view.param("check", _ANY), Text("mọi phép kiểm", "all checks"))  # type: ignore[call-overload]
    chosen = f"{view.t(documents) or view.t(Text('mọi văn bản', 'all documents'))}, {view.t(check).lower()}"
    name = f"doi-soat-{view.snapshot.dataset}-{view.snapshot.as_of}.xlsx"
    with st.container(horizontal=True, key="downloads"):
        st.download_button(
            view.t(Text("Tải kết quả đối soát (Excel)", "Download the findings (Excel)")),
            view.noted("paper", name, lambda: exports.reconciliation_to_xlsx(
                result, findings, chosen, view.snapshot, view.language)),
            name, MEDIA_TYPES["xlsx"],
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
