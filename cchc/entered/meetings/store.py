"""Meetings and commitments: every change a transaction with its line in the record, none lost in silence."""

import datetime
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc import disk
from cchc.access import people, record
from cchc.access.place import ENTERED, Damaged, has_store, is_part, store_file, whole
from cchc.entered.meetings import kept
from cchc.entered.meetings.kept import Kept
from cchc.entered.meetings.rows import Commitment, Meeting, Reminder, Row, checked
from cchc.text import Text, UserError, date

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


class Changed(UserError):
    """Somebody else changed or removed what was to be written; nothing was written."""


def former_file(data: Path) -> Path:
    """Where earlier versions kept meetings, in a file of their own."""
    return whole(data) / "meetings" / "meetings.sqlite"


def held(data: Path, dataset: str) -> list[Meeting]:
    """Every meeting of a dataset, the latest first."""
    rows = _rows(data, Meeting, dataset=dataset)
    return sorted(rows, key=lambda row: (row.held_on, row.id), reverse=True)


def get(data: Path, id_: int) -> Meeting | None:
    """The meeting with that id; None if there is none."""
    return next(iter(_rows(data, Meeting, id=id_)), None)


def commitments(data: Path, meetings: Sequence[Meeting]) -> list[Commitment]:
    """What was decided in these meetings, the earliest due first."""
    wanted = {meeting.id for meeting in meetings}
    rows = [row for row in _rows(data, Commitment) if row.meeting in wanted]
    return sorted(rows, key=lambda row: (row.due, row.id))


def reminders(data: Path, promised: Sequence[Commitment]) -> dict[int, tuple[Reminder, ...]]:
    """How often offices were reminded of these commitments, by the id of the commitment, the earliest first."""
    sent: dict[int, tuple[Reminder, ...]] = {commitment.id: () for commitment in promised}
    for row in sorted(_rows(data, Reminder), key=lambda row: (row.sent_on, row.id)):
        if row.commitment in sent:
            sent[row.commitment] += (row,)
    return sent


def save(data: Path, row: Row) -> Row:
    """Store a meeting, a commitment or a reminder, new (id 0) or changed; returned as it is stored.

    Raises Changed when the stored row is no longer of the version of `row`: nobody overwrites what he has not seen.
    Raises UserError when something in it is missing, too long, or names a person, and Refused unless an editor of the
    area acts.
    """
    from sqlalchemy import update

    from cchc.access import database

    row = replace(checked(row), version=row.version + 1, changed_at=datetime.datetime.now().replace(microsecond=0))
    columns = {each.name: _stored(getattr(row, each.name)) for each in fields(row) if each.name != "id"}
    take_over(data)
    who, table = people.acting(), _table(type(row))  # who may be asked of the store, so not while it is being changed
    with database.changing(data) as connection:
        dataset = _editable(connection, who, row)
        if isinstance(row, Commitment):
            _check_due(connection, row)
        if isinstance(row, Reminder):
            _check_there(connection, row)
        if row.id:
            seen = (table.c.id == row.id, table.c.version == row.version - 1)
            _only_what_was_seen(
                connection, row, connection.execute(update(table).where(*seen).values(columns)).rowcount
            )
        else:
            row = replace(row, id=database.add(connection, table, columns | {"version": 1}), version=1)
        record.added(connection, who, "meeting", dataset, f"{table.name} {row.id}")
    return row


def remove(data: Path, row: Meeting | Commitment | Reminder) -> None:
    """Remove a reminder, a commitment with its reminders, or a meeting in which nothing was decided.

    Raises Changed when it is no longer what was seen, UserError for a meeting that has commitments, and Refused unless
    an editor of the area acts.
    """
    from sqlalchemy import delete

    from cchc.access.database import changing

    take_over(data)
    who, table = people.acting(), _table(type(row))
    with changing(data) as connection:
        dataset = _editable(connection, who, row)
        if isinstance(row, Meeting) and _value(connection, Commitment, "id", meeting=row.id):
            raise UserError(
                Text(
                    "Cuộc họp này còn cam kết; hãy xóa từng cam kết trước.",
                    "This meeting has commitments; remove them one by one first.",
                )
            )
        seen = (table.c.id == row.id, table.c.version == row.version)
        _only_what_was_seen(connection, row, connection.execute(delete(table).where(*seen)).rowcount)
        record.added(connection, who, "meeting", dataset, f"- {table.name} {row.id}")


