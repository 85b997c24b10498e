"""A snapshot is published whole or not at all, stays what it was, and shows every changed byte."""

import shutil
import stat
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc import disk
from cchc.__main__ import main
from cchc.config import ROOT
from cchc.figures import query
from cchc.figures.metrics import METRICS
from cchc.store import rebuilding, snapshots, tables, verifying
from cchc.store.manifests import Damaged
from cchc.store.origin import Counts, Origin, Source
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import AS_OF, DATASET, dossier, filters, numbered
from tests.dying import on_a_copy, survive

pytestmark = pytest.mark.slow

YEAR = ("2023-06-01", "2024-05-31")


def some(count: int) -> list[building.Dossier]:
    return numbered(dossier(unit="ABDP"[n % 4], finished_at="2024-03-06" if n % 3 else None,
                            status="done" if n % 3 else "open") for n in range(count))  # fmt: skip


def received(snapshot: Snapshot) -> int:
    return int(query.run(snapshot, ["received"], filters(snapshot, *YEAR))["received"].iloc[0])


def shelf(data: Path) -> Path:
    return data / "snapshots" / DATASET


def visible(data: Path) -> set[str]:
    return {path.name for path in shelf(data).iterdir() if not path.name.startswith(".")}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- Identity ---


def test_the_same_input_gives_the_same_snapshot_and_writes_nothing(tmp_path: Path) -> None:
    references = building.reference_folder(tmp_path / "reference")
    published = [
        snapshots.publish(building.table(some(5)), references, AS_OF, building.origin(5), tmp_path) for _ in range(2)
    ]
    assert [new for _, new in published] == [True, False]
    assert published[0][0] == published[1][0]
    before = {path: path.stat().st_mtime_ns for path in shelf(tmp_path).rglob("*") if path.name != ".lock"}
    snapshots.publish(building.table(some(5)), references, AS_OF, building.origin(5), tmp_path)
    assert {path: path.stat().st_mtime_ns for path in shelf(tmp_path).rglob("*") if path.name != ".lock"} == before


@given(st.permutations(some(8)))
@building.examples(5)
def test_another_order_of_rows_is_the_same_snapshot(tmp_path_factory: pytest.TempPathFactory, rows) -> None:
    data = tmp_path_factory.mktemp("data")
    assert building.publish(data, rows).id == building.publish(data, some(8)).id


def test_a_parquet_file_is_the_same_snapshot_as_the_table(tmp_path: Path) -> None:
    table = building.table(some(5))
    pq.write_table(table, tmp_path / "dossiers.parquet")
    folder = building.reference_folder(tmp_path / "reference")
    published = [
        snapshots.publish(each, folder, AS_OF, building.origin(5), tmp_path)
        for each in (table, tmp_path / "dossiers.parquet")
    ]
    assert published[0][0].id == published[1][0].id


@pytest.mark.parametrize(
    "change",
    [
        {"unit": "B"}, {"procedure": "copy"}, {"channel": "online"}, {"received_at": "2024-03-04T12:00:01"},
        {"due_at": "2024-03-07"}, {"finished_at": "2024-03-05", "status": "done"}, {"status": "waiting"},
        {"components_digitised": False}, {"components_digitised": True}, {"result_digitised": False}, {"fee_due": True},
        {"paid_online": True}, {"rating": 4}, {"dossier_id": "H59-9999"},
    ],
    ids="+".join,
)  # fmt: skip
def test_a_changed_value_is_another_snapshot(tmp_path: Path, change) -> None:
    first = building.publish(tmp_path, numbered([dossier(), dossier()]))
    changed = dossier(**{"dossier_id": "H59-0002"} | change)
    other = building.publish(tmp_path, [*numbered([dossier()]), changed])
    assert other.id != first.id
    assert snapshots.current(tmp_path, DATASET) == other


def test_a_changed_reference_or_date_is_another_snapshot(tmp_path: Path) -> None:
    rows = some(3)
    folder = building.reference_folder(tmp_path / "reference")
    first = building.publish(tmp_path, rows, references=folder)
    assert building.publish(tmp_path, rows, date(2024, 6, 1), folder).id[:10] == "2024-06-01"
    holidays = folder / "holidays.toml"
    holidays.write_text(holidays.read_text(encoding="utf-8").replace("2024-03-25", "2024-03-26"), encoding="utf-8")
    assert building.publish(tmp_path, rows, references=folder).id != first.id
    assert first.id[:10] == AS_OF.isoformat()


