"""Tổng quan: are things fine, and where not?"""

from cchc import ui
from cchc.findings import summary
from cchc.text import Text
from pages.trends import chart


def render(view: ui.View) -> None:
    """Headline cards, what needs attention, flow and backlog, and units against metrics."""
    figures = summary.headlines(view.run, view.snapshot, view.filters, summary.HEADLINES)
    ui.heading(
        view,
        Text("Hồ sơ có được giải quyết đúng hạn không, nơi nào chưa?", "Are deadlines kept, and where not?"),
        summary.answer(figures[0], view.snapshot, view.filters),
    )
    ui.cards(view, figures)
    _attention(view)
    chart.flow(view, summary.MONTHS, summary.HEADLINES)
    _grid(view)


def _attention(view: ui.View) -> None:
    ui.section(view, Text("Cần chú ý", "Needs attention"))
    found = chart.attention(view)
    ui.notices(view, found)
    if not found:
        ui.note(view, Text("Không có gì nổi bật trong kỳ này.", "Nothing stands out in this period."))


def _grid(view: ui.View) -> None:
    ui.section(
        view,
        Text("Từng đơn vị", "Unit by unit"),
        Text(
            "Chọn một dòng để chỉ xem đơn vị đó; chọn tên cột để sắp xếp",
            "Choose a row to see that unit alone; choose a heading to sort",
        ),
    )
    units, _ = summary.in_two_periods(view.run, view.snapshot, view.filters, summary.GRID, ["unit"])
    frame = summary.worst_first(units, "on_time_rate")
    total = summary.total(frame, summary.GRID)
    icons = chart.trend_icons(view, ("on_time_rate", "online_rate"))
    ui.table(view, frame, "unit", view.unit_names(), summary.GRID, Text("Đơn vị", "Unit"), "grid", total, icons=icons)
