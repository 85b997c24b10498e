"""Rankings, funnels and targets hold units of one day against each other: the last of the period."""

import pandas as pd
import pytest

from cchc.figures import trust
from cchc.figures.metrics import METRICS
from cchc.findings import compliance, summary
from cchc.store.snapshots import Snapshot
from tests import building

pytestmark = pytest.mark.slow

COLUMNS = ("resolved", "late", "on_time_rate", "late_rate")


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return building.publish_merged(tmp_path_factory.mktemp("merged"))


def spanning(snapshot: Snapshot) -> tuple[str, str]:
    """A month before the day on which units changed to a month after it."""
    [day, *_] = snapshot.references.changes()
    return f"{(pd.Timestamp(day) - pd.DateOffset(months=2)).date()}", f"{min(snapshot.as_of, day.replace(day=28))}"


def test_units_that_ended_are_counted_and_not_compared(merged: Snapshot) -> None:
    asked = building.filters(merged, *spanning(merged))
    found = building.run_of(merged)(COLUMNS, asked, by=["unit"], parts=True)
    units = merged.references.units
    wanted = {unit: units[unit].valid_to < asked.end for unit in found["unit"]}
    assert any(wanted.values())
    assert not all(wanted.values())
    assert dict(zip(found["unit"], found["ended"], strict=True)) == wanted
    judged = trust.is_judged(METRICS["on_time_rate"], found)
    assert not judged[found["ended"]].any()
    whole = building.run_of(merged)(["resolved"], asked)["resolved"].sum()
    assert summary.total(found, COLUMNS)["resolved"].sum() == whole
    short = summary.short_of_target(found, merged, asked)
    assert not {row["unit"] for row in short} & {unit for unit, ended in wanted.items() if ended}
    ranked = list(summary.worst_first(found, "on_time_rate")["ended"])
    assert ranked == sorted(ranked)


def test_a_funnel_is_of_the_units_of_the_last_day(merged: Snapshot) -> None:
    rows = pd.DataFrame({"unit": list("ABCDEFG"), "resolved": 100, "late": [1, 2, 3, 4, 5, 90, 90],
                         "undated_n": 0, "undated_d": 100, "ended": [False] * 5 + [True] * 2,
                         "chosen": True})  # fmt: skip
    rows = rows.assign(on_time_rate_n=100 - rows["late"], on_time_rate_d=100, late_rate=rows["late"] / 100,
                       on_time_rate=1 - rows["late"] / 100)  # fmt: skip
    both = compliance.among(rows)
    alone = compliance.among(rows[~rows["ended"]].drop(columns="ended"))
    assert both.funnel is not None
    assert both.funnel.overall == alone.funnel.overall == pytest.approx(0.97)
    there = both.peers[~both.peers["ended"]].reset_index(drop=True)
    told = ["unit", "standing", "z"]
    pd.testing.assert_frame_equal(there[told], alone.peers[told].reset_index(drop=True))
    assert set(both.peers[both.peers["ended"]]["standing"]) == {"ended"}
    assert compliance.reading(both).vi.startswith("5 đơn vị, 500 hồ sơ")


def test_where_nobody_ended_nothing_is_marked(merged: Snapshot) -> None:
    start, _ = spanning(merged)
    found = building.run_of(merged)(COLUMNS, building.filters(merged, start, start), by=["unit"], parts=True)
    assert "ended" not in found


def test_of_the_units_of_today_only_those_without_an_heir_have_ended(merged: Snapshot) -> None:
    now = merged.under("now")
    found = building.run_of(now)(COLUMNS, building.filters(now, *spanning(merged)), by=["unit"], parts=True)
    followed = {each.old for each in merged.references.successions}
    assert set(found[found["ended"]]["unit"]) == {"D"}
    assert "D" not in followed
