"""Workbooks are read in a process of their own: a hostile or broken one may end that process, never the dashboard.

This is the parent's side; the child is sheets.py.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cchc.importing.headings import DEPTH, Head, Layout
from cchc.importing.parts import Part, unreadable
from cchc.importing.reading import Progress

_CHILD = Path(__file__).with_name("sheets.py")

# A sheet of a million rows and forty columns unpacks to about 2.5 GB, at most 30 times its packed size.
_LARGEST = 4 << 30
_RATIO = 150
_SMALL = 100 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_DAMAGED = ("tệp hỏng hoặc bị cắt cụt", "it is damaged or cut off")
_LOCKED = (
    "tệp có mật khẩu; mở bằng Excel, bỏ mật khẩu rồi lưu lại",
    "it is protected by a password; open it in Excel, remove the password and save it again",
)
_TOO_FAR = (
    "bảng tính quá lớn hoặc có ô trống rất xa được định dạng; chép riêng bảng dữ liệu sang tệp mới rồi lưu lại",
    "the sheet is too large, or a blank cell far away is formatted; copy the table alone to a new file and save it",
)
_PACKED = (
    "tệp nén giải ra lớn bất thường; xuất lại từ phần mềm một cửa",
    "it unpacks to an absurd size; export it again from its source",
)
_FAILURES = {"damaged": _DAMAGED, "locked": _LOCKED, "too_far": _TOO_FAR}


class Workbook:
    """An XLSX or XLS file; sheets that are hidden or hold no cells are left out."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path.name
        _check_container(path)
        self._child = subprocess.Popen(
            [sys.executable, str(_CHILD), str(path.resolve()), str(DEPTH + 2)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            self.heads = [Head(self.file, name, rows) for name, rows in self._hear()["heads"]]
        except BaseException:
            self.close()
            raise
        if not self.heads:
            raise unreadable(self.file, "không có trang tính nào có dữ liệu", "none of its sheets holds any cells")

    def close(self) -> None:
        self._child.kill()
        self._child.communicate()

    def _hear(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line.endswith("\n") else {"failure": "too_far"}
        if "failure" in answer:
            raise unreadable(self.file, *_FAILURES[answer["failure"]])
        return answer

    def load(self, layouts: dict[int, Layout], folder: Path, progress: Progress) -> list[Part]:
        assert self._child.stdin is not None
        paths = {number: folder / f"sheet{number}.arrow" for number in layouts}
        plan = {number: [str(paths[number]), layout.columns, layout.first] for number, layout in layouts.items()}
        self._child.stdin.write(json.dumps(plan) + "\n")
        self._child.stdin.flush()
        while "rows" not in (answer := self._hear()):
            progress(float(answer["progress"]))
        return [
            Part(self.file, self.heads[number].sheet, paths[number], layout, answer["rows"][str(number)])
            for number, layout in layouts.items()
        ]


def _check_container(path: Path) -> None:
    """Raise UserError for what must not even be tried: locked, cut off, absurdly packed, not a workbook."""
    with path.open("rb") as file:
        if file.read(len(_OLE)) == _OLE:
            if any(_ENCRYPTED in window for window in _windows(path)):
                raise unreadable(path.name, *_LOCKED)
            return
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise unreadable(path.name, *_DAMAGED) from error
    if not any(member.filename.startswith("xl/") for member in members):
        raise unreadable(
            path.name,
            "tệp nén nhưng không phải bảng tính Excel; hãy xuất ra XLSX hoặc CSV",
            "it is an archive but not an Excel workbook; export XLSX or CSV",
        )
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > _LARGEST or (unpacked > _SMALL and unpacked > _RATIO * packed):
        raise unreadable(path.name, *_PACKED)


def _windows(path: Path) -> Iterator[bytes]:
    last = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield last[-len(_ENCRYPTED) :] + block
            last = block
