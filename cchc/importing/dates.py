"""Which way a column of dates is to be read: decided over all of its values, never row by row."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from cchc.importing.mapping import BLANKS, ISO_FORMATS
from cchc.text import Text, UserError

_SAMPLE = 500
# From so many unreadable values on, and with fewer readable ones than this share, a column does not hold dates of a
# known form; fewer may be slips of the pen.
_MANY = 20
_READABLE = 0.9
_DAY_NUMBER = re.compile(r"\d{5}(\.\d+)?")
_WORDS = {"dmy": Text("ngày/tháng/năm", "day/month/year"), "mdy": Text("tháng/ngày/năm", "month/day/year")}


@dataclass(frozen=True)
class Reading:
    """How a column is read: `usual` formats occur in it, most used first; `others` are tried on what is left."""

    order: str
    usual: tuple[str, ...]
    others: tuple[str, ...]

    def sql(self, value: str) -> str:
        """SQL for text to time: null when blank or in no form; also reads Excel's day numbers that became text.

        The time may be of an impossible year: see `plausible`, kept apart because DuckDB would read twice.
        """
        spaced = without_spaces(value)
        day_number = (
            f"case when regexp_full_match({spaced}, '{_DAY_NUMBER.pattern}') then timestamp '1899-12-30 00:00:00' "
            f"+ to_seconds(cast(round(cast({spaced} as double) * 86400) as bigint)) end"
        )
        tried = [_strptime(value, self.usual), _strptime(spaced, (*self.usual, *self.others)), day_number]
        time = ", ".join(each for each in tried if each)
        return f"case when {value} <> '' then coalesce({time}) end"


def without_spaces(value: str) -> str:
    """SQL for text trimmed and with any run of white space as one space; dear, so only for what else fails."""
    return f"trim(regexp_replace({value}, '[\\s\\x{{00a0}}]+', ' ', 'g'))"


def _strptime(value: str, formats: Sequence[str]) -> str:
    # Formats hold nothing but tokens and separators (mapping.strptime_format), so they are safe inside SQL.
    return f"try_strptime({value}, [{', '.join(map(repr, formats))}])" if formats else ""


def is_stated(value: str) -> str:
    """SQL for whether a cell holds more than white space or a word for nothing.

    A pattern, because DuckDB makes a join of `in` with a list: that is worked out for every row, even inside a case
    that asks for few.
    """
    words = "|".join(map(re.escape, BLANKS))
    return f"not regexp_full_match({value}, '(?i)[\\s\\x{{00a0}}]*({words})[\\s\\x{{00a0}}]*')"


def plausible(time: str) -> str:
    """SQL for `time` unless its year cannot be meant: one of two digits is read as the first century."""
    return f"case when {time} >= timestamp '1900-01-01' and {time} < timestamp '2200-01-01' then {time} end"


def readings(formats: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Formats by the order of day, month and year; year first is beyond doubt and joins every other order."""
    found: dict[str, list[str]] = {}
    for each in formats:
        found.setdefault("".join(re.findall("%([Ymd])", each)).lower(), []).append(each)
    certain = (*ISO_FORMATS, *found.pop("ymd", []))
    return {order: (*listed, *certain) for order, listed in found.items()} or {"ymd": certain}


def decide(connection: duckdb.DuckDBPyConnection, column: str, title: str, formats: Sequence[str]) -> Reading:
    """How `column` of the table raw is read.

    A failing format costs DuckDB fifty times a fitting one, so a sample finds the usual formats first; every value
    is looked at only where two readings both fit the sample.
    Raises UserError when the column holds no known form, and naming both readings of an example value when both
    read the column and differ.
    """
    options = readings(formats)
    values = _sample(connection, column)
    found = {order: _sampled(order, listed, values) for order, listed in options.items()}
    most = max((fit for _, fit in found.values()), default=0)
    if len(values) - most >= max(_MANY, len(values) / 2):
        raise _unknown_form(title, values[0])
    fitting = [reading for reading, fit in found.values() if fit == most]
    return fitting[0] if len(fitting) == 1 else _unambiguous(connection, column, title, fitting)


def _sample(connection: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    """Values spread over the whole column, the same ones each time."""
    (count,) = connection.execute(f"select count(*) from raw where {column} <> ''").fetchall()[0]
    rows = connection.execute(
        f"select {column} from (select {column}, row_number() over () as nth from raw where {column} <> '') "
        f"where nth % {count // _SAMPLE + 1} = 0"
    ).fetchall()
    return [value for (text,) in rows if (value := " ".join(text.split())).lower() not in BLANKS]


def _sampled(order: str, formats: Sequence[str], values: list[str]) -> tuple[Reading, int]:
    """The reading with its formats ordered by use in `values`, and how many of these it reads."""
    used: Counter[str] = Counter()
    tried = list(formats)
    for value in values:
        found = next((each for each in tried if _reads(each, value)), None)
        if found is not None:
            used[found] += 1
            tried.remove(found)
            tried.insert(0, found)
    usual = tuple(each for each, _ in used.most_common())
    others = tuple(each for each in formats if each not in used)
    return Reading(order, usual, others), used.total() + sum(1 for value in values if _DAY_NUMBER.fullmatch(value))


def _reads(format_: str, value: str) -> bool:
    try:
        return datetime.datetime.strptime(value, format_).year >= 1900
    except ValueError:
        return False


def _unambiguous(connection: duckdb.DuckDBPyConnection, column: str, title: str, fitting: Sequence[Reading]) -> Reading:
    """The one of several readings that reads most values of the whole column; the first if they never differ.

    Values whose first hyphen comes after four characters begin with the year and are read alike.
    """
    first, second, *_ = fitting
    doubtful = f"select {column} as value from raw where {column} <> '' and strpos({column}, '-') <> 5"
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
            "Ghi một cách duy nhất vào date_formats của tệp ánh xạ.",
            f"Column “{title}”: {one.en} and {other.en} both fit; “{example}”, for example, can be read either way. "
            "Name one of them in date_formats of the mapping.",
        )
    )


def _unknown_form(title: str, example: str) -> UserError:
    shown = example if any(c.isdigit() for c in example) and len(example) <= 32 else "…"
    return UserError(
        Text(
            f"Cột “{title}”: không đọc được hầu hết các ngày, ví dụ “{shown}”; ghi đúng dạng ngày vào date_formats "
            "của tệp ánh xạ.",
            f"Column “{title}”: most of its dates cannot be read, for example “{shown}”; name their form in "
            "date_formats of the mapping.",
        )
    )


def check_readable(title: str, unreadable: int, filled: int, example: str) -> None:
    """Raise UserError when fewer than nine dates in ten could be read: the column is not what it was taken for."""
    if unreadable >= _MANY and filled - unreadable < _READABLE * filled:
        raise _unknown_form(title, example)
