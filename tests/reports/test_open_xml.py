"""Every file for an office program is valid Open XML: schemas, relationships, content types, ids (openxml-audit)."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from openxml_audit import OpenXmlValidator

from cchc import exports, reports
from cchc.entered.published import saved
from cchc.figures import query
from cchc.findings.reconcile import reconcile
from cchc.reports import Asked, alerts, pack, template
from cchc.reports.paper import Paper
from cchc.text import Language, UserError
from tests import building
from tests.building import numbered
from tests.reports import gathering
from tests.reports.asking import HOSTILE, asked, varied

pytestmark = pytest.mark.slow

SPANS = {"tra-cu": ("2023-06-01", "2023-07-10"), "thanh-ha": ("2023-09-29", "2023-12-31")}


def faults(content: bytes, ending: str, folder: Path) -> list[str]:
    """What the validator finds in a file."""
    file = folder / f"made.{ending}"
    file.write_bytes(content)
    return [f"{fault.part_uri}: {fault.description}" for fault in OpenXmlValidator().validate(file).errors]


def papers(question: Asked) -> Iterator[tuple[str, str, bytes]]:
    """Every report the area can make: its kind, ending and file; papers also on a template made from them."""
    for kind in reports.kinds(question.snapshot).values():
        try:
            made = kind.prepare(question)
        except UserError:  # a service model the area does not have
            continue
        yield kind.id, kind.ending, reports.to_file(made, working=kind.ending == "docx")
        if isinstance(made, Paper):
            yield f"{kind.id} on a template", "docx", template.fill(template.sample(made), question, made)


def lists(question: Asked) -> Iterator[tuple[str, str, bytes]]:
    """What stands beside the papers: lists of dossiers, figures and findings, and alerts, of something or nothing."""
    shown, filters = question.snapshot, question.filters
    figures = exports.named(query.run(shown, ["late"], filters, by=["unit"]), ["unit"], None, shown, filters, "vi")
    yield "dossiers", "xlsx", exports.to_xlsx(shown, filters, "received", "", "vi")
    yield "figures", "xlsx", exports.figures_to_xlsx(figures, shown, filters, "vi")
    result = reconcile(question.run, shown, saved.load(question.data, shown))
    for language in get_args(Language):
        yield "findings", "xlsx", exports.reconciliation_to_xlsx(result, result.findings, "", shown, language)
    for crossings in (alerts.since(question, None), []):
        yield f"{len(crossings)} alerts", "docx", alerts.to_file(question, None, crossings, ".docx", "vi")


@pytest.mark.parametrize("area", SPANS)
def test_papers_and_forms_of_an_area_are_valid(demo_data: Path, area: str, tmp_path: Path) -> None:
    question = asked(building.current(demo_data, area), *SPANS[area])
    made = [(name, faults(content, ending, tmp_path)) for name, ending, content in papers(question)]
    assert len(made) == len(reports.KINDS) - 1 + 2  # a model the area lacks; two papers on templates
    beside = [(name, faults(content, ending, tmp_path)) for name, ending, content in lists(question)]
    assert [each for each in (*made, *beside) if each[1]] == []


def test_names_as_hostile_as_an_export_can_hold_leave_files_valid(tmp_path: Path) -> None:
    names = "".join(f'{id_},"{name}",commune,D\n' for id_, name in zip("AB", HOSTILE, strict=False))
    folder = building.reference_folder(tmp_path / "area", units=f"unit,name,level,parent\nD,Huyện,district,\n{names}")
    heads = "id,area,scope,from,to,metric,value,unit,numerator_id,denominator_id,document"
    published = f'x,tra-cu,A,2024-03-01,2024-03-31,received,3,count,,,"{HOSTILE[1]}"'
    (folder / "published.csv").write_text(f"{heads}\n{published}\n", encoding="utf-8")
    shown = building.publish(tmp_path / "data", numbered(varied() * 5), references=folder)
    assert len(saved.load(tmp_path / "data", shown).figures) == 1
    question = asked(shown, "2024-03-01", "2024-03-31")
    made = [
        (name, faults(content, ending, tmp_path)) for name, ending, content in (*papers(question), *lists(question))
    ]
    assert [each for each in made if each[1]] == []


def test_slides_figures_and_minutes_of_a_meeting_are_valid(tmp_path: Path) -> None:
    brief = gathering.brief(gathering.publish(tmp_path / "data", 20), 2)
    made = [(ending, faults(pack.write(ending, brief, "vi"), ending, tmp_path)) for ending in pack.FILES]
    assert len(made) == 3
    assert [each for each in made if each[1]] == []
    charts = [shape.chart for slide in gathering.slides(brief).slides for shape in slide.shapes if shape.has_chart]
    ids = [int(id_) for chart in charts for id_ in chart._chartSpace.xpath(".//c:axId/@val | .//c:crossAx/@val")]
    assert ids
    assert all(0 < id_ < 2**31 for id_ in ids)  # LibreOffice mixes up the axes of larger ones


@pytest.mark.parametrize(
    ("ending", "part", "spoil"),
    [
        ("docx", "word/document.xml", lambda text: text.replace("<w:keepNext/>", "<w:rPr/><w:keepNext/>", 1)),
        ("docx", "word/styles.xml", lambda text: text.replace("<w:rPr>", "<w:rPr><w:pPr/>", 1)),
        ("xlsx", "xl/worksheets/sheet1.xml", lambda text: text.replace("<pageMargins", "<bogus/><pageMargins", 1)),
        ("pptx", "ppt/slides/slide1.xml", lambda text: text.replace('id="3"', 'id="2"', 1)),
    ],
)
def test_the_validator_finds_what_is_spoilt(
    ending: str, part: str, spoil: Callable[[str], str], tmp_path: Path
) -> None:
    """What the tests above rest on."""
    brief = gathering.brief(gathering.publish(tmp_path / "data", 3), 2)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack.write(ending, brief, "vi"))) as whole, zipfile.ZipFile(out, "w") as spoilt:
        for name in whole.namelist():
            content = whole.read(name)
            spoilt.writestr(name, spoil(content.decode()).encode() if name == part else content)
    assert faults(out.getvalue(), ending, tmp_path)
