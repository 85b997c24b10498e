"""Control charts agree with published values, with a slow second count, and with each rule as it is written."""

import math
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cchc.statistics import spc
from cchc.statistics.spc import Chart
from tests import slow_spc

# Values published with NHS-R's NHSRplotthedots 0.2.2 (MIT) for twenty draws of R's rnorm, seed 123.
DRAWS = [
    -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285,
    -0.44566197, 1.2240818, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716,
    0.7013559, -0.47279141,
]  # fmt: skip
SPIKED = [*DRAWS[:14], 10, *DRAWS[15:]]


def lines(chart: Chart) -> list[tuple[float, ...]]:
    return list(zip(*(getattr(chart.limits, each.name).tolist() for each in fields(chart.limits)), strict=True))


def fired(chart: Chart) -> list[tuple[str | None, int]]:
    return list(zip(*chart.fired(), strict=True))


def agrees(chart: Chart, slow: list[slow_spc.Line]) -> None:
    for found, line in zip(lines(chart), slow, strict=True):
        wanted = [getattr(line, each.name) for each in fields(chart.limits)]
        numbers = [math.nan if each is None else float(each) for each in wanted]
        assert found == pytest.approx(numbers, rel=1e-9, abs=1e-9, nan_ok=True)
    assert fired(chart) == [(line.rule, line.side) for line in slow]


COUNTS = st.lists(st.integers(0, 12) | st.integers(0, 10_000), max_size=40)
STARTS = st.lists(st.integers(-2, 45), max_size=3)


