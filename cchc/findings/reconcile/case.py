"""What every check is given: the table, what it implies, what the records say, and a list of what was looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cchc.entered.published.statements import Figure, Scope, Table
from cchc.figures.periods import Period
from cchc.findings.reconcile.quantities import Key, Quantity, quantities
from cchc.findings.reconcile.records import Recount
from cchc.rules.references import References


@dataclass(frozen=True)
class Case:
    """One table against itself and against `again`, what the records say. `examined` grows with the checks: ids of
    figures that were compared with anything."""

    table: Table
    references: References
    again: Mapping[str, Recount]
    examined: set[str] = field(default_factory=set)

    @cached_property
    def quantities(self) -> dict[Key, Quantity]:
        """Every count the table states or implies."""
        return quantities(self.table, self.references)

    @cached_property
    def periods(self) -> dict[tuple[str, Scope], list[Period]]:
        """The periods a count is known of, by what is counted and whose dossiers."""
        found: dict[tuple[str, Scope], list[Period]] = {}
        for key in self.quantities:
            found.setdefault((key.metric, key.scope), []).append(key.period)
        return found

    def parts(self, figure: Figure) -> tuple[Figure | None, Figure | None]:
        """The figures a percentage is printed of, numerator and denominator."""
        return self.table.by_id.get(figure.numerator), self.table.by_id.get(figure.denominator)

    def look_at(self, figures: Iterable[Figure]) -> None:
        """Remember that these figures were compared with something."""
        self.examined.update(figure.id for figure in figures)
