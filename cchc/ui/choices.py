"""Lists of check boxes, searched without diacritics, in the reader's words, and what they choose side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from cchc import charts
from cchc.findings import together, trends
from cchc.findings.together import Line, Side
from cchc.text import Text, legible, number
from cchc.ui import assets
from cchc.ui.elements import chart, choice
from cchc.ui.view import View

_CHOICES = assets.component(__file__, "choices")
_TEXTS = {
    "all": Text("tất cả", "all"),
    "none": Text("không", "none"),
    "search": Text("Tìm", "Search"),
    "clear": Text("Bỏ chọn", "Clear"),
    "nothing": Text("Không tìm thấy", "Nothing found"),
}
_PANELS = {"one": Text("Chung một biểu đồ", "One chart"), "each": Text("Mỗi nơi một ô", "A chart each")}


@dataclass(frozen=True)
class Group:
    """One fold of the list: its name, its heading, the options by id in their order, and the ids chosen. `empty`
    says in words (a key of the component's texts) what no choice means."""

    name: str
    label: str
    options: dict[str, str]
    chosen: list[str]
    empty: str = "all"


def choose(view: View, groups: Sequence[Group], key: str, chosen: Callable[[str, list[str]], None]) -> None:
    """Draw the groups; every tick calls `chosen` with the group's name and the ids now ticked, in order of id."""

    def ticked() -> None:
        choice = st.session_state[key].get("choice")
        if choice:
            chosen(choice["group"], list(choice["ids"]))

    shown = [
        {
            "name": group.name,
            "label": group.label,
            "options": [{"id": id_, "label": label} for id_, label in group.options.items()],
            "chosen": sorted(group.chosen),
            "empty": view.t(_TEXTS[group.empty]),
        }
        for group in groups
    ]
    texts = {name: view.t(text) for name, text in _TEXTS.items()}
    _CHOICES(key=key, data={"groups": shown, "texts": texts}, on_choice_change=ticked)


def sides(view: View) -> list[Side]:
    """The groups and units the link asks to see side by side, else those of the filters."""
    names = view.unit_names()
    return together.sides(view.filters, view.listed("beside", (*view.groups, *names)), view.groups, names)


def left_out(view: View, compared: Sequence[Side]) -> list[Text]:
    """What the link asks to see side by side and is not shown, and why, a sentence each."""
    asked = dict.fromkeys(st.query_params.get_all("beside"))
    named = {**view.unit_names(), **{group.id: group.name for group in view.groups.values()}}
    unknown = ", ".join(legible(each) for each in asked if each not in named)
    shown = {side.id for side in compared}
    more = ", ".join(named[each] for each in asked if each in named and each not in shown)
    found = []
    if unknown:
        found.append(Text(f"Khu vực này không có đơn vị hay nhóm nào mang mã: {unknown}.",
                          f"This area has no unit or group with the id: {unknown}."))  # fmt: skip
    if more:
        most = number(together.MOST, "vi")
        found.append(Text(f"So sánh được nhiều nhất {most} nơi; chưa hiện: {more}.",
                          f"At most {most} can be compared; not shown: {more}."))  # fmt: skip
    return found


def compare(view: View, compared: Sequence[Side]) -> None:
    """The control for what is seen side by side."""
    ids = [side.id for side in compared]
    folds = {"groups": {group.id: group.name for group in view.groups.values()}, "units": view.unit_names()}
    label = {"groups": Text("Nhóm đơn vị", "Groups of units"), "units": Text("Đơn vị", "Units")}

    def chosen(fold: str, ticked: list[str]) -> None:
        others = [each for each in ids if each not in folds[fold]]
        view.go(beside=[*others, *ticked] if len(others) + len(ticked) <= together.MOST else ids)

    with st.popover(view.t(Text("So sánh", "Compare")), icon=":material/compare_arrows:"):
        st.caption(view.t(Text("Chọn từ hai đến sáu đơn vị hay nhóm.", "Choose two to six units or groups.")))
        choose(view, [Group(fold, view.t(label[fold]), names, [each for each in ids if each in names], "none")
                      for fold, names in folds.items() if names], "compared", chosen)  # fmt: skip


def picture(view: View, lines: Sequence[Line], metric: str, key: str = "") -> None:
    """Those compared as a line each on one chart, or as a small chart each on the same scale; `key` tells apart the
    pictures of one page."""
    panels = choice(view, f"panels{key}", Text("Cách vẽ", "Layout"), _PANELS) == "each"
    markers = trends.markers(view.snapshot, view.filters, view.dated)
    figure = charts.together(lines, metric, view.snapshot.as_of, markers, view.theme, view.language, panels)
    chart(view, figure, together.answer(lines, metric), f"beside{key}")
