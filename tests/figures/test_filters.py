"""A question travels as a link and as SQL; what is stale is dropped and said, what is hostile does nothing."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.figures import query
from cchc.figures.filters import PARAMETERS, Filters, default_period, defaults, from_params, parse, strict
from cchc.figures.periods import Period
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import dossier, filters, numbered


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Dossiers of all units from 2023-12-08 to 2024-05-31."""
    rows = [dossier(unit=unit, received_at="2023-12-08T08:00:00", finished_at="2024-02-01", receiving_unit=unit,
                    source=building.SOURCES[unit in "PD"], desk=building.DESKS[unit in "PA"],
                    service_level=building.SERVICE_LEVELS[unit in "DA"])
            for unit in building.UNITS]  # fmt: skip
    return building.publish(tmp_path_factory.mktemp("data"), numbered(rows))


def round_trip(asked: Filters, snapshot: Snapshot, current: bool = True) -> Filters:
    found, dropped = from_params(asked.to_params(snapshot, current), snapshot)
    assert dropped == []
    return found


HOSTILE = [
    "'; drop table dossiers; --", "A') or true --", '"', "\\", "\0", "%", "A\nB", "x" * 100_000, "Xã Đại An", "🏛️",
    "", " ", "A;B", "A,B", "a", "null", "None", "$start", "{unit}", "../../etc", "<script>alert(1)</script>",
]  # fmt: skip


# --- Links ---


@given(building.spans(), building.choices())
def test_a_link_opens_the_question_it_was_made_from(snapshot: Snapshot, period: Period, chosen) -> None:
    asked = filters(snapshot, period.start, period.end, **chosen)
    assert round_trip(asked, snapshot) == asked
    assert round_trip(asked, snapshot, current=False) == asked
    assert strict(urlencode(asked.to_params(snapshot), doseq=True), snapshot) == asked


def test_the_default_question_needs_no_parameters_but_its_dataset(snapshot: Snapshot) -> None:
    assert defaults(snapshot).to_params(snapshot) == {"dataset": ["tra-cu"]}
    assert from_params({}, snapshot) == (defaults(snapshot), [])


def test_a_link_names_its_snapshot_when_that_is_not_the_current_one(snapshot: Snapshot) -> None:
    asked = defaults(snapshot)
    assert asked.to_params(snapshot, current=False)["snapshot"] == [snapshot.id]
    assert "snapshot" not in asked.to_params(snapshot)


def test_a_link_holds_ids_and_repeats_parameters(snapshot: Snapshot) -> None:
    asked = filters(snapshot, "2024-01-15", "2024-02-14", units=("A", "B"), weekdays=(4, 5))
    assert asked.to_params(snapshot) == {
        "dataset": ["tra-cu"], "start": ["2024-01-15"], "end": ["2024-02-14"],
        "unit": ["A", "B"], "weekday": ["4", "5"],
    }  # fmt: skip


def test_values_said_twice_or_in_another_order_are_the_same_question(snapshot: Snapshot) -> None:
    once, _ = from_params({"unit": ["A", "B"], "weekday": ["1", "5"]}, snapshot)
    twice, dropped = from_params({"unit": ["B", "A", "B"], "weekday": ["5", "1", "5"]}, snapshot)
    assert (twice, dropped) == (once, [])


def test_a_stale_link_opens_with_what_is_still_valid_and_says_what_it_dropped(snapshot: Snapshot) -> None:
    params = {
        "unit": ["A", "29999"],
        "channel": ["fax"],
        "start": ["2024-02-30"],
        "end": ["2024-03-10"],
        "weekday": ["8"],
    }
    found, dropped = from_params(params, snapshot)
    assert (found.units, found.channels, found.weekdays) == (("A",), (), ())
    assert found.period == Period(snapshot.start, date(2024, 3, 10))
    assert len(dropped) == 4
    for text in (each[language] for each in dropped for language in ("vi", "en")):
        assert any(word in text for word in ("29999", "fax", "2024-02-30", "8"))


