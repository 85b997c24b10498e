"""Files as they lie on disk: their checksums, and folders that survive a power cut and are then read-only."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from cchc.text import Text, UserError

_PATIENCE = 5  # seconds for somebody else to finish writing


def files(folder: Path) -> list[Path]:
    """Every file of a folder and its folders, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path) -> None:
    """Make a finished folder durable and read-only."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
        path.chmod(0o555 if path.is_dir() else 0o444)
    sync(folder)
    folder.chmod(0o555)


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A new file beside `path` to write to; it takes the place of `path` once all of it is on the disk.

    When anything fails nothing has changed. Raises UserError when the place cannot be written to.
    """
    fresh = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    try:
        try:
            fresh.touch()
            yield fresh
            sync(fresh)
            fresh.replace(path)
            sync(path.parent)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else replaces the file `path` meanwhile; its folder is made where there is none.

    Raises UserError when somebody else does not come to an end, or the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.stem}.lock"), timeout=_PATIENCE):
            yield
    except OSError as error:  # a lock that does not come free is one too
        raise unwritable(path) from error


@contextmanager
def replaced(path: Path, is_known: Callable[[], bool], changed: Text) -> Iterator[Path]:
    """`written_whole` for a file that several people may change at once, `locked` while it is written.

    Raises UserError that says `changed` unless what lies there now `is_known` to who writes.
    """
    with locked(path):
        if not is_known():
            raise UserError(changed)
        with written_whole(path) as fresh:
            yield fresh


def unwritable(path: Path) -> UserError:
    """What to say where `path` can be neither written nor removed."""
    return UserError(
        Text(
            f"Không ghi được {path}; kiểm tra thư mục, quyền ghi và chỗ trống trên đĩa.",
            f"{path} cannot be written; check the folder, its permissions and the space on the disk.",
        )
    )


def remove(folder: Path) -> None:
    """Remove a folder, also a sealed one."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)
