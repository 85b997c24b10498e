"""What a leader reads first: headline figures against the query, and few sentences with the evidence behind each."""

import math
import re
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Kind, Period, containing
from cchc.figures.query import Run
from cchc.findings import summary
from cchc.findings.attention import Notice, notices
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language, Text, number
from cchc.text import date as date_text
from tests import building
from tests.building import Dossier, dossier, filters, numbered

NAMES = ("on_time_rate", "open_overdue", "online_rate", "received", "mean_days", "late_rate", "median_days")
# Targets of the small area: 0.95 on time, 0.98 in communes, 0.99 in unit A.


def resolved(unit: str, month: str, on_time: int, late: int, **given: str) -> list[Dossier]:
    """Dossiers of a unit received and resolved in a month, so many on time and so many late."""
    days = {"received_at": f"{month}-05", "due_at": f"{month}-10"}
    kept = [dossier(unit=unit, finished_at=f"{month}-08", **days, **given) for _ in range(on_time)]
    return kept + [dossier(unit=unit, finished_at=f"{month}-12", **days, **given) for _ in range(late)]


def world() -> list[Dossier]:
    """Two years; in May 2024 unit A is far below its target, B meets it, D falls, P has too few to judge."""
    rows = [
        *resolved("A", "2023-05", 30, 0), *resolved("A", "2024-04", 40, 0), *resolved("A", "2024-05", 40, 10),
        *resolved("B", "2024-04", 50, 1, channel="online"), *resolved("B", "2024-05", 50, 0),
        *resolved("D", "2024-04", 30, 0, procedure="title"), *resolved("D", "2024-05", 24, 6, procedure="title"),
        *resolved("P", "2024-05", 1, 9),
        *[dossier(unit="A", received_at="2024-05-02", due_at="2024-05-06") for _ in range(3)],
        *[dossier(unit="D", received_at="2024-04-02", due_at="2024-04-06") for _ in range(5)],
        *[dossier(unit="B", received_at="2024-05-20", due_at="2024-06-20") for _ in range(2)],
    ]  # fmt: skip
    return numbered(rows)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return building.publish_whole(tmp_path_factory.mktemp("data"), world())


def month(snapshot: Snapshot, day: str, **given: tuple[str, ...]) -> Filters:
    period = containing("month", date.fromisoformat(day))
    return filters(snapshot, period.start, period.end, **given)


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or (math.isnan(one) and math.isnan(other))


# --- Headlines ---


@pytest.mark.slow
@settings(max_examples=15)
@given(building.spans(), building.choices())
def test_headlines_are_what_the_query_says_now_before_and_a_year_ago(
    snapshot: Snapshot, run: Run, period: Period, chosen
) -> None:
    asked = filters(snapshot, period.start, period.end, **chosen)

    def said(other: Filters, name: str) -> float | None:
        known = other.start >= snapshot.start and period.start <= snapshot.as_of
        return float(run([name], other)[name].iloc[0]) if known else None

    now = run(NAMES, asked, parts=True).iloc[0]
    for name, figure in zip(NAMES, summary.headlines(run, snapshot, asked, NAMES), strict=True):
        assert figure.metric is METRICS[name]
        day = summary.today(snapshot, asked)
        stock = float(run([name], day)[name].iloc[0]) if name == "open_overdue" else float(now[name])
        assert same(figure.value, stock)
        assert same(figure.previous, said(asked.previous(snapshot.as_of), name))
        assert same(figure.year_before, said(asked.year_before(snapshot.as_of), name))
        if METRICS[name].denominator:
            assert (figure.numerator, figure.denominator) == (now[f"{name}_n"], now[f"{name}_d"])


def test_a_period_the_data_does_not_reach_is_not_compared_with(snapshot: Snapshot, run: Run) -> None:
    """The data begins on Friday 5 May 2023; Thursday was worked, so May is there in part only."""
    [figure] = summary.headlines(run, snapshot, month(snapshot, "2024-05-01"), ["received"])
    assert (figure.previous, figure.year_before) == (126, None)
    assert figure.change_text(figure.year_before, "vi") == "–"


