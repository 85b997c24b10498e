"""Evaluations agree with brute force, statsmodels, scipy and diff-diff; their intervals hold a known effect about as
often as they claim, and thin data gives a reason instead of a number."""

import datetime
import itertools
import math
import statistics
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from diff_diff import CallawaySantAnna
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from cchc.statistics import impact
from cchc.statistics.impact.choices import Contrast, choices, contrast
from cchc.statistics.impact.estimates import Estimate, TooThin
from cchc.statistics.impact.weeks import ratios

Floats = NDArray[np.float64]
START = datetime.date(2023, 6, 1)
MONDAY = datetime.date(2023, 9, 25)
COMMUNES = [f"xa-{n:02d}" for n in range(17)]
FIVE = COMMUNES[:5]
SEEDS = st.integers(0, 2**32 - 1)


def months(count: int, until: str = "2023-07-01") -> pd.DatetimeIndex:
    return pd.date_range(end=until, periods=count, freq="MS")


def panel_of(
    tops: Sequence[Sequence[float]], bottoms: Sequence[Sequence[float]], periods: pd.DatetimeIndex
) -> pd.DataFrame:
    """A panel of communes (rows) and periods (columns)."""
    units = COMMUNES if len(tops) <= len(COMMUNES) else [f"xa-{n:03d}" for n in range(len(tops))]
    return pd.DataFrame(
        [
            (units[row], period, top, bottom)
            for row, (some, of) in enumerate(zip(tops, bottoms, strict=True))
            for period, top, bottom in zip(periods, some, of, strict=True)
        ],
        columns=["unit", "period", "top", "bottom"],
    )


def drawn(
    seed: int,
    treated: int = 5,
    units: int = 17,
    effect: float = 0.0,
    before: int = 2,
    after: int = 1,
    own: float = 0.03,
) -> pd.DataFrame:
    """Communes of different size and level, each with a change of its own; the first `treated` gain `effect`."""
    random = np.random.default_rng(seed)
    sizes = random.integers(60, 300, (units, before + after))
    is_after = np.arange(before + after) >= before
    rates = random.uniform(0.15, 0.4, (units, 1)) + random.normal(0, own, (units, 1)) * is_after
    rates[:treated] += effect * is_after
    tops = random.binomial(sizes, np.clip(rates, 0, 1))
    periods = pd.date_range("2023-06-01", periods=after, freq="MS").union(months(before, "2023-05-01"))
    return panel_of(tops.tolist(), sizes.tolist(), periods)


def estimated(found: object) -> Estimate:
    assert isinstance(found, Estimate), found
    return found


# --- What may be said ---


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(0.1, math.nan, 0.2), (math.nan, 0.0, 0.2), (0.1, None, None), (0.1, 0.2, 0.3), (0.1, -math.inf, 0.2)],
)
def test_an_estimate_without_an_interval_around_it_cannot_be_made(value: float, low: float, high: float) -> None:
    with pytest.raises(ValueError, match="interval"):
        Estimate(value, low, high, 100, "own_change")


@pytest.mark.parametrize(
    ("low", "high", "direction", "verdict"),
    [
        (0.01, 0.2, "up", "improved"), (0.01, 0.2, "down", "worsened"), (-0.2, -0.01, "up", "worsened"),
        (-0.2, -0.01, "down", "improved"), (-0.1, 0.2, "up", "not_shown"), (0.0, 0.2, "up", "not_shown"),
        (0.01, 0.2, "neither", "not_shown"),
    ],
)  # fmt: skip
def test_a_verdict_needs_the_whole_interval_on_one_side(low: float, high: float, direction: str, verdict: str) -> None:
    estimate = Estimate((low + high) / 2, low, high, 100, "permutation")
    assert estimate.verdict(direction) == verdict  # type: ignore[arg-type]


def test_what_is_missing_is_what_would_be_needed_less_what_is_there() -> None:
    assert TooThin("few_points_before", 5, 8).missing == 3


# --- One unit's own change ---


def test_an_own_change_has_newcombes_interval() -> None:
    found = estimated(impact.own_change((48, 80), (56, 70)))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    assert (found.low, found.high) == pytest.approx(confint_proportions_2indep(56, 70, 48, 80, method="newcomb"))
    assert (found.value, found.n, found.caveats) == (pytest.approx(0.2), 150, ("no_comparison",))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ((0, 0), (5, 10), "no_dossiers"), ((5, 10), (0, 0), "no_dossiers"),
        ((math.nan, math.nan), (1, 2), "no_dossiers"), ((12, 10), (5, 10), "not_a_share"),
    ],
)  # fmt: skip
def test_an_own_change_without_dossiers_says_so(
    before: tuple[float, float], after: tuple[float, float], reason: str
) -> None:
    found = impact.own_change(before, after)
    assert isinstance(found, TooThin)
    assert found.reason == reason


@pytest.mark.parametrize("rates", [((0.3, 0.5), (0.2, 0.3)), ((0.02, 0.9), (0.9, 0.95)), ((0.95, 1.0), (0.5, 0.5))])
@pytest.mark.parametrize("sizes", [(8, 15, 12, 30), (60, 80, 200, 250)])
def test_a_net_change_is_held_by_its_interval_in_about_95_of_100_draws(
    rates: tuple[tuple[float, float], tuple[float, float]], sizes: tuple[int, int, int, int]
) -> None:
    random, flat = np.random.default_rng(57), [rate for pair in rates for rate in pair]
    truth = flat[1] - flat[0] - (flat[3] - flat[2])
    held = 0
    for tops in random.binomial(sizes, flat, (2000, 4)):
        sides = [(float(top), float(size)) for top, size in zip(tops, sizes, strict=True)]
        found = impact.net_change((sides[0], sides[1]), (sides[2], sides[3]))
        assert isinstance(found, Estimate)
        held += found.low <= truth <= found.high
    assert 0.935 <= held / 2000 <= 0.995


