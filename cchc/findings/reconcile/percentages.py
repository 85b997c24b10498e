"""Percentages against their own counts: the share, whole numbers, a hundred in all, increases and changes."""

from collections.abc import Iterator
from fractions import Fraction

from cchc.entered.published.statements import Figure, halves
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period
from cchc.findings.reconcile import sentences
from cchc.findings.reconcile.case import Case
from cchc.findings.reconcile.findings import Expected, Finding, settled
from cchc.findings.reconcile.quantities import SUMS, counted, is_over_another, is_stock
from cchc.schema import CHANNELS

# Counts that the official forms print with on_day, or leave out where there are none.
_UNPRINTED = {"withdrawn", "postal"}
# Months, quarters and years differ by a few days; periods compared beyond that are of different length.
_SAME_LENGTH = Fraction(11, 10)


def is_share(figure: Figure) -> bool:
    """Whether a percentage is a part of a whole; what is resolved may be more than what is received."""
    return figure.meaning.kind in ("rate", "ratio") and figure.meaning.name != "clearance_rate"


def share(case: Case) -> Iterator[Finding]:
    """Percentages against the numerator and denominator printed with them; cut off is said apart from rounded."""
    cut: dict[str, list[tuple[Figure, Fraction]]] = {}
    for figure in case.table.figures:
        top, bottom = case.parts(figure)
        if figure.meaning.kind == "growth" or not top or not bottom or not bottom.printed.value:
            continue
        case.look_at((figure, top, bottom))
        exact = 100 * top.printed.value / bottom.printed.value
        reading = figure.printed.reading(exact)
        if reading == "truncated":
            cut.setdefault(figure.document, []).append((figure, exact))
        if reading is None:
            found = Finding(
                "share", "wrong", (figure, top, bottom), (figure,),
                sentences.share(figure, top, bottom, exact, case.references),
                {figure.id: Expected((exact,))}, gap=abs(exact - figure.printed.value),
            )  # fmt: skip
            if finding := settled(found, (figure, top, bottom), case.again):
                yield finding
    for pairs in cut.values():
        figures = tuple(figure for figure, _ in pairs)
        sentence = sentences.cut_off(figures, [exact for _, exact in pairs], case.references)
        yield Finding("share", "note", figures, (), sentence, {f.id: Expected((exact,)) for f, exact in pairs})


def granularity(case: Case) -> Iterator[Finding]:
    """Percentages that no whole number of the denominator printed with them gives (GRIM)."""
    failing: dict[tuple[str, str], list[Figure]] = {}
    for figure in case.table.figures:
        top, bottom = case.parts(figure)
        if not is_share(figure) or top or not bottom or not bottom.printed.value:
            continue
        case.look_at((figure, bottom))
        if figure.printed.value <= 100 and not figure.printed.counts(int(bottom.printed.value)):
            # Late ones and the rest fail together, for one reason.
            failing.setdefault((bottom.id, "resolved" if _of_resolved(figure) else figure.id), []).append(figure)
    for (denominator, _), figures in failing.items():
        figures.sort(key=lambda figure: figure.printed.value)
        bottom = case.table.by_id[denominator]
        size = int(bottom.printed.value)
        other = case.again.get(figures[0].id)
        explains = other if other and other.agrees and other.denominator != size else None
        nearest = {f.id: Expected(f.printed.nearest(size), "or") for f in figures}
        gap = min(abs(value - figures[0].printed.value) for value in nearest[figures[0].id].values)
        sure = explains is not None or not any(is_over_another(figure, case.table) for figure in figures)
        found = Finding(
            "granularity", "wrong", (*figures, bottom), tuple(figures),
            sentences.granularity(figures, size, explains, case.references), nearest, sure=sure, gap=gap,
        )  # fmt: skip
        if finding := settled(found, figures, case.again):
            yield finding


def _of_resolved(figure: Figure) -> bool:
    return figure.meaning.name in METRICS and METRICS[figure.meaning.name].denominator == ("resolved",)


