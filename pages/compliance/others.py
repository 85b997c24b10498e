"""Who else is to be known: units of one's own size, and counters that took in what others decide."""

from cchc import ui
from cchc.exports import DIMENSION_NAMES
from cchc.figures.metrics import METRICS
from cchc.findings import compliance, counters, summary
from cchc.findings.compliance import Comparison
from cchc.text import Text, number

# Pairs beyond these are for the lookup.
_MOST = 30


def of_like_size(view: ui.View, comparison: Comparison, columns: tuple[str, ...]) -> None:
    """The one unit chosen among those of its level that have about as many dossiers."""
    rows = compliance.of_like_size(comparison, view.snapshot.references.units)
    if rows.empty:
        return
    ui.section(
        view,
        Text("So với các đơn vị cùng cấp có số hồ sơ tương đương", "Against units of its level with as much work"),
        Text(
            "Chênh không quá 20 % số hồ sơ đã giải quyết; thấp nhất trước",
            "Within 20% of its resolved dossiers; lowest first",
        ),
    )
    total = compliance.with_intervals(summary.total(rows, columns))
    ui.table(view, ui.Split("unit", view.unit_names(), columns, rows, total), "like-size")


def counters_elsewhere(view: ui.View) -> None:
    """Pairs of the office responsible and the counter that received, where they differ."""
    rows = counters.elsewhere(view.run, view.snapshot, view.filters)
    if rows.empty:
        return
    names = view.unit_names()
    received = int(view.run(["received"])["received"].sum())
    ui.section(
        view,
        counters.said(rows, received, names),
        Text("Quá hạn luôn tính cho cơ quan giải quyết", "Lateness is always that of the office that decides"),
    )
    heads = [
        DIMENSION_NAMES["unit"],
        DIMENSION_NAMES["receiving_unit"],
        *(METRICS[name].label for name in counters.FIGURES),
    ]
    shown = [
        ui.Row([ui.Cell.named(names[row["unit"]]), ui.Cell.named(names[row["receiving_unit"]]),
                *(ui.figure_cell(view, row, name) for name in counters.FIGURES)])
        for row in rows.head(_MOST).to_dict("records")
    ]  # fmt: skip
    ui.show_rows(ui.columns(view, heads, right=range(2, len(heads))), shown, "counters")
    if len(rows) > _MOST:
        vi, en = (number(len(rows), language) for language in ("vi", "en"))
        more = Text(
            f"{_MOST} cặp nhiều hồ sơ nhất trong {vi} cặp; xem đủ ở Tra cứu số liệu.",
            f"The {_MOST} pairs with most dossiers of {en}; all are on Look up figures.",
        )
        ui.paragraphs(view, [more])
