"""The units of a province of today and all that they follow, from the table of the whole country that ships."""

import csv
import datetime
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from cchc import disk
from cchc.config import REFERENCE
from cchc.rules import lines
from cchc.rules.boundaries import Unit
from cchc.rules.lines import FIRST_DAY, LAST_DAY, Line
from cchc.text import Text, UserError, collation_key

_TABLES = REFERENCE / "national"
_UNITS = ("unit", "code", "name", "level", "parent", "valid_from", "valid_to", "aliases")
_KIND = re.compile(r"^(Xã|Phường|Thị trấn|Đặc khu) (?!\d)")
_SUCCESSORS = ("old", "new", "from", "kind", "default", "law")
# Latitude and longitude in degrees.# What whoever begins with these tables has to know.
BEFORE = Text(
    "Đơn vị đã đổi trước 01/07/2025 không có trong bảng: có hồ sơ trước đó thì thêm dòng vào units.csv và "
    "successors.csv.",
    "Units that changed before 1 July 2025 are not in the tables: with dossiers from before, add lines to units.csv "
    "and successors.csv.",
)

Place = tuple[float, float]


@cache
def provinces() -> Mapping[str, str]:
    """The names of the 34 provinces of today by code, in Vietnamese order."""
    rows = (row for row in _units() if row["level"] == "province" and not row["valid_to"])
    return dict(sorted(((row["code"], row["name"]) for row in rows), key=lambda item: collation_key(item[1])))


@cache
def communes() -> frozenset[str]:
    """The names of the communes of the country, those of today and former ones, in lower case, without the word for
    their kind."""
    names = (row["name"] for row in _units() if row["level"] == "commune")
    return frozenset(_KIND.sub("", name).casefold() for name in names)


def places(units: Iterable[Unit]) -> dict[str, Place]:
    """Where the centre of each commune lies, by unit, as far as the table of the country knows its code; a former one
    lies where the one that has most of its people does."""
    known, found = _places(), {}
    for unit in units:
        for first, last, place in known.get(unit.code, ()) if unit.level == "commune" else ():
            if first <= unit.valid_to <= last:
                found[unit.id] = place
    return found


@cache
def _places() -> Mapping[str, list[tuple[datetime.date, datetime.date, Place]]]:
    """Of every code the days of the communes that had it, and where they lie."""
    heirs = {row["old"]: row["new"] for row in _lines("successors.csv") if row["default"]}
    communes = [row for row in _units() if row["level"] == "commune"]
    centres = {row["unit"]: (float(row["latitude"]), float(row["longitude"])) for row in communes if row["latitude"]}
    spans = defaultdict(list)
    for row in communes:
        unit = row["unit"]
        while unit in heirs and unit not in centres:
            unit = heirs[unit]
        if place := centres.get(unit):
            days = lines.day(row["valid_from"], FIRST_DAY), lines.day(row["valid_to"], LAST_DAY)
            spans[row["code"]].append((*days, place))
    return dict(spans)


def tables(province: str) -> dict[str, bytes]:
    """`units.csv` and `successors.csv` of an area, by name, for the province with this code of today: its units, those
    they follow and the districts until 30/06/2025. Who is only called otherwise since is one unit with an alias.

    Raises UserError for a code that no province has today, naming the province that follows a former one.
    """
    if province not in provinces():
        heir = next((row["province"] for row in _units() if row["unit"] == province), "")
        named = f"{heir} ({provinces()[heir]})" if heir else ", ".join(f"{c} ({n})" for c, n in provinces().items())
        raise UserError(
            Text(
                f"Hiện không có tỉnh, thành phố nào mang mã {province}; hãy dùng mã: {named}.",
                f"No province has the code {province} today; use: {named}.",
            )
        )
    return {
        "units.csv": _table(_units(), _UNITS, province),
        "successors.csv": _table(_lines("successors.csv"), _SUCCESSORS, province),
    }


def write(province: str, folder: Path) -> list[Path]:
    """Write the tables of a province into `folder`, and say which files they are; see `tables`.

    Raises UserError where one of them is there already, or the folder cannot be written.
    """
    contents = tables(province)
    if there := next((folder / name for name in contents if (folder / name).exists()), None):
        raise UserError(
            Text(
                f"{there} đã có; xóa hoặc đổi tên tệp đó, hoặc chọn thư mục khác (--out).",
                f"{there} is there already; remove or rename it, or choose another folder (--out).",
            )
        )
    with disk.writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        with disk.written_whole(folder / name) as fresh:
            fresh.write_bytes(content)
    return [folder / name for name in contents]


def packed(province: str) -> bytes:
    """The tables of a province in one ZIP file; see `tables`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in tables(province).items():
            written.writestr(name, content)
    return archive.getvalue()


@cache
def _units() -> list[Line]:
    """The lines of the country's units, each by its name of today, with the one before as alias where it kept ground
    and code and is called otherwise since (a commune that became a ward)."""
    newer = {row["unit"]: row["name"] for row in _lines("names.csv")}
    return [
        {**row, "aliases": row["name"] * (row["unit"] in newer), "name": newer.get(row["unit"], row["name"])}
        for row in _lines("units.csv")
    ]


def _lines(name: str) -> Iterator[Line]:
    return lines.read(_TABLES / name, dict)


def _table(lines_: Iterable[Line], columns: tuple[str, ...], province: str) -> bytes:
    rows = [row for row in lines_ if row["province"] == province]
    # Few provinces have units that were called otherwise: the others need no column for it.
    shown = [column for column in columns if column != "aliases" or any(row[column] for row in rows)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, shown, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
