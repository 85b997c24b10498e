"""Group rows: a unit that stands alone above its dossiers is theirs."""

from pathlib import Path

import pytest

from cchc.importing.groups import Groups, alone, unit_of
from cchc.importing.reading import Csv
from cchc.text import UserError
from tests.containers import WRITERS
from tests.exports import MOT_CUA, dossier, read, table, write_csv, write_rows

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


FIELDS = ("Chứng thực", "Hộ tịch")
UNITS = ("Xã Hòa Bình", "Xã Kim Sơn", "Phường 7")
TITLES = {**MOT_CUA, "stt": "STT"}
CELLS = {"channel": "1", "status": "10", "procedure_name": "Chứng thực", "field": "Chứng thực"}


def listed(keeps: bool) -> list[dict[str, str]]:
    """Eight dossiers of each unit; the unit stands in its column, or (`keeps` False) there is no such column."""
    rows = [{"stt": str(1 + n % 8), **dossier(n, unit=UNITS[n // 8], **CELLS)} for n in range(24)]
    return [{TITLES[name]: cell for name, cell in row.items() if keeps or name != "unit"} for row in rows]


def grouped(form: str, keeps: bool) -> list[list[str]]:
    """The list with a row above each unit's dossiers, and a signature at the end."""
    head, *rows = table(listed(keeps))
    if keeps:
        unit = head.index(TITLES["unit"])
        rows = [[*row[:unit], "", *row[unit + 1 :]] for row in rows]
    grid = [head]
    for n, name in enumerate(UNITS):
        number, text = form.format(number="I" * (n + 1), unit=name).split("|") if "|" in form else ("", "")
        cells = [number, text] if text else [form.format(number="I" * (n + 1), unit=name)]
        grid += [[*cells, *[""] * (len(head) - len(cells))], *rows[8 * n : 8 * n + 8]]
    return [*grid, ["", "Người lập biểu", *[""] * (len(head) - 2)]]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "page", "ods"])
@pytest.mark.parametrize("keeps", [True, False], ids=["blank column", "no column"])
def test_a_unit_alone_on_a_row_is_that_of_the_dossiers_below(
    tmp_path: Path, data: Path, kind: str, keeps: bool
) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", listed(True)), data=data).dossiers
    name, write = WRITERS[kind]
    found = read(write(tmp_path / name, grouped("{unit}", keeps)), data=data)
    assert found.dossiers == plain
    assert (found.report.counts.read, found.kinds) == (25, {"not_a_dossier": 1})
    assert ["has 3 group rows" in note.en for note in found.report.notes] == [True]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "page"])
@pytest.mark.parametrize("title", ["Đơn vị: {}", "ĐƠN VỊ: {}", "- Đơn vị báo cáo: {}", "Cơ quan giải quyết: {}."])
def test_a_unit_named_above_the_headings_is_that_of_a_list_without_units(
    tmp_path: Path, data: Path, kind: str, title: str
) -> None:
    rows = [{**row, TITLES["unit"]: UNITS[0]} for row in listed(True)]
    plain = read(write_csv(tmp_path / "plain.csv", rows), data=data).dossiers
    head, *below = table(listed(False))
    pad = [""] * (len(head) - 1)
    name, write = WRITERS[kind]
    found = read(write(tmp_path / name, [["DANH SÁCH", *pad], [title.format(UNITS[0]), *pad], head, *below]), data=data)
    assert found.dossiers == plain
    assert [UNITS[0] in note.en and "no column of units" in note.en for note in found.report.notes] == [True]


@pytest.mark.parametrize(
    "title",
    ["Đơn vị: hồ sơ", "(Đơn vị: Hồ sơ)", "Đơn vị: Hồ sơ", "Đơn vị tính: Hồ sơ", "UBND XÃ MỘT", "Đơn vị: Trần Thị Mẫu"],
)
def test_what_a_table_counts_and_who_wrote_it_are_no_unit(tmp_path: Path, data: Path, title: str) -> None:
    head, *below = table(listed(False))
    with pytest.raises(UserError, match="lacks required columns"):
        read(write_rows(tmp_path / "x.csv", [[title], head, *below]), data=data)


@pytest.mark.parametrize(
    "form", ["{number}|{unit}", "{number}. {unit}", "Đơn vị: {unit}", "{unit} (8 hồ sơ)", "{unit}: 8 hồ sơ"]
)
def test_numbers_labels_and_counts_are_no_part_of_the_unit(tmp_path: Path, data: Path, form: str) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", listed(True)), data=data).dossiers
    name, write = WRITERS["xlsx"]
    assert read(write(tmp_path / name, grouped(form, False)), data=data).dossiers == plain


