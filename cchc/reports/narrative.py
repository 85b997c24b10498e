"""The parts of a paper that people write because no record tells them, kept for its period."""

from dataclasses import dataclass

from cchc.reports.asked import Asked
from cchc.reports.paper import Blank, Piece, Prose, say
from cchc.text import Text


@dataclass(frozen=True)
class Part:
    """One of them: `id` names it in the file that keeps it, `label` says what belongs there."""

    id: str
    label: Text


def told(asked: Asked, kind: str, part: Part, end: str = "") -> list[Prose]:
    """What was written there, a paragraph a line, the last one closed by `end`; a place to fill where nothing was."""
    lines = asked.narrative(kind).get(part.id, ())
    if not lines:
        return [say("- ", Blank(part.label.vi), end)]
    said: list[list[Piece]] = [[line if line.startswith(("-", "+")) else f"- {line}"] for line in lines]
    if end and not lines[-1].endswith(end):
        said[-1] = [str(said[-1][0]).rstrip("."), end]
    return [say(*pieces) for pieces in said]
