"""One dossier in words: what its dates say of the deadline, and what the model's promise says to the hour."""

from pathlib import Path

import pytest

from cchc.findings import dossier as told
from cchc.store import lookup
from tests import building
from tests.building import dossier

DUE = {"received_at": "2024-05-02 08:00", "due_at": "2024-05-06 17:00"}


@pytest.mark.parametrize(
    ("given", "vi"),
    [
        ({"finished_at": "2024-05-03 09:30"}, "Trước hạn 3 ngày: hẹn trả 17:00 06/05/2024, kết thúc 09:30 03/05/2024."),
        ({"finished_at": "2024-05-06 16:30"}, "Đúng hạn: hẹn trả 17:00 06/05/2024, kết thúc 16:30 06/05/2024."),
        (
            {"finished_at": "2024-05-06 17:30"},
            "Đúng hạn: hẹn trả 17:00 06/05/2024, kết thúc 17:30 06/05/2024; tính theo ngày, hết ngày hẹn mới quá hạn.",
        ),
        ({"finished_at": "2024-05-09"}, "Quá hạn 3 ngày: hẹn trả 17:00 06/05/2024, kết thúc 12:00 09/05/2024."),
        ({}, "Đang giải quyết, đã quá hạn {late} ngày: hẹn trả 17:00 06/05/2024, tính đến {as_of}."),
        ({"due_at": None}, "Đang giải quyết, không có ngày hẹn trả."),
        ({"due_at": None, "finished_at": "2024-05-09"}, "Kết thúc ngày 09/05/2024; không có ngày hẹn trả nên tính là"),
        ({"status": "waiting"}, "Đang chờ người nộp bổ sung, nên tính là trong hạn."),
        ({"status": "withdrawn", "returned_at": "2024-05-09"}, "Đã trả lại hoặc rút ngày 09/05/2024."),
    ],
)
def test_the_verdict_says_why_by_its_dates(tmp_path: Path, given: dict[str, str], vi: str) -> None:
    snapshot = building.publish(tmp_path, [dossier(dossier_id="1", **DUE | given)])
    row = lookup.one(snapshot, "1")
    assert row is not None
    late = (snapshot.as_of - row["due_on"].date()).days if row["due_at"] == row["due_at"] else 0
    assert told.verdict(row, snapshot).vi.startswith(vi.format(late=late, as_of=f"{snapshot.as_of:%d/%m/%Y}"))


@pytest.mark.parametrize(
    ("given", "promised", "kept"),
    [
        (("2024-05-10 08:00", "2024-05-10 16:00"), "trong ngày 10/05/2024", "Đúng cam kết"),
        (("2024-05-10 08:00", "2024-05-13 08:30"), "trong ngày 10/05/2024", "Không đúng: trả 08:30 13/05/2024"),
        (("2024-05-10 16:02", "2024-05-13 13:34"), "trước 09:00 13/05/2024", "Không đúng: trả 13:34 13/05/2024"),
        (("2024-05-10 16:02", "2024-05-13 08:59"), "trước 09:00 13/05/2024", "Đúng cam kết"),
        (("2024-05-10 16:02", None), "trước 09:00 13/05/2024", "Không đúng: chưa trả đến {as_of}"),
        (("2024-05-08 08:00", "2024-05-13"), "", ""),
    ],
)
def test_a_promise_is_told_to_the_hour_and_what_was_missed(
    tmp_path: Path, given: tuple[str, str | None], promised: str, kept: str
) -> None:
    received, finished = given
    may = {"received_at": received, "due_at": "2024-05-15 17:00"}
    if finished:
        may["finished_at"] = finished
    snapshot = building.publish(tmp_path, [dossier(dossier_id="1", **may)])
    row = lookup.one(snapshot, "1")
    assert row is not None
    assert told.promised(row, snapshot).vi == promised
    assert told.kept(row, snapshot).vi == kept.format(as_of=f"{snapshot.as_of:%d/%m/%Y}")
    # On time by the deadline alone is never all that is said of a broken promise.
    assert kept.format(as_of=f"{snapshot.as_of:%d/%m/%Y}") in told.answer(row, snapshot).vi
