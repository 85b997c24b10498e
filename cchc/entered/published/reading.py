"""A table of published figures is read from a file as a whole, or refused with the first cell that cannot be meant."""

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from cchc.entered.published.precision import Printed
from cchc.entered.published.statements import COLUMNS, WHOLE_AREA, Figure, Scope, Table, halves
from cchc.entered.published.vocabulary import UNITS, Meaning, closest, find
from cchc.figures.filters import LEVEL_NAMES
from cchc.figures.periods import Period, containing
from cchc.importing import cells
from cchc.importing.mapping import clean
from cchc.importing.matching import Matcher, New
from cchc.importing.parts import unreadable
from cchc.rules.boundaries import Unit
from cchc.rules.references import References
from cchc.schema import CHANNELS
from cchc.text import Text, UserError, fold, number

_OPTIONAL = {"area", "unit", "numerator_id", "denominator_id"}
# More rows are a list of something else; every period is a question to the records.
_MOST_ROWS, _MOST_PERIODS = 3000, 150
_LONGEST = 120
_NUMBER = re.compile(r"[-−+]?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_DATE = re.compile(r"(?P<day>[0-9]{1,2})(?P<stroke>[/.-])(?P<month>[0-9]{1,2})(?P=stroke)(?P<year>[0-9]{4})")
_MONTH = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})|(?P<m2>[0-9]{1,2})/(?P<y2>[0-9]{4})")
# How a level or the whole area may be written, accents and case aside.
_PLACES = {"all": ""} | {fold(text): "" for text in (WHOLE_AREA.vi, WHOLE_AREA.en)}
_PLACES |= {fold(text): level for level, name in LEVEL_NAMES.items() for text in (level, name.vi, name.en)}
_HEADINGS = {fold(text): name for name, title in COLUMNS.items() for text in (name, title.vi, title.en)}
T = TypeVar("T")


def read(path: Path, references: References) -> Table:
    """The table in a file (CSV in any usual encoding and delimiter, XLSX, Parquet), rows of other areas left out.

    Raises UserError naming row and column of the first cell that cannot be meant.
    """
    table = parse(_cells(path), references)
    if not table.figures:
        raise unreadable(path.name, "không có số nào dưới dòng tiêu đề", "there is no figure below its headings")
    return table


def read_kept(content: bytes, references: References) -> Table:
    """The table that `Table.to_csv` wrote, or that is written like one; `read` takes ten times as long. Raises
    UserError as `read` does."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable("published.csv", "tệp không phải CSV UTF-8", "the file is not UTF-8") from error
    return parse(enumerate(csv.DictReader(io.StringIO(text, newline="")), start=2), references)


def _cells(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Row numbers and cells by heading; the headings stand in the first row."""
    heads, rows = cells.read(path, _MOST_ROWS)
    titles = [_HEADINGS.get(fold(head), "") for head in heads]
    _check_headings(path.name, titles)
    for line, row in rows:
        if len(row) != len(titles):
            raise unreadable(
                path.name,
                f"dòng {line} không có đúng {len(titles)} ô như tiêu đề; ô có dấu phẩy phải đặt trong ngoặc kép",
                f"row {line} does not have the {len(titles)} cells of the headings; quote what holds a comma",
            )
        yield line, {name: cell for name, cell in zip(titles, row, strict=True) if name}


def _check_headings(file: str, titles: list[str]) -> None:
    """Raise UserError when a column is missing from the headings, or stands there twice."""
    missing = [name for name in COLUMNS if name not in titles and name not in _OPTIONAL]
    twice = [name for name in COLUMNS if titles.count(name) > 1]
    if missing:
        vi, en = (", ".join(_titled(name)[language] for name in missing) for language in ("vi", "en"))
        raise unreadable(
            file,
            f"dòng đầu phải là tên các cột, còn thiếu {vi}",
            f"its first row must hold the headings, and lacks {en}",
        )
    if twice:
        column = _titled(twice[0])
        raise unreadable(file, f"có hai cột {column.vi}, chỉ để lại một", f"{column.en} stands twice, keep one")


def _titled(name: str) -> Text:
    """A column in words, with the name it has in the file: "chỉ số (metric)"."""
    return Text(f"{COLUMNS[name].vi.lower()} ({name})", f"“{name}”")


def parse(numbered: Iterable[tuple[int, dict[str, Any]]], references: References) -> Table:
    """The table in these rows (number and cells by column name). Raises UserError as `read` does."""
    texts = ((line, {name: _text(row.get(name)) for name in COLUMNS}) for line, row in numbered)
    rows = [(line, row) for line, row in texts if any(row.values())]
    _check_size(len(rows), _MOST_ROWS, Text("dòng", "rows"))
    _check_size(len({(row["from"], row["to"]) for _, row in rows}), _MOST_PERIODS, Text("kỳ khác nhau", "periods"))
    own = [(line, row) for line, row in rows if row["area"] in ("", references.dataset.id)]
    if rows and not own:
        refuse(
            rows[0][0],
            "area",
            f"không có dòng nào của {references.dataset.id}",
            f"no row is about {references.dataset.id}",
        )
    figures = [_figure(line, row, references) for line, row in own]
    table = Table(tuple(figures), len(rows) - len(own))
    _check_links(table)
    return table


