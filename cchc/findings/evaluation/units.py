"""Units with the model against units without it: each of them, together, and week by week."""

import datetime
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cchc.figures.periods import Period
from cchc.figures.query import Run
from cchc.findings.evaluation import verdicts
from cchc.findings.evaluation.design import Design, read_outcome
from cchc.findings.evaluation.verdicts import UnitVerdict
from cchc.statistics import impact
from cchc.statistics.impact import Bound, Differences, Effect, Estimate, TooThin
from cchc.statistics.impact.choices import Floats
from cchc.text import Language, Text, both, number, percent

_NEARLY = 1e-12
Counts = tuple[int, int]


@dataclass(frozen=True)
class UnitResult:
    """One participant: numerator and denominator before and since its start, its own change, that against the others,
    and the verdict on it; all verdicts of a page together are right with 95 %."""

    unit: str
    before: Counts
    after: Counts
    own: Estimate | TooThin
    against: Estimate | TooThin
    verdict: UnitVerdict
    sentence: Text


@dataclass(frozen=True)
class Sides:
    """Units that are compared: with the model, and without it."""

    treated: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class UnitsResult:
    """`pooled` for all treated together, `distribution` of what every choice of as many units would have given (the
    real one first; empty where units began at different times), a result per participant, the largest difference first,
    the others' sums, of the units compared those `taking_part` in `pooled`, with dossiers on both sides of the start,
    and `compared`, their changes as `impact.differences` gives them (of the first start)."""

    pooled: Estimate | TooThin
    distribution: Floats
    units: tuple[UnitResult, ...]
    others: tuple[Counts, Counts]
    taking_part: Sides
    compared: pd.DataFrame

    @property
    def as_large(self) -> int:
        """How many choices of units give a difference at least as large, the real one included."""
        return int((np.abs(self.distribution) >= abs(self.distribution[0]) - _NEARLY).sum())

    @property
    def smallest(self) -> int:
        """The dossiers behind the smallest of the rates compared: of the units that take part, of the others, before
        and since."""
        ours = [each for each in self.units if each.unit in self.taking_part.treated]
        sums = [sum(each.before[1] for each in ours), sum(each.after[1] for each in ours)]
        return min(*sums, *(side[1] for side in self.others if self.taking_part.others))

    @property
    def own_change(self) -> float:
        """The mean change of the units that take part, whatever the others did; a fraction."""
        changes = [each.own.value for each in self.units
                   if each.unit in self.taking_part.treated and isinstance(each.own, Estimate)]  # fmt: skip
        return sum(changes) / max(len(changes), 1)


@dataclass(frozen=True)
class Course:
    """The effect week by week around the start, and how the groups moved before it."""

    effects: tuple[Effect, ...]
    pre_trend: Estimate | TooThin | None
    sentence: Text


def against_others(run: Run, design: Design) -> UnitsResult:
    """The rate of every participant a quarter of a year before and since its start, against units without the model."""
    groups = by_start(design)
    found = {start: _differences(run, design, start, units) for start, units in groups.items()}
    sums = {start: each.changes.set_index("unit").to_dict("index") for start, each in found.items()}
    sure = _surely(design, found, sums, groups)
    units = tuple(
        judged(design, unit, _two_sides(sums[start][unit]), found[start].units[unit], unit in sure)
        for start, members in groups.items()
        for unit in members
        if unit in sums[start]
    )
    first = found[design.start.day] if design.start.day in found else next(iter(found.values()))
    without = first.changes[first.changes["unit"].isin(design.others)].sum(numeric_only=True).to_dict()
    others = _counts(without, "before"), _counts(without, "after")
    alone = len(groups) == 1
    pooled = first.pooled if alone else _over_starts(run, design)
    distribution = first.distribution if alone else np.empty(0)
    taking_part = Sides(
        tuple(unit.unit for unit in units if unit.unit in design.treated and _is_compared(unit)),
        tuple(first.changes.loc[first.changes["unit"].isin(design.others) & first.changes["change"].notna(), "unit"]),
    )
    is_compared = first.changes["unit"].isin((*taking_part.treated, *taking_part.others))
    compared = first.changes[is_compared]
    return UnitsResult(pooled, distribution, ranked(units, design), others, taking_part, compared)


def ranked(units: Iterable[UnitResult], design: Design) -> tuple[UnitResult, ...]:
    """The largest difference first, those that cannot be judged last."""
    return tuple(sorted(units, key=lambda unit: _largest_first(unit.against if design.nets_units else unit.own)))


def _is_compared(unit: UnitResult) -> bool:
    return unit.before[1] > 0 and unit.after[1] > 0


