"""A mapping changed step by step says what was chosen, comes back from its TOML, and is kept for its area."""

import datetime
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc import importing
from cchc.importing import drafts, looking, mapping
from cchc.importing.headings import Head
from cchc.text import UserError
from tests.exports import dossiers, read, write_csv, write_mapping

# Whatever can stand in a heading or a cell: quotation marks, brackets, control characters, letters of any script.
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
HEADINGS = ["Số hồ sơ", "Ngày tiếp nhận", "Hạn chót", "Chủ hồ sơ", "Đơn vị", "Đánh giá", "Ngày hẹn trả"]
ROWS = [
    ["H1", "01/08/2026", "05/08/2026", "Nguyễn Văn Mẫu", "Xã Một", "5", "04/08/2026"],
    ["H2", "02/08/2026", "06/08/2026", "Trần Thị Mẫu", "Xã Hai", "0900000000", ""],
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@given(st.dictionaries(TEXT, st.lists(TEXT, max_size=3), max_size=4), st.dictionaries(TEXT, TEXT | st.booleans()))
def test_whatever_a_draft_holds_comes_back_from_its_toml(
    listed: dict[str, list[str]], plain: dict[str, object]
) -> None:
    tables = {**plain, "lists": listed}
    assert tomllib.loads(drafts.written(tables)) == tables


@pytest.mark.parametrize("name", importing.mappings())
def test_every_shipped_mapping_survives_being_written(name: str) -> None:
    own = mapping.tables(name)
    assert mapping.build(name, tomllib.loads(drafts.written(own))) == mapping.read(name)


def columns(draft: mapping.Tables) -> dict[str, str]:
    found = looking.look([Head("x.csv", "", [HEADINGS, *ROWS])], mapping.build("x", draft))
    return {each.title: each.column for each in found}


def test_a_heading_is_read_as_what_was_chosen_last_and_takes_the_place_of_another() -> None:
    draft = drafts.started("mot-cua")
    assert columns(draft)["Ngày hẹn trả"] == "due_at"
    assert columns(draft)["Hạn chót"] == ""
    chosen = columns(drafts.reads(draft, "Hạn chót", "due_at"))
    assert (chosen["Hạn chót"], chosen["Ngày hẹn trả"]) == ("due_at", "")
    back = drafts.reads(drafts.reads(draft, "Hạn chót", "due_at"), "Hạn chót", mapping.UNREAD)
    assert (columns(back)["Hạn chót"], columns(back)["Ngày hẹn trả"]) == ("", "due_at")
    assert columns(drafts.reads(draft, "Đánh giá", mapping.UNREAD))["Đánh giá"] == ""
    assert draft == {"based_on": "mot-cua"}


def test_examples_never_show_a_person() -> None:
    draft = drafts.reads(drafts.started("mot-cua"), "Chủ hồ sơ", "unit")
    found = looking.look([Head("x.csv", "", [HEADINGS, *ROWS])], mapping.build("x", draft))
    shown = {each.title: each.examples for each in found}
    assert shown["Ngày tiếp nhận"] == ("01/08/2026", "02/08/2026")
    assert shown["Chủ hồ sơ"] == ()
    assert shown["Đánh giá"] == ("5",)
    dropped = looking.look([Head("x.csv", "", [HEADINGS, *ROWS])], mapping.read("mot-cua"))
    [owner] = [each for each in dropped if each.title == "Chủ hồ sơ"]
    assert (owner.column, owner.examples) == ("", ())
    assert "cá nhân" in owner.reason.vi


@pytest.mark.parametrize("day", drafts.DAYS)
@pytest.mark.parametrize("form", ["{day}", "{day} HH:mm:ss", "HH:mm {day}"])
def test_dates_of_every_form_that_can_be_chosen_are_read_by_it(tmp_path: Path, data: Path, day: str, form: str) -> None:
    draft = drafts.dated(drafts.started("cchc"), day)
    written = mapping.strptime_format(form.replace("{day}", day.replace("/", "-")))
    moment = datetime.datetime(2023, 3, 4)
    rows = dossiers(9, received_at=moment.strftime(written), due_at="2023-04-30", finished_at="", status="open")
    own = write_mapping(tmp_path / "own.toml", drafts.written(draft))
    found = read(write_csv(tmp_path / "x.csv", rows), data=data, mapping=own)
    assert {row["received_at"] for row in found.dossiers.values()} == {moment}


@pytest.mark.parametrize("day", drafts.DAYS)
def test_the_order_of_days_is_one_choice(day: str) -> None:
    draft = drafts.dated(drafts.started("mot-cua"), day)
    assert drafts.day_of(draft) == day
    assert mapping.build("x", draft).date_formats
    assert drafts.dated(draft, "") == drafts.started("mot-cua")


@pytest.mark.parametrize("key", [("unit", "id"), ("year", "id"), ("unit", "year", "id"), ("id",)])
def test_where_numbers_begin_again_is_one_choice(key: tuple[str, ...]) -> None:
    draft = drafts.keyed(drafts.keyed(drafts.started("mot-cua"), ("procedure", "id")), key)
    assert mapping.build("x", tomllib.loads(drafts.written(draft))).key == key
    assert drafts.keyed(draft, ("id",)) == drafts.started("mot-cua")


def test_an_area_reads_its_exports_by_the_mapping_it_keeps_as_long_as_that_fits(tmp_path: Path, data: Path) -> None:
    draft = drafts.means(drafts.reads(drafts.started("cchc"), "Kênh", "channel"), "channel", "Bồ câu", "postal")
    drafts.save(data, "thu-nghiem", draft)
    rows = [{("Kênh" if key == "channel" else key): value for key, value in row.items()} for row in dossiers(5)]
    own = write_csv(tmp_path / "own.csv", [row | {"Kênh": "Bồ câu"} for row in rows])
    found = read(own, data=data)
    assert {row["channel"] for row in found.dossiers.values()} == {"postal"}
    assert found.report.mapping == "thu-nghiem"
    assert read(write_csv(tmp_path / "usual.csv", dossiers(5)), data=data).report.counts.kept == 5
    other = read(own, data=data, dataset="khu-vuc-khac")
    assert {row["channel"] for row in other.dossiers.values()} == {"unknown"}


@pytest.mark.parametrize(
    ("dataset", "draft"), [("../x", {"based_on": "cchc"}), ("a", {"based_on": "cchc", "columns": {"x": []}})]
)
def test_what_cannot_be_meant_is_not_kept(data: Path, dataset: str, draft: mapping.Tables) -> None:
    with pytest.raises(UserError):
        drafts.save(data, dataset, draft)
    assert not data.exists()


def test_a_mapping_written_by_hand_is_a_draft_as_any_other(tmp_path: Path) -> None:
    text = '# của xã\nbased_on = "mot-cua"\n[columns]\ndue_at = ["Hạn chót"]\n[units]\nxa-mot = ["Xã Một"]\n'
    draft = drafts.started(write_mapping(tmp_path / "tay.toml", text))
    assert columns(draft)["Hạn chót"] == "due_at"
    more = drafts.means(draft, "units", "xã 1", "xa-mot")
    assert mapping.build("tay", more).units["xã 1"] == "xa-mot"
    assert mapping.build("tay", more).units["xã một"] == "xa-mot"
