"""The shell around every page: which data, which language, the filter bar, the menu."""

import datetime
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import streamlit as st
import streamlit.emojis  # read while the server starts: with the first page it would take a third of a second

from cchc import charts, config
from cchc.addresses import Address, link
from cchc.charts import PALETTE, Theme
from cchc.entered import events, groups
from cchc.figures import filters
from cchc.figures.metrics import FIGURES
from cchc.findings import trends
from cchc.store import snapshots
from cchc.store.areas import areas
from cchc.store.manifests import Damaged
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language, Text, UserError, date, number
from cchc.ui import assets
from cchc.ui.elements import heading, plain
from cchc.ui.filter_bar import filter_bar
from cchc.ui.model_pages import model_pages
from cchc.ui.view import RECORDS, ModelAt, ModelPages, PageInfo, Reader, View, page_at, register

_STYLE = assets.text(__file__, "style.css")
_TOOLBAR = assets.component(__file__, "toolbar")
# The page that lists what a number counts.
_LISTED: Address = "ho-so"
# What a reader's own browser keeps: the page to begin with, as an address with parameters.
_START = "cchc-start"
_BRAND = '<div class="brand">CCHC</div>'
_LANGUAGE_NAMES = Text("Tiếng Việt", "English")


def run(pages: Sequence[PageInfo], models: ModelPages) -> None:
    """Draw the page of the link: data and filters from its parameters, then the shell, then the page.

    Every service model of an area has a page too: in the menu of its own area, and by link from everywhere.
    """
    settings = config.settings()
    asked = st.query_params.get("lang", "")
    language: Language = "en" if asked == "en" else "vi" if asked == "vi" else settings.language
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    _style(theme)
    view: View | None = None

    def draw(page: PageInfo) -> None:
        if view is not None:
            page.render(view)

    of_models: list[ModelAt] = []
    with suppress(UserError):  # no area can be listed: `_view` says why
        order = [area.id for area in areas(settings.data, language)]
        asked_data = st.query_params.get("dataset", order[0] if order else ""), st.query_params.get("snapshot", "")
        of_models = model_pages(settings.data, asked_data, models, pages, order)
    known = [*pages, *(model.page for model in of_models)]
    known += _missing({page.slug for page in known})
    # The address without a slug shows the first page too; a default page of its own keeps every slug alive.
    shown = [st.Page(partial(draw, page), title=page.title[language], url_path=page.slug) for page in known]
    # Icons stand in the links alone: that of a page would be fetched from another server for the browser's tab.
    home = st.Page(partial(draw, pages[0]), title=pages[0].title[language], default=True, visibility="hidden")
    chosen = st.navigation([home, *shown], position="hidden")
    st.set_page_config(
        page_title=f"{chosen.title} – CCHC", page_icon=str(Path(__file__).with_name("favicon.svg")), layout="wide"
    )
    register(zip([page.slug for page in known], shown, strict=True))
    if asked_records := st.session_state.pop(RECORDS, None):
        st.switch_page(page_at(_LISTED), query_params=asked_records)
    if not chosen.url_path and not st.query_params and (own := _own_start({page.slug for page in known})):
        st.switch_page(page_at(own[0]), query_params=own[1])
    try:
        [page] = [each for each in known if each.slug == (chosen.url_path or pages[0].slug)]
        view = _view(Reader(settings.data, language, settings.language, theme), pages, page)
        if view is not None:
            view = replace(view, models=tuple(of_models))
            _sheet(view)
            _sidebar(view, pages, models.after)
            if page.filtered:
                filter_bar(view, page)
            chosen.run()
    except UserError as error:
        st.error(plain(error.text[language]), icon=":material/error:")


def _own_start(slugs: set[str]) -> tuple[str, dict[str, list[str]]] | None:
    """Address and parameters of the page this reader's browser begins with; None without one, or where it is gone."""
    slug, _, asked = unquote(st.context.cookies.to_dict().get(_START, "")).partition("?")
    return (slug, parse_qs(asked)) if slug in slugs else None


def _missing(slugs: set[str]) -> list[PageInfo]:
    """A page for an address that no page has: Streamlit would say so in English, and show the first page under it."""
    slug = unquote(urlsplit(st.context.url or "").path).rpartition("/")[2]
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


def _css(text: str) -> str:
    """Text inside a string of a style sheet; whatever could end the string or the sheet is written as its code."""
    return "".join(each if each.isalnum() or each in " ,./:-–" else f"\\{ord(each):x} " for each in text)


def _sheet(view: View) -> None:
    """What stands at the foot of every printed sheet: what is shown, from which snapshot, when."""
    now = f"{datetime.datetime.now():%d/%m/%Y %H:%M}"
    printed = f"{view.describe()} – {view.snapshot.id} – {now}"
    dark = '<span class="dark-page"></span>' if view.theme == "dark" else ""
    st.html(f'<style>:root{{--sheet:"{_css(printed)}"}}</style>{dark}')


