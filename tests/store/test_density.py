"""What a snapshot covers: declared, or the first day from which receipts are dense, whatever lies before it."""

import datetime
import math
import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cchc.store import manifests, rebuilding, snapshots
from cchc.store.density import Coverage, first_dense_day
from cchc.store.origin import Counts, Origin
from tests import building
from tests.building import dossier, numbered

DAY = datetime.timedelta(days=1)
START = date(2023, 1, 1)
Days = Counter[date]


def poisson(chance: random.Random, mean: float) -> int:
    """Knuth's way: how many uniform numbers multiply to less than e^-mean."""
    product, count = chance.random(), 0
    while product > math.exp(-mean):
        product, count = product * chance.random(), count + 1
    return count


def working(chance: random.Random, first: date, last: date, mean: float) -> Days:
    """So many dossiers on the average weekday."""
    days = (first + n * DAY for n in range((last - first).days + 1))
    return +Counter({day: poisson(chance, mean) for day in days if day.weekday() < 5})


def scattered(chance: random.Random, first: date, last: date, count: int) -> Days:
    return Counter(first + chance.randrange((last - first).days) * DAY for _ in range(count))


EARLIER: dict[str, Callable[[random.Random], Days]] = {
    "nothing": lambda _: Counter(),
    "carried over": lambda chance: scattered(chance, date(2019, 1, 1), date(2022, 1, 1), 40),
    "carried over up to the day": lambda chance: scattered(chance, date(2020, 1, 1), date(2022, 12, 1), 40),
    "one year mistyped": lambda _: Counter([date(1923, 5, 6)]),
    "years mistyped": lambda _: Counter([date(1923, 5, 6), date(2003, 5, 6), date(2003, 5, 6)]),
    "a sparse pair of old months": lambda chance: scattered(chance, date(2022, 6, 1), date(2022, 7, 31), 12),
    "all of it": lambda chance: (
        scattered(chance, date(2019, 1, 1), date(2022, 12, 1), 50) + Counter([date(1923, 5, 6), date(2003, 5, 6)])
    ),
}


@pytest.mark.parametrize("earlier", EARLIER)
@pytest.mark.parametrize(("mean", "last"), [
    (130.0, date(2023, 1, 31)), (30.0, date(2023, 6, 30)), (6.0, date(2023, 3, 31)), (6.0, date(2024, 11, 30)),
    (2.0, date(2023, 12, 31)),
])  # fmt: skip
def test_what_lies_before_the_dense_days_does_not_move_the_first_of_them(earlier: str, mean: float, last: date) -> None:
    for seed in range(20):
        chance = random.Random(seed)
        dense = working(chance, START, last, mean)
        assert first_dense_day(dense + EARLIER[earlier](chance)) == min(dense), seed


@pytest.mark.parametrize("first", [date(2023, 1, 10), date(2023, 1, 15), date(2023, 1, 27), date(2023, 2, 1)])
def test_data_that_begins_within_a_month_begins_on_that_day(first: date) -> None:
    dense = working(random.Random(1), first, date(2023, 6, 30), 20)
    assert first_dense_day(dense) == min(dense)


def test_a_small_commune_keeps_all_of_its_data() -> None:
    """Three dossiers a week over a year: some half months have one or none."""
    for seed in range(40):
        few = working(random.Random(seed), START, date(2023, 12, 31), 0.6)
        assert first_dense_day(few) == min(few), seed


def test_tet_a_slack_month_and_growth_are_no_beginnings() -> None:
    chance = random.Random(3)
    year = working(chance, START, date(2023, 12, 31), 10) + working(chance, date(2024, 1, 1), date(2025, 12, 31), 20)
    quiet = {day: n for day, n in year.items() if not date(2024, 2, 5) <= day <= date(2024, 2, 20)}
    slack = {day: n if day.month != 8 else (n + 3) // 4 for day, n in quiet.items()}
    assert first_dense_day(slack) == min(year)


def test_months_imported_one_by_one_are_covered_as_far_as_they_hang_together() -> None:
    chance = random.Random(4)
    months = {month: working(chance, date(2023, month, 1), date(2023, month, 28), 10) for month in range(1, 8)}
    carried = scattered(chance, date(2021, 1, 1), date(2022, 6, 1), 20)
    there = carried + months[5]
    assert first_dense_day(there) == min(months[5])
    for month in (6, 7):
        there += months[month]
        assert first_dense_day(there) == min(months[5])
    there += months[3]  # April is missing: it is not a month of nothing
    assert first_dense_day(there) == min(months[5])
    there += months[4]
    assert first_dense_day(there) == min(months[3])


def test_a_handful_of_dossiers_is_covered_whole() -> None:
    assert first_dense_day({date(2024, 3, 4): 1}) == date(2024, 3, 4)
    assert first_dense_day({date(2024, 1, 2): 1, date(2024, 3, 4): 1, date(2024, 5, 6): 2}) == date(2024, 1, 2)


# --- In snapshots ---


ROWS = numbered(
    [dossier(received_at=f"2024-0{month}-{day:02}") for month in (3, 4, 5) for day in range(1, 29)]
    + [dossier(received_at="2021-05-06"), dossier(received_at="1923-05-06")]
)


def published(data: Path, covers_from: str = "") -> snapshots.Snapshot:
    references = building.reference_folder(data / "reference" / building.DATASET)
    origin = Origin((), Counts(len(ROWS), len(ROWS)), covers_from=covers_from)
    return snapshots.publish(building.table(ROWS), references, building.AS_OF, origin, data)[0]


def test_the_manifest_says_what_is_covered_and_whether_that_was_declared(tmp_path: Path) -> None:
    assert published(tmp_path).coverage == Coverage(date(2024, 3, 1))
    declared = published(tmp_path, "2024-04-01")
    assert declared.coverage == Coverage(date(2024, 4, 1), declared=True)
    assert rebuilding.rebuild(tmp_path, building.DATASET, declared.id).coverage == declared.coverage


def test_a_declared_day_makes_another_snapshot_only_where_it_differs_from_the_one_found(tmp_path: Path) -> None:
    found = published(tmp_path)
    assert published(tmp_path, "2024-03-01").id == found.id
    assert published(tmp_path, "2024-04-01").id != found.id


def test_a_snapshot_from_before_coverage_was_written_is_read_by_the_rule(tmp_path: Path) -> None:
    snapshot = published(tmp_path)
    old = {name: value for name, value in snapshot.manifest.items() if name != "coverage"}
    assert snapshots.Snapshot(snapshot.folder, old | {"start": "1923-05-06"}).coverage == Coverage(date(2024, 3, 1))
    assert "1923" not in str({**manifests.read(snapshot.folder), "parts": {}, "files": {}})
