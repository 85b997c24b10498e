"""What is handed out at a meeting holds the figures of the page, fits its slides, and runs nothing from the data."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx.util import Emu

from cchc.charts import measure
from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.findings import agenda
from cchc.findings.agenda import Brief, words
from cchc.reports import minutes, pack, phrases
from cchc.reports.slides import FONT, HIGH, WIDE
from cchc.text import LANGUAGES, Language, UserError, percent
from tests import wording
from tests.reports import gathering
from tests.reports.asking import rows as rows_of
from tests.reports.asking import texts
from tests.reports.gathering import HOSTILE, slides, workbook

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gathering.publish(tmp_path_factory.mktemp("pack") / "data", 20)


@pytest.fixture(scope="module")
def found(data: Path) -> Brief:
    return gathering.brief(data, 2)


def rates(found: Brief, asked: Filters) -> dict[str, tuple[int, int]]:
    """On-time and resolved dossiers by the name of the unit, asked anew."""
    frame = query.run(found.snapshot, ["on_time", "resolved"], asked, by=["unit"])
    return {found.unit_names[row["unit"]]: (row["on_time"], row["resolved"]) for row in frame.to_dict("records")}


def shapes(deck: Any) -> Iterator[tuple[int, Any]]:
    for place, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            yield place, shape


def tables(deck: Any, head: str) -> Iterator[list[str]]:
    """The rows of every table whose first heading this is."""
    for _, shape in shapes(deck):
        if shape.has_table:
            first, *others = [[plain(cell.text) for cell in row.cells] for row in shape.table.rows]
            if first[0] == head:
                yield from others


def plain(text: str) -> str:
    """Blanks that hold a line together as blanks."""
    return text.replace("\u00a0", " ")


def test_no_per_cent_sign_of_a_slide_begins_a_line(found: Brief) -> None:
    texts = [shape.text_frame.text for _, shape in shapes(slides(found)) if shape.has_text_frame]
    texts += [cell.text for _, s in shapes(slides(found)) if s.has_table for row in s.table.rows for cell in row.cells]
    assert any("\u00a0%" in text for text in texts)
    assert not any(" %" in text for text in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cover_names_office_place_and_day_and_the_speaker_is_told_what_is_compared(
    found: Brief, language: Language
) -> None:
    first, *others = slides(found, language).slides
    said = [shape.text_frame.text for shape in first.shapes if shape.has_text_frame]
    assert any(text.startswith("ỦY BAN NHÂN DÂN HUYỆN TRÀ CÚ\nTrà Cú, ") for text in said)
    metric = found.agenda.metric
    for slide in (first, *others):
        notes = slide.notes_slide.notes_text_frame.text
        assert notes.startswith(f"{metric.label[language]} = {metric.formula(language)}.")
        assert metric.source[language] in notes
        assert found.snapshot.id in notes


def test_the_axis_of_the_funnel_has_round_numbers(found: Brief) -> None:
    [axis] = [
        s.chart.value_axis for _, s in shapes(slides(found)) if s.has_chart and s.chart.chart_type.name == "XY_SCATTER"
    ]
    for end in (axis.minimum_scale, axis.maximum_scale):
        assert (end / axis.major_unit) == pytest.approx(round(end / axis.major_unit))
        assert (end * 1000) == pytest.approx(round(end * 1000))


def written(deck: Any) -> list[str]:
    """Every text of a deck: boxes, tables, the names in charts."""
    said = []
    for _, shape in shapes(deck):
        if shape.has_text_frame:
            said += [plain(paragraph.text) for paragraph in shape.text_frame.paragraphs]
        elif shape.has_table:
            said += [plain(cell.text) for row in shape.table.rows for cell in row.cells]
        elif shape.has_chart and shape.chart.plots[0].categories:
            said += [str(name) for name in shape.chart.plots[0].categories]
    return said


# --- Figures ---


def test_slides_hold_the_rate_and_the_counts_of_every_unit(found: Brief) -> None:
    expected = {
        name: (percent(top / bottom, "vi"), f"{top} / {bottom}")
        for name, (top, bottom) in rates(found, found.filters).items()
        if bottom
    }
    shown = {row[0]: (row[1], row[2]) for row in tables(slides(found), "Đơn vị") if len(row) == 7 and "/" in row[2]}
    assert {name: each for name, each in shown.items() if each[1] != "0 / 0"} == expected


def test_a_chart_of_slides_holds_the_values_it_shows(found: Brief) -> None:
    charts = [shape.chart for _, shape in shapes(slides(found)) if shape.has_chart]
    first = found.agenda.group("first")
    bars = next(each for each in charts if each.plots[0].series[0].name == "Kỳ này")
    shown = list(bars.plots[0].series[0].values)
    assert len(shown) > 5
    assert shown == [line.value for line in first[: len(shown)]]
    sheet = openpyxl.load_workbook(io.BytesIO(bars.part.chart_workbook.xlsx_part.blob)).active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == shown
    months = [each for each in charts if each.plots[0].series[0].name == "Đã giải quyết"]
    assert list(months[0].plots[0].series[0].values) == list(found.flow.frame["resolved"])


def test_the_workbook_holds_every_figure_as_a_number(found: Brief) -> None:
    book, before = workbook(found), found.filters.previous(found.snapshot.as_of)
    sheet, top = book["Từng đơn vị"], 7
    now, then = rates(found, found.filters), rates(found, before)
    shown = list(sheet.iter_rows(min_row=top + 1, values_only=True))
    assert len(shown) == len(found.agenda.lines) == 21
    for name, rate, previous, numerator, denominator, change, *_ in shown:
        assert (numerator, denominator) == now[name]
        if denominator:
            assert rate == pytest.approx(numerator / denominator)
        if previous is not None:
            assert previous == pytest.approx(then[name][0] / then[name][1])
            shown_now, shown_then = (float(percent(each, "en").rstrip("%")) for each in (rate, previous))
            assert change == pytest.approx(shown_now - shown_then)  # of what is shown of both
    late = {row[0]: row[1] for row in book["Quá hạn theo đơn vị"].iter_rows(min_row=top + 1, values_only=True)}
    asked = query.run(found.snapshot, ["late"], found.filters, by=["unit"])
    assert late == {found.unit_names[u]: n for u, n in zip(asked["unit"], asked["late"], strict=True) if n}


def test_the_minutes_hold_the_commitments_as_the_page_says_them(found: Brief) -> None:
    paper = docx.Document(io.BytesIO(pack.write("docx", found, "vi")))
    shown = {row[1]: row[3:] for row in rows_of(paper, "Lúc cam kết")}
    assert len(shown) == len(found.earlier) == 8
    for each in found.earlier:
        then, now, outcome = shown[each.subject.vi]
        for text, value in ((then, each.then), (now, each.now)):
            assert text.startswith(phrases.written(words.measured(each.metric, value, "vi")[0]))
        assert outcome.startswith(phrases.written(words.verdict(each).vi))
    assert [row[1] for row in rows_of(paper, "Hạn")] == [
        found.unit_names.get(each.subject, each.subject) for each in found.promised
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_says_which_figures_it_holds(found: Brief, language: Language) -> None:
    for sheet in workbook(found, language):
        above = [cell.value for row in sheet.iter_rows(min_row=1, max_row=6) for cell in row if cell.value]
        assert found.filters.describe(found.snapshot.references, language) in above
        assert any(found.snapshot.id in f"{text}" for text in above)
        assert sheet.freeze_panes == "B8"
        assert sheet.auto_filter.ref.startswith("A7:")


def test_sheets_have_charts_and_numbers_have_formats(found: Brief) -> None:
    book = workbook(found)
    counts = {sheet.title: len(sheet._charts) for sheet in book}
    assert {name for name, count in counts.items() if count} == {
        "Từng đơn vị", "Theo tháng", "Đúng hạn, quá hạn", "So với mức chung", "Quá hạn theo đơn vị",
        "Quá hạn theo thủ tục",
    }  # fmt: skip
    for sheet in book:
        for row in sheet.iter_rows(min_row=8):
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert cell.number_format in ("0.00%", "#,##0", "#,##0.0", "+0.00;−0.00;0.00"), cell
    assert book["Cam kết mới"]["G8"].number_format == "dd/mm/yyyy"


# --- Text from data ---


def test_no_cell_of_any_workbook_is_a_formula_and_names_are_whole(found: Brief) -> None:
    books = [pack.write("xlsx", found, "vi")]
    books += [s.chart.part.chart_workbook.xlsx_part.blob for _, s in shapes(slides(found)) if s.has_chart]
    for blob in books:
        for sheet in openpyxl.load_workbook(io.BytesIO(blob)):
            assert [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    names = {row[0].value for row in workbook(found)["Từng đơn vị"].iter_rows(min_row=8)}
    assert {*HOSTILE} <= names


@pytest.mark.parametrize("ending", pack.FILES)
def test_markup_from_data_is_text(found: Brief, ending: str) -> None:
    with zipfile.ZipFile(io.BytesIO(pack.write(ending, found, "vi"))) as file:
        parts = {name: file.read(name) for name in file.namelist() if name.endswith((".xml", ".rels"))}
    assert not any(b"<script" in part for part in parts.values())
    assert any(b"&lt;script&gt;alert(1)&lt;/script&gt;" in part for part in parts.values())
    for name, part in parts.items():
        assert b'TargetMode="External"' not in part, name
        assert not re.search(rb"<(c|s|x)?:?f>\s*=?(cmd|@SUM)", part), name


def test_vietnamese_names_are_whole_in_every_file(found: Brief) -> None:
    names = set(found.unit_names.values())
    paper = docx.Document(io.BytesIO(pack.write("docx", found, "vi")))
    assert names <= {*texts(paper)}
    assert names <= {*written(slides(found))}
    assert names <= {row[0].value for row in workbook(found)["Từng đơn vị"].iter_rows(min_row=8)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_speak_one_language(found: Brief, language: Language) -> None:
    said = written(slides(found, language))
    said += [
        c.value for sheet in workbook(found, language) for row in sheet.iter_rows() for c in row if c.data_type == "s"
    ]
    ours = (
        *HOSTILE,
        "không còn",
        "Trả đúng hẹn",
        "Rà soát",
        "Họp tháng 5",
        "Một ý rất dài",
        "Kết luận của chủ trì",
        gathering.LONG,
    )
    left = wording.left_over(said, language, [found.snapshot.references])
    assert {text for text in left if not any(mine in text for mine in ours) and "…" not in text} == set()


# --- Slides ---


@pytest.mark.parametrize("count", [20, 120])
def test_no_slide_overflows(tmp_path: Path, count: int) -> None:
    deck = slides(gathering.brief(gathering.publish(tmp_path / "data", count), 2))
    assert (deck.slide_width, deck.slide_height) == (WIDE, HIGH)
    for place, shape in shapes(deck):
        assert shape.left >= 0, place
        assert shape.top >= 0, place
        assert shape.left + shape.width <= WIDE, place
        assert shape.top + needed(shape) <= HIGH, (place, shape.name)
    assert len(deck.slides) < 45


def needed(shape: Any) -> int:
    """How high a shape is when nothing in it is cut: its own height, or that of its text in its cells or lines."""
    if shape.has_table:
        widths = [column.width for column in shape.table.columns]
        for row in shape.table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                room = Emu(width - cell.margin_left - cell.margin_right).pt
                assert taken(cell.text_frame, room) + 7 <= Emu(row.height).pt + 0.5, cell.text
        return sum(row.height for row in shape.table.rows)
    if shape.has_text_frame and shape.text_frame.text:
        return max(shape.height, int(taken(shape.text_frame, Emu(shape.width).pt - 14) * 12_700))
    return shape.height


def taken(frame: Any, room: float) -> float:
    return sum(
        measure.height(run.text, run.font.size.pt, room, bool(run.font.bold))
        + (paragraph.space_after.pt if paragraph.space_after else 0)
        for paragraph in frame.paragraphs
        for run in paragraph.runs
    )


def test_every_letter_of_a_deck_is_in_a_font_that_has_vietnamese(found: Brief) -> None:
    deck = slides(found)
    for _, shape in shapes(deck):
        frames = [shape.text_frame] if shape.has_text_frame else []
        if shape.has_table:
            frames = [cell.text_frame for row in shape.table.rows for cell in row.cells]
        for run in (run for frame in frames for each in frame.paragraphs for run in each.runs):
            assert (run.font.name, run._r.rPr.get("lang")) == (FONT, "vi-VN")
        if shape.has_chart:
            assert shape.chart.font.name == FONT


def test_charts_say_what_they_show_to_those_who_cannot_see_them(found: Brief) -> None:
    for _, shape in shapes(slides(found)):
        if shape.has_chart:
            assert shape._element.nvGraphicFramePr.cNvPr.get("descr")


# --- Minutes ---


def test_minutes_are_laid_out_as_the_decree_has_them(found: Brief) -> None:
    paper = docx.Document(io.BytesIO(pack.write("docx", found, "en")))
    [head, *_] = paper.tables
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in head.cell(0, 1).text
    assert head.cell(1, 0).text.startswith("Số: …/BB-")
    assert head.cell(1, 1).text == "", "minutes say place and time in their text"
    said = [text for text in texts(paper) if text]
    assert "BIÊN BẢN" in said
    for start in ("Thời gian bắt đầu: ", "Địa điểm: ", "Thành phần tham dự: ", "Chủ trì (chủ tọa): ", "Thư ký "):
        assert any(text.startswith(start) for text in said)
    assert any(
        text.startswith("Cuộc họp kết thúc vào") and text.endswith("ngày 10 tháng 6 năm 2024./.") for text in said
    )
    assert {"THƯ KÝ", "CHỦ TỌA", "Nơi nhận:", "- Như thành phần tham dự;", "- Lưu: VT."} <= {*said}
    for section in paper.sections:
        assert (section.left_margin.mm, section.top_margin.mm) == pytest.approx((30, 20), abs=0.02)
    assert len(minutes.paper(found).blanks) == 9  # the two names below it among them
    assert [text for text in said if text in HOSTILE], "what people noted stands as they wrote it"


def test_a_letterhead_that_is_wrong_is_said(found: Brief, data: Path) -> None:
    file = data / "reference" / found.meeting.dataset / "reports.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[paper]\nissuer = "UBND"\n', encoding="utf-8")
    with pytest.raises(UserError, match=r"reports\.toml"):
        minutes.letterhead(found)
    file.unlink()


def test_minutes_of_a_meeting_with_nothing_to_report_say_so(data: Path) -> None:
    paper = minutes.paper(gathering.brief(data, 1))
    said = " ".join(map(str, paper.body))
    assert "Không có cam kết nào của cuộc họp trước" in said
    assert "… (kết luận của chủ trì)" in said


# --- Room for text ---


@given(st.text("aăâđêơưWMil ẾÍ…0123-", max_size=80), st.floats(20, 300), st.sampled_from([10, 14, 28]))
def test_lines_hold_the_text_and_none_is_wider_than_its_room(text: str, room: float, size: float) -> None:
    found = measure.lines(text, size, room)
    assert "".join("".join(found).split()) == "".join(text.split())
    for line in found:
        assert measure.width(line, size) <= room or len(line) == 1


def test_every_part_of_a_meeting_has_its_slide(found: Brief) -> None:
    titles = [plain(slide.shapes.title.text) for slide in slides(found).slides]
    for part in agenda.parts(found):
        title = agenda.title(found, part).vi
        assert any(shown.startswith(title) for shown in titles), part
