"""What a model promised and kept, on the screen: its numbers with what stands behind them, by unit, week and
procedure."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pandas as pd
import streamlit as st

from cchc import charts, ui
from cchc.figures import trust
from cchc.figures.filters import LEVEL_NAMES
from cchc.figures.periods import Kind, Period, containing
from cchc.findings.evaluation import Evaluation, Quarters, by_period
from cchc.schema import MINIMUM
from cchc.text import NOT_AVAILABLE, Text, capital, number, percent
from pages.model.evaluation import SHOWN_UNITS, happened
from pages.model.facts import dossiers, has_next_day, share

_MOST_UNITS = 30
# Of many units those that keep it least are seen at once.
_WORST = 3
_KINDS: tuple[Kind, ...] = ("month", "quarter")


def weeks(view: ui.View, evaluation: Evaluation) -> None:
    """Kept and broken promises, week by week."""
    broken = int(evaluation.promises.total["model_broken"].iloc[0])
    weeks = evaluation.promises.broken_weeks
    title = Text(
        f"{number(broken, 'vi')} hồ sơ không đúng cam kết, trong {number(weeks, 'vi')} tuần",
        f"{number(broken, 'en')} broken promises, in {number(weeks, 'en')} weeks",
    )
    if not broken:
        title = Text("Không có hồ sơ nào không đúng cam kết", "No promise was broken")
    ui.section(
        view,
        title,
        Text("Hồ sơ của mô hình theo tuần; số in đậm: không đúng", "Dossiers of the model by week; bold: broken"),
    )
    by_week, marks = evaluation.promises.by_week, happened(view, evaluation)
    ui.chart(view, charts.promise_weeks(by_week, view.theme, view.language, marks), title, "promise-weeks")


def units(view: ui.View, evaluation: Evaluation) -> None:
    """Every participant's promises: the table, and each unit and week."""
    ui.section(
        view,
        Text("Từng đơn vị giữ cam kết thế nào", "How each unit kept the promise"),
        Text(
            "Chọn một số để mở đúng các hồ sơ đó; chọn tên cột để sắp xếp",
            "Choose a number to open exactly those dossiers; choose a heading to sort",
        ),
    )
    by_unit = evaluation.promises.worst_first
    many = len(by_unit) > SHOWN_UNITS
    _counts_table(view, evaluation, by_unit.head(_WORST) if many else by_unit, "promise-units")
    if many:
        with st.expander(view.t(_every_unit(len(by_unit)))):
            _counts_table(view, evaluation, by_unit, "promise-every-unit")


def unit_weeks(view: ui.View, evaluation: Evaluation) -> None:
    """Where and when promises were broken: those units with most of them, week by week."""
    weeks = evaluation.promises.weeks_of_most_broken(_MOST_UNITS)
    grid = charts.promise_grid(weeks, view.unit_names(), view.theme, view.language)
    if grid is not None and evaluation.design.model.is_timed:
        title = Text("Hồ sơ không đúng cam kết theo đơn vị và tuần", "Broken promises by unit and week")
        ui.section(
            view,
            title,
            Text(
                "Cột là tuần, theo ngày thứ Hai; ô trống: không có hồ sơ đến hạn",
                "Columns are weeks, by their Monday; empty: nothing due",
            ),
        )
        ui.chart(view, grid, title, "promise-grid")


def _every_unit(count: int) -> Text:
    return Text(f"Tất cả {count} đơn vị", f"All {count} units")


def _counts_table(view: ui.View, evaluation: Evaluation, by_unit: pd.DataFrame, key: str) -> None:
    names = view.unit_names()
    total = _count_cells(view, evaluation, evaluation.promises.total.iloc[0])
    rows = [ui.Row([ui.Cell(view.t(_ALL)), *total], total=True)]
    for _, row in by_unit.iterrows():
        rows.append(ui.Row([ui.Cell.named(names[row["unit"]]), *_count_cells(view, evaluation, row)], row["unit"]))

    def counted(unit: str | None, name: str) -> None:
        asked = dossiers(evaluation, name)
        view.open_records(asked.narrow("unit", unit) if unit else asked, name)

    clicks = ui.Clicks(lambda unit: view.narrow("unit", unit), counted)
    ui.show_rows(_count_columns(view, evaluation, Text("Đơn vị", "Unit")), rows, key, clicks)


_ALL = Text("Tổng cộng", "All")


