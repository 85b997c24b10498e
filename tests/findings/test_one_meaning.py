"""Whether a figure has really changed is said alike by every page and paper, of every unit, figure and month."""

import datetime
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from pptx import Presentation
from scipy.special import expit

from cchc.entered.meetings import Meeting
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period, between
from cchc.figures.query import Run
from cchc.findings import agenda, attention, evaluation, trends
from cchc.findings.agenda import words
from cchc.findings.trends import Trend
from cchc.reports import alerts, deck, minutes, monthly, workbook
from cchc.reports.phrases import written
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES
from tests import building
from tests.reports import asking

pytestmark = pytest.mark.slow

RATES = ("on_time_rate", "online_rate")
SAID = {"tốt lên thật": "improved", "xấu đi thật": "worsened"}
MEANT = {"improvement": "improved", "concern": "worsened", "common": "unchanged"}


def told(sentence: str) -> str:
    """What a sentence calls a change."""
    found = {meaning for phrase, meaning in SAID.items() if phrase in sentence.lower()}
    assert len(found) <= 1, sentence
    return found.pop() if found else "unchanged"


def on_trends(trend: Trend) -> str | None:
    """What the page of trends says of the last month of a unit, its icon and its words alike; None where nothing."""
    if trend.variation is None:
        return None
    meaning = MEANT[trend.variation[0]]
    for said in (trends.verdict(trend), trends.title(trend), trends.answer(trend)):
        assert told(said.vi) == meaning
    assert trends.verdict(trend).en.startswith("Really") == (meaning != "unchanged")
    return meaning


def contradictions(run: Run, snapshot: Snapshot, asked: Filters) -> Iterator[str]:
    """Where two places say something else of one unit, figure and month."""
    series = trends.by_unit(run, snapshot, asked, attention.WATCHED)
    alerts = attention.among(series, snapshot, asked)
    crossed = {(each.unit, each.metric) for each in attention.crossings(series, {}, snapshot, asked)
               if each.kind == "change"}  # fmt: skip
    for name in RATES:
        meant = {unit: on_trends(trend) for unit, trend in series[name].items()}
        lines = agenda.agenda(run, snapshot, asked, name).lines
        for line in lines:
            if line.change is not None and line.change != meant[line.unit]:
                yield f"agenda, {line.unit}, {name}: {line.change}, not {meant[line.unit]}"
            standing = words.standing(line, METRICS[name]).vi
            if line.change in SAID.values() and told(standing) != line.change:
                yield f"words of the agenda, {line.unit}, {name}: {standing}"
        worse = {unit for unit, meaning in meant.items() if meaning == "worsened" and unit}
        judged = len(series[name]) > 2
        if {unit for unit, metric in crossed if metric == name and unit} != worse:
            yield f"alerts of a snapshot, {name}: {crossed}, not {worse}"
        spoken = [each for each in alerts if each.about == name and each.is_change]
        named = {each.filters.units[0] for each in spoken if each.filters.units}
        if len(worse) <= 2 and named != worse and judged:
            yield f"alerts of the overview, {name}: {named}, not {worse}"
        if len(worse) > 2 and not any(each.sentence.vi.startswith(f"{len(worse)} đơn vị") for each in spoken):
            yield f"alerts of the overview, {name}: {len(worse)} units are not counted"


# --- The demo ---


@pytest.fixture(scope="module", params=["tra-cu", "thanh-ha", "my-hao"])
def demo(demo_data: Path, request: pytest.FixtureRequest) -> Snapshot:
    return building.current(demo_data, request.param)


def months(snapshot: Snapshot) -> list[Period]:
    return [each for each in between("month", snapshot.start, snapshot.as_of) if each.end <= snapshot.as_of]


def test_no_month_of_the_demo_is_called_two_things(demo: Snapshot) -> None:
    """Every month of the smallest area, every third of the others."""
    run, step = building.run_of(demo), 1 if demo.dataset == "my-hao" else 3
    said = [
        f"{month.label('en')}: {each}"
        for month in months(demo)[::-step]
        for each in contradictions(run, demo, building.filters(demo, month.start, month.end))
    ]
    assert said == []


