"""Which of the dossiers a column of a form counts, by what they say beside the office responsible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cchc.text import fold

_SILENT = ("", "nan", "None", "<NA>")


@dataclass(frozen=True)
class Only:
    """Dossiers that say in a column of schema.BESIDE one of these `words`; without words, those that say there another
    unit than the one responsible. `note` is printed below a form that has the column."""

    by: str
    words: frozenset[str]
    note: str

    def is_met(self, said: object, unit: str) -> bool:
        """Whether a dossier of this unit that says so is one of them; silence never is."""
        text = str(said or "")
        return fold(text) in self.words if self.words else text not in (*_SILENT, unit)

    def is_told(self, labels: Mapping[str, Sequence[str]]) -> bool:
        """Whether data whose columns say so can tell them."""
        return any(not self.words or fold(label) in self.words for label in labels.get(self.by, ()))
