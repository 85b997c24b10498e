"""How official papers write periods, counts and lists."""

from collections.abc import Sequence

from cchc.figures.periods import ROMAN, Period
from cchc.text import date, number, within


def period_name(period: Period) -> str:
    """A period as papers name it: "Tháng 6 năm 2023", "Quý II năm 2023"; its days where it has no name.

    A reporting period, from the 15th to the 14th, has the name of the one it closes in.
    """
    kind, last = period.kind.removesuffix("_15"), period.end
    names = {
        "month": f"Tháng {last.month} năm {last.year}",
        "quarter": f"Quý {ROMAN[(last.month - 1) // 3]} năm {last.year}",
        "half": f"6 tháng {'đầu' if last.month <= 6 else 'cuối'} năm {last.year}",
        "nine": f"9 tháng năm {last.year}",
        "year": f"Năm {last.year}",
        "day": f"Ngày {date(last, 'vi')}",
    }
    return names.get(kind, days(period))


def days(period: Period) -> str:
    """ "Từ ngày 01/01/2023 đến ngày 31/03/2023"."""
    return f"Từ ngày {date(period.start, 'vi')} đến ngày {date(period.end, 'vi')}"


def inside(period: Period) -> str:
    """A period inside a sentence: "quý I năm 2023", "thời gian từ ngày 30/06/2023 đến ngày 28/09/2023"."""
    name = within(period_name(period))
    return f"thời gian {name}" if name == within(days(period)) else name


def two_digits(count: float) -> str:
    """A count of things other than dossiers, as papers write it: 05, 26."""
    return f"0{count:.0f}" if 0 <= count < 10 else number(count, "vi")


def listed(names: Sequence[str]) -> str:
    """ "A, B và C"."""
    return " và ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
