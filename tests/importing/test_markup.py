"""Of a web page or XML the text of cells is read, and nothing in it does anything."""

from pathlib import Path

import pytest

from cchc.importing.markup import web_page
from cchc.text import UserError
from tests.containers import page, write_page, write_spreadsheet_xml
from tests.exports import dossiers, read, table, write_csv

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def cells(tmp_path: Path, text: str) -> list[list[list[object]]]:
    (tmp_path / "x.htm").write_text(text, encoding="utf-8")
    return [table.rows for table in web_page(tmp_path / "x.htm")]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("a<br>b", "a b"), ("<a href='http://x.example'>a</a>", "a"), ("<script>alert(1)</script>a", "a"),
        ("<style>td { color: red }</style>a", "a"), ("<p>a</p><p>b</p>", "a b"), ("<b>a</b>b", "ab"),
        ("&lt;b&gt;&amp;&nbsp;&eacute;", "<b>& é"), ("a<!-- b -->c", "ac"),
        ("a<table><tr><td>b</td></tr></table>c", "ac"),
        ("<img src=x onerror=alert(1)>a", "a"), ("  a \n b ", "a b"), ("<select><option>x</select>a", "a"),
    ],
)  # fmt: skip
def test_a_cell_is_its_text(tmp_path: Path, inside: str, text: str) -> None:
    rows = f"<table><tr><td>1<td>{inside}<tr><td>2<td>x</table>"
    assert cells(tmp_path, rows) == [[["1", text], ["2", "x"]]]


def test_cells_that_span_keep_the_others_in_their_columns(tmp_path: Path) -> None:
    text = """<table><tr><td rowspan=3>a<td colspan=2>b<td>c</tr><tr><td>d<td>e<td rowspan=2>f</tr>
        <tr><td>g<td>h</tr><tr><td rowspan=99999999999 colspan=x>i<td>j</table>"""
    assert cells(tmp_path, text) == [
        [["a", "b", "", "c"], ["a", "d", "e", "f"], ["a", "g", "h", "f"], ["i", "j"]],
    ]  # fmt: skip


def test_the_table_of_data_is_found_wherever_it_stands(tmp_path: Path) -> None:
    data = "<table><tr><td>1<td>2<tr><td>3<td>4<table><tr><td>x<td>y<tr><td>z<td>w</table></table>"
    assert cells(tmp_path, f"<table><tr><td>Menu<td>{data}</table>") == [[["1", "2"], ["3", "4"]]]
    assert cells(tmp_path, "<tr><td>1<td>2</tr><tr><td>3<td>4</tr>")[:1] in ([[["1", "2"], ["3", "4"]]], [])


def test_several_tables_are_sheets_and_those_without_dossiers_named(tmp_path: Path, data: Path) -> None:
    other = "<table><tr><td>Tổng<td>3<tr><td>Quá hạn<td>0</table>"
    write_page(tmp_path / "x.xls", table(dossiers(3)), "<p>x</p>{}" + other)
    report = read(tmp_path / "x.xls", data=data).report
    assert report.counts.kept == 3
    assert ["[2] was not read" in note.en for note in report.notes] == [True]


def test_a_page_in_another_encoding_is_read_as_it_says(tmp_path: Path, data: Path) -> None:
    rows = dossiers(3, unit="Xa Ðông")
    plain = read(write_csv(tmp_path / "plain.csv", rows), data=data)
    text = page(table(rows), "<html><meta charset=windows-1252>{}</html>").replace("Ð", "\u00d0")
    (tmp_path / "x.xls").write_bytes(text.encode("cp1252"))
    assert read(tmp_path / "x.xls", data=data).dossiers == plain.dossiers


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


def test_entities_are_refused(tmp_path: Path, data: Path) -> None:
    write_spreadsheet_xml(tmp_path / "x.xls", table(dossiers(3, unit="Xã Một")), head=BOMB)
    for entity in ("&b;", "&c;", "Xã Một"):
        text = (tmp_path / "x.xls").read_text(encoding="utf-8").replace("Xã Một", entity)
        (tmp_path / "y.xls").write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match="declares entities"):
            read(tmp_path / "y.xls", data=data)


def test_a_page_that_was_cut_off_gives_what_is_whole_and_xml_is_refused(tmp_path: Path, data: Path) -> None:
    content = write_page(tmp_path / "x.xls", table(dossiers(30))).read_bytes()
    (tmp_path / "x.xls").write_bytes(content[: len(content) // 2])
    assert 10 < read(tmp_path / "x.xls", data=data).report.counts.kept < 20
    content = write_spreadsheet_xml(tmp_path / "x.xml", table(dossiers(30))).read_bytes()
    (tmp_path / "x.xml").write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match="damaged or cut off"):
        read(tmp_path / "x.xml", data=data)
