"""A model's day against the other days, on the screen: week by week, the triple difference, the break, the profile."""

import streamlit as st

from cchc import charts, ui
from cchc.figures.filters import WEEKDAY_NAMES
from cchc.findings.evaluation import Evaluation, verdicts
from cchc.statistics.impact import Estimate, InterruptedSeries, TooThin
from cchc.text import Text, points
from pages.model.estimates import change_cell, rate_cell
from pages.model.evaluation import happened, start_of


@ui.fragment
def against_days(view: ui.View, evaluation: Evaluation) -> None:
    """The eight rates behind the triple difference, and the break in the weekly series."""
    result = evaluation.against_days
    title = Text(
        "Ba lần so sánh: trước và sau, ngày này và ngày khác, trong và ngoài danh mục", "Three comparisons in one"
    )
    ui.section(view, title, Text("Tỷ lệ và số hồ sơ, các tuần trọn vẹn", "Rates and dossiers of whole weeks"))
    _eight(view, evaluation)
    estimate = result.triple.estimate
    if isinstance(estimate, TooThin):
        ui.note(view, verdicts.thin(estimate))
    else:
        raw = result.triple.raw
        as_is = [] if isinstance(raw, TooThin) else [unlike(raw)]
        ui.paragraphs(
            view, [evaluation.answer.text, *as_is, *([caveat] if (caveat := verdicts.caveats(estimate)) else [])]
        )
    ui.section(
        view,
        Text("Chuỗi tuần có gãy khúc khi bắt đầu không?", "Does the weekly series break at the start?"),
        result.break_,
    )
    if isinstance(result.series, InterruptedSeries):
        start, marks = start_of(evaluation), happened(view, evaluation)
        figure = charts.broken_series(result.series, start, view.theme, view.language, marks)
        ui.chart(view, figure, result.break_, "series")
        ui.paragraphs(view, [caveat] if (caveat := verdicts.caveats(result.series.level)) else [])


def unlike(raw: Estimate) -> Text:
    """What the eight rates give as they stand, without comparing every procedure with itself."""
    return Text(
        f"Tính thẳng từ tám tỷ lệ trên, chưa tách theo thủ tục: {verdicts.change(raw, 'vi')}.",
        f"Straight from the eight rates, procedures not told apart: {verdicts.change(raw, 'en')}.",
    )


def _eight(view: ui.View, evaluation: Evaluation) -> None:
    day = evaluation.design.days
    heads = (
        Text("Hồ sơ", "Dossiers"),
        Text("Trước", "Before"),
        Text("Từ khi bắt đầu", "Since"),
        Text("Thay đổi", "Change"),
    )
    rows = []
    for each in evaluation.against_days.corners:
        name = Text(
            f"{day.vi if each.model_day else 'các ngày khác'}, {'trong' if each.listed else 'ngoài'} danh mục",
            f"{day.en if each.model_day else 'other days'}, {'listed' if each.listed else 'not listed'}",
        )
        rates = [rate_cell(view, *counts) for counts in (each.before, each.after)]
        change = ui.Cell(points(each.change, view.language, 1), each.change)
        rows.append(ui.Row([ui.Cell.of(view.t(name)), *rates, change]))
    ui.show_rows(ui.columns(view, heads, right=range(1, 4)), rows, "eight")


def profile(view: ui.View, evaluation: Evaluation) -> None:
    """What the model did to the other days of the week."""
    label = evaluation.design.label
    title = Text("Các ngày trong tuần, trước và từ khi bắt đầu", "The days of the week, before and since the start")
    ui.section(view, title, evaluation.shift.sentence)
    figure = charts.weekday_profile(
        evaluation.profile, evaluation.design.model.weekdays, label, view.theme, view.language
    )
    ui.chart(view, figure, evaluation.shift.sentence, "weekdays")
    with st.expander(view.t(Text("Bảng số liệu theo thứ", "The table by weekday"))):
        _weekday_table(view, evaluation)


def _weekday_table(view: ui.View, evaluation: Evaluation) -> None:
    label = evaluation.design.label
    heads = (
        Text("Thứ", "Weekday"),
        Text("Tỷ trọng trước", "Share before"),
        Text("Tỷ trọng từ khi bắt đầu", "Share since"),
        Text("Thay đổi tỷ trọng", "Change of the share"),
        Text(f"{label.vi}: trước", f"{label.en}: before"),
        Text(f"{label.vi}: từ khi bắt đầu", f"{label.en}: since"),
    )
    shift = evaluation.shift.displacement
    changes = {} if isinstance(shift, TooThin) else {each.weekday: each.change for each in shift.shares}
    sums = evaluation.profile[["received_before", "received_after"]].sum()
    rows = []
    for row in evaluation.profile.fillna(0).to_dict("records"):
        day = int(row["weekday"])
        counts = [(row[f"received_{side}"], sums[f"received_{side}"]) for side in ("before", "after")]
        counts += [(row[f"top_{side}"], row[f"bottom_{side}"]) for side in ("before", "after")]
        first, second, *rates = (rate_cell(view, int(top), int(bottom)) for top, bottom in counts)
        change = change_cell(view, changes.get(day, TooThin("no_dossiers", 0, 1)))
        rows.append(ui.Row([ui.Cell(view.t(WEEKDAY_NAMES[day]), day), first, second, change, *rates]))
    ui.show_rows(ui.columns(view, heads, right=range(1, 6)), rows, "weekday-table")
