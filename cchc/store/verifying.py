"""Whether everything published is still what it was, and agrees with itself."""

from pathlib import Path

import duckdb

from cchc import disk
from cchc.store import manifests, pointers, snapshots, tables
from cchc.store.manifests import Damaged
from cchc.text import Progress, Text, UserError, silent


def verify(data: Path, dataset: str, progress: Progress = silent) -> dict[str, list[Text]]:
    """Every snapshot folder of a dataset by name, newest first, with what is wrong with it: checksums of all
    files, and the identities between dossiers, ledger and its sums."""
    shelf = snapshots.shelf_of(data, dataset)
    findings: dict[str, list[Text]] = {}
    try:
        folders = sorted(pointers.folders(shelf), reverse=True)
    except Damaged as damage:
        return {shelf.name: [damage.text]}
    for done, folder in enumerate(folders):
        progress(done / len(folders), Text(f"{dataset} {folder.name}", f"{dataset} {folder.name}"))
        try:
            snapshot = snapshots.read(folder)
            manifests.forget()
            findings[folder.name] = snapshots.check(snapshot)
            if snapshot.is_readable and not findings[folder.name]:
                findings[folder.name] = tables.broken_identities(snapshots.connect(snapshot, tables.SUMS).cursor())
        except UserError as damage:
            findings[folder.name] = [damage.text]
        except duckdb.Error:
            findings[folder.name] = [disk.not_readable(folder)]
    return findings | _pointer_findings(data, dataset)


def _pointer_findings(data: Path, dataset: str) -> dict[str, list[Text]]:
    """What is wrong with the pointer to the current snapshot, under its name; nothing where nothing is."""
    try:
        named = snapshots.current_id(data, dataset)
    except Damaged as damage:
        return {pointers.CURRENT: [damage.text]}
    known = snapshots.ids(data, dataset)
    if named in known or (not named and known <= snapshots.retracted(data, dataset).keys()):
        return {}
    return {
        pointers.CURRENT: [
            Text(
                "Con trỏ bản hiện hành hỏng; nhập hoặc công bố lại để tạo con trỏ mới.",
                "The pointer to the current snapshot is damaged; publish again to write a new one.",
            )
        ]
    }
