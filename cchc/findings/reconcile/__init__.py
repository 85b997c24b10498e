"""Published figures against each other and against the records: what agrees, what contradicts, and by how much."""

from cchc.entered.published.statements import COLUMNS, Figure, Scope, Table
from cchc.entered.published.vocabulary import names
from cchc.findings.reconcile.findings import (
    CHECKS,
    METHOD,
    SEVERITIES,
    STANDINGS,
    Check,
    Expected,
    Finding,
    Severity,
    Standing,
)
from cchc.findings.reconcile.listing import (
    FIGURE_COLUMNS,
    FINDING_COLUMNS,
    compared,
    figure_rows,
    finding_rows,
    show_recount,
)
from cchc.findings.reconcile.records import Recount, question
from cchc.findings.reconcile.result import Reconciliation, answer, counted, reconcile, selected
from cchc.findings.reconcile.sentences import document

__all__ = [
    "CHECKS",
    "COLUMNS",
    "FIGURE_COLUMNS",
    "FINDING_COLUMNS",
    "METHOD",
    "SEVERITIES",
    "STANDINGS",
    "Check",
    "Expected",
    "Figure",
    "Finding",
    "Reconciliation",
    "Recount",
    "Scope",
    "Severity",
    "Standing",
    "Table",
    "answer",
    "compared",
    "counted",
    "document",
    "figure_rows",
    "finding_rows",
    "names",
    "question",
    "reconcile",
    "selected",
    "show_recount",
]
