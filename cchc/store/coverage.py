"""Which days the data of a snapshot covers."""

import datetime
from typing import Protocol

from cchc.store.snapshots import Snapshot

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


def is_touched(days: Days, snapshot: Snapshot) -> bool:
    """Whether any of the days lies within the data."""
    return days.start <= snapshot.as_of and days.end >= snapshot.start
