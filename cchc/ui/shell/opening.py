"""Which data a link opens, and what is offered instead of data that is damaged, gone or taken back."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, unquote

import streamlit as st

from cchc.access.people import EVERY_AREA
from cchc.entered import events
from cchc.figures import filters
from cchc.findings import trends
from cchc.store import snapshots
from cchc.store.areas import areas
from cchc.store.manifests import Damaged
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language, Text, UserError, date
from cchc.ui.elements import plain
from cchc.ui.view import ModelAt, PageInfo, Reader, View

_BRAND = '<div class="brand">CCHC</div>'
_NOTHING = Text(
    "Chưa có số liệu nào mà bạn được xem; hãy liên hệ người quản trị.",
    "There is no data that you may see; ask an administrator.",
)
_LANGUAGE_NAMES = Text("Tiếng Việt", "English")


Params = Mapping[str, Sequence[str]]


def params() -> Params:
    """The parameters of the link that is drawn."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def own_start(kept: str) -> tuple[str, dict[str, list[str]]] | None:
    """Address and parameters of the page that a reader's browser has `kept` to begin with; None without one."""
    slug, _, asked = unquote(kept).partition("?")
    return (slug, parse_qs(asked)) if slug else None


def dataset(asked: Params, order: Sequence[str]) -> str:
    """The area a link asks for, or the first of those there are; "" where there is none."""
    wanted = next(iter(asked.get("dataset", ())), "")
    return wanted if wanted in order else next(iter(order), "")


class Look(NamedTuple):
    """What a link asks for, and what is to be said of it; without a view, what is drawn `instead`."""

    view: View | None
    said: Sequence[Text] = ()
    instead: Callable[[], None] = lambda: None


def look(reader: Reader, pages: Sequence[PageInfo], page: PageInfo, models: Sequence[ModelAt], params: Params) -> Look:
    """The look that a link with these `params` asks for, of the `models` its reader may see; nothing is drawn."""
    data, language = reader.data, reader.language
    known = [area.id for area in areas(data)]
    if not known:
        return Look(None, instead=partial(_begin, reader, pages))
    asked, shown_area = next(iter(params.get("dataset", ())), ""), dataset(params, known)
    dropped: list[Text] = []
    if asked not in ("", shown_area):
        dropped.append(
            Text(
                f"Không có khu vực {asked}; đang xem khu vực đầu tiên.",
                f"There is no dataset {asked}; showing the first one.",
            )
        )
    wanted = next(iter(params.get("snapshot", ())), "")
    snapshot, current_id = _snapshot(data, shown_area, wanted, language, dropped)
    if not isinstance(snapshot, Snapshot):
        return Look(None, instead=partial(_instead, reader, shown_area, snapshot))
    snapshot = snapshot if page.each_day else filters.seen(params, snapshot)
    try:
        named, noted = events.with_groups(data, shown_area)
    except UserError as error:
        named, noted = {}, ()
        dropped.append(error.text)
    question, more = filters.from_params(params, snapshot, named)
    who = (data, language, reader.default_language, reader.theme, reader.person)
    shown_groups = filters.shown_groups(named, params, snapshot)
    dated = trends.dated(snapshot, noted)
    shown = View(*who, snapshot, current_id, question, page.slug, tuple(models), shown_groups, dated)
    return Look(shown, [*dropped, *more])


def _begin(reader: Reader, pages: Sequence[PageInfo]) -> None:
    with st.sidebar:
        st.html(_BRAND)
        language_choice(reader)
    if reader.person.may("editor", EVERY_AREA):
        next(each.begin for each in pages if each.begin)(reader)
    else:
        st.info(reader.t(_NOTHING), icon=":material/lock:")


def _instead(reader: Reader, dataset: str, offer: Callable[[], None]) -> None:
    offer()
    with st.sidebar:
        dataset_choice(reader, dataset)


def _snapshot(
    data: Path, dataset: str, wanted: str, language: Language, dropped: list[Text]
) -> tuple[Snapshot | Callable[[], None], str]:
    """The snapshot to show, or what draws the offers made instead of a damaged one, and the id of the current one."""
    current_id, instead = "", partial(_offer_retracted, data, dataset, language)
    try:
        current = snapshots.current(data, dataset)
        current_id = current.id if current else ""
    except Damaged as damage:
        instead = partial(_offer_good, data, dataset, damage, language)
        if not wanted:
            return instead, current_id
        current = None
    try:
        if current is None and not wanted and not current_id:
            return instead, current_id
        snapshot = snapshots.get(data, dataset, wanted) if wanted else current
        if snapshot is None:
            gone = f"Không còn bản số liệu {wanted}; đang xem bản hiện hành."
            dropped.append(Text(gone, f"The snapshot {wanted} is gone; showing the current one."))
            snapshot = current
        if snapshot is not None and (at := snapshots.retracted(data, dataset).get(snapshots.whole(snapshot).id)):
            vi, en = (date(at.date(), each) for each in LANGUAGES)
            back = f"Bản số liệu {snapshot.id} đã bị thu hồi ngày {vi}; số liệu dưới đây có thể sai."
            dropped.append(Text(back, f"{snapshot.id} was retracted on {en}; the figures below may be wrong."))
        return snapshot or instead, current_id
    except Damaged as damage:
        return partial(_offer_good, data, dataset, damage, language), current_id


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


def dataset_choice(reader: Reader, dataset: str) -> None:
    """The areas to choose from; a link keeps the period, and the language where it is not the usual one."""
    st.html(_BRAND)
    names = {area.id: reader.t(area.name) for area in areas(reader.data)}
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


def language_choice(reader: Reader) -> None:
    """The languages to choose from."""
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
