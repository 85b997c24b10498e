"""Of what an export does not say nothing flatters: no metric is 0 %, 100 % or praised over blank or absent columns."""

from pathlib import Path

import pandas as pd
import pytest

from cchc import importing
from cchc.figures import query, trust
from cchc.figures.metrics import METRICS
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.exports import AS_OF, DATASET, MOT_CUA, dossier, read, write_csv

pytestmark = pytest.mark.slow

# What rests on each column; the due date is in every rate of deadlines, which are shown and not judged.
RESTS_ON = {
    "channel": {"online_rate", "counter_rate", "postal_rate"},
    "components_digitised": {"components_digitised_rate"},
    "result_digitised": {"result_digitised_rate"},
    "fee_due": {"online_payment_rate"},
    "paid_online": {"online_payment_rate"},
    "rating": {"satisfaction_rate"},
}
FULL = {"channel": "online", "components_digitised": "yes", "result_digitised": "yes", "fee_due": "yes",
        "paid_online": "yes", "rating": "5"}  # fmt: skip


def imported(tmp_path: Path, rows: list[dict[str, str]]) -> tuple[Snapshot, list[str]]:
    tmp_path.mkdir(exist_ok=True)
    file = write_csv(tmp_path / "x.csv", rows)
    with importing.read_export([file], DATASET, AS_OF, mapping="cchc", data=tmp_path / "data") as found:
        said = [each.vi for each in found.report.describe()]
        return found.publish(["as-of", "empty", "undated"])[0], said


def figures(snapshot: Snapshot) -> pd.Series:
    asked = building.filters(snapshot, "2023-01-01", "2023-12-31")
    return query.run(snapshot, list(METRICS), asked, parts=True).iloc[0]


def without(row: dict[str, str], columns: set[str], *, absent: bool) -> dict[str, str]:
    return {name: "" if name in columns else cell for name, cell in row.items() if not absent or name not in columns}


@pytest.mark.parametrize("absent", [False, True], ids=["blank", "absent"])
def test_what_is_not_said_is_in_no_rate(tmp_path: Path, absent: bool) -> None:
    rows = [without(dossier(n, **FULL), {*FULL, "due_at"}, absent=absent) for n in range(30)]
    snapshot, _ = imported(tmp_path, rows)
    row = figures(snapshot)
    for name in set().union(*RESTS_ON.values()):
        assert pd.isna(row[name]), name
        assert METRICS[name].show(row[name], "vi") == "–"
    for name in (each.name for each in METRICS.values() if each.needs_due and each.is_rate):
        assert not trust.is_judged(METRICS[name], row), name


def test_each_column_blanks_its_own_rates_only(tmp_path: Path) -> None:
    row = figures(imported(tmp_path / "full", [dossier(n, **FULL) for n in range(30)])[0])
    expected = {name: row[name] for names in RESTS_ON.values() for name in names}
    assert not any(map(pd.isna, expected.values()))
    for column, names in RESTS_ON.items():
        rows = [without(dossier(n, **FULL), {column}, absent=False) for n in range(30)]
        found = figures(imported(tmp_path / column, rows)[0])
        assert {name for name in expected if pd.isna(found[name])} == names, column


def test_a_column_blank_in_part_is_said_with_its_share_and_counted_where_it_speaks(tmp_path: Path) -> None:
    columns = ("channel", "components_digitised", "result_digitised", "fee_due", "paid_online")
    half = dict.fromkeys(columns, "")
    rows = [dossier(n, **FULL | (half if n % 2 else {})) for n in range(40)]
    snapshot, said = imported(tmp_path, rows)
    for column in columns:
        assert any(each.startswith(f"Cột “{column}” trống ở 20 trong 40 hàng (50,00 %)") for each in said), column
    row = figures(snapshot)
    for name in ("online_rate", "components_digitised_rate", "result_digitised_rate", "online_payment_rate"):
        assert (row[f"{name}_n"], row[f"{name}_d"]) == (20, 20)


