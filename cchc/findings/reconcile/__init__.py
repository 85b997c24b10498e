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