def test_minutes_slides_and_reports_of_the_demo_say_what_the_page_says(demo_data: Path, demo: Snapshot) -> None:
    run = building.run_of(demo)
    for month in months(demo)[-2:]:
        asked = building.filters(demo, month.start, month.end)
        for name in RATES:
            series = trends.by_unit(run, demo, asked, [name])[name]
            meeting = Meeting(
                id=1, dataset=demo.dataset, snapshot=demo.id, title="Họp", held_on=demo.as_of,
                question=agenda.freeze(asked, demo), metric=name, charts=(),
            )  # fmt: skip
            brief = agenda.brief(demo_data, meeting, building.run_of)
            meant = {brief.unit_names[unit]: on_trends(trend) for unit, trend in series.items() if unit}
            for paper, rows in (("minutes", in_minutes(brief)), ("slides", in_slides(brief))):
                assert rows.keys() >= {unit for unit, meaning in meant.items() if meaning}
                for unit, said in rows.items():
                    assert told(said) == (meant[unit] or "unchanged"), (paper, month, unit)
            report = monthly.build(asking.asked(demo, month.start, month.end, demo_data))
            label = METRICS[name].label.vi.lower()
            judged = [str(each) for each in report.body if f"{label} tăng" in str(each) or f"{label} giảm" in str(each)]
            praised = any("- Tỷ lệ" in each for each in judged)
            assert praised <= (on_trends(series[""]) in ("improved", "worsened"))


def in_minutes(brief: agenda.Brief) -> dict[str, str]:
    """Each unit of the annex with what is said of it."""
    [_, table] = minutes.paper(brief).annexes[0].blocks
    return {str(row[1]): str(row[2]) for row in table.rows}


def in_slides(brief: agenda.Brief) -> dict[str, str]:
    """Each unit of the table of all units with what is said of it."""
    slides = Presentation(io.BytesIO(deck.write(brief, "vi"))).slides
    shapes = [shape for slide in slides for shape in slide.shapes if shape.has_table]
    rows = [[cell.text for cell in row.cells] for shape in shapes for row in shape.table.rows]
    names = set(brief.unit_names.values())
    return {cells[0]: cells[-1] for cells in rows if cells[0] in names}


