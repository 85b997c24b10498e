"""What a paper is about, in its own words: its territory, which dossiers, its days; and the office of one commune."""

from dataclasses import replace

from cchc.figures.filters import LEVEL_NAMES, Filters, day_name
from cchc.figures.periods import Period
from cchc.reports.paper import Letterhead
from cchc.reports.phrases import days, listed, named, period_name, two_digits
from cchc.rules.boundaries import Unit
from cchc.rules.references import References
from cchc.text import within

_FILED = {"online": "nộp trực tuyến", "counter": "nộp trực tiếp", "postal": "nộp qua bưu chính công ích"}
_FEW = 3


def territory(filters: Filters, references: References, area: str) -> str:
    """Where: "trên địa bàn huyện Trà Cú", "trên địa bàn xã Đại An", "tại 02 đơn vị (…) trên địa bàn huyện Trà Cú"."""
    whole = f"trên địa bàn {within(area)}"
    if place := commune(filters, references):
        return f"trên địa bàn {named(place.name)}"
    names = [named(references.units[unit].name) for unit in filters.units]
    if len(names) == 1:
        return f"tại {names[0]}"
    if names:
        few = f" ({listed(names)})" if len(names) <= _FEW else ""
        return f"tại {two_digits(len(names))} đơn vị{few} {whole}"
    levels = [LEVEL_NAMES[level].vi.lower() for level in filters.levels]
    return f"tại các đơn vị {listed(levels)} {whole}" if levels else whole


def dossiers(filters: Filters, references: References) -> str:
    """Which dossiers of the territory: "nộp trực tuyến, lĩnh vực Hộ tịch"; nothing where all are meant."""
    fields = [references.fields[field].vi for field in filters.fields]
    procedures = [f"“{references.procedures[procedure].name}”" for procedure in filters.procedures]
    parts = [
        listed([_FILED[channel] for channel in filters.channels]),
        *_some("thuộc", "lĩnh vực", fields),
        *_some("của", "thủ tục", procedures),
        f"tiếp nhận vào {listed([day_name(day).vi for day in filters.weekdays])}" if filters.weekdays else "",
    ]
    return ", ".join(filter(None, parts))


def _some(before: str, what: str, names: list[str]) -> list[str]:
    if len(names) > _FEW:
        return [f"{before} {two_digits(len(names))} {what}"]
    return [f"{before} {what} {listed(names)}"] if names else []


def named_days(period: Period, covered: Period) -> str:
    """A period in a title: its name, and its days where the name does not say them or the data covers not all."""
    name, span = within(period_name(period)), within(days(covered))
    if period_name(period) == days(period):
        return span
    return name if period == covered and not period.kind.endswith("_15") else f"{name} ({span})"


# --- The office ---

_OFFICES = ("Xã ", "Phường ", "Thị trấn ", "Đặc khu ")


def commune(filters: Filters, references: References) -> Unit | None:
    """The one commune a paper is about, where it is about one."""
    if len(filters.units) != 1:
        return None
    unit = references.units[filters.units[0]]
    return unit if unit.level == "commune" and unit.name.startswith(_OFFICES) else None


def letterhead_of(place: Unit, head: Letterhead) -> Letterhead:
    """The letterhead of the People's Committee of a commune, which reports to the office of the area."""
    return replace(
        head,
        parent=(),
        issuer=("ỦY BAN NHÂN DÂN", place.name.upper()),
        name=f"UBND {named(place.name)}",
        symbol="BC-UBND",
        place=place.name.split(" ", 1)[1].removeprefix("trấn "),
        to=(head.name,),
        copies=("Như trên;", "Lưu: VT, … (đơn vị soạn thảo, số bản)."),
        signs=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        below=(),
        receiver=head.name,
    )