@pytest.mark.parametrize("column", ["components_digitised", "result_digitised", "fee_due", "paid_online", "rating"])
def test_a_column_said_in_words_that_are_not_understood_is_not_read(tmp_path: Path, column: str) -> None:
    """The part that is understood may be the good one: 36 yes and 4 of who knows what are no 100 %."""
    for strange, is_read in ((2, True), (4, False)):
        rows = [dossier(n, **FULL | ({column: "partly"} if n < strange else {})) for n in range(40)]
        snapshot, said = imported(tmp_path / str(strange), rows)
        row = figures(snapshot)
        assert {name for name in RESTS_ON[column] if pd.isna(row[name])} == (set() if is_read else RESTS_ON[column])
        assert any(f"Không đọc cột “{column}”" in each for each in said) is not is_read


FAR = ["31/12/2099", "01/01/2034", "05/01/2042", "05/01/1923", "2001-02-03 00:00:00"]
NONE = [
    "01/01/0001 00:00:00", "0001-01-01T00:00:00", "1/1/0001 12:00:00 AM", "00/00/0000", "0000-00-00 00:00:00",
    "01/01/1900", "1900-01-01 00:00:00", "00:00:00 01/01/1900", "01/01/1970 07:00:00", "1970-01-01", "31/12/9999",
    "9999-12-31 23:59:59", "12/31/9999", "30/12/1899", "0", "Không quy định",
]  # fmt: skip


def as_one_stop(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{MOT_CUA[name]: cell for name, cell in row.items()} for row in rows]


def test_a_day_that_stands_for_none_is_none(tmp_path: Path) -> None:
    """What programs write where there is no day makes nobody late or on time, and no dossier ended or rejected."""
    odd = [
        *(dossier(n, due_at=day) for n, day in enumerate(FAR + NONE)),
        *(dossier(100 + n, status="open", finished_at=day) for n, day in enumerate(NONE)),
    ]
    usual = [dossier(n) for n in range(1000, 1300)]
    for changes in ({}, {"due_at": "31/12/9999"}, {"due_at": "01/01/2099"}):
        rows = as_one_stop([*odd, *({**row, **changes} for row in usual)])
        found = read(write_csv(tmp_path / "x.csv", rows), data=tmp_path, mapping="mot-cua")
        assert (found.report.counts.kept, found.report.counts.rejected) == (len(rows), 0)
        undated = {id_ for id_, row in found.dossiers.items() if row["due_at"] is None}
        expected = {row["dossier_id"] for row in (*odd[: len(FAR + NONE)], *(usual if changes else ()))}
        assert undated == expected
        assert found.report.undated == len(expected)
        assert all(found.dossiers[row["dossier_id"]]["finished_at"] is None for row in odd[len(FAR + NONE) :])


def test_the_example_of_what_cannot_be_read_is_one_that_cannot(tmp_path: Path) -> None:
    rows = as_one_stop([dossier(n, **({"due_at": "Quá hạn 3 ngày"} if n % 2 else {})) for n in range(60)])
    with pytest.raises(UserError, match="“Quá hạn 3 ngày”"):
        read(write_csv(tmp_path / "x.csv", rows), data=tmp_path, mapping="mot-cua")


def test_words_are_known_by_any_habit_of_spelling(tmp_path: Path) -> None:
    """Tones on either vowel, i for y, and no accents at all."""
    spelled = [("Đã xử lí xong", "Đã số hoá"), ("ĐÃ XỬ LÝ XONG", "Chưa số hoá"), ("da xu ly xong", "chua so hoa")]
    names = {**MOT_CUA, "components_digitised": "Số hóa thành phần"}
    rows = [
        {names[name]: cell for name, cell in dossier(n, status=status, components_digitised=flag).items()}
        for n, (status, flag) in enumerate(spelled)
    ]
    found = read(write_csv(tmp_path / "x.csv", rows), data=tmp_path, mapping="mot-cua")
    assert [(row["status"], row["components_digitised"]) for row in found.dossiers.values()] == [
        ("done", True), ("done", False), ("done", False)
    ]  # fmt: skip
