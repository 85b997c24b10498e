"""The letterhead of the office on the page of reports: every part a text, kept for the area or for one commune."""

from collections.abc import Sequence

import streamlit as st

from cchc import ui
from cchc.entered import office
from cchc.reports import Asked, Kind
from cchc.reports.paper import ROOM, Letterhead
from cchc.text import Text

_SAVED = "letterhead-saved"
# What a kind of file has of it.
_OF_FORMS = ("place", "receiver")
_COLUMNS = (("parent", "issuer", "name", "symbol", "place", "basis"), ("to", "copies", "signs", "below", "signer"))
_TITLE = Text("Đầu văn bản, căn cứ, nơi nhận, người ký", "Letterhead, basis, copies, signer")
_HOW = Text(
    "Mỗi dòng trong ô là một dòng trên giấy. Ô để trống là bỏ phần đó; tên cơ quan, địa danh để trống thì thành chỗ tô "
    "vàng. Ghi một lần, dùng cho mọi kỳ.",
    "Every line of a field is a line on paper. An empty field leaves the part out; without a name or place of the "
    "office there is a yellow place to fill. Written once, used for every period.",
)


def form(view: ui.View, kind: Kind, asked: Asked) -> None:
    """The parts of the letterhead as they are now, to be changed and kept; nothing where the paper is about a mere
    selection, which has no office."""
    if asked.desk is None:
        return
    with st.expander(view.t(_TITLE), expanded=st.session_state.pop(_SAVED, None) == kind.id):
        st.caption(ui.plain(view.t(_HOW)))
        with ui.saying_why(view):
            _fields(view, kind, asked)


def _fields(view: ui.View, kind: Kind, asked: Asked) -> None:
    seen = office.seen_letterhead(view.data, view.snapshot.dataset)
    head, key = asked.letterhead(kind.id), f"{asked.desk}-{kind.id}-{seen[:12]}"
    columns = _COLUMNS if kind.ending == "docx" else (_OF_FORMS[:1], _OF_FORMS[1:])
    written: dict[str, tuple[str, ...]] = {}
    for place, parts in zip(st.columns(2), columns, strict=True):
        with place:
            written |= {part: _field(view, part, lines(head, part), f"letterhead-{part}-{key}") for part in parts}
    words = {"": Text("Mọi loại báo cáo", "Every kind of report"), kind.id: kind.title}
    scope = st.radio(
        view.t(Text("Dùng cho", "For")), list(words), format_func=lambda id_: view.t(words[str(id_)]), horizontal=True,
        key=f"letterhead-for-{key}",
    )  # fmt: skip
    if st.button(view.t(Text("Lưu đầu văn bản", "Save the letterhead")), key="letterhead-save", icon=":material/save:"):
        changed = {part: said for part, said in written.items() if said != lines(head, part)}
        known = office.letterheads(view.data, view.snapshot.dataset).get((str(scope), str(asked.desk)), {})
        office.keep_letterhead(
            view.data, view.snapshot.dataset, str(scope), str(asked.desk), {**known, **changed}, seen
        )  # fmt: skip
        st.session_state[_SAVED] = kind.id
        st.rerun()


def lines(head: Letterhead, part: str) -> tuple[str, ...]:
    """A part of a letterhead as lines; what nobody filled in is none."""
    said = getattr(head, part)
    found: Sequence[str] = [said] if isinstance(said, str) else said
    return tuple(line for line in found if line not in ("", ROOM))


def _field(view: ui.View, part: str, now: Sequence[str], key: str) -> tuple[str, ...]:
    label = view.t(office.PARTS[part])
    if part in office.SINGLE:
        text = st.text_input(label, " ".join(now), key=key, max_chars=300)
    else:
        text = st.text_area(label, "\n".join(now), key=key, height=110, max_chars=4_000)
    return tuple(line.strip() for line in text.splitlines() if line.strip())
