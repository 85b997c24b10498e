"""Papers as Word documents, laid out to the millimetre and point as Nghị định 30/2020/NĐ-CP, Phụ lục I, prescribes."""

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph

from cchc.charts import measure
from cchc.reports import word
from cchc.reports.paper import (
    Annex,
    Blank,
    Block,
    Heading,
    Link,
    Paper,
    Piece,
    Prose,
    Table,
    annex_name,
    to_fill,
    to_sign,
)
from cchc.reports.phrases import written
from cchc.reports.sheet import DEMO
from cchc.text import legible, number

FONT = "Times New Roman"
# A4; the decree allows 20-25 mm above and below, 30-35 at the left, 15-20 at the right.
SHORT, LONG = Mm(210), Mm(297)
TOP = BOTTOM = Mm(20)
LEFT, RIGHT = Mm(30), Mm(15.01)  # Word keeps twentieths of a point: 15 mm would be a hair less than 15
BODY, HEADER, PLACE, LIST = Pt(14), Pt(13), Pt(14), Pt(11)
INDENT, GAP, SPACING = Mm(12.7), Pt(6), 1.15
_IN_TABLE = Pt(12)
_SHORT_TABLE = 12
# Of the measured length of a line, which is that of wider letters, where they are small ones.
_RULE, _NARROWER = 0.4, 0.87
_FORMS = {"report": "Báo cáo", "minutes": "Biên bản"}
_NAME, _MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
# The left cell of the head holds the office, the right one the name of the country, 95 mm long at 13 points.
_HEAD = (Mm(67), Mm(98))
# As long as its words at 14 points bold.
_MOTTO_RULE = Mm(60.4)
_MIDDLE, _LEFT, _RIGHT, _BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


def write(paper: Paper, working: bool = False) -> bytes:
    """The paper as a .docx file, to be signed; a `working` one says at the foot of its pages where its figures come
    from, which is no part of a paper to be signed. Text from data is text, never markup."""
    document = docx.Document()
    _without_copies_of_styles(document)
    _styles(document)
    sheet(document.sections[0])
    _running(document.sections[0], paper, working)
    _properties(document, paper)
    _head(document, paper)
    _title(document, paper)
    blocks(document, paper.body)
    _end(document, paper)
    for place, annex in enumerate(paper.annexes):
        _annex(document, paper, annex, annex_name(place, len(paper.annexes)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- The sheet ---


def _styles(document: Document) -> None:
    """Every style in Times New Roman, black; headings keep their level, so that Word lists them."""
    normal = document.styles["Normal"]
    _font(normal, BODY)
    word.spacing(normal.paragraph_format, after=GAP, spacing=SPACING)
    for level in (1, 2, 3):
        style = document.styles[f"Heading {level}"]
        _font(style, BODY, bold=level < 3)
        word.spacing(style.paragraph_format, after=GAP, spacing=SPACING)
        style.paragraph_format.first_line_indent = INDENT
        style.paragraph_format.keep_with_next = True
    for style in (document.styles["Header"], document.styles["Footer"]):
        _font(style, BODY)
        word.spacing(style.paragraph_format, after=Pt(0), spacing=1)
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        fonts.attrib.clear()  # the template names fonts of its theme as well
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), FONT)
    document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER).font.underline = True


def _without_copies_of_styles(document: Document) -> None:
    """The template brings a second list of styles along, for Word 2007: one that differs from the first is a fault."""
    for id_, part in list(document.part.rels.items()):
        if part.reltype.endswith("/stylesWithEffects"):
            del document.part.rels[id_]


def _font(style: Any, size: Length, bold: bool = False) -> None:
    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, size, bold, False
    properties = style.element.get_or_add_rPr()
    for colour in properties.findall(qn("w:color")):
        properties.remove(colour)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    properties.append(language)


def sheet(section: Section, landscape: bool = False) -> None:
    """A4 with the margins of the decree."""
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG, SHORT) if landscape else (SHORT, LONG)
    section.top_margin = section.bottom_margin = TOP
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance = section.footer_distance = Mm(10)


def _running(section: Section, paper: Paper, working: bool) -> None:
    """Page numbers in the middle of the top margin but for the first page, and at the foot what must be known."""
    section.different_first_page_header_footer = True
    numbered = section.header.paragraphs[0]
    numbered.alignment = _MIDDLE
    word.field(numbered, "PAGE", BODY)
    for footer in (section.first_page_footer, section.footer):
        if working:
            _add(footer.paragraphs[0], (paper.origin,), Pt(9), italic=True)
        if paper.demo:
            _add(footer.add_paragraph() if working else footer.paragraphs[0], (DEMO,), Pt(9), bold=True)