@pytest.mark.parametrize(
    "params",
    [
        {"start": ["31/12/2023"]},
        {"start": ["2024-13-01"]},
        {"start": [""]},
        {"start": []},
        {"start": ["2024-02-01", "2024-03-01"]},
        {"start": ["0001-01-01"]},
        {"start": ["9999-12-31"]},
        {"end": ["9999-12-31"]},
        {"end": ["1899-12-31"]},
        {"start": ["2024-03-02"], "end": ["2024-03-01"]},
        {"start": ["hôm nay"], "end": ["mai"]},
    ],
)
def test_a_period_that_cannot_be_meant_gives_the_default_one(snapshot: Snapshot, params) -> None:
    found, dropped = from_params(params, snapshot)
    assert found == defaults(snapshot)
    assert dropped
    with pytest.raises(UserError):
        strict(urlencode(params, doseq=True) or "start=", snapshot)


def test_one_end_of_a_period_is_enough(snapshot: Snapshot) -> None:
    assert from_params({"start": ["2024-02-01"]}, snapshot)[0].period == Period(date(2024, 2, 1), snapshot.as_of)
    assert from_params({"end": ["2024-02-01"]}, snapshot)[0].period == Period(snapshot.start, date(2024, 2, 1))
    late = date(2024, 7, 1)
    assert from_params({"start": ["2024-07-01"]}, snapshot)[0].period == Period(late, late)


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("parameter", [*PARAMETERS[2:]])
def test_a_hostile_value_is_dropped_and_said_shortly(snapshot: Snapshot, parameter: str, value: str) -> None:
    found, dropped = from_params({parameter: [value]}, snapshot)
    assert found == defaults(snapshot)
    assert len(dropped) == 1
    assert len(dropped[0].vi) < 200
    query.run(snapshot, ["received"], found)


@given(
    st.dictionaries(
        st.sampled_from(["unit", "level", "weekday", "start", "end", "source", "x"]),
        st.lists(st.text(max_size=12), max_size=3),
    )
)
def test_no_link_whatever_breaks_a_page(snapshot: Snapshot, params) -> None:
    found, _ = from_params(params, snapshot)
    assert found.start <= found.end
    found.previous(snapshot.as_of)
    found.year_before(snapshot.as_of)
    assert round_trip(found, snapshot) == found
    assert found.describe(snapshot.references, "vi")


def test_no_year_a_link_may_name_is_too_far_for_comparisons(snapshot: Snapshot) -> None:
    for params in ({"start": ["1900-01-01"], "end": ["1900-01-01"]}, {"start": ["2200-12-31"], "end": ["2200-12-31"]},
                   {"start": ["1900-01-01"], "end": ["2200-12-31"]}):  # fmt: skip
        found, dropped = from_params(params, snapshot)
        assert dropped == []
        for each in (found, found.previous(found.end), found.year_before(found.end)):
            query.run(snapshot, ["received", "open"], each, grain="year")


# --- A command line does not guess ---


def test_strict_takes_the_string_of_a_link_with_or_without_its_question_mark(snapshot: Snapshot) -> None:
    text = "start=2024-01-01&end=2024-03-31&unit=A&unit=B&level=commune"
    expected = filters(snapshot, "2024-01-01", "2024-03-31", units=("A", "B"), levels=("commune",))
    assert strict(text, snapshot) == strict(f"?{text}", snapshot) == expected
    assert strict("", snapshot) == defaults(snapshot)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("unit=Z", "Z"),
        ("units=A", "units"),
        ("start=2024-02-30", "2024-02-30"),
        ("weekday=0", "weekday"),
        ("weekday=", "weekday"),
        ("unit=A&unit=Z", "Z"),
        ("start=2024-05-01&end=2024-01-01", "2024-05-01"),
        ("level=village", "village"),
        ("__proto__=1", "__proto__"),
    ],
)
def test_strict_raises_and_names_what_it_does_not_know(snapshot: Snapshot, text: str, named: str) -> None:
    with pytest.raises(UserError) as caught:
        strict(text, snapshot)
    assert named in caught.value.text.vi
    assert named in caught.value.text.en


def test_parsing_keeps_blank_and_repeated_values() -> None:
    assert parse("?unit=A&unit=&start=2024-01-01&x=%C4%90") == {"unit": ["A", ""], "start": ["2024-01-01"], "x": ["Đ"]}


# --- SQL ---


