"""Whether a model worked, in one sentence, and what that hangs on: page and papers say these words and no others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cchc.figures.filters import LEVEL_NAMES
from cchc.figures.metrics import Metric
from cchc.findings.evaluation import verdicts
from cchc.findings.evaluation.design import Design
from cchc.findings.evaluation.units import Sides, UnitsResult, by_start
from cchc.findings.evaluation.weekdays import Shift, WeekdayResult
from cchc.rules.service_models import StartDate
from cchc.schema import MINIMUM
from cchc.statistics.impact import Bound, Estimate, InterruptedSeries, TooThin
from cchc.text import LANGUAGES, Language, Text, both, capital, date, number, points, within

# unsure: the figures differ, but a doubt the data cannot rule out could explain it; moved: dossiers only changed days.
State = Literal["improved", "less", "worsened", "not_shown", "unsure", "moved", "thin"]
HEADS: dict[State, Text] = {
    "improved": Text("Có tác dụng", "It worked"),
    "less": Text("Tăng ít hơn nơi không thực hiện", "It rose less than where there is no model"),
    "worsened": Text("Tác dụng ngược", "It made things worse"),
    "not_shown": Text("Chưa thấy rõ tác dụng", "No effect is shown"),
    "unsure": Text("Chưa chắc do mô hình", "Not surely the model's doing"),
    "moved": Text("Có dấu hiệu chỉ dời ngày nộp", "Dossiers seem only to have changed days"),
    "thin": Text("Chưa đủ dữ liệu", "Too little data"),
}
_MOST_NAMES = 5
_NOTHING = Text("", "")


@dataclass(frozen=True)
class Answer:
    """The answer from one start date on. `result` follows the head in one sentence, `conditions` are sentences that
    belong to it: none may be left out where the answer is repeated. `estimate` is the number it speaks of."""

    state: State
    result: Text
    conditions: tuple[Text, ...] = ()
    start: Text = _NOTHING
    estimate: Estimate | TooThin | None = None

    @property
    def is_firm(self) -> bool:
        """Whether every start date of the documents gives this answer."""
        return self.start == _NOTHING

    @property
    def claim(self) -> Text:
        """What is true in a few words, with the start date it hangs on."""
        head = HEADS[self.state]
        return Text(f"{head.vi}{self.start.vi}", f"{head.en}{self.start.en}")

    @property
    def reasons(self) -> Text:
        """What the claim rests on and hangs on, as sentences of their own."""
        return _joined([both(lambda language: capital(self.result[language])), *self.conditions])

    @property
    def text(self) -> Text:
        """All of it."""
        claim = self.claim
        first = Text(f"{claim.vi}: {self.result.vi}", f"{claim.en}: {self.result.en}")
        return _joined([first, *self.conditions])


def _joined(sentences: Sequence[Text]) -> Text:
    return both(lambda language: " ".join(each[language] for each in sentences))


def under_other_starts(answer: Answer, design: Design, others: Mapping[StartDate, State]) -> Answer:
    """The same answer, whose head says under which of the documents' start dates another one would be given."""
    differing = {start: state for start, state in others.items() if state != answer.state}
    if not differing:
        return answer
    states = list(dict.fromkeys(differing.values()))

    def said(language: Language) -> str:
        here = date(design.start.day, language)
        parts = []
        for state in states:
            days = [date(start.day, language) for start, each in differing.items() if each == state]
            listed = Text(" hoặc ", " or ")[language].join(days)
            head = HEADS[state][language]
            parts.append(
                Text(f"nếu tính từ {listed}: {within(head)}", f"counted from {listed}: {within(head)}")[language]
            )
        first = Text(f" nếu tính từ {here}", f" if counted from {here}")[language]
        return f"{first} ({'; '.join(parts)})"

    return replace(answer, start=both(said))


# --- Units against units ---


def of_units(design: Design, results: UnitsResult, bound: Bound | TooThin) -> Answer:
    """The answer where units with the model are compared with units without it, or that had not begun."""
    pooled = results.pooled
    if isinstance(pooled, TooThin):
        return Answer("thin", verdicts.why_thin(pooled))
    if not verdicts.is_possible(pooled):
        return Answer("thin", verdicts.IMPOSSIBLE, tuple(_left_out(design, results.taking_part)))
    is_few = results.smallest < MINIMUM
    doubts = _of_few(design, pooled) if is_few else _if_trends_go_on(design, pooled, bound)
    return Answer(
        _state(design, pooled, bound, is_few, results.own_change),
        _of_units(design, pooled, results),
        (*_left_out(design, results.taking_part), *doubts, *_unlike(design, results)),
        estimate=pooled,
    )


