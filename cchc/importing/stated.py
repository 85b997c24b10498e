"""Which days the rows above a table say that it is about."""

import calendar
import datetime
import re
from collections.abc import Iterable, Sequence

from cchc.importing.mapping import clean
from cchc.text import Text, date, fold

Span = tuple[datetime.date | None, datetime.date | None]

_DAY = r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})"
# "31 tháng 10 năm 2026": neither a month of its own nor, as in the date of a signature, the end of anything.
_IN_WORDS = re.compile(r"(\d{1,2}) thang (\d{1,2})(?: nam|,)? (\d{4})")
_DAYS = re.compile(rf"tu(?: ngay)?:?\s*{_DAY}\s*(?:[-–,]|den)*(?: het)?(?: ngay)?:?\s*{_DAY}")
_UNTIL = re.compile(rf"\bden(?: het)?(?: ngay)?:?\s*{_DAY}")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_MONTHS = re.compile(
    r"(?:thang (?P<month>\d{1,2})|quy (?P<quarter>iv|i{1,3}|[1-4]))\s*(?:[/,-]|nam)*\s*(?:nam )?(?P<year>\d{4})"
)


def span(rows: Iterable[Sequence[str]]) -> Span:
    """The first and the last day the cells of `rows` name, the first cell that names both before one that names the
    last alone; None for what none names."""
    texts = [fold(clean(cell)) for row in rows for cell in row if cell]
    both = next((found for text in texts if (found := period(text))), None)
    return both or (None, next((last for text in texts if (last := _until(text))), None))


def period(text: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and last day that folded `text` names: "tu ngay 1/3/2026 den ngay 31/3/2026", "thang 3 nam 2026",
    "quy i/2026"."""
    text = _IN_WORDS.sub(r"\1/\2/\3", text)
    if days := _DAYS.search(text):
        first, last = _day(days.groups()[:3]), _day(days.groups()[3:])
        return (first, last) if first and last and first <= last else None
    found = _MONTHS.search(text)
    if not found:
        return None
    quarter = _QUARTERS.get(found["quarter"] or "", 0)
    month, year = 3 * quarter or int(found["month"]), int(found["year"])
    if not 1 <= month <= 12 or year < datetime.MINYEAR:
        return None
    start = datetime.date(year, month - 2 if quarter else month, 1)
    return start, datetime.date(year, month, calendar.monthrange(year, month)[1])


def _until(text: str) -> datetime.date | None:
    found = _UNTIL.search(_IN_WORDS.sub(r"\1/\2/\3", text))
    return _day(found.groups()) if found else None


def _day(cells: Sequence[str]) -> datetime.date | None:
    """Day, month and year; None for a day that no calendar has."""
    day, month, year = map(int, cells)
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def together(spans: Iterable[Span]) -> Span:
    """The days that several tables are about."""
    firsts, lasts = zip(*spans, strict=True)
    return min(filter(None, firsts), default=None), max(filter(None, lasts), default=None)


def offer(first: datetime.date | None, covered: datetime.date, was: datetime.date | None) -> Iterable[Text]:
    """A sentence where the tables say that they begin on another day than is `covered`, which was not covered before
    (`was`, None = nothing was): a day to declare, not one that is taken."""
    if first and first != covered and (was is None or first < was):
        vi, en = date(first, "vi"), date(first, "en")
        yield Text(
            f"Tiêu đề trong tệp ghi số liệu từ ngày {vi}; nếu đúng là đủ từ ngày ấy thì khai “Số liệu có từ ngày” "
            f"(lệnh: --from {first.isoformat()}).",
            f"The rows above the table say that it begins on {en}; if all is there from that day on, declare it under "
            f"“Data covers from” (command: --from {first.isoformat()}).",
        )
