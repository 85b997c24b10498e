"""Where the dossiers of a snapshot came from, as its manifest keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Source:
    """One imported file: its name without folders, SHA-256 and size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Counts:
    """What became of every row read: read = kept + rejected + not_received + duplicates + superseded."""

    read: int
    kept: int
    rejected: int = 0
    not_received: int = 0
    duplicates: int = 0
    superseded: int = 0


@dataclass(frozen=True)
class Origin:
    """Where the dossiers of a snapshot came from; no values of cells, because those could be personal data."""

    sources: tuple[Source, ...]
    counts: Counts
    mapping: str = ""
    demo: bool = False
    # Id of the snapshot these dossiers were merged with ("" = none yet); None = whatever is current is replaced.
    base: str | None = None
    dropped_columns: tuple[str, ...] = ()
    problems: Mapping[str, int] = field(default_factory=dict)
    # What the stored dossier ids are made of: the number alone, or the unit, procedure or year of receipt before it.
    key: tuple[str, ...] = ("id",)
    # The first day the exports were said to cover, in ISO form; "" = not said, and found (see `density`).
    covers_from: str = ""

    def counted(self, dossiers: int) -> "Origin":
        """The same; where no row was read and judged, because they came as dossiers, all of these were kept."""
        return self if self.counts.read else replace(self, counts=Counts(dossiers, dossiers))


def read(written: Mapping[str, Any]) -> Origin:
    """An origin as `asdict` wrote it, without the snapshot it was merged with: that is not asked for again."""
    sources = tuple(Source(**source) for source in written["sources"])
    dropped, key = tuple(written["dropped_columns"]), tuple(written.get("key", ("id",)))
    counts = Counts(**written["counts"])
    read_back = {"sources": sources, "counts": counts, "dropped_columns": dropped, "key": key, "base": None}
    return Origin(**{**written, **read_back})
