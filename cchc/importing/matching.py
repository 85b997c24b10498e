"""Which unit or procedure a spelling means, the closest known one when it means none, and references from a file."""

import copy
import csv
import datetime
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Keyed
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Protocol

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from cchc.importing.mapping import ANY_OTHER, STATUSES, WORDS, clean, spelling
from cchc.importing.persons import has_contact, is_personal
from cchc.rules.boundaries import Unit
from cchc.schema import BY_NAME, CHANNEL_NAMES
from cchc.text import Text, fold, number

Dimension = Literal["unit", "procedure", "channel", "status"]
_CLOSE = 60
# Words of a list that differ by a slip of the pen are as alike at least.
_SLIP = 85
_STAGES = frozenset(("đã", "đang", "chưa", "chờ", "không"))
_PLAIN_STAGES = frozenset(map(fold, _STAGES))
_ANY = frozenset(("hồ", "sơ", "ho", "so"))
_PART = re.compile(r"\w+")
_MEANINGS = {"channel": tuple(CHANNEL_NAMES), "status": STATUSES}
# Names of fewer letters differ by one letter as often as not ("An", "Ân").
_LONG = 6
_LOCAL_SUFFIX = re.compile(r"(\.\d{2,3}){1,3}\.[HG]\d{2}$", re.IGNORECASE)
# What stands between a unit and its code or the place it lies in.
_BESIDE = re.compile(r"\s[-–—]\s|[(,]")
_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
# Words before a name that say what kind of unit it is; "TT Trà Cú" and "xã Trà Cú" are two units.
_LEVELS = {
    "xa": "xa", "x": "xa", "phuong": "phuong", "p": "phuong", "thi tran": "thi tran", "tt": "thi tran",
    "thi xa": "thi xa", "tx": "thi xa", "huyen": "huyen", "h": "huyen", "quan": "quan", "q": "quan",
    "thanh pho": "thanh pho", "tp": "thanh pho", "tinh": "tinh",
}  # fmt: skip


class Named(Protocol):
    """A unit or procedure of the references, with every name it goes by."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class New:
    """A unit or procedure an export names that the references do not have."""

    id: str
    name: str
    aliases: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class Spelling:
    """One distinct pair of cells (`raw`: code and name) and the texts it states, the best first; `rows` counts the
    dossiers that state it, none where only a row that is no dossier does.

    `strayed` is the name of a person in a column of something else (see `persons.strayed`).
    """

    raw: tuple[str, str]
    texts: tuple[str, ...]
    rows: int
    field: str = ""
    strayed: bool = False

    @property
    def is_personal(self) -> bool:
        """Whether it is a person's name, or a telephone number, an e-mail address or an identity number is in it."""
        return self.strayed or any(map(has_contact, self.texts))


@dataclass(frozen=True)
class Unknown:
    """A spelling that means no known unit, procedure, channel or status, and the closest known one (empty when none is
    close): its name or spelling, and what that means."""

    dimension: Dimension
    spelling: str
    rows: int
    closest: str
    closest_id: str

    @property
    def advice(self) -> Text:
        """How to say in the mapping what the spelling means."""
        is_word, label = self.dimension in WORDS, BY_NAME[self.dimension].label
        table = self.dimension if is_word else f"{self.dimension}s"
        target = self.closest_id or (" | ".join(_MEANINGS[self.dimension]) if is_word else "ID")
        line = (
            f"[{table}] {target if is_word else json.dumps(target)} = [{json.dumps(self.spelling, ensure_ascii=False)}]"
        )
        close = f"{self.closest} ({self.closest_id})"
        where = Text(f"ánh xạ ({label.vi})", f"mapping ({label.en})") if is_word else Text("danh mục", "references")
        return Text(
            f"“{self.spelling}” ({number(self.rows, 'vi')} hàng) không có trong {where.vi}"
            + (f", gần nhất là {close}" if self.closest else "")
            + f". {'Nếu đúng,' if self.closest else 'Chọn nghĩa của nó rồi'} thêm vào tệp ánh xạ: {line}",
            f"“{self.spelling}” ({number(self.rows, 'en')} rows) is not in the {where.en}"
            + (f"; the closest is {close}" if self.closest else "")
            + f". {'If that is meant,' if self.closest else 'Choose what it means and'} add to the mapping: {line}",
        )


