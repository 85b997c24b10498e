"""What happened on a day is a line on every chart over time, and is named in the sentences that span it."""

import datetime
import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from plotly import graph_objects
from pptx import Presentation

from cchc import charts
from cchc.charts.control import starts
from cchc.entered import backup, events, meetings
from cchc.entered.events import Event
from cchc.entered.meetings import Meeting
from cchc.figures.periods import Period
from cchc.findings import agenda, backlog, summary, together, trends
from cchc.findings.agenda import words
from cchc.findings.trends import Marker
from cchc.reports import pack
from cchc.rules.worktime import Calendar
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError
from tests import building
from tests.building import DATASET, dossier, run_of
from tests.charts import test_weekly_model as weekly
from tests.pages import test_pages
from tests.pages.test_pages import Open, drawn, texts
from tests.reports import asking

open_page = test_pages.open_page
SOFTWARE = Event(date(2023, 8, 9), "Đổi phần mềm <b>", "Công văn 12/UBND")
MAY = ("2024-05-01", "2024-05-31")


def worked() -> list[dict[str, Any]]:
    """Fifty dossiers every week; in the spring of 2024 more and more are late."""
    first, found = date(2023, 1, 2), []
    for n in range(3650):
        day = first + datetime.timedelta(days=n // 50 * 7 + n % 5)
        late = n % 7 == 0 if day < date(2024, 2, 1) else n % 2 == 0
        end = day + datetime.timedelta(days=6 if late else 1)
        unit = "AB"[n % 2]
        found.append(dossier(dossier_id=f"{n}", unit=unit, received_at=day, due_at=day + datetime.timedelta(days=3),
                             **({"finished_at": end} if end <= building.AS_OF else {})))  # fmt: skip
    return [row for row in found if row["received_at"].date() <= building.AS_OF]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("events")
    building.publish(folder, worked())
    events.add(folder, DATASET, SOFTWARE)
    return folder


@pytest.fixture(scope="module")
def snapshot(data: Path) -> Snapshot:
    return building.current(data, DATASET)


def test_the_first_day_of_the_lunar_year_is_known() -> None:
    known = [date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17)]
    assert Calendar().new_years(date(2022, 1, 1), date(2026, 12, 31)) == known
    assert Calendar().new_years(date(2023, 1, 23), date(2024, 2, 9)) == []


