"""Units through time: one body over one span of days, its heirs, and who stands for whom today."""

import datetime
from collections import deque
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.rules import boundaries, references
from cchc.rules.boundaries import Succession, Unit
from cchc.rules.lines import FIRST_DAY, LAST_DAY
from cchc.text import UserError
from tests import building

CHANGE = datetime.date(2025, 7, 1)
BEFORE = CHANGE - datetime.timedelta(days=1)
UNITS = "unit,code,name,level,parent,valid_from,valid_to\n"
HEIRS = "old,new,from,kind,default,law\n"
OLD = "A,A,Xã A,commune,,,2025-06-30\nB,B,Xã B,commune,,,2025-06-30\n"
NEW = "A@2025,A,Xã Mới,commune,,2025-07-01,\nC,C,Xã Kia,commune,,2025-07-01,\n"


def area(folder: Path, units: str, heirs: str | None = None) -> Path:
    """References of an area with these units and successors."""
    return with_files(folder, {"units.csv": units} | ({"successors.csv": heirs} if heirs is not None else {}))


def with_files(folder: Path, files: dict[str, str]) -> Path:
    """References of a small area, without service models, and with these files instead of its own."""
    building.reference_folder(folder, service_models="", targets="metric,value,source\n")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(UserError) as error:
        references.read(folder)
    assert error.value.text.vi != error.value.text.en
    return error.value.text.vi


@pytest.mark.parametrize(
    ("name", "rows", "lines"),
    [
        ("units.csv", UNITS + "A,,Xã A,commune,,,\nB,,Xã B,commune,,,\nA,,Xã Hà Bắc,commune,,,\n", ("2", "4", "A")),
        ("procedures.csv", "procedure,name,field,days\nx,Một,land,1\nx,Hai,land,1\n", ("2", "3", "x")),
        ("documents.csv", "document,name_vi,name_en,kind,day\nd,a,a,plan,\nd,b,b,news,\n", ("2", "3", "d")),
        ("fields.csv", "field,name_vi,name_en\nland,Đất,Land\nland,Đai,Ground\n", ("2", "3", "land")),
    ],
)
def test_an_id_that_stands_twice_is_refused_with_both_lines(
    tmp_path: Path, name: str, rows: str, lines: tuple[str, ...]
) -> None:
    said = refused(with_files(tmp_path, {name: rows}))
    assert all(part in said for part in (name, *lines)), said


def test_two_units_never_share_a_code_on_one_day(tmp_path: Path) -> None:
    said = refused(area(tmp_path, UNITS + "A,7,Xã A,commune,,,2025-07-01\nB,7,Xã B,commune,,2025-07-01,\n"))
    assert all(part in said for part in ("units.csv", "dòng 2 và dòng 3", "mã 7", "01/07/2025")), said


def test_a_code_given_again_is_another_unit(tmp_path: Path) -> None:
    known = references.read(area(tmp_path, UNITS + OLD + NEW)).units
    assert [(unit.id, unit.code) for unit in known.values()] == [("A", "A"), ("B", "B"), ("A@2025", "A"), ("C", "C")]


def test_a_key_with_a_day_needs_no_column_for_its_code(tmp_path: Path) -> None:
    known = references.read(area(tmp_path, "unit,name,level\nA@2025-07-01,Xã A,commune\n")).units
    assert known["A@2025-07-01"].code == "A"


