"""Words in two languages, numbers and dates as a reader writes them, and errors a reader can mend."""

import datetime
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from typing import Literal

from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
NOT_AVAILABLE = "–"
_LOCALES = {"vi": "vi_VN", "en": "en_GB"}


@dataclass(frozen=True)
class Text:
    """One message in every language the product speaks; `text["vi"]` is the Vietnamese one."""

    vi: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en


# Told the share done (0 to 1) and what comes next.
Progress = Callable[[float, Text], None]


def silent(done: float, what: Text) -> None:
    """A progress nobody watches."""


def both(say: Callable[[Language], str]) -> Text:
    """What `say` says in every language: for sentences that cannot be written beside each other at once."""
    return Text(*map(say, LANGUAGES))


class UserError(Exception):
    """Something the reader can mend; its text says what, where and how, and is shown without a traceback."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@cache
def _separators(language: Language) -> dict[int, str]:
    locale = _LOCALES[language]
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})


# Long enough for every float.
_LONG = Context(prec=400, rounding=ROUND_HALF_UP)
_DIGITS = 15


def rounded(value: float, decimals: int = 0) -> Decimal:
    """`value`, finite, to so many decimals, a half away from zero: on pages, in papers and in files one rule, that of
    offices and of Excel. As Excel does it reads 15 digits of a float, which say the ratio of two counts exactly."""
    exact = Decimal(value if isinstance(value, int) else f"{value:.{_DIGITS}g}")
    return exact.quantize(Decimal(1).scaleb(-decimals), context=_LONG)


def moved(now: float, before: float, decimals: int) -> float:
    """The change between two values as a reader finds it with a pencil: of what is shown of both. NaN where one is."""
    if math.isnan(now) or math.isnan(before):
        return math.nan
    return float(rounded(now, decimals) - rounded(before, decimals))


def _written(exact: Decimal, language: Language, decimals: int, signed: bool = False) -> str:
    # A page shows thousands of numbers: Babel's own formatting, which reads its pattern anew each time, is too slow.
    digits = f"{abs(exact):,.{decimals}f}".translate(_separators(language))
    sign = "−" if exact < 0 else "+" if signed and exact else ""
    return sign + digits


def number(value: float | None, language: Language, decimals: int = 0, signed: bool = False) -> str:
    """`value` with the reader's separators (52.447 in Vietnamese, 52,447 in English); "–" for None and what is no
    number."""
    if value is None or not math.isfinite(value):
        return NOT_AVAILABLE
    return _written(rounded(value, decimals), language, decimals, signed)


def percent(fraction: float | None, language: Language, decimals: int = 2) -> str:
    """A fraction 0-1 as a percentage: 0.8709 is "87,09 %" in Vietnamese and "87.09%" in English."""
    if fraction is None or not math.isfinite(fraction):
        return NOT_AVAILABLE
    shown = _written(_hundredfold(fraction, decimals), language, decimals)
    return shown + (" %" if language == "vi" else "%")


def _hundredfold(fraction: float, decimals: int) -> Decimal:
    return rounded(fraction, decimals + 2).scaleb(2)


def points(difference: float | None, language: Language, decimals: int = 2) -> str:
    """A difference of two fractions in percentage points: 0.0123 is "+1,23 điểm %" or "+1.23 pp"."""
    if difference is None or not math.isfinite(difference):
        return NOT_AVAILABLE
    shown = _written(_hundredfold(difference, decimals), language, decimals, signed=True)
    return shown + (" điểm %" if language == "vi" else " pp")


def date(day: datetime.date | None, language: Language) -> str:
    """dd/MM/yyyy in both languages, because official papers are dated so; "–" for None."""
    return NOT_AVAILABLE if day is None else format_date(day, "dd/MM/yyyy", locale=_LOCALES[language])


def moment(at: datetime.datetime, language: Language) -> str:
    """dd/MM/yyyy HH:mm in both languages."""
    return f"{date(at.date(), language)} {at:%H:%M}"


_UNIT = re.compile(r"(?<=\d) (?=%|pp\b|điểm\b|ngày\b|days?\b|hồ sơ\b|dossiers?\b)|(?<=điểm) (?=%)")


def tied(text: str) -> str:
    """The same with every number on one line with the unit behind it, for what a browser or a printer breaks."""
    return _UNIT.sub("\u00a0", text)


def capital(text: str) -> str:
    """The same at the head of a sentence."""
    return text[:1].upper() + text[1:]


def within(text: str) -> str:
    """The same inside a sentence: its first letter small."""
    return text[:1].lower() + text[1:]


# What a spreadsheet takes for a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(cell: str) -> str:
    """A cell of a CSV file that a spreadsheet cannot take for a formula."""
    risky = cell.startswith(_FORMULA) or cell.lstrip(" \u00a0").startswith(_FORMULA)
    return f"'{cell}" if risky else cell


def legible(text: str) -> str:
    """Text without what no screen and no file holds: control characters but for line ends, halves of characters."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(
        c for c in lines if c == "\n" or not (unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff")
    )


def quoted(source: str) -> Text:
    """What a Vietnamese paper says: the words themselves, and in English a quotation of them."""
    return Text(source, f"“{source.translate(_INNER_MARKS)}”")


def fold(text: str) -> str:
    """Lower case without diacritics (đ becomes d), so that "tra cu" finds "Trà Cú"."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


_INNER_MARKS = str.maketrans("“”", "‘’")
_ALPHABET = {letter: rank for rank, letter in enumerate("0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {tone: rank for rank, tone in enumerate("\u0300\u0309\u0303\u0301\u0323", start=1)}


@lru_cache(maxsize=4096)
def collation_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Sort key of Vietnamese dictionaries: letters first (a ă â ... d đ), tones (à ả ã á ạ) only to break ties."""
    letters: list[int] = []
    tones: list[int] = []
    for character in unicodedata.normalize("NFC", text.casefold()):
        base, tone = character, 0
        for mark in unicodedata.normalize("NFD", character):
            if mark in _TONES:
                tone = _TONES[mark]
                base = unicodedata.normalize("NFC", unicodedata.normalize("NFD", character).replace(mark, ""))
        letters.append(_ALPHABET.get(base, -1 if not base.isalnum() else 100 + ord(base)))
        tones.append(tone)
    return tuple(letters), tuple(tones)
