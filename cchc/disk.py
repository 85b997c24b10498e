"""Files as they lie on disk: checksums, folders that survive a power cut, and private ones that outlive nobody."""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from cchc.text import Text, UserError

_PATIENCE = 5  # seconds for somebody else to finish writing
_SCRATCH = ".cchc-work-"
# Every name private folders have, or had in earlier versions, with what `mkdtemp` puts behind it.
_LEFT = re.compile(r"(\.cchc-work|cchc-(import|upload|register|published|backup)|\.restore)-[a-z0-9_]{8}")


def files(folder: Path) -> list[Path]:
    """Every file of a folder and its folders, in a fixed order; what goes while it is looked through is left out."""
    found = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    return sorted(path for path in found if path.is_file())


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


def link(source: Path, target: Path) -> None:
    """The same file under a second name; a copy where the disk knows no second names (FAT, some shares)."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk itself."""
    with _opened(path) as handle:
        os.fsync(handle)


@contextmanager
def _opened(path: Path, flags: int = 0) -> Iterator[int]:
    handle = os.open(path, os.O_RDONLY | flags)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def scratch(place: Path | None = None) -> Iterator[Path]:
    """A private folder in `place` (default: the temp folder), removed at the end: the only way to get one.

    What killed processes left in `place` goes first. Raises OSError when the place cannot be written to.
    """
    place = place or Path(tempfile.gettempdir())
    for left in place.iterdir():
        _drop(left)
    with ExitStack() as stack:
        folder = _claimed(place, stack)
        try:
            yield folder
        finally:
            with suppress(FileNotFoundError):  # whoever tidies the temp folder was there first
                remove(folder)


def _claimed(place: Path, stack: ExitStack) -> Path:
    """A new folder that this process holds until `stack` ends; the system lets go of what a killed process held."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=place))
        with suppress(FileNotFoundError):  # somebody swept between making it and holding it
            fcntl.flock(stack.enter_context(_opened(folder)), fcntl.LOCK_EX)
            if folder.exists():
                return folder


def sweep(data: Path) -> None:
    """Remove every private folder that a killed process left in the temp folder or anywhere under `data`."""
    for left in Path(tempfile.gettempdir()).iterdir():
        _drop(left)
    for place, names, _ in os.walk(data):
        for name in names:
            _drop(Path(place, name))


def _drop(left: Path) -> None:
    """Remove a private folder unless a living process holds it."""
    if not _LEFT.fullmatch(left.name):
        return
    # One that is held, that goes meanwhile or that belongs to another user is none of ours to remove.
    with suppress(OSError), _opened(left, os.O_DIRECTORY | os.O_NOFOLLOW) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.fstat(handle).st_mode & 0o077:  # a folder somebody made by hand is open to others
            remove(left)


@contextmanager
def writing(path: Path | None, *kinds: type[Exception]) -> Iterator[None]:
    """Raises UserError in place of what goes wrong where `path` (None: the temp folder) cannot be written to or the
    disk is full: an OSError, or what a library raises for one (`kinds`)."""
    full: tuple[type[Exception], ...] = (OSError, *kinds)
    try:
        yield
    except full as error:
        # Where no folder at all is fit, the setting that names one is what there is to mend.
        raise unwritable(path or Path(tempfile.tempdir or "TMPDIR")) from error


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A new file near `path` to write to; it takes the place of `path` once all of it is on the disk.

    When anything fails nothing has changed. Raises UserError when the place cannot be written to.
    """
    try:
        with scratch(path.parent) as folder:
            fresh = folder / path.name
            fresh.touch()
            yield fresh
            sync(fresh)
            fresh.replace(path)
            sync(path.parent)
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


def not_readable(path: Path) -> Text:
    """What to say where `path` is there and cannot be read."""
    return Text(
        f"Không đọc được {path}; kiểm tra tệp, quyền đọc và ổ đĩa.",
        f"{path} cannot be read; check the file, its permissions and the disk.",
    )


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
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)
