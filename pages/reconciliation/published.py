"""The table of published figures as staff keep it: taken away, uploaded, edited, or given up for the shipped one."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from cchc import disk, ui
from cchc.entered.published import reading, saved, sheet06a
from cchc.entered.published.sheet06a import Taken
from cchc.findings import reconcile
from cchc.findings.reconcile import Reconciliation, Scope, quantities
from cchc.schema import CHANNELS
from cchc.text import Text, UserError, date, number

_SAID = "published-said"


def table_file(view: ui.View, result: Reconciliation) -> None:
    """Which table is in force, and how to take it away, replace it, edit it or go back to the one that came along."""
    # A place of its own, empty or not: what is below must not move while somebody works with it.
    with st.container(key="table-said"):
        if said := st.session_state.pop(_SAID, None):
            good, text = said
            (st.success if good else st.error)(
                ui.plain(view.t(text)), icon=":material/check_circle:" if good else ":material/error:"
            )
    own = saved.is_own(view.data, view.snapshot.dataset)
    st.markdown(ui.plain(view.t(_OWN if own else _SHIPPED if result.table.figures else _NONE)))
    with st.container(horizontal=True, key="table-file"):
        st.download_button(
            view.t(Text("Tải bảng này (CSV)", "Download this table (CSV)")),
            lambda: result.table.to_csv(view.snapshot.dataset).encode("utf-8-sig"),
            f"so-da-cong-bo-{view.snapshot.dataset}.csv", "text/csv",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        if own and view.may("editor"):
            st.button(
                view.t(Text("Dùng lại bảng đi kèm số liệu", "Go back to the table that came with the data")),
                key="go-back", icon=":material/undo:", on_click=lambda: _forget(view),
            )  # fmt: skip
    if not view.may("editor"):
        return
    with st.expander(view.t(Text("Tải lên một bảng", "Upload a table")), icon=":material/upload:"):
        _upload(view, result)
    with st.expander(view.t(Text("Sửa bảng này", "Edit this table")), icon=":material/edit:"):
        _edit(view, result)


_OWN = Text(
    "Đang dùng bảng của đơn vị, đã tải lên hoặc sửa trên trang này.",
    "The table in use is your own, uploaded or edited on this page.",
)
_NONE = Text("Chưa có bảng nào.", "There is no table yet.")
_SHIPPED = Text("Đang dùng bảng đi kèm số liệu.", "The table in use is the one that came with the data.")
_SHAPE = Text(
    "CSV hoặc Excel, dòng đầu là tên cột: {columns}. Bảng mới thay cả bảng đang dùng; có một ô sai thì không lưu gì. "
    "Biểu tổng hợp theo lĩnh vực mà phần mềm cấp (TONGHOP, cột 3 đến 13 của biểu II.06a) cũng tải lên được như nó vốn "
    "có: các số của biểu được thêm vào bảng đang dùng.",
    "CSV or Excel, headings in the first row: {columns}. The new table replaces the one in use; if one cell is wrong "
    "nothing is saved. The sheet of totals by field that the software gives (TONGHOP, columns 3 to 13 of form II.06a) "
    "may be uploaded as it is: its figures are added to the table in use.",
)


def _upload(view: ui.View, result: Reconciliation) -> None:
    st.caption(ui.plain(view.t(_SHAPE).format(columns=", ".join(reconcile.COLUMNS))))
    chosen = st.file_uploader(view.t(Text("Bảng số đã công bố", "Table of published figures")), key="published-file")

    def save() -> None:
        if chosen is None:
            return
        with disk.scratch() as folder:
            path = folder / Path(chosen.name).name
            path.write_bytes(chosen.getbuffer())
            _save(view, result, lambda: _read(view, result, path))

    st.button(
        view.t(Text("Kiểm tra và lưu", "Check and save")), key="save-uploaded", type="primary",
        icon=":material/save:", disabled=chosen is None, on_click=save,
    )  # fmt: skip


def _read(view: ui.View, result: Reconciliation, path: Path) -> Taken:
    """The table in a file, or the one in use with the figures of a sheet of totals."""
    known = view.snapshot.references
    return sheet06a.read(path, known, result.table) or Taken(reading.read(path, known), ())


def _edit(view: ui.View, result: Reconciliation) -> None:
    # The area is the one shown, and a metric has one unit.
    written = [_as_read(view, each) for each in result.table.rows(view.snapshot.dataset)]
    rows = pd.DataFrame(written, columns=list(reconcile.COLUMNS), dtype=object).drop(columns=["area", "unit"])
    rows.insert(0, "row", range(2, len(rows) + 2))  # as a file of this table would number them
    row = st.column_config.NumberColumn(view.t(Text("Dòng", "Row")), disabled=True, width="small")
    titles = {name: view.t(title) for name, title in reconcile.COLUMNS.items() if name in rows}
    columns: dict[str, Any] = {name: st.column_config.TextColumn(title) for name, title in titles.items()}
    columns["document"] = st.column_config.TextColumn(titles["document"], width="medium")
    for name, known in (("scope", _scopes(view)), ("metric", reconcile.names())):
        words = {value: view.t(text) for value, text in known.items()}
        words |= {value: value for value in rows[name] if value not in words}
        columns[name] = _one_of(titles[name], words)
    edited = st.data_editor(
        rows, key=f"published-{result.table.digest}", num_rows="dynamic", column_config={"row": row, **columns}
    )

    def save() -> None:
        texts = edited.astype(object).where(edited.notna(), "").to_dict("records")
        cells = [(place, {str(name): cell for name, cell in each.items()}) for place, each in enumerate(texts, start=2)]
        _save(view, result, lambda: Taken(reading.parse(cells, view.snapshot.references), ()))

    st.button(
        view.t(Text("Kiểm tra và lưu", "Check and save")), key="save-edited", icon=":material/save:", on_click=save
    )


def _as_read(view: ui.View, row: dict[str, str]) -> dict[str, str]:
    """A row of the file with days and decimals as the reader writes them."""
    days = {name: date(datetime.date.fromisoformat(row[name]), view.language) for name in ("from", "to")}
    return row | days | ({"value": row["value"].replace(".", ",")} if view.language == "vi" else {})


def _one_of(title: str, words: dict[str, str]) -> Any:
    return st.column_config.SelectboxColumn(
        title, options=list(words), format_func=lambda value: words[str(value)], width="medium"
    )


def _scopes(view: ui.View) -> dict[str, Text]:
    """Everything a figure may be about as the file writes it, and in words: the area, its levels, its units."""
    known = view.snapshot.references
    places = {"all": Scope()} | {level: Scope(level) for level in quantities.levels(known)}
    places |= {unit.name: Scope(unit.level, unit.id) for unit in known.units.values()}
    return {
        f"{name}-{channel}" if channel else name: replace(place, channel=channel).words(known)
        for channel in ("", *CHANNELS)
        for name, place in places.items()
    }


def _forget(view: ui.View) -> None:
    try:
        saved.forget(view.data, view.snapshot.dataset)
    except UserError as error:
        st.session_state[_SAID] = (False, error.text)


def _save(view: ui.View, result: Reconciliation, make: Callable[[], Taken]) -> None:
    try:
        table, notes = make()
        saved.save(view.data, view.snapshot, table, result.table.digest)
    except UserError as error:
        st.session_state[_SAID] = (False, error.text)
        return
    vi, en = (number(len(table.figures), language) for language in ("vi", "en"))
    left = table.left_out
    st.session_state[_SAID] = (
        True,
        Text(
            " ".join(
                [f"Đã lưu {vi} số." + (f" Bỏ qua {number(left, 'vi')} dòng của khu vực khác." if left else "")]
                + [note.vi for note in notes]
            ),
            " ".join(
                [f"{en} figures saved." + (f" {number(left, 'en')} rows of other areas were left out." if left else "")]
                + [note.en for note in notes]
            ),
        ),
    )
