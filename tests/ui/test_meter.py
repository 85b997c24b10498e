"""What the server tells whoever watches it: times by page, open pages, the age of the data; and nobody else."""

import logging
from pathlib import Path

import anyio
import pytest
from httpx import ASGITransport, AsyncClient, Response
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from cchc.rules import worktime
from cchc.ui.shell import meter
from tests import building
from tests.building import AS_OF, DATASET, dossier, numbered


def ask(path: str, host: str = "127.0.0.1") -> Response:
    async def sent() -> Response:
        transport = ASGITransport(Starlette(routes=meter.routes()), client=(host, 1))
        async with AsyncClient(transport=transport, base_url="http://server") as client:
            return await client.get(path)

    return anyio.run(sent)


def sample(name: str, **labels: str) -> float:
    """What Prometheus would read."""
    families = text_string_to_metric_families(ask("/metrics").text)
    [value] = [
        each.value for family in families for each in family.samples if (each.name, each.labels) == (name, labels)
    ]
    return value


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCHC_DATA", str(tmp_path))
    building.publish(tmp_path, numbered([dossier()]))
    return tmp_path


def test_actions_are_counted_by_page_and_a_slow_one_is_named_without_what_was_asked(
    data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with meter.action("tuan-thu"):
        pass
    before = sample("cchc_action_seconds_count", page="tuan-thu")
    assert caplog.messages == []
    monkeypatch.setattr(meter, "_SLOW", -1.0)
    with caplog.at_level(logging.WARNING), pytest.raises(KeyError), meter.action("tuan-thu"):
        raise KeyError  # a page that breaks took its time too
    assert sample("cchc_action_seconds_count", page="tuan-thu") == before + 1
    assert caplog.messages == ["tuan-thu took 0.0 s"]


def test_the_age_of_every_area_and_the_memory_are_told(data: Path) -> None:
    assert sample("cchc_snapshot_age_days", area=DATASET) == (worktime.today() - AS_OF).days
    assert sample("process_resident_memory_bytes") > 10_000_000


def test_figures_of_the_server_are_for_this_machine_alone(data: Path) -> None:
    for host in ("10.0.0.9", "2001:db8::1", "192.168.1.1"):
        assert (ask("/metrics", host).status_code, ask("/metrics", host).content) == (404, b"")
    assert ask("/metrics", "::1").status_code == 200


def test_health_says_whether_the_data_can_be_read(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (ask("/healthz", "10.0.0.9").status_code, ask("/healthz").text) == (200, "ok\n")
    file = data / "file"
    file.write_text("", encoding="utf-8")
    monkeypatch.setenv("CCHC_DATA", str(file))
    assert ask("/healthz").status_code == 503


def test_pages_open_in_browsers_are_counted_while_they_are(data: Path) -> None:
    seen = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(meter._SESSIONS._value.get())

    async def nothing(*_: object) -> None: ...

    for kind in ("http", "websocket"):
        anyio.run(meter.Sessions(page), {"type": kind}, nothing, nothing)
    assert seen == [0, 1]
    assert sample("cchc_open_sessions") == 0
