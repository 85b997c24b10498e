"""Every figure against the slow computation; the identities; the dossiers behind a number."""

import datetime
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.figures.metrics import FIGURES, STOCKS_AT_END, STOCKS_AT_START
from cchc.figures.periods import Period, between, containing
from cchc.schema import BESIDE, DIMENSIONS
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import UserError, collation_key
from tests import building, slow
from tests.building import AS_OF, UNITS, dossier, filters, numbered

ALL = list(FIGURES)
COUNTS = [name for name, metric in FIGURES.items() if metric.format == "count"]
YEAR = ("2023-06-01", "2024-05-31")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all examples of a test file; areas counting by the day and by the minute."""
    data = tmp_path_factory.mktemp("data")
    for late_by in ("date", "minute"):
        building.reference_folder(data / "reference" / late_by, dataset=f"by-{late_by}", late_by=late_by)
    return data


def published(data: Path, world: tuple[list[slow.Dossier], date], late_by: str = "date") -> Snapshot:
    rows, as_of = world
    return building.publish(data, rows, as_of, data / "reference" / late_by)


def over(snapshot: Snapshot, period: Period, **chosen: object) -> Filters:
    return filters(snapshot, period.start, period.end, **chosen)


def same(found: float, expected: float | None) -> bool:
    return math.isnan(found) if expected is None else math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)


def figures(result: pd.DataFrame, keys: list[str]) -> dict[tuple[object, ...], dict[str, float]]:
    """The rows of a result by their keys, days as dates; fails when a key occurs twice."""
    rows = result.assign(period=result["period"].dt.date) if "period" in result else result
    by_key = {
        tuple(None if pd.isna(row[key]) else row[key] for key in keys): {m: row[m] for m in ALL}
        for row in rows.to_dict("records")
    }
    assert len(by_key) == len(result)
    return by_key


def total(snapshot: Snapshot, asked: Filters) -> dict[str, float]:
    return query.run(snapshot, ALL, asked).iloc[0].to_dict()


# --- Against the slow computation ---


def compare(snapshot: Snapshot, rows: list[slow.Dossier], asked: Filters, by: list[str], grain: str | None) -> None:
    expected = slow.run(rows, snapshot.references, snapshot.as_of, asked, by, grain, snapshot.start)
    keys = (["period"] if grain else []) + by
    result = query.run(snapshot, ALL, asked, by=by, grain=grain)
    assert list(result.columns) == [*keys, *ALL]
    periods = between(grain, asked.start, asked.end) if grain else [asked.period]
    covered = all(min(each.end, asked.end) >= snapshot.start for each in periods)
    assert not covered or all(result[name].dtype == "int64" for name in COUNTS)
    found = figures(result, keys)
    wrong = [
        (key, name, row[name], expected[key][name])
        for key, row in found.items() for name in ALL if not same(row[name], expected[key][name])
    ]  # fmt: skip
    assert wrong == []
    # What the result leaves out counts nothing, in no period.
    assert [key for key in expected.keys() - found.keys() if any(expected[key].values())] == []
    if not by or by == ["unit"]:
        assert found.keys() == expected.keys()


@given(
    world=building.worlds(),
    late_by=st.sampled_from(["date", "minute"]),
    questions=st.lists(
        st.tuples(
            building.spans(), building.choices(), building.splits(), st.none() | st.sampled_from(building.GRAINS)
        ),
        min_size=3,
        max_size=3,
    ),
)
@building.examples(30)
def test_every_metric_by_anything_over_anything_equals_the_slow_computation(data, world, late_by, questions) -> None:
    snapshot = published(data, world, late_by)
    for period, chosen, by, grain in questions:
        compare(snapshot, world[0], over(snapshot, period, **chosen), by, grain)


@given(building.worlds(), building.spans(), st.sampled_from(building.GRAINS))
@building.examples(12)
def test_nothing_chosen_split_by_every_grain_equals_the_slow_computation(data, world, period, grain) -> None:
    snapshot = published(data, world)
    compare(snapshot, world[0], over(snapshot, period), [], grain)
    compare(snapshot, world[0], over(snapshot, period), ["unit"], grain)


@given(building.worlds())
@building.examples(8)
def test_stocks_equal_the_slow_computation_on_every_single_day(data, world) -> None:
    for late_by in ("date", "minute"):
        snapshot = published(data, world, late_by)
        compare(snapshot, world[0], filters(snapshot, "2024-01-25", "2024-06-05"), [], "day")


# --- Units of each day, and units of today ---

# Two communes became one, and a third one another, in the middle of the data.
HEIRS = {"A": "M", "B": "M", "C": "N"}
MERGED = """unit,name,level,valid_from,valid_to
P,Sở Tư pháp,province,,
D,Huyện,district,,
A,Xã A,commune,,2024-03-14
B,Xã B,commune,,2024-03-14
C,Xã C,commune,,2024-03-14
M,Xã Mới,commune,2024-03-15,
N,Xã Khác,commune,2024-03-15,
"""
RENAMED = "unit,name,level\nP,Sở Tư pháp,province\nD,Huyện,district\nM,Xã Mới,commune\nN,Xã Khác,commune\n"


@pytest.fixture(scope="module")
def merging(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with references of an area before and after a merger, and of one that always was as after."""
    data = tmp_path_factory.mktemp("merging")
    for name, units in (("then", MERGED), ("now", RENAMED)):
        building.reference_folder(
            data / "reference" / name, name, service_models="", units=units, targets="metric,value,source\n"
        )
    lines = "".join(f"{old},{new},2024-03-15,whole,yes,\n" for old, new in HEIRS.items())
    (data / "reference" / "then" / "successors.csv").write_text(
        "old,new,from,kind,default,law\n" + lines, encoding="utf-8"
    )
    return data


