"""What the page of a service model says is what a slow count over the dossiers says, and what the documents
published."""

import csv
import datetime
import itertools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given

from cchc import demo
from cchc.config import REFERENCE
from cchc.figures import query
from cchc.figures.filters import defaults
from cchc.figures.metrics import METRICS
from cchc.figures.periods import containing
from cchc.findings import evaluation
from cchc.findings.evaluation import Evaluation, by_period, explain, verdicts
from cchc.rules import references
from cchc.rules.references import References
from cchc.rules.service_models import ServiceModel
from cchc.statistics import impact
from cchc.statistics.impact import Bound, Estimate, InterruptedSeries, TooThin
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Text, points
from tests import building, slow
from tests.building import dossier, numbered
from tests.statistics import simulations

pytestmark = pytest.mark.slow

THURSDAY, FRIDAY = "tra-cu", "thanh-ha"
COUNTS = (
    "model_received", "model_due", "model_kept", "model_broken", "model_unknown", "next_day_received", "next_day_due",
    "next_day_kept",
)  # fmt: skip


def runner(snapshot: Snapshot) -> Callable[..., pd.DataFrame]:
    def run(metrics, filters, by=(), grain=None, parts=False):
        return query.run(snapshot, metrics, filters, by, grain, parts)

    return run


def evaluated(snapshot: Snapshot, model: str = "", since: date | None = None, **chosen: Any) -> Evaluation | Text:
    [found] = [each for each in snapshot.references.models if model in ("", each.id)]
    return evaluation.evaluate(runner(snapshot), snapshot, replace(defaults(snapshot), **chosen), found, since)


@pytest.fixture
def thursday(tra_cu: Snapshot) -> Evaluation:
    found = evaluated(tra_cu)
    assert isinstance(found, Evaluation)
    return found


@pytest.fixture
def friday(thanh_ha: Snapshot) -> Evaluation:
    found = evaluated(thanh_ha)
    assert isinstance(found, Evaluation)
    return found


@cache
def known(dataset: str) -> References:
    return references.read(REFERENCE / dataset)


@cache
def dossiers(dataset: str) -> pd.DataFrame:
    """The demo dossiers with the day of receipt, straight from the generator."""
    frame = demo.build(dataset).to_pandas()
    frame["day"] = frame["received_at"].dt.date
    frame["weekday"] = frame["received_at"].dt.day_of_week + 1
    return frame


