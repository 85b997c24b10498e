"""Tổng quan: are things fine, and where not?"""

from cchc import charts, summary, ui
from cchc.periods import Period, containing
from cchc.text import Text

_HEADLINES = ("on_time_rate", "open_overdue", "online_rate", "received", "mean_days", "result_digitised_rate")


def render(view: ui.View) -> None:
    """Headline cards, what needs attention, flow and backlog, and units against metrics."""
    figures = summary.headlines(view.run, view.snapshot, view.filters, _HEADLINES)
    ui.heading(
        view,
        Text("Hồ sơ có được giải quyết đúng hạn không, nơi nào chưa?", "Are deadlines kept, and where not?"),
        summary.answer(figures[0], view.filters),
    )
    ui.cards(view, figures)
    _attention(view)
    _flow(view)
    _grid(view)


def _attention(view: ui.View) -> None:
    ui.section(view, Text("Cần chú ý", "Needs attention"))
    found = summary.attention(view.run, view.snapshot, view.filters)
    ui.notices(view, found)
    if not found:
        ui.note(view, Text("Không có gì nổi bật trong kỳ này.", "Nothing stands out in this period."))


def _flow(view: ui.View) -> None:
    months = summary.spark_periods(containing("month", view.filters.end), 13)
    first = max(months[0].start, containing("month", view.snapshot.start).start)
    span = Period(first, months[-1].end)
    frame = view.run(["received", "resolved", "open_within", "open_overdue"], view.filters.over(span), grain="month")
    incomplete = containing("month", view.snapshot.as_of) if view.snapshot.as_of < months[-1].end else None
    title = Text("Tiếp nhận, giải quyết và tồn đọng theo tháng", "Received, resolved and backlog by month")
    ui.section(
        view, title, Text("Số hồ sơ; tồn đọng tính vào cuối tháng", "Dossiers; the backlog stands at each month's end")
    )
    ui.chart(view, charts.flow(frame, incomplete, view.theme, view.language), title, "flow")


def _grid(view: ui.View) -> None:
    ui.section(
        view,
        Text("Từng đơn vị", "Unit by unit"),
        Text(
            "Chọn một dòng để chỉ xem đơn vị đó; chọn tên cột để sắp xếp",
            "Choose a row to see that unit alone; choose a heading to sort",
        ),
    )
    frame = summary.worst_first(view.run(summary.GRID, by=["unit"], parts=True), "on_time_rate")
    total = summary.total(frame, summary.GRID)
    ui.table(view, frame, "unit", view.unit_names(), summary.GRID, Text("Đơn vị", "Unit"), "grid", total)
