"""What a report is asked about: the figures of one snapshot under filters, the office that writes it, and when."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import pandas as pd

from cchc.addresses import Address, link
from cchc.entered import office
from cchc.figures import query, trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period
from cchc.figures.query import Run
from cchc.findings import sources, trends
from cchc.findings.trends import Marker
from cchc.reports import phrases, scope, settings
from cchc.reports.paper import ROOM, UNDATED, Letterhead
from cchc.reports.settings import Settings
from cchc.rules.boundaries import Unit
from cchc.schema import LEVELS
from cchc.store.coverage import incomplete
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, collation_key, date


@dataclass(frozen=True)
class Asked:
    """`run` is `query.run` on the snapshot; `data` the data folder; `address` that of the dashboard, for links."""

    run: Run
    snapshot: Snapshot
    filters: Filters
    data: Path
    address: str
    at: datetime.datetime

    def by_each_day(self) -> "Asked":
        """The same by the units of each day, if asked by those of today: all that the chosen ones stand for."""
        stands = self.snapshot.references.stands
        if not stands:
            return self
        then = self.snapshot.under("then")
        units = tuple(unit for unit, shown in stands.items() if shown in self.filters.units)
        filters = replace(self.filters, units=units, boundaries="then")
        return replace(self, run=partial(query.run, then), snapshot=then, filters=filters)

    @cached_property
    def settings(self) -> Settings:
        """What the area declares about its papers, scores and classes."""
        return settings.read(self.data, self.snapshot.dataset)

    @cached_property
    def markers(self) -> list[Marker]:
        """What happened while the data covers it: see `trends.marked`."""
        return trends.marked(self.data, self.snapshot, self.filters)

    def letterhead(self, kind: str) -> Letterhead:
        """What stands around a paper of this kind: of the area, or of the one commune the paper is about."""
        head = self.settings.letterhead(kind)
        if place := scope.commune(self.filters, self.snapshot.references):
            head = self.settings.of_unit(scope.letterhead_of(place, self.settings.letterhead("")), kind, place.id)
        written = self.narrative(kind)
        [number], days = written.get(office.NUMBER, (ROOM,)), written.get(office.DATED, ())
        dated = [phrases.dated(datetime.date.fromisoformat(day)) for day in days] or [UNDATED]
        return replace(head, number=number, dated=dated[0])

    def narrative(self, kind: str) -> dict[str, tuple[str, ...]]:
        """What people wrote into a paper of this kind and period, by part; nothing into that of a mere selection."""
        return self._narratives.get(kind, {})

    @cached_property
    def _narratives(self) -> dict[str, dict[str, tuple[str, ...]]]:
        if (unit := self.desk) is None:
            return {}
        return office.narratives(self.data, self.snapshot.dataset, unit, self.filters.period)

    @property
    def desk(self) -> str | None:
        """Who writes the paper, as files keep it: "" the office of the area, else its one commune; None where the
        paper is about some other selection, of which nothing is kept."""
        chosen = replace(self.filters, units=())
        if chosen != Filters(chosen.dataset, chosen.snapshot, chosen.start, chosen.end, boundaries=chosen.boundaries):
            return None
        place = scope.commune(self.filters, self.snapshot.references)
        return place.id if place else None if self.filters.units else ""

    @cached_property
    def units(self) -> list[Unit]:
        """The units there are in the period that the filters leave, in the order of the references."""
        known, chosen = self.snapshot.references, self.filters
        there = [known.units[each] for each in known.there(chosen.start, chosen.end)]
        of_level = [unit for unit in there if not chosen.levels or unit.level in chosen.levels]
        return [unit for unit in of_level if not chosen.units or unit.id in chosen.units]

    def in_order(self, units: Iterable[str]) -> list[str]:
        """Ids of units from the highest level to the lowest, by name in Vietnamese order."""
        known = self.snapshot.references.units
        return sorted(units, key=lambda id_: (LEVELS.index(known[id_].level), collation_key(known[id_].name)))

    @property
    def area(self) -> str:
        """The area in Vietnamese, as papers are, without the province behind it in brackets."""
        return self.snapshot.references.dataset.name.vi.partition(" (")[0]

    @property
    def territory(self) -> str:
        """Where the dossiers of the paper are: "trên địa bàn huyện Trà Cú", or the units chosen; and that they are
        counted by the units of today, where they are."""
        where = scope.territory(self.filters, self.snapshot.references, self.area)
        return ", ".join(filter(None, (where, self._counted_by)))

    @property
    def days(self) -> str:
        """The days of the period and by which units they are counted, as a form has it below its title."""
        return "; ".join(filter(None, (phrases.days(self.filters.period), self._counted_by)))

    @property
    def _counted_by(self) -> str:
        counted = self.filters.counted_by(self.snapshot.references)
        return counted.vi if counted else ""

    @property
    def dossiers(self) -> str:
        """Which of the dossiers there: "nộp trực tuyến"; nothing where all are meant."""
        return scope.dossiers(self.filters, self.snapshot.references)

    @property
    def period_name(self) -> str:
        """The period as a title says it, with its days where its name does not."""
        return scope.named_days(self.filters.period, Period(self.filters.start, self.until))

    @property
    def part(self) -> str:
        """What is asked about within area and period ("3 đơn vị, trực tuyến"); nothing where that is everything."""
        asked, known = self.filters, self.snapshot.references
        everything = Filters(asked.dataset, asked.snapshot, asked.start, asked.end)
        return asked.describe(known, "vi").removeprefix(everything.describe(known, "vi")).removeprefix(", ")

    def link(self, page: Address, filters: Filters, **own: str | list[str]) -> str:
        """The address of a page that shows this evidence: of this snapshot, whatever is published later."""
        params: dict[str, str | list[str]] = {**filters.to_params(self.snapshot, current=False), **own}
        return f"{self.address}/{link(page, params)}"

    @property
    def until(self) -> datetime.date:
        """The last day of the period that the data covers."""
        return min(self.filters.end, self.snapshot.as_of)

    @property
    def origin(self) -> str:
        """Where the figures come from, which systems' months and which due dates they lack, as one line."""
        closed = date(self.snapshot.as_of, "vi")
        remarks = (
            incomplete(self.filters.period, self.snapshot),
            sources.lacking(self.run, self.snapshot, self.filters),
            trust.lacking(METRICS["on_time_rate"], self.total),
        )
        aside = "".join(f"; {each.vi}" for each in remarks if each)
        return phrases.written(
            f"Số liệu: {self.filters.describe(self.snapshot.references, 'vi')}; chốt đến {closed}{aside}; "
            f"bản số liệu {self.snapshot.id}; lập lúc {self.at:%d/%m/%Y %H:%M}."
        )

    @cached_property
    def total(self) -> pd.Series:
        """Dossiers handled, resolved and open of the whole selection, as `handled`, `resolved` and `open`, with the
        parts of the on-time rate."""
        return self.run(["handled", "resolved", "open", "on_time_rate"], self.filters, parts=True).iloc[0]

    def require_dossiers(self) -> None:
        """Raises UserError where there is nothing to report: no data in the period, or no dossier of this selection."""
        shown, about = (
            self.snapshot,
            {lang: self.filters.describe(self.snapshot.references, lang) for lang in ("vi", "en")},
        )
        if self.filters.start > shown.as_of or self.filters.end < shown.start:
            first, last = (date(day, "vi") for day in (shown.start, shown.as_of))
            raise UserError(
                Text(
                    f"Không lập được báo cáo: kỳ này nằm ngoài số liệu, chỉ có từ {first} đến {last}.",
                    f"No report can be made: the period is outside the data, which runs from {first} to {last}.",
                )
            )
        if not self.total["handled"]:
            raise UserError(
                Text(
                    f"Không lập được báo cáo: không có hồ sơ nào của {about['vi']}.",
                    f"No report can be made: there is no dossier of {about['en']}.",
                )
            )
