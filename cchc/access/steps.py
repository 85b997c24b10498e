"""How the store came to be what it is: numbered steps, taken by themselves, forward only, with a copy made first."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, inspect, select

from cchc import disk
from cchc.access import engines
from cchc.access.place import store_file
from cchc.text import Text, UserError

_STEP = Table("step", MetaData(), Column("number", Integer, primary_key=True, autoincrement=False))
# Where the two call a type by other names.
_BYTES = {"sqlite": "blob", "postgresql": "bytea"}
# Every step brings a store of the one before to the next, on SQLite and PostgreSQL alike; a step once shipped never
# changes, and a table that is new or other is a step of its own.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        # Stores of the first version have these, and no steps.
        (
            "create table if not exists record (number integer primary key, at text not null, who text not null,"
            " address text not null, what text not null, area text not null, about text not null, hash text not null)"
        ),
        (
            'create table if not exists rule (id integer primary key, role text not null, area text not null, "group"'
            " text not null, person text not null, units text not null)"
        ),
        (
            "create table if not exists token (id integer primary key, digest text not null, person text not null,"
            " area text not null, groups text not null, units text not null, at text not null, seen text not null)"
        ),
        (
            'create table if not exists "key" (id integer primary key, digest text not null, name text not null,'
            " role text not null, area text not null, units text not null, maker text not null, at text not null,"
            " until text not null)"
        ),
        (
            "create table if not exists locked (id integer primary key, dataset text not null, report text not null,"
            ' unit text not null, start text not null, "end" text not null, boundaries text not null,'
            " title text not null, snapshot text not null, digest text not null, at text not null, by text not null,"
            " reopened_at text not null, reopened_by text not null, reason text not null, look text not null,"
            " file {bytes} not null)"
        ),
        (
            "create table if not exists comment (id integer primary key, thread integer not null,"
            " dataset text not null, metric text not null, page text not null, question text not null,"
            " units text not null, snapshot text not null, text text not null, by text not null, at text not null,"
            " resolved_at text not null, resolved_by text not null)"
        ),
        "create table step (number integer primary key)",
        "create table counter (name text primary key, last integer not null)",
    ),
    (
        (
            "create table meeting (id integer primary key, version integer not null, dataset text not null,"
            " title text not null, held_on text not null, snapshot text not null, question text not null,"
            " metric text not null, charts text not null, notes text not null, changed_at text not null)"
        ),
        (
            "create table commitment (id integer primary key, version integer not null, meeting integer not null"
            " references meeting, subject text not null, what text not null, metric text not null,"
            " target double precision not null, who text not null, due text not null, about text not null,"
            " changed_at text not null)"
        ),
        "create index commitment_of_meeting on commitment (meeting)",
        (
            "create table reminder (id integer primary key, version integer not null, commitment integer not null"
            " references commitment on delete cascade, sent_on text not null, how text not null, answer text not null,"
            " answered_on text, changed_at text not null)"
        ),
        "create index reminder_of_commitment on reminder (commitment)",
    ),
    ("create table sheet (name text primary key, content {bytes} not null)",),
)


def is_behind(connection: Connection) -> bool:
    """Whether there are steps to take. Raises UserError for a store that a newer version has brought further."""
    at = _taken(connection)
    if at > len(STEPS):
        raise UserError(
            Text(
                "Kho dữ liệu nhập tay do phiên bản mới hơn của phần mềm tạo ra; hãy dùng phiên bản đó.",
                "What people wrote was stored by a newer version of the product; use that one.",
            )
        )
    return at < len(STEPS)


def bring_up(connection: Connection, data: Path) -> None:
    """Take the steps that are left, inside the transaction of who writes: all of them or none.

    What a store held before is first copied beside the file of SQLite, that of PostgreSQL into a file of SQLite too. An
    empty database of PostgreSQL takes over what the file of SQLite holds, which stays as it is.
    """
    if not is_behind(connection):
        return
    at, former = _taken(connection), store_file(data)
    tables = inspect(connection).get_table_names()
    if {"record", "step"} & set(tables):
        former.parent.mkdir(parents=True, exist_ok=True)
        with disk.written_whole(former.with_name(f"before-step-{at + 1}.sqlite")) as fresh:
            _copy(connection, at, former, fresh)
    _walk(connection, at, len(STEPS))
    if connection.dialect.name != "sqlite" and not tables and former.exists():
        with engines.file(former).begin() as source:
            bring_up(source, data)
            _pour(source, connection)


def _walk(connection: Connection, at: int, to: int) -> None:
    for number in range(at, to):
        for statement in STEPS[number]:
            connection.exec_driver_sql(statement.format(bytes=_BYTES[connection.dialect.name]))
        connection.execute(insert(_STEP), {"number": number + 1})


def _taken(connection: Connection) -> int:
    if not inspect(connection).has_table(_STEP.name):
        return 0
    return int(connection.execute(select(func.coalesce(func.max(_STEP.c.number), 0))).scalar_one())


def _copy(connection: Connection, at: int, former: Path, fresh: Path) -> None:
    """All of a store, before the transaction that is about to change it, in a new file of SQLite."""
    if connection.dialect.name == "sqlite":
        with closing(sqlite3.connect(former)) as source, closing(sqlite3.connect(fresh)) as copy:
            source.backup(copy)  # which waits for ever inside a transaction that writes
        return
    with engines.file(fresh).begin() as target:
        _walk(target, 0, at)
        _pour(connection, target)


def _pour(source: Connection, target: Connection) -> None:
    """Every row of one store into the other, which has the same tables; the steps it took are its own."""
    held = MetaData()
    held.reflect(source)
    for table in held.sorted_tables:
        if table.name != _STEP.name and (rows := source.execute(select(table)).mappings().all()):
            target.execute(insert(table), [dict(row) for row in rows])
