"""What is handed out at a meeting in LibreOffice: opened whole, and no table grows out of its slide."""

import io
from pathlib import Path

import docx
import openpyxl
import pytest
from pptx import Presentation

from cchc.reports import pack
from cchc.reports.slides import HIGH
from tests.office.converting import converted
from tests.reports import gathering
from tests.reports.asking import texts


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    found = gathering.brief(gathering.publish(folder / "data", 20), 2)
    for ending in pack.FILES:
        (folder / f"hop.{ending}").write_bytes(pack.write(ending, found, "vi"))
    return folder


def test_slides_are_drawn_whole_and_no_table_grows_out_of_its_slide(files: Path) -> None:
    ours, theirs = Presentation(str(files / "hop.pptx")), Presentation(str(converted(files / "hop.pptx", "pptx")))
    assert len(theirs.slides) == len(ours.slides)
    for before, after in zip(ours.slides, theirs.slides, strict=True):
        count = sum(shape.has_chart for shape in before.shapes)
        assert sum(shape.has_chart for shape in after.shapes) == count
        for shape in after.shapes:
            if shape.has_table:
                assert shape.top + sum(row.height for row in shape.table.rows) <= HIGH
    assert converted(files / "hop.pptx", "pdf").read_bytes().startswith(b"%PDF")


def test_sheets_are_read_cell_by_cell_as_we_wrote_them(files: Path) -> None:
    ours = openpyxl.load_workbook(io.BytesIO((files / "hop.xlsx").read_bytes()))
    theirs = openpyxl.load_workbook(converted(files / "hop.xlsx", "xlsx"))
    assert theirs.sheetnames == ours.sheetnames
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                found = theirs[sheet.title][cell.coordinate]
                expected = pytest.approx(cell.value) if isinstance(cell.value, float) else cell.value
                assert found.value == expected
                assert found.data_type != "f"


def test_the_minutes_are_opened_and_printed_whole(files: Path) -> None:
    ours, theirs = docx.Document(str(files / "hop.docx")), docx.Document(str(converted(files / "hop.docx", "docx")))
    assert [text for text in texts(theirs) if text] == [text for text in texts(ours) if text]
    assert converted(files / "hop.docx", "pdf").read_bytes().startswith(b"%PDF")
