"""Which way a column of dates is to be read: decided over all of its values, never row by row."""

import datetime
import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from cchc.importing.mapping import ISO_FORMATS, NO_DAY, ZERO_DAYS
from cchc.importing.persons import HIDDEN, has_contact
from cchc.text import Text, UserError

_SAMPLE = 500
# From so many unreadable values on, and with fewer readable ones than this share, a column does not hold dates of a
# known form; fewer may be slips of the pen, of which no two show the same other order of day and month.
_MANY = 20
_READABLE = 0.9
_DAY_NUMBER = re.compile(r"\d{5}([.,]\d+)?")
# Milliseconds since 1970, of the years 2001 to 2033: no written date has thirteen digits.
_EPOCH = re.compile(r"1\d{12}")
_WORDS = {"dmy": Text("ngày/tháng/năm", "day/month/year"), "mdy": Text("tháng/ngày/năm", "month/day/year")}
_TWO_DIGITS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d).*")
# What tokens of `mapping.strptime_format` and separators can write.
_SAYABLE = re.compile(r"(?!\d{9,13}$)(?=.*\d{4})[-/.:, T\d]+( ?[AP]M)?", re.IGNORECASE)

_DAY, _MONTHS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}"), 12

# Microseconds Vietnam's clock is ahead of UTC; it has had no other zone since 1975.
VIETNAM = 7 * 3600 * 1_000_000
_CLOCK = r"(:\d\d(?:\.\d+)?(?: [AP]M)?)"
_WEEKDAY = "thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|cn|t[2-7]"
# Names of months and weekdays as English programs write them; such a date can be read in one order only.
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "june?", "july?", "aug", "sept?", "oct", "nov", "dec")
_LONG_NAMES = ("uary", "ruary", "ch", "il", "", "", "", "ust", "ember", "ober", "ember", "ember")
_ENGLISH = (
    (r"(?i)(^| )(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[,.]? ", r"\1"),
    *(
        pair
        for n, (name, rest) in enumerate(zip(_MONTH_NAMES, _LONG_NAMES, strict=True), start=1)
        for month in [rf"{name}(?:{rest})?\.?"]
        for pair in (
            (rf"(?i)\b(\d{{1,2}})[ /.-]?{month}[ /.,-]*(\d{{4}})\b", rf"\2-{n}-\1"),
            (rf"(?i)\b{month}[ /.-](\d{{1,2}}),?[ /.-](\d{{4}})\b", rf"\2-{n}-\1"),
        )
    ),
)
# How a written date becomes one that a format can say, in this order: pattern and replacement of RE2.
_PLAIN = (
    (r"[‐-―−]", "-"),
    (rf"(?i)(^| )(?:{_WEEKDAY})[,.]? ", r"\1"),
    (r"(?i)(^| )(?:ngày|lúc|mùng) ", r"\1"),
    (r"(?i)(\d)(?: tháng |[ -]thg? ?)(\d{1,2})(?: năm |, | |-)(\d{4})", r"\1/\2/\3"),
    (r"^(20\d\d)([01]\d)([0-3]\d)$", r"\1-\2-\3"),
    (r"^(20\d\d)([01]\d)([0-3]\d)([0-2]\d)([0-5]\d)$", r"\1-\2-\3 \4:\5"),
    (r"^(20\d\d)([01]\d)([0-3]\d)([0-2]\d)([0-5]\d)([0-5]\d)$", r"\1-\2-\3 \4:\5:\6"),
    (r"(?i)(^| )(s\.?a\.?|sáng|c\.?h\.?|chiều|tối|[ap]\.?m\.?) (\d{1,2}:[:\d]+)", r"\1\3 \2"),
    (r" ?/ ?", "/"),
    (r"(\d)T(\d)", r"\1 \2"),
    (r"(?i)(\d) ?(?:h|g|giờ) ?(\d\d)", r"\1:\2"),
    (r"(?i)(\d) ?(?:phút|ph) ?(\d\d) ?(?:giây|s)", r"\1:\2"),
    (r"(?i)(\d) ?(?:phút|ph)(,? |$)", r"\1\2"),
    (r"(\d)(?:,| -|, -) (\d)", r"\1 \2"),
    (r" ?\[[A-Za-z_/]+\]$", ""),
    (r" ?\(((?:GMT|UTC)?[+-]\d[\d:]*)\)$", r" \1"),
    (r"(?i)(\d) ?(?:s\.?a\.?|sáng|a\.? ?m\.?)( |$)", r"\1 AM\2"),
    (r"(?i)(\d) ?(?:c\.?h\.?|chiều|tối|p\.? ?m\.?)( |$)", r"\1 PM\2"),
    (r"(^|[ T])((?:1[3-9]|2[0-3]):[:.,\d]+) PM", r"\1\2"),
    (r"(^|[ T])(00?:[:.,\d]+) AM", r"\1\2"),
    (r"^(\d{1,2}:[:.,\d]*\d(?: [AP]M)?),? (\d.*)$", r"\2 \1"),
    # The end of that day, not the beginning of the next: a deadline stays on its date.
    (r"([ T])24:00:00", r"\123:59:59"),
    (r"([ T])24:00( |$|[Zz+-])", r"\123:59\2"),
    (r"(:\d\d)[.,](\d{1,6})\d*", r"\1.\2"),
    (r"(:\d\d)\.0+( |$|[Zz+-])", r"\1\2"),
    (rf"(?i){_CLOCK} ?(?:z|utc|gmt)$", r"\1+0000"),
    (rf"(?i){_CLOCK} ?(?:utc|gmt)? ?([+-])(\d(?::?\d\d)?)$", r"\1\20\3"),
    (rf"(?i){_CLOCK} ?(?:utc|gmt)? ?([+-]\d\d)$", r"\1\200"),
    (rf"(?i){_CLOCK} ?(?:utc|gmt)? ?([+-]\d\d):?(\d\d)$", r"\1\2\3"),
    (rf"(?i){_CLOCK}(?:\+0700| ict)$", r"\1"),
)
# A day of ZERO_DAYS, its parts in any order, at any hour; and all that is written in place of a day.
_ZERO = "|".join(
    "[-/.]".join(f"0?{int(part)}" if len(part) == 2 else part for part in order)
    for year, month, day in (each.split("-") for each in ZERO_DAYS)
    for order in ((year, month, day), (day, month, year), (month, day, year))
)
_NO_DAY = rf"{'|'.join(map(re.escape, NO_DAY))}|(?:[\d:.]+ )?(?:{_ZERO})(?:[ T][\d:.]+(?: ?[A-Z.+\d:]+)?)?"
_IS_NO_DAY = re.compile(_NO_DAY, re.IGNORECASE).fullmatch
_TIME_FIRST = re.compile(r"(%[HI]:%M(?::%S)?(?: %p)?) (.+)")