def test_data_that_begins_after_a_holiday_covers_the_month_from_its_first_day(tmp_path: Path) -> None:
    """Nobody works on 1 January: a month whose first dossier is of the 2nd is whole."""
    rows = numbered([dossier(received_at=day) for day in ("2024-01-02", "2024-01-03", "2024-02-05")])
    begun = building.publish(tmp_path, rows)
    [figure] = summary.headlines(partial(query.run, begun), begun, month(begun, "2024-02-01"), ["received"])
    assert figure.previous == 2


def test_the_flow_names_the_months_the_data_covers_in_part_at_both_ends(tmp_path: Path) -> None:
    days = pd.date_range("2024-03-11", "2024-06-14")
    rows = numbered([dossier(received_at=f"{day:%Y-%m-%d}", exported_on=date(2024, 6, 14)) for day in days])
    found = building.publish(tmp_path, rows, date(2024, 6, 14))
    flow = summary.flow(building.run_of(found), found, filters(found, "2024-06-01", "2024-06-30"), 12)
    assert list(flow.frame["period"].dt.date) == [date(2024, month, 1) for month in (3, 4, 5, 6)]
    assert flow.incomplete & set(flow.frame["period"].dt.date) == {date(2024, 3, 1), date(2024, 6, 1)}


@pytest.fixture(scope="module")
def a_dossier_a_day(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """One dossier received and one late on each day of two years and a half; the data ends on Saturday 15 June 2024."""
    end = date(2024, 6, 15)
    days = [date(2022, 1, 1) + timedelta(days=n) for n in range((end - date(2022, 1, 1)).days + 1)]
    rows = [dossier(received_at=f"{day}", due_at=f"{day}", exported_on=end) for day in days]
    return building.publish(tmp_path_factory.mktemp("data"), numbered(rows), end)


@pytest.mark.parametrize("kind", [*building.GRAINS, "nine_15", "custom"])
def test_a_period_that_is_not_over_is_compared_with_as_many_days(a_dossier_a_day: Snapshot, kind: Kind) -> None:
    data = a_dossier_a_day
    run, whole = building.run_of(data), containing(kind, data.as_of)
    whole = whole if kind != "custom" else Period(date(2024, 6, 5), date(2024, 6, 24))
    asked = filters(data, whole.start, whole.end)
    [figure] = summary.headlines(run, data, asked, ["received"])
    known = (data.as_of - whole.start).days + 1
    assert figure.value == known
    # Months are not of one length.
    assert figure.previous == pytest.approx(known, abs=2)
    assert figure.year_before == pytest.approx(known, abs=2)
    assert figure.so_far == (known if whole.end > data.as_of else 0)
    _, before = summary.in_two_periods(run, data, asked, ["received"])
    assert before is not None
    assert before["received"].sum() == figure.previous
    assert (str(known) in figure.against[0].vi) == (whole.end > data.as_of)


@pytest.mark.parametrize("kind", building.GRAINS)
def test_a_spark_has_twelve_periods_of_a_kind_and_ends_with_this_one(snapshot: Snapshot, run: Run, kind: Kind) -> None:
    period = containing(kind, date(2024, 5, 6))
    asked = filters(snapshot, period.start, period.end)
    for figure in summary.headlines(run, snapshot, asked, ["received", "on_time_rate", "open_overdue"]):
        assert len(figure.spark) == 12
        assert same(figure.spark[-1], figure.value)
        before = period
        for value in figure.spark[-2::-1]:
            before = before.previous()
            said = float(run([figure.metric.name], asked.over(before))[figure.metric.name].iloc[0])
            assert same(value, said if before.start >= snapshot.start else math.nan)


def test_a_spark_begins_where_the_data_begins_and_not_at_nothing(snapshot: Snapshot, run: Run) -> None:
    """The data begins on Friday 5 May 2023: of that month a part is missing, and of April everything."""
    [figure] = summary.headlines(run, snapshot, month(snapshot, "2023-08-01"), ["received"])
    assert [math.isnan(value) for value in figure.spark] == [True] * 9 + [False] * 3


def test_nine_months_of_reports_have_a_spark_of_reporting_months(snapshot: Snapshot, run: Run) -> None:
    """Nine months and nine months make no year: there is no row of such periods."""
    nine = containing("nine_15", date(2024, 5, 6))
    [figure] = summary.headlines(run, snapshot, filters(snapshot, nine.start, nine.end), ["received"])
    assert len(figure.spark) == 12
    last = containing("month_15", date(2024, 5, 6))
    assert figure.spark[7] == float(run(["received"], filters(snapshot, last.start, last.end))["received"].iloc[0])


def test_a_change_is_in_points_for_rates_days_for_days_and_per_cent_for_counts(snapshot: Snapshot, run: Run) -> None:
    asked = month(snapshot, "2024-05-01", units=("A",))
    rate, days, count = summary.headlines(run, snapshot, asked, ["on_time_rate", "mean_days", "received"])
    assert rate.change_text(rate.previous, "vi") == "−20,00 điểm %"
    assert rate.change_text(rate.previous, "en") == "−20.00 pp"
    assert days.change_text(days.previous, "vi").endswith("ngày")
    assert count.change_text(count.previous, "vi") == "+32,5 %"


def test_a_small_count_changes_by_dossiers(snapshot: Snapshot, run: Run) -> None:
    [figure] = summary.headlines(run, snapshot, month(snapshot, "2024-05-01"), ["open_overdue"])
    assert (figure.previous, figure.value) == (5, 8)
    assert figure.change_text(figure.previous, "vi") == "+3"
    assert figure.better(figure.previous) is False


def test_better_follows_the_direction_of_the_metric(snapshot: Snapshot, run: Run) -> None:
    asked = month(snapshot, "2024-05-01")
    rate, late, received = summary.headlines(run, snapshot, asked, ["on_time_rate", "late_rate", "received"])
    assert [rate.better(0.1), rate.better(1.0), rate.better(rate.value), rate.better(None)] == [True, False, None, None]
    assert [late.better(0.0), late.better(1.0)] == [False, True]
    assert received.better(0) is None


def test_satisfaction_is_shown_where_anybody_rated_and_nowhere_else(tmp_path: Path) -> None:
    for name, rating in (("rated", 5), ("silent", None)):
        references = building.reference_folder(tmp_path / name, dataset=name)
        rows = [
            dossier(received_at="2023-07-03", finished_at="2023-07-03", rating=rating),
            *resolved("A", "2024-05", 9, 1),
        ]
        told = building.publish_whole(tmp_path, numbered(rows), references=references)
        shown = summary.headlines(building.run_of(told), told, month(told, "2024-05-01"), summary.HEADLINES)
        names = [figure.metric.name for figure in shown]
        assert ("satisfaction_rate" in names) == (rating is not None)
        assert names == [each for each in summary.HEADLINES if each in names]
        assert "due_on_time_rate" in names
        # What was asked for first is answered, whatever it says.
        [first, *_] = summary.headlines(building.run_of(told), told, month(told, "2024-05-01"), ["satisfaction_rate"])
        assert first.metric.name == "satisfaction_rate"


@pytest.mark.parametrize(("units", "wanted"), [((), 0.95), (("A",), 0.99), (("B",), 0.98), (("D",), 0.95)])
def test_one_unit_is_measured_by_its_own_target(snapshot: Snapshot, run: Run, units, wanted: float) -> None:
    [figure] = summary.headlines(run, snapshot, month(snapshot, "2024-05-01", units=units), ["on_time_rate"])
    assert figure.target == wanted
    assert figure.state == ("met" if units == ("B",) else "missed")


def test_a_metric_without_a_target_has_no_state(snapshot: Snapshot, run: Run) -> None:
    [figure] = summary.headlines(run, snapshot, month(snapshot, "2024-05-01"), ["online_rate"])
    assert (figure.target, figure.state) == (None, None)


# --- States ---


@pytest.mark.parametrize(
    ("name", "value", "target", "state"),
    [
        ("on_time_rate", 0.96, 0.95, "met"), ("on_time_rate", 0.95, 0.95, "met"), ("late_rate", 0.05, 0.05, "met"),
        ("on_time_rate", 0.945, 0.95, "close"), ("late_rate", 0.055, 0.05, "close"),
        ("on_time_rate", 0.90, 0.95, "missed"), ("late_rate", 0.2, 0.05, "missed"),
        ("on_time_rate", math.nan, 0.95, None), ("on_time_rate", 0.95, None, None),
    ],
)  # fmt: skip
def test_a_value_has_met_its_target_is_close_to_it_or_has_missed_it(name, value, target, state) -> None:
    assert summary.state_of(METRICS[name], value, target) == state


def test_one_point_short_means_the_same_for_every_target() -> None:
    """0.80 - 0.79 and 1.00 - 0.99 differ in the last bits only."""
    states = {summary.state_of(METRICS["on_time_rate"], (n - 1) / 100, n / 100) for n in range(2, 101)}
    assert len(states) == 1


# --- The sentence at the head ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_holds_the_value_its_counts_and_its_change(snapshot: Snapshot, run: Run, language: Language) -> None:
    asked = month(snapshot, "2024-05-01")
    [figure] = summary.headlines(run, snapshot, asked, ["on_time_rate"])
    said = summary.answer(figure, snapshot, asked)[language]
    for part in (figure.metric.show(figure.value, language), "140", figure.change_text(figure.previous, language)):
        assert part in said


def test_the_answer_about_nothing_says_so_without_a_number(snapshot: Snapshot, run: Run) -> None:
    asked = month(snapshot, "2024-02-01", units=("C",))
    [figure] = summary.headlines(run, snapshot, asked, ["on_time_rate"])
    for language in LANGUAGES:
        assert not re.search(r"\d|nan|–", summary.answer(figure, snapshot, asked)[language])


@pytest.mark.parametrize("day", ["2020-01-01", "2024-06-01"])
def test_of_a_period_outside_the_data_the_answer_says_what_there_is_and_nothing_is_compared(
    snapshot: Snapshot, run: Run, day: str
) -> None:
    asked = month(snapshot, day)
    for figure in summary.headlines(run, snapshot, asked, ["on_time_rate", "received", "open_overdue"]):
        assert (figure.previous, figure.year_before) == (None, None)
        said = summary.answer(figure, snapshot, asked)
        known = date_text(snapshot.start, "vi"), date_text(snapshot.as_of, "vi"), asked.period.label("vi")
        assert said.vi == "Số liệu chỉ có từ {} đến {}, không có {}; chọn kỳ khác.".format(*known)


# --- Order ---

RATES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted), max_size=12)


