"""An area whose office supplies outlines is shown by them, and by tiles where they cannot be used."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from plotly import graph_objects

from cchc import charts
from cchc.findings import territory
from cchc.findings.outlined import outlined
from cchc.rules import boundaries, outlines
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import dossier, filters, numbered

UNITS = "unit,code,name,level,parent,valid_from,valid_to\n" + "".join(
    f"{unit},{code},{name},commune,,{begin},\n"
    for unit, code, name, begin in (
        ("01234", "01234", "Xã Một", ""), ("11977@2023", "11977", "Phường Hai", "2023-01-01"),
        ("C", "C", "Xã Bến Ba", ""), ("D", "D", "Xã Bốn", ""),
        ("E", "E", "Phường Năm", ""), ("F", "F", "Thị trấn Sáu", ""),
    )
)  # fmt: skip
IDS = ("01234", "11977@2023", "C", "D", "E", "F")
# What the shapes of the first five say of themselves; the sixth unit has none, and one shape is nobody's.
SAID: tuple[dict[str, Any], ...] = (
    {"ma": 1234}, {"stt": 2, "ma": "11977"}, {"ten": "BẾN BA"}, {"ten": "Xã Bốn"}, {"ten": "nam"}, {"ten": "Hồ <b>Bảy"},
)  # fmt: skip


def square(place: int, corners: int = 1) -> list[list[float]]:
    """A square of 0.1 degrees, each to the east of the last and a little to the north, its sides of so many pieces."""
    west, south = 106 + place * 0.1, 20 + place * 0.02
    sides = [(0, 0, 1, 0), (1, 0, 0, 1), (1, 1, -1, 0), (0, 1, 0, -1)]
    points = [
        [west + 0.1 * (x + n / corners * dx), south + 0.1 * (y + n / corners * dy)]
        for x, y, dx, dy in sides
        for n in range(corners)
    ]
    return [*points, points[0]]


def shapes(corners: int = 1) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": said,
                "geometry": {"type": "Polygon", "coordinates": [square(place, corners)]}
                if place % 2
                else {"type": "MultiPolygon", "coordinates": [[square(place, corners)[::-1]]]},
            }
            for place, said in enumerate(SAID)
        ],
    }


def published(folder: Path, content: bytes) -> Snapshot:
    references = building.reference_folder(
        folder / "reference", units=UNITS, service_models="", targets="metric,level,unit,value,source\n"
    )
    (references / outlines.FILE).write_bytes(content)
    rows = [
        dossier(unit=unit, received_at="2024-05-02", due_at="2024-05-06", finished_at=f"2024-05-0{day}")
        for place, unit in enumerate(IDS)
        for day in [3] * 25 + [7] * place
    ]
    return building.publish_whole(folder / "data", numbered(rows), references=references)


def shown(snapshot: Snapshot) -> tuple[territory.Territory, outlines.Outlines | None, list[str]]:
    asked = filters(snapshot, "2024-05-01", "2024-05-31")
    area = territory.survey(building.run_of(snapshot), snapshot, asked, "on_time_rate", months=False)
    drawn, said = outlined(snapshot, area, {unit.id: unit.name for unit in snapshot.references.units.values()})
    assert all(each.vi != each.en for each in said)
    return area, drawn, [each.vi for each in said]


def pieces(trace: Any) -> list[tuple[Any, ...]]:
    """The rings of a filled trace."""
    corners = list(zip(trace["x"], trace["y"], strict=True))
    ends = [n for n, corner in enumerate(corners) if corner == (None, None)]
    return [tuple(corners[first:end]) for first, end in zip([0, *(n + 1 for n in ends)], ends, strict=False)]


def test_shapes_are_matched_by_code_or_name_and_the_others_are_named(tmp_path: Path) -> None:
    area, drawn, said = shown(published(tmp_path, json.dumps(shapes()).encode()))
    assert drawn is not None
    assert sorted(drawn.rings) == sorted(IDS[:5])
    assert "không phải bản đồ địa giới" in said[0]
    assert said[1:] == ["Không có hình nên không được vẽ: Thị trấn Sáu.",
                        "Hình không khớp mã hay tên xã nào: Hồ <b>Bảy."]  # fmt: skip
    west, east = [], []
    for place, unit in enumerate(IDS[:5]):
        [ring] = drawn.rings[unit]
        assert (ring[0], len(ring)) == (ring[-1], 5)
        xs, ys = {x for x, _ in ring}, {y for _, y in ring}
        west, east = [*west, min(xs)], [*east, max(xs)]
        # As wide as high but for the degrees of longitude, which are shorter, and north is up.
        assert math.isclose((max(xs) - min(xs)) / (max(ys) - min(ys)), math.cos(math.radians(20.1)), rel_tol=0.02)
        assert place == 0 or min(ys) < min(y for _, y in drawn.rings[IDS[place - 1]][0])
    assert west[1:] == east[:-1]  # neighbours keep one border
    assert max(drawn.size) == outlines.STEPS

    names = {unit: f"<i>{unit}" for unit in IDS}
    figure = charts.outline_map(area, drawn, names, ("D",), "light", "vi")
    graph_objects.Figure(figure)
    assert {trace["type"] for trace in figure["data"]} == {"scatter"}
    tiles = charts.tile_map(area, names, ("D",), "light", "vi")
    assert tiles is not None
    colours = {row[0]: trace["marker"]["color"] for trace in tiles["data"] for row in trace["customdata"]}
    *filled, points = figure["data"]
    for unit, x, y in zip([row[0] for row in points["customdata"]], points["x"], points["y"], strict=True):
        [ring] = drawn.rings[unit]
        assert min(a for a, _ in ring) < x < max(a for a, _ in ring)
        assert min(b for _, b in ring) < y < max(b for _, b in ring)
        [trace] = [each for each in filled if ring in pieces(each)]
        assert trace["fillcolor"] == colours[unit]
        assert (trace["line"]["width"] > 1) == (unit == "D")
    assert "<i>" not in str(figure)


def test_outlines_play_the_months_in_the_colours_of_the_tiles(tmp_path: Path) -> None:
    """June is the other way round than May: who was late is not, and who was not is."""
    references = building.reference_folder(
        tmp_path / "reference", units=UNITS, service_models="", targets="metric,level,unit,value,source\n"
    )
    (references / outlines.FILE).write_bytes(json.dumps(shapes()).encode())
    rows = [
        dossier(unit=unit, received_at=f"2024-0{month}-02", due_at=f"2024-0{month}-06",
                finished_at=f"2024-0{month}-0{day}")
        for month in (5, 6)
        for place, unit in enumerate(IDS if month == 5 else IDS[::-1])
        for day in [3] * 25 + [7] * 3 * place
    ]  # fmt: skip
    snapshot = building.publish_whole(tmp_path / "data", numbered(rows), references=references)
    asked, names = filters(snapshot, "2024-06-01", "2024-06-30"), {unit: unit for unit in IDS}
    area = territory.survey(building.run_of(snapshot), snapshot, asked, "on_time_rate", months=True)
    drawn, _ = outlined(snapshot, area, names)
    assert drawn is not None
    figure, tiles = (
        charts.outline_map(area, drawn, names, (), "light", "vi"),
        charts.tile_map(area, names, (), "light", "vi"),
    )
    assert tiles is not None
    graph_objects.Figure(figure)
    units = [row[0] for row in figure["data"][-1]["customdata"]]
    last = figure["data"][-1 - len(units) : -1]
    assert [each["fillcolor"] for each in figure["frames"][-1]["data"][:-1]] == [each["fillcolor"] for each in last]
    assert len(figure["frames"]) == len(tiles["frames"]) > 1
    for frame, tiled in zip(figure["frames"], tiles["frames"], strict=True):
        assert frame["name"] == tiled["name"]
        colours = {row[0]: trace["marker"]["color"] for trace in tiled["data"] for row in trace["customdata"]}
        said = {row[0]: row[2] for trace in tiled["data"] for row in trace["customdata"]}
        *changes, points = [
            figure["data"][place] | new for place, new in zip(frame["traces"], frame["data"], strict=True)
        ]
        assert [row[2] for row in points["customdata"]] == [said[unit] for unit in units]
        for unit, trace in zip(units, changes, strict=True):
            assert pieces(trace) == list(drawn.rings[unit])
            assert trace["fillcolor"] == colours[unit]
    may, june = (frame["data"][0]["fillcolor"] for frame in figure["frames"][-2:])
    assert may != june
    # What the months add is small beside the shapes.
    assert "x" not in figure["frames"][0]["data"][0]


def test_shapes_of_many_corners_are_made_small(tmp_path: Path) -> None:
    content = json.dumps(shapes(corners=20_000)).encode()
    assert len(content) > 10_000_000
    _, drawn, _ = shown(published(tmp_path, content))
    assert drawn is not None
    assert sum(len(ring) for rings in drawn.rings.values() for ring in rings) < 2_000


def changed(**geometry: Any) -> bytes:
    content = shapes()
    content["features"][1]["geometry"] |= geometry
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"[" * 100_000, b"[]", b"null", b"{}", b'{"features": 3}', b'{"features": []}',
        b'{"features": [null]}', b'{"features": [{"geometry": null}]}', changed(type="Point"), changed(coordinates=3),
        changed(coordinates=[[[1]]]), changed(coordinates=[[["a", "b"]]]),
        changed(coordinates=[[[587000.5, 2265000.1]]]),
        json.dumps({"features": [
            {"properties": {"ten": "Xã Bốn"}, "geometry": {"type": "Polygon", "coordinates": [[]]}}]}).encode(),
        json.dumps({"features": [{"properties": {"ten": "Sông"}, "geometry": {
            "type": "Polygon", "coordinates": [square(0)]}}]}).encode(),
    ],
)  # fmt: skip
def test_what_is_no_map_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / outlines.FILE).write_bytes(content)
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    with pytest.raises(UserError) as error:
        outlines.read(tmp_path, boundaries.read_units(tmp_path / "units.csv").values())
    assert error.value.text.vi.startswith("map.geojson không dùng được (")
    assert error.value.text.vi != error.value.text.en


def test_a_map_that_cannot_be_used_leaves_the_tiles_and_is_published_all_the_same(tmp_path: Path) -> None:
    area, drawn, said = shown(published(tmp_path, b"{}"))
    assert drawn is None
    assert [each.startswith("map.geojson không dùng được (") for each in said] == [True]
    assert charts.tile_map(area, {unit: unit for unit in IDS}, (), "light", "vi") is not None


def test_a_shape_without_an_area_is_none(tmp_path: Path) -> None:
    crossed = [[106.0, 20.0], [106.1, 20.1], [106.1, 20.0], [106.0, 20.1], [106.0, 20.0]]
    content = shapes()
    content["features"][3]["geometry"] = {"type": "MultiPolygon", "coordinates": [[crossed], [[]], [crossed[:2]]]}
    _, drawn, said = shown(published(tmp_path, json.dumps(content).encode()))
    assert drawn is not None
    assert "D" not in drawn.rings
    assert "Không có hình nên không được vẽ: Xã Bốn, Thị trấn Sáu." in said


def test_too_few_outlines_leave_the_tiles(tmp_path: Path) -> None:
    content = shapes() | {"features": shapes()["features"][:2]}
    _, drawn, said = shown(published(tmp_path, json.dumps(content).encode()))
    assert (drawn, said) == (None, ["map.geojson chỉ có hình của 2 trên 6 xã nên mỗi xã là một ô."])
