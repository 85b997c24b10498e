"""The report on "Ngày thứ Sáu không chờ", or another model of results or of extra hours, in Thanh Hà's form."""

from collections.abc import Sequence

from cchc.figures.filters import LEVEL_NAMES
from cchc.reports import effect, paragraphs, weekly_model
from cchc.reports.asked import Asked
from cchc.reports.narrative import Part, told
from cchc.reports.paper import Annex, Block, Heading, Paper, Piece, Prose, Table, say, see, to_fill
from cchc.reports.paragraphs import Change
from cchc.reports.phrases import days
from cchc.reports.promised import Form
from cchc.reports.weekly_model import Reported
from cchc.schema import LEVELS
from cchc.text import Text, date, within

KIND = "bao-cao-thu-sau"
DIRECTION = Part(
    "chi-dao",
    Text("văn bản chỉ đạo, phân công, tuyên truyền, kiểm tra trong kỳ", "directives, assignments, publicity, checks"),
)
STRENGTHS = Part("uu-diem", Text("ưu điểm khác", "other strengths"))
WEAKNESSES = Part("han-che", Text("hạn chế khác và nguyên nhân", "other weaknesses and causes"))
AHEAD = Part("phuong-huong", Text("phương hướng, nhiệm vụ", "directions and tasks"))
FORM = Form(KIND, "thu-sau", frozenset({"same_day", "minutes", "open"}))
PARTS = (DIRECTION, STRENGTHS, WEAKNESSES, AHEAD)


def build(asked: Asked, kind: str = KIND) -> Paper:
    """The report of the area's model with this id of paper (see `Form`).

    Raises UserError where there is none, or nothing of it in the period.
    """
    report = weekly_model.reported(asked, FORM, kind)
    name, head = report.model.name.vi, asked.letterhead(kind)
    against_before, changes = weekly_model.compared(report, report.evaluation.design.before)
    what = "mô hình" if report.model.promise == "open" else "cam kết của mô hình"
    subject = f"Kết quả triển khai, thực hiện mô hình “{name}” {asked.territory} {report.days_name}"
    return Paper(
        head=head,
        subject=subject,
        body=(
            *paragraphs.opening(head, f"báo cáo {within(subject)} như sau:"),
            Heading(2, "1. Công tác chỉ đạo, điều hành"),
            *weekly_model.described(report),
            *told(asked, kind, DIRECTION),
            *_results(report, against_before),
            *_assessment(report, changes, kind),
            Heading(2, "4. Phương hướng, nhiệm vụ thời gian tới"),
            *told(asked, kind, AHEAD),
            say(f"Trên đây là báo cáo {within(subject)}. ", to_fill(head.name), " trân trọng báo cáo./."),
        ),
        annexes=(
            weekly_model.by_unit(report, f"Kết quả thực hiện {what} theo đơn vị"),
            paragraphs.by_unit(asked, report.filters, "Kết quả tiếp nhận, giải quyết hồ sơ theo đơn vị"),
            _procedures(report),
        ),
        origin=asked.origin,
        demo=asked.snapshot.demo,
    )


def _results(report: Reported, against_before: Sequence[Prose]) -> list[Block]:
    return [
        Heading(2, "2. Kết quả thực hiện mô hình"),
        say(f"{days(report.period)}:"),
        *weekly_model.kept(report),
        weekly_model.by_month(report),
        *paragraphs.received(report.asked, report.filters, "tại các đơn vị tham gia mô hình"),
        *against_before,
        effect.stated(report.evaluation),
        see(0, 2, 3, "Kết quả cụ thể"),
    ]


def _assessment(report: Reported, changes: Sequence[Change], kind: str) -> list[Block]:
    good, bad = weekly_model.assessment(report, changes)
    return [
        Heading(2, "3. Đánh giá chung"),
        Heading(3, "* Ưu điểm:"),
        *good,
        *told(report.asked, kind, STRENGTHS),
        Heading(3, "* Hạn chế:"),
        *bad,
        *told(report.asked, kind, WEAKNESSES),
    ]


def _procedures(report: Reported) -> Annex:
    """Which listed procedures people used on the model's day, since its start: a part a level, used most first."""
    known = report.asked.snapshot.references.procedures
    frame = report.evaluation.promises.procedures.sort_values("model_received", ascending=False, kind="stable")
    levels = [level for level in LEVELS if (frame["level"] == level).any()]
    rows: list[tuple[Piece | int, ...]] = []
    bold = []
    for letter, level in zip("ABC", levels, strict=False):
        bold.append(len(rows))
        part = frame[frame["level"] == level]
        rows.append((letter, LEVEL_NAMES[level].vi, int(part["model_received"].sum()), int(part["all_received"].sum())))
        rows += [
            (place, known[row["procedure"]].name, int(row["model_received"]), int(row["all_received"]))
            for place, row in enumerate(part.to_dict("records"), start=1)
        ]
    heads = ("TT", "Thủ tục trong danh mục", f"Hồ sơ vào {report.day}", "Hồ sơ các ngày trong tuần")
    title = f"Danh mục thủ tục và số hồ sơ từ khi bắt đầu mô hình đến {date(report.asked.snapshot.as_of, 'vi')}"
    return Annex(title, (Table(heads, (6, 62, 15, 15), tuple(rows), frozenset(bold)),))
