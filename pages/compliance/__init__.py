"""Tuân thủ thời hạn: which units keep deadlines and differ from the others, and which few make most late dossiers?"""

from cchc import charts, ui
from cchc.exports import DIMENSION_NAMES
from cchc.findings import compliance, summary
from cchc.text import Text
from pages.compliance import bars, due, others

_COLUMNS = (
    "on_time_rate", "late_rate", "resolved", "early", "on_day", "withdrawn", "late", "open_overdue", "on_time_rate_766",
    "due_on_time_rate",
)  # fmt: skip
_SPLITS = {by: DIMENSION_NAMES[by] for by in ("field", "procedure")}


def render(view: ui.View) -> None:
    """Units in a funnel and ranked, their outcomes, the few that make half of the late dossiers, fields, procedures."""
    figure = summary.headline(view.run, view.snapshot, view.filters, "on_time_rate")
    unnamed = others.unnamed(view)
    found = compliance.comparison(view.run, view.filters, _COLUMNS, unnamed)
    short = compliance.short_title(found.rows, view.snapshot, view.filters)
    ui.heading(
        view, Text("Đơn vị nào bảo đảm thời hạn, đơn vị nào chưa?", "Which units keep deadlines, which do not?"),
        summary.answer(figure, view.snapshot, view.filters),
        more=Text(f"{short.vi}.", f"{short.en}.") if short else None,
    )  # fmt: skip
    _funnel(view, found)
    _ranked(view, found)
    others.of_like_size(view, found, _COLUMNS)
    due.of_period(view)
    bars.outcomes(view, found, short)
    bars.half(view, found.rows)
    _kinds(view)
    others.counters_elsewhere(view)


def _funnel(view: ui.View, comparison: compliance.Comparison) -> None:
    title = compliance.funnel_title(comparison, view.unit_names())
    if comparison.funnel is None:
        ui.section(view, title, more=others.about(view))
        ui.note(view, compliance.why_no_funnel(comparison))
        return
    ui.section(view, title, compliance.reading(comparison), more=others.about(view))
    target = compliance.common_target(comparison, view.snapshot, view.filters)
    names = others.names(view, comparison)
    figure = charts.funnel(comparison, names, target, view.theme, view.language)
    ui.chart(view, figure, title, "funnel", "unit")
    ui.details(view, compliance.HOW, compliance.details(comparison.funnel))


def _ranked(view: ui.View, comparison: compliance.Comparison) -> None:
    ui.section(
        view,
        Text("Xếp theo tỷ lệ trước và đúng hạn, thấp nhất trước", "By on-time rate, lowest first"),
        compliance.INTERVALS,
    )
    total = compliance.with_intervals(summary.total(comparison.rows, _COLUMNS))
    ui.table(view, ui.Split("unit", view.unit_names(), _COLUMNS, comparison.rows, total), "units")


def _kinds(view: ui.View) -> None:
    ui.section(view, Text("Theo lĩnh vực, thủ tục", "By field, procedure"), compliance.INTERVALS)
    by = ui.choice(view, "by", Text("Chia theo", "Split by"), _SPLITS)
    names = view.field_names() if by == "field" else view.procedure_names()
    rows = compliance.with_intervals(summary.worst_first(view.run(_COLUMNS, by=[by], parts=True), "on_time_rate"))
    total = compliance.with_intervals(summary.total(rows, _COLUMNS))
    ui.table(view, ui.Split(by, names, _COLUMNS, rows, total), f"{by}-table")
