"""Snapshots of another version of the product, published again by this one."""

from contextlib import suppress
from pathlib import Path

import duckdb

from cchc import disk
from cchc.rules import references
from cchc.store import months, pointers, snapshots
from cchc.store import origin as origins
from cchc.store.manifests import Damaged
from cchc.store.snapshots import Snapshot


def outdated(data: Path, dataset: str) -> list[str]:
    """The ids of the snapshots that this version of the product cannot read and that have not been published again,
    the current one last."""
    shelf = snapshots.shelf_of(data, dataset)
    rebuilt, current_one = pointers.rebuilt(shelf), pointers.current(shelf)
    old = [folder.name for folder in pointers.folders(shelf) if not _is_readable(folder)]
    left = [name for name in old if name == current_one or not snapshots.is_whole(shelf / rebuilt.get(name, name))]
    return sorted(left, key=lambda name: (name == current_one, name))


def rebuild(data: Path, dataset: str, snapshot_id: str) -> Snapshot:
    """Publish a snapshot again: the same dossiers, references, sources and day of publishing, counted by today's rules.

    `get` finds it under the old id too; it is the current one if the old one was. Raises Damaged when it is.
    """
    shelf = snapshots.shelf_of(data, dataset)
    folder = shelf / snapshot_id
    old = snapshots.whole(snapshots.read(folder))
    origin, at = origins.read(old.manifest["origin"]), old.manifest["published_at"]
    dossiers, frozen = months.dossiers_of(folder), folder / "references"
    with disk.writing(shelf, duckdb.IOException), pointers.building(shelf) as building:
        fresh, _ = snapshots.build(dossiers, (), frozen, references.read(frozen), old.as_of, origin, at, building)
        pointers.note_rebuilt(shelf, old.id, fresh.id)
        if pointers.current(shelf) == old.id:
            pointers.point(shelf, fresh.id)
        return fresh


def _is_readable(folder: Path) -> bool:
    """Whether a published folder is laid out as this version reads it, damaged or not."""
    with suppress(Damaged):
        return snapshots.read(folder).is_readable
    return False