@given(
    building.worlds(),
    building.spans(),
    building.splits(),
    st.none() | st.sampled_from(building.GRAINS),
    st.sampled_from([(), ("M",), ("D", "M"), ("N",)]),
)
@building.examples(12)
def test_a_unit_of_today_has_the_figures_of_all_that_it_follows(merging, world, period, by, grain, units) -> None:
    rows, as_of = world
    today = [row | {name: HEIRS.get(row[name], row[name]) for name in ("unit", "receiving_unit")} for row in rows]
    then = building.publish(merging, rows, as_of, merging / "reference" / "then").under("now")
    now = building.publish(merging, today, as_of, merging / "reference" / "now")
    found = query.run(then, ALL, over(then, period, units=units), by, grain)
    expected = query.run(now, ALL, over(now, period, units=units), by, grain)
    pd.testing.assert_frame_equal(found, expected)
    assert then.labels == now.labels
    listed = query.records(then, over(then, period, units=units), "received").rows
    pd.testing.assert_frame_equal(listed, query.records(now, over(now, period, units=units), "received").rows)


@given(building.worlds(), st.sampled_from(building.GRAINS))
@building.examples(8)
def test_both_views_have_the_same_totals_and_carry_on_what_is_open(merging, world, grain) -> None:
    rows, as_of = world
    then = building.publish(merging, rows, as_of, merging / "reference" / "then")
    asked = filters(then, "2024-01-01", "2024-04-30")
    pd.testing.assert_frame_equal(query.run(then.under("now"), ALL, asked), query.run(then, ALL, asked))
    months = query.run(then.under("now"), ["open", "carried_in"], filters(then, *YEAR), ["unit"], grain)
    for _, unit in months.groupby("unit"):
        assert unit["carried_in"].dropna().tolist()[1:] == unit["open"].dropna().tolist()[:-1]


# --- Where periods and tables meet ---

TURNS = [
    date.fromisoformat(f"2024-{day}")
    for day in "01-01 01-14 01-15 01-16 01-31 02-01 02-14 02-15 02-29 03-01 03-14 03-15 03-31 04-01".split()
]


@pytest.fixture(scope="module")
def turning(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, list[slow.Dossier]]:
    """Dossiers received, due and ended on every pair of days around the turns of months and half months."""
    rows = numbered(
        dossier(
            unit=UNITS[(n + m) % 4],
            channel=building.CHANNELS[(n + m) % 3],
            received_at=received,
            due_at=TURNS[(3 * n + 5 * m) % len(TURNS)],
            **({"finished_at": ended} if ended else {}),
        )
        for n, received in enumerate(TURNS)
        for m, ended in enumerate([*TURNS, None])
        if ended is None or ended >= received
    )
    return building.publish(tmp_path_factory.mktemp("data"), rows, date(2024, 4, 20)), rows


@pytest.mark.slow
@pytest.mark.parametrize("start", TURNS, ids=str)
def test_every_span_between_turning_days_equals_the_slow_computation(turning, start: date) -> None:
    snapshot, rows = turning
    for end in TURNS:
        if end >= start:
            compare(snapshot, rows, filters(snapshot, start, end), [], None)
    compare(snapshot, rows, filters(snapshot, start, "2024-04-10"), ["unit"], None)


