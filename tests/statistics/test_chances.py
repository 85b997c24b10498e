"""Shares of small groups lean on those of the larger group, those of large ones stand by themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cchc.statistics import chances

COUNTS = st.integers(0, 500).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases)))
ABOVE = st.floats(0.001, 0.999)


@given(COUNTS, ABOVE)
def test_a_share_lies_between_its_own_and_that_of_the_larger_group(counts, above: float) -> None:
    hits, cases = counts
    own = hits / cases if cases else above
    found = float(chances.pooled(hits, cases, above))
    assert min(own, above) - 1e-12 <= found <= max(own, above) + 1e-12
    # Twenty cases of one's own weigh as much as the larger group.
    assert found == pytest.approx((hits + 20 * above) / (cases + 20))


@given(COUNTS, ABOVE)
def test_its_interval_is_that_of_a_beta_distribution(counts, above: float) -> None:
    hits, cases = counts
    low, high = chances.interval(hits, cases, above)
    beta = stats.beta(hits + 20 * above, cases - hits + 20 * (1 - above))
    np.testing.assert_allclose([low, high], beta.ppf([0.025, 0.975]), atol=1e-6)
    assert low <= high


def test_nothing_ever_missed_is_not_never() -> None:
    assert 0 < float(chances.overall(0, 1000)) < 0.001
    assert 0.999 < float(chances.overall(1000, 1000)) < 1


def test_intervals_hold_in_about_95_of_100_groups() -> None:
    """Of 4,000 groups that differ as the pooling supposes: 94 to 96 in 100 intervals hold the true share."""
    random = np.random.default_rng(20231127)
    true = random.beta(20 * 0.1, 20 * 0.9, 4000)
    cases = random.integers(0, 200, 4000)
    low, high = chances.interval(random.binomial(cases, true), cases, 0.1)
    assert 0.94 <= float(np.mean((low <= true) & (true <= high))) <= 0.96
