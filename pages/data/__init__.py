"""Dữ liệu: where do the figures come from, and are they whole?"""

from cchc import ui
from cchc.text import Text, date, number
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
    retraction.taking_back(view)
    upload.verification(view)
    for refused in snapshot.references.wrong_models:
        ui.note(view, refused.why)
    arrived.completeness(view)
    ui.section(view, Text("Nhập tệp mới", "Import new files"))
    upload.form(view)
    provinces.offer(view)
