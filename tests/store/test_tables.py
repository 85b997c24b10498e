"""What an older version of the product did not store is unknown, wherever a snapshot is read."""

import hashlib
import itertools
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from cchc import disk, exports, importing
from cchc.__main__ import main
from cchc.config import ROOT
from cchc.rules.worktime import Calendar
from cchc.schema import COLUMNS, DOSSIER
from cchc.store import manifests, months, snapshots, verifying
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import AS_OF, DATASET, dossier, filters
from tests.pages.reading import answer

pytestmark = pytest.mark.slow

OPTIONAL = [field.name for field in DOSSIER if field.nullable]
# Every column has a value in it.
FULL = dossier(
    due_at="2024-03-06", finished_at="2024-03-05", returned_at="2024-03-06", components_digitised=True,
    result_digitised=True, fee_due=True, paid_online=True, rating=4, receiving_unit="B", source="Bộ", desk="Văn phòng",
    service_level="Toàn trình", submitted_at="2024-03-03T08:00:00",
)  # fmt: skip
KEPT, REPLACED, NEW = (FULL | {"dossier_id": f"H59-{name}1"} for name in ("KEPT", "REPLACED", "NEW"))
LATER = date(2024, 6, 1)
# The version of the layout, and what is in the files then; of dossiers only what is worked out, since a column of
# theirs that an older snapshot lacks is unknown.
LAYOUT = (11, "df3d6e908edd")


def test_files_with_other_columns_are_another_layout(tmp_path: Path) -> None:
    folder = building.publish(tmp_path, [FULL]).folder
    columns = {path.stem: pq.read_schema(path).names for path in sorted(folder.rglob("*.parquet"))}
    columns["dossiers"] = [name for name in columns["dossiers"] if name not in DOSSIER.names]
    found = hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:12]
    assert (snapshots.LAYOUT_VERSION, found) == LAYOUT, "raise LAYOUT_VERSION, then write both here"


def without(snapshot: Snapshot, column: str, layout: int) -> None:
    """Make the snapshot one that a version of the product published which did not know the column."""
    dossiers, manifest = building.file_of(snapshot, "dossiers.parquet"), snapshot.folder / "manifest.json"
    for path in (dossiers, manifest):
        path.chmod(0o644)
    pq.write_table(pq.read_table(dossiers).drop_columns([column]), dossiers)
    told = json.loads(manifest.read_text(encoding="utf-8")) | {"layout_version": layout}
    told["files"][dossiers.relative_to(snapshot.folder).as_posix()] = disk.digest(dossiers)
    manifests.write(told, snapshot.folder)
    disk.seal(snapshot.folder)


def stored(data: Path) -> dict[str, dict[str, Any]]:
    """The dossiers of the current snapshot by id, the columns a dossier has as it is read."""
    cursor = snapshots.connect(building.current(data, DATASET)).cursor()
    rows = cursor.sql(f"select {', '.join(DOSSIER.names)} from dossiers").to_arrow_table().to_pylist()
    return {row["dossier_id"]: row for row in rows}


def import_on_top(data: Path, *rows: building.Dossier) -> None:
    """Import an export that says everything about these dossiers, a day later."""
    file = data / "export.csv"
    names = [name for name in DOSSIER.names if name != "exported_on"]
    lines = [names, *([str(row[name]) for name in names] for row in rows)]
    file.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    with importing.read_export([file], DATASET, LATER, mapping="cchc", data=data) as prepared:
        assert prepared.report.problems.num_rows == 0
        prepared.publish(["as-of"])


@pytest.mark.parametrize(("column", "layout"), list(zip(OPTIONAL, itertools.cycle([snapshots.LAYOUT_VERSION, 0]))))
def test_a_column_an_older_version_did_not_store_is_unknown_in_every_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str, layout: int
) -> None:
    without(building.publish(tmp_path, [KEPT, REPLACED]), column, layout)
    assert main(["--data", str(tmp_path), "rebuild"]) == 0
    assert stored(tmp_path) == {row["dossier_id"]: row | {column: None} for row in (KEPT, REPLACED)}

    snapshot = building.current(tmp_path, DATASET)
    month = filters(snapshot, "2024-03-01", "2024-03-31")
    assert "H59-KEPT1" in exports.to_csv(snapshot, month, "received", "", "vi").decode("utf-8-sig")

    import_on_top(tmp_path, REPLACED, NEW)
    fresh = {row["dossier_id"]: row | {"exported_on": LATER} for row in (REPLACED, NEW)}
    assert stored(tmp_path) == {"H59-KEPT1": KEPT | {column: None}} | fresh
    assert {problem for found in verifying.verify(tmp_path, DATASET).values() for problem in found} == set()

    monkeypatch.setenv("CCHC_DATA", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    for name, value in {"dataset": DATASET, "snapshot": snapshot.id, "start": "2024-03-01", "end": str(AS_OF)}.items():
        app.query_params[name] = value
    app.run()
    assert ([each.value for each in app.exception], [each.value for each in app.error]) == ([], [])
    assert answer(app)


def hashed(*rows: building.Dossier) -> str:
    with duckdb.connect() as connection:
        connection.from_arrow(building.table(rows)).create_view("given")
        return months.content_hash(months.counted(connection, Calendar()))


def test_silence_in_a_column_that_came_later_changes_no_id_and_a_word_in_it_does() -> None:
    later = [column.name for column in COLUMNS if column.later]
    silent = FULL | dict.fromkeys(later)
    # What was hashed before these columns came.
    names = [name for name in DOSSIER.names if name not in (*later, "exported_on")]
    with duckdb.connect() as connection:
        connection.from_arrow(building.table([silent])).create_view("source")
        row = ", ".join(f"coalesce({name}::varchar, '')" for name in names)
        [(before,)] = connection.execute(f"select md5_number(concat_ws(chr(31), {row})) from source").fetchall()
    assert hashed(silent) == f"[({before},)]"
    told = {name: hashed(silent | {name: FULL[name]}) for name in later}
    assert len({hashed(silent), *told.values()}) == len(later) + 1


def test_an_import_onto_a_snapshot_of_another_version_asks_for_a_rebuild_and_changes_nothing(tmp_path: Path) -> None:
    """It is not damaged: without its dossiers the new snapshot would hold those of the export alone."""
    old = building.publish(tmp_path, [KEPT])
    without(old, "rating", 0)
    shelf = old.folder.parent
    before = sorted(path.name for path in shelf.iterdir())
    with pytest.raises(UserError, match="rebuild"):
        import_on_top(tmp_path, NEW)
    assert sorted(path.name for path in shelf.iterdir()) == before
    assert main(["--data", str(tmp_path), "rebuild"]) == 0
    import_on_top(tmp_path, NEW)
    assert set(stored(tmp_path)) == {"H59-KEPT1", "H59-NEW1"}
