"""References of one area: read, checked, frozen beside a snapshot."""

import re
from datetime import date
from pathlib import Path

import pytest

from cchc.config import REFERENCE
from cchc.rules import references
from cchc.rules.lines import FIRST_DAY, LAST_DAY
from cchc.text import UserError
from tests import building

DATASETS = ("tra-cu", "thanh-ha", "my-hao")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return building.reference_folder(tmp_path / "tra-cu")


def test_everything_in_the_files_is_read(folder: Path) -> None:
    known = references.read(folder)
    assert (known.dataset.id, known.dataset.name.vi, known.dataset.late_by) == ("tra-cu", "Huyện Trà Cú", "date")
    assert list(known.units) == list(building.UNITS)
    assert known.units["A"].name == "Xã Đại An"
    assert (known.units["A"].level, known.units["A"].parent) == ("commune", "D")
    assert (known.units["A"].valid_from, known.units["A"].valid_to) == (FIRST_DAY, LAST_DAY)
    assert {p.id: (p.field, p.days) for p in known.procedures.values()} == {
        "birth": ("civil", 1), "marriage": ("civil", 3), "copy": ("certification", 0), "title": ("land", 20),
    }  # fmt: skip
    assert list(known.fields) == list(building.FIELDS)
    assert [model.id for model in known.models] == ["thu-sau", "thu-nam"]
    assert len(known.targets) == 3
    assert not known.calendar.is_working(date(2024, 3, 25))
    assert known.calendar.is_working(date(2024, 3, 30))


def test_validity_dates_aliases_and_empty_days_are_read(tmp_path: Path) -> None:
    known = references.read(building.reference_folder(
        tmp_path,
        units="unit,name,level,parent,valid_from,valid_to,aliases\n"
        "A,Xã Đại An,commune,,2020-01-01,2025-06-30,UBND xã Đại An; X. Đại An ;\n",
        procedures="procedure,name,field,days,levels,aliases,fee\nbirth,Khai sinh,civil,,commune;district,KS,yes\n",
        service_models="",
    ))  # fmt: skip
    unit, procedure = known.units["A"], known.procedures["birth"]
    assert (unit.valid_from, unit.valid_to) == (date(2020, 1, 1), date(2025, 6, 30))
    assert unit.aliases == ("UBND xã Đại An", "X. Đại An")
    assert (procedure.days, procedure.levels, procedure.aliases, procedure.fee) == (
        None,
        ("commune", "district"),
        ("KS",),
        True,
    )


def test_files_an_area_does_not_have_are_taken_from_the_shared_folder(tmp_path: Path) -> None:
    folder = building.reference_folder(tmp_path, service_models="")
    for name in ("procedures.csv", "fields.csv", "targets.csv", "holidays.toml"):
        (folder / name).unlink()
    known = references.read(folder)
    assert "2.000815" in known.procedures
    assert not known.calendar.is_working(date(2026, 1, 2))


@pytest.mark.parametrize("dataset", DATASETS)
def test_frozen_references_read_the_same(dataset: str, tmp_path: Path) -> None:
    references.freeze(REFERENCE / dataset, tmp_path / "frozen")
    assert references.read(tmp_path / "frozen") == references.read(REFERENCE / dataset)


def test_frozen_references_need_no_other_folder(folder: Path, tmp_path: Path) -> None:
    references.freeze(folder, tmp_path / "frozen")
    assert {path.name for path in (tmp_path / "frozen").iterdir()} == {path.name for path in folder.iterdir()}


def test_references_are_looked_for_in_one_folder_after_the_other(tmp_path: Path) -> None:
    own = building.reference_folder(tmp_path / "own" / "tra-cu")
    shared = building.reference_folder(tmp_path / "shared" / "tra-cu")
    other = building.reference_folder(tmp_path / "shared" / "my-hao", "my-hao")
    places = (tmp_path / "own", tmp_path / "shared")
    assert references.find("tra-cu", places) == own
    assert references.find("tra-cu", places[1:]) == shared
    assert references.find("my-hao", places) == other
    assert references.find("thanh-ha", places) is None
    assert references.find("nowhere", (tmp_path / "missing",)) is None


