"""What is handed out at a meeting: slides, a workbook with every figure, a draft of the minutes."""

from collections.abc import Callable
from dataclasses import dataclass

from cchc.findings.agenda import Brief
from cchc.reports import deck, minutes, workbook
from cchc.text import Language, Text


@dataclass(frozen=True)
class File:
    """One file of the pack: what its button says and what writes it."""

    label: Text
    write: Callable[[Brief, Language], bytes]


FILES: dict[str, File] = {
    "pptx": File(Text("Trình chiếu (PowerPoint)", "Slides (PowerPoint)"), deck.write),
    "xlsx": File(Text("Số liệu (Excel)", "Figures (Excel)"), workbook.write),
    "docx": File(Text("Dự thảo biên bản (Word)", "Draft minutes (Word)"), minutes.write),
}


def write(ending: str, brief: Brief, language: Language) -> bytes:
    """The file of the pack with that ending; minutes are in Vietnamese in every language, as official papers are."""
    return FILES[ending].write(brief, language)
