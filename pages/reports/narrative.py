"""The parts of a report that people write, on the page: kept for the period, last period's offered to start from."""

import datetime

import streamlit as st

from cchc import ui
from cchc.entered import office
from cchc.figures.periods import Period
from cchc.reports import Asked, Kind
from cchc.reports.paper import ROOM
from cchc.text import Text, capital

_OFFERED, _SAVED = "narrative-offered", "narrative-saved"
_TITLE = Text("Phần viết tay của kỳ này", "What is written for this period")
_HOW = Text(
    "Mỗi dòng là một đoạn; để trống thì báo cáo có chỗ tô vàng. Không ghi họ tên, số điện thoại của người dân.",
    "A line is a paragraph; an empty field leaves a yellow place. No names or telephone numbers of people.",
)
_NUMBERED = Text("Số văn bản", "Number of the paper")
_DATED = Text("Ngày ký", "Day of signing")


def form(view: ui.View, kind: Kind, asked: Asked) -> None:
    """Fields for the parts of this kind, number and day; nothing where a paper has none, or is about a selection."""
    if not kind.parts or asked.desk is None:
        return
    with st.expander(view.t(_TITLE), expanded=st.session_state.pop(_SAVED, False) or _OFFERED in st.session_state):
        st.caption(ui.plain(view.t(_HOW)))
        with ui.saying_why(view):
            _fields(view, kind, asked, asked.desk)


def _fields(view: ui.View, kind: Kind, asked: Asked, unit: str) -> None:
    dataset, period = view.snapshot.dataset, asked.filters.period
    seen = office.seen_narrative(view.data, dataset, period)
    now = office.narrative(view.data, dataset, kind.id, unit, period)
    earlier = office.earlier_narrative(view.data, dataset, kind.id, unit, period.start)
    key = f"{kind.id}-{unit}-{period.start}-{period.end}-{seen[:12]}"
    if earlier:
        _offer(view, earlier[0], key)
    offered = earlier[1] if earlier and st.session_state.get(_OFFERED) == key else {}
    written: dict[str, tuple[str, ...]] = {}
    for part in kind.parts:
        shown = now.get(part.id) or offered.get(part.id, ())
        label = view.t(part.label)
        text = st.text_area(
            capital(label), "\n".join(shown), key=f"part-{part.id}-{key}-{bool(offered)}", height=100,
            max_chars=20_000,
        )  # fmt: skip
        written[part.id] = tuple(line.strip() for line in text.splitlines() if line.strip())
    written |= _numbered(view, now, key)
    if st.button(
        view.t(Text("Lưu phần viết tay", "Save what is written")), key="narrative-save", icon=":material/save:"
    ):
        office.keep_narrative(view.data, dataset, kind.id, unit, period, written, seen)
        st.session_state[_SAVED] = True
        st.session_state.pop(_OFFERED, None)
        st.rerun()


def _offer(view: ui.View, earlier: Period, key: str) -> None:
    name = earlier.label(view.language)
    label = Text(f"Lấy nội dung của {name} để sửa", f"Start from what was written for {name}")
    if st.button(view.t(label), key="narrative-offer", icon=":material/content_copy:"):
        st.session_state[_OFFERED] = key
        st.rerun()


def _numbered(view: ui.View, now: office.Lines, key: str) -> dict[str, tuple[str, ...]]:
    with st.container(horizontal=True):
        number = st.text_input(
            view.t(_NUMBERED), " ".join(now.get(office.NUMBER, ())), key=f"number-{key}", max_chars=20, width=180,
            placeholder=ROOM,
        )  # fmt: skip
        days = [datetime.date.fromisoformat(day) for day in now.get(office.DATED, ())]
        day = st.date_input(
            view.t(_DATED), days[0] if days else None, key=f"dated-{key}", format="DD/MM/YYYY", width=180
        )  # fmt: skip
    return {
        office.NUMBER: (number.strip(),) if number.strip() else (),
        office.DATED: (day.isoformat(),) if isinstance(day, datetime.date) else (),
    }
