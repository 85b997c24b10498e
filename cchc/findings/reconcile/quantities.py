"""Counts that published figures state or imply, and which count contains which: found from the table, never listed."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import product

from cchc.entered.published.statements import Figure, Scope, Table
from cchc.figures.metrics import FIGURES, METRICS
from cchc.figures.periods import Period
from cchc.rules.references import References
from cchc.schema import CHANNELS
from cchc.store.counts import COUNTS

# The rules of counting: a whole, and parts that always make it up.
SUMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "handled": (
        ("carried_in", "received"),
        ("resolved", "open"),
        ("online", "counter_or_postal", "carried_in"),  # as the form prints them
    ),
    "resolved": (
        ("on_time", "late"),
        ("early", "on_day", "withdrawn", "late"),
        ("early", "on_day_or_withdrawn", "late"),
    ),
    "on_time": (("early", "on_day", "withdrawn"), ("early", "on_day_or_withdrawn")),
    "on_day_or_withdrawn": (("on_day", "withdrawn"),),
    "open": (("open_within", "open_overdue"),),
    "petitions_received": (("petitions_on_time", "petitions_late", "petitions_open"),),
}
_WHOLES = {"received": "received", "ended": "resolved", "deadline": "due"}
# What is always among something else without making it up.
_AMONG = {name: _WHOLES[count.event] for name, count in COUNTS.items()} | {
    "undated": "on_day", "paid_online": "fee_due", "model_due": "model_received", "model_kept": "model_due",
    "satisfied": "rated", "tasks_done": "tasks", "internal_procedures_cut_done": "internal_procedures_cut_approved",
}  # fmt: skip
# Counts at a moment: those of two months are not those of both together.
_STOCKS = {
    "carried_in",
    "open",
    "open_within",
    "open_overdue",
    "petitions_open",
    "tasks",
    "tasks_done",
    "listed_procedures",
}
_STOCKS |= {name for name in _AMONG if name.startswith("internal")} | {"internal_procedures_cut_approved"}
# A dossier handled in two months is counted in both.
_OVERLAPPING = {"handled"}


@dataclass(frozen=True)
class Key:
    """What is counted, of which dossiers, in which days."""

    metric: str
    scope: Scope
    period: Period


@dataclass(frozen=True)
class Quantity:
    """A count that lies between `low` and `high`, because `claims` (a count, or a percentage of the count of another
    figure in `over`) say so. Not `sure` where the percentage is printed over another count than it is a share of."""

    key: Key
    low: Fraction
    high: Fraction
    claims: tuple[Figure, ...]
    over: tuple[Figure, ...] = ()
    sure: bool = True

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (*self.claims, *self.over)

    @property
    def least(self) -> int:
        """The least whole number it can be."""
        return math.ceil(self.low)

    @property
    def most(self) -> int:
        """The greatest whole number it can be."""
        return math.floor(self.high)


@cache
def counted(metric: str) -> str:
    """The count a metric counts: of a rate its numerator, as `late` of `late_rate`."""
    found = FIGURES.get(metric)
    if not found or not found.denominator:
        return metric
    same = (each.name for each in METRICS.values() if each.format == "count" and each.numerator == found.numerator)
    return next(same, found.numerator[0])


def is_stock(metric: str) -> bool:
    """Whether a count is one at a moment, not one of everything that happened in a period."""
    return metric in _STOCKS


def is_shared(counts: Iterable[str]) -> bool:
    """Whether periods share dossiers in one of these counts: what is open, or handled, in two is counted in both."""
    return bool({*counts} & (_STOCKS | _OVERLAPPING))


def complement(metric: str) -> str:
    """What the rest of the denominator is when a rate of this count is known; "" if it has no name."""
    return {"late": "on_time", "on_time": "late"}.get(metric, "")


def key_of(metric: str, scope: Scope, period: Period) -> Key:
    """The key of a count; dossiers online are those received of the channel online."""
    if metric in CHANNELS and scope.channel in ("", metric):
        return Key("received", replace(scope, channel=metric), period)
    return Key(metric, scope, period)


def share_of(figure: Figure) -> Key:
    """The count a percentage is a share of by the rules of counting, whatever it is printed over."""
    found = METRICS.get(figure.meaning.base)
    if figure.meaning.kind != "rate" or not found:
        return Key("", figure.scope, figure.period)
    # A paper prints its channels over everything received.
    over = ("received",) if found.denominator == CHANNELS else found.denominator
    same = (each.name for each in METRICS.values() if each.format == "count" and each.numerator == over)
    return key_of(next(same, ""), figure.scope, figure.period)


def key_of_figure(figure: Figure) -> Key:
    """The key of the count a figure states, or is a share of: its numerator."""
    return key_of(counted(figure.meaning.base), figure.scope, figure.period)


def is_over_another(figure: Figure, table: Table) -> bool:
    """Whether a percentage is printed over another count than it is a share of, as late ones of those received."""
    return figure.meaning.kind == "rate" and key_of_figure(table.by_id[figure.denominator]) != share_of(figure)


def quantities(table: Table, references: References) -> dict[Key, Quantity]:
    """Every count the table states or implies, and the totals of an area whose every level it gives."""
    found: dict[Key, Quantity] = {}
    for each in _stated(table):
        found[each.key] = _both(found[each.key], each) if each.key in found else each
    return found | _totals(found, levels(references))


def levels(references: References) -> tuple[str, ...]:
    """The levels that have units."""
    return tuple(dict.fromkeys(unit.level for unit in references.units.values()))


def _stated(table: Table) -> Iterator[Quantity]:
    implied = []
    for figure in table.figures:
        if figure.meaning.unit == "count":
            key = key_of_figure(figure)
            yield Quantity(key, figure.printed.value, figure.printed.value, (figure,))
        elif figure.meaning.kind in ("rate", "ratio") and figure.denominator:
            implied.append(figure)
    for figure in implied:
        whole = table.by_id[figure.denominator]
        size = int(whole.printed.value)
        if not size:
            continue  # a percentage of nothing says nothing
        low, high = _bounds(figure, size)
        sure = not is_over_another(figure, table)
        key = key_of_figure(figure)
        yield Quantity(key, low, high, (figure,), (whole,), sure)
        if rest := complement(key.metric):
            yield Quantity(Key(rest, key.scope, key.period), size - high, size - low, (figure,), (whole,), sure)


def _bounds(figure: Figure, size: int) -> tuple[Fraction, Fraction]:
    """Whole numbers where any fits; where none does, what the percentage itself says."""
    whole = figure.printed.counts(size)
    if whole:
        return Fraction(whole[0]), Fraction(whole[-1])
    return max(figure.printed.low * size / 100, Fraction(0)), figure.printed.high * size / 100


def _both(one: Quantity, other: Quantity) -> Quantity:
    """What two statements about one count leave possible; where they contradict each other, the first."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    if low > high:
        return one
    claims = tuple(dict.fromkeys((*one.claims, *other.claims)))
    over = tuple(dict.fromkeys((*one.over, *other.over)))
    return Quantity(one.key, low, high, claims, over, one.sure and other.sure)


