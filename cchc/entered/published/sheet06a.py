"""The sheet of totals by field (form II.06a) as published figures: every cell of columns 3 to 13 is one."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from cchc.entered.published import reading
from cchc.entered.published.statements import Table
from cchc.importing import persons, totals
from cchc.importing.matching import Matcher, New
from cchc.importing.parts import unreadable
from cchc.importing.totals import FIRST, Totals
from cchc.rules.references import References
from cchc.text import Text, fold, number

# What columns 3 to 13 count.
METRICS = (
    "handled", "online", "counter_or_postal", "carried_in", "resolved", "early", "on_day_or_withdrawn", "late", "open",
    "open_within", "open_overdue",
)  # fmt: skip
# 1.482 as people write it; 1482.0 as software does.
_GROUPED, _PLAIN = re.compile(r"\d{1,3}(?:[. ]\d{3})+"), re.compile(r"(\d{1,9})(?:[.,]0+)?")
_NOTHING = ("", "-", "–", "—")
_MOST_NAMED, _LONGEST = 3, 120
_WHOLE = ""
# Counts by the field they are of, of the total under _WHOLE.
_Counts = dict[str, list[int]]


class Taken(NamedTuple):
    """The table of published figures with those of the sheet, and what is said of it."""

    table: Table
    notes: tuple[Text, ...]


def read(path: Path, references: References, kept: Table) -> Taken | None:
    """The figures of the sheet in a file beside those `kept`, in place of those it gave before; None where the file is
    no such sheet. Where it has a total, a field of the area that it leaves out counts nothing.

    Raises UserError where the sheet says no period, names an unknown unit, or has a cell that is no count.
    """
    found = totals.read(path)
    if found is None:
        return None
    if not found.period:
        raise unreadable(
            path.name,
            "biểu tổng hợp không ghi kỳ báo cáo; ghi “Từ ngày 01/03/2026 đến ngày 31/03/2026” vào một ô trên tiêu đề",
            "the sheet of totals does not say its period; write “Từ ngày 01/03/2026 đến ngày 31/03/2026” into a cell "
            "above the headings",
        )
    unit = _unit(path.name, found, references)
    counts, left = _counted(path.name, found, references)
    if not counts:
        raise unreadable(path.name, "không có hàng nào là lĩnh vực của khu vực", "no row of it is a field of the area")
    first, last = (day.isoformat() for day in found.period)
    place = references.units[unit].name if unit else "all"
    rows = [
        {
            "id": f"06a-{first}-{last}-{unit or 'all'}-{field or 'all'}-{column}",
            "scope": f"{place}/{references.fields[field].vi}" if field else place,
            "from": first, "to": last, "metric": metric, "value": str(value), "document": path.name[:_LONGEST],
        }
        for field, values in counts.items()
        for column, (metric, value) in enumerate(zip(METRICS, values, strict=True), start=FIRST)
    ]  # fmt: skip
    fresh = reading.parse(enumerate(rows, start=2), references)
    others = [each for each in kept.figures if each.id not in fresh.by_id]
    return Taken(
        replace(kept, figures=(*others, *fresh.figures)),
        tuple(_notes(path.name, unit and place, bool(found.unit), left)),
    )


def _unit(file: str, sheet: Totals, references: References) -> str:
    """The unit that reports, "" for the whole area: the one the sheet says, else the only one of the area that its
    letterhead names."""
    name, area = sheet.unit, fold(references.dataset.name.vi).partition(" (")[0]
    assert sheet.period
    matcher = Matcher(references.units.values(), office_words=("ubnd", "uy ban nhan dan"), day=sheet.period[1])
    if not name:
        named = {unit for text in sheet.above if area not in fold(text) and (unit := matcher.find(text))}
        return named.pop() if len(named) == 1 else ""
    if area in fold(name):
        return ""
    if (unit := matcher.find(name)) is None:
        shown = persons.HIDDEN if persons.is_personal(name) else name[:60]
        raise unreadable(
            file,
            f"đơn vị báo cáo “{shown}” không có trong danh mục đơn vị của khu vực",
            f"the reporting unit “{shown}” is not among the units of the area",
        )
    return unit


def _counted(file: str, sheet: Totals, references: References) -> tuple[_Counts, list[str]]:
    """The counts of every field, those of rows with one name added up, and of the total; names that are no field."""
    matcher = Matcher(New(id_, name.vi, (), "") for id_, name in references.fields.items())
    counts: _Counts = {}
    left: list[str] = []
    for line, name, cells in sheet.rows:
        values = [_count(file, line, column, cell) for column, cell in enumerate(cells, start=FIRST)]
        field = matcher.find(name) if name else _WHOLE
        if field is None:
            left.append(name)
        elif field == _WHOLE:  # of several sections the total of all
            counts[field] = max(counts.get(field, values), values)
        else:
            counts[field] = [sum(pair) for pair in zip(counts.get(field, [0] * len(values)), values, strict=True)]
    if _WHOLE in counts:
        counts |= {field: [0] * len(METRICS) for field in references.fields if field not in counts}
    return counts, left


def _count(file: str, line: int, column: int, cell: str) -> int:
    if cell in _NOTHING:
        return 0
    if _GROUPED.fullmatch(cell):
        return int(re.sub(r"\D", "", cell))
    if plain := _PLAIN.fullmatch(cell):
        return int(plain[1])
    raise unreadable(
        file,
        f"hàng {line}, cột ({column}): “{cell[:40]}” không phải là số đếm",
        f"row {line}, column ({column}): “{cell[:40]}” is not a count",
    )


def _notes(file: str, unit: str, stated: bool, left: list[str]) -> Iterable[Text]:
    if not stated:
        whose = Text(unit, unit) if unit else Text("cả khu vực", "the whole area")
        yield Text(f"Biểu {file} được hiểu là của {whose.vi}.", f"The sheet {file} is taken for that of {whose.en}.")
    if left:
        names = [name for name in left[:_MOST_NAMED] if not persons.is_personal(name)]
        shown = ", ".join(f"“{name[:60]}”" for name in names)
        yield Text(
            f"Bỏ qua {number(len(left), 'vi')} hàng không phải lĩnh vực của khu vực: {shown}.",
            f"{number(len(left), 'en')} rows were left out because they are no field of the area: {shown}.",
        )
