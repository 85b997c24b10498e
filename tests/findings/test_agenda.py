"""A meeting's agenda names no unit by chance, its commitments are measured by themselves, its old figures stay."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc import charts, disk
from cchc.entered import groups, meetings
from cchc.entered.meetings import MEASURES, About, Commitment, Meeting
from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, target_for
from cchc.figures.periods import Period, between
from cchc.findings import agenda, trends
from cchc.findings.agenda import Agenda, Outcome, words
from cchc.findings.agenda.outcomes import later_period
from cchc.findings.summary import state_of
from cchc.schema import BESIDE
from cchc.statistics import changes
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, UserError
from tests import building
from tests.building import DATASET, Dossier, dossier, numbered, run_of

pytestmark = pytest.mark.slow

MAY = Period(date(2024, 5, 1), date(2024, 5, 31))
Counts = tuple[int, int]


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A snapshot with data from January 2023, whose figures no test of this file reads."""
    return building.publish_whole(tmp_path_factory.mktemp("area"), [dossier(received_at="2023-01-02")])


def ordered(area: Snapshot, now: dict[str, Counts], before: dict[str, Counts], name: str = "on_time_rate") -> Agenda:
    """The agenda of units with these numerators and denominators in May and in every month before."""

    def run(metrics: Sequence[str], asked: Filters, grain: Any = None, **_: Any) -> pd.DataFrame:
        periods = between("month", asked.start, asked.end) if grain else [asked.period]
        rows = []
        for period in periods:
            for unit in now:
                top, n = (now if period.start == MAY.start else before)[unit]
                rows.append((pd.Timestamp(period.start), unit, top / n if n else np.nan, top, n))
        frame = pd.DataFrame(rows, columns=["period", "unit", name, f"{name}_n", f"{name}_d"])
        return frame.assign(undated_n=0, undated_d=frame[f"{name}_d"])

    return agenda.agenda(run, area, building.filters(area, MAY.start, MAY.end), name)


# --- Units in order ---

PAIR = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(now=st.lists(PAIR, min_size=3, max_size=3), before=st.lists(PAIR, min_size=3, max_size=3), down=st.booleans())
def test_units_stand_where_the_one_test_of_change_puts_them(area: Snapshot, now, before, down: bool) -> None:
    name, units = "late_rate" if down else "on_time_rate", "ABD"
    found = ordered(area, dict(zip(units, now, strict=True)), dict(zip(units, before, strict=True)), name)
    months = len(trends.history(area, building.filters(area, MAY.start, MAY.end), "month"))
    lines = {line.unit: line for line in found.lines}
    for place, unit in enumerate(units):
        line, (top, n), (top_before, n_before) = lines[unit], now[place], before[place]
        assert (line.top, line.bottom) == (top, n)
        expected = None
        if n >= 20 and n_before:
            tops, bottoms = [top_before] * (months - 1) + [top], [n_before] * (months - 1) + [n]
            said = changes.of_shares(tops, bottoms, len(building.UNITS))
            expected = ("unchanged", "worsened" if down else "improved", "improved" if down else "worsened")[said.side]
            low, high = changes.usual_shares(tops, bottoms, len(building.UNITS))
            assert (line.low, line.high) == pytest.approx((low, high))
            assert expected != "unchanged" or low - 1e-12 <= line.value <= high + 1e-12
        assert line.change == expected
        target = target_for(name, area.references, MAY.end, unit)
        missed = n >= 20 and state_of(METRICS[name], top / n, target and target.value) == "missed"
        group = "first" if missed or expected == "worsened" else {None: "unjudged"}.get(expected, expected)
        assert line.group == group
    assert found.compared == sum(line.change is not None for line in found.lines)


@given(st.lists(PAIR, min_size=3, max_size=3))
def test_in_each_group_the_worst_stands_first_and_small_units_last(area: Snapshot, now) -> None:
    found = ordered(area, dict(zip("ABD", now, strict=True)), dict.fromkeys("ABD", (50, 100)))
    assert [line.group for line in found.lines] == sorted(
        (line.group for line in found.lines), key=["first", "improved", "unchanged", "unjudged"].index
    )
    for group in ("first", "improved", "unchanged"):
        rates = [line.value for line in found.group(group)]
        assert rates == sorted(rates)
        assert all(line.bottom >= 20 for line in found.group(group))