@st.composite
def parts(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    bottom = draw(st.lists(st.sampled_from([1, 20, 100]) | st.integers(1, 5000), max_size=40))
    rate = draw(st.sampled_from([0.02, 0.5, 0.98]))
    near = [draw(st.integers(0, n) | st.integers(round(n * rate) - 1, round(n * rate) + 1)) for n in bottom]
    return [min(max(top, 0), n) for top, n in zip(near, bottom, strict=True)], bottom


# --- Limits ---


@pytest.mark.parametrize(
    ("values", "screen", "published"),
    [
        (DRAWS, True, ("0.1416238", "-3.01138", "3.294627")),
        (SPIKED, True, ("0.6694159", "-2.383666", "3.722497")),
        (SPIKED, False, ("0.6694159", "-4.596625", "5.935457")),
        (DRAWS[:10], True, ("0.0746", "-2.60", "2.75")),
        (DRAWS[10:], True, ("0.209", "-3.28", "3.70")),
    ],
    ids=["twenty draws", "a spike", "a spike, not screened", "the first ten", "the last ten"],
)
def test_xmr_limits_are_the_published_ones(values, screen, published) -> None:
    limits = spc.xmr(values, screen=screen).limits
    for line, digits in zip((limits.centre, limits.lower, limits.upper), published, strict=True):
        places = len(digits.partition(".")[2])
        assert line[0] == line[-1] == pytest.approx(float(digits), rel=0, abs=0.51 * 10**-places)
    assert limits.near_upper[0] - limits.centre[0] == pytest.approx((limits.upper[0] - limits.centre[0]) * 2 / 3)


def test_a_series_that_stands_still_but_for_a_few_points_keeps_some_width() -> None:
    """Screening the only ranges there are would put both limits on the mean, and every other point beyond them."""
    chart = spc.xmr([0] * 20 + [1] + [0] * 3)
    assert chart.limits.lower[0] < 0 < chart.limits.upper[0]
    assert chart.limits.upper[0] - chart.limits.centre[0] == pytest.approx(2.66 * 2 / 23)
    assert {point for signal in chart.signals if signal.rule == "outside" for point in signal.points} <= {20}


def test_segments_of_a_rebased_series_have_the_limits_of_their_own() -> None:
    whole = lines(spc.xmr(DRAWS, starts=[10]))
    assert whole == lines(spc.xmr(DRAWS[:10])) + lines(spc.xmr(DRAWS[10:]))


def test_g_limits_are_those_of_a_geometric_distribution() -> None:
    gaps = [3, 9, 0, 27, 4, 11, 30, 2, 8, 16]
    distribution = stats.geom(1 / (np.mean(gaps) + 1), loc=-1)
    limits = spc.g(gaps).limits
    assert limits.upper[0] == pytest.approx(distribution.mean() + 3 * distribution.std())
    assert limits.lower[0] == 0
    # Half of the gaps of a steady process are longer than the centre.
    assert distribution.cdf(limits.centre[0] - 1) < 0.5 < distribution.cdf(limits.centre[0] + 1)


def test_p_prime_is_p_where_periods_differ_by_chance_alone_and_wider_where_they_differ_more() -> None:
    rng = np.random.default_rng(7)
    sizes = rng.integers(2000, 4000, 4000)
    chance = rng.binomial(sizes, 0.9)
    restless = rng.binomial(sizes, rng.normal(0.9, 0.02, 4000).clip(0, 1))

    def width(chart: Chart) -> float:
        return float((chart.limits.upper - chart.limits.lower).mean())

    # Screening leaves the widest of ordinary ranges out too: about 4 % of the width.
    assert width(spc.p_prime(chance, sizes)) == pytest.approx(width(spc.p(chance, sizes)), rel=0.06)
    assert width(spc.p_prime(restless, sizes)) > 3 * width(spc.p(restless, sizes))
    flagged = [np.mean([rule == "outside" for rule in f(restless, sizes).fired()[0]]) for f in (spc.p, spc.p_prime)]
    assert flagged[0] > 0.3
    assert flagged[1] < 0.02


@given(parts())
def test_exact_limits_are_those_of_the_binomial_distribution(both: tuple[list[int], list[int]]) -> None:
    top, bottom = both
    chart = spc.exact(top, bottom)
    if not chart.has_limits:
        return
    share, sizes = sum(top) / sum(bottom), np.array(bottom)
    assert (chart.limits.upper * sizes).round(6).tolist() == stats.binom.ppf(1 - 0.00135, sizes, share).tolist()
    fewest = sizes - stats.binom.ppf(1 - 0.00135, sizes, 1 - share)
    assert (chart.limits.lower * sizes).round(6).tolist() == fewest.tolist()
    beyond = [1 if n > most else -1 if n < least else 0 for n, most, least in
              zip(top, (chart.limits.upper * sizes).round(), fewest, strict=True)]  # fmt: skip
    assert fired(chart) == [("outside" if side else None, side) for side in beyond]


def test_one_late_dossier_in_a_month_is_no_signal_where_all_but_a_few_are_on_time() -> None:
    """A p chart takes a single late dossier for a catastrophe; twenty of a hundred are one."""
    sizes = [100] * 24
    one = [100] * 20 + [99, 100, 100, 100]
    assert spc.p(one, sizes).signals != ()
    assert spc.exact(one, sizes).signals == ()
    many = [100] * 23 + [80]
    assert fired(spc.exact(many, sizes))[-1] == ("outside", -1)


@pytest.mark.parametrize("top", [[0] * 9, [50] * 9])
def test_shares_that_are_all_nothing_or_all_everything_are_no_signal(top: list[int]) -> None:
    chart = spc.p_prime(top, [50] * 9)
    assert set(chart.limits.lower) == set(chart.limits.upper) == {top[0] / 50}
    assert chart.signals == ()


@pytest.mark.parametrize(("top", "bottom"), [([1], [0]), ([3], [2]), ([-1], [2]), ([math.nan], [2])])
def test_what_is_no_share_is_refused(top, bottom) -> None:
    with pytest.raises(ValueError, match=r"share|value"):
        spc.p_prime(top, bottom)


# --- The same, counted slowly ---


@given(COUNTS, STARTS)
def test_xmr_agrees_with_a_slow_count(values: list[int], starts: list[int]) -> None:
    agrees(spc.xmr(values, starts), slow_spc.xmr(values, starts))


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.7, 1.1]), max_size=30), STARTS)
def test_tenths_are_judged_as_whole_numbers_are(values: list[float], starts: list[int]) -> None:
    """A tenth is no exact float, and still a point on a line is on it."""
    assert fired(spc.xmr(values, starts)) == fired(spc.xmr([round(value * 10) for value in values], starts))


@given(parts(), STARTS, st.booleans())
def test_shares_agree_with_a_slow_count(both: tuple[list[int], list[int]], starts: list[int], laney: bool) -> None:
    chart = (spc.p_prime if laney else spc.p)(*both, starts)
    agrees(chart, slow_spc.shares(*both, starts, laney))
    if chart.has_limits:
        assert ((chart.limits.lower[-6:] >= 0) & (chart.limits.upper[-6:] <= 1)).all()


