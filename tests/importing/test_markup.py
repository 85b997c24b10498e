"""Of a web page or XML the text of cells is read, and nothing in it does anything."""

from pathlib import Path

import pytest

from cchc.importing.markup import web_page
from cchc.text import UserError
from tests.containers import page, write_page, write_spreadsheet_xml
from tests.exports import dossiers, read, table, write_csv, write_sheets

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


ROWS = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in table(dossiers(24))]
TABLE = f"<table>{''.join(ROWS)}</table>"
IN_CELLS = TABLE.replace("<td>", "<td><table><tr><td>").replace("</td>", "</td></tr></table></td>")
FORM = "<tr><td>Từ ngày<td>01/01/2023</tr><tr><td>Số hồ sơ<td>tất cả</tr>"


@pytest.mark.parametrize(
    "text",
    [
        f"<table>{FORM}<tr><td colspan=2>{TABLE}</tr><tr><td>Người lập<td>Chủ tịch</tr></table>",
        f"<table>{FORM}<tr><td><table>{FORM}<tr><td>{TABLE}</table></table>",
        IN_CELLS,
        f"<table>{FORM}<tr><td>{IN_CELLS}</tr></table>",
        f"<div><table>{ROWS[0]}</table></div><div><table>{''.join(ROWS[1:])}</table></div>",
        f"<table>{''.join(ROWS[:9])}</table><table>{''.join(ROWS[9:17])}</table><table>{''.join(ROWS[17:])}</table>",
        f"<table>{''.join(ROWS[:9])}</table><table>{ROWS[0]}{''.join(ROWS[9:])}</table>",
    ],
    ids=["below a form", "two layouts deep", "each cell a table", "both", "headings apart", "broken in three", "again"],
)
def test_a_list_is_read_whole_however_tables_lay_it_out(tmp_path: Path, data: Path, text: str) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", dossiers(24)), data=data)
    (tmp_path / "x.xls").write_text(f"<html>{text}</html>", encoding="utf-8")
    found = read(tmp_path / "x.xls", data=data)
    assert found.dossiers == plain.dossiers
    assert found.report.counts == plain.report.counts


def test_a_table_inside_a_dossier_takes_nothing_from_the_list(tmp_path: Path, data: Path) -> None:
    steps = f"<table>{''.join(f'<tr><td>{n}<td>x</tr>' for n in range(9))}</table>"
    text = f"<table>{''.join(ROWS[:4])}</table>".replace("done", f"done{steps}")
    (tmp_path / "x.xls").write_text(text, encoding="utf-8")
    assert len(read(tmp_path / "x.xls", data=data).dossiers) == 3


def test_a_sheet_without_headings_goes_on_with_the_columns_of_the_one_before_and_says_so(
    tmp_path: Path, data: Path
) -> None:
    head, *rows = table(dossiers(24))
    plain = read(write_csv(tmp_path / "plain.csv", dossiers(24)), data=data)
    sheets = {"DS": [head, *rows[:9]], "DS (2)": rows[9:20], "DS (3)": rows[20:], "Ghi chú": [["Tổng", "24"]] * 3}
    found = read(write_sheets(tmp_path / "x.xlsx", sheets), data=data)
    assert found.dossiers == plain.dossiers
    notes = [note.en for note in found.report.notes]
    assert ["has no headings" in note for note in notes] == [False, True, True]
    assert "[Ghi chú] (3 rows) was not read" in notes[0]


def test_several_tables_are_sheets_and_those_without_dossiers_named(tmp_path: Path, data: Path) -> None:
    other = "<table><tr><td>Tổng<td>3<tr><td>Quá hạn<td>0</table>"
    write_page(tmp_path / "x.xls", table(dossiers(3)), "<p>x</p>{}" + other)
    report = read(tmp_path / "x.xls", data=data).report
    assert report.counts.kept == 3
    assert ["[2] (2 rows) was not read" in note.en for note in report.notes] == [True]


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
