"""Papers in Word: margins, fonts, sizes, head, page numbers and end as Nghị định 30/2020/NĐ-CP prescribes."""

import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.shared import Length
from docx.text.paragraph import Paragraph

from cchc import reports
from cchc.reports import decree30
from cchc.reports.paper import Annex, Blank, Heading, Letterhead, Link, Paper, Table, say
from tests import building
from tests.reports.asking import HOSTILE, asked, document, texts

pytestmark = pytest.mark.slow

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEAD = Letterhead(
    parent=("Ủy ban nhân dân", "Huyện Trà Cú"),
    issuer=("Tổ công tác",),
    name="Tổ công tác",
    symbol="BC-TCT",
    place="Trà Cú",
    to=("Chủ tịch UBND huyện;", "Ban chỉ đạo CCHC."),
    copies=("Như trên;", "Lưu: VT, TCT."),
    signs=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    receiver="",
)
ROWS = ((1, "Xã Đại An", 12345), ("", "Tổng số", 12345))
PAPER = Paper(
    head=HEAD,
    subject="Kết quả thực hiện mô hình “Ngày thứ Năm chuyển đổi số”",
    body=(
        Heading(1, "I. Kết quả"),
        Heading(2, "1. Tiếp nhận"),
        Heading(3, "a) Năm 2022"),
        say(
            "Tiếp nhận 52.447 hồ sơ, đạt 87,09 %. ",
            Blank("nguyên nhân"),
            " ",
            Link("xem", "http://may-chu:8501/ho-so?a=1&b=2"),
        ),
        Table(("STT", "Đơn vị", "Số hồ sơ"), (1, 5, 2), ROWS, frozenset({1})),
    ),
    annexes=(Annex("Kết quả từng đơn vị", (Table(("STT", "Đơn vị", "Số hồ sơ"), (1, 5, 2), ROWS),), landscape=True),),
    origin="Số liệu: Huyện Trà Cú, quý I/2023; bản số liệu 2023-07-10-abc.",
    demo=False,
)


def opened(paper: Paper = PAPER, working: bool = False) -> Document:
    return docx.Document(io.BytesIO(decree30.write(paper, working)))


def find(document: Document, text: str) -> Paragraph:
    """The one paragraph of the document that begins so."""
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [*document.paragraphs, *(each for cell in cells for each in cell.paragraphs)]
    [found] = [each for each in paragraphs if each.text.startswith(text)]
    return found


def looks(paragraph: Paragraph) -> set[tuple[float | None, bool, bool]]:
    """Size in points, bold, italic of each run as it is drawn: its own, else its style's."""
    style = paragraph.style.font
    return {
        (
            (run.font.size or style.size).pt,
            bool(style.bold if run.bold is None else run.bold),
            bool(style.italic if run.italic is None else run.italic),
        )
        for run in paragraph.runs
    }


def test_the_sheet_is_a4_with_the_margins_of_the_decree() -> None:
    for section in opened().sections:
        sides = (section.page_width, section.page_height)
        landscape = section.orientation == WD_ORIENT.LANDSCAPE
        assert [round(side.mm, 1) for side in (reversed(sides) if landscape else sides)] == [210, 297]
        assert 20 <= section.top_margin.mm <= 25.05
        assert 20 <= section.bottom_margin.mm <= 25.05
        assert 30 <= section.left_margin.mm <= 35.05
        assert 15 <= section.right_margin.mm <= 20.05


def test_every_letter_is_black_times_new_roman_and_vietnamese() -> None:
    archive = zipfile.ZipFile(io.BytesIO(decree30.write(PAPER)))
    for name in (
        "word/document.xml",
        "word/styles.xml",
        *(n for n in archive.namelist() if "header" in n or "footer" in n),
    ):
        used = archive.read(name).decode()
        assert set(re.findall(r'w:(?:ascii|hAnsi|cs)="([^"]+)"', used)) <= {"Times New Roman"}, name
    document = opened()
    for style in ("Normal", "Heading 1", "Heading 2", "Heading 3", "Header", "Footer"):
        properties = document.styles[style].element.rPr
        assert properties.rFonts.get(f"{W}eastAsia") == "Times New Roman"
        assert properties.find(f"{W}color") is None
        assert properties.find(f"{W}lang").get(f"{W}val") == "vi-VN"
    assert "w:color w:val" not in archive.read("word/document.xml").decode()


def test_the_head_names_office_and_country() -> None:
    document = opened()
    expected = {
        "HUYỆN TRÀ CÚ": (13, False, False), "TỔ CÔNG TÁC": (13, True, False),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM": (13, True, False), "Độc lập - Tự do - Hạnh phúc": (14, True, False),
        "Số: …/BC-TCT": (13, False, False), "Trà Cú, ngày … tháng … năm …": (14, False, True),
    }  # fmt: skip
    for text, look in expected.items():
        paragraph = find(document, text)
        assert looks(paragraph) == {look}
        assert paragraph.alignment == WD_ALIGN_PARAGRAPH.CENTER
    office, country = document.tables[0].rows[0].cells
    assert "TỔ CÔNG TÁC" in office.text
    assert "CỘNG HÒA" in country.text


