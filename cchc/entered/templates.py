"""Papers of an office's own, with names in place of what is filled in: a Word file for each kind of report."""

from pathlib import Path

from cchc import disk
from cchc.access import people, record
from cchc.rules.references import checked_id

# The folder of the templates in the data folder.
SHELF = "templates"


def find(data: Path, dataset: str, kind: str) -> Path | None:
    """The file kept for that kind of report; None where there is none."""
    path = _path(data, dataset, kind)
    return path if path.exists() else None


def keep(data: Path, dataset: str, kind: str, content: bytes) -> None:
    """Keep this file for that kind of report, in place of another. Raises UserError where it cannot be written, and
    Refused unless an editor of the area acts."""
    people.require("editor", dataset)
    path = _path(data, dataset, kind)
    with disk.locked(path), disk.written_whole(path) as fresh:
        fresh.write_bytes(content)
        record.add(data, "template", dataset, kind)


def drop(data: Path, dataset: str, kind: str) -> None:
    """Keep none any more. Raises Refused unless an editor of the area acts."""
    people.require("editor", dataset)
    record.add(data, "template", dataset, f"- {kind}")
    _path(data, dataset, kind).unlink(missing_ok=True)


def _path(data: Path, dataset: str, kind: str) -> Path:
    return data / SHELF / checked_id(dataset) / f"{kind}.docx"
