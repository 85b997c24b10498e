"""The committed reference data: complete, consistent, and with a source for what it claims."""

import csv
import datetime
from pathlib import Path

import pytest

from cchc.config import REFERENCE
from cchc.rules import references
from cchc.rules.references import References
from cchc.text import fold

DATASETS = {"tra-cu": 18, "thanh-ha": 21, "my-hao": 14}


@pytest.fixture(params=DATASETS)
def known(request: pytest.FixtureRequest) -> References:
    return references.read(REFERENCE / request.param)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_area_has_its_one_stops(known: References) -> None:
    levels = [unit.level for unit in known.units.values()]
    assert len(levels) == DATASETS[known.dataset.id]
    assert levels.count("district") == 1
    (district,) = (unit for unit in known.units.values() if unit.level == "district")
    assert all(unit.parent == district.id for unit in known.units.values() if unit.level == "commune")
    assert all(len(unit.id) == 5 and unit.id.isdigit() for unit in known.units.values() if unit.level == "commune")


def test_no_spelling_means_two_units(known: References) -> None:
    spellings = [fold(name) for unit in known.units.values() for name in (unit.name, *unit.aliases)]
    assert sorted(spellings) == sorted(set(spellings))


def test_no_spelling_means_two_procedures(known: References) -> None:
    spellings = [fold(name) for each in known.procedures.values() for name in (each.name, *each.aliases)]
    assert sorted(spellings) == sorted(set(spellings))


def test_units_end_with_the_mergers_of_2024_and_2025() -> None:
    units = references.read(REFERENCE / "thanh-ha").units
    ended_first = {unit.name for unit in units.values() if unit.valid_to == datetime.date(2024, 11, 30)}
    assert ended_first == {
        "Xã Việt Hồng", "Xã Cẩm Chế", "Xã Thanh Cường", "Xã Vĩnh Lập", "Xã Thanh Xá", "Xã Thanh Thủy", "Xã Thanh Khê",
    }  # fmt: skip
    for dataset in DATASETS:
        for unit in references.read(REFERENCE / dataset).units.values():
            assert unit.valid_to <= datetime.date(2025, 6, 30)


def test_every_procedure_has_a_time_a_level_a_field_and_a_source(known: References) -> None:
    for procedure in known.procedures.values():
        assert procedure.days is not None
        assert procedure.levels
        assert set(procedure.levels) <= {"district", "commune"}
    assert {procedure.field for procedure in known.procedures.values()} == set(known.fields)
    assert all(row["source"] for row in rows(REFERENCE / "procedures.csv"))
    assert len(known.procedures) > 60


def test_every_target_is_a_fraction_with_a_source(known: References) -> None:
    assert known.targets
    for target in known.targets:
        assert 0 < target.value <= 1
        assert target.source


def test_demo_data_says_so_and_names_its_assumptions(known: References) -> None:
    assert "minh họa" in known.dataset.note.vi
    assert "giả định" in known.dataset.note.vi.casefold()
    assert "demo" in known.dataset.note.en.casefold()


def test_the_new_year_swap_of_2026_is_known(known: References) -> None:
    assert not known.calendar.is_working(datetime.date(2026, 1, 2))
    assert known.calendar.is_working(datetime.date(2026, 1, 10))


def test_the_thursday_model_covers_the_units_and_fields_of_the_report() -> None:
    known = references.read(REFERENCE / "tra-cu")
    (model,) = known.models
    assert (model.id, model.weekdays, model.promise) == ("thu-nam", (4,), "online")
    assert [known.units[unit].name for unit in model.units] == [
        "Bộ phận Một cửa huyện Trà Cú", "Thị trấn Trà Cú", "Xã An Quảng Hữu", "Xã Lưu Nghiệp Anh", "Xã Ngọc Biên",
        "Xã Tân Hiệp",
    ]  # fmt: skip
    assert {listing.level: len(listing.fields) for listing in model.listings} == {"district": 5, "commune": 7}


def test_the_friday_model_lists_as_many_procedures_as_the_plan() -> None:
    known = references.read(REFERENCE / "thanh-ha")
    (model,) = known.models
    assert (model.id, model.weekdays, model.promise) == ("thu-sau", (5,), "same_day")
    assert set(model.units) == set(known.units)
    published = {row["id"]: row["value"] for row in rows(REFERENCE / "thanh-ha" / "published.csv")}
    expected = {"district": "th_friday_d_procedures", "commune": "th_friday_c_procedures_plan"}
    fields = {"district": 4, "commune": 2}
    for listing in model.listings:
        assert len(set(listing.procedures)) == int(published[expected[listing.level]])
        assert len({known.procedures[procedure].field for procedure in listing.procedures}) == fields[listing.level]
        assert all(listing.level in known.procedures[procedure].levels for procedure in listing.procedures)


def test_models_start_on_their_weekday_and_keep_the_other_dates_of_the_documents() -> None:
    for dataset, published in (("tra-cu", set()), ("thanh-ha", {datetime.date(2023, 9, 25)})):
        (model,) = references.read(REFERENCE / dataset).models
        assert model.start.day.isoweekday() in model.weekdays
        starts = {start.day for start in model.alternative_starts}
        assert len(starts) == 2
        assert published <= starts
        assert all(start.source for start in (model.start, *model.alternative_starts))


def test_published_figures_refer_to_each_other_and_to_their_area(known: References) -> None:
    figures = rows(REFERENCE / known.dataset.id / "published.csv")
    ids = [row["id"] for row in figures]
    assert len(ids) == len(set(ids))
    names = {unit.name.casefold() for unit in known.units.values()}
    for row in figures:
        assert row["area"] == known.dataset.id
        assert {row["numerator_id"], row["denominator_id"]} - {""} <= set(ids)
        assert row["scope"] in {"all", "district", "commune", "all-online"} or row["scope"].casefold() in names


def test_every_published_figure_names_a_document_with_a_kind_and_a_name(known: References) -> None:
    named = {row["document"] for row in rows(REFERENCE / known.dataset.id / "published.csv")}
    assert named == set(known.documents)
    assert all(document.name.vi and document.name.en for document in known.documents.values())
    assert all(document.day for document in known.documents.values() if document.kind == "plan")
