"""The registers behind a report on the screen: edited in place or filled from a file, saved whole."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from cchc import disk, ui
from cchc.entered import registers
from cchc.entered.columns import Column, Value
from cchc.entered.registers import Held, Register, Row
from cchc.text import Text, UserError, number

_SAVED = "register-saved"


def tables(view: ui.View, kept_for: Sequence[Register]) -> None:
    """The registers of a report, each folded: its rows to edit, a template, a file to take rows from."""
    if not kept_for:
        return
    with st.container(key="registers"):
        ui.section(view, Text("Sổ theo dõi của báo cáo", "Registers of the report"), _HOW)
        for held in registers.held(view.data, view.snapshot.dataset, *kept_for):
            _table(view, held)


_HOW = Text(
    "Ghi những việc không có trong hồ sơ; sửa ngay trong bảng, dán từ Excel, hoặc nhập tệp theo mẫu, rồi lưu",
    "What no dossier holds: edit in the table, paste from Excel or take a filled template, then save",
)


def _table(view: ui.View, held: Held) -> None:
    dataset, register, known = view.snapshot.dataset, held.register, held.version
    saved = st.session_state.get(_SAVED) == (dataset, register.id)
    rows, wrong = _read(held)
    count = "!" if wrong else number(len(rows), view.language)
    with st.expander(ui.plain(f"{view.t(register.title)} ({count})"), expanded=saved or wrong is not None):
        if saved:
            del st.session_state[_SAVED]
            st.success(view.t(Text("Đã lưu.", "Saved.")), icon=":material/check_circle:")
        st.caption(ui.plain(view.t(register.about)))
        # Another version is another table and another file: what was typed into the old one is not of it.
        key = f"{dataset}-{register.id}-{known[:12]}"
        taken, refused = _taken(view, register, key)
        for error in (wrong, refused):
            if error:
                st.warning(ui.plain(view.t(error)), icon=":material/error:")
        shown = rows if taken is None else taken
        edited = st.data_editor(
            _frame(register, shown), num_rows="dynamic", hide_index=True, width="stretch",
            key=f"register-{key}-{taken is not None}",
            column_config={column.name: _config(view, column) for column in register.columns},
        )  # fmt: skip
        with st.container(horizontal=True, key=f"register-actions-{register.id}", vertical_alignment="center"):
            save = Text("Lưu sổ", "Save the register")
            if st.button(view.t(save), key=f"save-{register.id}", icon=":material/save:", type="primary"):
                _save(view, register, edited, known)
            st.download_button(
                view.t(Text("Tải mẫu CSV", "Download the template")), registers.to_csv(register),
                f"{register.id}-mau.csv", "text/csv", key=f"template-{register.id}", on_click="ignore",
                icon=":material/download:",
            )  # fmt: skip


def _read(held: Held) -> tuple[tuple[Row, ...], Text | None]:
    """The rows of a register; none, and why, where its file cannot be read: saving then writes it anew."""
    try:
        return held.rows, None
    except UserError as error:
        return (), error.text


def _taken(view: ui.View, register: Register, key: str) -> tuple[tuple[Row, ...] | None, Text | None]:
    """The rows of a file somebody chose, not saved yet; or why they cannot be taken."""
    chosen = st.file_uploader(
        view.t(
            Text(
                "Nhập từ tệp CSV hoặc Excel theo mẫu (thay mọi dòng của bảng dưới đây, chưa lưu)",
                "Take rows from a filled template, CSV or Excel (instead of all rows below, not saved yet)",
            )
        ),
        type=["csv", "xlsx", "xls"],
        key=f"register-file-{key}",
    )
    if chosen is None:
        return None, None
    try:
        return _rows_of(register.id, chosen.name, chosen.getvalue()), None
    except UserError as error:
        return None, error.text


# The page runs anew with every cell somebody edits below the file he chose; a workbook takes a process to read.
@st.cache_data(max_entries=8, show_spinner=False)
def _rows_of(register: str, name: str, content: bytes) -> tuple[Row, ...]:
    with disk.scratch() as folder:
        path = folder / Path(name).name
        path.write_bytes(content)
        return registers.take(registers.REGISTERS[register], path)


def _frame(register: Register, rows: Sequence[Row]) -> pd.DataFrame:
    data: dict[str, Any] = {}
    for column in register.columns:
        values = [row[column.name] for row in rows]
        data[column.name] = pd.Series(values, dtype=_TYPES[column.kind])
    return pd.DataFrame(data)


_TYPES = {"date": "object", "count": "Int64", "number": "Float64", "text": "object", "choice": "object"}


def _config(view: ui.View, column: Column) -> Any:
    label, required = view.t(column.label), not column.optional
    if column.kind == "date":
        return st.column_config.DateColumn(label, required=required, format="DD/MM/YYYY")
    if column.kind == "count":
        return st.column_config.NumberColumn(label, required=required, min_value=0, step=1, format="%d")
    if column.kind == "number":
        return st.column_config.NumberColumn(label, required=required, min_value=0, format="%.2f")
    if column.choices:
        words = column.choices
        return st.column_config.SelectboxColumn(
            label, required=required, options=list(words), format_func=lambda id_: view.t(words[str(id_)])
        )
    return st.column_config.TextColumn(label, required=required, max_chars=500, width="large")


def _save(view: ui.View, register: Register, edited: pd.DataFrame, read_version: str) -> None:
    rows = [_row(register, each) for each in edited.to_dict("records")]
    with ui.saying_why(view):
        registers.write(view.data, view.snapshot.dataset, register, rows, read_version)
        st.session_state[_SAVED] = (view.snapshot.dataset, register.id)
        st.rerun()


def _row(register: Register, cells: dict[Any, Any]) -> Row:
    """One line of the table as a row; a line nobody has finished is for `write` to refuse."""
    return {column.name: _value(column, cells.get(column.name)) for column in register.columns}


def _value(column: Column, value: Any) -> Value:
    if value is None or pd.isna(value):
        return None
    if column.kind == "count":
        return int(value)
    if column.kind == "number":
        return float(value)
    return pd.Timestamp(value).date() if column.kind == "date" else str(value)
