"""An office's own Word file: names give way to figures of `query`, to sections and tables; the rest is refused."""

import io
import zipfile
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.document import Document

from cchc import reports
from cchc.figures import query
from cchc.figures.metrics import METRICS
from cchc.reports import template
from cchc.reports.paper import Paper
from cchc.reports.phrases import written
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.reports.asking import HOSTILE, asked, rows, texts, varied
from tests.reports.test_open_xml import faults

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


def test_charts_by_name_are_native_with_their_figures_behind(demo_data: Path, tmp_path: Path) -> None:
    shown = building.current(demo_data, "tra-cu")
    question = asked(shown, "2023-06-01", "2023-06-30")
    made = reports.find("bao-cao-thang").prepare(question)
    assert isinstance(made, Paper)
    named = ["bieu_do_tiep_nhan", "bieu_do_dung_han", "bieu_do_truc_tuyen", "bieu_do_don_vi"]
    office = of_office(*(f"{{{{p {name} }}}}" for name in named), "Hết")
    content = template.fill(office, question, made)
    assert faults(content, "docx", tmp_path) == faults(office, "docx", tmp_path)  # what was theirs stays
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        books = sorted(name for name in archive.namelist() if name.startswith("word/embeddings/"))
        behind = [openpyxl.load_workbook(io.BytesIO(archive.read(name))).active for name in books]
    assert len(docx.Document(io.BytesIO(content)).inline_shapes) == len(named) == 4
    units, on_time, months, online = ([[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in behind)
    assert [row[0] for row in months[1:]] == [*(f"T{n}/22" for n in range(7, 13)), *(f"T{n}/23" for n in range(1, 7))]
    year = building.filters(shown, "2022-07-01", "2023-06-30")
    for table, names in ((months, ["received", "resolved"]), (on_time, ["on_time_rate"]), (online, ["online_rate"])):
        figures = query.run(shown, names, year, grain="month")
        assert [row[1:] for row in table[1:]] == [pytest.approx(row) for row in figures[names].to_numpy().tolist()]
    rates = query.run(shown, ["on_time_rate"], question.filters, by=["unit"]).set_index("unit")["on_time_rate"]
    known = {shown.references.units[unit].name: rate for unit, rate in rates.dropna().items()}
    assert dict(row for row in units[1:]) == pytest.approx(known)
    assert [row[1] for row in units[1:]] == sorted(row[1] for row in units[1:])


@pytest.mark.parametrize(
    ("paragraphs", "header", "said"),
    [
        (("{{ bieu_do_tiep_nhan }}", ""), "", "viết {{p bieu_do_tiep_nhan }} thành một đoạn riêng"),
        (("{{p bieu_do_gi_do }}", ""), "", "bieu_do_gi_do; xem danh sách tên ở trang Định nghĩa"),
        (("", ""), "{{p bieu_do_don_vi }}", "bieu_do_don_vi là biểu đồ: đặt trong thân văn bản"),
    ],
)
def test_a_chart_that_is_unknown_or_out_of_place_is_one_sentence(
    snapshot: Snapshot, paragraphs: tuple[str, ...], header: str, said: str
) -> None:
    with pytest.raises(UserError) as error:
        filled(snapshot, of_office(*paragraphs, header=header))
    assert said in error.value.text.vi


def test_a_chart_without_a_whole_month_says_so(tmp_path: Path) -> None:
    rows = [building.dossier(received_at="2024-03-04", due_at="2024-03-11", finished_at="2024-03-05")]
    shown = building.publish(tmp_path / "data", building.numbered(rows), as_of=date(2024, 3, 20))
    found = filled(shown, of_office("{{p bieu_do_tiep_nhan }}", "{{p bieu_do_don_vi }}"))
    assert any("chưa có tháng nào trọn vẹn" in text for text in texts(found))
