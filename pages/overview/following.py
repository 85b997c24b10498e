"""Theo dõi: the addresses at which a feed reader or a calendar gets the news of the area by itself."""

import datetime
from urllib.parse import urlencode

import streamlit as st

from cchc import config, ui
from cchc.access import tokens
from cchc.access.tokens import Token
from cchc.feeds import serving
from cchc.text import Text, UserError, date
from cchc.ui.shell import signing_in

_MADE, _FAILED = "token-made", "token-failed"
_WHAT = Text(
    "Cảnh báo mới, bản số liệu mới hoặc bị thu hồi, cam kết sắp đến hạn tự đến chương trình đọc tin hoặc lịch của bạn, "
    "không cần mở trang này.",
    "New alerts, new or retracted data and commitments falling due come to your feed reader or calendar by themselves.",
)
_KINDS = {"atom": Text("Nguồn tin (Atom)", "Feed (Atom)"), "ics": Text("Lịch (.ics)", "Calendar (.ics)")}


def offered(view: ui.View) -> None:
    """The addresses of this area: on the machine itself those that everybody has, elsewhere one's own."""
    with st.popover(view.t(Text("Theo dõi", "Follow")), icon=":material/rss_feed:"):
        if signing_in.in_force().mode == "local":
            _addresses(view, {}, view.t(_WHAT))
        else:
            st.markdown(view.t(_WHAT))
            _own(view)


def _addresses(view: ui.View, secret: dict[str, str], *above: str) -> None:
    params = secret | ({"lang": view.language} if view.language != view.default_language else {})
    place = (st.context.url or "").partition("?")[0].rpartition("/")[0]
    shown = list(above)
    for ending, label in _KINDS.items():
        address = f"{place}/feeds/{view.snapshot.dataset}.{ending}" + (f"?{urlencode(params)}" if params else "")
        shown.append(f"{view.t(label)}\n```\n{address}\n```")
    st.markdown("\n\n".join(shown))


def _own(view: ui.View) -> None:
    data, area = config.settings().data, view.snapshot.dataset
    st.markdown(view.t(Text(
        "Chương trình đọc tin và lịch không đăng nhập được nên dùng một địa chỉ riêng của bạn, chỉ gồm những gì bạn "
        "được xem. Ai có địa chỉ này cũng đọc được: đừng chia sẻ, và thu lại khi không dùng nữa.",
        "Feed readers and calendars cannot sign in, so they use an address of your own with what you may see. Whoever "
        "has it can read it: do not share it, and withdraw it when it is no longer used.",
    )))  # fmt: skip
    if failed := st.session_state.pop(_FAILED, None):
        st.error(ui.plain(view.t(failed)), icon=":material/error:")
    if secret := st.session_state.get(_MADE, {}).get(area):
        once = Text(
            "Hãy chép lại ngay: đóng trang là không xem lại được.", "Copy it now: once the page is closed it is gone."
        )
        st.info(view.t(once), icon=":material/key:")
        _addresses(view, {serving.TOKEN: secret})

    def make() -> None:
        try:
            st.session_state[_MADE] = {area: tokens.make(data, area)}
        except UserError as error:
            st.session_state[_FAILED] = error.text

    st.button(view.t(Text("Tạo địa chỉ riêng", "Make an address")), icon=":material/add_link:", on_click=make)
    if in_use := tokens.listed(data, area, view.person):
        _withdrawn(view, in_use)


def _withdrawn(view: ui.View, in_use: list[Token]) -> None:
    said = {token.id: f"{token.person} · {_since(view, token)}" for token in in_use}
    data = config.settings().data

    def withdraw() -> None:
        try:
            tokens.withdraw(data, st.session_state["token-gone"])
            st.session_state.pop(_MADE, None)
        except UserError as error:
            st.session_state[_FAILED] = error.text

    label = view.t(Text("Địa chỉ đang dùng", "Addresses in use"))
    st.selectbox(label, list(said), key="token-gone", format_func=lambda id_: said[id_])
    st.button(view.t(Text("Thu lại địa chỉ", "Withdraw the address")), icon=":material/link_off:", on_click=withdraw)


def _since(view: ui.View, token: Token) -> str:
    return date(datetime.datetime.fromisoformat(token.at).date(), view.language)