def _state(
    design: Design, estimate: Estimate, bound: Bound | TooThin, is_few: bool, own_change: float | None = None
) -> State:
    found = estimate.verdict(verdicts.direction(design.outcome))
    if found == "not_shown":
        return "not_shown"
    if is_few or isinstance(bound, TooThin) or not bound.upholds(estimate):
        return "unsure"
    # Whoever did not fall, but rose less than the others, was not made worse.
    is_less = found == "worsened" and design.outcome.direction != "down" and own_change is not None and own_change >= 0
    return "less" if is_less else found


def _of_few(design: Design, estimate: Estimate) -> list[Text]:
    """That so few dossiers conclude nothing, or how little they would have shown."""
    if estimate.verdict(verdicts.direction(design.outcome)) == "not_shown":
        return [_NO_EFFECT_FOUND]
    return [
        Text(
            f"Nhưng có tỷ lệ được so tính trên dưới {MINIMUM} hồ sơ, nên chưa kết luận được.",
            f"But a rate compared is over fewer than {MINIMUM} dossiers, so nothing is concluded.",
        )
    ]


def _of_units(design: Design, pooled: Estimate, results: UnitsResult) -> Text:
    label, level = design.label, LEVEL_NAMES[design.references.units[design.treated[0]].level]
    k, m = len(results.taking_part.treated), len(results.taking_part.others)
    chance, own = _chance(pooled, results), results.own_change
    when = Text(", bình quân các tuần từ khi bắt đầu,", ", on average since they began,")
    when = when if len(by_start(design)) > 1 else Text("", "")
    others = (
        Text(f"so với {m} đơn vị không thực hiện", f"against {m} units without it")
        if design.others
        else Text("so với các đơn vị chưa bắt đầu", "against units that had not begun")
    )
    return Text(
        f"{label.vi.lower()} ở {k} đơn vị {level.vi.lower()} thực hiện mô hình "
        f"{verdicts.moved(pooled, 'vi', own)}{when.vi} {others.vi} ({verdicts.sure(pooled, 'vi')}){chance.vi}.",
        f"the {label.en.lower()} of {k} {level.en.lower()} units with the model "
        f"{verdicts.moved(pooled, 'en', own)}{when.en} {others.en} ({verdicts.sure(pooled, 'en')}){chance.en}.",
    )


def _chance(pooled: Estimate, results: UnitsResult) -> Text:
    """How often chance alone would do as much, as a clause."""
    if not len(results.distribution) or "few_choices" in pooled.caveats:
        return Text("", "")
    count, every, k = results.as_large, len(results.distribution), len(results.taking_part.treated)
    only = pooled.low > 0 or pooled.high < 0
    sampled = "sampled" in pooled.caveats
    return Text(
        f"; {'chỉ ' if only else ''}{number(count, 'vi')} trong {number(every, 'vi')} cách chọn {k} "
        f"đơn vị{' được xét' if sampled else ''} cho chênh lệch lớn như vậy",
        f"; {'only ' if only else ''}{number(count, 'en')} of {number(every, 'en')} "
        f"{'sampled ' if sampled else ''}choices of {k} units give a difference as large",
    )


def _left_out(design: Design, taking_part: Sides) -> list[Text]:
    """Who could not be compared, by name where they are few."""
    groups = (
        (design.treated, taking_part.treated, Text("thực hiện", "with the model")),
        (design.others, taking_part.others, Text("không thực hiện", "without it")),
    )
    parts = []
    for everyone, there, kind in groups:
        if absent := [design.references.units[unit].name for unit in everyone if unit not in there]:
            names = f" ({', '.join(absent)})" if len(absent) <= _MOST_NAMES else ""
            count, some = len(absent), "s" if len(absent) > 1 else ""
            parts.append(Text(f"{count} đơn vị {kind.vi}{names}", f"{count} unit{some} {kind.en}{names}"))
    if not parts:
        return []
    listed = both(lambda language: Text(" và ", " and ")[language].join(part[language] for part in parts))
    return [
        Text(
            f"Không tính {listed.vi}, vì không có hồ sơ trước hoặc từ ngày bắt đầu.",
            f"Left out for lack of dossiers before or since the start: {listed.en}.",
        )
    ]


