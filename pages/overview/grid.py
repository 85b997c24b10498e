"""Unit by unit: the figures of the period, twelve months in a small line, and shaded what needs attention."""

from cchc import charts, ui
from cchc.findings import attention, compliance, summary
from cchc.text import Text


def units(view: ui.View, rows: summary.Frame, comparison: compliance.Comparison) -> None:
    """All units, lowest on-time rate first; a click on one shows it alone, on a number its dossiers."""
    ui.section(
        view,
        Text("Từng đơn vị", "Unit by unit"),
        Text(
            "Ô tô màu: thật sự xấu đi so với các tháng trước, hoặc thấp hơn hẳn các đơn vị khác; đường nhỏ: tỷ lệ "
            "trước và đúng hạn 12 tháng, chung một thang; chọn một dòng để chỉ xem đơn vị đó",
            "Shaded: really worse than the months before, or clearly below the other units; small line: the on-time "
            "rate of 12 months, all on one scale; choose a row to see that unit alone",
        ),
    )
    shown = summary.told(rows, summary.GRID)
    watched = view.trends(view.filters)
    # A few units chosen are not held against each other alone.
    below = {} if view.filters.units else compliance.below_others(comparison)
    asked = summary.today(view.snapshot, view.filters)
    ui.table(
        view,
        ui.Split(
            "unit", view.unit_names(), shown, rows, summary.total(rows, summary.GRID),
            needed=attention.standing_out(watched) | below,
            lines=charts.lines({unit: trend.year for unit, trend in watched["on_time_rate"].items()}),
            lines_of=Text("12 tháng", "12 months"),
            days={} if asked == view.filters else {summary.STOCK: asked},
        ),
        "grid",
    )  # fmt: skip
    ui.paragraphs(view, attention.met_by_all(watched))
