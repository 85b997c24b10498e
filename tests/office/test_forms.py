"""Forms in LibreOffice: every formula, worked out anew, gives the value we wrote beside it."""

import io
from pathlib import Path

import docx
import openpyxl
import pytest
import xlsxwriter

from cchc import reports
from cchc.reports import pdf
from tests import building
from tests.building import numbered
from tests.office.converting import converted
from tests.reports.asking import asked, texts, varied
from tests.reports.test_decree30 import PAPER

BOOKS = [kind.id for kind in reports.KINDS.values() if kind.ending == "xlsx"]


def test_formulas_are_worked_out_anew(tmp_path: Path) -> None:
    """What the other tests here rest on: a wrong value written beside a formula does not survive."""
    book = xlsxwriter.Workbook(tmp_path / "wrong.xlsx")
    book.add_worksheet().write_formula("A1", "=1+1", None, 7)
    book.close()
    assert openpyxl.load_workbook(converted(tmp_path / "wrong.xlsx", "xlsx"), data_only=True).active["A1"].value == 2


@pytest.mark.parametrize("kind", BOOKS)
def test_every_cell_computed_by_an_office_program_is_ours(tmp_path: Path, kind: str) -> None:
    snapshot = building.publish(tmp_path / "data", numbered(varied() * 5))  # enough in each unit to be judged
    content = reports.to_file(reports.find(kind).prepare(asked(snapshot, "2024-03-01", "2024-03-31")))
    (tmp_path / "form.xlsx").write_bytes(content)
    ours = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    live = openpyxl.load_workbook(io.BytesIO(content))
    theirs = openpyxl.load_workbook(converted(tmp_path / "form.xlsx", "xlsx"), data_only=True)
    assert theirs.sheetnames == ours.sheetnames
    formulas = 0
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                found = theirs[sheet.title][cell.coordinate].value
                expected = None if cell.value == "" else cell.value
                assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
                formulas += live[sheet.title][cell.coordinate].data_type == "f"
    assert formulas > 20


def test_a_paper_is_opened_and_printed_whole(tmp_path: Path) -> None:
    (tmp_path / "paper.docx").write_bytes(reports.to_file(PAPER))
    again = docx.Document(str(converted(tmp_path / "paper.docx", "docx")))
    ours = docx.Document(str(tmp_path / "paper.docx"))
    assert [text for text in texts(again) if text] == [text for text in texts(ours) if text]
    printed = pdf.convert(reports.to_file(PAPER), "docx")
    assert printed[:7] == b"%PDF-1."
    assert printed[7:8] >= b"4"
    assert b"/FontFile" in printed  # fonts are in it
