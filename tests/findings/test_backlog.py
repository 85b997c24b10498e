"""The backlog is cleared in so many weeks at the present pace, with an interval that holds, or it is said that not."""

import datetime
import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cchc.findings import backlog
from cchc.statistics import clearing
from cchc.text import LANGUAGES
from tests import building
from tests.building import dossier, run_of

MONDAY = date(2024, 1, 1)


def test_the_interval_holds_the_true_time_in_95_of_100_cases() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for flows in rng.normal(40, 60, (4000, 13)):
        found = clearing.periods(1000, flows)
        held += found.low <= 1000 / 40 <= found.high
    assert held / 4000 == pytest.approx(0.95, abs=0.012)


def test_a_pace_that_does_not_change_leaves_no_doubt_and_one_that_is_none_never_clears() -> None:
    assert clearing.periods(120, [10] * 13) == clearing.Clearing(12, 12, 12)
    for flows in ([0] * 13, [-5] * 13):
        assert clearing.periods(120, flows) == clearing.Clearing(math.inf, math.inf, math.inf)
    found = clearing.periods(120, [20, -10] * 6)
    assert (found.expected, found.high) == (24, math.inf)


def office(weeks: int, came: list[int], went: list[int], at_first: int = 200) -> list[dict[str, Any]]:
    """Dossiers of an office that begins with a backlog and takes in and resolves so many in each of the weeks."""
    rows = [dossier(dossier_id=f"s{n}", received_at=MONDAY) for n in range(at_first)]
    waiting = list(rows)
    for week in range(weeks):
        day = MONDAY + datetime.timedelta(days=7 * week)
        for n in range(came[week % len(came)]):
            rows.append(dossier(dossier_id=f"{week}-{n}", received_at=day + datetime.timedelta(days=n % 5)))
            waiting.append(rows[-1])
        for _ in range(min(went[week % len(went)], len(waiting))):
            done = waiting.pop(0)
            done.update(
                finished_at=datetime.datetime.combine(day + datetime.timedelta(days=4), building.NOON), status="done"
            )
    return rows


@pytest.mark.parametrize(
    ("weeks", "came", "went", "said"),
    [
        (20, [30], [38], "giải quyết hết trong khoảng"),
        (20, [30], [20, 52], "chưa biết bao giờ"),
        (20, [30], [10, 44], "chưa biết bao giờ"),
        (20, [30], [20], "không giảm"),
        (20, [30], [0], "không giải quyết hồ sơ nào"),
        (20, [30], [300], "không còn hồ sơ tồn đọng"),
        (5, [30], [38], "Chưa đủ 8 tuần"),
    ],
)
def test_every_case_is_a_sentence_with_the_pace_it_stands_on(
    tmp_path: Path, weeks: int, came: list[int], went: list[int], said: str
) -> None:
    end = MONDAY + datetime.timedelta(days=7 * weeks - 1)
    snapshot = building.publish(tmp_path, office(weeks, came, went), end)
    filters = building.filters(snapshot, end.replace(day=1), end)
    text = backlog.answer(run_of(snapshot), snapshot, filters)
    assert said in text.vi
    assert all("{" not in text[language] for language in LANGUAGES)
    if said == "giải quyết hết trong khoảng":
        # 200 at first, 20 weeks of 8 less: 40 are left, 5 weeks more.
        assert text.vi == (
            f"Tồn đọng 40 hồ sơ (đến {end:%d/%m/%Y}, bằng 1,1 tuần giải quyết): cứ nhịp 13 tuần gần đây, mỗi tuần "
            "nhận 30 và giải quyết 38, thì giải quyết hết trong khoảng 5 tuần (khoảng tin cậy 95 %: 5 đến 5 tuần)."
        )
