"""Sắp trễ: the open dossiers due within a few working days, where they lie, and the way to the list of them."""

import math
from collections.abc import Mapping
from typing import Any

from cchc import ui
from cchc.exports import DIMENSION_NAMES
from cchc.findings import compliance, due_soon
from cchc.text import Text, number, percent

_MOST = 8
_SPLITS = {by: DIMENSION_NAMES[by] for by in ("unit", "procedure")}
_HEADS = (
    Text("Sắp đến hạn", "Due soon"),
    Text("Còn nhiều nhất 1 ngày làm việc", "At most 1 working day left"),
    due_soon.USUAL,
    Text("Dự kiến trễ, cứ như lâu nay", "Would miss, as things have been"),
)


def worklist(view: ui.View) -> None:
    """What is due soon on the data date, by unit or procedure, most to be missed first."""
    ui.section(view, Text("Sắp trễ", "Due soon"), due_soon.answer(view.snapshot, view.filters))
    asked = due_soon.on_data_date(view.snapshot, view.filters)
    by = ui.choice(view, "soon", Text("Chia theo", "Split by"), _SPLITS)
    found = due_soon.groups(view.snapshot, asked, by)
    if found.empty:
        return
    names = view.unit_names() if by == "unit" else view.procedure_names()
    columns = ui.columns(view, [_SPLITS[by], *_HEADS], right=range(1, 5))
    rows = [_row(view, names[row[by]], str(row[by]), row) for row in found.head(_MOST).to_dict("records")]

    def counted(value: str | None, metric: str) -> None:
        view.open_records(asked.narrow(by, value) if value else asked, metric)

    ui.show_rows(columns, rows, "due-soon", ui.Clicks(cell=counted))
    every = number(found["due_soon"].sum(), view.language)
    listed = Text(f"Xem {every} hồ sơ, hạn gần nhất trước", f"See the {every} dossiers, nearest due date first")
    ui.links(view, [(listed, "ho-so", view.params(asked, metric=due_soon.METRIC))])
    ui.details(view, compliance.HOW, (due_soon.MEANING,))


def _row(view: ui.View, name: str, value: str, row: Mapping[Any, Any]) -> ui.Row:
    language, share = view.language, percent(row["share"], view.language)
    few = Text("dưới 0,1", "under 0.1")[language]
    expected = few if row["expected"] < 0.05 else number(row["expected"], language, 1)
    cells = [
        ui.Cell.named(name),
        ui.Cell(number(row["due_soon"], language), row["due_soon"], counts=due_soon.METRIC),
        ui.Cell(number(row["next_day"], language), row["next_day"]),
        ui.Cell(share, _sorted(row["share"]), below=due_soon.span(row, language)),
        ui.Cell(expected, _sorted(row["expected"])),
    ]
    return ui.Row(cells, value)


def _sorted(value: float) -> float | None:
    return None if math.isnan(value) else value
