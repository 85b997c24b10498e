"""Days to be seen on every chart over time: models began, units changed, Tết, and what staff have noted."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc.entered import events
from cchc.entered.events import Event
from cchc.figures.filters import Filters
from cchc.figures.periods import Period
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Text, date

# Since this day there is no district level (Nghị quyết 203/2025/QH15).
TWO_LEVELS = datetime.date(2025, 7, 1)


@dataclass(frozen=True)
class Marker:
    """A day to be seen on a chart, and what began on it; whether the name alone says when."""

    day: datetime.date
    name: Text
    says_when: bool = False


def markers(snapshot: Snapshot, filters: Filters, more: Iterable[Marker] = ()) -> list[Marker]:
    """The starts of the service models any of the selected units takes part in, for one unit its own, the days on
    which selected units followed others, and `more`; oldest first."""
    units = filters.units or ("",)
    changed = sorted({day for unit in units for day in snapshot.references.changes(unit) if day <= snapshot.as_of})
    found = [*more, *(Marker(day, Text("Thay đổi đơn vị hành chính", "Units changed")) for day in changed)]
    stands = snapshot.references.stands
    for model in snapshot.declared.models:
        days = [day for unit, day in model.starts.items() if stands.get(unit, unit) in filters.units]
        if days or not filters.units:
            found.append(Marker(min(days) if days else model.start.day, model.name))
    return sorted(found, key=lambda marker: marker.day)


def dated(snapshot: Snapshot, noted: Iterable[Event]) -> tuple[Marker, ...]:
    """What happened while the data covers it and is no matter of single units: Tết, the end of the district level
    where units did not change that day anyway, and what staff have `noted`."""
    start, end, references = snapshot.start, snapshot.as_of, snapshot.references
    new_years = references.calendar.new_years(start, end)
    found = [Marker(day, Text(f"Tết {day.year}", f"Tết {day.year}"), says_when=True) for day in new_years]
    if TWO_LEVELS not in references.changes():
        found.append(Marker(TWO_LEVELS, Text("Bỏ cấp huyện", "No district level")))
    found += [Marker(event.day, Text(event.name, event.name)) for event in noted]
    return tuple(marker for marker in found if start <= marker.day <= end)


def marked(data: Path, snapshot: Snapshot, filters: Filters) -> list[Marker]:
    """What charts over time mark by now: starts, changes of units, and what staff have noted in the data folder.
    Raises UserError when that cannot be read."""
    return markers(snapshot, filters, dated(snapshot, events.read(data, snapshot.dataset)))


def happened(markers: Sequence[Marker], span: Period) -> Text:
    """What happened in a span, as a clause; nothing where nothing did."""
    there = [marker for marker in markers if span.start <= marker.day <= span.end]
    if not there:
        return Text("", "")
    vi, en = (", ".join(f"{marker.name[each]} ({date(marker.day, each)})" for marker in there) for each in LANGUAGES)
    return Text(f"Trong thời gian đó có: {vi}", f"Within it: {en}")


def meanwhile(markers: Sequence[Marker], span: Period) -> Text:
    """The same to follow a sentence about the span."""
    said = happened(markers, span)
    return Text(f". {said.vi}", f". {said.en}") if said.vi else said
