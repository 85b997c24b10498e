"""What a reader takes away of a chart or page (picture.js, keep.js, wall.js): the words for it, what is at the foot."""

from typing import Any

from cchc.charts.base import LIGHT, PALETTE, Theme
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, date

# In the order of the menu.
_TAKEN = {
    "copy": Text("Sao chép ảnh", "Copy picture"),
    "png": Text("Tải ảnh PNG", "Download PNG"),
    "svg": Text("Tải ảnh SVG", "Download SVG"),
    "read": Text("Xem bảng số liệu", "Show the data as a table"),
    "csv": Text("Tải số liệu CSV", "Download data as CSV"),
    "xlsx": Text("Tải số liệu Excel", "Download data as Excel"),
    "full": Text("Toàn màn hình", "Full screen"),
    "wall": Text("Trình chiếu", "Present"),
}
# What turns the screens on the wall, of a page and of a meeting (wall.js).
TURNED = {
    "previous": Text("Màn hình trước (←)", "Previous screen (←)"),
    "next": Text("Màn hình sau (→)", "Next screen (→)"),
    "leave": Text("Thoát (Esc)", "Leave (Esc)"),
    "close": Text("Thoát trình chiếu (Esc)", "Stop presenting (Esc)"),
}
_WORDS = _TAKEN | {
    "menu": Text("Ảnh và số liệu của biểu đồ", "Picture and data of the chart"),
    "copied": Text("Đã sao chép", "Copied"),
    "failed": Text("Không làm được", "Not possible"),
    "keys": Text(
        "Phím mũi tên, Home, End đọc từng điểm; Enter như bấm chuột",
        "Arrow keys, Home and End read point by point; Enter clicks",
    ),
    "shut": Text("Đóng", "Close"),
    "item": Text("Mục", "Item"),
    "value": Text("Giá trị", "Value"),
    "sheet": Text("Số liệu", "Data"),
    "present": Text("Trình chiếu trang này", "Present this page"),
    "page": Text("Lưu trang thành tệp", "Save page as a file"),
    "kept": Text("Lưu lúc", "Saved at"),
}


def taken(snapshot: Snapshot, slug: str, theme: Theme, language: Language) -> dict[str, Any]:
    """What picture.js, keep.js and wall.js are told of a page: its `words`, the `acts` of the menu of a chart, the
    `source`, the `name` of files, in the dark the colours of paper by those drawn (`light`), and the colours of both
    themes (`palettes`).
    """
    as_of, area = date(snapshot.as_of, language), snapshot.references.dataset.name[language]
    source = Text(
        f"Nguồn: hồ sơ của {area} đến {as_of}, bản số liệu {snapshot.id}.",
        f"Source: dossiers of {area} as of {as_of}, snapshot {snapshot.id}.",
    )
    demo = Text(" DỮ LIỆU MINH HỌA, không phải số thật.", " DEMO DATA, not real figures.")
    return {
        "words": {name: text[language] for name, text in (_WORDS | TURNED).items()},
        "acts": list(_TAKEN),
        "source": source[language] + (demo[language] if snapshot.demo else ""),
        "name": f"{snapshot.dataset}-{slug}",
        "light": LIGHT if theme == "dark" else {},
        "palettes": PALETTE,
    }
