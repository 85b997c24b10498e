"""One file that holds everything staff entered, written and put back while others work.

Snapshots are not in it: the exports they were imported from give the same ones, under the same ids, again.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cchc import disk
from cchc.access import people
from cchc.access.place import has_store
from cchc.entered import beside, meetings, sheets
from cchc.importing import drafts
from cchc.text import Text, UserError

_MEETINGS = "meetings.sqlite"
_OTHERS = "store.json"
# Files written for an area, a folder or a mapping for each: put back, but nothing is taken away. What is in the store
# is put back exactly, so that what was not there goes.
_REFERENCES = "reference"
_OF_AREAS = (_REFERENCES, drafts.SHELF)
# The comment of the archive says whose it is and how it is laid out; those of the layout before have no `_OTHERS`.
_MARK, _FORMER = b"cchc backup 2", b"cchc backup 1"


@dataclass(frozen=True)
class Contents:
    """How many meetings, tables and templates, files of references and mappings, comments and locked papers a backup
    holds."""

    meetings: int
    tables: int = 0
    references: int = 0
    comments: int = 0
    locked: int = 0


def write(data: Path, out: Path) -> Contents:
    """Copy what staff entered, each table as it is at one moment, into the file `out`, whole or not at all.

    Raises UserError when there is nothing yet, or the place cannot be written to.
    """
    files, kept = _files(data), sheets.every(data)
    if not files and not (has_store(data) or meetings.former_file(data).exists()):
        raise UserError(Text("Chưa có gì để sao lưu.", "There is nothing to back up yet."))
    with disk.written_whole(out) as fresh, disk.scratch() as folder:
        copy = folder / _MEETINGS
        held, others = meetings.backup(data, copy), beside.written(data)
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = _MARK
            archive.write(copy, _MEETINGS)
            archive.writestr(_OTHERS, others)
            for name in files:
                with suppress(FileNotFoundError):  # given up meanwhile
                    archive.writestr(name, (data / name).read_bytes())
            for name, content in kept.items():
                archive.writestr(name, content)
            names = archive.namelist()
    return _contents(held, names, beside.read(others))


def restore(data: Path, file: Path) -> Contents:
    """Put back what staff entered as it was when `file` was written; a backup of the meetings alone, as earlier
    versions wrote it, changes nothing else.

    Raises UserError, and nothing has changed, when the file is no whole backup or the data folder is not writable, and
    Refused unless an administrator of every area acts.
    Killed half-way, some tables are as they were in the backup and the others as they were before: run it again.
    """
    people.require("administrator", people.EVERY_AREA)
    if not file.is_file():
        raise UserError(Text(f"Không có tệp {file}.", f"There is no file {file}."))
    if not zipfile.is_zipfile(file):
        return Contents(meetings.restore(data, file))
    with _unpacked(data, file) as (folder, names):
        try:
            others = beside.read((folder / _OTHERS).read_bytes()) if _OTHERS in names else None
            held = meetings.restore(data, folder / _MEETINGS, disk.digest(file))
        except (meetings.Damaged, ValueError) as error:
            raise meetings.no_backup(file) from error
        if others:
            beside.put_back(data, others)
        kept = {name for name in names if PurePosixPath(name).parts[0] in sheets.SHELVES}
        sheets.put_back(data, {name: (folder / name).read_bytes() for name in kept})
        for name in set(names) - kept - {_OTHERS}:
            _put(folder / name, data / name)
    return _contents(held, names, others)


def _files(data: Path) -> list[str]:
    """The files that hold what staff entered and the store does not; not the references shared by all areas, which are
    the product's own."""
    paths = (path for folder in _OF_AREAS for path in disk.files(data / folder))
    return [name for path in paths if _is_ours(name := path.relative_to(data).as_posix())]


def _is_ours(name: str) -> bool:
    """Whether a file of that name may be in a backup: no lock, nothing half written, nothing outside its folders."""
    parts = PurePosixPath(name).parts
    deep = 3 if parts[:1] == (_REFERENCES,) else 2
    inside = parts[:1] and parts[0] in (*sheets.SHELVES, *_OF_AREAS) and len(parts) >= deep
    return bool(inside) and not any(part.startswith(".") or "\\" in part for part in parts)


@contextmanager
def _unpacked(data: Path, file: Path) -> Iterator[tuple[Path, list[str]]]:
    """What a backup holds, in a folder beside what it will replace, and the names of all of it but the meetings."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        with disk.scratch(data) as folder:
            yield folder, _unpack(file, folder)
    except OSError as error:
        raise disk.unwritable(data) from error


def _unpack(file: Path, folder: Path) -> list[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if name != _MEETINGS]
            layout = {_MARK: [_MEETINGS, _OTHERS], _FORMER: [_MEETINGS]}.get(archive.comment)
            rest = [name for name in archive.namelist() if layout and name not in layout]
            if layout and len(rest) == len(archive.namelist()) - len(layout) and all(map(_is_ours, rest)):
                archive.extractall(folder)  # and compares every checksum
                return names
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        pass
    raise meetings.no_backup(file)


def _put(source: Path, path: Path) -> None:
    """Let `source` take the place of `path`, unless it says the same; whoever is editing it is then told so."""
    if path.exists() and path.read_bytes() == source.read_bytes():
        return
    with disk.locked(path), disk.written_whole(path) as fresh:
        source.replace(fresh)


def _contents(held: int, names: list[str], others: beside.Rows | None) -> Contents:
    own = [PurePosixPath(name).parts[0] for name in names if name not in (_MEETINGS, _OTHERS)]
    references = sum(shelf in _OF_AREAS for shelf in own)
    counts = [len(others.rows[name]) for name in beside.TABLES] if others else []
    return Contents(held, len(own) - references, references, *counts)
