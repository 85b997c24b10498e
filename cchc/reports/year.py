"""The table of a report that sets its period, and the year up to its end, beside the same days a year earlier."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period, containing
from cchc.reports.asked import Asked
from cchc.reports.paper import Annex, Box, Piece, Prose, Table, say
from cchc.reports.paragraphs import noted, rate
from cchc.reports.phrases import FEW, FEW_NOTE, counted, period_name, share
from cchc.schema import MINIMUM
from cchc.store.coverage import is_covered
from cchc.text import NOT_AVAILABLE, date, moved, number, points

# Lines of the table: what each is called, and the counts it adds up.
_COUNTS = {
    "Hồ sơ tiếp nhận": ("received",),
    "Trong đó: trực tuyến": ("online",),
    "Hồ sơ đã giải quyết": ("resolved",),
    "Trong đó: trước hạn": ("early",),
    "Trong đó: đúng hạn": ("on_day", "withdrawn"),
    "Trong đó: quá hạn": ("late",),
}
_RATES = ("on_time_rate", "online_rate", "components_digitised_rate", "result_digitised_rate")
_OF_CHANNELS = ("online", "online_rate")


@dataclass(frozen=True)
class _Column:
    """Figures of a period, `named` so, and of the same days a year earlier where the data covers them."""

    named: str
    now: pd.Series
    before: pd.Series | None

    @property
    def heads(self) -> tuple[str, ...]:
        """The headings of its columns, below its name where there are several."""
        return (self.named,) if self.before is None else ("Thực hiện", "Cùng kỳ năm trước", "Tăng (+), giảm (-)")


def annex(asked: Asked) -> list[Annex]:
    """The supplement with the table; none where the period is the year so far and the data covers none before.

    A period the data does not cover to its end is held against as many days. A year of reporting periods runs from 15
    December (Thông tư 06/2025/TT-TTCP, art. 7).
    """
    period, so_far = Period(asked.filters.start, asked.until), _year(asked)
    columns = [_column(asked, period, _name(asked.filters.period, period))]
    if so_far:
        columns.append(_column(asked, so_far, f"Lũy kế từ đầu năm {so_far.end.year}"))
    if len(columns) == 1 and columns[0].before is None:
        return []
    heads = ("TT", "Nội dung", *(head for column in columns for head in column.heads))
    widths = (8, 40, *(width for column in columns for width in (18, 18, 26)[: len(column.heads)]))
    rows = tuple((place, *line) for place, line in enumerate(_lines(columns, _shown(asked.filters)), start=1))
    few = any(FEW in str(cell) for row in rows for cell in row)
    title = "Kết quả trong kỳ, lũy kế từ đầu năm" if so_far else "Kết quả trong kỳ"
    if any(column.before is not None for column in columns):
        title += " và so với cùng kỳ năm trước"
    notes = (*([say(FEW_NOTE)] if few else []), *noted(pd.DataFrame([column.now for column in columns])))
    return [Annex(title, (Table(heads, widths, rows, over=_over(columns)), *notes), landscape=True)]


def _over(columns: Sequence[_Column]) -> tuple[Box, ...]:
    """The name of each period above the several columns it has."""
    places = accumulate((len(column.heads) for column in columns), initial=2)
    return tuple(
        Box(column.named, 0, place, len(column.heads))
        for column, place in zip(columns, places, strict=False)
        if column.before is not None
    )


def so_far(asked: Asked) -> list[Prose]:
    """The year up to the end of the period in one sentence, and how its counts changed against the same days a year
    earlier, where the data covers them."""
    year = _year(asked)
    if not year:
        return []
    names, earlier = ("received", "resolved", "late"), year.year_before()
    now = asked.run(names, asked.filters.over(year), parts=True).iloc[0]
    lacking = trust.lacking(METRICS["late"], now)
    said = (
        f"- Lũy kế từ đầu năm {year.end.year} đến ngày {date(year.end, 'vi')}: tiếp nhận "
        f"{number(now['received'], 'vi')} hồ sơ, đã giải quyết {number(now['resolved'], 'vi')} hồ sơ, trong đó "
        + (f"quá hạn {number(now['late'], 'vi')} hồ sơ" if now["late"] else "không có hồ sơ quá hạn")
        + (f" ({lacking.vi})" if lacking else "")
    )
    if not is_covered(earlier, asked.snapshot):
        return [say(f"{said}.")]
    before = asked.run(names, asked.filters.over(earlier), parts=True).iloc[0]
    changes = "; ".join(
        counted(what, now[name], before[name])
        for name, what in (("received", "hồ sơ tiếp nhận"), ("late", "hồ sơ giải quyết quá hạn"))
        if all(trust.is_judged(METRICS[name], row) for row in (now, before))
    )
    return [say(f"{said}. So với cùng kỳ năm trước, {changes}.")]


def up_to(asked: Asked) -> Period:
    """The year from its first day, of reporting periods where the period is one, to the end of the period."""
    kind: Literal["year", "year_15"] = "year_15" if asked.filters.period.kind.endswith("_15") else "year"
    return Period(containing(kind, asked.until).start, asked.until)


def _year(asked: Asked) -> Period | None:
    """The year up to the end of the period, where that is more than the period and the data covers it."""
    found = up_to(asked)
    return found if found.start < asked.filters.start and is_covered(found, asked.snapshot) else None


def _name(whole: Period, covered: Period) -> str:
    named = period_name(whole)
    return "Trong kỳ" if whole != covered or named.startswith("Từ ngày") else named


def _column(asked: Asked, period: Period, named: str) -> _Column:
    earlier = period.year_before()
    names = [*(name for counts in _COUNTS.values() for name in counts), *_RATES]

    def figures(over: Period) -> pd.Series:
        return asked.run(names, asked.filters.over(over), parts=True).iloc[0]

    if not is_covered(earlier, asked.snapshot):
        return _Column(named, figures(period), None)
    return _Column(named, figures(period), figures(earlier))


def _shown(filters: Filters) -> list[str]:
    """Which lines: nothing of a channel of a selection of channels."""
    return [
        name for name in (*_COUNTS, *_RATES)
        if not (filters.channels and (name in _OF_CHANNELS or _COUNTS.get(name) == ("online",)))
    ]  # fmt: skip


def _lines(columns: Sequence[_Column], shown: Sequence[str]) -> list[tuple[Piece | int, ...]]:
    counted = [
        (name, *(cell for column in columns for cell in _count(column, _COUNTS[name])))
        for name in shown
        if name in _COUNTS
    ]
    rates = [
        (METRICS[name].label.vi, *(cell for column in columns for cell in _rate(column, name)))
        for name in shown
        if name in _RATES and any(column.now[f"{name}_d"] for column in columns)
    ]
    return [*counted, *rates]


def _count(column: _Column, names: Sequence[str]) -> tuple[Piece | int, ...]:
    now = int(sum(column.now[name] for name in names))
    if column.before is None:
        return (now,)
    before = int(sum(column.before[name] for name in names))
    if not all(trust.is_judged(METRICS[name], row) for name in names for row in (column.now, column.before)):
        return now, before, NOT_AVAILABLE
    if now == before:
        return now, before, "Không đổi"
    of_all = f" ({share(abs(now - before), before)})" if before >= MINIMUM else ""
    return now, before, f"{number(now - before, 'vi', signed=True)}{of_all}"


def _rate(column: _Column, name: str) -> tuple[Piece | int, ...]:
    now = rate(column.now, name)
    if column.before is None:
        return (now,)
    both = all(trust.is_judged(METRICS[name], row) for row in (column.now, column.before))
    change = moved(column.now[name], column.before[name], 4) if both else None
    said = NOT_AVAILABLE if change is None else points(change, "vi") if change else "Không đổi"
    return now, rate(column.before, name), said
