"""The report on "Ngày thứ Năm chuyển đổi số", or another model that promises online filing, in the form of Trà Cú's."""

import datetime
from collections.abc import Sequence

from cchc.figures.periods import Period, containing
from cchc.reports import effect, paragraphs, weekly_model
from cchc.reports.asked import Asked
from cchc.reports.narrative import Part, told
from cchc.reports.paper import Block, Heading, Paper, Prose, say, see
from cchc.reports.paragraphs import Change
from cchc.reports.phrases import days, period_name, two_digits
from cchc.reports.promised import Form
from cchc.reports.weekly_model import Reported
from cchc.store.coverage import is_covered
from cchc.text import Text, within

KIND = "bao-cao-thu-nam"
DOCUMENTS = Part(
    "van-ban", Text("văn bản đã ban hành, Tổ công tác và phân công", "documents, working group, assignments")
)
OUTREACH = Part(
    "tuyen-truyen", Text("tuyên truyền, tập huấn, hỗ trợ người dân", "publicity, training, help for people")
)
STRENGTHS = Part("thuan-loi", Text("thuận lợi khác", "other advantages"))
WEAKNESSES = Part("kho-khan", Text("khó khăn, hạn chế khác và nguyên nhân", "other difficulties and causes"))
PROPOSALS = Part("kien-nghi", Text("đề xuất, kiến nghị", "proposals"))
AHEAD = Part("phuong-huong", Text("phương hướng, nhiệm vụ", "directions and tasks"))
FORM = Form(KIND, "thu-nam", frozenset({"online"}))
PARTS = (DOCUMENTS, OUTREACH, STRENGTHS, WEAKNESSES, PROPOSALS, AHEAD)
_DAY = datetime.timedelta(days=1)


def build(asked: Asked, kind: str = KIND) -> Paper:
    """The report of the area's model with this id of paper (see `Form`).

    Raises UserError where there is none, or nothing of it in the period.
    """
    report = weekly_model.reported(asked, FORM, kind)
    head, name = asked.letterhead(kind), report.model.name.vi
    quarter = containing("quarter", report.model.start.day).previous()
    against_quarter, changes = weekly_model.compared(report, quarter)
    subject = f"Kết quả triển khai thực hiện mô hình “{name}” {asked.territory} {report.days_name}"
    return Paper(
        head=head,
        subject=subject,
        body=(
            *paragraphs.opening(head, f"báo cáo {within(subject)} như sau:"),
            *_organised(report, kind),
            *_results(report, against_quarter),
            *_assessment(report, changes, kind),
            Heading(1, "IV. Phương hướng, nhiệm vụ trong thời gian tới"),
            *told(asked, kind, AHEAD, end="./."),
        ),
        annexes=(
            paragraphs.by_unit(
                asked, report.filters, "Kết quả tiếp nhận, giải quyết hồ sơ của các đơn vị trong mô hình"
            ),
            weekly_model.by_unit(report, f"Hồ sơ thuộc danh mục tiếp nhận vào {report.day} theo đơn vị"),
        ),
        origin=asked.origin,
        demo=asked.snapshot.demo,
    )


def _organised(report: Reported, kind: str) -> list[Block]:
    return [
        Heading(1, "I. Việc tổ chức triển khai thực hiện"),
        Heading(2, "1. Việc ban hành các văn bản chỉ đạo, điều hành"),
        *told(report.asked, kind, DOCUMENTS),
        Heading(2, "2. Công tác triển khai thực hiện"),
        *weekly_model.described(report),
        *told(report.asked, kind, OUTREACH),
    ]


def _results(report: Reported, against_quarter: Sequence[Prose]) -> list[Block]:
    asked = report.asked
    found: list[Block] = [Heading(1, "II. Kết quả thực hiện"), Heading(2, "1. Kết quả tiếp nhận và giải quyết TTHC")]
    for letter, period in zip("abc", _earlier(report), strict=False):
        found.append(Heading(3, f"{letter}) {_name(period)}:"))
        found += paragraphs.received(asked, asked.filters.over(period))
    found += [
        Heading(2, f"2. Kết quả thực hiện mô hình “{report.model.name.vi}”"),
        say(f"{days(report.period)}:"),
        *paragraphs.received(asked, asked.filters.over(report.period)),
        *_against(report),
        paragraphs.brief(asked, report.filters, f"Riêng {two_digits(len(report.filters.units))} đơn vị trong mô hình"),
        *weekly_model.kept(report),
        *against_quarter,
        *weekly_model.quarters(report),
        effect.stated(report.evaluation),
        see(0, 1, 2, "Số liệu cụ thể"),
    ]
    return found


def _against(report: Reported) -> list[Prose]:
    """Everything of the territory against the quarter before that of the start, which the paper states above."""
    quarter = containing("quarter", report.model.start.day).previous()
    if report.asked.filters.units or not is_covered(quarter, report.asked.snapshot):
        return []
    return paragraphs.compared(report.asked, quarter, report.asked.filters.over(report.period))[0]


def _earlier(report: Reported) -> list[Period]:
    """The year before the start, the quarter before that of the start, and this year up to the start; as far as the
    data reaches back."""
    start = report.model.start.day
    year, quarter = containing("year", start), containing("quarter", start).previous()
    periods = [year.previous(), quarter]
    if start > quarter.end + _DAY:
        periods.append(Period(year.start, start - _DAY))
    return [each for each in periods if is_covered(each, report.asked.snapshot)]


def _name(period: Period) -> str:
    """As the documents write the months up to the start: "05 tháng đầu năm 2023"."""
    whole = period.end == containing("month", period.end).end and period.start.month == period.start.day == 1
    if period.kind == "custom" and whole:
        return f"{two_digits(period.end.month)} tháng đầu năm {period.end.year}"
    return period_name(period)


def _assessment(report: Reported, changes: Sequence[Change], kind: str) -> list[Block]:
    good, bad = weekly_model.assessment(report, changes)
    return [
        Heading(1, "III. Đánh giá chung"),
        Heading(2, "1. Thuận lợi"),
        *good,
        *told(report.asked, kind, STRENGTHS),
        Heading(2, "2. Khó khăn, hạn chế"),
        *bad,
        *told(report.asked, kind, WEAKNESSES),
        Heading(2, "3. Đề xuất, kiến nghị"),
        *told(report.asked, kind, PROPOSALS),
    ]
