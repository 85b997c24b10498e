"""Parts of Word documents: tables without lines, rules of a given length, fields, links."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph


def spacing(form: Any, after: Length, spacing: float) -> None:
    """Nothing above a paragraph, this below it, and lines so many times as high as their letters."""
    form.space_before, form.space_after, form.line_spacing = Pt(0), after, spacing


def frame(document: Document, widths: Sequence[Length], rows: int = 2) -> Table:
    """A table without lines, which puts texts side by side."""
    table: Table = document.add_table(rows=rows, cols=len(widths))
    fixed(table, widths)
    _without_padding(table)
    for row in table.rows:
        flag(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    return table


def fixed(table: Table, widths: Sequence[Length]) -> None:
    """Columns of these widths whatever stands in them, from margin to margin."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def _without_padding(table: Table) -> None:
    """The cells reach from edge to edge: the name of the country needs all of its own."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tblPr.insert_element_before(margins, "w:tblLook")


def linked(paragraph: Paragraph, run: Any, address: str) -> None:
    """A run of the paragraph that opens an address."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run.style = "Hyperlink"
    paragraph._p.append(link)
    link.append(run._r)


def rule(place: Any, width: Length, length: Length) -> None:
    """A line of this length in the middle of a column of this width."""
    paragraph = place.add_paragraph()
    spacing(paragraph.paragraph_format, Pt(6), 1)
    paragraph.paragraph_format.space_before = Pt(2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Length((width - length) // 2)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    form = paragraph._p.get_or_add_pPr()
    form.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    mark, size = OxmlElement("w:rPr"), OxmlElement("w:sz")
    size.set(qn("w:val"), "8")  # half points: the empty line is no higher than its rule needs
    mark.append(size)
    form.append(mark)


def field(paragraph: Paragraph, code: str, size: Length) -> None:
    """A field that Word fills in, such as the number of the page."""
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        run.font.size = size
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = code
        run._r.append(part)


def flag(properties: Any, name: str) -> None:
    """A property that is there or not."""
    properties.append(OxmlElement(name))
