"""The demo data of a province: real units across 01/07/2025, assumed dossiers, counters, systems and models."""

from datetime import date, datetime, time
from pathlib import Path

import pandas as pd
import pytest

from cchc import demo, reports
from cchc.config import REFERENCE
from cchc.figures import filters, query
from cchc.figures.periods import Period
from cchc.findings import dossier, evaluation, trends
from cchc.findings.evaluation import Evaluation
from cchc.rules import national, references
from cchc.rules.boundaries import BOUNDARIES, Boundaries
from cchc.store.snapshots import Snapshot
from tests import building
from tests.pages import test_pages
from tests.pages.test_pages import Open, component, drawn

pytestmark = pytest.mark.slow
open_page = test_pages.open_page
KNOWN = references.read(REFERENCE / "hung-yen")
MERGER = date(2025, 7, 1)
NOON = datetime(2026, 11, 28, 12)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("province")
    demo.publish_all(folder, datasets=["hung-yen"])
    return folder


@pytest.fixture(scope="module")
def snapshot(data: Path) -> Snapshot:
    return building.current(data, "hung-yen")


@pytest.fixture(scope="module")
def frame(snapshot: Snapshot) -> pd.DataFrame:
    read = pd.read_parquet(building.rows_of(snapshot))
    return read.assign(received_on=pd.to_datetime(read["received_on"]))


def test_its_units_and_mergers_are_those_of_the_country() -> None:
    for name, content in national.tables("33").items():
        assert (REFERENCE / "hung-yen" / name).read_bytes() == content
    today = [unit for unit in KNOWN.units.values() if unit.is_valid(date(2026, 1, 1))]
    assert len([unit for unit in today if unit.level == "commune"]) == 104
    assert {"Phường Mỹ Hào", "Phường Đường Hào", "Phường Thượng Hồng"} <= {unit.name for unit in today}


def test_every_dossier_is_of_a_unit_of_its_day_and_every_commune_has_some(frame: pd.DataFrame) -> None:
    assert frame["dossier_id"].is_unique
    for unit, days in frame.groupby("unit")["received_on"]:
        assert KNOWN.units[str(unit)].is_valid(days.min().date())
        assert KNOWN.units[str(unit)].is_valid(days.max().date())
    since = frame[frame["received_on"] >= pd.Timestamp(MERGER)]
    assert since["unit"].nunique() == 105
    assert since.groupby("unit").size().min() > 50


def test_counters_and_systems_are_named_since_the_merger(frame: pd.DataFrame) -> None:
    since = frame["received_on"] >= pd.Timestamp(MERGER)
    assert frame.loc[~since, "receiving_unit"].isna().all()
    assert 0.04 < (frame.loc[since, "receiving_unit"] != frame.loc[since, "unit"]).mean() < 0.08
    assert frame.groupby(since)["source"].nunique().to_dict() == {False: 1, True: 2}
    assert frame["result_digitised"].notna().any()


def test_on_saturdays_only_the_model_receives_and_only_in_its_hours(frame: pd.DataFrame) -> None:
    [model] = [each for each in KNOWN.models if each.promises == ("open",)]
    free = ~frame["received_on"].isin(
        [day for day in frame["received_on"].unique() if KNOWN.calendar.is_working(day.date())]
    )
    assert set(frame.loc[free, "model"]) == {model.id}
    assert set(frame.loc[free, "unit"]) == set(model.units)
    assert frame.loc[free, "received_at"].dt.time.between(time(7, 30), time(11, 30)).all()
    assert (frame["received_at"].max(), frame["finished_at"].max()) < (pd.Timestamp(2026, 11, 1),) * 2
    assert (frame["finished_at"].isna() | (frame["finished_at"] >= frame["received_at"])).all()


def test_the_same_seed_gives_the_same_dossiers(snapshot: Snapshot, data: Path) -> None:
    [again] = demo.publish_all(data, datasets=["hung-yen"])
    assert again.id == snapshot.id
    assert snapshot.demo


