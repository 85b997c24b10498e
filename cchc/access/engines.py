"""The store opened: a file of SQLite or a database of PostgreSQL, and what goes wrong with either as a sentence."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, exc, func, make_url, select

from cchc import config, disk
from cchc.access.place import Damaged, store_file
from cchc.text import Text, UserError

# So long another writer, or a server, is waited for, in seconds: every change takes milliseconds.
_PATIENCE = 10
# The lock every writer takes on PostgreSQL ("CCHC"): one at a time, as on SQLite.
_LOCK = 0x43434843
# The option of a connection that keeps no writer waiting and sees one moment.
_READS = "reads"
_READING: dict[str, dict[str, Any]] = {
    "sqlite": {_READS: True},
    "postgresql": {_READS: True, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def writing(data: Path) -> Engine:
    """The store to write to, one writer at a time. Raises UserError when CCHC_STORE names none that can be used."""
    if named := config.settings().store:
        return _server(named, os.getpid())
    store_file(data).parent.mkdir(parents=True, exist_ok=True)
    return file(store_file(data))


def reading(data: Path) -> Engine:
    """The store to read from: what one connection reads is of one moment."""
    engine = writing(data)
    return engine.execution_options(**_READING[engine.dialect.name])


def file(path: Path) -> Engine:
    """A file of SQLite as a store."""
    return _file(path.resolve(), os.getpid())


@contextmanager
def told(data: Path) -> Iterator[None]:
    """Raises UserError, or Damaged, in place of what the reader can mend; anything else is a bug and stays what it
    is. Nothing said holds a word of CCHC_STORE, in which there is a password."""
    try:
        yield
    except OSError as error:
        raise disk.unwritable(store_file(data)) from error
    except exc.DBAPIError as error:
        # A file is asked too while a database takes it over.
        of_file = isinstance(error.orig, sqlite3.Error)
        sentence = _of_file(error, store_file(data)) if of_file else _of_server(error)
        if sentence is None:
            raise
        raise sentence from (error if of_file else None)
    except exc.TimeoutError as error:  # every connection of this process is in use
        raise UserError(_BUSY) from error


# A connection belongs to the process that opened it: one that was forked opens its own.
@lru_cache(maxsize=8)
def _file(path: Path, _process: int) -> Engine:
    # A connection of its own for every use: a lock never outlives what it was taken for.
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": _PATIENCE}, poolclass=NullPool
    )

    @event.listens_for(engine, "connect")
    def opened(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # transactions are ours, from the first statement on
        # A change is on the disk itself before anybody is told that it is stored.
        for each in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
            connection.execute(f"pragma {each}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("begin" if connection.get_execution_options().get(_READS) else "begin immediate")

    return engine


@lru_cache(maxsize=8)
def _server(named: str, _process: int) -> Engine:
    try:
        url = make_url(named)
        if url.drivername not in ("postgresql", "postgresql+psycopg") or not url.database:
            raise ValueError
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True,
            isolation_level="READ COMMITTED", connect_args={"connect_timeout": _PATIENCE},
        )  # fmt: skip
    except (exc.ArgumentError, ValueError):
        raise UserError(_NO_ADDRESS) from None
    except ModuleNotFoundError:
        raise UserError(_NO_DRIVER) from None

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if not connection.get_execution_options().get(_READS):
            connection.exec_driver_sql(f"set local lock_timeout = '{_PATIENCE}s'")
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    return engine


_BUSY = Text("Có người khác đang ghi; hãy thử lại.", "Somebody else is writing; try again.")
_NO_ADDRESS = Text(
    "CCHC_STORE phải có dạng postgresql+psycopg://người-dùng:mật-khẩu@máy/cơ-sở-dữ-liệu; sửa biến ấy.",
    "CCHC_STORE has to look like postgresql+psycopg://user:password@host/database; mend it.",
)
_NO_DRIVER = Text(
    "CCHC_STORE nêu PostgreSQL nhưng máy này chưa có thư viện psycopg; cài theo requirements.txt.",
    "CCHC_STORE names PostgreSQL and this machine has no psycopg; install what requirements.txt lists.",
)
_NO_ANSWER = Text(
    "PostgreSQL nêu ở CCHC_STORE không trả lời; kiểm tra máy chủ, cổng và đường mạng.",
    "The PostgreSQL that CCHC_STORE names does not answer; check the server, its port and the network.",
)
_NOT_LET_IN = Text(
    "PostgreSQL nêu ở CCHC_STORE không cho vào; kiểm tra người dùng và mật khẩu.",
    "The PostgreSQL that CCHC_STORE names lets nobody in like that; check user and password.",
)
_NO_DATABASE = Text(
    "PostgreSQL nêu ở CCHC_STORE không có cơ sở dữ liệu ấy; tạo nó (createdb) hoặc sửa biến.",
    "The PostgreSQL that CCHC_STORE names has no such database; make it (createdb) or mend the variable.",
)
_NOT_OURS = Text(
    "Người dùng PostgreSQL nêu ở CCHC_STORE không được ghi vào cơ sở dữ liệu ấy; cấp quyền cho người dùng.",
    "The user of PostgreSQL that CCHC_STORE names may not write to that database; let them.",
)
_FULL = Text(
    "PostgreSQL nêu ở CCHC_STORE không nhận thêm được; kiểm tra đĩa và số kết nối của máy chủ.",
    "The PostgreSQL that CCHC_STORE names takes no more; check the disk and the connections of the server.",
)
# By the first letters of the server's code (appendix A of the manual of PostgreSQL).
_BY_CODE = {
    "55P03": _BUSY, "40": _BUSY, "28": _NOT_LET_IN, "3D": _NO_DATABASE, "3F": _NOT_OURS, "42501": _NOT_OURS,
    "25006": _NOT_OURS, "53": _FULL, "57": _NO_ANSWER, "08": _NO_ANSWER,
}  # fmt: skip
# A server that refuses a connection tells no code, in words of its own language: these are of English and of SCRAM.
_BY_WORDS = {
    "authentication failed": _NOT_LET_IN, "no password": _NOT_LET_IN, "no pg_hba.conf entry": _NOT_LET_IN,
    "database": _NO_DATABASE, "role": _NOT_LET_IN, "too many": _FULL, "remaining connection slots": _FULL,
}  # fmt: skip


def _of_server(error: exc.DBAPIError) -> UserError | None:
    code, words = getattr(error.orig, "sqlstate", None) or "", str(error.orig)
    if code:
        return next((UserError(text) for start, text in _BY_CODE.items() if code.startswith(start)), None)
    if not isinstance(error, exc.OperationalError):
        return None
    refused = "FATAL:" in words  # else nobody answered, whatever the address is called
    return UserError(next((text for part, text in _BY_WORDS.items() if refused and part in words), _NO_ANSWER))


def _of_file(error: exc.DBAPIError, path: Path) -> UserError | None:
    name = getattr(error.orig, "sqlite_errorname", "")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Damaged(
            Text(
                f"{path} bị hỏng; khôi phục từ bản sao lưu: python -m cchc restore TỆP",
                f"{path} is damaged; put a backup back: python -m cchc restore FILE",
            )
        )
    if name.startswith("SQLITE_BUSY"):
        return UserError(_BUSY)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR")):
        return disk.unwritable(path)
    return None
