"""Estimates as sentences: what changed, how sure that is, what is still missing."""

from typing import Literal

from cchc.figures.metrics import Metric
from cchc.findings.evaluation.design import Kind
from cchc.schema import MINIMUM
from cchc.statistics.compare import Z95
from cchc.statistics.impact import Bound, Estimate, TooThin
from cchc.statistics.impact.estimates import Caveat, Reason
from cchc.text import Language, Text, number, points

# A normal variable stays below 0.84 errors in 80 of 100 cases and below 1.64 in 95; the error is only estimated, and
# simulated effects are found in 80 of 100 from 1.0 on.
_IN_80, _ONE_SIDED = 1.0, 1.6449
# less, fell_less: the unit itself went one way, but not as far as those it is compared with.
UnitVerdict = Literal["improved", "less", "fell_less", "worsened", "not_shown", "thin"]
UNIT_VERDICTS: dict[UnitVerdict, Text] = {
    "improved": Text("tốt lên", "improved"),
    "less": Text("tăng ít hơn nơi không thực hiện", "rose less than without the model"),
    "fell_less": Text("giảm ít hơn nơi không thực hiện", "fell less than without the model"),
    "worsened": Text("kém đi", "worsened"),
    "not_shown": Text("chưa thấy rõ", "not shown"),
    "thin": Text("chưa đủ dữ liệu", "too little data"),
}
_AGAINST_UNLISTED: dict[UnitVerdict, Text] = UNIT_VERDICTS | {
    "less": Text("tăng ít hơn thủ tục ngoài danh mục", "rose less than unlisted procedures"),
    "fell_less": Text("giảm ít hơn thủ tục ngoài danh mục", "fell less than unlisted procedures"),
}
_THIN: dict[Reason, Text] = {
    "no_treated": Text("không đơn vị tham gia nào có hồ sơ", "no participating unit has dossiers"),
    "few_controls": Text(
        "cần ít nhất {need} đơn vị không tham gia để so sánh, hiện có {have}",
        "at least {need} units without the model are needed to compare with, there are {have}",
    ),
    "no_before": Text("không có số liệu trước ngày bắt đầu", "there is no data before the start"),
    "no_after": Text("chưa có số liệu từ ngày bắt đầu", "there is no data since the start"),
    "no_dossiers": Text(
        "trước hoặc sau ngày bắt đầu không có hồ sơ nào để tính",
        "before or after the start there is no dossier to count",
    ),
    "not_a_share": Text("tử số lớn hơn mẫu số", "the numerator is larger than the denominator"),
    "few_points_before": Text(
        "cần ít nhất {need} tuần đủ hồ sơ trước ngày bắt đầu, hiện có {have}; còn thiếu {missing} tuần",
        "at least {need} weeks with dossiers before the start are needed, there are {have}; {missing} are missing",
    ),
    "few_points_after": Text(
        "cần ít nhất {need} tuần đủ hồ sơ từ ngày bắt đầu, hiện có {have}; chờ thêm {missing} tuần",
        "at least {need} weeks with dossiers since the start are needed, there are {have}; wait for {missing} more",
    ),
    "no_overlap": Text(
        "không có thủ tục nào có hồ sơ vào cả ngày của mô hình lẫn ngày khác, cả trước lẫn từ ngày bắt đầu",
        "no procedure has dossiers both on the model's day and on others, both before and since the start",
    ),
    "no_variation": Text(
        "các con số không hề dao động, nên không biết may rủi lớn đến đâu",
        "the figures never vary, so nothing shows how far chance would move them",
    ),
}
CAVEATS: dict[Caveat, Text] = {
    "no_comparison": Text(
        "chỉ so trước với sau: mọi thay đổi khác cùng lúc cũng nằm trong con số này",
        "before against after only: whatever else changed at the time is in this figure too",
    ),
    "apart": Text(
        "đơn vị khác cấp với các đơn vị được so sánh, chỉ để tham khảo",
        "a unit of another level than those compared with, for information only",
    ),
    "small_denominator": Text("có tỷ lệ tính trên dưới 20 hồ sơ", "some rates are over fewer than 20 dossiers"),
    "smaller_units": Text(
        "đơn vị thực hiện có ít hồ sơ hơn hẳn các đơn vị được so sánh, nên khoảng tin cậy đã được nới rộng",
        "the units with the model have far fewer dossiers than those compared with, so the interval was widened",
    ),
    "units_left_out": Text(
        "không tính những đơn vị thiếu hồ sơ ở một phía", "units without dossiers on one side are left out"
    ),
    "sampled": Text(
        "có quá nhiều cách chọn nên xét một mẫu 20.000 cách", "too many choices: a sample of 20,000 was drawn"
    ),
    "few_choices": Text(
        "có quá ít cách chọn để bác bỏ điều gì, nên khoảng tin cậy tính theo phân phối Student, chỉ đúng khi thay đổi "
        "của các đơn vị gần như phân phối chuẩn",
        "there are too few choices to rule anything out, so the interval is Student's, which takes the changes of "
        "units as roughly normal",
    ),
    "start_inside_period": Text(
        "bỏ tuần có ngày bắt đầu ở giữa tuần", "the week with the start in its middle is left out"
    ),
    "pointwise": Text(
        "trong nhiều khoảng, cứ hai mươi khoảng có một khoảng lệch do may rủi",
        "of many intervals about one in twenty misses by chance",
    ),
    "independent_weeks": Text("coi các tuần là độc lập với nhau", "weeks are taken as independent of each other"),
    "short_series": Text("chuỗi dưới 12 tuần", "the series has fewer than 12 weeks"),
    "too_narrow": Text(
        "khoảng tin cậy loại này thường hẹp hơn thực tế (Turner 2021)",
        "intervals of this kind are known to be too narrow (Turner 2021)",
    ),
    "gaps": Text("chuỗi thiếu một số tuần", "some weeks of the series are missing"),
    "small_weeks": Text(
        f"ít nhất một nửa số tuần có dưới {MINIMUM} hồ sơ, nên tỷ lệ từng tuần lên xuống nhiều do may rủi",
        f"at least half of the weeks have fewer than {MINIMUM} dossiers, so chance alone moves a week's rate a lot",
    ),
}
METHODS = (
    Text(
        "Khoảng tin cậy 95 %: nếu làm lại việc so sánh này nhiều lần, cứ 100 khoảng tính được thì khoảng 95 khoảng "
        "chứa con số thật. Khoảng chứa số 0 thì chưa thể nói là có thay đổi. n là số hồ sơ đứng sau một con số.",
        "95% confidence interval: if this comparison were repeated many times, about 95 of 100 such intervals would "
        "hold the true figure. An interval that holds 0 does not show a change. n is the number of dossiers behind a "
        "figure.",
    ),
    Text(
        "Một phần đơn vị thực hiện: lấy thay đổi của đơn vị thực hiện trừ đi thay đổi bình quân của các đơn vị cùng "
        "cấp không thực hiện (hiệu của hai hiệu). Vì ít đơn vị, độ chắc chắn được tính bằng mọi cách chọn bấy nhiêu "
        "đơn vị (MacKinnon và Webb); bắt đầu vào nhiều ngày khác nhau thì theo Callaway và Sant'Anna.",
        "Some units take part: the change of a unit with the model less the mean change of units of its level "
        "without it (difference in differences). As units are few, certainty comes from every choice of as many "
        "units (MacKinnon and Webb); with several start dates as Callaway and Sant'Anna do.",
    ),
    Text(
        "Mọi đơn vị cùng thực hiện: so ngày của mô hình với các ngày khác, thủ tục trong với ngoài danh mục, trước "
        "với sau (hiệu ba lần); và xem chuỗi tuần có nhảy mức hoặc đổi độ dốc khi bắt đầu không. Chuỗi cần ít nhất 8 "
        "tuần trước ngày bắt đầu; khoảng tin cậy của nó thường hẹp hơn thực tế (Turner 2021).",
        "All units take part: the model's day against other days, listed against unlisted procedures, before against "
        "after (triple difference); and whether the weekly series jumps or bends at the start. A series needs 8 "
        "weeks before the start; its intervals are known to be too narrow (Turner 2021).",
    ),
    Text(
        "“Trước” là 13 tuần ngay trước ngày bắt đầu (chuỗi tuần: một năm). Trang này luôn tính đến hết số liệu, "
        "không theo kỳ chọn ở các trang khác; các bộ lọc khác vẫn áp dụng, và chọn đơn vị chỉ bớt đơn vị tham gia, "
        "không bớt đơn vị để so.",
        "“Before” is the 13 weeks just before the start (a year for the weekly series). This page always runs to the "
        "end of the data, whatever period other pages show; the other filters apply, and choosing units leaves "
        "participants out, never the units compared with.",
    ),
    Text(
        "Cam kết trả trong ngày: hồ sơ nhận đến hết giờ chốt (15:30:00) phải có kết quả trong ngày; nhận sau đó thì "
        "đến hết 09:00:00 ngày làm việc kế tiếp. Hồ sơ chờ bổ sung, trả lại, rút nằm ngoài cam kết.",
        "The same-day promise: filed up to the cut-off (15:30:00), the result is due that day; filed later, by "
        "09:00:00 of the next working day. Dossiers waiting for supplement or withdrawn are outside the promise.",
    ),
)