def _if_trends_go_on(design: Design, pooled: Estimate, bound: Bound | TooThin) -> list[Text]:
    """What an effect hangs on: that the two groups would have moved alike without the model."""
    if pooled.verdict(verdicts.direction(design.outcome)) == "not_shown":
        return [_reach(pooled, bound, design.outcome)]
    if isinstance(bound, TooThin):
        return [
            Text(
                "Trước ngày bắt đầu có quá ít tuần để biết hai nhóm vốn đã khác nhau về xu hướng hay không.",
                "There are too few weeks before the start to know whether the groups were moving apart anyway.",
            )
        ]
    left = _left(pooled, bound)
    if bound.upholds(pooled):
        return [
            Text(
                f"Nếu xu hướng của mỗi đơn vị trước ngày bắt đầu cứ tiếp tục thì chênh lệch vẫn còn {left.vi}.",
                f"Had every unit's trend from before the start gone on, the difference would still be {left.en}.",
            )
        ]
    return [
        Text(
            f"Nhưng nếu xu hướng của mỗi đơn vị trước ngày bắt đầu cứ tiếp tục thì chênh lệch còn {left.vi}, nên chưa "
            "loại trừ được rằng mô hình không có tác dụng.",
            f"But had every unit's trend from before the start gone on, the difference would be {left.en}, so that the "
            "model did nothing cannot be ruled out.",
        )
    ]


def _left(estimate: Estimate, bound: Bound) -> Text:
    """What a doubt leaves of an effect, and its limit on the side of no effect."""
    up = estimate.value > 0
    limit = _within_a_rate(bound.low if up else bound.high)
    side = Text("ít nhất" if up else "nhiều nhất", "at least" if up else "at most")
    if abs(bound.value) > 1:  # a line may go beyond what a rate can change; its limit still says something
        return both(
            lambda language: (
                f"{side[language]} {points(limit, language, 1)} ({Text('chắc 95 %', '95% sure')[language]})"
            )
        )
    return both(
        lambda language: (
            f"{points(bound.value, language, 1)} "
            f"({Text('chắc 95 % là', '95% sure it is')[language]} {side[language]} {points(limit, language, 1)})"
        )
    )


def _within_a_rate(limit: float) -> float:
    return min(max(limit, -1.0), 1.0)


def _reach(estimate: Estimate, bound: Bound | TooThin, metric: Metric) -> Text:
    """The smallest effect this comparison would have found, so that nobody reads "not shown" as "none"."""
    reach = verdicts.reach(estimate, bound, metric)
    if reach >= 1:  # more than a rate can change
        return _NO_EFFECT_FOUND
    least_vi, least_en = (points(reach, language, 1).lstrip("+") for language in LANGUAGES)
    return Text(
        f"Cách so sánh này chỉ nhận ra được (với khả năng 80 %) tác dụng từ khoảng {least_vi} trở lên; tác dụng nhỏ "
        "hơn có thể có mà không thấy.",
        f"This comparison would find (with a probability of 80%) an effect of about {least_en} or more; a smaller one "
        "may be there unseen.",
    )


_NO_EFFECT_FOUND = Text(
    "Số liệu ở đây quá ít để nhận ra bất kỳ tác dụng nào.", "There is too little data here to find any effect."
)


def _unlike(design: Design, results: UnitsResult) -> list[Text]:
    """Which participants went the other way than all together."""
    pooled = results.pooled
    if not design.others or isinstance(pooled, TooThin) or len(results.units) < 2:
        return []
    if pooled.low <= 0 <= pooled.high:
        return []
    against = [
        (each, each.against)
        for each in results.units
        if isinstance(each.against, Estimate)
        and each.verdict not in ("not_shown", "thin")
        and (each.against.value > 0) != (pooled.value > 0)
    ]
    if not against:
        return []
    names = design.references.units
    listed = both(
        lambda language: "; ".join(
            f"{names[each.unit].name} {verdicts.of_unit(each.verdict, design.kind)[language]} "
            f"({points(estimate.value, language, 1)})"
            for each, estimate in against
        )
    )
    return [Text(f"Không phải đơn vị nào cũng vậy: {listed.vi}.", f"Not every unit did alike: {listed.en}.")]


# --- A weekday against the others ---


BEFORE_AFTER = Text(
    "Con số này chỉ so trước với sau: hồ sơ dễ dời sang ngày này hoặc việc khác cùng lúc cũng cho kết quả như vậy.",
    "This is before against after only: easy dossiers moved to the day, or anything else that happened then, would "
    "look the same.",
)


