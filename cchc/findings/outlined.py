"""Whether an area's communes can be shown by outlines of its own, and what is to be known of them."""

from collections.abc import Mapping

from cchc.findings.territory import Territory
from cchc.rules import outlines
from cchc.rules.outlines import Outlines, Ring
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, number

_MOST = 5
_ARE = Text(
    "Sơ đồ, không phải bản đồ địa giới: hình do cơ quan cung cấp, đã làm gọn. Bấm gần chấm giữa hình để lọc theo xã.",
    "A diagram, not a map of boundaries: the outlines are the office's own, simplified. A click near the point in the "
    "middle of one filters by that commune.",
)


def outlined(snapshot: Snapshot, area: Territory, names: Mapping[str, str]) -> tuple[Outlines | None, list[Text]]:
    """The outlines of the communes of `area`, None where tiles are to be drawn instead; and what is to be said: why so,
    or which communes are not drawn and which shapes are nobody's."""
    ended = area.shown.period.end
    there = [unit for unit in snapshot.under("then").references.units.values() if unit.is_valid(ended)]
    try:
        found = outlines.read(snapshot.folder / "references", [unit for unit in there if unit.level == "commune"])
    except UserError as error:
        return None, [error.text]
    if found is None:
        return None, []
    rings = {unit: _of(unit, found) for unit in sorted(area.shown.values)}
    drawn = {unit: each for unit, each in rings.items() if each}
    missing = [names[unit] for unit in rings if unit not in drawn]
    if len(drawn) < len(missing):
        return None, [_few(len(drawn), len(rings))]
    said = [_ARE]
    if missing:
        said.append(_listed(Text("Không có hình nên không được vẽ", "Without an outline and not drawn"), missing))
    if found.strangers:
        title = Text("Hình không khớp mã hay tên xã nào", "Outlines that match no code or name of a commune")
        said.append(_listed(title, found.strangers))
    return Outlines(drawn, found.strangers), said


def _of(unit: str, supplied: Outlines) -> tuple[Ring, ...]:
    """Those of a unit, or of all that are shown as one."""
    return tuple(ring for each in unit.split("~") for ring in supplied.rings.get(each, ()))


def _few(drawn: int, every: int) -> Text:
    return Text(
        f"{outlines.FILE} chỉ có hình của {number(drawn, 'vi')} trên {number(every, 'vi')} xã nên mỗi xã là một ô.",
        f"{outlines.FILE} has outlines of {number(drawn, 'en')} of {number(every, 'en')} communes: each is a tile.",
    )


def _listed(title: Text, names: list[str] | tuple[str, ...]) -> Text:
    first, rest = ", ".join(names[:_MOST]), len(names) - _MOST
    more = Text(f" và {number(rest, 'vi')} hình khác", f" and {number(rest, 'en')} more") if rest > 0 else Text("", "")
    return Text(f"{title.vi}: {first}{more.vi}.", f"{title.en}: {first}{more.en}.")