def direction(metric: Metric) -> Literal["up", "down"]:
    """Which way is better; a metric without a direction is meant to grow."""
    return "down" if metric.direction == "down" else "up"


def is_of_few(estimate: Estimate) -> bool:
    """Whether a rate it rests on is over so few dossiers that nothing is concluded from it."""
    return "small_denominator" in estimate.caveats


def is_possible(estimate: Estimate) -> bool:
    """Whether a rate can change so much; a line or a difference of differences may go beyond."""
    return abs(estimate.value) <= 1


IMPOSSIBLE = Text(
    "kết quả tính ra vượt quá 100 điểm %, mức một tỷ lệ có thể thay đổi, nên không dùng được.",
    "the result goes beyond 100 pp, the most a rate can change, so it is of no use.",
)


def of_unit(verdict: UnitVerdict, kind: Kind) -> Text:
    """The verdict on one unit as the end of a sentence."""
    return (_AGAINST_UNLISTED if kind == "weekday" else UNIT_VERDICTS)[verdict]


def interval(estimate: Estimate, language: Language) -> str:
    """The 95 % interval in points, as far as a rate can change."""
    low, high = max(estimate.low, min(-1.0, estimate.value)), min(estimate.high, max(1.0, estimate.value))
    return between(low, high, language)


def between(low: float, high: float, language: Language) -> str:
    """From one difference to another, in points."""
    least, most = points(low, language, 1), points(high, language, 1)
    return f"{least.split()[0]} {Text('đến', 'to')[language]} {most}"


