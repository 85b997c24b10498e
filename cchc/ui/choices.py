"""Lists of check boxes, searched without diacritics, in the reader's words: what Streamlit's own lists cannot do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from cchc.text import Text
from cchc.ui import assets
from cchc.ui.view import View

_CHOICES = assets.component(__file__, "choices")
_TEXTS = {
    "all": Text("tất cả", "all"),
    "none": Text("không", "none"),
    "search": Text("Tìm", "Search"),
    "clear": Text("Bỏ chọn", "Clear"),
    "nothing": Text("Không tìm thấy", "Nothing found"),
}


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
