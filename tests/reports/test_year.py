"""The year up to now, the same days a year earlier, places and who stands out: worked out again and read as printed."""

from datetime import date
from typing import Any

import pytest

from cchc.figures.metrics import METRICS
from cchc.reports import ranking
from cchc.reports.phrases import written
from cchc.store.snapshots import Snapshot
from tests import building, slow
from tests.building import Dossier, dossier, numbered
from tests.reports.asking import asked, document, rows, texts

pytestmark = pytest.mark.slow

MONTHLY = "bao-cao-thang"
COUNTS = {
    "Hồ sơ tiếp nhận": ("received",),
    "Trong đó: trực tuyến": ("online",),
    "Hồ sơ đã giải quyết": ("resolved",),
    "Trong đó: trước hạn": ("early",),
    "Trong đó: đúng hạn": ("on_day", "withdrawn"),
    "Trong đó: quá hạn": ("late",),
}


def world() -> list[Dossier]:
    """Two years of five units; A is late in half of its dossiers, B once in twenty, C never."""
    found = []
    late = {"A": 2, "B": 20, "C": 10_000, "D": 12, "P": 12}
    for year, size in ((2023, 30), (2024, 40)):
        for month in range(1, 6):
            found += [
                dossier(
                    unit=unit,
                    received_at=f"{year}-{month:02}-02",
                    due_at=f"{year}-{month:02}-10",
                    finished_at=f"{year}-{month:02}-{12 if place % late[unit] == late[unit] - 1 else 9:02}",
                    channel="online" if place % 3 else "counter",
                )
                for unit in late
                for place in range(size + month)
            ]
    return numbered(found)


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return building.publish_whole(tmp_path_factory.mktemp("years") / "data", world())


def as_number(cell: str) -> int:
    return int(cell.replace(".", "").replace("+", "").replace("−", "-"))


@pytest.mark.parametrize(
    ("start", "end", "since"),
    [("2024-03-01", "2024-03-31", "2024-01-01"), ("2024-03-15", "2024-04-14", "2023-12-15")],
    ids=["calendar months", "reporting months, whose year begins on 15 December"],
)
def test_the_year_up_to_now_stands_beside_the_same_days_of_the_year_before(
    two_years: Snapshot, start: str, end: str, since: str
) -> None:
    printed = rows(document(MONTHLY, asked(two_years, start, end)), "Nội dung", "Cùng kỳ năm trước")
    year_back = [f"{int(day[:4]) - 1}{day[4:]}" for day in (start, end, since)]
    spans = [(start, end), (year_back[0], year_back[1]), (since, end), (year_back[2], year_back[1])]
    known = []
    for first, last in spans:
        question = building.filters(two_years, date.fromisoformat(first), date.fromisoformat(last))
        known.append(slow.run(world(), two_years.references, two_years.as_of, question, [])[()])
    covered = spans[3][0] >= "2023-01-01"
    for line in printed:
        if line[1] in COUNTS:
            assert len(line) == (8 if covered else 6)
            counts = [sum(each[name] for name in COUNTS[line[1]]) for each in known]
            cells = [line[2], line[3], line[5], *(line[6:7] if covered else ())]
            assert [as_number(cell) for cell in cells] == counts[: len(cells)]
            for now, before, change in (
                (counts[0], counts[1], line[4]),
                *((counts[2], counts[3], cell) for cell in line[7:8]),
            ):
                size = as_number(change.split(" (")[0]) if change != "Không đổi" else 0
                assert size == now - before
    assert len(printed) > len(COUNTS)


def test_a_period_that_is_the_year_so_far_has_no_column_of_its_own_sum(two_years: Snapshot) -> None:
    said = document(MONTHLY, asked(two_years, "2024-01-01", "2024-01-31"))
    assert len(rows(said, "Nội dung", "Cùng kỳ năm trước")[0]) == 5
    assert not any("Lũy kế" in text for text in texts(said))
    first = document(MONTHLY, asked(two_years, "2023-01-01", "2023-01-31"))
    assert not any("cùng kỳ" in text.lower() for text in texts(first))