def test_a_real_change_is_seen_in_both_directions(area: Snapshot) -> None:
    found = ordered(area, {"A": (995, 1000), "B": (900, 1000)}, {"A": (900, 1000), "B": (985, 1000)})
    assert [(line.unit, line.change, line.group) for line in found.lines] == [
        ("B", "worsened", "first"), ("A", "improved", "improved"),
    ]  # fmt: skip
    later = ordered(area, {"A": (100, 1000)}, {"A": (5, 1000)}, "late_rate").lines[0]
    assert (later.change, later.group) == ("worsened", "first")


def test_units_of_one_meeting_stand_on_one_scale_on_every_screen(area: Snapshot) -> None:
    counts = {"A": (50, 100), "B": (96, 100), "C": (99, 100)}
    found = ordered(area, counts, counts)
    names = {unit: unit for unit in counts}
    screens = [charts.changes(found, [line], names, "light", "vi") for line in found.lines]
    whole = charts.changes(found, found.lines, names, "light", "vi")
    assert whole is not None
    for screen in screens:
        assert screen is not None
        assert screen["layout"]["xaxis"]["range"] == whole["layout"]["xaxis"]["range"]


def test_missing_a_target_by_chance_is_said_to_be_so(area: Snapshot) -> None:
    """Xã Đại An must reach 99 %: 29 of 30 may be chance, 900 of 1,000 cannot."""
    for counts, sure in (((29, 30), False), ((900, 1000), True)):
        line = ordered(area, {"A": counts}, {"A": counts}).lines[0]
        assert (line.state, line.sure, line.group) == ("missed", sure, "first")
        assert ("ngẫu nhiên" in words.reason(line, METRICS["on_time_rate"]).vi) is not sure


def test_without_a_period_before_only_the_target_is_judged(area: Snapshot) -> None:
    first = Period(date(2023, 1, 1), date(2023, 1, 31))
    found = agenda.agenda(run_of(area), area, building.filters(area, first.start, first.end), "on_time_rate")
    assert found.before is None
    assert {line.group for line in found.lines} == {"unjudged"}
    assert words.moved(found).vi == "Chưa đơn vị nào đủ số liệu để so sánh."


# --- The question of a meeting ---


@given(period=building.spans(), choices=building.choices())
def test_a_frozen_question_is_the_question_that_was_asked(area: Snapshot, period: Period, choices) -> None:
    # The dossiers of the area say nothing of counters, systems and desks, so no link can ask for one.
    beside = {f"{name}s" for name in BESIDE}
    choices = {name: values for name, values in choices.items() if name not in beside}
    asked = Filters(DATASET, area.id, period.start, period.end, **choices)
    meeting = held(area, question=agenda.freeze(asked, area))
    assert agenda.thaw(area.folder.parents[2], meeting) == (area, asked)


def held(snapshot: Snapshot, **given: Any) -> Meeting:
    about = {
        "title": "Họp",
        "held_on": date(2024, 6, 10),
        "question": "start=2024-05-01&end=2024-05-31",
        "metric": "on_time_rate",
    }
    return Meeting(
        **{"dataset": snapshot.dataset, "snapshot": snapshot.id, "charts": tuple(agenda.CHARTS), **about, **given}
    )


# --- Old figures, and what became of commitments ---


def resolved(unit: str, month: int, late: int, count: int) -> list[Dossier]:
    """`count` dossiers of a unit resolved in a month of 2024, `late` of them late."""
    received, due, early, after = (date(2024, month, day) for day in (3, 10, 9, 12))
    about = {"unit": unit, "received_at": received, "due_at": due}
    return [dossier(**about, finished_at=after if n < late else early) for n in range(count)]


def publish(data: Path, rows: Sequence[Dossier], as_of: date) -> Snapshot:
    return building.publish_whole(data, numbered(rows), as_of)


