"""Findings and published figures as tables: what a workbook holds and a page folds away."""

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from cchc.entered.published.statements import Figure, shown
from cchc.entered.published.vocabulary import UNITS
from cchc.findings.reconcile import sentences
from cchc.findings.reconcile.findings import CHECKS, SEVERITIES, STANDINGS, Expected, Finding
from cchc.findings.reconcile.records import Recount
from cchc.findings.reconcile.result import Reconciliation
from cchc.rules.references import References
from cchc.text import NOT_AVAILABLE, Language, Text, date

FINDING_COLUMNS = {
    "severity": Text("Mức độ", "Severity"),
    "check": Text("Phép kiểm", "Check"),
    "sentence": Text("Nội dung", "Finding"),
    "figure": Text("Số đã công bố", "Published figure"),
    "published": Text("Công bố", "Published"),
    "expected": Text("Tính lại từ các số công bố", "Recomputed from the published"),
    "records": Text("Tính lại từ hồ sơ", "Recomputed from the records"),
    "unit": Text("Đơn vị tính", "Unit"),
    "document": Text("Văn bản", "Document"),
}
FIGURE_COLUMNS = {
    "id": Text("Mã", "Id"),
    "figure": Text("Số đã công bố", "Published figure"),
    "published": Text("Công bố", "Published"),
    "records": Text("Tính lại từ hồ sơ", "Recomputed from the records"),
    "difference": Text("Chênh lệch", "Difference"),
    "unit": Text("Đơn vị tính", "Unit"),
    "standing": Text("Kết luận", "Standing"),
    "document": Text("Văn bản", "Document"),
}
# What a cell of a workbook holds: a number a formula can use, or text.
Cell = float | str | None


def finding_rows(
    result: Reconciliation, findings: Sequence[Finding], references: References, language: Language
) -> pd.DataFrame:
    """A row for every figure of every finding that it says something about (FINDING_COLUMNS)."""
    rows = [_finding_row(each, figure, result, references, language) for each in findings for figure in compared(each)]
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS), dtype=object)


def compared(finding: Finding) -> list[Figure]:
    """The figures a finding sets beside what they should be: the disputed ones, else those it says a value for, else
    the first it names."""
    expected = [figure for figure in finding.figures if figure.id in finding.expected]
    return list(finding.disputed) or expected or [finding.figures[0]]


def _finding_row(
    finding: Finding, figure: Figure, result: Reconciliation, references: References, language: Language
) -> dict[str, Cell]:
    return {
        "severity": SEVERITIES[finding.severity][language],
        "check": CHECKS[finding.check][language],
        "sentence": finding.sentence[language],
        "figure": figure.label(references, language),
        "published": _published(figure, language),
        "expected": _expected(figure, finding.expected.get(figure.id), language),
        "records": _recounted(figure, result.again.get(figure.id), language),
        "unit": UNITS[figure.meaning.unit][language],
        "document": sentences.document(figure.document, references)[language],
    }


def _published(figure: Figure, language: Language) -> Cell:
    return figure.show(language) if figure.days else float(figure.printed.value)


def _expected(figure: Figure, expected: Expected | None, language: Language) -> Cell:
    if expected is None:
        return None
    if expected.relation == "is" and expected.values:
        return _number(figure, expected.values[0])
    return expected.show(figure, language)


def _recounted(figure: Figure, again: Recount | None, language: Language) -> Cell:
    if again is None:
        return None
    return date(again.days.start, language) if again.days else _number(figure, again.value)


def _number(figure: Figure, value: Fraction) -> float:
    """As many digits as were published: more would look like a contradiction where there is none."""
    return float(figure.printed.rounded(value))


def figure_rows(result: Reconciliation, references: References, language: Language) -> pd.DataFrame:
    """A row for every published figure, in the order of the table (FIGURE_COLUMNS)."""
    rows = [_figure_row(figure, result, references, language) for figure in result.table.figures]
    return pd.DataFrame(rows, columns=list(FIGURE_COLUMNS), dtype=object)


def _figure_row(figure: Figure, result: Reconciliation, references: References, language: Language) -> dict[str, Cell]:
    again = result.again.get(figure.id)
    off = None if again is None or again.agrees or again.days else figure.printed.value - again.value
    return {
        "id": figure.id,
        "figure": figure.label(references, language),
        "published": _published(figure, language),
        "records": _recounted(figure, again, language),
        "difference": None if off is None else _number(figure, off),
        "unit": UNITS[figure.meaning.unit][language],
        "standing": STANDINGS[result.standings[figure.id]][language],
        "document": sentences.document(figure.document, references)[language],
    }


def show_recount(figure: Figure, again: Recount | None, language: Language) -> str:
    """What the records say, in the writing of the figure; "–" where they are silent."""
    if again is None:
        return NOT_AVAILABLE
    value = (
        date(again.days.start, language) if again.days else shown(float(_number(figure, again.value)), figure, language)
    )
    if figure.meaning.kind in ("start", "listed"):
        return Text(f"{value} (danh mục mô hình)", f"{value} (list of the model)")[language]
    return value