@pytest.mark.parametrize(
    ("file", "text", "named"),
    [
        ("units", "unit,name,level,parent\nA,Xã A,commune,\nB,Xã B,village,\n", ("units.csv", "3", "village")),
        ("units", "unit,name\nA,Xã A\n", ("units.csv", "level")),
        ("units", "unit,name,level,parent,valid_from\nA,Xã A,commune,,1/7/2024\n", ("units.csv", "2", "1/7/2024")),
        ("procedures", "procedure,name,field,days\np,P,unknown,1\n", ("procedures.csv", "2", "unknown")),
        ("procedures", "procedure,name,field,days\np,P,civil,three\n", ("procedures.csv", "2", "three")),
        ("targets", "metric,value,source\non_time_rate,95 %,x\n", ("targets.csv", "2", "95 %")),
        ("fields", "field,name_vi\ncivil,Hộ tịch\n", ("fields.csv", "name_en")),
        ("holidays", "[[day]]\nday = 2024-01-01\n", ("holidays.toml",)),
    ],
)
def test_a_wrong_value_is_named_with_its_file_and_line(
    tmp_path: Path, file: str, text: str, named: tuple[str, ...]
) -> None:
    folder = building.reference_folder(tmp_path, **{file: text})
    with pytest.raises(UserError) as caught:
        references.read(folder)
    for language in ("vi", "en"):
        assert all(word in caught.value.text[language] for word in named)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('units = ["D", "A", "B"]', 'units = ["D", "X", "B"]', "X"),
        ('procedures = ["birth"]', 'procedures = ["death"]', "death"),
        ('fields = ["certification"]', 'fields = ["tax"]', "tax"),
    ],
)
def test_a_model_that_names_something_unknown_is_set_apart_and_the_others_stay(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    folder = building.reference_folder(tmp_path)
    path = folder / "service_models.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    known = references.read(folder)
    assert [model.id for model in known.models] == ["thu-nam"]
    [wrong] = known.wrong_models
    assert (wrong.id, wrong.name.vi) == ("thu-sau", "Ngày thứ Sáu không chờ")
    for language in ("vi", "en"):
        assert re.search(rf"service_models.toml, \[\[model\]\] 1, .* 1\D.*\b{named}\b", wrong.why[language])


@pytest.mark.parametrize(
    "text", ["", "name = 5\n", 'id = "x"\n', 'id = "x"\nname = "X"\n', 'id = "x"\nname = {vi = "X"}\n']
)
def test_a_dataset_file_that_lacks_a_key_is_the_readers_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as caught:
        references.read(_with_dataset(tmp_path, text))
    assert "dataset.toml" in caught.value.text.vi


def _with_dataset(folder: Path, text: str) -> Path:
    building.reference_folder(folder)
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    return folder


def test_an_unknown_way_of_counting_late_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        references.read(building.reference_folder(tmp_path, late_by="hour"))


# --- Tables for SQL ---


def test_units_and_procedures_become_tables_in_the_order_of_the_files(folder: Path) -> None:
    known = references.read(folder)
    assert known.units_table.column_names[:4] == ["unit", "name", "level", "parent"]
    assert known.units_table["unit"].to_pylist() == list(building.UNITS)
    assert known.procedures_table.column_names[:3] == ["procedure", "name", "field"]
    assert known.procedures_table["field"].to_pylist() == ["civil", "civil", "certification", "land"]


def test_the_scope_lists_what_each_model_covers(folder: Path) -> None:
    rows = references.read(folder).scope_table.to_pylist()
    covered = {(row["model"], row["unit"], row["procedure"]) for row in rows}
    assert covered == {
        ("thu-sau", "A", "birth"), ("thu-sau", "A", "copy"), ("thu-sau", "B", "birth"), ("thu-sau", "B", "copy"),
        ("thu-sau", "D", "title"),
        ("thu-nam", "A", "birth"), ("thu-nam", "A", "marriage"),
        ("thu-nam", "D", "birth"), ("thu-nam", "D", "marriage"), ("thu-nam", "D", "title"),
    }  # fmt: skip
    joined = {row["unit"]: row["valid_from"] for row in rows if (row["model"], row["procedure"]) == ("thu-sau", "copy")}
    assert joined == {"A": date(2024, 1, 5), "B": date(2024, 2, 9)}
    [title] = [row for row in rows if (row["model"], row["procedure"]) == ("thu-sau", "title")]
    assert (title["valid_from"], title["valid_to"]) == (date(2024, 1, 5), date(2024, 4, 30))
    assert (title["cut_off"], title["deadline"], title["weekday"]) == (15 * 3600 + 30 * 60, 9 * 3600, 5)


def test_an_area_without_models_has_an_empty_scope(tmp_path: Path) -> None:
    assert references.read(building.reference_folder(tmp_path, service_models="")).scope_table.num_rows == 0


# --- Ids of areas ---

_ELSEWHERE = ("../../../escaped", "..", "/tmp/escaped", "a/b", "Tra Cu", "tra-cú", "", "-a", "a" * 65, ".hidden")


@pytest.mark.parametrize("id_", _ELSEWHERE)
def test_an_id_that_could_name_another_folder_is_no_id(tmp_path: Path, id_: str) -> None:
    folder = building.reference_folder(tmp_path / "reference" / "khu", dataset=id_)
    with pytest.raises(UserError):
        references.checked_id(id_)
    with pytest.raises(UserError):
        references.find(id_, (tmp_path,))
    with pytest.raises(UserError):
        references.read(folder)


@pytest.mark.parametrize("id_", [*_ELSEWHERE, "my-hao", "khu-2"])
def test_references_of_another_area_than_their_folder_says_are_refused(tmp_path: Path, id_: str) -> None:
    building.reference_folder(tmp_path / "khu", dataset=id_)
    with pytest.raises(UserError) as caught:
        references.find("khu", (tmp_path,))
    for language in ("vi", "en"):
        assert "dataset.toml" in caught.value.text[language]
    building.reference_folder(tmp_path / "khu", dataset="khu")
    assert references.find("khu", (tmp_path,)) == tmp_path / "khu"
