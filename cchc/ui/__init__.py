"""The only Streamlit in the library: the view a page renders, the shell around it, and its elements."""

from cchc.ui.agenda import agenda_part, agenda_table, meeting_bar
from cchc.ui.commitments import commitment_form, last_commitments, live_outcomes, outcome_table
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
    split_choice,
    table,
)
from cchc.ui.evaluations import (
    against_chance,
    design,
    effect_by_week,
    evaluate,
    start_choice,
    under_each_start,
    unit_results,
    units_by_week,
)
from cchc.ui.figures import figure_choice, figure_table
from cchc.ui.gate import Gate
from cchc.ui.meetings import frozen, meeting_asked, meeting_list, new_meeting, notes, nothing_yet, said
from cchc.ui.models import wrong_models
from cchc.ui.projector import projector
from cchc.ui.promises import (
    broken_promises,
    listed_procedures,
    promise_facts,
    promise_periods,
    promise_units,
    promise_weeks,
    report_table,
)
from cchc.ui.published import table_file
from cchc.ui.reconciliation import (
    finding_choice,
    finding_list,
    finding_workbook,
    published_table,
    reconciliation,
    standings,
)
from cchc.ui.records import record_controls, record_exports, record_list, record_table
from cchc.ui.reports import report, report_choice
from cchc.ui.retraction import taking_back
from cchc.ui.shell import run
from cchc.ui.trends import (
    attention,
    flow,
    trend_asked,
    trend_chart,
    trend_choice,
    trend_details,
    trend_icons,
    trend_of,
    trend_tiles,
    years,
)
from cchc.ui.upload import snapshot_list, upload, verification
from cchc.ui.view import ModelPages, PageInfo, View
from cchc.ui.weekdays import against_days, days_by_week, other_days

__all__ = [
    "Gate",
    "ModelPages",
    "PageInfo",
    "View",
    "against_chance",
    "against_days",
    "agenda_part",
    "agenda_table",
    "attention",
    "broken_promises",
    "cards",
    "chart",
    "commitment_form",
    "days_by_week",
    "definitions",
    "design",
    "details",
    "effect_by_week",
    "evaluate",
    "figure_choice",
    "figure_table",
    "finding_choice",
    "finding_list",
    "finding_workbook",
    "flow",
    "frozen",
    "heading",
    "last_commitments",
    "listed_procedures",
    "live_outcomes",
    "meeting_asked",
    "meeting_bar",
    "meeting_list",
    "new_meeting",
    "note",
    "notes",
    "nothing_yet",
    "notices",
    "other_days",
    "outcome_table",
    "paragraphs",
    "plain",
    "projector",
    "promise_facts",
    "promise_periods",
    "promise_units",
    "promise_weeks",
    "published_table",
    "reconciliation",
    "record_controls",
    "record_exports",
    "record_list",
    "record_table",
    "report",
    "report_choice",
    "report_table",
    "run",
    "said",
    "section",
    "snapshot_list",
    "split_choice",
    "standings",
    "start_choice",
    "table",
    "table_file",
    "taking_back",
    "trend_asked",
    "trend_chart",
    "trend_choice",
    "trend_details",
    "trend_icons",
    "trend_of",
    "trend_tiles",
    "under_each_start",
    "unit_results",
    "units_by_week",
    "upload",
    "verification",
    "wrong_models",
    "years",
]
