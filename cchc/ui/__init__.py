"""The only Streamlit in the library: the view a page renders, the shell around it, and its elements."""

from cchc.ui.elements import (
    cards,
    chart,
    definitions,
    details,
    heading,
    note,
    notices,
    paragraphs,
    plain,
    section,
    show_rows,
    table,
)
from cchc.ui.evaluations import (
    against_chance,
    against_days,
    days_by_week,
    design,
    effect_by_week,
    evaluate,
    other_days,
    start_choice,
    under_each_start,
    unit_results,
    units_by_week,
)
from cchc.ui.figures import figure_choice, figure_table
from cchc.ui.models import wrong_models
from cchc.ui.promises import (
    broken_promises,
    listed_procedures,
    promise_facts,
    promise_periods,
    promise_units,
    promise_weeks,
    report_table,
)
from cchc.ui.records import record_controls, record_exports, record_list, record_table
from cchc.ui.reports import report, report_choice
from cchc.ui.shell import run
from cchc.ui.upload import snapshot_list, upload, verification
from cchc.ui.view import ModelPages, PageInfo, View

__all__ = [
    "ModelPages",
    "PageInfo",
    "View",
    "against_chance",
    "against_days",
    "broken_promises",
    "cards",
    "chart",
    "days_by_week",
    "definitions",
    "design",
    "details",
    "effect_by_week",
    "evaluate",
    "figure_choice",
    "figure_table",
    "heading",
    "listed_procedures",
    "note",
    "notices",
    "other_days",
    "paragraphs",
    "plain",
    "promise_facts",
    "promise_periods",
    "promise_units",
    "promise_weeks",
    "record_controls",
    "record_exports",
    "record_list",
    "record_table",
    "report",
    "report_choice",
    "report_table",
    "run",
    "section",
    "show_rows",
    "snapshot_list",
    "start_choice",
    "table",
    "under_each_start",
    "unit_results",
    "units_by_week",
    "upload",
    "verification",
    "wrong_models",
]