@given(COUNTS, STARTS)
def test_gaps_agree_with_a_slow_count(gaps: list[int], starts: list[int]) -> None:
    agrees(spc.g(gaps, starts), slow_spc.g(gaps, starts))


@given(COUNTS, st.floats(0.001, 1000), st.floats(-100, 100))
def test_what_is_a_signal_does_not_depend_on_the_unit_of_measure(values, scale: float, shift: float) -> None:
    assert fired(spc.xmr(np.array(values) * scale)) == fired(spc.xmr(values))
    moved = spc.xmr([value + round(shift) for value in values])
    assert fired(moved) == fired(spc.xmr(values))


@given(COUNTS)
def test_turned_upside_down_high_is_low(values: list[int]) -> None:
    turned = spc.xmr([-value for value in values])
    assert fired(turned) == [(rule, -side) for rule, side in fired(spc.xmr(values))]


@given(COUNTS, STARTS)
def test_every_point_that_fired_stands_in_a_signal_and_no_signal_crosses_a_rebase(values, starts) -> None:
    chart = spc.xmr(values, starts)
    rules, sides = chart.fired()
    in_signals = {point for signal in chart.signals for point in signal.points}
    assert in_signals == {n for n, rule in enumerate(rules) if rule} == {n for n, side in enumerate(sides) if side}
    edges = [*chart.starts, len(values)]
    for signal in chart.signals:
        assert any(first <= signal.points[0] and signal.points[-1] < end for first, end in pairwise(edges))


# --- Each rule as written, around a mean of 0 with limits that are known ---

# Steps of 1 up and down around 0: mean 0, moving ranges 2, limits at 5.32, near limits at 3.55.
CALM = [1, -1] * 12


def test_calm_is_no_signal() -> None:
    chart = spc.xmr(CALM)
    assert (chart.limits.upper[0], chart.limits.near_upper[0]) == pytest.approx((5.32, 5.32 * 2 / 3))
    assert chart.signals == ()


def test_a_point_beyond_a_limit_is_outside_and_one_on_it_is_not() -> None:
    beyond = spc.xmr([*CALM, 50])
    assert fired(beyond)[-1] == ("outside", 1)
    # Without any moving range both limits lie on the mean, and so does every point.
    flat = spc.xmr([0.1] * 8)
    assert flat.limits.upper[0] == flat.limits.lower[0]
    assert flat.signals == ()


def test_seven_rising_points_are_a_trend_and_a_tie_breaks_it() -> None:
    rising = spc.xmr([5, 5, 0, 1, 2, 3, 4, 5, 6, 2])
    assert [signal.points for signal in rising.signals if signal.rule == "trend"] == [(2, 3, 4, 5, 6, 7, 8)]
    tied = spc.xmr([5, 5, 0, 1, 2, 3, 3, 4, 5, 2])
    assert [signal for signal in tied.signals if signal.rule == "trend"] == []
    short = spc.xmr([5, 5, 0, 1, 2, 3, 4, 5, 2, 2])
    assert [signal for signal in short.signals if signal.rule == "trend"] == []


def test_the_point_at_a_peak_belongs_to_the_newer_trend() -> None:
    chart = spc.xmr([0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0])
    trends = [(signal.side, signal.points) for signal in chart.signals if signal.rule == "trend"]
    assert trends == [(1, tuple(range(7))), (-1, tuple(range(6, 13)))]
    rules, sides = chart.fired()
    if rules[6] == "trend":
        assert sides[6] == -1


def test_seven_on_one_side_are_a_run_and_a_point_on_the_mean_breaks_it() -> None:
    values = [-3, -1, -3, -1, -3, -1, -2, 3, 1, 3, 1, 3, 1, 2]
    assert [(each.side, each.points) for each in spc.xmr(values).signals if each.rule == "run"] == [
        (-1, tuple(range(7))),
        (1, tuple(range(7, 14))),
    ]
    broken = [-3, -1, -3, 0, -3, -1, -2, 3, 1, 3, 0, 3, 1, 2]
    assert [signal for signal in spc.xmr(broken).signals if signal.rule == "run"] == []