@dataclass(frozen=True)
class Reading:
    """How a column is read: `usual` formats occur in it as it stands, most used first; `forms` are tried on the plain
    form of what is left, those of `zoned` on what still states an offset. `sample` are the values that decided it,
    `suffices` says whether the usual formats read all of them. A column that is blank all through has none of them."""

    order: str
    usual: tuple[str, ...]
    forms: tuple[str, ...]
    zoned: tuple[str, ...]
    sample: tuple[str, ...]
    suffices: bool

    def sql(self, value: str, *, usual_alone: bool = False) -> str:
        """SQL for text to time, on Vietnam's clock where an offset is stated: null when blank or in no form; also
        reads Excel's day numbers that became text, and milliseconds since 1970. With `usual_alone` it is short, and
        null for all but the usual formats.

        The time may be of an impossible year: see `plausible`, kept apart because DuckDB would read twice.
        """
        if not self.forms or (usual_alone and not self.usual):
            return "cast(null as timestamp)"
        if usual_alone:
            return f"case when {value} <> '' then {_strptime(value, self.usual)} end"
        spaced, plain = without_spaces(value), plain_form(value)
        day_number = (
            f"case when regexp_full_match({spaced}, '{_DAY_NUMBER.pattern}') then timestamp '1899-12-30 00:00:00' "
            f"+ to_seconds(cast(round(cast(replace({spaced}, ',', '.') as double) * 86400) as bigint)) end"
        )
        epoch = (
            f"case when regexp_full_match({spaced}, '{_EPOCH.pattern}') "
            f"then make_timestamp(cast({spaced} as bigint) * 1000 + {VIETNAM}) end"
        )
        zoned = f"make_timestamp(epoch_us({_strptime(plain, self.zoned)}) + {VIETNAM})" if self.zoned else ""
        tried = [_strptime(value, self.usual), _strptime(plain, self.forms), zoned, day_number, epoch]
        time = ", ".join(each for each in tried if each)
        return f"case when {value} <> '' then coalesce({time}) end"


