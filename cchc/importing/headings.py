"""Where the table of a sheet begins and which of its columns is which, found by its headings."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Keyed
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from cchc.importing import groups
from cchc.importing import mapping as mappings
from cchc.importing.mapping import REQUIRED, UNREAD, Mapping, clean, heading
from cchc.importing.persons import HIDDEN, is_personal
from cchc.schema import BY_NAME
from cchc.text import Language, Text, UserError, fold

# Title rows above the headings, and heading rows merged into one, that are still looked through.
DEPTH = 40
_MERGED = 3
# What stands in rows of dossiers and in no heading.
_DATA = re.compile(rf"@|\d{{5}}|\d[-/.]\d{{1,2}}[-/.]\d|{HIDDEN}")
# What the unit's column is called where it is made of group rows.
GROUP_TITLE = "Đơn vị (hàng nhóm)"


@dataclass(frozen=True)
class Layout:
    """How one sheet is read: the index and heading of each mapped column, the index of the first row of data, and
    the headings of the columns that are not read. `groups` are the arguments of `Groups` where units may stand alone on
    rows above their dossiers, `twice` a heading that stands over two columns."""

    columns: dict[str, int]
    titles: dict[str, str]
    first: int
    width: int
    dropped: tuple[str, ...]
    groups: Keyed[str, Any] | None = None
    twice: str = ""

    @property
    def is_named_by_groups(self) -> bool:
        """Whether the sheet has no column for the unit: group rows alone say it."""
        return self.groups is not None and self.groups["index"] == self.width

    def title_of(self, column: str) -> str:
        """The heading of a column, of a unit or procedure maybe that of its name; "" where it has none."""
        return self.titles.get(column) or self.titles.get(f"{column}_name", "")

    def missing(self, mapping: Mapping) -> list[tuple[str, ...]]:
        """The required columns (alternatives of one another) that neither sheet nor mapping gives."""
        given = {*self.columns, *mapping.constants}
        return [alternatives for alternatives in REQUIRED if not given.intersection(alternatives)]

    def fits(self, mapping: Mapping) -> bool:
        """Whether this is a sheet of dossiers: columns are found, and none that is required is missing."""
        return bool(self.columns) and not self.missing(mapping)


def locate(rows: Sequence[Sequence[str]], mapping: Mapping) -> Layout:
    """The layout under which most columns of `mapping` are found in the first rows of a sheet."""
    best = Layout({}, {}, 0, 0, ())
    known = {key(alias) for aliases in mapping.columns.values() for alias in aliases for key in (heading, _plain)}
    hopeful = [any(heading(cell) in known or _plain(cell) in known for cell in row if cell) for row in rows]
    for start in range(min(len(rows), DEPTH)):
        for depth in range(1, min(_MERGED, len(rows) - start) + 1):
            if not any(hopeful[start : start + depth]):
                continue
            titles = titles_of(rows[start : start + depth])
            columns, twice = _match(titles, mapping)
            # A title row that stands directly above is no part of the headings, but would be read as one.
            same_without_title = start + depth == best.first and len(columns) == len(best.columns)
            if len(columns) > len(best.columns) or same_without_title:
                left = (" ".join(path) for n, path in enumerate(titles) if path and n not in set(columns.values()))
                dropped = tuple(HIDDEN if is_personal(title) else title for title in left)
                named = {column: " ".join(titles[index]) for column, index in columns.items()}
                best = Layout(columns, named, start + depth, len(titles), dropped, twice=twice)
    if best.columns and _is_numbering(rows[best.first] if best.first < len(rows) else ()):
        best = replace(best, first=best.first + 1)
    return _with_groups(best, rows, mapping)


def _is_numbering(row: Sequence[str]) -> bool:
    """Whether a row numbers the columns above it, as forms do: "(1)", "(2)", "(3)" or "A", "B", "1", "2"."""
    cells = [clean(cell).strip("()[]") for cell in row if clean(cell)]
    numbers = [int(cell) for cell in cells if cell.isdecimal()]
    others = [cell for cell in cells if not cell.isdecimal()]
    numbered = len(numbers) > 2 and all(after == before + 1 for before, after in pairwise(numbers))
    return numbered and all(len(cell) == 1 and cell.isalpha() for cell in others)


def _with_groups(layout: Layout, rows: Sequence[Sequence[str]], mapping: Mapping) -> Layout:
    """The layout whose unit may come from group rows: wherever they begin where it has a column of its own, else if the
    first rows of data have one above a dossier, other group rows between them or none, or if a line above the headings
    names one."""
    aliases = {column: [alias.casefold() for alias in listed] for column, listed in mapping.columns.items()}
    offices = ("unit", "unit_name", "receiving_unit")
    units = [alias for column in offices for alias in aliases.get(column, ())]
    others = [alias for column, listed in aliases.items() if column not in offices for alias in listed]
    own = {column: layout.columns[column] for column in ("unit", "unit_name") if column in layout.columns}
    above = [cell for row in rows[: layout.first] for cell in row if cell] if not own else []
    named = (groups.unit_titled(cell, units) for cell in above)
    titled = next((unit for unit in named if unit and not is_personal(unit)), "")
    grouped = titled or _begins_with_group(rows[layout.first :], units, others)
    if not own and not (layout.columns and grouped):
        return layout
    name, index = next(iter(own.items()), ("unit", layout.width))
    return replace(
        layout,
        columns={**layout.columns, name: index},
        titles={name: GROUP_TITLE, **layout.titles},
        groups={
            "index": index,
            "own": [*own.values()],
            "filled": layout.columns.get("received_at", 0),
            "units": units,
            "others": others,
            "titled": titled,
        },
    )


def _begins_with_group(rows: Sequence[Sequence[str]], units: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the first dossier that stands below a unit alone on its row is among the rows."""
    above: list[str] = []
    for row in filter(any, rows):
        if alone := groups.alone(row, str):
            above += filter(None, [groups.unit_of(alone, units, others)])
            continue
        if groups.holds_dossier(row, str) and groups.unit_above(above, row, str):
            return True
        above = []
    return False