# Advance widths of bold Times New Roman in thousandths of its size, as its makers publish them (Times-Bold.afm).
BOLD = {
    **dict.fromkeys("ijl", 278), **dict.fromkeys("ft", 333), **dict.fromkeys("ceGr", 444), **dict.fromkeys(" ", 250),
    **dict.fromkeys("abdhknopquvxyg0123456789“”", 530), **dict.fromkeys("JsIz", 430), **dict.fromkeys("mW", 900),
    **dict.fromkeys("BEFLPT", 655), **dict.fromkeys("ACDNRUVXYĐ", 722), **dict.fromkeys("GHKOQ", 778), "M": 944,
    "S": 556, "Z": 667,
}  # fmt: skip


def length(text: str, size: float) -> float:
    """In millimetres; a letter is as wide as it is without its marks."""
    bare = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    return sum(BOLD.get(letter, 550) for letter in bare) * size / 1000 / 72 * 25.4


@pytest.mark.parametrize(
    ("issuer", "subject"),
    [
        (("TỔ CÔNG TÁC",), "Kết quả thực hiện mô hình “Ngày thứ Năm chuyển đổi số”"),
        (("ỦY BAN NHÂN DÂN", "HUYỆN TRÀ CÚ"), "Kết quả"),
        (("ỦY BAN NHÂN DÂN", "THỊ XÃ MỸ HÀO"), "Tình hình, kết quả thực hiện công tác cải cách thủ tục hành chính"),
        (("ỦY BAN NHÂN DÂN", "XÃ AN"), "Kết quả triển khai mô hình một cửa trên địa bàn huyện"),
    ],
)
def test_rules_are_a_third_to_half_as_long_as_the_words_above(issuer: tuple[str, ...], subject: str) -> None:
    """And the motto's as long as the motto itself."""
    document = opened(replace(PAPER, head=replace(HEAD, issuer=issuer), subject=subject))
    office, country = document.tables[0].rows[0].cells
    section = document.sections[0]
    width = Length(section.page_width - section.left_margin - section.right_margin)
    title = next(each for each in document.paragraphs if has_rule(each))
    assert 1 / 3 <= rule(office.paragraphs[-1], office.width) / length(issuer[-1], 13) <= 1 / 2
    assert 1 / 3 <= rule(title, width) / length(subject, 14) <= 1 / 2
    assert rule(country.paragraphs[-1], country.width) == pytest.approx(60.4, abs=0.5)


@pytest.mark.parametrize("form", ["report", "minutes"])
def test_the_end_stays_with_the_last_of_the_text(form: Any) -> None:
    """Two paragraphs at least go with the signature to its page; nothing between them lets go."""
    said = opened(replace(PAPER, annexes=(), form=form, body=(*map(say, ("Một.", "Hai.", "Ba.")),))).paragraphs
    place = next(n for n, each in enumerate(said) if each.text == "Hai.")
    assert [each.text for each in said[place : place + 3]] == ["Hai.", "Ba.", ""]
    assert all(each.paragraph_format.keep_with_next for each in said[place : place + 3])


def test_a_signers_own_office_stands_below_the_signature() -> None:
    below = ("PHÓ CHÁNH VĂN PHÒNG", "HĐND VÀ UBND HUYỆN")
    document = opened(replace(PAPER, head=replace(HEAD, signs=("TỔ TRƯỞNG",), below=below)))
    [end] = [table for table in document.tables if "Nơi nhận:" in table.rows[0].cells[0].text]
    said = [each.text for each in end.rows[0].cells[1].paragraphs]
    assert said == ["TỔ TRƯỞNG", "", "", "", "", *below, "… (họ và tên)"]


def has_rule(paragraph: Paragraph) -> bool:
    return paragraph._p.pPr is not None and paragraph._p.pPr.find(f"{W}pBdr") is not None


def rule(paragraph: Paragraph, width: Length) -> float:
    """The length in millimetres of the line above an empty paragraph."""
    assert has_rule(paragraph)
    form = paragraph.paragraph_format
    return float(width.mm - form.left_indent.mm - form.right_indent.mm)


def test_title_subject_and_addressees() -> None:
    document = opened()
    for text in ("BÁO CÁO", PAPER.subject):
        paragraph = find(document, text)
        assert looks(paragraph) == {(14, True, False)}
        assert paragraph.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert looks(find(document, "Kính gửi:")) == {(14, False, False)}
    assert {"- Chủ tịch UBND huyện;", "- Ban chỉ đạo CCHC."} <= set(texts(document))
    assert "Kính gửi: Sở Nội vụ" in texts(opened(replace(PAPER, head=replace(HEAD, to=("Sở Nội vụ",)))))
    assert not any(text.startswith("Kính gửi") for text in texts(opened(replace(PAPER, head=replace(HEAD, to=())))))