def test_units_of_another_time_are_in_no_list_of_units(snapshot: Snapshot) -> None:
    asked = filters.defaults(snapshot)
    for month, count in ((date(2026, 10, 1), 105), (date(2024, 9, 1), 401)):
        over = asked.over(Period(month, month.replace(day=28)))
        assert len(query.run(snapshot, ["received"], over, by=["unit"])) == count
        # Where former communes were split, those that share one stand together.
        today = query.run(snapshot.under("now"), ["received"], over, by=["unit"])["unit"]
        known = snapshot.under("now").references.units
        communes = [unit for unit in today if known[unit].level == "commune"]
        assert len(communes) == len([each for each in known.values() if each.level == "commune"]) < 105


@pytest.mark.parametrize("boundaries", BOUNDARIES)
def test_trends_over_the_merger_are_those_of_the_units_there_are_at_its_end(
    snapshot: Snapshot, open_page: Open, data: Path, boundaries: Boundaries
) -> None:
    over = {"start": "2025-05-01", "end": "2025-08-31", "boundaries": boundaries}
    app = drawn(open_page("xu-huong", data, dataset="hung-yen", **over))
    shown = {tile["id"] for tile in component(app, "tiles")["tiles"]} - {""}
    units = snapshot.under(boundaries).references.units.values()
    assert shown == {unit.id for unit in units if unit.is_valid(date(2025, 8, 31))}


def test_its_models_are_compared_with_the_units_of_their_day(snapshot: Snapshot) -> None:
    found = evaluation.evaluations(building.run_of(snapshot), snapshot, filters.defaults(snapshot))
    thursday, saturday = found
    assert isinstance(thursday, Evaluation)
    assert len(thursday.design.others) == 96
    assert saturday.access.received == (saturday.promises.total["model_received"].iloc[0]) > 300


def test_models_are_there_whatever_units_the_figures_are_by(snapshot: Snapshot, open_page: Open, data: Path) -> None:
    """Their marks in charts, cards and papers, and what they promised a dossier: as by the units of each day."""
    now = snapshot.under("now")
    names = [model.name for model in KNOWN.models]
    asked, today = filters.defaults(snapshot), filters.defaults(now)
    assert set(names) <= {mark.name for mark in trends.markers(now, today)}
    [shown] = {now.references.stands[unit] for unit in ("12004@2025-07-01",)}
    [mark] = [each for each in trends.markers(now, today.narrow("unit", shown)) if each.name == names[0]]
    assert (shown != "12004@2025-07-01", mark.day) == (True, KNOWN.models[0].start.day)
    overview = drawn(open_page("tong-quan", data, dataset="hung-yen", boundaries="now"))
    [cards] = [each.value for each in overview.get("html") if '<div class="models">' in each.value]
    assert all(name.vi in cards for name in names)
    for kind in reports.kinds(snapshot):
        if kind.startswith("mo-hinh") or kind == "bao-cao-thu-sau":
            papers = [
                reports.find(kind, each).prepare(reports.Asked(building.run_of(each), each, over, data, "", NOON))
                for each, over in ((snapshot, asked), (now, today))
            ]
            assert papers[0] == papers[1]
    row = {"model": KNOWN.models[0].id}
    assert dossier.model_of(row, now) == dossier.model_of(row, snapshot) == KNOWN.models[0]


@pytest.mark.parametrize("boundaries", ["then", "now"])
def test_every_page_draws_a_hundred_communes(open_page: Open, data: Path, boundaries: str) -> None:
    slugs = ("tong-quan", "tuan-thu", "xu-huong", "so-do", "tra-cuu", "ho-so", "bao-cao", "hop", "du-lieu")
    for slug in (*slugs, "khong-hen", "thu-bay"):
        drawn(open_page(slug, data, dataset="hung-yen", boundaries=boundaries))
