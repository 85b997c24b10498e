"""A paper on an office's own Word file: names in double braces give way to figures, words, sections and tables."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docxtpl import DocxTemplate
from jinja2 import TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

from cchc.figures.metrics import METRICS
from cchc.reports import charted, decree30, year
from cchc.reports.asked import Asked
from cchc.reports.paper import Blank, Block, Heading, Paper, Prose, say, to_sign
from cchc.reports.phrases import rate, written
from cchc.store.coverage import is_covered
from cchc.text import NOT_AVAILABLE, Text, UserError, legible

MOST_BYTES = 10_000_000
_MOST_UNPACKED = 200_000_000
# What a name of a figure may be followed by: another span of days.
SPANS = {
    "": Text("trong kỳ", "in the period"),
    "_ky_truoc": Text("kỳ trước", "the period before"),
    "_cung_ky": Text("cùng kỳ năm trước", "the same period a year earlier"),
    "_luy_ke": Text("lũy kế từ đầu năm", "since the start of the year"),
}
# Names of words around a paper.
WORDS = {
    "ten_bao_cao": Text("trích yếu của báo cáo", "what the paper is about"),
    "ky_bao_cao": Text("kỳ báo cáo", "the period"),
    "dia_ban": Text("địa bàn", "the territory"),
    "co_quan": Text("tên cơ quan viết trong câu", "the office inside a sentence"),
    "co_quan_chu_quan": Text("cơ quan chủ quản", "the superior body"),
    "co_quan_ban_hanh": Text("cơ quan ban hành", "the issuing body"),
    "kinh_gui": Text("nơi nhận ở đầu văn bản", "those addressed"),
    "dia_danh": Text("địa danh", "the place"),
    "so": Text("số văn bản", "the number"),
    "ky_hieu": Text("ký hiệu văn bản", "the symbol after the number"),
    "ngay_ky": Text("ngày, tháng, năm ký", "the day of signing"),
    "nguoi_ky": Text("họ và tên người ký", "the name of the signer"),
}
# Names that stand for whole paragraphs and tables, each in a paragraph of its own: {{p muc_1}}.
BLOCKS = {
    "muc_1": Text(
        "nội dung dưới tiêu đề thứ nhất; muc_2, muc_3, … là các tiêu đề tiếp theo, muc_0 là phần mở đầu",
        "what stands below the first heading; muc_2, muc_3, … for those that follow, muc_0 for what stands before",
    ),
    "phu_luc_1": Text("bảng của phụ lục thứ nhất; phu_luc_2, …", "the table of the first supplement; phu_luc_2, …"),
    **charted.CHARTS,
}
_INLINE = re.compile(r"\{\{(?!p\s)-?\s*((?:muc|phu_luc)_\d+|bieu_do_\w+)")


class _Names(ImmutableSandboxedEnvironment):
    """Names alone may stand in a template: no conditions, loops, calculations or attributes, so that nothing in an
    uploaded file runs."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, nodes.Output | nodes.TemplateData | nodes.Name):
                raise UserError(
                    Text(
                        "Trong mẫu chỉ dùng được tên trong ngoặc, như {{ ky_bao_cao }}; không dùng lệnh, phép tính.",
                        "A template may hold names alone, such as {{ ky_bao_cao }}; no commands or calculations.",
                    )
                )
        return tree


def fill(content: bytes, asked: Asked, paper: Paper) -> bytes:
    """The office's .docx file with every name replaced by what it stands for in this paper.

    Raises UserError where it is no Word file, holds an unknown name, or more than names.
    """
    _check(content)
    known = _known(asked, paper)
    try:
        template = DocxTemplate(io.BytesIO(content))
        named = template.get_undeclared_template_variables(_Names(autoescape=True))
        _refuse_unknown(sorted(named - known.keys() - charted.CHARTS.keys()))
        _refuse_inline(template)
        known |= _charts(template.docx, asked, sorted(named & charted.CHARTS.keys()))
        template.render(known, _Names(autoescape=True))
    except TemplateError as error:
        raise _not_a_template(
            Text(f"tên trong ngoặc viết sai ({error})", f"a name in braces is wrong ({error})")
        ) from error
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def sample(paper: Paper) -> bytes:
    """A template to begin with: our paper of this kind, with names where the office, the sections and the supplements
    of this one stand."""
    return decree30.write(_with_names(paper))


# --- What names stand for ---


def _known(asked: Asked, paper: Paper) -> dict[str, str]:
    head = paper.head
    words = {
        "ten_bao_cao": paper.subject,
        "ky_bao_cao": asked.period_name,
        "dia_ban": asked.territory,
        "co_quan": head.name,
        "co_quan_chu_quan": " ".join(head.parent),
        "co_quan_ban_hanh": " ".join(head.issuer),
        "kinh_gui": " ".join(head.to),
        "dia_danh": head.place,
        "so": head.number,
        "ky_hieu": head.symbol,
        "ngay_ky": head.dated,
        "nguoi_ky": str(to_sign(head.signer)),
    }
    texts = {name: legible(written(text)) for name, text in {**words, **_figures(asked)}.items()}
    return texts | {name.upper(): text.upper() for name, text in texts.items()} | _blocks(paper)


def _blocks(paper: Paper) -> dict[str, Markup]:
    """Whole sections and supplements of a paper by their names."""
    sections = {name: _markup(below) for name, below in _sections(paper).items()}
    return sections | {f"phu_luc_{n}": _markup(it.blocks, it.landscape) for n, it in enumerate(paper.annexes, start=1)}


def _charts(document: Document, asked: Asked, names: Sequence[str]) -> dict[str, Markup]:
    """Charts as paragraphs of the office's file, with what must be said below them."""
    return {
        name: Markup("" if chart is None else _xml(chart)) + (_markup([note]) if note else "")
        for name, (chart, note) in charted.blocks(document, asked, names).items()
    }


