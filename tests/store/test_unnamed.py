"""Units without a name: rates to compare one's own with, and nothing that says whose they are."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.figures import query, ratios, unnamed
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period, containing
from cchc.findings import compliance
from cchc.store import unnamed as stored
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import DATASET, PROCEDURES, UNITS, Dossier, dossier, numbered
from tests.pages import test_pages
from tests.pages.test_pages import Open, texts
from tests.store.test_sights import files_of, person, seen_by

pytestmark = pytest.mark.slow

open_page = test_pages.open_page
SENSITIVE = '\n[sensitive]\nprocedures = ["birth"]\n'
MARCH = Period(date(2024, 3, 1), date(2024, 3, 31))


@pytest.fixture(scope="module", autouse=True)
def even_one() -> Iterator[None]:
    """The small area has hardly two units of a level: what they are given is looked at apart from how many it takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored, "FEWEST", 1)
        yield


def declaring(data: Path, told: str) -> Path:
    """The references of the small area with a declaration."""
    folder = building.reference_folder(data / "reference" / DATASET)
    with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write(told)
    return folder


def published(data: Path, rows: list[Dossier], more: str = "") -> Snapshot:
    """An area that shows other units without their names."""
    return building.publish_whole(data, rows, references=declaring(data, f"unnamed_others = true\n{more}"))


def seen(snapshot: Snapshot, period: Period, levels: tuple[str, ...] = ()) -> Counter[tuple[float, ...]]:
    """The figures of units without a name, in no order."""
    found = unnamed.rows(snapshot, building.filters(snapshot, period.start, period.end, levels=levels))
    return Counter() if found is None else counted(found)


def counted(rows: pd.DataFrame) -> Counter[tuple[float, ...]]:
    columns = [*unnamed.FIGURES, "on_time_rate_n", "on_time_rate_d", "undated_n", "undated_d"]
    return Counter(tuple(round(float(each), 9) for each in row) for row in rows[columns].fillna(-1).to_numpy())


def test_what_is_kept_is_all_that_the_rates_are_made_of() -> None:
    assert set(stored.COUNTS) == set(ratios.needed([METRICS[name] for name in unnamed.FIGURES], parts=True))


