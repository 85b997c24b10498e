"""The units of a province of today, with all that they follow, as tables an area's references begin with."""

import streamlit as st

from cchc import ui
from cchc.rules import national
from cchc.text import Text
from cchc.ui.view import Reader

_ABOUT = Text(
    "Bảng đơn vị từ 01/07/2025 và các đơn vị trước đó mà chúng kế thừa, để đặt vào danh mục của khu vực "
    "(data/reference/…); mã, tên, ngày hiệu lực và ai kế thừa ai đã có sẵn.",
    "The units since 1 July 2025 and those they follow, to put among the references of an area "
    "(data/reference/…): codes, names, days and who follows whom are all there.",
)


def offer(view: Reader) -> None:
    """A province to choose, and its tables of units as a file to keep."""
    title = Text("Danh mục đơn vị của một tỉnh", "The units of a province")
    with st.expander(view.t(title), icon=":material/account_tree:"):
        st.caption(f"{view.t(_ABOUT)} {view.t(national.BEFORE)}")
        names = national.provinces()
        code = st.selectbox(
            view.t(Text("Tỉnh, thành phố", "Province")),
            list(names),
            format_func=lambda code: f"{names[code]} ({code})",
            index=None,
            key="province",
            placeholder=view.t(Text("Chọn một tỉnh, thành phố", "Choose a province")),
        )
        if code:
            st.download_button(
                view.t(Text("Tải danh mục", "Download the tables")),
                data=lambda: national.packed(code),
                file_name=f"units-{code}.zip",
                mime="application/zip",
                icon=":material/download:",
                on_click="ignore",
            )