def is_day_number(value: str) -> bool:
    """Whether this is how a spreadsheet counts days."""
    return bool(_DAY_NUMBER.fullmatch(value))


def _is_number(value: str) -> bool:
    """Whether this counts days or milliseconds."""
    return is_day_number(value) or bool(_EPOCH.fullmatch(value))


def without_spaces(value: str) -> str:
    """SQL for text trimmed and with any run of white space as one space; dear, so only for what else fails."""
    return f"trim(regexp_replace({value}, '[\\s\\x{{00a0}}]+', ' ', 'g'))"


def plain_form(value: str) -> str:
    """SQL for a written date as formats say it: SA and CH as AM and PM, the time last, an offset as +0000; dear."""
    text = f"nfc_normalize({without_spaces(value)})"
    # Few dates hold a word of three plain letters: the others are spared two dozen searches.
    english = f"case when regexp_matches({text}, '[A-Za-z]{{3}}') then {_replaced(text, _ENGLISH)} else {text} end"
    return _replaced(english, _PLAIN)


def _replaced(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    for pattern, replacement in pairs:
        text = f"regexp_replace({text}, '{pattern}', '{replacement}', 'g')"
    return text


def _forms(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats a plain form may have: time last, on either clock, with or without a fraction."""
    late = [_TIME_FIRST.sub(r"\2 \1", each) for each in formats if not each.endswith("+07:00")]
    clocks = [form for each in late for form in (each, f"{each.replace('%H', '%I')} %p")[: 1 + ("%H" in each)]]
    whole = [each for each in clocks if "%f" not in each]
    return tuple(dict.fromkeys([*clocks, *(each.replace("%S", "%S.%f") for each in whole)]))


def _strptime(value: str, formats: Sequence[str]) -> str:
    # Formats hold nothing but tokens and separators (mapping.strptime_format), so they are safe inside SQL.
    return f"try_strptime({value}, [{', '.join(map(repr, formats))}])" if formats else ""


def is_stated(value: str, nothing: str = _NO_DAY) -> str:
    """SQL for whether a cell, of a day unless told otherwise, holds more than white space or what means `nothing`.

    A pattern, because DuckDB makes a join of `in` with a list: that is worked out for every row, even inside a case
    that asks for few.
    """
    return f"not regexp_full_match({value}, '(?i)[\\s\\x{{00a0}}]*({nothing})[\\s\\x{{00a0}}]*')"


def plausible(time: str) -> str:
    """SQL for `time` unless it cannot be meant: a year of two digits is read as the first century, and programs write
    the day they count from where there is none."""
    return (
        f"case when {time} >= timestamp '1900-01-02' and {time} < timestamp '2200-01-01' "
        f"and {time} not between timestamp '1970-01-01' and timestamp '1970-01-01 23:59:59' then {time} end"
    )


def readings(formats: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Formats by the order of day, month and year; year first is beyond doubt and joins every other order."""
    found: dict[str, list[str]] = {}
    for each in formats:
        found.setdefault("".join(re.findall("%([Yymd])", each)).lower(), []).append(each)
    certain = (*ISO_FORMATS, *found.pop("ymd", []))
    return {order: (*listed, *certain) for order, listed in found.items()} or {"ymd": certain}


@dataclass(frozen=True)
class Seen:
    """What a column of dates shows: cells spread over the whole of it, the same ones each time; whether any cell is
    filled, and whether any may be read in two ways."""

    sample: tuple[str, ...]
    filled: bool
    doubtful: bool


def see(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> dict[str, Seen]:
    """What `columns` of the table raw show, all of them looked at together: once to count, once for the samples."""
    if not columns:
        return {}
    counts = ", ".join(f"count_if({c} <> ''), count_if({c} <> '' and {_is_doubtful(c)})" for c in columns)
    counted = connection.execute(f"select {counts} from raw").fetchall()[0]
    filled, doubtful = dict(zip(columns, counted[::2], strict=True)), dict(zip(columns, counted[1::2], strict=True))
    picked = {c: f"hash(part, line) % {filled[c] // _SAMPLE + 1} = 0 and {c} <> ''" for c in columns if filled[c]}
    cells = ", ".join(f"case when {each} then {c} end" for c, each in picked.items())
    query = f"select {cells} from raw where {' or '.join(f'({each})' for each in picked.values())}"
    samples = dict(zip(picked, zip(*connection.execute(query).fetchall(), strict=True), strict=False)) if picked else {}
    return {
        c: Seen(tuple(cell for cell in samples.get(c, ()) if cell is not None), filled[c] > 0, doubtful[c] > 0)
        for c in columns
    }


def _is_doubtful(column: str) -> str:
    """SQL for whether a cell may be read in two ways: not where its first hyphen comes after four characters."""
    return f"strpos({column}, '-') <> 5"


def decide(
    connection: duckdb.DuckDBPyConnection, column: str, title: str, formats: Sequence[str], seen: Seen
) -> Reading:
    """How `column` of the table raw is read, from what is `seen` of it.

    A failing format costs DuckDB fifty times a fitting one, so a sample finds the usual formats first; every value
    is looked at only where two readings both fit the sample and some value may be read in two ways.
    Raises UserError when the column holds no known form, and naming both readings of an example value when both
    read the column and differ.
    """
    if not seen.filled:
        return Reading("", (), (), (), (), suffices=True)
    options = readings(formats)
    values = [value for text in seen.sample if not _IS_NO_DAY(value := " ".join(text.split()))]
    usual = {order: _used(listed, values) for order, listed in options.items()}
    plain = _plain_forms(connection, {value for _, left in usual.values() for value in left})
    found = {order: _sampled(order, options[order], values, *usual[order], plain) for order in options}
    unread = min((left for _, left in found.values()), key=len)
    if unread and (month_first := _month_first(title, values, plain)):
        raise month_first
    if len(unread) >= max(_MANY, len(values) / 2):
        raise _unknown_form(title, next(value for value in values if plain.get(value) == unread[0]))
    fitting = [reading for reading, left in found.values() if len(left) == len(unread)]
    alike = len(fitting) == 1 or not seen.doubtful
    return fitting[0] if alike else _unambiguous(connection, column, title, fitting)


def _plain_forms(connection: duckdb.DuckDBPyConnection, values: Collection[str]) -> dict[str, str]:
    """The plain form of each of `values`."""
    query = f"select value, {plain_form('value')} from (select unnest(?::varchar[]) as value)"
    return dict(connection.execute(query, [list(values)]).fetchall()) if values else {}


def _sampled(
    order: str,
    formats: Sequence[str],
    values: Sequence[str],
    usual: tuple[str, ...],
    left: Sequence[str],
    plain: Mapping[str, str],
) -> tuple[Reading, list[str]]:
    """The reading with its formats ordered by use in `values`, of which the `usual` ones read all but those `left`, and
    the plain forms of those that it does not read."""
    suffices = not left
    forms, left = _used(_forms(formats), [plain[value] for value in left])
    zoned, left = _used([f"{each}%z" for each in _forms(formats) if "%M" in each], left)
    unread = [value for value in left if not _is_number(value)]
    every = tuple(dict.fromkeys([*forms, *_forms(formats)]))
    zones = tuple(dict.fromkeys([*zoned, *(f"{each}%z" for each in every if "%M" in each)]))
    return Reading(order, usual, every, zones, tuple(values), suffices), unread


def _used(formats: Sequence[str], values: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The formats that values have, most used first, and the values with none."""
    used: Counter[str] = Counter()
    tried, left = list(formats), []
    for value in values:
        found = next((each for each in tried if _reads(each, value)), None)
        if found is None:
            left.append(value)
            continue
        used[found] += 1
        tried.remove(found)
        tried.insert(0, found)
    return tuple(each for each, _ in used.most_common()), left


@functools.lru_cache(8192)  # the orders of day and month share formats, and columns values
def _reads(format_: str, value: str) -> bool:
    try:
        return datetime.datetime.strptime(value, format_).year >= 1900
    except ValueError:
        return False


def _unambiguous(connection: duckdb.DuckDBPyConnection, column: str, title: str, fitting: Sequence[Reading]) -> Reading:
    """The one of several readings that reads most values of the whole column; the first if they never differ."""
    first, second, *_ = fitting
    doubtful = f"select {column} as value from raw where {column} <> '' and {_is_doubtful(column)}"
    read_first, read_second, example = connection.execute(
        f"select count(a), count(b), min(case when a <> b then value end) "
        f"from (select value, {plausible('a')} as a, {plausible('b')} as b "
        f"from (select value, {first.sql('value')} as a, {second.sql('value')} as b from ({doubtful})))"
    ).fetchall()[0]
    if read_first != read_second or example is None:
        return first if read_first >= read_second else second
    one, other = (_WORDS.get(each.order, Text(each.order, each.order)) for each in (first, second))
    raise UserError(
        Text(
            f"Cột “{title}”: không phân biệt được {one.vi} hay {other.vi}; ví dụ “{example}” đọc được cả hai cách. "
            "Chọn một cách ở mục Các cột của tệp trên trang Dữ liệu, hoặc ghi một cách duy nhất vào date_formats của "
            "tệp ánh xạ.",
            f"Column “{title}”: {one.en} and {other.en} both fit; “{example}”, for example, can be read either way. "
            "Choose one of them under Columns of the file on the page Data, or name it in date_formats of the mapping.",
        )
    )


def _month_first(title: str, values: Iterable[str], plain: Mapping[str, str]) -> UserError | None:
    """The error for dates of which some can only have the month first, and none only the day; None for others."""
    dated = [(int(day[1]), int(day[2]), day[0]) for value in values if (day := _DAY.match(plain.get(value, value)))]
    examples = [text for first, second, text in dated if first <= _MONTHS < second]
    if len(set(examples)) < 2 or any(first > _MONTHS for first, _, _ in dated):
        return None
    example = examples[0]
    return UserError(
        Text(
            f"Cột “{title}”: ngày viết tháng đứng trước ngày, ví dụ “{example}”; chọn “Tháng/ngày/năm” ở mục Các cột "
            "của tệp trên trang Dữ liệu, hoặc ghi dạng đó, như “MM/dd/yyyy HH:mm”, vào date_formats của tệp ánh xạ.",
            f"Column “{title}”: its dates have the month before the day, for example “{example}”; choose "
            "“Month/day/year” under Columns of the file on the page Data, or name that form, as “MM/dd/yyyy HH:mm”, in "
            "date_formats of the mapping.",
        )
    )


def _unknown_form(title: str, example: str) -> UserError:
    shown = example if any(c.isdigit() for c in example) and len(example) <= 32 and not has_contact(example) else HIDDEN
    mend = _advice(shown)
    return UserError(
        Text(
            f"Cột “{title}”: không đọc được hầu hết các ngày, ví dụ “{shown}”; {mend.vi}.",
            f"Column “{title}”: most of its dates cannot be read, for example “{shown}”; {mend.en}.",
        )
    )


def _advice(example: str) -> Text:
    """What can be done about a column of such dates."""
    if _TWO_DIGITS.fullmatch(example):
        return Text(
            "năm chỉ có hai chữ số: chọn “Ngày/tháng/năm hai chữ số” ở mục Các cột của tệp trên trang Dữ liệu, hoặc "
            "ghi dạng đó với yy, như “dd/MM/yy HH:mm”, vào date_formats của tệp ánh xạ",
            "the year has two digits only: choose “Day/month/year of two digits” under Columns of the file on the page "
            "Data, or name the form with yy in date_formats of the mapping, as “dd/MM/yy HH:mm”",
        )
    if _SAYABLE.fullmatch(example):
        return Text(
            "ghi đúng dạng ngày vào date_formats của tệp ánh xạ", "name their form in date_formats of the mapping"
        )
    return Text(
        "xuất lại với ngày viết như 30/06/2023 08:15:00, hoặc kiểm tra lại [columns] của tệp ánh xạ: cột này có phải "
        "cột ngày không",
        "export it again with dates as 30/06/2023 08:15:00, or see in [columns] of the mapping whether this is a "
        "column of dates",
    )


def check_readable(title: str, unreadable: int, filled: int, example: str) -> None:
    """Raise UserError when fewer than nine dates in ten could be read: the column is not what it was taken for."""
    if unreadable >= _MANY and filled - unreadable < _READABLE * filled:
        raise _unknown_form(title, example)
