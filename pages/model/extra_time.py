"""A model that receives at another time, on the screen: how much each unit receives then."""

from cchc import ui
from cchc.findings.evaluation import Evaluation
from cchc.text import Text, number, percent


def by_unit(view: ui.View, evaluation: Evaluation) -> None:
    """How much each unit receives in the model's time, the most first, those that receive nothing last."""
    found, names = evaluation.access.by_unit, view.unit_names()
    idle = int((found["received"] == 0).sum())
    title = Text("Từng đơn vị nhận được bao nhiêu", "How much each unit receives")
    if idle:
        title = Text(
            f"{number(idle, 'vi')} trong {number(len(found), 'vi')} đơn vị chưa nhận hồ sơ nào trong thời gian của "
            "mô hình",
            f"{number(idle, 'en')} of {number(len(found), 'en')} units received nothing in the model's time",
        )
    about = Text("Hồ sơ cùng thủ tục từ khi mô hình bắt đầu", "Dossiers of the same procedures since the start")
    ui.section(view, title, about, anchor="tung-don-vi")
    heads = (
        Text("Đơn vị", "Unit"),
        Text("Trong thời gian của mô hình", "In the model's time"),
        Text("Mọi ngày", "Any day"),
        Text("Tỷ trọng", "Share"),
    )
    total = found[["received", "listed"]].sum()
    rows = [
        ui.Row(
            [ui.Cell(view.t(Text("Tổng cộng", "All"))), *_cells(view, total["received"], total["listed"])], total=True
        )
    ]
    for row in evaluation.access.most_first.to_dict("records"):
        counts = _cells(view, row["received"], row["listed"])
        rows.append(ui.Row([ui.Cell.named(names[row["unit"]]), *counts], row["unit"], muted=not row["received"]))
    clicks = ui.Clicks(lambda unit: view.narrow("unit", unit))
    ui.show_rows(ui.columns(view, heads, right=range(1, 4)), rows, "extra-time-units", clicks)


def _cells(view: ui.View, received: int, listed: int) -> list[ui.Cell]:
    share = received / listed if listed else None
    counts = [ui.Cell(number(each, view.language), int(each)) for each in (received, listed)]
    return [*counts, ui.Cell(percent(share, view.language, 1), share)]
