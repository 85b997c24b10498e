"""Counts against each other: parts and their total, a part and what contains it, a table by unit and its total."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from cchc.entered.published.statements import Figure, Scope
from cchc.figures.periods import Period
from cchc.findings.reconcile import sentences
from cchc.findings.reconcile.case import Case
from cchc.findings.reconcile.findings import Expected, Finding, settled
from cchc.findings.reconcile.quantities import (
    Key,
    Quantity,
    breakdowns,
    complement,
    containing_keys,
    counted,
    key_of_figure,
)


def parts(case: Case) -> Iterator[Finding]:
    """Counts whose parts are all published and do not add up to them, or of which some already are more."""
    for key, whole in case.quantities.items():
        periods = case.periods[key.metric, key.scope]
        for split in breakdowns(key, case.references, periods):
            found = [case.quantities[each] for each in split if each in case.quantities]
            if len(found) < 2 or not _independent(whole, found):
                continue
            if finding := _sum(case, whole, found, complete=len(found) == len(split)):
                yield finding


def _independent(whole: Quantity, split: Sequence[Quantity]) -> bool:
    """Whether the statements are different ones: a percentage and what is left of it always add up to its whole."""
    claims = [set(part.claims) for part in (whole, *split)]
    return sum(map(len, claims)) == len(set[Figure]().union(*claims))


def _sum(case: Case, whole: Quantity, split: Sequence[Quantity], complete: bool) -> Finding | None:
    low = sum((part.low for part in split), Fraction(0))
    high = sum((part.high for part in split), Fraction(0))
    if any(part.low > whole.high for part in split) or not all(each.sure for each in (whole, *split)):
        return None  # the part alone says so; and percentages printed over another count do not add up
    if complete:
        case.look_at([*whole.claims, *(figure for part in split for figure in part.claims)])
    if low <= whole.high and (high >= whole.low or not complete):
        return None
    claims = tuple(dict.fromkeys([*whole.claims, *(figure for part in split for figure in part.claims)]))
    return settled(
        Finding(
            "parts", "wrong", claims, claims, sentences.parts(whole, split, case.references),
            {figure.id: Expected((low,)) for figure in whole.claims if figure.meaning.unit == "count" and low == high},
            gap=_relative(low if low > whole.high else high, whole.high),
        ),
        claims,
        case.again,
    )  # fmt: skip


def _relative(value: Fraction, of: Fraction) -> Fraction:
    """A difference in per cent, as far as it matters for the order of findings."""
    return 100 * abs(value - of) / max(value, of, Fraction(1))


def subset(case: Case) -> Iterator[Finding]:
    """Counts larger than one that contains them, the plainest contradictions first; what those explain is left out."""
    periods = list(dict.fromkeys(key.period for key in case.quantities))
    larger: list[tuple[Quantity, Quantity]] = []
    for key, part in case.quantities.items():
        for wide in containing_keys(key, periods):
            whole = case.quantities.get(wide)
            if whole is None or set(part.claims) & set(whole.claims):
                continue
            case.look_at((*part.claims, *whole.claims))
            if part.low > whole.high:
                larger.append((part, whole))
    larger.sort(key=lambda pair: (len({*pair[0].figures, *pair[1].figures}), pair[1].key.scope != pair[0].key.scope))
    disputed = set[Figure]()
    for part, whole in larger:
        if disputed & {*part.claims, *whole.claims}:
            continue
        if finding := _larger(case, part, whole):
            disputed.update(finding.disputed)
            yield finding


def _larger(case: Case, part: Quantity, whole: Quantity) -> Finding | None:
    claims = tuple(figure for each in (whole, part) for figure in _plainest_first(each))
    expected = {figure.id: _bound(case, figure, part.key, Fraction(whole.most), "most") for figure in part.claims}
    # Of several levels that make up the whole nobody can say how large each would have to be.
    if len({figure.scope for figure in whole.claims}) == 1:
        least = Fraction(part.least)
        expected |= {figure.id: _bound(case, figure, whole.key, least, "least") for figure in whole.claims}
    found = Finding(
        "subset", "wrong", tuple(dict.fromkeys((*claims, *part.over, *whole.over))), claims,
        sentences.subset(part, whole, case.references), {}, part.sure and whole.sure, _relative(part.low, whole.high),
    )  # fmt: skip
    if finding := settled(found, claims, case.again):
        disputed = {figure.id: expected[figure.id] for figure in finding.disputed if figure.id in expected}
        return replace(finding, expected=disputed)
    return None


def _plainest_first(quantity: Quantity) -> list[Figure]:
    """The figures a count follows from, those that speak of the count itself before those of the rest."""
    return sorted(quantity.claims, key=lambda figure: counted(figure.meaning.base) != quantity.key.metric)


def _bound(case: Case, figure: Figure, key: Key, value: Fraction, relation: Literal["least", "most"]) -> Expected:
    """What a figure must be at least or at most for its count to be `value` or beyond; the rest of a percentage is
    bounded from the other side."""
    if figure.meaning.unit == "percent":
        value = 100 * value / case.table.by_id[figure.denominator].printed.value
        if complement(counted(figure.meaning.base)) == key.metric:
            value, relation = 100 - value, "most" if relation == "least" else "least"
    return Expected((value,), relation)


def listing(case: Case) -> Iterator[Finding]:
    """A table by unit that leaves most units out, of periods no total of its document is published for."""
    groups: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in case.table.figures:
        if figure.meaning.unit == "count" and figure.scope.unit:
            key = key_of_figure(figure)
            groups.setdefault((figure.document, key.metric, key.scope.channel), []).append(figure)
    for (document, metric, channel), split in groups.items():
        periods = {figure.period for figure in split}
        totals = [
            figure for figure in case.table.figures
            if figure.document == document and figure.meaning.unit == "count"
            and key_of_figure(figure) == Key(metric, Scope(channel=channel), figure.period)
        ]  # fmt: skip
        beside = [figure for figure in totals if _crosses(figure.period, periods)]
        listed = {figure.scope.unit for figure in split}
        if beside and 1 < len(listed) < len(case.references.units):
            total = max(beside, key=lambda figure: figure.period.end)
            if sum(figure.printed.value for figure in split) != total.printed.value:
                units = len(listed), len(case.references.units)
                sentence = sentences.listing(split, units, total, case.references)
                yield Finding("parts", "check", (total, *split), (), sentence)


def _crosses(period: Period, periods: set[Period]) -> bool:
    """Whether a period overlaps one of the others and neither lies within the other."""
    return any(
        each.start <= period.end and period.start <= each.end
        and not (each.start <= period.start and period.end <= each.end)
        and not (period.start <= each.start and each.end <= period.end)
        for each in periods
    )  # fmt: skip
