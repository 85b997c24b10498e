"""An axis of round numbers that is known before it is drawn, so that words can stand beside its lines."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from cchc.charts.base import PALETTE, Figure, Theme, axis
from cchc.figures.metrics import Metric
from cchc.text import Language, Text, number, percent

_ROUND = (1, 2, 5, 10)
_TICKS = 5
# An axis that leaves out less than this share of what it shows begins at 0.
_WELL_ABOVE = 0.4
# No axis is finer than the figures that are shown.
_FINEST = {"rate": 1e-4, "days": 0.1, "count": 1.0}


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` with a tick every `step`; a little room above for what stands at the top."""

    low: float
    high: float
    step: float
    metric: Metric

    @classmethod
    def of(cls, values: Iterable[float], metric: Metric) -> "Scale":
        """The scale that holds these values: from 0 unless all lie well above it."""
        known = [value for value in values if math.isfinite(value)]
        low, high = min(known), max(known)
        below = low - 0.05 * (high - low)
        for begin in (below, 0.0) if low >= 0 else (below,):
            step = round_step(max((high - begin) / _TICKS, _FINEST[metric.format]))
            first, last = math.floor(round(begin / step, 6)) * step, math.ceil(round(high / step, 6)) * step
            if first >= _WELL_ABOVE * high:
                break
        return cls(first, max(last, first + step), step, metric)

    @property
    def top(self) -> float:
        return self.high + 0.04 * (self.high - self.low)

    def down(self, value: float, height: float) -> float:
        """How many pixels below the top of a plot of that height a value stands."""
        return (self.top - value) / (self.top - self.low) * height

    def axis(self, theme: Theme, language: Language, **settings: object) -> Figure:
        """The vertical axis, its numbers in the reader's language."""
        count = round((self.high - self.low) / self.step)
        ticks = [round(self.low + n * self.step, 10) for n in range(count + 1)]
        return axis(
            theme, range=[self.low, self.top], tickvals=ticks,
            ticktext=[self.show(tick, language) for tick in ticks], **settings,
        )  # fmt: skip

    def show(self, value: float, language: Language) -> str:
        """A round value with as few decimals as tell the ticks apart."""
        if self.metric.is_rate:
            return percent(value, language, _decimals(self.step * 100))
        return number(value, language, _decimals(self.step))

    @property
    def form(self) -> str:
        """The number format of a spreadsheet that writes its ticks as `show` does."""
        places = _decimals(self.step * (100 if self.metric.is_rate else 1))
        return "#,##0" + (f".{'0' * places}" if places else "") + ("%" if self.metric.is_rate else "")

    def start(self, theme: Theme, language: Language) -> list[Figure]:
        """A remark where the axis does not begin at 0."""
        if self.low == 0:
            return []
        first = self.show(self.low, language)
        text = Text(f"trục từ {first}", f"axis from {first}")[language]
        return [
            {
                "x": 0, "y": 0, "xref": "paper", "yref": "paper", "text": text, "showarrow": False, "xanchor": "left",
                "yanchor": "bottom", "font": {"size": 11, "color": PALETTE[theme]["muted"]},
                "bgcolor": PALETTE[theme]["ground"],  # a line of an event may stand there
            }
        ]  # fmt: skip


def round_step(step: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is no less than `step`, a positive number."""
    size = 10.0 ** math.floor(math.log10(step))
    return next(each * size for each in _ROUND if each * size >= step * (1 - 1e-9))


def _decimals(step: float) -> int:
    return next(places for places in range(5) if abs(round(step, places) - step) < 1e-9 * max(step, 1)) if step else 0
