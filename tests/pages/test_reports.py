"""The page of reports: every kind drawn or explained in both languages, and registers edited in place."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
import xlsxwriter

from cchc import reports
from cchc.entered import locked, registers, sheets, templates
from cchc.entered.registers import REVIEWS, TASKS
from cchc.text import LANGUAGES, Language
from tests import building, wording
from tests.building import DATASET
from tests.pages import test_pages
from tests.pages.test_pages import Open, drawn, texts, walk
from tests.reports import asking
from tests.reports.asking import HOSTILE, asked, varied

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
    "nguoi-nhan": "van-phong@tinh.example,bao-cao-thang,\r\n",
    "qua-han": "HS-1,Thiếu người,Số 5/TXL,02/04/2024,\r\nHS-2,,,,10/04/2024\r\n",
    "diem-766": '01/03/2024,31/03/2024,Xã Đại An,1.1,"5,5",\r\n01/03/2024,31/03/2024,,1.2,4,Số 2\r\n',
}


@pytest.mark.parametrize("kind", [kind.id for kind in reports.KINDS.values() if kind.registers])
def test_rows_go_through_the_table_of_the_page_unchanged(open_page: Open, data: Path, kind: str) -> None:
    for register in reports.KINDS[kind].registers:
        content = registers.to_csv(register) + KEPT[register.id].encode()
        known = registers.version(data, DATASET, register)
        registers.write(data, DATASET, register, registers.parse(register, content, "a.csv"), known)
        name = f"registers/{DATASET}/{register.id}.csv"
        assert sheets.read(data, name) == {name: content}
        other = content.replace(b"\r\n", b"\n")  # so that saving is seen
        sheets.write(data, name, other, "register", DATASET, "")
        app = drawn(open_page("bao-cao", data, dataset=DATASET, report=kind, **MARCH))
        drawn(app.button(key=f"save-{register.id}").click().run())
        assert sheets.read(data, name) == {name: content}


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


def paper_of(
    data: Path, kind: str = "bao-cao-thang", start: str = "2024-03-01", end: str = "2024-03-31", **chosen: Any
):
    shown = building.current(data, DATASET)
    return reports.find(kind).prepare(asked(shown, start, end, data, **chosen))


def test_the_letterhead_is_written_on_the_page_for_the_area_and_for_a_commune(open_page: Open, data: Path) -> None:
    before = len(paper_of(data).blanks)
    app = drawn(open_page("bao-cao", data, dataset=DATASET, report="bao-cao-thang", **MARCH))
    fields = {each.key.split("-")[1]: each for each in (*app.text_area, *app.text_input) if "letterhead-" in each.key}
    fields["to"].set_value("UBND tỉnh\nSở Nội vụ")
    fields["place"].set_value("Trà Cú <b>")
    fields["signer"].set_value("Người ký")
    fields["basis"].set_value("Thực hiện Công văn số 1;\nCăn cứ Kế hoạch số 2")
    drawn(app.button(key="letterhead-save").click().run())
    for kind in ("bao-cao-thang", "bao-cao-thu-sau"):  # every kind of report
        made = paper_of(data, kind)
        assert (made.head.to, made.head.place, made.head.signer) == (
            ("UBND tỉnh", "Sở Nội vụ"),
            "Trà Cú <b>",
            "Người ký",
        )
    assert len(paper_of(data).blanks) < before
    said = asking.texts(asking.document("bao-cao-thang", asked(building.current(data, DATASET), *MARCH.values(), data)))
    assert {"- UBND tỉnh", "Người ký", "Thực hiện Công văn số 1;"} <= set(said)
    # A commune has an office of its own, and this kind alone another signer.
    app = drawn(open_page("bao-cao", data, dataset=DATASET, report="bao-cao-thang", unit="A", **MARCH))
    fields = {each.key.split("-")[1]: each for each in (*app.text_area, *app.text_input) if "letterhead-" in each.key}
    fields["signs"].set_value("KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH")
    next(each for each in app.radio if "letterhead-for" in each.key).set_value("bao-cao-thang")
    drawn(app.button(key="letterhead-save").click().run())
    assert paper_of(data, units=("A",)).head.signs == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert paper_of(data, units=("A",)).head.issuer == ("ỦY BAN NHÂN DÂN", "XÃ ĐẠI AN")
    assert paper_of(data).head.signs == paper_of(data, units=("B",)).head.signs == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")


def test_what_is_written_for_a_period_is_in_its_paper_and_offered_for_the_next(open_page: Open, data: Path) -> None:
    february = {"start": "2024-02-01", "end": "2024-02-29"}
    app = drawn(open_page("bao-cao", data, dataset=DATASET, report="bao-cao-thang", **february))
    parts = {each.key.split("-2024")[0]: each for each in app.text_area if each.key.startswith("part-")}
    cause = next(each for key, each in parts.items() if "nguyen-nhan" in key)
    cause.set_value("Hệ thống của Bộ gián đoạn 3 ngày.\n" + "Rất dài. " * 200)
    next(each for each in app.text_input if each.key.startswith("number-")).set_value("45")
    next(each for each in app.date_input if each.key.startswith("dated-")).set_value(date(2024, 3, 4))
    drawn(app.button(key="narrative-save").click().run())
    made = paper_of(data, **february)
    assert (made.head.number, made.head.dated) == ("45", "ngày 04 tháng 3 năm 2024")
    assert "nguyên nhân" not in [blank.what for blank in made.blanks]
    assert "- Hệ thống của Bộ gián đoạn 3 ngày." in [str(block) for block in made.body]
    # In March it is not there by itself, and offered.
    assert "nguyên nhân" in [blank.what for blank in paper_of(data).blanks]
    app = drawn(open_page("bao-cao", data, dataset=DATASET, report="bao-cao-thang", **MARCH))
    assert app.button(key="narrative-offer").label.replace("\\", "") == "Lấy nội dung của tháng 2/2024 để sửa"
    drawn(app.button(key="narrative-offer").click().run())
    drawn(app.button(key="narrative-save").click().run())
    march = paper_of(data)
    assert "- Hệ thống của Bộ gián đoạn 3 ngày." in [str(block) for block in march.body]
    assert march.head.number == "…"  # a number is of one paper
    # Of a selection nothing is kept.
    app = drawn(open_page("bao-cao", data, dataset=DATASET, report="bao-cao-thang", channel="online", **MARCH))
    assert not [each for each in app.text_area if each.key.startswith(("part-", "letterhead-"))]


def test_a_file_of_the_office_is_tried_kept_used_and_dropped(open_page: Open, data: Path) -> None:
    def page() -> Any:
        return drawn(open_page("bao-cao", data, dataset=DATASET, report="bao-cao-thang", **MARCH))

    def file_of(*lines: str) -> bytes:
        found, out = docx.Document(), io.BytesIO()
        for line in lines:
            found.add_paragraph(line)
        found.save(out)
        return out.getvalue()

    app = page()
    chooser = f"template-file-{DATASET}-bao-cao-thang"
    app.file_uploader(key=chooser).set_value(("mau.docx", file_of("{{ khong_co }}"), "")).run()
    assert not app.exception
    assert "khong\\_co" in app.error[0].value
    assert not [each for each in app.button if each.key == "template-keep"]
    good = file_of("Tiếp nhận {{ received }} hồ sơ.", "{{p muc_1 }}")
    drawn(app.file_uploader(key=chooser).set_value(("mau.docx", good, "")).run())
    drawn(app.button(key="template-keep").click().run())
    assert templates.find(data, DATASET, "bao-cao-thang") == good
    app = page()
    assert "template-download" in [each.key for each in app.get("download_button")]
    drawn(app.button(key="template-drop").click().run())
    assert templates.find(data, DATASET, "bao-cao-thang") is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["bao-cao-thang", "bieu-06a"])
def test_a_locked_paper_is_shown_as_it_was_until_it_is_reopened_with_a_reason(
    open_page: Open, data: Path, kind: str, language: Language
) -> None:
    def page() -> Any:
        return drawn(open_page("bao-cao", data, dataset=DATASET, report=kind, lang=language, **MARCH))

    def look(app: Any) -> str:
        bodies = [each.proto.body for each in walk(app._tree) if each.type == "html"]
        [found] = [body for body in bodies if body.startswith("<article")]
        return found

    app = page()
    before = look(app)
    drawn(app.button(key="paper-lock").click().run())
    [kept] = locked.listed(data, DATASET)
    file = locked.content(data, kept).file
    assert file[:2] == b"PK"
    building.publish(data, varied()[:-5])  # other data is current now
    shown = page()
    assert kept.snapshot != building.current(data, DATASET).id
    assert look(shown) == before
    assert any(kept.snapshot in each.value.replace("\\", "") for each in shown.info)
    assert not [
        each for each in (*shown.text_area, *shown.text_input) if (each.key or "").startswith(("part-", "letter"))
    ]
    assert reports.content(reports.find(kind), asked(building.current(data, DATASET), *MARCH.values(), data)) == file
    said = [text for text in texts(shown) if not text.startswith(("{", "<"))]
    assert wording.left_over(said, language, [building.current(data, DATASET).references]) == set()
    assert len(shown.button(key="paper-reopen").click().run().error) == 1
    assert locked.in_force(data, kept.place)  # no reason was given
    shown.text_area(key="reopen-reason").set_value("Sở <b>yêu cầu</b> lập lại")
    drawn(shown.button(key="paper-reopen").click().run())
    again = page()
    assert look(again) != before
    assert "Sở <b>yêu cầu</b> lập lại" not in "".join(each.value for each in again.markdown)
    assert again.button(key="paper-lock")