@given(building.spans(), building.choices())
def test_the_condition_is_constant_text_and_its_values_are_bound(snapshot: Snapshot, period: Period, chosen) -> None:
    asked = filters(snapshot, period.start, period.end, **chosen)
    text, values = asked.where()
    hostile = {name: ("'; drop table x; --",) * len(some) for name, some in chosen.items()}
    assert replace(asked, **hostile).where()[0] == text
    assert values == {f"{name}{number}": value for name, some in chosen.items() for number, value in enumerate(some)}
    assert all(len(re.findall(rf"\${name}\b", text)) == 1 for name in values)
    assert text.count("$") == len(values)


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_value_inside_a_question_selects_nothing_and_harms_nothing(snapshot: Snapshot, value: str) -> None:
    asked = filters(snapshot, "2023-12-01", "2024-05-31", units=(value,), procedures=(value,), sources=(value,))
    assert asked.where()[0] == replace(asked, units=("A",), procedures=("birth",), sources=("Bộ",)).where()[0]
    assert query.run(snapshot, ["received"], asked)["received"].iloc[0] == 0
    assert query.records(snapshot, asked, "received").total == 0
    assert query.run(snapshot, ["received"], filters(snapshot, "2023-12-01", "2024-05-31"))["received"].iloc[0] == 5


# --- Periods and words ---


def test_narrowing_replaces_the_choice_of_one_dimension(snapshot: Snapshot) -> None:
    asked = filters(snapshot, "2024-01-01", "2024-01-31", units=("A", "B"), channels=("online",))
    assert asked.narrow("unit", "D") == replace(asked, units=("D",))
    assert asked.narrow("weekday", 5) == replace(asked, weekdays=(5,))


@given(building.spans(), building.choices())
def test_comparing_changes_the_period_alone(snapshot: Snapshot, period: Period, chosen) -> None:
    asked = filters(snapshot, period.start, period.end, **chosen)
    assert asked.previous(period.end) == asked.over(period.previous())
    assert asked.year_before(period.end) == asked.over(period.year_before())
    assert replace(asked.previous(period.start), start=asked.start, end=asked.end) == asked


@pytest.mark.parametrize(
    ("received", "as_of", "start", "end"),
    [
        ("2023-12-08", "2024-05-31", "2024-05-01", "2024-05-31"),
        ("2023-12-08", "2024-05-30", "2024-04-01", "2024-04-30"),
        ("2023-12-08", "2024-01-05", "2023-12-01", "2023-12-31"),
        ("2024-05-02", "2024-05-20", "2024-05-02", "2024-05-20"),
        ("2024-05-20", "2024-05-20", "2024-05-20", "2024-05-20"),
    ],
)
def test_a_page_opens_with_the_last_month_covered_to_its_end(tmp_path: Path, received, as_of, start, end) -> None:
    snapshot = building.publish(tmp_path, [dossier(received_at=received)], as_of=date.fromisoformat(as_of))
    assert default_period(snapshot) == Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("chosen", "vi", "en"),
    [
        ({}, "Huyện Trà Cú, quý I/2024", "Tra Cu district, Q1 2024"),
        ({"units": ("A",)}, "Huyện Trà Cú, quý I/2024, Xã Đại An", "Tra Cu district, Q1 2024, Xã Đại An"),
        (
            {"units": ("A", "B"), "channels": ("online",), "levels": ("commune",), "weekdays": (4,)},
            "Huyện Trà Cú, quý I/2024, cấp xã, 2 đơn vị, trực tuyến, thứ Năm",
            "Tra Cu district, Q1 2024, commune, 2 units, online, Thursday",
        ),
        (
            {"fields": ("civil",), "procedures": ("birth",)},
            "Huyện Trà Cú, quý I/2024, Hộ tịch, Đăng ký khai sinh",
            "Tra Cu district, Q1 2024, Civil status, Đăng ký khai sinh",
        ),
    ],
)
def test_a_question_is_described_in_the_readers_language(snapshot: Snapshot, chosen, vi: str, en: str) -> None:
    asked = filters(snapshot, "2024-01-01", "2024-03-31", **chosen)
    assert asked.describe(snapshot.references, "vi") == vi
    assert asked.describe(snapshot.references, "en") == en


@pytest.mark.parametrize("parameter", sorted(set(PARAMETERS) - {"dataset", "snapshot"}))
def test_what_is_left_out_of_a_link_is_named_in_vietnamese(snapshot: Snapshot, parameter: str) -> None:
    _, [said, *_] = from_params({parameter: ["?"]}, snapshot)
    assert re.match(rf"Bỏ qua (?!{parameter} )\D+ \({parameter} = \?\)", said.vi)