@pytest.mark.parametrize("grain", building.GRAINS)
@pytest.mark.parametrize("start", ["2023-11-20", "2024-01-15", "2024-02-03"])
def test_every_grain_over_turning_days_equals_the_slow_computation(turning, grain: str, start: str) -> None:
    snapshot, rows = turning
    compare(snapshot, rows, filters(snapshot, start, "2024-04-25"), ["channel"], grain)


@pytest.mark.slow
@pytest.mark.parametrize("start", TURNS, ids=str)
@pytest.mark.parametrize("by", [["unit"], ["weekday", "listed"]], ids="-".join)
def test_weeks_cut_by_any_day_equal_the_slow_computation(turning, start: date, by: list[str]) -> None:
    snapshot, rows = turning
    for days in (0, 5, 6, 7, 20):
        compare(snapshot, rows, filters(snapshot, start, start + datetime.timedelta(days)), by, "week")


@pytest.mark.parametrize("start", TURNS, ids=str)
def test_as_many_dossiers_stand_behind_a_stock_on_every_turning_day(turning, start: date) -> None:
    snapshot, _ = turning
    for end in (start, start + datetime.timedelta(days=14)):
        whole = total(snapshot, filters(snapshot, start, end))
        for name in (
            "carried_in",
            "open",
            "open_within",
            "open_overdue",
            "received",
            "resolved",
            "late",
            "due",
            "due_missed",
        ):
            page = query.records(snapshot, filters(snapshot, start, end), name, limit=100_000)
            assert page.total == len(page.rows) == whole[name], name


# --- Identities ---


@given(building.worlds(), building.spans(), building.choices(), building.splits())
@building.examples(20)
def test_the_identities_hold_in_every_row(data, world, period, chosen, by) -> None:
    snapshot = published(data, world)
    assume(period.end >= snapshot.start)
    for row in query.run(snapshot, ALL, over(snapshot, period, **chosen), by=by).to_dict("records"):
        assert row["carried_in"] + row["received"] == row["handled"] == row["resolved"] + row["open"]
        assert row["resolved"] == row["early"] + row["on_day"] + row["withdrawn"] + row["late"]
        assert row["on_time"] == row["resolved"] - row["late"]
        assert row["open"] == row["open_within"] + row["open_overdue"]
        assert row["due_soon"] <= row["open_within"]
        assert row["due"] == row["due_on_time"] + row["due_missed"]
        assert row["received"] == row["online"] + row["counter"] + row["postal"]
        assert row["model_kept"] <= row["model_due"] <= row["model_received"] <= row["received"]
        assert row["undated"] <= row["on_day"]
        assert all(row[name] >= 0 for name in COUNTS)


@given(building.worlds(), building.choices(), st.sampled_from(["date", "minute"]))
@building.examples(10)
def test_what_missed_its_deadline_is_late_or_overdue_or_was_withdrawn_past_it(data, world, chosen, late_by) -> None:
    """Over all days up to the data date; and each dossier falls due at most once, whatever the days are cut into."""
    snapshot = published(data, world, late_by)
    asked = filters(snapshot, "2023-01-01", snapshot.as_of, **chosen)
    whole = total(snapshot, asked)
    missed = whole["late"] + whole["open_overdue"]
    assert missed <= whole["due_missed"] <= missed + whole["withdrawn"]
    assert whole["due"] <= whole["received"] - whole["undated"]
    later = total(snapshot, replace(asked, end=date(2025, 1, 1)))
    assert later["due"] == whole["due"], "what is due after the data date is not decided yet"


@given(building.worlds(), building.spans(), building.choices(), st.sampled_from(building.GRAINS))
@building.examples(15)
def test_what_is_open_is_carried_into_the_next_period(data, world, period, chosen, grain) -> None:
    snapshot = published(data, world)
    assume(period.end >= snapshot.start)
    asked = over(snapshot, period, **chosen)
    following = Period(period.end + datetime.timedelta(days=1), period.end + datetime.timedelta(days=9))
    stocks = ["carried_in", "open"]
    carried_in, still_open = query.run(snapshot, stocks, asked).iloc[0]
    assert query.run(snapshot, stocks, asked.over(following))["carried_in"].iloc[0] == still_open
    rows = query.run(snapshot, stocks, asked, grain=grain).dropna()
    assert list(rows["open"]) == [*rows["carried_in"][1:], still_open]
    assert rows["carried_in"].iloc[0] == carried_in


