"""Roles given on the page Quản trị, beside those of the access file."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers

from cchc.access import record
from cchc.access.modes import Access, Rule
from cchc.access.people import LOCAL, ROLES, Person, Role, require
from cchc.text import Text, UserError

_LONGEST = 200


@dataclass(frozen=True)
class Given:
    """A rule of the store with its number."""

    id: int
    rule: Rule


def read(data: Path) -> list[Given]:
    """Every rule of the store, in the order in which they were given."""
    from sqlalchemy import select

    from cchc.access.database import RULES, reading

    with reading(data) as connection:
        if connection is None:
            return []
        rows = connection.execute(select(RULES).order_by(RULES.c.id)).all()
    return [Given(row.id, Rule(row.role, row.area, row.group, row.person, _units(row.units))) for row in rows]


def asking(access: Access, headers: Headers, data: Path) -> Person | None:
    """Who a request is from that comes with no secret of its own: this machine, or whom the proxy names (the gate has
    dropped these headers unless the proxy proved that it is the one). None where only a page asks who somebody is."""
    if access.mode == "local":
        return LOCAL
    if access.mode == "proxy":
        claims = {name: headers.get(name) for name in access.names.values()}
        return access.person(claims, "", [each.rule for each in read(data)])
    return None


def _units(written: str) -> frozenset[str] | None:
    return frozenset(json.loads(written)) if written else None


def give(data: Path, role: Role, area: str, person: str = "", group: str = "", units: Iterable[str] = ()) -> None:
    """Give a role, limited to `units` if there are any, and write it down.

    Raises Refused unless an administrator of the area acts, and UserError where it names nobody, or both, or an unknown
    role.
    """
    from cchc.access import database
    from cchc.access.database import RULES, changing

    who = require("administrator", area)
    if bool(person.strip()) == bool(group.strip()) or role not in ROLES or len(person + group) > _LONGEST:
        raise UserError(
            Text(
                "Ghi mã của một người (ví dụ địa chỉ thư) hoặc tên của một nhóm, không ghi cả hai.",
                "Give the id of a person (such as an e-mail address) or the name of a group, not both.",
            )
        )
    rule = Rule(role, area, group.strip(), person.strip(), frozenset(units) or None)
    row = {
        "role": role, "area": area, "group": rule.group, "person": rule.person,
        "units": json.dumps(sorted(rule.units)) if rule.units else "",
    }  # fmt: skip
    with changing(data) as connection:
        database.add(connection, RULES, row)
        record.added(connection, who, "grant", area, f"+ {_said(rule)}")


def take(data: Path, id_: int) -> None:
    """Take a role away, and write it down. Raises Refused unless an administrator of its area acts; a rule that is gone
    stays so."""
    from sqlalchemy import delete

    from cchc.access.database import RULES, changing

    gone = next((each.rule for each in read(data) if each.id == id_), None)
    if gone is None:
        return
    who = require("administrator", gone.area)
    with changing(data) as connection:
        if connection.execute(delete(RULES).where(RULES.c.id == id_)).rowcount:
            record.added(connection, who, "grant", gone.area, f"- {_said(gone)}")


def _said(rule: Rule) -> str:
    units = f" [{', '.join(sorted(rule.units))}]" if rule.units else ""
    return f"{rule.person or '@' + rule.group}: {rule.role}{units}"
