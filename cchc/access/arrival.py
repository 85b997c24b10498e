"""What a browser gets before a page is drawn: a shell with its answer in the reader's language, and packed scripts."""

import gzip
import html
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import parse_qs

from anyio import move_on_after, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cchc import config
from cchc.text import LANGUAGES, Language, Text, tied

_LOADING = Text(
    "Đang tải trang. Lần đầu tải khoảng 2 MB nên đường truyền chậm phải chờ; những lần sau mở ngay.",
    "The page is loading. The first time about 2 MB are fetched, a while on a slow line; later it opens at once.",
)
_STYLE = (
    ":root{color-scheme:light dark}"
    ".shell{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1.5rem}"
    ".shell h1{font-size:1.5rem;line-height:1.3;margin:.5rem 0 0}"
    ".shell h2{font-size:1rem;line-height:1.4;margin:1rem 0 0}"
    ".shell small{opacity:.75}.shell li{margin:.2rem 0}.shell a{color:inherit}"
)
# Where the page is drawn: whatever stands there goes with its first stroke.
_ROOT = '<div id="root"></div>'
# How Streamlit's lists of choices hold what is typed against their options, which must be found without diacritics too.
_MATCHED = re.compile(rb"(?<=[>-])(\w+\()(\w+),(\w+\.label)\)")
_FOLDED = rb"\1$folded(\2),$folded(\3))"
_FOLD = (
    rb"""const $folded=(text)=>text.toLowerCase().replaceAll("\u0111","d").normalize("NFD").replace(/\p{M}/gu,"");"""
)
_FILES = "/static"
# Seconds for which the names of the pages wait for an answer that has never been asked for.
_PATIENCE = 1.0
# Sentences, each with what it is about.
Said = list[tuple[Text, Text]]
_PACKED = {".js", ".css", ".json", ".svg"}
# The names of Streamlit's files change with what is in them.
_KEPT = "public, immutable, max-age=31536000"


class Arrival:
    """ASGI middleware that fills Streamlit's empty first page with its answer and the names of the pages and says that
    it is coming, and sends Streamlit's own files packed.

    `pages` are their titles by address, `files` the folder of what is asked for below /static, and `said` what the page
    of a request says first to who asks.
    """

    def __init__(
        self,
        app: ASGIApp,
        pages: Mapping[str, Text],
        files: Path,
        said: Callable[[Scope, Language], Iterator[tuple[Text, Text]]],
    ) -> None:
        self.app, self.pages, self.said = app, pages, said
        self.files = ExceptionMiddleware(_Packed(directory=files))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on every request but those for files, and the first page filled."""
        if scope["type"] == "http" and scope["path"].startswith(f"{_FILES}/"):
            return await self.files({**scope, "root_path": _FILES}, receive, send)
        start: Message | None = None
        body = b""

        async def answer(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await self._send(start, body, scope, send)

        return await self.app(scope, receive, answer if scope["type"] == "http" else send)

    async def _send(self, start: Message, body: bytes, scope: Scope, send: Send) -> None:
        headers = MutableHeaders(scope=start)
        if body:  # none where only the head was asked for
            packed = headers.get("content-encoding") == "gzip"
            page = (gzip.decompress(body) if packed else body).decode()
            language, query = _language(scope), scope["query_string"].decode("latin-1")
            said: Said = []
            with move_on_after(_PATIENCE):
                asked = partial(said.extend, self.said(scope, language))
                await to_thread.run_sync(asked, abandon_on_cancel=True)
            body = _filled(page, self.pages, query, language, said[:]).encode()
            body = gzip.compress(body, mtime=0) if packed else body
            headers["Content-Length"] = str(len(body))
        # The same file answers in two languages, and to each reader with what they may see.
        del headers["ETag"], headers["Last-Modified"]
        headers["Cache-Control"] = "private, no-store"
        await send(start)
        await send({"type": "http.response.body", "body": body})


def _is_page(start: Message) -> bool:
    return start["status"] == 200 and Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")


def _language(scope: Scope) -> Language:
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    return next((each for each in LANGUAGES if each == asked), config.settings().language)


def _filled(page: str, pages: Mapping[str, Text], query: str, language: Language, said: Said) -> str:
    links = "".join(
        f'<li><a href="./{slug}?{html.escape(query)}">{html.escape(title[language])}</a></li>'
        for slug, title in pages.items()
    )
    words = "".join(
        f"<{tag}>{html.escape(tied(sentence[language]))}</{tag}><small>{html.escape(tied(about[language]))}</small>"
        for tag, (about, sentence) in zip(("h1", *["h2"] * len(said)), said, strict=False)
    )
    shell = (
        f'<style>{_STYLE}</style><main class="shell"><b>CCHC</b>{words}<p role="status">{_LOADING[language]}</p>'
        f"<nav><ul>{links}</ul></nav></main>"
    )
    for old, new in (
        ('<html lang="en">', f'<html lang="{language}">'),
        ("<title>Streamlit</title>", "<title>CCHC</title>"),
        (_ROOT, _ROOT.replace("></", f">{shell}</")),
    ):
        page = page.replace(old, new, 1)
    return page


class _Packed(StaticFiles):
    """Streamlit's own files, compressed once for whoever can unpack them, and kept by browsers."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or Starlette's answer to what is none."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _KEPT
        if not isinstance(response, FileResponse) or Path(response.path).suffix not in _PACKED:
            return response
        body = await run_in_threadpool(_packed, str(response.path))
        headers = {"Vary": "Accept-Encoding", "Cache-Control": _KEPT}
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
        return Response(body, headers=headers, media_type=response.media_type)


@lru_cache(maxsize=512)
def _packed(path: str) -> bytes:
    """A file of Streamlit's, packed; the one that searches lists of choices finds without diacritics."""
    text = Path(path).read_bytes()
    if b"FILTER_MODE_FUZZY" in text and len(_MATCHED.findall(text)) == len(("matches", "rank")):
        text = _FOLD + _MATCHED.sub(_FOLDED, text)
    return gzip.compress(text, mtime=0)
