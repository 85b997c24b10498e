"""The table of the whole country: every unit once, every former one followed, and an area made of any province."""

import csv
import datetime
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from cchc.importing.matching import Matcher
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


# Communes, wards and special zones of each province as resolutions 1654 to 1687/NQ-UBTVQH15 of 16/06/2025 state them;
# together 2,621, 687 and 13, the 3,321 that the Government reported to the National Assembly.
OFFICIAL = {
    "01": (75, 51, 0), "04": (53, 3, 0), "08": (117, 7, 0), "11": (42, 3, 0), "12": (36, 2, 0), "14": (67, 8, 0),
    "15": (89, 10, 0), "19": (77, 15, 0), "20": (61, 4, 0), "22": (22, 30, 2), "24": (66, 33, 0), "25": (133, 15, 0),
    "31": (67, 45, 2), "33": (93, 11, 0), "37": (97, 32, 0), "38": (147, 19, 0), "40": (119, 11, 0),
    "42": (60, 9, 0), "44": (69, 8, 1), "46": (19, 21, 0), "48": (70, 23, 1), "51": (86, 9, 1), "52": (110, 25, 0),
    "56": (48, 16, 1), "66": (88, 14, 0), "68": (103, 20, 1), "75": (72, 23, 0), "79": (54, 113, 1),
    "80": (82, 14, 0), "82": (82, 20, 0), "86": (105, 19, 0), "91": (85, 14, 3), "92": (72, 31, 0), "96": (55, 9, 0),
}  # fmt: skip


def test_every_province_has_the_communes_wards_and_zones_its_resolution_states(all_provinces: dict[str, Path]) -> None:
    kinds = ("Xã ", "Phường ", "Đặc khu ")
    found = {}
    for code, folder in all_provinces.items():
        units = boundaries.read_units(folder / "units.csv").values()
        names = [(*unit.aliases, unit.name)[0] for unit in units if unit.level == "commune" and unit.is_valid(CHANGE)]
        found[code] = tuple(sum(name.startswith(kind) for name in names) for kind in kinds)
        assert sum(found[code]) == len(names)
    assert found == OFFICIAL
    assert [sum(column) for column in zip(*found.values(), strict=True)] == [2621, 687, 13]


# Communes that became wards of the same ground and code, and provinces that became cities: resolutions 30, 36 and
# 39/2026/QH16, 237 and 388/NQ-UBTVQH16. Communes and wards of the two that have such wards, since.
RAISED = {
    "22": ("Thành phố Quảng Ninh", []),
    "24": ("Thành phố Bắc Ninh", "Bố Hạ, Chi Lăng, Gia Bình, Hiệp Hòa, Kép, Lạng Giang, Lục Nam, Lương Tài, "
           "Nhân Thắng, Phù Lãng, Tiên Du, Yên Phong".split(", ")),
    "75": ("Thành phố Đồng Nai", "Dầu Giây, Đồng Phú, Lộc Ninh, Long Thành, Nhơn Trạch, Tân Khai, Tân Phú, "
           "Trảng Bom, Trị An, Xuân Lộc".split(", ")),
}  # fmt: skip
SINCE = {"24": (54, 45), "75": (62, 33)}


@pytest.mark.parametrize("province", RAISED)
def test_who_was_raised_in_2026_is_the_same_unit_by_today_s_name_and_found_by_both(
    all_provinces: dict[str, Path], province: str
) -> None:
    city, wards = RAISED[province]
    units = boundaries.read_units(all_provinces[province] / "units.csv")
    today = [unit for unit in units.values() if unit.is_valid(datetime.date(2026, 10, 31))]
    raised = {unit.name: unit for unit in today if unit.aliases}
    assert set(raised) == {city, *(f"Phường {name}" for name in wards)}
    assert raised[city].aliases == (city.replace("Thành phố", "Tỉnh"),)
    assert national.provinces()[province] == city
    counted = Counter(unit.name.split()[0] for unit in today if unit.level == "commune")
    assert (counted["Xã"], counted["Phường"]) == SINCE.get(province, OFFICIAL[province][:2])
    for day in (datetime.date(2026, 1, 15), datetime.date(2026, 10, 15)):
        matcher = Matcher(units.values(), day=day)
        for unit in raised.values():
            assert {matcher.find(name) for name in (unit.name, *unit.aliases)} == {unit.id}


def test_every_former_commune_has_heirs_in_its_own_province_of_today_and_every_commune_of_today_comes_from_some(
    all_provinces: dict[str, Path],
) -> None:
    """10,035 communes and the five island districts that had none, which are zones now."""
    former = 0
    for folder in all_provinces.values():
        units = boundaries.read_units(folder / "units.csv")
        found = boundaries.read_successions(folder / "successors.csv", units)
        communes = {id_: unit for id_, unit in units.items() if unit.level == "commune"}
        gone = {id_ for id_, unit in communes.items() if not unit.is_valid(CHANGE)}
        begun = {id_ for id_, unit in communes.items() if unit.valid_from == CHANGE}
        heirs: dict[str, list[boundaries.Succession]] = {}
        for each in found:
            heirs.setdefault(each.old, []).append(each)
        assert heirs.keys() & communes.keys() == gone
        assert {each.new for each in found if each.old in communes} == begun
        # A unit is followed whole by one or in parts by several, of which one has most of its people.
        for old in gone:
            assert {each.kind for each in heirs[old]} == {"whole" if len(heirs[old]) == 1 else "part"}
            assert sum(each.default for each in heirs[old]) == 1
        islands = {id_ for id_, unit in communes.items() if unit.name.startswith("Huyện ")}
        former += len(gone - islands) + len(communes.keys() - gone - begun)
    assert former == 10035


# Whole predecessors of the communes around the three first demo areas, and the parts of those that were divided:
# resolutions 1666, 1669 and 1687/NQ-UBTVQH15, as read.
WHOLE = {
    "29461": "29461 29479 29485", "29467": "29464 29467 29470", "29476": "29473 29476", "29489": "29482 29488 29489",
    "29491": "29462 29491 29494", "29506": "29503 29506 29509", "12103": "12103 12106 12109 12118",
    "12133": "12121 12130 12133 12136 12139", "12127": "12112 12115 12124 12127", "10813": "10813 10861 10867",
    "10846": "10840 10864", "10816": "10816 10825", "10843": "10834 10843 10855", "10882": "10876 10879 10882",
}  # fmt: skip
PARTS = [
    ("10846", "10846"),
    ("10828", "10816"),
    ("10831", "10843"),
    ("10846", "11086"),
    ("10828", "10756"),
    ("10831", "10756"),
]


def test_the_successors_of_the_first_areas_are_those_of_the_resolutions(all_provinces: dict[str, Path]) -> None:
    found = {}
    for province in ("31", "33", "86"):
        units = boundaries.read_units(all_provinces[province] / "units.csv")
        for each in boundaries.read_successions(all_provinces[province] / "successors.csv", units):
            found[units[each.old].code, units[each.new].code] = each.kind
    expected = {(old, new): "whole" for new, listed in WHOLE.items() for old in listed.split()}
    expected |= dict.fromkeys(PARTS, "part")
    assert {pair: found.get(pair) for pair in expected} == expected
    entered = {pair for pair in found if pair[1] in WHOLE and pair[1] not in {new for _, new in PARTS}}
    assert entered <= expected.keys()


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
