"""A change is called real as seldom as is promised while nothing changes, and is found when there is one."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import expit, logit

from cchc.statistics import changes, spc

UNITS = 18
# Communes from small to large, dossiers a month.
MIXED = np.geomspace(25, 2000, UNITS).round()
SIZES: dict[str, Any] = {"small": 60, "middling": 200, "large": 1500, "mixed": MIXED}


def area(seed: int, areas: int, months: int, sizes: Any, rate: float, deviation: float) -> tuple[Any, Any]:
    """Misses and dossiers of areas x units x months in which nothing changes: each month has a rate of its own around
    the same log odds."""
    rng = np.random.default_rng(seed)
    n = rng.poisson(np.broadcast_to(sizes, UNITS)[None, :, None], (areas, UNITS, months)).clip(1)
    usual = logit(rate) - deviation**2 / 2 * (1 - 2 * rate)
    return rng.binomial(n, expit(usual + deviation * rng.standard_normal(n.shape))), n


# --- While nothing changes ---


@pytest.mark.slow
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("rate", [0.003, 0.04, 0.3])
@pytest.mark.parametrize("deviation", [0, 0.3, 0.5])
def test_in_few_months_is_anyone_named_while_nobody_changes(sizes: str, rate: float, deviation: float) -> None:
    """Of months without a change 7 % at most name one of 18 communes, however much months differ anyway; the same
    when a quarter is asked about."""
    for months, length in ((13, 1), (24, 1), (36, 1), (24, 3)):
        late, n = area(months, 600, months, SIZES[sizes], rate, deviation)
        found = changes.of_shares(late, n, UNITS, length)
        assert found is not None
        assert (found.side != 0).any(axis=1).mean() <= 0.07, (months, length)


@pytest.mark.slow
@pytest.mark.parametrize("months", [13, 24, 36])
def test_days_and_counts_are_as_seldom_called_changed(months: int) -> None:
    rng = np.random.default_rng(months)
    calm, restless = rng.normal(3, 0.2, (1000, UNITS, months)), rng.gamma(9, 0.5, (1000, UNITS, months))
    for values in (calm, restless):
        found = changes.of_values(values, UNITS)
        assert found is not None
        assert (found.side != 0).any(axis=1).mean() <= 0.07


# --- When there is a change ---

# Months before, dossiers a month, late before, deviation between months; the late rate of one month, and of six months
# in a row, that is found in at least 80 % (one unit of 18).
FOUND = [
    (13, 200, 0.04, 0.3, 0.4, 0.4),
    (24, 200, 0.04, 0.3, 0.25, 0.12),
    (24, 1500, 0.04, 0.3, 0.2, 0.1),
    (36, 200, 0.04, 0.3, 0.22, 0.11),
    (24, 200, 0.04, 0, 0.16, 0.1),
    (24, 1500, 0.04, 0, 0.08, 0.06),
    (24, 200, 0.3, 0.3, 0.72, 0.52),
]


@pytest.mark.slow
@pytest.mark.parametrize(("months", "size", "rate", "deviation", "one", "six"), FOUND)
def test_so_large_a_change_is_found_in_four_of_five(months, size, rate, deviation, one, six) -> None:
    for last, length in ((one, 1), (six, 6)):
        before, n = area(5, 25, months - length, size, rate, deviation)
        after, more = area(6, 25, length, size, last, deviation)
        found = changes.of_shares(np.concatenate([before, after], -1), np.concatenate([n, more], -1), UNITS)
        assert found is not None
        assert (found.side == 1).mean() >= 0.8, length
        assert (found.side == -1).mean() < 0.01


# --- Rules ---


@pytest.mark.parametrize("points", range(10))
def test_six_points_before_are_needed(points: int) -> None:
    tops, bottoms = [5] * points, [50] * points
    assert (changes.of_shares(tops, bottoms, 1) is None) == (points < 7)
    assert (changes.of_values(tops, 1) is None) == (points < 7)
    assert math.isnan(changes.usual_shares(tops, bottoms, 1)[0]) == (points < 7)


SERIES = st.lists(st.tuples(st.integers(0, 60), st.integers(60, 400)), min_size=7, max_size=30)


@given(SERIES, st.integers(1, 170), st.sampled_from([1, 3]))
def test_what_is_high_of_misses_is_low_of_hits(series: list[tuple[int, int]], family: int, length: int) -> None:
    tops, bottoms = np.array(series).T
    one = changes.of_shares(tops, bottoms, family, length)
    other = changes.of_shares(bottoms - tops, bottoms, family, length)
    if one is None or other is None:
        assert one is other
    elif 2 * tops.sum() != bottoms.sum():
        assert (int(one.side), int(one.span)) == (-int(other.side), int(other.span))
        low, high = changes.usual_shares(tops, bottoms, family, length)
        assert (1 - high, 1 - low) == pytest.approx(changes.usual_shares(bottoms - tops, bottoms, family, length))


@given(SERIES, st.sampled_from([1, 18, 170]))
def test_what_is_usual_is_what_an_integral_says(series: list[tuple[int, int]], family: int) -> None:
    """The furthest common count on the high side, by numerical integration of scipy's binomial distribution."""
    tops, bottoms = np.array(series).T
    if 2 * tops.sum() > bottoms.sum():
        return
    low, high = changes.usual_shares(tops, bottoms, family)
    n, most = int(bottoms[-1]), round(high * int(bottoms[-1]))
    tried = 1 + (len(tops) >= 9) + (len(tops) >= 12)
    limit = 0.05 / 2 / family / tried
    assert most == n or tail(tops, bottoms, most + 1) < limit * 1.06
    assert tail(tops, bottoms, most) > limit * 0.94
    assert 0 <= low <= high <= 1