def _largest_first(estimate: Estimate | TooThin) -> float:
    return math.inf if isinstance(estimate, TooThin) else -estimate.value


def weekly(run: Run, design: Design) -> pd.DataFrame:
    """unit, period, top, bottom of participants and others by week from a quarter of a year before the first model
    day; the last week may be incomplete."""
    whole = design.complete_weeks
    asked = design.of((*design.participants, *design.others), Period(whole.start, max(whole.end, design.phase.end)))
    return read_outcome(run, design, asked, by=["unit"], grain="week")


def by_week_of(panel: pd.DataFrame, units: Sequence[str]) -> pd.DataFrame:
    """period, top, bottom of these units together, from `weekly`."""
    return panel[panel["unit"].isin(units)].groupby("period")[["top", "bottom"]].sum().reset_index()


def course(panel: pd.DataFrame, design: Design) -> Course | TooThin:
    """The effect in each week on all treated together, with the weeks before the start as a check."""
    compared = _compared(panel, design)
    if len(by_start(design)) > 1:
        staggered = _group_time(compared, design)
        if isinstance(staggered, TooThin):
            return staggered
        first = pd.Timestamp(design.first_week)
        effects = tuple(
            Effect(first + pd.Timedelta(weeks=event), event, estimate) for event, estimate in staggered.by_event.items()
        )
        return Course(effects, None, Text("", ""))
    found = impact.event_study(compared, design.treated, design.start.day)
    if isinstance(found, TooThin):
        return found
    return Course(found.effects, found.pre_trend, _before_the_start(found.pre_trend, found.effects))


def against_trend(panel: pd.DataFrame, design: Design) -> Bound | TooThin:
    """What is left of the effect on all treated together if trends from before the start had gone on."""
    compared = _compared(panel, design)
    if len(by_start(design)) == 1:
        start = design.model.starts[design.treated[0]]
        return impact.beyond_trend(compared, design.treated, start)
    staggered = _group_time(compared, design, beyond_trend=True)
    overall = staggered if isinstance(staggered, TooThin) else staggered.overall
    return impact.one_sided(overall)


def by_start(design: Design) -> dict[datetime.date, list[str]]:
    """The participants by the day they began, oldest first."""
    found: dict[datetime.date, list[str]] = {}
    for unit in design.participants:
        found.setdefault(design.model.starts[unit], []).append(unit)
    return dict(sorted(found.items()))


def _differences(run: Run, design: Design, start: datetime.date, units: list[str]) -> Differences:
    everyone = (*units, *design.others)
    sides = [
        read_outcome(run, design, design.of(everyone, period), by=["unit"]).assign(period=pd.Timestamp(period.start))
        for period in (design.before_start(start), Period(start, max(start, design.phase.end)))
    ]
    apart = [unit for unit in units if unit in design.apart]
    return impact.differences(pd.concat(sides), [u for u in units if u not in apart], start, apart)