def test_an_older_snapshot_published_again_becomes_the_current_one(tmp_path: Path) -> None:
    first, second = building.publish(tmp_path, some(3)), building.publish(tmp_path, some(4))
    assert snapshots.current(tmp_path, DATASET) == second
    assert building.publish(tmp_path, some(3)) == first == snapshots.current(tmp_path, DATASET)
    assert len(snapshots.published(tmp_path, DATASET)) == 2


# --- What it says about itself ---


def test_the_manifest_says_where_the_dossiers_came_from(tmp_path: Path) -> None:
    origin = Origin(
        (Source("thang-3.xlsx", "ab" * 32, 1234),), Counts(10, 3, 4, 1, 1, 1), mapping="mot-cua", demo=True,
        dropped_columns=("Chủ hồ sơ",), problems={"unknown_unit": 4},
    )  # fmt: skip
    folder = building.reference_folder(tmp_path / "reference")
    snapshot, _ = snapshots.publish(building.table(some(3)), folder, AS_OF, origin, tmp_path)
    manifest = snapshot.manifest
    assert (manifest["dataset"], manifest["as_of"], manifest["dossiers"]) == (DATASET, "2024-05-31", 3)
    assert manifest["coverage"] == {"start": "2024-03-04", "declared": False}
    assert manifest["origin"]["sources"] == [{"name": "thang-3.xlsx", "sha256": "ab" * 32, "size": 1234}]
    assert manifest["origin"]["counts"]["read"] == 10
    assert manifest["origin"]["dropped_columns"] == ["Chủ hồ sơ"]
    assert manifest["origin"]["problems"] == {"unknown_unit": 4}
    assert set(manifest["files"]) == contents(snapshot.folder).keys() - {"manifest.json"}
    assert manifest["libraries"]["duckdb"] == duckdb.__version__
    assert (snapshot.demo, snapshot.as_of, snapshot.start) == (True, AS_OF, date(2024, 3, 4))


def test_there_is_nothing_before_the_first_publish(tmp_path: Path) -> None:
    assert snapshots.datasets(tmp_path) == []
    assert snapshots.current(tmp_path, DATASET) is None
    assert snapshots.last_good(tmp_path, DATASET) is None
    assert snapshots.published(tmp_path, DATASET) == []
    assert snapshots.get(tmp_path, DATASET, "2024-05-31-x") is None
    assert verifying.verify(tmp_path, DATASET) == {}


def test_snapshots_are_listed_newest_data_first(tmp_path: Path) -> None:
    folder = building.reference_folder(tmp_path / "reference")
    days = [date(2024, 5, 20), date(2024, 5, 31), date(2024, 5, 10)]
    for day in days:
        building.publish(tmp_path, some(3), day, folder)
    assert [s.as_of for s in snapshots.published(tmp_path, DATASET)] == sorted(days, reverse=True)
    assert snapshots.current(tmp_path, DATASET).as_of == date(2024, 5, 10)
    assert snapshots.datasets(tmp_path) == [DATASET]
    for snapshot in snapshots.published(tmp_path, DATASET):
        assert snapshots.get(tmp_path, DATASET, snapshot.id) == snapshot
    for hostile in ("", ".", "..", "../x", "current", ".lock", "/etc"):
        assert snapshots.get(tmp_path, DATASET, hostile) is None


def test_no_dossiers_are_an_error_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        building.publish(tmp_path, [])
    assert snapshots.datasets(tmp_path) == []
    assert visible(tmp_path) == set()


@pytest.mark.parametrize("given", [{"unit": "X"}, {"procedure": "X"}])
def test_a_dossier_of_an_unknown_unit_or_procedure_is_never_lost_silently(tmp_path: Path, given) -> None:
    with pytest.raises((UserError, AssertionError)):
        building.publish(tmp_path, numbered([dossier(), dossier(**given)]))
    assert snapshots.current(tmp_path, DATASET) is None


def test_one_dossier_id_twice_is_never_published(tmp_path: Path) -> None:
    with pytest.raises((UserError, AssertionError)):
        building.publish(tmp_path, [dossier(), dossier(unit="B")])
    assert snapshots.current(tmp_path, DATASET) is None


# --- It stays what it was ---


