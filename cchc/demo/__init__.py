"""Demo data from a seed: three real areas, with what they published, and a province whose figures are assumed."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from cchc.config import REFERENCE
from cchc.demo.columns import table
from cchc.demo.endings import settle
from cchc.demo.plans import DOCUMENTED, PLANS
from cchc.demo.province import since_2025
from cchc.demo.receptions import Area, Workdays, receive
from cchc.rules import references
from cchc.store import snapshots
from cchc.store.origin import Counts, Origin
from cchc.store.snapshots import Snapshot
from cchc.text import Progress, Text, silent

__all__ = ["DATASETS", "DOCUMENTED", "SEED", "build", "publish_all"]

SEED = 2023
DATASETS = tuple(PLANS)
# Longer than the longest statutory time before and after the data, so that every deadline has a day.
_MARGIN = datetime.timedelta(days=90)


def build(dataset: str, seed: int = SEED) -> pa.Table:
    """Dossiers of one of DATASETS as schema.DOSSIER, in the order received; the same seed gives the same rows."""
    plan = PLANS[dataset]
    about = references.read(REFERENCE / dataset)
    span = (plan.stretches[0].start, plan.as_of + _MARGIN)
    area = Area(about, Workdays.of(about.calendar, *span))
    rng = np.random.default_rng([seed, *dataset.encode()])
    received = receive(plan, area, rng)
    dossiers = table(plan, received, settle(plan, received, area, rng), area, rng)
    return since_2025(plan.province, dossiers, about, rng) if plan.province else dossiers


def publish_all(data: Path, progress: Progress = silent, datasets: Sequence[str] = DATASETS) -> list[Snapshot]:
    """Build and publish these demo datasets in `data`; `progress` is told the share done (0-1) and what comes next.

    Raises UserError, and nothing is published, when references that ship say that they are another area's.
    """
    published = []
    for dataset in datasets:
        references.find(dataset, (REFERENCE,))
    for done, dataset in enumerate(datasets):
        progress(done / len(datasets), Text(f"Dữ liệu minh họa {dataset}", f"Demo data {dataset}"))
        dossiers = build(dataset)
        origin = Origin(sources=(), counts=Counts(dossiers.num_rows, dossiers.num_rows), demo=True)
        snapshot, _ = snapshots.publish(dossiers, REFERENCE / dataset, PLANS[dataset].as_of, origin, data)
        published.append(snapshot)
    progress(1.0, Text("Dữ liệu minh họa", "Demo data"))
    return published
