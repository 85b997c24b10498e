"""What a model changed, on the screen: which start date, units against units, the answer under each start."""

import html
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from cchc import charts, ui
from cchc.charts import Judged, Line, Start
from cchc.figures.filters import LEVEL_NAMES
from cchc.findings import trends
from cchc.findings.evaluation import Course, Design, Evaluation, UnitResult, evaluate, explain, glance, verdicts
from cchc.findings.evaluation import starts as starts_of
from cchc.findings.evaluation.verdicts import UnitVerdict
from cchc.findings.trends import Marker
from cchc.rules.service_models import ServiceModel, StartDate
from cchc.schema import MINIMUM
from cchc.statistics.impact import TooThin, Verdict
from cchc.text import Text, both, date, number, percent, quoted
from cchc.ui.elements import markup
from pages.model.estimates import change_cell, rate_cell

_SINCE = "since"
# A longer table is folded: the chart above it says the same.
SHOWN_UNITS = 10


def evaluated(view: ui.View, model: ServiceModel) -> Evaluation | Text:
    """The evaluation from the start date the link asks for; it does not depend on the period of the link."""
    return evaluate(ui.run_on(view.snapshot), view.snapshot, view.filters, model, _since(view, model).day)


def _since(view: ui.View, model: ServiceModel) -> StartDate:
    found = {each.day.isoformat(): each for each in starts_of(model)}
    return found[view.param(_SINCE, model.start.day.isoformat(), tuple(found))]


def summed_up(view: ui.View, evaluation: Evaluation) -> None:
    """The two numbers of the model to be seen from afar, what the answer rests on, and the contents of the page."""
    answer = evaluation.conclusion
    numbers = [*glance.numbers(evaluation)]
    if evaluation.design.model.is_timed:
        numbers.reverse()
    links = (f'<a href="#{name}">{html.escape(view.t(title))}</a>' for name, title in _CONTENTS.items())
    markup(f'<div class="seen">{ui.bigs(view, numbers)}</div><nav class="contents">{" · ".join(links)}</nav>')
    ui.paragraphs(view, [answer.reasons, *evaluation.limits, *evaluation.beside(happened(view, evaluation))])


def happened(view: ui.View, evaluation: Evaluation) -> list[Marker]:
    """What a chart over time on this page marks besides the start of its model."""
    markers = trends.markers(view.snapshot, view.filters, view.dated)
    return [each for each in markers if each.name != evaluation.design.model.name]


_CONTENTS = {
    "theo-tuan": Text("Theo tuần", "By week"),
    "tung-don-vi": Text("Từng đơn vị", "Unit by unit"),
    "cam-ket": Text("Cam kết", "The promise"),
    "theo-thang": Text("Theo tháng, quý", "By month and quarter"),
}


def start_choice(view: ui.View, model: ServiceModel) -> None:
    """Which of the documents' start dates to evaluate from, with the words of the chosen one's source."""
    starts = {each.day: each for each in starts_of(model)}
    if len(starts) < 2:
        return
    st.session_state[_SINCE] = _since(view, model).day
    with st.container(horizontal=True, key="start-choice", vertical_alignment="center"):
        st.segmented_control(
            view.t(Text("Ngày bắt đầu theo tài liệu", "Start date in the documents")),
            list(starts),
            format_func=lambda day: date(day, view.language),
            key=_SINCE,
            required=True,
            on_change=lambda: view.go(since=st.session_state[_SINCE].isoformat()),
        )
        source = quoted(starts[st.session_state[_SINCE]].source)
        st.caption(ui.plain(view.t(Text(source.vi, f"Source, in Vietnamese: {source.en}"))))


def design_line(view: ui.View, evaluation: Evaluation) -> None:
    """How the roll-out lets the model be judged, and over which days, in a quiet sentence."""
    design, before, after = evaluation.design, evaluation.design.before, evaluation.design.after
    said = explain(design)
    earlier = both(lambda language: f"{date(before.start, language)}–{date(before.end, language)}")
    if before.end < design.data_start:
        earlier = Text("không có số liệu", "no data")
    days = Text(
        f"Trước: {earlier.vi}; từ khi bắt đầu: {date(after.start, 'vi')}–{date(after.end, 'vi')}, không theo kỳ chọn "
        "ở các trang khác.",
        f"Before: {earlier.en}; since the start: {date(after.start, 'en')}–{date(after.end, 'en')}, whatever period "
        "other pages show.",
    )
    st.caption(ui.plain(f"{view.t(said)} {view.t(days)}"))


# --- Units against units ---