def test_what_the_product_knows_and_what_staff_noted_are_marked_while_the_data_covers_them(
    data: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    late = Event(date(2030, 1, 1), "Chưa tới", "x")
    found = trends.dated(snapshot, [*events.read(data, DATASET), late])
    assert [marker.day for marker in found] == [date(2023, 1, 22), date(2024, 2, 10), SOFTWARE.day]
    new = building.publish(tmp_path, [dossier(dossier_id=day, received_at=day) for day in ("2025-06-02", "2025-08-04")],
                           date(2025, 8, 31))  # fmt: skip
    assert [marker.day for marker in trends.dated(new, ())] == [date(2025, 7, 1)]


def test_every_chart_over_time_shows_them(data: Path, snapshot: Snapshot) -> None:
    run, asked = run_of(snapshot), building.filters(snapshot, *MAY)
    markers = trends.markers(snapshot, asked, trends.dated(snapshot, events.read(data, DATASET)))
    rate, count = (trends.selected(run, snapshot, asked, name) for name in ("on_time_rate", "received"))
    months = Period(rate.periods[0].start, rate.periods[-1].end)
    sides = together.sides(asked, ["A", "B"], {}, {"A": "A", "B": "B"})
    lines = together.lines(run, sides, ["received"], "month", months)
    flow = summary.flow(run, snapshot, asked, 24)
    for figure in (
        charts.control(rate, markers, [], "light", "vi"),
        charts.control(count, markers, [], "light", "vi"),
        charts.misses(rate, markers, [], "light", "vi"),
        charts.together(lines, "received", building.AS_OF, markers, "light", "vi"),
        charts.flow(flow.frame, flow.incomplete, "light", "vi", markers),
    ):
        assert figure is not None
        graph_objects.Figure(figure)
        notes = [note["text"] for note in figure["layout"]["annotations"]]
        assert "Tết 2024" in notes
        assert any("Đổi phần mềm &lt;b&gt;" in note for note in notes)
        drawn_lines = [shape for shape in figure["layout"]["shapes"] if shape.get("yref") == "paper"]
        assert len(drawn_lines) >= 3


def test_names_of_days_close_together_stand_above_one_another_and_those_far_apart_do_not() -> None:
    months = [Period(date(2023, n, 1), date(2023, n, 28)) for n in range(1, 13)]
    close = [Marker(date(2023, n, 5), Text("Tết", "Tết"), says_when=True) for n in (2, 3, 4, 11)]
    _, notes, above = starts(months, close, [], "light", "vi")
    assert [note["yshift"] for note in notes] == [0, 17, 0, 0]
    assert above == 0
    _, notes, above = starts(months, [Marker(each.day, Text("Đổi phần mềm", "x")) for each in close], [], "light", "vi")
    assert sorted(note["yshift"] for note in notes) == [0, 17, 34, 51]
    assert above == 34


def test_a_sentence_names_what_happened_in_the_months_it_spans_and_no_other_day(snapshot: Snapshot) -> None:
    trend = trends.selected(run_of(snapshot), snapshot, building.filters(snapshot, *MAY), "on_time_rate")
    signal = trend.chart.signals[0]
    first, last = trend.periods[signal.points[0]].start, trend.periods[signal.points[-1]].end
    inside, outside = (
        Marker(first, Text("Mưa lũ", "Flood")),
        Marker(last + datetime.timedelta(days=1), Text("Sau", "After")),
    )
    said = " ".join(text.vi for text in trends.signals_told(trend, [inside, outside]))
    plain = " ".join(text.vi for text in trends.signals_told(trend))
    assert said.endswith(f". Trong thời gian đó có: Mưa lũ ({first:%d/%m/%Y})")
    assert "Mưa lũ" not in plain


def test_the_answer_of_trends_and_the_pace_of_the_backlog_name_what_happened_in_their_days(snapshot: Snapshot) -> None:
    run, asked = run_of(snapshot), building.filters(snapshot, *MAY)
    trend = trends.selected(run, snapshot, asked, "on_time_rate")
    assert trend.last_signal or (trend.variation and trend.variation[1])
    last, before = trend.periods[-1].start, trend.periods[0].start - datetime.timedelta(days=1)
    told = [Marker(last, Text("Mưa lũ", "Flood")), Marker(before, Text("Trước", "Before"))]
    [said] = trends.beside_change(trend, told)
    assert (said.vi, said.en) == (
        f"Trong thời gian đó có: Mưa lũ ({last:%d/%m/%Y}).", f"Within it: Flood ({last:%d/%m/%Y}).",
    )  # fmt: skip
    assert trends.beside_change(trend, told[1:]) == []
    plain = backlog.answer(run, snapshot, asked)
    assert backlog.answer(run, snapshot, asked, told).vi == f"{plain.vi} {said.vi}"
    assert backlog.answer(run, snapshot, asked, told[1:]) == plain


@pytest.mark.parametrize(
    "wrong", [Event(SOFTWARE.day, " ", "x"), Event(SOFTWARE.day, "x", ""), Event(SOFTWARE.day, "x" * 81, "x"), SOFTWARE]
)
def test_an_event_without_name_or_source_or_noted_already_is_refused(data: Path, wrong: Event) -> None:
    with pytest.raises(UserError):
        events.add(data, DATASET, wrong)
    assert events.read(data, DATASET) == (SOFTWARE,)


def test_an_event_is_noted_on_the_page_kept_by_a_backup_and_taken_away(open_page: Open, tmp_path: Path) -> None:
    building.publish(tmp_path, worked()[::9])
    may = {"dataset": DATASET, "start": MAY[0], "end": MAY[1]}
    app = drawn(open_page("xu-huong", tmp_path, **may, metric="received"))
    app.date_input(key="event-day").set_value(date(2024, 4, 15))
    app.text_input(key="event-name").set_value("Chỉ thị 5")
    app.button(key="event-save").click().run()
    assert events.read(tmp_path, DATASET) == ()
    assert "cần có tên và nguồn" in " ".join(each.value for each in app.error)
    app.text_input(key="event-name").set_value("Chỉ thị 5")
    app.text_input(key="event-source").set_value("05/CT-UBND")
    drawn(app.button(key="event-save").click().run())
    [event] = events.read(tmp_path, DATASET)
    assert event == Event(date(2024, 4, 15), "Chỉ thị 5", "05/CT-UBND")
    backup.write(tmp_path, tmp_path / "backup.zip")
    assert "Chỉ thị 5" in " ".join(texts(app))
    drawn(app.button(key="remove-event-0").click().run())
    assert events.read(tmp_path, DATASET) == ()
    backup.restore(tmp_path, tmp_path / "backup.zip")
    assert events.read(tmp_path, DATASET) == (event,)


def test_the_charts_of_a_model_page_show_them_and_say_what_else_happened_in_the_days_judged() -> None:
    marks = [
        Marker(weekly.START.week, Text("Bão số 3", "Storm")),
        Marker(weekly.MONDAYS[2].date(), Text("Lũ", "Flood")),
    ]
    by_week = weekly.promised().groupby("period").sum(numeric_only=True).reset_index()
    start, until = weekly.START, date(2023, 12, 31)
    for figure, count in (
        (charts.weekly_rates(weekly.LINES, start, until, "light", "vi", marks), 3),
        (charts.broken_series(weekly.series(), start, "light", "vi", marks), 3),
        (charts.promise_weeks(by_week, "light", "vi", marks), 1),
    ):
        assert figure is not None
        graph_objects.Figure(figure)
        assert len([shape for shape in figure["layout"]["shapes"] if shape["type"] == "line"]) == count
        assert any("Lũ" in note["text"] for note in figure["layout"]["annotations"])


@pytest.fixture(scope="module")
def tra_cu(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo area with a model, with an event in the days the model is judged by."""
    folder = tmp_path_factory.mktemp("noted") / "data"
    shutil.copytree(demo_data / "snapshots" / "tra-cu", folder / "snapshots" / "tra-cu")
    events.add(folder, "tra-cu", Event(date(2023, 4, 12), "Đổi phần mềm", "Công văn 12/UBND"))
    return folder


def test_a_model_page_and_a_meeting_with_its_slides_name_and_mark_them(open_page: Open, tra_cu: Path) -> None:
    said = " ".join(texts(drawn(open_page("thu-nam", tra_cu, dataset="tra-cu")))).replace("\\", "")
    assert "Trong những ngày được xét còn có: Đổi phần mềm (12/04/2023)." in said
    snapshot = building.current(tra_cu, "tra-cu")
    june, charted = "start=2023-06-01&end=2023-06-30", tuple(agenda.CHARTS)
    meeting = Meeting("tra-cu", "Họp", date(2023, 7, 12), snapshot.id, june, "on_time_rate", charted, "")
    held = meetings.save(tra_cu, meeting)
    brief = agenda.brief(tra_cu, held, building.run_of)
    assert "Đổi phần mềm (12/04/2023)" in agenda.subtitle(brief, "flow").vi
    assert "Đổi phần mềm (12/04/2023)" in words.of_models(brief)[0].vi
    for kind, *days in (("bao-cao-thu-nam", "2023-06-01", "2023-06-30"), ("bao-cao-thang", "2023-04-01", "2023-04-30")):
        paper = asking.document(kind, asking.asked(snapshot, *days, data=tra_cu))
        assert "Đổi phần mềm (12/4/2023)" in " ".join(asking.texts(paper)), kind
    deck = Presentation(io.BytesIO(pack.write("pptx", brief, "vi")))
    marked = [slide for slide in deck.slides if any(shape.name == "Đổi phần mềm 12/04/2023" for shape in slide.shapes)]
    titles = [slide.shapes.title.text_frame.text for slide in marked]
    assert [title.split(":")[0] for title in titles] == [
        "Tỷ lệ trước và đúng hạn", "Ngày thứ Năm chuyển đổi số", "Tiếp nhận, giải quyết và tồn đọng theo tháng",
    ]  # fmt: skip
    frames = [next(shape for shape in slide.shapes if shape.has_chart) for slide in marked]
    control, rates, _ = (frame.chart.plots[0].series for frame in frames)
    [evaluation] = brief.models
    for drawn_line, (_, weeks) in zip(rates, evaluation.weekly.lines, strict=True):
        shares = (weeks["top"] / weeks["bottom"]).tolist()
        assert list(drawn_line.values) == pytest.approx(shares)
    trend = trends.selected(brief.run, snapshot, brief.filters, "on_time_rate")
    assert list(control[0].values) == pytest.approx(trend.values.tolist())
    line = next(shape for shape in marked[1].shapes if shape.name == "Đổi phần mềm 12/04/2023")
    weeks = len(evaluation.weekly.lines[0][1])
    first = evaluation.weekly.lines[0][1]["period"].iloc[0].date()
    frame = frames[1]
    inner = frame.chart._chartSpace.chart.plotArea.find(".//{*}manualLayout")
    left, wide = (float(inner.find(f"{{*}}{side}").get("val")) for side in "xw")
    share = (date(2023, 4, 12) - first).days / (7 * weeks)
    assert (line.left - frame.left) / frame.width == pytest.approx(left + wide * share, abs=0.001)


def test_a_day_with_new_limits_and_an_event_shows_both() -> None:
    months = [Period(date(2023, n, 1), date(2023, n, 28)) for n in range(1, 13)]
    day = date(2023, 5, 3)
    markers = [Marker(day, Text("Bão", "Storm")), Marker(date(2023, 9, 1), Text("Lũ", "Flood"))]
    again = Marker(day, Text("tính lại giới hạn từ", "new limits from"))
    shapes, notes, _ = starts(months, markers, [again], "light", "vi")
    assert len(shapes) == len(notes) == 3
    assert [shape["line"]["dash"] for shape in shapes] == ["dot", "solid", "dot"]
