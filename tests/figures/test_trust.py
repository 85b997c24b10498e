"""A figure that rests on due dates concludes nothing where more than 5 % of the dossiers resolved have none."""

import ast
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from pptx import Presentation

from cchc import exports, reports
from cchc.__main__ import main
from cchc.api import formats
from cchc.entered import meetings
from cchc.entered.meetings import Meeting
from cchc.figures import query, trust
from cchc.figures.metrics import METRICS
from cchc.findings import agenda, attention, compliance, summary, territory, trends
from cchc.findings.evaluation import design
from cchc.findings.trends import wording
from cchc.reports import classes, criteria, forms, pack, paragraphs, score766, thursday
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language, percent
from tests import building
from tests.building import Dossier, dossier, filters, numbered
from tests.pages import test_pages
from tests.pages.test_pages import Open, drawn, told
from tests.reports import asking
from tests.reports.asking import asked

pytestmark = pytest.mark.slow

open_page = test_pages.open_page
ROOT = Path(__file__).parents[2]

# What no figure can tell of a dossier without a due date: spelled out here, derived from the parts in the product.
RATES = ("early_rate", "on_day_rate", "on_time_rate", "late_rate", "on_time_rate_766", "open_overdue_rate",
         "due_on_time_rate")  # fmt: skip
COUNTS = (
    "early", "on_day", "on_time", "late", "open_within", "open_overdue", "due", "due_on_time", "due_soon",
)  # fmt: skip
# The first is not whole; six whole ones before the last are what it takes to say whether a unit changed.
MONTHS = ("2023-10", "2023-11", "2023-12", "2024-01", "2024-02", "2024-03", "2024-04", "2024-05")
UNITS = ("A", "B", "D", "P")
SHARES = (0, 1, 4, 5, 6, 100)
MAY = ("2024-05-01", "2024-05-31")


def rows(undated: int) -> list[Dossier]:
    """A hundred dossiers a month and unit, so many of them without a due date, all others early; in April one in ten
    is late. Thirty more stay open within their deadline."""
    found = []
    for month in MONTHS:
        for unit in UNITS:
            late = 10 if month == "2024-04" else 0
            for n in range(100):
                due = None if n < undated else f"{month}-04" if n < undated + late else f"{month}-15"
                found.append(dossier(unit=unit, received_at=f"{month}-03", due_at=due, finished_at=f"{month}-06"))
    found += [dossier(unit=unit, received_at="2024-05-20", due_at="2024-06-20") for unit in UNITS for _ in range(30)]
    return numbered(found)


@pytest.fixture(scope="module", params=SHARES)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Snapshot]:
    return request.param, building.publish(tmp_path_factory.mktemp("data"), rows(request.param))


def share(undated: int) -> tuple[str, str]:
    return percent(undated / 100, "vi"), percent(undated / 100, "en")


@pytest.mark.check
def test_what_rests_on_due_dates_is_known() -> None:
    assert {name for name, metric in METRICS.items() if metric.needs_due} == {*RATES, *COUNTS}


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_judged_up_to_five_in_a_hundred_and_says_so_from_one(case: tuple[int, Snapshot], name: str) -> None:
    undated, snapshot = case
    row = query.run(snapshot, [name], filters(snapshot, *MAY), parts=True).iloc[0]
    metric = METRICS[name]
    concerned = name in (*RATES, *COUNTS)
    enough = not metric.denominator or row[f"{name}_d"] >= 20
    assert trust.is_judged(metric, row) == (enough and (undated <= 5 or not concerned))
    if not enough:
        return
    said = trust.caution(metric, row)
    assert (said is not None) == (concerned and undated >= 1)
    for text, language in zip(share(undated), LANGUAGES, strict=True):
        assert said is None or text in said[language]


