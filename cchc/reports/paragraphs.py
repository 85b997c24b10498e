"""What the dossiers of a period say, as paragraphs of a report; what judges stands only on figures that carry it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import LEVEL_NAMES, Filters
from cchc.figures.metrics import METRICS, target_for
from cchc.figures.periods import Period
from cchc.findings import summary
from cchc.reports.asked import Asked
from cchc.reports.paper import Annex, Piece, Prose, Table, say
from cchc.reports.phrases import inside, listed, two_digits
from cchc.schema import LEVELS, UNDATED_MOST
from cchc.statistics import compare
from cchc.text import NOT_AVAILABLE, capital, number, percent, points, within

_COUNTS = ("received", "resolved", "early", "on_day", "withdrawn", "late")
_RATES = ("on_time_rate", "online_rate")
FEW = "*"
FEW_NOTE = (
    f"{FEW} Tính trên dưới {METRICS['on_time_rate'].minimum} hồ sơ, hoặc trên {percent(UNDATED_MOST, 'vi', 0)} hồ sơ "
    "không có ngày hẹn trả: chỉ để biết, không đánh giá, không xếp hạng."
)


def received(asked: Asked, filters: Filters, where: str = "trên địa bàn") -> list[Prose]:
    """What was received and resolved: everything, by level, and online."""
    by_level = asked.run([*_COUNTS, *_RATES], filters, by=["level"], parts=True)
    total = summary.total(by_level, _RATES).iloc[0]
    found = [say(f"Tổng số hồ sơ TTHC tiếp nhận {where}: {number(total['received'], 'vi')} hồ sơ. {_outcomes(total)}")]
    rows = {str(row["level"]): row for _, row in by_level.iterrows() if row["received"] or row["resolved"]}
    if len(rows) > 1:
        found += [
            say(
                f"- {LEVEL_NAMES[level].vi}: tiếp nhận {number(rows[level]['received'], 'vi')} hồ sơ. "
                f"{_outcomes(rows[level])}"
            )
            for level in LEVELS
            if level in rows
        ]
    if not filters.channels:
        found.append(_online(asked, filters, total))
    return found


def brief(asked: Asked, filters: Filters, who: str) -> Prose:
    """The same for a part of the units, in one paragraph."""
    row = asked.run([*_COUNTS, *_RATES], filters, parts=True).iloc[0]
    return say(
        f"{who}: tiếp nhận {number(row['received'], 'vi')} hồ sơ, trong đó {number(row['online_rate_n'], 'vi')} hồ sơ "
        f"trực tuyến, chiếm {percent(row['online_rate'], 'vi')}. {_outcomes(row)}"
    )


def _outcomes(row: pd.Series) -> str:
    """How the resolved ones ended; withdrawn ones are among those on the day, as in form II.06a."""
    resolved = row["resolved"]
    if not resolved:
        return "Chưa giải quyết hồ sơ nào."
    early, on_day, late = (
        percent(each / resolved, "vi") for each in (row["early"], row["on_day"] + row["withdrawn"], row["late"])
    )
    known = trust.lacking(METRICS["on_time_rate"], row)
    lacking = f" Lưu ý: {known.vi}." if known else ""
    return (
        f"Đã giải quyết {number(resolved, 'vi')} hồ sơ, trong đó trước hạn đạt {early}, đúng hạn đạt {on_day}, "
        f"quá hạn chiếm {late} ({number(row['late'], 'vi')} hồ sơ).{lacking}"
    )


def _online(asked: Asked, filters: Filters, total: pd.Series) -> Prose:
    online = filters.with_choice("channels", ("online",))
    ended = asked.run(["resolved", "on_time_rate", "late_rate"], online, parts=True).iloc[0]
    share = f"{number(total['online_rate_n'], 'vi')}/{number(total['online_rate_d'], 'vi')} hồ sơ"
    judged = (
        f"; hồ sơ trực tuyến đã giải quyết trước và đúng hạn đạt {percent(ended['on_time_rate'], 'vi')}, quá hạn chiếm "
        f"{percent(ended['late_rate'], 'vi')}"
        if ended["resolved"] and trust.is_dated(METRICS["on_time_rate"], ended)
        else ""
    )
    return say(f"- Hồ sơ tiếp nhận trực tuyến: {share}, chiếm {percent(total['online_rate'], 'vi')}{judged}.")


# --- Comparison ---


@dataclass(frozen=True)
class Change:
    """A rate in two periods; `clear` when the 95 % interval of the difference leaves 0 out (Newcombe 1998)."""

    metric: str
    before: float
    now: float
    clear: bool

    @property
    def better(self) -> bool:
        return (self.now > self.before) == (METRICS[self.metric].direction != "down")

    def __str__(self) -> str:
        moved = "tăng" if self.now > self.before else "giảm"
        size = points(abs(self.now - self.before), "vi").lstrip("+")
        return (
            f"{within(METRICS[self.metric].label.vi)} {moved} {size}, từ {percent(self.before, 'vi')} "
            f"{'lên' if self.now > self.before else 'xuống'} {percent(self.now, 'vi')}"
        )


def change(metric: str, before: pd.Series, now: pd.Series) -> Change | None:
    """How a rate changed between two rows of figures with their parts; None where either has too few dossiers."""
    tops, bottoms = ([float(row[f"{metric}_{part}"]) for row in (now, before)] for part in "nd")
    if not all(trust.is_judged(METRICS[metric], row) for row in (before, now)):
        return None
    low, high = compare.newcombe(tops[0], bottoms[0], tops[1], bottoms[1])
    return Change(metric, tops[1] / bottoms[1], tops[0] / bottoms[0], bool(float(low) > 0 or float(high) < 0))


def compared(asked: Asked, earlier: Period, now: Filters) -> tuple[list[Prose], list[Change]]:
    """The period against an earlier one: rates in points, counts a week because periods differ in length."""
    rows = [asked.run([*_RATES, "received", "online"], each, parts=True).iloc[0] for each in (now.over(earlier), now)]
    changes = [found for metric in _RATES if (found := change(metric, *rows))]
    if not changes:
        return [], []
    weeks = [each.days / 7 for each in (earlier, now.period)]
    a_week = [number(row["online"] / length, "vi", 1) for row, length in zip(rows, weeks, strict=True)]
    said = "; ".join(map(str, changes))
    return [
        say(
            f"So với {inside(earlier)}: {said}. Bình quân mỗi tuần có {a_week[1]} hồ sơ trực tuyến, kỳ "
            f"trước đó là {a_week[0]} hồ sơ."
        )
    ], changes


# --- Judgements ---


def strengths(asked: Asked, now: Filters, changes: Sequence[Change]) -> list[str]:
    """Sentences of praise that the figures carry: the on-time target met, and clear improvements."""
    row = asked.run(["on_time_rate"], now, parts=True).iloc[0]
    target = target_for("on_time_rate", asked.snapshot.references, now.end)
    found = []
    if target and trust.is_judged(METRICS["on_time_rate"], row) and row["on_time_rate"] >= target.value:
        found.append(
            f"Tỷ lệ hồ sơ giải quyết trước và đúng hạn đạt {percent(row['on_time_rate'], 'vi')}, đạt chỉ tiêu "
            f"{METRICS['on_time_rate'].show_target(target.value, 'vi')}"
        )
    return found + [capital(str(each)) for each in changes if each.clear and each.better]


def weaknesses(asked: Asked, now: Filters, changes: Sequence[Change]) -> list[str]:
    """Sentences of concern that the figures carry: units short of their target, overdue dossiers, clear falls."""
    by_unit = asked.run(["on_time_rate", "late", "resolved", "open_overdue"], now, by=["unit"], parts=True)
    names = asked.snapshot.references.units
    found = []
    if late := int(by_unit["late"].sum()):
        found.append(
            f"Còn {number(late, 'vi')} hồ sơ giải quyết quá hạn trên {number(by_unit['resolved'].sum(), 'vi')} hồ sơ"
        )
    if short := summary.short_of_target(by_unit, asked.snapshot, now):
        worst = [f"{names[row['unit']].name} ({percent(row['on_time_rate'], 'vi')})" for row in short[:3]]
        found.append(
            f"{two_digits(len(short))} đơn vị chưa đạt chỉ tiêu trước và đúng hạn, thấp nhất là {listed(worst)}"
        )
    if overdue := int(by_unit["open_overdue"].sum()):
        found.append(f"{number(overdue, 'vi')} hồ sơ đang giải quyết đã quá hạn vào cuối kỳ")
    return found + [capital(str(each)) for each in changes if each.clear and not each.better]


def sentences(clauses: Sequence[str]) -> list[Prose]:
    """One paragraph each, as lists in papers are."""
    return [say(f"- {each}.") for each in clauses]


# --- By unit ---


def by_unit(asked: Asked, now: Filters, title: str) -> Annex:
    """A supplement with a line a unit, everything together last."""
    metrics = [*_COUNTS, "online", *_RATES]
    frame = asked.run(metrics, now, by=["unit"], parts=True)
    names = asked.snapshot.references.units
    units = asked.in_order(frame["unit"])
    rows = {str(row["unit"]): row for _, row in frame.iterrows()}
    lines: list[tuple[Piece | int, ...]] = [
        (place, names[unit].name, *_cells(rows[unit])) for place, unit in enumerate(units, start=1)
    ]
    lines.append(("", "Tổng cộng", *_cells(summary.total(frame, _RATES).iloc[0])))
    heads = (
        "TT", "Đơn vị", "Tiếp nhận", "Trực tuyến", "Tỷ lệ trực tuyến", "Đã giải quyết", "Trước hạn", "Đúng hạn",
        "Quá hạn", "Tỷ lệ trước và đúng hạn",
    )  # fmt: skip
    widths = (5, 30, 9, 9, 11, 9, 9, 9, 9, 12)
    few = any(FEW in str(cell) for line in lines for cell in line)
    notes = (say(FEW_NOTE),) if few else ()
    return Annex(title, (Table(heads, widths, tuple(lines), frozenset({len(lines) - 1})), *notes), landscape=True)


def _cells(row: pd.Series) -> tuple[Piece | int, ...]:
    return (
        int(row["received"]), int(row["online"]), rate(row, "online_rate"), int(row["resolved"]), int(row["early"]),
        int(row["on_day"] + row["withdrawn"]), int(row["late"]), rate(row, "on_time_rate"),
    )  # fmt: skip


def rate(row: pd.Series, metric: str) -> str:
    """A rate for a cell of a table, marked where it is over too few dossiers to be judged."""
    if not row[f"{metric}_d"]:
        return NOT_AVAILABLE
    few = "" if trust.is_judged(METRICS[metric], row) else FEW
    return percent(row[metric], "vi") + few
