"""Dữ liệu: where do the figures come from, and are they whole?"""

import streamlit as st

from cchc import ui
from cchc.text import Text, date, number
from cchc.ui.view import Reader
from pages.data import arrived, provinces, retraction, upload

_DECLARED = Text(" (ngày đầu do người nhập khai)", " (its first day was declared)")
_FOUND = Text(" (ngày đầu là ngày hồ sơ bắt đầu được tiếp nhận đều)", " (its first day is when receipts became dense)")


def render(view: ui.View) -> None:
    """Snapshots with their sources, a check of their files, and upload with a preview before publishing."""
    snapshot, count = view.snapshot, view.snapshot.manifest["dossiers"]
    how = _DECLARED if snapshot.coverage.declared else _FOUND
    ui.heading(
        view,
        Text("Số liệu từ đâu, có nguyên vẹn không?", "Where does the data come from, and is it whole?"),
        Text(
            f"Đang xem {number(count, 'vi')} hồ sơ; số liệu có từ {date(snapshot.start, 'vi')} đến "
            f"{date(snapshot.as_of, 'vi')}{how.vi}.",
            f"{number(count, 'en')} dossiers; the data covers {date(snapshot.start, 'en')} to "
            f"{date(snapshot.as_of, 'en')}{how.en}.",
        ),
    )
    ui.section(view, Text("Các bản số liệu đã công bố", "Published snapshots"))
    upload.snapshot_list(view)
    if view.may("administrator"):
        retraction.taking_back(view)
    upload.verification(view)
    for refused in snapshot.references.wrong_models:
        ui.note(view, refused.why)
    arrived.completeness(view)
    if view.may("editor"):
        ui.section(view, Text("Nhập tệp mới", "Import new files"))
        upload.form(view, "" if snapshot.demo else snapshot.dataset)
        provinces.offer(view)


def begin(reader: Reader) -> None:
    """The same upload where nothing is published yet: it makes the first area."""
    nothing = Text("Chưa có số liệu: hãy tải lên tệp xuất đầu tiên", "There is no data yet: upload the first export")
    st.title(reader.t(nothing), anchor=False)
    how = Text(
        "Đặt một mã cho khu vực (như mã tỉnh hoặc tên xã viết liền không dấu), chọn tệp rồi bấm Kiểm tra tệp: chưa có gì "
        "được ghi cho đến khi bấm Công bố. Muốn xem dữ liệu minh họa trước: python -m cchc demo",
        "Name the area (a short id of letters, digits and hyphens), choose the files and press Check the files: nothing "
        "is written until you press Publish. To see demo data first: python -m cchc demo",
    )
    st.markdown(ui.plain(reader.t(how)))
    upload.form(reader, "")
    provinces.offer(reader)
