"""A mapping: which heading is which column of a dossier, and what the spellings of an export mean."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Keyed
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from cchc import config, schema
from cchc.text import Text, UserError, fold

# Columns that repeat few different values in any export that can be imported.
FEW = tuple(column.name for column in schema.COLUMNS if column.kind not in ("id", "time"))
# What the id that a dossier is stored under may be made of.
KEY = ("unit", "procedure", "year", "id")
NOT_RECEIVED = "not_received"
# The meaning of a status, or of none: done if there is an end date, else open.
BY_DATE = "by_date"
STATUSES = (*schema.STATUSES, NOT_RECEIVED, BY_DATE)
ANY_OTHER = "*"

# One of each must be a column of the export or a constant of the mapping.
REQUIRED: tuple[tuple[str, ...], ...] = (
    ("dossier_id",), ("unit", "unit_name"), ("procedure", "procedure_name"), ("received_at",),
    ("finished_at", "returned_at"),
)  # fmt: skip

# Columns whose values are words that the mapping must know.
WORDS: tuple[Literal["channel"], Literal["status"]] = ("channel", "status")
# Headings listed as this are read as no column.
UNREAD = "none"
# What programs write into an empty cell.
BLANKS = ("", "-", "--", "–", "—", "null", "none", "nan", "nat", "n/a", "#n/a")
# What people write in place of a day there is none of.
NO_DAY = (
    *BLANKS, "không", "không có", "không hẹn", "không hẹn trả", "không có hạn", "không thời hạn", "không xác định",
    "chưa có", "chưa hẹn", "chưa xác định", "chưa trả", "chưa trả kết quả", "chưa có kết quả", "chưa kết thúc",
    "chưa xong", "không quy định", "không quy định thời hạn", "không có thời hạn", "chưa quy định", "0",
)  # fmt: skip
# Days that programs write where there is none: the first and the last they can hold, or the one they count from.
ZERO_DAYS = ("0000-00-00", "0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01",
             "9999-12-31")  # fmt: skip

ISO_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S+07:00", "%Y-%m-%d %H:%M:%S+07:00",
)  # fmt: skip
TIMES = ("", " HH:mm:ss", " HH:mm", " hh:mm:ss a", " hh:mm a")
# Without formats of its own a mapping accepts every usual one; the whole column must then decide between readings.
_USUAL_FORMATS = (
    *(day + time for day in ("dd/MM/yyyy", "dd-MM-yyyy", "dd.MM.yyyy", "MM/dd/yyyy", "yyyy/MM/dd") for time in TIMES),
    "HH:mm:ss dd/MM/yyyy", "HH:mm dd/MM/yyyy",
)  # fmt: skip
_TOKENS = {"yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d", "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "a": "%p"}
_TOKEN = re.compile("|".join(_TOKENS))
_STRPTIME = re.compile(r"(?:%[YymdHIMSp]|[-/.:, T])+")


# What stands in a TOML file.
Tables = dict[str, Any]


@dataclass(frozen=True)
class Mapping:
    """One known export. Spellings are keys of `spelling()`; headings of `heading()`.

    `columns` lists the headings of each column, best first; `constants` are the values of columns the export does
    not have, `blanks` what an empty cell means; `units` and `procedures` say which spelling means which id, `booleans`
    which means yes or no and `numbers` which means how many in each column of numbers (None = not known); `key` lists
    the parts of a stored id (of KEY); `office_words` may stand before a unit's name. `level` and `late_by` serve when
    references are created.
    """

    name: str
    key: tuple[str, ...]
    columns: Keyed[str, tuple[str, ...]]
    constants: Keyed[str, str]
    blanks: Keyed[str, str]
    date_formats: tuple[str, ...]
    channels: Keyed[str, str]
    statuses: Keyed[str, str]
    booleans: Keyed[str, bool | None]
    numbers: Keyed[str, Keyed[str, int | None]]
    units: Keyed[str, str]
    procedures: Keyed[str, str]
    office_words: tuple[str, ...]
    level: str
    late_by: Literal["date", "minute"]

    def words(self, column: str) -> Keyed[str, str]:
        """Meaning by spelling of a column of WORDS."""
        return self.channels if column == "channel" else self.statuses


def clean(text: str) -> str:
    """`text` composed (NFC), trimmed, runs of white space of any kind as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def spelling(text: str) -> str:
    """The key under which two spellings of a value are the same: accents count, case and a final ".0" do not."""
    return clean(text).casefold().removesuffix(".0")


