"""What the dossiers of a period say, as paragraphs of a report; what judges stands only on figures that carry it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import LEVEL_NAMES, Filters
from cchc.figures.metrics import METRICS, target_for
from cchc.figures.periods import Period
from cchc.findings import summary, trends
from cchc.reports import phrases, ranking
from cchc.reports.asked import Asked
from cchc.reports.paper import Annex, Blank, Box, Letterhead, Piece, Prose, Table, say, to_fill
from cchc.reports.phrases import FEW, FEW_NOTE, counted, inside, share, shares, two_digits
from cchc.schema import LEVELS
from cchc.text import NOT_AVAILABLE, capital, date, moved, number, percent, points, within

_COUNTS = ("received", "resolved", "early", "on_day", "withdrawn", "late")
_RATES = ("on_time_rate", "online_rate")
# What is done without paper.
DIGITAL = ("components_digitised_rate", "result_digitised_rate", "online_payment_rate")
# The counts that are compared, as they are called in a sentence.
_COMPARED = {
    "received": "hồ sơ tiếp nhận",
    "resolved": "hồ sơ đã giải quyết",
    "late": "hồ sơ giải quyết quá hạn",
    "online": "hồ sơ trực tuyến",
}
_RANK_NOTE = (
    "Xếp hạng trong các đơn vị cùng cấp theo tỷ lệ trước và đúng hạn; tỷ lệ bằng nhau thì cùng hạng. Chênh lệch nhỏ có "
    "thể chỉ là ngẫu nhiên: đơn vị thật sự khác các đơn vị còn lại được nêu ở phần đánh giá."
)


def opening(head: Letterhead, report: str) -> list[Prose]:
    """What asks for the paper, and that the office reports; a place to fill where the area does not say what asks."""
    office = to_fill(head.name)
    basis: list[Piece] = [each.rstrip(" ;,.") for each in head.basis]
    if len(basis) > 1:
        return [*(say(f"{each};") for each in basis), say(office, f" {report}")]
    return [say(*basis or [Blank("căn cứ lập báo cáo")], ", ", office, f" {report}")]


def received(asked: Asked, filters: Filters, where: str = "") -> list[Prose]:
    """What was received and resolved `where`, in the territory asked about if not said: all, by level, and online."""
    where = where or (asked.territory if filters.units or filters.levels else "trên địa bàn")
    by_level = asked.run([*_COUNTS, *_RATES], filters, by=["level"], parts=True)
    total = summary.total(by_level, _RATES).iloc[0]
    which = f" {asked.dossiers}" if asked.dossiers else ""
    count = number(total["received"], "vi")
    found = [say(f"Tổng số hồ sơ TTHC{which} tiếp nhận {where}: {count} hồ sơ. {_outcomes(total)}")]
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
    online, filed = row["online_rate_n"], row["online_rate_d"]
    share_of_it = f", trong đó {number(online, 'vi')} hồ sơ trực tuyến, chiếm {share(online, filed)}" if online else ""
    none = ", không có hồ sơ trực tuyến" if filed and not online else ""
    return say(f"{who}: tiếp nhận {number(row['received'], 'vi')} hồ sơ{share_of_it}{none}. {_outcomes(row)}")


def _outcomes(row: pd.Series) -> str:
    """How the resolved ones ended; withdrawn ones are among those on the day, as in form II.06a."""
    if not row["resolved"]:
        return "Chưa giải quyết hồ sơ nào."
    ended = {"trước hạn": row["early"], "đúng hạn": row["on_day"] + row["withdrawn"], "quá hạn": row["late"]}
    return f"Đã giải quyết {number(row['resolved'], 'vi')} hồ sơ, trong đó {_split(ended)}.{_lacking(row)}"


def _lacking(row: pd.Series) -> str:
    known = trust.lacking(METRICS["on_time_rate"], row)
    return f" Lưu ý: {known.vi}." if known else ""


def noted(rows: pd.DataFrame) -> list[Prose]:
    """Below a table of these rows: how large a share of the dossiers has no due date, where that is to be noted."""
    known = trust.lacking_in(rows)
    return [say(f"Lưu ý: {known.vi}.")] if known else []


def _split(ended: dict[str, float]) -> str:
    """Every way dossiers ended in per cent that add up; of late ones their number too."""
    said, rounding = shares([*ended.values()])
    late = number(ended["quá hạn"], "vi")
    clauses = [
        f"không có hồ sơ {how}" if not count
        else f"{how} chiếm {each} ({late} hồ sơ)" if how == "quá hạn"
        else f"{how} đạt {each}"
        for (how, count), each in zip(ended.items(), said, strict=True)
    ]  # fmt: skip
    return ", ".join(clauses) + rounding


def _online(asked: Asked, filters: Filters, total: pd.Series) -> Prose:
    if not total["online_rate_d"]:
        none = "Số liệu không ghi hình thức nộp hồ sơ" if total["received"] else "Không phát sinh hồ sơ tiếp nhận"
        return say(f"- {none}.")
    online = filters.with_choice("channels", ("online",))
    ended = asked.run(["resolved", "on_time_rate", "late"], online, parts=True).iloc[0]
    part, whole = total["online_rate_n"], total["online_rate_d"]
    filed = (
        f"Hồ sơ tiếp nhận trực tuyến: {number(part, 'vi')}/{number(whole, 'vi')} hồ sơ, chiếm {share(part, whole)}"
        if part
        else f"Không phát sinh hồ sơ tiếp nhận trực tuyến trong {number(whole, 'vi')} hồ sơ tiếp nhận"
    )
    if not ended["resolved"] or not trust.is_dated(METRICS["on_time_rate"], ended):
        return say(f"- {filed}.")
    outcomes = _split({"trước và đúng hạn": ended["on_time_rate_n"], "quá hạn": ended["late"]})
    said = f"- {filed}; trong {number(ended['resolved'], 'vi')} hồ sơ trực tuyến đã giải quyết, {outcomes}."
    return say(said + _lacking(ended))


# --- Comparison ---


@dataclass(frozen=True)
class Change:
    """A rate in two periods; `clear` when the later one has really changed (`Trend.change_in`), to the side on which
    the two rates as printed differ. `against` says whose it is and against when."""

    metric: str
    before: float
    now: float
    clear: bool
    against: str = ""

    @property
    def moved(self) -> float:
        """The difference of the two rates as printed."""
        return moved(self.now, self.before, 4)

    @property
    def better(self) -> bool:
        return (self.moved > 0) == (METRICS[self.metric].direction != "down")

    @property
    def judged(self) -> str:
        """The change as a sentence of its own."""
        return f"{capital(self.against)}, {self}"

    def __str__(self) -> str:
        label, now = within(METRICS[self.metric].label.vi), phrases.rate(self.now)
        if not self.moved:
            return f"{label} không đổi ({now})"
        up, size = self.moved > 0, points(abs(self.moved), "vi").lstrip("+")
        return (
            f"{label} {'tăng' if up else 'giảm'} {size}, từ {phrases.rate(self.before)} "
            f"{'lên' if up else 'xuống'} {now}"
        )


def change(metric: str, before: pd.Series, now: pd.Series, side: int) -> Change | None:
    """How a rate changed between two rows of figures with their parts, of which the later one is really higher (1),
    lower (-1) or neither; None where either has too few dossiers."""
    tops, bottoms = ([float(row[f"{metric}_{part}"]) for row in (now, before)] for part in "nd")
    if not all(trust.is_judged(METRICS[metric], row) for row in (before, now)):
        return None
    found = Change(metric, tops[1] / bottoms[1], tops[0] / bottoms[0], clear=False)
    return replace(found, clear=side * found.moved > 0)


def compared(
    asked: Asked, earlier: Period, now: Filters, called: str = "", rates: Sequence[str] = _RATES, who: str = ""
) -> tuple[list[Prose], list[Change]]:
    """The period against an earlier one: counts as counts where the two are of one kind, else a week, because they
    differ in length; rates in points. `called` is what papers call the earlier one, `who` whose figures they are.
    Nothing of a channel is said of a selection of channels."""
    asked_of = [name for name in (*_COMPARED, *rates) if not (now.channels and name in ("online", "online_rate"))]
    before, after = (asked.run(asked_of, each, parts=True).iloc[0] for each in (now.over(earlier), now))
    named_so = inside(earlier).removeprefix("thời gian ")
    against = f"{who}so với {f'{called} ({named_so})' if called else inside(earlier)}"
    found = [change(metric, before, after, _side(asked, now, metric)) for metric in rates if metric in asked_of]
    changes = [replace(each, against=against) for each in found if each]
    period = Period(now.start, min(now.end, asked.snapshot.as_of))
    alike = period.kind == earlier.kind and (period.kind != "custom" or period.days == earlier.days)
    counts = [
        counted(_COMPARED[name], after[name], before[name])
        for name in _COMPARED
        if name in asked_of and all(trust.is_judged(METRICS[name], row) for row in (before, after))
    ]
    if not (counts if alike else changes):
        return [], []
    said = "; ".join([*(counts if alike else []), *map(str, changes)])
    week = "" if alike else _a_week(before, after, earlier, period)
    return [say(f"{capital(against)}: {said}.{week}")], changes


def _a_week(before: pd.Series, after: pd.Series, earlier: Period, period: Period) -> str:
    name = "online" if "online" in after else "received"
    then, now = (
        number(row[name] * 7 / each.days, "vi", 1) for row, each in ((before, earlier), (after, period))
    )  # fmt: skip
    what = _COMPARED[name]
    if then == now:
        return f" Bình quân mỗi tuần có {now} {what}, không đổi."
    return f" Bình quân mỗi tuần có {now} {what}, so với {then} hồ sơ mỗi tuần trước đó."


def _side(asked: Asked, now: Filters, metric: str) -> int:
    series = trends.selected(asked.run, asked.snapshot, now, metric, trends.step_of(now))
    found = series.change_in(now.period)
    return found[0] if found else 0


# --- Judgements ---


def strengths(asked: Asked, now: Filters, changes: Sequence[Change]) -> list[str]:
    """Sentences of praise that the figures carry: the on-time target met, and clear improvements."""
    row = asked.run(["on_time_rate"], now, parts=True).iloc[0]
    target = target_for("on_time_rate", asked.snapshot.references, now.end)
    found = []
    if target and trust.is_judged(METRICS["on_time_rate"], row) and row["on_time_rate"] >= target.value:
        found.append(
            f"Tỷ lệ hồ sơ giải quyết trước và đúng hạn đạt {_on_time(row)}, đạt chỉ tiêu "
            f"{METRICS['on_time_rate'].show_target(target.value, 'vi')}"
        )
    found += ranking.outstanding(asked, now)[0]
    return found + [each.judged for each in changes if each.clear and each.better]


def weaknesses(asked: Asked, now: Filters, changes: Sequence[Change]) -> list[str]:
    """Sentences of concern that the figures carry: units short of their target, overdue dossiers, clear falls."""
    by_unit = asked.run(["on_time_rate", "late", "resolved", "open_overdue"], now, by=["unit"], parts=True)
    found = []
    resolved = int(by_unit["resolved"].sum())
    if late := int(by_unit["late"].sum()):
        known = trust.lacking(METRICS["late_rate"], by_unit[["undated_n", "undated_d"]].sum())
        found.append(
            f"Còn {number(late, 'vi')}/{number(resolved, 'vi')} hồ sơ giải quyết quá hạn ({share(late, resolved)})"
            + (f"; {known.vi}" if known else "")
        )
    if (short := summary.short_of_target(by_unit, asked.snapshot, now)) and len(by_unit) == 1:
        target = METRICS["on_time_rate"].show_target(short[0]["target"], "vi")
        found.append(f"Tỷ lệ hồ sơ giải quyết trước và đúng hạn đạt {_on_time(short[0])}, chưa đạt chỉ tiêu {target}")
    elif short:
        found.append(
            f"{two_digits(len(short))} đơn vị chưa đạt chỉ tiêu trước và đúng hạn{summary.close_among(short).vi}"
        )
    found += ranking.outstanding(asked, now)[1]
    if overdue := int(by_unit["open_overdue"].sum()):
        until = date(min(now.end, asked.snapshot.as_of), "vi")
        found.append(f"Còn {number(overdue, 'vi')} hồ sơ đang giải quyết đã quá hạn tính đến ngày {until}")
    return found + [each.judged for each in changes if each.clear and not each.better]


def _on_time(row: Mapping[Any, Any] | pd.Series) -> str:
    return share(row["on_time_rate_n"], row["on_time_rate_d"])


def sentences(clauses: Sequence[str]) -> list[Prose]:
    """One paragraph each, as lists in papers are."""
    return [say(f"- {each}.") for each in clauses]


# --- By unit ---


_OVER = (Box("Hồ sơ tiếp nhận", 0, 2, columns=3), Box("Hồ sơ đã giải quyết", 0, 5, columns=5))


def by_unit(asked: Asked, now: Filters, title: str) -> Annex:
    """A supplement with a line a unit and its place among those of its level, everything together last."""
    metrics = [*_COUNTS, "online", *_RATES]
    frame = asked.run(metrics, now, by=["unit"], parts=True)
    names = asked.snapshot.references.units
    units = asked.in_order(frame["unit"])
    rows = {str(row["unit"]): row for _, row in frame.iterrows()}
    ranks = ranking.places(frame, names)
    lines: list[tuple[Piece | int, ...]] = [
        (place, names[unit].name, *_cells(rows[unit]), ranks.get(unit, "")) for place, unit in enumerate(units, start=1)
    ]
    lines.append(("", "Tổng cộng", *_cells(summary.total(frame, _RATES).iloc[0]), ""))
    heads = (
        "TT", "Đơn vị", "Tổng số", "Trực tuyến", "Tỷ lệ trực tuyến", "Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn",
        "Tỷ lệ trước và đúng hạn", "Xếp hạng",
    )  # fmt: skip
    widths = (5, 30, 9, 9, 11, 9, 9, 9, 9, 12, 8)
    few = any(FEW in str(cell) for line in lines for cell in line)
    few_note = (say(FEW_NOTE),) if few else ()
    notes = (*((say(_RANK_NOTE),) if ranks else ()), *few_note, *noted(frame))
    table = Table(heads, widths, tuple(lines), frozenset({len(lines) - 1}), over=_OVER)
    return Annex(title, (table, *notes), landscape=True)


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
