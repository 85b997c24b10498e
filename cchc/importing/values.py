"""What the distinct values of an import mean: few, so they are looked at one by one and joined back."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from collections.abc import Mapping as Keyed
from dataclasses import replace
from typing import TypeVar

import duckdb

from cchc.importing import dates, judged, judging, matching, persons
from cchc.importing.dates import Reading
from cchc.importing.judging import ABSENT
from cchc.importing.mapping import ANY_OTHER, BLANKS, BY_DATE, WORDS, Mapping, clean, spelling
from cchc.importing.matching import Spelling, Unknown, accents_agree
from cchc.importing.parts import Part
from cchc.rules import national
from cchc.schema import BESIDE, BY_NAME, CHANNEL_NAMES, FLAGS, LABELS, NUMBERS, TIMES, UNKNOWN
from cchc.text import LANGUAGES, Language, Text, UserError, fold, number, percent

# A column with more different values, or with more than one for every two rows, cannot name units or procedures.
_MOST = 5_000
_ENOUGH_ROWS = 200
# What a column says that the export does not have.
_UNSAID = {"channel": UNKNOWN, "status": BY_DATE}
# A label is one of a few short names that come again and again; anything else may be text about a person.
_MOST_LABELS, _LONGEST_LABEL, _ENOUGH_SAID = 60, 100, 20
# A larger share of a column of yes and no, or of numbers, that is not understood hides what its rate would be.
_STRANGE_MOST = 0.05
_LABEL_PARTS, _SOME_NUMBER = re.compile(r"[-–—:;,/(]"), re.compile(r"\d{6}")
_WHOLE = re.compile(r"(\d{1,9})(?:[.,]0+)?")
T = TypeVar("T")


def units(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> list[Spelling]:
    """Every spelling of a unit in the import."""
    _check_few(connection, parts, "unit", "unit_name")
    rows = judging.spelled(connection, "unit", "unit_name")
    _check_no_persons(parts, rows, "unit", "unit_name")
    spellings = [
        Spelling((value, name), _texts(mapping, ("unit", value), ("unit_name", name)), count)
        for value, name, count in rows
    ]
    return _marked(spellings, national.communes)


def given(mapping: Mapping, parts: Sequence[Part]) -> set[str]:
    """The columns that some sheet or the mapping gives."""
    return {*mapping.constants, *(column for part in parts for column in part.layout.columns)}


def counters(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> list[Spelling]:
    """Every spelling of a receiving unit in the import; none where it has no such column."""
    if "receiving_unit" not in given(mapping, parts):
        return []
    _check_few(connection, parts, "receiving_unit")
    rows = judging.spelled(connection, "receiving_unit")
    _check_no_persons(parts, rows, "receiving_unit")
    spellings = [Spelling((value, ""), _texts(mapping, ("receiving_unit", value)), count) for value, count in rows]
    return _marked(spellings, national.communes)


def procedures(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> list[Spelling]:
    """Every spelling of a procedure in the import, with its most frequent field."""
    _check_few(connection, parts, "procedure", "procedure_name", "field")
    found: dict[tuple[str, str], Spelling] = {}
    rows = judging.spelled(connection, "procedure", "procedure_name", "field")
    _check_no_persons(parts, rows, "procedure", "procedure_name", "field")
    # Most frequent field first, then alphabetical: the first one met is kept.
    for value, name, field, count in sorted(rows, key=lambda row: (-row[3], row[2])):
        texts = _texts(mapping, ("procedure", value), ("procedure_name", name))
        known = found.get((value, name), Spelling((value, name), texts, 0))
        fields = [text for text in _texts(mapping, ("field", field)) if not persons.has_contact(text)]
        first = known.field or (fields[0] if fields else "")
        found[value, name] = Spelling(known.raw, texts, known.rows + count, first)
    return _marked(found.values())


def _marked(spellings: Collection[Spelling], communes: Callable[[], Set[str]] = frozenset) -> list[Spelling]:
    """The same, those that are persons among others that are not marked as such; see `persons.strayed`."""
    strayed = persons.strayed([(text, each.rows) for each in spellings for text in each.texts], communes)
    return [replace(each, strayed=not strayed.isdisjoint(each.texts)) for each in spellings]


def personal_fields(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The cells of the column of fields in which a telephone number or the like stands, or a person."""
    spelled = judging.spelled(connection, "field")
    strayed = persons.strayed([each for each in spelled if _is_filled(each[0])])
    return [field for field, _ in spelled if persons.has_contact(field) or field in strayed]


