"""What the actions of readers cost, for whoever runs the server: /metrics for Prometheus, /healthz, a line if slow."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from ipaddress import ip_address

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cchc import config
from cchc.rules import worktime
from cchc.store import snapshots
from cchc.text import UserError

# An action that takes longer, in seconds, is named in the terminal.
_SLOW = 1.0
_REGISTRY = CollectorRegistry()
_ACTIONS = Histogram(
    "cchc_action_seconds", "Time the server took for an action of a reader", ["page"], registry=_REGISTRY,
    buckets=(0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30),
)  # fmt: skip
_SESSIONS = Gauge("cchc_open_sessions", "Pages that are open in browsers", registry=_REGISTRY)
_AGE = Gauge("cchc_snapshot_age_days", "Days since the data date of an area", ["area"], registry=_REGISTRY)
ProcessCollector(registry=_REGISTRY)


@contextmanager
def action(page: str) -> Iterator[None]:
    """Count the time of an action on a page, and name one that took long, without what was asked."""
    before = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - before
        _ACTIONS.labels(page).observe(seconds)
        if seconds > _SLOW:
            logging.getLogger(__name__).warning("%s took %.1f s", page, seconds)


class Sessions:
    """ASGI middleware that counts the pages open in browsers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, counted while it lasts where it is the connection of a page."""
        with _SESSIONS.track_inprogress() if scope["type"] == "websocket" else nullcontext():
            await self.app(scope, receive, send)


def routes() -> list[Route]:
    """The routes of the server for what watches it. Figures of the server are for this machine alone."""
    return [Route("/healthz", _health), Route("/metrics", _metrics)]


def _health(_: Request) -> Response:
    """Whether the data folder can be read, if there is one by now."""
    data = config.settings().data
    try:
        if data.exists():
            any(data.iterdir())
    except OSError:
        return PlainTextResponse("the data folder cannot be read\n", 503)
    return PlainTextResponse("ok\n")


def _metrics(request: Request) -> Response:
    """What was counted, and how old the data of each area is, for who asks from this machine itself."""
    if request.client is None or not ip_address(request.client.host).is_loopback:
        return Response(status_code=404)
    _AGE.clear()
    data = config.settings().data
    for dataset in snapshots.datasets(data):
        with suppress(UserError):  # an area that cannot be read has no age; `verify` says why
            if shown := snapshots.current(data, dataset):
                _AGE.labels(dataset).set((worktime.today() - shown.as_of).days)
    return Response(generate_latest(_REGISTRY), media_type=CONTENT_TYPE_LATEST)