@pytest.mark.parametrize(
    ("heirs", "said"),
    [
        ("A,X,2025-07-01,whole,yes,\n", ("dòng 2", "new = X")),
        ("X,C,2025-07-01,whole,yes,\n", ("dòng 2", "old = X")),
        ("A,C,2025-07-01,all,yes,\n", ("dòng 2", "kind = all")),
        ("A,C,2025-07-02,whole,yes,\n", ("dòng 2", "from = 2025-07-02")),
        ("A,B,2025-07-01,whole,yes,\n", ("dòng 2", "from = 2025-07-01")),
        ("A,C,01/07/2025,whole,yes,\n", ("dòng 2: 01/07/2025 (≠ YYYY-MM-DD) không",)),
        ("A,C,,whole,yes,\n", ("dòng 2: from =",)),
        ("A,C,2025-07-01,whole,yes,\n", ("kế thừa của B",)),
        ("B,C,2025-07-01,whole,yes,\nA,C,2025-07-01,part,yes,\n", ("dòng 3", "nêu đủ các đơn vị mới")),
        (
            "B,C,2025-07-01,whole,yes,\nA,C,2025-07-01,whole,yes,\nA,A@2025,2025-07-01,whole,,\n",
            ("dòng 3", "chỉ có một"),
        ),
        ("B,C,2025-07-01,whole,yes,\nA,C,2025-07-01,part,,\nA,A@2025,2025-07-01,part,,\n", ("dòng 3", "default = yes")),
        ("A,C,2025-07-01,whole,yes,\nA,C,2025-07-01,whole,yes,\n", ("dòng 2 và dòng 3",)),
        ("A,C,2025-07-01,whole,x,\n", ("dòng 2: default = x (≠ yes, no) không hợp lệ",)),
    ],
)
def test_a_succession_with_a_gap_an_overlap_or_a_missing_heir_is_refused(
    tmp_path: Path, heirs: str, said: tuple[str, ...]
) -> None:
    found = refused(area(tmp_path, UNITS + OLD + NEW, HEIRS + heirs))
    assert all(part in found for part in ("successors.csv", *said)), found


def test_a_word_that_is_neither_yes_nor_no_is_not_read_as_no(tmp_path: Path) -> None:
    rows = "procedure,name,field,days,fee\nbirth,Khai sinh,civil,1,có\n"
    said = refused(with_files(tmp_path, {"procedures.csv": rows}))
    assert "procedures.csv, dòng 2: fee = có (≠ yes, no) không hợp lệ" in said


@pytest.mark.parametrize("column", ["old", "new", "from", "kind"])
def test_a_column_that_is_missing_is_named(tmp_path: Path, column: str) -> None:
    columns = HEIRS.strip().split(",")
    cells = dict(zip(columns, ("A", "C", "2025-07-01", "whole", "yes", ""), strict=True))
    left = [each for each in columns if each != column]
    heirs = f"{','.join(left)}\n{','.join(cells[each] for each in left)}\n"
    assert f"successors.csv thiếu cột {column};" in refused(area(tmp_path, UNITS + OLD + NEW, heirs))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("units.csv", UNITS + "A,A,Xã A,commune,,01/07/2025,\n"),
        ("documents.csv", "document,name_vi,name_en,kind,day\nd,a,a,plan,01/07/2025\n"),
    ],
)
def test_a_day_in_another_form_is_named_in_the_reader_s_language(tmp_path: Path, name: str, rows: str) -> None:
    said = refused(with_files(tmp_path, {name: rows}))
    assert f"{name}, dòng 2: 01/07/2025 (≠ YYYY-MM-DD) không hợp lệ" in said


def test_an_office_that_ends_with_the_district_level_needs_no_heir(tmp_path: Path) -> None:
    district = "D,D,Huyện,district,,,2025-06-30\nE,E,Xã,commune,,,\n"
    assert references.read(area(tmp_path, UNITS + district, HEIRS)).successions == ()


def unit(id_: str, name: str, first: datetime.date = FIRST_DAY, last: datetime.date = LAST_DAY) -> Unit:
    return Unit(id_, name, "commune", "", first, last, (), id_.partition("@")[0])


# Communes of Thanh Hà around one that was split (resolution 1669/NQ-UBTVQH15).
THANH_HA = {
    each.id: each
    for each in (
        unit("10840", "Xã Tân An", last=BEFORE), unit("10864", "Xã An Phượng", last=BEFORE),
        unit("10846", "Xã Thanh Hải", last=BEFORE), unit("10867", "Xã Thanh Sơn", last=BEFORE),
        unit("10813", "Thị trấn Thanh Hà", last=BEFORE), unit("10846@2025-07-01", "Xã Hà Tây", CHANGE),
        unit("11086@2025-07-01", "Xã Đại Sơn", CHANGE), unit("10813@2025-07-01", "Xã Thanh Hà", CHANGE),
        unit("294", "Huyện Thanh Hà", last=BEFORE),
    )
}  # fmt: skip
HEIRS_OF_THANH_HA = [
    Succession(old, f"{new}@2025-07-01", CHANGE, kind, default, "NQ 1669/NQ-UBTVQH15")
    for old, new, kind, default in (
        ("10840", "10846", "whole", True), ("10864", "10846", "whole", True), ("10846", "10846", "part", True),
        ("10846", "11086", "part", False), ("10867", "10813", "whole", True), ("10813", "10813", "whole", True),
    )
]  # fmt: skip


