"""Across the end of the district level a commune is compared on the procedures it had before too."""

from collections import Counter
from datetime import date, timedelta

import pytest

from cchc.findings import trends
from cchc.store.snapshots import Snapshot
from cchc.text import number, percent
from tests import building
from tests.building import Dossier, dossier, filters, numbered

CHANGE, END = date(2025, 7, 1), date(2025, 9, 30)
UNITS = """unit,code,name,level,parent,valid_from,valid_to
D,D,Huyện Trà Cú,district,,,2025-06-30
A,A,Xã A,commune,D,,2025-06-30
B,B,Xã B,commune,D,,2025-06-30
S,S,Sở Tư pháp,province,,,
N,N,Xã Mới,commune,,2025-07-01,
"""
HEIRS = "old,new,from,kind,default,law\nA,N,2025-07-01,whole,,\nB,N,2025-07-01,whole,,\n"
# Dossiers a month by unit and procedure; of those after the change every fifth is late. A slip of the pen at A is no
# work of its own, and copies were taken in by both levels.
BEFORE = {("D", "title"): 30, ("D", "copy"): 20, ("A", "birth"): 10, ("A", "copy"): 10, ("B", "birth"): 15}
AFTER = {("N", "title"): 20, ("N", "copy"): 25, ("N", "birth"): 25, ("S", "title"): 10}


def rows() -> list[Dossier]:
    made = [("A", "title", date(2025, 4, 7), 2)]
    for month in range(4, 10):
        first = date(2025, month, 1)
        for (unit, procedure), count in (BEFORE if first < CHANGE else AFTER).items():
            taken = [7 if first >= CHANGE and n % 5 == 0 else 2 for n in range(count)]
            made += [(unit, procedure, first + timedelta(n % 15), days) for n, days in enumerate(taken)]
    return [
        dossier(
            unit=unit, procedure=procedure, received_at=day, due_at=day + timedelta(4),
            finished_at=day + timedelta(days),
        )
        for unit, procedure, day, days in made
    ]  # fmt: skip


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("moved")
    references = building.reference_folder(
        folder / "reference", units=UNITS, service_models="", targets="metric,level,unit,value,source\n"
    )
    (references / "successors.csv").write_text(HEIRS, encoding="utf-8")
    return building.publish_whole(folder / "data", numbered(rows()), END, references)


@pytest.mark.parametrize(
    ("boundaries", "chosen"),
    [("now", {"units": ("N",)}), ("now", {"levels": ("commune",)}), ("then", {"levels": ("commune",)})],
)
def test_what_came_from_the_districts_is_named_and_left_out(snapshot: Snapshot, boundaries: str, chosen: dict) -> None:
    seen = snapshot.under(boundaries)
    asked = filters(seen, "2025-09-01", END, boundaries=boundaries, **chosen)
    communes = [row for row in rows() if row["unit"] in "ABN"]
    after = [row for row in communes if row["received_at"].date() >= CHANGE]
    came = Counter(row["procedure"] for row in after)["title"]
    said = trends.from_districts(building.run_of(seen), seen, asked, "received")
    assert said is not None
    for language, text in (("vi", said.vi), ("en", said.en)):
        assert f"{number(came, language)} ({percent(came / len(after), language)})" in text
        for side in (True, False):
            kept = [r for r in communes if (r["received_at"].date() < CHANGE) == side and r["procedure"] != "title"]
            assert f" {number(len(kept), language)} " in text
    rate = trends.from_districts(building.run_of(seen), seen, asked, "on_time_rate")
    assert rate is not None
    assert "100,00 % (105 / 105) trong ba tháng trước, 80,00 % (120 / 150) trong ba tháng sau" in rate.vi


@pytest.mark.parametrize(
    ("boundaries", "end", "chosen"),
    [
        ("then", END, {}),  # of the whole area nothing moves
        ("now", END, {"levels": ("commune", "district", "province")}),
        ("now", END, {"levels": ("province",)}),  # what it received since came from nobody it took over from
        ("now", date(2025, 6, 30), {"units": ("N",)}),  # the day is not reached
        ("now", date(2025, 7, 20), {"units": ("N",)}),  # no month after it is whole
        ("then", END, {"units": ("N",)}),  # its series begins that day
        ("now", END, {"units": ("D",)}),
        ("now", END, {"units": ("N",), "procedures": ("birth", "copy")}),
    ],
)
def test_where_nothing_moved_nothing_is_said(snapshot: Snapshot, boundaries: str, end: date, chosen: dict) -> None:
    seen = snapshot.under(boundaries)
    asked = filters(seen, end.replace(day=1), end, boundaries=boundaries, **chosen)
    assert trends.from_districts(building.run_of(seen), seen, asked, "received") is None


def test_too_few_dossiers_are_not_compared(snapshot: Snapshot) -> None:
    seen = snapshot.under("now")
    asked = filters(seen, "2025-09-01", END, boundaries="now", units=("N",), weekdays=(7,))
    said = trends.from_districts(building.run_of(seen), seen, asked, "model_kept_rate")
    assert said is not None
    assert "So cùng danh mục" not in said.vi
