"""A code or a name means the unit of the day of the dossier, and an heir has its dossiers without a question."""

import datetime
from itertools import permutations
from pathlib import Path

import pytest

from cchc.store import snapshots
from tests import building, exports
from tests.exports import DATASET, dossier, write_csv, write_lines

pytestmark = pytest.mark.slow

# Two communes of Thanh Hà became one under the code of the first (resolution 1669/NQ-UBTVQH15).
OLD, OTHER, NEW = "10816", "10825", "10816@2025-07-01"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the references of an area across 01/07/2025."""
    folder = exports.write_references(tmp_path / "data")
    write_lines(
        folder / "units.csv",
        "unit,name,level,parent,valid_from,valid_to,aliases",
        f"{OLD},Xã Hồng Lạc,commune,,,2025-06-30,",
        f"{OTHER},Xã Tân Việt,commune,,,2025-06-30,",
        f"{NEW},Xã Hà Bắc,commune,,2025-07-01,,",
    )
    write_lines(
        folder / "successors.csv",
        "old,new,from,kind,default,law",
        *(f"{old},{NEW},2025-07-01,whole,yes,NQ 1669" for old in (OLD, OTHER)),
    )
    return tmp_path / "data"


def row(number: int, unit: str, received: str, finished: str = "", **changes: str) -> dict[str, str]:
    return dossier(
        number, unit=unit, received_at=f"{received} 08:00:00", due_at="2025-08-30 17:00:00",
        finished_at=f"{finished} 09:00:00" if finished else "", status="done" if finished else "open", **changes,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "name", "received", "meant"),
    [
        ("10816", "", "2025-06-30", OLD), ("10816", "", "2025-07-01", NEW), (NEW, "", "2025-07-01", NEW),
        ("10816", "Xã Hồng Lạc", "2025-07-02", OLD), ("10816", "Xã Hà Bắc", "2025-06-02", NEW),
        ("Xã Hồng Lạc", "", "2025-06-02", OLD), ("Xã Hà Bắc", "", "2025-07-02", NEW),
        ("10825", "", "2025-06-02", OTHER), ("10825", "", "2025-07-02", OTHER),
    ],
)  # fmt: skip
def test_a_re_used_code_is_that_of_the_day_unless_a_name_beside_it_says_otherwise(
    tmp_path: Path, data: Path, said: str, name: str, received: str, meant: str
) -> None:
    file = write_csv(tmp_path / "tep.csv", [row(1, said, received) | ({"unit_name": name} if name else {})])
    read = exports.read(file, data=data, mapping="cchc", as_of=datetime.date(2025, 7, 31))
    assert [each["unit"] for each in read.dossiers.values()] == [meant]


def months() -> dict[datetime.date, list[dict[str, str]]]:
    """What the office's software exports at the end of May, June and July: after the merger under the new unit, also
    what was received before and is still open."""
    before = [row(1, OLD, "2025-05-05", "2025-05-20"), row(2, OTHER, "2025-05-06")]
    june = [row(2, OTHER, "2025-05-06", "2025-06-20"), row(3, OLD, "2025-06-06"), row(4, OTHER, "2025-06-07")]
    july = [
        row(3, "10816", "2025-06-06", "2025-07-10", unit_name="Xã Hà Bắc"),
        row(4, "10816", "2025-06-07", unit_name="Xã Hà Bắc"),
        row(5, "10816", "2025-07-03", unit_name="Xã Hà Bắc"),
    ]
    return dict(zip((datetime.date(2025, 5, 31), datetime.date(2025, 6, 30), datetime.date(2025, 7, 31)),
                    (before, june, july), strict=True))  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_exports_before_and_after_a_merger_give_the_same_snapshot_in_any_order(
    tmp_path: Path, data: Path, order: tuple[int, ...]
) -> None:
    exported = list(months().items())
    for n in order:
        as_of, rows = exported[n]
        file = write_csv(tmp_path / f"{n}.csv", rows)
        report = exports.read(file, data=data, mapping="cchc", as_of=as_of, publish=True).report
        assert report.replaced.count == 0
    snapshot = building.current(data, DATASET)
    assert snapshot.as_of == datetime.date(2025, 7, 31)
    rows = snapshots.connect(snapshot).cursor().execute("select unit, count(*) from dossiers group by 1 order by 1")
    assert rows.fetchall() == [(OLD, 1), (NEW, 3), (OTHER, 1)]


def test_a_unit_that_does_not_follow_still_asks_before_it_takes_a_dossier(tmp_path: Path, data: Path) -> None:
    for unit in (OLD, OTHER):
        file = write_csv(tmp_path / f"{unit}.csv", [row(1, unit, "2025-06-06")])
        read = exports.read(
            file,
            data=data,
            mapping="cchc",
            as_of=datetime.date(2025, 6, 30),
            publish=True,
            accept=("as-of", "replaced"),
        )
        assert read.report.replaced.count == (unit == OTHER)