def test_references_changed_later_do_not_change_an_old_snapshots_figures(tmp_path: Path) -> None:
    folder = building.reference_folder(tmp_path / "reference")
    rows = numbered([dossier(due_at="2024-03-05T08:00:00", finished_at="2024-03-05"), dossier(unit="B")])
    old = building.publish(tmp_path, rows, references=folder)
    before = query.run(old, list(METRICS), filters(old, *YEAR), by=["field"])
    building.reference_folder(folder, late_by="minute", service_models="")
    new = building.publish(tmp_path, rows, references=folder)
    shutil.rmtree(folder)
    snapshots._opened.cache_clear()
    old = snapshots.get(tmp_path, DATASET, old.id)
    assert query.run(old, list(METRICS), filters(old, *YEAR), by=["field"]).equals(before)
    late = [int(query.run(s, ["late"], filters(s, *YEAR))["late"].iloc[0]) for s in (old, new)]
    assert late == [0, 1]
    assert [old.references.dataset.late_by, new.references.dataset.late_by] == ["date", "minute"]


def test_everything_published_is_read_only(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, some(3))
    writable = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    for path in (snapshot.folder, *snapshot.folder.rglob("*")):
        assert not path.stat().st_mode & writable, path


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('{root}/pyproject.toml')",
        "select * from read_text('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select * from read_parquet('{other}/dossiers.parquet')",
        "copy (select 1) to '{data}/x.csv'",
        "attach '{data}/x.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "select * from read_csv('https://example.com/x.csv')",
    ],
)
def test_a_connection_reads_its_snapshot_and_nothing_else(tmp_path: Path, statement: str) -> None:
    other, snapshot = building.publish(tmp_path, some(2)), building.publish(tmp_path, some(3))
    before = contents(tmp_path)
    cursor = snapshots.connect(snapshot).cursor()
    with pytest.raises(duckdb.Error):
        cursor.execute(statement.format(root=ROOT, other=other.folder, data=tmp_path)).fetchall()
    assert contents(tmp_path) == before
    assert cursor.execute("select count(*) from dossiers").fetchall() == [(3,)]


# --- Damage ---


def flip(path: Path, position: int, mask: int = 0x01) -> None:
    path.chmod(0o644)
    held = bytearray(path.read_bytes())
    held[position] ^= mask
    path.write_bytes(bytes(held))


def test_a_whole_snapshot_verifies(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, some(20))
    assert snapshots.check(snapshot) == []
    assert verifying.verify(tmp_path, DATASET) == {snapshot.id: []}