def _count_columns(view: ui.View, evaluation: Evaluation, of: Text) -> list[ui.Column]:
    day = evaluation.design.days
    heads = [
        of,
        Text(f"Nhận vào {day.vi}", f"Filed on {day.en}"),
        Text("Theo mô hình", "Under the model"),
        *([Text("Đã đến hạn", "Due")] if evaluation.design.model.is_timed else []),
    ]
    if evaluation.design.model.promise != "open":
        heads += [Text("Đúng cam kết", "Kept"), Text("Không đúng", "Broken")]
        heads.insert(1, Text("Tỷ lệ đúng", "Kept rate"))  # what it comes to: seen first on a phone
    if has_next_day(evaluation):
        heads += [Text("Hẹn trong ngày", "Same day"), Text("Hẹn ngày kế tiếp", "Next working day")]
    return ui.columns(view, heads, right=range(1, len(heads)))


def _count_cells(view: ui.View, evaluation: Evaluation, row: pd.Series) -> list[ui.Cell]:
    language = view.language
    model, cells = evaluation.design.model, []
    names = ["received", "model_received", *(["model_due"] if model.is_timed else [])]
    names += ["model_kept", "model_broken"] if model.promise != "open" else []
    for name in names:
        count = int(row["all_received" if name == "received" else name])
        cells.append(ui.Cell(number(count, language), count, counts=name if count else ""))
    cells = [*([_kept_rate(view, row)] if model.promise != "open" else []), *cells]
    if has_next_day(evaluation):
        due, kept = row["model_due"] - row["next_day_due"], row["model_kept"] - row["next_day_kept"]
        cells += [_part(view, kept, due), _part(view, row["next_day_kept"], row["next_day_due"])]
    return cells


def _kept_rate(view: ui.View, row: pd.Series) -> ui.Cell:
    untimed = trust.untimed(row)
    if not row["model_due"]:
        nothing = untimed or Text("Chưa có hồ sơ đến hạn", "Nothing due yet")
        return ui.Cell(NOT_AVAILABLE, title=view.t(nothing))
    low, high = percent(row["low"], view.language, 1), percent(row["high"], view.language, 1)
    cell = ui.Cell(percent(row["rate"], view.language), float(row["rate"]), below=f"{low}–{high}")
    if row["model_due"] >= MINIMUM and trust.is_timed(row):
        return replace(cell, title=view.t(untimed)) if untimed else cell
    few = Text(f"dưới {MINIMUM} hồ sơ", f"fewer than {MINIMUM} dossiers")
    why = untimed if untimed and not trust.is_timed(row) else few
    return replace(
        cell, tone="muted", value=None, title=view.t(Text(f"{why.vi}, không xếp hạng", f"{why.en}, not ranked"))
    )


def _part(view: ui.View, kept: float, due: float) -> ui.Cell:
    shown = f"{number(kept, view.language)} / {number(due, view.language)}" if due else NOT_AVAILABLE
    return ui.Cell(shown, kept / due if due else None)


def periods(view: ui.View, evaluation: Evaluation) -> None:
    """The promise by month and by quarter, as the plan asks for its evaluation."""
    ui.section(
        view,
        Text("Đánh giá theo tháng và theo quý", "By month and by quarter"),
        Text(
            "Theo ngày của mô hình trong từng kỳ; chọn một số để mở đúng các hồ sơ đó",
            "By the model days in each period; choose a number to open exactly those dossiers",
        ),
        anchor="theo-thang",
    )
    rows = []
    for kind in _KINDS:
        for _, row in by_period(evaluation.promises, kind).iterrows():
            label = containing(kind, row["period"].date()).counted(evaluation.design.after, view.language)
            name = ui.Cell(capital(label), row["period"].isoformat())
            counts = _count_cells(view, evaluation, row)
            rows.append(ui.Row([name, *counts], f"{kind} {row['period']:%Y-%m-%d}", total=kind == "quarter"))

    def counted(id_: str | None, name: str) -> None:
        kind, day = (id_ or "").split()
        asked = dossiers(evaluation, name)
        period = containing(cast(Kind, kind), datetime.date.fromisoformat(day))
        view.open_records(asked.over(Period(max(period.start, asked.start), min(period.end, asked.end))), name)

    clicks = ui.Clicks(cell=counted)
    ui.show_rows(_count_columns(view, evaluation, Text("Kỳ", "Period")), rows, "promise-periods", clicks)


