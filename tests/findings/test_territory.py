"""Communes stand near where they lie, each on a tile of its own, and show what the other pages say."""

import csv
import html
import io
import itertools
import math
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from cchc import charts
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS
from cchc.figures.query import Run
from cchc.findings import compliance, summary, territory
from cchc.rules import boundaries, national
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language
from tests import building
from tests.building import dossier, filters, numbered

# Hưng Yên: 104 communes and wards since 01/07/2025, of which Mỹ Hào is one.
PROVINCE = "33"
START, END = date(2025, 6, 1), date(2025, 8, 31)
CHANGE = date(2025, 7, 1)


def units_of(province: str, folder: Path) -> dict[str, boundaries.Unit]:
    path = folder / "units.csv"
    path.write_bytes(national.tables(province)["units.csv"])
    return boundaries.read_units(path)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A month before the change of units and two after it: 6 to 45 dossiers a commune and month, some late."""
    folder = tmp_path_factory.mktemp("province")
    tables = {name.split(".")[0]: content.decode() for name, content in national.tables(PROVINCE).items()}
    references = building.reference_folder(folder / "reference", units=tables["units"], service_models="")
    (references / "targets.csv").write_text("metric,level,unit,value,source\n", encoding="utf-8")
    (references / "successors.csv").write_text(tables["successors"], encoding="utf-8")
    rows, random = [], np.random.default_rng(33)
    for unit in csv.DictReader(io.StringIO(tables["units"])):
        if unit["level"] != "commune":
            continue
        late = 0.5 if unit["name"] == "Phường Mỹ Hào" else 0.05
        for first in (START,) if unit["valid_to"] else (CHANGE, date(2025, 8, 1)):
            for _ in range(random.integers(6, 45) if not unit["valid_to"] else 2):
                day = first + timedelta(int(random.integers(0, 20)))
                taken = 6 if random.random() < late else 2
                rows.append(
                    dossier(
                        unit=unit["unit"], received_at=day, due_at=day + timedelta(4),
                        finished_at=day + timedelta(taken),
                    )
                )  # fmt: skip
    return building.publish_whole(folder / "data", numbered(rows), END, references)


# --- Where they lie ---


@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=4),
        st.tuples(st.floats(8.5, 23.3), st.floats(102.2, 109.4)) | st.just((20.9, 106.4)),
        max_size=60,
    )
)
def test_every_commune_has_a_tile_of_its_own_whatever_the_order(places: dict[str, national.Place]) -> None:
    cells = territory.layout(places)
    assert cells.keys() == places.keys()
    assert len(set(cells.values())) == len(places)
    assert cells == territory.layout(dict(reversed(places.items())))
    for axis in range(2):
        used = sorted({cell[axis] for cell in cells.values()})
        assert not used or used[0] == 0
        assert all(other - one <= 2 for one, other in itertools.pairwise(used))


@pytest.mark.parametrize("province", national.provinces())
def test_north_is_up_and_neighbours_stay_near_in_every_province(province: str, tmp_path: Path) -> None:
    today = [unit for unit in units_of(province, tmp_path).values() if unit.is_valid(date(2026, 1, 1))]
    communes = [unit.id for unit in today if unit.level == "commune"]
    places = national.places(today)
    assert sorted(places) == sorted(communes)
    cells = territory.layout(places)
    columns, rows = np.array([cells[unit] for unit in communes]).T
    latitude, longitude = np.array([places[unit] for unit in communes]).T
    assert spearmanr(rows, -latitude).statistic > 0.9
    assert spearmanr(columns, longitude).statistic > 0.9
    near = 0
    for n in range(len(communes)):
        away = np.hypot(latitude - latitude[n], (longitude - longitude[n]) * math.cos(math.radians(latitude[n])))
        closest = int(np.argsort(away, kind="stable")[1])
        near += max(abs(columns[n] - columns[closest]), abs(rows[n] - rows[closest])) <= 2
    assert near / len(communes) > 0.85


def test_a_former_commune_lies_where_the_one_that_follows_it_does(tmp_path: Path) -> None:
    """Also where its code was given again: each lies for itself."""
    units = units_of("31", tmp_path)
    places = national.places(units.values())
    former = [unit for unit in units.values() if unit.level == "commune" and unit.valid_to < CHANGE]
    heirs = {row["old"]: row["new"] for row in csv.DictReader(io.StringIO(
        national.tables("31")["successors.csv"].decode())) if row["default"]}  # fmt: skip
    assert len(former) > 100
    for unit in former:
        if unit.id in heirs and heirs[unit.id] in places:
            assert places[unit.id] == places[heirs[unit.id]]
    assert national.places([]) == {}


# --- What they show ---


def test_communes_of_the_last_day_show_what_is_asked_of_each(run: Run, snapshot: Snapshot) -> None:
    asked = filters(snapshot, START, END)
    found = territory.survey(run, snapshot, asked, "received", months=True)
    counted = run(["received"], asked, by=["unit"]).set_index("unit")["received"]
    assert len(found.cells) == len(found.shown.values) == 104
    assert found.nowhere == ()
    assert found.ended == sum(unit.level == "commune" and unit.valid_to < CHANGE
                              for unit in snapshot.references.units.values())  # fmt: skip
    for unit, shown in found.shown.values.items():
        assert shown.value == counted[unit]
    months = [each.period.start for each in found.months]
    assert months == [START, CHANGE, date(2025, 8, 1)]
    assert not found.months[0].judged
    for unit, value in found.shown.values.items():
        assert sum(month.values[unit].value for month in found.months[1:]) == value.value


def test_who_keeps_deadlines_less_than_others_is_hatched_and_few_dossiers_are_not_judged(
    run: Run, snapshot: Snapshot
) -> None:
    found = territory.survey(run, snapshot, filters(snapshot, CHANGE, END), "on_time_rate", months=False)
    names = {unit.id: unit.name for unit in snapshot.references.units.values()}
    [worst] = [unit for unit, (standing, z) in found.standings.items() if standing == "different" and z < 0]
    assert names[worst] == "Phường Mỹ Hào"
    drawn = charts.tile_map(found, names, (), "light", "vi")
    assert drawn is not None
    for trace in drawn["data"]:
        for (unit, _, said), hatch in zip(trace["customdata"], trace["marker"]["pattern"]["shape"], strict=True):
            value, of, is_judged = found.shown.values[unit]
            assert is_judged == (of >= METRICS["on_time_rate"].minimum)
            assert (trace["name"].startswith("Không xét")) == (not is_judged)
            assert (hatch == "/") == (unit == worst)
            if is_judged:
                low, high = (
                    float(re.sub(r"[ %\u00a0]", "", end).replace(",", ".")) / 100 for end in trace["name"].split("–")
                )
                assert low <= value <= high
            assert METRICS["on_time_rate"].show(value, "vi") in said


@pytest.mark.parametrize("last", [END, date(2025, 7, 31)])
def test_month_by_month_only_the_months_that_were_judged_are_hatched(run: Run, snapshot: Snapshot, last: date) -> None:
    found = territory.survey(run, snapshot, filters(snapshot, CHANGE, last), "on_time_rate", months=True)
    assert any(standing == "different" for standing, _ in found.standings.values())
    drawn = charts.tile_map(
        found, {unit.id: unit.name for unit in snapshot.references.units.values()}, (), "dark", "vi"
    )
    assert drawn is not None
    hatched = [any(any(each["marker"]["pattern"]["shape"]) for each in frame["data"]) for frame in drawn["frames"]]
    assert hatched == [month.period == found.shown.period for month in found.months]
    assert ("Gạch chéo" in territory.reading(found).vi) == any(hatched)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", territory.SHOWN)
def test_every_metric_is_drawn_with_every_commune_once_in_every_month(
    run: Run, snapshot: Snapshot, metric: str, language: Language
) -> None:
    found = territory.survey(run, snapshot, filters(snapshot, CHANGE, END), metric, months=True)
    names = {unit.id: f"<b>{unit.name}" for unit in snapshot.references.units.values()}
    drawn = charts.tile_map(found, names, (next(iter(found.cells)),), "dark", language)
    assert drawn is not None
    for traces in (drawn["data"], *(frame["data"] for frame in drawn["frames"])):
        units = [row[0] for trace in traces for row in trace["customdata"]]
        assert sorted(units) == sorted(found.shown.values)
        assert sum(width == 2.5 for trace in traces for width in trace["marker"]["line"]["width"]) == 1
        assert not any("<b><b>" in row[2] for trace in traces for row in trace["customdata"])
    assert [step["label"] for step in drawn["layout"]["sliders"][0]["steps"]] == [
        each.period.label(language) for each in found.months
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_small_picture_says_of_every_commune_what_the_large_one_does(
    run: Run, snapshot: Snapshot, theme: charts.Theme
) -> None:
    asked = filters(snapshot, CHANGE, END)
    small = territory.glance(snapshot, asked, compliance.among(summary.units_now(run, snapshot, asked)))
    assert small is not None
    assert str(small) == str(territory.survey(run, snapshot, asked, "on_time_rate", months=False))  # NaN is no NaN
    names = {unit.id: f"<b>{unit.name}" for unit in snapshot.references.units.values()}
    large, drawn = charts.tile_map(small, names, (), theme, "vi"), charts.tile_picture(small, names, theme, "vi")
    assert large is not None
    assert "<b>" not in drawn
    looks = re.findall(
        r'<i(?: class="(\w+)")? style="background-color:(#\w+);grid-area:(\d+)/(\d+)[^"]*" title="(.*?)">', drawn
    )
    told = {title: (mark, colour, int(column) - 1, int(row) - 1) for mark, colour, row, column, title in looks}
    assert len(told) == len(looks) == 104
    for trace in large["data"]:
        marks = zip(trace["customdata"], trace["marker"]["pattern"]["shape"], trace["x"], trace["base"], strict=True)
        for (unit, _, _), hatch, column, row in marks:
            value = METRICS["on_time_rate"].show(small.shown.values[unit].value, "vi")
            mark = {"/": "less", ".": "more", "": ""}[hatch]
            assert told[f"{html.escape(names[unit])}: {value}"] == (mark, trace["marker"]["color"], column, row)
        assert not trace["x"] or html.escape(trace["name"]) in drawn
    assert "kém mức thường thấy" in drawn


def test_where_a_small_picture_would_say_nothing_there_is_none(run: Run, snapshot: Snapshot, tmp_path: Path) -> None:
    def glance(run: Run, snapshot: Snapshot, asked: Filters) -> territory.Territory | None:
        return territory.glance(snapshot, asked, compliance.among(summary.units_now(run, snapshot, asked)))

    of_all = filters(snapshot, CHANGE, END)
    ids = [unit for unit in snapshot.references.units if unit.endswith("@2025-07-01")][:9]
    assert glance(run, snapshot, of_all)
    assert glance(run, snapshot, replace(of_all, units=tuple(ids))) is None
    assert glance(run, snapshot, filters(snapshot, CHANGE, CHANGE)) is None  # hardly anything ends on the first day
    rows = [dossier(unit=unit, received_at="2024-05-02", finished_at="2024-05-03") for unit in "ABC" * 30]
    few = building.publish_whole(tmp_path, numbered(rows))
    assert glance(building.run_of(few), few, filters(few, "2024-05-01", "2024-05-31")) is None
    alike = territory.survey(run, snapshot, of_all, "on_time_rate", months=False)
    same = {unit: territory.Value(0.99, 90, is_judged=True) for unit in alike.shown.values}
    alike = replace(alike, shown=replace(alike.shown, values=same), standings={})
    assert charts.tile_picture(alike, dict.fromkeys(same, "Xã"), "light", "vi") == ""


@pytest.mark.parametrize("late", [0, 1])
def test_no_class_reaches_beyond_all_or_none(tmp_path: Path, late: int) -> None:
    rows = [
        dossier(unit=unit, received_at="2024-05-02", due_at="2024-05-06", finished_at=f"2024-05-0{3 + 4 * late}")
        for unit in "ABC"
    ]
    alike = building.publish_whole(tmp_path, numbered(rows * 30))
    asked = filters(alike, "2024-05-01", "2024-05-31")
    found = territory.survey(building.run_of(alike), alike, asked, "on_time_rate", months=False)
    drawn = charts.tile_map(found, {unit: unit for unit in "ABC"}, (), "light", "vi")
    assert drawn is not None
    [name] = [trace["name"] for trace in drawn["data"] if trace["x"]]
    low, high = (float(re.sub(r"[ %\u00a0]", "", end).replace(",", ".")) for end in name.split("–"))
    assert 0 <= low <= 100 * (1 - late) <= high <= 100


@pytest.mark.parametrize("metric", territory.SHOWN)
def test_the_answer_names_the_lowest_and_the_highest_and_counts_those_that_tie(
    run: Run, snapshot: Snapshot, metric: str
) -> None:
    found = territory.survey(run, snapshot, filters(snapshot, CHANGE, END), metric, months=False)
    names = {unit.id: unit.name for unit in snapshot.references.units.values()}
    said = territory.answer(found, names).vi
    judged = {unit: each.value for unit, each in found.shown.values.items() if each.is_judged}
    if judged:
        for value in (min(judged.values()), max(judged.values())):
            shown = METRICS[metric].show(value, "vi")
            alike = [unit for unit in judged if METRICS[metric].show(judged[unit], "vi") == shown]
            who = names[alike[0]] if len(alike) == 1 else f"{len(alike)} xã"
            assert (f"{shown} ({who})" if len(alike) < len(judged) else f"cả {who} ở mức {shown}") in said
        assert f"{len(judged)} xã" in said
    else:
        assert said.startswith("Chưa xã nào")


def test_an_area_whose_codes_nobody_knows_still_shows_every_commune(tmp_path: Path) -> None:
    rows = [
        dossier(unit=unit, received_at="2024-05-02", due_at="2024-05-06", finished_at="2024-05-03") for unit in "AB"
    ]
    small = building.publish_whole(tmp_path, numbered(rows * 15))
    found = territory.survey(building.run_of(small), small, filters(small, "2024-05-01", "2024-05-31"),
                             "on_time_rate", months=False)  # fmt: skip
    assert (found.cells, found.nowhere) == ({}, ("A", "B", "C"))
    drawn = charts.tile_map(found, {unit: unit for unit in "ABC"}, (), "light", "en")
    assert drawn is not None
    assert sum(len(trace["x"]) for trace in drawn["data"]) == 3
    assert "Xã Đại An" in territory.of_tiles(found, {"A": "Xã Đại An", "B": "B", "C": "C"})[1].vi
