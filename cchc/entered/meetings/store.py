"""The store of meetings and commitments: one file, every change a transaction, none lost in silence."""

import datetime
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from cchc import disk
from cchc.access import people, record
from cchc.entered.meetings.rows import Commitment, Meeting, Reminder, Row, checked
from cchc.text import Text, UserError, date

# So long another writer is waited for, in seconds: every change takes milliseconds.
_PATIENCE = 10
# What marks a file as such a store ("CCHC"), and how far it has been brought.
_OURS = 0x43434843
# Every step brings a store of the version before it to the next; a step once shipped never changes.
_STEPS: tuple[tuple[str, ...], ...] = (
    (
        f"pragma application_id = {_OURS}",
        (
            "create table meeting (id integer primary key autoincrement, version integer not null,"
            " dataset text not null, title text not null, held_on text not null, snapshot text not null,"
            " question text not null, metric text not null, charts text not null, notes text not null,"
            " changed_at text not null) strict"
        ),
        (
            "create table commitment (id integer primary key autoincrement, version integer not null,"
            " meeting integer not null references meeting, unit text not null, what text not null,"
            " metric text not null, target real not null, who text not null, due text not null,"
            " changed_at text not null) strict"
        ),
        "create index commitment_of_meeting on commitment (meeting)",
    ),
    (
        (
            "create table reminder (id integer primary key autoincrement, version integer not null,"
            " commitment integer not null references commitment on delete cascade, sent_on text not null,"
            " how text not null, answer text not null, answered_on text, changed_at text not null) strict"
        ),
        "create index reminder_of_commitment on reminder (commitment)",
    ),
    (
        "alter table commitment rename column unit to subject",
        "alter table commitment add column about text not null default 'unit'",
    ),
)


class Changed(UserError):
    """Somebody else changed or removed what was to be written; nothing was written."""


class Damaged(UserError):
    """The file of the store cannot be read as one."""


def store_file(data: Path) -> Path:
    """The file of the store; the write-ahead log of SQLite lies beside it."""
    return data / "meetings" / "meetings.sqlite"


def held(data: Path, dataset: str) -> list[Meeting]:
    """Every meeting of a dataset, the latest first."""
    rows = _rows(data, "select * from meeting where dataset = ? order by held_on desc, id desc", (dataset,))
    return [_read(Meeting, row) for row in rows]


def get(data: Path, id_: int) -> Meeting | None:
    """The meeting with that id; None if there is none."""
    rows = _rows(data, "select * from meeting where id = ?", (id_,))
    return _read(Meeting, rows[0]) if rows else None


def commitments(data: Path, meetings: Sequence[Meeting]) -> list[Commitment]:
    """What was decided in these meetings, the earliest due first."""
    wanted = {meeting.id for meeting in meetings}
    rows = _rows(data, "select * from commitment order by due, id", ())
    return [_read(Commitment, row) for row in rows if row["meeting"] in wanted]


def reminders(data: Path, promised: Sequence[Commitment]) -> dict[int, tuple[Reminder, ...]]:
    """How often offices were reminded of these commitments, by the id of the commitment, the earliest first."""
    found: dict[int, tuple[Reminder, ...]] = {commitment.id: () for commitment in promised}
    for row in _rows(data, "select * from reminder order by sent_on, id", ()):
        if row["commitment"] in found:
            found[row["commitment"]] += (_read(Reminder, row),)
    return found


def save(data: Path, row: Row) -> Row:
    """Store a meeting, a commitment or a reminder, new (id 0) or changed; returned as it is stored.

    Raises Changed when the stored row is no longer of the version of `row`: nobody overwrites what he has not seen.
    Raises UserError when something in it is missing, too long, or names a person, and Refused unless an editor of the
    area acts.
    """
    row = replace(checked(row), changed_at=datetime.datetime.now().replace(microsecond=0))
    columns = {each.name: _stored(getattr(row, each.name)) for each in fields(row) if each.name != "id"}
    with _changing(data) as connection:
        dataset = _editable(connection, row)
        if isinstance(row, Commitment):
            _check_due(connection, row)
        if isinstance(row, Reminder):
            _check_there(connection, row)
        if row.id:
            changes = ", ".join(f"{name} = :{name}" for name in columns if name != "version")
            written = connection.execute(
                f"update {_table(row)} set {changes}, version = version + 1 where id = :id and version = :version",
                columns | {"id": row.id},
            )
            _only_what_was_seen(connection, row, written.rowcount)
            stored = replace(row, version=row.version + 1)
        else:
            columns["version"] = 1
            names = ", ".join(columns)
            bound = ", ".join(f":{name}" for name in columns)
            written = connection.execute(f"insert into {_table(row)} ({names}) values ({bound})", columns)
            stored = replace(row, id=written.lastrowid or 0, version=1)
        record.add(data, "meeting", dataset, f"{_table(row)} {stored.id}")
    return stored