BEFORE = [
    *resolved("A", 3, 0, 60), *resolved("B", 3, 0, 60),
    *resolved("A", 4, 2, 60), *resolved("B", 4, 1, 60), *resolved("A", 5, 9, 60), *resolved("B", 5, 0, 60),
]  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Figures up to May, a meeting in June that looked at May, with a commitment of Xã Đại An."""
    snapshot = publish(tmp_path, BEFORE, date(2024, 5, 31))
    meeting = meetings.save(tmp_path, held(snapshot))
    promise(tmp_path, meeting)
    return tmp_path


def promise(data: Path, meeting: Meeting, **given: Any) -> Commitment:
    about = {"subject": "A", "what": "Trả đúng hẹn", "metric": "on_time_rate", "target": 0.98, "who": "UBND xã"}
    return meetings.save(data, Commitment(**{"meeting": meeting.id, "due": date(2024, 8, 31), **about, **given}))


def figures(found: agenda.Brief) -> Any:
    """Everything a meeting shows, as plain values that can be compared."""
    halves = [(half.by, half.few, half.frame.to_dict("records")) for half in found.halves]
    lines = [repr(line) for line in found.agenda.lines]
    return (
        lines, repr(found.headlines), repr(found.filters), found.flow.frame.to_dict("records"), halves,
        repr(found.comparison.peers.to_dict("records")), words.answer(found),
    )  # fmt: skip


def test_an_old_meeting_keeps_its_figures_after_ten_imports(data: Path) -> None:
    meeting = meetings.get(data, 1)
    before = figures(agenda.brief(data, meeting, run_of))
    for n in range(10):
        # Records are also corrected afterwards: May itself looks different in every later snapshot.
        rows = [*BEFORE, *resolved("A", 5, 20 + n, 40), *resolved("B", 6, n, 50)]
        publish(data, rows, date(2024, 6, 30))
    assert len(snapshots.published(data, DATASET)) == 11
    assert figures(agenda.brief(data, meetings.get(data, 1), run_of)) == before
    now = agenda.brief(data, replace(meeting, snapshot=snapshots.current_id(data, DATASET)), run_of)
    assert figures(now) != before


def outcome(data: Path, now: Snapshot, asked: Period | None = None) -> Outcome:
    meeting = meetings.get(data, 1)
    [found] = agenda.outcomes(data, meetings.commitments(data, [meeting]), {1: meeting}, run_of, now, asked)
    return found


@pytest.mark.parametrize(
    ("late", "due", "verdict"),
    [
        (0, "2024-08-31", "met"), (9, "2024-08-31", "pending"), (9, "2024-06-30", "missed"),
        (30, "2024-06-20", "missed"), (1, "2024-06-20", "met"),
    ],
)  # fmt: skip
def test_a_commitment_is_measured_by_itself(tmp_path: Path, late: int, due: str, verdict: str) -> None:
    """Three months before are too few to say whether anything has really changed."""
    meeting = meetings.save(tmp_path, held(publish(tmp_path, BEFORE, date(2024, 5, 31))))
    promise(tmp_path, meeting, due=date.fromisoformat(due))
    now = publish(tmp_path, [*BEFORE, *resolved("A", 6, late, 60)], date(2024, 6, 30))
    found = outcome(tmp_path, now)
    assert (found.then.value, found.then.top, found.then.bottom) == (51 / 60, 51, 60)
    assert (found.now.value, found.now.bottom, found.now.period) == (
        1 - late / 60,
        60,
        Period(date(2024, 6, 1), now.as_of),
    )
    assert (found.verdict, found.change, found.why) == (verdict, None, None)
    assert found.subject.vi == "Xã Đại An"


def test_every_measure_is_what_a_query_answers(tmp_path: Path) -> None:
    asked = "start=2024-05-01&end=2024-05-31&channel=counter&field=civil&unit=B"
    meeting = meetings.save(tmp_path, held(publish(tmp_path, BEFORE, date(2024, 5, 31)), question=asked))
    for name in MEASURES:
        promise(tmp_path, meeting, metric=name, target=1.0)
    now = publish(tmp_path, [*BEFORE, *resolved("A", 6, 5, 60)], date(2024, 6, 30))
    promised = meetings.commitments(tmp_path, [meeting])
    found = agenda.outcomes(tmp_path, promised, {meeting.id: meeting}, run_of, now)
    assert {each.metric.name for each in found} == MEASURES.keys()
    narrowed = {"units": ("A",), "channels": ("counter",), "fields": ("civil",)}
    for each in found:
        for value, snapshot in ((each.then, agenda.thaw(tmp_path, meeting)[0]), (each.now, now)):
            question = building.filters(snapshot, value.period.start, value.period.end, **narrowed)
            expected = query.run(snapshot, [each.metric.name], question).iloc[0][each.metric.name]
            assert value.value == pytest.approx(expected, nan_ok=True)
        assert (each.then.period.start.month, each.now.period.start.month) == (5, 6)


def fridays(month: int, promise_kept: int) -> list[Dossier]:
    """What came in on the first Friday of a month of 2024: by unit and procedure, so many in all, late, and done the
    same day."""
    day = date(2024, month, {5: 3, 6: 7}[month])
    given = {
        ("A", "birth"): (40, 4, promise_kept), ("B", "birth"): (30, 0, 20), ("B", "title"): (25, 5, 25),
        ("C", "birth"): (22, 2, 22), ("D", "title"): (20, 20, 0),
    }  # fmt: skip
    rows = []
    for (unit, procedure), (every, late, at_once) in given.items():
        for n in range(every):
            ended = day if n < at_once else day + timedelta(days=12 if n >= every - late else 3)
            about = {"unit": unit, "procedure": procedure, "received_at": day, "due_at": day + timedelta(days=7)}
            rows.append(dossier(**about, finished_at=ended))
    return rows


def test_a_commitment_about_anything_is_measured_by_its_own_dossiers(tmp_path: Path) -> None:
    """Whatever unit and field the meeting itself looked at; of the model only what its list holds where it runs."""
    before, after = fridays(5, 30), fridays(6, 38)
    meeting = meetings.save(tmp_path, held(publish(tmp_path, before, date(2024, 5, 31)), question="unit=C&field=land"))
    pair = groups.save(tmp_path, DATASET, "Hai xã", ("A", "B"))
    about: dict[tuple[About, str], Callable[[Dossier], bool]] = {
        ("unit", "A"): lambda row: row["unit"] == "A" and row["procedure"] == "title",
        ("group", pair.id): lambda row: row["unit"] in "AB" and row["procedure"] == "title",
        ("field", "civil"): lambda row: row["unit"] == "C" and row["procedure"] == "birth",
        ("procedure", "birth"): lambda row: row["unit"] == "C" and row["procedure"] == "birth",
        ("area", ""): lambda row: row["procedure"] == "title",
    }
    for kind, subject in about:
        promise(tmp_path, meeting, about=kind, subject=subject)
    promise(tmp_path, meeting, about="model", subject="thu-sau", metric="model_kept_rate")
    now = publish(tmp_path, [*before, *after], date(2024, 6, 30))
    promised = meetings.commitments(tmp_path, [meeting])
    found = {each.commitment.about: each for each in agenda.outcomes(tmp_path, promised, {1: meeting}, run_of, now)}
    for (kind, _), is_meant in about.items():
        for rows, value in ((before, found[kind].then), (after, found[kind].now)):
            mine = [row for row in rows if is_meant(row)]
            kept = sum(row["finished_at"].date() <= row["due_at"].date() for row in mine)
            assert (value.top or 0, value.bottom or 0) == (kept, len(mine)), kind
    assert (found["model"].then.top, found["model"].then.bottom) == (30 + 20, 40 + 30)
    assert (found["model"].now.top, found["model"].now.bottom) == (38 + 20, 40 + 30)
    assert found["model"].verdict == "pending"
    names = {kind: each.subject.vi for kind, each in found.items()}
    assert names == {
        "unit": "Xã Đại An", "group": "Hai xã", "field": "Hộ tịch", "procedure": "Đăng ký khai sinh",
        "model": "Ngày thứ Sáu không chờ", "area": "Toàn địa bàn",
    }  # fmt: skip
    groups.forget(tmp_path, DATASET, pair.id)
    gone = agenda.outcomes(tmp_path, promised, {1: meeting}, run_of, now)
    assert [each.why.vi for each in gone if each.now is None] == ["Nhóm đơn vị này không còn trong danh mục."]


def test_nothing_is_judged_before_there_are_new_figures(data: Path) -> None:
    found = outcome(data, snapshots.current(data, DATASET))
    assert (found.verdict, found.now) == ("unknown", None)
    assert found.then.value == 51 / 60
    later = publish(data, BEFORE, date(2024, 6, 20))
    assert outcome(data, later).now is None, "June is not whole yet"
    assert outcome(data, later, Period(date(2024, 6, 1), date(2024, 6, 30))).now.period.end == date(2024, 6, 20)


def test_too_few_dossiers_are_not_judged(data: Path) -> None:
    found = outcome(data, publish(data, [*BEFORE, *resolved("A", 6, 0, 19)], date(2024, 6, 30)))
    assert (found.verdict, found.change) == ("few", None)


def test_only_the_days_after_the_meetings_period_count(data: Path) -> None:
    """A half-year that holds May too must not be measured on the dossiers that led to the commitment."""
    now = publish(data, [*BEFORE, *resolved("A", 6, 0, 60)], date(2024, 6, 30))
    found = outcome(data, now, Period(date(2024, 1, 1), date(2024, 6, 30)))
    assert found.now.period == Period(date(2024, 6, 1), date(2024, 6, 30))
    assert found.now.value == 1


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (("2024-01-01", "2024-02-29"), ("2024-04-01", "2024-05-31")),
        (("2023-12-15", "2024-02-14"), ("2024-03-15", "2024-05-14")),
        (("2024-01-01", "2024-03-31"), None),
        (("2024-01-10", "2024-01-19"), ("2024-06-01", "2024-06-10")),
    ],
)
def test_whole_months_of_a_meeting_are_measured_again_in_whole_months(
    area: Snapshot, earlier: tuple[str, str], later: tuple[str, str] | None
) -> None:
    as_of = date(2024, 6, 10)
    area = replace(area, manifest={**area.manifest, "as_of": as_of.isoformat()})
    first, found = (Period(*map(date.fromisoformat, days)) if days else None for days in (earlier, later))
    assert later_period(first, area) == found


def test_the_next_meeting_shows_what_became_of_the_last_and_what_older_ones_still_wait_for(data: Path) -> None:
    first = meetings.get(data, 1)
    kept = promise(data, first, subject="B", target=0.5, what="Giữ vững")
    june = publish(data, [*BEFORE, *resolved("A", 6, 9, 60), *resolved("B", 6, 0, 60)], date(2024, 6, 30))
    second = held(june, held_on=date(2024, 7, 8), question="start=2024-06-01&end=2024-06-30")
    second = meetings.save(data, second)
    mine = promise(data, second, due=date(2024, 9, 30))
    found = agenda.brief(data, second, run_of)
    assert [(each.commitment.what, each.verdict) for each in found.earlier] == [
        ("Trả đúng hẹn", "pending"),
        ("Giữ vững", "met"),
    ]
    assert found.promised == [mine]
    july = publish(data, [*BEFORE, *resolved("A", 7, 0, 60)], date(2024, 7, 31))
    third = held(july, held_on=date(2024, 8, 8), question="start=2024-07-01&end=2024-07-31")
    third = meetings.save(data, third)
    told = agenda.brief(data, third, run_of).earlier
    assert {each.commitment.id for each in told} == {mine.id, kept.id}, "met and not of the last meeting: done with"
    assert {each.commitment.id: each.verdict for each in told} == {mine.id: "met", kept.id: "few"}
    assert agenda.brief(data, second, run_of).earlier == found.earlier
    for language in LANGUAGES:
        assert words.kept(told)[language].startswith("2 ")


# --- Snapshots that are gone or damaged ---


def test_a_meeting_whose_snapshot_is_gone_says_so_and_keeps_what_was_written(data: Path) -> None:
    meeting = meetings.get(data, 1)
    now = publish(data, [*BEFORE, *resolved("A", 6, 0, 60)], date(2024, 6, 30))
    disk.remove(data / "snapshots" / DATASET / meeting.snapshot)
    with pytest.raises(UserError) as said:
        agenda.brief(data, meeting, run_of)
    assert meeting.snapshot in said.value.text.vi
    found = outcome(data, now)
    assert (found.verdict, found.then, found.subject.vi) == ("unknown", None, "Xã Đại An")
    assert meeting.snapshot in found.why.vi


def test_a_meeting_whose_snapshot_is_damaged_shows_no_figure(data: Path) -> None:
    meeting = meetings.get(data, 1)
    file = min((data / "snapshots" / DATASET / meeting.snapshot).rglob("sums.parquet"))
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(UserError, match="not what was published"):
        agenda.brief(data, meeting, run_of)


def test_a_unit_that_no_longer_exists_is_said(data: Path, tmp_path: Path) -> None:
    units = "unit,name,level,parent\nD,Bộ phận Một cửa,district,\nB,Xã An Quảng Hữu,commune,D\n"
    references = building.reference_folder(tmp_path / "merged", units=units, targets="", service_models="")
    now = building.publish_whole(data, numbered(resolved("B", 6, 0, 60)), date(2024, 6, 30), references)
    found = outcome(data, now)
    assert (found.verdict, found.now, found.subject.vi) == ("unknown", None, "Xã Đại An")
    assert "danh mục" in found.why.vi
