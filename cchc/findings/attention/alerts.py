"""What to look at: figures that got really worse, or missed their target three periods running; and what is new of it
from one snapshot to the next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from cchc.addresses import Address
from cchc.figures import query
from cchc.figures.filters import Filters, defaults
from cchc.figures.periods import Period
from cchc.figures.query import Run
from cchc.findings.attention.notice import MOST, Notice
from cchc.findings.attention.period import notices
from cchc.findings.trends.series import by_unit
from cchc.findings.trends.trend import Trend
from cchc.findings.trends.wording import count_of, line_shown, period_name, shown, target_of, verdict
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, both, number, within

# The figures watched, in the order of their sentences.
WATCHED = ("on_time_rate", "online_rate", "mean_days")
_PAGE: Address = "xu-huong"
_ROOM = 3
_RUNNING = 3
# More units than this with the same news share one sentence.
_EACH = 2

_ALL = Text("Tính chung các đơn vị", "All units together")

_Units = dict[str, Trend]


def alerts(run: Run, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    """Sentences about the last whole month, gravest first: what is really worse, and what missed its target for the
    third month. Each unit and figure is spoken of once.

    Rates over fewer than 20 dossiers are left out. One statement reads all units.
    """
    return among(by_unit(run, snapshot, filters, WATCHED), snapshot, filters)


def among(watched: Mapping[str, _Units], snapshot: Snapshot, filters: Filters) -> list[Notice]:
    """The alerts of series that are read already, by metric and unit (see `alerts`)."""
    spoken: set[tuple[str, str]] = set()
    found: list[Notice] = []
    for news in _NEWS:
        for name, units in watched.items():
            left = {unit: trend for unit, trend in _judged(units).items() if (unit, name) not in spoken}
            told = news.about(left)
            spoken |= {(unit, name) for unit in told}
            found += _sentences(news, told, left, snapshot, filters)
    return found


def needed(run: Run, snapshot: Snapshot, filters: Filters, watched: Mapping[str, _Units]) -> list[Notice]:
    """What needs attention: what the period itself says, and what its last months say (see `among`)."""
    return joined(notices(run, snapshot, filters), among(watched, snapshot, filters))


def standing_out(watched: Mapping[str, _Units]) -> dict[tuple[str, str], Text]:
    """What is really worse than before, by metric and unit ("" is all together), and what there is to say of it."""
    judged = {name: _judged(units) for name, units in watched.items()}
    return {(name, unit): verdict(units[unit]) for name, units in judged.items() for unit in _worse(units)}


def joined(said: Sequence[Notice], raised: Sequence[Notice]) -> list[Notice]:
    """What a period says and up to three alerts that say something else; at most seven sentences in all. That a figure
    got worse is something else than that it misses its target."""
    kept = list(said[: MOST - min(len(raised), _ROOM)])
    spoken = {(notice.filters.units, notice.about) for notice in kept}
    more = [alert for alert in raised if alert.is_change or (alert.filters.units, alert.about) not in spoken]
    return [*kept, *more[:_ROOM]][:MOST]


@dataclass(frozen=True)
class Crossing:
    """A figure of one unit ("" is all together) that is really worse or short of its target, and was not before.

    `bound` is its mean, or that target; `filters` are those of the unit's series, which is the evidence.
    """

    kind: Literal["change", "target"]
    unit: str
    metric: str
    period: Period
    value: float
    bound: float
    sentence: Text
    filters: Filters


def crossings(
    now: Mapping[str, _Units], before: Mapping[str, _Units], snapshot: Snapshot, filters: Filters
) -> list[Crossing]:
    """What crossed between two readings of the watched figures by metric and unit (see `by_unit`), each up to the last
    whole period of its own snapshot: first changes, then targets, worst first. Where there was no reading before, all
    that stands is new.

    Rates over fewer than 20 dossiers are not judged: a unit that grows beyond that may cross.
    """
    found = []
    for kind, kept in _BOUNDS.items():
        for name, units in now.items():
            judged = _judged(units)
            known = kept.beyond(_judged(before.get(name, {})))
            found += [
                _crossing_of(kind, judged[unit], snapshot, filters) for unit in kept.beyond(judged) if unit not in known
            ]
    return found


def since(run: Run, snapshot: Snapshot, filters: Filters, earlier: Snapshot | None) -> list[Crossing]:
    """What crossed in a snapshot's last whole month and had not in that of an earlier one (see `crossings`)."""
    now = by_unit(run, snapshot, filters, WATCHED)
    before = by_unit(partial(query.run, earlier), earlier, defaults(earlier), WATCHED) if earlier else {}
    return crossings(now, before, snapshot, filters)


def _crossing_of(kind: Literal["change", "target"], trend: Trend, snapshot: Snapshot, filters: Filters) -> Crossing:
    unit, words = trend.unit, _BOUNDS[kind].words
    name = snapshot.references.units[unit].name if unit else ""
    return Crossing(
        kind,
        unit,
        trend.metric.name,
        trend.periods[-1],
        float(trend.values[-1]),
        _BOUNDS[kind].bound(trend),
        both(partial(words, name, trend)),
        filters.narrow("unit", unit) if unit else filters,
    )


@dataclass(frozen=True)
class _Bound:
    """One kind of bound: the units beyond it, worst first; its value for one of them; its sentence."""

    beyond: Callable[[_Units], list[str]]
    bound: Callable[[Trend], float]
    words: Callable[[str, Trend, Language], str]


@dataclass(frozen=True)
class _News:
    """One kind of news: the units it is about, worst first and all of them together before any, and its sentence for
    one unit and for many."""

    about: Callable[[_Units], list[str]]
    one: Callable[[str, Trend, Language], str]
    many: Callable[[str, Trend, Language], str]
    is_change: bool = False