def _view(reader: Reader, pages: Sequence[PageInfo], page: PageInfo) -> View | None:
    data, language = reader.data, reader.language
    known = [area.id for area in areas(data, language)]
    if not known:
        with st.sidebar:
            st.html(_BRAND)
            _language_choice(reader)
        next(each.begin for each in pages if each.begin)(reader)
        return None
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    dataset = params.get("dataset", [""])[0]
    dropped: list[Text] = []
    if dataset not in known:
        if dataset:
            dropped.append(
                Text(
                    f"Không có khu vực {dataset}; đang xem khu vực đầu tiên.",
                    f"There is no dataset {dataset}; showing the first one.",
                )
            )
        dataset = known[0]
    snapshot, current_id = _snapshot(data, dataset, params.get("snapshot", [""])[0], language, dropped)
    if snapshot is None:
        with st.sidebar:
            _dataset_choice(reader, dataset)
        return None
    snapshot = snapshot if page.each_day else filters.seen(params, snapshot)
    try:
        named, noted = groups.read(data, dataset), events.read(data, dataset)
    except UserError as error:
        named, noted = {}, ()
        dropped.append(error.text)
    question, more = filters.from_params(params, snapshot, named)
    for text in [*dropped, *more]:
        st.warning(plain(text[language]), icon=":material/link_off:")
    who = (data, language, reader.default_language, reader.theme)
    shown_groups = filters.shown_groups(named, params, snapshot)
    dated = trends.dated(snapshot, noted)
    return View(*who, snapshot, current_id, question, page.slug, groups=shown_groups, dated=dated)


def _snapshot(
    data: Path, dataset: str, wanted: str, language: Language, dropped: list[Text]
) -> tuple[Snapshot | None, str]:
    """The snapshot to show and the id of the current one; no snapshot when it is damaged (said on the page)."""
    current_id = ""
    try:
        current = snapshots.current(data, dataset)
        current_id = current.id if current else ""
    except Damaged as damage:
        if not wanted:
            _offer_good(data, dataset, damage, language)
            return None, current_id
        current = None
    try:
        if current is None and not wanted and not current_id:
            _offer_retracted(data, dataset, language)
            return None, current_id
        snapshot = snapshots.get(data, dataset, wanted) if wanted else current
        if snapshot is None:
            gone = f"Không còn bản số liệu {wanted}; đang xem bản hiện hành."
            dropped.append(Text(gone, f"The snapshot {wanted} is gone; showing the current one."))
            snapshot = current
        if snapshot is not None and (at := snapshots.retracted(data, dataset).get(snapshots.whole(snapshot).id)):
            vi, en = (date(at.date(), each) for each in LANGUAGES)
            back = f"Bản số liệu {snapshot.id} đã bị thu hồi ngày {vi}; số liệu dưới đây có thể sai."
            dropped.append(Text(back, f"{snapshot.id} was retracted on {en}; the figures below may be wrong."))
        return snapshot, current_id
    except Damaged as damage:
        _offer_good(data, dataset, damage, language)
        return None, current_id


def _offer_retracted(data: Path, dataset: str, language: Language) -> None:
    """Say that every publication of an area was taken back, and offer the newest to look at."""
    said = Text(
        "Mọi bản số liệu của khu vực này đã bị thu hồi; hãy nhập lại tệp nguồn, hoặc xem một bản và dùng lại nó.",
        "Every snapshot of this area was retracted; import again, or look at one and make it current.",
    )
    st.info(plain(said[language]), icon=":material/undo:")
    for newest in snapshots.published(data, dataset)[:1]:
        named = {"dataset": dataset, "snapshot": newest.id}
        offer = Text("Xem bản mới nhất đã thu hồi", "Show the newest retracted one")
        st.button(offer[language], on_click=st.query_params.update, args=(named,))


def _offer_good(data: Path, dataset: str, damage: Damaged, language: Language) -> None:
    """Say what is damaged, and offer the newest snapshot that is whole instead of any figure."""
    st.error(plain(damage.text[language]), icon=":material/error:")
    good = snapshots.last_good(data, dataset)
    if good is None:
        nothing = Text(
            "Không còn bản nào nguyên vẹn; hãy nhập lại tệp nguồn.",
            "No whole snapshot is left; import the source files again.",
        )
        st.info(plain(nothing[language]))
        return
    as_of = date(good.as_of, language)
    offer = Text(f"Xem bản nguyên vẹn gần nhất (chốt đến {as_of})", f"Show the last good snapshot (as of {as_of})")

    def show() -> None:
        st.query_params.from_dict({"dataset": dataset, "snapshot": good.id})

    st.button(offer[language], type="primary", on_click=show)


