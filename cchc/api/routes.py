"""Where other software asks: who it is by its key, what by the parameters of a link, and how it gets the answer."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cchc import config
from cchc.access import keys, pace, record
from cchc.access.modes import Access
from cchc.access.people import LOCAL, Person, Refused
from cchc.api import formats, parameters, questions
from cchc.api.description import describe
from cchc.api.parameters import Asked
from cchc.api.questions import Answer, Unanswered
from cchc.figures import filters
from cchc.store.manifests import Damaged
from cchc.text import LANGUAGES, Language, Text, UserError

_ANSWERS: Mapping[str, Callable[[Path, Person, Asked], Answer]] = {
    "figures": questions.figures, "dossiers": questions.dossiers, "snapshots": questions.published,
}  # fmt: skip
_NO_KEY = Text(
    "Cần khóa còn hạn: gửi kèm tiêu đề Authorization: Bearer KHÓA; người quản trị tạo khóa ở trang Quản trị.",
    "A key in force is needed: send the header Authorization: Bearer KEY; an administrator makes one on Quản trị.",
)
_DAMAGED = Text(
    "Số liệu của khu vực này đang hỏng; người quản trị chạy: python -m cchc verify",
    "The data of this area is damaged; its administrator runs: python -m cchc verify",
)
# A page of another website can neither keep an answer nor read it by passing it off as its script or picture.
_OURS = {
    "Cache-Control": "no-store", "Vary": "Authorization, Accept, Accept-Language",
    "Cross-Origin-Resource-Policy": "same-origin", "X-Content-Type-Options": "nosniff",
}  # fmt: skip


def routes(access: Access) -> list[Route]:
    """The routes of the server for people who are known as `access` says."""
    asked = [Route(f"/api/v1/{name}", partial(_answered, access, name)) for name in _ANSWERS]
    return [*asked, Route("/api/v1/openapi.json", _description)]


def _description(request: Request) -> Response:
    """What may be asked says nothing of what there is: it needs no key."""
    said = describe(str(request.base_url).rstrip("/"), _language(request))
    return Response(orjson.dumps(said), media_type=formats.KINDS["json"])


def _answered(access: Access, name: str, request: Request) -> Response:
    data, given = config.settings().data, filters.parse(request.url.query)
    person: Person | None = None
    try:
        person = _person(access, request, data)
        answer = _ANSWERS[name](data, person, parameters.read(name, given))
    except Refused as error:
        if person:
            record.once(data, person, "refused", given["dataset"][0], f"api: {name}")
        return _refusal(request, HTTPStatus.FORBIDDEN, error.text)
    except Unanswered as error:
        return _refusal(request, error.status, error.text)
    except pace.TooOften as error:
        return _refusal(request, HTTPStatus.TOO_MANY_REQUESTS, error.text, {"Retry-After": str(error.seconds)})
    except Damaged:
        return _refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, _DAMAGED)
    except UserError as error:
        return _refusal(request, HTTPStatus.BAD_REQUEST, error.text)
    form = _form(request, given)
    headers = {f"CCHC-{key.title().replace('_', '-')}": str(value) for key, value in answer.about.items()}
    content = formats.write(answer.table, form, answer.about)
    return Response(content, headers=headers | _OURS, media_type=formats.KINDS[form])


def _person(access: Access, request: Request, data: Path) -> Person:
    """Who asks: by a key if one is sent, else whoever sits at the machine where nobody signs in. A session in a browser
    opens nothing here, so that no page can ask in its name. Raises Unanswered where nobody is known, TooOften for a key
    that asks too often and an address that tries key after key."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    address = request.client.host if request.client else ""
    if kind.lower() == "bearer":
        key = keys.held(data, secret.strip())
        if key and not key.is_over:
            pace.knock("question", key.name)
            return key.person(address)
        pace.knock("wrong_key", address)
        if key:
            record.once(data, key.person(address), "refused", key.grant.area, f"api: {key.until}")
    elif access.mode == "local":
        return LOCAL
    raise Unanswered(HTTPStatus.UNAUTHORIZED, _NO_KEY)


def _form(request: Request, given: Mapping[str, list[str]]) -> str:
    """The form of the answer: as `format` says, else the first that Accept names and there is, else JSON."""
    accepted = [each.partition(";")[0].strip().lower() for each in request.headers.get("accept", "").split(",")]
    named = next((form for kind in accepted for form, own in formats.KINDS.items() if own == kind), "json")
    return given.get("format", [named])[0]


def _language(request: Request) -> Language:
    """The language of a link, else the first of ours that Accept-Language names, else that of the server."""
    accepted = request.headers.get("accept-language", "").lower().split(",")
    wanted = [request.query_params.get("lang", ""), *(each.strip()[:2] for each in accepted)]
    return next((each for said in wanted for each in LANGUAGES if each == said), config.settings().language)


def _refusal(request: Request, status: HTTPStatus, text: Text, headers: Mapping[str, str] = _OURS) -> Response:
    known_by = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    content = orjson.dumps({"error": text[_language(request)]})
    return Response(content, status, {**known_by, **headers, **_OURS}, formats.KINDS["json"])
