"""Icons of control charts, as SVG: what the last point says, and whether the target is in reach.

The shape says it without the colour: a disc is better, a diamond worse, a square changed, a ring as ever; a filled icon
speaks of change, an outlined one of the target (after the icons of NHS England, Making Data Count).
"""

from base64 import b64encode
from collections.abc import Iterable
from typing import cast

from cchc.charts.base import PALETTE, Theme
from cchc.findings.trends import Trend
from cchc.statistics.spc import Assurance, Meaning

_COLOURS: dict[Meaning | Assurance, str] = {
    "improvement": "early",
    "concern": "late",
    "neutral": "text",
    "common": "withdrawn",
    "passing": "early",
    "failing": "late",
    "hit_or_miss": "withdrawn",
}
_DISC, _RING = '<circle cx="12" cy="12" r="10"', '<circle cx="12" cy="12" r="9"'
_DIAMOND, _FRAME = '<path d="M12 .8 23.2 12 12 23.2.8 12z"', '<path d="M12 2.4 21.6 12 12 21.6 2.4 12z"'
_SQUARE = '<rect x="2.5" y="2.5" width="19" height="19" rx="2"'
_SHAPES: dict[Meaning | Assurance, str] = {
    "improvement": _DISC,
    "concern": _DIAMOND,
    "neutral": _SQUARE,
    "common": _RING,
    "passing": _RING,
    "failing": _FRAME,
    "hit_or_miss": _RING,
}
_UP, _DOWN = "M8 15.5 15.5 8.5M9.5 8.5h6v6", "M8 8.5 15.5 15.5M9.5 15.5h6v-6"
_SIGNS: dict[Meaning | Assurance, str] = {
    "common": "M6.5 13.5 9.5 10.5 12 13.5 14.5 10.5 17.5 13.5",
    "passing": "M7.5 12.5 10.8 15.8 16.5 8.8",
    "failing": "M9 9 15 15M15 9 9 15",
    "hit_or_miss": "M9.1 9.6a2.9 2.9 0 1 1 4.4 2.4c-1 .6-1.5 1.2-1.5 2.2M12 16.9v.1",
}


def icon(kind: Meaning | Assurance, theme: Theme, side: int = 0) -> str:
    """The icon of a meaning (with an arrow up for `side` 1, down for -1) or of an assurance."""
    colour, ground = PALETTE[theme][_COLOURS[kind]], PALETTE[theme]["ground"]
    filled = kind in ("improvement", "concern", "neutral")
    shape = f'fill="{colour}"/>' if filled else f'fill="none" stroke="{colour}" stroke-width="2"/>'
    sign = _SIGNS.get(kind, _UP if side > 0 else _DOWN)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24">'
        f'{_SHAPES[kind]} {shape}<path d="{sign}" fill="none" stroke="{ground if filled else colour}"'
        ' stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def as_image(svg: str) -> str:
    """An SVG as the address of an image, in which nothing can run."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def icon_kind(trend: Trend) -> str:
    """The kind of icon that says what the last point of a series says; "" where it says nothing."""
    return "{}{:+d}".format(*trend.variation) if trend.variation else ""


def icon_images(kinds: Iterable[str], theme: Theme) -> dict[str, str]:
    """The pictures of these kinds, of last points (`icon_kind`) and of assurances."""
    return {kind: as_image(_icon_of(kind, theme)) for kind in sorted(set(kinds))}


def _icon_of(kind: str, theme: Theme) -> str:
    if kind[-2] in "+-":
        return icon(cast(Meaning, kind[:-2]), theme, int(kind[-2:]))
    return icon(cast(Assurance, kind), theme)
