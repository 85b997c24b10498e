"""The units, procedures and fields an import would make because no references have them, to be looked at first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cchc.importing.matching import Matcher, New, look_alikes
from cchc.text import Text, number

Kind = Literal["unit", "procedure", "field"]
LABELS: Mapping[Kind, Text] = {
    "unit": Text("đơn vị", "units"),
    "procedure": Text("thủ tục", "procedures"),
    "field": Text("lĩnh vực", "fields"),
}
# More names than these in one sentence nobody reads; the page has the whole list.
_MOST = 30


@dataclass(frozen=True)
class Made:
    """One thing that would be made, in how many rows it stands, and the name it looks like ("" = none)."""

    kind: Kind
    name: str
    rows: int
    alike: str

    def shown(self) -> Text:
        """Name, rows and look-alike: "Xã Thanh Hoá (3 hàng, giống “Xã Thanh Hòa”)"."""
        vi, en = (f", {word} “{self.alike}”" if self.alike else "" for word in ("giống", "looks like"))
        unit = "row" if self.rows == 1 else "rows"
        return Text(
            f"{self.name} ({number(self.rows, 'vi')} hàng{vi})", f"{self.name} ({number(self.rows, 'en')} {unit}{en})"
        )


def listed(
    kind: Kind, new: Sequence[New], rows: Mapping[str, int], others: Iterable[str], matcher: Matcher
) -> list[Made]:
    """What would be made, with the rows of each id: look-alikes (also of the names of `others`, which are there
    already) first and together, then most rows first."""
    alike = look_alikes([each.name for each in new], list(others), matcher)
    made = [Made(kind, each.name, rows.get(each.id, 0), alike.get(each.name, "")) for each in new]
    return sorted(made, key=lambda new: (not new.alike, min(new.name, new.alike or new.name), -new.rows))


def describe(made: Sequence[Made]) -> list[Text]:
    """A sentence for every kind of which any would be made."""
    return [_sentence(kind, found) for kind in LABELS if (found := [each for each in made if each.kind == kind])]


def _sentence(kind: Kind, made: Sequence[Made]) -> Text:
    names = [each.shown() for each in made[:_MOST]]
    vi, en = "; ".join(name.vi for name in names), "; ".join(name.en for name in names)
    more = len(made) - len(names)
    return Text(
        f"Sẽ tạo mới {number(len(made), 'vi')} {LABELS[kind].vi}: {vi}"
        + (f"; và {number(more, 'vi')} nữa." if more else "."),
        f"New {LABELS[kind].en} to be made, {number(len(made), 'en')}: {en}"
        + (f"; and {number(more, 'en')} more." if more else "."),
    )
