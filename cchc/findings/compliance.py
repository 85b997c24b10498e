"""Which units keep deadlines, and which differ from the others by more than chance: intervals, standings, findings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, target_for
from cchc.figures.query import Run
from cchc.findings import summary
from cchc.rules.boundaries import Unit
from cchc.schema import UNDATED_MOST
from cchc.statistics import compare
from cchc.store.snapshots import Snapshot
from cchc.text import Text, number, percent

# Where a unit stands among all: "unsure" lies outside the funnel with too few late dossiers to say so, "few" has too
# few dossiers to be judged at all.
Standing = Literal["different", "look", "none", "unsure", "few", "undated", "ended"]
UNJUDGED: tuple[Standing, ...] = ("few", "undated", "ended")
# What is usual cannot be told from two or three units.
FEWEST_UNITS = 5
# So much more or less work makes units comparable without any statistics.
LIKE_SIZE = 0.2
METRIC = METRICS["on_time_rate"]
STANDINGS: dict[Standing, Text] = {
    "different": Text("khác biệt", "different"),
    "look": Text("cần xem", "worth a look"),
    "none": Text("trong phễu", "in the funnel"),
    "unsure": Text("chưa rõ", "unclear"),
    "few": Text("ít hồ sơ", "few dossiers"),
    "undated": Text("thiếu hẹn trả", "no due dates"),
    "ended": Text("đã kết thúc", "ended"),
}
# Filled or hollow for how sure, down or up for lower or higher: read without colour too.
_MARKS: dict[Standing, str] = {"different": "▼▲", "look": "▽△"}
_SIDES = (Text("thấp hơn", "lower"), Text("cao hơn", "higher"))
_MEANINGS: dict[Standing, Text] = {
    "different": Text("khác biệt rõ, ngoài giới hạn 99,8 %", "clearly different, outside the 99.8% limit"),
    "look": Text("ngoài giới hạn 95 %", "outside the 95% limit"),
    "none": Text("trong phễu: chênh lệch ở mức thường thấy", "inside the funnel: no further off than is usual"),
    "unsure": Text(
        f"ngoài phễu nhưng không quá {compare.FEW_LATE} hồ sơ quá hạn: chưa đủ để kết luận",
        f"outside the funnel, but no more than {compare.FEW_LATE} late dossiers: too few to tell",
    ),
    "few": Text(
        f"dưới {METRIC.minimum} hồ sơ: không đánh giá, không xếp hạng",
        f"fewer than {METRIC.minimum} dossiers: neither judged nor ranked",
    ),
    "undated": Text(
        f"trên {percent(UNDATED_MOST, 'vi', 0)} hồ sơ không có ngày hẹn trả: không đánh giá, không xếp hạng",
        f"more than {percent(UNDATED_MOST, 'en', 0)} of dossiers have no due date: neither judged nor ranked",
    ),
    "ended": Text(
        "đã kết thúc trong kỳ: không so với các đơn vị của ngày cuối kỳ, không xếp hạng",
        "ended in the period: not compared with the units of its last day, nor ranked",
    ),
}

INTERVALS = Text(
    "Dòng nhỏ dưới tỷ lệ trước và đúng hạn, quá hạn là khoảng tin cậy 95 %: tỷ lệ thật nằm trong đó với độ chắc chắn "
    "95 %; ít hồ sơ thì khoảng rộng. Dưới tỷ lệ theo ngày đến hạn là số hồ sơ đúng hạn / đến hạn. Tỷ lệ tính trên "
    f"dưới {METRIC.minimum} hồ sơ, hoặc thiếu ngày hẹn trả, in mờ, đứng cuối, không xếp hạng.",
    "The small line below on-time and late rates is the 95% confidence interval: the true rate lies there with 95% "
    "certainty; with few dossiers it is wide. Below the rate by due date stand dossiers in time / due. Rates over "
    f"fewer than {METRIC.minimum} dossiers, or without due dates, are grey, last and not ranked.",
)
# A rate over dossiers that no column beside it counts: its parts stand below it.
BESIDE = "due_on_time_rate"
HOW = Text("Cách đọc và cách tính", "How to read it, how it is computed")
METHOD = (
    Text(
        "Vì sao cần phễu: ở đơn vị ít hồ sơ, thêm một hai hồ sơ quá hạn đã làm tỷ lệ thay đổi nhiều, nên bảng xếp hạng "
        "hay đưa các xã nhỏ lên đầu và xuống cuối. Phễu rộng ở bên trái (ít hồ sơ) và hẹp dần sang phải: chỉ đơn vị ra "
        "ngoài phễu mới thật sự khác các đơn vị còn lại.",
        "Why a funnel: where a unit has few dossiers, one or two late ones move its rate a lot, so a league table puts "
        "small communes at both ends. The funnel is wide at the left (few dossiers) and narrows to the right: only a "
        "unit outside it really differs from the others.",
    ),
    Text(
        "Nếu mọi đơn vị như nhau, ngẫu nhiên vẫn đưa khoảng 5 trong 100 đơn vị ra ngoài giới hạn 95 % (thấp hơn thì "
        "cần xem) và 2 trong 1.000 đơn vị ra ngoài giới hạn 99,8 % (khác biệt). Chấm rỗng màu xám: ngoài phễu nhưng "
        f"không quá {compare.FEW_LATE} hồ sơ quá hạn nên chưa đủ để kết luận, hoặc dưới {METRIC.minimum} hồ sơ nên "
        "không xét.",
        "If all units were alike, chance would still put about 5 in 100 beyond the 95% limits (below: worth a look) "
        "and 2 in 1,000 beyond the 99.8% limits (different). A hollow grey point lies outside with no more than "
        f"{compare.FEW_LATE} late dossiers, too few to tell, or has fewer than {METRIC.minimum} and is not judged.",
    ),
    Text(
        "Phễu nói đơn vị nào khác, không nói vì sao: loại thủ tục, số cán bộ, cách ghi ngày hẹn đều có thể là nguyên "
        "nhân. Để chỉ so các xã với nhau, hãy lọc cấp xã. Khi chọn riêng vài đơn vị, phễu vẫn so với mọi đơn vị.",
        "The funnel says which unit differs, not why: the mix of procedures, staff, or how due dates are set may be "
        "the cause. To compare communes only, filter by level. Units chosen alone are still held against all units.",
    ),
    Text(
        "Cách tính: phễu theo Spiegelhalter (2005), biến đổi arcsin căn bậc hai, giới hạn nới theo phần khác nhau vốn "
        "có giữa các đơn vị. Khoảng tin cậy 95 % theo Wilson (1927); khi có không quá "
        f"{compare.FEW_LATE} hồ sơ quá hạn thì tính chính xác theo Clopper và Pearson (1934).",
        "Computed as by Spiegelhalter (2005), with the arcsine transformation and limits widened by what units differ "
        "by anyway. 95% confidence intervals by Wilson (1927), exact ones by Clopper and Pearson (1934) up to "
        f"{compare.FEW_LATE} late dossiers.",
    ),
)


@dataclass(frozen=True)
class Comparison:
    """Units among their peers. `peers` has a row a unit, lowest on-time rate first, units asked about marked in
    `chosen`, with the 95 % intervals of their rates, `z` and `standing`. Without a `funnel` (too few units, or nothing
    late) z and standing are missing."""

    peers: pd.DataFrame
    funnel: compare.Funnel | None

    @property
    def rows(self) -> pd.DataFrame:
        """The units asked about."""
        return self.peers[self.peers["chosen"]]


def comparison(run: Run, filters: Filters, metrics: tuple[str, ...], others: pd.DataFrame | None = None) -> Comparison:
    """Every unit the filters leave, whether chosen or not: narrowing to one does not change what it is held against;
    and the `others` without a name, see `figures.unnamed`.

    `metrics` must hold resolved, late, on_time_rate and late_rate.
    """
    found = run(metrics, replace(filters, units=()), by=["unit"], parts=True)
    every = found.assign(chosen=found["unit"].isin(filters.units) if filters.units else True)
    if others is not None:
        beside = others.assign(chosen=False).reindex(columns=every.columns, fill_value=0)
        every = pd.concat([every, beside], ignore_index=True)
    return among(every)


def below_others(comparison: Comparison) -> dict[tuple[str, str], Text]:
    """The on-time rates that are clearly below those of the other units, by metric and unit, and how far."""
    if comparison.funnel is None:
        return {}
    return {
        (METRIC.name, str(row["unit"])): in_full(row["standing"], row["z"])
        for row in comparison.peers.to_dict("records")
        if row["standing"] == "different" and row["z"] < 0
    }


def among(units: summary.Frame) -> Comparison:
    """Units held against each other, from a row a unit with resolved, late and on_time_rate with its parts."""
    peers = summary.worst_first(with_intervals(units), METRIC.name)
    enough = trust.is_judged(METRIC, peers)
    if enough.sum() < FEWEST_UNITS or not peers["late"].any():
        return Comparison(peers, None)
    # What counts as on time because nobody knows when it was due must not lift the rate of all.
    dated = trust.is_dated(METRIC, peers) & trust.is_there(peers)
    funnel = compare.funnel(peers["on_time_rate_n"] * dated, peers["resolved"] * dated)
    return Comparison(peers.assign(z=funnel.z, standing=_standings(peers, funnel)), funnel)


def _standings(peers: pd.DataFrame, funnel: compare.Funnel) -> Any:
    """The verdicts of the funnel; of few late dossiers only what their exact intervals bear out, because near 0 and
    100 % the funnel's transformation takes rates for farther off than they are."""
    late, resolved, verdicts = peers["late"], peers["resolved"], np.array(funnel.verdicts)
    many = late > compare.FEW_LATE
    look, different = (many | _excluded(late, resolved, 1 - funnel.overall, q) for q in (compare.Z95, compare.Z998))
    conditions: list[tuple[Standing, Any]] = [
        ("ended", ~trust.is_there(peers)),
        ("few", resolved < METRIC.minimum),
        ("undated", ~trust.is_dated(METRIC, peers)),
        ("different", (verdicts == "different") & different),
        ("look", (verdicts != "none") & look),
        ("unsure", verdicts != "none"),
    ]
    return np.select([each for _, each in conditions], [standing for standing, _ in conditions], "none")


