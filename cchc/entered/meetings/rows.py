"""What is stored of a meeting and of a commitment, and what may not be."""

import datetime
import re
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar, get_args

from cchc.figures.metrics import METRICS, STOCKS_AT_END, Metric
from cchc.text import Text, UserError, legible, number

LONGEST = {"title": 200, "notes": 20_000, "what": 500, "who": 120, "how": 200, "answer": 500}
_MAY_BE_EMPTY = ("notes", "answer")
# Nobody is named: a form of address, a telephone number or an e-mail address says that somebody is.
PERSON = re.compile(r"(^|[,;:(–-]\s*)(ông|bà|anh|chị|đồng chí|đ/c|mr|mrs|ms)\b\.?\s+\w|@|(\d[\s.]?){9,}", re.IGNORECASE)


@dataclass(frozen=True)
class Meeting:
    """What a meeting looked at: an immutable snapshot, the filters asked of it (`question`, a link's parameters without
    dataset and snapshot), the figure units are ordered by, the charts; and its notes. `id` is 0 until it is stored."""

    dataset: str
    title: str
    held_on: datetime.date
    snapshot: str
    question: str
    metric: str
    charts: tuple[str, ...] = ()
    notes: str = ""
    id: int = 0
    version: int = 0
    changed_at: datetime.datetime = datetime.datetime.min


About = Literal["unit", "group", "field", "procedure", "model", "area"]
ABOUTS: tuple[About, ...] = get_args(About)


@dataclass(frozen=True)
class Commitment:
    """What is to be reached: `metric` at least (or at most, where down is good) `target` by the day `due`; `who` is an
    office, never a person. `subject` is the id of what it is `about`, "" of the whole area. `id` is 0 until it is
    stored."""

    meeting: int
    subject: str
    what: str
    metric: str
    target: float
    who: str
    due: datetime.date
    about: About = "unit"
    id: int = 0
    version: int = 0
    changed_at: datetime.datetime = datetime.datetime.min


@dataclass(frozen=True)
class Reminder:
    """One time an office was reminded (đôn đốc) of a commitment: when and how, and what it answered, if it did. `id` is
    0 until it is stored."""

    commitment: int
    sent_on: datetime.date
    how: str
    answer: str = ""
    answered_on: datetime.date | None = None
    id: int = 0
    version: int = 0
    changed_at: datetime.datetime = datetime.datetime.min


Row = TypeVar("Row", Meeting, Commitment, Reminder)

# A count of events grows with the days it is counted over, so only what can be compared at any time is promised.
MEASURES: dict[str, Metric] = {
    name: metric
    for name, metric in METRICS.items()
    if metric.direction != "neither" and (metric.format != "count" or name in STOCKS_AT_END)
}
# What units are put in order by: shares, whose changes have an interval.
COMPARED = tuple(name for name, metric in MEASURES.items() if metric.is_rate and name != "clearance_rate")

_NAMES = {
    "title": Text("Tên cuộc họp", "The title"),
    "notes": Text("Ghi chú", "The notes"),
    "what": Text("Nội dung cam kết", "What is promised"),
    "who": Text("Cơ quan, chức danh chịu trách nhiệm", "The office that answers for it"),
    "how": Text("Văn bản, hình thức đôn đốc", "How the office was reminded"),
    "answer": Text("Trả lời", "The answer"),
}


def checked(row: Row) -> Row:
    """The row with its texts tidied. Raises UserError when it cannot be stored like that."""
    texts = {name: legible(getattr(row, name)).strip() for name in LONGEST if hasattr(row, name)}
    # Only notes have lines.
    tidy: dict[str, Any] = {name: text if name == "notes" else " ".join(text.split()) for name, text in texts.items()}
    for name, text in tidy.items():
        label = _NAMES[name]
        if not text and name not in _MAY_BE_EMPTY:
            raise UserError(Text(f"{label.vi} còn trống.", f"{label.en} is missing."))
        if len(text) > LONGEST[name]:
            most = LONGEST[name]
            raise UserError(
                Text(
                    f"{label.vi} dài {number(len(text), 'vi')} ký tự; tối đa {number(most, 'vi')}.",
                    f"{label.en} has {number(len(text), 'en')} characters; at most {number(most, 'en')}.",
                )
            )
    if isinstance(row, Commitment):
        _check_promise(row)
    elif isinstance(row, Reminder):
        _check_answer(row)
    elif row.metric not in COMPARED:
        raise UserError(_unknown(row.metric))
    return replace(row, **tidy)


def _check_promise(row: Commitment) -> None:
    # A model is measured by its dossiers as they came in, which are in no stock.
    if row.metric not in (COMPARED if row.about == "model" else MEASURES):
        raise UserError(_unknown(row.metric))
    if row.about not in ABOUTS or bool(row.subject) == (row.about == "area"):
        raise UserError(Text("Chọn cam kết về đơn vị, nhóm, thủ tục hay mô hình nào.", "Choose what it is about."))
    highest = 1.0 if MEASURES[row.metric].is_rate else float("inf")
    if not 0 <= row.target <= highest or row.target == float("inf"):
        raise UserError(
            Text("Mức phải đạt phải là số từ 0, tỷ lệ thì từ 0 đến 100 %.", "A target is 0 or more, a rate 0 to 100%.")
        )
    if PERSON.search(row.who):
        raise UserError(
            Text(
                "Ghi cơ quan hoặc chức danh chịu trách nhiệm, không ghi tên người, số điện thoại, thư điện tử.",
                "Name an office or a position, not a person, a telephone number or an e-mail address.",
            )
        )


def _check_answer(row: Reminder) -> None:
    if row.answered_on and row.answered_on < row.sent_on:
        raise UserError(
            Text("Ngày trả lời không thể trước ngày đôn đốc.", "An answer cannot come before the reminder.")
        )


def _unknown(metric: str) -> Text:
    return Text(f"Không dùng được chỉ số {metric} ở đây.", f"The metric {metric} cannot be used here.")
