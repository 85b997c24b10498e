"""Points of Decision 766 and classes for emulation: every cell worked out again, nothing given away, nobody judged by
chance."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from statsmodels.stats.proportion import proportion_confint

from cchc import reports
from cchc.entered import registers
from cchc.entered.registers import SCORES
from cchc.figures import filters
from cchc.figures.metrics import METRICS
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import DATASET, Dossier, dossier, numbered
from tests.reports.asking import HOSTILE, asked, workbook

pytestmark = pytest.mark.slow

POINTS, CLASSES = "diem-766", "xep-loai"
MARCH = ("2024-03-01", "2024-03-31")
# Criterion: points, the rate that carries it, the rate that is worth all of them.
CARRIED = {
    POINTS: {
        "2.1": (20, "on_time_rate_766", 1.0), "3.3": (6, "online_rate", 0.5), "4.1": (6, "online_payment_rate", 1.0),
        "5.1": (6, "result_digitised_rate", 1.0), "5.2": (4, "components_digitised_rate", 1.0),
    },
    CLASSES: {
        "1": (30, "model_kept_rate", 1.0), "2": (30, "on_time_rate", 1.0), "3": (20, "online_rate", 0.5),
        "4": (20, "result_digitised_rate", 0.8),
    },
}  # fmt: skip


def month(unit: str, count: int, late: int, online: int, kept: int = 0) -> list[Dossier]:
    """`count` dossiers of March 2024, the first of them late or online, and `kept` Friday promises."""
    rows = [
        dossier(
            unit=unit, received_at="2024-03-05", due_at="2024-03-08",
            finished_at="2024-03-11" if n < late else "2024-03-07", channel="online" if n < online else "counter",
            components_digitised=n % 3 > 0, result_digitised=n % 4 > 0, fee_due=n % 2 == 0, paid_online=n % 10 == 0,
        )
        for n in range(count)
    ]  # fmt: skip
    friday = {"received_at": "2024-03-15", "due_at": "2024-03-18", "finished_at": "2024-03-15", "channel": "online"}
    return rows + [dossier(unit=unit, **friday) for _ in range(kept)]


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """A is large, B just large enough, D too small; P and C have nothing."""
    rows = [*month("A", 200, 20, 40, kept=30), *month("B", 25, 3, 12), *month("D", 9, 0, 9)]
    return building.publish(tmp_path / "data", numbered(rows))


def declare(shown: Snapshot, text: str) -> None:
    path = shown.folder.parents[2] / "reference" / DATASET / "reports.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def enter(shown: Snapshot, *lines: str) -> None:
    data = shown.folder.parents[2]
    content = registers.to_csv(SCORES) + "".join(f"01/03/2024,31/03/2024,{line},\n" for line in lines).encode()
    kept = registers.parse(SCORES, content, "sổ.csv")
    registers.write(data, shown.dataset, SCORES, kept, registers.version(data, shown.dataset, SCORES))


def table(sheet: Worksheet, key: int = 2) -> dict[str, list[Any]]:
    """The lines of a sheet by the name in one of their columns."""
    [first] = [row for row in range(1, 12) if sheet.cell(row, key).value in ("Đơn vị", "Tiêu chí")]
    found = {}
    for row in sheet.iter_rows(min_row=first + 1, values_only=True):
        if row[key - 1] and len([cell for cell in row if cell is not None]) > 2:
            found.setdefault(row[key - 1], list(row))
    return found


def proof(shown: Snapshot, kind: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The lines of the sheet of evidence by unit and code."""
    sheet = workbook(kind, asked(shown, *MARCH))["Bằng chứng"]
    lines = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[10] == "Mở"]
    return {(row[1], row[2].partition(". ")[0]): row for row in lines}


# --- The evidence ---