def by_week(view: ui.View, evaluation: Evaluation) -> None:
    """The picture that proves it, week by week: the model's rate beside what it is compared with."""
    found, design = evaluation.weekly, evaluation.design
    ui.section(view, found.title, found.about, anchor="theo-tuan")
    lines = [Line(name, tone, weeks) for (name, weeks), tone in zip(found.lines, ("early", "other"), strict=False)]
    start, markers = start_of(evaluation), happened(view, evaluation)
    figure = charts.weekly_rates(lines, start, design.as_of, view.theme, view.language, markers)
    ui.chart(view, figure, evaluation.verdict, "weeks")


def start_of(evaluation: Evaluation) -> Start:
    """The start as charts mark it."""
    return Start(evaluation.design.start.day, evaluation.design.first_week)


def unit_results(view: ui.View, evaluation: Evaluation) -> None:
    """Every participant against the units without the model: a chart of intervals, and the table behind it."""
    design, units = evaluation.design, evaluation.each_unit
    rows = [
        Judged(
            _named(view, evaluation, each.unit),
            each.against if design.nets_units else each.own,
            each.sentence[view.language],
            verdict=_COLOURS[each.verdict],
        )
        for each in units
    ]
    title = _units_title([each.verdict for each in units], design)
    ui.section(view, title, _INTERVALS if design.nets_units else _OWN_CHANGES, anchor="tung-don-vi")
    better = verdicts.direction(design.outcome)
    # A unit's own change and the difference between groups are not one figure: they share no axis.
    figure = charts.intervals(
        [*(_together(view, evaluation) if design.others else []), *rows], better, view.theme, view.language
    )
    many = len(units) > SHOWN_UNITS
    if figure and not many:
        ui.chart(view, figure, title, "units-chart")
    if many or design.kind == "weekday":
        ui.paragraphs(view, _moved_apart(evaluation))
    with st.expander(view.t(_EACH), expanded=figure is None):  # without a figure every row of the table says why
        if figure and many:
            ui.chart(view, figure, title, "units-chart")
        _unit_table(view, evaluation)
        notes = [_UNITS_OF_A_DAY, *_with_few(units)] if design.kind == "weekday" else []
        ui.paragraphs(view, [*notes, *(each.sentence for each in units)])


_EACH = Text(
    "Từng đơn vị: khoảng tin cậy, bảng số liệu, kết luận mỗi đơn vị một câu",
    "Every unit: intervals, the table, the verdict on each in one sentence",
)


def _moved_apart(evaluation: Evaluation) -> list[Text]:
    """Who improved and who did worse, by name."""
    names, found = evaluation.design.references.units, []
    heads: dict[UnitVerdict, Text] = {
        "improved": Text("Tốt lên", "Improved"), "worsened": Text("Kém đi", "Worse"),
    }  # fmt: skip
    for kind, head in heads.items():
        if listed := "; ".join(names[each.unit].name for each in evaluation.each_unit if each.verdict == kind):
            found.append(Text(f"{head.vi}: {listed}.", f"{head.en}: {listed}."))
    return found


def _with_few(units: Sequence[UnitResult]) -> list[Text]:
    """How many units have so few dossiers in one of the rates compared that nothing is concluded of them."""
    few = sum(isinstance(each.against, TooThin) or "small_denominator" in each.against.caveats for each in units)
    if not few:
        return []
    of = Text(
        f"{number(few, 'vi')} trong {number(len(units), 'vi')}", f"{number(few, 'en')} of {number(len(units), 'en')}"
    )
    return [
        Text(
            f"Ở {of.vi} đơn vị, có tỷ lệ được so tính trên dưới {MINIMUM} hồ sơ hoặc không có hồ sơ nào, nên chưa "
            "kết luận.",
            f"In {of.en} units a rate compared is over fewer than {MINIMUM} dossiers or none, so nothing is concluded.",
        )
    ]


def _together(view: ui.View, evaluation: Evaluation) -> list[Judged]:
    """All treated as one row, where they are several."""
    design, results, answer = evaluation.design, evaluation.against_units, evaluation.answer
    k, level = len(results.taking_part.treated), LEVEL_NAMES[design.references.units[design.treated[0]].level]
    name = Text(f"Cả {k} đơn vị {level.vi.lower()}", f"All {k} {level.en.lower()} units")
    verdict: Verdict = answer.state if answer.state in ("improved", "worsened") else "not_shown"
    whole = Judged(view.t(name), results.pooled, view.t(answer.text), whole=True, verdict=verdict)
    return [whole] if k > 1 else []


