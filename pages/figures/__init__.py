"""Tra cứu: any figure, by any split, over any period."""

from cchc import ui
from cchc.text import Text
from pages.figures import table


def render(view: ui.View) -> None:
    """The metrics a reader chooses, split as chosen, as a table and as files."""
    ui.heading(
        view,
        Text("Cần con số nào, chia theo gì?", "Which figure, split by what?"),
        Text(
            "Chọn chỉ số, cách chia và kỳ; bảng và tệp tải về dùng đúng bộ lọc đang chọn.",
            "Choose metrics, splits and periods; table and files use the filters in force.",
        ),
    )
    metrics, by, grain = table.figure_choice(view)
    table.draw(view, view.run(metrics, by=by, grain=grain, parts=True), by, grain)