def tail(tops: Any, bottoms: Any, count: int) -> float:
    """The probability of so many or more in the last point, slowly."""
    before, n, points = tops[:-1], bottoms[:-1], len(tops) - 1
    rate = (before.sum() + 0.5) / (n.sum() + 1)
    z = [(x / of - rate) / math.sqrt(rate * (1 - rate) / of) for x, of in zip(before, n, strict=True)]
    spread = sum((one - other) ** 2 for one, other in pairwise(z)) / 2 / (points - 1)
    between = max(spread - 1, 0) / (rate * (1 - rate) * n.mean())
    if before.sum() < spc.FEW * points:
        trials, centre, variance = count + before.sum(), math.log(bottoms[-1] / n.sum()), 0.0
    else:
        trials, centre = bottoms[-1], logit(rate) - between / 2 * (1 - 2 * rate)
        variance = 1 / (rate * (1 - rate) * n.sum())
    deviation = math.sqrt(variance + between * (1 + 1 / points))
    if deviation == 0:
        said = stats.binom.sf(count - 1, trials, expit(centre))
    else:
        said, _ = integrate.quad(
            lambda x: stats.norm.pdf(x) * stats.binom.sf(count - 1, trials, expit(centre + deviation * x)),
            -10, 10, points=[-3, 0, 3], limit=200,
        )  # fmt: skip
    return float(stats.t.cdf(stats.norm.ppf(said), 2 * (points - 1) / 3))


def test_a_change_that_lasts_is_one_to_which_every_month_belongs() -> None:
    """Five bad months and a good last one are not six bad months."""
    usual = [8, 9, 7, 8, 10, 8, 7, 9] * 3
    sizes = [200] * 30
    lasting = changes.of_shares([*usual, *[16] * 6], sizes, UNITS)
    over = changes.of_shares([*usual, *[16] * 5, 6], sizes, UNITS)
    assert lasting is not None
    assert over is not None
    assert (int(lasting.side), int(lasting.span)) == (1, 6)
    assert int(over.side) == 0


def test_the_more_units_are_judged_together_the_less_is_a_change() -> None:
    tops, bottoms = [8, 9, 7, 8, 10, 8, 7, 9] * 3 + [20], [200] * 25
    usual = [changes.usual_shares(tops, bottoms, family) for family in (1, 18, 170)]
    assert usual[0][1] < usual[1][1] < usual[2][1]
    assert usual[0][0] >= usual[1][0] >= usual[2][0]


# --- Few misses ---

# Dossiers a month, share of late ones: where a p' chart alarms 10 to 18 times too often.
RARE = [(200, 0.003), (200, 0.005), (100, 0.01), (2000, 0.0003)]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "rate"), RARE)
def test_exact_limits_stand_where_few_misses_are_expected_and_alarm_as_seldom_as_they_say(size, rate) -> None:
    """Of steady series 0.135 % may be beyond the bad limit in their last month; a p' chart has about 2 %."""
    rng = np.random.default_rng(size)
    late = rng.binomial(size, rate, (4000, 24))
    n = np.full(24, size)
    rare = np.array([spc.is_rare(each, n) for each in late])
    assert rare.mean() > 0.999
    alarms = [spc.exact(each, n).fired()[1][-1] > 0 for each in late if each.any()]
    loose = [spc.p_prime(each, n).fired()[0][-1] == "outside" for each in late[:1000] if each.any()]
    assert np.mean(alarms) <= 0.003
    assert np.mean(loose) > 0.008


@pytest.mark.parametrize(
    ("tops", "rare"),
    [([4] * 12, True), ([5] * 12, False), ([96] * 12, True), ([95] * 12, False), ([0] * 7 + [50] * 5, True),
     ([50] * 12, False)],
)  # fmt: skip
def test_fewer_than_five_misses_or_hits_a_point_are_few(tops: list[int], rare: bool) -> None:
    assert spc.is_rare(tops, [100] * 12) is rare
