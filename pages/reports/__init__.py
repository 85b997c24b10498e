"""Báo cáo: which form or report is due, and what does it say?"""

from cchc import ui
from cchc.findings import summary
from cchc.text import Text
from pages.reports import paper


def render(view: ui.View) -> None:
    """The official forms and reports of the period, each with its file and the paper as it will be."""
    figure = summary.headline(view.run, view.snapshot, view.filters, "on_time_rate")
    ui.heading(
        view, Text("Cần biểu, báo cáo nào của kỳ này?", "Which form or report is due?"),
        summary.answer(figure, view.snapshot, view.filters),
    )  # fmt: skip
    paper.report(view, paper.report_choice(view))