@given(RATES, st.sampled_from(["on_time_rate", "late_rate"]))
def test_worst_comes_first_and_rates_over_few_dossiers_last(counts: list[list[int]], name: str) -> None:
    frame = pd.DataFrame(
        {
            "unit": range(len(counts)),
            name: [top / bottom if bottom else np.nan for top, bottom in counts],
            f"{name}_d": [bottom for _, bottom in counts],
            "undated_n": 0,
            "undated_d": [bottom for _, bottom in counts],
        }
    )
    ordered = summary.worst_first(frame, name)
    assert sorted(ordered["unit"]) == list(range(len(counts)))
    assert list(ordered.columns) == list(frame.columns)
    enough = [bottom >= 20 for bottom in ordered[f"{name}_d"]]
    assert enough == sorted(enough, reverse=True)
    ranked = list(ordered[ordered[f"{name}_d"] >= 20][name])
    assert ranked == sorted(ranked, reverse=name == "late_rate")


# --- Units short of their target ---


def test_a_unit_is_short_of_its_own_target_lowest_rate_first(tmp_path: Path) -> None:
    """A may be late often, and so its rate, the lowest of all, is none that needs attention."""
    targets = "metric,level,unit,value,source\non_time_rate,,,0.95,Kế hoạch\non_time_rate,,A,0.5,Kế hoạch\n"
    references = building.reference_folder(tmp_path / "references", targets=targets)
    rows = [
        *resolved("A", "2024-05", 24, 16), *resolved("B", "2024-05", 30, 10), *resolved("C", "2024-05", 36, 4),
        *resolved("D", "2024-05", 34, 6), *resolved("P", "2024-05", 1, 9),
    ]  # fmt: skip
    own = building.publish(tmp_path / "data", numbered(rows), references=references)
    asked, ask = month(own, "2024-05-01"), partial(query.run, own)
    short = summary.short_of_target(ask(["on_time_rate"], asked, by=["unit"], parts=True), own, asked)
    assert [(row["unit"], row["target"]) for row in short] == [("B", 0.95), ("D", 0.95), ("C", 0.95)]
    found = [each for each in notices(ask, own, asked) if each.metric == "late" and each.filters.units]
    assert [each.filters.units for each in found[:3]] == [("B",), ("D",), ("C",)]


