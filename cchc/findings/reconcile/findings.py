"""What a check of published figures finds, and what the records make of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from cchc.entered.published.statements import Figure, shown
from cchc.figures.periods import Period
from cchc.findings.reconcile.records import Recount
from cchc.text import Language, Text, date

Check = Literal["share", "granularity", "parts", "subset", "range", "ratio", "dates", "records"]
# Worst first: figures that cannot all be true, what somebody should look at, what rounding alone explains.
Severity = Literal["wrong", "check", "note"]
Standing = Literal["wrong", "check", "agree", "unchecked"]

CHECKS: dict[Check, Text] = {
    "share": Text("Tỷ lệ so với tử số, mẫu số", "Share against its own counts"),
    "granularity": Text("Tỷ lệ không số nguyên nào cho được", "Percentage no whole number gives"),
    "parts": Text("Các phần so với tổng", "Parts against their total"),
    "subset": Text("Phần lớn hơn toàn thể", "Part larger than the whole"),
    "range": Text("Số chung ngoài khoảng của các phần", "Overall outside the range of its parts"),
    "ratio": Text("Mức tăng, giảm", "Increases and changes"),
    "dates": Text("Ngày tháng, hai văn bản khác nhau", "Dates, two documents that differ"),
    "records": Text("So với hồ sơ", "Against the records"),
}
SEVERITIES: dict[Severity, Text] = {
    "wrong": Text("Mâu thuẫn", "Contradicting"),
    "check": Text("Cần xem lại", "To be looked at"),
    "note": Text("Ghi nhận", "Noted"),
}
STANDINGS: dict[Standing, Text] = {
    "wrong": Text("mâu thuẫn", "contradicting"),
    "check": Text("cần xem lại", "to be looked at"),
    "agree": Text("khớp", "agreeing"),
    "unchecked": Text("không có gì để đối chiếu", "nothing to compare with"),
}
METHOD = (
    Text(
        "Tỷ lệ so với tử số, mẫu số: làm tròn và cắt bỏ chữ số lẻ đều được chấp nhận, và nói rõ là cách nào.",
        "Share against its own counts: rounding and cutting off are both accepted, and told apart.",
    ),
    Text(
        "Tỷ lệ không số nguyên nào cho được: số hồ sơ là số nguyên, nên với mẫu số nhỏ nhiều tỷ lệ không thể có (phép "
        "thử GRIM, Brown và Heathers 2017).",
        "Percentage no whole number gives: dossiers are whole, so over a small denominator many percentages cannot be "
        "(the GRIM test, Brown and Heathers 2017).",
    ),
    Text(
        "Các phần so với tổng: theo cấp, đơn vị, hình thức nộp, kết quả, các kỳ liền nhau; các tỷ lệ phải đủ 100 % "
        "trong phạm vi làm tròn.",
        "Parts against their total: by level, unit, channel, outcome, successive periods; shares make 100% "
        "within rounding.",
    ),
    Text(
        "Phần lớn hơn toàn thể: một quý trong năm, một xã trong huyện, trực tuyến trong tất cả không thể nhiều hơn cái "
        "chứa nó, kể cả số suy ra từ tỷ lệ.",
        "Part larger than the whole: a quarter of a year, a commune of a district, online of all cannot exceed what "
        "contains it, counts that follow from percentages included.",
    ),
    Text(
        "Số chung ngoài khoảng của các phần: tỷ lệ chung nằm giữa tỷ lệ của mọi cấp, mọi đơn vị, mọi kỳ hợp thành; số "
        "ngày trung vị không quá số ngày của chín trong mười hồ sơ. Không cần biết mẫu số.",
        "Overall outside the range of its parts: a rate lies among those of all levels, all units, all periods that "
        "make it up; the median is not above what nine in ten dossiers need. No denominator is needed.",
    ),
    Text(
        "Mức tăng, giảm: “bằng 148 % của” không phải “tăng 148 %”; hai kỳ đem so phải dài như nhau.",
        "Increases and changes: “148% of” is not “up by 148%”; the periods compared must be of one length.",
    ),
    Text(
        "Ngày tháng, hai văn bản khác nhau: mô hình hằng tuần bắt đầu đúng thứ và không trước kế hoạch; một việc "
        "chỉ có một con số; hồ sơ còn lại cuối kỳ là hồ sơ chuyển sang kỳ sau.",
        "Dates, two documents that differ: a weekly model starts on its weekday and not before its plan; one thing has "
        "one value; what is open at the end of a period is what the next one carries in.",
    ),
    Text(
        "So với hồ sơ: tính lại từ bản số liệu đang xem, khi số liệu có đủ cả kỳ. Lệch dưới 0,1 điểm % hoặc 1 % của số "
        "đếm thì chỉ đề nghị xem lại.",
        "Against the records: recomputed from the snapshot shown where it covers the whole period. Less than 0.1 pp or "
        "1% of a count is only to be looked at.",
    ),
    Text(
        "Khi các số mâu thuẫn nhau, số nào hồ sơ xác nhận thì được tin; không có hồ sơ thì mọi số liên quan "
        "đều bị nêu.",
        "When figures contradict each other, those the records bear out are believed; without records all are named.",
    ),
)
_RELATIONS = {
    "is": Text("", ""),
    "or": Text("", ""),
    "least": Text("ít nhất ", "at least "),
    "most": Text("nhiều nhất ", "at most "),
}


@dataclass(frozen=True)
class Expected:
    """What a figure would have to be, in its own unit, for the others to be true: one value, one of two, a bound, or
    the day a date should be."""

    values: tuple[Fraction, ...] = ()
    relation: Literal["is", "or", "least", "most"] = "is"
    day: Period | None = None

    def show(self, like: Figure, language: Language) -> str:
        """In the writing of the figure it is about."""
        if self.day:
            return date(self.day.start, language)
        values = [shown(float(like.printed.rounded(value)), like, language) for value in self.values]
        return _RELATIONS[self.relation][language] + Text(" hoặc ", " or ")[language].join(values)


@dataclass(frozen=True)
class Finding:
    """What one check found about the figures it names. `disputed` are those among them that are not believed; `sure`
    says whether arithmetic alone proves it, whatever the percentages are really printed over; `gap` (in per cent or
    points) orders findings of one severity."""

    check: Check
    severity: Severity
    figures: tuple[Figure, ...]
    disputed: tuple[Figure, ...]
    sentence: Text
    expected: Mapping[str, Expected] = field(default_factory=dict)
    sure: bool = True
    gap: Fraction = Fraction(0)
    in_records: bool = False

    @property
    def documents(self) -> list[str]:
        """Ids of the documents it is about."""
        return list(dict.fromkeys(figure.document for figure in self.figures))


def settled(finding: Finding, suspects: Iterable[Figure], again: Mapping[str, Recount]) -> Finding | None:
    """A finding after the records were heard: of the figures that cannot all be true, those they contradict are
    disputed; where they speak of none, what the check itself disputes. Figures that all agree with the records are
    not disputed, and what is not sure about them is no finding."""
    suspects = tuple(suspects)
    against = tuple(figure for figure in suspects if figure.id in again and not again[figure.id].agrees)
    believed = {figure.id for figure in suspects if figure.id in again and again[figure.id].agrees}
    disputed = against or tuple(figure for figure in finding.disputed if figure.id not in believed)
    if not disputed and len(believed) < len(suspects):
        disputed = tuple(figure for figure in suspects if figure.id not in believed)
    if not disputed:
        return replace(finding, severity="check", disputed=()) if finding.sure else None
    severity: Severity = finding.severity if finding.sure or against else "check"
    return replace(finding, severity=severity, disputed=disputed, in_records=bool(against))