class Matcher:
    """Finds ids by spelling: the mapping's own words first, then id, name and alias, then the same without accents,
    without the office words before a unit's name, or with the word for its level on one side only. A spelling that
    could mean two things means nothing."""

    def __init__(
        self,
        named: Iterable[Named],
        given: Keyed[str, str] = MappingProxyType({}),
        office_words: Sequence[str] = (),
        day: datetime.date | None = None,
    ) -> None:
        self.known = {each.id: each for each in named}
        self._day = day
        self._found: dict[tuple[str, ...], str | None] = {}
        self._given = {key: meaning for key, meaning in given.items() if meaning in self.known}
        self.office_words = office_words
        self._exact = dict[str, set[str]]()
        self._bare = dict[str, set[tuple[str, str, str]]]()
        for each in self.known.values():
            self._learn(each)

    def on(self, day: datetime.date) -> "Matcher":
        """The same matcher for what is said of another day."""
        other = copy.copy(self)
        other._day, other._found = day, {}
        return other

    def add(self, named: Named) -> None:
        """Know one more."""
        self.known[named.id] = named
        self._found.clear()
        self._learn(named)

    def _learn(self, named: Named) -> None:
        codes = (named.code,) if isinstance(named, Unit) and named.code else ()
        for name in (named.id, *codes, named.name, *named.aliases):
            self._exact.setdefault(spelling(name), set()).add(named.id)
            for text in (name, self.without_office(name)):
                level, bare = _level_and_name(text)
                self._bare.setdefault(fold(bare), set()).add((named.id, level, bare))

    def find(self, *values: str) -> str | None:
        """The id that the first of `values` which means anything does, or None. Of several units that had one code the
        others, a name, say which is meant, and else the day."""
        if values not in self._found:
            meant = [ids for ids in map(self._search, map(clean, values)) if ids]
            ids = meant[0] if meant else set()
            for other in meant[1:]:
                ids = ids & other or ids
            self._found[values] = self._only(ids)
        return self._found[values]

    def _search(self, text: str) -> set[str]:
        if given := self._given.get(spelling(text)):
            return {given}
        for candidate in (text, _LOCAL_SUFFIX.sub("", text), self.without_office(text)):
            level, bare = _level_and_name(candidate)
            alike = {(id_, at) for id_, at, name in self._bare.get(fold(bare), ()) if accents_agree(bare, name)}
            same_level = {id_ for id_, at in alike if at == level}
            either = {id_ for id_, at in alike if not at or not level}
            for ids in (self._exact.get(spelling(candidate), set()), same_level, either):
                if ids:
                    return ids
        return set()

    def _only(self, ids: set[str]) -> str | None:
        """The only id; among units that follow one another under one name, the one there is on the day."""
        valid = {id_ for id_ in ids if self._is_valid(self.known[id_])} or ids
        return next(iter(valid)) if len(valid) == 1 else None

    def _is_valid(self, named: Named) -> bool:
        return not isinstance(named, Unit) or self._day is None or named.is_valid(self._day)

    def closest(self, value: str) -> Named | None:
        """The known unit or procedure spelled most like `value`, accents aside."""
        names = {(each.id, name): fold(name) for each in self.known.values() for name in (each.name, *each.aliases)}
        found = process.extractOne(
            fold(self.without_office(clean(value))), names, scorer=fuzz.WRatio, score_cutoff=_CLOSE
        )
        return self.known[found[2][0]] if found else None

    def without_office(self, text: str) -> str:
        """`text` without the office words in front."""
        words = text.split()
        while office := next((o for o in self.office_words if _starts(words, o)), None):
            words = words[len(office.split()) :]
            words = words[1:] if len(words) > 1 and not words[0].isalnum() else words
        return " ".join(words)


def _starts(words: Sequence[str], office: str) -> bool:
    length = len(office.split())
    return len(words) > length and fold(" ".join(words[:length])).strip("-:,.") == office


def _level_and_name(text: str) -> tuple[str, str]:
    """The level a unit's name begins with ("" if none) and the rest: "TT. Trà Cú" is ("thi tran", "Trà Cú")."""
    words = text.replace(".", ". ").split() if not _CODE.fullmatch(text) else [text]
    for length in (2, 1):
        if len(words) > length and (level := _LEVELS.get(fold(" ".join(words[:length])).rstrip("."))):
            return level, " ".join(words[length:])
    return "", " ".join(words)


def accents_agree(text: str, name: str) -> bool:
    """Text written without accents fits any; with accents they must be the same ones ("Hoà" is "Hòa")."""
    marks = _marks(text)
    return not marks or marks == _marks(name)


