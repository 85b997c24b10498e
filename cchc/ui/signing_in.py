"""Who looks: on the machine itself nobody is asked, elsewhere a provider or a proxy says, and strangers get a door."""

import datetime
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from cchc import config
from cchc.access import granted, modes, people, record
from cchc.access.modes import Access
from cchc.access.people import LOCAL, NOBODY, Person
from cchc.text import Language, Text
from cchc.ui import assets
from cchc.ui.elements import plain

_SIGNED_IN = "signed-in"
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
        st.session_state[_SIGNED_IN] = person.id
        record.add(data, "sign_in")
    return person


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
    claims: Mapping[str, Any] = st.context.headers if access.mode == "proxy" else _claims(access)
    passed = st.context.headers.get(_FORWARDED, "") if access.mode == "proxy" else ""
    address = passed.rpartition(",")[2].strip() or st.context.ip_address or ""
    return access.person(claims, address, (each.rule for each in granted.read(data)))


def _claims(access: Access) -> Mapping[str, Any]:
    """What the provider said at the sign-in, while that lasts."""
    claims = st.user.to_dict()
    since = claims.get("iat")
    if not claims.get("is_logged_in") or not isinstance(since, int | float):
        return {}
    age = datetime.datetime.now(datetime.UTC).timestamp() - since
    return claims if age < access.hours * 3600 else {}


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
        "Máy chủ không nhận được tên người dùng từ cổng đăng nhập; hãy vào bằng địa chỉ của cổng.",
        "The server was not told by the gateway who you are; come in by the address of the gateway.",
    )
    st.info(said[language], icon=":material/lock:")