# --- Attention ---


def numbers_in(sentence: Text, language: Language) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", sentence[language]))


def evidence_holds(snapshot: Snapshot, run: Run, notice: Notice) -> None:
    """The list behind a notice is as long as its number, and a number of bad dossiers stands in the sentence."""
    total = query.records(snapshot, notice.filters, notice.metric, limit=1).total
    assert total == int(run([notice.metric], notice.filters)[notice.metric].iloc[0])
    if notice.page == "ho-so" and METRICS[notice.metric].direction == "down":
        for language in LANGUAGES:
            assert number(total, language) in numbers_in(notice.sentence, language), notice.sentence[language]


def test_every_sentence_that_opens_a_list_names_how_many_dossiers_are_on_it(snapshot: Snapshot, run: Run) -> None:
    found = notices(run, snapshot, month(snapshot, "2024-05-01"))
    assert {notice.metric for notice in found} >= {"late", "open_overdue"}
    for notice in found:
        evidence_holds(snapshot, run, notice)


def test_the_worst_unit_comes_first_and_is_the_one_behind_the_link(snapshot: Snapshot, run: Run) -> None:
    asked = month(snapshot, "2024-05-01")
    first, second = notices(run, snapshot, asked)[:2]
    assert (first.filters, first.metric) == (asked.narrow("unit", "A"), "late")
    assert (second.filters, second.metric) == (asked.narrow("unit", "D"), "late")
    assert {"80,00", "10", "50", "99"} <= numbers_in(first.sentence, "vi")