def test_a_unit_of_today_stands_for_its_whole_predecessors_and_a_split_one_only_with_its_heirs_together() -> None:
    shown, stands = boundaries.as_of_today(THANH_HA, HEIRS_OF_THANH_HA, CHANGE)
    assert shown[stands["10867"]].name == "Xã Thanh Hà"
    assert shown[stands["10867"]].merged == ("Thị trấn Thanh Hà", "Xã Thanh Sơn")
    split = shown[stands["10846"]]
    assert (split.id, split.name) == ("10846@2025-07-01~11086@2025-07-01", "Xã Đại Sơn + Xã Hà Tây")
    assert split.merged == ("Xã An Phượng", "Xã Tân An", "Xã Thanh Hải")
    assert stands["10840"] == stands["10864"] == stands["11086@2025-07-01"] == split.id
    assert shown["294"] == THANH_HA["294"]


def test_before_the_change_everything_stands_for_itself() -> None:
    shown, stands = boundaries.as_of_today(THANH_HA, HEIRS_OF_THANH_HA, BEFORE)
    assert (shown, stands) == (THANH_HA, {id_: id_ for id_ in THANH_HA})


@given(st.lists(st.tuples(st.integers(0, 7), st.sets(st.integers(0, 4), min_size=1, max_size=3)), max_size=8))
def test_the_units_shown_together_are_exactly_those_that_gave_to_one_another(drawn: list[tuple[int, set[int]]]) -> None:
    heirs = {f"old{old}": {f"new{new}" for new in news} for old, news in drawn}
    olds = [unit(f"old{n}", f"Xã {n}", last=BEFORE) for n in range(8)]
    news = [unit(f"new{n}", f"Phường {n}", CHANGE) for n in range(5)]
    found = [
        Succession(old, new, CHANGE, "part" if len(all_) > 1 else "whole", new == min(all_), "")
        for old, all_ in heirs.items()
        for new in all_
    ]
    known = {each.id: each for each in (*olds, *news)}
    shown, stands = boundaries.as_of_today(known, found, CHANGE)
    near = {id_: {*heirs.get(id_, ()), *(old for old, all_ in heirs.items() if id_ in all_)} for id_ in known}
    for id_ in known:
        reached, queue = {id_}, deque([id_])
        while queue:
            for other in near[queue.popleft()] - reached:
                reached.add(other)
                queue.append(other)
        assert {other for other in known if stands[other] == stands[id_]} == reached
    assert set(shown) == set(stands.values())


def test_a_set_whose_heirs_began_on_different_days_names_everyone_who_is_gone() -> None:
    """Two communes of 2025 of which one gave a part to a commune of 2026: those that ended late are not forgotten."""
    later = datetime.date(2026, 4, 30)
    units = [
        unit("1", "Xã A", last=BEFORE), unit("2", "Xã B", last=later - datetime.timedelta(days=1)),
        unit("1@2025-07-01", "Xã C", CHANGE), unit("2@2026-04-30", "Xã D", later), unit("3", "Xã E", last=BEFORE),
        unit("3@2025-07-01", "Xã F", CHANGE, later - datetime.timedelta(days=1)),
    ]  # fmt: skip
    found = [
        Succession("1", "1@2025-07-01", CHANGE, "part", True, ""),
        Succession("1", "3@2025-07-01", CHANGE, "part", False, ""),
        Succession("3", "3@2025-07-01", CHANGE, "whole", True, ""),
        Succession("3@2025-07-01", "2@2026-04-30", later, "whole", True, ""),
        Succession("2", "2@2026-04-30", later, "whole", True, ""),
    ]
    shown, stands = boundaries.as_of_today({each.id: each for each in units}, found, later)
    assert {stands[each.id] for each in units} == {"1@2025-07-01~2@2026-04-30"}
    assert shown["1@2025-07-01~2@2026-04-30"].merged == ("Xã A", "Xã B", "Xã E", "Xã F")