def _totals(counts: Mapping[Key, Quantity], known_levels: tuple[str, ...]) -> dict[Key, Quantity]:
    totals: dict[Key, Quantity] = {}
    for key in counts:
        whole = Key(key.metric, replace(key.scope, level="", unit=""), key.period)
        if key.scope.level and not key.scope.unit and whole not in counts:
            parts = [counts.get(Key(key.metric, replace(key.scope, level=level), key.period)) for level in known_levels]
            if all(parts):
                totals[whole] = summed(whole, [part for part in parts if part])
    return totals


def summed(key: Key, parts: Iterable[Quantity]) -> Quantity:
    """The count that parts without overlap make up."""
    parts = list(parts)
    claims = tuple(dict.fromkeys(figure for part in parts for figure in part.claims))
    over = tuple(dict.fromkeys(figure for part in parts for figure in part.over))
    low, high = sum((part.low for part in parts), Fraction(0)), sum((part.high for part in parts), Fraction(0))
    return Quantity(key, low, high, claims, over, all(part.sure for part in parts))


def containing_keys(key: Key, periods: Iterable[Period]) -> Iterator[Key]:
    """The keys of every count that must be at least as large: wider in what is counted, whose dossiers, or in days."""
    scope = key.scope
    places = dict.fromkeys([(scope.level, scope.unit), (scope.level, ""), ("", "")])
    spans = [each for each in periods if each.start <= key.period.start and key.period.end <= each.end]
    for metric, (level, unit), channel, field, span in product(
        _wider(key.metric), places, dict.fromkeys([scope.channel, ""]), dict.fromkeys([scope.field, ""]), spans
    ):
        wide = Key(metric, Scope(level, unit, channel, field), span)
        if wide != key and (span == key.period or metric not in _STOCKS):
            yield wide


def _wider(metric: str) -> list[str]:
    """The metric and every count that always contains it."""
    found = [metric]
    for each in found:
        wholes = [whole for whole, sums in SUMS.items() if any(each in parts for parts in sums)]
        found += [whole for whole in (*wholes, _AMONG.get(each, "")) if whole and whole not in found]
    return found


def breakdowns(key: Key, references: References, periods: Iterable[Period]) -> Iterator[tuple[Key, ...]]:
    """Every way to split a count into parts that always make it up: by rule, level, unit, field, channel, and into
    those of `periods` that fill its own."""
    metric, scope, period = key.metric, key.scope, key.period
    for parts in SUMS.get(metric, ()):
        yield tuple(key_of(part, scope, period) for part in parts)
    if not scope.unit:
        if not scope.level:
            yield tuple(Key(metric, replace(scope, level=level), period) for level in levels(references))
        units = [unit for unit in references.units.values() if scope.level in ("", unit.level)]
        valid = [unit for unit in units if unit.valid_from <= period.end and period.start <= unit.valid_to]
        yield tuple(Key(metric, replace(scope, level=unit.level, unit=unit.id), period) for unit in valid)
    if not scope.field:
        yield tuple(Key(metric, replace(scope, field=field), period) for field in references.fields)
    if not scope.channel and metric not in ("carried_in", "tasks"):
        yield tuple(Key(metric, replace(scope, channel=channel), period) for channel in CHANNELS)
    if metric not in _STOCKS | _OVERLAPPING and (tiles := _tiling(period, periods)):
        yield tuple(Key(metric, scope, tile) for tile in tiles)


def _tiling(whole: Period, periods: Iterable[Period]) -> tuple[Period, ...]:
    """A chain of these periods that fills `whole` without gap or overlap, the longest steps first; none if there is
    no such chain."""
    steps: dict[int, list[Period]] = {}
    for each in sorted(set(periods), key=lambda period: -period.days):
        if each != whole and whole.start <= each.start and each.end <= whole.end:
            steps.setdefault(each.start.toordinal(), []).append(each)
    chains: dict[int, tuple[Period, ...] | None] = {whole.end.toordinal() + 1: ()}
    for day in sorted(steps, reverse=True):
        onward = [(step, chains.get(step.end.toordinal() + 1)) for step in steps[day]]
        chains[day] = next(((step, *rest) for step, rest in onward if rest is not None), None)
    return chains.get(whole.start.toordinal()) or ()
