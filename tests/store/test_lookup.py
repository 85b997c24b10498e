"""A dossier is found by its number or a part of it, however it is written, in any period."""

from pathlib import Path

import pytest

from cchc.store import lookup
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import dossier

NUMBERS = (
    "H23.38.14-230301-0001",
    "H23.38.14-230301-0010",
    "H23.38.15-240502-0001",
    "000.00.01.H10-221231-0003",
    "HS-Đ7",
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    days = ("2023-03-01", "2023-03-01", "2024-05-02", "2022-12-31", "2024-01-02")
    rows = [dossier(dossier_id=number, received_at=day) for number, day in zip(NUMBERS, days, strict=True)]
    return building.publish(tmp_path_factory.mktemp("lookup"), rows)


def found(snapshot: Snapshot, text: str) -> list[str]:
    return list(lookup.find(snapshot, text)["dossier_id"])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("H23.38.14-230301-0001", [0]), ("h23.38.14-230301-0001", [0]), ("  H23.38.14-230301-0001\t", [0]),
        ("H23.38.14–230301–0001", [0]), ("H23.38.14 230301 0001", [0]), ("H2338142303010001", [0]),
        ('="H23.38.14-230301-0001"', [0]), ("'H23.38.14-230301-0001", [0]), ("“H23.38.14-230301-0001”", [0]),
        ("(H23.38.14-230301-0001)", [0]), ("Ｈ２３.38.14-230301-0001", [0]),
        ("230301-0001", [0]), ("2303010001", [0]), ("230301", [0, 1]), ("-0001", [2, 0]), ("301-00", [0, 1]),
        ("hs-đ7", [4]), ("221231", [3]), ("9999", []), ("", []), (" -–. ", []), ("%", []), ("'; drop table", []),
        ("14 0010 230301", []),
    ],
)  # fmt: skip
def test_a_number_or_a_part_of_it_finds_its_dossiers_newest_first(
    snapshot: Snapshot, text: str, places: list[int]
) -> None:
    assert found(snapshot, text) == [NUMBERS[place] for place in places]


def test_a_number_that_is_meant_as_a_whole_stands_first(tmp_path: Path) -> None:
    rows = [dossier(dossier_id=number) for number in ("0170", "170", "17")]
    assert found(building.publish(tmp_path, rows), "17") == ["17", "0170", "170"]


def test_no_more_are_listed_than_asked_for(snapshot: Snapshot) -> None:
    assert len(lookup.find(snapshot, "0", most=2)) == 2


def test_a_dossier_comes_with_everything_stored_of_it(snapshot: Snapshot) -> None:
    row = lookup.one(snapshot, NUMBERS[0])
    assert row is not None
    assert {"unit", "procedure", "outcome", "due_on", "promised_on", "model_kept"} <= row.keys()
    assert f"{row['received_at']:%Y-%m-%d}" == "2023-03-01"
    assert lookup.one(snapshot, "230301") is None
