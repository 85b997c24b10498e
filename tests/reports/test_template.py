"""An office's own Word file: names give way to figures of `query`, to sections and tables; the rest is refused."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document

from cchc import reports
from cchc.figures.metrics import METRICS
from cchc.reports import template
from cchc.reports.paper import Paper
from cchc.reports.phrases import written
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.reports.asking import HOSTILE, asked, rows, texts, varied

pytestmark = pytest.mark.slow

MARCH = ("2024-03-01", "2024-03-31")
PAPERS = [kind.id for kind in reports.KINDS.values() if kind.ending == "docx"]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return building.publish(tmp_path_factory.mktemp("template") / "data", varied())


def of_office(*paragraphs: str, header: str = "") -> bytes:
    """A Word file with these paragraphs, the last one in a cell."""
    found, out = docx.Document(), io.BytesIO()
    found.sections[0].header.paragraphs[0].text = header
    for text in paragraphs[:-1]:
        found.add_paragraph(text)
    found.add_table(1, 1).rows[0].cells[0].text = paragraphs[-1]
    found.save(out)
    return out.getvalue()


def filled(shown: Snapshot, content: bytes, kind: str = "bao-cao-thang", **chosen: object) -> Document:
    question = asked(shown, *MARCH, **chosen)
    made = reports.find(kind).prepare(question)
    assert isinstance(made, Paper)
    return docx.Document(io.BytesIO(template.fill(content, question, made)))


def test_every_figure_of_a_template_is_that_of_query(snapshot: Snapshot) -> None:
    names = [f"{name}{ending}" for name in METRICS for ending in template.SPANS]
    found = filled(snapshot, of_office(*(f"{name}: {{{{ {name} }}}}" for name in names), header="{{ received }} hồ sơ"))
    printed = dict(text.split(": ", 1) for text in texts(found) if ": " in text)
    question = asked(snapshot, *MARCH)
    spans = {
        "": question.filters,
        "_ky_truoc": question.filters.previous(snapshot.as_of),
        "_luy_ke": building.filters(snapshot, "2024-01-01", "2024-03-31"),
    }
    for ending, filters in spans.items():
        row = question.run(list(METRICS), filters).iloc[0]
        for name, metric in METRICS.items():
            value, shown = row[name], printed[f"{name}{ending}"]
            exact = {0.0: "0%", 1.0: "100%"}.get(value) if metric.is_rate else None
            covered = filters.start >= snapshot.start
            assert shown == ((exact or written(metric.show(value, "vi"))) if covered else "–")
    assert {printed[f"{name}_cung_ky"] for name in METRICS} == {"–"}  # nothing is known of a year earlier
    assert found.sections[0].header.paragraphs[0].text == f"{printed['received']} hồ sơ"


@pytest.mark.parametrize("kind", PAPERS)
def test_a_sample_filled_says_what_our_paper_says(snapshot: Snapshot, kind: str) -> None:
    made = reports.find(kind).prepare(asked(snapshot, *MARCH))
    assert isinstance(made, Paper)
    ours = docx.Document(io.BytesIO(reports.to_file(made)))
    theirs = filled(snapshot, template.sample(made), kind)
    assert {text for text in texts(ours) if text} == {text for text in texts(theirs) if text}
    assert len(theirs.tables) == len(ours.tables)
    assert "{{" not in " ".join(texts(theirs))


def test_names_in_capitals_stand_for_capitals_and_hostile_words_are_text(tmp_path: Path) -> None:
    units = "unit,name,level,parent\n" + "".join(f'{n},"{name}",commune,\n' for n, name in enumerate(HOSTILE[:2]))
    references = building.reference_folder(tmp_path / "area", units=units, service_models="")
    shown = building.publish(tmp_path / "data", varied(("0", "1")), references=references)
    found = filled(shown, of_office("{{ DIA_BAN }}", "{{p phu_luc_1 }}", "{{ ky_bao_cao }}"))
    assert texts(found)[0] == "TRÊN ĐỊA BÀN HUYỆN TRÀ CÚ"
    names = [row[1] for row in rows(found, "Đơn vị")]
    assert "<script>alert(1)</script> & Xã &amp; “Đại” ‑ Ấp" in names


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (of_office("{{ recieved }} {{ nothing_here }}", ""), "nothing_here, recieved"),
        (of_office("{{ received + 1 }}", ""), "không dùng lệnh"),
        (of_office("{{ ''.__class__.__mro__ }}", ""), "không dùng lệnh"),
        (of_office("{% for a in range(9) %}x{% endfor %}", ""), "không dùng lệnh"),
        (of_office("{{ received|e }}", ""), "không dùng lệnh"),
        (of_office("x", "", header="{{ received() }}"), "không dùng lệnh"),
        (of_office("{{ received", ""), "viết sai"),
        (of_office("Bảng: {{ muc_1 }}", ""), "đoạn riêng"),
        (b"PK not a file", "không phải Word"),
        (b"%PDF-1.4", "không phải Word"),
        (b"x" * (template.MOST_BYTES + 1), "quá lớn"),
    ],
    ids=range(11),
)
def test_what_cannot_be_filled_is_one_sentence(snapshot: Snapshot, content: bytes, expected: str) -> None:
    with pytest.raises(UserError) as error:
        filled(snapshot, content)
    assert expected in error.value.text.vi
    assert len(error.value.text.en.splitlines()) == 1


def test_a_file_that_unpacks_to_very_much_is_refused(snapshot: Snapshot) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 210_000_000)
    with pytest.raises(UserError, match="Word"):
        filled(snapshot, out.getvalue())
