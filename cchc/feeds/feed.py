"""What is written of the news of an area, whatever the format."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from cchc.findings.news import News
from cchc.text import Language, Text, legible


@dataclass(frozen=True)
class Feed:
    """The news of an area, asked at the address `own`, for a reader of a language; links lead to the dashboard at
    `base`."""

    dataset: str
    area: Text
    news: Sequence[News]
    own: str
    base: str
    language: Language

    @property
    def title(self) -> str:
        said = Text(f"CCHC: tin của {self.area.vi}", f"CCHC: news of {self.area.en}")
        return self.tidy(said)

    def tidy(self, text: Text) -> str:
        """A text in the reader's language on one line, without what no file holds."""
        return " ".join(legible(text[self.language]).split())


def identity(key: str) -> str:
    """What names a piece of news wherever it is read: it follows from what that is about alone."""
    return uuid5(NAMESPACE_URL, f"cchc/{key}").urn
