"""Which days the data of a snapshot covers."""

import datetime
from typing import Protocol

from cchc.store.snapshots import Snapshot
from cchc.text import Text

# The rule of `density.first_dense_day`, for readers.
METHOD = (
    Text(
        "Số liệu có từ ngày nào: ngày người nhập khai; không khai thì là ngày đầu tiên mà từ đó hồ sơ được tiếp "
        "nhận đều. Đếm hồ sơ tiếp nhận theo từng nửa tháng (ngày 1–14, ngày 15 đến hết tháng), lùi dần từ nửa tháng"
        " gần nhất có ít nhất một nửa số hồ sơ của nửa tháng nhiều nhất. Nửa tháng nào, cùng các nửa tháng thưa sau"
        " nó, nhận ít nhất một nửa mức thường ngày của 12 tháng tiếp theo thì thuộc số liệu; thiếu quá ba tuần và "
        "quá mười hồ sơ so với mức đó thì dừng.",
        "Since when the data covers an area: the day declared at import; otherwise the first day from which "
        "receipts are dense. Receipts are counted by half months (1st to 14th, 15th to the end), backwards from the"
        " last one with at least half of what the busiest has. A half month belongs to the data when it and the "
        "sparser ones after it took in at least half of the daily average of the 12 months that follow; the search "
        "stops once more than three weeks of that, and more than ten dossiers, are missing.",
    ),
    Text(
        "Trước ngày đó số liệu là không biết, không phải bằng 0: không kỳ nào trước đó được hiện, so sánh hay làm "
        "giới hạn. Hồ sơ tiếp nhận trước đó mà chưa giải quyết là hồ sơ kỳ trước chuyển sang.",
        "Before that day nothing is known, which is not zero: no earlier period is shown, compared or used for "
        "limits. Dossiers received before it and still open are carried in.",
    ),
)

_LONGEST_HOLIDAY = 14
_DAY = datetime.timedelta(days=1)


class Days(Protocol):
    """Days in a row, the last one included: a period."""

    @property
    def start(self) -> datetime.date: ...

    @property
    def end(self) -> datetime.date: ...


def is_covered(days: Days, snapshot: Snapshot) -> bool:
    """Whether the data reaches back to the first of the days, but for days nobody worked (1 January)."""
    gap = (snapshot.start - days.start).days
    calendar = snapshot.references.calendar
    return gap <= 0 or (gap < _LONGEST_HOLIDAY and calendar.next_working_day(days.start - _DAY) >= snapshot.start)


def is_whole(days: Days, snapshot: Snapshot) -> bool:
    """Whether the data covers the days from the first to the last."""
    return is_covered(days, snapshot) and days.end <= snapshot.as_of


def is_unfinished(days: Days, snapshot: Snapshot) -> bool:
    """Whether the data ends within the days: they are compared with as many days of other periods."""
    return days.start <= snapshot.as_of < days.end


def incomplete(days: Days, snapshot: Snapshot) -> Text | None:
    """What is to be said beside figures of days that the data does not cover whole; None where it does."""
    if is_unfinished(days, snapshot):
        return Text(
            "kỳ chưa trọn, chỉ so với cùng số ngày của kỳ khác", "period not complete, compared over as many days"
        )
    return None if is_whole(days, snapshot) else Text("kỳ chưa trọn", "period not complete")


def is_touched(days: Days, snapshot: Snapshot) -> bool:
    """Whether any of the days lies within the data."""
    return days.start <= snapshot.as_of and days.end >= snapshot.start