def _figures(asked: Asked) -> dict[str, str]:
    """Every metric of the period and, by the ending of its name, of the other spans of days."""
    chosen = asked.filters
    found: dict[str, str] = {}
    spans = {
        "": chosen,
        "_ky_truoc": chosen.previous(asked.snapshot.as_of),
        "_cung_ky": chosen.year_before(asked.snapshot.as_of),
        "_luy_ke": chosen.over(year.up_to(asked)),
    }
    for ending, question in spans.items():
        row = asked.run(list(METRICS), question).iloc[0]
        covered = is_covered(question.period, asked.snapshot)
        found |= {f"{name}{ending}": _shown(name, row[name]) if covered else NOT_AVAILABLE for name in METRICS}
    return found


def _shown(name: str, value: float) -> str:
    metric = METRICS[name]
    return rate(value) if metric.is_rate and value == value else metric.show(value, "vi")


def _sections(paper: Paper) -> dict[str, list[Block]]:
    """What stands before the first heading of a paper and below each that has anything below it, by name."""
    below: list[list[Block]] = [[]]
    for block in paper.body:
        if isinstance(block, Heading):
            below.append([])
        else:
            below[-1].append(block)
    first, *others = below
    return {"muc_0": first} | {f"muc_{n}": each for n, each in enumerate(filter(None, others), start=1)}


def _markup(blocks: Sequence[Block], landscape: bool = False) -> Markup:
    """Blocks as the paragraphs and tables of our own papers, with lines of their own: the office's file need not have
    our styles. Links are words: their addresses would be parts of another file."""
    document = docx.Document()
    decree30.sheet(document.sections[0], landscape)
    decree30.blocks(document, [_unlinked(block) for block in blocks])
    for table in document.tables:
        table._tblPr.insert_element_before(_lined(), "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    body = [each for each in document.element.body if each.tag != qn("w:sectPr")]
    return Markup("".join(_xml(each) for each in body))


def _xml(element: Any) -> str:
    return str(etree.tostring(element, encoding="unicode"))


def _unlinked(block: Block) -> Block:
    if not isinstance(block, Prose):
        return block
    return say(*(piece if isinstance(piece, Blank) else str(piece) for piece in block.pieces))


def _lined() -> Any:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    return borders


# --- The sample ---


def _with_names(paper: Paper) -> Paper:
    head = replace(
        paper.head, place="{{ dia_danh }}", number="{{ so }}", symbol="{{ ky_hieu }}", dated="{{ ngay_ky }}",
        signer="{{ nguoi_ky }}",
    )  # fmt: skip
    names = iter(_sections(paper))
    body: list[Block] = []
    last: Block | None = None
    for block in paper.body:
        if isinstance(block, Heading):
            body.append(block)
        elif last is None or isinstance(last, Heading):
            body.append(say(f"{{{{p {next(names)} }}}}"))
        last = block
    annexes = tuple(
        replace(annex, blocks=(say(f"{{{{p phu_luc_{n} }}}}"),)) for n, annex in enumerate(paper.annexes, start=1)
    )
    return replace(paper, head=head, subject="{{ ten_bao_cao }}", body=tuple(body), annexes=annexes)


# --- What is refused ---


def _check(content: bytes) -> None:
    """Raises UserError unless this is a Word file of a size a paper has."""
    if len(content) > MOST_BYTES:
        raise _not_a_template(Text("tệp quá lớn", "the file is too large"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
            if size > _MOST_UNPACKED or "word/document.xml" not in archive.namelist():
                raise _not_a_template(Text("tệp không phải Word (.docx)", "the file is no Word file (.docx)"))
        docx.Document(io.BytesIO(content))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise _not_a_template(Text("tệp không phải Word (.docx)", "the file is no Word file (.docx)")) from error


def _refuse_unknown(unknown: Sequence[str]) -> None:
    if not unknown:
        return
    said = ", ".join(name[:60] for name in unknown[:5])
    raise UserError(
        Text(
            f"Mẫu có tên không dùng được ở báo cáo này: {said}; xem danh sách tên ở trang Định nghĩa.",
            f"The template has names this report does not know: {said}; the page Definitions lists them.",
        )
    )


def _refuse_inline(template: DocxTemplate) -> None:
    """A section or table in the middle of a sentence would break the file, and so would a chart outside its body."""
    template.init_docx()
    sections = template.docx.sections
    around = _text(*(each._element for section in sections for each in _around(section)))
    if inside := _INLINE.search(f"{_text(template.docx.element.body)} {around}"):
        name = inside[1]
        raise UserError(
            Text(
                f"{name} là cả một phần của báo cáo: viết {{{{p {name} }}}} thành một đoạn riêng.",
                f"{name} is a whole section: write {{{{p {name} }}}} as a paragraph of its own.",
            )
        )
    if named := next((name for name in charted.CHARTS if name in around), None):
        raise UserError(
            Text(
                f"{named} là biểu đồ: đặt trong thân văn bản, không đặt ở đầu trang, chân trang.",
                f"{named} is a chart: it stands in the text, not in a header or footer.",
            )
        )


def _around(section: Section) -> list[Any]:
    """Headers and footers of every page of a section."""
    return [
        section.header, section.first_page_header, section.even_page_header,
        section.footer, section.first_page_footer, section.even_page_footer,
    ]  # fmt: skip


def _text(*parts: Any) -> str:
    return " ".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for part in parts for p in part.iter(qn("w:p")))


def _not_a_template(reason: Text) -> UserError:
    return UserError(
        Text(
            f"Không dùng được mẫu: {reason.vi}; sửa rồi thử lại.", f"The template cannot be used: {reason.en}; mend it."
        )
    )
