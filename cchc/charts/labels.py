"""Names beside points that stay apart from each other on a narrow screen, and so on every wider one."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Pixels between a point and its name.
GAP = 9
# Of letters of size 1: how high a line is, how wide a letter.
LINE = 1.35
_LETTER = 0.55
# From here on along a chart a name stands to the left of its place.
HALF = 0.5
_STEPS = sorted(range(-6, 7), key=abs)


@dataclass(frozen=True)
class Label:
    """Where a name stands: to the right or left of its point, `drop` pixels below it (negative: above)."""

    right: bool
    drop: float


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


def beside(
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    width: float,
    height: float,
    levels: Sequence[float] = (),
    size: float = 12,
) -> list[Label | None]:
    """A place for the name of each point, the first ones first served; None where none is left.

    `points` are pixels from the left and the top of a plot of this width and height, `levels` those of level lines
    from the top, `texts` may hold <br>, `size` is that of their letters. Names stay inside the plot, off each other,
    the points and the lines. On a wider plot of the same height points only move apart to the sides, so what is apart
    here stays apart there.
    """
    dots = [_Box(x - 6, y - 6, x + 6, y + 6) for x, y in points]
    taken = [_Box(-math.inf, y, math.inf, y) for y in levels]
    found: list[Label | None] = []
    for place, ((x, y), text) in enumerate(zip(points, texts, strict=True)):
        others = [*taken, *dots[:place], *dots[place + 1 :]]
        for label, box in _places(x, y, text.split("<br>"), size):
            inside = min(box.left, box.top) >= 0 and box.right <= width and box.bottom <= height
            if inside and not any(box.meets(other) for other in others):
                taken.append(box)
                found.append(label)
                break
        else:
            found.append(None)
    return found


def _places(x: float, y: float, lines: Sequence[str], size: float) -> Iterator[tuple[Label, _Box]]:
    """Where the name of a point may stand, the best place first. A box reaches to the point itself: what is not
    between a point and its name on a narrow plot does not come between them on a wider one."""
    line = LINE * size
    across, tall = GAP + max(map(len, lines)) * _LETTER * size, len(lines) * line
    for step in _STEPS:
        top = y + step * line - tall / 2
        for right in (True, False):
            left = x if right else x - across
            yield Label(right, step * line), _Box(left, top, left + across, top + tall)


def spread(wanted: Sequence[float], gap: float, height: float) -> list[float]:
    """Heights of labels near where they are `wanted` (pixels from the top), in the same order and at least `gap`
    apart, inside 0 to `height` while there is room."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    found = list(wanted)
    lowest, highest = height, 0.0
    for place in reversed(order):
        found[place] = min(found[place], lowest)
        lowest = found[place] - gap
    for place in order:
        found[place] = max(found[place], highest)
        highest = found[place] + gap
    return found


def stacked(shares: Sequence[float], wides: Sequence[float], lines: Sequence[int]) -> list[int]:
    """How many lines each name stands above a plot, so that none meets another: names begin at their place from left
    (0) to right (1), those of the right half end there, each as wide (in plots) and as many lines high as said."""
    taken: list[tuple[float, float, int, int]] = []
    for share, wide, high in zip(shares, wides, lines, strict=True):
        left, right = (share - wide, share) if share > HALF else (share, share + wide)
        near = [(low, top) for start, end, low, top in taken if left < end and start < right]
        level = next(at for at in range(99) if all(at >= top or at + high <= low for low, top in near))
        taken.append((left, right, level, level + high))
    return [level for _, _, level, _ in taken]
