"""Who asks, and what they may see and do in each area: roles are granted to people or groups, and asked for here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from cchc.text import Text, UserError

Role = Literal["reader", "officer", "editor", "administrator"]
# From the one that may least to the one that may most: each may all that those before it may.
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES: dict[Role, Text] = {
    "reader": Text("Người xem", "Reader"),
    "officer": Text("Cán bộ", "Officer"),
    "editor": Text("Người cập nhật", "Editor"),
    "administrator": Text("Quản trị", "Administrator"),
}
EVERY_AREA = "*"


@dataclass(frozen=True)
class Grant:
    """A role in one area, or in every one; with `units` only over the dossiers those are responsible for."""

    role: Role
    area: str = EVERY_AREA
    units: frozenset[str] | None = None


@dataclass(frozen=True)
class Sight:
    """What somebody may see of an area: the units whose figures, and the units whose dossiers one by one; None is all
    of them."""

    figures: frozenset[str] | None
    dossiers: frozenset[str] | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is kept back."""
        return self.figures is None and self.dossiers is None


@dataclass(frozen=True)
class Person:
    """Somebody who asks: an id that stays, a name to show, what was granted, from which address they come, and the
    groups and units the provider or the proxy said of them."""

    id: str
    name: str
    grants: tuple[Grant, ...]
    address: str = ""
    groups: tuple[str, ...] = field(default=(), compare=False)
    units: tuple[str, ...] = field(default=(), compare=False)
    # Who they are by now, when asked again: a role may have been taken away, and a sign-in ends.
    again: Callable[[], "Person | None"] | None = field(default=None, compare=False)

    @property
    def is_still(self) -> bool:
        """Whether they are known and have the roles they had."""
        return self.again is None or self.again() == self

    def _granted(self, role: Role, area: str) -> list[Grant]:
        """The grants of at least this role in an area."""
        least = ROLES.index(role)
        return [each for each in self.grants if each.area in (EVERY_AREA, area) and ROLES.index(each.role) >= least]

    def may(self, role: Role, area: str) -> bool:
        """Whether they have at least this role over all of an area."""
        return any(each.units is None for each in self._granted(role, area))

    def may_for_some(self, role: Role, area: str) -> bool:
        """Whether they have at least this role over an area or a part of it."""
        return bool(self._granted(role, area))

    def sight(self, area: str, role: Role = "reader") -> Sight | None:
        """What they may see of an area on a page for a role; None where that is nothing. Whoever has more than one role
        sees on each page what that role gives."""
        seen, listed = (_units(self._granted(each, area)) for each in (role, "officer"))
        return None if seen == frozenset() else Sight(seen, listed)


def _units(grants: Iterable[Grant]) -> frozenset[str] | None:
    limits = [each.units for each in grants]
    whole = None in limits
    return None if whole else frozenset().union(*(each for each in limits if each is not None))


# Whoever sits at the machine itself, and every command typed there.
LOCAL = Person("local", "", (Grant("administrator"),))
NOBODY = Person("", "", ())
_identify: list[Callable[[], Person]] = []


def ask_with(identify: Callable[[], Person]) -> None:
    """Let a server that others may reach say who acts. Where nothing was said, as in a command, the machine's owner
    does."""
    _identify[:] = [identify]


def acting() -> Person:
    """Who acts now."""
    return _identify[0]() if _identify else LOCAL


def require(role: Role, area: str) -> Person:
    """Who acts now, who has at least this role over all of an area. Raises Refused when they have not."""
    person = acting()
    if not person.may(role, area):
        raise Refused(role)
    return person


class Refused(UserError):
    """Somebody asked for what only another role may do; nothing was done."""

    def __init__(self, role: Role) -> None:
        needed = ROLE_NAMES[role]
        super().__init__(
            Text(
                f"Việc này cần vai trò “{needed.vi}” trong khu vực; hãy liên hệ người quản trị.",
                f"This needs the role “{needed.en}” in the area; ask an administrator.",
            )
        )
