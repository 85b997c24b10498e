"""Định nghĩa: what does each figure mean?"""

from cchc import ui
from cchc.figures.metrics import GROUPS, METRICS, Metric, target_for
from cchc.findings import compliance
from cchc.reports import template
from cchc.schema import Direction
from cchc.store import coverage
from cchc.text import NOT_AVAILABLE, Text, quoted

_DIRECTIONS: dict[Direction, Text] = {
    "up": Text("cao hơn là tốt", "higher is better"),
    "down": Text("thấp hơn là tốt", "lower is better"),
    "neither": Text("không đánh giá", "neither good nor bad"),
}


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
    _definitions(view)
    _names(view)
    ui.section(view, Text("So sánh đơn vị: biểu đồ phễu, khoảng tin cậy", "Units compared: funnel plot, intervals"))
    ui.paragraphs(view, compliance.METHOD)
    ui.section(view, Text("Số liệu có từ ngày nào", "Since when there is data"))
    ui.paragraphs(view, coverage.METHOD)


def _definitions(view: ui.View) -> None:
    """One row per metric, by subject with rates first as wherever one is chosen: label and name, subject, meaning,
    formula, direction, target in force and source."""
    heads = (
        Text("Chỉ số, tên trong liên kết và tệp", "Metric, name in links and files"),
        Text("Nhóm", "Subject"),
        Text("Ý nghĩa", "Meaning"),
        Text("Công thức", "Formula"),
        Text("Chiều tốt", "Direction"),
        Text("Chỉ tiêu", "Target"),
        Text("Nguồn", "Source"),
    )
    rows = [ui.Row(_defined(view, METRICS[name], subject)) for subject, names in GROUPS.values() for name in names]
    ui.show_rows(ui.columns(view, heads), rows, "definitions")


def _names(view: ui.View) -> None:
    """The names an office may write in braces in its own Word file for a report."""
    spans = "; ".join(f"{name}: {view.t(text)}" for name, text in template.SPANS.items() if name)
    about = Text(
        f"Mọi tên chỉ số ở bảng trên, và cùng tên đó thêm đuôi ({spans}).",
        f"Every name of a metric above, and the same with an ending ({spans}).",
    )
    ui.section(view, Text("Tên dùng trong mẫu Word của cơ quan", "Names for an office's own Word file"), about)
    rows = [
        ui.Row([ui.Cell.of(shown), ui.Cell.of(view.t(text), "wide")])
        for names, form in ((template.WORDS, "{{{{ {} }}}}"), (template.BLOCKS, "{{{{p {} }}}}"))
        for name, text in names.items()
        for shown in (form.format(name),)
    ]
    ui.show_rows(ui.columns(view, (Text("Tên", "Name"), Text("Thay bằng", "Stands for"))), rows, "names")


def _defined(view: ui.View, metric: Metric, subject: Text) -> list[ui.Cell]:
    language = view.language
    target = target_for(metric.name, view.snapshot.references, view.filters.end)
    source = quoted(target.source) if target else Text("", "")
    return [
        ui.Cell.of(metric.label[language], below=metric.name),
        ui.Cell.of(subject[language]),
        ui.Cell.of(metric.note[language], "wide"),
        ui.Cell.of(metric.formula(language), "wide"),
        ui.Cell.of(_DIRECTIONS[metric.direction][language]),
        ui.Cell.of(metric.show_target(target.value, language) if target else NOT_AVAILABLE, below=source[language]),
        ui.Cell.of(metric.source[language]),
    ]