def hundred(case: Case) -> Iterator[Finding]:
    """Shares that make up everything: 100 within what rounding or cutting off can do."""
    rates: dict[tuple[object, ...], dict[str, Figure]] = {}
    for figure in case.table.figures:
        if figure.meaning.kind == "rate" and is_share(figure):
            same = (figure.document, figure.scope, figure.period, METRICS[figure.meaning.name].denominator)
            rates.setdefault(same, {})[counted(figure.meaning.name)] = figure
    for group in rates.values():
        for split in (*SUMS["resolved"], CHANNELS):
            figures = [group[part] for part in split if part in group]
            if len(figures) > 1:
                yield from _hundred(case, figures, set(split) - set(group))


def _hundred(case: Case, figures: list[Figure], missing: set[str]) -> Iterator[Finding]:
    low = sum((figure.printed.low for figure in figures), Fraction(0))
    high = sum((figure.printed.high for figure in figures), Fraction(0))
    total = sum((figure.printed.value for figure in figures), Fraction(0))
    whole = missing <= _UNPRINTED
    if low > 100 or (whole and high < 100):
        found = Finding(
            "parts", "wrong", tuple(figures), tuple(figures), sentences.hundred(figures, total, False, case.references),
            gap=abs(total - 100), sure=not missing or low > 100,
        )  # fmt: skip
        case.look_at(figures)
        if finding := settled(found, figures, case.again):
            yield finding
    elif whole:
        case.look_at(figures)
        if total != 100:
            yield Finding("parts", "note", tuple(figures), (), sentences.hundred(figures, total, True, case.references))


def over_hundred(case: Case) -> Iterator[Finding]:
    """Shares of more than everything."""
    for figure in case.table.figures:
        if is_share(figure) and figure.printed.low > 100:
            gap = figure.printed.value - 100
            sentence = sentences.over_hundred(figure, case.references)
            expected = {figure.id: Expected((Fraction(100),), "most")}
            yield Finding("subset", "wrong", (figure,), (figure,), sentence, expected, gap=gap)


def growth(case: Case) -> Iterator[Finding]:
    """Increases that are the ratio to their base, or another one; increases from a period of another length."""
    for figure in case.table.figures:
        top, bottom = case.parts(figure)
        if figure.meaning.kind != "growth" or not top or not bottom or not bottom.printed.value:
            continue
        case.look_at((figure, top, bottom))
        ratio = 100 * top.printed.value / bottom.printed.value
        if figure.printed.reading(ratio - 100) is None:
            sentence = sentences.increase(figure, top, bottom, ratio, figure.printed.reading(ratio) is not None)
            expected = {figure.id: Expected((ratio - 100,))}
            gap = abs(ratio - 100 - figure.printed.value)
            found = Finding("ratio", "wrong", (figure, top, bottom), (figure,), sentence, expected, gap=gap)
            if finding := settled(found, (figure,), case.again):
                yield finding
        if not is_stock(counted(top.meaning.base)) and not _comparable(top.period, bottom.period):
            yield Finding("ratio", "check", (figure, top, bottom), (), sentences.lengths(figure, top, bottom))


def _comparable(one: Period, other: Period) -> bool:
    longer, shorter = sorted((one.days, other.days), reverse=True)
    return Fraction(longer, shorter) <= _SAME_LENGTH


def change(case: Case) -> Iterator[Finding]:
    """Changes in points against the two rates they compare, as far as those are published."""
    rates = {(f.meaning.name, f.scope, f.period): f for f in case.table.figures if f.meaning.kind == "rate"}
    for figure in case.table.figures:
        pair = halves(figure.period) if figure.meaning.kind == "change" else None
        if not pair:
            continue
        before, now = (rates.get((figure.meaning.base, figure.scope, period)) for period in pair)
        if not now:
            continue
        case.look_at([each for each in (figure, now, before) if each])
        old = (before.printed.low, before.printed.high) if before else (Fraction(0), Fraction(100))
        low, high = now.printed.low - old[1], now.printed.high - old[0]
        if figure.printed.high >= low and figure.printed.low <= high:
            continue
        figures = tuple(each for each in (figure, now, before) if each)
        right = now.printed.value - before.printed.value if before else None
        found = Finding(
            "ratio", "wrong", figures, (figure,), sentences.change(figure, now, before, case.references),
            {} if right is None else {figure.id: Expected((right,))},
            gap=min(abs(figure.printed.value - low), abs(figure.printed.value - high)),
        )  # fmt: skip
        if finding := settled(found, figures, case.again):
            yield finding