def of_weekday(design: Design, result: WeekdayResult, shift: Shift) -> Answer:
    """The answer where everybody began at once, and the model's day is compared with the others."""
    triple, series = result.triple.estimate, result.series
    state: State
    if isinstance(triple, Estimate):
        if not verdicts.is_possible(triple):
            return Answer("thin", verdicts.IMPOSSIBLE)
        bound, is_few = result.triple.bound, verdicts.is_of_few(triple)
        moved = not isinstance(shift.displacement, TooThin) and shift.displacement.movement == "moved"
        state = "moved" if moved else _state(design, triple, bound, is_few)
        doubts = _of_few(design, triple) if is_few else _if_dossiers_moved(design, triple, bound)
        return Answer(state, _of_days(design, triple), tuple(doubts), estimate=triple)
    if isinstance(series, InterruptedSeries):
        level = series.level
        if not verdicts.is_possible(level):
            return Answer("thin", verdicts.IMPOSSIBLE)
        shown = level.verdict(verdicts.direction(design.outcome)) != "not_shown"
        state = "unsure" if shown else "not_shown"
        return Answer(state, _of_series(design, level), (BEFORE_AFTER,), estimate=level)
    place, why = design.model.place, verdicts.why_thin(triple)
    return Answer(
        "thin",
        Text(
            f"{place.vi}: mọi đơn vị cùng cấp đều tham gia nên không có đơn vị để so sánh, và so theo ngày trong tuần "
            f"thì chưa được: {why.vi}",
            f"{place.en}: every unit of the level takes part, so there is none to compare with, and weekdays cannot be "
            f"compared: {why.en}",
        ),
    )


def _what(design: Design) -> Text:
    label, day = design.label, design.days
    return Text(
        f"{label.vi.lower()} của thủ tục trong danh mục vào {day.vi}",
        f"the {label.en.lower()} of listed procedures on {day.en}",
    )


def _of_days(design: Design, triple: Estimate) -> Text:
    what = _what(design)
    return Text(
        f"{what.vi} {verdicts.moved(triple, 'vi')} sau khi trừ thay đổi của các ngày khác và của thủ tục ngoài danh "
        f"mục, từng thủ tục so với chính nó ({verdicts.sure(triple, 'vi')}).",
        f"{what.en} {verdicts.moved(triple, 'en')}, net of the change on other days and of unlisted procedures, every "
        f"procedure compared with itself ({verdicts.sure(triple, 'en')}).",
    )


def _of_series(design: Design, level: Estimate) -> Text:
    what = _what(design)
    return Text(
        f"{what.vi} {verdicts.moved(level, 'vi')} khi mô hình bắt đầu ({verdicts.sure(level, 'vi')}).",
        f"{what.en} {verdicts.moved(level, 'en')} when the model began ({verdicts.sure(level, 'en')}).",
    )


def _if_dossiers_moved(design: Design, triple: Estimate, bound: Bound | TooThin) -> list[Text]:
    """What an effect hangs on: that the day did not merely draw the easy dossiers of the others."""
    if isinstance(bound, TooThin):
        return []
    if triple.verdict(verdicts.direction(design.outcome)) == "not_shown":
        return [_reach(triple, bound, design.outcome)]
    day, up = design.days, triple.value > 0
    limit = _within_a_rate(bound.low if up else bound.high)
    kind = Text("dễ nhất", "easiest") if up else Text("khó nhất", "hardest")
    least = both(
        lambda language: (
            f"{Text('ít nhất' if up else 'nhiều nhất', 'at least' if up else 'at most')[language]} "
            f"{points(limit, language, 1)} ({Text('chắc 95 %', '95% sure')[language]})"
        )
    )
    if bound.upholds(triple):
        return [
            Text(
                f"Kể cả khi hồ sơ dồn sang {day.vi} đều là hồ sơ {kind.vi} thì tác dụng vẫn là {least.vi}.",
                f"Even if all dossiers drawn to {day.en} were the {kind.en} ones, the effect is {least.en}.",
            )
        ]
    left_vi, left_en = (points(limit, language, 1) for language in LANGUAGES)
    return [
        Text(
            f"Nhưng nếu hồ sơ dồn sang {day.vi} là những hồ sơ {kind.vi} thì tác dụng có thể chỉ còn {left_vi}, nên "
            "chưa loại trừ được rằng mô hình không có tác dụng.",
            f"But if the dossiers drawn to {day.en} were the {kind.en} ones, the effect may be as low as {left_en}, "
            "so that the model did nothing cannot be ruled out.",
        )
    ]
