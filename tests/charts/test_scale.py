"""Every chart has its axis, however wide or narrow what it shows, and whatever side of zero it lies on."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cchc import charts
from cchc.charts import Figure, Judged
from cchc.charts.base import count_axis
from cchc.charts.scale import Scale
from cchc.figures.metrics import METRICS
from cchc.statistics.impact import Effect, Estimate
from tests.building import compared
from tests.charts.test_deadlines import are_sound

# One metric of each way to write a value.
METRIC = {METRICS[each].format: METRICS[each] for each in ("on_time_rate", "mean_days", "late")}
MOST = {"rate": 1.0, "days": 1e5, "count": 1e9}
floats = st.floats(-1e4, 1e4, allow_nan=False)


def sound_axis(axis: Figure, values: Sequence[float], most: int) -> None:
    """Finite, upwards, with at least two lines and at most `most`, each named for itself, every value inside."""
    low, high = axis["range"]
    ticks: list[float] = axis["tickvals"]
    assert -math.inf < low < high < math.inf
    # No eye tells a millionth of an axis.
    slack = 1e-6 * (high - low)
    assert low - slack <= min(values) <= max(values) <= high + slack
    assert 2 <= len(ticks) <= most
    assert len(set(axis["ticktext"])) == len(axis["ticktext"]) == len(ticks)
    assert all(one < other for one, other in pairwise(ticks))
    assert all(low - slack <= tick <= high + slack for tick in ticks)


@given(written=st.sampled_from(list(METRIC)), data=st.data())
def test_a_scale_holds_any_values_of_any_metric(written: str, data: Any) -> None:
    most = MOST[written]
    values = data.draw(st.lists(st.floats(0, most) | st.sampled_from([0.0, most, 5e-324, math.nan]), min_size=1))
    if not all(math.isnan(each) for each in values):
        known = [each for each in values if not math.isnan(each)]
        sound_axis(Scale.of(values, METRIC[written]).axis("light", "vi"), known, 9)


@st.composite
def estimates(draw: Any) -> Estimate:
    low, value, high = sorted(draw(st.tuples(floats, floats, floats)))
    return Estimate(value, low, high, 12, "difference_in_differences")


@given(st.lists(estimates(), min_size=1, max_size=5))
@example([Estimate(-0.2, -4.1, 3.7, 12, "event_study")])
@example([Estimate(0, 0, 0, 12, "event_study")])
@example([Estimate(5e-324, 0, 5e-324, 12, "event_study")])
def test_estimates_of_any_width_have_an_axis(found: list[Estimate]) -> None:
    ends = [end * 100 for each in found for end in (each.low, each.high, 0.0)]
    rows = [Judged("Xã A", each, "câu") for each in found]
    across = charts.intervals(rows, "up", "light", "vi")
    weeks = [Effect(pd.Timestamp("2023-05-01"), place, each) for place, each in enumerate(found)]
    upright = charts.course(weeks, "up", "light", "vi")
    assert across
    assert upright
    sound_axis(across["layout"]["xaxis"], ends, 9)
    sound_axis(upright["layout"]["yaxis"], ends, 9)


@given(st.lists(floats, min_size=1, max_size=200))
@example([0.0])
@example([0.1] * 20)
def test_what_chance_would_have_done_has_an_axis(choices: list[float]) -> None:
    figure = charts.chance(np.array(choices), "up", "light", "vi")
    sound_axis(figure["layout"]["xaxis"], [each * 100 for each in (*choices, 0.0)], 9)
    # Every choice is in one of the bars.
    assert sum(sum(trace["y"]) for trace in figure["data"]) == len(choices)


counts = st.tuples(st.integers(0, 100), st.integers(1, 10**7)).map(lambda pair: (min(pair), max(pair)))


@given(st.dictionaries(st.text("ABCDEFGH", min_size=1, max_size=2), counts, min_size=2, max_size=12), st.booleans())
def test_units_of_any_sizes_have_a_funnel_with_axes(units: dict[str, tuple[int, int]], with_target: bool) -> None:
    figure = charts.funnel(compared(units), {each: each for each in units}, 1.0 if with_target else None, "light", "vi")
    if figure is not None:
        are_sound({"funnel": figure})
        for side in ("xaxis", "yaxis"):
            ticks, (low, high) = figure["layout"][side]["tickvals"], figure["layout"][side]["range"]
            assert ticks
            assert low < high


@pytest.mark.parametrize("most", [0, 1, 5, 6, 10**9])
def test_counts_have_whole_numbers_on_their_axis(most: int) -> None:
    assert count_axis("light", most).get("dtick", 1) == 1
