"""Units whose names somebody may not see, for comparison: how many dossiers each resolved in time a month, no more."""

import random
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cchc.store import snapshots
from cchc.store.snapshots import Snapshot

FILE = "unnamed.parquet"
# All that rates of resolved dossiers are made of; see `figures.ratios.needed`.
COUNTS = ("resolved", "late", "early", "on_day", "withdrawn", "undated")
# Of fewer, the list of units tells who is meant; of two, so does one who knows the other.
FEWEST = 3


def write(original: Snapshot, others: Collection[str], kept_back: Sequence[str], into: Path) -> None:
    """Write the `others` of a snapshot into a folder as `unit` (a number of no meaning), `level`, `month` and COUNTS,
    without the procedures that are `kept_back` and those of whose kind there are fewer than FEWEST; nothing where none
    is left.

    Numbers are drawn anew for each folder, so that no unit can be followed from one snapshot to the next.
    """
    sums = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in COUNTS)
    sql = f"""select unit, level, cast(date_trunc('month', day) as date) as month, {sums} from ledger_in($files)
        where list_contains($others, unit) and not list_contains($kept_back, procedure) and day >= $start
        group by all having sum(resolved) > 0"""
    values = {
        "files": snapshots.files(original, "ledger", original.start), "others": sorted(others),
        "kept_back": list(kept_back), "start": original.start,
    }  # fmt: skip
    found: pa.Table = snapshots.connect(original).cursor().sql(sql, params=values).to_arrow_table()
    units = _in_company(original, set(found["unit"].to_pylist()))
    if not units:
        return
    found = found.filter(pc.is_in(found["unit"], pa.array(units, pa.string())))
    drawn = random.SystemRandom().sample(range(1, len(units) + 1), len(units))
    numbers = dict(zip(units, drawn, strict=True))
    named = found.set_column(0, "unit", pa.array([numbers[unit] for unit in found["unit"].to_pylist()], pa.int32()))
    # In the order of the units, rows would tell what the numbers do not.
    pq.write_table(named.sort_by([("unit", "ascending"), ("month", "ascending")]), into / FILE)


def _in_company(snapshot: Snapshot, units: set[str]) -> list[str]:
    """Those of the units of whose level there are FEWEST, among units of today and among those that have ended: months
    tell the two apart."""
    told = {id_: snapshot.references.units[id_] for id_ in sorted(units)}
    kinds = {id_: (unit.level, unit.is_valid(snapshot.as_of)) for id_, unit in told.items()}
    many = Counter(kinds.values())
    return [id_ for id_, kind in kinds.items() if many[kind] >= FEWEST]


def read(snapshot: Snapshot) -> pa.Table | None:
    """What `write` wrote beside a snapshot; None where there is nothing."""
    path = snapshot.folder / FILE
    return pq.read_table(path) if path.exists() else None
