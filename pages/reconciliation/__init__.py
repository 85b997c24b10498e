"""Đối soát báo cáo: are the published figures right, against each other and against the records?"""

from cchc import ui
from cchc.findings import reconcile
from cchc.text import Text
from pages.reconciliation import evidence, published


def render(view: ui.View) -> None:
    """How many figures agree, what is wrong with the others, the whole table, and the table's own file."""
    result = evidence.reconciliation(view)
    ui.heading(
        view,
        Text("Các số đã công bố có đúng không?", "Are the published figures right?"),
        reconcile.answer(result),
        shown=view.snapshot.references.dataset.name,
    )
    if result.table.figures:
        evidence.standings(view, result)
        title = Text("Cần biết, nặng nhất trước", "What to know, worst first")
        ui.section(view, title, reconcile.counted(result.findings))
        found = evidence.finding_choice(view, result)
        evidence.finding_list(view, result, found)
        evidence.finding_workbook(view, result, found)
        evidence.published_table(view, result)
    ui.section(view, Text("Bảng số đã công bố", "The table of published figures"))
    published.table_file(view, result)
    ui.details(view, Text("Kiểm tra những gì?", "What is checked?"), reconcile.METHOD)
