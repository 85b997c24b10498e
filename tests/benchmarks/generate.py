"""Dossiers in bulk for benchmarks: any number of them over 120 units and three years, written in chunks."""

import argparse
import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cchc.demo.columns import assemble
from cchc.demo.endings import DONE, WAITING, WITHDRAWN, Endings, hours
from cchc.demo.plans import THANH_HA
from cchc.demo.receptions import Area, Receptions, Workdays, complete
from cchc.rules import references
from cchc.schema import CHANNELS, DOSSIER

DATASET = "bench"
START, AS_OF = datetime.date(2021, 1, 1), datetime.date(2023, 12, 31)
_DISTRICTS, _COMMUNES = 10, 11
_CHUNK = 500_000
_CHANNELS = (0.7, 0.28, 0.02)
_EARLY, _LATE, _WITHDRAWN, _WAITING = 0.35, 0.012, 0.004, 0.15


def write_references(folder: Path) -> Path:
    """References of a province of 120 units, with a Friday model everywhere; returns the folder of the dataset."""
    into = folder / DATASET
    into.mkdir(parents=True, exist_ok=True)
    (into / "dataset.toml").write_text(
        f'id = "{DATASET}"\n[name]\nvi = "Tỉnh thử"\nen = "Test province"\n'
        '[note]\nvi = "Dữ liệu minh họa để đo tốc độ."\nen = "Demo data to measure speed."\n',
        encoding="utf-8",
    )
    units = list(_units())
    with (into / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("unit", "name", "level", "parent", "valid_from", "valid_to", "aliases"))
        writer.writerows((*unit, "", "", "") for unit in units)
    (into / "service_models.toml").write_text(
        '[[model]]\nid = "thu-sau"\nweekday = 5\npromise = "same_day"\noutcome = "same_day_rate"\n'
        'start = 2022-07-01\nsource = "thử"\nname = {vi = "Thứ Sáu", en = "Friday"}\n'
        f"units = {[unit for unit, *_ in units]}\n"
        '[[model.listing]]\nlevel = "commune"\nfields = ["chung-thuc", "ho-tich"]\n',
        encoding="utf-8",
    )
    return into


def _units() -> Iterator[tuple[str, str, str, str]]:
    for d in range(_DISTRICTS):
        district = f"{900 + d}"
        yield district, f"Bộ phận Một cửa huyện {d + 1}", "district", ""
        for c in range(_COMMUNES):
            yield f"{90000 + d * _COMMUNES + c}", f"Xã {d + 1}.{c + 1}", "commune", district


def write(count: int, path: Path, references_folder: Path, seed: int = 1) -> None:
    """`count` dossiers as schema.DOSSIER in a Parquet file, in the order received; memory is that of one chunk."""
    about = references.read(references_folder)
    workdays = Workdays.of(about.calendar, START, AS_OF + datetime.timedelta(days=90))
    area = Area(about, workdays)
    last = workdays.last(AS_OF)
    chunks = np.array_split(np.arange(last + 1), max(1, round(count / _CHUNK)))
    rng = np.random.default_rng(seed)
    rhythm = workdays.rhythm()[: last + 1]
    counts = np.diff(np.round(count * np.cumsum([0, *(rhythm[days].sum() for days in chunks)]) / rhythm.sum()))
    with pq.ParquetWriter(path, DOSSIER, compression="zstd") as writer:
        for days, size in zip(chunks, counts.astype(int), strict=True):
            writer.write_table(_chunk(size, days, last, area, rng))


def _chunk(size: int, days: np.ndarray, last: int, area: Area, rng: np.random.Generator) -> pa.Table:
    sizes = np.where(area.levels == "district", 20, np.geomspace(3, 15, len(area.units)))
    unit = rng.choice(len(area.units), size, p=sizes / sizes.sum())
    procedure = np.zeros(size, np.int64)
    for level, mix in THANH_HA.mixes.items():
        weights = area.weights(mix, 0, area.procedures)
        here = np.flatnonzero((area.levels == level)[unit])
        procedure[here] = rng.choice(len(weights), len(here), p=weights / weights.sum())
    rhythm = area.workdays.rhythm()[days]
    day = rng.choice(days, size, p=rhythm / rhythm.sum())
    channel = rng.choice(len(CHANNELS), size, p=_CHANNELS)
    received = complete(unit, procedure, day, channel, area=area, rng=rng)
    endings = _endings(received, last, rng)
    components, results = rng.random(size) < 0.8, rng.random(size) < 0.75
    result_known = endings.status == DONE
    return assemble(
        "H99", AS_OF, received, endings, pa.array(components), pa.array(results, mask=~result_known), area, rng
    )


def _endings(received: Receptions, last: int, rng: np.random.Generator) -> Endings:
    """Each dossier by chance early, on the due day, late or withdrawn; open if that day is still to come."""
    chance, earliest, due = rng.random(len(received)), received.start_day, received.due_day
    early = (chance < _EARLY) & (due > earliest)
    late = chance > 1 - _LATE
    day = np.where(early, earliest + (rng.random(len(received)) * (due - earliest)).astype(np.int64), due)
    day += np.where(late, rng.geometric(0.3, len(received)), 0)
    endings = Endings.none(len(received))
    ended = day <= last
    withdrawn = early & (rng.random(len(received)) < _WITHDRAWN / _EARLY)
    waiting = ~ended & (rng.random(len(received)) < _WAITING)
    endings.status[:] = np.select([ended & withdrawn, ended, waiting], [WITHDRAWN, DONE, WAITING], endings.status)
    endings.day = np.where(ended, day, endings.day)
    nothing = np.zeros(len(received), bool)
    endings.second = hours(received, endings.day, nothing, nothing, rng)
    return endings


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    write(options.count, options.folder / "dossiers.parquet", write_references(options.folder))
