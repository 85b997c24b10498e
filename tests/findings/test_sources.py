"""What has not arrived is said per system and month; who received what others decide; who is of one's own size."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from cchc import exports
from cchc.figures.periods import containing
from cchc.figures.query import Run
from cchc.findings import compliance, counters, sources
from cchc.reports import Asked
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import Dossier, compared, dossier, filters, numbered

MINISTRY, PROVINCE, NEW = "Hệ thống của Bộ", "Hệ thống của tỉnh", "Hệ thống đất đai"
# Dossiers a month from January to May 2024, then 10 days of June.
RECEIVED = {MINISTRY: [40, 38, 0, 0, 42, 9], PROVINCE: [60, 61, 8, 58, 60, 20], NEW: [0, 0, 0, 3, 2, 1]}
AS_OF = date(2024, 6, 10)


def rows() -> list[Dossier]:
    found = []
    for source, counts in RECEIVED.items():
        for month, count in enumerate(counts, start=1):
            for n in range(count):
                day = date(2024, month, 1) + timedelta(n % 9)
                unit, late = "ABC"[n % 3], 6 if n % 4 == 0 else 1
                taken_by = "ABD"[n % 3] if source == PROVINCE else unit
                found.append(
                    dossier(
                        unit=unit, receiving_unit=taken_by, source=source, received_at=day, due_at=day + timedelta(3),
                        finished_at=min(day + timedelta(late), AS_OF),
                    )
                )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return building.publish_whole(tmp_path_factory.mktemp("sources"), numbered(rows()), AS_OF)


def test_months_without_a_dossier_of_a_system_that_usually_has_many_are_missing(run: Run, snapshot: Snapshot) -> None:
    arrived = {each.name: each for each in sources.arrived(run, snapshot)}
    assert {name: list(each.months.values()) for name, each in arrived.items()} == {
        MINISTRY: [40, 38, 0, 0, 42],
        PROVINCE: [60, 61, 8, 58, 60],
        NEW: [3, 2],
    }
    assert [month.start for month in arrived[MINISTRY].missing] == [date(2024, 3, 1), date(2024, 4, 1)]
    assert [month.start for month in arrived[PROVINCE].few] == [date(2024, 3, 1)]
    assert arrived[NEW].missing == arrived[NEW].few == arrived[PROVINCE].missing == ()
    assert sources.said(arrived[MINISTRY]).vi == "thiếu tháng 3/2024 đến tháng 4/2024"
    assert sources.said(arrived[PROVINCE]).en == "unusually few March 2024"
    assert sources.said(arrived[NEW]).vi == "đủ mọi tháng"


@pytest.mark.parametrize("chosen", [(), (MINISTRY,), (PROVINCE,)])
@pytest.mark.parametrize("month", range(1, 6))
def test_a_period_says_whose_months_it_or_what_it_is_compared_with_lacks(
    run: Run, snapshot: Snapshot, month: int, chosen: tuple[str, ...]
) -> None:
    period = containing("month", date(2024, month, 1))
    asked = filters(snapshot, period.start, period.end, sources=chosen)
    said = sources.lacking(run, snapshot, asked)
    here = [f"thiếu số liệu tháng {month}/2024 của {MINISTRY}"] if month in (3, 4) else []
    before = [f"kỳ so sánh thiếu số liệu tháng {month - 1}/2024 của {MINISTRY}"] if month in (4, 5) else []
    wanted = [] if chosen == (PROVINCE,) else here + before
    assert (said.vi.split("; ") if said else []) == wanted
    # Whatever leaves the screen says the same: tables, lists and papers.
    papers = Asked(run, snapshot, asked, snapshot.folder.parents[2], "http://localhost", datetime(2024, 6, 11))
    figures = run(["received"], asked, parts=True)
    for taken in (
        exports.to_csv(snapshot, asked, "received", "", "vi").decode(),
        exports.figures_to_csv(figures, snapshot, asked, "vi").decode(),
        papers.origin,
    ):
        assert all(each[1:] in taken for each in wanted)
        assert ("iếu số liệu" in taken) == bool(wanted)


def test_dossiers_that_name_no_system_are_those_of_none(tmp_path: Path) -> None:
    mixed = [dossier(received_at="2024-05-02", source=name) for name in [MINISTRY] * 2 + [None] * 3]
    some = building.publish_whole(tmp_path, numbered(mixed), AS_OF)
    assert [each.name for each in sources.arrived(building.run_of(some), some)] == [MINISTRY]


def test_nothing_is_asked_of_an_area_whose_dossiers_name_no_system(tmp_path: Path) -> None:
    plain = building.publish_whole(tmp_path, numbered([dossier(received_at="2024-04-02")] * 3))
    assert sources.arrived(building.run_of(plain), plain) == ()
    assert counters.elsewhere(building.run_of(plain), plain, filters(plain, "2024-04-01", "2024-04-30")).empty


def test_pairs_of_counter_and_office_are_those_of_the_dossiers_one_by_one(run: Run, snapshot: Snapshot) -> None:
    asked = filters(snapshot, "2024-01-01", "2024-05-31")
    found = counters.elsewhere(run, snapshot, asked)
    inside = [row for row in rows() if row["received_at"].date() <= date(2024, 5, 31)]
    wanted = Counter((r["unit"], r["receiving_unit"]) for r in inside if r["unit"] != r["receiving_unit"])
    assert {(r["unit"], r["receiving_unit"]): r["received"] for r in found.to_dict("records")} == wanted
    assert list(found["received"]) == sorted(found["received"], reverse=True)
    names = {unit: f"Xã {unit}" for unit in "PDABC"}
    said = counters.said(found, len(inside), names).vi
    assert f"{sum(wanted.values())} hồ sơ" in said
    assert "nộp tại Xã D do Xã C giải quyết" in said
    offices = counters.by_office(found)
    assert {
        (r["unit"], counter): count for r in offices.to_dict("records") for counter, count in r["counters"].items()
    } == {pair: count for pair, count in wanted.items() if count}
    assert list(offices["received"]) == [sum(each.values()) for each in offices["counters"]]
    assert offices["late"].sum() == found["late"].sum()


def test_of_pairs_with_as_many_dossiers_none_is_named(run: Run, snapshot: Snapshot) -> None:
    found = counters.elsewhere(run, snapshot, filters(snapshot, "2024-01-01", "2024-05-31"))
    names = {unit: f"Xã {unit}" for unit in "PDABC"}
    alike = counters.said(pd.concat([found.head(1), found.head(1).assign(unit="A")]), 100, names)
    assert alike.vi.endswith("(2 cặp bằng nhau)")
    assert "Xã" not in alike.vi
    none = counters.said(found.head(1).assign(received=0), 100, names)
    assert none.vi == "0 hồ sơ (0,00 %) tiếp nhận ở nơi khác nơi giải quyết"


def test_units_of_like_size_are_those_of_ones_level_within_a_fifth() -> None:
    resolved = {"A": 100, "B": 119, "C": 121, "D": 80, "E": 79, "F": 100}
    counts = {unit: (size // 10, size) for unit, size in resolved.items()}
    levels = dict.fromkeys("ABCDE", "commune") | {"F": "district"}
    far = date(9999, 12, 31)
    units = {unit: building_unit(unit, level, far) for unit, level in levels.items()}
    assert set(compliance.of_like_size(compared(counts, ("A",)), units)["unit"]) == {"A", "B", "D"}
    assert compliance.of_like_size(compared(counts, ()), units).empty
    assert compliance.of_like_size(compared(counts, ("A", "B")), units).empty
    assert compliance.of_like_size(compared(counts, ("F",)), units).empty


def building_unit(unit: str, level: str, last: date) -> compliance.Unit:
    return compliance.Unit(unit, unit, level, "", date(1, 1, 1), last, ())