@pytest.mark.parametrize("name", [*RATES, *COUNTS])
def test_a_headline_without_due_dates_meets_no_target_and_is_no_improvement(
    case: tuple[int, Snapshot], name: str
) -> None:
    undated, snapshot = case
    asked_may = filters(snapshot, *MAY)
    [figure] = summary.headlines(building.run_of(snapshot), snapshot, asked_may, [name])
    assert figure.is_judged == (undated <= 5)
    if undated > 5:
        assert figure.state is None
        assert figure.previous is None
        assert figure.better(0.5) is None
    elif name == "on_time_rate":
        assert figure.state == "met"


@pytest.mark.parametrize("name", RATES)
def test_totals_of_units_are_judged_like_the_units(case: tuple[int, Snapshot], name: str) -> None:
    undated, snapshot = case
    frame = query.run(snapshot, [name], filters(snapshot, *MAY), by=["unit"], parts=True)
    whole = summary.total(frame, [name]).iloc[0]
    assert trust.is_judged(METRICS[name], whole) == (undated <= 5)
    assert list(trust.is_judged(METRICS[name], frame.set_index("unit").loc[[*UNITS]])) == [undated <= 5] * len(UNITS)


def test_the_sentence_of_the_page_says_why_instead_of_praise(case: tuple[int, Snapshot]) -> None:
    undated, snapshot = case
    asked_may = filters(snapshot, *MAY)
    figure = summary.headline(building.run_of(snapshot), snapshot, asked_may, "on_time_rate")
    said = summary.answer(figure, snapshot, asked_may)
    assert ("đạt chỉ tiêu" in said.vi) == (undated <= 5)
    assert ("target met" in said.en) == (undated <= 5)
    assert ("không có ngày hẹn trả" in said.vi) == (undated >= 1)
    assert ("have no due date" in said.en) == (undated >= 1)


def test_an_agenda_discusses_and_praises_no_unit_without_due_dates(case: tuple[int, Snapshot]) -> None:
    undated, snapshot = case
    found = agenda.agenda(building.run_of(snapshot), snapshot, filters(snapshot, *MAY), "on_time_rate")
    lines = [line for line in found.lines if line.unit in UNITS]
    assert [line.group == "unjudged" for line in lines] == [undated > 5] * len(UNITS)
    for line in lines:
        assert (line.state is None) == (undated > 5)
        assert ("không có ngày hẹn trả" in agenda.words.reason(line, found.metric).vi) == (undated >= 1)


@pytest.mark.parametrize("name", [*RATES, *COUNTS])
def test_a_trend_without_due_dates_is_neither_good_nor_bad(case: tuple[int, Snapshot], name: str) -> None:
    undated, snapshot = case
    run, asked_may = building.run_of(snapshot), filters(snapshot, *MAY)
    both = [
        trends.selected(run, snapshot, asked_may, name),
        *trends.by_unit(run, snapshot, asked_may, [name])[name].values(),
    ]
    for trend in both:
        if trend.unit and trend.unit not in UNITS:
            continue
        assert trend.is_current == (undated <= 5)
        assert (trend.undated is not None) == (undated > 5)
        if undated > 5:
            assert trend.variation is trend.assurance is None
            assert share(undated)[0] in wording.verdict(trend).vi
            assert share(undated)[1] in wording.answer(trend).en


def test_nothing_without_due_dates_is_raised(case: tuple[int, Snapshot]) -> None:
    undated, snapshot = case
    run = building.run_of(snapshot)
    april = filters(snapshot, "2024-04-01", "2024-04-30")
    said = [*attention.notices(run, snapshot, april), *attention.alerts(run, snapshot, april)]
    assert any(notice.about == "on_time_rate" for notice in said) == (undated <= 5)
    assert any("không có ngày hẹn trả" in notice.sentence.vi for notice in said) == (undated > 5)