def _marks(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return sorted(c for c in decomposed if unicodedata.combining(c) or c == "đ")


def resolve(
    dimension: Dimension, spellings: Iterable[Spelling], matcher: Matcher
) -> tuple[dict[Spelling, str], list[Unknown]]:
    """The id of every spelling that is known, and the others with the closest known one, most rows first."""
    ids: dict[Spelling, str] = {}
    unknown: dict[str, int] = {}
    for each in spellings:
        found = matcher.find(*each.texts)
        if found is not None:
            ids[each] = found
        elif each.texts and each.rows and not each.is_personal:
            text = clean(each.texts[0])
            unknown[text] = unknown.get(text, 0) + each.rows
    listed = []
    for text, rows in sorted(unknown.items(), key=lambda item: (-item[1], item[0])):
        closest = matcher.closest(text)
        listed.append(Unknown(dimension, text, rows, closest.name if closest else "", closest.id if closest else ""))
    return ids, listed


def strange_words(column: Dimension, rows: Keyed[str, int], meanings: Keyed[str, str]) -> list[Unknown]:
    """The words of `rows` (rows by spelling) with the closest of `meanings` (meaning by spelling), most first; none of
    them about a person."""
    names = [word for word in meanings if word != ANY_OTHER]
    listed = []
    said = [item for item in rows.items() if not is_personal(item[0])]
    for text, count in sorted(said, key=lambda item: (-item[1], item[0])):
        closest = max(names, key=partial(_nearness, text), default="")
        closest = closest if _nearness(text, closest) >= _CLOSE else ""
        listed.append(Unknown(column, clean(text), count, closest, meanings.get(closest, "")))
    return listed


def _nearness(text: str, other: str) -> float:
    """How near two words of a list are, from 0 to 100: how many of their parts they share, or letters where that is a
    slip of the pen. Those of two stages ("Chưa giải quyết", "Đã giải quyết") are not, however much they look alike."""
    (stages, one), (others, two) = map(_parts, (text, other))
    if stages != others:
        return 0.0
    alike = fuzz.ratio(fold(text), fold(other))
    shared = 200 * len(one & two) / max(1, len(one) + len(two))
    return max(shared + alike / 1000, alike if alike >= _SLIP else 0.0)


def _parts(text: str) -> tuple[set[str], set[str]]:
    """The words that say how far a dossier is, and the others but "hồ sơ", all without accents."""
    words = set(_PART.findall(clean(text).casefold().replace("_", " "))) - _ANY
    stages = {fold(word) for word in words & (_PLAIN_STAGES if text.isascii() else _STAGES)}
    return stages, {*map(fold, words)} - stages


def name_new(spellings: Iterable[Spelling], matcher: Matcher) -> list[New]:
    """Units or procedures for the spellings `matcher` does not know, each once however it is spelled: a code (without
    its local suffix) is its own id, anything else gets one made of its letters. The field is that of the spelling met
    first; see `_plainest`."""
    taken = set(matcher.known)
    made = Matcher((), office_words=matcher.office_words)
    for each in sorted(spellings, key=lambda spelling: _plainest(spelling, matcher)):
        texts = [clean(text) for text in each.texts]
        if not texts or any(matcher.find(text) is not None for text in texts):
            continue
        code = _LOCAL_SUFFIX.sub("", texts[0])
        if made.find(code) is None:
            id_ = code if _CODE.fullmatch(code) and code not in taken else slug(texts[0], taken)
            taken.add(id_)
            aliases = () if texts[0] in (id_, texts[-1]) else (texts[0],)
            made.add(New(id_, texts[-1], aliases, clean(each.field)))
    return [each for each in made.known.values() if isinstance(each, New)]


def _plainest(spelling: Spelling, matcher: Matcher) -> tuple[object, ...]:
    """What decides under which spelling something is made, others then meaning it: a code; a level before the name,
    so that a bare name between two of them means neither; accents; capitals; no office in front; most rows."""
    text = clean(spelling.texts[0]) if spelling.texts else ""
    name = matcher.without_office(text)
    coded = _CODE.fullmatch(_LOCAL_SUFFIX.sub("", text)) is not None
    marked = bool(_marks(text))
    return not coded, not _level_and_name(name)[0], not marked, name.islower(), name != text, -spelling.rows, text


def look_alikes(names: Sequence[str], others: Sequence[str], matcher: Matcher) -> dict[str, str]:
    """For each of `names` that is nearly the same as another of them or one of `others`, that one: the same but for
    accents, level, office words or one letter, with the same digits, or with a code or a place beside it."""
    whole = {_level_and_bare(matcher, name): name for name in (*names, *others)}
    bare = {name: _bare(matcher, name) for name in (*names, *others)}
    found: dict[str, str] = {}
    for name in names:
        rest = {other: key for other, key in bare.items() if other != name and _digits(key) == _digits(bare[name])}
        close = process.extractOne(bare[name], rest, scorer=Levenshtein.distance, score_cutoff=len(bare[name]) >= _LONG)
        parts = _BESIDE.split(name)
        inside = [whole.get(_level_and_bare(matcher, part)) for part in parts[: len(parts) if len(parts) > 1 else 0]]
        other = close[2] if close else next(filter(None, inside), "")
        if other:
            found[name] = other
            found.setdefault(other, name)
    return found


def _level_and_bare(matcher: Matcher, name: str) -> tuple[str, str]:
    return _level_and_name(matcher.without_office(name))[0], _bare(matcher, name)


def _bare(matcher: Matcher, name: str) -> str:
    return "".join(c for c in fold(_level_and_name(matcher.without_office(name))[1]) if c.isalnum())


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def slug(text: str, taken: set[str]) -> str:
    """A safe id made of the letters of `text`, none of those `taken`."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:60] or "x"
    unique, n = slug, 2
    while unique in taken:
        unique, n = f"{slug}-{n}", n + 1
    return unique


def write_table(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one reference table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows(rows)
