"""Who may ask the server anything: whoever calls it by a name it goes by, not too often, and no page of another
website; whose word about who asks is believed; and what a browser may do with the answer."""

import hmac
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cchc import config
from cchc.access import pace
from cchc.access.modes import Access
from cchc.text import Text

# The header in which a proxy proves that it is the one.
SECRET = "X-CCHC-Secret"
_UPLOADS = "/_stcore/upload_file"
# What Streamlit counts, told to anybody: sessions, names of caches, memory. Ours is `ui.shell.meter`.
_COUNTED = "/_stcore/metrics"
# Where a sign-in begins and where the provider sends a reader back to: each asks the provider something.
_SIGN_IN = ("/auth/login", "/oauth2callback")
_PORTS = {"http": 80, "https": 443}
_REFUSED = Text(
    "Máy chủ không phục vụ yêu cầu này: tên trong địa chỉ không có trong server.allowedHosts, hoặc yêu cầu đến từ một "
    "trang web khác.\n",
    "This request is not served: the name in the address is not in server.allowedHosts, or another website asks.\n",
)
_NO_FILES = Text(
    "Chỉ cán bộ trở lên được gửi tệp lên máy chủ này.\n", "Only officers and those above them may send files here.\n"
)
# What a page may load, and from where: from this server alone, besides what it made itself (pictures and workers of
# charts, modules of components). Streamlit puts styles and a script of its own into the page, and evaluates none.
_SOURCES = (
    "default-src 'self'", "script-src 'self' 'unsafe-inline' blob:", "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:", "font-src 'self' data:", "connect-src 'self' data: blob:",
    "worker-src 'self' blob:", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'",
)  # fmt: skip
# No other page may show one of ours in a frame and steer the reader's clicks, or read where a reader came from.
_GUARDED = {
    "Content-Security-Policy": "; ".join(_SOURCES), "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
}  # fmt: skip


class Gate:
    """ASGI middleware before all of Streamlit, which would ask the internet for its own address to judge a foreign
    origin, looks at names for websockets only, and lets pages of every other port of this machine in."""

    def __init__(
        self, app: ASGIApp, knows: Callable[[str], bool], access: Access, may_send: Callable[[Headers], bool]
    ) -> None:
        """`knows` says whether a host is one of the server's own names; `access` how people are known, `may_send`
        whether a file may come in from whoever a request is from."""
        self.app, self.knows, self.access, self.may_send = app, knows, access, may_send

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to a foreign host or origin, 429 to who knocks too often and 404 about what Streamlit counts, and
        pass on everything else."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_GUARDED)
                if scope["scheme"] == "https":
                    message["headers"] = [_over_tls(*header) for header in message["headers"]]
            await send(message)

        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        told = _told(scope, self.access)
        refusal = self._refusal(told)
        if refusal is None:
            await self.app(told, receive, answer)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})  # before it was accepted: a 403
        else:
            await refusal(scope, receive, answer)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """What is answered instead of what was asked for; None where it may be asked for."""
        language = config.settings().language
        headers = Headers(scope=scope)
        if not _is_welcome(headers, scope["scheme"], self.knows):
            return PlainTextResponse(_REFUSED[language], 403)
        if _UPLOADS in scope["path"] and not self.may_send(headers):
            return PlainTextResponse(_NO_FILES[language], 403)
        if scope["path"].rstrip("/").endswith(_COUNTED):
            return PlainTextResponse("", 404)
        if scope["path"].endswith(_SIGN_IN):
            try:
                pace.knock("sign_in", (scope["client"] or ("",))[0])
            except pace.TooOften as error:
                return PlainTextResponse(error.text[language] + "\n", 429, {"Retry-After": str(error.seconds)})
        return None


def _over_tls(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header of an answer that goes out over TLS: what signs somebody in never travels without it again."""
    return name, value + b"; Secure" if name == b"set-cookie" and b"; secure" not in value.lower() else value


def _told(scope: Scope, access: Access) -> Scope:
    """A request without the headers that say who asks, unless the proxy sends it: with the secret, and with each of
    them once. The secret goes no further. That it comes from this machine the address says that is listened on
    (`modes.check_address`): the server has put the reader's address in place of the proxy's by now."""
    named = {name.lower().encode() for name in access.names.values()} if access.mode == "proxy" else set()
    given = [name for name, _ in scope["headers"] if name in named]
    headers = Headers(scope=scope)
    believed = (
        bool(access.secret)
        and hmac.compare_digest(headers.get(SECRET, "").encode(), access.secret.encode())
        and len(given) == len(set(given))
    )
    dropped = {SECRET.lower().encode()} | (set() if believed else named)
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in dropped]}


def _is_welcome(headers: Headers, scheme: str, knows: Callable[[str], bool]) -> bool:
    """Whether a request names one of our hosts and comes from one of our own pages, or from no page at all."""
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or not knows(hosts[0]):
        return False
    own = _origin(f"{scheme.replace('ws', 'http')}://{hosts[0]}")
    return all(_origin(each) == own for each in origins)


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port; None where there is no such thing."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