def _compared(panel: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The whole weeks of the units that are compared with each other."""
    whole = panel["period"] <= pd.Timestamp(design.complete_weeks.end)
    return panel[whole & panel["unit"].isin((*design.treated, *design.others))]


def _group_time(panel: pd.DataFrame, design: Design, beyond_trend: bool = False) -> impact.GroupTime | TooThin:
    starts = {unit: design.model.starts[unit] for unit in design.treated}
    return impact.group_time(panel, starts, "never" if design.others else "not_yet", beyond_trend)


def _over_starts(run: Run, design: Design) -> Estimate | TooThin:
    """The mean effect over the weeks since each group of units began, against units that had not begun by then."""
    found = _group_time(_compared(weekly(run, design), design), design)
    return found if isinstance(found, TooThin) else found.overall


def _counts(sums: Mapping[Any, Any], side: str) -> Counts:
    return int(sums[f"top_{side}"]), int(sums[f"bottom_{side}"])


def _surely(
    design: Design,
    results: Mapping[datetime.date, Differences],
    sums: Mapping[datetime.date, Mapping[Any, Mapping[Any, Any]]],
    groups: Mapping[datetime.date, Sequence[str]],
) -> frozenset[str]:
    """The participants whose verdict is not left to chance, whatever their number."""
    members = [(start, unit) for start, those in groups.items() for unit in those if unit in sums[start]]

    def at(miss: float) -> dict[str, Estimate | TooThin]:
        if design.others:
            each = {start: impact.each_against(differences, miss) for start, differences in results.items()}
            return {unit: each[start][unit] for start, unit in members}
        counts = {unit: sums[start][unit] for start, unit in members}
        return {
            unit: impact.own_change(_counts(row, "before"), _counts(row, "after"), miss) for unit, row in counts.items()
        }

    return impact.surely([unit for _, unit in members], at)


def _two_sides(sums: Mapping[Any, Any]) -> tuple[Counts, Counts]:
    return _counts(sums, "before"), _counts(sums, "after")


def judged(
    design: Design, unit: str, counts: tuple[Counts, Counts], against: Estimate | TooThin, is_sure: bool
) -> UnitResult:
    """One participant with the verdict on it, from its counts before and since."""
    own = impact.own_change(*counts)
    net = against if design.nets_units else own
    verdict = _verdict(design, net, own, is_sure)
    return UnitResult(unit, *counts, own, against, verdict, _sentence(design, unit, counts, net, verdict))


def _verdict(design: Design, judged: Estimate | TooThin, own: Estimate | TooThin, is_sure: bool) -> UnitVerdict:
    if isinstance(judged, TooThin):
        return "thin"
    if isinstance(own, TooThin) or verdicts.is_of_few(judged if design.kind == "weekday" else own):
        return "thin"
    if not verdicts.is_possible(judged):
        return "thin"
    found = judged.verdict(verdicts.direction(design.outcome))
    if not is_sure or found == "not_shown":
        return "not_shown"
    # Whoever did not go the bad way, but less far than the others, was not made worse; nor is falling less better.
    if own.value * judged.value <= 0:
        return "less" if judged.value < 0 else "fell_less"
    return found


def _sentence(
    design: Design, unit: str, counts: tuple[Counts, Counts], judged: Estimate | TooThin, verdict: UnitVerdict
) -> Text:
    """The verdict on one unit, with its uncertainty, or what would be needed."""
    name = design.references.units[unit].name
    compared = (
        Text("so với các đơn vị không thực hiện", "against the units without it")
        if design.others
        else Text("so với hồ sơ ngoài danh mục cùng ngày", "against unlisted dossiers of the day")
        if design.nets_units
        else Text("thay đổi", "a change of")
    )

    def said(language: Language) -> str:
        rates = [_rate(each, language) for each in counts]
        moved = Text(f"từ {rates[0]} thành {rates[1]}", f"from {rates[0]} to {rates[1]}")[language]
        if isinstance(judged, TooThin):
            return f"{name}: {moved}. {verdicts.thin(judged)[language]}"
        if not verdicts.is_possible(judged):
            return f"{name}: {moved}; {compared[language]}: {verdicts.IMPOSSIBLE[language]}"
        result = verdicts.of_unit(verdict, design.kind)[language]
        return f"{name}: {moved}; {compared[language]} {verdicts.change(judged, language)}: {result}."

    return both(said)


def _rate(counts: Counts, language: Language) -> str:
    top, bottom = counts
    rate = percent(top / bottom if bottom else None, language, 1)
    return f"{rate} ({number(top, language)}/{number(bottom, language)})"


def _before_the_start(trend: Estimate | TooThin, effects: Sequence[Effect]) -> Text:
    """What the weeks before the start say about the comparison: evidence to read, no gate."""
    if isinstance(trend, TooThin):
        return verdicts.thin(trend)
    if trend.low <= 0 <= trend.high:
        return Text(
            f"Trước ngày bắt đầu chưa thấy rõ hai nhóm xa nhau dần (mỗi tuần {verdicts.change(trend, 'vi')}); ít tuần "
            "như vậy không chứng minh được là không có, nên câu trả lời ở đầu trang đã tính cả khi xu hướng này tiếp "
            "tục.",
            f"Before the start the two groups are not shown to drift apart ({verdicts.change(trend, 'en')} a week); so "
            "few weeks do not prove that they did not, so the answer at the top reckons with this trend going on.",
        )
    ahead = Text("nhanh hơn", "faster") if trend.value > 0 else Text("chậm hơn", "slower")
    since = [effect.estimate.value for effect in effects if effect.event >= 0 and isinstance(effect.estimate, Estimate)]
    onward = Text(
        "chênh lệch sau đó cùng chiều, nên một phần có thể chỉ là xu hướng này kéo dài",
        "the difference that follows has the same direction, so part of it may be this trend going on",
    )
    if since and (sum(since) > 0) != (trend.value > 0):
        onward = Text(
            "chênh lệch sau đó ngược chiều, nên không phải do xu hướng này kéo dài",
            "the difference that follows has the opposite direction, so it is not this trend going on",
        )
    return Text(
        f"Ngay từ trước ngày bắt đầu, nhóm thực hiện đã tăng {ahead.vi} nhóm kia: mỗi tuần "
        f"{verdicts.change(trend, 'vi')}; {onward.vi}.",
        f"Even before the start the group with the model grew {ahead.en} than the other: "
        f"{verdicts.change(trend, 'en')} a week; {onward.en}.",
    )