def remove(data: Path, row: Meeting | Commitment | Reminder) -> None:
    """Remove a reminder, a commitment with its reminders, or a meeting in which nothing was decided.

    Raises Changed when it is no longer what was seen, UserError for a meeting that has commitments, and Refused unless
    an editor of the area acts.
    """
    with _changing(data) as connection:
        dataset = _editable(connection, row)
        if (
            isinstance(row, Meeting)
            and connection.execute("select 1 from commitment where meeting = ?", (row.id,)).fetchone()
        ):
            raise UserError(
                Text(
                    "Cuộc họp này còn cam kết; hãy xóa từng cam kết trước.",
                    "This meeting has commitments; remove them one by one first.",
                )
            )
        written = connection.execute(f"delete from {_table(row)} where id = ? and version = ?", (row.id, row.version))
        _only_what_was_seen(connection, row, written.rowcount)
        record.add(data, "meeting", dataset, f"- {_table(row)} {row.id}")


def _editable(connection: sqlite3.Connection, row: Meeting | Commitment | Reminder) -> str:
    """The area of a row. Raises Refused unless an editor of it acts."""
    dataset = row.dataset if isinstance(row, Meeting) else ""
    meeting = row.meeting if isinstance(row, Commitment) else 0
    if isinstance(row, Reminder):
        found = connection.execute("select meeting from commitment where id = ?", (row.commitment,)).fetchone()
        [meeting] = found or [0]
    if meeting:
        [dataset] = connection.execute("select dataset from meeting where id = ?", (meeting,)).fetchone() or [""]
    people.require("editor", dataset)
    return dataset


def backup(data: Path, out: Path) -> int:
    """Copy the store, as it is at one moment and while others write, into the file `out`, an empty one where there is
    none; how many meetings it has."""
    with disk.written_whole(out) as fresh, closing(sqlite3.connect(fresh, isolation_level=None)) as copy:
        if store_file(data).exists():
            with _opened(data) as source:
                source.backup(copy)
        else:
            _bring_up(copy)
        # One file that needs no log beside it.
        copy.execute("pragma journal_mode = delete")
        return _meetings_of(copy, out)


def restore(data: Path, file: Path) -> int:
    """Put the store back as it was when `file` was written by `backup`; how many meetings it has. What is open at the
    time sees the old store or the new one."""
    if not file.is_file():
        raise UserError(Text(f"Không có tệp {file}.", f"There is no file {file}."))
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source:
        found = _meetings_of(source, file)
        try:
            with _opened(data) as connection:
                source.backup(connection)
        except Damaged:
            for part in store_file(data).parent.glob(f"{store_file(data).name}*"):
                part.unlink()
            with _opened(data) as connection:
                source.backup(connection)
    return found


def _meetings_of(connection: sqlite3.Connection, file: Path) -> int:
    """How many meetings a copy has. Raises Damaged unless it is a whole store that this version can read."""
    try:
        [(ours,)] = connection.execute("pragma application_id")
        [(version,)] = connection.execute("pragma user_version")
        [(verdict,)] = connection.execute("pragma integrity_check(1)")
        if ours == _OURS and version <= len(_STEPS) and verdict == "ok":
            return int(connection.execute("select count(*) from meeting").fetchone()[0])
    except sqlite3.DatabaseError:
        pass
    raise no_backup(file)


def no_backup(file: Path) -> Damaged:
    """What to say of a file that cannot be put back."""
    return Damaged(
        Text(
            f"{file.name} không phải là bản sao lưu nguyên vẹn mà phiên bản này đọc được.",
            f"{file.name} is no whole backup that this version can read.",
        )
    )


def _rows(data: Path, statement: str, values: tuple[object, ...]) -> list[sqlite3.Row]:
    if not store_file(data).exists():  # looking does not make a store
        return []
    with _opened(data) as connection:
        return connection.execute(statement, values).fetchall()