def _units_title(conclusions: Sequence[UnitVerdict], design: Design) -> Text:
    """How many units improved, of those that can be judged; where none is without the model, only how many moved."""
    known = [each for each in conclusions if each != "thin"]
    improved = [each for each in known if each == "improved"]
    if not known:
        return Text("Từng đơn vị: chưa đủ dữ liệu", "Unit by unit: too little data")
    if design.nets_units:
        than = (
            Text("nơi không thực hiện", "those without the model")
            if design.others
            else Text("thủ tục ngoài danh mục", "unlisted procedures")
        )
        return Text(
            f"{len(improved)} trong {len(known)} đơn vị tốt lên so với {than.vi}",
            f"{len(improved)} of {len(known)} units improved against {than.en}",
        )
    return Text(
        f"{len(improved)} trong {len(known)} đơn vị nay tốt hơn trước, chưa rõ có phải do mô hình",
        f"{len(improved)} of {len(known)} units do better than before; whether by the model is another matter",
    )


def _named(view: ui.View, evaluation: Evaluation, unit: str) -> str:
    """A unit's name, and that it is of another level than those it is compared with."""
    apart = view.t(Text(" (khác cấp)", " (another level)")) if unit in evaluation.design.apart else ""
    return evaluation.design.references.units[unit].name + apart


_INTERVALS = Text(
    "Chênh lệch về thay đổi, điểm %; vạch ngang là khoảng tin cậy 95 % của riêng từng đơn vị, chạm vạch 0 là chưa thấy "
    "rõ; màu là kết luận, chặt hơn để cả nhóm cùng đúng với độ tin cậy 95 % (Holm)",
    "Difference of the changes in points; the bar is the 95% confidence interval of each unit alone: if it meets 0, no "
    "effect is shown; the colour is the verdict, stricter so that all are right together with 95% (Holm)",
)


_UNITS_OF_A_DAY = Text(
    "Mỗi đơn vị: hồ sơ trong danh mục tiếp nhận vào ngày của mô hình, từ khi bắt đầu so với trước, trừ thay đổi của hồ "
    "sơ ngoài danh mục cùng ngày ở chính đơn vị đó, các tuần trọn vẹn. Con số từng đơn vị chưa loại trừ việc hồ sơ dễ "
    "được dời sang ngày này; câu trả lời ở đầu trang đã xét.",
    "Each unit: its listed dossiers received on the model's day, since the start against before, less the change of "
    "its own unlisted dossiers of that day, in whole weeks. That easy dossiers moved to the day is not ruled out unit "
    "by unit; the answer at the top reckons with it.",
)
_OWN_CHANGES = Text(
    "Thay đổi của từng đơn vị so với chính mình, điểm %; chưa trừ phần mọi đơn vị cùng thay đổi (câu trả lời ở đầu "
    "trang đã trừ); vạch ngang là khoảng tin cậy 95 %",
    "Each unit's own change in points, with what all units share still in it (the answer at the top is net of that); "
    "the bar is the 95% confidence interval",
)


_COUNTED = {
    "online_rate": Text("hồ sơ trực tuyến", "online dossiers"),
    "same_day_rate": Text("hồ sơ xong trong ngày", "same-day results"),
}


def _unit_table(view: ui.View, evaluation: Evaluation) -> None:
    design = evaluation.design
    top = _COUNTED.get(design.outcome.name, Text("tử số", "numerator"))
    heads = (
        Text("Đơn vị", "Unit"),
        Text(f"Trước: {top.vi}", f"Before: {top.en}"),
        Text(f"Từ khi bắt đầu: {top.vi}", f"Since: {top.en}"),
        Text("Tỷ lệ trước", "Rate before"),
        Text("Tỷ lệ từ khi bắt đầu", "Rate since"),
        Text("Thay đổi", "Change"),
        Text("So với ngoài danh mục", "Against unlisted")
        if design.kind == "weekday"
        else Text("So với nơi không thực hiện", "Against units without it"),
        Text("Kết luận", "Verdict"),
    )
    names = design.references.units
    rows = [_unit_row(view, evaluation, each, names[each.unit].name) for each in evaluation.each_unit]
    clicks = ui.Clicks(lambda unit: view.narrow("unit", unit))
    ui.show_rows(ui.columns(view, heads, right=range(1, 7)), rows, "units-table", clicks)


_TONES: dict[UnitVerdict, str] = {
    "improved": "met", "less": "", "fell_less": "", "worsened": "late", "not_shown": "", "thin": "muted",
}  # fmt: skip
_COLOURS: dict[UnitVerdict, Verdict] = {
    "improved": "improved", "less": "not_shown", "fell_less": "not_shown", "worsened": "worsened",
    "not_shown": "not_shown", "thin": "not_shown",
}  # fmt: skip