def titles_of(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Per column the headings above each other: a merged heading stands for every column below it."""
    width = max(map(len, rows))
    grid = [[clean(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    for upper, lower in pairwise(grid):
        for n in range(1, width):
            if not upper[n] and lower[n]:
                upper[n] = upper[n - 1]
    return [tuple(dict.fromkeys(cell for cell in column if cell)) for column in zip(*grid, strict=True)]


def _match(titles: Sequence[tuple[str, ...]], mapping: Mapping) -> tuple[dict[str, int], str]:
    """The index of each column of the mapping, and a heading of one that stands over two columns ("" = none does)."""
    exact, folded = dict[str, list[int]](), dict[str, list[int]]()
    for n, path in enumerate(titles):
        for title in dict.fromkeys((path[-1], " ".join(path)) if path else ()):
            exact.setdefault(heading(title), []).append(n)
            folded.setdefault(_plain(title), []).append(n)
    found, twice = dict[str, int](), ""
    taken = {n for title in mapping.columns.get(UNREAD, ()) for n in exact.get(heading(title), ())}
    for lookup, key in ((exact, heading), (folded, _plain)):
        for column in BY_NAME:
            for alias in mapping.columns.get(column, ()) if column not in found else ():
                free = [n for n in lookup.get(key(alias), ()) if n not in taken]
                if len(free) > 1:
                    twice = twice or alias
                if free:
                    found[column] = free[0]
                    taken.add(free[0])
                    break
    # Lateness is the office's that decides; only where an export names none is it that of the counter.
    if found.keys().isdisjoint(("unit", "unit_name")) and "unit" not in mapping.constants and "receiving_unit" in found:
        found["unit"] = found.pop("receiving_unit")
    return found, twice


@lru_cache(maxsize=1 << 14)
def _plain(title: str) -> str:
    return "".join(c for c in fold(heading(title)) if c.isalnum())


def _twice(name: str) -> UserError:
    return UserError(
        Text(
            f"Tiêu đề “{name}” đứng trên hai cột; đổi tên hoặc bỏ một cột rồi thử lại.",
            f"The heading “{name}” stands over two columns; rename or remove one of them and try again.",
        )
    )


@dataclass(frozen=True)
class Head:
    """The first rows of one sheet, what to call the sheet in a sentence, and its height where that is known."""

    file: str
    sheet: str
    rows: Sequence[Sequence[str]]
    height: int = 0

    def name(self) -> str:
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file


def recognise(heads: Sequence[Head], own: Mapping | None = None) -> Mapping:
    """The area's own mapping if its required columns all stand in some sheet, else the shipped one whose do.

    Raises UserError naming what was found and what is missing when none or more than one fits.
    """
    if own and any(_score(layout, own)[0] for layout in _layouts(heads, own)):
        return own
    known = [mappings.read(name) for name in mappings.shipped()]
    scores = {mapping.name: max(map(_score, _layouts(heads, mapping), [mapping] * len(heads))) for mapping in known}
    best = max(known, key=lambda mapping: scores[mapping.name])
    if not scores[best.name][0]:
        layout = max(_layouts(heads, best), key=lambda layout: len(layout.columns))
        raise lacking(heads[0].file, layout, best) if layout.columns else _unknown(heads[0].file, list(scores))
    equals = [name for name, score in scores.items() if score == scores[best.name]]
    if len(equals) > 1:
        names = ", ".join(equals)
        raise UserError(
            Text(
                f"Tệp {heads[0].file} hợp với nhiều ánh xạ ({names}); chọn một bằng --mapping.",
                f"The file {heads[0].file} fits several mappings ({names}); choose one with --mapping.",
            )
        )
    return best


def _layouts(heads: Sequence[Head], mapping: Mapping) -> list[Layout]:
    return [locate(head.rows, mapping) for head in heads]


def _score(layout: Layout, mapping: Mapping) -> tuple[bool, int]:
    return layout.fits(mapping), len(layout.columns)


def lacking(where: str, layout: Layout, mapping: Mapping) -> UserError:
    """The error that says which required columns `where` lacks and which headings it has."""
    if not layout.columns:
        return _unknown(where, [mapping.name])
    found = _found(layout)
    missing = {language: "; ".join(_wanted(layout, mapping, language)) for language in ("vi", "en")}
    return UserError(
        Text(
            f"{where} thiếu cột bắt buộc (ánh xạ {mapping.name}): {missing['vi']}. Tiêu đề tìm thấy: {found.vi}. "
            "Thêm cột đó, hoặc thêm tiêu đề hay giá trị ở mục [constants] vào tệp ánh xạ.",
            f"{where} lacks required columns (mapping {mapping.name}): {missing['en']}. Headings found: {found.en}. "
            "Add the column, or add its heading or a value under [constants] to the mapping.",
        )
    )


def _found(layout: Layout) -> Text:
    """The headings of a sheet; of cells that may be those of a dossier, as where the headings are lost, only how many
    there are."""
    known = ", ".join(layout.titles.values())
    if any(_DATA.search(title) for title in layout.dropped):
        others = len(layout.dropped)
        return Text(f"{known}, và {others} ô khác", f"{known}, and {others} other cells")
    return Text(*[", ".join((*layout.titles.values(), *layout.dropped))] * 2)


def _unknown(where: str, tried: Sequence[str]) -> UserError:
    names = ", ".join(tried)
    return UserError(
        Text(
            f"Không tìm thấy hàng tiêu đề trong {where}: không tiêu đề nào có trong ánh xạ {names}; "
            "kiểm tra lại tệp hoặc chọn ánh xạ khác.",
            f"No heading row was found in {where}: none of its headings is in the mapping {names}; "
            "check the file or choose another mapping.",
        )
    )


def _wanted(layout: Layout, mapping: Mapping, language: Language) -> Iterator[str]:
    for alternatives in layout.missing(mapping):
        label = (" / ").join(BY_NAME[column].label[language] for column in alternatives)
        aliases = [f"“{alias}”" for column in alternatives for alias in mapping.columns.get(column, ())[:2]]
        yield f"{label} ({', '.join(aliases)})"


def choose(heads: Sequence[Head], mapping: Mapping) -> dict[int, Layout]:
    """The layouts of the sheets of one file that hold dossiers, by sheet number. One without headings below one that
    has them goes on with its columns (`first` is 0): a page broken into tables, a list longer than a sheet.

    Raises UserError when no sheet has the required columns, when one has an id and dates but lacks others, or when a
    heading stands over two columns.
    """
    layouts: dict[int, Layout] = {}
    for n, head in enumerate(heads):
        own = locate(head.rows, mapping)
        goes_on = n and not own.columns and layouts[n - 1].fits(mapping) and _goes_on(head.rows, layouts[n - 1])
        layouts[n] = replace(layouts[n - 1], first=0) if goes_on else own
    chosen = {n: layout for n, layout in layouts.items() if layout.fits(mapping)}
    half = [n for n in layouts if n not in chosen and {"dossier_id", "received_at"} <= layouts[n].columns.keys()]
    if half or not chosen:
        number = half[0] if half else max(layouts, key=lambda n: len(layouts[n].columns))
        raise lacking(heads[number].name(), layouts[number], mapping)
    for layout in chosen.values():
        if layout.twice:
            raise _twice(layout.twice)
    return chosen


def _goes_on(rows: Sequence[Sequence[str]], above: Layout) -> bool:
    """Whether a sheet is as wide as the one above it and begins with a dossier as that has them."""
    first = next(filter(any, rows), ())
    if len(first) != above.width or "dossier_id" not in above.columns:
        return False
    return all(any(map(str.isdigit, first[above.columns[column]])) for column in ("dossier_id", "received_at"))
