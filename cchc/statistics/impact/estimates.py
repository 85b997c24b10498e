"""What an evaluation may say: an estimate with its interval, or why the data carries none."""

import math
from dataclasses import dataclass
from typing import Literal

from cchc.schema import Direction

Verdict = Literal["improved", "worsened", "not_shown"]
Design = Literal[
    "own_change",
    "difference_in_differences",
    "permutation",
    "event_study",
    "group_time",
    "pre_trend",
    "triple_difference",
    "interrupted_series",
    "weekly_mean",
    "weekday_share",
]
Caveat = Literal[
    "no_comparison",  # before and after of one series: whatever else changed at that time is in it too
    "apart",  # this unit is of another kind than the units it is compared with
    "small_denominator",  # a rate over fewer than 20 dossiers takes part
    "smaller_units",  # the treated units are so much smaller than the others that the interval was widened
    "units_left_out",  # some units had no dossiers on one side and could not take part
    "sampled",  # so many choices are possible that a sample of them was drawn
    "few_choices",  # so few choices are possible that a normal model took the place of the exact distribution
    "start_inside_period",  # the period in which the start falls is neither before nor after and was left out
    "pointwise",  # one of many intervals: about one in twenty misses by chance
    "independent_weeks",  # the interval takes the weeks as independent of each other
    "short_series",  # below 12 points no dependence between neighbours can be estimated: ordinary least squares
    "too_narrow",  # such intervals are known to be too narrow (Turner 2021, doi 10.1186/s12874-021-01364-0)
    "gaps",  # some weeks of the series are missing
    "small_weeks",  # the rate of a week is over fewer than 20 dossiers in half of the weeks or more
]
Reason = Literal[
    "no_treated",
    "few_controls",
    "no_before",
    "no_after",
    "no_dossiers",
    "not_a_share",
    "few_points_before",
    "few_points_after",
    "no_variation",
    "no_overlap",
]


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval; rates are fractions 0-1, so 0.05 is five points.

    `n` counts the dossiers behind it; for an interrupted series, its points. `p` is given where the design tests.
    Raises ValueError for a missing or infinite number and for an interval that does not hold the value.
    """

    value: float
    low: float
    high: float
    n: int
    design: Design
    caveats: tuple[Caveat, ...] = ()
    p: float | None = None

    def __post_init__(self) -> None:
        numbers = (self.value, self.low, self.high)
        if any(each is None or not math.isfinite(each) for each in numbers):
            raise ValueError(f"an estimate needs a value and an interval, not {numbers}")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"the interval {self.low} to {self.high} does not hold {self.value}")

    def verdict(self, direction: Direction) -> Verdict:
        """Whether the whole interval is on the good side of zero, on the bad side, or neither; where no side is the
        good one, nothing is shown."""
        if direction == "neither" or self.low <= 0 <= self.high:
            return "not_shown"
        return "improved" if (self.value > 0) == (direction == "up") else "worsened"


@dataclass(frozen=True)
class Bound:
    """What is left of an effect under a doubt about its comparison: `value`, and limits of which each is passed in one
    of twenty cases only: it is at least `low`, and it is at most `high`."""

    value: float
    low: float
    high: float

    def upholds(self, estimate: Estimate) -> bool:
        """Whether the effect that an estimate shows is there under this doubt too."""
        return self.low > 0 if estimate.value > 0 else self.high < 0


@dataclass(frozen=True)
class TooThin:
    """Why there is no estimate: there are `have` of something of which at least `need` are needed.

    no_treated, few_controls: units. no_before, no_after, few_points_*: periods or weeks. no_dossiers: dossiers in
    a denominator. not_a_share: dossiers in a denominator below its numerator. no_variation: distinct values; figures
    that never vary do not show how far chance would move them. no_overlap: kinds of dossiers on all sides.
    """

    reason: Reason
    have: int
    need: int

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return self.need - self.have