def test_a_net_change_without_dossiers_in_one_of_four_places_says_so() -> None:
    full, none = ((3.0, 10.0), (4.0, 10.0)), ((3.0, 10.0), (0.0, 0.0))
    assert impact.net_change(full, none) == impact.net_change(none, full) == TooThin("no_dossiers", 0, 1)


def test_a_rate_that_stays_at_its_ceiling_still_has_an_interval() -> None:
    found = estimated(impact.own_change((40, 40), (15, 15)))
    assert found.value == 0
    assert found.low < 0 < found.high
    assert "small_denominator" in found.caveats


# --- Every other choice of units ---


def by_every_choice(changes: Floats, treated: int) -> Floats:
    """The difference of means for every set of `treated` of the changes, one set at a time; the first set first."""
    return np.array(
        [
            np.mean([changes[i] for i in chosen])
            - np.mean([changes[i] for i in range(len(changes)) if i not in chosen])
            for chosen in itertools.combinations(range(len(changes)), treated)
        ]
    )


def p_of(changes: Floats, treated: int, effect: float) -> float:
    """Two-sided p of the hypothesis that the model added exactly `effect` to each treated unit."""
    without = changes - effect * (np.arange(len(changes)) < treated)
    differences = by_every_choice(without, treated)
    return float(np.mean(np.abs(differences) >= abs(differences[0]) - 1e-12))


@pytest.mark.parametrize(("units", "treated"), [(8, 3), (7, 4), (8, 4), (21, 1), (22, 20), (9, 6)])
def test_p_and_interval_are_those_of_every_choice_tried_one_by_one(units: int, treated: int) -> None:
    changes = np.random.default_rng(units * treated).normal(0.02, 0.05, units)
    changes[:treated] += 0.05
    found = contrast(changes[:treated], changes[treated:])
    assert isinstance(found, Contrast)
    assert found.caveats == ()
    np.testing.assert_allclose(found.distribution, by_every_choice(changes, treated), atol=1e-14)
    assert found.p == p_of(changes, treated, 0)
    inside, outside = 1e-9, -1e-9
    for end, towards in ((found.low, 1), (found.high, -1)):
        assert p_of(changes, treated, end + towards * inside) > 0.05
        assert p_of(changes, treated, end + towards * outside) <= 0.05
    for effect in np.linspace(found.value - 0.5, found.value + 0.5, 41):
        assert (p_of(changes, treated, effect) > 0.05) == (found.low <= effect <= found.high)


def test_five_of_seventeen_are_all_six_thousand_choices() -> None:
    sets, overlap = choices(17, 5)
    assert sets.shape == (6188, 5)
    assert sets[0].tolist() == [0, 1, 2, 3, 4]
    assert overlap[0] == 5
    assert len({tuple(row) for row in sets.tolist()}) == 6188


def test_more_choices_than_can_be_tried_are_sampled_always_alike_and_it_is_said() -> None:
    changes = np.random.default_rng(1).normal(0, 0.05, 60)
    changes[:20] += 0.02
    found, again = contrast(changes[:20], changes[20:]), contrast(changes[:20], changes[20:])
    assert isinstance(found, Contrast)
    assert isinstance(again, Contrast)
    assert found.caveats == ("sampled",)
    assert (found.low, found.high, found.p) == (again.low, again.high, again.p)
    test = stats.ttest_ind(changes[:20], changes[20:])
    limits = test.confidence_interval()
    assert found.p == pytest.approx(test.pvalue, abs=0.01)
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high), abs=0.003)


def test_too_few_choices_to_reject_anything_give_students_interval_and_it_is_said() -> None:
    changes = np.array([0.3, 0.01, -0.02, 0.03, 0.0])
    found = contrast(changes[:1], changes[1:])
    assert isinstance(found, Contrast)
    error = math.sqrt(changes[1:].var(ddof=1) * (1 + 1 / 4))
    half = stats.t.ppf(0.975, 3) * error
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))
    assert found.p == pytest.approx(2 * stats.t.sf(found.value / error, 3))
    assert found.caveats == ("few_choices",)


