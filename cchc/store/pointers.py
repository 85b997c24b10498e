"""What a shelf of snapshots points to: the current one, and what older ones became when they were published again."""

import json
import uuid
from pathlib import Path

from cchc import disk

CURRENT = "current"
_REBUILT = ".rebuilt.json"


def current(shelf: Path) -> str:
    """The id of the current snapshot, whether or not it can be read; "" if none was published."""
    pointer = shelf / CURRENT
    return pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.exists() else ""


def point(shelf: Path, snapshot_id: str) -> None:
    """Make a snapshot the current one: a reader sees the old one or this one."""
    if current(shelf) == snapshot_id:
        return
    fresh = shelf / f".{CURRENT}-{uuid.uuid4().hex}"
    fresh.write_text(snapshot_id, encoding="utf-8")
    disk.sync(fresh)
    fresh.replace(shelf / CURRENT)
    disk.sync(shelf)


def rebuilt(shelf: Path) -> dict[str, str]:
    """The ids snapshots have now by those they had when an earlier version published them; those gone are in it too."""
    try:
        found = json.loads((shelf / _REBUILT).read_text(encoding="utf-8"))
        return {str(old): str(new) for old, new in found.items()}
    except (OSError, ValueError, AttributeError):  # it is written again by the next rebuild
        return {}


def note_rebuilt(shelf: Path, old: str, new: str) -> None:
    """Remember that `old` was published again as `new`; so was whatever had become `old` before."""
    known = rebuilt(shelf)
    became = {each: new if now == old else now for each, now in known.items()} | {old: new}
    became.pop(new, None)
    if became != known:
        with disk.written_whole(shelf / _REBUILT) as fresh:
            fresh.write_text(json.dumps(became, indent=1, sort_keys=True), encoding="utf-8")
