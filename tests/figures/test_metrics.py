"""Every figure is declared once, in words and in columns; targets come from a table."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from cchc.figures import query
from cchc.figures.metrics import GROUPS, METRICS, STOCKS_AT_END, STOCKS_AT_START, target_for
from cchc.rules import references
from cchc.text import LANGUAGES
from tests import building
from tests.building import dossier, filters, numbered

EVERY = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


@pytest.mark.parametrize(
    ("value", "vi"), [(0.98, "98 %"), (0.985, "98,5 %"), (0.9999, "99,99 %"), (1, "100 %"), (0.29, "29 %"), (None, "–")]
)
def test_a_target_is_shown_as_it_was_set(value: float | None, vi: str) -> None:
    assert METRICS["on_time_rate"].show_target(value, "vi") == vi


def test_metrics_name_columns_that_exist(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, [dossier()])
    ledger = set(duckdb.read_parquet(str(building.file_of(snapshot, "ledger.parquet"))).columns)
    stocks = STOCKS_AT_END | STOCKS_AT_START
    for metric in METRICS.values():
        assert {stocks.get(name, name) for name in (*metric.numerator, *metric.denominator)} <= ledger, metric.name


@EVERY
def test_a_metric_is_a_count_or_a_ratio(metric) -> None:
    assert metric.format == "count" or metric.denominator
    assert metric.format != "count" or not metric.denominator
    assert (metric.quantile is None) == (metric.name not in ("median_days", "p90_days"))
    assert metric.source
    assert metric.minimum == 20


@EVERY
def test_the_dossiers_behind_every_numerator_can_be_listed(metric) -> None:
    assert set(metric.numerator) <= query.RECORDS.keys()


@EVERY
def test_a_metric_says_in_words_what_is_divided_by_what(metric) -> None:
    for language in LANGUAGES:
        words = metric.formula(language)
        assert ("/" in words) == (bool(metric.denominator) and metric.quantile is None)
        assert "_" not in words


@pytest.mark.parametrize(
    ("name", "vi"),
    [
        ("online_rate", "(trực tuyến) / (trực tuyến + trực tiếp + bưu chính công ích)"),
        ("handled", "kỳ trước chuyển sang + tiếp nhận"),
        ("on_time_rate", "(trước hạn + đúng hạn + trả lại, rút) / (đã giải quyết)"),
        (
            "on_time_rate_766",
            "(trước hạn + đúng hạn + trả lại, rút + đang giải quyết trong hạn) / (đã giải quyết + đang giải quyết)",
        ),
    ],
)
def test_a_formula_reads_as_officials_write_it(name: str, vi: str) -> None:
    assert METRICS[name].formula("vi") == vi


@pytest.mark.parametrize(
    ("name", "value", "vi", "en"),
    [
        ("received", 52447, "52.447", "52,447"),
        ("online_rate", 0.8709, "87,09 %", "87.09%"),
        ("mean_days", 3.14, "3,1", "3.1"),
        ("online_rate", float("nan"), "–", "–"),
        ("median_days", None, "–", "–"),
    ],
)
def test_a_metric_shows_its_value_in_its_own_format(name: str, value, vi: str, en: str) -> None:
    assert METRICS[name].show(value, "vi") == vi
    assert METRICS[name].show(value, "en") == en


def test_the_better_direction_is_declared_for_what_can_be_better() -> None:
    assert {
        METRICS[name].direction for name in ("late", "late_rate", "open_overdue", "open_overdue_rate", "mean_days")
    } == {"down"}
    assert {
        METRICS[name].direction for name in ("on_time_rate", "on_time_rate_766", "online_rate", "model_kept_rate")
    } == {"up"}
    assert {METRICS[name].direction for name in ("received", "carried_in", "open", "withdrawn")} == {"neither"}


# --- Targets ---


@pytest.fixture
def known(tmp_path: Path) -> references.References:
    targets = """metric,level,unit,value,valid_from,valid_to,source
