"""A table of published figures: one row per figure with its document, period and scope, read and checked as a whole."""

import csv
import datetime
import hashlib
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from cchc.filters import CHANNEL_NAMES, LEVEL_NAMES
from cchc.importing.headings import Layout
from cchc.importing.mapping import clean
from cchc.importing.matching import Matcher
from cchc.importing.parts import unreadable
from cchc.importing.sources import open_export
from cchc.periods import Period, containing
from cchc.reconcile.precision import Printed
from cchc.reconcile.vocabulary import UNITS, Meaning, closest, meaning
from cchc.references import References, Unit
from cchc.schema import CHANNELS, LEVELS
from cchc.text import Language, Text, UserError, date, harmless, number

COLUMNS = (
    "id", "area", "scope", "from", "to", "metric", "value", "unit", "numerator_id", "denominator_id", "document",
)  # fmt: skip
_OPTIONAL = {"area", "numerator_id", "denominator_id"}
# More rows are a list of something else.
_MOST_ROWS = 5000
_LONGEST = 120
_NUMBER = re.compile(r"[-−+]?\d{1,12}(?:[.,]\d{1,6})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
T = TypeVar("T")


@dataclass(frozen=True)
class Scope:
    """Which dossiers a figure counts: of one level or unit, filed by one channel; "" means any."""

    level: str = ""
    unit: str = ""
    channel: str = ""

    def within(self, other: "Scope") -> bool:
        """Whether every dossier of this scope is in the other."""
        pairs = ((self.level, other.level), (self.unit, other.unit), (self.channel, other.channel))
        return all(wide in ("", narrow) for narrow, wide in pairs)

    def label(self, known: References, language: Language) -> str:
        """In words, for the middle of a sentence."""
        where = Text("toàn khu vực", "the whole area")[language]
        if self.unit:
            where = known.units[self.unit].name
        elif self.level:
            where = LEVEL_NAMES[self.level][language].lower()
        return f"{where}, {CHANNEL_NAMES[self.channel][language].lower()}" if self.channel else where


@dataclass(frozen=True)
class Figure:
    """One published figure. `row` is its line in the table; `numerator` and `denominator` are ids of other figures of
    the table ("" = none); `days` are the days a date may mean (a whole month where only that is published)."""

    id: str
    row: int
    scope: Scope
    where: str
    period: Period
    meaning: Meaning
    printed: Printed
    days: Period | None
    numerator: str
    denominator: str
    document: str

    def show(self, language: Language) -> str:
        """The value as it was published, in the reader's writing."""
        if self.days:
            return self.days.label(language) if self.days.start < self.days.end else date(self.days.start, language)
        return shown(float(self.printed.value), self, language)

    def label(self, known: References, language: Language) -> str:
        """What it is about: "Tỷ lệ trực tuyến, toàn khu vực, quý I/2023"."""
        parts = [self.meaning.label[language], self.scope.label(known, language)]
        return ", ".join(parts if self.meaning.kind == "start" else [*parts, self.period.label(language)])


def shown(value: float, like: Figure, language: Language) -> str:
    """A value with the unit and as many decimals as another figure."""
    unit, vi = like.meaning.unit, language == "vi"
    text = number(value, language, like.printed.decimals, signed=unit == "point")
    return text + {"percent": " %" if vi else "%", "point": " điểm %" if vi else " pp"}.get(unit, "")


@dataclass(frozen=True)
class Table:
    """Every published figure of one dataset; `left_out` rows of the file were about other areas."""

    figures: tuple[Figure, ...]
    left_out: int = 0

    @cached_property
    def by_id(self) -> dict[str, Figure]:
        return {figure.id: figure for figure in self.figures}

    @cached_property
    def digest(self) -> str:
        """Changes with any cell: what a page remembers its findings by."""
        return hashlib.sha256(self.to_csv("").encode()).hexdigest()[:16]

    @property
    def documents(self) -> list[str]:
        """Ids of the documents, in the order they first appear in."""
        return list(dict.fromkeys(figure.document for figure in self.figures))

    def rows(self, area: str) -> list[dict[str, str]]:
        """The figures as rows of the file they are read from."""
        return [
            {
                "id": each.id, "area": area, "scope": each.where,
                "from": each.period.start.isoformat(), "to": each.period.end.isoformat(),
                "metric": each.meaning.name, "value": _written(each), "unit": each.meaning.unit,
                "numerator_id": each.numerator, "denominator_id": each.denominator, "document": each.document,
            }
            for each in self.figures
        ]  # fmt: skip

    def to_csv(self, area: str) -> str:
        """The table as CSV that `read` gives back; no cell can be taken for a formula."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in self.rows(area):
            writer.writerow({name: text if name == "value" else harmless(text) for name, text in row.items()})
        return out.getvalue()


def _written(figure: Figure) -> str:
    if not figure.days:
        return figure.printed.text
    first = figure.days.start.isoformat()
    return first if figure.days.start == figure.days.end else first[:7]


def read(path: Path, known: References) -> Table:
    """The table in a file (CSV in any usual encoding and delimiter, XLSX, Parquet), rows of other areas left out.

    Raises UserError naming row and column of the first cell that cannot be meant.
    """
    return parse(_cells(path), known)


def read_kept(path: Path, known: References) -> Table:
    """The table in a file that `Table.to_csv` wrote, or that is written like one; `read` takes ten times as long."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return parse(enumerate(csv.DictReader(file), start=2), known)


def _cells(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Row numbers and cells by heading; the headings stand in the first row."""
    source = open_export(path)
    try:
        titles = [cell.strip().lower() for cell in source.heads[0].rows[0]]
        # With a stroke at the end no name is a word of SQL.
        columns = {f"{name}_": titles.index(name) for name in COLUMNS if name in titles}
        if missing := [name for name in COLUMNS if name not in titles and name not in _OPTIONAL]:
            names = ", ".join(missing)
            raise unreadable(path.name, f"dòng tiêu đề thiếu cột {names}", f"its headings lack the columns {names}")
        with tempfile.TemporaryDirectory() as folder:
            layout = Layout(columns, {}, 1, len(titles), ())
            [part] = source.load({0: layout}, Path(folder), lambda _: None)
            rows = part.table().to_pylist()
        if part.malformed:
            row = part.malformed[0].line
            raise unreadable(
                path.name,
                f"dòng {row} không có đủ {len(titles)} ô như tiêu đề",
                f"row {row} does not have the {len(titles)} cells of the headings",
            )
        for row in rows:
            yield row.pop("line"), {name[:-1]: cell for name, cell in row.items()}
    finally:
        source.close()


def parse(cells: Iterable[tuple[int, dict[str, Any]]], known: References) -> Table:
    """The table in these rows (number and cells by column name). Raises UserError as `read` does."""
    texts = ((line, {name: _text(row.get(name)) for name in COLUMNS}) for line, row in cells)
    rows = [(line, row) for line, row in texts if any(row.values())]
    if len(rows) > _MOST_ROWS:
        most = number(_MOST_ROWS, "vi"), number(_MOST_ROWS, "en")
        raise UserError(
            Text(
                f"Bảng có hơn {most[0]} dòng; chia thành nhiều bảng.",
                f"The table has more than {most[1]} rows; split it.",
            )
        )
    own = [(line, row) for line, row in rows if row["area"] in ("", known.dataset.id)]
    if rows and not own:
        refuse(rows[0][0], "area", f"không có dòng nào của {known.dataset.id}", f"no row is about {known.dataset.id}")
    figures = [_figure(line, row, known) for line, row in own]
    table = Table(tuple(figures), len(rows) - len(own))
    _check_links(table)
    return table


def _text(cell: object) -> str:
    """A cell without the mark that keeps a spreadsheet from reading it as a formula."""
    return clean("" if cell is None else str(cell)).removeprefix("'")


def refuse(row: int, column: str, vi: str, en: str) -> NoReturn:
    """Raise the one sentence that names the row and column of a cell that cannot be meant, and why."""
    raise UserError(Text(f"Dòng {row}, cột {column}: {vi}.", f"Row {row}, column {column}: {en}."))


def _figure(line: int, row: dict[str, str], known: References) -> Figure:
    for name in ("id", "document"):
        if not row[name] or len(row[name]) > _LONGEST:
            refuse(line, name, f"phải có, không quá {_LONGEST} ký tự", f"needed, of at most {_LONGEST} characters")
    about = _meaning(line, row)
    period = Period(_cell(line, row, "from", _day), _cell(line, row, "to", _day))
    if period.start > period.end:
        refuse(line, "to", f"{row['to']} đứng trước {row['from']}", f"{row['to']} comes before {row['from']}")
    if about.kind == "change" and halves(period) is None:
        refuse(line, "from", "kỳ phải gồm đúng hai kỳ liền nhau cùng loại", "not two periods of one kind in a row")
    days = _cell(line, row, "value", _days) if about.unit == "date" else None
    return Figure(
        id=row["id"],
        row=line,
        scope=_scope(line, row, known, period.end),
        where=row["scope"],
        period=period,
        meaning=about,
        printed=Printed("0") if days else _printed(line, row["value"], about),
        days=days,
        numerator=row["numerator_id"],
        denominator=row["denominator_id"],
        document=row["document"],
    )


def halves(period: Period) -> tuple[Period, Period] | None:
    """The two periods of one kind, one after the other, that a change compares; None if it is not such a pair."""
    for kind in ("year", "half", "quarter", "month", "year_15", "half_15", "quarter_15", "month_15", "week"):
        later = containing(kind, period.end)
        if later.end == period.end and later.previous().start == period.start:
            return later.previous(), later
    return None


def _meaning(line: int, row: dict[str, str]) -> Meaning:
    about = meaning(row["metric"])
    if about is None:
        like = closest(row["metric"])
        vi, en = (f"; gần nhất là {like}", f"; the closest is {like}") if like else ("", "")
        refuse(line, "metric", f"không có chỉ số “{row['metric']}”{vi}", f"there is no metric “{row['metric']}”{en}")
    if row["unit"] != about.unit:
        names = ", ".join(UNITS)
        refuse(
            line,
            "unit",
            f"“{row['unit']}” không phải đơn vị tính của {about.name} ({about.unit}); các đơn vị tính: {names}",
            f"“{row['unit']}” is not the unit of {about.name} ({about.unit}); the units are {names}",
        )
    return about


def _scope(line: int, row: dict[str, str], known: References, day: datetime.date) -> Scope:
    where, dash, channel = row["scope"].rpartition("-")
    if channel not in CHANNELS or not dash:
        where, channel = row["scope"], ""
    if where in ("all", *LEVELS):
        return Scope(level="" if where == "all" else where, channel=channel)
    matcher = _matcher(tuple(known.units.values()), day)
    if (unit := matcher.find(where)) is None:
        like = matcher.closest(where)
        vi, en = (f"; gần nhất là {like.name}", f"; the closest is {like.name}") if like else ("", "")
        refuse(line, "scope", f"không có đơn vị “{where}”{vi}", f"there is no unit “{where}”{en}")
    return Scope(known.units[unit].level, unit, channel)


@lru_cache(maxsize=64)
def _matcher(units: tuple[Unit, ...], day: datetime.date) -> Matcher:
    return Matcher(units, day=day)


def _cell(line: int, row: dict[str, str], column: str, convert: Callable[[str], T]) -> T:
    try:
        return convert(row[column])
    except ValueError:
        refuse(line, column, f"“{row[column]}” không phải là ngày", f"“{row[column]}” is not a date")


def _day(text: str) -> datetime.date:
    """A day written as in ISO 8601 or as dd/MM/yyyy, as a spreadsheet may have left it."""
    text = text.removesuffix(" 00:00:00")
    if "/" in text:
        day, month, year = (int(part) for part in text.split("/"))
        found = datetime.date(year, month, day)
    else:
        found = datetime.date.fromisoformat(text)
    if not 1900 <= found.year <= 2200:
        raise ValueError(text)
    return found


def _days(text: str) -> Period:
    """The day, or the month, a published date means."""
    if month := re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{1,2})|(?P<m2>\d{1,2})/(?P<y2>\d{4})", text):
        found = datetime.date(int(month["y"] or month["y2"]), int(month["m"] or month["m2"]), 1)
        return containing("month", found)
    day = _day(text)
    return Period(day, day)


def _printed(line: int, text: str, about: Meaning) -> Printed:
    plain = "".join(text.split()).removesuffix("%" if about.unit == "percent" else "")
    if about.unit == "count" and _THOUSANDS.fullmatch(plain):
        plain = plain.replace(".", "")
    if not _NUMBER.fullmatch(plain):
        refuse(line, "value", f"“{text}” không phải là số", f"“{text}” is not a number")
    printed = Printed(plain.replace(",", ".").replace("−", "-").lstrip("+"))
    if about.unit == "count" and (printed.decimals or printed.value < 0):
        refuse(line, "value", f"“{text}” không phải là số đếm", f"“{text}” is not a count")
    return printed


def _check_links(table: Table) -> None:
    """Raise UserError when an id stands twice, or a numerator or denominator is none of the table's counts."""
    seen = set[str]()
    for each in table.figures:
        if each.id in seen:
            refuse(each.row, "id", f"“{each.id}” đã có ở dòng khác", f"“{each.id}” stands in another row too")
        seen.add(each.id)
        for column, other in (("numerator_id", each.numerator), ("denominator_id", each.denominator)):
            if other and (other not in table.by_id or table.by_id[other].meaning.unit != "count"):
                refuse(each.row, column, f"bảng không có số đếm “{other}”", f"the table has no count “{other}”")
            if not other and each.meaning.kind == "growth":
                refuse(each.row, column, "mức tăng phải có cả hai số đem so", "an increase needs both figures compared")
