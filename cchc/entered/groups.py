"""Groups of units that the staff of an area have named, kept as one of its registers."""

import secrets
from collections.abc import Iterable
from pathlib import Path

from cchc.entered import registers
from cchc.entered.columns import Column
from cchc.entered.registers import Register, Row
from cchc.figures.filters import Filters, Group, strict
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, fold

_LONGEST = 60
REGISTER = Register(
    "nhom-don-vi",
    Text("Nhóm đơn vị", "Groups of units"),
    Text("Mỗi dòng là một đơn vị của một nhóm.", "A row is a unit of a group."),
    (
        Column("group", Text("Mã nhóm", "Group"), "text"),
        Column("name", Text("Tên nhóm", "Name"), "text"),
        Column("unit", Text("Đơn vị", "Unit"), "text"),
    ),
)


def read(data: Path, dataset: str) -> dict[str, Group]:
    """The groups of an area by their ids, in the order they were made. Raises UserError when they cannot be read."""
    return meant(registers.read(data, dataset, REGISTER))


def meant(rows: Iterable[Row]) -> dict[str, Group]:
    """The groups that the rows of the register say."""
    members: dict[str, tuple[str, list[str]]] = {}
    for row in rows:
        members.setdefault(str(row["group"]), (str(row["name"]), []))[1].append(str(row["unit"]))
    return {id_: Group(id_, name, tuple(units)) for id_, (name, units) in members.items()}


def save(data: Path, dataset: str, name: str, units: tuple[str, ...]) -> Group:
    """Keep these units as a new group. Raises UserError where the name is none or taken, or the units are fewer than
    two."""
    version, held = registers.version(data, dataset, REGISTER), read(data, dataset)
    name = " ".join(name.split())
    if not fold(name) or len(name) > _LONGEST:
        wrong = f"Tên nhóm cần có chữ và không quá {_LONGEST} ký tự."
        raise UserError(Text(wrong, f"The name of a group needs letters, at most {_LONGEST} of them."))
    if any(fold(group.name) == fold(name) for group in held.values()):
        raise UserError(
            Text(f"Đã có nhóm “{name}”; hãy đặt tên khác.", f"There is a group “{name}”; choose another name.")
        )
    if len(units) < 2:
        few = Text("Một nhóm cần từ hai đơn vị trở lên.", "A group needs two units or more.")
        raise UserError(few)
    # An id is never used again: a link to a group that is gone must not lead to another.
    group = Group(secrets.token_hex(4), name, units)
    _write(data, dataset, {**held, group.id: group}, version)
    return group


def forget(data: Path, dataset: str, id_: str) -> None:
    """Take a group away, if it is there; links to it then say so. Raises UserError as `registers.write` does."""
    version, held = registers.version(data, dataset, REGISTER), read(data, dataset)
    _write(data, dataset, {each: group for each, group in held.items() if each != id_}, version)


def asked(data: Path, query: str, snapshot: Snapshot) -> Filters:
    """The question of a query string that may name groups of the area. Raises UserError as `filters.strict` does."""
    # Opening the store takes a third of a second, which a command that asks for no group is spared.
    return strict(query, snapshot, read(data, snapshot.dataset) if "group" in query else {})


def _write(data: Path, dataset: str, groups: dict[str, Group], version: str) -> None:
    rows = [{"group": group.id, "name": group.name, "unit": unit} for group in groups.values() for unit in group.units]
    registers.write(data, dataset, REGISTER, rows, version)