def _editable(connection: "Connection", who: people.Person, row: Meeting | Commitment | Reminder) -> str:
    """The area of a row. Raises Refused unless who acts is an editor of it."""
    dataset = row.dataset if isinstance(row, Meeting) else ""
    meeting = row.meeting if isinstance(row, Commitment) else 0
    if isinstance(row, Reminder):
        meeting = _value(connection, Commitment, "meeting", id=row.commitment) or 0
    if meeting:
        dataset = _value(connection, Meeting, "dataset", id=meeting) or ""
    if not who.may("editor", dataset):
        raise people.Refused("editor")
    return dataset


def backup(data: Path, out: Path) -> int:
    """Write every meeting, as they are at one moment and while others write, into the file `out`, an empty one where
    there is none; how many there are."""
    with disk.written_whole(out) as fresh:
        found = _everything(data)
        kept.write(fresh, found)
    return len(found.rows.get("meeting", ()))


def _everything(data: Path) -> Kept:
    if not _is_there(data):
        return Kept()
    from sqlalchemy import select

    from cchc.access.database import COUNTERS, METADATA, reading

    with reading(data) as connection:
        if connection is None:
            return Kept()
        rows = {name: [dict(row._mapping) for row in connection.execute(select(METADATA.tables[name]))]
                for name in kept.TABLES}  # fmt: skip
        last = {row.name: row.last for row in connection.execute(select(COUNTERS)) if row.name in kept.TABLES}
    return Kept(rows, last)


def restore(data: Path, file: Path, about: str = "") -> int:
    """Put every meeting back as it was when `file` was written by `backup`; how many there are. `about` is what the
    record says was put back. A store that is damaged is kept aside, and a new one begun."""
    from cchc.access.database import changing

    if not file.is_file():
        raise UserError(Text(f"Không có tệp {file}.", f"There is no file {file}."))
    found, who = kept.read(file), people.LOCAL
    try:
        take_over(data)
        with changing(data):
            who = people.acting()
    except Damaged:
        for place in (former_file(data), store_file(data)):
            for part in place.parent.glob(f"{place.name}*"):
                part.rename(part.with_name(f"damaged-{part.name}"))
    with changing(data) as connection:
        _pour(connection, found)
        record.added(connection, who, "restore", about=about or disk.digest(file))
    return len(found.rows["meeting"])


def take_over(data: Path) -> None:
    """Bring meetings that an earlier version kept in a file of their own into the store, under their numbers; the file
    is kept aside. Raises UserError where the store has other ones, and Damaged where the file is."""
    former = former_file(data)
    if not former.exists():
        return
    from sqlalchemy import insert, select

    from cchc.access.database import COUNTERS, changing

    try:
        found = kept.read(former)
    except Damaged as error:
        raise _damaged(former) from error
    # Whoever is killed before the file is aside has left a mark of what was taken.
    mark = f"{former.name} {hashlib.sha256(repr(found).encode()).hexdigest()}"
    with changing(data) as connection:
        if not connection.execute(select(COUNTERS.c.last).where(COUNTERS.c.name == mark)).first():
            if connection.execute(select(_table(Meeting).c.id)).first():
                raise kept.two_of_them(former)
            _pour(connection, found)
            connection.execute(insert(COUNTERS), {"name": mark, "last": 1})
    with suppress(FileNotFoundError):  # somebody else just did
        former.rename(former.with_name("taken-over.sqlite"))


def _damaged(file: Path) -> Damaged:
    return Damaged(
        Text(
            f"{file} bị hỏng; khôi phục từ bản sao lưu: python -m cchc restore TỆP",
            f"{file} is damaged; put a backup back: python -m cchc restore FILE",
        )
    )


