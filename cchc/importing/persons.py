"""Whether the values of a column are names of persons: those must become neither units nor procedures."""

from collections.abc import Iterable

from cchc.importing.mapping import clean

# The family names nine Vietnamese in ten bear, and as they are written without accents where that means nothing else.
_FAMILIES = frozenset(
    "nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh "
    "nguyen tran pham huynh phan dang bui duong dinh trinh".split()
)
_MIDDLES = frozenset(("văn", "thị", "van", "thi"))
_FEWEST, _MOST_WORDS = 8, 5
# Wards are called after persons too, but nowhere so many of them, and without the word for a ward.
_SHARE = 2 / 3


def are_names(values: Iterable[str]) -> bool:
    """Whether two thirds of the different values, and of at least eight, look like a Vietnamese person's name."""
    different = {clean(value).casefold(): clean(value) for value in values if clean(value)}
    alike = sum(map(_is_name, different.values()))
    return len(different) >= _FEWEST and alike >= _SHARE * len(different)


def _is_name(text: str) -> bool:
    """Two to five capitalised words without digits, a frequent family name first or Văn or Thị second."""
    words = text.split()
    if not 2 <= len(words) <= _MOST_WORDS or not all(word.isalpha() and word[0].isupper() for word in words):
        return False
    first, second = words[0].casefold(), words[1].casefold()
    return first in _FAMILIES or (len(words) > 2 and second in _MIDDLES)