def test_a_group_of_something_else_does_not_end_a_unit() -> None:
    groups = Groups(3, [], 1, ["đơn vị"], ["lĩnh vực", "tên thủ tục"], str)
    rows = [
        ["I", "Xã Một", ""],
        ["Lĩnh vực: Hộ tịch", "", ""],
        ["1", "a", "b"],
        ["Lĩnh vực Đất đai", "", ""],
        ["2", "a", "b"],
    ]
    kept = [each for line, row in enumerate(rows) for each in groups.rows(line, row)]
    assert kept == [(2, ["1", "a", "b", "Xã Một"]), (4, ["2", "a", "b", "Xã Một"])]
    assert (groups.found, groups.left()) == (3, [])


NESTED = {"labelled": "Lĩnh vực: {field}", "its name alone": "{field}", "counted": "II. {field} (4)"}


@pytest.mark.parametrize("form", NESTED.values(), ids=NESTED)
def test_groups_of_fields_within_a_unit_and_subtotals_are_no_units(tmp_path: Path, data: Path, form: str) -> None:
    rows = [row | {TITLES["field"]: FIELDS[n // 4 % 2]} for n, row in enumerate(listed(True))]
    plain = read(write_csv(tmp_path / "plain.csv", rows), data=data).dossiers
    head, *cells = table(rows)
    unit, blank = head.index(TITLES["unit"]), [""] * (len(head) - 1)
    grid = [head]
    for n, row in enumerate(cells):
        grid += [[UNITS[n // 8], *blank]] if n % 8 == 0 else []
        grid += [[form.format(field=FIELDS[n // 4 % 2]), *blank]] if n % 4 == 0 else []
        grid += [[*row[:unit], "", *row[unit + 1 :]]]
        grid += [["Cộng lĩnh vực: 4 hồ sơ", *blank]] if n % 4 == 3 else []
    name, write = WRITERS["xlsx"]
    assert read(write(tmp_path / name, grid), data=data).dossiers == plain


def test_units_that_the_rows_state_themselves_are_left_alone(tmp_path: Path, data: Path) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", listed(True)), data=data).dossiers
    head, *rows = table(listed(True))
    name, write = WRITERS["xlsx"]
    grid = [head, ["Huyện Một", *[""] * (len(head) - 1)], *rows]
    found = read(write(tmp_path / name, grid), data=data)
    assert (found.dossiers, found.kinds) == (plain, {"not_a_dossier": 1})


@pytest.mark.parametrize(("kind", "ragged"), [("csv", False), ("csv", True), ("xlsx", False), ("page", True)])
def test_groups_are_known_wherever_they_begin(
    tmp_path: Path, data: Path, kind: str, ragged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Csv, "block", 1 << 12)
    early = [{**row, TITLES["dossier_id"]: f"A{n}"} for n, row in enumerate(listed(True) * 4)]
    plain = read(write_csv(tmp_path / "plain.csv", [*early, *listed(True)]), data=data).dossiers
    _, *later = grouped("{unit}", True)
    rows = [row[:1] if ragged and not any(row[1:]) else row for row in later]
    name, write = WRITERS[kind]
    found = read(write(tmp_path / name, [*table(early), *rows]), data=data)
    assert found.dossiers == plain
    assert ["has 3 group rows" in note.en for note in found.report.notes] == [True]


def test_a_row_above_dossiers_that_state_their_unit_gives_none_to_those_that_state_none() -> None:
    groups = Groups(3, [3], 0, ["đơn vị"], [], str)
    rows = [
        ["Huyện Một"],
        ["1", "a", "b", "Xã Một"],
        ["2", "a", "b", ""],
        ["Xã Hai"],
        ["3", "a", "b", ""],
        ["4", "a", "b", "Xã Ba"],
        ["5", "a", "b", ""],
    ]
    kept = [each for line, row in enumerate(rows) for each in groups.rows(line, row)]
    assert [row[3] for _, row in kept] == ["", "Xã Một", "", "Xã Hai", "Xã Ba", "Xã Hai"]
    assert groups.found == 1


@pytest.mark.parametrize(
    ("row", "heading"),
    [(["II", "Xã A", ""], "Xã A"), (["1. Xã A"], "Xã A"), (["Xã A (12)"], "Xã A"), (["12", ""], ""), ([], ""),
     (["Tổng", "12"], ""), (["", "UBND xã A"], "UBND xã A"), (["C"], "C"), (["Phường 7"], "Phường 7"),
     (["A", "B"], "B"), (["D. Xã A - 3 hồ sơ"], "Xã A")],
)  # fmt: skip
def test_a_row_is_a_group_row_when_one_cell_says_all(row: list[str], heading: str) -> None:
    assert alone(row, str) == heading


def test_the_name_of_the_column_before_a_colon_is_no_part_of_the_unit() -> None:
    assert unit_of("Đơn vị : Xã A", ["đơn vị"], ["lĩnh vực"]) == "Xã A"
    assert unit_of("Lĩnh vực: Hộ tịch", ["đơn vị"], ["lĩnh vực"]) == ""
