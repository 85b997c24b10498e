"""Units, groups and years side by side: each its own line, on one scale, with the figures it has alone."""

import dataclasses
import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from plotly import graph_objects

from cchc.charts import PALETTE
from cchc.charts import together as drawn_together
from cchc.charts.together import _STYLES
from cchc.entered import groups
from cchc.figures.filters import Filters, Group
from cchc.figures.periods import Period
from cchc.findings import together
from cchc.findings.together import Line
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES
from tests import building
from tests.building import AS_OF, DATASET, dossier, run_of
from tests.pages import test_pages
from tests.pages.reading import answer
from tests.pages.test_pages import Open, drawn, texts

open_page = test_pages.open_page
SPAN = Period(datetime.date(2024, 1, 1), datetime.date(2024, 6, 30))
GROUPS = {"g": Group("g", "Ven biển", ("A", "B"))}
# In Vietnamese order: B, D's office, A, C.
NAMES = {"A": "Xã Đại An", "B": "Xã An Quảng Hữu", "C": "Thị trấn Định An", "D": "Bộ phận Một cửa"}


def rows() -> list[dict[str, Any]]:
    return [
        dossier(
            dossier_id=f"{unit}-{n}", unit=unit, received_at=f"2024-{n % 5 + 1:02}-{n % 28 + 1:02}",
            channel="online" if n % (place + 2) == 0 else "counter",
        )
        for place, unit in enumerate("ABCD") for n in range(150)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("together")
    building.publish(folder, rows())
    return folder


@pytest.fixture(scope="module")
def snapshot(data: Path) -> Snapshot:
    return building.current(data, DATASET)


def asked(snapshot: Snapshot, **chosen: Any) -> Filters:
    return building.filters(snapshot, "2024-05-01", "2024-05-31", **chosen)


def test_what_is_compared_is_what_the_link_asks_else_what_the_filters_choose(snapshot: Snapshot) -> None:
    filters = asked(snapshot)

    def ids(filters: Filters, *wanted: str) -> list[str]:
        return [side.id for side in together.sides(filters, wanted, GROUPS, NAMES)]

    assert ids(filters) == []
    assert ids(filters, "A", "C", "none", "g", "A") == ["C", "g", "A"]
    assert ids(asked(snapshot, units=("A", "D"))) == ["D", "A"]
    assert ids(asked(snapshot, units=("A",))) == []
    assert ids(filters.with_groups(GROUPS.values()).with_choice("units", ("A", "B", "C"))) == ["C", "g"]
    many = {f"{n}": f"Xã {n}" for n in range(9)}
    assert len(together.sides(filters, many, {}, many)) == together.MOST


def test_each_line_has_the_figures_it_has_alone_and_a_group_the_sum_of_its_units(snapshot: Snapshot) -> None:
    sides = together.sides(asked(snapshot), ["A", "B", "g"], GROUPS, NAMES)
    found = together.lines(run_of(snapshot), sides, ["received", "online_rate"], "month", SPAN)
    lines = {line.name: line for line in found}
    table = pd.DataFrame(rows())
    table["month"] = pd.to_datetime(table["received_at"]).dt.month
    for name, units in (("Xã Đại An", ["A"]), ("Xã An Quảng Hữu", ["B"]), ("Ven biển", ["A", "B"])):
        by_hand = table[table["unit"].isin(units)].groupby("month")["channel"]
        received, online = by_hand.size(), by_hand.apply(lambda each: (each == "online").mean())
        for period, value in lines[name].known("received").items():
            assert value == received.get(period.start.month, 0)
        for period, value in lines[name].known("online_rate").items():
            assert value == pytest.approx(online[period.start.month])
    told = together.answer(found, "online_rate")
    assert told.vi.startswith("Tỷ lệ trực tuyến, tháng 5/2024: Xã Đại An cao nhất")
    twice = [*found, next(each for each in found if each.name == "Xã Đại An")]
    twice[-1] = dataclasses.replace(twice[-1], name="Như thế")
    assert "tháng 5/2024: Xã Đại An, Như thế cao nhất" in together.answer(twice, "online_rate").vi
    named = together.table(found, lambda period: period.label("en"))
    assert (named["unit"].nunique(), set(named["period"])) == (3, {period.label("en") for period in found[0].rows})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("count", [2, 6])
def test_every_line_is_named_and_all_stand_on_one_scale_in_one_chart_or_each_in_its_own(
    language: Any, theme: Any, count: int
) -> None:
    months = [Period(datetime.date(2024, n, 1), datetime.date(2024, n, 28)) for n in range(1, 6)]
    lines = [
        Line(f"Xã <{n}>", {month: {"received": None if month.start.month == 2 else 50 + n * month.start.month}
                           for month in months})
        for n in range(count)
    ]  # fmt: skip
    for panels in (False, True):
        figure = drawn_together(lines, "received", datetime.date(2024, 5, 10), [], theme, language, panels)
        assert figure is not None
        graph_objects.Figure(figure)
        named = [trace for trace in figure["data"] if trace.get("name")]
        assert [trace["name"] for trace in named] == [f"Xã &lt;{n}&gt;" for n in range(count)]
        assert all(trace["marker"]["symbol"][-1].endswith("-open") for trace in named)
        assert all(trace["y"][1] is None for trace in named)
        said = " ".join(note["text"] for note in figure["layout"]["annotations"])
        assert all(f"Xã &lt;{n}&gt;" in said for n in range(count))
        scales = {tuple(axis["range"]) for name, axis in figure["layout"].items() if name.startswith("yaxis")}
        assert len(scales) == 1
    assert drawn_together([Line("A", {}), Line("B", {})], "received", AS_OF, [], theme, language) is None


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_names_of_lines_can_be_read_and_lines_are_told_apart_without_colour(theme: Any) -> None:
    ground = luminance(PALETTE[theme]["ground"])
    for colour, _, _ in _STYLES:
        low, high = sorted((ground, luminance(PALETTE[theme][colour])))
        assert (high + 0.05) / (low + 0.05) >= 4.5
    assert len(_STYLES) == together.MOST
    for one, other in combinations(_STYLES, 2):
        assert one[1] != other[1]
        assert one[2] != other[2]


def test_both_pages_draw_them_with_the_sum_a_click_away(open_page: Open, data: Path) -> None:
    group = groups.save(data, DATASET, "Ven biển", ("A", "B"))
    chosen = {"dataset": DATASET, "start": "2024-01-01", "end": "2024-04-30"}
    for params in ({"unit": ["A", "C"]}, {"beside": ["C", group.id]}):
        app = drawn(open_page("xu-huong", data, **chosen, metric="online_rate", **params))
        assert "cao nhất" in answer(app)
        app = drawn(open_page("xu-huong", data, **chosen, metric="online_rate", lines="sum", **params))
        assert "cao nhất" not in answer(app)
        for shape in ("beside", "years", "crossed"):
            app = drawn(open_page("tra-cuu", data, **chosen, grain="month", by="unit", shape=shape, **params))
            assert "Mỗi nơi một ô" in str(app.segmented_control) or shape != "beside"
    assert "Bỏ qua" not in " ".join(texts(app))
