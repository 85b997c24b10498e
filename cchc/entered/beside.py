"""Comments and locked papers in a backup: the rows of their tables as JSON, put back under their numbers."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc.access.place import has_store

if TYPE_CHECKING:
    from sqlalchemy import Column

TABLES = ("comment", "locked")


@dataclass(frozen=True)
class Rows:
    """The rows of each table, and the last number each has given."""

    rows: dict[str, list[dict[str, Any]]]
    last: dict[str, int]


def written(data: Path) -> bytes:
    """All rows as they are at one moment. Raises UserError when the store cannot be read."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    last = dict.fromkeys(TABLES, 0)
    if has_store(data):
        from sqlalchemy import select

        from cchc.access.database import COUNTERS, METADATA, reading

        with reading(data) as connection:
            assert connection is not None
            for name in TABLES:
                asked = select(METADATA.tables[name]).order_by("id")
                rows[name] = [dict(row) for row in connection.execute(asked).mappings()]
                last[name] = connection.execute(select(COUNTERS.c.last).where(COUNTERS.c.name == name)).scalar() or 0
    content = {"rows": rows, "last": last}
    return json.dumps(content, ensure_ascii=False, default=lambda held: base64.b64encode(held).decode()).encode()


def read(content: bytes) -> Rows:
    """What `written` wrote. Raises ValueError for anything else."""
    from cchc.access.database import METADATA

    try:
        told = json.loads(content)
        rows = {name: [_meant(METADATA.tables[name].c, row) for row in told["rows"][name]] for name in TABLES}
        return Rows(rows, {name: int(told["last"][name]) for name in TABLES})
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("other tables") from error


def _meant(columns: Any, row: dict[str, Any]) -> dict[str, Any]:
    if set(row) != set(columns.keys()):
        raise ValueError("other columns")
    return {column.name: _value(column, row[column.name]) for column in columns}


def _value(column: "Column[Any]", value: object) -> object:
    from sqlalchemy import Integer, LargeBinary

    if isinstance(column.type, Integer) and isinstance(value, int):
        return value
    if isinstance(value, str) and not isinstance(column.type, Integer):
        return base64.b64decode(value, validate=True) if isinstance(column.type, LargeBinary) else value
    raise ValueError(column.name)


def put_back(data: Path, kept: Rows) -> None:
    """Let these be all comments and locked papers. Raises UserError when the store cannot be written to."""
    from cchc.access.database import METADATA, changing, refill

    with changing(data) as connection:
        for name in TABLES:
            refill(connection, METADATA.tables[name], kept.rows[name], kept.last[name])
