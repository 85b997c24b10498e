"""Tuân thủ thời hạn: which units and procedures keep deadlines, and which few make most of the late dossiers?"""

from cchc import charts, summary, ui
from cchc.text import Text

_COLUMNS = (
    "resolved",
    "early",
    "on_day",
    "withdrawn",
    "late",
    "on_time_rate",
    "late_rate",
    "open_overdue",
    "on_time_rate_766",
)


def render(view: ui.View) -> None:
    """Outcomes per unit, the ranked table, fields, and the few that make half of the late dossiers."""
    [figure] = summary.headlines(view.run, view.snapshot, view.filters, ["on_time_rate"])
    ui.heading(
        view,
        Text("Đơn vị nào bảo đảm thời hạn, đơn vị nào chưa?", "Which units keep deadlines, which do not?"),
        summary.answer(figure, view.filters),
    )
    by_unit = summary.worst_first(view.run(_COLUMNS, by=["unit"], parts=True), "on_time_rate")
    _outcomes(view, by_unit)
    total = summary.total(by_unit, _COLUMNS)
    ui.section(view, Text("Xếp theo tỷ lệ trước và đúng hạn, thấp nhất trước", "By on-time rate, lowest first"))
    ui.table(view, by_unit, "unit", view.unit_names(), _COLUMNS, Text("Đơn vị", "Unit"), "units", total)
    _half(view, by_unit)
    ui.section(view, Text("Theo lĩnh vực", "By field"))
    by_field = summary.worst_first(view.run(_COLUMNS, by=["field"], parts=True), "on_time_rate")
    ui.table(view, by_field, "field", view.field_names(), _COLUMNS, Text("Lĩnh vực", "Field"), "fields-table", total)


def _outcomes(view: ui.View, by_unit: summary.Frame) -> None:
    title = summary.outcomes_title(by_unit, view.snapshot, view.filters)
    ui.section(
        view,
        title,
        Text(
            "Phần trăm hồ sơ đã giải quyết; số bên phải là tỷ lệ quá hạn",
            "Per cent of resolved dossiers; the figure at the right is the late rate",
        ),
    )
    ui.chart(
        view, charts.outcomes(by_unit, view.unit_names(), "unit", view.theme, view.language), title, "outcomes", "unit"
    )


def _half(view: ui.View, by_unit: summary.Frame) -> None:
    by_procedure = view.run(["late"], by=["procedure"])
    for by, late, names, few in (
        ("unit", by_unit, view.unit_names(), Text("đơn vị", "units")),
        ("procedure", by_procedure, view.procedure_names(), Text("thủ tục", "procedures")),
    ):
        half = summary.fewest_that_make_half(late, by, "late")
        if not half:
            continue
        title = Text(
            f"{len(half)} {few.vi} chiếm một nửa số hồ sơ quá hạn",
            f"{len(half)} {few.en} make half of the late dossiers",
        )
        ui.section(view, title, Text("Số hồ sơ quá hạn và tỷ trọng", "Late dossiers and their share"))
        figure = charts.pareto(late, names, by, half, view.theme, view.language)
        ui.chart(view, figure, title, f"half-{by}", by)
