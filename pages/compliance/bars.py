"""Bars of units and procedures: how dossiers ended, and the few that make most of the late ones."""

from cchc import charts, ui
from cchc.findings import compliance, summary
from cchc.text import Text

# Hundreds of bars take a browser longer than all the rest of the page, and nobody reads them.
_MANY, _LOWEST = 40, 20
_ROWS = {"few": Text("20 đơn vị thấp nhất", "20 lowest units"), "all": Text("Tất cả đơn vị", "All units")}
_OUTCOMES = Text(
    "Phần trăm hồ sơ đã giải quyết; số bên phải là tỷ lệ quá hạn",
    "Per cent of resolved dossiers; the figure at the right is the late rate",
)


def outcomes(view: ui.View, comparison: compliance.Comparison, short: Text | None) -> None:
    """How the dossiers of each unit ended, the lowest first, under the sentence in short where there is one."""
    title = short or Text("Trước hạn, đúng hạn, quá hạn theo đơn vị", "Early, on day and late by unit")
    ui.section(view, title, _OUTCOMES)
    rows = comparison.rows
    if len(rows) > _MANY and ui.choice(view, "rows", Text("Số đơn vị", "Units"), _ROWS) == "few":
        rows = rows.head(_LOWEST)
    figure = charts.outcomes(rows, view.unit_names(), "unit", view.theme, view.language)
    ui.chart(view, figure, title, "outcomes", "unit")


def half(view: ui.View, by_unit: summary.Frame) -> None:
    """The few units, and the few procedures, that make half of the late dossiers."""
    by_procedure = view.run(["late"], by=["procedure"], parts=True)
    for by, late, names in (("unit", by_unit, view.unit_names()), ("procedure", by_procedure, view.procedure_names())):
        few = compliance.most_late(late, by)
        if not few or len(late) < 2:
            continue
        title = compliance.half_title(by, len(few))
        ui.section(view, title, compliance.half_shown(by, charts.MOST_BARS, len(few)))
        figure = charts.pareto(late, names, by, few, view.theme, view.language)
        ui.chart(view, figure, title, f"half-{by}", by)
