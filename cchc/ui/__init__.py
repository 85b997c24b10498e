"""The only Streamlit in the library: the view a page renders, the shell around it, and its elements."""

from cchc.ui.elements import (
    Icons,
    cards,
    chart,
    details,
    flow,
    heading,
    note,
    notices,
    paragraphs,
    plain,
    section,
    show_rows,
    split_choice,
    table,
)
from cchc.ui.model_pages import wrong_models
from cchc.ui.shell import run
from cchc.ui.view import ModelPages, PageInfo, View