def _pour(connection: "Connection", content: Kept) -> None:
    """Let these be all meetings; no number that was given before is given again."""
    from sqlalchemy import delete

    from cchc.access.database import METADATA, refill

    for name in reversed(kept.TABLES):
        connection.execute(delete(METADATA.tables[name]))
    for name in kept.TABLES:
        refill(connection, METADATA.tables[name], content.rows[name], content.last.get(name, 0))


def _is_there(data: Path) -> bool:
    """Whether there is a store with meetings to look into; looking makes none, and who sees a part sees none of it."""
    if is_part(data) and not (data / ENTERED).exists():
        return False
    take_over(data)
    return has_store(data)


def _rows(data: Path, kind: type[Row], **wanted: object) -> list[Row]:
    """Every stored row with these values."""
    if not _is_there(data):
        return []
    from sqlalchemy import select

    from cchc.access.database import reading

    table = _table(kind)
    with reading(data) as connection:
        asked = select(table).where(*(table.c[name] == value for name, value in wanted.items()))
        return [_read(kind, row._mapping) for row in connection.execute(asked)] if connection else []


def _value(connection: "Connection", kind: type[Any], name: str, **wanted: object) -> Any:
    """One value of the row with these values; None where there is none."""
    from sqlalchemy import select

    table = _table(kind)
    asked = select(table.c[name]).where(*(table.c[each] == value for each, value in wanted.items()))
    return connection.execute(asked.limit(1)).scalar()


def _table(kind: type[Any]) -> "Table":
    from cchc.access.database import METADATA

    return METADATA.tables[kind.__name__.lower()]


def _only_what_was_seen(connection: "Connection", row: Meeting | Commitment | Reminder, written: int) -> None:
    if written:
        return
    changed_at = _value(connection, type(row), "changed_at", id=row.id)
    if changed_at is None:
        raise Changed(
            Text(
                "Người khác vừa xóa nội dung này; những gì bạn sửa chưa được ghi.",
                "Somebody else has removed this; your change was not stored.",
            )
        )
    moment = f"{datetime.datetime.fromisoformat(changed_at):%H:%M %d/%m/%Y}"
    raise Changed(
        Text(
            f"Người khác đã sửa nội dung này lúc {moment}; những gì bạn sửa chưa được ghi. Xem bản mới rồi ghi lại.",
            f"Somebody else changed this at {moment}; your change was not stored. Look at theirs, then store again.",
        )
    )


def _check_due(connection: "Connection", row: Commitment) -> None:
    day = _value(connection, Meeting, "held_on", id=row.meeting)
    if day is None:
        raise Changed(Text("Người khác vừa xóa cuộc họp này.", "Somebody else has removed this meeting."))
    held_on = datetime.date.fromisoformat(day)
    if row.due <= held_on:
        raise UserError(
            Text(
                f"Hạn hoàn thành phải sau ngày họp {date(held_on, 'vi')}.",
                f"The due date must be after the meeting of {date(held_on, 'en')}.",
            )
        )


def _check_there(connection: "Connection", row: Reminder) -> None:
    if _value(connection, Commitment, "id", id=row.commitment) is None:
        raise Changed(Text("Người khác vừa xóa cam kết này.", "Somebody else has removed this commitment."))


_PARSED: dict[Any, Callable[[str], Any]] = {
    datetime.date: datetime.date.fromisoformat,
    datetime.date | None: lambda text: datetime.date.fromisoformat(text) if text else None,
    datetime.datetime: datetime.datetime.fromisoformat,
    tuple[str, ...]: lambda text: tuple(text.split()),
}


def _read(kind: type[Row], row: Mapping[Any, Any]) -> Row:
    values = {str(name): value for name, value in row.items()}
    return kind(**values | {f.name: _PARSED[f.type](values[f.name]) for f in fields(kind) if f.type in _PARSED})


def _stored(value: object) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, tuple) else value
