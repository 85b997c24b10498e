"""Dates of service models against the calendar and their plan, and two values published for one thing."""

import datetime
from collections.abc import Iterator
from itertools import combinations

from cchc.entered.published.statements import Figure
from cchc.figures.periods import Period
from cchc.findings.reconcile import sentences
from cchc.findings.reconcile.case import Case
from cchc.findings.reconcile.findings import Expected, Finding, settled
from cchc.findings.reconcile.quantities import key_of_figure

_DAY = datetime.timedelta(days=1)


def starts(case: Case) -> Iterator[Finding]:
    """Weekly models that would start on another weekday, or before their own plan was signed."""
    for figure in case.table.figures:
        if figure.meaning.kind != "start" or not figure.days:
            continue
        case.look_at([figure])
        signed = _signed(case, figure)
        off_day = figure.days.days == 1 and figure.days.end.isoweekday() != figure.meaning.weekday
        early = signed if signed and figure.days.end < signed.start else None
        if not off_day and not early:
            continue
        first = max(figure.days.start, early.start if early else figure.days.start)
        first += (figure.meaning.weekday - first.isoweekday()) % 7 * _DAY
        possible = Period(first, first)
        sentence = sentences.start(figure, figure.days, early, possible, case.references)
        found = Finding("dates", "wrong", (figure,), (figure,), sentence, {figure.id: Expected(day=possible)})
        if finding := settled(found, (figure,), case.again):
            yield finding


def _signed(case: Case, figure: Figure) -> Period | None:
    """The day the plan that announces this start was signed."""
    telling = [figure.document, *(f.document for f in case.table.figures if f.meaning == figure.meaning)]
    for id_ in telling:
        document = case.references.documents.get(id_)
        if document and document.kind == "plan" and document.day:
            return Period(document.day, document.day)
    return None


def differing(case: Case) -> Iterator[Finding]:
    """Figures that say two things about one: the same count or rate of the same dossiers, the same start."""
    groups: dict[object, list[Figure]] = {}
    for figure in case.table.figures:
        groups.setdefault(_thing(case, figure), []).append(figure)
    for group in groups.values():
        if len(group) > 1:
            case.look_at(group)
            apart = next((pair for pair in combinations(group, 2) if _apart(*pair)), None)
            if apart:
                found = Finding("dates", "wrong", apart, apart, sentences.differing(apart, case.references))
                if finding := settled(found, apart, case.again):
                    yield finding


def _thing(case: Case, figure: Figure) -> object:
    """What a figure says something about: one count under whatever name, one percentage or change, one start."""
    if figure.meaning.unit == "count":
        return key_of_figure(figure)
    if figure.meaning.kind == "start":
        return figure.meaning.name, figure.scope  # a model starts once, whatever period the row is filed under
    base = case.table.by_id.get(figure.denominator) if figure.meaning.kind in ("ratio", "growth") else None
    return figure.meaning.name, figure.scope, figure.period, key_of_figure(base) if base else None


def _apart(one: Figure, other: Figure) -> bool:
    if one.days and other.days:
        return one.days.end < other.days.start or other.days.end < one.days.start
    if one.meaning.unit == "count":
        return one.printed.value != other.printed.value
    return one.printed.high < other.printed.low or other.printed.high < one.printed.low