def _texts(mapping: Mapping, *cells: tuple[str, str]) -> tuple[str, ...]:
    """What cells say once constants and blanks are filled in; nothing for one that says nothing."""
    return tuple(text for column, value in cells if (text := _stated(mapping, column, value)))


def _stated(mapping: Mapping, column: str, value: str) -> str:
    if value == ABSENT:
        return mapping.constants.get(column, "")
    text = " ".join(value.split())
    return mapping.blanks.get(column, "") if text.lower() in BLANKS else text


def _check_few(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], *columns: str) -> None:
    """Raise UserError when a column has so many different values that it may hold names of persons: those must not
    become references, nor be listed as unknown spellings."""
    for column in columns:
        distinct, rows = judging.distinct(connection, column, columns)
        if distinct > _MOST or (rows >= _ENOUGH_ROWS and distinct > rows / 2):
            title, label = _title(parts, column), BY_NAME[column].label
            raise UserError(
                Text(
                    f"Cột “{title}” có {distinct} giá trị khác nhau trong {rows} hàng nên không thể là {label.vi}; "
                    "sửa [columns] trong tệp ánh xạ.",
                    f"The column “{title}” has {distinct} different values in {rows} rows, so it cannot be the "
                    f"{label.en}; mend [columns] in the mapping.",
                )
            )


def _check_no_persons(parts: Sequence[Part], rows: Sequence[Sequence[str]], *columns: str) -> None:
    """Raise UserError when a column holds names of persons, be they few, as those of officers; none is repeated."""
    for place, column in enumerate(columns):
        if persons.are_names({row[place] for row in rows if row[-1]} - {ABSENT}):
            title, label = _title(parts, column), BY_NAME[column].label
            raise UserError(
                Text(
                    f"Cột “{title}” trông như họ tên người nên không thể là {label.vi}; sửa [columns] trong tệp "
                    "ánh xạ. Nếu là tên phường, ghi kèm chữ “Phường” phía trước.",
                    f"The column “{title}” looks like names of persons, so it cannot be the {label.en}; mend [columns] "
                    "in the mapping. If these are wards, write “Phường” before each.",
                )
            )


def _title(parts: Sequence[Part], column: str) -> str:
    return next((part.layout.titles[column] for part in parts if column in part.layout.titles), column)


def mean(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> list[Unknown]:
    """Tell the judge what every spelling of channel, status and the yes-or-no columns means.

    Returns the spellings of channel and status that mean nothing, with the closest that does.
    """
    unknown: list[Unknown] = []
    for column in WORDS:
        words = mapping.words(column)
        strange = _mean(connection, mapping, parts, column, words)
        unknown += matching.strange_words(column, strange, words)
    return unknown


def _mean(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part], column: str, table: Keyed[str, T]
) -> dict[str, int]:
    """The same for one column; returns in how many rows each spelling stands that means nothing."""
    _check_few(connection, parts, column)
    spelled: dict[str, int] = dict(judging.spelled(connection, column))
    said = [value for value, count in spelled.items() if count]
    rows = [(value, *_meant(mapping, column, table, value, said)) for value in spelled]
    judging.mean(connection, column, ("value",), rows)
    return {value: spelled[value] for value, meaning, stated in rows if stated and meaning is None and value in said}


def _meant(
    mapping: Mapping, column: str, table: Keyed[str, T], value: str, spelled: Collection[str]
) -> tuple[T | str | None, bool]:
    """What a cell means (None = nothing known), and whether that is missed: it must then be said."""
    text = _stated(mapping, column, value)
    if not text and value == ABSENT and column in _UNSAID:
        return _UNSAID[column], True
    # A blank cell may mean something among others that are filled, and means nothing where all are blank.
    if column == "channel" and value != ABSENT and not any(_is_filled(each) for each in spelled):
        return UNKNOWN, True
    if column == "channel" and not text:
        return UNKNOWN, False
    return _meaning(table, text), bool(text)


def _is_filled(value: str) -> bool:
    return value != ABSENT and " ".join(value.split()).lower() not in BLANKS