@given(building.worlds(), building.spans(), building.choices())
@building.examples(8)
def test_the_sum_over_any_dimension_is_the_total(data, world, period, chosen) -> None:
    snapshot = published(data, world)
    assume(period.end >= snapshot.start)
    asked = over(snapshot, period, **chosen)
    whole = total(snapshot, asked)
    for dimension in (*DIMENSIONS, *BESIDE):
        parts = query.run(snapshot, COUNTS, asked, by=[dimension])
        assert parts[COUNTS].sum().to_dict() == {name: whole[name] for name in COUNTS}


@given(building.worlds(), building.spans(), st.sampled_from(building.GRAINS))
@building.examples(12)
def test_flows_of_all_periods_add_up_to_the_whole(data, world, period, grain) -> None:
    snapshot = published(data, world)
    flows = [name for name in COUNTS if name not in (*STOCKS_AT_START, *STOCKS_AT_END, "handled")]
    assume(period.end >= snapshot.start)
    whole = total(snapshot, over(snapshot, period))
    rows = query.run(snapshot, flows, over(snapshot, period), grain=grain)
    assert rows[flows].sum().to_dict() == {name: whole[name] for name in flows}


@given(
    world=building.worlds(),
    kind=st.sampled_from(["month", "quarter", "half", "year", "month_15", "quarter_15", "half_15", "year_15"]),
    day=st.dates(date(2023, 12, 1), AS_OF),
    by=st.sampled_from([[], ["unit"], ["field", "channel"]]),
    grain=st.sampled_from([None, "month", "quarter", "month_15", "quarter_15"]),
)
@building.examples(20)
def test_whole_half_months_give_what_their_days_give(data, world, kind, day, by, grain) -> None:
    """Whole half months are read from another table than days; all weekdays chosen forces the daily one."""
    snapshot = published(data, world)
    asked = over(snapshot, containing(kind, day))
    by_day = replace(asked, weekdays=tuple(range(1, 8)))
    found, expected = (query.run(snapshot, ALL, each, by=by, grain=grain) for each in (asked, by_day))
    if by not in ([], ["unit"]):  # a group that was closed before the period may be a row of zeros or none
        found, expected = (each[each[COUNTS].any(axis=1)].reset_index(drop=True) for each in (found, expected))
    pd.testing.assert_frame_equal(found, expected, check_dtype=not found.empty)


@given(building.worlds(), building.spans(), building.choices())
@building.examples(8)
def test_the_parts_of_a_ratio_are_given_on_demand(data, world, period, chosen) -> None:
    snapshot = published(data, world)
    rates = [name for name, metric in FIGURES.items() if metric.is_rate]
    for row in query.run(snapshot, rates, over(snapshot, period, **chosen), by=["unit"], parts=True).to_dict("records"):
        for name in rates:
            top, bottom = row[f"{name}_n"], row[f"{name}_d"]
            assert same(row[name], top / bottom if bottom > 0 else None)


# --- Empty things ---


def test_periods_without_dossiers_are_rows(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, [dossier(finished_at="2024-03-06")])
    for grain in building.GRAINS:
        asked = filters(snapshot, *YEAR)
        rows = query.run(snapshot, ["received", "open", "on_time_rate"], asked, grain=grain)
        assert list(rows["period"].dt.date) == [p.start for p in between(grain, asked.start, asked.end)]
        assert rows["received"].sum() == 1
        assert rows["on_time_rate"].notna().sum() == 1


def test_units_without_dossiers_are_rows_unless_the_filters_leave_them_out(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, [dossier(unit="A")])
    asked = filters(snapshot, *YEAR)
    assert list(query.run(snapshot, ["received"], asked, by=["unit"])["unit"]) == sorted(UNITS)
    communes = replace(asked, levels=("commune",))
    assert list(query.run(snapshot, ["received"], communes, by=["unit"])["unit"]) == ["A", "B", "C"]
    both = replace(communes, units=("B", "D"))
    assert list(query.run(snapshot, ["received"], both, by=["unit"])["unit"]) == ["B"]


def test_an_empty_selection_counts_zero_and_has_no_rates(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, [dossier(unit="A", procedure="birth")])
    row = total(snapshot, filters(snapshot, *YEAR, units=("C",), fields=("land",)))
    assert all(row[name] == 0 for name in COUNTS)
    assert all(math.isnan(row[name]) for name in set(ALL) - set(COUNTS))
    assert query.run(snapshot, ALL, filters(snapshot, *YEAR, units=("C",)), by=["field"]).empty
    nothing = query.records(snapshot, filters(snapshot, *YEAR, units=("C",)), "received")
    assert (nothing.total, len(nothing.rows)) == (0, 0)