def _judged(units: _Units) -> _Units:
    """What has a last period that is large enough; the row of all only where there are several."""
    return {
        unit: trend
        for unit, trend in units.items()
        if trend.is_current and not trend.is_small and (unit or len(units) > 2)
    }


def _worst_first(units: _Units, weights: dict[str, float]) -> list[str]:
    return sorted(weights, key=lambda unit: (bool(unit), -weights[unit], units[unit].unit))


def _worse(units: _Units) -> list[str]:
    return _worst_first(
        units,
        {
            unit: _distance(trend)
            for unit, trend in units.items()
            if trend.variation and trend.variation[0] == "concern"
        },
    )


def _distance(trend: Trend) -> float:
    """How far the last point is from the mean, in widths between the limit and the mean."""
    limits = trend.chart.limits
    centre, away = _mean(trend), abs(trend.values[-1] - _mean(trend))
    limit = (limits.upper if trend.values[-1] > centre else limits.lower)[-1]
    return float(away / abs(limit - centre)) if limit != centre else float("inf")


def _mean(trend: Trend) -> float:
    return float(trend.chart.limits.centre[-1])


def _short(units: _Units) -> list[str]:
    """Those whose last period misses its target."""
    return _worst_first(units, {u: _shortfall(trend) for u, trend in units.items() if trend.states(1) == ["missed"]})


def _missed(units: _Units) -> list[str]:
    return _worst_first(units, {unit: _shortfall(trend) for unit, trend in units.items() if _misses_again(trend)})


def _misses_again(trend: Trend) -> bool:
    together = trend.periods[-_RUNNING:]
    return (
        trend.states(_RUNNING) == ["missed"] * _RUNNING
        and together[0] == together[-1].previous().previous()  # no period without dossiers between them
    )


def _shortfall(trend: Trend) -> float:
    return abs(float(trend.values[-1]) - (trend.target or 0))


def _sentences(news: _News, told: Sequence[str], units: _Units, snapshot: Snapshot, filters: Filters) -> list[Notice]:
    names = {unit: snapshot.references.units[unit].name for unit in told if unit}
    found = []
    for unit in told:
        if not unit or len(names) <= _EACH:
            asked = filters.narrow("unit", unit) if unit else filters
            found.append(_notice(news, asked, units[unit], partial(news.one, names.get(unit, ""), units[unit])))
    if len(names) > _EACH:
        first = next(iter(names))
        found.append(_notice(news, filters, units[first], partial(_of_many, news, names, units[first])))
    return found


def _notice(news: _News, filters: Filters, trend: Trend, words: Callable[[Language], str]) -> Notice:
    return Notice(both(words), _PAGE, filters, trend.metric.name, trend.metric.name, news.is_change)


def _of_many(news: _News, names: dict[str, str], trend: Trend, language: Language) -> str:
    count = number(len(names), language)
    worst = f"{next(iter(names.values()))} ({shown(trend, float(trend.values[-1]), language)})"
    said = news.many(count, trend, language)
    return f"{said}; {Text('nặng nhất', 'worst')[language]}: {worst}."


def _worsened(unit: str, trend: Trend, language: Language) -> str:
    label, value = within(trend.metric.label[language]), shown(trend, float(trend.values[-1]), language)
    period, said = period_name(trend.periods[-1], language), within(verdict(trend)[language])
    whose, mean = unit or _ALL[language], line_shown(trend, _mean(trend), language)
    return Text(
        f"{whose}: {label} {period} là {value}, trung bình {mean}; {said}.",
        f"{whose}: {label} {value} in {period}, mean {mean}; {said}.",
    )[language]


def _many_worsened(count: str, trend: Trend, language: Language) -> str:
    label, period = within(trend.metric.label[language]), period_name(trend.periods[-1], language)
    return Text(
        f"{count} đơn vị có {label} {period} xấu đi thật", f"{count} units are really worse in {period} ({label})"
    )[language]


def _missing(unit: str, trend: Trend, language: Language) -> str:
    label, value = within(trend.metric.label[language]), shown(trend, float(trend.values[-1]), language)
    target, row = target_of(trend, language), count_of(trend.grain, _RUNNING)[language]
    period = period_name(trend.periods[-1], language)
    return Text(
        f"{unit or _ALL[language]}: {label} {row} liền chưa đạt chỉ tiêu {target}; {period}: {value}.",
        f"{unit or _ALL[language]}: {label} missed the target of {target} {row} in a row; {period}: {value}.",
    )[language]


def _falling_short(unit: str, trend: Trend, language: Language) -> str:
    label, value = within(trend.metric.label[language]), shown(trend, float(trend.values[-1]), language)
    target, period = target_of(trend, language), period_name(trend.periods[-1], language)
    return Text(
        f"{unit or _ALL[language]}: {label} {period} là {value}, chưa đạt chỉ tiêu {target}.",
        f"{unit or _ALL[language]}: {label} {value} in {period}, short of the target of {target}.",
    )[language]


def _many_missing(count: str, trend: Trend, language: Language) -> str:
    label, row = within(trend.metric.label[language]), count_of(trend.grain, _RUNNING)[language]
    return Text(
        f"{count} đơn vị {row} liền thấp hơn chỉ tiêu quá 1 điểm % về {label}",
        f"{count} units were more than 1 pp short of their target {row} in a row ({label})",
    )[language]


# In the order of their weight.
_NEWS = (_News(_worse, _worsened, _many_worsened, is_change=True), _News(_missed, _missing, _many_missing))
_BOUNDS: dict[Literal["change", "target"], _Bound] = {
    "change": _Bound(_worse, _mean, _worsened),
    "target": _Bound(_short, lambda trend: trend.target or 0.0, _falling_short),
}
