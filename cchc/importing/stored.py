"""What an import does to the dossiers already there, in numbers and in words."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from cchc.text import Language, Text, date, number

# Dossier id, then unit, procedure and day of receipt, of the one that gives way and of the one that takes its place.
Example = tuple[str, str, str, datetime.date, str, str, datetime.date]


@dataclass(frozen=True)
class Fates:
    """What becomes of the stored dossiers: not in the export and left as they are, in it and the `same` or `changed`,
    `gone` because it says they were not received, or stored from a `newer` export; and how many are `new`."""

    absent: int = 0
    same: int = 0
    changed: int = 0
    gone: int = 0
    newer: int = 0
    new: int = 0

    @property
    def stored(self) -> int:
        """How many dossiers there were."""
        return self.absent + self.same + self.changed + self.gone + self.newer

    def describe(self) -> list[Text]:
        """The same as one sentence; none where there were no dossiers."""
        if not self.stored:
            return []
        parts = (
            (self.absent, "không có trong tệp nên giữ nguyên", "not in this export and left as they are"),
            (self.same, "như cũ", "unchanged"),
            (self.changed, "thay đổi", "changed"),
            (self.gone, "bỏ ra vì chưa tiếp nhận", "dropped as not received"),
            (self.newer, "giữ bản mới hơn đã có", "there already from a later export"),
        )
        vi = ", ".join(f"{number(count, 'vi')} {words}" for count, words, _ in parts if count)
        en = ", ".join(f"{number(count, 'en')} {words}" for count, _, words in parts if count)
        return [
            Text(
                f"Trong {number(self.stored, 'vi')} hồ sơ đã có: {vi}. Thêm {number(self.new, 'vi')} hồ sơ mới.",
                f"Of {number(self.stored, 'en')} dossiers already there: {en}. New dossiers: {number(self.new, 'en')}.",
            )
        ]


@dataclass(frozen=True)
class Replaced:
    """How many dossiers would give way to another one of the same id, and the first of them."""

    count: int = 0
    examples: tuple[Example, ...] = ()

    def describe(self, names: Mapping[str, str]) -> Text:
        """The same as a clause; `names` are those of units and procedures by id."""
        shown = {
            language: "; ".join(_shown(each, names, language) for each in self.examples) for language in ("vi", "en")
        }
        return Text(
            f"{number(self.count, 'vi')} hồ sơ bị thay bằng hồ sơ cùng mã nhưng khác đơn vị, thủ tục hoặc ngày tiếp "
            f"nhận (ví dụ {shown['vi']})",
            f"{number(self.count, 'en')} dossiers give way to one of the same id but of another unit, procedure or day "
            f"of receipt (for example {shown['en']})",
        )


def _shown(example: Example, names: Mapping[str, str], language: Language) -> str:
    """What differs: "HS-0001: Xã Kim Sơn, 03/01/2023 → Xã Đại An, 05/01/2023"."""
    id_, *sides = example[0], example[1:4], example[4:]
    pairs = [(old, new) for old, new in zip(*sides, strict=True) if old != new]
    one, other = (", ".join(_word(pair[side], names, language) for pair in pairs) for side in (0, 1))
    return f"{id_}: {one} → {other}"


def _word(value: str | datetime.date, names: Mapping[str, str], language: Language) -> str:
    return date(value, language) if isinstance(value, datetime.date) else names.get(value, value)