def test_overdue_dossiers_are_counted_over_all_units_of_the_question(snapshot: Snapshot, run: Run) -> None:
    asked = month(snapshot, "2024-05-01")
    [overdue] = [each for each in notices(run, snapshot, asked) if each.metric == "open_overdue"]
    assert overdue.filters == asked
    assert {"8", "5"} <= numbers_in(overdue.sentence, "vi")
    assert "Bộ phận Một cửa huyện Trà Cú" in overdue.sentence.vi


def test_no_unit_is_singled_out_where_several_have_as_many_overdue_dossiers(tmp_path: Path) -> None:
    rows = [dossier(unit=unit, received_at="2024-05-02", due_at="2024-05-06") for unit in ("A", "B", "D", "D", "B")]
    for kept, vi, en in (
        (rows, "Đến 31/05/2024, 5 hồ sơ đang giải quyết đã quá hạn, ở 3 đơn vị.",
         "On 31/05/2024 5 open dossiers are overdue, at 3 units."),
        (rows[:1], "Đến 31/05/2024, 1 hồ sơ đang giải quyết đã quá hạn; nhiều nhất ở Xã Đại An (1).",
         "On 31/05/2024 1 open dossier is overdue; the most at Xã Đại An (1)."),
    ):  # fmt: skip
        data = building.publish(tmp_path / str(len(kept)), numbered(kept))
        [notice] = notices(partial(query.run, data), data, month(data, "2024-05-01"))
        assert notice.sentence == Text(vi, en)


