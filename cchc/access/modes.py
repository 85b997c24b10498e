"""How people are known: this machine alone, an OpenID Connect provider, or a reverse proxy that names them."""

import ipaddress
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from cchc import disk
from cchc.access.people import EVERY_AREA, ROLES, Grant, Person, Role
from cchc.config import ROOT
from cchc.text import Text, UserError

Mode = Literal["local", "oidc", "proxy"]
# What the provider gives and the file names; the names on the left are those of the claims it reads.
_CLAIMS = {"id": "email", "name": "name", "groups": "groups", "units": "units"}
_HEADERS = {"id": "X-Remote-User", "name": "X-Remote-Name", "groups": "X-Remote-Groups", "units": "X-Remote-Units"}
_OIDC = ("server_metadata_url", "client_id", "client_secret", "cookie_secret", "redirect_uri")
_SHORTEST_SECRET = 16
# In a rule: the units that the provider or the proxy names.
_OWN = "own"


@dataclass(frozen=True)
class Rule:
    """A role for whoever is in `group`, or has the id `person`; limited to `units`, or to one's own."""

    role: Role
    area: str = EVERY_AREA
    group: str = ""
    person: str = ""
    units: frozenset[str] | None = None
    own: bool = False

    def grant(self, id_: str, groups: Iterable[str], own_units: frozenset[str]) -> Grant | None:
        """What it grants to somebody; None when it is not about them."""
        if (self.person and self.person == id_) or (self.group and self.group in groups):
            return Grant(self.role, self.area, own_units if self.own else self.units)
        return None


@dataclass(frozen=True)
class Access:
    """How people are known, and what they are granted by the file. `hours` is how long a sign-in lasts."""

    mode: Mode = "local"
    hours: float = 10
    rules: tuple[Rule, ...] = ()
    # Where id, name, groups and units stand: names of claims, or of headers.
    names: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""
    oidc: Mapping[str, str] = field(default_factory=dict)

    def person(self, claims: Mapping[str, Any], address: str = "", more: Iterable[Rule] = ()) -> Person | None:
        """Who has these claims or headers, with all that the rules of the file and `more` grant; None without an id."""
        given = {key: claims.get(name) for key, name in self.names.items()}
        id_ = str(given["id"] or "").strip()
        if not id_:
            return None
        groups, units = (tuple(_listed(given[key])) for key in ("groups", "units"))
        return self.granted(Person(id_, str(given["name"] or id_), (), address, groups, units), more)

    def granted(self, person: Person, more: Iterable[Rule] = ()) -> Person:
        """The same person with all that the rules of the file and `more` grant them by now."""
        own = frozenset(person.units)
        grants = (rule.grant(person.id, person.groups, own) for rule in (*self.rules, *more))
        return replace(person, grants=tuple(each for each in grants if each))


def _listed(value: object) -> list[str]:
    """The parts of a list, or of a text that commas or semicolons divide."""
    if isinstance(value, str):
        value = value.replace(";", ",").split(",")
    return [str(each).strip() for each in value if str(each).strip()] if isinstance(value, list | tuple) else []


def read(path: Path | None, secrets: Mapping[str, str]) -> Access:
    """How people are known by the TOML file `path`, this machine alone without one; `secrets` are those of the
    environment by their names in the file, which go before it.

    Raises UserError when the file lies in the repository, cannot be read, or says what cannot be meant.
    """
    if path is None:
        return Access()
    if path.resolve().is_relative_to(ROOT):
        raise _wrong(path, Text("tệp chứa bí mật phải nằm ngoài thư mục phần mềm", "it holds secrets and must lie "
                                "outside the folder of the product"))  # fmt: skip
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(disk.not_readable(path)) from error
    except (ValueError, RecursionError) as error:
        raise _wrong(path, Text(str(error), str(error))) from error
    try:
        return _access(written, secrets)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _wrong(path, Text(f"{error}", f"{error}")) from error


def _wrong(path: Path, why: Text) -> UserError:
    return UserError(Text(f"Tệp đăng nhập {path} sai: {why.vi}.", f"The access file {path} is wrong: {why.en}."))


def _access(written: Mapping[str, Any], secrets: Mapping[str, str]) -> Access:
    mode = written.get("mode", "local")
    if mode not in get_args(Mode):
        raise ValueError(f"mode = {mode}")
    rules = tuple(_rule(each) for each in written.get("grant", ()))
    access = Access(cast(Mode, mode), float(written.get("hours", 10)), rules)
    if not 0 < access.hours <= 24:
        raise ValueError(f"hours = {access.hours}")
    if mode == "oidc":
        given = {**written["oidc"], **secrets}
        oidc = {name: _secret(name, given) if name.endswith("secret") else str(given[name]) for name in _OIDC}
        return replace(access, names=_names(_CLAIMS, given), oidc=oidc)
    if mode == "proxy":
        given = {**written["proxy"], **secrets}
        return replace(access, names=_names(_HEADERS, given), secret=_secret("secret", given))
    return access


def _names(defaults: Mapping[str, str], written: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(written.get(key, name)) for key, name in defaults.items()}


def _secret(name: str, given: Mapping[str, Any]) -> str:
    secret = str(given[name])
    if name != "client_secret" and len(secret) < _SHORTEST_SECRET:
        raise ValueError(f"{name}: < {_SHORTEST_SECRET}")
    return secret


def _rule(row: Mapping[str, Any]) -> Rule:
    if unknown := row.keys() - {"role", "area", "group", "person", "units"}:
        raise ValueError(f"grant: {', '.join(sorted(unknown))}")
    if row["role"] not in ROLES:
        raise ValueError(f"role = {row['role']}")
    if not (row.get("group") or row.get("person")):
        raise ValueError("grant: group, person")
    units = row.get("units")
    if not (units is None or units == _OWN or isinstance(units, list)):
        raise ValueError(f"units = {units}")
    named = frozenset(map(str, units)) if isinstance(units, list) else None
    return Rule(
        row["role"], str(row.get("area", EVERY_AREA)), str(row.get("group", "")), str(row.get("person", "")), named,
        units == _OWN,
    )  # fmt: skip


def check_address(access: Access, address: str | None) -> None:
    """Raises UserError when a server that asks nobody who they are would answer to other machines, or when one that
    believes a proxy would answer to anything but this machine."""
    if access.mode == "oidc" or is_own(address):
        return
    told = Text(
        "Chưa bật đăng nhập nên phần mềm chỉ phục vụ trên chính máy này, không mở ở địa chỉ "
        f"{address or '0.0.0.0'}; bỏ --server.address, hoặc đặt CCHC_ACCESS (xem docs/van-hanh.md).",
        "Nobody signs in, so only this machine is served, not the address "
        f"{address or '0.0.0.0'}: leave out --server.address, or set CCHC_ACCESS (see docs/van-hanh.md).",
    )
    behind = Text(
        f"Khi tin tiêu đề của proxy, máy chủ chỉ được mở cho chính máy này, không mở ở {address or '0.0.0.0'}; đặt "
        "--server.address 127.0.0.1 và để proxy chuyển vào.",
        "A server that believes a proxy may only answer to this machine, not at "
        f"{address or '0.0.0.0'}: set --server.address 127.0.0.1 and let the proxy pass on.",
    )
    raise UserError(told if access.mode == "local" else behind)


def is_own(address: str | None) -> bool:
    """Whether an address to listen on, or one that a request comes from, is this machine's own; a socket is."""
    if not address:
        return False
    if address == "localhost" or address.startswith("unix:"):
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
