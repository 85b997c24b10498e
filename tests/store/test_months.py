"""A snapshot is made of parts, one a month of receipt; what cannot have changed is used again, not made again."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc import importing
from cchc.schema import DOSSIER
from cchc.store import months, retraction, snapshots, tables, verifying
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import AS_OF, DATASET, Dossier, dossier, numbered

JANUARY, FEBRUARY, MARCH, APRIL = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)


def ended(month: int, count: int = 2) -> list[Dossier]:
    """Dossiers of a month of 2024 that were due and done in it."""
    days = {"due_at": f"2024-0{month}-15", "finished_at": f"2024-0{month}-10"}
    return [dossier(dossier_id=f"H59-{month}-{n}", received_at=f"2024-0{month}-0{n + 1}", **days)
            for n in range(1, count + 1)]  # fmt: skip


def parts(snapshot: Snapshot) -> dict[str, tuple[int, ...]]:
    """The parts by name, and where on the disk each of their files is: those with one place are one file."""
    return {folder.name: tuple(path.stat().st_ino for path in sorted(folder.iterdir()))
            for folder in months.folders(snapshot.folder)}  # fmt: skip


def rows(snapshot: Snapshot) -> dict[str, list[tuple[object, ...]]]:
    """What every file of a snapshot says but its manifest, by name."""
    read = {path.relative_to(snapshot.folder).as_posix(): path for path in snapshot.folder.rglob("*.parquet")}
    return {name: duckdb.sql(f"from '{path}' order by all").fetchall() for name, path in read.items()}


@given(data=st.data())
@building.examples(30)
def test_publishing_with_what_is_there_gives_what_publishing_from_nothing_gives(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    world, as_of = data.draw(building.worlds())
    earlier = as_of - timedelta(days=data.draw(st.integers(0, 70)))
    first = [row for row in world if row["received_at"].date() <= earlier] or world[:1]
    # Some had not ended yet, others were stored from an earlier export.
    for n, row in enumerate(first):
        if data.draw(st.booleans()):
            first[n] = row | {"finished_at": None, "returned_at": None, "status": "open"}
        elif data.draw(st.booleans()):
            first[n] = row | {"exported_on": earlier}
    references = [building.reference_folder(tmp_path_factory.mktemp("reference"), late_by=late_by)
                  for late_by in data.draw(st.sampled_from([("date", "date"), ("date", "minute")]))]  # fmt: skip
    twice, once = tmp_path_factory.mktemp("twice"), tmp_path_factory.mktemp("once")
    base = building.publish(twice, first, max([earlier, *(row["received_at"].date() for row in first)]), references[0])
    # As an import hands over: the months that change as rows, the others as the parts they are.
    changed = {row["received_at"].replace(day=1).date() for row in world if row not in first}
    changed |= {row["received_at"].replace(day=1).date() for row in first if row not in world}
    there = months.folders(base.folder)
    kept = [folder for folder, part in zip(there, months.kept(there), strict=True) if part.month not in changed]
    given_rows = [row for row in world if row["received_at"].replace(day=1).date() in changed]
    fresh, _ = snapshots.publish(
        building.table(given_rows), references[1], as_of, building.origin(len(world)), twice, kept
    )
    whole = building.publish(once, world, as_of, references[1])
    assert fresh.id == whole.id
    assert rows(fresh) == rows(whole)
    assert fresh.manifest["parts"] == whole.manifest["parts"]


def test_a_new_month_leaves_those_before_it_as_they_are(tmp_path: Path) -> None:
    old = building.publish(tmp_path, [*ended(1), *ended(2)], FEBRUARY)
    new = building.publish(tmp_path, [*ended(1), *ended(2), *ended(3)], MARCH)
    assert parts(old).items() < parts(new).items()
    assert {name[:7] for name in parts(new)} == {"2024-01", "2024-02", "2024-03"}


@pytest.mark.parametrize(
    ("given", "again"),
    [
        ({"status": "open"}, False),
        ({"status": "open", "due_at": "2024-01-10"}, False),
        ({"status": "open", "due_at": "2024-02-20"}, True),
        ({"status": "open", "due_at": "2024-04-20"}, True),
        ({"finished_at": "2024-01-20", "due_at": "2024-02-15"}, True),
        ({"finished_at": "2024-01-20", "due_at": "2024-01-30"}, False),
    ],
)
def test_a_month_is_made_again_while_a_deadline_of_it_is_still_to_come(
    tmp_path: Path, given: Dossier, again: bool
) -> None:
    january = [dossier(received_at="2024-01-05", **given)]
    old = building.publish(tmp_path, january, JANUARY)
    new = building.publish(tmp_path, [*january, *ended(2)], FEBRUARY)
    assert parts(old).items().isdisjoint(parts(new).items()) == again


def test_references_touch_the_months_they_are_about(tmp_path: Path) -> None:
    every = [*ended(1), *ended(4, 1)]
    old = building.publish(tmp_path, every, AS_OF)
    text = building.reference_folder(tmp_path / "new")
    units, holidays = (
        (text / "units.csv").read_text(encoding="utf-8"),
        (text / "holidays.toml").read_text(encoding="utf-8"),
    )

    def changed(**files: str) -> set[str]:
        folder = building.reference_folder(tmp_path / "changed", **files)
        new = building.publish(tmp_path, every, AS_OF, folder)
        return {name[:7] for name, _ in parts(new).items() - parts(old).items()}

    assert changed(units=units.replace("Thị trấn Định An", "Xã Định An")) == set()
    assert changed(units=units + "E,Xã Mới,commune,D\n") == set()
    assert changed(units=units.replace("A,Xã Đại An,commune", "A,Xã Đại An,district")) == {"2024-01", "2024-04"}
    day = '\n[[day]]\nday = 2024-04-10\nworking = false\nsource = "Nghỉ"\n'
    assert changed(holidays=holidays + day) == {"2024-04"}


def test_a_damaged_part_is_named_and_made_anew(tmp_path: Path) -> None:
    old = building.publish(tmp_path, [*ended(1), *ended(2)], FEBRUARY)
    file = building.file_of(old, "ledger.parquet")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-9])
    [finding] = verifying.verify(tmp_path, DATASET)[old.id]
    assert file.relative_to(old.folder).as_posix() in finding.en
    new = building.publish(tmp_path, [*ended(1), *ended(2), *ended(3)], MARCH)
    shared = parts(old).items() & parts(new).items()
    assert [name[:7] for name, _ in shared] == ["2024-02"]
    assert verifying.verify(tmp_path, DATASET)[new.id] == []
    assert building.publish(tmp_path, [*ended(1), *ended(2)], FEBRUARY).id == old.id
    assert verifying.verify(tmp_path, DATASET) == {old.id: [], new.id: []}


def test_a_part_is_there_as_long_as_a_snapshot_has_it(tmp_path: Path) -> None:
    old = building.publish(tmp_path, ended(1), JANUARY)
    new = building.publish(tmp_path, [*ended(1), *ended(2)], FEBRUARY)
    retraction.retract(tmp_path, DATASET, old.id)
    assert verifying.verify(tmp_path, DATASET) == {old.id: [], new.id: []}
    snapshots.disk.remove(old.folder)
    assert verifying.verify(tmp_path, DATASET) == {new.id: []}


def test_the_same_dossiers_give_the_same_snapshot_in_whatever_order_they_come(tmp_path: Path) -> None:
    files = []
    for month in (1, 2, 3):
        names = [name for name in DOSSIER.names if name != "exported_on"]
        lines = [names, *([str(row[name] or "") for name in names] for row in ended(month))]
        files.append(tmp_path / f"{month}.csv")
        files[-1].write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    found = set()
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        data = tmp_path / str(order)
        building.reference_folder(data / "reference" / DATASET)
        for n in order:
            with importing.read_export([files[n]], DATASET, APRIL, mapping="cchc", data=data) as prepared:
                snapshot, _ = prepared.publish(["empty", "coverage", "last-event", "as-of", "since"])
        found.add((snapshot.id, tuple(parts(snapshot))))
    assert len(found) == 1


def test_two_dossiers_of_one_number_are_refused_in_whatever_months_they_are(tmp_path: Path) -> None:
    same = [dossier(received_at="2024-01-05"), dossier(received_at="2024-02-05")]
    with pytest.raises(AssertionError, match="id"):
        building.publish(tmp_path, same)
    old = building.publish(tmp_path, same[:1])
    kept = months.folders(old.folder)
    references = tmp_path / "reference" / DATASET
    with pytest.raises(AssertionError, match="id"):
        snapshots.publish(building.table(same[1:]), references, AS_OF, building.origin(2), tmp_path, kept)
    assert snapshots.ids(tmp_path, DATASET) == {old.id}


def test_what_is_read_of_a_period_is_all_that_happened_in_it(tmp_path: Path) -> None:
    snapshot = building.publish(
        tmp_path, numbered([*ended(1), *ended(2), dossier(received_at="2024-02-03"), *ended(4)])
    )
    for first, last in ((JANUARY, JANUARY), (FEBRUARY, MARCH), (MARCH, APRIL), (date(1900, 1, 1), date(1900, 1, 1))):
        files = snapshots.files(snapshot, "ledger", first, last)
        cursor = snapshots.connect(snapshot).cursor()
        sql = "select sum(received), sum(resolved) from {} where day between $first and $last"
        days = {"first": first, "last": last}
        some = cursor.execute(sql.format("ledger_in($files)"), {**days, "files": files}).fetchall()
        assert some == cursor.execute(sql.format("ledger"), days).fetchall()
    assert len(snapshots.files(snapshot, "ledger", date(2024, 1, 1), JANUARY)) == 1
    assert set(tables.PARTED) == {path.stem for path in months.folders(snapshot.folder)[0].iterdir()}