def test_before_the_data_nothing_is_known_and_after_it_there_are_only_stocks(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, [dossier(received_at="2024-03-04", due_at="2024-03-05")])
    before = total(snapshot, filters(snapshot, "2020-01-01", "2020-12-31"))
    assert all(math.isnan(figure) for figure in before.values())
    assert query.records(snapshot, filters(snapshot, "2020-01-01", "2020-12-31"), "open").total == 0
    after = total(snapshot, filters(snapshot, "2025-01-01", "2025-12-31"))
    assert (after["received"], after["carried_in"], after["open"], after["open_overdue"]) == (0, 1, 1, 1)


@pytest.mark.parametrize(
    "asked", [{"metrics": ["on_tiem"]}, {"by": ["commune"]}, {"by": ["unit", "unit"]}, {"grain": "decade"}]
)
def test_an_unknown_metric_dimension_or_grain_is_the_askers_error(tmp_path: Path, asked) -> None:
    snapshot = building.publish(tmp_path, [dossier()])
    with pytest.raises(UserError):
        query.run(snapshot, **{"metrics": ["received"], "filters": filters(snapshot, *YEAR)} | asked)


# --- The dossiers behind a number ---


@pytest.mark.slow
@given(building.worlds(), st.sampled_from(["date", "minute"]), building.spans(), building.choices())
@building.examples(8)
def test_behind_every_number_stand_exactly_as_many_dossiers(data, world, late_by, period, chosen) -> None:
    snapshot = published(data, world, late_by)
    asked = over(snapshot, period, **chosen)
    whole = query.run(snapshot, ALL, asked, parts=True).fillna(0).iloc[0]
    for name, metric in FIGURES.items():
        page = query.records(snapshot, asked, name)
        if metric.format == "days":
            expected = whole[f"{name}_d"]  # the finished dossiers whose times are averaged
        else:
            expected = whole[f"{name}_n"] if metric.denominator else whole[name]
        assert page.total == len(page.rows) == expected, name
        assert page.rows["dossier_id"].is_unique