def _excluded(late: pd.Series, resolved: pd.Series, overall: float, quantile: float) -> Any:
    low, high = compare.exact(late, resolved, quantile)
    return (overall < low) | (overall > high)


def with_intervals(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame and the 95 % intervals of its on-time and late rates, as <name>_low and <name>_high (0-1)."""
    low, high = compare.late_interval(frame["late"], frame["resolved"])
    return frame.assign(late_rate_low=low, late_rate_high=high, on_time_rate_low=1 - high, on_time_rate_high=1 - low)


def of_like_size(comparison: Comparison, units: Mapping[str, Unit]) -> pd.DataFrame:
    """Where one unit is asked about: it and the units of its level with a fifth fewer to a fifth more resolved
    dossiers, lowest on-time rate first. Empty otherwise, or where nobody else is of its size."""
    rows = comparison.rows
    if len(rows) != 1 or comparison.peers["chosen"].all():
        return comparison.peers[:0]
    own, level = rows.iloc[0], units[str(rows.iloc[0]["unit"])].level
    alike = comparison.peers["unit"].map(lambda unit: unit in units and units[unit].level == level)
    near = (comparison.peers["resolved"] - own["resolved"]).abs() <= LIKE_SIZE * own["resolved"]
    found = comparison.peers[alike & near]
    return found if len(found) > 1 else comparison.peers[:0]


def common_target(comparison: Comparison, snapshot: Snapshot, filters: Filters) -> float | None:
    """The on-time target, if it is the same for every unit."""
    targets = {target_for(METRIC.name, snapshot.references, filters.end, unit) for unit in comparison.peers["unit"]}
    values = {target.value if target else None for target in targets}
    return values.pop() if len(values) == 1 else None


def short(standing: Standing, z: float) -> Text:
    """The standing as a mark and a word: "▼ khác biệt", "△ cao hơn"."""
    if standing not in _MARKS:
        return STANDINGS[standing]
    mark, name = _MARKS[standing][int(z > 0)], _named(standing, z > 0)
    return Text(f"{mark} {name.vi}", f"{mark} {name.en}")


def _named(standing: Standing, is_high: bool) -> Text:
    """What it is called to lie outside: whoever keeps more deadlines than the others gives nobody anything to look
    into."""
    return _SIDES[1] if standing == "look" and is_high else STANDINGS[standing]


def in_full(standing: Standing, z: float) -> Text:
    """The standing as a clause: on which side of the overall rate, and outside which limit."""
    meaning, side = _MEANINGS[standing], _SIDES[int(z > 0)]
    if standing not in _MARKS:
        return meaning
    return Text(f"{side.vi} mức chung, {meaning.vi}", f"{side.en} than overall, {meaning.en}")


def funnel_title(comparison: Comparison, names: dict[str, str]) -> Text:
    """The finding of the funnel: how many of the units asked about differ, on which side, and how many to look at."""
    if comparison.funnel is None:
        return Text("So sánh các đơn vị với mức chung", "Units against the overall rate")
    rows = comparison.rows
    looked = rows["standing"] == "look"
    outside = [
        (rows[rows["standing"] == "different"], Text("khác biệt rõ", "clearly different")),
        (rows[looked & (rows["z"] < 0)], STANDINGS["look"]),
        (rows[looked & (rows["z"] > 0)], Text("tốt hơn mức thường thấy", "better than usual")),
    ]
    if all(part.empty for part, _ in outside):
        if len(rows) != 1:
            return Text("Không đơn vị nào khác biệt rõ với các đơn vị khác", "No unit differs clearly from the others")
        [unit], [standing] = rows["unit"], rows["standing"]
        return Text(f"{names[unit]} {_MEANINGS[standing].vi}", f"{names[unit]} {_MEANINGS[standing].en}")
    said = []
    for part, verdict in outside:
        if not part.empty:
            sides = [_SIDES[int(z > 0)] for z in part["z"]]
            subject = _subject(part["unit"].map(names), sides)
            said.append(Text(f"{subject.vi} {verdict.vi}", f"{subject.en} {verdict.en}"))
    return Text("; ".join(each.vi for each in said), "; ".join(each.en for each in said))


def reading(comparison: Comparison) -> Text:
    """What is drawn, and how to read it in three short sentences."""
    there = comparison.peers[trust.is_there(comparison.peers)]
    units, dossiers = int((there["resolved"] > 0).sum()), int(there["resolved"].sum())
    return Text(
        f"{number(units, 'vi')} đơn vị, {number(dossiers, 'vi')} hồ sơ đã giải quyết; mỗi chấm là một đơn vị. Trong "
        "phễu: chênh lệch thường thấy. Ngoài đường chấm: khác mức thường. Ngoài đường liền: khác biệt rõ.",
        f"{number(units, 'en')} units, {number(dossiers, 'en')} resolved dossiers; each point is a unit. Inside the "
        "funnel: no further off than is usual. Beyond the dotted line: unusual. Beyond the solid line: clearly "
        "different.",
    )


def why_no_funnel(comparison: Comparison) -> Text:
    """Why units are not compared, and the way out."""
    if (comparison.peers["resolved"] > 0).any() and not trust.is_dated(METRIC, comparison.peers).all():
        meaning = _MEANINGS["undated"]
        return Text(f"Không đủ đơn vị để so sánh: {meaning.vi}.", f"Too few units to compare: {meaning.en}.")
    if comparison.peers["resolved"].any() and not comparison.peers["late"].any():
        return Text(
            "Không có hồ sơ nào quá hạn trong kỳ và bộ lọc này: các đơn vị không khác nhau.",
            "No dossier is late in this period and selection: units do not differ.",
        )
    return Text(
        f"Cần ít nhất {FEWEST_UNITS} đơn vị, mỗi đơn vị từ {METRIC.minimum} hồ sơ đã giải quyết, mới so sánh được; "
        "chọn kỳ dài hơn hoặc bỏ lọc.",
        f"At least {FEWEST_UNITS} units with {METRIC.minimum} resolved dossiers each are needed to compare; "
        "choose a longer period or clear the filters.",
    )


def details(funnel: compare.Funnel) -> tuple[Text, ...]:
    """What a funnel and an interval are, in plain words, and how they are computed, one paragraph each."""
    spread = (
        Text("không hơn mức ngẫu nhiên, giới hạn không phải nới", "no more than by chance: limits are not widened")
        if funnel.tau2 == 0
        else Text(
            f"gấp {number(funnel.phi, 'vi', 1)} lần mức ngẫu nhiên (hệ số phân tán), giới hạn đã được nới rộng",
            f"{number(funnel.phi, 'en', 1)} times as much as by chance (overdispersion): limits are widened",
        )
    )
    return (*METHOD, Text(f"Kỳ này các đơn vị khác nhau {spread.vi}.", f"In this period units differ {spread.en}."))


def short_title(by_unit: pd.DataFrame, snapshot: Snapshot, filters: Filters) -> Text | None:
    """Which units miss their own on-time target, and how many of them are close to it; None where none misses it."""
    short = summary.short_of_target(by_unit, snapshot, filters)
    if not short:
        return None
    names = {unit.id: unit.name for unit in snapshot.references.units.values()}
    subject, targets = _subject(names[row["unit"]] for row in short), {row["target"] for row in short}
    vi, en = "của đơn vị mình", "their own target"
    if len(targets) == 1:
        [target] = targets
        shown = METRICS["on_time_rate"].show_target
        vi, en = shown(target, "vi"), f"the target of {shown(target, 'en')}"
    close = summary.close_among(short)
    return Text(f"{subject.vi} chưa đạt chỉ tiêu {vi}{close.vi}", f"{subject.en} missed {en}{close.en}")


def _subject(names: Iterable[str], sides: Sequence[Text] = ()) -> Text:
    """One or two units by name, more by number; on which side of the overall rate each lies, if given."""
    known = list(names)
    if len(known) > 2:
        counts = [(sides.count(side), side) for side in _SIDES if side in sides]
        vi, en = ", ".join(f"{n} {side.vi}" for n, side in counts), ", ".join(f"{n} {side.en}" for n, side in counts)
        return Text(_with(f"{number(len(known), 'vi')} đơn vị", vi), _with(f"{number(len(known), 'en')} units", en))
    beside = [*sides] or [Text("", "")] * len(known)
    named = [Text(_with(name, s.vi), _with(name, s.en)) for name, s in zip(known, beside, strict=True)]
    return Text(" và ".join(each.vi for each in named), " and ".join(each.en for each in named))


def _with(name: str, aside: str) -> str:
    return f"{name} ({aside})" if aside else name


_FEW = {"unit": Text("đơn vị", "unit"), "procedure": Text("thủ tục", "procedure")}


def most_late(frame: pd.DataFrame, by: str) -> list[str]:
    """The few units, or procedures, that make half of the late dossiers in rows with parts; none where too many due
    dates are missing, since the late ones among those may be anybody's."""
    dated = trust.is_dated(METRICS["late"], frame[["undated_n", "undated_d"]].sum())
    return compare.fewest_that_make_half(frame, by, "late") if dated else []


def half_title(by: str, count: int) -> Text:
    """How few units or procedures make half of the late dossiers."""
    few = _FEW[by]
    return Text(
        f"{number(count, 'vi')} {few.vi} chiếm ít nhất một nửa số hồ sơ quá hạn",
        f"{number(count, 'en')} {few.en}{'s make' if count > 1 else ' makes'} at least half of the late dossiers",
    )


def half_shown(by: str, bars: int, count: int) -> Text:
    """What the bars of those that make half of the late dossiers show, where they are too many for a bar each."""
    shown, few = Text("Số hồ sơ quá hạn và tỷ trọng", "Late dossiers and their share"), _FEW[by]
    if count <= bars:
        return shown
    return Text(
        f"{shown.vi}; {number(bars, 'vi')} {few.vi} nhiều nhất",
        f"{shown.en}; the {number(bars, 'en')} {few.en}s with most",
    )
