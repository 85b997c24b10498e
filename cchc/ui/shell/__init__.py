"""The shell around every page: which data, which language, the filter bar, the menu."""

import html
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit

import streamlit as st
import streamlit.emojis  # read while the server starts: with the first page it would take a third of a second

from cchc import config
from cchc.access.people import Person, Refused, Role
from cchc.addresses import link
from cchc.charts import PALETTE, Theme
from cchc.store import sights
from cchc.store.areas import areas
from cchc.text import Language, Text, UserError
from cchc.ui import assets, elements
from cchc.ui.elements import heading, plain
from cchc.ui.filter_bar import filter_bar
from cchc.ui.shell import comments, menu, meter, opening, signing_in
from cchc.ui.shell.model_pages import model_pages
from cchc.ui.view import RECORDS, ModelAt, ModelPages, PageInfo, Reader, View, page_at, register

_STYLE = assets.text(elements.__file__, "style.css")


def run(pages: Sequence[PageInfo], models: ModelPages) -> None:
    """Draw the page of the link: data and filters from its parameters, then the shell, then the page.

    Every service model of an area has a page too: in the menu of its own area, and by link from everywhere. Once it is
    known who looks there is no data but what they may see.
    """
    settings = config.settings()
    asked = st.query_params.get("lang", "")
    language: Language = "en" if asked == "en" else "vi" if asked == "vi" else settings.language
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    _style(theme)
    try:
        person = signing_in.who(settings.data, language)
        needs: Role = next((page.needs for page in pages if page.slug == _slug()), "reader")
        seen = _seen(settings.data, person, needs) if person else settings.data
    except UserError as error:
        st.error(plain(error.text[language]), icon=":material/error:")
        person = None
    if person is None:
        _nothing()
    else:
        _draw(Reader(seen, language, settings.language, theme, person), pages, models)


def _nothing() -> None:
    """No page, at whatever address: Streamlit would say of every one that it does not exist."""
    slug = _slug()
    first = st.Page(lambda: None, title="CCHC", default=True)
    others = [st.Page(lambda: None, title="CCHC", url_path=slug)] if slug else []
    st.navigation([first, *others], position="hidden")


def _draw(reader: Reader, pages: Sequence[PageInfo], models: ModelPages) -> None:
    data, language = reader.data, reader.language
    fresh: list[opening.Look] = []
    view: View | None = None

    def draw(page: PageInfo) -> None:
        # Whoever asks for addresses that no page has makes no more names to count by.
        counted = page.slug if page.slug in slugs else "-"
        body = _page if page.begin else _page_alone
        # The look that the menu was drawn with; later, when this part is drawn alone, what the link asks for then.
        body(reader, page, counted, lambda: fresh.pop() if fresh else _again(reader, pages, page, view))

    of_models: list[ModelAt] = []
    with suppress(UserError):  # no area can be listed: `opening` says why
        order = [area.id for area in areas(data)]
        asked_data = opening.dataset(opening.params(), order), st.query_params.get("snapshot", "")
        of_models = model_pages(data, asked_data, models, pages, order)
    known = [*pages, *(model.page for model in of_models)]
    slugs = {page.slug for page in known}
    known += _missing(slugs)
    # The address without a slug shows the first page too; a default page of its own keeps every slug alive.
    shown = [st.Page(partial(draw, page), title=page.title[language], url_path=page.slug) for page in known]
    # Icons stand in the links alone: that of a page would be fetched from another server for the browser's tab.
    home = st.Page(partial(draw, pages[0]), title=pages[0].title[language], default=True, visibility="hidden")
    chosen = st.navigation([home, *shown], position="hidden")
    st.set_page_config(
        page_title=f"{chosen.title} – CCHC", page_icon=str(Path(__file__).with_name("favicon.svg")), layout="wide"
    )
    register(zip([page.slug for page in known], shown, strict=True))
    _to_records()
    kept = st.context.cookies.to_dict().get(menu.START, "")
    if not chosen.url_path and not st.query_params and (own := opening.own_start(kept)) and own[0] in slugs:
        st.switch_page(page_at(own[0]), query_params=own[1])
    try:
        [page] = [each for each in known if each.slug == (chosen.url_path or pages[0].slug)]
        look = opening.look(reader, pages, page, of_models, opening.params())
        view = look.view
        if view is None:
            look.instead()
        else:
            menu.draw(view, page, [each for each in pages if view.opens(each)], models.after)
            if not view.opens(page):
                signing_in.refused(view, page)
                raise Refused(page.needs)
            fresh.append(look)
            chosen.run()
    except UserError as error:
        st.error(plain(error.text[language]), icon=":material/error:")


