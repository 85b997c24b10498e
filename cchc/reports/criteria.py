"""Criteria, points and bands that an area declares, and how its units stand against them, with the evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from cchc.figures import trust
from cchc.figures.metrics import METRICS, Metric
from cchc.findings import summary
from cchc.reports.asked import Asked
from cchc.reports.paper import Box, Link
from cchc.reports.phrases import FEW_NOTE, period_name
from cchc.reports.sheet import Cell, Formula, Line, Sheet
from cchc.statistics import compare
from cchc.text import NOT_AVAILABLE, legible, rounded

# The first column of points in a sheet of units and criteria.
FIRST = 2
EVIDENCE = "Bằng chứng"
WHOLE, CHOSEN = "Toàn địa bàn", "Các đơn vị đã chọn"
_LONGEST = 100
_PLAIN = str.maketrans('"{}', "”()")
TOO_FEW = "Chưa đủ dữ liệu"
_HEADS = (
    "TT", "Đơn vị", "Tiêu chí", "Số hồ sơ đạt", "Số hồ sơ tính", "Tỷ lệ", "Cận dưới 95 %", "Cận trên 95 %", "Điểm",
    "Điểm theo cận trên", "Xem số liệu",
)  # fmt: skip
_FORMATS = ("", "", "", "#,##0", "#,##0", "0.00%", "0.00%", "0.00%", "0.00", "0.00", "")
_POINTS, _MOST = "I", "J"


@dataclass(frozen=True)
class Criterion:
    """What is judged: its share of all points; the rate that carries it, full from `full` on, where dossiers do."""

    code: str
    name: str
    points: float
    metric: str | None
    full: float

    def points_of(self, rate: float) -> float:
        return min(self.points, self.points * rate / self.full)


@dataclass(frozen=True)
class Scheme:
    """Criteria and bands, best first, of one kind of assessment; `coverage` is the least share of all points that must
    be judged."""

    criteria: tuple[Criterion, ...]
    bands: tuple[tuple[str, float], ...]
    source: str
    coverage: float

    @property
    def points(self) -> float:
        return sum(each.points for each in self.criteria)

    @property
    def carried(self) -> tuple[Criterion, ...]:
        """Those that figures carry."""
        return tuple(each for each in self.criteria if each.metric)

    def band(self, points: float) -> str:
        """The band of so many points, as far as they are shown."""
        return next(name for name, first in self.bands if rounded(points, 2) >= first)

    def band_formula(self, points: str) -> str:
        """The same for a cell."""
        *others, (last, _) = self.bands
        text = f'"{last}"'
        for name, first in reversed(others):
            text = f'IF(ROUND({points},2)>={first:g},"{name}",{text})'
        return text


def scheme(asked: Asked, kind: str) -> Scheme:
    """What the area declares in the table of this kind. Raises UserError naming file and key where that is wrong."""
    with asked.settings.checking(kind) as table:
        criteria = tuple(_criterion(each) for each in table["criteria"])
        bands = tuple((_name(each), float(each["from"])) for each in table["bands"])
        if len({each.code for each in criteria}) < len(criteria) or not criteria:
            raise ValueError("code")
        if not bands or bands[-1][1] != 0 or list(bands) != sorted(bands, key=lambda band: -band[1]):
            raise ValueError("bands")
        return Scheme(criteria, bands, str(table["source"]), float(table.get("coverage", 0)))


def _criterion(table: Mapping[str, Any]) -> Criterion:
    metric, points, full = table.get("metric"), float(table["points"]), float(table.get("full", 1))
    if metric is not None and (metric not in METRICS or not METRICS[metric].is_rate):
        raise ValueError(f"metric = {metric}")
    if not (points > 0 and 0 < full <= 1):
        raise ValueError(f"points = {points}, full = {full}")
    return Criterion(str(table["code"]), _name(table), points, metric, full)


def _name(table: Mapping[str, Any]) -> str:
    """A name that can stand in a formula as text, and in a place where braces are filled in."""
    return " ".join(legible(str(table["name"])).split())[:_LONGEST].translate(_PLAIN)


@dataclass(frozen=True)
class Standing:
    """One unit ("" is the whole area) under one criterion: how many dossiers met it, of how many."""

    unit: str
    criterion: Criterion
    met: float
    cases: float
    # Enough dossiers and due dates to be judged; whether due dates are there; why it is not judged.
    is_enough: bool
    is_dated: bool
    why: str

    @property
    def rate(self) -> float:
        return self.met / self.cases if self.cases else float("nan")

    @cached_property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the rate (Wilson 1927)."""
        low, high = compare.wilson(self.met, self.cases)
        return float(low), float(high)

    @property
    def points(self) -> float:
        return self.criterion.points_of(self.rate)

    @property
    def most(self) -> float:
        """The points at the upper end of the interval."""
        return self.criterion.points_of(self.interval[1])


Standings = dict[str, list[Standing]]


def standings(asked: Asked, scheme: Scheme) -> Standings:
    """For the whole area (under "") and each unit with dossiers, by level and name, all criteria figures carry; one
    statement."""
    names = [each.metric for each in scheme.carried if each.metric]
    frame = asked.run(["handled", *names], asked.filters, by=["unit"], parts=True)
    rows = {str(row["unit"]): row for _, row in frame.iterrows() if row["handled"]}
    rows = {"": summary.total(frame, names).iloc[0]} | {unit: rows[unit] for unit in asked.in_order(rows)}
    return {
        unit: [_standing(unit, each, METRICS[each.metric], row) for each in scheme.carried if each.metric]
        for unit, row in rows.items()
    }


