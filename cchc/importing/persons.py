"""What in a cell is about a person: it must become neither unit nor procedure, and is shown in no message."""

import re
from collections.abc import Callable, Iterable, Sequence, Set

from cchc.importing.mapping import clean

# The family names nine Vietnamese in ten bear, and as they are written without accents where that means nothing else.
_FAMILIES = frozenset(
    "nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh "
    "nguyen tran pham huynh phan dang bui duong dinh trinh".split()
)
_MIDDLES = frozenset(("văn", "thị", "van", "thi"))
# "UBND Thị trấn Định An" names no person, nor "Phòng Văn hóa".
_NO_NAMES = re.compile(
    r"\b(?:thị (?:trấn|xã|tứ)|thi (?:tran|xa|tu)|văn (?:hóa|hoá|phòng|thư|bản)|van (?:hoa|phong|thu|ban))\b",
    re.IGNORECASE,
)
# "Phường Văn Miếu" and "Xã Văn Lang" name none either; without accents these words are family names too ("Xa Thị Én"),
# so that they count only where nothing has accents.
_KINDS, _PLAIN_KINDS = frozenset("phường p xã x tt huyện h".split()), frozenset(("phuong", "xa", "huyen"))
_FEWEST, _MOST_WORDS = 8, 5
# Wards are called after persons too, but nowhere so many of them, and without the word for a ward.
_SHARE = 2 / 3
# Plain enough for Python and DuckDB alike. An e-mail address; a telephone number; an identity number of nine or twelve
# digits. The dots of a code ("1.000656.000.00.00") begin none of them, and a date is none.
_CONTACT = (
    r"[^\s@]@[^\s@]+\.[^\s@]|(^|[^\d.])(\+?84|0)([ .-]?\d){8,10}([^\d]|$)"
    r"|(^|[^\d.])\d{3} ?\d{3} ?\d{3}( ?\d{3})?([^\d]|$)"
)
_DAY = r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d"
# Family names that begin no heading or status ("Hồ sơ", "Lý do", "Dang xu ly").
_SURE = _FAMILIES - {"hồ", "lý", "dang", "phan", "duong", "dinh"}
HIDDEN = "…"
# Cells that slipped into another column stand in few rows.
_FEW_ROWS, _FEW_OF_ALL = 5, 0.01
# What stands before and behind a name.
_AROUND = re.compile(
    r"^(?:ông|bà|anh|chị|đồng chí|đ/c|cán bộ|công chức|chuyên viên)\b[.:]?\s+|\s*[-–(,;:/].*$", re.IGNORECASE
)


def has_contact(text: str) -> bool:
    """Whether a telephone number, an e-mail address or an identity number stands in `text`."""
    return re.search(_CONTACT, text) is not None and re.search(_DAY, text) is None


def is_personal(text: str) -> bool:
    """Whether `text` has a contact or is a person's name, and not a heading or a word of a list."""
    return has_contact(text) or (_is_name(clean(text)) and text.split(maxsplit=1)[0].casefold() in _SURE)


def shown(value: str) -> str:
    """SQL for the text `value` as a message may show it: HIDDEN where it is about a person; see `is_personal`."""
    name = rf"^\s*(?i:{'|'.join(sorted(_SURE))})(\s+\p{{Lu}}\p{{L}}*){{1,4}}\s*$"
    contact = f"(regexp_matches({value}, '{_CONTACT}') and not regexp_matches({value}, '{_DAY}'))"
    return f"case when {contact} or regexp_matches({value}, '{name}') then '{HIDDEN}' else {value} end"


def are_names(values: Iterable[str]) -> bool:
    """Whether two thirds of the different values, and of at least eight, look like a Vietnamese person's name."""
    different = {clean(value).casefold(): clean(value) for value in values if clean(value)}
    alike = sum(map(_is_name, different.values()))
    return len(different) >= _FEWEST and alike >= _SHARE * len(different)


def strayed(spelled: Sequence[tuple[str, int]], communes: Callable[[], Set[str]] = frozenset) -> set[str]:
    """The names of persons among the values of a column (with their rows) that mostly says something else.

    Wards are called after persons too. With the word for its kind in front a name is always that of a place. Without,
    it is where it stands in many rows, or as `_are_places` says, `communes` being names of places in lower case.
    """
    rows = sum(count for _, count in spelled)
    named = [(text, count) for text, count in spelled if _is_surely_name(text)]
    if 2 * sum(count for _, count in named) > rows:
        return set()
    few = {text for text, count in named if count < max(_FEW_ROWS, _FEW_OF_ALL * rows)}
    return few - _are_places(few, {text for text, _ in spelled} - few, communes()) if few else few


def _are_places(names: set[str], others: set[str], communes: Set[str]) -> set[str]:
    """Those of the `names`, each in few rows, that are places, as the `others` of their column are.

    None is unless half of the others are communes of the country without the word for their kind: among "Phường ..."
    or "Sở ..." a bare "Trần Phú" is a person. Where they are, names of communes are places; and where those are most
    of the names, so are the rest, as a list of communes may have older ones, but for those with Văn or Thị.
    """
    said = [clean(text).casefold() for text in others if " " in text or text.isalpha()]  # not the codes
    if 2 * sum(text in communes for text in said) < len(said):
        return set()
    known = {text for text in names if clean(text).casefold() in communes}
    if 2 * len(known) <= len(names):
        return known
    return known | {text for text in names if _MIDDLES.isdisjoint(clean(text).casefold().split())}


def _is_surely_name(text: str) -> bool:
    name = _AROUND.sub("", _AROUND.sub("", clean(text))).title()
    first, *others = name.casefold().split() or [""]
    return _is_name(name) and (first in _SURE or others[0] in _MIDDLES)


def _is_name(text: str) -> bool:
    """Two to five capitalised words without digits, a frequent family name first or Văn or Thị second."""
    words = text.split()
    if not 2 <= len(words) <= _MOST_WORDS or not all(word.isalpha() and word[0].isupper() for word in words):
        return False
    first, second = words[0].casefold(), words[1].casefold()
    if first in _KINDS or (text.isascii() and first in _PLAIN_KINDS):
        return False
    return not _NO_NAMES.search(text) and (first in _FAMILIES or (len(words) > 2 and second in _MIDDLES))
