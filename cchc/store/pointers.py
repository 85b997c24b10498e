"""What a shelf of snapshots points to: the current one, and what older ones became when they were published again."""

import datetime
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from cchc import disk
from cchc.store.manifests import Damaged

CURRENT = "current"
_REBUILT = ".rebuilt.json"
_RETRACTED = ".retracted.json"


@contextmanager
def locked(shelf: Path) -> Iterator[None]:
    """Nobody else publishes on this shelf, or says which snapshot is current, meanwhile."""
    shelf.mkdir(parents=True, exist_ok=True)
    with FileLock(shelf / ".lock"):
        yield


def folders(shelf: Path) -> list[Path]:
    """The folders on a shelf but the hidden ones; none where there is no shelf. Raises Damaged if it is unreadable."""
    try:
        return [folder for folder in shelf.iterdir() if not folder.name.startswith(".") and folder.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise Damaged(disk.not_readable(shelf)) from error


def current(shelf: Path) -> str:
    """The id of the current snapshot, whether or not it can be read; "" if none was published.

    Raises Damaged when the pointer itself cannot be read.
    """
    pointer = shelf / CURRENT
    try:
        return pointer.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Damaged(disk.not_readable(pointer)) from error


def point(shelf: Path, snapshot_id: str) -> None:
    """Make a snapshot the current one, which is then no retracted one: a reader sees the old one or this one."""
    if snapshot_id in (marked := retracted(shelf)):
        _note(shelf / _RETRACTED, {each: at for each, at in marked.items() if each != snapshot_id})
    if current(shelf) == snapshot_id:
        return
    fresh = shelf / f".{CURRENT}-{uuid.uuid4().hex}"
    fresh.write_text(snapshot_id, encoding="utf-8")
    disk.sync(fresh)
    fresh.replace(shelf / CURRENT)
    disk.sync(shelf)


def point_to_none(shelf: Path) -> None:
    """Leave the shelf without a current snapshot."""
    (shelf / CURRENT).unlink(missing_ok=True)
    disk.sync(shelf)


def retracted(shelf: Path) -> dict[str, str]:
    """When each retracted snapshot was taken back (ISO 8601, local time), by its id."""
    return _noted(shelf / _RETRACTED)


def note_retracted(shelf: Path, snapshot_id: str, at: str = "") -> None:
    """Remember that a snapshot was taken back, now or at the moment `at`; the first time stays."""
    marked = retracted(shelf)
    if snapshot_id not in marked:
        at = at or datetime.datetime.now().isoformat(timespec="seconds")
        _note(shelf / _RETRACTED, marked | {snapshot_id: at})


def rebuilt(shelf: Path) -> dict[str, str]:
    """The ids snapshots have now by those they had when an earlier version published them; those gone are in it too."""
    return _noted(shelf / _REBUILT)  # one that is lost is written again by the next rebuild


def note_rebuilt(shelf: Path, old: str, new: str) -> None:
    """Remember that `old` was published again as `new`; so was whatever had become `old` before."""
    known = rebuilt(shelf)
    became = {each: new if now == old else now for each, now in known.items()} | {old: new}
    became.pop(new, None)
    if became != known:
        _note(shelf / _REBUILT, became)
    if old in (marked := retracted(shelf)):
        note_retracted(shelf, new, marked[old])


def _noted(path: Path) -> dict[str, str]:
    """A note of strings by strings; nothing where there is none, or none that can be read."""
    try:
        return {str(key): str(value) for key, value in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _note(path: Path, content: dict[str, str]) -> None:
    with disk.written_whole(path) as fresh:
        fresh.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")


@contextmanager
def building(shelf: Path) -> Iterator[Path]:
    """An empty hidden folder to build in, while nobody else publishes on this shelf."""
    with locked(shelf):
        for abandoned in shelf.glob(".building-*"):
            disk.remove(abandoned)
        for abandoned in shelf.glob(f".{CURRENT}-*"):
            abandoned.unlink()
        room = shelf / f".building-{uuid.uuid4().hex}"
        room.mkdir()
        try:
            yield room
        finally:
            if room.exists():
                disk.remove(room)
