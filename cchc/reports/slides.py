"""Slides of 16:9 with native, editable tables and charts; what does not fit on one goes on to the next."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Inches, Pt

from cchc.charts import PALETTE, measure
from cchc.text import Language, Text, legible

FONT = "Arial"
WIDE, HIGH = Inches(13.333), Inches(7.5)
LEFT, TOP, ROOM, DEEP = Inches(0.6), Inches(1.62), Inches(12.13), Inches(5.2)
_TITLE, _ABOUT, _FOOT = (Inches(0.42), Inches(0.72)), (Inches(1.12), Inches(0.4)), (Inches(7.0), Inches(0.32))
_HEAD, _MARGIN, _PAD = 12, Inches(0.08), Inches(0.05)
_TITLES = (28, 24, 20, 16, 14)
_COVERS = (40, 32, 24)
_FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
_BARE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's table style without lines and shades
COLOUR = PALETTE["light"]
# Left, top, width and height.
Place = tuple[int, int, int, int]
WHOLE: Place = (LEFT, TOP, ROOM, DEEP)


def rgb(name: str) -> RGBColor:
    """A colour of the palette."""
    return RGBColor(*bytes.fromhex(COLOUR[name].removeprefix("#")))


@dataclass(frozen=True)
class Cell:
    """A text in a table, in a colour of the palette."""

    text: str
    colour: str = "text"
    bold: bool = False


@dataclass(frozen=True)
class Grid:
    """A table to draw: headings, the width of each column in parts of the whole, rows, the columns that stand at the
    right, and the size of letters."""

    heads: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[Cell]]
    right: frozenset[int] = field(default_factory=frozenset)
    size: int = 14


class Deck:
    """A presentation that grows slide by slide; `foot` stands at the foot of each with its number, `notes` with it in
    what only the speaker sees."""

    def __init__(self, title: str, foot: str, language: Language, notes: str = "") -> None:
        self.file, self.notes = Presentation(), legible(notes)
        self.foot, self.language = legible(foot), Text("vi-VN", "en-GB")[language]
        known = self.file.core_properties
        known.title, known.language, known.author, known.comments = legible(title), self.language, "CCHC", self.foot
        _widen(self.file)
        _dress(self.file)

    def save(self) -> bytes:
        """The presentation as a .pptx file."""
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()

    def slide(self, title: str, about: str = "") -> Any:
        """A new slide with its heading; the largest letters in which the title takes two lines at most."""
        added = self.file.slides.add_slide(self.file.slide_layouts[5])
        head = added.shapes.title
        head.left, head.top, head.width, head.height = LEFT, _TITLE[0], ROOM, _TITLE[1]
        self._write(head.text_frame, [title], _title_size(title), bold=True)
        if about:
            size = 14 if len(measure.lines(about, 14, ROOM.pt)) == 1 else 11
            self.text(added, [about], (LEFT, _ABOUT[0], ROOM, _ABOUT[1]), size, "muted")
        self._number(added)
        return added

    def cover(self, title: str, about: Sequence[str]) -> None:
        """The first slide: the title large, a line, and what the figures are about below it."""
        added = self.file.slides.add_slide(self.file.slide_layouts[5])
        size = next((each for each in _COVERS if len(measure.lines(title, each, ROOM.pt, bold=True)) <= 3), _COVERS[-1])
        head = added.shapes.title
        head.left, head.top, head.width, head.height = LEFT, Inches(0.9), ROOM, Inches(2.3)
        head.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
        self._write(head.text_frame, [title], size, bold=True)
        rule = added.shapes.add_shape(MSO_SHAPE.RECTANGLE, LEFT + Inches(0.1), Inches(3.35), Inches(1.6), Inches(0.06))
        rule.fill.solid()
        rule.fill.fore_color.rgb = rgb("early")
        rule.line.fill.background()
        self.text(added, about, (LEFT, Inches(3.6), ROOM, Inches(3)), 24)
        self._number(added)

    def text(
        self, slide: Any, paragraphs: Sequence[str], place: Place, size: float, colour: str = "text", bold: bool = False
    ) -> None:
        """Paragraphs in a box at a place (left, top, width, height)."""
        box = slide.shapes.add_textbox(*place)
        self._write(box.text_frame, paragraphs, size, colour, bold)

    def prose(self, title: str, about: str, paragraphs: Sequence[str], size: float = 20) -> None:
        """Running text, on as many slides as it needs."""
        gap = size * 0.4
        pages: list[list[str]] = [[]]
        left = DEEP.pt
        for line in [line for text in paragraphs for line in measure.pieces(text, size, ROOM.pt, DEEP.pt)]:
            needed = measure.height(line, size, ROOM.pt) + gap
            if pages[-1] and needed > left:
                pages.append([])
                left = DEEP.pt
            pages[-1].append(line)
            left -= needed
        for place, page in enumerate(pages, start=1):
            slide = self.slide(_counted(title, place, len(pages)), about)
            self.text(slide, page, (LEFT, TOP, ROOM, DEEP), size)

    def table(self, title: str, about: str, grid: Grid) -> None:
        """A table, on as many slides as its rows need, each about as full as the others; headings on every one."""
        columns = [Emu(int(ROOM * part / sum(grid.widths))) for part in grid.widths]
        heights = [_row_height([cell.text for cell in row], columns, grid.size) for row in grid.rows]
        head = _row_height(grid.heads, columns, _HEAD, bold=True)
        pages = measure.pages(heights, DEEP - head)
        for place, rows in enumerate(pages, start=1):
            slide = self.slide(_counted(title, place, len(pages)), about)
            shown = [head, *(heights[row] for row in rows)]
            frame = slide.shapes.add_table(len(shown), len(columns), LEFT, TOP, ROOM, Emu(sum(shown)))
            frame.name = legible(title)
            table = frame.table
            table._tbl.tblPr.find(qn("a:tableStyleId")).text = _BARE
            table.horz_banding = False
            for column, width in zip(table.columns, columns, strict=True):
                column.width = width
            for row, height in zip(table.rows, shown, strict=True):
                row.height = Emu(height)
            heads = [Cell(text, "muted", bold=True) for text in grid.heads]
            for n, cells in enumerate([heads, *(grid.rows[row] for row in rows)]):
                for column, cell in enumerate(cells):
                    self._cell(table.cell(n, column), cell, column in grid.right, 0 if n == 0 else grid.size)

    def _cell(self, drawn: Any, cell: Cell, right: bool, size: int) -> None:
        """A cell; one of no size is a heading."""
        drawn.margin_left = drawn.margin_right = _MARGIN
        drawn.margin_top = drawn.margin_bottom = _PAD
        drawn.vertical_anchor = MSO_ANCHOR.TOP if size else MSO_ANCHOR.BOTTOM
        align = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        self._write(drawn.text_frame, cell.text.split("\n"), size or _HEAD, cell.colour, cell.bold, align, 0)
        drawn.fill.background()
        # Lines stand before the fill.
        drawn._tc.get_or_add_tcPr().insert(0, _line("grid", 6350) if size else _line("other", 19050))

    def _write(
        self, frame: Any, paragraphs: Sequence[str], size: float, colour: str = "text", bold: bool = False,
        align: Any = PP_ALIGN.LEFT, gap: float = 0.4,
    ) -> None:  # fmt: skip
        frame.word_wrap = True
        for place, text in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment = align
            paragraph.space_after = Pt(size * gap) if place < len(paragraphs) - 1 else Pt(0)
            run = paragraph.add_run()
            run.text = legible(text).replace(" %", "\u00a0%")  # a per cent sign never begins a line
            run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
            run.font.color.rgb = rgb(colour)
            run._r.get_or_add_rPr().set("lang", self.language)

    def _number(self, slide: Any) -> None:
        """The notes, and the foot: where figures come from, and the number of the slide, which PowerPoint counts."""
        slide.notes_slide.notes_text_frame.text = "\n".join(filter(None, (self.notes, self.foot)))
        self.text(slide, [self.foot], (LEFT, _FOOT[0], Inches(11.2), _FOOT[1]), 10, "muted")
        box = slide.shapes.add_textbox(LEFT + Inches(11.3), _FOOT[0], Inches(0.83), _FOOT[1])
        paragraph = box.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        number = _element("a:fld", id=_FIELD, type="slidenum")
        shown = _element("a:t")
        shown.text = str(len(self.file.slides))
        number.extend([_element("a:rPr", lang=self.language, sz="1000"), shown])
        paragraph._p.append(number)


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(key, value)
    return made


def _line(colour: str, width: int) -> Any:
    """The line below a cell."""
    line, fill = _element("a:lnB", w=str(width)), _element("a:solidFill")
    fill.append(_element("a:srgbClr", val=COLOUR[colour].removeprefix("#")))
    line.append(fill)
    return line


def _title_size(title: str) -> int:
    """One line as large as may be; a long title takes two smaller ones."""
    counts = {size: len(measure.lines(title, size, ROOM.pt, bold=True)) for size in _TITLES}
    return next((size for size in _TITLES[:3] if counts[size] == 1), 0) or next(
        (size for size in _TITLES[2:] if counts[size] <= 2), _TITLES[-1]
    )


def _counted(title: str, place: int, count: int) -> str:
    return f"{title} ({place}/{count})" if count > 1 else title


def _row_height(texts: Sequence[str], widths: Sequence[int], size: float, bold: bool = False) -> int:
    """How high a row of a table must be, so that PowerPoint has nothing to make room for."""
    rooms = [Emu(width - 2 * _MARGIN).pt for width in widths]
    needed = max(measure.height(text, size, room, bold) for text, room in zip(texts, rooms, strict=True))
    return int(Pt(needed) + 2 * _PAD)


# --- The template ---


def _widen(file: Any) -> None:
    """The template is made for 4:3: as high as 16:9, but narrower."""
    times = WIDE / file.slide_width
    for holder in (file.slide_master, *file.slide_layouts):
        for shape in holder.shapes:
            if shape._element.spPr.find(qn("a:xfrm")) is not None:
                shape.left, shape.width = Emu(int(shape.left * times)), Emu(int(shape.width * times))
    file.slide_width, file.slide_height = WIDE, HIGH


def _dress(file: Any) -> None:
    """Arial, which holds Vietnamese, and the colours of the product, wherever a reader adds something of his own."""
    part = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme: Any = parse_xml(part.blob)
    for fonts in theme.iter(qn("a:majorFont"), qn("a:minorFont")):
        fonts.find(qn("a:latin")).set("typeface", FONT)
    for place, name in enumerate(("early", "late", "withdrawn", "on_day", "target", "online"), start=1):
        for accent in theme.iter(qn(f"a:accent{place}")):
            accent[0].set("val", COLOUR[name].removeprefix("#"))
    part._blob = serialize_part_xml(theme)
    title = file.slide_master.element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    title.set("algn", "l")
