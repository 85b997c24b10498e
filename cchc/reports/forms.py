"""Statistical forms as files declare them (docs/forms.md): columns with heads and rules, sheets, checks, editions."""

import datetime
import re
import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from cchc.config import REFERENCE
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period
from cchc.reports.only import Only
from cchc.schema import BESIDE
from cchc.text import Text, UserError, fold

FOLDER = "forms"
FIRST = 3  # columns 1 and 2 are the place of a row and its name
ROWS = ("field", "unit", "procedure")
SECTIONS = ("level", "source", "unit", "field")
CHECKS = "Kiểm tra"
_FEWEST, _MOST, _LONGEST = 3, 60, 31
_NARROWEST, _WIDEST, _DEEPEST = 4, 60, 5
_UNFIT = frozenset("[]:*?/\\'{}")
_LINE, _ID = re.compile(r"\(at line (\d+)"), re.compile("[a-z0-9]+(-[a-z0-9]+)*")


class Wrong(Exception):
    """What is wrong in a declaration, in both languages."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi)
        self.text = Text(vi, en)


@dataclass(frozen=True)
class Column:
    """One column: its headings from the top, those of neighbours that are alike being one; what it counts; the columns
    it adds up, with the name and note of a rest that is in none of them; or the columns it is a share of. It may count
    `only` some dossiers, and is then printed only where the data can tell them."""

    number: int
    head: tuple[str, ...]
    counts: tuple[str, ...]
    sum: tuple[int, ...]
    rest: tuple[str, str] | None
    part: tuple[int, ...]
    whole: tuple[int, ...]
    width: float
    only: Only | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """What its counts are called among the figures of a form."""
        return tuple(f"{name} {self.number}" for name in self.counts) if self.only else self.counts

    @property
    def title(self) -> str:
        """What stands in the row of numbers."""
        return f"({self.number})" + ("=" + "+".join(f"({each})" for each in self.sum) if self.sum else "")


@dataclass(frozen=True)
class Layout:
    """One sheet: its name, the heading of its names, what its rows are and the sections they stand in ("" for none)."""

    name: str
    head: str
    rows: str
    sections: str


@dataclass(frozen=True)
class Form:
    """One edition of a form, in force since a day."""

    id: str
    since: datetime.date
    title: Text
    about: Text
    number: str
    circular: str
    heading: tuple[str, ...]
    counted: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    sheets: tuple[Layout, ...]
    equal: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    carried: tuple[tuple[int, str], ...]
    successor: tuple[datetime.date, Text, Text] | None

    @property
    def metrics(self) -> tuple[str, ...]:
        """Every count of its columns, once."""
        return tuple(dict.fromkeys(name for column in self.columns if not column.only for name in column.counts))

    @property
    def some(self) -> tuple[Column, ...]:
        """The columns that count only some dossiers."""
        return tuple(column for column in self.columns if column.only)

    def of_data(self, labels: Mapping[str, Sequence[str]]) -> "Form":
        """The form without the columns that data whose columns say so cannot tell; they are the last, so that no rule
        names one whose number changes."""
        told = [column for column in self.columns if not column.only or column.only.is_told(labels)]
        columns = tuple(replace(column, number=number) for number, column in enumerate(told, FIRST))
        return replace(self, columns=columns)

    def column(self, number: int) -> Column:
        return self.columns[number - FIRST]

    def notice(self, period: Period) -> Text | None:
        """What is known of a text that comes after this edition."""
        if not self.successor:
            return None
        since, before, after = self.successor
        return before if period.end < since else after


Editions = tuple[Form, ...]


def shared() -> dict[str, Editions]:
    """The forms of every area by id, the earliest edition first. Raises UserError where a file of ours is wrong."""
    return _by_id(form for form in map(read, _files(REFERENCE / FOLDER)))


def of_area(data: Path, dataset: str, taken: Set[str]) -> dict[str, Editions | UserError]:
    """The forms an area has of its own by id: each with its editions, those of the shared form included, or what is
    wrong in its file, such as an id of those `taken` by other papers."""
    found: dict[str, Editions | UserError] = {}
    forms: list[Form] = []
    for path in (each for folder in (REFERENCE, data / "reference") for each in _files(folder / dataset / FOLDER)):
        try:
            form = read(path)
            if form.id in taken:
                raise _refused(path, Text(f"{form.id} là tên của báo cáo khác", f"{form.id} is another paper"))
            forms.append(form)
        except UserError as error:
            found[f"bieu-{path.stem}" if path.stem in taken else path.stem] = error
    own = _by_id(forms)
    return {id_: _by_id([*shared().get(id_, ()), *editions])[id_] for id_, editions in own.items()} | found


def edition(editions: Editions, period: Period) -> Form:
    """The edition in force at the end of a period, else the first."""
    return next((form for form in reversed(editions) if form.since <= period.end), editions[0])


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def _by_id(forms: Any) -> dict[str, Editions]:
    """Of two editions of one day the later one given replaces the earlier."""
    found: dict[str, dict[datetime.date, Form]] = {}
    for form in forms:
        found.setdefault(form.id, {})[form.since] = form
    return {id_: tuple(each for _, each in sorted(editions.items())) for id_, editions in found.items()}


def read(path: Path) -> Form:
    """The form a file declares. Raises UserError naming file and fault, in one sentence."""
    try:
        return _read(path.read_text(encoding="utf-8"), path.stem)
    except Wrong as error:
        raise _refused(path, error.text) from error
    except UnicodeDecodeError as error:
        raise _refused(path, Text("không phải UTF-8", "no UTF-8")) from error
    except tomllib.TOMLDecodeError as error:
        raise _refused(path, _misspelt(str(error))) from error


def _misspelt(said: str) -> Text:
    """An error of TOML, its line first."""
    line = _LINE.search(said)
    where = Text(f"dòng {line[1]}", f"line {line[1]}") if line else Text("cuối tệp", "its end")
    what = said.partition(" (at ")[0]
    return Text(f"{where.vi} không đúng TOML ({what})", f"{where.en} is no TOML ({what})")


def _refused(path: Path, what: Text) -> UserError:
    return UserError(
        Text(
            f"{FOLDER}/{path.name} sai: {what.vi}; sửa tệp đó rồi thử lại.",
            f"{FOLDER}/{path.name} is wrong: {what.en}; mend that file.",
        )
    )


@lru_cache(maxsize=64)
def _read(text: str, stem: str) -> Form:
    table = _Table(tomllib.loads(text), "")
    columns = tuple(_column(each) for each in table.tables("column"))
    _check_columns(columns)
    checks = table.tables("check")
    counted = _counted(columns)
    form = Form(
        id=table.text("form", stem),
        since=table.day("since", datetime.date.min),
        title=table.both("title"),
        about=table.both("about"),
        number=table.text("number"),
        circular=table.text("circular", ""),
        heading=table.texts("heading"),
        counted=table.text("counted"),
        notes=table.texts("notes", ()),
        columns=columns,
        sheets=tuple(_layout(each) for each in table.tables("sheet")),
        equal=tuple((it.numbers("left", counted), it.numbers("right", counted)) for it in checks if "left" in it.keys),
        carried=tuple(
            (it.number("carried", counted), _metric(it.text("open"), it)) for it in checks if "left" not in it.keys
        ),
        successor=_successor(table),
    )
    for each in (*checks, table):
        each.refuse_others()
    names = [CHECKS.lower(), *(sheet.name.lower() for sheet in form.sheets)]
    if len(names) == 1 or len({*names}) < len(names):
        raise Wrong(f"cần [[sheet]], tên khác nhau và khác {CHECKS}", f"[[sheet]] needs names of its own, not {CHECKS}")
    if form.sheets[0].sections == "source":  # many areas have no systems
        raise Wrong("tờ thứ nhất không chia theo source", "the first sheet cannot be in sections by source")
    if not _ID.fullmatch(form.id):
        raise Wrong(
            "tên tệp hoặc form chỉ gồm chữ thường không dấu, số và gạch nối",
            "the name of the file, or form, has plain small letters, digits and hyphens only",
        )
    return form


def _column(table: "_Table") -> Column:
    rest, share, only = table.inner("rest"), table.inner("share"), table.inner("only")
    found = Column(
        number=table.number("number"),
        head=table.texts("head"),
        counts=tuple(_metric(name, table) for name in table.texts("counts", ())),
        sum=table.numbers("sum") if "sum" in table.keys else (),
        rest=(rest.text("name"), rest.text("note")) if rest else None,
        part=share.numbers("of") if share else (),
        whole=share.numbers("in") if share else (),
        width=float(table.number("width")) if "width" in table.keys else 9.0,
        only=_only(only) if only else None,
    )
    for each in filter(None, (rest, share, only, table)):
        each.refuse_others()
    said = Text(f"cột {found.number}", f"column {found.number}")
    if not 0 < len(found.head) <= _DEEPEST or not (found.counts or found.sum or found.part):
        raise Wrong(f"{said.vi} cần head và counts, sum hoặc share", f"{said.en} needs head and counts, sum or share")
    if not _NARROWEST <= found.width <= _WIDEST:
        room = f"{_NARROWEST}-{_WIDEST}"
        raise Wrong(f"{said.vi}: width trong khoảng {room}", f"{said.en}: width is within {room}")
    return found


def _only(table: "_Table") -> Only:
    found = Only(table.text("by"), frozenset(map(fold, table.texts("words", ()))), table.text("note", ""))
    if found.by not in BESIDE or bool(found.words) == (found.by == "receiving_unit"):
        said = ", ".join(BESIDE)
        raise Wrong(
            f"only cần by là một trong {said}, có words trừ receiving_unit",
            f"only needs by as one of {said}, with words except for receiving_unit",
        )
    return found


def _counted(columns: Sequence[Column]) -> set[int]:
    """The numbers of columns that a rule may name: those that hold counts and are always printed."""
    return {column.number for column in columns if not column.part and not column.only}


def _check_columns(columns: Sequence[Column]) -> None:
    """Columns are numbered one after the other, and rules name columns that hold numbers of their own."""
    numbers = [column.number for column in columns]
    if numbers != [*range(FIRST, FIRST + len(columns))] or not _FEWEST <= len(columns) <= _MOST:
        last = f"{FIRST}, {FIRST + 1}, …"
        raise Wrong(f"các cột phải đánh số liền nhau từ {last} ({numbers})", f"columns are numbered {last} ({numbers})")
    counted = _counted(columns)
    plain = {column.number for column in columns if not column.sum} & counted
    for column in columns:
        _refuse(column.number, column.sum, plain, "cộng", "adds up")
        _refuse(column.number, (*column.part, *column.whole), counted, "chia", "is a share of")
        if column.rest and not (column.sum and column.counts):
            said = column.number
            raise Wrong(f"cột {said}: rest cần counts và sum", f"column {said}: rest needs counts and sum")
    if any(one.only and not following.only for one, following in pairwise(columns)) or any(
        column.only and (column.sum or column.part) for column in columns
    ):
        raise Wrong("cột có only đứng sau cùng và chỉ có counts", "columns with only stand last and have counts alone")


def _refuse(number: int, named: Sequence[int], there: set[int], vi: str, en: str) -> None:
    for other in named:
        if other not in there:
            raise Wrong(
                f"cột {number} {vi} cột {other}, là cột không có hoặc tự nó là công thức",
                f"column {number} {en} column {other}, which is not there or is a rule itself",
            )


def _layout(table: "_Table") -> Layout:
    found = Layout(table.text("name"), table.text("head"), table.text("rows"), table.text("sections", ""))
    table.refuse_others()
    for key, value, known in (("rows", found.rows, ROWS), ("sections", found.sections, ("", *SECTIONS))):
        if value not in known:
            said = ", ".join(filter(None, known))
            raise Wrong(f"{key} = {value!r} không có; dùng {said}", f"there is no {key} = {value!r}; use {said}")
    if found.rows == found.sections or not 0 < len(found.name.strip()) <= _LONGEST or set(found.name) & _UNFIT:
        raise Wrong(f"tờ {found.name!r} không dùng được", f"the sheet {found.name!r} cannot be used")
    return found


def _metric(name: str, table: "_Table") -> str:
    metric = METRICS.get(name)
    if metric is None or metric.is_rate or metric.format != "count":
        raise Wrong(f"{table.place}{name!r} không phải số đếm nào", f"{table.place}{name!r} is no count")
    return name


def _successor(table: "_Table") -> tuple[datetime.date, Text, Text] | None:
    inner = table.inner("successor")
    if not inner:
        return None
    found = inner.day("since"), inner.both("before"), inner.both("after")
    inner.refuse_others()
    return found


_NEEDED: Any = object()


class _Table:
    """A table of the file, read key by key; each key that is missing, of another kind, or not known is told of."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self.keys, self.place = values, place
        self._asked: set[str] = set()

    def _get(self, key: str, kind: type, default: Any = _NEEDED) -> Any:
        self._asked.add(key)
        value = self.keys.get(key, default)
        if value is _NEEDED:
            raise Wrong(f"{self.place}thiếu {key}", f"{self.place}{key} is missing")
        if value is not default and (not isinstance(value, kind) or isinstance(value, bool)):
            raise Wrong(f"{self.place}{key} không đúng kiểu", f"{self.place}{key} is of the wrong kind")
        return value

    def text(self, key: str, default: Any = _NEEDED) -> str:
        return str(self._get(key, str, default))

    def texts(self, key: str, default: Any = _NEEDED) -> tuple[str, ...]:
        found = self._get(key, list, default)
        if not all(isinstance(each, str) for each in found):
            raise Wrong(f"{self.place}{key} không đúng kiểu", f"{self.place}{key} is of the wrong kind")
        return tuple(found)

    def both(self, key: str) -> Text:
        inner = _Table(self._get(key, dict), f"{self.place}{key}: ")
        vi, en = (inner.text(language) for language in ("vi", "en"))
        inner.refuse_others()
        return Text(vi, en)

    def day(self, key: str, default: Any = _NEEDED) -> datetime.date:
        found: datetime.date = self._get(key, datetime.date, default)
        if isinstance(found, datetime.datetime):
            raise Wrong(f"{self.place}{key} phải là một ngày", f"{self.place}{key} must be a day")
        return found

    def number(self, key: str, columns: set[int] | None = None) -> int:
        return self._known(key, [self._get(key, int)], columns)[0]

    def numbers(self, key: str, columns: set[int] | None = None) -> tuple[int, ...]:
        return self._known(key, self._get(key, list), columns)

    def _known(self, key: str, values: list[Any], columns: set[int] | None) -> tuple[int, ...]:
        for value in values or [None]:
            if type(value) is not int or (columns is not None and value not in columns):
                raise Wrong(f"{self.place}{key} không có cột {value}", f"{self.place}{key}: there is no column {value}")
        return tuple(values)

    def inner(self, key: str) -> "_Table | None":
        return _Table(self._get(key, dict), f"{self.place}{key}: ") if key in self.keys else None

    def tables(self, key: str) -> list["_Table"]:
        found = self._get(key, list, [])
        return [_Table(each if isinstance(each, dict) else {}, f"[[{key}]] {n}: ") for n, each in enumerate(found, 1)]

    def refuse_others(self) -> None:
        """Raises Wrong for a key nobody asked about."""
        for key in sorted(set(self.keys) - self._asked):
            raise Wrong(f"{self.place}không có khóa {key}", f"{self.place}there is no key {key}")
