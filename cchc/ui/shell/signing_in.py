"""Who looks: on the machine itself nobody is asked, elsewhere a provider or a proxy says, and strangers get a door."""

import json
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from cchc import config
from cchc.access import granted, modes, people, record, tokens
from cchc.access.modes import Access
from cchc.access.people import LOCAL, NOBODY, Person
from cchc.text import Language, Text
from cchc.ui import assets
from cchc.ui.elements import plain
from cchc.ui.view import PageInfo, View

_SIGNED_IN, _SINCE, _REFUSED = "signed-in", "signed-in-since", "refused"
_KEPT = assets.component(__file__, "signing_in")
_FORWARDED = "X-Forwarded-For"


@cache
def in_force() -> Access:
    """How people are known to this server. Raises UserError where the file that says so is wrong."""
    settings = config.settings()
    return modes.read(settings.access, settings.secrets)


def serve() -> None:
    """Let the library ask who acts, on a server that others may reach."""
    if in_force().mode != "local":
        people.ask_with(lambda: _known(config.settings().data) or NOBODY)


def who(data: Path, language: Language) -> Person | None:
    """Who looks; None where they have to sign in first, and are told so on the page."""
    person = _known(data)
    if person is None:
        _door(language)
    elif not person.grants:
        said = Text(
            f"Bạn đã đăng nhập là {person.id} nhưng chưa được cấp quyền ở khu vực nào; hãy liên hệ người quản trị.",
            f"You are signed in as {person.id} and have no role in any area yet; ask an administrator.",
        )
        st.info(plain(said[language]), icon=":material/lock:")
        account(person, language)
        return None
    elif in_force().mode != "local" and st.session_state.get(_SIGNED_IN) != person.id:
        record.once(data, person, "sign_in")
        tokens.renew(data, person)
        st.session_state[_SIGNED_IN] = person.id
    return person


def refused(view: View, page: PageInfo) -> None:
    """Write down, once a visit, that somebody asked for a page that is not for them."""
    if st.session_state.get(_REFUSED) != (view.person.id, page.slug):
        record.add(config.settings().data, "refused", view.snapshot.dataset, page.slug, view.person)
        st.session_state[_REFUSED] = view.person.id, page.slug


def account(person: Person, language: Language) -> None:
    """Who is signed in, and a button that ends it where a proxy does not have its own way."""
    if in_force().mode != "local":
        st.caption(plain(person.name))
    if in_force().mode == "oidc":
        st.button(Text("Đăng xuất", "Sign out")[language], icon=":material/logout:", on_click=st.logout)


def _known(data: Path) -> Person | None:
    access = in_force()
    if access.mode == "local":
        return LOCAL
    claims = _headers(access) if access.mode == "proxy" else dict[str, Any](st.user.to_dict())
    if access.mode == "oidc" and not claims.get("is_logged_in"):
        return None
    since = claims["iat"] if access.mode == "oidc" else st.session_state.setdefault(_SINCE, time.time())
    passed = st.context.headers.get(_FORWARDED, "") if access.mode == "proxy" else ""
    address = passed.rpartition(",")[2].strip() or st.context.ip_address or ""

    def again() -> Person | None:
        if time.time() - since > access.hours * 3600:
            return None
        return access.person(claims, address, [each.rule for each in granted.read(data)])

    person = again()
    return replace(person, again=again) if person else None


def _headers(access: Access) -> dict[str, Any]:
    """What the proxy says, by the names of its headers."""
    return {name: st.context.headers.get(name) for name in access.names.values()}


def may_send(headers: Headers) -> bool:
    """Whether a file may come in from whoever a request is from: somebody who is an officer somewhere, because only
    their pages take files, and whoever else sent one could fill the memory."""
    access, data = in_force(), config.settings().data
    if access.mode == "oidc":
        claims = _signed(headers)
        is_over = time.time() - claims.get("iat", 0) > access.hours * 3600
        person = None if is_over else access.person(claims, "", [each.rule for each in granted.read(data)])
    else:
        person = granted.asking(access, headers, data)
    return person is not None and any(person.may_for_some("officer", grant.area) for grant in person.grants)


def _signed(headers: Headers) -> dict[str, Any]:
    """What the provider said in the sign-in whose cookie a request carries; nothing where this server has not signed
    it."""
    cookie = _get_signed_cookie_with_chunks(cookie_parser(headers.get("cookie", "")), USER_COOKIE_NAME)
    return dict(json.loads(cookie)) if cookie else {}


def _door(language: Language) -> None:
    st.title("CCHC", anchor=False)
    if in_force().mode == "oidc":
        asked = Text("Hãy đăng nhập để xem số liệu.", "Sign in to see the figures.")
        st.markdown(asked[language])
        # The provider sends everybody back to the first page: the browser keeps where they wanted to go.
        _KEPT(key="asked-for", data={})
        st.button(Text("Đăng nhập", "Sign in")[language], type="primary", on_click=st.login)
        return
    said = Text(
        "Máy chủ không nhận được tên người dùng từ cổng đăng nhập, hoặc phiên đã quá giờ; hãy tải lại trang bằng địa "
        "chỉ của cổng.",
        "The server was not told by the gateway who you are, or the sign-in has ended; load the page again by the "
        "address of the gateway.",
    )
    st.info(said[language], icon=":material/lock:")
