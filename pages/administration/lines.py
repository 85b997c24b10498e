"""The record of who did what: newest first, by kind and person, whole as a file."""

import datetime
from dataclasses import replace

import streamlit as st

from cchc import ui
from cchc.access import record
from cchc.access.people import EVERY_AREA, LOCAL
from cchc.access.record import WHAT, WHAT_NAMES, Line
from cchc.text import Text, number

_MOST = 200
_HERE = Text("tại máy này", "at this machine")
_ALL = Text("Mọi việc", "Everything")


def shown(view: ui.View) -> None:
    """The newest lines of a kind and a person, whether the chain holds, and all of it as CSV."""
    ui.section(view, Text("Nhật ký", "Record"), Text("Dòng mới nhất trước", "Newest first"))
    for broken in record.broken(view.data):
        st.error(ui.plain(view.t(broken)), icon=":material/link_off:")
    left, right = st.columns(2)
    what = left.selectbox(view.t(Text("Việc", "What")), ["", *WHAT],
                          format_func=lambda kind: view.t(WHAT_NAMES[kind] if kind else _ALL))  # fmt: skip
    who = right.text_input(view.t(Text("Người thực hiện có chứa", "Person contains")))
    # Of other areas only those know who administer all.
    area = "" if view.person.may("administrator", EVERY_AREA) else view.snapshot.dataset
    lines, count = record.lines(view.data, what, who.strip(), _MOST, area)
    if not lines:
        ui.note(view, Text("Chưa có dòng nào.", "There is no line."))
        return
    heads = [*record.HEADINGS.values()]
    ui.show_rows(ui.columns(view, heads), [ui.Row(_cells(view, each)) for each in lines], "record")
    if count > len(lines):
        vi, en = number(count, "vi"), number(count, "en")
        ui.note(view, Text(f"{_MOST} dòng mới nhất trong {vi}.", f"The newest {_MOST} of {en} lines."))
    st.download_button(
        view.t(Text("Tải toàn bộ nhật ký (CSV)", "Download the whole record (CSV)")),
        lambda: record.as_csv(view.data, area).encode("utf-8-sig"), "nhat-ky.csv", "text/csv",
        icon=":material/download:",
    )  # fmt: skip


def person_name(view: ui.View, who: str) -> str:
    """What somebody with this id is called."""
    return view.t(_HERE) if who == LOCAL.id else who


def _cells(view: ui.View, line: Line) -> list[ui.Cell]:
    what = view.t(WHAT_NAMES[line.what])
    at = f"{datetime.datetime.fromisoformat(line.at):%d/%m/%Y %H:%M:%S}"
    texts = (at, person_name(view, line.who), line.address, what, line.area, line.about)
    # Words stay together on a phone, where the table is wider than the screen anyway.
    looks = ("time", "named", "", "named", "nowrap", "")
    return [replace(ui.Cell.named(text), tone=look) for text, look in zip(texts, looks, strict=True)]
