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
from cchc.ui.figures import figure_choice, figure_table
from cchc.ui.models import wrong_models
from cchc.ui.records import record_controls, record_exports, record_list, record_table
from cchc.ui.shell import run
from cchc.ui.upload import snapshot_list, upload, verification
from cchc.ui.view import ModelPages, PageInfo, View

__all__ = [
    "ModelPages",
    "PageInfo",
    "View",
    "cards",
    "chart",
    "definitions",
    "details",
    "figure_choice",
    "figure_table",
    "heading",
    "note",
    "notices",
    "paragraphs",
    "plain",
    "record_controls",
    "record_exports",
    "record_list",
    "record_table",
    "run",
    "section",
    "show_rows",
    "snapshot_list",
    "table",
    "upload",
    "verification",
    "wrong_models",
]