def _properties(document: Document, paper: Paper) -> None:
    known = document.core_properties
    known.title, known.subject = legible(f"{_FORMS[paper.form]} {paper.subject}"), legible(paper.subject)
    known.author, known.comments = legible(" ".join(paper.head.issuer)), legible(paper.origin)
    known.language, known.keywords = "vi-VN", ""


# --- Head, title and end ---


def _head(document: Document, paper: Paper) -> None:
    head = paper.head
    table = word.frame(document, _HEAD)
    office, country = table.rows[0].cells
    for text, bold in (*((line, False) for line in head.parent), *((line, True) for line in head.issuer)):
        _line(office, (to_fill(text.upper()),), HEADER, bold=bold)
    word.rule(office, _HEAD[0], _part_of(head.issuer[-1].upper(), HEADER))
    _line(country, (_NAME,), HEADER, bold=True)
    _line(country, (_MOTTO,), BODY, bold=True)
    word.rule(country, _HEAD[1], _MOTTO_RULE)
    office, country = table.rows[1].cells
    _line(office, (f"Số: {head.number}/{head.symbol}",), HEADER)
    if paper.form == "report":  # minutes say place and time in their text
        _line(country, (to_fill(head.place), f", {head.dated}"), PLACE, italic=True)


def _title(document: Document, paper: Paper) -> None:
    name = document.add_paragraph()
    name.paragraph_format.space_before, name.paragraph_format.space_after = Pt(12), Pt(0)
    _add(name, (_FORMS[paper.form].upper(),), BODY, bold=True, align=_MIDDLE)
    subject = document.add_paragraph()
    subject.paragraph_format.space_after = Pt(0)
    _add(subject, (to_fill(paper.subject),), BODY, bold=True, align=_MIDDLE)
    width = Length(SHORT - LEFT - RIGHT)
    *_, last = measure.lines(paper.subject, BODY.pt * _NARROWER, width.pt)
    word.rule(document, width, _part_of(last, BODY))
    if paper.demo:
        _add(document.add_paragraph(), (DEMO,), BODY, bold=True, align=_MIDDLE)
    if paper.form == "report":
        _addressed(document, paper.head.to)


def _part_of(line: str, size: Length) -> Length:
    """A third to half of the words above a rule, whatever letters they have (II.2.b, II.5.b)."""
    return Pt(measure.width(line, size.pt) * _RULE)


def _addressed(document: Document, to: Sequence[str]) -> None:
    if len(to) == 1:
        _add(document.add_paragraph(), ("Kính gửi: ", to_fill(to[0])), BODY, align=_MIDDLE)
    elif to:
        first = document.add_paragraph()
        first.paragraph_format.left_indent = Mm(30)
        _add(first, ("Kính gửi:",), BODY)
        for each in to:
            line = document.add_paragraph()
            line.paragraph_format.left_indent = Mm(45)
            _add(line, ("- ", to_fill(each)), BODY)


def _end(document: Document, paper: Paper) -> None:
    head = paper.head
    for last in document.paragraphs[-2:]:  # a signature never stands alone on a page
        last.paragraph_format.keep_with_next = last.paragraph_format.keep_together = True
    gap = document.add_paragraph()
    gap.paragraph_format.keep_with_next = True
    word.spacing(gap.paragraph_format, Pt(0), 1)
    left, right = word.frame(document, (Mm(85), Mm(80)), rows=1).rows[0].cells
    if paper.form == "report":
        _copies(left, head.copies)
        _signed(right, head.signs, head.below, head.signer)
        return
    _signed(left, ("Thư ký",))
    _signed(right, ("Chủ tọa",))
    below = document.add_paragraph()
    word.spacing(below.paragraph_format, Pt(0), 1)
    _copies(word.frame(document, (Mm(165),), rows=1).rows[0].cells[0], ("Như thành phần tham dự;", *head.copies[-1:]))


def _copies(cell: WordCell, copies: Sequence[str]) -> None:
    _line(cell, ("Nơi nhận:",), Pt(12), bold=True, italic=True, align=_LEFT)
    for each in copies:
        _line(cell, ("- ", to_fill(each)), LIST, align=_LEFT)


