"""Papers that are locked: the file and its look kept as they were, whatever is published or written later."""

import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cchc.access import record
from cchc.access.people import require
from cchc.access.place import has_store, is_part
from cchc.figures.periods import Period
from cchc.rules.boundaries import Boundaries
from cchc.text import Text, UserError, legible, number

_LONGEST_REASON = 500


@dataclass(frozen=True)
class Place:
    """Which paper: its kind, the office that writes it ("" = the area, else a unit), its days, by which units."""

    dataset: str
    report: str
    unit: str
    period: Period
    boundaries: Boundaries


@dataclass(frozen=True)
class Locked:
    """A paper as it was locked: `look` is its page, `reason` why it was reopened ("" = it is locked)."""

    id: int
    place: Place
    title: str
    snapshot: str
    digest: str
    at: datetime.datetime
    by: str
    reopened_at: datetime.datetime | None
    reopened_by: str
    reason: str


@dataclass(frozen=True)
class Content:
    """The file of a locked paper, and its look on the page of reports."""

    file: bytes
    look: str


def in_force(data: Path, place: Place | None) -> Locked | None:
    """The lock on a paper; None where there is none, for a paper without a place of its own, and for who sees a part of
    the area: it was made of the whole."""
    if place is None:
        return None
    return next((each for each in listed(data, place.dataset) if each.place == place and not each.reason), None)


def listed(data: Path, dataset: str) -> list[Locked]:
    """Every paper of an area that is or was locked, the latest first; none for who sees a part of the area."""
    if is_part(data) or not has_store(data):
        return []
    from sqlalchemy import select

    from cchc.access.database import LOCKED, reading

    columns = [column for column in LOCKED.c if column.name not in ("file", "look")]
    with reading(data) as connection:
        asked = select(*columns).where(LOCKED.c.dataset == dataset).order_by(LOCKED.c.id.desc())
        return [_read(row._mapping) for row in connection.execute(asked)] if connection else []


def content(data: Path, locked: Locked) -> Content:
    """What was kept. Raises UserError where it is no longer what was locked."""
    from sqlalchemy import select

    from cchc.access.database import LOCKED, reading

    with reading(data) as connection:
        asked = select(LOCKED.c.file, LOCKED.c.look).where(LOCKED.c.id == locked.id)
        row = connection.execute(asked).first() if connection else None
    if row is None or _digest(row.file, row.look) != locked.digest:
        raise UserError(
            Text(
                f"“{locked.title}” đã khóa không còn nguyên như lúc khóa; lấy lại kho từ bản sao lưu.",
                f"The locked “{locked.title}” is not what was locked; take the store back from a backup.",
            )
        )
    return Content(row.file, row.look)


def lock(data: Path, place: Place, title: str, snapshot: str, kept: Content) -> None:
    """Keep a paper as it is. Raises UserError where it is locked already, Refused unless an editor of the area acts."""
    from sqlalchemy import select

    from cchc.access import database
    from cchc.access.database import LOCKED, changing

    who = require("editor", place.dataset)
    row = _key(place) | {
        "title": title, "snapshot": snapshot, "file": kept.file, "look": kept.look,
        "digest": _digest(kept.file, kept.look), "at": _now(), "by": who.id,
        "reopened_at": "", "reopened_by": "", "reason": "",
    }  # fmt: skip
    with changing(data) as connection:
        there = (*(LOCKED.c[name] == value for name, value in _key(place).items()), LOCKED.c.reason == "")
        if connection.execute(select(LOCKED.c.id).where(*there)).first():
            raise UserError(Text("Báo cáo này vừa được khóa.", "This paper has just been locked."))
        database.add(connection, LOCKED, row)
        record.added(connection, who, "lock", place.dataset, f"+ {_said(place)} {snapshot}")


def reopen(data: Path, locked: Locked, reason: str) -> None:
    """Let a paper be made anew; what was kept stays.

    Raises UserError without a reason, or where that was done before, and Refused unless an editor of the area acts.
    """
    from sqlalchemy import update

    from cchc.access.database import LOCKED, changing

    who, why = require("editor", locked.place.dataset), " ".join(legible(reason).split())
    if not 0 < len(why) <= _LONGEST_REASON:
        most = number(_LONGEST_REASON, "vi")
        raise UserError(
            Text(f"Ghi lý do mở lại, không quá {most} ký tự.", f"Say why it is reopened, in at most {most} characters.")
        )
    with changing(data) as connection:
        changes = {"reopened_at": _now(), "reopened_by": who.id, "reason": why}
        still = (LOCKED.c.id == locked.id, LOCKED.c.reason == "")
        if not connection.execute(update(LOCKED).where(*still).values(changes)).rowcount:
            raise UserError(Text("Báo cáo này vừa được mở lại.", "This paper has just been reopened."))
        record.added(connection, who, "lock", locked.place.dataset, f"- {_said(locked.place)} {locked.snapshot}")


def check_open(data: Path, dataset: str, report: str, unit: str, period: Period) -> None:
    """Raises UserError where the paper of that kind, unit and period is locked: what is written into it stays."""
    for each in listed(data, dataset):
        at = each.place
        if not each.reason and (at.report, at.unit, at.period) == (report, unit, period):
            raise UserError(
                Text(
                    "Báo cáo này đã khóa; mở lại kèm lý do rồi mới sửa.",
                    "This paper is locked; reopen it with a reason before changing it.",
                )
            )


def _key(place: Place) -> dict[str, str]:
    return {
        "dataset": place.dataset, "report": place.report, "unit": place.unit, "boundaries": place.boundaries,
        "start": place.period.start.isoformat(), "end": place.period.end.isoformat(),
    }  # fmt: skip


def _said(place: Place) -> str:
    """Which paper, in the record: ids and days."""
    return " ".join(value for name, value in _key(place).items() if name != "dataset" and value)


def _digest(file: bytes, look: str) -> str:
    return hashlib.sha256(b"\0".join((file, look.encode()))).hexdigest()


def _now() -> str:
    return datetime.datetime.now().isoformat(timespec="seconds")


def _read(row: Any) -> Locked:
    day, moment = datetime.date.fromisoformat, datetime.datetime.fromisoformat
    place = Place(row["dataset"], row["report"], row["unit"], Period(day(row["start"]), day(row["end"])),
                  row["boundaries"])  # fmt: skip
    reopened = moment(row["reopened_at"]) if row["reopened_at"] else None
    return Locked(row["id"], place, row["title"], row["snapshot"], row["digest"], moment(row["at"]), row["by"],
                  reopened, row["reopened_by"], row["reason"])  # fmt: skip