def test_a_clicked_unit_lists_the_dossiers_of_that_unit(tmp_path: Path) -> None:
    rows = numbered(dossier(unit=unit, channel=channel) for unit in "ABD" for channel in ("online", "counter"))
    snapshot = building.publish(tmp_path, rows)
    page = query.records(snapshot, filters(snapshot, *YEAR).narrow("unit", "B"), "received")
    assert set(page.rows["unit"]) == {"B"}
    assert page.total == 2


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A hundred dossiers; many share their unit, their moments and their due dates."""
    start = date(2024, 3, 1)
    rows = numbered(
        dossier(
            unit=UNITS[n % 4],
            procedure=building.PROCEDURES[n % 3],
            received_at=start + datetime.timedelta(days=n % 7),
            due_at=start + datetime.timedelta(days=n % 5 + 7) if n % 6 else None,
            **({"finished_at": start + datetime.timedelta(days=n % 11 + 7)} if n % 4 else {}),
        )
        for n in range(100)
    )
    return building.publish(tmp_path_factory.mktemp("data"), rows)


@pytest.mark.parametrize("sort", [*query.RECORD_COLUMNS, "days_late"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_hold_every_row_once_in_order(hundred: Snapshot, sort: str, descending: bool) -> None:
    asked = filters(hundred, *YEAR)
    pages = [
        query.records(hundred, asked, "received", sort=sort, descending=descending, offset=offset, limit=23)
        for offset in range(0, 100, 23)
    ]
    assert {page.total for page in pages} == {100}
    assert [len(page.rows) for page in pages] == [23, 23, 23, 23, 8]
    together = pd.concat([page.rows for page in pages], ignore_index=True)
    assert sorted(together["dossier_id"]) == [f"H59-{n:04}" for n in range(1, 101)]
    if sort not in ("unit", "procedure"):  # these two are in the order of their names
        known = together[sort].dropna()
        assert list(known.index) == list(range(len(known))), "what is missing comes last"
        assert known.is_monotonic_decreasing if descending else known.is_monotonic_increasing


def test_units_are_sorted_by_name_in_vietnamese_order(tmp_path: Path) -> None:
    names = {"P": "Đại An", "D": "Ân Thi", "A": "An Hòa", "B": "Dân Tiến", "C": "Ấm Hạ"}
    units = "unit,name,level,parent\n" + "".join(f"{unit},{name},commune,\n" for unit, name in names.items())
    folder = building.reference_folder(tmp_path / "reference", units=units, service_models="")
    snapshot = building.publish(tmp_path, numbered(dossier(unit=unit) for unit in names), references=folder)
    page = query.records(snapshot, filters(snapshot, *YEAR), "received", sort="unit")
    found = [names[unit] for unit in page.rows["unit"]]
    assert found == sorted(names.values(), key=collation_key)
    assert found == ["An Hòa", "Ấm Hạ", "Ân Thi", "Dân Tiến", "Đại An"]


def test_days_late_count_to_the_end_of_the_dossier_or_of_the_period(tmp_path: Path) -> None:
    rows = numbered([
        dossier(received_at="2024-03-01", due_at="2024-03-10T08:00:00", finished_at="2024-03-12T07:00:00"),
        dossier(received_at="2024-03-01", due_at="2024-03-10"),
        dossier(received_at="2024-03-01"),
        dossier(received_at="2024-03-01", due_at="2024-03-10", finished_at="2024-03-08"),
    ])  # fmt: skip
    snapshot = building.publish(tmp_path, rows)
    page = query.records(snapshot, filters(snapshot, "2024-03-01", "2024-03-31"), "received", sort="dossier_id")
    assert [None if pd.isna(days) else int(days) for days in page.rows["days_late"]] == [2, 21, None, -2]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("dai an", {"A"}),
        ("ĐẠI AN", {"A"}),
        ("  đại   an ", {"A"}),
        ("Đại An", {"A"}),  # the same letters, decomposed
        ("quang huu", {"B"}),
        ("ket hon", {"P", "D", "A", "B"}),
        ("h59-0001", {"P"}),
        ("H59-0001", {"P"}),
        ("0001", {"P"}),
        ("không có gì", set()),
        ("'; drop table dossiers; --", set()),
        ("%", set()),
        ("_", set()),
        ("x" * 10_000, set()),
    ],
)
def test_search_finds_ids_and_names_without_diacritics(tmp_path: Path, search: str, expected: set[str]) -> None:
    snapshot = building.publish(tmp_path, numbered(dossier(unit=unit, procedure="marriage") for unit in "PDAB"))
    page = query.records(snapshot, filters(snapshot, *YEAR), "received", search=search)
    assert set(page.rows["unit"]) == expected
    assert page.total == len(page.rows)


@pytest.mark.parametrize("sort", ["name", "received_at; drop table dossiers", ""])
def test_a_list_is_sorted_by_its_columns_only(hundred: Snapshot, sort: str) -> None:
    with pytest.raises(UserError):
        query.records(hundred, filters(hundred, *YEAR), "received", sort=sort)


def test_a_list_of_an_unknown_metric_is_the_askers_error(hundred: Snapshot) -> None:
    with pytest.raises(UserError):
        query.records(hundred, filters(hundred, *YEAR), "received or true")


def test_figures_do_not_depend_on_the_order_of_what_is_asked(hundred: Snapshot) -> None:
    asked = filters(hundred, *YEAR)
    forwards = query.run(hundred, ALL, asked, by=["unit", "channel"], grain="month")
    backwards = query.run(hundred, ALL[::-1], asked, by=["channel", "unit"], grain="month")
    backwards = backwards.sort_values(["period", "unit", "channel"], ignore_index=True)[list(forwards.columns)]
    pd.testing.assert_frame_equal(forwards, backwards)


def test_one_figure_alone_is_what_it_is_among_all(hundred: Snapshot) -> None:
    asked = filters(hundred, "2024-03-03", "2024-03-20")
    together = total(hundred, asked)
    for name in ALL:
        assert query.run(hundred, [name], asked)[name].iloc[0] == pytest.approx(together[name], nan_ok=True)


def test_queries_run_side_by_side_on_one_connection(hundred: Snapshot) -> None:
    asked = [filters(hundred, "2024-03-01", date(2024, 3, 1 + n)) for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda each: query.run(hundred, ["received", "open"], each), asked))
    for result, each in zip(found, asked, strict=True):
        pd.testing.assert_frame_equal(result, query.run(hundred, ["received", "open"], each))
    assert snapshots.connect(hundred) is snapshots.connect(hundred)