def test_each_period_stands_once_above_its_own_columns(two_years: Snapshot) -> None:
    found = document(MONTHLY, asked(two_years, "2024-03-01", "2024-03-31"))
    [table] = [each for each in found.tables if any(cell.text == "Cùng kỳ năm trước" for cell in each._cells)]
    above, below = ([cell.text for cell in row.cells] for row in table.rows[:2])
    month, year = "Tháng 3 năm 2024", "Lũy kế từ đầu năm 2024"
    own = ["Thực hiện", "Cùng kỳ năm trước", "Tăng (+), giảm (-)"]
    assert above == ["TT", "Nội dung", *[month] * 3, *[year] * 3]
    assert below == ["TT", "Nội dung", *own, *own]


def test_places_are_those_among_units_of_one_level(two_years: Snapshot) -> None:
    found = document(MONTHLY, asked(two_years, "2024-01-01", "2024-05-31"))
    table = rows(found, "Đơn vị", "Xếp hạng")
    placed = {row[1]: (row[9], row[10]) for row in table}
    communes = {name: pair for name, pair in placed.items() if name.startswith(("Xã", "Thị trấn"))}
    by_rate = sorted(communes.values(), key=lambda pair: -float(pair[0].rstrip("%*").replace(",", ".")))
    assert [place for _, place in by_rate] == ["1", "2", "3"]
    assert placed["Sở Tư pháp"][1] == placed["Tổng cộng"][1] == ""  # alone on its level


def test_only_who_really_differs_is_named(tra_cu: Snapshot) -> None:
    year, month = (asked(tra_cu, *days) for days in (("2022-01-01", "2022-12-31"), ("2023-06-01", "2023-06-30")))
    worst = "Tỷ lệ trước và đúng hạn thấp hơn rõ rệt so với các đơn vị khác: xã Đại An (99,21%)"
    assert ranking.outstanding(year, year.filters) == ([], [worst])
    assert ranking.outstanding(month, month.filters) == ([], [])


def test_units_alike_share_a_place(two_years: Snapshot) -> None:
    frame = asked(two_years, "2024-01-01", "2024-05-31")
    counted = frame.run(["on_time_rate"], frame.filters, by=["unit"], parts=True)
    same: dict[str, Any] = dict.fromkeys(("on_time_rate",), 0.99)
    units = two_years.references.units
    assert set(ranking.places(counted.assign(**same), units).values()) == {1}
    few = counted.assign(on_time_rate_d=METRICS["on_time_rate"].minimum - 1)
    assert ranking.places(few, units) == {}


def test_every_cell_of_the_supplements_by_unit_is_that_of_query(
    tra_cu: Snapshot, thanh_ha: Snapshot, my_hao: Snapshot
) -> None:
    compared = 0
    for shown, *days in (
        (tra_cu, "2023-03-01", "2023-03-31"),
        (thanh_ha, "2023-11-15", "2023-12-14"),
        (my_hao, "2024-11-01", "2024-11-30"),
    ):
        question, names = (
            asked(shown, *days),
            ["received", "online", "resolved", "early", "late", "on_day", "withdrawn"],
        )
        frame = question.run([*names, "online_rate", "on_time_rate"], question.filters, by=["unit"])
        known = {shown.references.units[str(row["unit"])].name: row for row in frame.to_dict("records")}
        printed = {row[1]: row for row in rows(document(MONTHLY, question), "Đơn vị", "Xếp hạng")}
        assert printed.keys() == {*known, "Tổng cộng"}
        for name, row in known.items():
            counts = [row[key] for key in ("received", "online", "resolved", "early")]
            counts += [row["on_day"] + row["withdrawn"], row["late"]]
            assert [as_number(printed[name][place]) for place in (2, 3, 5, 6, 7, 8)] == counts
            for place, key in ((4, "online_rate"), (9, "on_time_rate")):
                assert printed[name][place].rstrip("*") == written(METRICS[key].show(row[key], "vi"))
            compared += 8
    assert compared > 400
