"""How much room a text takes in Arial, so that a table is split before it leaves its slide or screen."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Advance widths of Arial in thousandths of its size (those of Helvetica, whose metrics it shares).
_WIDTHS = {
    letter: width
    for width, letters in {
        222: "ijl'", 278: " \u00a0!,./:;I[\\]ft|·", 334: '()-`r{}“”"', 469: "^", 500: "Jcksvxyz*",
        556: "#$0123456789?L_abdeghnopqu–đ", 584: "+<=>~−×≤≥", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUwĐ",
        778: "GOQ", 833: "Mm", 889: "%", 944: "W",
    }.items()
    for letter in letters
}  # fmt: skip
_WIDEST, _HORN, _BOLD = 1015, 105, 1.09
# Lines of Arial lie 1.15 sizes apart; a little more is allowed for, because other programs take another font.
_LEADING, _SPARE = 1.2, 1.03


@lru_cache(maxsize=4096)
def _width(letter: str) -> float:
    base = unicodedata.normalize("NFD", letter)
    return _WIDTHS.get(letter, _WIDTHS.get(base[0], _WIDEST) + _HORN * ("\u031b" in base))


def width(text: str, size: float, bold: bool = False) -> float:
    """The length of a line in points, at `size` points."""
    return sum(map(_width, text)) * size / 1000 * _SPARE * (_BOLD if bold else 1)


def lines(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """The text broken into lines no longer than `room` points; a word longer than that is broken too."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            first, *rest = _broken(word, size, room, bold)
            joined = f"{line} {first}" if line else first
            if line and width(joined, size, bold) > room:
                found.append(line)
                joined = first
            *full, line = joined, *rest
            found += full
        found.append(line)
    return found


def _broken(word: str, size: float, room: float, bold: bool) -> list[str]:
    """A word as it is, or in pieces where it is longer than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def height(text: str, size: float, room: float, bold: bool = False) -> float:
    """How high the text stands in points where lines have `room` points."""
    return len(lines(text, size, room, bold)) * size * _LEADING


def pieces(text: str, size: float, room: float, most: float) -> list[str]:
    """A paragraph, or its parts, about as long as each other, where it alone would be higher than `most` points."""
    found = lines(text, size, room)
    fitting = max(int(most / height("x", size, room)) - 1, 1)
    step = -(-len(found) // -(-len(found) // fitting))
    return [" ".join(found[first : first + step]) for first in range(0, len(found), step)]


def pages(heights: Sequence[float], room: float) -> list[list[int]]:
    """Which rows of these heights stand on which page: as few pages as hold them, all about as full."""
    count = len(_filled(heights, room))
    fewest = next(part for part in range(1, 101) if len(_filled(heights, room * part / 100)) <= count)
    return _filled(heights, room * fewest / 100)


def _filled(heights: Sequence[float], room: float) -> list[list[int]]:
    found: list[list[int]] = [[]]
    for row, needed in enumerate(heights):
        if found[-1] and sum(heights[each] for each in found[-1]) + needed > room:
            found.append([])
        found[-1].append(row)
    return found
