"""Trends: series read in one statement, judged by the chart that suits them, told in words, with alerts that hold."""

import itertools
import math
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period, containing
from cchc.figures.query import Run
from cchc.findings import attention, trends
from cchc.findings.attention import Notice, notices
from cchc.findings.trends import Trend
from cchc.statistics import spc
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language, Text
from tests import building
from tests.building import Dossier, dossier, filters, numbered

AS_OF = date(2024, 5, 31)
MONTHS = [containing("month", date(2022 + (n + 11) // 12, (n + 11) % 12 + 1, 1)) for n in range(18)]  # 12/2022 - 5/2024


def resolved(unit: str, month: Period, on_time: int, late: int, **given: str) -> list[Dossier]:
    """Dossiers of a unit received and resolved in a month, so many on time and so many late."""
    day = month.start.replace(day=5)
    days = {"received_at": day, "due_at": day + timedelta(days=5)}
    kept = [dossier(unit=unit, finished_at=day + timedelta(days=3), **days, **given) for _ in range(on_time)]
    return kept + [dossier(unit=unit, finished_at=day + timedelta(days=7), **days, **given) for _ in range(late)]


def world() -> list[Dossier]:
    """Eighteen months. A swings about 90 % and collapses in the last month; B is at its ceiling, one late dossier in a
    while; D falls short of its target for good; P has too few to judge; C has none."""
    rows: list[Dossier] = []
    for n, month in enumerate(MONTHS):
        a = [(44, 6), (46, 4), (45, 5)][n % 3] if month != MONTHS[-1] else (20, 30)
        rows += [
            *resolved("A", month, *a),
            *resolved("B", month, 40 - (n in (3, 9, 10)), int(n in (3, 9, 10)), channel="online"),
            *resolved("D", month, 21 + n % 2, 4, procedure="title"),
            *resolved("P", month, 3, 1),
        ]
    return numbered(rows)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return building.publish_whole(tmp_path_factory.mktemp("data"), world())


def may(snapshot: Snapshot, **given: tuple[str, ...]) -> Filters:
    return filters(snapshot, "2024-05-01", "2024-05-31", **given)


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


# --- Series ---


def test_a_series_has_a_point_for_every_whole_month_that_has_a_value(snapshot: Snapshot, run: Run) -> None:
    """The data begins on Monday 5 December 2022, after two days that were worked: that month is there in part only."""
    trend = trends.selected(run, snapshot, may(snapshot, units=("A",)), "on_time_rate")
    assert trend.periods == tuple(MONTHS[1:])
    assert trend.denominators.tolist() == [50.0] * 17
    assert trend.values[-1] == 20 / 50
    assert trend.unit == "A"
    assert trend.unfinished is None
    assert trend.latest == MONTHS[-1]


@pytest.mark.parametrize("rebase", [(), (date(2023, 9, 1),)], ids=["one level", "two levels"])
def test_units_judged_together_are_judged_as_each_is_alone(snapshot: Snapshot, rebase: trends.Days) -> None:
    """Whatever the metric: the same points, and the same change of the newest one."""
    together = trends.by_unit(partial(query.run, snapshot), snapshot, may(snapshot), [*METRICS], rebase=rebase)
    for name, units in together.items():
        for unit, trend in units.items():
            asked = may(snapshot, units=(unit,)) if unit else may(snapshot)
            alone = trends.selected(partial(query.run, snapshot), snapshot, asked, name, rebase=rebase)
            assert trend.newest == alone.newest == trend.change(), (name, unit)
            assert trend.periods == alone.periods
            assert trend.values.tolist() == alone.values.tolist()
            assert (trend.kind, trend.starts, trend.target) == (alone.kind, alone.starts, alone.target)


def test_a_month_the_data_does_not_cover_to_its_end_is_shown_and_not_judged(tmp_path: Path) -> None:
    cut = building.publish_whole(tmp_path, world(), date(2024, 5, 31))
    more = numbered([*world(), *resolved("A", containing("month", date(2024, 6, 1)), 9, 1)])
    later = building.publish_whole(tmp_path / "later", more, date(2024, 6, 20))
    june = filters(later, "2024-06-01", "2024-06-30", units=("A",))
    trend = trends.selected(partial(query.run, later), later, june, "on_time_rate")
    whole = trends.selected(partial(query.run, cut), cut, may(cut, units=("A",)), "on_time_rate")
    assert trend.unfinished == trends.Unfinished(containing("month", date(2024, 6, 1)), 0.9, 10)
    assert trend.latest == MONTHS[-1]
    assert trend.periods == whole.periods
    assert trend.chart.signals == whole.chart.signals
    assert trend.variation == whole.variation


def test_a_change_of_units_begins_a_new_phase_of_the_units_it_touched_and_is_marked(tmp_path: Path) -> None:
    area = building.reference_folder(
        tmp_path / "reference",
        units="unit,name,level,valid_from,valid_to\nA,Xã A,commune,,2023-10-31\nB,Xã B,commune,,2023-10-31\n"
        "M,Xã Mới,commune,2023-11-01,\nP,Sở,province,,\n",
        service_models="",
    )
    heirs = "".join(f"{old},M,2023-11-01,whole,yes,\n" for old in "AB")
    (area / "successors.csv").write_text("old,new,from,kind,default,law\n" + heirs, encoding="utf-8")
    rows = [
        each
        for month in MONTHS
        for unit in ("ABP" if month.start < date(2023, 11, 1) else "MP")
        for each in resolved(unit, month, 30, 2)
    ]
    then = building.publish_whole(tmp_path, numbered(rows), references=area)
    now = then.under("now")
    found = trends.by_unit(building.run_of(now), now, may(now), ["on_time_rate"])["on_time_rate"]
    phases = {unit: [trend.periods[at].start for at in trend.chart.starts[1:]] for unit, trend in found.items()}
    assert phases == {"": [date(2023, 11, 1)], "M": [date(2023, 11, 1)], "P": []}
    found = trends.by_unit(building.run_of(then), then, may(then), ["on_time_rate"])["on_time_rate"]
    last = {unit: trend.periods[-1].end for unit, trend in found.items()}
    assert last == {"": AS_OF, "A": date(2023, 10, 31), "B": date(2023, 10, 31), "M": AS_OF, "P": AS_OF}
    assert [each.day for each in trends.markers(now, may(now, units=("M",)))] == [date(2023, 11, 1)]
    assert trends.markers(now, may(now, units=("P",))) == []


@pytest.mark.parametrize(
    ("start", "end", "step", "last"),
    [
        ("2024-03-01", "2024-03-31", "month", ("2024-03-01", "2024-03-31")),
        ("2024-01-01", "2024-03-31", "month", ("2024-03-01", "2024-03-31")),
        ("2024-03-05", "2024-03-11", "month", ("2024-03-01", "2024-03-31")),
        ("2024-02-15", "2024-03-14", "month", ("2024-02-15", "2024-03-14")),
        ("2024-03-01", "2024-03-31", "week", ("2024-03-25", "2024-03-31")),
        ("2030-01-01", "2030-12-31", "month", ("2024-05-01", "2024-05-31")),
    ],
)
def test_a_series_ends_with_the_period_chosen_and_not_after_the_data(snapshot, start, end, step, last) -> None:
    asked = filters(snapshot, start, end)
    periods = trends.history(snapshot, asked, trends.grain_of(asked, step))
    assert (periods[-1].start.isoformat(), periods[-1].end.isoformat()) == last
    assert all(one.end + timedelta(days=1) == other.start for one, other in itertools.pairwise(periods))


def test_before_the_data_there_is_no_series_and_a_sentence_says_so(snapshot: Snapshot, run: Run) -> None:
    asked = filters(snapshot, "2010-01-01", "2010-01-31")
    trend = trends.selected(run, snapshot, asked, "on_time_rate")
    assert (trend.periods, trend.latest, trend.variation, trend.assurance) == ((), None, None, None)
    for language in LANGUAGES:
        assert not any(digit in trends.answer(trend)[language] for digit in "0123456789")
    assert trends.by_unit(run, snapshot, asked, ["on_time_rate"])["on_time_rate"].keys() == {""}
    assert attention.alerts(run, snapshot, asked) == []
    assert trends.summed_up([]) == Text("Từng đơn vị: chưa có số liệu", "Unit by unit: no data")


@pytest.mark.slow
@settings(max_examples=25)
@given(
    st.dates(date(2022, 11, 1), date(2024, 7, 1)),
    building.choices(),
    st.sampled_from(["on_time_rate", "online_rate", "mean_days", "received", "open_overdue_rate", "clearance_rate"]),
    st.sampled_from(trends.STEPS),
)
def test_every_point_is_what_the_query_says_of_its_period(snapshot, run, day, chosen, name, step) -> None:
    month = containing("month", day)
    asked = filters(snapshot, month.start, month.end, **chosen)
    trend = trends.selected(run, snapshot, asked, name, step)
    found = dict(zip(trend.periods, trend.values, strict=True))
    for period in trends.history(snapshot, asked, trends.grain_of(asked, step)):
        said = float(run([name], asked.over(period))[name].iloc[0])
        if period.end <= snapshot.as_of:
            assert same(found.get(period, math.nan), said) or found[period] == pytest.approx(said)
        elif trend.unfinished:
            assert (trend.unfinished.period, trend.unfinished.value) == (period, pytest.approx(said))


@pytest.mark.parametrize("name", ["on_time_rate", "mean_days", "received", "open", "median_days"])
def test_units_read_together_are_the_units_read_alone(snapshot: Snapshot, run: Run, name: str) -> None:
    asked = may(snapshot)
    together = trends.by_unit(run, snapshot, asked, [name])[name]
    assert together.keys() - {""} == set(building.UNITS)
    assert ("" in together) == (name != "median_days")
    for unit, trend in together.items():
        alone = trends.selected(run, snapshot, asked.narrow("unit", unit) if unit else asked, name)
        assert alone.periods == trend.periods
        assert alone.values.tolist() == pytest.approx(trend.values.tolist())
        assert alone.chart.signals == trend.chart.signals
        assert (alone.variation, alone.assurance, alone.target) == (trend.variation, trend.assurance, trend.target)


def test_all_units_and_several_figures_are_one_statement(snapshot: Snapshot, run: Run) -> None:
    asked = []

    def counting(*arguments, **named):
        asked.append(arguments)
        return run(*arguments, **named)

    trends.by_unit(counting, snapshot, may(snapshot), ["on_time_rate", "online_rate"])
    attention.alerts(counting, snapshot, may(snapshot))
    assert len(asked) == 2


# --- The chart that suits ---


def kind(snapshot: Snapshot, run: Run, name: str, **given: tuple[str, ...]) -> str:
    return trends.selected(run, snapshot, may(snapshot, **given), name).kind


def test_rates_have_p_prime_charts_and_counts_and_days_have_xmr(snapshot: Snapshot, run: Run) -> None:
    assert kind(snapshot, run, "on_time_rate", units=("A",)) == "p_prime"
    assert {kind(snapshot, run, name) for name in ("received", "open", "mean_days", "p90_days")} == {"xmr"}
    assert kind(snapshot, run, "clearance_rate") == "xmr"


def test_a_rate_is_at_its_ceiling_where_most_months_are_without_a_late_dossier(snapshot: Snapshot, run: Run) -> None:
    trend = trends.selected(run, snapshot, may(snapshot, units=("B",)), "on_time_rate")
    assert trend.kind == "exact"
    assert trend.at_best
    assert trend.variation == ("common", 0)
    assert kind(snapshot, run, "late_rate", units=("B",)) == "exact"
    # At its floor a rate that should be high is judged so too, but is not as good as it can be.
    floor = trends.selected(run, snapshot, may(snapshot, units=("A",)), "online_rate")
    assert floor.kind == "exact"
    assert not floor.at_best


def test_gaps_are_the_dossiers_between_two_late_ones_in_the_order_of_days(snapshot: Snapshot, run: Run) -> None:
    asked = may(snapshot, units=("B",))
    trend = trends.selected(run, snapshot, asked, "on_time_rate")
    found = trends.gaps(run, asked, trend)
    assert found is not None
    # The first month is there in part only; the late ones are of the months 3, 9 and 10, each after its 39 good ones.
    assert found.chart.values.tolist() == [40 * 5 + 39, 39]
    assert found.days == (date(2023, 9, 12), date(2023, 10, 12))
    assert found.since == 40 * 7
    assert trends.gaps(run, asked, trends.selected(run, snapshot, asked, "late_rate")).since == found.since
    for name, units in (("on_time_rate", ("A",)), ("online_rate", ("A",)), ("on_time_rate_766", ("B",))):
        other = trends.selected(run, snapshot, may(snapshot, units=units), name)
        assert trends.gaps(run, may(snapshot, units=units), other) is None


def test_gaps_agree_with_dossiers_walked_one_by_one(tmp_path: Path) -> None:
    late_ones = {50, 51, 700, 703, 704, 1500, 1501, 1800}  # some of them on one day
    rows = []
    for n in range(4 * 510):
        day = date(2023, 1, 2) + timedelta(days=n // 4)
        rows.append(dossier(received_at=day, due_at=day, finished_at=day + timedelta(days=int(n in late_ones))))
    data = building.publish_whole(tmp_path, numbered(rows))
    asked = may(data)
    ask = partial(query.run, data)
    found = trends.gaps(ask, asked, trends.selected(ask, data, asked, "on_time_rate"))
    lengths, good, seen = [], 0, False
    for _, of_day in itertools.groupby(
        sorted(rows, key=lambda row: row["finished_at"]), lambda row: row["finished_at"]
    ):
        late = [row["finished_at"] > row["due_at"] for row in of_day]
        good += late.count(False)
        for _ in range(late.count(True)):
            lengths += [good] if seen else []
            good, seen = 0, True
    assert found is not None
    assert len(lengths) == 7
    assert found.chart.values.tolist() == lengths
    assert found.since == good


# --- Rebasing ---


@pytest.mark.parametrize(("day", "first"), [("2023-06-01", 5), ("2023-06-02", 6), ("2023-01-01", 0), ("2030-01-01", 0)])
def test_limits_start_afresh_with_the_first_whole_month_after_a_day(snapshot, run, day, first) -> None:
    asked = may(snapshot, units=("A",))
    rebased = trends.selected(run, snapshot, asked, "on_time_rate", rebase=(date.fromisoformat(day),))
    whole = trends.selected(run, snapshot, asked, "on_time_rate")
    assert rebased.chart.starts == ((0, first) if first else (0,))
    assert rebased.values.tolist() == whole.values.tolist()
    assert (rebased.chart.limits.centre[-1] == whole.chart.limits.centre[-1]) == (not first)


def test_a_chart_marks_the_models_of_the_units_shown(snapshot: Snapshot) -> None:
    def shown(*units: str) -> list[tuple[str, date]]:
        return [(marker.name.en, marker.day) for marker in trends.markers(snapshot, may(snapshot, units=units))]

    friday, thursday = ("Waiting-free Friday", date(2024, 1, 5)), ("Digital Thursday", date(2024, 2, 1))
    assert shown() == shown("A") == [friday, thursday]
    assert shown("C") == []
    # B joined the Friday model later.
    assert [name for name, _ in shown("B")] == [friday[0]]


# --- Words ---


def series(values: list[float], name: str = "mean_days", first: date = date(2023, 1, 1)) -> Trend:
    """A series of days made by hand; enough dossiers in every month."""
    periods = [containing("month", first)]
    while len(periods) < len(values):
        periods.append(containing("month", periods[-1].end + timedelta(days=1)))
    made = Trend(
        METRICS[name], "", "month", tuple(periods), np.array(values, float), np.full(len(values), 100.0), periods[-1],
        None, None,
    )  # fmt: skip
    return replace(made, newest=made.change())


CALM = [2.0, 4.0] * 6


def told(values: list[float]) -> dict[str, tuple[str, str]]:
    trend = series(values)
    texts = {signal.rule: trends.told(trend, signal) for signal in trend.chart.signals}
    return {rule: (text.vi, text.en) for rule, text in texts.items()}


def test_signals_are_told_in_words_a_reader_knows() -> None:
    assert told([*CALM, 30])["outside"] == ("tháng 1/2024 cao hơn giới hạn trên", "January 2024 above the upper limit")
    assert told([3, 3, 4, 2, 1, 1, 5, 6, 7, 8, 9, 10, 11])["trend"] == (
        "tám tháng tăng liên tục (tháng 6/2023 đến tháng 1/2024)",
        "eight months rising all the time (June 2023 to January 2024)",
    )
    assert told([1, 1.5, 1, 1.5, 1, 1.5, 1, 3, 3.5, 3, 3.5, 3, 3.5, 3])["run"] == (
        "bảy tháng liền trên trung bình (tháng 8/2023 đến tháng 2/2024)",
        "seven months in a row above the mean (August 2023 to February 2024)",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_crossed_a_limit_never_reads_like_the_limit_itself(tmp_path: Path, language: Language) -> None:
    """Days between 3.9 and 4.0, then just above the limit: one decimal would write the same number twice."""
    calm = [3.9, 4.0] * 12
    crossing = (series([*calm, 4 + n / 200]) for n in range(100))
    trend = next(each for each in crossing if each.values[-1] > each.chart.limits.upper[-1])
    data = building.publish_whole(tmp_path, world())
    [said] = attention.among({"mean_days": {"": series(calm), "A": trend, "B": series(calm)}}, data, may(data))
    value, bound = re.findall(r"\d+[.,]\d+", said.sentence[language])
    assert value > bound


def test_limits_of_small_counts_are_not_rounded_to_the_counts_they_part() -> None:
    trend = series([0, 0, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0], "open_overdue")
    assert "trung bình 0,3" in trends.answer(trend).vi
    newest = [text for text, _ in trends.table(trend, "vi")[0]]
    assert newest[3] == "0,3"
    assert trends.line_shown(series([4000, 4400] * 7, "received"), 4212.6, "vi") == "4.213"


def test_two_in_three_names_both_months() -> None:
    words = told([*CALM, 4, 7.8, 4, 7.8])
    assert words["two_in_three"] == (
        "hai trong ba tháng sát giới hạn trên (tháng 2/2024 và tháng 4/2024)",
        "two of three months close to the upper limit (February 2024 and April 2024)",
    )


def test_the_answer_holds_the_value_its_change_and_whether_it_is_real(snapshot: Snapshot, run: Run) -> None:
    trend = trends.selected(run, snapshot, may(snapshot, units=("A",)), "on_time_rate")
    said = trends.answer(trend)
    for part in ("tháng 5/2024", "40,00 %", "−52,00 điểm %", "Xấu đi thật", "thấp hơn giới hạn dưới"):
        assert part in said.vi
    for part in ("May 2024", "40.00%", "−52.00 pp", "Really worse", "below the lower limit"):
        assert part in said.en
    calm = trends.answer(trends.selected(run, snapshot, may(snapshot, units=("D",)), "on_time_rate"))
    assert "ao động bình thường quanh trung bình" in calm.vi
    assert "chưa chắc tháng nào cũng đạt chỉ tiêu 95 %" in calm.vi
    assert "not every month is sure to meet the target of 95%" in calm.en


def test_fewer_than_six_months_are_not_enough_and_fewer_than_thirteen_are_on_trial() -> None:
    few, some, many = series([1, 2] * 2), series([1, 2] * 5), series([1, 2] * 7)
    assert trends.verdict(few).vi == "Chưa đủ số liệu: mới có bốn tháng, cần bảy tháng"
    assert [trends.trial(each) for each in (few, many)] == [None, None]
    assert trends.trial(some).vi == "giới hạn tạm tính, n = 10"
    assert trends.trial(some).en == "trial limits, n = 10"


def test_too_few_dossiers_are_not_judged(snapshot: Snapshot, run: Run) -> None:
    trend = trends.selected(run, snapshot, may(snapshot, units=("P",)), "on_time_rate")
    assert (trend.variation, trend.assurance) == (None, None)
    assert trends.verdict(trend).vi == "Dưới 20 hồ sơ: không đánh giá"
    none = trends.selected(run, snapshot, may(snapshot, units=("C",)), "on_time_rate")
    assert none.variation is None
    assert trends.verdict(none).vi == "Không có hồ sơ trong tháng gần nhất"


def test_a_unit_without_dossiers_in_the_last_month_has_no_verdict(tmp_path: Path) -> None:
    rows = [row for month in MONTHS[:-1] for row in resolved("A", month, 40, 4)]
    data = building.publish_whole(tmp_path, numbered([*rows, dossier(unit="B", received_at="2024-05-03")]))
    trend = trends.by_unit(partial(query.run, data), data, may(data), ["on_time_rate"])["on_time_rate"]["A"]
    assert trend.chart.has_limits
    assert (trend.variation, trend.is_current) == (None, False)


def test_limits_of_before_promise_nothing_about_a_process_that_changed() -> None:
    """Far above its old limits and its target, a rate does not "never meet" that target."""
    trend = series([5.0, 6.0] * 10 + [1.0])
    failing = replace(trend, target=2.0)
    assert spc.assurance(trend.chart, 2.0, "down") == "failing"
    assert failing.assurance is None
    assert replace(series([5.0, 6.0] * 10), target=2.0).assurance == "failing"


def rates(late: list[int], size: int = 200, target: float | None = None, name: str = "on_time_rate") -> Trend:
    """A series of a rate made by hand, one of 18 units."""
    tops = np.array([size - each for each in late], float)
    bottoms = np.full(tops.size, float(size))
    made = series(list(tops / bottoms), name)
    made = replace(made, denominators=bottoms, target=target, family=18, tops=tops)
    return replace(made, newest=made.change())


SHIFTED = [118, 122, 121, 117, 119, 123, 120, 118, 121, 119, 122, 120, 20, 22, 19, 21, 18, 20, 22, 21, 19, 20, 18, 21]


def test_a_series_that_shifted_proposes_new_limits_and_speaks_of_the_level_it_is_on() -> None:
    """Twelve months at 40 %, twelve at 90 %: no month of the second year is near the target of 50 %."""
    trend = rates(SHIFTED, target=0.5)
    assert trend.variation == ("improvement", 1)
    assert trend.shifted == 12
    said = trends.answer(trend)
    assert "cứ như hiện nay thì tháng nào cũng đạt chỉ tiêu 50 %" in said.vi
    assert "từ tháng 1/2024 ở một mức khác, nên tính lại giới hạn" in said.vi
    assert "on another level since January 2024" in said.en
    assert "chưa chắc" not in said.vi
    assert rates(SHIFTED[12:], target=0.5).shifted is None


@pytest.mark.parametrize("late", [[20, 22, 19, 21] * 6, [*SHIFTED[:12], 20, 22, 19], [*[20, 22, 19, 21] * 6, 60]])
def test_what_stands_still_or_moved_only_now_proposes_no_new_limits(late: list[int]) -> None:
    trend = rates(late)
    assert trend.shifted is None
    assert trends.new_level(trend) is None


def test_a_signal_that_may_be_chance_is_said_to_be_one() -> None:
    """Seven months a little above the mean fire a rule of the chart, and are nothing yet among 18 units."""
    trend = rates([20, 24, 18, 23, 22, 21, 24, 23, 22, 24, 19, 18, 19, 20, 18, 19, 18])
    assert trend.variation == ("common", 0)
    assert trend.last_signal is not None
    for said in (trends.verdict(trend), trends.title(trend)):
        assert "chưa chắc là thật" in said.vi
        assert "not sure to be real" in said.en
    assert "1 chưa thấy thay đổi" in trends.summed_up([trend]).vi


def test_a_change_that_no_rule_of_the_chart_shows_is_told_by_its_months() -> None:
    trend = rates([20, 22, 19, 21] * 6 + [33, 34, 33, 35, 33, 34])
    assert trend.last_change is not None
    assert trend.last_change[0] == -1
    assert "Xấu đi thật" in trends.verdict(trend).vi
    assert trend.meanings()[-1] == "concern"


def test_where_few_misses_are_expected_limits_are_exact() -> None:
    assert rates([1, 0, 2, 1, 3, 1, 0, 1] * 3).kind == "exact"
    assert not rates([1, 2, 2, 1, 3, 1, 2, 1] * 3).at_best
    assert rates([20, 22, 19, 21] * 6).kind == "p_prime"


# --- Alerts ---


def spoken(found: list[Notice]) -> list[tuple[tuple[str, ...], str]]:
    return [(notice.filters.units, notice.about) for notice in found]


def test_alerts_name_what_crossed_a_limit_then_what_misses_its_target_for_the_third_time(snapshot, run) -> None:
    found = attention.alerts(run, snapshot, may(snapshot))
    first = found[1]
    assert found[0].filters.units == ()  # all units together went beyond their limit too
    assert (first.filters, first.page, first.metric) == (may(snapshot).narrow("unit", "A"), "xu-huong", "on_time_rate")
    for part in ("Xã Đại An", "40,00 %", "tháng 5/2024", "thấp hơn giới hạn dưới", "xấu đi thật"):
        assert part in first.sentence.vi
    [missed] = [each for each in found if each.filters.units == ("D",)]
    assert "ba tháng liền chưa đạt chỉ tiêu 95 %" in missed.sentence.vi
    assert "missed the target of 95% three months in a row" in missed.sentence.en


def test_each_unit_and_figure_is_spoken_of_once_and_small_ones_never(snapshot: Snapshot, run: Run) -> None:
    about = spoken(attention.alerts(run, snapshot, may(snapshot)))
    assert len(about) == len(set(about))
    assert not any(units in (("P",), ("C",)) for units, _ in about)


def test_one_unit_is_not_spoken_of_as_all_of_them(snapshot: Snapshot, run: Run) -> None:
    found = attention.alerts(run, snapshot, may(snapshot, units=("A",)))
    assert {notice.filters.units for notice in found} == {("A",)}


def test_three_months_in_a_row_have_no_month_between_them(tmp_path: Path) -> None:
    rows = [row for month in MONTHS if month != MONTHS[-2] for row in resolved("D", month, 30, 10)]
    data = building.publish_whole(tmp_path, numbered(rows))
    assert not any(
        "ba tháng" in each.sentence.vi for each in attention.alerts(partial(query.run, data), data, may(data))
    )


def test_many_units_with_the_same_news_are_one_sentence(tmp_path: Path) -> None:
    """Three units miss their target for months: one sentence counts them and names the one that misses most."""
    rows = [row for month in MONTHS for unit, late in (("A", 10), ("B", 15), ("D", 20), ("P", 0))
            for row in resolved(unit, month, 40, late)]  # fmt: skip
    data = building.publish_whole(tmp_path, numbered(rows))
    found = [
        each for each in attention.alerts(partial(query.run, data), data, may(data)) if "chỉ tiêu" in each.sentence.vi
    ]
    [all_together, many] = [each for each in found if each.about == "on_time_rate"]
    assert all_together.filters.units == many.filters.units == ()
    assert many.sentence.vi.startswith("3 đơn vị ba tháng liền thấp hơn chỉ tiêu quá 1 điểm % về tỷ lệ trước và")
    assert "Bộ phận Một cửa huyện Trà Cú (66,67 %)" in many.sentence.vi


def test_the_largest_fall_is_not_spoken_of_where_it_is_ordinary(tmp_path: Path) -> None:
    """Somebody always falls most: B goes up and down every other month, and April is one of them."""
    rows = []
    for n, month in enumerate(MONTHS):
        rows += resolved("A", month, 96 + n % 4, 4 - n % 4, channel="online")
        rows += resolved("B", month, 100, 0, channel="online" if n % 2 else "counter")
    data = building.publish_whole(tmp_path, numbered(rows))
    ask, asked = partial(query.run, data), filters(data, "2024-04-01", "2024-04-30")
    said = [*attention.alerts(ask, data, asked), *notices(ask, data, asked), *needed(ask, data, asked)]
    assert not any(word in each.sentence.vi for each in said for word in ("giảm", "nhiều nhất", "xấu đi"))


def test_that_a_unit_got_worse_is_said_beside_that_it_misses_its_target(snapshot: Snapshot, run: Run) -> None:
    about_a = [each for each in needed(run, snapshot, may(snapshot)) if each.filters.units == ("A",)]
    assert [each.is_change for each in about_a if each.about == "on_time_rate"] == [False, True]


def needed(run: Run, snapshot: Snapshot, asked: Filters) -> list[Notice]:
    return attention.needed(run, snapshot, asked, trends.by_unit(run, snapshot, asked, attention.WATCHED))


def test_alerts_join_what_a_period_says_and_say_nothing_twice(snapshot: Snapshot, run: Run) -> None:
    said = notices(run, snapshot, may(snapshot))
    found = needed(run, snapshot, may(snapshot))
    assert len(found) <= 7
    added = [each for each in found if each not in said]
    assert 1 <= len(added) <= 3
    # That a figure got worse is no repetition of that it misses its target.
    assert not set(spoken([each for each in added if not each.is_change])) & set(spoken(found[: -len(added)]))


def test_without_alerts_there_is_what_the_period_says(snapshot: Snapshot, run: Run) -> None:
    asked = filters(snapshot, "2010-01-01", "2010-01-31")
    assert needed(run, snapshot, asked) == notices(run, snapshot, asked)
    said = notices(run, snapshot, may(snapshot))
    assert attention.joined(said * 9, []) == (said * 9)[:7]


@settings(max_examples=20)
@given(building.spans(), building.choices())
def test_alerts_hold_for_any_question(snapshot: Snapshot, run: Run, period: Period, chosen) -> None:
    asked = filters(snapshot, period.start, period.end, **chosen)
    for notice in attention.alerts(run, snapshot, asked):
        assert "nan" not in notice.sentence.vi + notice.sentence.en
        trend = trends.selected(run, snapshot, notice.filters, notice.metric)
        assert trend.periods
        if notice.filters.units != asked.units:
            assert not trend.is_small
            assert trend.metric.show(float(trend.values[-1]), "vi") in notice.sentence.vi


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["tra-cu", "thanh-ha", "my-hao"])
def test_every_real_change_of_the_demo_data_is_told_with_its_month(demo_data: Path, dataset: str) -> None:
    demo = building.current(demo_data, dataset)
    ask = partial(query.run, demo)
    asked = filters(demo, demo.start, demo.as_of)
    for name, units in trends.by_unit(ask, demo, asked, attention.WATCHED).items():
        for trend in units.values():
            if trend.variation and trend.variation[0] != "common":
                said = trends.verdict(trend).vi
                assert trends.period_name(trend.periods[-1], "vi") in said, (name, trend.unit)
                assert " thật: " in said


# --- Targets that tell nothing ---


@pytest.mark.parametrize(("missed", "said"), [("", True), ("A", False)])
def test_a_target_that_all_units_met_in_each_of_twelve_months_is_said_to_tell_nothing(
    missed: str, said: bool, tmp_path: Path
) -> None:
    rows = []
    for month in MONTHS[-13:]:
        for unit in "ABD":
            online = 22 if unit == missed and month == MONTHS[-4] else 30
            rows += resolved(unit, month, online, 0, channel="online") + resolved(unit, month, 40 - online + 5, 0)
    references = building.reference_folder(
        tmp_path / "reference", targets="metric,level,unit,value,source\nonline_rate,,,0.5,QĐ\n"
    )
    snapshot = building.publish_whole(tmp_path / "data", numbered(rows), AS_OF, references)
    asked = filters(snapshot, MONTHS[-1].start, MONTHS[-1].end)
    found = attention.met_by_all(trends.by_unit(building.run_of(snapshot), snapshot, asked, attention.WATCHED))
    assert ["50 %" in text.vi and "cả 3 đơn vị" in text.vi for text in found] == [True] * said