@contextmanager
def _changing(data: Path) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it is on the disk at the end, or nothing."""
    with _opened(data) as connection:
        connection.execute("begin immediate")
        try:
            yield connection
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")


@contextmanager
def _opened(data: Path) -> Iterator[sqlite3.Connection]:
    """A connection of its own for every use: a lock never outlives what it was taken for."""
    file = store_file(data)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("pragma journal_mode = wal")
            # A change is on the disk itself before anybody is told that it is stored.
            connection.execute("pragma synchronous = full")
            connection.execute("pragma foreign_keys = on")
            _bring_up(connection)
            yield connection
    except OSError as error:
        raise UserError(_UNWRITABLE) from error
    except sqlite3.DatabaseError as error:
        raise _said(error) from error


def _bring_up(connection: sqlite3.Connection) -> None:
    if _version(connection) == len(_STEPS):
        return
    connection.execute("begin immediate")
    found = _version(connection)  # another process may have been first
    if found > len(_STEPS):
        raise UserError(
            Text(
                "Sổ họp do phiên bản mới hơn của phần mềm tạo ra; hãy dùng phiên bản đó.",
                "The meetings were stored by a newer version of the product; use that one.",
            )
        )
    for statement in (statement for step in _STEPS[found:] for statement in step):
        connection.execute(statement)
    connection.execute(f"pragma user_version = {len(_STEPS)}")
    connection.execute("commit")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


_UNWRITABLE = Text(
    "Không ghi được vào thư mục sổ họp; kiểm tra quyền ghi và chỗ trống trên đĩa.",
    "The folder of meetings cannot be written to; check its permissions and the space on the disk.",
)


def _said(error: sqlite3.DatabaseError) -> Exception:
    """What the reader can mend as a sentence; anything else is a bug and stays what it is."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Damaged(
            Text(
                "Tệp sổ họp bị hỏng; khôi phục từ bản sao lưu: python -m cchc restore TỆP",
                "The file of meetings is damaged; put a backup back: python -m cchc restore FILE",
            )
        )
    if name.startswith("SQLITE_BUSY"):
        return UserError(
            Text("Có người khác đang ghi sổ họp; hãy thử lại.", "Somebody else is writing to the meetings; try again.")
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR")):
        return UserError(_UNWRITABLE)
    return error


def _only_what_was_seen(connection: sqlite3.Connection, row: Meeting | Commitment | Reminder, written: int) -> None:
    if written:
        return
    found = connection.execute(f"select changed_at from {_table(row)} where id = ?", (row.id,)).fetchone()
    if found is None:
        raise Changed(
            Text(
                "Người khác vừa xóa nội dung này; những gì bạn sửa chưa được ghi.",
                "Somebody else has removed this; your change was not stored.",
            )
        )
    moment = f"{datetime.datetime.fromisoformat(found['changed_at']):%H:%M %d/%m/%Y}"
    raise Changed(
        Text(
            f"Người khác đã sửa nội dung này lúc {moment}; những gì bạn sửa chưa được ghi. Xem bản mới rồi ghi lại.",
            f"Somebody else changed this at {moment}; your change was not stored. Look at theirs, then store again.",
        )
    )


def _check_due(connection: sqlite3.Connection, row: Commitment) -> None:
    found = connection.execute("select held_on from meeting where id = ?", (row.meeting,)).fetchone()
    if found is None:
        raise Changed(Text("Người khác vừa xóa cuộc họp này.", "Somebody else has removed this meeting."))
    held_on = datetime.date.fromisoformat(found["held_on"])
    if row.due <= held_on:
        raise UserError(
            Text(
                f"Hạn hoàn thành phải sau ngày họp {date(held_on, 'vi')}.",
                f"The due date must be after the meeting of {date(held_on, 'en')}.",
            )
        )


def _check_there(connection: sqlite3.Connection, row: Reminder) -> None:
    if connection.execute("select 1 from commitment where id = ?", (row.commitment,)).fetchone() is None:
        raise Changed(Text("Người khác vừa xóa cam kết này.", "Somebody else has removed this commitment."))


def _table(row: Meeting | Commitment | Reminder) -> str:
    return type(row).__name__.lower()


_PARSED: dict[Any, Callable[[str], Any]] = {
    datetime.date: datetime.date.fromisoformat,
    datetime.date | None: lambda text: datetime.date.fromisoformat(text) if text else None,
    datetime.datetime: datetime.datetime.fromisoformat,
    tuple[str, ...]: lambda text: tuple(text.split()),
}


def _read(kind: type[Row], row: sqlite3.Row) -> Row:
    values: dict[str, Any] = {name: row[name] for name in row.keys()}  # noqa: SIM118  (a row is no mapping)
    return kind(**values | {f.name: _PARSED[f.type](values[f.name]) for f in fields(kind) if f.type in _PARSED})


def _stored(value: object) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, tuple) else value