def _page(reader: Reader, page: PageInfo, counted: str, look: Callable[[], opening.Look]) -> None:
    """All of a page but the menu, which another period and other filters leave as it is."""
    with meter.action(counted):
        _to_records()
        try:
            view, said, _ = look()
            if view is None:
                st.rerun()
            for text in said:
                st.warning(plain(view.t(text)), icon=":material/link_off:")
            _shown(view)
            if page.filtered:
                filter_bar(view, page)
            page.render(view)
            comments.below(view, page)
        except UserError as error:
            st.error(plain(reader.t(error.text)), icon=":material/error:")


# Drawn alone, which whatever else is clicked does not stop: a page that takes files in has to be stopped.
_page_alone = st.fragment(_page)


def _again(reader: Reader, pages: Sequence[PageInfo], page: PageInfo, before: View | None) -> opening.Look:
    """What the link asks for now; no view where that, or what somebody may see by now, changes the menu too."""
    if before is None or not reader.person.is_still:
        return opening.Look(None)
    seen = _seen(config.settings().data, reader.person, page.needs)
    look = opening.look(replace(reader, data=seen), pages, page, before.models, opening.params())
    same = look.view and (look.view.snapshot.id, look.view.current_id) == (before.snapshot.id, before.current_id)
    return look if same else opening.Look(None)


def _to_records() -> None:
    """The list of dossiers, if a click asked for it."""
    if asked := st.session_state.pop(RECORDS, None):
        st.switch_page(page_at(menu.LISTED), query_params=asked)


def _seen(data: Path, person: Person, needs: Role) -> Path:
    """The data folder as somebody may see it on a page for a role: of the area and snapshot that the page will show."""
    place = sights.folder(data, person, needs)
    if place == data:  # nothing is kept back from them, whatever they look at
        return data
    dataset = opening.dataset(opening.params(), [area.id for area in areas(place)])
    return sights.folder(data, person, needs, dataset, next(iter(st.query_params.get_all("snapshot")), ""))


def _slug() -> str:
    """The address that was asked for; "" for the first page."""
    return unquote(urlsplit(st.context.url or "").path).rpartition("/")[2]


def _missing(slugs: set[str]) -> list[PageInfo]:
    """A page for an address that no page has: Streamlit would say so in English, and show the first page under it."""
    slug = _slug()
    if not slug or slug in slugs:
        return []
    title = Text("Không có trang này", "There is no such page")
    why = Text(
        f"Địa chỉ “{slug}” không dẫn tới trang nào; mô hình có thể đã bị bỏ hoặc liên kết sai. Hãy chọn một "
        "trang trong danh mục.",
        f"The address “{slug}” leads to no page; the model may be gone or the link wrong. Choose a page in the menu.",
    )
    return [PageInfo(slug, title, ":material/link_off:", partial(heading, question=title, answer=why), filtered=False)]


def _style(theme: Theme) -> None:
    properties = "".join(f"--{name.replace('_', '-')}:{value};" for name, value in PALETTE[theme].items())
    st.html(f"<style>:root{{{properties}}}{_STYLE}</style>")


def _shown(view: View) -> None:
    """What is shown, for what the toolbar copies, keeps and draws."""
    params = view.params()
    passing = ("start", "end", "snapshot")
    told = {
        "query": urlencode(params, doseq=True),
        "pins": {"dataset": view.snapshot.dataset, "start": f"{view.filters.start}", "end": f"{view.filters.end}"},
        # This page, area and choice of units, at whatever is the newest period then.
        "start": link(
            view.slug,
            {name: value for name, value in params.items() if name not in passing} | {"dataset": view.snapshot.dataset},
        ),
        "described": view.describe(),
        "counted": {menu.LISTED: list(menu.counted(menu.LISTED).items())},
    }
    dark = " dark-page" if view.theme == "dark" else ""
    st.html(f'<span class="shown{dark}" data-shown="{html.escape(json.dumps(told))}"></span>')