def listed_procedures(view: ui.View, evaluation: Evaluation) -> None:
    """How far the list reaches: which listed procedures are used on the model's day, and which never."""
    promises, names = evaluation.promises, view.procedure_names()
    day = evaluation.design.days
    used = promises.used
    title = Text(
        f"{number(used, 'vi')} trong {number(len(promises.procedures), 'vi')} mục của danh mục được dùng vào {day.vi}",
        f"{number(used, 'en')} of {number(len(promises.procedures), 'en')} entries of the list are used on {day.en}",
    )
    ui.section(view, title, Text("Hồ sơ từ khi mô hình bắt đầu", "Dossiers since the start of the model"))
    if promises.never:
        unused = [names[each] for each in promises.never]
        rest = len(unused) - _NAMED
        said = "; ".join(unused[:_NAMED])
        more = (
            Text(f"; và {number(rest, 'vi')} thủ tục khác", f"; and {number(rest, 'en')} more")
            if rest > 0
            else Text("", "")
        )
        # An entry is a procedure of one level; these are used at none.
        count = len(unused)
        never = Text(
            f"{number(count, 'vi')} thủ tục chưa cấp nào dùng vào {day.vi}", f"{number(count, 'en')} used at no level"
        )
        ui.paragraphs(view, [Text(f"{never.vi}: {said}{more.vi}.", f"{never.en}: {said}{more.en}.")])
    rows = promises.most_used_first.to_dict("records")
    with st.expander(view.t(Text("Từng thủ tục trong danh mục", "Every listed procedure"))):
        _procedure_table(view, rows, names, day)


_NAMED = 5


def _procedure_table(view: ui.View, rows: Sequence[dict[Any, Any]], names: dict[str, str], day: Text) -> None:
    heads = (
        Text("Thủ tục", "Procedure"),
        Text("Cấp", "Level"),
        Text(f"Vào {day.vi}", f"On {day.en}"),
        Text("Mọi ngày", "All days"),
        Text("Tỷ trọng", "Share"),
    )
    shown = []
    for row in rows:
        name, level = names[row["procedure"]], view.t(LEVEL_NAMES[row["level"]])
        part = share(row["model_received"], row["all_received"])
        counts = [ui.Cell(number(row[each], view.language), row[each]) for each in ("model_received", "all_received")]
        cells = [ui.Cell.named(name), ui.Cell.of(level), *counts, ui.Cell(percent(part, view.language, 1), part)]
        shown.append(ui.Row(cells, muted=not row["model_received"]))
    ui.show_rows(ui.columns(view, heads, right=range(2, 5)), shown, "listed")


def report_table(view: ui.View, evaluation: Evaluation) -> None:
    """The report's own table: what each participant received online in the two quarters, and the increase."""
    quarters = evaluation.quarters
    if quarters is None:
        return
    label = Text("Hồ sơ trực tuyến", "Online dossiers")
    if evaluation.design.outcome.name != "online_rate":
        label = evaluation.design.outcome.label
    title = Text(f"{label.vi} theo quý, như bảng của báo cáo", f"{label.en} by quarter, as in the report's table")
    first, second = quarters.names(view.language)
    ui.section(view, title, Text("Số hồ sơ, các đơn vị tham gia", "Dossiers of the participating units"))
    heads = (view.t(Text("Đơn vị", "Unit")), view.t(_ALL), first, second, view.t(Text("Tăng", "Increase")))
    shown = [ui.Column(capital(head), "right" if place else "left") for place, head in enumerate(heads)]
    ui.show_rows(shown, _report_rows(view, quarters), "report")


def _report_rows(view: ui.View, quarters: Quarters) -> list[ui.Row]:
    names, counts = view.unit_names(), ["total", "first", "second", "increase"]
    sums = quarters.by_unit[counts].sum()
    rows = [ui.Row([ui.Cell(view.t(_ALL)), *_numbers(view, sums)], total=True)]
    for _, row in quarters.by_unit.iterrows():
        rows.append(ui.Row([ui.Cell.named(names[row["unit"]]), *_numbers(view, row[counts])]))
    return rows


def _numbers(view: ui.View, row: pd.Series) -> list[ui.Cell]:
    return [ui.Cell(number(value, view.language), int(value)) for value in row]


def broken(view: ui.View, evaluation: Evaluation) -> None:
    """A link to every dossier whose promise was broken."""
    count = int(evaluation.promises.total["model_broken"].iloc[0])
    if not count:
        return
    label = Text(
        f"Mở danh sách {number(count, 'vi')} hồ sơ không đúng cam kết",
        f"Open the list of the {number(count, 'en')} dossiers with a broken promise",
    )
    ui.links(view, [(label, "ho-so", view.params(dossiers(evaluation, "model_broken"), metric="model_broken"))])
