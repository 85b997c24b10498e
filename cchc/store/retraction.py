"""Taking a wrong publication back (thu hồi), and making another snapshot the current one."""

from pathlib import Path

from cchc import disk
from cchc.access import people, record
from cchc.rules import worktime
from cchc.store import pointers, snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Text, UserError, date


def left_current(data: Path, dataset: str, snapshot_id: str) -> Snapshot | None:
    """The snapshot that becomes current when the current one, `snapshot_id`, is taken back: the newest whole one before
    it in the list, else the newest whole one; None where all others were taken back or are damaged."""
    listed = snapshots.published(data, dataset)
    ids = [each.id for each in listed]
    place = ids.index(snapshot_id) if snapshot_id in ids else -1
    taken_back = {*snapshots.retracted(data, dataset), snapshot_id}
    candidates = (each for each in (*listed[place + 1 :], *listed) if each.id not in taken_back)
    return next((each for each in candidates if not snapshots.check(each)), None)


def consequence(data: Path, dataset: str, snapshot_id: str) -> Text:
    """What will be otherwise once `snapshot_id` is taken back, as a sentence. Raises Damaged as `current_id` does."""
    if snapshots.current_id(data, dataset) != snapshot_id:
        return Text(
            f"Bản {snapshot_id} không phải bản hiện hành: chỉ được ghi là đã thu hồi, số liệu hiện hành không đổi.",
            f"{snapshot_id} is not the current snapshot: it is only marked as retracted, and current figures stay.",
        )
    left = left_current(data, dataset, snapshot_id)
    if left is None:
        return Text(
            "Không còn bản nào khác để dùng: khu vực sẽ không có số liệu hiện hành, lần nhập sau bắt đầu lại từ đầu. "
            f"Bản {snapshot_id} vẫn được giữ, ghi là đã thu hồi.",
            "There is no other snapshot to use: the area will have no current figures, and the next import starts "
            f"afresh. {snapshot_id} is kept, marked as retracted.",
        )
    vi, en = (f"{left.id} ({date(left.as_of, each)})" for each in LANGUAGES)
    return Text(
        f"Bản hiện hành sẽ là {vi}; các lần nhập sau gộp vào bản đó. Bản {snapshot_id} vẫn được giữ, ghi là đã thu "
        "hồi.",
        f"{en} becomes the current snapshot, and later imports are added to it. {snapshot_id} is kept, marked as "
        "retracted.",
    )


def retract(data: Path, dataset: str, snapshot_id: str) -> None:
    """Take a publication back: it is kept, marked, and no longer current; see `left_current`.

    Raises UserError when there is no such snapshot, or the data folder is not writable, and Refused unless an
    administrator of the area acts; nothing has changed then.
    """
    people.require("administrator", dataset)
    shelf = _shelf_with(data, dataset, snapshot_id)
    with disk.writing(shelf), pointers.locked(shelf):
        record.add(data, "retract", dataset, snapshot_id)
        # The pointer first: a current snapshot is never marked, whatever is killed in between.
        if pointers.current(shelf) == snapshot_id:
            if left := left_current(data, dataset, snapshot_id):
                pointers.point(shelf, left.id)
            else:
                pointers.point_to_none(shelf)
        pointers.note_retracted(shelf, snapshot_id)


def make_current(data: Path, dataset: str, snapshot_id: str) -> Snapshot:
    """Make a published snapshot the current one, also one that was taken back, which it then no longer is.

    Raises UserError when there is no such snapshot, it is damaged, or the data folder is not writable, and Refused
    unless an administrator of the area acts; nothing has changed then.
    """
    people.require("administrator", dataset)
    shelf = _shelf_with(data, dataset, snapshot_id)
    with disk.writing(shelf), pointers.locked(shelf):
        found = snapshots.load(shelf / snapshot_id)
        worktime.check_as_of(found.as_of)
        if wrong := snapshots.check(found):
            raise UserError(wrong[0])
        record.add(data, "make_current", dataset, snapshot_id)
        pointers.point(shelf, snapshot_id)
    return found


def _shelf_with(data: Path, dataset: str, snapshot_id: str) -> Path:
    shelf = snapshots.shelf_of(data, dataset)
    if snapshot_id not in snapshots.ids(data, dataset):
        raise UserError(
            Text(
                f"Khu vực {dataset} không có bản số liệu {snapshot_id}; xem: python -m cchc snapshots",
                f"The dataset {dataset} has no snapshot {snapshot_id}; see: python -m cchc snapshots",
            )
        )
    return shelf