def reach(estimate: Estimate, bound: Bound | TooThin, metric: Metric) -> float:
    """The smallest effect (a fraction) that an interval as wide as this, and a bound as far, would show in 80 of 100
    cases: so many errors beyond the limit as the effect found stays within in 80 of 100."""
    found = (estimate.high - estimate.low) / 2 * (1 + _IN_80 / Z95)
    if isinstance(bound, Bound):
        away = bound.value - bound.low if direction(metric) == "up" else bound.high - bound.value
        found = max(found, away * (1 + _IN_80 / _ONE_SIDED))
    return found


def thin(too_thin: TooThin) -> Text:
    """Why there is no estimate, and what would be needed, as a sentence."""
    why = why_thin(too_thin)
    return Text(f"Chưa đủ dữ liệu: {why.vi}", f"Too little data: {why.en}")


def why_thin(too_thin: TooThin) -> Text:
    """The same as the end of a sentence."""
    words = _THIN[too_thin.reason]
    counts = {"have": too_thin.have, "need": too_thin.need, "missing": too_thin.missing}

    def filled(language: Language) -> str:
        return words[language].format(**{name: number(count, language) for name, count in counts.items()})

    return Text(f"{filled('vi')}.", f"{filled('en')}.")


def caveats(estimate: Estimate | TooThin) -> Text | None:
    """What to keep in mind about an estimate; None where there is nothing."""
    if isinstance(estimate, TooThin) or not estimate.caveats:
        return None
    return Text(
        f"Lưu ý: {'; '.join(CAVEATS[each].vi for each in estimate.caveats)}.",
        f"Note: {'; '.join(CAVEATS[each].en for each in estimate.caveats)}.",
    )


def change(estimate: Estimate, language: Language) -> str:
    """Value and interval: "+30,4 điểm % (khoảng tin cậy 95 %: +13,8 đến +44,3 điểm %)"."""
    return f"{points(estimate.value, language, 1)} ({sure(estimate, language)})"


def moved(estimate: Estimate, language: Language, own_change: float = 0.0) -> str:
    """The value with its direction in a word: "tăng thêm 30,4 điểm %"; where the figure itself went the other way, by
    how much less it did: "tăng ít hơn 15,0 điểm %"."""
    up = estimate.value >= 0
    word = Text("tăng thêm" if up else "giảm đi", "rose by" if up else "fell by")
    if estimate.value * own_change < 0:
        word = Text("giảm ít hơn" if up else "tăng ít hơn", "fell less, by" if up else "rose less, by")
    return f"{word[language]} {points(abs(estimate.value), language, 1).lstrip('+')}"


def sure(estimate: Estimate, language: Language) -> str:
    """The interval with its name."""
    label = Text("khoảng tin cậy 95 %", "95% confidence interval")[language]
    return f"{label}: {interval(estimate, language)}"