def test_units_without_due_dates_are_not_compared(tmp_path: Path) -> None:
    """Of twelve units one has no due dates: it is called so, and does not lift the rate of all."""
    names = [f"u{n}" for n in range(12)]
    units = "unit,name,level,parent,valid_from,valid_to\n" + "".join(f"{n},Xã {n},commune,,,\n" for n in names)
    found = [
        dossier(unit=unit, received_at="2024-05-03", finished_at="2024-05-06",
                due_at=None if unit == "u0" else "2024-05-05" if n % 10 == 0 else "2024-05-09")
        for unit in names for n in range(100)
    ]  # fmt: skip
    references = building.reference_folder(tmp_path / "reference" / building.DATASET, units=units, service_models="")
    snapshot = building.publish(tmp_path, numbered(found), references=references)
    compared = compliance.comparison(
        building.run_of(snapshot), filters(snapshot, *MAY), ("resolved", "late", "on_time_rate", "late_rate")
    )
    assert compared.funnel is not None
    assert compared.funnel.overall == pytest.approx(0.9)
    assert compared.peers["unit"].iloc[-1] == "u0"
    assert dict(zip(compared.peers["unit"], compared.peers["standing"], strict=True))["u0"] == "undated"
    assert set(compared.peers["standing"]) == {"undated", "none"}


def test_papers_praise_nothing_without_due_dates(case: tuple[int, Snapshot]) -> None:
    undated, snapshot = case
    question = asked(snapshot, *MAY)
    praised = paragraphs.strengths(question, question.filters, [])
    assert any("đạt chỉ tiêu" in each for each in praised) == (undated <= 5)
    text = " ".join(asking.texts(asking.document("bao-cao-thang", question)))
    assert ("đạt chỉ tiêu" in text.replace("chưa đạt chỉ tiêu", "")) == (undated <= 5)
    assert ("không có ngày hẹn trả" in text) == (undated >= 1)


def pieces(content: bytes, ending: str) -> dict[str, str]:
    """What a file says by its parts, each with all its texts: by sheet, by slide, or the document as one. A rate of
    percent is as it is shown, with a mark of its format behind it."""
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        return {sheet.title: " | ".join(_told(cell) for line in sheet for cell in line) for sheet in book}
    if ending == "docx":
        return {"": " | ".join(asking.texts(docx.Document(io.BytesIO(content))))}
    deck = Presentation(io.BytesIO(content))
    return {str(n): " | ".join(_texts(slide)) for n, slide in enumerate(deck.slides, start=1)}


def _told(cell: Any) -> str:
    if isinstance(cell.value, int | float) and cell.number_format.startswith("0.00%"):
        return f"{cell.value:.2%}{'*' if '*' in cell.number_format else ''}"
    return "" if cell.value is None else str(cell.value)


