"""A dossier is found by its number or a part of it, however it is written, in any period."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.store import lookup, pieces, snapshots, tables
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
        ("230301-0001", [0]), ("2303010001", [0]), ("230301", [1, 0]), ("-0001", [2, 0]), ("301-00", [1, 0]),
        ("hs-đ7", [4]), ("221231", [3]), ("9999", []), ("", []), (" -–. ", []), ("%", []), ("'; drop table", []),
        ("14 0010 230301", []), ("Mã hồ sơ: H23.38.14-230301-0001", [0]), ("MÃ HỒ SƠ H23.38.14-230301-0001.", [0]),
        ("Số hồ sơ: “H23.38.14-230301-0001”;", [0]), ("(Mã số hồ sơ:230301-0001)", [0]),
        ("ma ho so: 230301-0001,", [0]), ("Hồ sơ số  221231", [3]), ("Mã: 221231", [3]), ("Số 221231", [3]),
        ("Dossier number: 221231", [3]),
        ("Ma\u0303 ho\u0302\u0300 so\u031b: 221231", [3]), ("hồ sơ", []), ("hs-đ7.", [4]),
    ],
)  # fmt: skip
def test_a_number_or_a_part_of_it_finds_its_dossiers_newest_first(
    snapshot: Snapshot, text: str, places: list[int]
) -> None:
    assert found(snapshot, text) == [NUMBERS[place] for place in places]


def test_a_number_that_is_meant_as_a_whole_stands_first(tmp_path: Path) -> None:
    rows = [dossier(dossier_id=number) for number in ("0170", "170", "17")]
    assert found(building.publish(tmp_path, rows), "17") == ["17", "170", "0170"]


def test_no_more_are_listed_than_asked_for(snapshot: Snapshot) -> None:
    assert len(lookup.find(snapshot, "0", most=2)) == 2


# --- The index and a plain reading of every number ---

SIGNS = " ./–-"


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Snapshot, list[str]]]:
    """A snapshot whose numbers look alike, in stretches of seven, and its numbers, the newest first."""
    chance = random.Random(1)
    numbers = {
        "".join(chance.choice("001123hđĐ") + chance.choice(["", "", "", *SIGNS]) for _ in range(chance.randint(1, 12)))
        for _ in range(300)
    }
    numbers |= {f"H{n % 3}.0{n % 4}-2303{n % 30:02}-{n:04}" for n in range(300)}
    rows = [dossier(dossier_id=each, received_at=f"2024-0{chance.randint(1, 5)}-0{chance.randint(1, 9)}")
            for each in sorted(numbers)]  # fmt: skip
    with pytest.MonkeyPatch.context() as small:
        small.setattr(tables, "ROWS", 7)
        snapshot = building.publish(tmp_path_factory.mktemp("mixed"), rows)
        newest = sorted(rows, key=lambda row: (row["received_at"], row["dossier_id"].encode()), reverse=True)
        yield snapshot, [str(row["dossier_id"]) for row in newest]


def read_through(numbers: list[str], text: str, most: int) -> list[str]:
    """What `lookup.find` should find in the numbers, the newest first."""
    words = re.findall(r"[^\W_]+", text.lower())
    whole = "".join(words)
    bare = {each: re.sub(f"[{SIGNS}]", "", each.lower()) for each in numbers}
    joined = [each for each in numbers if whole and whole in bare[each]]
    held = [each for each in joined if all(word in each.lower() for word in words)]
    found = held if held or len(words) > 1 else joined
    return sorted(found, key=lambda each: bare[each] != whole)[:most]


@given(data=st.data())
def test_the_index_finds_what_reading_every_number_finds(
    mixed: tuple[Snapshot, list[str]], data: st.DataObject
) -> None:
    snapshot, numbers = mixed
    number = data.draw(st.sampled_from(numbers))
    start = data.draw(st.integers(0, len(number)))
    part = number[start : data.draw(st.integers(start, len(number)))]
    written = st.sampled_from([part, part.upper(), re.sub(f"[{SIGNS}]", "", part), part.replace("-", " ")])
    text = data.draw(st.one_of(written, st.text(alphabet=f"0123hđ{SIGNS}", max_size=8)))
    most = data.draw(st.sampled_from([1, 20, 1000]))
    assert list(lookup.find(snapshot, text, most)["dossier_id"]) == read_through(numbers, text, most)


def test_a_whole_number_is_looked_for_where_it_is(mixed: tuple[Snapshot, list[str]]) -> None:
    snapshot, numbers = mixed
    cursor = snapshots.connect(snapshot, (pieces.TABLE,)).cursor()
    for number in numbers[::20]:
        exact, within, _ = pieces.find(cursor, [re.sub(f"[{SIGNS}]", "", number.lower())])
        files, rows = lookup.among(snapshot, exact)
        sql = f"select count(*) from dossiers_in($files) where dossier_id = $number and {rows}"
        assert cursor.execute(sql, {"files": files, "number": number}).fetchall() == [(1,)]
        assert exact <= within
        assert len(exact) <= 3


def test_a_dossier_comes_with_everything_stored_of_it(snapshot: Snapshot) -> None:
    row = lookup.one(snapshot, NUMBERS[0])
    assert row is not None
    assert {"unit", "procedure", "outcome", "due_on", "promised_on", "model_kept"} <= row.keys()
    assert f"{row['received_at']:%Y-%m-%d}" == "2023-03-01"
    assert lookup.one(snapshot, "230301") is None