def _check_size(size: int, most: int, of: Text) -> None:
    if size > most:
        vi, en = number(most, "vi"), number(most, "en")
        raise UserError(
            Text(
                f"Bảng có hơn {vi} {of.vi}; chia thành nhiều bảng.", f"The table has more than {en} {of.en}; split it."
            )
        )


def _text(cell: object) -> str:
    """A cell without the mark that keeps a spreadsheet from reading it as a formula."""
    return clean("" if cell is None else str(cell)).removeprefix("'")


def refuse(row: int, column: str, vi: str, en: str) -> NoReturn:
    """Raise the one sentence that names the row and column of a cell that cannot be meant, and why."""
    title = _titled(column)
    raise UserError(Text(f"Dòng {row}, cột {title.vi}: {vi}.", f"Row {row}, column {title.en}: {en}."))


def _figure(line: int, row: dict[str, str], references: References) -> Figure:
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
        scope=_scope(line, row, references, period.end),
        where=row["scope"],
        period=period,
        meaning=about,
        printed=Printed("0") if days else _printed(line, row["value"], about),
        days=days,
        numerator=row["numerator_id"],
        denominator=row["denominator_id"],
        document=row["document"],
    )


def _meaning(line: int, row: dict[str, str]) -> Meaning:
    about = find(row["metric"])
    if about is None:
        like = closest(row["metric"])
        vi, en = (f"; gần nhất là {like}", f"; the closest is {like}") if like else ("", "")
        refuse(line, "metric", f"không có chỉ số “{row['metric']}”{vi}", f"there is no metric “{row['metric']}”{en}")
    name = UNITS[about.unit]
    if fold(row["unit"]) not in {"", about.unit, *map(fold, (name.vi, name.en))}:
        refuse(
            line,
            "unit",
            f"“{row['unit']}” không phải đơn vị tính của {about.name}; ghi {about.unit} hoặc để trống",
            f"“{row['unit']}” is not the unit of {about.name}; write {about.unit} or leave it empty",
        )
    return about


def _scope(line: int, row: dict[str, str], references: References, day: datetime.date) -> Scope:
    where, dash, channel = row["scope"].rpartition("-")
    if channel not in CHANNELS or not dash:
        where, channel = row["scope"], ""
    place, _, name = where.rpartition("/")
    field = _fields(tuple((id_, text.vi) for id_, text in references.fields.items())).find(name) if place else None
    where = place if field else where
    if (level := _PLACES.get(fold(where))) is not None:
        return Scope(level, "", channel, field or "")
    matcher = _matcher(tuple(references.units.values()), day)
    if (unit := matcher.find(where)) is None:
        like = matcher.closest(where) if where else None
        vi, en = (f"; gần nhất là {like.name}", f"; the closest is {like.name}") if like else ("", "")
        refuse(
            line,
            "scope",
            f"không có đơn vị “{where}”{vi}; cả khu vực ghi là all, một cấp ghi là district hoặc commune",
            f"there is no unit “{where}”{en}; the whole area is all, a level is district or commune",
        )
    return Scope(references.units[unit].level, unit, channel, field or "")


@lru_cache(maxsize=64)
def _fields(names: tuple[tuple[str, str], ...]) -> Matcher:
    return Matcher(New(id_, name, (), "") for id_, name in names)


@lru_cache(maxsize=64)
def _matcher(units: tuple[Unit, ...], day: datetime.date) -> Matcher:
    return Matcher(units, day=day)


def _cell(line: int, row: dict[str, str], column: str, convert: Callable[[str], T]) -> T:
    try:
        return convert(row[column])
    except ValueError:
        refuse(
            line,
            column,
            f"“{row[column]}” không phải là ngày; ghi như 31/03/2023 hoặc 2023-03-31",
            f"“{row[column]}” is not a date; write it as 31/03/2023 or 2023-03-31",
        )


def _day(text: str) -> datetime.date:
    """A day written as in ISO 8601 or day first, as a spreadsheet may have left it."""
    text = text.removesuffix(" 00:00:00")
    written = _DATE.fullmatch(text)
    found = datetime.date.fromisoformat(
        f"{written['year']}-{written['month']:0>2}-{written['day']:0>2}" if written else text
    )
    if not 1900 <= found.year <= 2200:
        raise ValueError(text)
    return found


def _days(text: str) -> Period:
    """The day, or the month, a published date means."""
    if month := _MONTH.fullmatch(text):
        found = datetime.date(int(month["y"] or month["y2"]), int(month["m"] or month["m2"]), 1)
        return containing("month", found)
    day = _day(text)
    return Period(day, day)


def _printed(line: int, text: str, about: Meaning) -> Printed:
    plain = "".join(text.split()).removesuffix("%" if about.unit == "percent" else "")
    if about.unit == "count":
        # 1.482 as people write it, 1482.0 as software does.
        plain = plain.replace(".", "") if _THOUSANDS.fullmatch(plain) else plain.removesuffix(".0")
    if not _NUMBER.fullmatch(plain):
        refuse(line, "value", f"“{text}” không phải là số", f"“{text}” is not a number")
    printed = Printed(plain.replace(",", ".").replace("−", "-").lstrip("+"))
    if about.unit == "count" and (printed.decimals or printed.value < 0):
        refuse(
            line,
            "value",
            f"“{text}” không phải là số đếm; ghi số nguyên như 1482 hoặc 1.482",
            f"“{text}” is not a count; write a whole number such as 1482",
        )
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