@given(SEEDS, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_what_all_units_share_changes_nothing_and_an_added_effect_moves_the_interval_by_itself(
    seed: int, shared: float, effect: float
) -> None:
    changes = np.random.default_rng(seed).normal(0, 0.05, 10)
    found, moved = contrast(changes[:4], changes[4:]), contrast(changes[:4] + shared + effect, changes[4:] + shared)
    assert isinstance(found, Contrast)
    assert isinstance(moved, Contrast)
    assert (moved.value - effect, moved.low - effect, moved.high - effect) == pytest.approx(
        (found.value, found.low, found.high), abs=1e-9
    )


@given(SEEDS)
def test_p_below_five_per_cent_and_an_interval_without_zero_are_the_same_thing(seed: int) -> None:
    random = np.random.default_rng(seed)
    k, m = int(random.integers(1, 7)), int(random.integers(2, 7))
    found = contrast(random.normal(0.05, 0.05, k), random.normal(0, 0.05, m))
    assert isinstance(found, Contrast)
    assert (found.p <= 0.05) == (not found.low <= 0 <= found.high)


# --- Against the communes without the model ---


def test_the_pooled_estimate_is_the_mean_change_of_the_five_less_that_of_the_twelve() -> None:
    panel = drawn(3, effect=0.2)
    found = impact.differences(panel, FIVE, START)
    rates = {}
    for unit, rows in panel.groupby("unit"):
        sums = rows.groupby(rows["period"] >= pd.Timestamp(START))[["top", "bottom"]].sum()
        rates[unit] = sums["top"][True] / sums["bottom"][True] - sums["top"][False] / sums["bottom"][False]
    changes = np.array([rates[unit] for unit in COMMUNES])
    pooled = estimated(found.pooled)
    assert pooled.value == pytest.approx(changes[:5].mean() - changes[5:].mean())
    assert pooled.n == panel[panel["unit"].isin(FIVE)]["bottom"].sum()
    assert (pooled.design, pooled.p) == ("permutation", 1 / 6188)
    assert pooled.verdict("up") == "improved"
    assert len(found.distribution) == 6188
    assert found.distribution[0] == pytest.approx(pooled.value)
    for row, unit in enumerate(FIVE):
        own = estimated(found.units[unit])
        assert own.value == pytest.approx(changes[row] - changes[5:].mean())
        assert own.design == "difference_in_differences"
    assert found.changes["change"].to_numpy() == pytest.approx(changes)
    assert found.changes["treated"].tolist() == [True] * 5 + [False] * 12


def test_the_district_one_stop_gets_an_estimate_but_is_no_choice() -> None:
    panel = drawn(4, effect=0.1)
    with_district = pd.concat([panel, panel[panel["unit"] == FIVE[0]].assign(unit="huyen")])
    plain = impact.differences(panel, FIVE, START)
    found = impact.differences(with_district, [*FIVE, "huyen"], START, apart=["huyen"])
    assert found.pooled == plain.pooled
    assert {unit: found.units[unit] for unit in FIVE} == plain.units
    district, commune = estimated(found.units["huyen"]), estimated(found.units[FIVE[0]])
    assert (district.low, district.high) == (commune.low, commune.high)
    assert district.caveats == ("apart",)
    assert impact.event_study(with_district, [*FIVE, "huyen"], START, apart=["huyen"]) == impact.event_study(
        panel, FIVE, START
    )


@settings(max_examples=25)
@given(SEEDS, st.permutations(range(17)))
def test_neither_names_nor_order_of_units_matter(seed: int, order: list[int]) -> None:
    panel = drawn(seed, effect=0.05)
    names = dict(zip(COMMUNES, (f"unit-{n:02d}" for n in order), strict=True))
    renamed = panel.assign(unit=panel["unit"].map(names)).sample(frac=1, random_state=seed % 1000)
    found = impact.differences(panel, FIVE, START)
    other = impact.differences(renamed, [names[unit] for unit in FIVE], START)
    before, after = estimated(found.pooled), estimated(other.pooled)
    assert (after.value, after.low, after.high) == pytest.approx((before.value, before.low, before.high), abs=1e-9)
    for unit in FIVE:
        one, same = estimated(found.units[unit]), estimated(other.units[names[unit]])
        assert (same.value, same.low, same.high) == pytest.approx((one.value, one.low, one.high), abs=1e-9)


@settings(max_examples=25)
@given(SEEDS, st.integers(0, 50))
def test_the_same_change_in_every_commune_changes_no_difference(seed: int, added: int) -> None:
    """All sizes alike, so that as many more dossiers are as many more points everywhere."""
    tops = np.random.default_rng(seed).integers(20, 100, (17, 3))
    sizes = np.full((17, 3), 400)
    periods = months(3, "2023-06-01")
    more = tops + added * (np.arange(3) == 2)
    found, same = (
        impact.differences(panel_of(each.tolist(), sizes.tolist(), periods), FIVE, START) for each in (tops, more)
    )
    before, after = estimated(found.pooled), estimated(same.pooled)
    assert (after.value, after.low, after.high, after.p) == pytest.approx(
        (before.value, before.low, before.high, before.p), abs=1e-9
    )


def test_the_interval_of_one_commune_joins_its_own_dossiers_how_communes_differ_and_how_few_were_seen() -> None:
    found = impact.differences(drawn(5, own=0.05), FIVE, START)
    communes = found.changes.to_dict("records")
    changes, noise = [], []
    for row in communes[5:]:
        rates = {side: row[f"top_{side}"] / row[f"bottom_{side}"] for side in ("before", "after")}
        changes.append(rates["after"] - rates["before"])
        noise.append(sum(rate * (1 - rate) / (row[f"bottom_{side}"] - 1) for side, rate in rates.items()))
    student, normal = stats.t.ppf(0.975, 11), stats.norm.ppf(0.975)
    seen = student**2 * statistics.variance(changes)
    reach2 = seen - normal**2 * statistics.mean(noise) + seen / 12
    for row in communes[:5]:
        counts = [row[name] for name in ("top_after", "bottom_after", "top_before", "bottom_before")]
        change = counts[0] / counts[1] - counts[2] / counts[3]
        low, high = confint_proportions_2indep(*counts, method="newcomb")
        estimate = estimated(found.units[row["unit"]])
        assert estimate.value == pytest.approx(change - statistics.mean(changes))
        assert estimate.value - estimate.low == pytest.approx(math.sqrt((change - low) ** 2 + reach2))
        assert estimate.high - estimate.value == pytest.approx(math.sqrt((high - change) ** 2 + reach2))
        assert estimate.n == counts[1] + counts[3]


def test_communes_that_differ_less_than_their_dossiers_allow_differ_by_chance_alone() -> None:
    """Controls with one and the same change: only the unit's own interval is left."""
    panel = panel_of([[30, 60]] + [[100, 100]] * 6, [[100, 100]] + [[400, 400]] * 6, months(2, "2023-06-01"))
    found = impact.differences(panel, COMMUNES[:1], START)
    estimate, own = estimated(found.units[COMMUNES[0]]), estimated(impact.own_change((30, 100), (60, 100)))
    assert (estimate.low, estimate.high) == pytest.approx((own.low, own.high))


def test_small_communes_among_large_ones_are_said_to_make_the_interval_too_narrow() -> None:
    random = np.random.default_rng(2)
    sizes = np.where(np.arange(17)[:, None] < 5, 40, 800) * np.ones((1, 3), int)
    panel = panel_of(random.binomial(sizes, 0.3).tolist(), sizes.tolist(), months(3, "2023-06-01"))
    assert "smaller_units" in estimated(impact.differences(panel, FIVE, START).pooled).caveats
    assert "smaller_units" not in estimated(impact.differences(panel, COMMUNES[5:], START).pooled).caveats


def test_a_month_in_which_the_model_starts_counts_on_neither_side() -> None:
    panel = drawn(6, before=4, after=2)
    inside = datetime.date(2023, 5, 18)
    without = panel[panel["period"] != pd.Timestamp(2023, 5, 1)]
    found, plain = impact.differences(panel, FIVE, inside), impact.differences(without, FIVE, START)
    pooled = estimated(found.pooled)
    assert pooled.caveats == ("start_inside_period",)
    assert (pooled.low, pooled.high) == (estimated(plain.pooled).low, estimated(plain.pooled).high)
    events, full = impact.event_study(panel, FIVE, inside), impact.event_study(without, FIVE, START)
    assert isinstance(events, impact.EventStudy)
    assert isinstance(full, impact.EventStudy)
    assert events.base == full.base == pd.Timestamp(2023, 4, 1)
    assert [(e.period, e.event) for e in events.effects] == [(e.period, e.event) for e in full.effects]


def share_held(found: Sequence[object], effect: float) -> float:
    """How many of the intervals hold the effect."""
    return float(np.mean([estimated(each).low <= effect <= estimated(each).high for each in found]))


@pytest.mark.slow
@pytest.mark.parametrize(("effect", "own"), [(0.15, 0.03), (0.0, 0.03), (0.0, 0.0)])
def test_intervals_hold_the_effect_in_about_95_of_100_draws(effect: float, own: float) -> None:
    """Without an effect the same share says how rarely "improved" and "worsened" appear together."""
    found = [impact.differences(drawn(seed, effect=effect, own=own), FIVE, START) for seed in range(250)]
    assert 0.93 <= share_held([each.pooled for each in found], effect) <= 0.97
    assert 0.93 <= share_held([each.units[unit] for each in found for unit in FIVE], effect) <= 0.98


# --- Period by period ---


def test_an_event_study_compares_each_month_with_the_last_before_the_start() -> None:
    panel = drawn(8, effect=0.3, before=5, after=2)
    found = impact.event_study(panel, FIVE, START)
    assert isinstance(found, impact.EventStudy)
    assert found.base == pd.Timestamp(2023, 5, 1)
    assert [effect.event for effect in found.effects] == [-5, -4, -3, -2, 0, 1]
    rates = panel.assign(rate=panel["top"] / panel["bottom"]).pivot_table(index="unit", columns="period", values="rate")
    for effect in found.effects:
        changes = (rates[effect.period] - rates[found.base]).loc[COMMUNES].to_numpy()
        estimate = estimated(effect.estimate)
        assert estimate.value == pytest.approx(changes[:5].mean() - changes[5:].mean())
        assert estimate.design == "event_study"
        assert {"pointwise"} <= set(estimate.caveats) <= {"pointwise", "smaller_units"}
        assert estimate.verdict("up") == ("improved" if effect.event >= 0 else "not_shown")


def test_the_pre_trend_is_the_difference_of_slopes_before_the_start() -> None:
    panel = drawn(9, before=6, after=2, effect=0.3)
    rising = panel["unit"].isin(FIVE) * panel["period"].rank(method="dense")
    panel = panel.assign(top=panel["top"] + panel["bottom"] * 0.05 * rising)
    found = impact.event_study(panel, FIVE, START)
    assert isinstance(found, impact.EventStudy)
    slopes = [
        np.polyfit(range(6), (rows["top"] / rows["bottom"])[:6], 1)[0] for _, rows in panel.groupby("unit", sort=True)
    ]
    trend = estimated(found.pre_trend)
    assert trend.value == pytest.approx(np.mean(slopes[:5]) - np.mean(slopes[5:]))
    assert trend.low > 0.03
    assert trend.design == "pre_trend"


def staggered(seed: int) -> tuple[pd.DataFrame, dict[str, datetime.date], pd.DatetimeIndex]:
    """Twelve communes over eight months: six never start, the others in the 4th, 5th (three of them) and 7th."""
    random = np.random.default_rng(seed)
    periods = months(8)
    sizes = random.integers(50, 200, (12, 8))
    starts = dict(zip(COMMUNES[6:12], (periods[at].date() for at in (3, 3, 4, 4, 4, 6)), strict=True))
    return panel_of(random.binomial(sizes, 0.4).tolist(), sizes.tolist(), periods), starts, periods


@pytest.mark.parametrize("against", ["not_yet", "never"])
def test_group_time_effects_are_those_of_callaway_and_santanna(against: str) -> None:
    panel, starts, periods = staggered(10)
    found = impact.group_time(panel, starts, against)  # type: ignore[arg-type]
    assert isinstance(found, impact.GroupTime)
    places = {period: place for place, period in enumerate(periods, start=1)}
    first = {unit: places[pd.Timestamp(day)] for unit, day in starts.items()}
    long = pd.DataFrame(
        {
            "unit": panel["unit"].astype("category").cat.codes.astype(int),
            "time": panel["period"].map(places).astype(int),
            "rate": panel["top"] / panel["bottom"],
            "first": panel["unit"].map(first).fillna(0).astype(int),
        }
    )
    fitted = CallawaySantAnna(control_group=f"{against}_treated", base_period="universal").fit(
        long, outcome="rate", unit="unit", time="time", first_treat="first"
    )
    reference = {key: cell["effect"] for key, cell in fitted.group_time_effects.items() if key[1] != key[0] - 1}
    ours = {
        (places[pd.Timestamp(day)], places[effect.period]): estimated(effect.estimate).value
        for day, effects in found.groups.items()
        if not isinstance(effects, TooThin)
        for effect in effects
    }
    assert ours == pytest.approx({(int(g), int(t)): float(value) for (g, t), value in reference.items()})
    events = fitted.aggregate("event_study").to_dataframe().set_index("event_time")["att"].drop(-1)
    assert {event: estimated(mean).value for event, mean in found.by_event.items()} == pytest.approx(events.to_dict())
    own = {day: [reference[key] for key in reference if key[0] == g and key[1] >= g] for day, g in first.items()}
    assert estimated(found.overall).value == pytest.approx(statistics.mean(map(statistics.mean, own.values())))


def test_with_one_start_group_time_effects_are_the_event_study() -> None:
    panel = drawn(11, before=4, after=3, effect=0.1)
    study, found = impact.event_study(panel, FIVE, START), impact.group_time(panel, dict.fromkeys(FIVE, START))
    assert isinstance(study, impact.EventStudy)
    assert isinstance(found, impact.GroupTime)
    effects = found.groups[START]
    assert not isinstance(effects, TooThin)
    for one, other in zip(study.effects, effects, strict=True):
        mean = estimated(found.by_event[one.event])
        for same in (estimated(other.estimate), mean):
            estimate = estimated(one.estimate)
            assert (same.value, same.low, same.high, same.p) == (
                estimate.value,
                estimate.low,
                estimate.high,
                estimate.p,
            )


def test_a_unit_that_started_before_the_data_is_neither_treated_nor_control() -> None:
    panel, starts, _ = staggered(12)
    early = panel[panel["unit"] == COMMUNES[0]].assign(unit="som")
    found = impact.group_time(pd.concat([panel, early]), {**starts, "som": datetime.date(2020, 1, 1)})
    plain = impact.group_time(panel, starts)
    assert isinstance(found, impact.GroupTime)
    assert isinstance(plain, impact.GroupTime)
    assert found.by_event == plain.by_event
    assert found.groups[datetime.date(2020, 1, 1)] == TooThin("no_before", 0, 1)


def test_the_mean_over_groups_adds_up_what_a_control_did_in_each_of_them() -> None:
    panel, starts, periods = staggered(14)
    found = impact.group_time(panel, starts)
    assert isinstance(found, impact.GroupTime)
    rates = panel.assign(rate=panel["top"] / panel["bottom"]).pivot_table(index="unit", columns="period", values="rate")
    counts = panel.set_index(["unit", "period"])

    def chance(unit: str, at: int) -> float:
        top, bottom = counts.loc[(unit, periods[at]), ["top", "bottom"]]
        rate = (top + 1) / (bottom + 2)
        return float(rate * (1 - rate) / bottom)

    # One month after the start: groups of 2, 3 and 1 units; the last still serves the others as a control.
    never, last = COMMUNES[:6], COMMUNES[11:12]
    groups = [(3, COMMUNES[6:8], never + last), (4, COMMUNES[8:11], never + last), (6, last, never)]
    value, treated_variance, residuals, freedom = 0.0, 0.0, dict.fromkeys(COMMUNES, 0.0), []
    for at, own, controls in groups:
        change = (rates[periods[at + 1]] - rates[periods[at - 1]]).to_dict()
        means = [statistics.mean(change[unit] for unit in side) for side in (own, controls)]
        value += len(own) / 6 * (means[0] - means[1])
        freedom.append(len(own) + len(controls) - 2)
        squares = sum((change[u] - mean) ** 2 for side, mean in zip((own, controls), means, strict=True) for u in side)
        noise = {unit: chance(unit, at + 1) + chance(unit, at - 1) for unit in (*own, *controls)}
        spread = squares / freedom[-1]
        # Where their own dossiers let the treated vary much more than the others do, they count as so variable.
        between = statistics.variance(change[u] for u in controls) - statistics.mean(noise[u] for u in controls)
        own_spread = max(0.0, between) + statistics.mean(noise[u] for u in own)
        treated_variance += (len(own) / 6) ** 2 * (own_spread if own_spread > 1.25 * spread else spread) / len(own)
        for unit in controls:
            small = math.sqrt(len(controls) / (len(controls) - 1))
            residuals[unit] += len(own) / 6 * (change[unit] - means[1]) / len(controls) * small
    half = stats.t.ppf(0.975, min(freedom)) * math.sqrt(treated_variance + sum(each**2 for each in residuals.values()))
    mean = estimated(found.by_event[1])
    assert mean.value == pytest.approx(value)
    assert (mean.low, mean.high) == pytest.approx((value - half, value + half))


@pytest.mark.slow
def test_intervals_of_staggered_effects_hold_them_in_about_95_of_100_draws() -> None:
    periods, held, overall = months(10), [], []
    for seed in range(200):
        random = np.random.default_rng(seed)
        sizes = random.integers(60, 300, (17, 10))
        rates = random.uniform(0.2, 0.4, (17, 1)) + random.normal(0, 0.02, (17, 10)).cumsum(axis=1) / 2
        starts = {}
        for row, at in enumerate((4, 4, 6, 6, 7)):
            rates[row, at:] += 0.1
            starts[COMMUNES[row]] = periods[at].date()
        tops = random.binomial(sizes, np.clip(rates, 0, 1))
        found = impact.group_time(panel_of(tops.tolist(), sizes.tolist(), periods), starts)
        assert isinstance(found, impact.GroupTime)
        held += [share_held([mean], 0.1 if event >= 0 else 0.0) for event, mean in found.by_event.items()]
        overall.append(share_held([found.overall], 0.1))
    assert 0.93 <= np.mean(held) <= 0.98
    assert 0.93 <= np.mean(overall) <= 0.99  # a little wide: see group_time


# --- Weekday by listed procedure by before and after ---


def weeks_from(count: int, first: str = "2023-07-31") -> pd.DatetimeIndex:
    return pd.date_range(first, periods=count, freq="7D")


def cells_drawn(seed: int, before: int = 8, after: int = 8, effect: float = 0.0) -> tuple[pd.DataFrame, datetime.date]:
    """Every cell of every week has a shock of its own; the model day of listed procedures gains `effect`."""
    random = np.random.default_rng(seed)
    periods = weeks_from(before + after)
    rows = []
    for place, period in enumerate(periods):
        for model_day, listed in itertools.product((True, False), repeat=2):
            bottom = int(random.poisson(30 if model_day else 120)) + 1
            rate = 0.4 + 0.05 * model_day - 0.1 * listed + random.normal(0, 0.05)
            rate += effect * (place >= before and model_day and listed)
            rows.append((period, model_day, listed, int(random.binomial(bottom, np.clip(rate, 0, 1))), bottom))
    cells = pd.DataFrame(rows, columns=["period", "model_day", "listed", "top", "bottom"])
    return cells.assign(kind=cells["listed"].astype(str)), periods[before].date()


def test_a_triple_difference_is_the_triple_interaction_of_a_weighted_regression() -> None:
    cells, start = cells_drawn(1, effect=0.2)
    found = impact.triple_difference(cells, start)
    after = (cells["period"] >= pd.Timestamp(start)).to_numpy(float)
    day, listed = cells["model_day"].to_numpy(float), cells["listed"].to_numpy(float)
    columns = [np.ones(len(cells)), day, listed, after, day * listed, day * after, listed * after, day * listed * after]
    fitted = sm.WLS(cells["top"] / cells["bottom"], np.column_stack(columns), weights=cells["bottom"]).fit()
    estimate = estimated(found.estimate)
    assert estimate.value == pytest.approx(fitted.params.iloc[-1])
    assert (estimate.design, estimate.caveats) == ("triple_difference", ("independent_weeks",))
    assert estimate.n == cells["bottom"].sum()
    assert len(found.cells) == 8
    assert len(found.weekly) == 16
    signs = found.cells["model_day"].eq(found.cells["listed"]).map({True: 1, False: -1}) * found.cells["phase"].map(
        {"after": 1, "before": -1}
    )
    assert (signs * found.cells["rate"]).sum() == pytest.approx(estimate.value)


def test_weeks_left_out_one_at_a_time_give_the_variance() -> None:
    random = np.random.default_rng(2)
    bottoms = random.integers(5, 50, (9, 4)).astype(float)
    tops = random.binomial(bottoms.astype(int), 0.3).astype(float)
    signs = np.array([1.0, -1.0, -1.0, 1.0])

    def combined(rows: list[int]) -> float:
        return sum(
            sign * sum(tops[r, c] for r in rows) / sum(bottoms[r, c] for r in rows) for c, sign in enumerate(signs)
        )

    found = ratios(tops, bottoms, signs)
    whole = combined(list(range(9)))
    squares = sum((combined([r for r in range(9) if r != left]) - whole) ** 2 for left in range(9))
    assert found.value == pytest.approx(whole)
    assert found.variance == pytest.approx(8 / 9 * squares)
    means = ratios(tops[:, :1], np.ones((9, 1)), np.ones(1))
    assert means.variance == pytest.approx(tops[:, 0].var(ddof=1) / 9)


@pytest.mark.slow
@pytest.mark.parametrize(("effect", "before", "after"), [(0.15, 20, 13), (0.0, 8, 4)])
def test_triple_differences_hold_the_effect_in_about_95_of_100_draws(effect: float, before: int, after: int) -> None:
    found = []
    for seed in range(200):
        cells, start = cells_drawn(seed, before, after, effect)
        found.append(impact.triple_difference(cells, start).estimate)
    assert 0.92 <= share_held(found, effect) <= 0.98


def test_a_triple_difference_needs_eight_weeks_before_with_dossiers_in_every_cell() -> None:
    cells, start = cells_drawn(3)
    assert isinstance(impact.triple_difference(cells, start).estimate, Estimate)
    empty = (cells["period"] == cells["period"].min()) & cells["model_day"] & cells["listed"]
    thin = cells.assign(top=cells["top"].where(~empty, 0), bottom=cells["bottom"].where(~empty, 0))
    found = impact.triple_difference(thin, start)
    assert found.estimate == TooThin("few_points_before", 7, 8)
    assert np.isnan(found.weekly["difference"].iloc[0])
    unlisted = impact.triple_difference(cells[~cells["listed"]], start)
    assert unlisted.estimate == TooThin("few_points_before", 0, 8)
    assert unlisted.cells["rate"].isna().sum() == 4
    assert impact.triple_difference(cells, datetime.date(2024, 1, 1)).estimate == TooThin("few_points_after", 0, 4)


# --- A weekly series ---


def series_of(
    before: int, after: int, seed: int = 0, jump: float = 2.0, bend: float = 0.3
) -> tuple[pd.Series, datetime.date]:
    periods = weeks_from(before + after)
    since = np.maximum(0, np.arange(before + after) - before)
    noise = np.random.default_rng(seed).normal(size=before + after)
    line = 10 + 0.1 * np.arange(before + after) + jump * (np.arange(before + after) >= before) + bend * since
    return pd.Series(line + noise + 0.5 * np.r_[0, noise[:-1]], index=periods), periods[before].date()


@pytest.mark.parametrize(("before", "after"), [(8, 3), (8, 4), (39, 13)])
def test_level_and_slope_are_those_of_statsmodels(before: int, after: int) -> None:
    series, start = series_of(before, after)
    found = impact.interrupted_series(series, start)
    assert isinstance(found, impact.InterruptedSeries)
    week = np.arange(before + after, dtype=float)
    is_after = (week >= before).astype(float)
    design = np.column_stack([np.ones_like(week), week, is_after, is_after * (week - before)])
    if before + after < 12:
        fitted = sm.OLS(series.to_numpy(), design).fit()
    else:
        fitted = sm.GLSAR(series.to_numpy(), design, rho=1).iterative_fit(maxiter=200, rtol=1e-14)
    assert found.method == ("ols" if before + after < 12 else "glsar")
    limits = fitted.conf_int()
    for estimate, at in ((found.level, 2), (found.slope, 3)):
        assert (estimate.value, estimate.low, estimate.high) == pytest.approx((fitted.params[at], *limits[at]))
        assert estimate.p == pytest.approx(fitted.pvalues[at])
        assert estimate.n == before + after
        assert "too_narrow" in estimate.caveats
        assert ("short_series" in estimate.caveats) == (found.method == "ols")
    assert found.fitted["fitted"].to_numpy() == pytest.approx(design @ fitted.params)
    assert found.fitted["expected"].to_numpy() == pytest.approx(design[:, :2] @ fitted.params[:2])


@pytest.mark.parametrize(
    ("before", "after", "thin"),
    [(7, 20, ("few_points_before", 7, 8)), (20, 2, ("few_points_after", 2, 3)), (0, 20, ("few_points_before", 0, 8))],
)
def test_a_series_too_short_on_a_side_has_no_estimate(before: int, after: int, thin: tuple[str, int, int]) -> None:
    found = impact.interrupted_series(*series_of(before, after))
    assert isinstance(found, TooThin)
    assert (found.reason, found.have, found.need) == thin


def test_rates_of_weeks_with_few_dossiers_carry_a_caveat_and_the_same_estimate() -> None:
    series, start = series_of(20, 10)
    plain = impact.interrupted_series(series, start)
    assert isinstance(plain, impact.InterruptedSeries)
    assert "small_weeks" not in plain.level.caveats
    # The median of half and half is between them; sizes of weeks without a rate are nobody's denominator.
    for few, many, said in ((2, 1000, True), (2, 37, True), (2, 38, False), (20, 20, False), (19, 19, True)):
        counts = [few] * 15 + [many] * 15 if (few, many) != (2, 1000) else [few] * 16 + [many] * 14
        sizes = pd.Series([*counts, 1000, 1000], index=weeks_from(32))
        found = impact.interrupted_series(series, start, sizes)
        assert isinstance(found, impact.InterruptedSeries)
        for estimate, other in ((found.level, plain.level), (found.slope, plain.slope)):
            assert ("small_weeks" in estimate.caveats) == said
            assert (estimate.value, estimate.low, estimate.high) == (other.value, other.low, other.high)


def test_missing_weeks_are_said_and_the_line_still_runs_by_the_calendar() -> None:
    exact, start = series_of(12, 6)
    exact[:] = 10 + 0.5 * np.arange(18) + 3 * (np.arange(18) >= 12)
    noise = np.tile([0.001, -0.001], 9)
    gappy = (exact + noise).drop(exact.index[[3, 14]])
    gappy.iloc[5] = np.nan
    found = impact.interrupted_series(gappy, start)
    assert isinstance(found, impact.InterruptedSeries)
    assert found.level.value == pytest.approx(3, abs=0.01)
    assert found.slope.value == pytest.approx(0, abs=0.01)
    assert "gaps" in found.level.caveats
    assert found.level.n == 15


# --- More dossiers, or the same on another day ---


def counts_of(weekly: Sequence[Sequence[int]]) -> pd.DataFrame:
    """Counts by week (rows) and weekday from Monday (columns)."""
    return pd.DataFrame(
        [
            (period, day, count)
            for period, days in zip(weeks_from(len(weekly)), weekly, strict=True)
            for day, count in enumerate(days, start=1)
        ],
        columns=["period", "weekday", "count"],
    )


def displaced(before: Sequence[int], after: Sequence[int], seed: int = 0) -> tuple[impact.Displacement, pd.DataFrame]:
    random = np.random.default_rng(seed)
    counts = counts_of([*random.poisson(before, (8, 5)).tolist(), *random.poisson(after, (10, 5)).tolist()])
    found = impact.displacement(counts, (5,), MONDAY)
    assert isinstance(found, impact.Displacement)
    return found, counts


def test_a_model_day_that_only_pulls_dossiers_from_other_days_has_moved_them() -> None:
    found, _ = displaced([50, 50, 50, 50, 50], [40, 40, 40, 40, 90])
    assert found.movement == "moved"
    assert estimated(found.model_day).verdict("up") == "improved"
    assert estimated(found.other_days).verdict("up") == "worsened"
    assert estimated(found.total).verdict("up") == "not_shown"
    friday, wednesday = found.shares[4], found.shares[2]
    assert estimated(friday.change).low > 0.1
    assert estimated(wednesday.change).high < 0


def test_more_dossiers_in_all_is_growth_and_no_change_is_not_shown() -> None:
    assert displaced([50, 50, 50, 50, 50], [50, 50, 50, 50, 110])[0].movement == "grew"
    assert displaced([50, 50, 50, 50, 50], [50, 50, 50, 50, 50], seed=1)[0].movement == "not_shown"


def test_weekly_means_are_compared_as_welch_does() -> None:
    found, counts = displaced([50, 40, 50, 30, 50], [50, 60, 40, 50, 90])
    for estimate, part in ((found.total, counts), (found.model_day, counts[counts["weekday"] == 5])):
        weekly = part.groupby("period")["count"].sum().to_numpy()
        test = stats.ttest_ind(weekly[8:], weekly[:8], equal_var=False)
        limits, ours = test.confidence_interval(), estimated(estimate)
        assert (ours.value, ours.low, ours.high) == pytest.approx(
            (weekly[8:].mean() - weekly[:8].mean(), limits.low, limits.high)
        )
        assert (ours.p, ours.n) == (pytest.approx(test.pvalue), weekly.sum())


def test_shares_add_up_and_lie_in_their_intervals() -> None:
    found, counts = displaced([50, 40, 50, 30, 0], [50, 60, 40, 50, 3])
    assert sum(estimated(share.before).value for share in found.shares) == pytest.approx(1)
    assert sum(estimated(share.after).value for share in found.shares) == pytest.approx(1)
    assert sum(estimated(share.change).value for share in found.shares) == pytest.approx(0)
    friday = estimated(found.shares[4].before)
    assert (friday.value, friday.low) == (0, 0)
    assert friday.high > 0
    before = counts[counts["period"] < pd.Timestamp(MONDAY)]
    monday = before[before["weekday"] == 1]["count"].sum() / before["count"].sum()
    assert estimated(found.shares[0].before).value == pytest.approx(monday)


# --- Data that carries nothing ---


@pytest.mark.parametrize(
    ("change", "treated", "start", "reason"),
    [
        (lambda panel: panel, [], START, "no_treated"),
        (lambda panel: panel, ["nobody"], START, "no_treated"),
        (lambda panel: panel, COMMUNES, START, "few_controls"),
        (lambda panel: panel, COMMUNES[1:], START, "few_controls"),
        (lambda panel: panel, FIVE, datetime.date(2030, 1, 1), "no_after"),
        (lambda panel: panel, FIVE, datetime.date(2020, 1, 1), "no_before"),
        (lambda panel: panel[panel["period"] == panel["period"].max()], FIVE, START, "no_before"),
        (lambda panel: panel[panel["period"] == panel["period"].min()], FIVE, START, "no_after"),
        (lambda panel: panel.assign(top=0), FIVE, START, "no_variation"),
        (lambda panel: panel.assign(top=panel["bottom"]), FIVE, START, "no_variation"),
        (lambda panel: panel.assign(top=0, bottom=0), FIVE, START, "no_before"),
        (lambda panel: panel.iloc[:0], FIVE, START, "no_before"),
    ],
)  # fmt: skip
def test_a_comparison_that_cannot_be_made_says_why(change, treated, start, reason) -> None:  # type: ignore[no-untyped-def]
    panel = change(drawn(13, before=4, after=2))
    found = impact.differences(panel, treated, start)
    assert isinstance(found.pooled, TooThin)
    assert found.pooled.reason == reason
    assert found.pooled.missing > 0
    assert len(found.distribution) == 0
    for unit in found.units.values():
        assert isinstance(unit, TooThin) or reason == "no_variation"
    for study in (impact.event_study(panel, treated, start), impact.group_time(panel, dict.fromkeys(treated, start))):
        if isinstance(study, impact.EventStudy):
            assert all(isinstance(effect.estimate, TooThin) for effect in study.effects)
        elif isinstance(study, impact.GroupTime):
            assert all(isinstance(mean, TooThin) for mean in study.by_event.values())
        else:
            assert study.missing > 0


@settings(max_examples=25)
@given(
    SEEDS,
    st.integers(1, 6),
    st.integers(1, 5),
    st.integers(0, 6),
    st.dates(datetime.date(2023, 1, 1), datetime.date(2023, 9, 30)),
    st.sampled_from([1, 3, 200]),
)
def test_whatever_is_counted_gives_an_estimate_or_a_reason(
    seed: int, units: int, periods: int, treated: int, start: datetime.date, most: int
) -> None:
    """No NaN, no exception, no warning (pytest turns warnings into errors)."""
    random = np.random.default_rng(seed)
    bottoms = random.integers(0, most + 1, (units, periods))
    panel = panel_of(random.binomial(bottoms, 0.5).tolist(), bottoms.tolist(), months(periods, "2023-06-01"))
    names = COMMUNES[:treated]
    found = impact.differences(panel, names, start, apart=COMMUNES[:1])
    for each in (*found.units.values(), found.pooled):
        assert isinstance(each, Estimate | TooThin)
    study = impact.event_study(panel, names, start)
    assert isinstance(study, impact.EventStudy | TooThin)
    starts = {unit: start + datetime.timedelta(days=31 * (place % 3)) for place, unit in enumerate(names)}
    assert isinstance(impact.group_time(panel, starts), impact.GroupTime | TooThin)


@settings(max_examples=25)
@given(
    SEEDS,
    st.integers(1, 14),
    st.dates(datetime.date(2023, 8, 1), datetime.date(2023, 12, 1)),
    st.sampled_from([0, 1, 9]),
)
def test_whatever_weeks_there_are_give_an_estimate_or_a_reason(
    seed: int, weeks: int, start: datetime.date, most: int
) -> None:
    random = np.random.default_rng(seed)
    counts = counts_of(random.integers(0, most + 1, (weeks, 5)).tolist())
    assert isinstance(impact.displacement(counts, (5,), start), impact.Displacement | TooThin)
    weekly = counts.groupby("period")["count"].sum()
    assert isinstance(impact.interrupted_series(weekly, start), impact.InterruptedSeries | TooThin)
    cells = counts.assign(model_day=counts["weekday"] == 5, listed=counts["weekday"] % 2 == 1, bottom=counts["count"])
    cells = cells.assign(top=random.binomial(cells["bottom"], 0.5), kind=random.choice(["a", "b"], len(cells)))
    assert isinstance(impact.triple_difference(cells, start).estimate, Estimate | TooThin)


def test_a_series_that_never_varies_gives_no_interval_of_no_width() -> None:
    flat = pd.Series(1.0, index=weeks_from(30))
    assert impact.interrupted_series(flat, MONDAY) == TooThin("no_variation", 1, 2)
    found = impact.displacement(counts_of([[10] * 5] * 20), (5,), MONDAY)
    assert isinstance(found, impact.Displacement)
    assert found.total == found.model_day == found.other_days == TooThin("no_variation", 1, 2)
    assert found.movement == "not_shown"


@pytest.mark.parametrize("count", [0, 1])
def test_empty_and_single_weeks_say_what_is_missing(count: int) -> None:
    counts = counts_of([[1] * 5] * count)
    assert isinstance(impact.displacement(counts, (5,), MONDAY), TooThin)
    assert isinstance(impact.interrupted_series(counts.groupby("period")["count"].sum(), MONDAY), TooThin)
    cells = counts.assign(model_day=True, listed=True, top=1, bottom=1)
    assert isinstance(impact.triple_difference(cells, MONDAY).estimate, TooThin)