on_time_rate,,,0.95,2024-01-01,,everybody
on_time_rate,commune,,0.98,2024-01-01,2024-06-30,communes
on_time_rate,,A,0.99,2024-03-01,2024-03-31,unit A
late_rate,district,,0.01,,,districts
"""
    return references.read(building.reference_folder(tmp_path, targets=targets))


@pytest.mark.parametrize(
    ("metric", "day", "unit", "source"),
    [
        ("on_time_rate", "2024-03-15", "A", "unit A"),
        ("on_time_rate", "2024-04-01", "A", "communes"),
        ("on_time_rate", "2024-03-15", "B", "communes"),
        ("on_time_rate", "2024-06-30", "B", "communes"),
        ("on_time_rate", "2024-07-01", "B", "everybody"),
        ("on_time_rate", "2024-03-15", "D", "everybody"),
        ("on_time_rate", "2024-03-15", "", "everybody"),
        ("on_time_rate", "2023-12-31", "A", None),
        ("late_rate", "2024-03-15", "D", "districts"),
        ("late_rate", "2024-03-15", "A", None),
        ("late_rate", "2024-03-15", "", None),
        ("received", "2024-03-15", "A", None),
    ],
)
def test_the_most_particular_target_in_force_counts(known, metric, day, unit, source) -> None:
    found = target_for(metric, known, date.fromisoformat(day), unit)
    assert (found.source if found else None) == source


# --- What is counted, by hand ---


def test_a_known_handful_of_dossiers_gives_known_figures(tmp_path: Path) -> None:
    """Ten dossiers of March 2024 counted on fingers."""
    rows = building.numbered([
        dossier(received_at="2024-02-20", due_at="2024-03-05", finished_at="2024-03-04"),  # carried in, early
        dossier(received_at="2024-02-20", due_at="2024-03-05", finished_at="2024-03-06"),  # carried in, late
        dossier(received_at="2024-02-20", due_at="2024-03-05"),  # carried in, open, overdue
        dossier(received_at="2024-03-04", due_at="2024-03-04T17:00:00", finished_at="2024-03-04T17:30:00"),  # on day
        dossier(received_at="2024-03-05", finished_at="2024-03-07", channel="online"),  # on day, undated
        dossier(received_at="2024-03-05", returned_at="2024-03-07", status="withdrawn", due_at="2024-03-06"),
        dossier(received_at="2024-03-11", due_at="2024-03-31", channel="online"),  # open, within: due on the last day
        dossier(received_at="2024-03-11", due_at="2024-03-12", status="waiting", channel="postal"),  # open, within
        dossier(received_at="2024-03-29", due_at="2024-04-05", finished_at="2024-04-02"),  # open at the end of March
        dossier(received_at="2024-04-01"),  # after the period
    ])  # fmt: skip
    snapshot = building.publish(tmp_path, rows)
    row = query.run(snapshot, list(METRICS), filters(snapshot, "2024-03-01", "2024-03-31")).iloc[0].to_dict()
    expected = {
        "received": 6, "carried_in": 3, "handled": 9, "resolved": 5, "early": 1, "on_day": 2, "on_time": 4, "late": 1,
        "withdrawn": 1, "undated": 1, "open": 4, "open_within": 3, "open_overdue": 1, "online": 2, "counter": 3,
        "postal": 1, "same_day": 1, "due": 6, "due_on_time": 2, "due_on_time_rate": 2 / 6,
        "clearance_rate": 5 / 6, "early_rate": 1 / 5, "on_day_rate": 2 / 5, "on_time_rate": 4 / 5,
        "late_rate": 1 / 5, "on_time_rate_766": 7 / 9, "open_overdue_rate": 1 / 4, "online_rate": 2 / 6,
        "counter_rate": 3 / 6, "postal_rate": 1 / 6, "same_day_rate": 1 / 4,
        "mean_days": (13 + 15 + 5.5 / 24 + 2) / 4,
        "median_days": 7.5, "model_received": 1, "model_due": 1,
        "model_kept": 0,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def outcome(data: Path, late_by: str, **given: object) -> str:
    folder = building.reference_folder(data / late_by, dataset=late_by, late_by=late_by)
    snapshot = building.publish(data, [dossier(received_at="2024-03-01", **given)], references=folder)
    row = query.run(
        snapshot, ["early", "on_day", "late", "withdrawn"], filters(snapshot, "2024-03-01", "2024-05-31")
    ).iloc[0]
    [found] = [name for name, count in row.items() if count]
    return found


@pytest.mark.parametrize(
    ("due", "finished", "by_date", "by_minute"),
    [
        ("2024-03-10T16:00:00", "2024-03-09T23:59:59", "early", "early"),
        ("2024-03-10T16:00:00", "2024-03-10T00:00:00", "on_day", "on_day"),
        ("2024-03-10T16:00:00", "2024-03-10T16:00:00", "on_day", "on_day"),
        ("2024-03-10T16:00:00", "2024-03-10T16:00:01", "on_day", "late"),
        ("2024-03-10T16:00:00", "2024-03-10T23:59:59", "on_day", "late"),
        ("2024-03-10T16:00:00", "2024-03-11T00:00:00", "late", "late"),
        ("2024-03-10T00:00:00", "2024-03-10T00:00:01", "on_day", "late"),
        ("2024-02-20T16:00:00", "2024-03-01T13:00:00", "late", "late"),
        (None, "2024-03-10T16:00:00", "on_day", "on_day"),
    ],
)
def test_late_is_judged_by_the_day_or_by_the_minute(
    tmp_path: Path, due, finished: str, by_date: str, by_minute: str
) -> None:
    assert outcome(tmp_path, "date", due_at=due, finished_at=finished) == by_date
    assert outcome(tmp_path, "minute", due_at=due, finished_at=finished) == by_minute


@pytest.mark.parametrize("late_by", ["date", "minute"])
def test_what_was_withdrawn_or_returned_is_never_early_on_day_or_late(tmp_path: Path, late_by: str) -> None:
    for day in ("2024-03-08", "2024-03-10", "2024-03-12"):
        assert outcome(tmp_path, late_by, due_at="2024-03-10", returned_at=day, status="withdrawn") == "withdrawn"


def test_a_dossier_without_a_due_date_is_on_day_and_undated_and_never_overdue(tmp_path: Path) -> None:
    rows = building.numbered(
        [dossier(finished_at="2024-03-20"), dossier(), dossier(finished_at="2024-03-20", status="withdrawn")]
    )
    snapshot = building.publish(tmp_path, rows)
    row = query.run(
        snapshot, ["undated", "on_day", "open_overdue", "open_within"], filters(snapshot, "2024-03-01", "2024-05-31")
    )
    assert list(row.iloc[0]) == [1, 1, 0, 1]


def due_in(data: Path, late_by: str, month: str, **given: object) -> dict[str, int]:
    """Of one dossier received on 1 March: whether it counts as due in `month` of data up to 15 March, and how. Another
    one, never due, is there since 1 February, so that February is covered."""
    folder = building.reference_folder(data / late_by, dataset=late_by, late_by=late_by)
    rows = building.numbered([dossier(**{"received_at": "2024-03-01"} | given), dossier(received_at="2024-02-01")])
    snapshot = building.publish_whole(data, rows, date(2024, 3, 15), folder)
    asked = filters(snapshot, f"{month}-01", f"{month}-28")
    row = query.run(snapshot, ["due", "due_on_time", "due_missed"], asked).iloc[0]
    return {name: int(count) for name, count in row.items() if count}


IN_TIME, MISSED, NOT_DUE = {"due": 1, "due_on_time": 1}, {"due": 1, "due_missed": 1}, {}


@pytest.mark.parametrize(
    ("given", "by_date", "by_minute"),
    [
        ({"due_at": "2024-03-08T16:00:00", "finished_at": "2024-03-04"}, IN_TIME, IN_TIME),
        ({"due_at": "2024-03-08T16:00:00", "finished_at": "2024-03-08T16:00:00"}, IN_TIME, IN_TIME),
        ({"due_at": "2024-03-08T16:00:00", "finished_at": "2024-03-08T16:00:01"}, IN_TIME, MISSED),
        ({"due_at": "2024-03-08T16:00:00", "finished_at": "2024-03-09T07:00:00"}, MISSED, MISSED),
        ({"due_at": "2024-03-08"}, MISSED, MISSED),
        # Withdrawn or returned: ended by then or not, like any other.
        ({"due_at": "2024-03-08", "returned_at": "2024-03-07", "status": "withdrawn"}, IN_TIME, IN_TIME),
        ({"due_at": "2024-03-08", "returned_at": "2024-03-11", "status": "withdrawn"}, MISSED, MISSED),
        # The clock of the deadline stands still, or there is none.
        ({"due_at": "2024-03-08", "status": "waiting"}, NOT_DUE, NOT_DUE),
        ({"finished_at": "2024-03-08"}, NOT_DUE, NOT_DUE),
        # Not past at the end of the data date: not even good news counts yet.
        ({"due_at": "2024-03-18", "finished_at": "2024-03-04"}, NOT_DUE, NOT_DUE),
        ({"due_at": "2024-03-18"}, NOT_DUE, NOT_DUE),
        ({"due_at": "2024-03-15", "finished_at": "2024-03-04"}, NOT_DUE, IN_TIME),
        ({"due_at": "2024-03-15"}, NOT_DUE, MISSED),
        ({"due_at": "2024-03-14", "finished_at": "2024-03-15"}, MISSED, MISSED),
        # Past already when it came: due on that day, and missed.
        ({"due_at": "2024-02-20"}, MISSED, MISSED),
        ({"due_at": "2024-02-20", "finished_at": "2024-03-01T13:00:00"}, MISSED, MISSED),
        ({"due_at": "2024-02-20", "received_at": "2024-03-15"}, MISSED, MISSED),
    ],
)
def test_what_fell_due_ended_by_then_or_was_missed(tmp_path: Path, given, by_date, by_minute) -> None:
    assert due_in(tmp_path, "date", "2024-03", **given) == by_date
    assert due_in(tmp_path, "minute", "2024-03", **given) == by_minute
    assert due_in(tmp_path, "date", "2024-02", **given) == due_in(tmp_path, "minute", "2024-02", **given) == NOT_DUE


def test_not_ending_late_dossiers_does_not_make_an_office_look_better(tmp_path: Path) -> None:
    """Ten are due and four missed, whether those have ended since or not; the official rate sees the ended ones."""
    kept = [dossier(due_at="2024-03-08", finished_at="2024-03-07")] * 6
    rates = []
    for name, late in (("ends", {"finished_at": "2024-03-20"}), ("leaves", {})):
        references = building.reference_folder(tmp_path / name, dataset=name)
        rows = building.numbered([*kept, *[dossier(due_at="2024-03-08", **late)] * 4])
        snapshot = building.publish(tmp_path, rows, references=references)
        asked = filters(snapshot, "2024-03-01", "2024-03-31")
        rates.append(tuple(query.run(snapshot, ["on_time_rate", "due_on_time_rate"], asked).iloc[0]))
    assert rates == [(0.6, 0.6), (1.0, 0.6)]


@pytest.mark.parametrize(
    ("late_by", "given", "overdue"),
    [
        # Open and past the due date at the end of the day: from the day after it to the day before the end.
        ("date", {"due_at": "2024-03-10T08:00:00"}, range(11, 16)),
        ("minute", {"due_at": "2024-03-10T08:00:00"}, range(10, 16)),
        ("date", {"due_at": "2024-03-10", "finished_at": "2024-03-13"}, range(11, 13)),
        ("minute", {"due_at": "2024-03-10", "finished_at": "2024-03-13"}, range(10, 13)),
        ("date", {"due_at": "2024-03-10", "finished_at": "2024-03-11"}, ()),
        ("minute", {"due_at": "2024-03-10", "finished_at": "2024-03-10T23:00:00"}, ()),
        ("date", {"due_at": "2024-03-01"}, range(8, 16)),  # due before it was received
        ("minute", {"due_at": "2024-03-01"}, range(8, 16)),
        ("date", {"due_at": "2024-03-10", "status": "waiting"}, ()),
        ("date", {"due_at": "2024-03-15"}, ()),
        ("date", {}, ()),
    ],
)
def test_what_is_overdue_is_so_day_by_day(tmp_path: Path, late_by: str, given, overdue) -> None:
    folder = building.reference_folder(tmp_path / "reference", late_by=late_by)
    # The other one is never due: it makes the days before the receipt of this one days the data covers.
    found = building.numbered([dossier(received_at="2024-03-08", **given), dossier(received_at="2024-03-05")])
    snapshot = building.publish_whole(tmp_path, found, date(2024, 3, 15), folder)
    asked = filters(snapshot, "2024-03-05", "2024-03-20")
    rows = query.run(snapshot, ["open", "open_within", "open_overdue"], asked, grain="day")
    known = rows[rows["period"] <= "2024-03-15"]
    assert [day.day for day in known["period"][known["open_overdue"] == 1]] == list(overdue)
    assert (rows["open"] == rows["open_within"] + rows["open_overdue"]).all()
    # After the as-of date nothing is known to change.
    assert len(rows[rows["period"] >= "2024-03-15"].drop(columns="period").drop_duplicates()) == 1


@pytest.mark.parametrize(
    ("name", "top", "known"),
    [("components_digitised_rate", "components_digitised", 2), ("result_digitised_rate", "result_digitised", 2)],
)
def test_what_is_unknown_is_in_neither_part_of_a_ratio(tmp_path: Path, name: str, top: str, known: int) -> None:
    rows = building.numbered(dossier(finished_at="2024-03-05", **{top: value}) for value in (True, False, None, None))
    snapshot = building.publish(tmp_path, rows)
    row = query.run(snapshot, [name], filters(snapshot, "2024-03-01", "2024-03-31"), parts=True).iloc[0]
    assert (row[name], row[f"{name}_n"], row[f"{name}_d"]) == (0.5, 1, known)


def test_who_gave_four_or_five_points_is_satisfied_and_who_gave_none_is_not_asked(tmp_path: Path) -> None:
    ratings = [None, 1, 2, 3, 4, 5]
    rows = [dossier(finished_at="2024-03-05", rating=rating) for rating in ratings]
    rows += [dossier(returned_at="2024-03-05", status="withdrawn", rating=5), dossier(rating=1)]
    late = [dossier(finished_at="2024-04-01", rating=1)]
    snapshot = building.publish(tmp_path, building.numbered(rows + late))
    asked = filters(snapshot, "2024-03-01", "2024-03-31")
    row = query.run(snapshot, ["satisfaction_rate"], asked, parts=True).iloc[0]
    assert (row["satisfaction_rate_n"], row["satisfaction_rate_d"]) == (2, 5)
    assert METRICS["satisfaction_rate"].formula("vi") == (
        "hồ sơ được chấm 4 hoặc 5 điểm / hồ sơ giải quyết xong có điểm đánh giá"
    )


def test_only_known_payments_of_due_fees_count(tmp_path: Path) -> None:
    cases = [(fee, paid) for fee in (True, False, None) for paid in (True, False, None)]
    snapshot = building.publish(
        tmp_path, building.numbered(dossier(fee_due=fee, paid_online=paid) for fee, paid in cases)
    )
    row = query.run(snapshot, ["online_payment_rate"], filters(snapshot, "2024-03-01", "2024-03-31"), parts=True).iloc[
        0
    ]
    assert (row["online_payment_rate_n"], row["online_payment_rate_d"]) == (1, 2)


def test_withdrawn_dossiers_are_in_no_time_and_no_result(tmp_path: Path) -> None:
    ends = {"result_digitised": True, "finished_at": "2024-03-04T18:00:00"}
    rows = building.numbered([dossier(**ends), dossier(**ends, status="withdrawn")])
    snapshot = building.publish(tmp_path, rows)
    names = ["same_day", "same_day_rate", "mean_days", "median_days", "result_digitised_rate"]
    row = query.run(snapshot, names, filters(snapshot, "2024-03-01", "2024-03-31"), parts=True).iloc[0]
    assert (row["same_day"], row["same_day_rate"], row["mean_days"], row["median_days"]) == (1, 1.0, 0.25, 0.25)
    assert row["result_digitised_rate_d"] == row["mean_days_d"] == 1


def test_a_reader_chooses_every_figure_from_one_group_rates_first() -> None:
    grouped = [name for _, names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(METRICS)
    for _, names in GROUPS.values():
        kinds = [METRICS[name].format == "count" for name in names]
        assert kinds == sorted(kinds)
        assert METRICS[names[0]].is_rate


# Filed, received, whether within eight working hours; None where that is not asked. 8 March 2024 was a Friday.
ACCEPTED = [
    ("2024-03-07T08:00:00", "2024-03-08T08:00:00", True),
    ("2024-03-07T08:00:00", "2024-03-08T08:00:01", False),
    ("2024-03-07T12:00:00", "2024-03-08T13:30:00", True),
    ("2024-03-07T05:00:00", "2024-03-07T23:00:00", True),
    ("2024-03-07T17:00:00", "2024-03-08T23:00:00", True),
    ("2024-03-07T17:00:00", "2024-03-11T07:00:01", False),
    ("2024-03-08T16:00:00", "2024-03-11T16:00:00", True),
    ("2024-03-09T09:00:00", "2024-03-12T07:00:00", True),
    ("2024-03-09T09:00:00", "2024-03-12T07:00:01", False),
    ("2024-03-07", "2024-03-08T16:00:00", True),
    ("2024-03-07", "2024-03-11T08:00:00", False),
    ("2024-01-02T08:00:00", "2024-03-11T08:00:00", False),
    ("2024-03-08T09:00:00", "2024-03-08T08:00:00", None),
]


@pytest.mark.parametrize(("filed", "received", "expected"), ACCEPTED)
def test_an_online_dossier_is_accepted_in_time_within_eight_working_hours(filed, received, expected, tmp_path) -> None:
    filed = filed if "T" in filed else f"{filed}T00:00:00"
    rows = [dossier(channel=channel, submitted_at=filed, received_at=received) for channel in ("online", "counter")]
    snapshot = building.publish_whole(tmp_path, numbered(rows), date(2024, 3, 31))
    march = filters(snapshot, "2024-03-01", "2024-03-31")
    found = building.run_of(snapshot)(["accepted_in_time_rate"], march, parts=True).iloc[0]
    assert found["accepted_in_time_rate_d"] == (expected is not None)
    assert expected is None or bool(found["accepted_in_time_rate"]) == expected
