"""The office's own Word file on the page of reports: a sample to begin with, the file to keep, the paper made on it."""

from functools import partial

import streamlit as st

from cchc import ui
from cchc.entered import templates
from cchc.exports import MEDIA_TYPES
from cchc.reports import Asked, Kind, template
from cchc.reports.paper import Paper
from cchc.text import Text, UserError

_TITLE = Text("Mẫu Word của cơ quan", "The office's own Word file")
_HOW = Text(
    "Tải mẫu khởi đầu, sửa trong Word theo mẫu của tỉnh, rồi tải lên. Tên trong ngoặc kép, như {{ ky_bao_cao }}, sẽ "
    "được thay bằng số liệu; viết hoa tên thì chữ viết hoa. Danh sách tên ở trang Định nghĩa.",
    "Download the sample, change it in Word, upload it. Names in double braces, such as {{ ky_bao_cao }}, give way to "
    "figures; a name in capitals gives capitals. The page Definitions lists the names.",
)


def form(view: ui.View, kind: Kind, asked: Asked, made: Paper) -> None:
    """A sample, a file to keep for this kind of report, and the paper on the one kept."""
    dataset = view.snapshot.dataset
    kept = templates.find(view.data, dataset, kind.id)
    with st.expander(view.t(_TITLE)):
        st.caption(ui.plain(view.t(_HOW)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                view.t(Text("Tải mẫu khởi đầu", "Download the sample")), partial(template.sample, made),
                f"mau-{kind.id}.docx", MEDIA_TYPES["docx"], key="template-sample", on_click="ignore",
            )  # fmt: skip
            if kept and st.button(view.t(Text("Bỏ mẫu đã lưu", "Drop the kept file")), key="template-drop"):
                templates.drop(view.data, dataset, kind.id)
                st.rerun()
        chosen = st.file_uploader(
            view.t(Text("Tệp Word (.docx) của cơ quan", "Word file (.docx) of the office")), type=["docx"],
            key=f"template-file-{dataset}-{kind.id}",
        )  # fmt: skip
        if chosen is not None:
            _keep(view, kind, asked, made, chosen.getvalue())


def _keep(view: ui.View, kind: Kind, asked: Asked, made: Paper, content: bytes) -> None:
    with ui.saying_why(view):
        template.fill(content, asked, made)
        if st.button(view.t(Text("Lưu mẫu này", "Keep this file")), key="template-keep", icon=":material/save:"):
            templates.keep(view.data, view.snapshot.dataset, kind.id, content)
            st.rerun()


def download(view: ui.View, kind: Kind, asked: Asked, made: Paper, name: str) -> None:
    """The paper on the file kept, where one is; why not, where its names are not those of this paper."""
    kept = templates.find(view.data, view.snapshot.dataset, kind.id)
    if kept is None:
        return
    try:
        content = template.fill(kept, asked, made)
    except UserError as error:
        ui.note(view, error.text)
        return
    st.download_button(
        view.t(Text("Tải theo mẫu của cơ quan", "Download on the office's own file")),
        view.noted("paper", name, lambda: content), f"mau-rieng-{name}",
        MEDIA_TYPES["docx"], key="template-download", on_click="ignore",
    )  # fmt: skip
