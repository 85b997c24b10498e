"""Whoever knocks too often waits for a minute, and nobody else does; what goes out over TLS stays there."""

import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from httpx import ASGITransport, AsyncClient, Response
from limits import RateLimitItemPerMinute
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from cchc.access import keys, pace
from cchc.access.gate import Gate
from cchc.access.modes import Access
from cchc.access.people import Grant, Person
from cchc.api import routes
from cchc.ui.shell import signing_in
from tests import building
from tests.access.test_keys import TODAY
from tests.building import DATASET, dossier, numbered
from tests.pages.test_pages import Open, open_page

__all__ = ["open_page"]


@pytest.fixture(autouse=True)
def _nobody_has_knocked() -> Iterator[None]:
    pace._heard.storage.reset()
    yield
    pace._heard.storage.reset()


def answered(path: str, times: int, client: str, scheme: str = "http", key: str = "") -> list[Response]:
    """The answers to the same request from one address, one after another, of the gate and what lies behind."""

    def signed_in(_: Request) -> PlainTextResponse:
        answer = PlainTextResponse("")
        answer.set_cookie("_streamlit_user", "x", httponly=True)
        answer.set_cookie("other", "x", secure=True)
        return answer

    behind = Starlette(routes=[*routes.routes(Access("oidc")), Route("/{rest:path}", signed_in)])
    gate = Gate(behind, knows=lambda _: True, access=Access("oidc"), may_send=lambda _: False)

    async def sent() -> list[Response]:
        transport = ASGITransport(gate, client=(client, 5))
        async with AsyncClient(transport=transport, base_url=f"{scheme}://cchc.example") as asking:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            return [await asking.get(path, headers=headers) for _ in range(times)]

    return anyio.run(sent)


@pytest.mark.parametrize("path", ["/auth/login", "/oauth2callback", "/cchc/auth/login"])
def test_an_address_that_keeps_signing_in_waits_and_others_do_not(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    most = pace.MOST["sign_in"]
    answers = answered(path, most + 2, "10.0.0.1")
    assert [each.status_code for each in answers] == [200] * most + [429] * 2
    assert answers[-1].text.startswith("Yêu cầu dồn dập quá")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].headers["X-Frame-Options"] == "DENY"
    assert answered(path, 1, "10.0.0.2")[0].status_code == 200
    assert answered("/tong-quan", 1, "10.0.0.1")[0].status_code == 200
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert answered(path, 1, "10.0.0.1")[0].status_code == 200


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/metrics/", "/cchc/_stcore/metrics", "/_stcore/%6detrics"]
)
def test_what_streamlit_counts_is_told_to_nobody(path: str) -> None:
    assert [(each.status_code, each.text) for each in answered(path, 1, "127.0.0.1")] == [(404, "")]
    assert answered("/_stcore/health", 1, "10.0.0.1")[0].status_code == 200


def test_a_key_that_asks_too_often_waits_and_wrong_keys_shut_out_no_right_one(tmp_path: Path) -> None:
    secrets = [keys.make(tmp_path / "data", name, "reader", DATASET, TODAY) for name in ("a", "b")]
    wrong = answered("/api/v1/snapshots", pace.MOST["wrong_key"] + 1, "10.0.0.1", key="wrong")
    assert [wrong[-2].status_code, wrong[-1].status_code] == [401, 429]
    most = pace.MOST["question"]
    right = answered("/api/v1/snapshots", most + 1, "10.0.0.1", key=secrets[0])
    assert [each.status_code for each in right] == [200] * most + [429]
    assert set(right[-1].json()) == {"error"}
    assert int(right[-1].headers["Retry-After"]) >= 1
    assert answered("/api/v1/snapshots", 1, "10.0.0.9", key=secrets[0])[0].status_code == 429
    assert answered("/api/v1/snapshots", 1, "10.0.0.1", key=secrets[1])[0].status_code == 200


def test_cookies_are_secure_over_tls_and_every_answer_may_load_from_this_server_alone() -> None:
    for scheme, secure in (("https", True), ("http", False)):
        [answer] = answered("/", 1, "10.0.0.1", scheme)
        ours, other = answer.headers.get_list("set-cookie")
        assert ours.lower().count("; secure") == secure
        assert other.lower().count("; secure") == 1
        policy = dict(each.split(" ", 1) for each in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert {source for sources in policy.values() for source in sources.split()} <= {
            "'self'", "'none'", "'unsafe-inline'", "blob:", "data:",
        }  # fmt: skip
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["find", "search"])
def test_a_person_who_searches_too_often_is_told_and_the_machine_itself_may_search_on(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    building.publish(tmp_path, numbered([dossier()] * 3))
    monkeypatch.setitem(pace._LIMITS, "search", RateLimitItemPerMinute(1, namespace=asked))
    link = {"dataset": DATASET, asked: "1"}
    assert [len(open_page("ho-so", tmp_path, **link).error) for _ in range(3)] == [0, 0, 0]
    monkeypatch.setattr(signing_in, "_known", lambda _: Person("an", "An", (Grant("administrator"),)))
    tried = [open_page("ho-so", tmp_path, **link) for _ in range(2)]
    assert [len(each.error) for each in tried] == [0, 1]
    assert "dồn dập" in tried[1].error[0].value