def published(dataset: str) -> dict[str, dict[str, str]]:
    with (REFERENCE / dataset / "published.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


# --- To the digit of the documents ---


def test_the_table_of_the_thursday_report_is_reproduced_to_the_digit(thursday: Evaluation) -> None:
    quarters = thursday.quarters
    assert quarters is not None
    assert (quarters.first.start, quarters.second.end) == (date(2023, 1, 1), date(2023, 6, 30))
    assert quarters.names("vi") == ("quý I/2023", "quý II/2023")
    names = {unit.id: unit.name.casefold() for unit in known(THURSDAY).units.values()}
    found = {names[row["unit"]]: row for row in quarters.by_unit.to_dict("records")}
    rows = [row for id_, row in published(THURSDAY).items() if id_.startswith("tcu_")]
    assert len(rows) == 12
    for row in rows:
        part = {"q1": "first", "q2": "second"}[row["id"][-2:]]
        assert found[row["scope"].casefold()][part] == int(row["value"]), row["id"]
    # Total and increase as báo cáo 03/BC-TCT prints them, unit by unit.
    printed = {
        "849": (97, 59), "29461": (35, 31), "29473": (274, 272), "29476": (747, 741), "29503": (383, 367),
        "29509": (122, 120),
    }  # fmt: skip
    assert {row["unit"]: (row["total"], row["increase"]) for row in found.values()} == printed


def test_the_2192_of_the_friday_report_stands_with_its_denominators(friday: Evaluation) -> None:
    everything = dossiers(FRIDAY)
    since = everything[everything["day"] >= date(2023, 9, 29)]
    total = friday.promises.total.iloc[0]
    assert total["model_received"] == int(published(FRIDAY)["th23_friday"]["value"]) == 2192
    assert total["all_received"] == (since["weekday"] == 5).sum()
    assert friday.promises.filed == len(since) == 13_400
    assert total["model_broken"] == total["model_due"] - total["model_kept"] == 34


# --- Equal to a second, slow computation ---


def rates(frame: pd.DataFrame, first: date, last: date, units: Sequence[str]) -> dict[str, tuple[int, int]]:
    inside = frame[(frame["day"] >= first) & (frame["day"] <= last)]
    counted = {unit: inside[inside["unit"] == unit] for unit in units}
    return {unit: (int((rows["channel"] == "online").sum()), len(rows)) for unit, rows in counted.items()}


@pytest.mark.parametrize("since", [date(2023, 6, 1), date(2023, 5, 4), date(2023, 5, 18)], ids=str)
def test_the_difference_of_the_communes_and_its_chance_are_those_of_brute_force(tra_cu: Snapshot, since: date) -> None:
    found = evaluated(tra_cu, since=since)
    assert isinstance(found, Evaluation)
    model, units = known(THURSDAY).models[0], known(THURSDAY).units
    communes = [unit.id for unit in units.values() if unit.level == "commune"]
    treated = [unit for unit in communes if unit in model.units]
    before = rates(dossiers(THURSDAY), since - timedelta(weeks=13), since - timedelta(days=1), communes)
    after = rates(dossiers(THURSDAY), since, date(2023, 7, 10), communes)
    change = {unit: after[unit][0] / after[unit][1] - before[unit][0] / before[unit][1] for unit in communes}

    def difference(chosen: Sequence[str]) -> float:
        return float(
            np.mean([change[unit] for unit in chosen])
            - np.mean([change[unit] for unit in communes if unit not in chosen])
        )

    everything = [difference(chosen) for chosen in itertools.combinations(communes, len(treated))]
    real = difference(treated)
    results = found.against_units
    assert len(everything) == len(results.distribution) == 6188
    assert isinstance(results.pooled, Estimate)
    assert results.pooled.value == pytest.approx(real)
    assert results.as_large == sum(abs(each) >= abs(real) - 1e-12 for each in everything)
    assert results.pooled.p == pytest.approx(results.as_large / 6188)
    assert {each.unit: (each.before, each.after) for each in results.units if each.unit in communes} == {
        unit: (before[unit], after[unit]) for unit in treated
    }
    assert f"{results.as_large:,}".replace(",", ".") + " trong 6.188 cách chọn 5 đơn vị" in found.answer.text.vi


def test_the_difference_reckoned_in_other_ways_is_that_of_the_dossiers(thursday: Evaluation) -> None:
    design, frame, sides = thursday.design, dossiers(THURSDAY), thursday.against_units.taking_part
    start, last = design.start.day, design.as_of

    def change(units: Sequence[str], since: date, end: date, first: date) -> list[float]:
        before, after = rates(frame, first, since - timedelta(days=1), units), rates(frame, since, end, units)
        return [after[u][0] / after[u][1] - before[u][0] / before[u][1] for u in units]

    def together(units: Sequence[str]) -> float:
        (b, bn), (a, an) = (
            np.sum(list(rates(frame, *days, units).values()), axis=0)
            for days in ((design.before.start, start - timedelta(days=1)), (start, last))
        )
        return float(a / an - b / bn)

    [by_dossier, left_out, false] = thursday.alternatives
    shown = points(together(sides.treated) - together(sides.others), "vi", 1)
    assert f"mỗi hồ sơ được tính như nhau thì là {shown}." in by_dossier.vi
    ours = np.mean(change(sides.treated, start, last, design.before.start))
    ranged = [
        ours - np.mean(change([u for u in sides.others if u != one], start, last, design.before.start))
        for one in sides.others
    ]
    for language in LANGUAGES:
        assert verdicts.between(min(ranged), max(ranged), language) in left_out[language]
    # Whole weeks from thirteen before the first model day to the last that ends before the start.
    monday = design.complete_weeks.start
    weeks = [monday + timedelta(weeks=n) for n in range(14) if monday + timedelta(weeks=n, days=6) < start]
    starts, end = weeks[4:-3], weeks[-1] + timedelta(days=6)
    tried = [np.mean(change(sides.treated, s, end, monday)) - np.mean(change(sides.others, s, end, monday))
             for s in starts]  # fmt: skip
    panel = thursday.panel[thursday.panel["unit"].isin((*sides.treated, *sides.others))]
    assert impact.false_starts(panel, sides.treated, start) == pytest.approx(np.array(tried))
    pooled = thursday.against_units.pooled
    assert isinstance(pooled, Estimate)
    as_large = sum(abs(each) >= abs(pooled.value) for each in tried)
    assert f"{len(starts)} tuần khi chưa có mô hình: {as_large} lần" in false.vi
    assert f"{len(starts)} weeks without it: {as_large} of them" in false.en


def test_the_weekly_panel_is_the_count_of_every_week(thursday: Evaluation) -> None:
    frame = dossiers(THURSDAY)
    frame = frame[frame["day"] >= thursday.panel["period"].min().date()]
    monday = [day - timedelta(days=day.weekday()) for day in frame["day"]]
    expected = frame.assign(period=monday, online=frame["channel"] == "online").groupby(["unit", "period"])["online"]
    found = thursday.panel[thursday.panel["bottom"] > 0].set_index(["unit", "period"])
    assert len(found) == len(expected)
    for (unit, period), row in found.iterrows():
        of = expected.get_group((unit, period.date()))
        assert (row["top"], row["bottom"]) == (of.sum(), len(of))


def test_the_days_of_the_week_are_those_of_whole_weeks_on_each_side_of_the_start(thursday: Evaluation) -> None:
    frame = dossiers(THURSDAY)
    frame = frame[frame["unit"].isin(known(THURSDAY).models[0].units)]
    first = date(2023, 5, 29) - timedelta(weeks=13)
    for side, begins, ends in (("before", first, date(2023, 5, 28)), ("after", date(2023, 6, 5), date(2023, 7, 9))):
        rows = frame[(frame["day"] >= begins) & (frame["day"] <= ends)]
        for found in thursday.profile.to_dict("records"):
            on_day = rows[rows["weekday"] == found["weekday"]]
            assert found[f"received_{side}"] == len(on_day)
            assert found[f"share_{side}"] == pytest.approx(len(on_day) / len(rows))
            assert found[f"rate_{side}"] == pytest.approx((on_day["channel"] == "online").mean())
    assert not isinstance(thursday.shift.displacement, TooThin)
    shares = {each.weekday: each.after for each in thursday.shift.displacement.shares}
    for found in thursday.profile.to_dict("records"):
        after = shares[found["weekday"]]
        assert isinstance(after, Estimate)
        assert after.value == pytest.approx(found["share_after"])


def test_a_larger_share_of_no_larger_total_is_said_to_be_perhaps_a_move(friday: Evaluation) -> None:
    found = friday.shift.displacement
    assert not isinstance(found, TooThin)
    [share] = [each.change for each in found.shares if each.weekday == 5]
    assert isinstance(share, Estimate)
    assert share.low > 0
    assert found.movement == "not_shown"
    assert "có thể một phần chỉ là dời ngày" in friday.shift.sentence.vi


def test_same_day_results_are_held_against_the_dossiers_received(friday: Evaluation) -> None:
    """A holiday Friday leaves nothing to judge, not a rate of 0 for what earlier weeks left over."""
    frame, model = dossiers(FRIDAY), known(FRIDAY).models[0]
    levels = {unit.id: unit.level for unit in known(FRIDAY).units.values()}
    listed = {(listing.level, procedure) for listing in model.listings for procedure in listing.procedures}
    on_list = np.array([(levels[u], p) in listed for u, p in zip(frame["unit"], frame["procedure"], strict=True)])
    done = (frame["status"] == "done") & (frame["finished_at"].dt.date == frame["day"])
    weeks = friday.weeks[friday.weeks["listed"] & (friday.weeks["weekday"] == 5)].set_index("period")
    for monday in (date(2023, 8, 21), date(2023, 8, 28), date(2023, 9, 4), date(2023, 9, 25), date(2023, 12, 18)):
        rows = (frame["day"] == monday + timedelta(days=4)) & on_list
        found = weeks.loc[pd.Timestamp(monday)]
        assert (found["top"], found["bottom"]) == ((rows & done).sum(), rows.sum())
    assert weeks.loc[pd.Timestamp("2023-08-28"), "bottom"] == 0  # 1 September, the eve of a holiday made up for


def by_hand(before: tuple[int, int], after: tuple[int, int], z: float) -> tuple[float, float, float]:
    """Change of a rate and Newcombe's limits, written out."""

    def wilson(top: int, n: int) -> tuple[float, float, float]:
        p, middle = top / n, (top + z * z / 2) / (n + z * z)
        half = z / (n + z * z) * math.sqrt(top * (n - top) / n + z * z / 4)
        return p, middle - half, middle + half

    (p, p_low, p_high), (q, q_low, q_high) = wilson(*before), wilson(*after)
    value = q - p
    return value, value - math.hypot(q - q_low, p_high - p), value + math.hypot(q_high - q, p - p_low)


@cache
def fridays() -> dict[str, list[Any]]:
    """The dossiers received on Fridays, by unit."""
    rows: dict[str, list[Any]] = {}
    for row in dossiers(FRIDAY).itertuples():
        if row.weekday == 5:
            rows.setdefault(row.unit, []).append(row)
    return rows


def on_fridays(unit: str, listed: bool, first: date, last: date) -> tuple[int, int]:
    """Same-day results and dossiers received on Fridays at a unit, dossier by dossier."""
    model = known(FRIDAY).models[0]
    level = known(FRIDAY).units[unit].level
    on_list = {procedure for listing in model.listings if listing.level == level for procedure in listing.procedures}
    top = bottom = 0
    for row in fridays().get(unit, ()):
        if first <= row.day <= last and (row.procedure in on_list) == listed:
            bottom += 1
            top += row.status == "done" and row.finished_at.date() == row.day
    return top, bottom


def test_every_unit_of_a_day_is_its_listed_dossiers_against_its_unlisted_ones(friday: Evaluation) -> None:
    first, last = friday.design.complete_weeks.start, friday.design.complete_weeks.end
    start = friday.design.first_week
    results = {each.unit: each for each in friday.each_unit}
    assert set(results) == set(known(FRIDAY).models[0].units)
    for unit in list(results)[::6]:
        before, after, other_before, other_after = (
            on_fridays(unit, listed, *days)
            for listed in (True, False)
            for days in ((first, start - timedelta(days=1)), (start, last))
        )
        found = results[unit]
        assert (found.before, found.after) == (before, after)
        own, low, high = by_hand(before, after, 1.959964)
        other, other_low, other_high = by_hand(other_before, other_after, 1.959964)
        value = own - other
        expected = (value, value - math.hypot(own - low, other_high - other),
                    value + math.hypot(high - own, other - other_low))  # fmt: skip
        assert isinstance(found.against, Estimate)
        assert (found.against.value, found.against.low, found.against.high) == pytest.approx(expected, abs=1e-5)
        assert found.against.n == sum(n for _, n in (before, after, other_before, other_after))
    # Together they are the listed and unlisted rates of the day that stand on the page.
    day = friday.against_days.corners[0]
    for side in ("before", "after"):
        sums = np.sum([getattr(each, side) for each in friday.each_unit], axis=0)
        assert tuple(sums) == getattr(day, side)


def test_units_of_a_day_are_ranked_and_their_verdicts_are_words_of_the_day(
    friday: Evaluation, thanh_ha: Snapshot
) -> None:
    values = [each.against.value for each in friday.each_unit if isinstance(each.against, Estimate)]
    assert values == sorted(values, reverse=True)
    for each in friday.each_unit:
        for language in LANGUAGES:
            said = verdicts.of_unit(each.verdict, "weekday")[language]
            assert each.sentence[language].endswith((f": {said}.", f"{said}.") if each.verdict != "thin" else ".")
        assert "nơi không thực hiện" not in each.sentence.vi
        if each.verdict not in ("not_shown", "thin"):
            assert isinstance(each.against, Estimate)
            assert not each.against.low <= 0 <= each.against.high
    unit = friday.each_unit[0].unit
    alone = evaluated(thanh_ha, units=(unit,))
    assert isinstance(alone, Evaluation)
    assert [each.against for each in alone.each_unit] == [friday.each_unit[0].against]


def test_a_unit_without_unlisted_dossiers_of_the_day_says_so(tmp_path: Path) -> None:
    found = evaluated(small(tmp_path, MODEL.replace('fields = ["civil"]', 'fields = ["civil", "certification"]')))
    assert isinstance(found, Evaluation)
    for each in found.each_unit:
        assert each.verdict == "thin"
        assert "Chưa đủ dữ liệu" in each.sentence.vi
        assert "Too little data" in each.sentence.en


# Received at an unknown hour, ended a second after the last hour it may have been promised for: broken for sure.
@example(world=([dossier(received_at="2024-01-05 00:00:00", finished_at="2024-01-08 09:00:01")], building.AS_OF))
@given(building.worlds())
@building.examples(25)
def test_promises_of_every_unit_and_week_equal_the_slow_count(tmp_path_factory, world) -> None:
    rows, as_of = world
    snapshot = building.publish(tmp_path_factory.mktemp("data"), rows, as_of)
    judged = [slow.judged(row, snapshot.references, as_of) for row in rows]
    judged = [each for each in judged if each["received_on"] >= snapshot.start]  # before it nothing is known
    for model in snapshot.references.models:
        found = evaluated(snapshot, model.id)
        if isinstance(found, Text):  # nothing was ever filed on that weekday
            assert not any(d["weekday"] in model.weekdays and d["unit"] in model.units for d in judged)
            continue
        mine = [d for d in judged if d["model"] == model.id]
        same(found.promises.total.iloc[0], mine)
        for row in found.promises.by_unit.to_dict("records"):
            same(row, [d for d in mine if d["unit"] == row["unit"]])
            of_day = [d for d in judged if d["weekday"] in model.weekdays and d["unit"] == row["unit"]]
            first = found.design.first_week
            assert row["all_received"] == len([d for d in of_day if d["received_on"] >= first])
        for row in found.promises.by_unit_and_week.to_dict("records"):
            monday = row["period"].date()
            week = [d for d in mine if monday <= d["received_on"] < monday + timedelta(days=7)]
            same(row, [d for d in week if d["unit"] == row["unit"]])
        for kind in ("month", "quarter"):
            for row in by_period(found.promises, kind).to_dict("records"):
                inside = containing(kind, row["period"].date())
                same(row, [d for d in mine if inside.start <= d["received_on"] <= inside.end])
        used = {d["procedure"] for d in mine}
        assert not used & set(found.promises.never)


def same(row: Any, expected: list[slow.Dossier]) -> None:
    """The counts of a row are those of these dossiers, and its rate lies inside its interval."""
    due = [d for d in expected if d["model_due"]]
    next_day = [d for d in expected if d["next_day"]]
    counted = {
        "model_received": len(expected),
        "model_due": len(due),
        "model_kept": len([d for d in due if d["model_kept"]]),
        "model_broken": len([d for d in due if not d["model_kept"]]),
        "model_unknown": len([d for d in expected if d["model_unknown"]]),
        "next_day_received": len(next_day),
        "next_day_due": len([d for d in next_day if d["model_due"]]),
        "next_day_kept": len([d for d in next_day if d["model_due"] and d["model_kept"]]),
    }
    assert {name: row[name] for name in COUNTS} == counted
    if "rate" in row and due:
        assert row["low"] <= row["rate"] <= row["high"]
        assert row["rate"] == pytest.approx(counted["model_kept"] / len(due))


def test_never_used_are_the_listed_procedures_without_a_dossier(friday: Evaluation) -> None:
    fridays = dossiers(FRIDAY)
    fridays = fridays[(fridays["weekday"] == 5) & (fridays["day"] >= date(2023, 9, 29))]
    levels = {unit.id: unit.level for unit in known(FRIDAY).units.values()}
    used = set(zip([levels[unit] for unit in fridays["unit"]], fridays["procedure"], strict=True))
    [model] = known(FRIDAY).models
    listed = {(each.level, procedure) for each in model.listings for procedure in each.procedures}
    assert set(friday.promises.never) == {procedure for level, procedure in listed - used}
    assert len(friday.promises.procedures) == len(listed) == 35


# --- The roll-out decides the design ---


def test_some_communes_are_compared_with_the_others_and_the_district_stands_apart(thursday: Evaluation) -> None:
    design = thursday.design
    assert (design.kind, len(design.treated), design.apart, len(design.others)) == ("units", 5, ("849",), 12)
    assert "12 đơn vị không thực hiện" in evaluation.explain(design).vi
    [district] = [each for each in thursday.against_units.units if each.unit == "849"]
    assert isinstance(district.against, Estimate)
    assert "apart" in district.against.caveats


def test_where_all_began_at_once_weekdays_are_compared(friday: Evaluation) -> None:
    assert (friday.design.kind, friday.design.others) == ("weekday", ())
    assert isinstance(friday.against_days.triple.estimate, Estimate)
    assert "thứ Sáu" in friday.verdict.vi
    assert "Fridays" in friday.verdict.en


MODEL = """[[model]]
id = "thu-ba"
name = {vi = "Ngày thứ Ba", en = "Tuesday"}
weekday = 2
promise = "online"
outcome = "online_rate"
start = 2024-03-05
source = "Kế hoạch"
units = ["A", "B", "C"]
[[model.listing]]
level = "commune"
fields = ["civil"]
"""
STAGGERED = MODEL.replace(
    "[[model.listing]]",
    '[[model.unit_start]]\nunit = "C"\nstart = 2024-04-02\nsource = "Kế hoạch của xã"\n[[model.listing]]',
)


def small(tmp_path: Path, models: str, weekdays: Sequence[int] = range(1, 6), **given: Any) -> Snapshot:
    """Dossiers of every commune on these weekdays from January to May, a third of them online."""
    rows = [
        dossier(unit=unit, procedure=procedure, received_at=day, channel="online" if n % 3 == 0 else "counter", **given)
        for n, (day, unit, procedure) in enumerate(
            itertools.product((building.AS_OF - timedelta(days=back) for back in range(150)), "ABC", ("birth", "copy"))
        )
        if day.isoweekday() in weekdays
    ]
    folder = building.reference_folder(tmp_path / "reference", service_models=models)
    return building.publish(tmp_path / "data", numbered(rows), references=folder)


def test_units_that_begin_one_after_the_other_are_compared_with_those_not_begun(tmp_path: Path) -> None:
    found = evaluated(small(tmp_path, STAGGERED))
    assert isinstance(found, Evaluation)
    assert found.design.kind == "staggered"
    starts = {each.unit: each.before[1] for each in found.against_units.units}
    assert set(starts) == {"A", "B", "C"}
    assert found.verdict.vi
    values = [each.own.value for each in found.against_units.units if isinstance(each.own, Estimate)]
    assert values == sorted(values, reverse=True)
    assert found.course


def test_units_chosen_leave_participants_out_but_not_those_compared_with(tra_cu: Snapshot) -> None:
    found = evaluated(tra_cu, units=("29476", "29462"))
    assert isinstance(found, Evaluation)
    assert (found.design.treated, len(found.design.others)) == (("29476",), 12)
    assert [each.unit for each in found.against_units.units] == ["29476"]
    whole = evaluated(tra_cu)
    assert isinstance(whole, Evaluation)
    [alone] = [each for each in whole.against_units.units if each.unit == "29476"]
    assert found.against_units.units[0].before == alone.before


@pytest.mark.parametrize("procedure", ["2.000908", "2.000986", "2.001009", ""])
def test_the_answer_counts_the_units_that_were_compared_and_names_those_that_could_not_be(
    tra_cu: Snapshot, procedure: str
) -> None:
    found = evaluated(tra_cu, procedures=(procedure,) if procedure else ())
    assert isinstance(found, Evaluation)
    results, design, frame = found.against_units, found.design, dossiers(THURSDAY)
    assert isinstance(results.pooled, Estimate)
    chosen = frame[frame["procedure"] == procedure] if procedure else frame
    sides = [
        set(chosen.loc[(chosen["day"] >= first) & (chosen["day"] <= last), "unit"])
        for first, last in ((design.before.start, design.before.end), (design.after.start, design.after.end))
    ]
    k, m = (sum(unit in sides[0] & sides[1] for unit in units) for units in (design.treated, design.others))
    assert f" ở {k} đơn vị cấp xã" in found.verdict.vi
    assert f"so với {m} đơn vị không thực hiện" in found.verdict.vi
    assert f" of {k} commune units" in found.verdict.en
    assert f"against {m} units without it" in found.verdict.en
    assert len(results.distribution) == math.comb(k + m, k)
    absent = [unit for unit in design.treated if unit not in sides[0] & sides[1]]
    for unit in absent:
        assert all(design.references.units[unit].name in found.verdict[language] for language in LANGUAGES)
    assert ("Không tính" in found.verdict.vi) == (k + m < len(design.treated) + len(design.others))


# Values at which a few dossiers once decided: one commune of one procedure, a district of eleven dossiers.
FEW: list[tuple[str, dict[str, Any]]] = [
    (THURSDAY, {"procedures": ("1.001753",)}), (THURSDAY, {"procedures": ("1.010824",)}),
    (THURSDAY, {"procedures": ("2.002821",)}), (THURSDAY, {"procedures": ("1.001758",)}),
    (THURSDAY, {"procedures": ("1.004837",)}), (THURSDAY, {"procedures": ("2.001035",)}),
    (THURSDAY, {"units": ("849",)}), (FRIDAY, {"procedures": ("1.000689",)}), (FRIDAY, {"procedures": ("2.000884",)}),
]  # fmt: skip


@pytest.fixture(scope="module")
def few(demo_data: Path) -> list[Evaluation]:
    found = [evaluated(building.current(demo_data, dataset), **chosen) for dataset, chosen in FEW]
    return [each for each in found if isinstance(each, Evaluation)]


def test_nothing_is_claimed_of_rates_over_fewer_than_twenty_dossiers(few: list[Evaluation]) -> None:
    seen = set()
    for each in few:
        if each.design.kind == "weekday":
            sizes = [side[1] for corner in each.against_days.corners for side in (corner.before, corner.after)]
        else:
            results = each.against_units
            ours = [unit for unit in results.units if unit.unit in results.taking_part.treated]
            sizes = [sum(side[1] for side in sides) for sides in (
                [unit.before for unit in ours], [unit.after for unit in ours], [results.others[0]], [results.others[1]]
            )]  # fmt: skip
        if min(sizes) < 20:
            seen.add(each.answer.state)
            assert each.answer.state in ("not_shown", "unsure", "thin", "moved"), each.verdict.vi
            assert (
                each.answer.state != "unsure" or "dưới 20 hồ sơ" in each.verdict.vi or "chỉ so trước" in each.verdict.vi
            )
        for unit in each.each_unit:
            if unit.verdict not in ("not_shown", "thin"):
                assert min(unit.before[1], unit.after[1]) >= 20, unit.sentence.vi
    assert "unsure" in seen


def test_no_rate_is_said_to_change_by_more_than_it_can(few: list[Evaluation]) -> None:
    for each in few:
        said = " ".join((each.verdict.vi, each.shift.sentence.vi, *(unit.sentence.vi for unit in each.each_unit)))
        changes = re.findall(r"[+−]?\d+(?:,\d+)?(?= điểm %| đến)", said)
        assert changes or each.answer.state == "thin"
        assert all(abs(float(change.replace(",", ".").replace("−", "-"))) <= 100 for change in changes), said


def test_a_unit_that_did_not_change_is_not_said_to_be_worse(few: list[Evaluation]) -> None:
    for each in few:
        for unit in each.each_unit:
            same = unit.before[0] * unit.after[1] == unit.after[0] * unit.before[1]
            assert not (same and unit.verdict in ("improved", "worsened")), unit.sentence.vi


def test_verdicts_on_units_are_right_together_and_none_who_rose_is_said_to_be_worse(thursday: Evaluation) -> None:
    changes = thursday.against_units.units
    assert [each.verdict for each in changes] == ["improved"] * 4 + ["not_shown", "less"]
    town = changes[-1]
    assert town.sentence.vi.endswith(": tăng ít hơn nơi không thực hiện.")
    assert town.sentence.en.endswith(": rose less than without the model.")
    assert "Thị trấn Trà Cú tăng ít hơn nơi không thực hiện" in thursday.verdict.vi


@pytest.mark.parametrize("design", ["units", "weekday"])
def test_an_effect_as_large_as_would_have_been_found_is_found_in_about_80_of_100_draws(design: str) -> None:
    """Twelve points are 2.5 standard errors of a share of 70 draws."""
    random, found = np.random.default_rng(11), []

    def judged(effect: float) -> tuple[Estimate, Bound]:
        if design == "units":
            panel = simulations.communes(random, effect=effect)
            estimate = impact.differences(panel, simulations.TREATED, simulations.START).pooled
            bound = impact.beyond_trend(panel, simulations.TREATED, simulations.START)
        else:
            triple = impact.triple_difference(simulations.weekdays(random, effect=effect), simulations.FRIDAYS_START)
            estimate, bound = triple.estimate, triple.bound
        assert isinstance(estimate, Estimate)
        assert isinstance(bound, Bound)
        return estimate, bound

    for _ in range(70):
        estimate, bound = judged(verdicts.reach(*judged(0.0), METRICS["online_rate"]))
        found.append(estimate.verdict("up") == "improved" and bound.upholds(estimate))
    assert np.mean(found) == pytest.approx(0.8, abs=0.12)


def test_units_that_take_no_part_are_said_to_and_all_participants_are_judged(tra_cu: Snapshot) -> None:
    found = evaluated(tra_cu, units=("29462",))
    assert isinstance(found, Evaluation)
    assert len(found.design.participants) == 6
    assert explain(found.design).vi.startswith("Đơn vị đang chọn không thực hiện mô hình")
    for units, levels in (((), ()), (("29476",), ()), ((), ("commune",)), (("29462", "29476"), ())):
        some = evaluated(tra_cu, units=units, levels=levels)
        assert isinstance(some, Evaluation)
        assert "không thực hiện mô hình, nên" not in explain(some.design).vi


def test_the_district_one_stop_alone_is_not_said_to_mean_that_every_commune_takes_part(tra_cu: Snapshot) -> None:
    found = evaluated(tra_cu, units=("849",))
    assert isinstance(found, Evaluation)
    assert found.design.kind == "weekday"
    assert explain(found.design).vi.startswith("Không có đơn vị cùng cấp nào đứng ngoài")
    # Three of eleven dossiers are among the eight rates.
    triple = found.against_days.triple.estimate
    assert isinstance(triple, Estimate)
    assert "small_denominator" in triple.caveats


def test_a_weekly_series_of_one_or_two_dossiers_says_so_beside_its_estimate(thanh_ha: Snapshot) -> None:
    one = next(unit.id for unit in thanh_ha.references.units.values() if unit.level == "commune")
    for found, few in ((evaluated(thanh_ha), False), (evaluated(thanh_ha, units=(one,)), True)):
        assert isinstance(found, Evaluation)
        series = found.against_days.series
        assert isinstance(series, InterruptedSeries)
        for estimate in (series.level, series.slope):
            said = verdicts.caveats(estimate)
            assert said is not None
            assert ("có dưới 20 hồ sơ" in said.vi, "fewer than 20 dossiers" in said.en) == (few, few)


def test_a_selection_without_dossiers_on_the_model_day_is_said_to_be_one_not_a_fault_of_the_file(
    tmp_path: Path,
) -> None:
    snapshot = small(tmp_path, MODEL)
    for asked in ({"weekdays": (1,)}, {"channels": ("postal",)}, {"procedures": ("marriage",)}):
        said = evaluated(snapshot, **asked)
        assert isinstance(said, Text)
        assert said.vi.startswith("Trong phần đang chọn")
        assert "service_models.toml" not in said.vi + said.en


def test_a_model_older_than_the_data_says_there_is_nothing_before_it(tmp_path: Path) -> None:
    older = MODEL.replace("2024-03-05", "2020-03-03").replace('units = ["A", "B", "C"]', 'units = ["A"]')
    found = evaluated(small(tmp_path, older))
    assert isinstance(found, Evaluation)
    assert found.design.kind == "units"
    assert found.against_units.pooled == TooThin("no_before", 0, 1)
    assert "không có số liệu trước ngày bắt đầu" in found.verdict.vi


def test_the_period_of_other_pages_changes_nothing(tra_cu: Snapshot) -> None:
    one, other = evaluated(tra_cu), evaluated(tra_cu, start=date(2022, 1, 1), end=date(2022, 1, 31))
    assert isinstance(one, Evaluation)
    assert isinstance(other, Evaluation)
    assert one.verdict == other.verdict
    assert one.promises.total.equals(other.promises.total)


# --- What cannot be evaluated is said, with table and line ---


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("start = 2024-03-05", "start = 2030-01-01", "sau ngày chốt số liệu 31/05/2024"),
        ("start = 2024-03-05", "start = 2024-05-30", "chưa có thứ Ba nào"),
        ("weekday = 2", "weekday = 7", "không có hồ sơ nào tiếp nhận vào chủ nhật"),
        ('outcome = "online_rate"', 'outcome = "happiness"', "outcome = happiness"),
        ('outcome = "online_rate"', 'outcome = "received"', "outcome = received"),
        ('outcome = "online_rate"', 'outcome = "mean_days"', "outcome = mean_days"),
    ],
)
def test_a_model_the_data_cannot_judge_is_one_sentence_with_table_and_line(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    assert old in MODEL
    said = evaluated(small(tmp_path, "\n\n" + MODEL.replace(old, new)))
    assert isinstance(said, Text)
    assert said.vi.startswith("service_models.toml, [[model]] 1, dòng 3: ")
    assert said.en.startswith("service_models.toml, [[model]] 1, line 3: ")
    assert why in said.vi
    for language in LANGUAGES:
        assert said[language].count(". ") == 0


def test_all_units_treated_and_everything_listed_leaves_nothing_to_compare_with(tmp_path: Path) -> None:
    everything = MODEL.replace('fields = ["civil"]', 'fields = ["civil", "certification", "land"]')
    found = evaluated(small(tmp_path, everything.replace("2024-03-05", "2024-01-30")))
    assert isinstance(found, Evaluation)
    assert isinstance(found.against_days.triple.estimate, TooThin)
    assert "service_models.toml, [[model]] 1, dòng 1" in found.verdict.vi
    assert "không có đơn vị để so sánh" in found.verdict.vi
    assert "Chưa đủ dữ liệu" in found.verdict.vi


def test_a_verdict_says_under_which_start_dates_it_would_be_another_one(thursday: Evaluation, tra_cu: Snapshot) -> None:
    head = thursday.verdict.vi.split(":")[0] + ":" + thursday.verdict.vi.split(":")[1]
    assert head == (
        "Có tác dụng nếu tính từ 01/06/2023 (nếu tính từ 04/05/2023 hoặc 18/05/2023: chưa thấy rõ tác dụng)"
    )
    for since in (date(2023, 5, 4), date(2023, 5, 18)):
        other = evaluated(tra_cu, since=since)
        assert isinstance(other, Evaluation)
        assert other.answer.state == "not_shown"
        assert "với khả năng 80 %" in other.answer.text.vi
        assert "nếu tính từ 01/06/2023: có tác dụng" in other.verdict.vi


def test_what_was_worked_out_for_one_start_date_stands_for_all_who_ask(tra_cu: Snapshot) -> None:
    run, [model] = runner(tra_cu), tra_cu.references.models
    of_page = evaluation.evaluate(run, tra_cu, defaults(tra_cu), model)
    assert isinstance(of_page, Evaluation)
    for start, found in of_page.under_each_start:
        asked = replace(defaults(tra_cu), start=date(2023, 1, 1), end=date(2023, 1, 31))
        assert evaluation.evaluate(run, tra_cu, asked, model, start.day) is found
        assert isinstance(found, Evaluation)
        assert [each for _, each in found.under_each_start] == [each for _, each in of_page.under_each_start]


def test_too_few_weeks_say_how_many_are_missing(tmp_path: Path) -> None:
    found = evaluated(small(tmp_path, MODEL.replace("2024-03-05", "2024-05-21")))
    assert isinstance(found, Evaluation)
    assert isinstance(found.against_days.series, TooThin)
    assert "chờ thêm" in found.against_days.break_.vi
    assert "wait for" in found.against_days.break_.en


def test_a_start_on_another_weekday_means_the_first_model_day_after_it(thanh_ha: Snapshot) -> None:
    first, monday = evaluated(thanh_ha), evaluated(thanh_ha, since=date(2023, 9, 25))
    assert isinstance(first, Evaluation)
    assert isinstance(monday, Evaluation)
    assert first.design.first_week == monday.design.first_week == date(2023, 9, 25)
    assert first.promises.total.equals(monday.promises.total)
    assert first.against_days.triple.estimate == monday.against_days.triple.estimate
    assert first.answer == monday.answer
    assert first.shift.sentence == monday.shift.sentence
    assert first.profile.equals(monday.profile)
    assert "25/09/2023" not in first.verdict.vi


# --- Two models share a day or a procedure ---


def test_a_procedure_on_two_lists_is_counted_for_the_model_of_its_day(tmp_path: Path) -> None:
    both = MODEL + MODEL.replace("thu-ba", "thu-tu").replace("weekday = 2", "weekday = 3")
    snapshot = small(tmp_path, both)
    judged: dict[str, ServiceModel] = {model.id: model for model in snapshot.references.models}
    rows = query.records(
        snapshot, replace(defaults(snapshot), start=date(2024, 3, 5), end=building.AS_OF), "received", limit=9999
    ).rows
    for id_, model in judged.items():
        found = evaluated(snapshot, id_)
        assert isinstance(found, Evaluation)
        on_day = rows[(rows["received_at"].dt.day_of_week + 1).isin(model.weekdays) & (rows["procedure"] == "birth")]
        on_day = on_day[on_day["received_at"].dt.date >= model.start.day]
        assert found.promises.total["model_received"].iloc[0] == len(on_day) > 0
        counts = found.promises.procedures.set_index("procedure")["model_received"]
        assert counts["birth"] == len(on_day)
        assert counts["marriage"] == 0


def test_two_models_of_one_weekday_count_each_its_own_dossiers(tmp_path: Path) -> None:
    other = MODEL.replace("thu-ba", "thu-ba-2").replace('fields = ["civil"]', 'fields = ["certification"]')
    snapshot = small(tmp_path, MODEL + other.replace('units = ["A", "B", "C"]', 'units = ["A"]'))
    asked = replace(defaults(snapshot), start=date(2024, 3, 5), end=building.AS_OF, weekdays=(2,))
    rows = query.records(snapshot, asked, "received", limit=9999).rows
    for id_, procedure, units in (("thu-ba", "birth", "ABC"), ("thu-ba-2", "copy", "A")):
        found = evaluated(snapshot, id_)
        assert isinstance(found, Evaluation)
        of_units = rows[rows["unit"].isin(list(units))]
        total = found.promises.total.iloc[0]
        assert total["model_received"] == (of_units["procedure"] == procedure).sum() > 0
        assert total["all_received"] == len(of_units)


def test_every_sentence_is_in_both_languages(thursday: Evaluation, friday: Evaluation) -> None:
    for found in (thursday, friday):
        said = [found.verdict, found.shift.sentence, found.promises.sentence, evaluation.explain(found.design)]
        for text in said:
            assert text.vi != text.en
            assert all(text[language].endswith((".", ").")) for language in LANGUAGES)


def test_days_of_the_design_are_whole_weeks(thursday: Evaluation) -> None:
    weeks = thursday.design.complete_weeks
    assert (weeks.start.isoweekday(), weeks.end.isoweekday()) == (1, 7)
    assert weeks.end == date(2023, 7, 9)
    assert thursday.design.first_week - weeks.start == datetime.timedelta(weeks=13)


def across(tmp_path: Path, keys: str) -> tuple[Snapshot, list[building.Dossier]]:
    """One commune becomes another on 2024-03-15, which was busier; both file every day for months, and only there a
    model runs. Other communes change nothing."""
    area = building.reference_folder(
        tmp_path / "reference",
        units="unit,name,level,valid_from,valid_to\nA,Xã A,commune,,2024-03-14\nM,Xã M,commune,2024-03-15,\n"
        "B,Xã B,commune,,\nC,Xã C,commune,,\nE,Xã E,commune,,\n",
        service_models='[[model]]\nid = "thu-hai"\nname = {vi = "Thứ Hai", en = "Monday"}\nsource = "Tin"\n'
        f"weekday = 1\n{keys}"
        '[[model.listing]]\nlevel = "commune"\nfields = ["civil"]\n',
    )  # fmt: skip
    (area / "successors.csv").write_text("old,new,from,kind,default,law\nA,M,2024-03-15,whole,yes,\n", "utf-8")
    rows = [
        dossier(unit=unit, procedure="birth", received_at=day, finished_at=day)
        for day in (date(2023, 9, 4) + timedelta(days=n) for n in range(270))
        for unit in "BCE" + ("A" if day < date(2024, 3, 15) else "M")
        for _ in range((9 if unit == "M" else 2) + day.day % 3)
    ]
    return building.publish(tmp_path / "data", numbered(rows), references=area), rows


OPEN_AT = 'promise = "open"\n'
SAME_DAY_AT = 'promise = "same_day"\noutcome = "same_day_rate"\n'


@pytest.mark.parametrize("promise", [OPEN_AT, SAME_DAY_AT])
@pytest.mark.parametrize(
    ("unit", "start", "said"),
    [
        ("M", "2024-04-15", ("từ ngày 15/03/2024", "from 15/03/2024")),
        ("A", "2024-01-15", ("đến hết ngày 14/03/2024", "up to 14/03/2024")),
        ("B", "2024-01-15", ()),
    ],
)
def test_no_effect_is_judged_across_a_change_of_units_and_the_verdict_says_so(
    tmp_path: Path, promise: str, unit: str, start: str, said: tuple[str, ...]
) -> None:
    snapshot, rows = across(tmp_path, f'units = ["{unit}"]\nstart = {start}\n{promise}')
    found = evaluated(snapshot)
    assert isinstance(found, Evaluation)
    span = {"M": (date(2024, 3, 15), building.AS_OF), "A": (snapshot.start, date(2024, 3, 14))}
    first, last = span.get(unit, (snapshot.start, building.AS_OF))
    weeks = [each.date() for each in found.weeks["period"]]
    assert (found.design.phase.start, found.design.phase.end) == (first, last)
    assert max(weeks) <= last
    assert found.design.before.start >= first
    # As many are filed each week before and since the start: the busier unit that followed is no growth.
    displacement = found.shift.displacement
    assert not isinstance(displacement, TooThin)
    assert isinstance(displacement.total, Estimate)
    assert abs(displacement.total.value) < 3
    for part, language in zip(said, LANGUAGES, strict=False):
        assert part in found.headline[language]
    assert said or not any(word in found.headline.vi for word in ("Chỉ so từ", "Chỉ so đến"))
    # What is counted of the model, without comparing, goes on to the end of the data.
    mine = [row for row in rows if row["unit"] == unit and row["received_at"].date() >= date.fromisoformat(start)]
    assert found.promises.total.iloc[0]["model_received"] == sum(r["received_at"].isoweekday() == 1 for r in mine)


def test_the_share_of_a_time_of_opening_counts_each_unit_since_it_began(tmp_path: Path) -> None:
    keys = 'units = ["B", "C"]\nstart = 2024-01-15\npromise = "open"\n'
    late = '[[model.unit_start]]\nunit = "C"\nstart = 2024-03-25\nsource = "Tin"\n'
    snapshot, rows = across(tmp_path, keys + late)
    found = evaluated(snapshot)
    assert isinstance(found, Evaluation)
    begun = {"B": date(2024, 1, 15), "C": date(2024, 3, 25)}
    ours = {u: [r for r in rows if r["unit"] == u and r["received_at"].date() >= begun[u]] for u in begun}
    by_unit = found.access.by_unit.set_index("unit")
    for unit, mine in ours.items():
        assert by_unit.loc[unit, "listed"] == len(mine)
        assert by_unit.loc[unit, "received"] == sum(row["received_at"].isoweekday() == 1 for row in mine)
    assert "từ tuần của mình" in found.access.sentence.vi
    assert "their own week" in found.access.sentence.en
