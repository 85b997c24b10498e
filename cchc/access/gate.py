"""Who may ask the server anything: whoever calls it by a name it goes by, and no page of another website; and whose
word about who asks is believed."""

import hmac
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cchc import config
from cchc.access.modes import Access
from cchc.text import Text

# The header in which a proxy proves that it is the one.
SECRET = "X-CCHC-Secret"
_UPLOADS = "/_stcore/upload_file"
_PORTS = {"http": 80, "https": 443}
_REFUSED = Text(
    "Máy chủ không phục vụ yêu cầu này: tên trong địa chỉ không có trong server.allowedHosts, hoặc yêu cầu đến từ một "
    "trang web khác.\n",
    "This request is not served: the name in the address is not in server.allowedHosts, or another website asks.\n",
)
# No other page may show one of ours in a frame and steer the reader's clicks.
_UNFRAMED = {"X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'"}


class Gate:
    """ASGI middleware before all of Streamlit, which would ask the internet for its own address to judge a foreign
    origin, looks at names for websockets only, and lets pages of every other port of this machine in."""

    def __init__(
        self, app: ASGIApp, knows: Callable[[str], bool], access: Access, is_signed: Callable[[Headers], bool]
    ) -> None:
        """`knows` says whether a host is one of the server's own names; `access` how people are known, `is_signed`
        whether a request carries a sign-in of this server."""
        self.app, self.knows, self.access, self.is_signed = app, knows, access, is_signed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to a foreign host or origin, and pass on everything else."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_UNFRAMED)
            await send(message)

        if scope["type"] == "lifespan":
            await self.app(scope, receive, answer)
        elif _is_welcome(Headers(scope=scope), scope["scheme"], self.knows) and self._may_send(
            told := _told(scope, self.access)
        ):
            await self.app(told, receive, answer)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})  # before it was accepted: a 403
        else:
            await PlainTextResponse(_REFUSED[config.settings().language], 403)(scope, receive, answer)

    def _may_send(self, scope: Scope) -> bool:
        """Whether a file that comes in comes from somebody who is known: a stranger could fill the memory."""
        if not scope["path"].startswith(_UPLOADS) or self.access.mode == "local":
            return True
        headers = Headers(scope=scope)
        return bool(headers.get(self.access.names["id"])) if self.access.mode == "proxy" else self.is_signed(headers)


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
