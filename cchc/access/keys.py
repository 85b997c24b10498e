"""Keys by which other software asks: each with a role in an area, or over some of its units, and a last day."""

import datetime
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cchc.access import record
from cchc.access.people import Grant, Person, Role, require
from cchc.access.tokens import digest
from cchc.text import Text, UserError, date

if TYPE_CHECKING:
    from sqlalchemy import Row

# Software only asks; whoever writes is a person.
ROLES: tuple[Role, ...] = ("reader", "officer")
# A key is made anew every year, so that one nobody remembers ends by itself.
MOST_DAYS = 366
_LONGEST = 60


@dataclass(frozen=True)
class Key:
    """A key: its number, what asks with it, what it opens, who made it and when (local time, ISO 8601), and the last
    day it opens anything. The secret itself is kept nowhere."""

    id: int
    name: str
    grant: Grant
    maker: str
    at: str
    until: datetime.date

    @property
    def is_over(self) -> bool:
        """Whether its last day is past."""
        return self.until < _today()

    def person(self, address: str) -> Person:
        """Who asks with it from an address; somebody who may do nothing once it is over."""
        return Person(f"api:{self.name}", self.name, () if self.is_over else (self.grant,), address)


def make(data: Path, name: str, role: Role, area: str, until: datetime.date, units: Iterable[str] = ()) -> str:
    """A new secret by which the software of that name asks until the end of a day, limited to `units` if there are any;
    told this once, and written down that it was made.

    Raises Refused unless an administrator of the area acts, and UserError where the name is none or taken, the role is
    not one of ROLES, or the day is past or further off than MOST_DAYS.
    """
    from sqlalchemy import select

    from cchc.access import database
    from cchc.access.database import KEYS, changing

    who, secret, name = require("administrator", area), secrets.token_urlsafe(32), " ".join(name.split())
    _check(name, role, until)
    row = {
        "digest": digest(secret), "name": name, "role": role, "area": area, "units": json.dumps(sorted(units)),
        "maker": who.id, "at": datetime.datetime.now().isoformat(timespec="seconds"), "until": until.isoformat(),
    }  # fmt: skip
    with changing(data) as connection:
        if connection.execute(select(KEYS.c.id).where(KEYS.c.name == name)).first():
            raise UserError(
                Text(
                    f"Đã có khóa tên “{name}”; đặt tên khác, hoặc thu lại khóa ấy trước.",
                    f"There is a key named “{name}”; choose another name, or withdraw that key first.",
                )
            )
        database.add(connection, KEYS, row)
        record.added(connection, who, "key", area, f"+ {name}: {role}, {until}")
    return secret


def _check(name: str, role: Role, until: datetime.date) -> None:
    if not 0 < len(name) <= _LONGEST or not name.isprintable() or role not in ROLES:
        raise UserError(
            Text(
                f"Khóa cần tên phần mềm, không quá {_LONGEST} ký tự, và một vai trò: người xem hoặc cán bộ.",
                f"A key needs the name of the software, at most {_LONGEST} letters, and a role: reader or officer.",
            )
        )
    last = _today() + datetime.timedelta(days=MOST_DAYS)
    if not _today() <= until <= last:
        raise UserError(
            Text(
                f"Ngày hết hạn của khóa phải từ hôm nay đến {date(last, 'vi')}.",
                f"The last day of a key has to be from today to {date(last, 'en')}.",
            )
        )


def listed(data: Path) -> list[Key]:
    """Every key, in the order in which they were made."""
    from sqlalchemy import select

    from cchc.access.database import KEYS, reading

    with reading(data) as connection:
        rows = connection.execute(select(KEYS).order_by(KEYS.c.id)).all() if connection else []
    return [_key(row) for row in rows]


def held(data: Path, secret: str) -> Key | None:
    """The key with that secret, over or not; None where there is none."""
    from sqlalchemy import select

    from cchc.access.database import KEYS, reading

    with reading(data) as connection:
        asked = select(KEYS).where(KEYS.c.digest == digest(secret))
        row = connection.execute(asked).first() if connection else None
    return _key(row) if row else None


def _key(row: "Row[tuple[object, ...]]") -> Key:
    units = frozenset[str](json.loads(row.units)) or None
    until = datetime.date.fromisoformat(row.until)
    return Key(row.id, row.name, Grant(row.role, row.area, units), row.maker, row.at, until)


def withdraw(data: Path, id_: int) -> None:
    """End a key, and write it down. Raises Refused unless an administrator of its area acts; one that is gone stays
    so."""
    from sqlalchemy import delete

    from cchc.access.database import KEYS, changing

    gone = next((key for key in listed(data) if key.id == id_), None)
    if gone is None:
        return
    who = require("administrator", gone.grant.area)
    with changing(data) as connection:
        if connection.execute(delete(KEYS).where(KEYS.c.id == id_)).rowcount:
            record.added(connection, who, "key", gone.grant.area, f"- {gone.name}")


def _today() -> datetime.date:
    return datetime.date.today()
