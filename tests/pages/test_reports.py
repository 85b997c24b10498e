"""The page of reports: every kind drawn or explained in both languages, and registers edited in place."""

from pathlib import Path

import pytest
import xlsxwriter

from cchc import reports
from cchc.entered import registers
from cchc.entered.registers import REVIEWS, TASKS
from cchc.text import LANGUAGES, Language
from tests import building, wording
from tests.building import DATASET
from tests.pages import test_pages
from tests.pages.test_pages import Open, drawn, texts
from tests.reports.asking import HOSTILE, varied

pytestmark = pytest.mark.slow

open_page = test_pages.open_page
MARCH = {"start": "2024-03-01", "end": "2024-03-31"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    building.publish(tmp_path / "data", varied())
    return tmp_path / "data"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", reports.KINDS)
def test_every_kind_is_drawn_or_says_why_not(open_page: Open, data: Path, kind: str, language: Language) -> None:
    snapshot = building.current(data, DATASET)
    for chosen in (MARCH, {"start": "2030-01-01", "end": "2030-01-31"}, MARCH | {"unit": "C"}):
        app = drawn(open_page("bao-cao", data, dataset=DATASET, report=kind, lang=language, **chosen))
        assert [each.value for each in app.warning] == []
        said = [text for text in texts(app) if not text.startswith("{")]  # not the settings of a table's columns
        assert wording.left_over(said, language, [snapshot.references]) == set()


def test_a_register_is_saved_from_the_page(open_page: Open, data: Path) -> None:
    app = drawn(open_page("bao-cao", data, dataset=DATASET, report="bao-cao-thang", **MARCH))
    assert "Nhiệm vụ của kế hoạch (0)" in " ".join(each.label for each in app.expander).replace("\\", "")
    drawn(app.button(key="save-nhiem-vu").click().run())
    assert registers.read(data, DATASET, TASKS) == ()
    assert "Đã lưu." in [each.value for each in app.success]


def test_a_workbook_fills_a_register_and_is_kept_only_when_saved(open_page: Open, data: Path, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "so.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [column.label.vi for column in TASKS.columns])
    sheet.write_row(1, 0, [2024, "Rà soát thủ tục", "", "31/12/2024", ""])
    book.close()
    app = drawn(open_page("bao-cao", data, dataset=DATASET, report="bao-cao-thang", **MARCH))
    empty = registers.version(data, DATASET, TASKS)
    chooser = app.file_uploader(key=f"register-file-{DATASET}-{TASKS.id}-{empty[:12]}")
    drawn(chooser.set_value(("so.xlsx", (tmp_path / "so.xlsx").read_bytes(), "")).run())
    assert registers.read(data, DATASET, TASKS) == ()
    drawn(app.button(key="save-nhiem-vu").click().run())
    assert [row["task"] for row in registers.read(data, DATASET, TASKS)] == ["Rà soát thủ tục"]


KEPT = {
    "phan-anh": "01/03/2024,31/03/2024,5,2,1,2\r\n16/03/2024,31/03/2024,4,3,0,3\r\n",
    "ra-soat": "05/03/2024,Đánh giá tác động,3,\r\n20/03/2024,Thẩm định,9,Số 1/QĐ\r\n",
    "noi-bo": "31/03/2024,Đã công bố,12,\r\n",
    "nhiem-vu": "2024,'=1+1,Phòng Nội vụ,15/03/2024,\r\n2024,<b>B</b>,,,01/04/2024\r\n",
    "diem-766": '01/03/2024,31/03/2024,Xã Đại An,1.1,"5,5",\r\n01/03/2024,31/03/2024,,1.2,4,Số 2\r\n',
}


@pytest.mark.parametrize("kind", [kind.id for kind in reports.KINDS.values() if kind.registers])
def test_rows_go_through_the_table_of_the_page_unchanged(open_page: Open, data: Path, kind: str) -> None:
    for register in reports.KINDS[kind].registers:
        content = registers.to_csv(register) + KEPT[register.id].encode()
        known = registers.version(data, DATASET, register)
        registers.write(data, DATASET, register, registers.parse(register, content, "a.csv"), known)
        path = data / "registers" / DATASET / f"{register.id}.csv"
        assert path.read_bytes() == content
        path.write_bytes(content.replace(b"\r\n", b"\n"))  # so that saving is seen
        app = drawn(open_page("bao-cao", data, dataset=DATASET, report=kind, **MARCH))
        drawn(app.button(key=f"save-{register.id}").click().run())
        assert path.read_bytes() == content


def test_a_malformed_register_can_be_mended_on_the_page(open_page: Open, data: Path) -> None:
    path = data / "registers" / DATASET / "ra-soat.csv"
    path.parent.mkdir(parents=True)
    path.write_text("Ngày,Việc\n", encoding="utf-8")
    app = drawn(open_page("bao-cao", data, dataset=DATASET, report="bao-cao-thang", **MARCH))
    [warning] = app.warning
    assert "Số TTHC" in warning.value
    assert any("ra\\-soat" in each.value for each in app.info)
    drawn(app.button(key="save-ra-soat").click().run())
    assert registers.read(data, DATASET, REVIEWS) == ()
    assert len(app.warning) == 0


def test_names_from_data_are_text_in_a_preview(open_page: Open, tmp_path: Path) -> None:
    units = "unit,name,level,parent\n" + "".join(f'{n},"{name}",commune,\n' for n, name in enumerate(HOSTILE[:2]))
    references = building.reference_folder(tmp_path / "area", units=units, service_models="")
    building.publish(tmp_path / "data", varied(("0", "1")), references=references)
    for kind in reports.KINDS:
        app = drawn(open_page("bao-cao", tmp_path / "data", dataset=DATASET, report=kind, **MARCH))
        assert not any("<script" in each.proto.body for each in app.main.get("html"))
