"""Periods of reports: calendar ones, and the official ones that run from the 15th to the 14th."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from babel.dates import format_date

from cchc.text import Language, Text, date

Kind = Literal[
    "day",
    "week",
    "month",
    "quarter",
    "half",
    "year",
    "month_15",
    "quarter_15",
    "half_15",
    "nine_15",
    "year_15",
    "custom",
]
Grain = Literal["day", "week", "month", "quarter", "half", "year", "month_15", "quarter_15", "half_15", "year_15"]

GRAINS: tuple[Grain, ...] = get_args(Grain)

KINDS: dict[Kind, Text] = {
    "month": Text("Tháng", "Month"),
    "quarter": Text("Quý", "Quarter"),
    "half": Text("6 tháng", "Half-year"),
    "year": Text("Năm", "Year"),
    "month_15": Text("Tháng báo cáo (15–14)", "Reporting month (15th–14th)"),
    "quarter_15": Text("Quý báo cáo (15–14)", "Reporting quarter (15th–14th)"),
    "half_15": Text("6 tháng báo cáo (15–14)", "Reporting half-year (15th–14th)"),
    "nine_15": Text("9 tháng báo cáo (15–14)", "Reporting nine months (15th–14th)"),
    "year_15": Text("Năm báo cáo (15–14)", "Reporting year (15th–14th)"),
    "week": Text("Tuần", "Week"),
    "day": Text("Ngày", "Day"),
    "custom": Text("Tùy chọn", "Custom"),
}
_DAY = datetime.timedelta(days=1)
ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Period:
    """Calendar days from `start` to `end`, both included; its kind follows from its days."""

    start: datetime.date
    end: datetime.date

    @cached_property
    def kind(self) -> Kind:
        return next((kind for kind in KINDS if kind != "custom" and containing(kind, self.end) == self), "custom")

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def months(self) -> int:
        """How many whole months these days are, from a 1st or, as official reports count, from a 15th; 0 for others."""
        after = self.end + _DAY
        if self.start.day not in (1, 15) or after.day != self.start.day:
            return 0
        return (after.year - self.start.year) * 12 + after.month - self.start.month

    def previous(self) -> "Period":
        """The period of the same kind just before: as many whole months where it is months, else as many days."""
        if self.kind == "nine_15":
            return self.year_before()
        return Period(self._moved(self.start, -1), self.start - _DAY)

    def following(self) -> "Period":
        """The period of the same kind just after, counted as `previous` does."""
        if self.kind == "nine_15":
            return containing(self.kind, self.end + _DAY)
        after = self.end + _DAY
        return Period(after, self._moved(after, 1) - _DAY)

    def _moved(self, day: datetime.date, times: int) -> datetime.date:
        return _add_months(day, times * self.months) if self.months else day + times * self.days * _DAY

    def year_before(self) -> "Period":
        """The same period a year earlier, whole months as whole months (1/1-28/2/2025: 1/1-29/2/2024); a week is
        compared with the one 52 weeks before."""
        if self.kind == "week":
            return Period(self.start - 364 * _DAY, self.end - 364 * _DAY)
        if self.months:
            return Period(_add_months(self.start, -12), _add_months(self.end + _DAY, -12) - _DAY)
        return Period(_a_year_back(self.start), _a_year_back(self.end))

    def alike(self, earlier: "Period", until: datetime.date) -> "Period":
        """The days of an `earlier` period of the same kind as far as this one has come on the day `until`: whole months
        where those are whole, else up to the same day of the month; of weeks and freely chosen days, as many days."""
        if not self.start <= until < self.end:
            return earlier
        end = earlier.start + (until - self.start)
        if self.months:
            months = (earlier.start.year - self.start.year) * 12 + earlier.start.month - self.start.month
            last = _add_months(until.replace(day=1), months + 1) - _DAY
            end = last if (until + _DAY).day == 1 else last.replace(day=min(until.day, last.day))
        return Period(earlier.start, min(end, earlier.end))

    def label(self, language: Language) -> str:
        """How officials name it: "tháng 6/2023", "quý I/2023", "từ 15/05/2023 đến 14/06/2023"."""
        return _LABELS.get(self.kind, _span)(self, language)

    def counted(self, span: "Period", language: Language) -> str:
        """The label, and which of its days lie in `span` where not all of them do: "quý II/2023 (01/04–10/05)"."""
        first, last = max(self.start, span.start), min(self.end, span.end)
        is_part = first <= last and (first, last) != (self.start, self.end)
        return self.label(language) + (f" ({first:%d/%m}–{last:%d/%m})" if is_part else "")

    def inside(self, language: Language) -> str:
        """The label after a preposition: "thời gian từ 01/05/2023 đến 15/05/2023"."""
        label = self.label(language)
        return f"thời gian {label}" if label.startswith("từ ") else label


def containing(kind: Kind, day: datetime.date) -> Period:
    """The period of that kind which holds `day` (Thông tư 06/2025/TT-TTCP art. 7 for the 15th-to-14th ones).

    No nine months hold a day from 15/9 to 14/12; for those it is the nine months that begin next.
    """
    if kind in ("day", "custom"):
        return Period(day, day)
    if kind == "week":
        monday = day - day.weekday() * _DAY
        return Period(monday, monday + 6 * _DAY)
    if kind == "nine_15":
        closing = _closing_month(day)
        year = closing.year if closing.month <= 9 else closing.year + 1
        return Period(datetime.date(year - 1, 12, 15), datetime.date(year, 9, 14))
    if kind.endswith("_15"):
        closing = _closing_month(day)
        months = _MONTHS[kind.removesuffix("_15")]
        first = closing.month - (closing.month - 1) % months
        opens = _add_months(datetime.date(closing.year, first, 15), -1)
        return Period(opens, _add_months(opens, months) - _DAY)
    months = _MONTHS[kind]
    start = datetime.date(day.year, day.month - (day.month - 1) % months, 1)
    return Period(start, _add_months(start, months) - _DAY)


def between(kind: Kind, first: datetime.date, last: datetime.date) -> list[Period]:
    """Every period of a kind that touches the days from `first` to `last`, oldest first."""
    found = [containing(kind, first)]
    while found[-1].end < last:
        found.append(containing(kind, found[-1].end + _DAY))
    return found


_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def _closing_month(day: datetime.date) -> datetime.date:
    """The month in which the reporting period of `day` closes, on its 14th."""
    return _add_months(day.replace(day=1), 1) if day.day >= 15 else day.replace(day=1)


def _add_months(day: datetime.date, months: int) -> datetime.date:
    ordinal = day.year * 12 + day.month - 1 + months
    return day.replace(year=ordinal // 12, month=ordinal % 12 + 1)


def _a_year_back(day: datetime.date) -> datetime.date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def _span(period: Period, language: Language) -> str:
    if period == Period(datetime.date(period.end.year, 1, 1), containing("month", period.end).end):
        # One, three, six and twelve months have names of their own.
        months, year = period.end.month, period.end.year
        return Text(f"{months} tháng đầu năm {year}", f"first {months} months of {year}")[language]
    first, last = date(period.start, language), date(period.end, language)
    if period.start == period.end:
        return Text(f"ngày {first}", first)[language]
    return Text(f"từ {first} đến {last}", f"{first} to {last}")[language]


def _month(period: Period, language: Language) -> str:
    if language == "vi":
        return f"tháng {period.start.month}/{period.start.year}"
    return format_date(period.start, "MMMM yyyy", locale="en_GB")


def _quarter(period: Period, language: Language) -> str:
    quarter = (period.start.month - 1) // 3
    return Text(f"quý {ROMAN[quarter]}/{period.start.year}", f"Q{quarter + 1} {period.start.year}")[language]


def _half(period: Period, language: Language) -> str:
    which = Text("đầu", "first") if period.start.month == 1 else Text("cuối", "second")
    year = period.start.year
    return Text(f"6 tháng {which.vi} năm {year}", f"{which.en} half of {year}")[language]


def _year(period: Period, language: Language) -> str:
    return Text(f"năm {period.start.year}", f"year {period.start.year}")[language]


def _week(period: Period, language: Language) -> str:
    year, week, _ = period.start.isocalendar()
    name = Text("tuần", "week")[language]
    return f"{name} {week}/{year} ({period.start:%d/%m}–{period.end:%d/%m})"


_LABELS: dict[str, Callable[[Period, Language], str]] = {
    "month": _month,
    "quarter": _quarter,
    "half": _half,
    "year": _year,
    "week": _week,
}