def test_text_is_justified_with_indent_and_gap() -> None:
    paragraph = find(opened(), "Tiếp nhận 52.447")
    assert {size for size, *_ in looks(paragraph)} == {14}
    assert paragraph.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert paragraph.paragraph_format.first_line_indent.mm == pytest.approx(12.7, abs=0.05)
    normal = opened().styles["Normal"].paragraph_format
    assert normal.space_after.pt >= 6
    assert 1 <= normal.line_spacing <= 1.5


def test_headings_are_levels_and_capitals_where_they_must() -> None:
    document = opened()
    chapter, section, point = (find(document, text) for text in ("I. KẾT QUẢ", "1. Tiếp nhận", "a) Năm 2022"))
    assert [each.style.name for each in (chapter, section, point)] == ["Heading 1", "Heading 2", "Heading 3"]
    assert [looks(each) for each in (chapter, section, point)] == [
        {(14, True, False)},
        {(14, True, False)},
        {(14, False, False)},
    ]


def test_page_numbers_stand_at_the_top_but_not_on_the_first_page() -> None:
    for section in opened().sections:
        assert section.different_first_page_header_footer
        assert section.first_page_header.paragraphs[0].text == ""
        numbered = section.header.paragraphs[0]
        assert numbered.alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert numbered._p.xpath("string(.//w:instrText)") == "PAGE"
        assert {run.font.size.pt for run in numbered.runs} == {14}
        assert not any(run.italic or run.bold for run in numbered.runs)
        assert section.header_distance < section.top_margin


def test_a_supplement_has_pages_of_its_own() -> None:
    document = opened()
    main, annex = document.sections
    assert main._sectPr.find(f"{W}pgNumType") is None
    assert annex._sectPr.find(f"{W}pgNumType").get(f"{W}start") == "1"
    assert (main.orientation, annex.orientation) == (WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE)
    assert looks(find(document, "Phụ lục")) == looks(find(document, "KẾT QUẢ TỪNG ĐƠN VỊ")) == {(14, True, False)}
    assert looks(find(document, "(Kèm theo Báo cáo số: …/BC-TCT")) == {(14, False, True)}
    two = texts(opened(replace(PAPER, annexes=PAPER.annexes * 2)))
    assert {"Phụ lục I", "Phụ lục II"} <= set(two)


def test_the_end_says_who_gets_it_and_who_signs() -> None:
    document = opened()
    [end] = [table for table in document.tables if "Nơi nhận:" in table.rows[0].cells[0].text]
    copies, signs = end.rows[0].cells
    assert [each.text for each in copies.paragraphs] == ["Nơi nhận:", "- Như trên;", "- Lưu: VT, TCT."]
    assert [looks(each) for each in copies.paragraphs] == [
        {(12, True, True)},
        {(11, False, False)},
        {(11, False, False)},
    ]
    said = [each for each in signs.paragraphs if each.text]
    assert [each.text for each in said[:3]] == list(HEAD.signs)
    assert set.union(*map(looks, said)) == {(14, True, False)}


def test_tables_repeat_their_heads_and_never_break_a_row() -> None:
    document = opened()
    table = document.tables[1]
    assert [cell.text for cell in table.rows[0].cells] == ["STT", "Đơn vị", "Số hồ sơ"]
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [
        ["1", "Xã Đại An", "12.345"],
        ["", "Tổng số", "12.345"],
    ]
    assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
    assert all(row._tr.trPr.find(f"{W}cantSplit") is not None for row in table.rows[1:])
    assert [bool(row.cells[1].paragraphs[0].runs[0].bold) for row in table.rows] == [True, False, True]
    assert table.rows[1].cells[2].paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT


def test_what_people_must_fill_in_is_marked_and_counted() -> None:
    document = opened()
    assert yellow(document) == ["… (nguyên nhân)", "… (họ và tên)"]
    assert PAPER.blanks == [Blank("nguyên nhân"), Blank("họ và tên")]


def test_what_an_area_left_open_about_its_office_is_marked_and_counted_too() -> None:
    """Number and date are the clerk's, and are not."""
    open_ = replace(
        HEAD,
        parent=("…",),
        issuer=("ỦY BAN NHÂN DÂN", "…"),
        place="…",
        to=("…",),
        copies=("Lưu: VT, ….",),
        signs=("…",),
    )
    paper = replace(PAPER, head=open_)
    assert sorted(yellow(opened(paper))) == sorted(str(each) for each in paper.blanks)
    minutes = replace(PAPER, head=replace(HEAD, issuer=("…",)), form="minutes")
    assert sorted(yellow(opened(minutes))) == sorted(str(each) for each in minutes.blanks)


