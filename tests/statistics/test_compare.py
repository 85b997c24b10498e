"""Intervals agree with published examples and with statsmodels; a funnel flags what differs and little else."""

import itertools
import math
import statistics
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from statsmodels.stats import proportion

from cchc.statistics import compare

# Published examples: 81 of 263, 15 of 148, 0 of 20 and 1 of 29 of Newcombe, Statistics in Medicine 17 (1998) 857-872;
# differences (a) to (h) of the same volume, 873-890.
WILSON = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926), (0, 10, 0, 20, -0.1611, 0.2775), (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0), (10, 10, 0, 10, 0.6075, 1.0),
]  # fmt: skip

COUNTS = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
UNITS = st.lists(COUNTS, min_size=2, max_size=30)


def columns(pairs: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [top for top, _ in pairs], [bottom for _, bottom in pairs]


# --- One rate ---


@pytest.mark.parametrize(("top", "bottom", "low", "high"), WILSON)
def test_wilson_is_the_published_interval_to_its_last_digit(top: int, bottom: int, low: float, high: float) -> None:
    assert [round(float(end), 4) for end in compare.wilson(top, bottom)] == [low, high]


@given(UNITS)
def test_intervals_of_many_rates_are_those_of_statsmodels(pairs: list[tuple[int, int]]) -> None:
    top, bottom = columns(pairs)
    for ours, method in ((compare.wilson, "wilson"), (compare.exact, "beta")):
        theirs = [proportion.proportion_confint(*pair, method=method) for pair in pairs]
        np.testing.assert_allclose(np.transpose(ours(top, bottom)), theirs, atol=1e-9)


@pytest.mark.parametrize("resolved", [6, 40, 3000])
@pytest.mark.parametrize("late", range(7))
def test_the_interval_of_a_late_rate_is_exact_up_to_five_late_dossiers(late: int, resolved: int) -> None:
    theirs = proportion.proportion_confint(late, resolved, method="beta" if late <= 5 else "wilson")
    np.testing.assert_allclose(compare.late_interval(late, resolved), theirs, atol=1e-9)


@given(UNITS)
def test_an_interval_holds_its_rate_and_turns_with_it(pairs: list[tuple[int, int]]) -> None:
    top, bottom = (np.array(column) for column in columns(pairs))
    for method in (compare.wilson, compare.exact):
        low, high = method(top, bottom)
        assert ((low >= 0) & (low <= top / bottom) & (top / bottom <= high) & (high <= 1)).all()
        other_low, other_high = method(bottom - top, bottom)
        np.testing.assert_allclose([1 - other_high, 1 - other_low], [low, high], atol=1e-12)


@pytest.mark.parametrize("method", [compare.wilson, compare.exact, compare.late_interval])
def test_nothing_out_of_nothing_has_no_interval(method) -> None:
    low, high = method([0, 3], [0, 10])
    assert np.isnan([low[0], high[0]]).all()
    assert not np.isnan([low[1], high[1]]).any()


# --- A difference ---


@pytest.mark.parametrize(("top1", "n1", "top2", "n2", "low", "high"), NEWCOMBE)
def test_newcombe_is_the_published_interval_to_its_last_digit(top1, n1, top2, n2, low: float, high: float) -> None:
    assert [round(float(end), 4) for end in compare.newcombe(top1, n1, top2, n2)] == [low, high]


@given(COUNTS, COUNTS)
def test_the_interval_of_a_difference_is_that_of_statsmodels_and_turns_with_it(one, other) -> None:
    low, high = compare.newcombe(*one, *other)
    theirs = proportion.confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    np.testing.assert_allclose([low, high], theirs, atol=1e-9)
    np.testing.assert_allclose(compare.newcombe(*other, *one), [-high, -low], atol=1e-12)


@given(COUNTS, COUNTS, st.integers(1, 200))
def test_intervals_that_hold_all_at_once_share_the_five_in_a_hundred(one, other, count: int) -> None:
    quantile = compare.all_at_once(count)
    alpha = 0.05 / count
    theirs = proportion.confint_proportions_2indep(*one, *other, method="newcomb", compare="diff", alpha=alpha)
    np.testing.assert_allclose(compare.newcombe(*one, *other, quantile), theirs, atol=1e-7)
    rates = proportion.proportion_confint(*one, method="wilson", alpha=alpha)
    np.testing.assert_allclose(compare.wilson(*one, quantile), rates, atol=1e-7)


# --- Funnel ---


def slow_funnel(pairs: Sequence[tuple[int, int]]) -> tuple[float, float, list[float]]:
    """phi, tau2 and z a second time, unit by unit."""
    target = math.asin(math.sqrt(sum(r for r, _ in pairs) / sum(n for _, n in pairs)))
    errors = [1 / (2 * math.sqrt(n)) for _, n in pairs]
    z = [(math.asin(math.sqrt(r / n)) - target) / s for (r, n), s in zip(pairs, errors, strict=True)]
    tenths = statistics.quantiles(z, n=10, method="inclusive")
    phi = statistics.fmean(min(max(each, tenths[0]), tenths[-1]) ** 2 for each in z)
    tau2 = 0.0
    if phi > 1:
        w = [1 / s**2 for s in errors]
        tau2 = max(0.0, (len(z) * phi - (len(z) - 1)) / (sum(w) - sum(v**2 for v in w) / sum(w)))
    return phi, tau2, [each * s / math.sqrt(s**2 + tau2) for each, s in zip(z, errors, strict=True)]


@given(UNITS)
def test_a_funnel_is_what_a_slow_count_finds(pairs: list[tuple[int, int]]) -> None:
    found = compare.funnel(*columns(pairs))
    phi, tau2, z = slow_funnel(pairs)
    assert found.overall == pytest.approx(sum(r for r, _ in pairs) / sum(n for _, n in pairs))
    assert (found.phi, found.tau2) == pytest.approx((phi, tau2), rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(found.z, z, rtol=1e-6, atol=1e-7)


@given(UNITS)
def test_a_verdict_says_which_limit_a_rate_lies_outside(pairs: list[tuple[int, int]]) -> None:
    top, bottom = (np.array(column) for column in columns(pairs))
    found = compare.funnel(top, bottom)
    # Where the two ways to say it differ in the last bits, either is right.
    assume(np.abs(np.abs(found.z)[:, None] - [compare.Z95, compare.Z998]).min() > 1e-6)
    outside = [
        (top / bottom < low - 1e-12) | (top / bottom > high + 1e-12)
        for low, high in (found.limits(bottom, q) for q in (compare.Z95, compare.Z998))
    ]
    said = np.select([outside[1], outside[0]], ["different", "look"], "none")
    assert list(found.verdicts) == said.tolist()


@given(UNITS)
def test_limits_close_in_on_the_overall_rate_as_units_grow(pairs: list[tuple[int, int]]) -> None:
    found = compare.funnel(*columns(pairs))
    sizes = np.arange(1, 20_000, 7)
    low95, high95 = found.limits(sizes, compare.Z95)
    low998, high998 = found.limits(sizes, compare.Z998)
    assert (np.diff([low95, low998]) >= 0).all()
    assert (np.diff([high95, high998]) <= 0).all()
    inside = [0 * low95, low998, low95, 0 * low95 + found.overall, high95, high998, 0 * low95 + 1]
    assert (np.diff(inside, axis=0) >= -1e-12).all()


@given(UNITS)
def test_counting_late_or_on_time_dossiers_gives_the_same_verdicts(pairs: list[tuple[int, int]]) -> None:
    top, bottom = (np.array(column) for column in columns(pairs))
    one, other = compare.funnel(top, bottom), compare.funnel(bottom - top, bottom)
    assume(np.abs(np.abs(one.z)[:, None] - [compare.Z95, compare.Z998]).min() > 1e-6)
    assert one.verdicts == other.verdicts
    np.testing.assert_allclose(one.z, -other.z, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(one.limits(bottom, 2)[0], 1 - other.limits(bottom, 2)[1], atol=1e-9)


@given(UNITS, st.randoms())
def test_a_funnel_does_not_depend_on_the_order_of_units(pairs: list[tuple[int, int]], random) -> None:
    order = list(range(len(pairs)))
    random.shuffle(order)
    found, mixed = compare.funnel(*columns(pairs)), compare.funnel(*columns([pairs[place] for place in order]))
    assert (mixed.phi, mixed.tau2) == pytest.approx((found.phi, found.tau2), rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(mixed.z, found.z[order], rtol=1e-6, atol=1e-9)


@given(UNITS)
def test_a_unit_without_dossiers_is_not_judged_and_changes_nothing(pairs: list[tuple[int, int]]) -> None:
    found, more = compare.funnel(*columns(pairs)), compare.funnel(*columns([(0, 0), *pairs]))
    assert (more.verdicts[0], math.isnan(more.z[0])) == ("none", True)
    assert more.verdicts[1:] == found.verdicts
    assert compare.funnel([0, 0], [0, 0]).verdicts == ("none", "none")


def test_units_that_differ_by_chance_alone_are_flagged_as_rarely_as_the_limits_say() -> None:
    random = np.random.default_rng(1)
    said = [
        verdict
        for _ in range(400)
        for n in [random.integers(100, 3000, 40)]
        for verdict in compare.funnel(random.binomial(n, 0.9), n).verdicts
    ]
    assert said.count("different") / len(said) < 0.004
    assert 0.03 < (said.count("different") + said.count("look")) / len(said) < 0.06


def test_units_that_all_differ_a_little_are_not_all_flagged_but_one_that_differs_much_is() -> None:
    """Large units would all lie outside plain limits; overdispersion widens them to what is usual among these."""
    random = np.random.default_rng(2)
    n = random.integers(2000, 20_000, 40)
    usual = np.clip(random.normal(0.9, 0.02, 40), 0, 1)
    usual[7] = 0.6
    found = compare.funnel(np.round(usual * n), n)
    assert found.phi > 1
    assert found.tau2 > 0
    assert found.verdicts[7] == "different"
    assert found.z[7] < 0
    assert sum(verdict != "none" for verdict in found.verdicts) <= 6


# --- Few that make half ---


@given(st.lists(st.integers(0, 30), max_size=9))
@example([1, 1])
@example([5, 2, 2, 2, 1])
@example([3])
def test_the_few_that_make_half_are_the_fewest_possible_and_who_holds_as_much(counts: list[int]) -> None:
    frame = pd.DataFrame({"unit": [f"{n}" for n in range(len(counts))], "late": counts})
    few = compare.fewest_that_make_half(frame, "unit", "late")
    if not sum(counts):
        assert few == []
        return
    sizes = range(len(counts) + 1)
    fewest = next(
        size for size in sizes if any(sum(some) * 2 >= sum(counts) for some in itertools.combinations(counts, size))
    )
    last = sorted(counts, reverse=True)[fewest - 1]
    expected = {f"{n}" for n, each in enumerate(counts) if each >= last}
    several = sum(each > 0 for each in counts)
    assert len(few) == len(set(few))
    assert set(few) == (set() if fewest < len(expected) == several else expected)
