"""Units through time: who a unit is and over which days, and which units follow one that ends.

Since 01/07/2025 Vietnam has no district level, and codes of communes were given again to other communes (resolutions
1250, 1666, 1669 and 1687/NQ-UBTVQH15; codes: 19/2025/QĐ-TTg). So a unit is one body over one span of days: `id` names
it alone, `code` is the official code, which another unit may have had before.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

from cchc.rules import lines
from cchc.rules.lines import FIRST_DAY, LAST_DAY, Line
from cchc.schema import LEVELS
from cchc.text import Text, UserError, collation_key, date

_DAY = datetime.timedelta(days=1)
# Whether figures are of the units of each day, or of those of today with all they follow.
Boundaries = Literal["then", "now"]
BOUNDARIES: tuple[Boundaries, ...] = ("then", "now")


@dataclass(frozen=True)
class Unit:
    """A one-stop shop from one day to another. `merged` are the names of the units it is shown for besides itself,
    where units of other days are shown as those of today."""

    id: str
    name: str
    level: str
    parent: str
    valid_from: datetime.date
    valid_to: datetime.date
    aliases: tuple[str, ...]
    code: str = ""
    merged: tuple[str, ...] = ()

    def is_valid(self, day: datetime.date) -> bool:
        """Whether there is this unit on a day."""
        return self.valid_from <= day <= self.valid_to


@dataclass(frozen=True)
class Succession:
    """From `day` on the unit `new` has the whole or a part of what `old` was, by `law`; of several heirs of one unit
    one is the `default`, where most of its people live."""

    old: str
    new: str
    day: datetime.date
    kind: Literal["whole", "part"]
    default: bool
    law: str


def read_units(path: Path) -> dict[str, Unit]:
    """The units of `units.csv` by id. Raises UserError naming the lines where two have one id, or one code on one
    day."""
    units = lines.numbered_by_id(path, _unit)
    by_code = sorted(units.values(), key=lambda numbered: (numbered[1].code, numbered[1].valid_from))
    for (line, one), (another, other) in pairwise(by_code):
        if one.code == other.code and other.valid_from <= one.valid_to:
            on = other.valid_from
            shared = Text(f"mã {one.code} trong ngày {date(on, 'vi')}", f"the code {one.code} on {date(on, 'en')}")
            raise UserError(lines.clash(path, min(line, another), max(line, another), shared))
    return {id_: unit for id_, (_, unit) in units.items()}


def _unit(row: Line) -> Unit:
    if row["level"] not in LEVELS:
        raise ValueError(f"level = {row['level']}")
    unit = Unit(
        row["unit"], row["name"], row["level"], row.get("parent", ""),
        lines.day(row.get("valid_from", ""), FIRST_DAY), lines.day(row.get("valid_to", ""), LAST_DAY),
        lines.listed(row.get("aliases", "")), row.get("code") or row["unit"].partition("@")[0],
    )  # fmt: skip
    if unit.valid_to < unit.valid_from:
        raise ValueError(f"valid_to = {row['valid_to']}")
    return unit


def read_successions(path: Path, units: Mapping[str, Unit]) -> tuple[Succession, ...]:
    """The lines of `successors.csv`; none where there is no such file.

    Raises UserError naming the line where one names an unknown unit, or leaves a gap or an overlap between the days of
    the two; and where a commune that ends has no heir, has two wholes, or a part without another.
    """
    if not path.exists():
        return ()
    found = list(lines.numbered(path, lambda row: _succession(row, units)))
    heirs: dict[str, list[tuple[int, Succession]]] = defaultdict(list)
    for line, each in found:
        if twin := next((at for at, other in heirs[each.old] if other.new == each.new), None):
            raise UserError(lines.clash(path, twin, line, Text(f"{each.old}, {each.new}", f"{each.old}, {each.new}")))
        heirs[each.old].append((line, each))
    for old, rows in heirs.items():
        if wrong := _wrong_heirs([each for _, each in rows]):
            raise UserError(_of_line(path, rows[0][0], old, wrong))
    if missing := [
        u.id for u in units.values() if u.level == "commune" and u.valid_to < LAST_DAY and u.id not in heirs
    ]:
        raise UserError(
            Text(
                f"{path.name} không nêu đơn vị kế thừa của {', '.join(missing)}; thêm mỗi đơn vị đó một dòng.",
                f"{path.name} names no successor of {', '.join(missing)}; add a line for each.",
            )
        )
    return tuple(each for _, each in found)


def _succession(row: Line, units: Mapping[str, Unit]) -> Succession:
    for side in ("old", "new"):
        if row[side] not in units:
            raise ValueError(f"{side} = {row[side]}")
    kind: Literal["whole", "part"] = "part" if row["kind"] == "part" else "whole"
    if row["kind"] != kind:
        raise ValueError(f"kind = {row['kind']}")
    day = lines.day(row["from"], FIRST_DAY)
    if units[row["old"]].valid_to + _DAY != day or units[row["new"]].valid_from != day:
        raise ValueError(f"from = {row['from']}")
    return Succession(row["old"], row["new"], day, kind, lines.is_yes(row, "default"), row.get("law", ""))


def _wrong_heirs(heirs: Sequence[Succession]) -> Text | None:
    kinds = [each.kind for each in heirs]
    if "whole" in kinds and len(heirs) > 1:
        return Text("kế thừa toàn bộ (whole) thì chỉ có một đơn vị mới", "a whole succession has one new unit")
    if kinds == ["part"]:
        return Text("đã chia (part) thì phải nêu đủ các đơn vị mới", "a unit that was split names all its heirs")
    if "part" in kinds and sum(each.default for each in heirs) != 1:
        return Text("đúng một đơn vị mới phải có default = yes", "exactly one new unit has default = yes")
    return None


def _of_line(path: Path, line: int, old: str, wrong: Text) -> Text:
    return Text(
        f"{path.name}, dòng {line}: {old}: {wrong.vi}; sửa rồi thử lại.",
        f"{path.name}, line {line}: {old}: {wrong.en}; mend it and try again.",
    )


def spans(units: Iterable[Unit]) -> list[tuple[datetime.date, datetime.date]]:
    """First and last day of the spans over which the same units are there, from the first day there is to the last."""
    begins = {FIRST_DAY}
    for unit in units:
        begins |= {unit.valid_from, unit.valid_to + _DAY if unit.valid_to < LAST_DAY else FIRST_DAY}
    days = sorted(begins)
    return list(zip(days, [*(day - _DAY for day in days[1:]), LAST_DAY], strict=True))


def heirs(successions: Iterable[Succession]) -> set[tuple[str, str]]:
    """Every unit with each that follows it, or follows one that does."""
    found: set[tuple[str, str]] = set()
    for each in sorted(successions, key=lambda succession: succession.day):
        found |= {(old, each.new) for old, new in found if new == each.old} | {(each.old, each.new)}
    return found


def as_of_today(
    units: Mapping[str, Unit], successions: Iterable[Succession], today: datetime.date
) -> tuple[dict[str, Unit], dict[str, str]]:
    """The units as they are on `today`, and which of them stands for each unit there ever was (id by id).

    A unit stands for its predecessors too. Where one of them was split, no count of it can be shared out: the units of
    the smallest set that neither gave to nor took from others stand as one, whose id and name are those of its members
    of today together. A unit that ended without heirs stands for itself.
    """
    sets = {id_: {id_} for id_ in units}
    for each in successions:
        if each.day <= today and sets[each.old] is not sets[each.new]:
            joined = sets[each.old] | sets[each.new]
            sets |= dict.fromkeys(joined, joined)
    shown: dict[str, Unit] = {}
    stands: dict[str, str] = {}
    for members in {id(one): one for one in sets.values()}.values():
        unit = _together([units[each] for each in members], today)
        shown[unit.id] = unit
        stands |= dict.fromkeys(members, unit.id)
    return {stands[each]: shown[stands[each]] for each in units}, stands


def _together(members: Sequence[Unit], today: datetime.date) -> Unit:
    if len(members) == 1:
        return members[0]
    last = max(unit.valid_to for unit in members)
    heirs = [unit for unit in members if unit.is_valid(today)] or [u for u in members if u.valid_to == last]
    heirs.sort(key=lambda unit: collation_key(unit.name))
    before = sorted((unit.name for unit in members if unit not in heirs), key=collation_key)
    return replace(
        heirs[0],
        id="~".join(sorted(unit.id for unit in heirs)),
        name=" + ".join(unit.name for unit in heirs),
        valid_from=min(unit.valid_from for unit in members),
        aliases=tuple(alias for unit in members for alias in unit.aliases),
        code=" + ".join(unit.code for unit in heirs),
        merged=tuple(before),
    )
