"""What is due soon: the list, who has it, and how often such dossiers miss, held against months nobody had seen."""

import io
import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc import exports
from cchc.figures import query
from cchc.findings import due_soon
from cchc.rules.worktime import Calendar
from cchc.schema import DOSSIER
from cchc.statistics import compare
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, number
from tests import building, slow
from tests.building import dossier, filters, numbered

# Days left, told a second time: after the day, up to and with the due date.
DAY = timedelta(days=1)


def left(snapshot: Snapshot, day: date, due: date) -> int:
    days = [day + DAY * n for n in range(1, max((due - day).days, 0) + 1)]
    return len([each for each in days if snapshot.references.calendar.is_working(each)])


def counted(rows: list[building.Dossier], snapshot: Snapshot) -> dict[tuple[str, int], tuple[int, int]]:
    """Of the dossiers due in the year up to the data date: how many were open on the last day with so many working days
    left, and how many of these missed; day by day, by procedure and days left."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for row in rows:
        known = slow.judged(row, snapshot.references, snapshot.as_of)
        if not known["deadline"] or known["deadline"] <= snapshot.as_of - timedelta(days=365):
            continue
        due = row["due_at"].date()
        days = [due - DAY * n for n in range((due - known["received_on"]).days + 1)]
        for wanted in range(4):
            last = next((day for day in days if left(snapshot, day, due) == wanted), None)
            if last and slow.is_open(known, last):
                watched, missed = found.get((row["procedure"], wanted), (0, 0))
                found[row["procedure"], wanted] = (watched + 1, missed + (not known["in_time"]))
    return found


@given(building.worlds(), st.sampled_from(["date", "minute"]))
@building.examples(15)
def test_misses_are_counted_as_day_by_day(tmp_path_factory, world, late_by: str) -> None:
    rows, as_of = world
    data = tmp_path_factory.mktemp("data")
    references = building.reference_folder(data / "reference", late_by=late_by)
    snapshot = building.publish(data, rows, as_of, references)
    found = {
        (row["procedure"], row["days_left"]): (row["watched"], row["missed"])
        for row in query.misses(snapshot).to_dict("records")
    }
    assert found == counted(rows, snapshot)


@given(building.worlds(), building.choices())
@building.examples(10)
def test_the_list_the_groups_and_the_figure_are_one(tmp_path_factory, world, chosen) -> None:
    rows, as_of = world
    snapshot = building.publish(tmp_path_factory.mktemp("data"), rows, as_of)
    asked = due_soon.on_data_date(snapshot, filters(snapshot, "2024-02-01", "2024-02-29", **chosen))
    figure = int(query.run(snapshot, ["due_soon"], asked)["due_soon"].iloc[0])
    page = query.records(snapshot, asked, "due_soon", sort="due_at", limit=1000)
    assert page.total == len(page.rows) == figure
    assert page.rows["due_at"].is_monotonic_increasing
    for by in ("unit", "procedure"):
        groups = due_soon.groups(snapshot, asked, by)
        parts = query.run(snapshot, ["due_soon"], asked, by=[by])
        wanted = {row[by]: row["due_soon"] for row in parts.to_dict("records") if row["due_soon"]}
        assert dict(zip(groups[by], groups["due_soon"], strict=True)) == wanted
    said = due_soon.answer(snapshot, asked)
    for language in LANGUAGES:
        assert not figure or f" {number(figure, language)} " in said[language]
    shown = exports.readable_soon(page.rows, snapshot, asked, "vi")
    assert list(shown["days_left"]) == [left(snapshot, as_of, due.date()) for due in page.rows["due_at"]]
    assert shown["days_left"].le(3).all()


def months(snapshot_day: str, **given: Any) -> list[building.Dossier]:
    """Twenty-four dossiers due on Friday 10 May of which six miss, and one due soon on the data date."""
    rows = [dossier(received_at="2024-05-02", due_at="2024-05-10", finished_at="2024-05-13" if n < 6 else "2024-05-10",
                    **given) for n in range(24)]  # fmt: skip
    return numbered([*rows, dossier(received_at="2024-05-20", due_at=snapshot_day, **given)])


def test_a_share_is_said_with_its_range_where_enough_is_known(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, months("2024-06-04"), date(2024, 5, 31))
    asked = filters(snapshot, "2024-05-31", "2024-05-31")
    [row] = due_soon.groups(snapshot, asked, "unit").to_dict("records")
    # Two working days left, 3 and 4 June; all three levels hold the same six of twenty-four.
    assert (row["due_soon"], row["next_day"]) == (1, 0)
    assert row["share"] == pytest.approx(0.25, abs=0.01)
    assert row["low"] < 0.25 < row["high"]
    assert due_soon.span(row, "vi") == f"{number(row['low'] * 100, 'vi', 2)}–{number(row['high'] * 100, 'vi', 2)}"


def test_where_little_is_known_no_share_is_said(tmp_path: Path) -> None:
    rows = months("2024-06-04")[10:]
    snapshot = building.publish(tmp_path, rows, date(2024, 5, 31))
    asked = filters(snapshot, "2024-05-31", "2024-05-31")
    [row] = due_soon.groups(snapshot, asked, "unit").to_dict("records")
    assert math.isnan(row["share"])
    assert due_soon.span(row, "vi") == ""
    assert "chưa đủ dữ liệu" in due_soon.answer(snapshot, asked).vi
    assert "too little is known" in due_soon.answer(snapshot, asked).en


def test_the_files_hold_the_list_with_what_is_left_and_how_often_such_miss(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, months("2024-06-04"), date(2024, 5, 31))
    asked = filters(snapshot, "2024-05-31", "2024-05-31")
    text = exports.to_csv(snapshot, asked, "due_soon", "", "vi").decode("utf-8-sig")
    heads, line = text.splitlines()[-2:]
    assert "Còn (ngày làm việc),Loại này thường trễ" in heads
    assert line.startswith("H59-0025,")
    sheet = openpyxl.load_workbook(io.BytesIO(exports.to_xlsx(snapshot, asked, "due_soon", "", "en"))).active
    *_, last = sheet.iter_rows()
    left_days, share, low, high = last[-4:]
    assert (left_days.value, share.number_format) == (2, "0.00%")
    assert low.value < share.value < high.value


# --- Held against months nobody had seen ---


def known_on(dossiers: pa.Table, day: date) -> pa.Table:
    """The dossiers as they stood at the end of `day`: what came or ended later is not there."""
    columns = {
        "finished_at": "case when finished_at < $after then finished_at end",
        "returned_at": "case when returned_at < $after then returned_at end",
        "status": "case when status in ('done', 'withdrawn') and coalesce(finished_at, returned_at) >= $after"
                  " then 'open' else status end",
        "exported_on": "$day",
    }  # fmt: skip
    replaced = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
    sql = f"select * replace ({replaced}) from dossiers where received_at < $after"
    found = duckdb.sql(sql, params={"day": day, "after": day + DAY}).to_arrow_table()
    # What was handed over later had ended all the same.
    return found.select(DOSSIER.names).cast(DOSSIER)


def foretold(dossiers: pa.Table, references: Path, days: list[date], data: Path) -> pd.DataFrame:
    """What the list said on each of these days (share), and what came of it (missed)."""
    fates = duckdb.sql(
        "select dossier_id, coalesce(cast(coalesce(finished_at, returned_at) as date) > cast(due_at as date), true)"
        " as missed from dossiers"
    ).df()
    found = []
    for day in days:
        table = known_on(dossiers, day)
        snapshot, _ = snapshots.publish(table, references, day, building.origin(len(table)), data)
        asked = filters(snapshot, day, day)
        rows = query.records(snapshot, asked, "due_soon", limit=1_000_000).rows
        told = due_soon.with_chances(snapshot, rows.assign(due_on=rows["due_at"].dt.normalize()), pd.Timestamp(day))
        found.append(told[["dossier_id", "share"]].merge(fates, on="dossier_id"))
    return pd.concat(found, ignore_index=True)


def tenths(told: pd.DataFrame) -> pd.DataFrame:
    """Tenths of the dossiers by what was foretold: the mean share, misses seen, dossiers."""
    ordered = told.sort_values("share", kind="stable", ignore_index=True)
    places = np.arange(len(ordered)) * 10 // len(ordered)
    return ordered.groupby(places).agg(share=("share", "mean"), missed=("missed", "sum"), count=("missed", "size"))


def generated(random: np.random.Generator) -> tuple[pa.Table, str]:
    """A year of twelve procedures in three fields, some rare, that miss in few or in many cases and end on any working
    day; the table and its procedures.csv."""
    names = [f"p{n}" for n in range(12)]
    often = np.array([30, 20, 10, 1, 25, 15, 5, 0.5, 20, 10, 5, 1])
    missing = np.concatenate([random.beta(20 * mean, 20 * (1 - mean), 4) for mean in (0.05, 0.2, 0.45)])
    allowed = random.integers(3, 15, 12)
    count = 165_000
    which = random.choice(12, count, p=often / often.sum())
    calendar = Calendar()
    days = np.array([each for each in calendar.days(date(2023, 6, 1), date(2024, 12, 31)) if calendar.is_working(each)])
    day = random.integers(0, 230, count)
    due = day + allowed[which]
    misses = random.random(count) < missing[which]
    in_time = day + np.floor(random.random(count) * (allowed[which] + 1)).astype(int)
    ended = np.where(misses, due + 1 + random.geometric(0.3, count), in_time)
    moments = {name: days[each].astype("datetime64[us]") for name, each in
               (("received_at", day), ("due_at", due), ("finished_at", ended))}  # fmt: skip
    columns = {
        "dossier_id": [f"H59-{n:06}" for n in range(count)], "unit": random.choice(list("ABD"), count),
        "procedure": np.array(names)[which], "channel": ["counter"] * count, "status": ["done"] * count,
        "exported_on": [building.AS_OF] * count, **moments,
    }  # fmt: skip
    arrays = [pa.array(columns[f.name]).cast(f.type) if f.name in columns else pa.nulls(count, f.type) for f in DOSSIER]
    procedures = "procedure,name,field,days\n" + "".join(
        f"{name},Thủ tục {name},{building.FIELDS[n // 4]},{allowed[n]}\n" for n, name in enumerate(names)
    )
    return pa.Table.from_arrays(arrays, schema=DOSSIER), procedures


@pytest.mark.slow
def test_in_a_generated_area_each_tenth_misses_as_often_as_foretold(tmp_path: Path) -> None:
    """Over ten days of four months that the shares did not know: within three points."""
    dossiers, procedures = generated(np.random.default_rng(20231127))
    references = building.reference_folder(tmp_path / "area", procedures=procedures, service_models="", targets="")
    days = [date(2024, 1, 3) + timedelta(days=11 * n) for n in range(10)]
    told = foretold(dossiers, references, days, tmp_path / "data")
    assert len(told) > 10_000
    assert told["share"].max() - told["share"].min() > 0.4, "the tenths are told apart"
    found = tenths(told)
    assert (found["share"] - found["missed"] / found["count"]).abs().max() < 0.03


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["tra-cu", "thanh-ha", "my-hao"])
def test_in_the_demo_areas_each_tenth_misses_as_often_as_foretold(
    demo_data: Path, tmp_path: Path, dataset: str
) -> None:
    snapshot = building.current(demo_data, dataset)
    names = ", ".join(DOSSIER.names)
    dossiers = snapshots.connect(snapshot).cursor().sql(f"select {names} from dossiers").to_arrow_table()
    days = [snapshot.as_of - timedelta(days=n) for n in (20, 51, 82)]
    told = foretold(dossiers, snapshot.folder / "references", days, tmp_path)
    assert len(told) > 200
    # A tenth has only 50 to 150 dossiers here: further off than three points from all that chance allows is none.
    found = tenths(told)
    low, high = compare.wilson(found["missed"], found["count"])
    assert (np.maximum(low - found["share"], found["share"] - high) < 0.03).all()
