"""A table of published figures: one row per figure with its document, period and scope."""

import csv
import hashlib
import io
from dataclasses import dataclass
from functools import cached_property, partial

from cchc.entered.published.precision import Printed
from cchc.entered.published.vocabulary import Meaning
from cchc.figures.filters import LEVEL_NAMES
from cchc.figures.periods import Period, containing
from cchc.rules.references import References
from cchc.schema import CHANNEL_NAMES
from cchc.text import Language, Text, both, date, harmless, number

# The columns of a table, under the names its file has them by; a heading in words is understood as well.
COLUMNS = {
    "id": Text("Mã", "Id"),
    "area": Text("Khu vực", "Area"),
    "scope": Text("Phạm vi", "Scope"),
    "from": Text("Từ ngày", "First day"),
    "to": Text("Đến ngày", "Last day"),
    "metric": Text("Chỉ số", "Metric"),
    "value": Text("Giá trị", "Value"),
    "unit": Text("Đơn vị tính", "Unit"),
    "numerator_id": Text("Mã tử số", "Numerator id"),
    "denominator_id": Text("Mã mẫu số", "Denominator id"),
    "document": Text("Văn bản", "Document"),
}
WHOLE_AREA = Text("toàn khu vực", "the whole area")


@dataclass(frozen=True)
class Scope:
    """Which dossiers a figure counts: of one level or unit, filed by one channel, of one field; "" means any."""

    level: str = ""
    unit: str = ""
    channel: str = ""
    field: str = ""

    def within(self, other: "Scope") -> bool:
        """Whether every dossier of this scope is in the other."""
        pairs = (
            (self.level, other.level), (self.unit, other.unit), (self.channel, other.channel),
            (self.field, other.field),
        )  # fmt: skip
        return all(wide in ("", narrow) for narrow, wide in pairs)

    def label(self, references: References, language: Language) -> str:
        """In words, for the middle of a sentence."""
        where = WHOLE_AREA[language]
        if self.unit:
            where = references.units[self.unit].name
        elif self.level:
            where = LEVEL_NAMES[self.level][language].lower()
        if self.field:
            where += f", {references.fields[self.field][language]}"
        return f"{where}, {CHANNEL_NAMES[self.channel][language].lower()}" if self.channel else where

    def words(self, references: References) -> Text:
        """The label in both languages."""
        return both(partial(self.label, references))


@dataclass(frozen=True)
class Figure:
    """One published figure. `row` is its line in the table; `numerator` and `denominator` are ids of other figures of
    the table ("" = none); `days` are the days a date may mean (a whole month where only that is published)."""

    id: str
    row: int
    scope: Scope
    where: str
    period: Period
    meaning: Meaning
    printed: Printed
    days: Period | None
    numerator: str
    denominator: str
    document: str

    def show(self, language: Language) -> str:
        """The value as it was published, in the reader's writing."""
        if self.days:
            return self.days.label(language) if self.days.start < self.days.end else date(self.days.start, language)
        return shown(float(self.printed.value), self, language)

    def label(self, references: References, language: Language) -> str:
        """What it is about: "Tỷ lệ trực tuyến, toàn khu vực, quý I/2023"."""
        parts = [self.meaning.label[language], self.scope.label(references, language)]
        return ", ".join(parts if self.meaning.kind == "start" else [*parts, self.period.label(language)])


_UNITS = {"percent": Text(" %", "%"), "point": Text(" điểm %", " pp")}


def shown(value: float, like: Figure, language: Language) -> str:
    """A value with the unit and as many decimals as another figure."""
    unit = like.meaning.unit
    text = number(value, language, like.printed.decimals, signed=unit == "point")
    return text + (_UNITS[unit][language] if unit in _UNITS else "")


@dataclass(frozen=True)
class Table:
    """Every published figure of one dataset; `left_out` rows of the file were about other areas."""

    figures: tuple[Figure, ...]
    left_out: int = 0

    @cached_property
    def by_id(self) -> dict[str, Figure]:
        return {figure.id: figure for figure in self.figures}

    @cached_property
    def digest(self) -> str:
        """Changes with any cell: what a page remembers its findings by."""
        return hashlib.sha256(self.to_csv("").encode()).hexdigest()[:16]

    @property
    def documents(self) -> list[str]:
        """Ids of the documents, in the order they first appear in."""
        return list(dict.fromkeys(figure.document for figure in self.figures))

    def rows(self, area: str) -> list[dict[str, str]]:
        """The figures as rows of the file they are read from."""
        return [
            {
                "id": each.id, "area": area, "scope": each.where,
                "from": each.period.start.isoformat(), "to": each.period.end.isoformat(),
                "metric": each.meaning.name, "value": _written(each), "unit": each.meaning.unit,
                "numerator_id": each.numerator, "denominator_id": each.denominator, "document": each.document,
            }
            for each in self.figures
        ]  # fmt: skip

    def to_csv(self, area: str) -> str:
        """The table as CSV that `read` gives back; no cell can be taken for a formula."""
        out = io.StringIO()
        writer = csv.DictWriter(out, list(COLUMNS), lineterminator="\n")
        writer.writeheader()
        for row in self.rows(area):
            writer.writerow({name: text if name == "value" else harmless(text) for name, text in row.items()})
        return out.getvalue()


def _written(figure: Figure) -> str:
    if not figure.days:
        return figure.printed.text
    first = figure.days.start.isoformat()
    return first if figure.days.start == figure.days.end else first[:7]


def halves(period: Period) -> tuple[Period, Period] | None:
    """The two periods of one kind, one after the other, that a change compares; None if it is not such a pair."""
    for kind in ("year", "half", "quarter", "month", "year_15", "half_15", "quarter_15", "month_15", "week"):
        later = containing(kind, period.end)
        if later.end == period.end and later.previous().start == period.start:
            return later.previous(), later
    return None
