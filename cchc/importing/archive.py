"""A ZIP of exports: its files, each read as what it is."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath
from shutil import copyfileobj

from cchc import disk
from cchc.importing.headings import Head, Layout
from cchc.importing.parts import Part, unreadable
from cchc.importing.reading import Export, Progress
from cchc.importing.workbook import members
from cchc.text import UserError

_MOST = 500
_LONGEST_NAME = 120
# What systems put into archives besides the files asked for.
_LITTER = ("__MACOSX/", ".", "~$", "Thumbs.db", "desktop.ini")


class NotATable(UserError):
    """The file is of a kind that holds no table of dossiers."""


class Archive:
    """The exports in a ZIP, as sheets of one file; `left_out` names its files that are no tables."""

    def __init__(self, path: Path, opened: Callable[[Path], Export]) -> None:
        self.file, self.left_out = path.name, list[str]()
        self._exports, self._room = list[Export](), ExitStack()
        try:
            folder = self._room.enter_context(disk.scratch())
            for each in _unpack(path, folder):
                try:
                    self._exports.append(opened(each))
                except NotATable:
                    self.left_out.append(each.name)
        except BaseException:
            self.close()
            raise
        self.heads: list[Head] = [head for export in self._exports for head in export.heads]
        self.hidden: list[Head] = [head for export in self._exports for head in export.hidden]
        if not self.heads:
            self.close()
            raise unreadable(self.file, "trong tệp nén không có tệp xuất nào", "there is no export in the archive")

    def close(self) -> None:
        for export in self._exports:
            export.close()
        self._room.close()

    def load(self, layouts: dict[int, Layout], folder: Path, progress: Progress) -> list[Part]:
        parts, first = list[Part](), 0
        for number, export in enumerate(self._exports):
            own = {n - first: layouts[n] for n in range(first, first + len(export.heads)) if n in layouts}
            first += len(export.heads)
            if own:
                into = folder / str(number)
                into.mkdir()
                parts += export.load(own, into, partial(self._tell, progress, number))
        return parts

    def _tell(self, progress: Progress, number: int, done: float) -> None:
        progress((number + done) / len(self._exports))


def _unpack(path: Path, folder: Path) -> Iterator[Path]:
    """Each file of the archive, unpacked under its last name into a folder of its own."""
    wanted = [member for member in members(path) if not member.is_dir() and member.file_size and not _is_litter(member)]
    if len(wanted) > _MOST:
        raise unreadable(
            path.name,
            f"tệp nén có hơn {_MOST} tệp; chỉ nén các tệp xuất",
            f"it packs more than {_MOST} files; pack the exports only",
        )
    with zipfile.ZipFile(path) as archive:
        for number, member in enumerate(wanted):
            if member.flag_bits & 1:
                raise unreadable(
                    path.name,
                    "tệp nén có mật khẩu; giải nén rồi chọn các tệp xuất",
                    "the archive has a password; unpack it and choose the exports",
                )
            into = folder / str(number) / _safe(member.filename)
            into.parent.mkdir()
            try:
                with archive.open(member) as packed, into.open("wb") as file:
                    copyfileobj(packed, file, 1 << 20)
            except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
                raise unreadable(path.name, "tệp hỏng hoặc bị cắt cụt", "it is damaged or cut off") from error
            yield into


def _is_litter(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith(_LITTER[0]) or PurePosixPath(member.filename).name.startswith(_LITTER[1:])


def _safe(name: str) -> str:
    """The last part of a name, without what could mean another folder or cannot be shown."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable())[-_LONGEST_NAME:].strip(". ") or "x"