@lru_cache(maxsize=1 << 14)
def heading(text: str) -> str:
    """The key under which two headings are the same: accents count; case, notes in brackets, `*` and `:` do not."""
    return clean(re.sub(r"\([^)]*\)|[*:]", " ", clean(text).casefold()))


def shipped() -> list[str]:
    """Names of the mappings that come with the product, sorted."""
    return sorted(path.stem for path in config.MAPPINGS.glob("*.toml"))


def read(mapping: str | Path) -> Mapping:
    """The mapping of that shipped name, or of that TOML file.

    Raises UserError when there is none, and naming file and key when a key or value cannot be meant.
    """
    path = _path(mapping)
    return build(path.stem, tables(path), path.name)


def tables(mapping: str | Path) -> Tables:
    """What stands in the TOML of that shipped name or file, not laid over what it is based on.

    Raises UserError when there is none or it is no TOML.
    """
    path = _path(mapping)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(
            Text(f"Tệp ánh xạ {path.name} không phải TOML: {error}.", f"The mapping {path.name} is not TOML: {error}.")
        ) from error


def build(name: str, own: Tables, file: str = "") -> Mapping:
    """The mapping of these tables, laid over what they are based on.

    Raises UserError naming `file` (default: `name`) and key when a key or value cannot be meant.
    """
    try:
        return _build(name, _laid_over(own))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UserError(
            Text(
                f"Tệp ánh xạ {file or name} sai ở {error}; sửa khóa đó rồi thử lại.",
                f"The mapping {file or name} is wrong at {error}; mend that key and try again.",
            )
        ) from error


def _path(mapping: str | Path) -> Path:
    if mapping in shipped():
        return config.MAPPINGS / f"{mapping}.toml"
    if (path := Path(mapping)).is_file():
        return path
    names = ", ".join(shipped())
    raise UserError(
        Text(
            f"Không có ánh xạ {mapping}; dùng một trong: {names}, hoặc đường dẫn tới một tệp .toml.",
            f"There is no mapping {mapping}; use one of {names}, or the path of a .toml file.",
        )
    )


def _laid_over(own: Tables) -> Tables:
    """The tables of a mapping, laid over those of the mapping it is `based_on`."""
    if "based_on" not in own:
        return own
    base, own = own["based_on"], {key: value for key, value in own.items() if key != "based_on"}
    if base not in shipped():
        raise ValueError(f"based_on = {base}")
    merged = _laid_over(tables(base))
    for key, value in own.items():
        if key in _LISTING:
            alike = heading if key == "columns" else spelling
            merged[key] = _added(merged.get(key, {}), value, alike)
        else:
            merged[key] = {**merged[key], **value} if isinstance(value, dict) and key in merged else value
    return merged


def _added(base: dict[str, list[str]], own: dict[str, list[str]], alike: Callable[[str], str]) -> dict[str, list[str]]:
    """Lists of spellings with one's own before those of the base; what both list means what one's own says."""
    mine = {alike(text) for texts in own.values() for text in _texts(texts)}
    left = {meaning: [text for text in texts if alike(text) not in mine] for meaning, texts in base.items()}
    return {meaning: [*own.get(meaning, ()), *left.get(meaning, ())] for meaning in {**left, **own}}


# Tables of lists of headings or spellings: one's own are added to those of the base.
_LISTING = {"columns", "channel", "status", "booleans", *schema.NUMBERS, "units", "procedures"}
_KEYS = _LISTING | {"id", "constants", "blanks", "date_formats", "office_words", "dataset"}