def _signed(cell: WordCell, signs: Sequence[str], below: Sequence[str] = (), signer: str = "") -> None:
    """Who signs, room to do so, the signer's own office where it is another one (ô 7b), and the name."""
    for sign in signs:
        _line(cell, (to_fill(sign.upper()),), BODY, bold=True)
    for _ in range(4):
        _line(cell, ("",), BODY)
    for office in below:
        _line(cell, (to_fill(office.upper()),), BODY, bold=True)
    _line(cell, (to_sign(signer),), BODY, bold=True)


def _annex(document: Document, paper: Paper, annex: Annex, name: str) -> None:
    """A supplement with page numbers of its own."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    sheet(section, annex.landscape)
    for copied in section._sectPr.findall(qn("w:pgNumType")):  # a section begins as a copy of the one before
        section._sectPr.remove(copied)
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(numbering, "w:cols", "w:titlePg", "w:docGrid")
    form, head = _FORMS[paper.form], paper.head
    source = f"(Kèm theo {form} số: {head.number}/{head.symbol} {head.dated} của {head.name})"
    for text, italic in ((name, False), (annex.title.upper(), False), (source, True)):
        line = document.add_paragraph()
        line.paragraph_format.keep_with_next = True
        _add(line, (text,), BODY, bold=not italic, italic=italic, align=_MIDDLE)
    blocks(document, annex.blocks)


# --- Text and tables ---


def blocks(document: Document, parts: Sequence[Block]) -> None:
    """Adds headings, paragraphs and tables at the end."""
    for block in parts:
        if isinstance(block, Heading):
            text = block.text.upper() if block.level == 1 else block.text
            document.add_paragraph(legible(text), style=f"Heading {block.level}")
        elif isinstance(block, Prose):
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.first_line_indent = INDENT
            _add(paragraph, block.pieces, BODY, align=_BOTH)
        else:
            _table(document, block)


def _table(document: Document, table: Table) -> None:
    section = document.sections[-1]
    width = Length(section.page_width - section.left_margin - section.right_margin)  # type: ignore[operator]
    widths = [Length(width * part // sum(table.widths)) for part in table.widths]
    drawn = document.add_table(rows=0, cols=len(table.heads), style="Table Grid")
    word.fixed(drawn, widths)
    for _ in range(2 if table.over else 1):
        word.flag(drawn.add_row()._tr.get_or_add_trPr(), "w:tblHeader")
    for place, row in enumerate(table.rows):
        added = drawn.add_row()
        word.flag(added._tr.get_or_add_trPr(), "w:cantSplit")
        for column, (cell, value) in enumerate(zip(added.cells, row, strict=True)):
            text: Piece = number(value, "vi") if isinstance(value, int) else value
            align = _RIGHT if column >= table.texts else _LEFT if column else _MIDDLE
            _line(cell, (text,), _IN_TABLE, bold=place in table.bold, align=align)
    for added in drawn.rows:
        for cell, cell_width in zip(added.cells, widths, strict=True):
            cell.width = cell_width
    for box in table.boxes:
        last = drawn.cell(box.row + box.rows - 1, box.column + box.columns - 1)
        cell = drawn.cell(box.row, box.column).merge(last)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        _line(cell, (box.text,), _IN_TABLE, bold=True)
    if table.whole:
        _keep_short(drawn)
    after = document.add_paragraph()
    word.spacing(after.paragraph_format, Pt(0), 1)


def _keep_short(table: WordTable) -> None:
    """A table of few rows is never broken over two pages."""
    if len(table.rows) <= _SHORT_TABLE:
        for row in table.rows[:-1]:
            for cell in row.cells:
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True


def _line(
    cell: WordCell,
    pieces: Sequence[Piece],
    size: Length,
    bold: bool = False,
    italic: bool = False,
    align: Any = _MIDDLE,
) -> None:
    """One more line of a cell; a new cell comes with an empty first one."""
    first = cell.paragraphs[0]
    paragraph = cell.add_paragraph() if first.runs or len(cell.paragraphs) > 1 else first
    word.spacing(paragraph.paragraph_format, Pt(0), 1)
    _add(paragraph, pieces, size, bold, italic, align)


def _add(
    paragraph: Paragraph,
    pieces: Sequence[Piece],
    size: Length,
    bold: bool = False,
    italic: bool = False,
    align: Any = _LEFT,
) -> None:
    paragraph.alignment = align
    for piece in pieces:
        # A per cent sign never begins a line.
        run = paragraph.add_run(legible(written(str(piece))).replace(" %", "\u00a0%"))
        run.font.size, run.bold, run.italic = size, bold, italic
        if isinstance(piece, Blank):
            # The only colour in the paper, until somebody has filled the place in.
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        elif isinstance(piece, Link):
            word.linked(paragraph, run, piece.address)
