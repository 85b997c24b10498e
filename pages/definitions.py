"""Định nghĩa: what does each figure mean?"""

from cchc import ui
from cchc.figures.metrics import METRICS
from cchc.findings import compliance
from cchc.text import Text


def render(view: ui.View) -> None:
    """Every metric with its meaning, formula, direction, target and source, from the list that computes it."""
    ui.heading(
        view,
        Text("Từng con số được hiểu và tính thế nào?", "What does each figure mean?"),
        Text(
            "Mọi trang, báo cáo và tệp tải về dùng chung các định nghĩa này.",
            "Every page, report and download uses these definitions.",
        ),
    )
    ui.definitions(view, METRICS.values())
    ui.section(view, Text("So sánh đơn vị: biểu đồ phễu, khoảng tin cậy", "Units compared: funnel plot, intervals"))
    ui.paragraphs(view, compliance.METHOD)