def _texts(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        if shape.has_table:
            yield from (cell.text for line in shape.table.rows for cell in line.cells)
        elif shape.has_text_frame:
            yield shape.text_frame.text


# The other model paper is made of the same paragraphs; here nothing is received on its day.
@pytest.mark.parametrize("kind", [kind for kind in reports.KINDS if kind != thursday.KIND])
def test_every_paper_says_where_due_dates_are_missing_and_marks_every_rate_on_them(
    case: tuple[int, Snapshot], kind: str
) -> None:
    """In April one in ten was late, in May nothing: no paper may say how that changed, if the due dates are missing."""
    undated, snapshot = case
    for question in (asked(snapshot, *MAY), asked(snapshot, "2024-04-01", "2024-04-30")):
        found = reports.find(kind, snapshot)
        parts = pieces(reports.to_file(found.prepare(question)), found.ending)
        for name, text in parts.items():
            if undated >= 1 and name not in (forms.CHECKS, "Tiêu chí"):
                assert "không có ngày hẹn trả" in text, name
            if undated > 5:
                assert not re.search(r"hồ sơ giải quyết quá hạn (tăng|giảm|không)", text)
                assert "chiếm ít nhất một nửa" not in text
        if kind == "tong-hop":
            rates = [cell for text in parts.values() for cell in re.findall(r"\d+\.\d\d%\*?", text)]
            assert rates
            assert {each.endswith("*") for each in rates} == {undated > 5}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_meeting_hands_out_says_where_due_dates_are_missing(
    case: tuple[int, Snapshot], language: Language
) -> None:
    undated, snapshot = case
    data, charts = snapshot.folder.parents[2], tuple(agenda.CHARTS)
    link = "start=2024-04-01&end=2024-04-30"
    held = Meeting(snapshot.dataset, "Họp", date(2024, 5, 10), snapshot.id, link, "on_time_rate", charts, "")
    brief = agenda.brief(data, meetings.save(data, held), building.run_of)
    why = {"vi": "không có ngày hẹn trả", "en": "have no due date"}
    for ending, file in pack.FILES.items():
        for name, text in pieces(file.write(brief, language), ending).items():
            assert (why["vi" if ending == "docx" else language] in text) == (undated >= 1), (ending, name)
    assert bool(brief.halves) == (undated <= 5)
    if undated > 5:
        assert why[language] in agenda.words.answer(brief)[language]
        assert agenda.words.NOBODY["first"][language] not in agenda.words.answer(brief)[language]


def test_tables_for_others_say_where_due_dates_are_missing(
    case: tuple[int, Snapshot], capsys: pytest.CaptureFixture[str]
) -> None:
    """The files of *Tra cứu*, the command `query`, and what other software is told: enough to judge by itself."""
    undated, snapshot = case
    asked_may, chosen = filters(snapshot, *MAY), ["on_time_rate", "received"]
    frame = exports.named(
        query.run(snapshot, chosen, asked_may, by=["unit"], parts=True), ["unit"], None, snapshot, asked_may, "vi"
    )
    files = (exports.figures_to_csv(frame, snapshot, asked_may, "vi").decode(),
             " ".join(pieces(exports.figures_to_xlsx(frame, snapshot, asked_may, "vi"), "xlsx").values()))  # fmt: skip
    link = f"start={MAY[0]}&end={MAY[1]}"
    command = ["--data", str(snapshot.folder.parents[2]), "query", *chosen, "--dataset", snapshot.dataset]
    assert main([*command, "--by", "unit", "--filters", link]) == 0
    for text in (*files, capsys.readouterr().out):
        assert ("không có ngày hẹn trả" in text) == (undated >= 1)
        assert ("không đánh giá" in text) == (undated > 5)
    assert main([*command, "--filters", link, "--format", "json"]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["undated"] * 100 == row["resolved"] * undated
    assert formats.with_undated(["received"]) == ["received"]


def test_a_diagram_and_a_small_line_show_nothing_without_due_dates(case: tuple[int, Snapshot]) -> None:
    undated, snapshot = case
    run, asked_may = building.run_of(snapshot), filters(snapshot, *MAY)
    said = territory.answer(territory.survey(run, snapshot, asked_may, "on_time_rate", months=False), {
        unit.id: unit.name for unit in snapshot.references.units.values()
    })  # fmt: skip
    assert ("không có ngày hẹn trả" in said.vi) == (undated >= 1)
    assert "đủ hồ sơ" not in said.vi
    [figure] = summary.headlines(run, snapshot, asked_may, ["on_time_rate"])
    assert any(value == value for value in figure.spark) == (undated <= 5)


@pytest.mark.parametrize("kind", [classes.KIND, score766.KIND])
def test_nothing_without_due_dates_gets_points(case: tuple[int, Snapshot], kind: str) -> None:
    undated, snapshot = case
    question = asked(snapshot, *MAY)
    standings = criteria.standings(question, criteria.scheme(question, kind))
    for each in standings["A"]:
        if each.criterion.metric in RATES:
            assert each.is_enough == (undated <= 5)
    concerned = [f"{each.code}. " for each in criteria.scheme(question, kind).carried if each.metric in RATES]
    proof = asking.workbook(kind, question)[criteria.EVIDENCE]
    found = [row for row in proof.iter_rows(values_only=True) if row[1] == "Xã Đại An"]
    found = [row for row in found if str(row[2]).startswith(tuple(concerned))]
    assert len(found) == len(concerned) > 0
    for row in found:
        assert (row[8] is None) == (undated > 5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_grey_every_rate_without_due_dates_and_say_why(
    open_page: Open, case: tuple[int, Snapshot], language: str
) -> None:
    undated, snapshot = case
    data = snapshot.folder.parents[2]
    app = drawn(open_page("tra-cuu", data, metric=list(RATES), by="unit", lang=language, start=MAY[0], end=MAY[1]))
    tables = [told(each.proto) for each in app.get("bidi_component") if each.proto.bytes]
    [table] = [each for each in tables if len(each.get("columns", [])) == 1 + len(RATES)]
    why = {"vi": "không có ngày hẹn trả", "en": "no due date"}[language]
    shown = [row for row in table["rows"] if row["cells"][1]["text"] != "–"]
    assert len(shown) >= len(UNITS)
    for row in shown:
        for cell in row["cells"][1:]:
            assert (cell.get("tone") == "muted") == (undated > 5)
            assert (cell["value"] is None) == (undated > 5)
            assert (why in cell["title"]) == (undated >= 1)


@pytest.mark.parametrize("slug", ["tong-quan", "tuan-thu", "bao-cao", "xu-huong"])
def test_no_page_says_a_target_is_met_without_due_dates(open_page: Open, tmp_path: Path, slug: str) -> None:
    building.publish(tmp_path, rows(100))
    app = drawn(open_page(slug, tmp_path, start=MAY[0], end=MAY[1]))
    said = " ".join(str(each.value) for each in (*app.markdown, *app.caption, *app.info))
    said += " ".join(each.proto.body for each in app.get("html"))
    assert "không có ngày hẹn trả" in said
    assert "✓ đạt" not in said
    assert " đạt chỉ tiêu" not in said.replace("chưa đạt chỉ tiêu", "")


# Where so few dossiers are told apart without asking whether due dates are there, and why that is right.
FEW_ALONE = {
    "cchc/findings/trends/trend.py",  # periods without due dates have no point
    "cchc/findings/attention/period.py",  # counts of late dossiers
    "cchc/findings/compliance.py",  # the word for few dossiers, before that for due dates
    "cchc/findings/evaluation/answers.py",  # outcomes leave out what lacks due dates
    "cchc/findings/sources.py",  # how much a system usually sends
    "cchc/findings/due_soon.py",  # of dossiers that were due: they all have a date
    "cchc/findings/summary.py",  # changes of counts
    "cchc/reports/phrases.py",
    "cchc/reports/year.py",  # counts of the same days a year earlier
    "cchc/statistics/impact/series.py",  # caveats beside an interval
    "cchc/statistics/impact/differences.py",
    "cchc/statistics/impact/weekdays.py",
    "cchc/statistics/impact/events.py",
    "cchc/reports/weekly_model.py",  # promises have days of their own
    "pages/model/promise.py",
}


def test_whether_a_figure_is_judged_is_decided_in_one_place() -> None:
    """A page or paper that compares with the minimum itself would forget the due dates."""
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("cchc", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        for part in ast.walk(node)
        if (isinstance(part, ast.Attribute) and part.attr == "minimum" and ast.unparse(part) != "np.minimum")
        or (isinstance(part, ast.Name) and part.id == "MINIMUM")
    }
    assert found == FEW_ALONE | {"cchc/figures/trust.py"}


@pytest.mark.parametrize("outcome", ["on_time_rate", "late_rate"])
def test_a_model_has_no_effect_on_what_lacks_due_dates(case: tuple[int, Snapshot], outcome: str) -> None:
    undated, snapshot = case
    model = snapshot.references.models[-1]
    asked_may = filters(snapshot, *MAY)
    designed = design.allowed(snapshot, asked_may, model)
    assert isinstance(designed, design.Design)
    found = replace(designed, outcome=METRICS[outcome])
    known = design.read_outcome(building.run_of(snapshot), found, asked_may, ["unit"])
    assert set(known.set_index("unit").loc[[*UNITS], "bottom"]) == {0 if undated > 5 else 100}