def _standing(unit: str, criterion: Criterion, metric: Metric, row: pd.Series) -> Standing:
    judged, dated = bool(trust.is_judged(metric, row)), bool(trust.is_dated(metric, row))
    why = "" if judged or not (known := trust.caution(metric, row)) else known.vi
    met, cases = (float(row[f"{metric.name}_{part}"]) for part in "nd")
    return Standing(unit, criterion, met, cases, judged, dated, why)


def name_of(asked: Asked, unit: str) -> str:
    """The name of a unit, or of all that are asked about together."""
    if unit:
        return asked.snapshot.references.units[unit].name
    return CHOSEN if asked.filters.units or asked.filters.levels else WHOLE


# --- The evidence ---


@dataclass(frozen=True)
class Evidence:
    """The sheet with a line for every standing, and where each unit's lines are."""

    sheet: Sheet
    first: Mapping[str, int]

    def point(self, standing: Standing, place: int) -> Formula:
        """A reference to the points of a unit under its criterion in that place."""
        row = self.sheet.row(self.first[standing.unit] + place)
        return Formula(f"'{EVIDENCE}'!{_POINTS}{row}", standing.points)

    def gained(self, unit: str, count: int) -> str:
        """The sum of squares of what the upper ends give a unit with so many criteria, as part of a formula."""
        first, last = self.sheet.row(self.first[unit]), self.sheet.row(self.first[unit] + count - 1)
        points, most = (f"'{EVIDENCE}'!{column}{first}:{column}{last}" for column in (_POINTS, _MOST))
        return f"SUMXMY2({most},{points})"


def evidence(asked: Asked, standings: Standings, source: str, least: int = 1) -> Evidence:
    """Each rate with its counts, its interval and the page that shows its dossiers; points where there are at least
    `least` dossiers."""
    lines: list[Line] = []
    first = {}
    for unit, standing in standings.items():
        first[unit] = len(lines)
        lines += [_line(asked, each, first[unit] + place, least) for place, each in enumerate(standing)]
    return Evidence(
        Sheet(
            name=EVIDENCE,
            above=above("BẰNG CHỨNG CỦA ĐIỂM", asked, len(_HEADS)),
            heads=tuple(Box(head, 0, column) for column, head in enumerate(_HEADS)),
            lines=tuple(lines),
            widths=(6, 34, 30, 11, 11, 11, 11, 11, 9, 11, 14),
            formats=_FORMATS,
            centred=(0, 10),
            notes=(
                *(
                    [FEW_NOTE]
                    if any(each.cases and not each.is_enough for of in standings.values() for each in of)
                    else []
                ),
                f"Nguồn của tiêu chí và mức xếp loại: {source}",
                "Khoảng tin cậy 95 % theo Wilson (1927).",
            ),
        ),
        first,
    )


def _line(asked: Asked, standing: Standing, line: int, least: int) -> Line:
    criterion, filters = standing.criterion, asked.filters
    cells: list[Cell] = [str(line + 1), name_of(asked, standing.unit), f"{criterion.code}. {criterion.name}"]
    cells += [int(standing.met), int(standing.cases)]
    if standing.cases:
        cells += [Formula("D{0}/E{0}", standing.rate, (line,), few=not standing.is_enough), *standing.interval]
    else:
        cells += [NOT_AVAILABLE] * 3
    if standing.cases >= least and standing.is_dated:
        full = f"{criterion.points:g}"
        for column, value in (("F", standing.points), ("H", standing.most)):
            cells.append(Formula(f"MIN({full},{full}*{column}{{0}}/{criterion.full:g})", value, (line,)))
    else:
        cells += [None, None]
    one = filters.narrow("unit", standing.unit) if standing.unit else filters
    cells.append(Link("Mở", asked.link("tra-cuu", one, metric=_with_counts(criterion.metric or ""))))
    return Line(tuple(cells), "row" if standing.unit else "sum")


def _with_counts(name: str) -> list[str]:
    """A rate and what it is made of, as far as that is a figure of its own."""
    metric = METRICS[name]
    return [name, *(each for each in (*metric.numerator, *metric.denominator) if each in METRICS)]


def above(title: str, asked: Asked, columns: int) -> tuple[Box, ...]:
    """The title of a sheet and the days it is about."""
    texts = (title, f"{period_name(asked.filters.period)} ({asked.days})")
    return tuple(Box(text, row, 0, columns, bold=row == 0) for row, text in enumerate(texts))


def heads(columns: Sequence[Criterion], sums: Sequence[str]) -> tuple[Box, ...]:
    """The headings over unit, criteria with their codes, and what follows from these."""
    after = FIRST + len(columns)
    return (
        *(Box(text, 0, column, rows=2) for column, text in enumerate(("TT", "Đơn vị"))),
        *(Box(each.name, 0, FIRST + place) for place, each in enumerate(columns)),
        *(Box(each.code, 1, FIRST + place) for place, each in enumerate(columns)),
        *(Box(text, 0, after + place, rows=2) for place, text in enumerate(sums)),
    )