def answers(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> list[Text]:
    """Tell the judge what every spelling of the columns of numbers and of yes or no means; returns a sentence for each
    column of which too much is not understood, so that it is not read: a rate over the rest would say anything."""
    there = given(mapping, parts)
    tables: dict[str, Keyed[str, int | None]] = dict.fromkeys(FLAGS, mapping.booleans)
    tables |= {c: mapping.numbers[c] for c in NUMBERS}
    return [said for c in tables if c in there for said in _answered(connection, mapping, parts, c, tables[c])]


def _answered(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    parts: Sequence[Part],
    column: str,
    words: Keyed[str, int | None],
) -> list[Text]:
    _check_few(connection, parts, column)
    spelled: dict[str, int] = dict(judging.spelled(connection, column))
    texts = {value: _stated(mapping, column, value) for value in spelled}
    meanings = {value: _answer(column, words, text) for value, text in texts.items()}
    said = {value: spelled[value] for value, text in texts.items() if text and words.get(spelling(text), 0) is not None}
    strange = sum(rows for value, rows in said.items() if meanings[value] is None)
    every = sum(said.values())
    dropped = strange > 0 and (strange == every or (every >= _ENOUGH_SAID and strange > _STRANGE_MOST * every))
    if dropped:
        meanings = dict.fromkeys(meanings)
    judging.mean(connection, column, ("value",), [(v, meanings[v], v in said and not dropped) for v in spelled])
    return [_unread(_title(parts, column), column, strange, every)] if dropped else []


def _answer(column: str, words: Keyed[str, int | None], text: str) -> int | None:
    return _number(column, words, text) if column in NUMBERS else _meaning(words, text)


def _unread(title: str, column: str, strange: int, every: int) -> Text:
    label, table = BY_NAME[column].label, column if column in NUMBERS else "booleans"
    vi, en = (_of_all(strange, every, language) for language in LANGUAGES)
    return Text(
        f"Không đọc cột “{title}” làm {label.vi}: không hiểu giá trị của {vi}, chỉ tính các hàng còn lại thì sai "
        f"lệch; ghi nghĩa của các giá trị ấy vào [{table}] của tệp ánh xạ.",
        f"The column “{title}” is not read as the {label.en}: what it says is not understood in {en}, and the rest "
        f"alone would mislead; say what these values mean in [{table}] of the mapping.",
    )


def labels(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> list[Text]:
    """Tell the judge which label every spelling of the columns of labels is: of those that differ in case only the most
    frequent. Returns a sentence for each column that holds something else than labels, and is not read."""
    there = given(mapping, parts)
    return [said for c in LABELS if c in there for said in _labelled(connection, mapping, parts, c)]


def _labelled(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part], column: str
) -> list[Text]:
    texts = {value: _stated(mapping, column, value) for value, _ in judging.spelled(connection, column)}
    rows = Counter[str]()
    for value, count in judging.spelled(connection, column):
        rows[clean(texts[value])] += count
    del rows[""]
    usual: dict[str, str] = {}
    for text, _ in sorted(rows.items(), key=lambda item: (-item[1], item[0])):
        usual.setdefault(spelling(text), text)
    told = (
        len(usual) <= _MOST_LABELS
        and (rows.total() < _ENOUGH_SAID or len(usual) <= rows.total() / 2)
        and not persons.are_names(usual.values())
    )
    meanings = {value: usual[spelling(text)] if text and told and _is_label(text) else None
                for value, text in texts.items()}  # fmt: skip
    judging.mean(
        connection, column, ("value",), [(v, meaning, told and bool(texts[v])) for v, meaning in meanings.items()]
    )
    return [] if told else [_no_labels(_title(parts, column), column, len(usual))]


def _is_label(text: str) -> bool:
    """Whether `text` is short and neither it nor a part of it is about a person or may be a number of one."""
    about = persons.has_contact(text) or any(map(persons.is_personal, filter(str.strip, _LABEL_PARTS.split(text))))
    return len(text) <= _LONGEST_LABEL and not about and not _SOME_NUMBER.search(text)


def _no_labels(title: str, column: str, different: int) -> Text:
    label = BY_NAME[column].label
    return Text(
        f"Không đọc cột “{title}” làm {label.vi}: có {number(different, 'vi')} giá trị khác nhau hoặc trông như họ tên "
        f"người, trong khi {label.vi} là vài tên ngắn (không quá {_MOST_LABELS}) lặp lại.",
        f"The column “{title}” is not read as the {label.en}: it has {number(different, 'en')} different values or "
        f"looks like names of persons, where a {label.en} is one of a few short names (at most {_MOST_LABELS}).",
    )


def _number(column: str, words: Keyed[str, int | None], text: str) -> int | None:
    """A whole number within the column's bounds, with a decimal comma or point or none, or a word of the mapping."""
    if whole := _WHOLE.fullmatch(text):
        return int(whole[1]) if BY_NAME[column].least <= int(whole[1]) <= BY_NAME[column].most else None
    return _meaning(words, text)


def _meaning(table: Keyed[str, T], text: str) -> T | None:
    """What `text` means: spelled as listed, or by another habit ("hoá" for "hóa", "xử lí" for "xử lý", no accents at
    all), or whatever the list says of others."""
    if not text:
        return None
    if (key := spelling(text)) in table:
        return table[key]
    bare = _bare(key)
    alike = {meaning for listed, meaning in table.items() if _bare(listed) == bare and accents_agree(key, listed)}
    return alike.pop() if len(alike) == 1 else table.get(ANY_OTHER)


def _bare(text: str) -> str:
    return fold(text).replace("y", "i")


def readings(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> dict[str, Reading]:
    """How each column of dates is read; see `dates.decide`."""
    present = [date for date in TIMES if any(date in part.layout.columns for part in parts)]
    seen = dates.see(connection, present)
    return {c: dates.decide(connection, c, _title(parts, c), mapping.date_formats, seen[c]) for c in present}


def empty(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> list[str]:
    """The headings of mapped columns that are wholly blank and not asked about otherwise.

    The due date is (`Report.undated`), and no rate rests on what stands beside the unit; the two end dates are one, and
    blank together where a status says why.
    """
    columns = {column for part in parts for column in part.layout.columns} - {"due_at", "extended_at", *BESIDE}
    blank = {column for column in columns if not _says_any(connection, column)}
    ends = columns & {"finished_at", "returned_at"}
    if "status" in columns - blank or not ends <= blank:
        blank -= ends
    return [_title(parts, column) for column in BY_NAME if column in blank]


def notes(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> list[Text]:
    """Tell the judge what numbers and labels mean; returns a sentence for each column that says too little."""
    told = (answers, labels, _half_blank)
    return [text for tell in told for text in tell(connection, mapping, parts)]


def _half_blank(connection: duckdb.DuckDBPyConnection, mapping: Mapping, parts: Sequence[Part]) -> Iterator[Text]:
    """A sentence for each mapped column of channels or yes-or-no that says nothing in some rows, with their share."""
    for column in (column for column in ("channel", *FLAGS) if _is_half_blank(connection, column)):
        spelled = judging.spelled(connection, column)
        rows = sum(count for _, count in spelled)
        blank = sum(count for value, count in spelled if value != ABSENT and not _is_filled(value))
        if blank:
            title, label = _title(parts, column), BY_NAME[column].label
            vi, en = (_of_all(blank, rows, language) for language in LANGUAGES)
            meant = _blank_means(mapping, column)
            yield Text(
                f"Cột “{title}” trống ở {vi}: {label.vi} của các hồ sơ ấy {meant.vi}.",
                f"The column “{title}” is blank in {en}: their {label.en} is {meant.en}.",
            )


def _is_half_blank(connection: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether some cells of a column of the file are blank and others are not."""
    spelled = judging.spelled(connection, column)
    filled = {_is_filled(value) for value, rows in spelled if value != ABSENT and rows}
    return len(filled) == 2


def _of_all(part: int, whole: int, language: Language) -> str:
    said = Text("{} trong {} hàng ({})", "{} of {} rows ({})")[language]
    return said.format(number(part, language), number(whole, language), percent(part / whole, language))


def _blank_means(mapping: Mapping, column: str) -> Text:
    """What a blank cell among filled ones counts as."""
    if text := mapping.blanks.get(column, ""):
        meant = _meaning(mapping.words("channel"), text) if column == "channel" else None
        name = CHANNEL_NAMES.get(meant or "", Text(text, text))
        return Text(f"được tính là “{name.vi}” theo ánh xạ", f"taken as “{name.en}”, as the mapping says")
    return Text("là không rõ, không tính vào tỷ lệ", "not known, and in no rate")


def _says_any(connection: duckdb.DuckDBPyConnection, column: str) -> bool:
    said = f"{column} <> '' and {column} <> chr({ord(ABSENT)}) and {dates.is_stated(column, '|'.join(BLANKS))}"
    return bool(connection.execute(f"select 1 from listed where {said} limit 1").fetchall())


def check(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], read: Keyed[str, Reading]) -> None:
    """Raise UserError when most cells of the id column are no ids, or more than one date in ten is unreadable."""
    good, bad = judged.ids(connection)
    if bad > good:
        title = _title(parts, "dossier_id")
        raise UserError(
            Text(
                f"Cột “{title}” phần lớn không phải mã hồ sơ (phải có chữ số, không có khoảng trắng); sửa [columns] "
                "trong tệp ánh xạ.",
                f"Most of the column “{title}” are no dossier ids (a digit, no blanks); mend [columns] in the mapping.",
            )
        )
    for column in read:
        unreadable, stated, example = judged.unreadable(connection, column)
        dates.check_readable(_title(parts, column), unreadable, stated, example)