# --- Generated months ---


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot with data from January 2022, whose figures no test of this file reads."""
    return building.publish_whole(tmp_path_factory.mktemp("area"), [building.dossier(received_at="2022-01-03")])


def generated(seed: int) -> Run:
    """Three years of units that differ in size and unrest; some fall or rise for a while."""
    rng = np.random.default_rng(seed)
    every = between("month", datetime.date(2022, 1, 1), building.AS_OF)
    sizes, unrest = rng.integers(5, 900, len(building.UNITS)), rng.choice([0, 0.3, 0.5], len(building.UNITS))
    shape = (len(every), len(building.UNITS))
    moved = rng.choice([0, 0, 1, 2, -2], shape[1]) * (np.arange(shape[0])[:, None] >= rng.integers(20, 36, shape[1]))
    counts: dict[str, Any] = {}
    for name, usual in (("on_time_rate", 3.2), ("online_rate", -0.5)):
        bottom = rng.poisson(sizes, shape)
        counts[name] = rng.binomial(bottom, expit(usual + moved + unrest * rng.standard_normal(shape))), bottom

    def run(metrics: Sequence[str], asked: Filters, by: Sequence[str] = (), grain: Any = None, **_: Any) -> Any:
        chosen = [n for n, each in enumerate(every) if asked.start <= each.start and each.end <= asked.end]
        places = [[n] for n in chosen] if grain else [chosen]
        rows = []
        for some in places:
            for unit, id_ in enumerate(building.UNITS):
                row: dict[str, Any] = {"period": pd.Timestamp(every[some[0]].start), "unit": id_}
                for name in metrics:
                    top, bottom = (int(part[some, unit].sum()) for part in counts.get(name, counts["on_time_rate"]))
                    row |= {f"{name}_n": top, f"{name}_d": bottom, name: top / bottom if bottom else np.nan}
                rows.append(row | {"undated_n": 0, "undated_d": 1})
        return pd.DataFrame(rows)

    return run


def test_no_generated_month_is_called_two_things(area: Snapshot) -> None:
    """Sixty months of as many areas; and among them there are changes to contradict."""
    everything = months(area)
    named = 0
    for seed in range(60):
        month = everything[8 + seed % (len(everything) - 8)]
        asked = building.filters(area, month.start, month.end)
        run = generated(seed)
        assert list(contradictions(run, area, asked)) == [], seed
        named += sum(line.change in SAID.values() for line in agenda.agenda(run, area, asked, "online_rate").lines)
    assert named >= 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_quarters_and_half_years_ask_the_same_test_of_their_months(area: Snapshot, language: Any) -> None:
    run = generated(3)
    for start, end, length in (("2024-01-01", "2024-03-31", 3), ("2023-07-01", "2023-12-31", 6)):
        asked = building.filters(area, start, end)
        series = trends.by_unit(run, area, asked, ["online_rate"])["online_rate"]
        for line in agenda.agenda(run, area, asked, "online_rate").lines:
            if line.change:
                found = series[line.unit].change(length)
                assert found is not None
                assert line.change == ("unchanged", "improved", "worsened")[found[0]]
                assert words.usual(line, language) != "–"
    broken = building.filters(area, "2024-01-10", "2024-03-31")
    assert {line.change for line in agenda.agenda(run, area, broken, "online_rate").lines} == {None}


# --- Models ---


@pytest.mark.parametrize("dataset", ["tra-cu", "thanh-ha"])
def test_meeting_minutes_slides_workbook_and_alerts_say_of_a_model_what_its_page_says(
    demo_data: Path, dataset: str
) -> None:
    demo = building.current(demo_data, dataset)
    asked = building.filters(demo, demo.as_of.replace(day=1), demo.as_of)
    [model] = demo.references.models
    judged = evaluation.evaluate(building.run_of(demo), demo, asked, model)
    assert isinstance(judged, evaluation.Evaluation)
    for language in LANGUAGES:
        whole = judged.named[language]
        assert whole.lower().endswith(judged.headline[language].lower())
        assert whole.startswith(model.name[language])
    meeting = Meeting(
        id=1, dataset=dataset, snapshot=demo.id, title="Họp", held_on=demo.as_of,
        question=agenda.freeze(asked, demo), metric="on_time_rate", charts=(),
    )  # fmt: skip
    brief = agenda.brief(demo_data, meeting, building.run_of)
    assert "models" in agenda.parts(brief)
    for language in LANGUAGES:
        assert judged.named[language] in texts_of(deck.write(brief, language))
        rows = load_workbook(io.BytesIO(workbook.write(brief, language))).worksheets[0].iter_rows(values_only=True)
        assert any(judged.named[language] in row for row in rows)
    assert any(judged.named.vi in str(block) for block in minutes.paper(brief).body)
    paper = alerts.to_file(asking.asked(demo, asked.start, asked.end, demo_data), None, [], ".docx", "vi")
    assert any(written(judged.named.vi) in text for text in asking.texts(docx.Document(io.BytesIO(paper))))
    again = alerts.to_file(asking.asked(demo, asked.start, asked.end, demo_data), demo, [], ".docx", "vi")
    assert any("Không có mô hình nào" in text for text in asking.texts(docx.Document(io.BytesIO(again))))


def texts_of(presentation: bytes) -> str:
    """Every paragraph of a deck."""
    slides = Presentation(io.BytesIO(presentation)).slides
    frames = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
    return "\n".join(frames).replace("\u00a0", " ")