def yellow(document: Document) -> list[str]:
    """The text of every marked run."""
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [*document.paragraphs, *(each for cell in cells for each in cell.paragraphs)]
    return [run.text for each in paragraphs for run in each.runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW]


def test_a_link_opens_its_page() -> None:
    document = opened()
    [link] = document.element.body.iter(f"{W}hyperlink")
    relation = link.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
    assert document.part.rels[relation].target_ref == "http://may-chu:8501/ho-so?a=1&b=2"


@pytest.mark.parametrize("working", [False, True])
@pytest.mark.parametrize("demo", [False, True])
def test_a_working_copy_says_where_its_figures_come_from_and_demo_data_that_it_is_one(
    working: bool, demo: bool
) -> None:
    document = opened(replace(PAPER, demo=demo), working)
    for section in document.sections:
        for footer in (section.first_page_footer, section.footer):
            said = [each.text for each in footer.paragraphs if each.text]
            assert said == [PAPER.origin] * working + [text for text in said if "minh họa" in text]
            assert any("minh họa" in text for text in said) == demo
    assert any("Dữ liệu minh họa" in text for text in texts(document)) == demo
    assert document.core_properties.comments == PAPER.origin  # no page shows it


# The order the standard of the format (ECMA-376) gives parts: Word refuses files that break it.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore pBdr shd tabs spacing ind jc rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs color sz szCs highlight u lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "trPr": "cantSplit tblHeader",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
}


@pytest.mark.parametrize("parent", ORDERS)
def test_parts_stand_in_the_order_of_the_standard(parent: str) -> None:
    order = [f"{W}{name}" for name in ORDERS[parent].split()]
    for element in opened().element.body.iter(f"{W}{parent}"):
        places = [order.index(child.tag) for child in element]
        assert places == sorted(places)


def test_hostile_names_are_text() -> None:
    rows = tuple((n, name, n) for n, name in enumerate(HOSTILE))
    body = (*(say(name) for name in HOSTILE), Heading(2, HOSTILE[1]), Table(("A", HOSTILE[1], "C"), (1, 2, 1), rows))
    paper = replace(PAPER, head=replace(HEAD, place=HOSTILE[1]), subject=HOSTILE[1], body=body, origin=HOSTILE[0])
    found = texts(opened(paper))
    for name in HOSTILE:
        assert found.count(name.replace("\x0b", "").replace("\x00", "")) >= 2
    assert opened(paper).core_properties.subject == HOSTILE[1]


# --- The papers themselves ---

DOCUMENTS = [kind.id for kind in reports.KINDS.values() if kind.ending == "docx"]


@pytest.fixture(scope="module")
def papers(demo_data: Path) -> dict[str, Document]:
    """Every kind of paper, of a demo area that has it; and the alerts."""
    found = {}
    for kind in DOCUMENTS:
        shown = building.current(demo_data, "tra-cu" if kind == "bao-cao-thu-nam" else "thanh-ha")
        found[kind] = document(kind, asked(shown, shown.as_of.replace(day=1), shown.as_of))
    question = asked(shown, shown.as_of.replace(day=1), shown.as_of)
    content = reports.alerts.to_file(question, None, reports.alerts.since(question, None), ".docx", "vi")
    return found | {"canh-bao": docx.Document(io.BytesIO(content))}


@pytest.mark.parametrize("kind", [*DOCUMENTS, "canh-bao"])
def test_every_kind_of_paper_is_laid_out_so(papers: dict[str, Document], kind: str) -> None:
    paper = papers[kind]
    for section in paper.sections:
        sides = [section.top_margin.mm, section.bottom_margin.mm, section.left_margin.mm, section.right_margin.mm]
        for side, (least, most) in zip(sides, ((20, 25), (20, 25), (30, 35), (15, 20)), strict=True):
            assert least <= side <= most + 0.05
        numbered = section.header.paragraphs[0]
        assert numbered._p.xpath("string(.//w:instrText)") == "PAGE"
        assert section.different_first_page_header_footer
    assert looks(find(paper, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")) == {(13, True, False)}
    assert looks(find(paper, "Độc lập - Tự do - Hạnh phúc")) == {(14, True, False)}
    assert looks(find(paper, "BÁO CÁO")) == {(14, True, False)}
    assert looks(find(paper, "Nơi nhận:")) == {(12, True, True)}
    assert looks(find(paper, "Số: …/BC-")) == {(13, False, False)}
    used = {run.font.name for each in paper.paragraphs for run in each.runs} - {None}
    assert used <= {"Times New Roman"}
    body = [each for each in paper.paragraphs if each.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY]
    assert len(body) > 3
    assert {size for each in body for size, *_ in looks(each)} == {14}
