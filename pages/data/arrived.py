"""Which systems the dossiers come from, and which months of them are there."""

from cchc import ui
from cchc.findings import sources
from cchc.text import Text, number

_HEADS = (
    Text("Hệ thống", "System"),
    Text("Hồ sơ", "Dossiers"),
    Text("Thường mỗi tháng", "Usual month"),
    Text("Từ", "Since"),
    Text("Tháng gần nhất", "Last month"),
    Text("Tình trạng", "State"),
)


def completeness(view: ui.View) -> None:
    """One row a system with what of it has arrived; nothing where the export does not name any."""
    arrived = sources.arrived(view.run, view.snapshot)
    if not arrived:
        return
    ui.section(
        view,
        Text("Đã đủ số liệu của mọi hệ thống chưa?", "Has the data of every system arrived?"),
        Text("Theo tháng tiếp nhận, các tháng đã trọn", "By month of receipt, whole months"),
    )
    ui.show_rows(ui.columns(view, _HEADS, right={1, 2}), [_row(view, source) for source in arrived], "sources")


def _row(view: ui.View, source: sources.Source) -> ui.Row:
    filled = [month for month, count in source.months.items() if count]
    total = sum(source.months.values())
    cells = [
        ui.Cell.named(source.name),
        ui.Cell(number(total, view.language), total),
        ui.Cell(number(source.usual, view.language), source.usual),
        *(ui.Cell(month.label(view.language), month.start.isoformat()) for month in (filled[0], filled[-1])),
        ui.Cell.of(view.t(sources.said(source)), "late" if source.missing else ""),
    ]
    return ui.Row(cells)