@pytest.mark.parametrize("kind", [POINTS, CLASSES])
def test_every_rate_is_that_of_the_screen_and_every_point_follows(snapshot: Snapshot, kind: str) -> None:
    question = asked(snapshot, *MARCH)
    found = proof(snapshot, kind)
    names = {"": "Toàn địa bàn"} | {unit.id: unit.name for unit in snapshot.references.units.values()}
    assert {unit for unit, _ in found} == {names[unit] for unit in ("", "A", "B", "D")}
    for unit in ("", "A", "B", "D"):
        chosen = question.filters.narrow("unit", unit) if unit else question.filters
        for code, (points, metric, full) in CARRIED[kind].items():
            row = question.run([metric], chosen, parts=True).iloc[0]
            _, _, _, met, cases, rate, low, high, got, most, _ = found[names[unit], code]
            assert (met, cases) == (row[f"{metric}_n"], row[f"{metric}_d"])
            if not cases:
                assert (rate, low, high, got, most) == ("–", "–", "–", None, None)
                continue
            assert rate == pytest.approx(row[metric])
            assert (low, high) == pytest.approx(proportion_confint(met, cases, method="wilson"))
            if cases >= (1 if kind == POINTS else 20):
                assert got == pytest.approx(min(points, points * rate / full))
                assert most == pytest.approx(min(points, points * high / full))
            else:
                assert (got, most) == (None, None)


@pytest.mark.parametrize("kind", [POINTS, CLASSES])
def test_every_link_opens_the_figure_beside_it(snapshot: Snapshot, kind: str) -> None:
    question = asked(snapshot, *MARCH)
    sheet = workbook(kind, question)["Bằng chứng"]
    links = 0
    for row in sheet.iter_rows(min_row=5):
        if row[10].hyperlink is None:
            continue
        address = urlsplit(row[10].hyperlink.target)
        params = parse_qs(address.query)
        metric, *counts = params.pop("metric")
        assert set(counts) <= set(METRICS)
        opened, dropped = filters.from_params(params, snapshot)
        assert (address.netloc, address.path, dropped) == ("may-chu:8501", "/tra-cuu", [])
        assert params["snapshot"] == [snapshot.id]
        value = float(question.run([metric], opened)[metric].iloc[0])
        assert row[5].value == ("–" if math.isnan(value) else pytest.approx(value))
        links += 1
    assert links == 4 * len(CARRIED[kind])


# --- Decision 766 ---


def test_what_is_not_known_gives_no_points_and_no_band(snapshot: Snapshot) -> None:
    found = table(workbook(POINTS, asked(snapshot, *MARCH))["Điểm theo đơn vị"])
    assert found["Điểm tối đa"][2:] == [20, 6, 6, 6, 4, 42, None, 58, 100, None]
    for name in ("Toàn địa bàn", "Xã Đại An", "Xã An Quảng Hữu"):
        *points, got, out_of, missing, most, band = found[name][2:]
        assert got == pytest.approx(sum(points))
        assert (out_of, missing) == (42, 58)
        assert most == pytest.approx(got + 58)
        assert got <= 42
        assert band == "Chưa xác định"
    assert found["Bộ phận Một cửa huyện Trà Cú"][-1] == "Chưa đủ dữ liệu"


def test_a_criterion_without_dossiers_is_missing_and_not_full(tmp_path: Path) -> None:
    same = "2024-03-05"
    rows = [dossier(unit="A", received_at=same, due_at=same, finished_at=same) for _ in range(30)]
    shown = building.publish(tmp_path / "data", numbered(rows))
    found = table(workbook(POINTS, asked(shown, *MARCH))["Điểm theo đơn vị"])["Xã Đại An"]
    assert found[2:7] == [20, 0, "chưa có", "chưa có", "chưa có"]
    assert found[7:] == [20, 26, 74, 94, "Chưa xác định"]


