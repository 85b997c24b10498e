"""A bare date keeps no promise by the hour, and breaks none: from the export to the figure, the page and the paper."""

import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cchc import importing
from cchc.figures import query
from cchc.findings import evaluation
from cchc.findings.evaluation import Evaluation
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from tests import building
from tests.exports import dossier, table, write_csv, write_sheets

pytestmark = pytest.mark.slow

FIRST = datetime.date(2024, 2, 16)
PROMISE = ["model_received", "model_due", "model_kept", "model_broken", "model_unknown", "next_day_received"]


def friday(number: int, received: str, days: int, ended: str) -> dict[str, str]:
    """A dossier of the small area's Friday model, received at that hour and ended so many days later; "" is no hour."""
    day = FIRST + timedelta(weeks=number % 3)
    return dossier(
        number, unit="Xã Đại An", procedure="birth", due_at=f"{day + timedelta(days=9)}",
        received_at=f"{day} {received}".strip(), finished_at=f"{day + timedelta(days=days)} {ended}".strip(),
    )  # fmt: skip


def fridays(received: str, days: int, ended: str, count: int = 40, first: int = 0) -> list[dict[str, str]]:
    return [friday(number, received, days, ended) for number in range(first, first + count)]


def imported(tmp_path: Path, rows: list[dict[str, str]], kind: str = "csv") -> tuple[Snapshot, list[str]]:
    """The rows published through a file of that kind, and what the check said in Vietnamese."""
    data = tmp_path / "data"
    building.reference_folder(data / "reference" / building.DATASET)
    if kind == "csv":
        file = write_csv(tmp_path / "tep.csv", rows)
    else:
        times = {
            n: {c: datetime.datetime.fromisoformat(v) for c, v in row.items() if c.endswith("_at") and v}
            for n, row in enumerate(rows)
        }
        cells: list[list[Any]] = [list((row | times[n]).values()) for n, row in enumerate(rows)]
        file = write_sheets(tmp_path / "tep.xlsx", {"Hồ sơ": [table(rows)[0], *cells]})
    with importing.read_export([file], building.DATASET, building.AS_OF, mapping=None, data=data) as found:
        said = [each.vi for each in found.report.describe()]
        assert not [kind for kind in found.report.by_kind() if "earlier" in kind]
        return found.publish(["as-of"])[0], said


# Hour of receipt, days until the end, its hour: whether the promise was kept, or None where that is not known.
CASES: list[tuple[str, int, str, bool | None]] = [
    # After the cut-off, promised for nine o'clock of Monday.
    ("15:45:00", 3, "16:00:00", False),
    ("15:45:00", 3, "08:45:00", True),
    ("15:45:00", 3, "", None),
    ("15:45:00", 3, "00:00:00", None),
    # What no hour can change is known.
    ("15:45:00", 0, "", True),
    ("15:45:00", 1, "", True),
    ("15:45:00", 4, "", False),
    ("09:00:00", 0, "", True),
    ("09:00:00", 3, "", False),
    # Received on a bare date: before the cut-off or after it.
    ("", 0, "16:00:00", True),
    ("", 0, "", True),
    ("", 3, "08:45:00", None),
    ("", 3, "", None),
    ("", 4, "08:45:00", False),
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_bare_date_keeps_and_breaks_no_promise_by_the_hour(tmp_path: Path, kind: str) -> None:
    rows = [friday(number, *case[:3]) for number, case in enumerate(CASES)]
    snapshot, said = imported(tmp_path, rows, kind)
    cursor = snapshots.connect(snapshot).cursor()
    found = cursor.execute(
        "select case when model_unknown then null else model_kept end, model_due from dossiers order by dossier_id"
    ).fetchall()
    assert found == [(kept, kept is not None) for *_, kept in CASES]
    counted = query.run(snapshot, PROMISE, building.filters(snapshot, FIRST, building.AS_OF)).iloc[0]
    assert list(counted) == [14, 10, 6, 4, 4, 7], PROMISE
    assert any(each.startswith("5 (35,71 %) hồ sơ chỉ ghi ngày tiếp nhận, không ghi giờ") for each in said)
    assert any(each.startswith("9 (64,29 %) hồ sơ chỉ ghi ngày kết thúc, không ghi giờ") for each in said)


def test_from_or_to_a_bare_date_whole_days_are_counted(tmp_path: Path) -> None:
    hours = [("09:00:00", ""), ("", "16:00:00"), ("", "")]
    snapshot, _ = imported(tmp_path, [friday(n, received, 3, ended) for n, (received, ended) in enumerate(hours)])
    asked = building.filters(snapshot, FIRST, building.AS_OF)
    assert list(query.run(snapshot, ["mean_days", "p90_days", "same_day"], asked).iloc[0]) == [3.0, 3.0, 0]


def evaluated(snapshot: Snapshot) -> Evaluation:
    [model] = [each for each in snapshot.references.models if each.id == "thu-sau"]
    asked = building.filters(snapshot, snapshot.start, snapshot.as_of)
    found = evaluation.evaluate(building.run_of(snapshot), snapshot, asked, model)
    assert isinstance(found, Evaluation)
    return found


def test_many_promises_without_an_hour_are_judged_by_nobody(tmp_path: Path) -> None:
    snapshot, _ = imported(tmp_path, fridays("09:00:00", 0, "", 21) + fridays("15:45:00", 3, "", 19, 21))
    found = evaluated(snapshot).promises
    assert (found.total.iloc[0]["model_kept"], found.total.iloc[0]["model_unknown"]) == (21, 19)
    assert found.sentence.vi == (
        "Không đánh giá việc thực hiện cam kết: 19 hồ sơ (47,50 %) chỉ ghi ngày, không ghi giờ nên không xét."
    )


def test_few_promises_without_an_hour_are_said_beside_the_rate(tmp_path: Path) -> None:
    snapshot, _ = imported(tmp_path, fridays("09:00:00", 0, "", 39) + fridays("15:45:00", 3, "", 1, 39))
    assert evaluated(snapshot).promises.sentence.vi == (
        "Thực hiện đúng cam kết với 39 trong 39 hồ sơ đã đến hạn (100,00 %); 0 hồ sơ không đúng; "
        "1 hồ sơ (2,50 %) chỉ ghi ngày, không ghi giờ nên không xét."
    )
