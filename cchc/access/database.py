"""The store of who may do what and of what was done: every change a transaction, and its line in the record with it.

Loading SQLAlchemy takes a third of a second: whoever may not need the store imports this where it is used.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    exc,
)

from cchc import disk
from cchc.access.record import store_file

_METADATA = MetaData()
RECORD = Table(
    "record", _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    *(Column(name, String, nullable=False) for name in ("at", "who", "address", "what", "area", "about", "hash")),
)  # fmt: skip
RULES = Table(
    "rule", _METADATA,
    Column("id", Integer, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("role", "area", "group", "person", "units")),
)  # fmt: skip
TOKENS = Table(
    "token", _METADATA,
    Column("id", Integer, primary_key=True),
    *(Column(name, String, nullable=False) for name in ("digest", "person", "area", "groups", "units", "at", "seen")),
)  # fmt: skip
KEYS = Table(
    "key", _METADATA,
    Column("id", Integer, primary_key=True),
    *(Column(name, String, nullable=False)
      for name in ("digest", "name", "role", "area", "units", "maker", "at", "until")),
)  # fmt: skip
LOCKED = Table(
    "locked", _METADATA,
    Column("id", Integer, primary_key=True),
    *(Column(name, String, nullable=False)
      for name in ("dataset", "report", "unit", "start", "end", "boundaries", "title", "snapshot", "digest", "at", "by",
                   "reopened_at", "reopened_by", "reason", "look")),
    Column("file", LargeBinary, nullable=False),
)  # fmt: skip
COMMENTS = Table(
    "comment", _METADATA,
    Column("id", Integer, primary_key=True),
    Column("thread", Integer, nullable=False),
    *(Column(name, String, nullable=False)
      for name in ("dataset", "metric", "page", "question", "units", "snapshot", "text", "by", "at", "resolved_at",
                   "resolved_by")),
)  # fmt: skip
# So long another writer is waited for, in seconds: every change takes milliseconds.
_PATIENCE = 10
# The option of a connection that keeps no writer waiting.
_READS = "reads"


@contextmanager
def changing(data: Path) -> Iterator[Connection]:
    """A transaction that no other writer comes between; the store is made where there is none.

    Raises UserError when the place cannot be written to.
    """
    file = store_file(data)
    with disk.writing(file, exc.DBAPIError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with _engine(file.resolve()).begin() as connection:
            yield connection


@contextmanager
def reading(data: Path) -> Iterator[Connection | None]:
    """A connection to read with; None where nothing was ever written."""
    file = store_file(data)
    if not file.exists():
        yield None
        return
    with _engine(file.resolve()).connect().execution_options(**{_READS: True}) as connection:
        yield connection


@lru_cache(maxsize=8)
def _engine(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": _PATIENCE})

    @event.listens_for(engine, "connect")
    def opened(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # transactions are ours, from the first statement on
        connection.execute("pragma journal_mode = wal")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("begin" if connection.get_execution_options().get(_READS) else "begin immediate")

    _METADATA.create_all(engine)
    return engine
