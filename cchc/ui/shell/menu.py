"""The menu beside every page: which data, a dossier by its number, the pages, the snapshot, the toolbar."""

import datetime
import html
from collections.abc import Mapping, Sequence

import streamlit as st

from cchc import charts
from cchc.addresses import Address, link
from cchc.figures import filters
from cchc.figures.metrics import FIGURES
from cchc.store import snapshots
from cchc.text import Text, date, number, tied
from cchc.ui import assets
from cchc.ui.shell import comments, opening, signing_in
from cchc.ui.view import RECORDS, PageInfo, View

_TOOLBAR = assets.component(__file__, "toolbar")
# The page that lists what a number counts.
LISTED: Address = "ho-so"
# What a reader's own browser keeps: the page to begin with, as an address with parameters.
START = "cchc-start"


def draw(view: View, page: PageInfo, pages: Sequence[PageInfo], after: str) -> None:
    """The menu of a look at a page, with the pages of models below the one they come `after`."""
    with st.sidebar:
        opening.dataset_choice(view, view.snapshot.dataset)
        if any(page.slug == LISTED for page in pages):
            _search(view)
        _menu(view, pages, after)
        st.divider()
        _snapshot_choice(view)
        opening.language_choice(view)
        toolbar = {
            "copy": view.t(Text("Sao chép liên kết", "Copy link")),
            "copied": view.t(Text("Đã sao chép", "Copied")),
            "freeze": view.t(Text("Liên kết giữ nguyên số", "Link that keeps the figures")),
            "page": view.slug,
            "cookie": START,
            "keep": view.t(Text("Mở đầu bằng trang này", "Begin with this page")),
            "forget": view.t(Text("Thôi mở đầu bằng trang này", "Do not begin with this page")),
            "frozen": {"snapshot": view.snapshot.id},
            "print": view.t(Text("In", "Print")),
            "theme": view.theme,
            "language": view.language,
            "slugs": [*(page.slug for page in pages), *(model.page.slug for model in view.models)],
            "turn": view.t(Text("Nền sáng", "Light") if view.theme == "dark" else Text("Nền tối", "Dark")),
            "charts": charts.taken(view.snapshot, view.slug, view.theme, view.language),
        }
        _TOOLBAR(key="toolbar", data=toolbar)
        comments.button(view, page)
        signing_in.account(view.person, view.language)


def _asked() -> dict[str, str | list[str]]:
    """What the link says of the selection now: the menu may have been drawn before that was changed."""
    names = [*filters.PARAMETERS, "lang"]
    return {name: st.query_params.get_all(name) for name in names if name in st.query_params}


def _search(view: View) -> None:
    """One field on every page: a number or a part of it finds the dossier in any period of any area."""

    def asked() -> None:
        text = st.session_state["find-dossier"].strip()
        st.session_state["find-dossier"] = ""
        if text:
            st.session_state[RECORDS] = _asked() | {"dataset": view.snapshot.dataset, "find": text}

    label = view.t(Text("Tìm hồ sơ theo mã", "Find a dossier by number"))
    st.text_input(label, key="find-dossier", placeholder=label, label_visibility="collapsed",
                  icon=":material/search:", on_change=asked)  # fmt: skip


def _menu(view: View, pages: Sequence[PageInfo], after: str) -> None:
    """Every page, and below one of them every model a reader may see, wherever it runs."""
    lines = []
    for page in pages:
        lines.append(_line(view, page, view.t(page.title), view.params(None, **counted(page.slug))))
        for model in view.models if page.slug == after else ():
            label = f"{view.t(model.page.title)} · {view.t(model.area)}"
            follows = model.dataset == view.snapshot.dataset
            lines.append(_line(view, model.page, label, view.params_at(model), follows))
    named = view.t(Text("Danh mục trang", "Pages"))
    st.html(f'<nav class="menu" aria-label="{named}">{"".join(lines)}</nav>')


def _line(view: View, page: PageInfo, label: str, params: Mapping[str, str | list[str]], follows: bool = True) -> str:
    """A line of the menu, whose link `follows` what is filtered on the page."""
    here = (' aria-current="page"' if page.slug == view.slug else "") + (" data-follows" if follows else "")
    icon = page.icon.removeprefix(":material/").removesuffix(":")
    return (
        f'<a href="{html.escape(link(page.slug, params))}" target="_self"{here}>'
        f'<span class="icon" aria-hidden="true" translate="no">{icon}</span>{html.escape(tied(label))}</a>'
    )


def counted(slug: str) -> dict[str, str]:
    """The number last clicked goes along to the list of dossiers."""
    metric = st.query_params.get("metric", "")
    return {"metric": metric} if slug == LISTED and metric in FIGURES else {}


def _snapshot_choice(view: View) -> None:
    published = snapshots.published(view.data, view.snapshot.dataset)
    by_id = {snapshot.id: snapshot for snapshot in published}
    taken_back = snapshots.retracted(view.data, view.snapshot.dataset)
    st.session_state["snapshot"] = view.snapshot.id

    def label(id_: str) -> str:
        mark = view.t(Text(" (hiện hành)", " (current)")) if id_ == view.current_id else f" · {id_[-6:]}"
        mark += view.t(Text(" (đã thu hồi)", " (retracted)")) if id_ in taken_back else ""
        return date(by_id[id_].as_of, view.language) + mark

    def chosen() -> None:
        params = _asked()
        params.pop("snapshot", None)
        if st.session_state["snapshot"] != view.current_id:
            params["snapshot"] = st.session_state["snapshot"]
        st.query_params.from_dict(params)

    st.selectbox(
        view.t(Text("Số liệu chốt đến ngày", "Data as of")), list(by_id), format_func=label, key="snapshot",
        on_change=chosen,
    )  # fmt: skip
    age = (datetime.date.today() - view.snapshot.as_of).days
    if view.snapshot.demo:
        badge = view.t(Text("Dữ liệu minh họa", "Demo data"))
        st.html(f'<span class="badge">{badge}</span>')
    elif age > 7:
        st.caption(
            view.t(Text(f"Số liệu đã {number(age, 'vi')} ngày chưa cập nhật", f"Data is {number(age, 'en')} days old"))
        )
