"""Workbooks and web pages are read in a process of their own: a hostile or broken one may end that one only.

This is the parent's side; the child is sheets.py.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cchc import schema
from cchc.importing.headings import DEPTH, Head, Layout
from cchc.importing.parts import Part, unreadable
from cchc.importing.reading import Progress

_ALL_HIDDEN = (
    "mọi trang tính có dữ liệu đều bị ẩn; bỏ ẩn trang có hồ sơ rồi lưu lại",
    "all of its sheets that hold cells are hidden; show the one with the dossiers and save it again",
)
# Of a web page, and of a workbook.
_NO_CELLS = (
    ("không có bảng nào có dữ liệu", "none of its tables holds any cells"),
    ("không có trang tính nào có dữ liệu", "none of its sheets holds any cells"),
)
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
_ENTITIES = (
    "tệp XML khai báo thực thể (entity), có thể gây hại; xuất lại từ phần mềm một cửa",
    "its XML declares entities, which may do harm; export it again from its source",
)
_FAILURES = {"damaged": _DAMAGED, "locked": _LOCKED, "too_far": _TOO_FAR, "entities": _ENTITIES}


class Workbook:
    """A file of sheets or tables, of a `kind` of sheets.py: XLSX, XLSB, XLS and ODS, web pages, Excel-2003 XML.

    Those that hold no cells are left out; `hidden` holds the first rows of hidden sheets, which are not read.
    """

    left_out: Sequence[str] = ()

    def __init__(self, path: Path, kind: str = "workbook") -> None:
        self.path, self.file = path, path.name
        if kind == "workbook":
            _check_container(path)
        self._child = subprocess.Popen(
            [sys.executable, str(_CHILD), str(path.resolve()), str(DEPTH + 2), kind],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            heads = enumerate(self._hear()["heads"])
            found = [(n, hidden, Head(self.file, name, rows, height)) for n, (name, hidden, rows, height) in heads]
        except BaseException:
            self.close()
            raise
        self._numbers = [n for n, hidden, _ in found if not hidden]
        self.heads = [head for _, hidden, head in found if not hidden]
        self.hidden = [head for _, hidden, head in found if hidden]
        if not self.heads:
            self.close()
            raise unreadable(self.file, *(_ALL_HIDDEN if found else _NO_CELLS[kind == "workbook"]))

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
        plan = {
            self._numbers[number]: {
                "path": str(paths[number]), "columns": layout.columns, "first": layout.first, "groups": layout.groups,
                "dates": schema.TIMES,
            }
            for number, layout in layouts.items()
        }  # fmt: skip
        self._child.stdin.write(json.dumps(plan) + "\n")
        self._child.stdin.flush()
        while "written" not in (answer := self._hear()):
            progress(float(answer["progress"]))
        written = [answer["written"][str(self._numbers[number])] for number in layouts]
        return [
            Part(
                self.file, self.heads[number].sheet, paths[number], layout, wrote["rows"],
                hidden=wrote["hidden"], groups=wrote["groups"],
            )
            for (number, layout), wrote in zip(layouts.items(), written, strict=True)
        ]  # fmt: skip


def _check_container(path: Path) -> None:
    """Raise UserError for what must not even be tried: locked, cut off, absurdly packed."""
    with path.open("rb") as file:
        if file.read(len(_OLE)) == _OLE:
            if any(_ENCRYPTED in window for window in _windows(path)):
                raise unreadable(path.name, *_LOCKED)
            return
    members(path)


def members(path: Path) -> list[zipfile.ZipInfo]:
    """The files of an archive. Raises UserError where it is damaged or would be unpacked to an absurd size."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise unreadable(path.name, *_DAMAGED) from error
    unpacked, packed = sum(m.file_size for m in found), sum(m.compress_size for m in found)
    if unpacked > _LARGEST or (unpacked > _SMALL and unpacked > _RATIO * packed):
        raise unreadable(path.name, *_PACKED)
    return found


def _windows(path: Path) -> Iterator[bytes]:
    last = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield last[-len(_ENCRYPTED) :] + block
            last = block