def _unit_row(view: ui.View, evaluation: Evaluation, result: UnitResult, name: str) -> ui.Row:
    language = view.language
    conclusion, tone = verdicts.of_unit(result.verdict, evaluation.design.kind), _TONES[result.verdict]
    cells = [
        ui.Cell.named(name, result.sentence[language]),
        *(ui.Cell(number(top, language), top) for top, _ in (result.before, result.after)),
        *(rate_cell(view, *counts) for counts in (result.before, result.after)),
        *(change_cell(view, change) for change in (result.own, result.against)),
        replace(ui.Cell.of(conclusion[language], tone), title=result.sentence[language]),
    ]
    return ui.Row(cells, result.unit)


@ui.fragment
def against_chance(view: ui.View, evaluation: Evaluation) -> None:
    """How often chance alone would have done as much: the difference under every other choice of units."""
    results, design = evaluation.against_units, evaluation.design
    if isinstance(results.pooled, TooThin) or not len(results.distribution):
        return
    k, choices = len(results.taking_part.treated), len(results.distribution)
    title = Text(
        f"Có phải may rủi? {number(results.as_large, 'vi')} trong {number(choices, 'vi')} cách chọn cho chênh lệch "
        "lớn như vậy",
        f"Was it chance? {number(results.as_large, 'en')} of {number(choices, 'en')} choices give a difference as "
        "large",
    )
    ui.section(view, title, Text("Số cách chọn theo chênh lệch, điểm %", "Choices by their difference in points"))
    figure = charts.chance(results.distribution, verdicts.direction(design.outcome), view.theme, view.language)
    ui.chart(view, figure, title, "chance")
    level = LEVEL_NAMES[design.references.units[design.treated[0]].level]
    share = results.as_large / choices
    note_ = Text(
        f"Nếu mô hình không có tác dụng thì {k} đơn vị {level.vi.lower()} bất kỳ nào cũng có thể cho chênh lệch như "
        f"{k} đơn vị đã chọn. Vì vậy tính lại chênh lệch cho mọi cách chọn {k} đơn vị: tỷ lệ cách chọn cho chênh lệch "
        f"lớn bằng hoặc hơn thực tế (về cả hai phía) là {percent(share, 'vi', 2)}.",
        f"Had the model done nothing, any {k} {level.en.lower()} units could have shown the difference these {k} "
        f"show. So it is worked out for every choice of {k} units: the share of choices that differ at least as much, "
        f"either way, is {percent(share, 'en', 2)}.",
    )
    ui.paragraphs(view, [note_, *([caveat] if (caveat := verdicts.caveats(results.pooled)) else [])])


@ui.fragment
def impact_by_week(view: ui.View, evaluation: Evaluation) -> None:
    """The effect in each week around the start; before it there should be none."""
    title = Text("Chênh lệch giữa hai nhóm theo từng tuần", "The difference between the groups week by week")
    ui.section(
        view,
        title,
        Text("Điểm %, so với tuần trọn vẹn cuối cùng trước ngày bắt đầu", "Points, against the last full week before"),
    )
    course = evaluation.course
    if isinstance(course, TooThin):
        ui.note(view, verdicts.thin(course))
        return
    figure = charts.course(course.effects, verdicts.direction(evaluation.design.outcome), view.theme, view.language)
    ui.chart(view, figure, title, "course")
    ui.paragraphs(view, _reading(course))


def _reading(course: Course) -> list[Text]:
    caveats = [verdicts.caveats(effect.estimate) for effect in course.effects if effect.event >= 0][:1]
    return [text for text in (course.sentence, *caveats) if text and text.vi]


# --- Whatever the design ---


@ui.fragment
def under_each_start(view: ui.View, evaluation: Evaluation) -> None:
    """The answer under each of the documents' start dates."""
    starts = evaluation.under_each_start
    if len(starts) < 2:
        return
    ui.section(
        view,
        Text("Kết quả theo từng ngày bắt đầu", "The result under each start date"),
        Text("Các tài liệu ghi ngày khác nhau", "The documents give different dates"),
    )
    heads = (Text("Ngày bắt đầu", "Start"), Text("Kết quả", "Result"), Text("Nguồn", "Source, in Vietnamese"))
    rows = []
    for start, found in starts:
        result = found if isinstance(found, Text) else found.answer.text
        cells = [
            ui.Cell.of(date(start.day, view.language), "nowrap"),
            ui.Cell.of(view.t(result), "wide"),
            ui.Cell.of(view.t(quoted(start.source)), "wide"),
        ]
        rows.append(ui.Row(cells))
    ui.show_rows(ui.columns(view, heads), rows, "starts")
