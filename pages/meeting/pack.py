"""The files of a meeting on the screen: each made from the figures shown, when somebody asks for it."""

from functools import partial

import streamlit as st

from cchc import ui
from cchc.exports import MEDIA_TYPES
from cchc.findings.agenda import Brief
from cchc.reports import minutes, pack
from cchc.text import Text, UserError


def buttons(view: ui.View, brief: Brief) -> None:
    """A button for each file of the pack, and what they hold."""
    about = Text(
        "Số liệu trong tệp là số liệu của trang này; biểu đồ, bảng sửa được ngay trong PowerPoint, Excel.",
        "The files hold the figures of this page; charts and tables can be edited in PowerPoint and Excel.",
    )
    with st.popover(view.t(Text("Tải tài liệu họp", "Download the papers")), icon=":material/download:"):
        try:
            minutes.letterhead(brief)
        except UserError as error:  # said here: a file that is being downloaded can say nothing
            ui.note(view, error.text)
            return
        for ending, file in pack.FILES.items():
            name = f"hop-{brief.meeting.dataset}-{brief.meeting.held_on}.{ending}"
            st.download_button(
                view.t(file.label), view.noted("paper", name, partial(pack.write, ending, brief, view.language)), name,
                MEDIA_TYPES[ending],
                key=f"pack-{ending}", on_click="ignore", width="stretch",
            )  # fmt: skip
        st.caption(view.t(about))
