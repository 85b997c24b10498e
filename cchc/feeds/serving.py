"""Who gets the news of an area at /feeds/<area>.atom and .ics: this machine, whom a proxy names, who has a token."""

import hashlib
from functools import partial
from pathlib import Path
from types import ModuleType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cchc import config
from cchc.access import granted, tokens
from cchc.access.modes import Access
from cchc.access.people import Person
from cchc.feeds import atom, calendar
from cchc.feeds.feed import Feed
from cchc.findings import news
from cchc.store import sights, snapshots
from cchc.text import LANGUAGES, UserError

_FORMATS: dict[str, ModuleType] = {"atom": atom, "ics": calendar}
# The name of the secret in an address.
TOKEN = "token"


def route(access: Access) -> Route:
    """The route of the server for people who are known as `access` says."""
    return Route("/feeds/{name}", partial(_answer, access))


def _answer(access: Access, request: Request) -> Response:
    area, _, ending = request.path_params["name"].rpartition(".")
    data = config.settings().data
    person = _person(access, request, data, area)
    if person is None:
        return Response(status_code=403)
    if ending not in _FORMATS or area not in snapshots.datasets(data) or person.sight(area) is None:
        return Response(status_code=404)
    try:
        content = _FORMATS[ending].write(_feed(request, _seen(data, person, area), area))
    except UserError:  # said on the pages of that area
        return Response(status_code=503)
    mark = f'"{hashlib.sha256(content).hexdigest()}"'
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    if mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=f"{_FORMATS[ending].KIND}; charset=utf-8")


def _person(access: Access, request: Request, data: Path, area: str) -> Person | None:
    """Who asks; None where that is not known. A token goes before what a proxy says, and opens one area alone."""
    secret = request.query_params.get(TOKEN)
    if secret and access.mode != "local":
        return tokens.holder(data, area, secret, access)
    return granted.asking(access, request.headers, data)


def _seen(data: Path, person: Person, area: str) -> Path:
    """The data folder as somebody may see it, with the current snapshot and the one before."""
    place = sights.folder(data, person, "reader", area)
    shown = snapshots.current(data, area)
    earlier = news.before(data, shown) if shown else None
    return sights.folder(data, person, "reader", area, earlier.id) if earlier else place


def _feed(request: Request, data: Path, area: str) -> Feed:
    asked = request.query_params.get("lang", "")
    language = next((each for each in LANGUAGES if each == asked), config.settings().language)
    base = str(request.base_url).rstrip("/")
    return Feed(area, news.name(data, area), news.of(data, area), str(request.url), base, language)
