"""Working days of Vietnam: weekends, public holidays, swapped days and make-up Saturdays."""

import datetime
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import holidays
import holidays.countries  # read now: with the first page of a fresh server it would take a fifth of a second
import pyarrow as pa

from cchc.schema import SOON
from cchc.text import Text, UserError, date

_DAY = datetime.timedelta(days=1)


# Without daylight saving time, since 1975.
_VIETNAM = datetime.timezone(datetime.timedelta(hours=7))


def today() -> datetime.date:
    """The day it is in Vietnam, whatever time zone this machine is set to."""
    return datetime.datetime.now(_VIETNAM).date()


@dataclass(frozen=True)
class Override:
    """One day that is worked or not, whatever the general calendar says, and the paper that says so."""

    day: datetime.date
    working: bool
    source: str


def read_overrides(path: Path) -> tuple[Override, ...]:
    """Overrides of a `holidays.toml` with `[[day]]` tables (day, working, source).

    Raises UserError when the file is not TOML or a table lacks a key.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("day", [])
        return tuple(Override(t["day"], bool(t["working"]), str(t["source"])) for t in tables)
    except (OSError, ValueError, KeyError, TypeError) as error:  # an error of TOML or of the encoding is a ValueError
        raise UserError(
            Text(
                f"Tệp ngày nghỉ {path} sai: {error}. Mỗi bảng [[day]] cần day, working và source.",
                f"The holiday file {path} is wrong: {error}. Each [[day]] table needs day, working and source.",
            )
        ) from error


def check_as_of(as_of: datetime.date) -> None:
    """Raises UserError for a day that has not come yet in Vietnam, whatever the clock of this machine is set to."""
    now = today()
    if as_of > now:
        raise UserError(
            Text(
                f"Ngày chốt số liệu {date(as_of, 'vi')} chưa đến (hôm nay là {date(now, 'vi')}); sửa lại ngày chốt.",
                f"The as-of date {date(as_of, 'en')} is still to come (today is {date(now, 'en')}); correct it.",
            )
        )


@dataclass(frozen=True)
class Calendar:
    """Working days by the `holidays` package, corrected by overrides (it misses some announced swaps)."""

    overrides: tuple[Override, ...] = ()

    @cached_property
    def _official(self) -> holidays.HolidayBase:
        return holidays.country_holidays("VN")

    @cached_property
    def _overridden(self) -> dict[datetime.date, bool]:
        return {override.day: override.working for override in self.overrides}

    def is_working(self, day: datetime.date) -> bool:
        if day in self._overridden:
            return self._overridden[day]
        return bool(self._official.is_working_day(day))

    def next_working_day(self, day: datetime.date) -> datetime.date:
        """The first working day after `day`."""
        day += _DAY
        while not self.is_working(day):
            day += _DAY
        return day

    def reach(self, day: datetime.date, count: int) -> datetime.date:
        """The last day up to which no more than `count` working days follow `day`."""
        for _ in range(count + 1):
            day = self.next_working_day(day)
        return day - _DAY

    def left(self, day: datetime.date, until: datetime.date) -> int:
        """How many working days follow `day` up to `until`; 0 where that is not later."""
        return sum(map(self.is_working, self.days(day + _DAY, until)))

    def days(self, start: datetime.date, end: datetime.date) -> Iterable[datetime.date]:
        """Every calendar day from `start` to `end`, both included."""
        while start <= end:
            yield start
            start += _DAY

    def new_years(self, start: datetime.date, end: datetime.date) -> list[datetime.date]:
        """The first days of the lunar years (Tết) from `start` to `end`, as the `holidays` package has them."""
        years = range(start.year, end.year + 1)
        named = holidays.country_holidays("VN", years=years, language="en_US").get_named(
            "Lunar New Year", lookup="exact"
        )
        return [day for day in sorted(named) if start <= day <= end]

    def table(self, start: datetime.date, end: datetime.date) -> pa.Table:
        """One row per calendar day: day, ordinal (days counted on), weekday (1 Monday - 7 Sunday), working,
        next_working_day, worked (working days from the first row to this one), soon_from (the first day on which no
        more than SOON working days are left to this one)."""
        days = list(self.days(start, end))
        following: list[datetime.date] = []
        after = self.next_working_day(days[-1]) if days else end
        for day in reversed(days):
            following.append(after)
            if self.is_working(day):
                after = day
        worked = list(accumulate(int(self.is_working(day)) for day in days))
        first = dict(zip(reversed(worked), reversed(days), strict=True))
        return pa.table(
            {
                "day": pa.array(days, pa.date32()),
                "ordinal": pa.array([day.toordinal() for day in days], pa.int32()),
                "weekday": pa.array([day.isoweekday() for day in days], pa.int8()),
                "working": pa.array([self.is_working(day) for day in days], pa.bool_()),
                "next_working_day": pa.array(reversed(following), pa.date32()),
                "worked": pa.array(worked, pa.int32()),
                "soon_from": pa.array([first.get(count - SOON, start) for count in worked], pa.date32()),
            }
        )
