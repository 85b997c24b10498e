"""Publish the generated dossiers of a folder; print seconds, processor seconds and peak memory in GB."""

import resource
import sys
import time
from pathlib import Path

from cchc.store import snapshots
from cchc.store.origin import Counts, Origin
from tests.benchmarks.generate import AS_OF, DATASET

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    origin = Origin((), Counts(read=0, kept=0), demo=True)
    before = time.perf_counter()
    snapshots.publish(folder / "dossiers.parquet", folder / DATASET, AS_OF, origin, folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(time.perf_counter() - before, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e9)
