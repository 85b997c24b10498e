"""Day and month swapped by a spreadsheet of another country: it turns what it can into dates and leaves the rest."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from cchc.importing import dates
from cchc.importing.dates import Reading
from cchc.importing.parts import Part
from cchc.text import Text, number

_YEAR_FIRST = re.compile(r"\d{4}[-/.]\d{1,2}[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})(?!\d)")
_FIRST_DAY = datetime.date(1899, 12, 30)
# Of all days 12 in about 30 could also be months; beyond this, forms and days fall apart so by chance.
_SWAPPABLE, _CHANCE = 0.4, 0.02
# Rows named as examples.
_NAMED = 3
# Number of a row and the date in it.
_Rows = list[tuple[int, str]]


@dataclass(frozen=True)
class Swapped:
    """A column in which `turned` dates of one form all have days up to 12, and `kept` of another none that could be a
    month; rows of the file and cells of the first of both."""

    title: str
    turned: int
    kept: int
    examples: tuple[tuple[int, str], ...]

    def describe(self) -> Text:
        """What was found, as a clause."""
        rows = [", ".join(f"{word} {line} “{cell}”" for line, cell in self.examples) for word in ("hàng", "row")]
        return Text(
            f"cột “{self.title}”: {number(self.turned, 'vi')} ngày một kiểu viết đều từ mùng 1 đến 12, "
            f"{number(self.kept, 'vi')} ngày kiểu viết kia thì không ngày nào có thể là tháng ({rows[0]}), như khi "
            "Excel cài kiểu tháng/ngày đã đảo ngày với tháng",
            f"column “{self.title}”: {number(self.turned, 'en')} dates of one form are all of the 1st to 12th, and "
            f"none of the {number(self.kept, 'en')} of another form could be a month ({rows[1]}), as where Excel set "
            "to another order of day and month has swapped them",
        )


def find(
    connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], readings: Mapping[str, Reading]
) -> Iterator[Swapped]:
    """The columns of dates that look so, first in a sample and then in all of their values."""
    for column, reading in readings.items():
        if _fell_apart((0, value) for value in reading.sample):
            rows = connection.execute(f"select line, {column} from raw where {column} <> '' order by part, line")
            if found := _fell_apart(rows.fetchall()):
                turned, kept = found
                title = next(p.layout.titles[column] for p in parts if column in p.layout.titles)
                yield Swapped(title, len(turned), len(kept), (*turned[:_NAMED], *kept[:_NAMED]))


def _fell_apart(values: Iterable[tuple[int, str]]) -> tuple[_Rows, _Rows] | None:
    """The dates that could have been swapped and those that could not, where these are written in other forms."""
    forms: dict[str, dict[bool, _Rows]] = defaultdict(lambda: {True: [], False: []})
    for line, cell in values:
        if found := _form(cell.strip()):
            form, swappable, shown = found
            forms[form][swappable].append((line, shown))
    turned, kept = ([row for each in forms.values() for row in each[could]] for could in (True, False))
    if any(each[True] and each[False] for each in forms.values()) or not turned or not kept:
        return None
    by_chance = _SWAPPABLE ** len(turned) * (1 - _SWAPPABLE) ** len(kept)
    # What a spreadsheet left as it stood is text, with the year last.
    return None if by_chance > _CHANCE or not all(_YEAR_LAST.match(shown) for _, shown in kept) else (turned, kept)


def _form(value: str) -> tuple[str, bool, str] | None:
    """How a date is written, whether its day could be a month, and the date without its time; None for what is none."""
    if dates.is_day_number(value):
        day = _FIRST_DAY + datetime.timedelta(days=int(value[:5]))
        return "number", day.day <= 12, value
    form = re.sub(r"\d+", "0", value)
    if first := _YEAR_FIRST.match(value):
        return form, int(first[1]) <= 12, first[0]
    if last := _YEAR_LAST.search(value):
        # 13/05/2023 beside 5/6/2023: one form writes a zero before, the other does not.
        bare = any(len(part) == 1 for part in last.groups())
        return f"{form} bare" if bare else form, max(map(int, last.groups())) <= 12, last[0]
    return None
