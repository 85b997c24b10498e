"""Meetings in a file of their own: where earlier versions kept them, and what a backup holds."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cchc.access.place import Damaged
from cchc.text import Text, UserError

# What marks a file as such a store ("CCHC"), and how far it has been brought.
_OURS = 0x43434843
# Every step brings a file of the version before it to the next; a step once shipped never changes.
STEPS: tuple[tuple[str, ...], ...] = (
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
# Each after what it is about.
TABLES = ("meeting", "commitment", "reminder")


@dataclass(frozen=True)
class Kept:
    """The rows of each table, and the last number each has given."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)


def read(file: Path) -> Kept:
    """What a file holds, of whichever version. Raises Damaged unless it is a whole one that this version can read."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        try:
            with closing(sqlite3.connect(file)) as source:
                source.backup(copy)
            [(ours,)], [(version,)] = copy.execute("pragma application_id"), copy.execute("pragma user_version")
            [(verdict,)] = copy.execute("pragma integrity_check(1)")
            if (ours, verdict) != (_OURS, "ok") or version > len(STEPS):
                raise no_backup(file)
            _bring_up(copy, version)
            copy.row_factory = sqlite3.Row
            rows = {name: [dict(row) for row in copy.execute(f"select * from {name}")] for name in TABLES}
            last = dict(map(tuple, copy.execute("select name, seq from sqlite_sequence")))
        except sqlite3.DatabaseError as error:
            raise no_backup(file) from error
    return Kept(rows, last)


def write(file: Path, kept: Kept) -> None:
    """Make an empty file one that `read` and earlier versions can read."""
    with _whole(file) as connection:
        _bring_up(connection, 0)
        for name in TABLES:
            for row in kept.rows.get(name, ()):
                bound = ", ".join(f":{column}" for column in row)
                connection.execute(f"insert into {name} ({', '.join(row)}) values ({bound})", row)
        connection.execute("delete from sqlite_sequence")
        connection.executemany("insert into sqlite_sequence (name, seq) values (?, ?)", kept.last.items())


@contextmanager
def _whole(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("begin")
        yield connection
        connection.execute("commit")


def _bring_up(connection: sqlite3.Connection, version: int) -> None:
    for statement in (statement for step in STEPS[version:] for statement in step):
        connection.execute(statement)
    connection.execute(f"pragma user_version = {len(STEPS)}")


def no_backup(file: Path) -> Damaged:
    """What to say of a file that cannot be put back."""
    return Damaged(
        Text(
            f"{file.name} không phải là bản sao lưu nguyên vẹn mà phiên bản này đọc được.",
            f"{file.name} is no whole backup that this version can read.",
        )
    )


def two_of_them(file: Path) -> UserError:
    """What to say where the store has meetings, and a file of an earlier version has others."""
    return UserError(
        Text(
            f"Kho chung đã có cuộc họp, {file} cũng có; chuyển tệp ấy đi nơi khác để dùng kho chung.",
            f"The store has meetings and so has {file}; move that file elsewhere to use the store.",
        )
    )
