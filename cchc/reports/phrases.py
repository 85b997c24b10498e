"""How official papers write periods, days, counts, shares, names and lists."""

import datetime
import math
import re
from collections.abc import Sequence
from fractions import Fraction

from cchc.figures.periods import ROMAN, Period
from cchc.schema import MINIMUM, UNDATED_MOST
from cchc.text import date, number, percent, within

_PER_CENT = re.compile(r"(?<=\d)[ \u00a0]%")
# A day below 10 and the months 1 and 2 have a leading zero, other months none (Nghị định 30/2020/NĐ-CP, II.4.b).
_MONTH = re.compile(r"(?<!\d)(\d\d)/0([3-9])/(\d{4})(?!\d)")
# Words before the proper name of a unit of the country; small inside a sentence but before a number (II.III.1 there).
_KIND_OF_PLACE = re.compile(r"(Xã|Phường|Thị trấn|Thị xã|Huyện|Quận|Thành phố|Tỉnh|Đặc khu) (?!\d)")
_WHOLE = 10_000  # hundredths of a per cent
FEW = "*"
FEW_NOTE = (
    f"{FEW} Tính trên dưới {MINIMUM} hồ sơ, hoặc trên {percent(UNDATED_MOST, 'vi', 0)} hồ sơ "
    "không có ngày hẹn trả: chỉ để biết, không đánh giá, không xếp hạng."
)


def written(text: str) -> str:
    """Percentages and days as papers write them, whatever wrote them: 37,14%; 28/9/2023; 04/5/2023; 15/02/2024."""
    return _MONTH.sub(r"\1/\2/\3", _PER_CENT.sub("%", text))


def named(unit: str) -> str:
    """The name of a unit inside a sentence: "xã Thanh Hải", "Bộ phận Một cửa huyện", "Phường 1"."""
    return within(unit) if _KIND_OF_PLACE.match(unit) else unit


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


def dated(day: datetime.date) -> str:
    """The day of a paper: "ngày 04 tháng 5 năm 2023", as Nghị định 30/2020/NĐ-CP, II.4.b, writes it."""
    month = f"0{day.month}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def inside(period: Period) -> str:
    """A period inside a sentence: "quý I năm 2023", "thời gian từ ngày 30/06/2023 đến ngày 28/09/2023"; one from the
    15th to the 14th with its days."""
    name, span = within(period_name(period)), within(days(period))
    if period.kind.endswith("_15"):
        return f"{name}, {span}"
    return f"thời gian {name}" if name == span else name


def two_digits(count: float) -> str:
    """A count of things other than dossiers, as papers write it: 05, 26."""
    return f"0{count:.0f}" if 0 <= count < 10 else number(count, "vi")


def listed(names: Sequence[str]) -> str:
    """ "A, B và C"."""
    return " và ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


# --- Shares and changes ---


def share(part: float, whole: float) -> str:
    """ "37,14%"; "100%" and "0%" only of all and of none."""
    return rate(part / whole) if whole else "không phát sinh"


def rate(fraction: float) -> str:
    """The same of a fraction."""
    return f"{fraction:.0%}" if fraction in (0, 1) else written(percent(fraction, "vi"))


def shares(parts: Sequence[float]) -> tuple[list[str], str]:
    """What each part is of their sum, which is not 0; printed, they add up to 100 % (largest remainder). And a mark
    where one is therefore rounded otherwise than it would be alone."""
    whole = int(sum(parts))
    exact = [Fraction(int(part) * _WHOLE, whole) for part in parts]
    units = [math.floor(each) for each in exact]
    for place in sorted(range(len(parts)), key=lambda n: units[n] - exact[n])[: _WHOLE - sum(units)]:
        units[place] += 1
    alone = [math.floor(each + Fraction(1, 2)) for each in exact]
    said = [
        share(part, whole) if part in (0, whole) or unit == own else f"{number(unit / 100, 'vi', 2)}%"
        for part, unit, own in zip(parts, units, alone, strict=True)
    ]
    return said, "" if units == alone else " (tỷ lệ làm tròn để cộng đủ 100%)"


def counted(what: str, now: float, before: float) -> str:
    """How a count of dossiers changed: "hồ sơ tiếp nhận tăng 56 hồ sơ (1,40%), từ 4.005 lên 4.061"; in per cent only of
    a count that was not small."""
    if not now and not before:
        return f"không phát sinh {what} ở cả hai kỳ"
    if now == before:
        return f"{what} không đổi ({number(now, 'vi')} hồ sơ)"
    up, size = now > before, abs(now - before)
    of_all = f" ({share(size, before)})" if before >= MINIMUM else ""
    return (
        f"{what} {'tăng' if up else 'giảm'} {number(size, 'vi')} hồ sơ{of_all}, từ {number(before, 'vi')} "
        f"{'lên' if up else 'xuống'} {number(now, 'vi')}"
    )