def _sidebar(view: View, pages: Sequence[PageInfo], after: str) -> None:
    with st.sidebar:
        _dataset_choice(view, view.snapshot.dataset)
        _search(view)
        for page in pages:
            _menu_link(view, page, plain(view.t(page.title)), view.params(view.filters, **_counted(page)))
            # Every model a reader may see, wherever it runs.
            for model in view.models if page.slug == after else ():
                label = f"{plain(view.t(model.page.title))} · {plain(view.t(model.area))}"
                _menu_link(view, model.page, label, view.params_at(model))
        st.divider()
        _snapshot_choice(view)
        _language_choice(view)
        toolbar = {
            "copy": view.t(Text("Sao chép liên kết", "Copy link")),
            "copied": view.t(Text("Đã sao chép", "Copied")),
            "freeze": view.t(Text("Liên kết giữ nguyên số", "Link that keeps the figures")),
            "page": view.slug,
            "start": _start(view),
            "pins": {"dataset": view.snapshot.dataset, "start": f"{view.filters.start}", "end": f"{view.filters.end}"},
            "frozen": {"snapshot": view.snapshot.id},
            "print": view.t(Text("In", "Print")),
            "theme": view.theme,
            "language": view.language,
            "slugs": [*(page.slug for page in pages), *(model.page.slug for model in view.models)],
            "turn": view.t(Text("Nền sáng", "Light") if view.theme == "dark" else Text("Nền tối", "Dark")),
            "charts": charts.taken(view.snapshot, view.describe(), view.slug, view.theme, view.language),
        }
        _TOOLBAR(key="toolbar", data=toolbar)


def _start(view: View) -> dict[str, str]:
    """What the toolbar needs to keep this page, area and choice of units, at whatever is the newest period then."""
    passing = ("start", "end", "snapshot")
    params = {name: value for name, value in view.params().items() if name not in passing}
    return {
        "cookie": _START,
        "value": link(view.slug, params | {"dataset": view.snapshot.dataset}),
        "keep": view.t(Text("Mở đầu bằng trang này", "Begin with this page")),
        "forget": view.t(Text("Thôi mở đầu bằng trang này", "Do not begin with this page")),
    }


def _search(view: View) -> None:
    """One field on every page: a number or a part of it finds the dossier in any period of any area."""

    def asked() -> None:
        text = st.session_state["find-dossier"].strip()
        st.session_state["find-dossier"] = ""
        if text:
            view.look_up(view.snapshot.dataset, find=text)

    label = view.t(Text("Tìm hồ sơ theo mã", "Find a dossier by number"))
    st.text_input(label, key="find-dossier", placeholder=label, label_visibility="collapsed",
                  icon=":material/search:", on_change=asked)  # fmt: skip


def _menu_link(view: View, page: PageInfo, label: str, params: Mapping[str, str | list[str]]) -> None:
    # Streamlit marks the page of the address, which at "/" names none.
    with st.container(key="here" if page.slug == view.slug else None):
        st.page_link(page_at(page.slug), label=label, icon=page.icon, query_params=params, width="stretch")


def _counted(page: PageInfo) -> dict[str, str]:
    """The number last clicked goes along to the list of dossiers."""
    metric = st.query_params.get("metric", "")
    return {"metric": metric} if page.slug == _LISTED and metric in FIGURES else {}


def _dataset_choice(reader: Reader, dataset: str) -> None:
    """The areas to choose from; a link keeps the period, and the language where it is not the usual one."""
    st.html(_BRAND)
    names = {area.id: area.name for area in areas(reader.data, reader.language)}
    st.session_state["dataset"] = dataset

    def chosen() -> None:
        # Another area has other units; the period asked for goes along.
        kept = {name: value for name in ("start", "end") if (value := st.query_params.get(name))}
        st.query_params.from_dict(reader.elsewhere(st.session_state["dataset"]) | kept)

    st.selectbox(
        reader.t(Text("Khu vực", "Area")),
        list(names),
        format_func=lambda dataset: names[dataset],
        key="dataset",
        on_change=chosen,
    )


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
        params = view.params()
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


def _language_choice(reader: Reader) -> None:
    st.session_state["language"] = reader.language

    def chosen() -> None:
        st.query_params["lang"] = st.session_state["language"] or reader.language

    st.segmented_control(
        reader.t(Text("Ngôn ngữ", "Language")),
        LANGUAGES,
        format_func=lambda language: _LANGUAGE_NAMES[language],
        key="language",
        on_change=chosen,
        required=True,
        label_visibility="collapsed",
    )