def test_one_flipped_byte_in_any_file_is_found(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, some(20))
    for name, held in contents(snapshot.folder).items():
        path = snapshot.folder / name
        for position in {0, len(held) // 3, len(held) // 2, len(held) - 1} - ({-1} if not held else set()):
            for mask in (0x01, 0x20, 0x80):
                flip(path, position, mask)
                findings = verifying.verify(tmp_path, DATASET)[snapshot.id]
                assert findings, (name, position, mask)
                assert any(name in finding.vi and name in finding.en for finding in findings)
                flip(path, position, mask)
    assert verifying.verify(tmp_path, DATASET) == {snapshot.id: []}


@pytest.mark.slow
def test_every_single_byte_of_the_manifest_counts(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, some(2))
    manifest = snapshot.folder / "manifest.json"
    written = manifest.read_bytes()
    manifest.chmod(0o644)
    for position in range(len(written)):
        for mask in (0x01, 0x2A):  # 0x2A makes a line feed of a space
            manifest.write_bytes(written[:position] + bytes([written[position] ^ mask]) + written[position + 1 :])
            with pytest.raises(Damaged):
                snapshots.load(snapshot.folder)
    for other in (b"", written[:-1], written + b"\n", b"[]", b"{}", b"\xff", b"null"):
        manifest.write_bytes(other)
        with pytest.raises(Damaged):
            snapshots.load(snapshot.folder)


@pytest.mark.parametrize(
    "name", ["dossiers.parquet", "ledger.parquet", "sums.parquet", "references/units.csv", "manifest.json"]
)
def test_a_missing_file_is_found(tmp_path: Path, name: str) -> None:
    snapshot = building.publish(tmp_path, some(3))
    building.file_of(snapshot, name).unlink()
    [finding] = verifying.verify(tmp_path, DATASET)[snapshot.id]
    assert name in finding.vi


@pytest.mark.parametrize("name", ["extra.txt", "references/extra.csv", ".hidden"])
def test_an_added_file_is_found(tmp_path: Path, name: str) -> None:
    snapshot = building.publish(tmp_path, some(3))
    (snapshot.folder / name).write_text("x")
    [finding] = verifying.verify(tmp_path, DATASET)[snapshot.id]
    assert name in finding.vi


def test_a_file_changed_after_it_was_checked_is_checked_again(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, some(3))
    assert snapshots.check(snapshot) == []
    flip(building.file_of(snapshot, "ledger.parquet"), 100)
    assert len(snapshots.check(snapshot)) == 1
    flip(building.file_of(snapshot, "ledger.parquet"), 100)
    assert snapshots.check(snapshot) == []


def test_figures_that_contradict_each_other_are_found_even_when_checksums_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the statement that builds the ledger had lost what was received at a counter."""
    monkeypatch.setattr(
        tables, "_LEDGER_SQL", tables._LEDGER_SQL.replace("from events", "from events where unit <> 'B'")
    )
    snapshot = building.publish(tmp_path, some(8))
    findings = verifying.verify(tmp_path, DATASET)[snapshot.id]
    assert any("ledger.received" in finding.en for finding in findings)


def test_what_another_version_published_is_whole_but_read_only_after_a_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(snapshots, "LAYOUT_VERSION", 0)
        old = building.publish(tmp_path, some(5))
    with pytest.raises(Damaged, match="rebuild"):
        snapshots.current(tmp_path, DATASET)
    assert verifying.verify(tmp_path, DATASET) == {old.id: []}
    assert rebuilding.outdated(tmp_path, DATASET) == [old.id]
    rebuilt = rebuilding.rebuild(tmp_path, DATASET, old.id)
    assert rebuilt == snapshots.current(tmp_path, DATASET)
    assert received(rebuilt) == 5
    kept = ("as_of", "coverage", "published_at", "dossiers", "origin")
    assert {key: rebuilt.manifest[key] for key in kept} == {key: old.manifest[key] for key in kept}
    assert rebuilding.outdated(tmp_path, DATASET) == []
    assert set(verifying.verify(tmp_path, DATASET)) == {old.id, rebuilt.id}


def test_an_id_says_what_is_counted_not_how_files_are_laid_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same dossiers have the same id in every version; beside an older snapshot of that id they say which."""
    now = building.publish(tmp_path / "now", some(5))
    with monkeypatch.context() as earlier:
        earlier.setattr(snapshots, "LAYOUT_VERSION", 0)
        old = building.publish(tmp_path / "then", some(5))
    assert old.id == now.id
    before = contents(old.folder)
    rebuilt = rebuilding.rebuild(tmp_path / "then", DATASET, old.id)
    assert rebuilt.id == f"{now.id}-{snapshots.LAYOUT_VERSION}"
    assert contents(old.folder) == before
    assert building.publish(tmp_path / "then", some(5)) == rebuilt


def test_every_snapshot_of_another_version_is_rebuilt_and_found_under_every_id_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    """Two upgrades, the second after an import; what was current stays so, and the order is as it was."""
    days = (date(2024, 5, 20), date(2024, 6, 30), date(2024, 5, 31))
    with monkeypatch.context() as earlier:
        earlier.setattr(snapshots, "LAYOUT_VERSION", -1)
        first = [building.publish(tmp_path, some(5 + n), day) for n, day in enumerate(days[:2])]
        earlier.setattr(snapshots, "LAYOUT_VERSION", 0)
        assert main(["--data", str(tmp_path), "rebuild"]) == 0
        third = building.publish(tmp_path, some(7), days[2])
        second = [snapshots.get(tmp_path, DATASET, each.id) for each in first]
        order = [each.manifest["dossiers"] for each in snapshots.published(tmp_path, DATASET)]
    assert len({each.id for each in (*first, *second, third)}) == 5
    capsys.readouterr()
    assert main(["--data", str(tmp_path), "rebuild", "--dataset", DATASET]) == 0
    assert len(set(capsys.readouterr().out.splitlines())) == 3
    for number, ids in enumerate(zip([*first, third], [*second, third], strict=True)):
        for id_ in ids:
            found = snapshots.get(tmp_path, DATASET, id_.id)
            assert (found.as_of, received(found)) == (days[number], 5 + number)
    assert snapshots.current(tmp_path, DATASET) == snapshots.get(tmp_path, DATASET, third.id)
    assert [each.manifest["dossiers"] for each in snapshots.published(tmp_path, DATASET)] == order
    assert main(["--data", str(tmp_path), "rebuild"]) == 0
    assert capsys.readouterr().out == ""
    for old in (*first, *second, third):
        disk.remove(old.folder)
    assert received(snapshots.get(tmp_path, DATASET, first[0].id)) == 5


def test_a_list_of_rebuilt_snapshots_that_is_lost_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(snapshots, "LAYOUT_VERSION", 0)
        old, _ = building.publish(tmp_path, some(5)), building.publish(tmp_path, some(6))
    assert main(["--data", str(tmp_path), "rebuild"]) == 0
    fresh = snapshots.get(tmp_path, DATASET, old.id)
    for content in ("", "[]", "{"):
        (shelf(tmp_path) / ".rebuilt.json").write_text(content)
        with pytest.raises(Damaged, match="rebuild"):
            snapshots.get(tmp_path, DATASET, old.id)
        assert main(["--data", str(tmp_path), "rebuild"]) == 0
        assert snapshots.get(tmp_path, DATASET, old.id) == fresh


def test_a_damaged_snapshot_does_not_keep_the_others_from_being_rebuilt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(snapshots, "LAYOUT_VERSION", 0)
        bad, good = building.publish(tmp_path, some(5)), building.publish(tmp_path, some(6))
    flip(building.file_of(bad, "dossiers.parquet"), 100)
    assert main(["--data", str(tmp_path), "rebuild"]) == 2
    said = capsys.readouterr()
    assert "dossiers.parquet" in said.err
    assert len(said.err.splitlines()) == 1
    assert received(snapshots.current(tmp_path, DATASET)) == 6
    assert said.out.split() == [DATASET, snapshots.get(tmp_path, DATASET, good.id).id]


def test_a_damaged_snapshot_of_another_version_is_not_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(snapshots, "LAYOUT_VERSION", 0)
        old = building.publish(tmp_path, some(5))
    flip(building.file_of(old, "dossiers.parquet"), 100)
    with pytest.raises(Damaged, match="dossiers"):
        rebuilding.rebuild(tmp_path, DATASET, old.id)
    assert visible(tmp_path) == {old.id, "current"}


def test_the_last_good_snapshot_is_the_newest_one_that_is_whole(tmp_path: Path) -> None:
    folder = building.reference_folder(tmp_path / "reference")
    good, bad = (building.publish(tmp_path, some(3), date(2024, 5, day), folder) for day in (20, 30))
    assert snapshots.last_good(tmp_path, DATASET) == bad
    flip(building.file_of(bad, "stocks.parquet"), 50)
    assert snapshots.check(snapshots.current(tmp_path, DATASET))
    assert snapshots.last_good(tmp_path, DATASET) == good
    flip(good.folder / "manifest.json", 50)
    assert snapshots.last_good(tmp_path, DATASET) is None
    with pytest.raises(Damaged):
        snapshots.get(tmp_path, DATASET, good.id)
    assert [s.id for s in snapshots.published(tmp_path, DATASET)] == [bad.id]


@pytest.mark.parametrize("pointer", [b"", b"2024-05-31-000000000000", b"\xff\xfe", b"..", b"/etc", b"x" * 10_000, None])
def test_a_damaged_pointer_is_said_and_the_next_publish_mends_it(tmp_path: Path, pointer: bytes | None) -> None:
    snapshot = building.publish(tmp_path, some(3))
    path = shelf(tmp_path) / "current"
    path.unlink()
    if pointer is not None:
        path.write_bytes(pointer)
    with pytest.raises(Damaged):
        snapshots.current(tmp_path, DATASET)
    assert verifying.verify(tmp_path, DATASET)["current"]
    assert snapshots.last_good(tmp_path, DATASET) == snapshot
    assert building.publish(tmp_path, some(3)) == snapshot == snapshots.current(tmp_path, DATASET)
    assert verifying.verify(tmp_path, DATASET) == {snapshot.id: []}


def test_publishing_again_replaces_a_damaged_snapshot(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, some(3))
    flip(building.file_of(snapshot, "dossiers.parquet"), 200)
    building.file_of(snapshot, "ledger.parquet").unlink()
    again = building.publish(tmp_path, some(3))
    assert again.id == snapshot.id
    assert verifying.verify(tmp_path, DATASET) == {snapshot.id: []}


@pytest.mark.parametrize("name", ["manifest.json", "references/units.csv"])
def test_publishing_again_replaces_a_snapshot_without_this_file(tmp_path: Path, name: str) -> None:
    snapshot = building.publish(tmp_path, some(3))
    (snapshot.folder / name).unlink()
    building.publish(tmp_path, some(3))
    assert verifying.verify(tmp_path, DATASET) == {snapshot.id: []}


# --- Interrupted ---

# Publishes, and dies at one line after another of what publishing is made of.
_DYING = textwrap.dedent("""
    import sys
    from pathlib import Path
    from cchc import disk
    from cchc.store import manifests, pointers, snapshots, tables
    from tests import building, dying
    from tests.store.test_snapshots import some

    data, table = Path(sys.argv[3]), building.table(some(7))

    def publish(line):
        snapshots.publish(table, data / "reference" / building.DATASET, building.AS_OF, building.origin(7), data)

    dying.die(publish, {snapshots.__file__, manifests.__file__, pointers.__file__, tables.__file__, disk.__file__})
""")


def is_good(data: Path, old: Snapshot) -> set[str]:
    """Names beside the `old` snapshot of five dossiers: none, or one that is whole and has seven."""
    current = snapshots.current(data, DATASET)
    new = visible(data) - {old.id, "current"}
    assert len(new) <= 1
    for snapshot in snapshots.published(data, DATASET):
        assert snapshots.check(snapshot) == []
        assert received(snapshot) == (5 if snapshot.id == old.id else 7)
    assert {s.id for s in snapshots.published(data, DATASET)} == {old.id} | new
    assert current.id == old.id or {current.id} == new
    return new


@pytest.mark.slow
def test_a_publish_killed_at_any_line_leaves_the_last_good_snapshot(tmp_path: Path) -> None:
    data = tmp_path / "data"
    old = building.publish(data, some(5))
    look = on_a_copy(data, lambda copy: is_good(copy, old) and None)
    assert survive(_DYING.replace("dying.die", "dying.halt"), look, 1, 9, str(data)) > 20
    assert is_good(data, old) == {snapshots.current(data, DATASET).id}


@pytest.mark.slow
def test_a_publish_killed_now_and_then_leaves_the_last_good_snapshot(tmp_path: Path) -> None:
    old = building.publish(tmp_path, some(5))

    def check(line: int) -> None:
        # As before the next attempt: without what was published.
        for folder in is_good(tmp_path, old):
            disk.remove(shelf(tmp_path) / folder)
            (shelf(tmp_path) / "current").write_text(old.id, encoding="utf-8")

    assert survive(_DYING, check, 25, 67, str(tmp_path)) > 3
    assert is_good(tmp_path, old) == {snapshots.current(tmp_path, DATASET).id}


def test_the_next_publish_cleans_up_after_killed_ones(tmp_path: Path) -> None:
    building.publish(tmp_path, some(2))
    (shelf(tmp_path) / ".building-0123" / "references").mkdir(parents=True)
    (shelf(tmp_path) / ".building-0123" / "references").chmod(0o555)
    (shelf(tmp_path) / ".current-0123").write_text("2024-05-31-0123")
    building.publish(tmp_path, some(3))
    assert {path.name for path in shelf(tmp_path).iterdir()} - {".lock"} == visible(tmp_path)


@pytest.mark.parametrize("step", ["chmod", "fsync", "rename", "replace", "write_bytes", "write_text", "copyfile"])
def test_a_full_or_failing_disk_leaves_the_last_good_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    old = building.publish(tmp_path, some(5))

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        owner = {"fsync": disk.os, "copyfile": shutil}.get(step, Path)
        patched.setattr(owner, step, fail)
        with pytest.raises(UserError, match="space"):
            building.publish(tmp_path, some(6), references=tmp_path / "reference" / DATASET)
    assert snapshots.current(tmp_path, DATASET) == old
    assert received(old) == 5
    assert all(snapshots.check(s) == [] for s in snapshots.published(tmp_path, DATASET))
    new = building.publish(tmp_path, some(6))
    assert received(new) == 6
    assert not list(shelf(tmp_path).glob(".building-*"))


# --- At the same time ---

_READING = textwrap.dedent("""
    import sys
    from pathlib import Path
    from cchc.store import snapshots
    from tests.store.test_snapshots import DATASET, YEAR, filters, query

    data, reads, seen = Path(sys.argv[1]), 0, set()
    print("ready", flush=True)
    while not (data / "stop").exists():
        snapshot = snapshots.current(data, DATASET)
        wanted = snapshot.manifest["dossiers"]
        for by in ([], ["unit"]):
            for start in ("2023-06-01", "2023-06-02"):
                found = query.run(snapshot, ["received"], filters(snapshot, start, YEAR[1]), by=by)
                assert found["received"].sum() == wanted, (snapshot.id, wanted, found)
        assert query.records(snapshot, filters(snapshot, *YEAR), "received").total == wanted
        assert all(s.manifest["dossiers"] for s in snapshots.published(data, DATASET))
        assert snapshots.check(snapshot) == []
        reads, seen = reads + 1, seen | {snapshot.id}
    print(reads, len(seen))
""")


@pytest.mark.slow
def test_readers_under_publishes_never_see_a_mixture(tmp_path: Path) -> None:
    building.publish(tmp_path, some(1))
    command = [sys.executable, "-c", _READING, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline() == "ready\n"
        for count in range(2, 9):
            building.publish(tmp_path, some(count))
        (tmp_path / "stop").touch()
        said, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    reads, seen = map(int, said.split())
    assert reads > 3
    assert seen > 1


def test_the_pointer_is_replaced_whole_and_never_written_over(tmp_path: Path) -> None:
    old = building.publish(tmp_path, some(3))
    with (shelf(tmp_path) / "current").open() as opened_before:
        building.publish(tmp_path, some(4))
        assert opened_before.read() == old.id


def test_publishes_at_the_same_time_all_arrive_whole(tmp_path: Path) -> None:
    folder = building.reference_folder(tmp_path / "reference")
    with ThreadPoolExecutor(4) as pool:
        published = list(pool.map(lambda n: building.publish(tmp_path, some(n), references=folder), range(1, 7)))
    assert [received(snapshot) for snapshot in published] == list(range(1, 7))
    assert snapshots.current(tmp_path, DATASET) in published
    assert verifying.verify(tmp_path, DATASET) == {
        s.id: [] for s in sorted(published, key=lambda s: s.id, reverse=True)
    }


def test_the_same_publish_twice_at_the_same_time_is_one_snapshot(tmp_path: Path) -> None:
    folder = building.reference_folder(tmp_path / "reference")
    table = building.table(some(4))
    with ThreadPoolExecutor(3) as pool:
        publishing = [
            pool.submit(snapshots.publish, table, folder, AS_OF, building.origin(4), tmp_path) for _ in range(3)
        ]
    results = [each.result() for each in publishing]
    assert sorted(new for _, new in results) == [False, False, True]
    assert len({snapshot.id for snapshot, _ in results}) == 1


def test_of_two_imports_onto_one_snapshot_the_second_is_told(tmp_path: Path) -> None:
    folder = building.reference_folder(tmp_path / "reference")

    def merge(count: int, base: str) -> Snapshot:
        origin = building.origin(count, base=base)
        return snapshots.publish(building.table(some(count)), folder, AS_OF, origin, tmp_path)[0]

    first = merge(3, "")
    second = merge(4, first.id)
    for stale in ("", first.id, "2024-05-31-000000000000"):
        with pytest.raises(UserError):
            merge(5, stale)
    assert snapshots.current(tmp_path, DATASET) == second
    assert len(snapshots.published(tmp_path, DATASET)) == 2


def test_two_datasets_do_not_touch_each_other(tmp_path: Path) -> None:
    ours = building.publish(tmp_path, some(3))
    other = building.publish(
        tmp_path, some(4), references=building.reference_folder(tmp_path / "other", dataset="my-hao")
    )
    assert snapshots.datasets(tmp_path) == ["my-hao", "tra-cu"]
    assert snapshots.current(tmp_path, DATASET) == ours
    assert snapshots.current(tmp_path, "my-hao") == other


def test_columns_of_the_ledger_are_changes_of_whole_numbers(tmp_path: Path) -> None:
    snapshot = building.publish(tmp_path, some(10))
    for name in ("ledger", "sums"):
        schema = pq.read_schema(building.file_of(snapshot, f"{name}.parquet"))
        keys = {"sum", "day", "unit", "procedure", "channel", "field", "level", "weekday", "listed", "model"}
        assert all(pa.types.is_integer(schema.field(column).type) for column in schema.names if column not in keys)
