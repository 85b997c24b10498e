"""Dated events that the staff of an area note, for whoever reads its charts: a directive, a merger, new software."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cchc.entered import groups, registers
from cchc.entered.columns import Column
from cchc.entered.registers import Register, Row
from cchc.figures.filters import Group
from cchc.text import Text, UserError

_LONGEST = 80
_REGISTER = Register(
    "su-kien",
    Text("Sự kiện", "Events"),
    Text("Mỗi dòng là một sự kiện ảnh hưởng tới số liệu.", "A row is an event that bears on the figures."),
    (
        Column("day", Text("Ngày", "Day"), "date"),
        Column("name", Text("Sự kiện", "Event"), "text"),
        Column("source", Text("Nguồn", "Source"), "text"),
    ),
)


@dataclass(frozen=True)
class Event:
    """What happened on a day, and which document says so."""

    day: datetime.date
    name: str
    source: str


def read(data: Path, dataset: str) -> tuple[Event, ...]:
    """The events of an area, oldest first. Raises UserError when they cannot be read."""
    return _meant(registers.read(data, dataset, _REGISTER))


def with_groups(data: Path, dataset: str) -> tuple[dict[str, Group], tuple[Event, ...]]:
    """The groups and the events of an area, asked for at once: every page needs both. Raises UserError as `read`."""
    grouped, noted = registers.held(data, dataset, groups.REGISTER, _REGISTER)
    return groups.meant(grouped.rows), _meant(noted.rows)


def _meant(rows: Iterable[Row]) -> tuple[Event, ...]:
    events = [Event(row["day"], f"{row['name']}", f"{row['source']}") for row in rows
              if isinstance(row["day"], datetime.date)]  # fmt: skip
    return tuple(sorted(events, key=lambda event: (event.day, event.name)))


def add(data: Path, dataset: str, event: Event) -> None:
    """Keep one event more. Raises UserError where the name or the source is empty or too long, or the event is there
    already."""
    version, held = registers.version(data, dataset, _REGISTER), read(data, dataset)
    event = Event(event.day, " ".join(event.name.split()), " ".join(event.source.split()))
    if not event.name or not event.source or max(len(event.name), len(event.source)) > _LONGEST:
        wrong = f"Sự kiện cần có tên và nguồn (văn bản nào), mỗi phần không quá {_LONGEST} ký tự."
        needed = f"An event needs a name and a source (which document), at most {_LONGEST} letters each."
        raise UserError(Text(wrong, needed))
    if event in held:
        raise UserError(Text(f"Đã có sự kiện “{event.name}” ngày này.", f"“{event.name}” is there already."))
    _write(data, dataset, (*held, event), version)


def remove(data: Path, dataset: str, event: Event) -> None:
    """Take an event away, if it is there. Raises UserError as `registers.write` does."""
    version, held = registers.version(data, dataset, _REGISTER), read(data, dataset)
    _write(data, dataset, tuple(other for other in held if other != event), version)


def _write(data: Path, dataset: str, events: tuple[Event, ...], version: str) -> None:
    registers.write(data, dataset, _REGISTER, [vars(event) for event in events], version)
