"""How people are known, what the file may say, and where a server may answer."""

from pathlib import Path

import pytest
from starlette.types import Scope

from cchc.access import gate, modes
from cchc.access.modes import Access
from cchc.access.people import Grant, Sight
from cchc.config import ROOT
from cchc.text import UserError

SECRET = "a-secret-of-the-proxy"
RULES = """
[[grant]]
group = "lanh-dao"
role = "reader"

[[grant]]
group = "can-bo"
role = "officer"
area = "tra-cu"
units = "own"

[[grant]]
person = "an@tinh.example"
role = "administrator"
"""
PROXY = f'mode = "proxy"\n[proxy]\nsecret = "{SECRET}"\n{RULES}'
OIDC = f"""mode = "oidc"
hours = 8
[oidc]
server_metadata_url = "https://sso.example/.well-known/openid-configuration"
client_id = "cchc"
redirect_uri = "https://cchc.example/oauth2callback"
units = "don_vi"
{RULES}"""
KEYS = {"client_secret": "x", "cookie_secret": "0123456789abcdef"}


def written(tmp_path: Path, text: str, secrets: dict[str, str] | None = None) -> Access:
    path = tmp_path / "access.toml"
    path.write_text(text, encoding="utf-8")
    return modes.read(path, secrets or {})


def test_without_a_file_nobody_is_asked_and_this_machine_alone_is_served() -> None:
    access = modes.read(None, {})
    assert access == Access()
    for address in ("localhost", "127.0.0.1", "127.8.8.8", "::1", "unix:///run/cchc.sock"):
        modes.check_address(access, address)
    for address in (None, "", "0.0.0.0", "::", "192.168.1.9", "cchc.tinh.example", "127.0.0.1.example"):
        with pytest.raises(UserError):
            modes.check_address(access, address)


def test_who_signs_in_may_come_from_anywhere_and_who_a_proxy_names_through_it_alone(tmp_path: Path) -> None:
    modes.check_address(written(tmp_path, OIDC, KEYS), "0.0.0.0")
    proxy = written(tmp_path, PROXY)
    modes.check_address(proxy, "127.0.0.1")
    with pytest.raises(UserError):
        modes.check_address(proxy, "0.0.0.0")


def test_groups_ids_and_own_units_become_grants(tmp_path: Path) -> None:
    access = written(tmp_path, OIDC, KEYS)
    claims = {"email": "an@tinh.example", "name": "An", "groups": ["can-bo", "khác"], "don_vi": ["A", "B"]}
    person = access.person(claims)
    assert person is not None
    assert set(person.grants) == {Grant("administrator"), Grant("officer", "tra-cu", frozenset("AB"))}
    other = access.person({**claims, "email": "binh@tinh.example", "groups": "lanh-dao; can-bo"})
    assert other is not None
    assert other.sight("tra-cu") == Sight(None, frozenset("AB"))
    assert other.sight("my-hao") == Sight(None, frozenset())
    assert access.person({**claims, "email": " "}) is None
    nobody = access.person({"email": "la@tinh.example"})
    assert nobody is not None
    assert nobody.sight("tra-cu") is None


def test_own_units_of_somebody_without_any_are_none_not_all(tmp_path: Path) -> None:
    access = written(tmp_path, OIDC, KEYS)
    for units in (None, [], "", " ; ", {"A": 1}, 7):
        person = access.person({"email": "x", "groups": ["can-bo"], "don_vi": units})
        assert person is not None
        assert person.sight("tra-cu") is None


WRONG = {
    "no toml": "mode = ",
    "a mode nobody knows": 'mode = "password"',
    "no settings of the provider": 'mode = "oidc"',
    "no secret of the proxy": 'mode = "proxy"\n[proxy]\nuser = "X"',
    "a short secret": 'mode = "proxy"\n[proxy]\nsecret = "short"',
    "a role nobody knows": PROXY + '\n[[grant]]\ngroup = "x"\nrole = "king"',
    "a grant to nobody": PROXY + '\n[[grant]]\nrole = "reader"',
    "a key nobody knows": PROXY + '\n[[grant]]\ngroup = "x"\nrole = "reader"\nunit = "A"',
    "units that are none": PROXY + '\n[[grant]]\ngroup = "x"\nrole = "reader"\nunits = "A"',
    "a sign-in without end": "hours = 1000\n" + PROXY,
    "nested without end": "x = " + "[" * 5000,
}


@pytest.mark.parametrize("wrong", list(WRONG))
def test_a_wrong_file_is_one_sentence_that_names_it(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(UserError, match=r"access\.toml") as refused:
        written(tmp_path, WRONG[wrong])
    assert "access.toml" in refused.value.text.vi


def test_the_file_with_the_secrets_may_not_lie_in_the_repository() -> None:
    with pytest.raises(UserError, match="outside"):
        modes.read(ROOT / "access.toml", {})


def told(access: Access, client: str | None, *heads: tuple[str, str]) -> dict[str, str]:
    """The headers that come through the gate."""
    scope: Scope = {
        "type": "websocket", "client": (client, 5) if client else None,
        "headers": [(name.lower().encode(), value.encode()) for name, value in heads],
    }  # fmt: skip
    return {name.decode(): value.decode() for name, value in gate._told(scope, access)["headers"]}


def test_only_the_proxy_says_who_asks(tmp_path: Path) -> None:
    access = written(tmp_path, PROXY)
    who, secret = ("X-Remote-User", "an@tinh.example"), (gate.SECRET, SECRET)
    assert told(access, "127.0.0.1", who, secret) == {"x-remote-user": "an@tinh.example"}
    # The server has put the reader's address, which the proxy passes on, in place of the proxy's.
    assert told(access, "192.168.1.9", who, secret) == {"x-remote-user": "an@tinh.example"}
    assert told(access, None, who, secret) == {"x-remote-user": "an@tinh.example"}  # a socket
    stripped = [
        ("127.0.0.1", who),
        ("127.0.0.1", who, (gate.SECRET, "wrong")),
        ("127.0.0.1", who, (gate.SECRET, "")),
        # A proxy that adds its header to the one of the client says two things.
        ("127.0.0.1", ("X-Remote-User", "king@tinh.example"), who, secret),
    ]
    for client, *heads in stripped:
        assert told(access, client, *heads, ("Host", "x")) == {"host": "x"}
    assert told(Access(), "127.0.0.1", secret) == {}
