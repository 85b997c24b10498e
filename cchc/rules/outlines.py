"""The outlines of an area's units, from the `map.geojson` that its office supplies (RFC 7946)."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from cchc import disk
from cchc.rules.boundaries import Unit
from cchc.text import NOT_AVAILABLE, Text, UserError, fold

FILE = "map.geojson"
# A picture is so many steps wide or high. Corners are moved to the nearest step, each to the same one in every outline,
# so that neighbours keep one border; what then lies on a straight line is left out.
STEPS = 1000
_MOST_BYTES = 50_000_000
_KIND = re.compile(r"^(xa|phuong|thi tran|dac khu) (?!\d)")
Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True)
class Outlines:
    """The rings of each unit with an outline (x to the east, y to the south, in steps from 0, corners closed; those
    around a hole the other way round), and what shapes that are nobody's are called."""

    rings: Mapping[str, tuple[Ring, ...]]
    strangers: tuple[str, ...]

    @property
    def size(self) -> Point:
        """How far the outlines reach to the east and to the south."""
        points = [point for rings in self.rings.values() for ring in rings for point in ring]
        return max(x for x, _ in points), max(y for _, y in points)


def read(folder: Path, units: Iterable[Unit]) -> Outlines | None:
    """The outlines of these units in a folder of references; None where it has no such file.

    A shape is of the unit whose code, id or name one of its properties is. Raises UserError where the file cannot be
    read as shapes in degrees, or none is of a unit.
    """
    path = folder / FILE
    if not path.exists():
        return None
    shapes = _shapes(path)
    ours: dict[str, list[Ring]] = defaultdict(list)
    strangers, known = [], _named(units)
    for said, rings in shapes:
        unit = next((known[fold(text)] for text in said if fold(text) in known), None)
        if unit is None:
            strangers.append(max(said, key=len, default=NOT_AVAILABLE))
        else:
            ours[unit] += rings
    if not any(map(any, ours.values())):
        raise _wrong(path, Text("không hình nào mang mã hoặc tên đơn vị", "no shape has the code or name of a unit"))
    return Outlines(_fitted(ours), tuple(strangers))


def _named(units: Iterable[Unit]) -> dict[str, str]:
    """The unit of each word that names one alone: ids before codes before names."""
    known: dict[str, str] = {}
    every = list(units)
    for word_of in (lambda u: u.id, lambda u: u.code, lambda u: u.name, lambda u: _KIND.sub("", fold(u.name))):
        of_word: dict[str, list[str]] = defaultdict(list)
        for unit in every:
            of_word[fold(word_of(unit))].append(unit.id)
        known = {word: ids[0] for word, ids in of_word.items() if len(ids) == 1} | known
    return known


@lru_cache(maxsize=8)
def _shapes(path: Path) -> tuple[tuple[tuple[str, ...], tuple[Ring, ...]], ...]:
    """What each shape says of itself, and its rings in degrees."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError(f"> {_MOST_BYTES // 1_000_000} MB")
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        return tuple((_said(each.get("properties") or {}), _rings(each["geometry"])) for each in features)
    except OSError as error:
        raise UserError(disk.not_readable(path)) from error
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        said = str(error) or type(error).__name__
        raise _wrong(path, Text(said, said)) from error


def _wrong(path: Path, why: Text) -> UserError:
    return UserError(
        Text(
            f"{path.name} không dùng được ({why.vi}) nên mỗi xã là một ô; cần GeoJSON theo kinh độ, vĩ độ (WGS 84), "
            "mỗi đơn vị một vùng có mã hoặc tên. Sửa tệp rồi công bố lại.",
            f"{path.name} cannot be used ({why.en}), so each commune is a tile; it must be GeoJSON in longitude and "
            "latitude (WGS 84) with a polygon a unit that has its code or name. Mend the file and publish again.",
        )
    )


def _said(properties: Mapping[str, Any]) -> tuple[str, ...]:
    """Numbers are codes too, which have five digits."""
    texts = [f"{each:05d}" if isinstance(each, int) else each for each in properties.values()]
    return tuple(text for text in texts if isinstance(text, str) and text.strip())


def _rings(geometry: Mapping[str, Any]) -> tuple[Ring, ...]:
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"type = {geometry['type']}")
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = []
    for polygon in polygons:
        for place, ring in enumerate(polygon):
            points = tuple((_degrees(x, 180), _degrees(y, 90)) for x, y, *_ in ring)
            rings.append(points if (_area(points) > 0) == (place == 0) else points[::-1])
    return tuple(rings)


def _degrees(value: float, most: int) -> float:
    if not -most <= value <= most:
        raise ValueError(f"{value}")
    return float(value)


def _area(ring: Sequence[Point]) -> float:
    """Twice the area, positive against the clock."""
    return sum(x * b - a * y for (x, y), (a, b) in zip(ring, (*ring[1:], *ring[:1]), strict=True))


def _fitted(rings: Mapping[str, Sequence[Ring]]) -> dict[str, tuple[Ring, ...]]:
    points = [point for of_unit in rings.values() for ring in of_unit for point in ring]
    north, south = max(y for _, y in points), min(y for _, y in points)
    narrower = math.cos(math.radians((north + south) / 2))
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    step = max((east - west) * narrower, north - south, 1e-9) / STEPS
    fitted = {}
    for unit, of_unit in rings.items():
        moved = [_straightened([(round((x - west) * narrower / step), round((north - y) / step)) for x, y in ring])
                 for ring in of_unit]  # fmt: skip
        fitted[unit] = tuple(ring for ring in moved if _area(ring))
    return {unit: of_unit for unit, of_unit in fitted.items() if of_unit}


def _straightened(ring: Sequence[tuple[int, int]]) -> Ring:
    """A closed ring without corners that are no corners."""
    kept: list[tuple[int, int]] = []
    for point, _ in groupby(ring):
        while len(kept) > 1 and _area((kept[-2], kept[-1], point)) == 0:
            kept.pop()
        kept.append(point)
    return tuple(kept) if kept[:1] == kept[-1:] else (*kept, kept[0])
