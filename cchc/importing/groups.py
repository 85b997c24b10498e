"""Group rows: a unit alone on a row above its dossiers.

As rows.py, this module imports nothing of cchc: the child that reads workbooks imports it alone.
"""

import re
from collections.abc import Callable, Collection, Sequence

Row = Sequence[object]

_ORDINAL = re.compile(r"(?:[IVXLC]+|\d+|[A-ZĐ])[.)]?")
_NUMBERED = re.compile(rf"(?:{_ORDINAL.pattern})(?:(?<=[.)])|\s*[-–])\s+")
_COUNTED = re.compile(r"\s*(?:\(\s*\d[^()]*\)|[-–:]\s*\d+(?:\s*hồ sơ)?)\s*$", re.IGNORECASE)
_TOTAL = re.compile(r"(?:tổng|cộng)\b", re.IGNORECASE)
# Cells a row of a dossier fills at least.
FEWEST = 3


def alone(row: Row, text: Callable[[object], str]) -> str:
    """What a row says that has one cell, numbered or not, without its number and the count behind it; else ""."""
    said = [cell for cell in map(str.strip, map(text, row)) if cell][:3]
    if len(said) == 2 and _ORDINAL.fullmatch(said[0]):
        del said[0]
    if len(said) != 1 or not any(c.isalpha() for c in said[0]):
        return ""
    return _COUNTED.sub("", _NUMBERED.sub("", said[0], count=1)).strip()


def unit_of(heading: str, units: Collection[str], others: Collection[str]) -> str:
    """The unit a group heading names; "" where it is a total or begins with the name of another column ("Lĩnh vực:
    ...")."""
    label, colon, rest = heading.partition(":")
    if colon and label.strip().casefold() in units:
        return rest.strip()
    is_other = _TOTAL.match(heading) or any(heading.casefold().startswith(other) for other in others)
    return "" if is_other else heading


def unit_titled(text: str, units: Collection[str]) -> str:
    """The unit that a line above the headings names as "Đơn vị: ..." or "Đơn vị báo cáo: ..."; "" for what does not
    begin with a capital, as what is counted does not ("Đơn vị: hồ sơ")."""
    label, _, rest = text.partition(":")
    label = label.strip(" -").casefold().removesuffix(" báo cáo")
    name = rest.strip(" .-")
    return name if label in units and name[:1].isupper() and name.casefold() != "hồ sơ" else ""


def unit_above(headings: Sequence[str], row: Row, text: Callable[[object], str]) -> str:
    """The unit among the group headings above a dossier: the last that is not said in it, as the name of its field is;
    "" where none is left."""
    said = {text(cell).strip().casefold() for cell in row} if headings else ()
    return next((each for each in reversed(headings) if each.casefold() not in said), "")


def holds_dossier(row: Row, text: Callable[[object], str]) -> bool:
    """Whether so many cells are filled as only those of a dossier are."""
    return sum(1 for cell in row if text(cell).strip()) >= FEWEST


class Groups:
    """Puts the unit of the group row above into the cell `index` of rows that state none in the cells `own`; `titled`,
    which a line above the headings names, is that of the dossiers above the first group row.

    `units` and `others` are case-folded names of the unit's column and of other columns, `filled` the index of a cell
    that every dossier fills.
    """

    def __init__(
        self,
        index: int,
        own: Sequence[int],
        filled: int,
        units: Sequence[str],
        others: Sequence[str],
        text: Callable[[object], str],
        titled: str = "",
    ) -> None:
        self.found = 0
        self._index, self._own, self._filled, self._width = index, own, filled, max(index, filled, *own) + 1
        self._units, self._others, self._text = units, others, text
        self._unit, self._headings, self._held = titled, list[str](), list[tuple[int, Row]]()

    def rows(self, line: int, row: Row) -> Sequence[tuple[int, Row]]:
        """The rows to be kept now that this one is seen: a group row is none once dossiers without a unit follow it."""
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        states_unit = any(row[each] not in ("", None) and self._text(row[each]).strip() for each in self._own)
        if states_unit and not self._held and row[self._filled] not in ("", None):
            return ((line, row),)
        return self._looked_at(line, row, states_unit)

    def _looked_at(self, line: int, row: Row, states_unit: bool) -> list[tuple[int, Row]]:
        if heading := alone(row, self._text):
            if unit := unit_of(heading, self._units, self._others):
                self._headings.append(unit)
            self._held.append((line, row))
            return []
        if not holds_dossier(row, self._text):
            return [*self.left(), (line, row)]
        headings, self._headings = self._headings, []
        if states_unit:
            self._unit = "" if self._held else self._unit
            return [*self.left(), (line, row)]
        self.found += len(self._held)
        self._unit, self._held = unit_above(headings, row, self._text) or self._unit, []
        return [(line, [*row[: self._index], self._unit, *row[self._index + 1 :]] if self._unit else row)]

    def left(self) -> list[tuple[int, Row]]:
        """Rows that looked like group rows and have no dossiers below."""
        held, self._held = self._held, []
        return held
