"""Who else is to be known: units without a name, units of one's own size, and counters that took in what others
decide."""

import pandas as pd

from cchc import ui
from cchc.exports import DIMENSION_NAMES
from cchc.figures import unnamed as others
from cchc.figures.metrics import METRICS
from cchc.findings import compliance, counters, summary
from cchc.findings.compliance import Comparison
from cchc.text import Text, number

_ALL = Text("Tổng cộng", "All")
_DECIDES = Text("Cơ quan giải quyết", "Office that decides")


def unnamed(view: ui.View) -> pd.DataFrame | None:
    """The units whose names the reader may not see; see `figures.unnamed`."""
    return others.rows(view.snapshot, view.filters)


def names(view: ui.View, comparison: Comparison) -> dict[str, str]:
    """What the units of a comparison are called, those without a name too."""
    nameless = view.t(Text("Đơn vị khác (không nêu tên)", "Another unit (not named)"))
    return view.unit_names() | {unit: nameless for unit in comparison.peers["unit"] if others.is_one(unit)}


def about(view: ui.View) -> Text | None:
    """What is to be known of units without a name; None where the reader is shown none at all."""
    if not others.are_there(view.snapshot):
        return None
    if others.can_be_asked(view.snapshot, view.filters):
        return Text(
            "Có cả các đơn vị khác, không nêu tên: chỉ để thấy đơn vị mình đứng ở đâu.",
            "The other units are there too, without their names: to see where one's own stands.",
        )
    return Text(
        "Chỉ có đơn vị của bạn: muốn so với các đơn vị khác (không nêu tên), hãy chọn trọn tháng, xem theo đơn vị từng "
        "thời kỳ và bỏ lọc lĩnh vực, thủ tục, hình thức.",
        "Your own units alone: to compare with the others (not named), choose whole months and the units of each day, "
        "and clear field, procedure and channel.",
    )


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
    """Offices that decide what other counters received, and which counters these are."""
    pairs = counters.elsewhere(view.run, view.snapshot, view.filters)
    if pairs.empty:
        return
    names = view.unit_names()
    received = int(view.run(["received"])["received"].sum())
    ui.section(
        view,
        counters.said(pairs, received, names),
        Text(
            "Mỗi hàng một cơ quan giải quyết: hồ sơ nơi khác nhận thay, và nhận ở những đâu. Quá hạn luôn tính cho cơ "
            "quan giải quyết",
            "A row for each office that decides: what others received for it, and where. Lateness is always that of "
            "the office that decides",
        ),
    )
    total = ("", summary.total(pairs, counters.FIGURES).iloc[0].to_dict())
    offices = [(str(row["unit"]), row) for row in counters.by_office(pairs).to_dict("records")]
    heads = [_DECIDES, *(METRICS[name].label for name in counters.FIGURES), DIMENSION_NAMES["receiving_unit"]]
    shown = [
        ui.Row(
            [
                ui.Cell.named(names[unit] if unit else view.t(_ALL)),
                *(ui.figure_cell(view, row, name) for name in counters.FIGURES),
                ui.Cell.of(_counted(view, row.get("counters", {})), "wide"),
            ],
            total=not unit,
        )
        for unit, row in [total, *offices]
    ]
    ui.show_rows(ui.columns(view, heads, right=range(1, len(heads) - 1)), shown, "counters")


def _counted(view: ui.View, taken: dict[str, int]) -> str:
    names = view.unit_names()
    return ", ".join(f"{names[unit]}\u00a0{number(count, view.language)}" for unit, count in taken.items())
