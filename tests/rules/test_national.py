"""The table of the whole country: every unit once, every former one followed, and an area made of any province."""

import csv
import datetime
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from cchc.rules import boundaries, national
from cchc.text import UserError

CHANGE = datetime.date(2025, 7, 1)


@pytest.fixture(scope="module")
def all_provinces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder with the tables of each province."""
    into = tmp_path_factory.mktemp("provinces")
    for code in national.provinces():
        national.write(code, into / code)
    return {code: into / code for code in national.provinces()}


def test_there_are_34_provinces_of_3321_units_today_and_63_of_10035_before(all_provinces: dict[str, Path]) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    codes = set()
    for folder in all_provinces.values():
        for unit in boundaries.read_units(folder / "units.csv").values():
            for when, day in (("before", CHANGE - datetime.timedelta(days=1)), ("now", CHANGE)):
                if unit.is_valid(day):
                    counted[when, unit.level] += 1
                    codes.add((when, unit.code, unit.level))
    assert counted == {
        ("now", "province"): 34, ("now", "commune"): 3321,
        ("before", "province"): 63, ("before", "district"): 691, ("before", "commune"): 10040,
    }  # fmt: skip
    assert len(codes) == counted.total()


def test_the_tables_of_every_province_are_references_without_gap_or_overlap(all_provinces: dict[str, Path]) -> None:
    for folder in all_provinces.values():
        units = boundaries.read_units(folder / "units.csv")
        found = boundaries.read_successions(folder / "successors.csv", units)
        shown, stands = boundaries.as_of_today(units, found, CHANGE)
        today = {unit.id for unit in units.values() if unit.is_valid(CHANGE)}
        gone = {id_ for id_, unit in units.items() if unit.level == "district"}
        assert today == {id_ for shown_id in shown for id_ in shown_id.split("~")} - gone
        assert set(stands) == set(units)


# Resolutions 1666, 1669 and 1687/NQ-UBTVQH15, as read.
@pytest.mark.parametrize(
    ("province", "old", "heirs"),
    [
        ("86", "29461", {"29461@2025-07-01": "whole"}), ("86", "29488", {"29489@2025-07-01": "whole"}),
        ("86", "29494", {"29491@2025-07-01": "whole"}), ("33", "12109", {"12103@2025-07-01": "whole"}),
        ("33", "12136", {"12133@2025-07-01": "whole"}), ("31", "10816", {"10816@2025-07-01": "whole"}),
        ("31", "10846", {"10846@2025-07-01": "part", "11086@2025-07-01": "part"}),
        ("31", "10828", {"10816@2025-07-01": "part", "10756@2025-07-01": "part"}),
        ("31", "10831", {"10843@2025-07-01": "part", "10756@2025-07-01": "part"}),
    ],
)  # fmt: skip
def test_known_communes_are_followed_as_their_resolution_says(
    all_provinces: dict[str, Path], province: str, old: str, heirs: dict[str, str]
) -> None:
    folder = all_provinces[province]
    units = boundaries.read_units(folder / "units.csv")
    found = boundaries.read_successions(folder / "successors.csv", units)
    assert {each.new: each.kind for each in found if each.old == old} == heirs


def test_a_former_province_is_answered_with_the_one_that_follows_it() -> None:
    with pytest.raises(UserError) as error:
        national.tables("84")
    assert "86 (Tỉnh Vĩnh Long)" in error.value.text.vi
    with pytest.raises(UserError) as error:
        national.tables("999")
    assert "Thành phố Hà Nội" in error.value.text.vi


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError):
        national.write("86", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["units.csv"]
    assert (tmp_path / "units.csv").read_text(encoding="utf-8") == "mine"


def test_the_file_of_the_page_holds_what_the_command_writes(all_provinces: dict[str, Path]) -> None:
    packed = zipfile.ZipFile(io.BytesIO(national.packed("86")))
    for name in ("units.csv", "successors.csv"):
        assert packed.read(name) == (all_provinces["86"] / name).read_bytes()
        assert len(list(csv.reader(packed.read(name).decode().splitlines()))) > 100