@pytest.mark.parametrize(
    ("points", "close"),
    [
        ([4.4, 4.4, 0.5], {12, 13}),  # the third only has to be on the same side
        ([4.4, 0.5, 4.4], {12, 14}),
        ([4.4, 4.4, -0.5], set()),
        ([-0.5, 4.4, 4.4, -0.5], set()),
        ([0.5, 4.4, -4.4], set()),
        ([-4.4, -4.4, -0.5], {12, 13}),
        ([4.4, 0.5, 0.5, 4.4, 0.5], set()),
        ([9.9, 4.6, 0.5, 4.6], {13, 15}),  # what is outside is not close
    ],
)
def test_two_in_three_flags_only_the_close_ones_on_one_side(points: list[float], close: set[int]) -> None:
    before, after = [-1, 1] * 20 + [-1], [-1, 1] * 20
    shift = len(before) - 12
    chart = spc.xmr([*before, *points, *after])
    assert chart.limits.near_upper[0] < 4.4 < 4.6 < chart.limits.upper[0] < 9.9
    flagged = {point - shift for signal in chart.signals if signal.rule == "two_in_three" for point in signal.points}
    assert flagged == close


def test_outside_comes_before_trend_before_two_in_three_before_run() -> None:
    values = [*[1, -1] * 15, 1.5, 2, 3, 5, 9, 12, 16]
    chart = spc.xmr(values)
    rules, _ = chart.fired()
    at_last = [signal.rule for signal in chart.signals if len(values) - 1 in signal.points]
    assert set(at_last) == {"outside", "trend", "run"}
    assert rules[-1] == "outside"
    assert rules[-7] == "trend"


def test_a_rule_does_not_look_across_a_rebase() -> None:
    values = [*CALM, *[2, 3, 4, 5, 6, 7, 8], *CALM]
    assert any(signal.rule == "trend" for signal in spc.xmr(values).signals)
    assert not any(signal.rule == "trend" for signal in spc.xmr(values, starts=[27]).signals)


@pytest.mark.parametrize("count", range(15))
def test_fewer_than_six_points_have_no_limits_and_fewer_than_thirteen_are_on_trial(count: int) -> None:
    chart = spc.xmr(([1, 2] * 8)[:count])
    assert chart.has_limits == (count >= 6)
    assert chart.on_trial == (6 <= count < 13)
    assert bool(np.isnan(chart.limits.upper).all()) == (count < 6)
    if count < 6:
        assert chart.signals == ()
        assert spc.variation(chart, "up") is None
        assert spc.assurance(chart, 0.5, "up") is None


# --- What it means ---


@pytest.mark.parametrize(
    ("side", "direction", "means"),
    [
        (1, "up", "improvement"), (-1, "up", "concern"), (1, "down", "concern"), (-1, "down", "improvement"),
        (1, "neither", "neutral"), (-1, "neither", "neutral"), (0, "up", "common"), (0, "neither", "common"),
    ],
)  # fmt: skip
def test_direction_comes_last(side, direction, means) -> None:
    assert spc.meaning(side, direction) == means
    last = {1: [50], -1: [-50], 0: [1]}[side]
    assert spc.variation(spc.xmr([*CALM, *last]), direction) == (means, side)


@pytest.mark.parametrize(
    ("target", "up", "down"),
    [
        (6.0, "failing", "passing"), (-6.0, "passing", "failing"), (0.0, "hit_or_miss", "hit_or_miss"),
        (None, None, None),
    ],
)  # fmt: skip
def test_assurance_sets_the_target_against_the_limits(target, up, down) -> None:
    chart = spc.xmr(CALM)
    assert spc.assurance(chart, target, "up") == up
    assert spc.assurance(chart, target, "down") == down
    assert spc.assurance(chart, target, "neither") is None


def test_a_target_on_a_limit_is_hit_or_miss() -> None:
    chart = spc.p_prime([20] * 13, [20] * 13)
    assert spc.assurance(chart, 1.0, "up") == "hit_or_miss"
    assert spc.assurance(chart, 0.99, "up") == "passing"


def test_assurance_speaks_of_the_last_segment() -> None:
    chart = spc.xmr([*CALM, *(value + 100 for value in CALM)], starts=[len(CALM)])
    assert spc.assurance(chart, 50, "up") == "passing"
