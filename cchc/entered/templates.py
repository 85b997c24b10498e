"""Papers of an office's own, with names in place of what is filled in: a Word file for each kind of report."""

from pathlib import Path

from cchc.entered import sheets
from cchc.rules.references import checked_id


def find(data: Path, dataset: str, kind: str) -> bytes | None:
    """The file kept for that kind of report; None where there is none."""
    name = _name(dataset, kind)
    return sheets.read(data, name).get(name)


def keep(data: Path, dataset: str, kind: str, content: bytes) -> None:
    """Keep this file for that kind of report, in place of another. Raises UserError where the store cannot be written
    to, and Refused unless an editor of the area acts."""
    sheets.write(data, _name(dataset, kind), content, "template", dataset, kind)


def drop(data: Path, dataset: str, kind: str) -> None:
    """Keep none any more. Raises as `keep` does."""
    sheets.write(data, _name(dataset, kind), None, "template", dataset, f"- {kind}")


def _name(dataset: str, kind: str) -> str:
    return f"templates/{checked_id(dataset)}/{kind}.docx"