@pytest.mark.parametrize("kind", ["month", "quarter", "half", "year", "week", "month_15", "custom"])
def test_what_is_overdue_now_is_told_of_the_data_date_and_of_an_earlier_period_at_its_end(
    tmp_path: Path, kind: Kind
) -> None:
    """Each unit has one dossier that was never finished and came due on another day."""
    due = {"A": "2024-05-06", "B": "2024-06-05", "D": "2024-06-12"}
    rows = [dossier(unit=unit, received_at="2024-05-02", due_at=day) for unit, day in due.items()]
    rows.append(dossier(received_at="2022-01-03", due_at="2022-01-05", finished_at="2022-01-04"))
    data = building.publish_whole(tmp_path, numbered(rows), as_of=date(2024, 6, 17))
    ask = building.run_of(data)
    whole = containing(kind, data.as_of).previous() if kind != "custom" else Period(date(2024, 6, 5), date(2024, 6, 11))
    for period in (whole.previous(), whole, whole.following()):
        asked = filters(data, period.start, period.end)
        day = data.as_of if period != whole.previous() else period.end
        late = [unit for unit, last in due.items() if date.fromisoformat(last) < day]
        [figure] = summary.headlines(ask, data, asked, ["open_overdue"])
        assert (figure.value, figure.day) == (len(late), day)
        assert f"đến {day:%d/%m/%Y}" in figure.label.vi
        said = [each for each in notices(ask, data, asked) if each.metric == "open_overdue"]
        assert len(said) == bool(late)
        for notice in said:
            assert notice.sentence.vi.startswith(f"Đến {day:%d/%m/%Y}, {len(late)} hồ sơ")
            assert query.records(data, notice.filters, notice.metric).total == len(late)


def test_too_few_dossiers_draw_no_attention(snapshot: Snapshot, run: Run) -> None:
    """Nine of ten late dossiers at P are too few to judge a unit by."""
    asked = month(snapshot, "2024-05-01")
    assert not any(each.filters.units == ("P",) for each in notices(run, snapshot, asked))


@pytest.mark.parametrize("day", ["2024-02-01", "2023-05-01", "2030-01-01", "2020-01-01"])
def test_nothing_stands_out_where_all_is_well_or_nothing_is_known(snapshot: Snapshot, run: Run, day: str) -> None:
    found = notices(run, snapshot, month(snapshot, day))
    assert [each for each in found if each.metric != "open_overdue"] == []


@pytest.mark.slow
@settings(max_examples=15)
@given(building.spans(), building.choices())
def test_at_most_seven_sentences_and_each_has_its_evidence(
    snapshot: Snapshot, run: Run, period: Period, chosen
) -> None:
    found = notices(run, snapshot, filters(snapshot, period.start, period.end, **chosen))
    assert len(found) <= 7
    for notice in found:
        assert "nan" not in notice.sentence.vi + notice.sentence.en
        evidence_holds(snapshot, run, notice)


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["tra-cu", "thanh-ha", "my-hao"])
def test_every_sentence_on_the_demo_data_has_its_evidence(demo_data: Path, dataset: str) -> None:
    demo = building.current(demo_data, dataset)
    ask = partial(query.run, demo)
    for kind in ("month", "quarter", "year"):
        period = containing(kind, demo.as_of).previous()
        asked = filters(demo, period.start, period.end)
        found = notices(ask, demo, asked)
        assert len(found) <= 7
        for notice in found:
            evidence_holds(demo, ask, notice)
