"""Of what an export does not say nothing flatters: no metric is 0 %, 100 % or praised over blank or absent columns."""

from pathlib import Path

import pandas as pd
import pytest

from cchc import importing
from cchc.figures import query, trust
from cchc.figures.metrics import METRICS
from cchc.store.snapshots import Snapshot
from tests import building
from tests.exports import AS_OF, DATASET, dossier, write_csv

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
