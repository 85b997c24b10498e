"""What the records say about published figures: each one recomputed from the snapshot, where the data covers it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import pandas as pd

from cchc.entered.published.statements import Figure, Scope, Table, halves
from cchc.figures.filters import Filters
from cchc.figures.metrics import FIGURES
from cchc.figures.periods import Period
from cchc.figures.query import Run
from cchc.rules.references import References
from cchc.store.coverage import is_covered
from cchc.store.snapshots import Snapshot

# Of a whole period: which days, of which weekday (0 = any).
_Span = tuple[Period, int]


@dataclass(frozen=True)
class Recount:
    """A figure recomputed: its value in the figure's own unit (per cent, points, a count, days), or the `days` a date
    means; numerator and denominator where it is a share. `agrees` says whether it is printed as published."""

    agrees: bool
    value: Fraction = Fraction(0)
    days: Period | None = None
    numerator: int | None = None
    denominator: int | None = None


def recount(run: Run, snapshot: Snapshot, table: Table) -> dict[str, Recount]:
    """Every figure the records, or the references of a service model, can speak of, by id."""
    counted = _Counted(run, snapshot, table)
    found: dict[str, Recount] = {}
    for figure in table.figures:
        again = _of_model(figure, snapshot.references) or counted.recount(figure)
        if again:
            found[figure.id] = again
    # Shares of, and increases over, other figures of the table follow from what the records say of those.
    for figure in table.figures:
        if again := _of_two(figure, found):
            found[figure.id] = again
    return found


def question(figure: Figure, snapshot: Snapshot) -> Filters:
    """The question to the records that a figure answers."""
    period, scope = figure.period, figure.scope
    if (pair := halves(period)) and figure.meaning.kind == "change":
        period = pair[1]
    return Filters(
        snapshot.dataset,
        snapshot.id,
        period.start,
        period.end,
        units=(scope.unit,) if scope.unit else (),
        levels=(scope.level,) if scope.level and not scope.unit else (),
        channels=(scope.channel,) if scope.channel else (),
        fields=(scope.field,) if scope.field else (),
        weekdays=(figure.meaning.weekday,) if figure.meaning.kind == "model" else (),
    )


class _Counted:
    """Counts of every period the table speaks of, by unit, channel and, where it does, field: one question to the
    records for each."""

    def __init__(self, run: Run, snapshot: Snapshot, table: Table) -> None:
        self._run, self._snapshot = run, snapshot
        self._levels = {unit.id: unit.level for unit in snapshot.references.units.values()}
        self._split = ["field"] if any(figure.scope.field for figure in table.figures) else []
        wanted: dict[_Span, dict[str, None]] = {}
        for figure in table.figures:
            for period in _periods(figure):
                if FIGURES[figure.meaning.base].format != "days" and self._covers(period):
                    wanted.setdefault((period, figure.meaning.weekday), {})[figure.meaning.base] = None
        self._sums = {span: self._summed(span, list(metrics)) for span, metrics in wanted.items()}

    def _covers(self, period: Period) -> bool:
        return period.end <= self._snapshot.as_of and is_covered(period, self._snapshot)

    def _summed(self, span: _Span, metrics: list[str]) -> dict[Scope, Counter[str]]:
        """The counts of one span by every scope a figure may be about; those without dossiers are left out."""
        period, weekday = span
        asked = Filters(
            self._snapshot.dataset, self._snapshot.id, period.start, period.end, weekdays=(weekday,) if weekday else ()
        )
        frame = self._run(metrics, asked, by=["unit", "channel", *self._split], parts=True)
        counts = [
            name for metric in metrics
            for name in ((f"{metric}_n", f"{metric}_d") if FIGURES[metric].denominator else (metric,))
        ]  # fmt: skip
        sums: dict[Scope, Counter[str]] = {}
        for row in frame.to_dict("records"):
            own = self._levels[row["unit"]]
            for level, unit in (("", ""), (own, ""), (own, row["unit"])):
                for channel, field in product(("", row["channel"]), {"", row.get("field", "")}):
                    total = sums.setdefault(Scope(level, unit, channel, field), Counter())
                    total.update({name: int(row[name]) for name in counts})
        return sums

    def recount(self, figure: Figure) -> Recount | None:
        """The figure from the records; None where it is not about dossiers or the data does not cover it."""
        periods = _periods(figure)
        if not periods or not all(map(self._covers, periods)):
            return None
        if figure.meaning.kind == "days":
            return self._days(figure)
        shares = [self._share(figure, period) for period in periods]
        if figure.meaning.unit == "count":
            value = Fraction(shares[0][0])
            return Recount(figure.printed.value == value, value)
        if any(bottom == 0 for _, bottom in shares):
            return None
        rates = [Fraction(100 * top, bottom) for top, bottom in shares]
        value = rates[-1] - (rates[0] if len(rates) > 1 else 0)
        top, bottom = shares[-1]
        parts = (top, bottom) if len(rates) == 1 else (None, None)
        return Recount(figure.printed.reading(value) is not None, value, None, *parts)

    def _share(self, figure: Figure, period: Period) -> tuple[int, int]:
        """Numerator and denominator of a rate; a count and 1."""
        counts = self._sums[period, figure.meaning.weekday].get(figure.scope, Counter[str]())
        base = figure.meaning.base
        return (counts[f"{base}_n"], counts[f"{base}_d"]) if FIGURES[base].denominator else (counts[base], 1)

    def _days(self, figure: Figure) -> Recount | None:
        """Medians do not add up, so each is a question of its own."""
        value = self._run([figure.meaning.base], question(figure, self._snapshot))[figure.meaning.base].iloc[0]
        if pd.isna(value):
            return None
        exact = Fraction(float(value)).limit_denominator(10**9)
        return Recount(figure.printed.reading(exact) is not None, exact)


def _periods(figure: Figure) -> Iterable[Period]:
    """The periods whose records a figure is made of, the earlier first; none for what is not about dossiers."""
    if not figure.meaning.of_dossiers:
        return ()
    return (halves(figure.period) or ()) if figure.meaning.kind == "change" else (figure.period,)


def _of_model(figure: Figure, references: References) -> Recount | None:
    """Start and list of procedures as the references of the service model have them."""
    if figure.meaning.kind == "start":
        starts = [model.start.day for model in references.models if figure.meaning.weekday in model.weekdays]
        if len(starts) == 1 and figure.days:
            within = figure.days.start <= starts[0] <= figure.days.end
            return Recount(within, days=Period(starts[0], starts[0]))
    if figure.meaning.kind == "listed" and len(references.models) == 1:
        listings = [each for each in references.models[0].listings if figure.scope.level in ("", each.level)]
        if listings and not any(listing.fields for listing in listings):
            value = Fraction(len({procedure for listing in listings for procedure in listing.procedures}))
            return Recount(figure.printed.value == value, value)
    return None


def _of_two(figure: Figure, recounts: Mapping[str, Recount]) -> Recount | None:
    """A ratio or an increase from the records of the two figures it compares."""
    if figure.meaning.kind not in ("ratio", "growth"):
        return None
    if figure.numerator not in recounts or figure.denominator not in recounts:
        return None
    top, bottom = int(recounts[figure.numerator].value), int(recounts[figure.denominator].value)
    if not bottom:
        return None
    value = Fraction(100 * top, bottom) - (100 if figure.meaning.kind == "growth" else 0)
    return Recount(figure.printed.reading(value) is not None, value, None, top, bottom)


def disagreeing(table: Table, recounts: Mapping[str, Recount]) -> Iterator[tuple[Figure, Recount]]:
    """Figures that the records contradict, in the order of the table."""
    for figure in table.figures:
        again = recounts.get(figure.id)
        if again and not again.agrees:
            yield figure, again
