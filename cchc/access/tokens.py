"""Secrets in an address under which a calendar or a feed reader, which cannot sign in, gets what one person may see."""

import datetime
import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from cchc.access import granted, record
from cchc.access.modes import Access
from cchc.access.people import Person, Refused, acting

# Whoever has not signed in for so long is taken to be gone, and their groups and units to be others by now.
DAYS = 180


@dataclass(frozen=True)
class Token:
    """An address somebody follows an area by: its number, whose it is, since when (local time, ISO 8601). The secret in
    it is kept nowhere."""

    id: int
    person: str
    area: str
    at: str


def make(data: Path, area: str) -> str:
    """A new secret of who acts, for what they may see of an area by then; told this once, and written down that it was.

    Raises Refused when they may see nothing of it.
    """
    from cchc.access import database
    from cchc.access.database import TOKENS, changing

    who, secret, now = acting(), secrets.token_urlsafe(24), _now()
    if who.sight(area) is None:
        raise Refused("reader")
    row = {"digest": digest(secret), "person": who.id, "area": area, "at": now, "seen": now} | _said(who)
    with changing(data) as connection:
        database.add(connection, TOKENS, row)
        record.added(connection, who, "token", area, "+")
    return secret


def listed(data: Path, area: str, person: Person) -> list[Token]:
    """The addresses of an area that somebody may withdraw, the oldest first: their own; for its administrators all."""
    from sqlalchemy import select

    from cchc.access.database import TOKENS, reading

    with reading(data) as connection:
        if connection is None:
            return []
        rows = connection.execute(select(TOKENS).where(TOKENS.c.area == area).order_by(TOKENS.c.id)).all()
    found = [Token(row.id, row.person, row.area, row.at) for row in rows]
    return [token for token in found if token.person == person.id or person.may("administrator", area)]


def withdraw(data: Path, id_: int) -> None:
    """End an address, and write it down; one that is gone stays so. Raises Refused unless who acts made it, or is an
    administrator of its area."""
    from sqlalchemy import delete, select

    from cchc.access.database import TOKENS, changing, reading

    who = acting()
    with reading(data) as connection:
        gone = connection.execute(select(TOKENS).where(TOKENS.c.id == id_)).first() if connection else None
    if gone is None:
        return
    if not (who.id == gone.person or who.may("administrator", gone.area)):
        raise Refused("administrator")
    with changing(data) as connection:
        if connection.execute(delete(TOKENS).where(TOKENS.c.id == id_)).rowcount:
            record.added(connection, who, "token", gone.area, f"- {gone.person}")


def renew(data: Path, person: Person) -> None:
    """Remember that somebody signed in, and the groups and units said of them, for the addresses they follow by."""
    from sqlalchemy import exists, select, update

    from cchc.access.database import TOKENS, changing, reading

    own = TOKENS.c.person == person.id
    with reading(data) as connection:
        if connection is None or not connection.execute(select(exists().where(own))).scalar_one():
            return
    with changing(data) as connection:
        connection.execute(update(TOKENS).where(own), {"seen": _now()} | _said(person))


def holder(data: Path, area: str, secret: str, access: Access) -> Person | None:
    """Whose address of an area it is, with the roles they have by now; None where it is nobody's, or who made it did
    not sign in for `DAYS`."""
    from sqlalchemy import select

    from cchc.access.database import TOKENS, reading

    with reading(data) as connection:
        if connection is None:
            return None
        asked = select(TOKENS).where(TOKENS.c.digest == digest(secret), TOKENS.c.area == area)
        row = connection.execute(asked).first()
    if row is None or datetime.datetime.fromisoformat(row.seen) < _moment() - datetime.timedelta(days=DAYS):
        return None
    groups, units = (tuple(json.loads(each)) for each in (row.groups, row.units))
    rules = [each.rule for each in granted.read(data)]
    return access.granted(Person(row.person, row.person, (), groups=groups, units=units), rules)


def digest(secret: str) -> str:
    """A secret is long and random: a hash of it opens nothing, and needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _said(person: Person) -> dict[str, str]:
    return {"groups": json.dumps(person.groups), "units": json.dumps(person.units)}


def _moment() -> datetime.datetime:
    return datetime.datetime.now().replace(microsecond=0)


def _now() -> str:
    return _moment().isoformat()