def _build(name: str, tables: Tables) -> Mapping:
    _only(tables, _KEYS, "")
    columns = {column: _texts(aliases) for column, aliases in tables["columns"].items()}
    _only(columns, (*schema.BY_NAME, UNREAD), "columns")
    _once((heading(alias) for aliases in columns.values() for alias in aliases), "columns")
    constants = {column: str(value) for column, value in tables.get("constants", {}).items()}
    _only(constants, ("dossier_id", *FEW), "constants")
    blanks = {column: str(value) for column, value in tables.get("blanks", {}).items()}
    _only(blanks, FEW, "blanks")
    channels, statuses = (tables.get(table, {}) for table in WORDS)
    _only(channels, schema.CHANNEL_NAMES, "channel")
    _only(statuses, STATUSES, "status")
    dataset = tables.get("dataset", {})
    _only(dataset, ("late_by", "level"), "dataset")
    key = _texts(tables.get("id", ("id",)))
    _only(key, KEY, "id")
    if "id" not in key:
        raise ValueError(f"id = {list(key)}")
    return Mapping(
        name=name,
        key=tuple(dict.fromkeys(key)),
        columns=columns,
        constants=constants,
        blanks=blanks,
        date_formats=tuple(strptime_format(each) for each in _texts(tables.get("date_formats", _USUAL_FORMATS))),
        channels=_spellings(channels, "channel"),
        statuses=_spellings(statuses, "status"),
        booleans=_booleans(tables.get("booleans", {})),
        numbers={column: _numbers(tables.get(column, {}), column) for column in schema.NUMBERS},
        units=_spellings(tables.get("units", {}), "units"),
        procedures=_spellings(tables.get("procedures", {}), "procedures"),
        office_words=tuple(sorted((fold(each) for each in _texts(tables.get("office_words", ()))), key=len)[::-1]),
        level=_one_of(dataset.get("level", "commune"), schema.LEVELS),
        late_by="minute" if _one_of(dataset.get("late_by", "date"), ("date", "minute")) == "minute" else "date",
    )


def strptime_format(pattern: str) -> str:
    """A date format as officials write it (dd/MM/yyyy HH:mm:ss; hh and `a` for a 12-hour clock, yy for years of two
    digits from 1969 to 2068) for strptime."""
    translated = _TOKEN.sub(lambda match: _TOKENS[match[0]], pattern)
    if not _STRPTIME.fullmatch(translated) or not all(re.search(token, translated) for token in ("%[Yy]", "%m", "%d")):
        raise ValueError(f"date_formats = {pattern}")
    return translated


def _booleans(table: Keyed[str, Iterable[str]]) -> dict[str, bool | None]:
    """Truth by spelling; None is one that says nothing."""
    truths = {"true": True, "false": False, schema.UNKNOWN: None}
    _only(table, tuple(truths), "booleans")
    return {key: truths[meaning] for key, meaning in _spellings(table, "booleans").items()}


def _numbers(table: Keyed[str, Iterable[str]], column: str) -> dict[str, int | None]:
    """Number by spelling; None is one that says nothing."""
    about = schema.BY_NAME[column]
    _only(table, (*map(str, range(about.least, about.most + 1)), schema.UNKNOWN), column)
    meanings = _spellings(table, column)
    return {key: None if meaning == schema.UNKNOWN else int(meaning) for key, meaning in meanings.items()}


def _texts(value: Iterable[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        raise ValueError(f'"{value}": [ ]')
    return tuple(str(each) for each in value)


def _only(table: Iterable[str], keys: Iterable[str], where: str) -> None:
    for key in table:
        if key not in keys:
            raise ValueError(f"[{where}] {key}" if where else key)


def _one_of(value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ValueError(str(value))
    return value


def _once(keys: Iterable[str], where: str) -> None:
    seen = set[str]()
    for key in keys:
        if key in seen:
            raise ValueError(f"[{where}] {key}")
        seen.add(key)


def _spellings(table: Keyed[str, Iterable[str]], where: str) -> dict[str, str]:
    """Meaning by spelling; a meaning is also a spelling of itself."""
    pairs = [(spelling(each), meaning) for meaning, listed in table.items() for each in (meaning, *_texts(listed))]
    meanings = dict[str, str]()
    for key, meaning in pairs:
        if meanings.setdefault(key, meaning) != meaning:
            raise ValueError(f"[{where}] {key}")
    return meanings