def test_points_entered_fill_the_rest_and_decide_the_band(snapshot: Snapshot) -> None:
    """Everything entered for all, one thing otherwise for one unit: 58 points, or 54."""
    rest = {"1.1": 6, "1.2": 4, "1.3": 2, "1.4": 6, "3.1": 2, "3.2": 4, "4.2": 2, "4.3": 2, "5.3": 2, "5.4": 2,
            "5.5": 4, "5.6": 2, "5.7": 2, "6.1": 6, "6.2": 6, "6.3": 6}  # fmt: skip
    enter(snapshot, *(f",{code},{points}" for code, points in rest.items()), "xã đại an,3.2,0", 'B,1.1,"3,5"')
    book = workbook(POINTS, asked(snapshot, *MARCH))
    found = table(book["Điểm theo đơn vị"])
    assert found["Điểm tối đa"][23:25] == [100, None]
    carried = {unit: sum(row[8] for (name, _), row in proof(snapshot, POINTS).items() if name == unit)
               for unit in ("Toàn địa bàn", "Xã Đại An", "Xã An Quảng Hữu")}  # fmt: skip
    for name, entered in {"Toàn địa bàn": 58, "Xã Đại An": 54, "Xã An Quảng Hữu": 55.5}.items():
        got, out_of, missing, most, band = found[name][23:]
        assert got == most == pytest.approx(carried[name] + entered)
        assert (out_of, missing) == (100, 0)
        bands = (("Xuất sắc", 90), ("Tốt", 80), ("Khá", 70), ("Trung bình", 50), ("Yếu", 0))
        assert band == next(text for text, first in bands if got >= first)
    sources = {row[0]: row[3] for row in book["Tiêu chí"].iter_rows(min_row=5, values_only=True)}
    assert (sources["1.1"], sources["2.1"]) == ("cán bộ nhập vào sổ", "tính từ hồ sơ")
    assert (
        table(workbook(POINTS, asked(snapshot, "2024-02-01", "2024-03-30"))["Điểm theo đơn vị"])["Điểm tối đa"][7] == 42
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Xã Không Có,1.1,5", "Xã Không Có"), (",9.9,5", "9.9"), (",2.1,5", "2.1"), (",1.1,6.5", "nhiều nhất 6")],
)
def test_points_that_cannot_be_meant_are_one_sentence(snapshot: Snapshot, line: str, expected: str) -> None:
    enter(snapshot, line)
    with pytest.raises(UserError) as error:
        reports.find(POINTS).prepare(asked(snapshot, *MARCH))
    assert expected in error.value.text.vi
    assert error.value.text.vi.count(". ") == 0


# --- Classes ---


def test_scores_are_over_what_can_be_judged(snapshot: Snapshot) -> None:
    found, rates = table(workbook(CLASSES, asked(snapshot, *MARCH))["Xếp loại"]), proof(snapshot, CLASSES)
    first, second = ("Xã Đại An", "Xã An Quảng Hữu")[
        :: 1 if found["Xã Đại An"][7] > found["Xã An Quảng Hữu"][7] else -1
    ]
    assert list(found) == ["Điểm tối đa", "Toàn địa bàn", first, second, "Bộ phận Một cửa huyện Trà Cú"]
    assert found["Toàn địa bàn"][-1] is None
    for name, codes in {"Xã Đại An": "1234", "Xã An Quảng Hữu": "234"}.items():
        *_, out_of, score, upper, band = found[name][2:]
        judged = [rates[name, code] for code in codes]
        assert out_of == sum(CARRIED[CLASSES][code][0] for code in codes)
        assert score == pytest.approx(100 * sum(row[8] for row in judged) / out_of)
        gained = math.sqrt(sum((row[9] - row[8]) ** 2 for row in judged))
        assert upper == pytest.approx(min(100, score + 100 * gained / out_of))
        bands = (("Hoàn thành xuất sắc", 90), ("Hoàn thành tốt", 80), ("Hoàn thành", 60), ("Chưa hoàn thành", 0))
        assert band == next(text for text, first in bands if upper >= first)
    assert found["Xã An Quảng Hữu"][2] == "không áp dụng"
    assert found["Bộ phận Một cửa huyện Trà Cú"][3:] == [
        "dưới 20 hồ sơ", "dưới 20 hồ sơ", "dưới 20 hồ sơ", 0, None, None, "Chưa đủ dữ liệu"
    ]  # fmt: skip


ONE = """[xep-loai]
source = "Kế hoạch"
bands = [{name = "Tốt", from = 90}, {name = "Chưa tốt", from = 0}]
criteria = [{code = "1", name = "Đúng hạn", points = 10, metric = "on_time_rate"}]
"""


