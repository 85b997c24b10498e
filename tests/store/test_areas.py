"""What a reader who has chosen nothing sees first: a real area that runs models, never a trial of a few rows."""

from datetime import date
from itertools import permutations, product
from pathlib import Path

import pytest

from cchc.store import snapshots
from cchc.store.areas import Area, areas
from cchc.text import Text
from tests import building
from tests.building import DATASET, dossier, numbered

# Each kind of area, the one to show first at the head: real and demo, with models and without, trials last.
KINDS = [
    (demo, models, dossiers)
    for trial in (False, True)
    for demo, models in ((False, True), (False, False), (True, True), (True, False))
    for dossiers in ([1, 99] if trial else [100, 50_000])
]


def place(area: Area) -> int:
    return KINDS.index((area.demo, area.models, area.dossiers)) // 2


@pytest.mark.parametrize(("one", "other"), list(product(KINDS, KINDS)))
@pytest.mark.parametrize("names", [("An Phú", "Bình Minh"), ("Bình Minh", "An Phú")])
def test_the_kind_of_an_area_goes_before_its_name(one, other, names: tuple[str, str]) -> None:
    first, second = (
        Area(name, Text(name, name), dossiers, demo=demo, models=models)
        for name, (demo, models, dossiers) in zip(names, (one, other), strict=True)
    )
    if place(first) == place(second):
        assert (first.rank < second.rank) == (names[0] == "An Phú")
    else:
        assert (first.rank < second.rank) == (place(first) < place(second))


@pytest.mark.parametrize("order", list(permutations(["Ân Thi", "Bình Minh", "Đông Anh", "An Phú"])))
def test_areas_of_one_kind_stand_in_the_order_of_their_vietnamese_names_whatever_the_others_are(
    order: tuple[str, ...],
) -> None:
    found = sorted(
        (Area(str(n), Text(each, str(n)), 200, demo=False, models=True) for n, each in enumerate(order)),
        key=lambda area: area.rank,
    )
    assert [area.name.vi for area in found] == ["An Phú", "Ân Thi", "Bình Minh", "Đông Anh"]


def publish(data: Path, dataset: str, count: int, models: bool, demo: bool = False) -> None:
    files = {} if models else {"service_models": ""}
    references = building.reference_folder(data.parent / dataset, dataset, **files)
    rows = building.table(numbered([dossier()] * count))
    snapshots.publish(rows, references, date(2024, 5, 31), building.origin(count, demo=demo), data)


def test_published_areas_say_what_they_are(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert areas(data) == []
    publish(data, "a-demo", 120, models=True, demo=True)
    publish(data, "a-trial", 1, models=True)
    publish(data, "b-plain", 120, models=False)
    publish(data, "c-models", 100, models=True)
    found = areas(data)
    assert [area.id for area in found] == ["c-models", "b-plain", "a-demo", "a-trial"]
    assert {area.name.en for area in found} == {"Tra Cu district"}
    assert found[1] == Area("b-plain", found[0].name, 120, demo=False, models=False)


def test_an_area_that_cannot_be_read_stands_among_the_trials_under_its_id(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data, DATASET, 100, models=False, demo=True)
    publish(data, "a-damaged", 120, models=True)
    for manifest in (data / "snapshots" / "a-damaged").glob("*/manifest.json"):
        manifest.chmod(0o644)
        manifest.write_text("{")
    assert [(area.id, area.name.vi) for area in areas(data)][-1] == ("a-damaged", "a-damaged")


def test_the_current_snapshot_speaks_for_an_area_and_the_newest_whole_one_where_it_cannot(tmp_path: Path) -> None:
    data = tmp_path / "data"
    publish(data, "area", 100, models=True)
    building.publish(data, [dossier()], date(2024, 6, 30), references=building.reference_folder(tmp_path / "r", "area"))
    assert [area.dossiers for area in areas(data)] == [1]
    (data / "snapshots" / "area" / "current").write_text("gone")
    assert [area.dossiers for area in areas(data)] == [1]
    [old] = [each for each in snapshots.published(data, "area") if each.as_of == date(2024, 5, 31)]
    (data / "snapshots" / "area" / "current").write_text(old.id)
    assert [area.dossiers for area in areas(data)] == [100]