@building.examples(8)
@given(
    world=building.worlds(),
    units=st.sets(st.sampled_from(UNITS[:-1]), min_size=1, max_size=3),
    first=st.dates(date(2023, 12, 1), date(2024, 5, 1)),
    months=st.integers(1, 4),
    levels=st.sampled_from([(), ("commune",), ("district",)]),
)
def test_figures_without_names_are_those_of_the_other_units(world, units, first, months, levels) -> None:
    rows = [row for row in world[0] if row["unit"]]
    if not any(row["unit"] in units for row in rows):
        return
    start = first.replace(day=1)
    period = Period(start, containing("month", start + months * pd.Timedelta(days=28)).end)
    with tempfile.TemporaryDirectory() as place:
        whole = published(Path(place), rows)
        limited = seen_by(Path(place), person(("officer", units)))
        asked = building.filters(whole, period.start, period.end, levels=levels)
        every = query.run(whole, list(unnamed.FIGURES), asked, ["unit"], parts=True)
        others = every[~every["unit"].isin(units) & (every["resolved"] > 0)]
        assert seen(limited, period, levels) == counted(others)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five units that differ, over two months."""
    folder = tmp_path_factory.mktemp("unnamed")
    rows = [
        dossier(
            unit=unit, procedure=procedure, received_at=f"2024-0{month}-04", due_at=f"2024-0{month}-08",
            finished_at=f"2024-0{month}-{12 if number < 3 * place else 7:02}",
        )
        for place, unit in enumerate(UNITS)
        for month in (3, 4)
        for procedure in ("copy", "birth")
        for number in range(30 + 10 * place)
    ]  # fmt: skip
    published(folder, numbered(rows), SENSITIVE)
    return folder


def test_no_file_says_whose_they_are(data: Path) -> None:
    limited = seen_by(data, person(("officer", {"A"})))
    table = pq.read_table(limited.folder / stored.FILE)
    assert table.column_names == ["unit", "level", "month", *stored.COUNTS]
    assert sorted(set(table["unit"].to_pylist())) == list(range(1, len(UNITS)))
    content = files_of(limited).decode()
    assert not [name for name in ("An Quảng Hữu", "Định An", "Sở Tư pháp", "Một cửa huyện") if name in content]
    assert table.schema.metadata is None or b"pandas" not in table.schema.metadata


def test_numbers_are_drawn_anew_for_everybody(data: Path) -> None:
    orders = set()
    for units in ({"A"}, {"A", "X1"}, {"A", "X2"}, {"A", "X3"}, {"A", "X4"}, {"A", "X5"}):
        table = pq.read_table(seen_by(data, person(("officer", units))).folder / stored.FILE).to_pandas()
        orders.add(tuple(table.groupby("unit")["resolved"].sum()))
    assert len(orders) > 1
    assert len({tuple(sorted(order)) for order in orders}) == 1


def test_a_unit_that_is_nearly_alone_of_its_kind_is_left_out(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def levels(snapshot: Snapshot) -> list[str]:
        table = stored.read(snapshot)
        return [] if table is None else table.to_pandas().groupby("unit")["level"].first().tolist()

    monkeypatch.setattr(stored, "FEWEST", 3)
    # One office of the district, but three communes; beside one's own only two.
    assert levels(seen_by(data, person(("officer", {"P"})))) == ["commune"] * 3
    assert levels(seen_by(data, person(("officer", {"A", "P"})))) == []
    # Where one of three communes has ended, months tell which it is.
    rows = numbered([dossier(unit=unit, finished_at="2024-03-05") for unit in ("P", "A", "B", "C")])
    for last, left in (("", ["commune"] * 3), ("2024-04-30", [])):
        folder = building.reference_folder(
            tmp_path / last / "reference", targets="metric,level,unit,value,source\n", service_models="",
            units=f"unit,name,level,valid_to\nP,P,province,\nA,A,commune,\nB,B,commune,\nC,C,commune,{last}\n",
        )  # fmt: skip
        with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
            file.write("unnamed_others = true\n")
        building.publish_whole(tmp_path / last, rows, references=folder)
        assert levels(seen_by(tmp_path / last, person(("officer", {"P"})))) == left


def test_sensitive_dossiers_are_in_nobodys_figures_but_their_own(data: Path) -> None:
    whole, limited = building.current(data, DATASET), seen_by(data, person(("officer", {"A"})))
    asked = building.filters(whole, MARCH.start, MARCH.end, procedures=tuple(set(PROCEDURES) - {"birth"}))
    every = query.run(whole, list(unnamed.FIGURES), asked, ["unit"], parts=True)
    assert seen(limited, MARCH) == counted(every[every["unit"] != "A"])


def test_only_whole_months_of_everything_can_be_asked(data: Path) -> None:
    limited = seen_by(data, person(("officer", {"A"})))
    for days, more in (
        (("2024-03-01", "2024-03-30"), {}),
        (("2024-03-02", "2024-03-31"), {}),
        (("2024-03-01", "2024-03-31"), {"channels": ("online",)}),
        (("2024-03-01", "2024-03-31"), {"procedures": ("copy",)}),
        (("2024-03-01", "2024-03-31"), {"weekdays": (5,)}),
    ):
        assert unnamed.rows(limited, building.filters(limited, *days, **more)) is None
    march = building.filters(limited, MARCH.start, MARCH.end)
    assert unnamed.rows(limited.under("now"), march) is None
    assert len(unnamed.rows(limited, march)) == len(UNITS) - 1


def test_an_area_that_declares_nothing_shows_nobody_else(tmp_path: Path) -> None:
    building.publish_whole(tmp_path, numbered([dossier(), dossier(unit="B")]))
    assert not (seen_by(tmp_path, person(("officer", {"A"}))).folder / stored.FILE).exists()


def test_who_may_see_all_units_sees_their_names(data: Path) -> None:
    assert not (building.current(data, DATASET).folder / stored.FILE).exists()
    assert not (seen_by(data, person(("reader", None))).folder / stored.FILE).exists()


def test_a_declaration_that_says_neither_yes_nor_no_is_refused(tmp_path: Path) -> None:
    folder = declaring(tmp_path, 'unnamed_others = "yes"\n')
    with pytest.raises(UserError, match="unnamed_others"):
        building.publish_whole(tmp_path, numbered([dossier()]), references=folder)


def test_the_page_holds_ones_own_unit_against_others_without_a_name(data: Path, open_page: Open) -> None:
    place = seen_by(data, person(("officer", {"A"}))).folder.parents[2]
    page = open_page("tuan-thu", data=place, start="2024-03-01", end="2024-03-31")
    said = " ".join(texts(page))
    assert "không nêu tên" in said
    figure = page.get("plotly_chart")[0].proto.spec
    assert figure.count("Đơn vị khác (không nêu tên)") == len(UNITS) - 1
    assert '"?' not in figure
    limited = open_page("tuan-thu", data=place, start="2024-03-01", end="2024-03-31", channel="counter")
    assert "Chỉ có đơn vị của bạn" in " ".join(texts(limited))


def test_ones_own_unit_stands_among_all_as_in_the_whole_area(data: Path) -> None:
    whole, limited = (
        building.current(data, DATASET),
        seen_by(data, person(("officer", {"E"} if "E" in UNITS else {"C"}))),
    )
    metrics = ("resolved", "late", "on_time_rate", "late_rate")
    [unit] = limited.references.units
    asked = building.filters(limited, MARCH.start, MARCH.end)
    own = compliance.comparison(building.run_of(limited), asked, metrics, unnamed.rows(limited, asked))
    # The whole area without what is sensitive in other units.
    every = query.run(whole, metrics, building.filters(whole, MARCH.start, MARCH.end), ["unit"], parts=True)
    rest = query.run(
        whole, metrics, building.filters(whole, MARCH.start, MARCH.end, procedures=("copy",)), ["unit"], parts=True
    )
    expected = compliance.among(
        pd.concat([every[every["unit"] == unit], rest[rest["unit"] != unit]]).assign(chosen=True)
    )
    columns = ["resolved", "late", "z", "standing"]
    pd.testing.assert_frame_equal(
        own.rows[columns].reset_index(drop=True),
        expected.peers[expected.peers["unit"] == unit][columns].reset_index(drop=True),
    )
