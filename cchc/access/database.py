"""The store of what people write, who may do what, and what was done: every change a transaction with its line in it.

Loading SQLAlchemy takes a third of a second: whoever may not need the store imports this where it is used.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.types import TypeDecorator

from cchc.access import engines, steps
from cchc.access.place import has_store


class Words(TypeDecorator[str]):
    """Text; PostgreSQL stores and compares none with the character of number 0."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | None:
        return value and value.replace("\x00", "")


METADATA = MetaData()
RECORD = Table(
    "record", METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Words, nullable=False) for name in ("at", "who", "address", "what", "area", "about", "hash")),
)  # fmt: skip
RULES = Table(
    "rule", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Words, nullable=False) for name in ("role", "area", "group", "person", "units")),
)  # fmt: skip
TOKENS = Table(
    "token", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Words, nullable=False) for name in ("digest", "person", "area", "groups", "units", "at", "seen")),
)  # fmt: skip
KEYS = Table(
    "key", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Words, nullable=False)
      for name in ("digest", "name", "role", "area", "units", "maker", "at", "until")),
)  # fmt: skip
LOCKED = Table(
    "locked", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Words, nullable=False)
      for name in ("dataset", "report", "unit", "start", "end", "boundaries", "title", "snapshot", "digest", "at", "by",
                   "reopened_at", "reopened_by", "reason", "look")),
    Column("file", LargeBinary, nullable=False),
)  # fmt: skip
COMMENTS = Table(
    "comment", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("thread", Integer, nullable=False),
    *(Column(name, Words, nullable=False)
      for name in ("dataset", "metric", "page", "question", "units", "snapshot", "text", "by", "at", "resolved_at",
                   "resolved_by")),
)  # fmt: skip
MEETINGS = Table(
    "meeting", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    *(Column(name, Words, nullable=False)
      for name in ("dataset", "title", "held_on", "snapshot", "question", "metric", "charts", "notes", "changed_at")),
)  # fmt: skip
COMMITMENTS = Table(
    "commitment", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("meeting", Integer, nullable=False),
    Column("target", Double, nullable=False),
    *(Column(name, Words, nullable=False)
      for name in ("subject", "what", "metric", "who", "due", "about", "changed_at")),
)  # fmt: skip
REMINDERS = Table(
    "reminder", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("commitment", Integer, nullable=False),
    *(Column(name, Words, nullable=False) for name in ("sent_on", "how", "answer", "changed_at")),
    Column("answered_on", Words),
)  # fmt: skip
SHEETS = Table(
    "sheet", METADATA,
    Column("name", Words, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)  # fmt: skip
# The last number each table has given, so that one that was removed is never given again.
COUNTERS = Table(
    "counter", METADATA,
    Column("name", Words, primary_key=True),
    Column("last", Integer, nullable=False),
)  # fmt: skip


@contextmanager
def changing(data: Path) -> Iterator[Connection]:
    """A transaction that no other writer comes between; the store is made, or brought up to date, where need be.

    Raises UserError when the place cannot be written to, or no database answers as CCHC_STORE says.
    """
    with engines.told(data), engines.writing(data).begin() as connection:
        steps.bring_up(connection, data)
        yield connection


@contextmanager
def reading(data: Path) -> Iterator[Connection | None]:
    """A connection to read with; None where nothing was ever written. Raises UserError as `changing` does."""
    if not has_store(data):
        yield None
        return
    with engines.told(data), engines.reading(data).connect() as connection:
        if steps.is_behind(connection):
            connection.rollback()
            with changing(data):
                pass
        yield connection


def add(connection: Connection, table: Table, row: Mapping[str, object]) -> int:
    """Store a new row under a number that no row of the table ever had; returns the number."""
    own = COUNTERS.c.name == table.name
    given = connection.execute(select(COUNTERS.c.last).where(own)).scalar()
    highest = select(func.coalesce(func.max(table.c.id), 0))
    number = 1 + int(given or connection.execute(highest).scalar_one())
    count_from(connection, table, number)
    connection.execute(insert(table), {**row, "id": number})
    return number


def count_from(connection: Connection, table: Table, last: int) -> None:
    """Let the next row of a table be given a number above `last`."""
    connection.execute(delete(COUNTERS).where(COUNTERS.c.name == table.name))
    connection.execute(insert(COUNTERS), {"name": table.name, "last": last})


def refill(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]], last: int = 0) -> None:
    """Let these be all rows of a table; no number that was given before, here or (up to `last`) where the rows come
    from, is given again."""
    connection.execute(delete(table))
    if rows:
        connection.execute(insert(table), [dict(row) for row in rows])
    given = connection.execute(select(COUNTERS.c.last).where(COUNTERS.c.name == table.name)).scalar() or 0
    highest = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    count_from(connection, table, max(given, last, highest))
