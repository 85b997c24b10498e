"""The areas there are, in the order in which a reader who has not chosen one wants to see them."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, collation_key

# An area of fewer dossiers is taken for a trial.
_FEWEST = 100


@dataclass(frozen=True)
class Area:
    """An area: its id, its name, its dossiers, and whether it is a demo and runs models."""

    id: str
    name: Text
    dossiers: int
    demo: bool
    models: bool

    @property
    def rank(self) -> tuple[object, ...]:
        """Smaller comes first: trials last, demo after real data, areas that run models before others, by name:
        the Vietnamese one, so that a link without an area opens the same data in both languages."""
        return self.dossiers < _FEWEST, self.demo, not self.models, collation_key(self.name.vi), self.id


def areas(data: Path) -> list[Area]:
    """Every area with a published snapshot, the one to show first at the head."""
    return sorted((_area(data, each) for each in snapshots.datasets(data)), key=lambda area: area.rank)


def _area(data: Path, dataset: str) -> Area:
    """What its current snapshot says of it; an area that cannot be read goes by its id, among the trials."""
    with suppress(UserError):  # said on the page of that area; one damaged area leaves the others up
        if snapshot := _shown(data, dataset):
            known = snapshot.references
            return Area(dataset, known.dataset.name, snapshot.manifest["dossiers"], snapshot.demo, bool(known.models))
    return Area(dataset, Text(dataset, dataset), 0, demo=True, models=False)


def _shown(data: Path, dataset: str) -> Snapshot | None:
    """The current snapshot; the newest that can be read where that one cannot."""
    with suppress(UserError):
        return snapshots.current(data, dataset)
    return next(iter(snapshots.published(data, dataset)), None)
