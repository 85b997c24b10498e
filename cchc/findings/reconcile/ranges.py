"""Contradictions that need no denominators: a rate outside those of its parts, one stock with two values."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import combinations

from cchc.entered.published.statements import Figure, Scope
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period
from cchc.findings.reconcile import sentences
from cchc.findings.reconcile.case import Case
from cchc.findings.reconcile.findings import Expected, Finding, settled
from cchc.findings.reconcile.quantities import Key, breakdowns, is_shared, share_of

_DAY = datetime.timedelta(days=1)
# Numerators of these are no parts of their denominators: a part may have the one without the other.
_NO_MEANS = ("clearance_rate",)


def overall(case: Case) -> Iterator[Finding]:
    """Rates and mean days outside the range of those of all levels, all units, or of successive periods: whatever the
    denominators are, a whole lies among its parts."""
    figures = {(each.meaning.base, each.scope, each.period): each for each in case.table.figures if _is_mean(each)}
    periods: dict[tuple[str, Scope], list[Period]] = {}
    for name, scope, period in figures:
        periods.setdefault((name, scope), []).append(period)
    for (name, scope, _), whole in figures.items():
        for split in (*_in_space(whole, case), _in_time(whole, periods[name, scope], case)):
            parts = [figures[name, key.scope, key.period] for key in split if (name, key.scope, key.period) in figures]
            if len(parts) == len(split) > 1 and (found := _outside(case, whole, parts)):
                yield found


def _is_mean(figure: Figure) -> bool:
    metric = METRICS.get(figure.meaning.base)
    if metric is None or metric.quantile is not None or metric.name in _NO_MEANS:
        return False
    return figure.meaning.kind in ("rate", "days")


def _in_space(whole: Figure, case: Case) -> list[tuple[Key, ...]]:
    """By level and by unit. Not by channel: some dossiers have none."""
    splits = breakdowns(Key(whole.meaning.base, whole.scope, whole.period), case.references, ())
    return [split for split in splits if all(key.scope.channel == whole.scope.channel for key in split)]


def _in_time(whole: Figure, periods: Sequence[Period], case: Case) -> tuple[Key, ...]:
    """By periods, where what is divided happens in one period and not in others."""
    metric = METRICS[whole.meaning.base]
    if is_shared((*metric.numerator, *metric.denominator)):
        return ()
    key = Key(whole.meaning.base, whole.scope, whole.period)
    splits = breakdowns(key, case.references, periods)
    return next((split for split in splits if all(each.scope == whole.scope for each in split)), ())


def _outside(case: Case, whole: Figure, parts: Sequence[Figure]) -> Finding | None:
    figures = (whole, *parts)
    case.look_at(figures)
    low, high = min(parts, key=lambda part: part.printed.low), max(parts, key=lambda part: part.printed.high)
    if low.printed.low <= whole.printed.high and whole.printed.low <= high.printed.high:
        return None
    below = whole.printed.high < low.printed.low
    near = low if below else high
    # Printed over different counts they are means of different things.
    alike = len({_over(case, figure) for figure in figures}) == 1
    found = Finding(
        "range", "wrong", figures, (whole,), sentences.outside(whole, parts, case.references),
        {whole.id: Expected((near.printed.value,), "least" if below else "most")}, alike,
        abs(near.printed.value - whole.printed.value),
    )  # fmt: skip
    return settled(found, figures, case.again)


def _over(case: Case, figure: Figure) -> str:
    """The count a rate is printed over; what it is a share of, where the table does not say."""
    bottom = case.table.by_id.get(figure.denominator)
    return bottom.meaning.base if bottom else share_of(figure).metric


def quantiles(case: Case) -> Iterator[Finding]:
    """A median above what nine in ten dossiers need at most."""
    groups: dict[tuple[Scope, Period], list[Figure]] = {}
    for figure in case.table.figures:
        if figure.meaning.kind == "days" and METRICS[figure.meaning.base].quantile is not None:
            groups.setdefault((figure.scope, figure.period), []).append(figure)
    for group in groups.values():
        for pair in combinations(group, 2):
            lesser, greater = sorted(pair, key=lambda figure: METRICS[figure.meaning.base].quantile or 0)
            if lesser.meaning.base == greater.meaning.base:
                continue
            case.look_at(pair)
            if lesser.printed.low > greater.printed.high:
                sentence = sentences.disordered(lesser, greater, case.references)
                gap = lesser.printed.value - greater.printed.value
                found = Finding("range", "wrong", pair, pair, sentence, gap=gap)
                if finding := settled(found, pair, case.again):
                    yield finding


def carried(case: Case) -> Iterator[Finding]:
    """Dossiers open at the end of a period that are not those carried into the next."""
    starts = {
        (key.scope, key.period.start): quantity
        for key, quantity in case.quantities.items()
        if key.metric == "carried_in"
    }
    for key, left in case.quantities.items():
        taken = starts.get((key.scope, key.period.end + _DAY)) if key.metric == "open" else None
        if taken is None:
            continue
        claims = tuple(dict.fromkeys((*left.claims, *taken.claims)))
        case.look_at(claims)
        if left.low > taken.high or taken.low > left.high:
            sentence = sentences.carried(left, taken, case.references)
            sure, gap = left.sure and taken.sure, abs(left.low - taken.low)
            found = Finding("dates", "wrong", claims, claims, sentence, {}, sure, gap)
            if finding := settled(found, claims, case.again):
                yield finding