def test_a_small_commune_is_not_punished_by_chance_and_a_large_one_is_judged(tmp_path: Path) -> None:
    """Both have 85 % on time: of 20 dossiers that may be chance (upper end 94,8 %), of 400 it is not (88,2 %); 8 of 19
    are not judged at all."""
    rows = [*month("A", 400, 60, 0), *month("B", 20, 3, 0), *month("D", 19, 11, 0)]
    shown = building.publish(tmp_path / "data", numbered(rows))
    declare(shown, ONE)
    found = table(workbook(CLASSES, asked(shown, *MARCH))["Xếp loại"])
    assert found["Xã Đại An"][4] == found["Xã An Quảng Hữu"][4] == pytest.approx(85)
    assert found["Xã Đại An"][5] == pytest.approx(100 * proportion_confint(340, 400, method="wilson")[1])
    assert [found[name][-1] for name in ("Xã Đại An", "Xã An Quảng Hữu", "Bộ phận Một cửa huyện Trà Cú")] == [
        "Chưa tốt", "Tốt", "Chưa đủ dữ liệu",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [POINTS, CLASSES])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('source = "Kế hoạch"\n', ""), ("points = 10", "points = -1"), ('"on_time_rate"', '"open"'),
        ('"on_time_rate"', '"x"'), ("from = 0", "from = 5"), ("from = 90", 'from = "cao"'), ("criteria", "criterion"),
        ('code = "1", ', ""), ("bands = [", "bands = [3, "),
    ],
)  # fmt: skip
def test_criteria_that_cannot_be_meant_are_one_sentence(snapshot: Snapshot, kind: str, old: str, new: str) -> None:
    assert old in ONE
    declare(snapshot, ONE.replace(old, new).replace(CLASSES, kind))
    with pytest.raises(UserError) as error:
        reports.find(kind).prepare(asked(snapshot, *MARCH))
    assert f"{DATASET}/reports.toml" in error.value.text.vi
    assert f"[{kind}]" in error.value.text.vi


@pytest.mark.parametrize("kind", [POINTS, CLASSES])
def test_hostile_names_are_text_and_never_formulas(tmp_path: Path, kind: str) -> None:
    units = "unit,name,level,parent\n" + "".join(f'{n},"{name}",commune,\n' for n, name in enumerate(HOSTILE))
    references = building.reference_folder(tmp_path / "area", units=units, service_models="")
    rows = [row for n in range(3) for row in month(f"{n}", 30, 3, 3)]
    shown = building.publish(tmp_path / "data", numbered(rows), references=references)
    evil = '"+HYPERLINK(""http://x"")" & 1'
    declare(shown, ONE.replace(CLASSES, kind).replace('"Tốt"', "'=1+1\"&A1&\"{x}'").replace('"Đúng hạn"', f"'{evil}'"))
    book = workbook(kind, asked(shown, *MARCH), formulas=True)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert "cmd" not in cell.value
                    assert '"&A1&"' not in cell.value
    names = {row[1].value for row in book.worksheets[0].iter_rows() if row[1].data_type == "s"}
    assert "=cmd|' /C calc'!A0" in names


def test_only_rates_carry_criteria_and_no_person_is_named() -> None:
    for kind in CARRIED.values():
        assert all(METRICS[metric].is_rate for _, metric, _ in kind.values())


@pytest.mark.parametrize("kind", [POINTS, CLASSES])
def test_a_choice_of_units_is_not_called_the_whole_area(snapshot: Snapshot, kind: str) -> None:
    book = workbook(kind, asked(snapshot, *MARCH, units=("A",)))
    names = list(table(book.worksheets[0]))
    assert names == ["Điểm tối đa", "Các đơn vị đã chọn", "Xã Đại An"]


def test_an_address_too_long_for_a_spreadsheet_is_left_out(snapshot: Snapshot) -> None:
    question = asked(snapshot, *MARCH)
    far = replace(question, address="http://" + "x" * 2100)
    cells = [row[10] for row in workbook(CLASSES, far)["Bằng chứng"].iter_rows(min_row=5)]
    assert [cell.value for cell in cells].count("Mở") == 16
    assert not any(cell.hyperlink for cell in cells)
