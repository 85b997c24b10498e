"""Somebody of limited sight: what they are given is what an area gives that never held anything else."""

import csv
import io
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.access.people import Grant, Person, Role
from cchc.figures import query
from cchc.figures.metrics import METRICS
from cchc.figures.periods import Period
from cchc.schema import BESIDE, DIMENSIONS
from cchc.store import lookup, retraction, sights, snapshots
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import DATASET, PROCEDURES, UNITS, Dossier, dossier, numbered

pytestmark = pytest.mark.slow

WHOLE = Period(building.date(2023, 11, 1), building.AS_OF)


def person(*grants: tuple[Role, set[str] | None]) -> Person:
    """Somebody with these roles in the small area, over all of it or over some units."""
    limited = [Grant(role, DATASET, None if units is None else frozenset(units)) for role, units in grants]
    return Person("someone@tinh.example", "Someone", tuple(limited))


def seen_by(data: Path, who: Person, snapshot: str = "", needs: Role = "reader") -> Snapshot:
    """The snapshot that somebody sees on a page for a role."""
    place = sights.folder(data, who, needs, DATASET, snapshot)
    found = snapshots.wanted(place, DATASET, snapshot)
    assert found is not None
    return found


def never_held_others(data: Path, rows: list[Dossier], units: set[str]) -> Snapshot:
    """The area that has no other unit, published the production way."""
    kept = [row | {"receiving_unit": row["receiving_unit"] if row["receiving_unit"] in units else None}
            for row in rows if row["unit"] in units]  # fmt: skip
    lines = building._FILES["units.csv"].splitlines()
    own = [line for line in lines[1:] if line.split(",")[0] in units]
    own = [line if line.rsplit(",", 1)[1] in units else line.rsplit(",", 1)[0] + "," for line in own]
    targets = building._FILES["targets.csv"] if "A" in units else building._FILES["targets.csv"].rpartition("on_")[0]
    models = building._FILES["service_models.toml"].format()
    for other in set(UNITS) - units:
        models = models.replace(f'"{other}", ', "").replace(f', "{other}"', "").replace(f'["{other}"]', "[]")
    if "B" not in units:
        start = models.index("[[model.unit_start]]")
        models = models[:start] + models[models.index("[[model.listing]]") :]
    models = "[[model]]".join(each for each in models.split("[[model]]") if "units = []" not in each)
    folder = building.reference_folder(data / "reference" / DATASET, units="\n".join([lines[0], *own]) + "\n",
                                       targets=targets, service_models=models)  # fmt: skip
    first = min(row["received_at"] for row in rows).date().isoformat()
    return snapshots.publish(building.table(kept), folder, building.AS_OF,
                             building.origin(len(kept), covers_from=first), data)[0]  # fmt: skip


@building.examples(8)
@given(
    world=building.worlds(),
    units=st.sets(st.sampled_from(UNITS[:-1]), min_size=1, max_size=3),
    by=building.splits(),
    grain=st.none() | st.sampled_from(building.GRAINS),
    period=building.spans(),
)
def test_figures_of_some_units_are_those_of_an_area_that_never_held_the_others(world, units, by, grain, period) -> None:
    rows = [row for row in world[0] if row["unit"]]
    if not any(row["unit"] in units for row in rows):
        return
    with tempfile.TemporaryDirectory() as place:
        published = building.publish_whole(Path(place, "all"), rows)
        assert published.as_of == building.AS_OF
        limited = seen_by(Path(place, "all"), person(("officer", units)))
        alone = never_held_others(Path(place, "alone"), rows, units)
        assert (limited.id, limited.as_of, limited.start) == (published.id, alone.as_of, alone.start)
        assert limited.labels == alone.labels
        for split in ([], ["unit"], by):
            asked = [building.filters(each, period.start, period.end) for each in (limited, alone)]
            both = [query.run(each, list(METRICS), question, split, grain, parts=True)
                    for each, question in zip((limited, alone), asked, strict=True)]  # fmt: skip
            pd.testing.assert_frame_equal(*both)
        lists = [query.records(each, building.filters(each, WHOLE.start, WHOLE.end), "received").rows
                 for each in (limited, alone)]  # fmt: skip
        pd.testing.assert_frame_equal(*lists)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small area in which every unit has dossiers, some of them taken at another's counter."""
    folder = tmp_path_factory.mktemp("sights")
    rows = [
        dossier(unit=unit, procedure=procedure, receiving_unit=counter, received_at=f"2024-03-{day:02}")
        for day, unit in enumerate(UNITS, start=4)
        for procedure in PROCEDURES
        for counter in (None, "C", "A")
    ]
    building.publish_whole(folder, numbered(rows))
    return folder


def files_of(snapshot: Snapshot) -> bytes:
    """All that lies in the folder of a snapshot, its tables as text."""
    parts = []
    for path in sorted(each for each in snapshot.folder.rglob("*") if each.is_file()):
        parquet = path.suffix == ".parquet"
        parts.append(pd.read_parquet(path).to_csv().encode() if parquet else path.read_bytes())
    return b"\n".join(parts)


def test_no_file_says_a_word_of_other_units(data: Path) -> None:
    limited = seen_by(data, person(("officer", {"A"})))
    content = files_of(limited).decode()
    assert "Xã Đại An" in content
    assert not [name for name in ("An Quảng Hữu", "Định An", "Sở Tư pháp", "Một cửa huyện") if name in content]
    assert set(limited.references.units) == {"A"}
    assert [model.units for model in limited.references.models] == [("A",), ("A",)]


def test_a_reader_has_every_figure_and_no_number(data: Path) -> None:
    whole = building.current(data, DATASET)
    read = seen_by(data, person(("reader", None)))
    question = [building.filters(each, WHOLE.start, WHOLE.end) for each in (whole, read)]
    for by in ([], *([each] for each in (*DIMENSIONS, *BESIDE))):
        both = [query.run(each, list(METRICS), asked, by, parts=True)
                for each, asked in zip((whole, read), question, strict=True)]  # fmt: skip
        pd.testing.assert_frame_equal(*both)
    assert "H59-" not in files_of(read).decode()
    assert lookup.find(read, "H59-0001").empty
    assert lookup.one(read, "H59-0001") is None
    assert query.records(read, question[1], "received").rows["dossier_id"].str.startswith("#").all()


def test_numbers_are_those_of_the_units_somebody_works_for(data: Path) -> None:
    who = person(("reader", None), ("officer", {"B"}))
    read = seen_by(data, who)
    rows = query.records(read, building.filters(read, WHOLE.start, WHOLE.end), "received", limit=1000).rows
    assert (rows["dossier_id"].str.startswith("H59-") == (rows["unit"] == "B")).all()
    assert rows["dossier_id"].is_unique
    assert set(rows["unit"]) == set(UNITS)
    # On the pages of an officer there is nothing but what they work for.
    listed = seen_by(data, who, needs="officer")
    own = query.records(listed, building.filters(listed, WHOLE.start, WHOLE.end), "received", limit=1000).rows
    assert set(own["unit"]) == {"B"}
    assert own["dossier_id"].str.startswith("H59-").all()


def test_who_may_see_all_is_given_the_data_itself(data: Path) -> None:
    for role in ("officer", "editor", "administrator"):
        assert sights.folder(data, person((role, None)), "reader", DATASET) == data
    everywhere = Person("a", "a", (Grant("officer"),))
    assert sights.folder(data, everywhere, "reader", DATASET) == data


def test_who_may_see_nothing_is_given_nothing(data: Path) -> None:
    for who in (Person("a", "a", ()), Person("a", "a", (Grant("reader", "other"),)), person(("officer", {"X"}))):
        assert snapshots.datasets(sights.folder(data, who, "reader", DATASET)) == []


def test_what_people_wrote_is_there_for_those_from_whom_nothing_is_kept_back(data: Path, tmp_path: Path) -> None:
    (data / "registers").mkdir(exist_ok=True)
    (data / "registers" / "tra-cu.csv").write_text("Tổ công tác", encoding="utf-8")
    for who in (person(("reader", None)), person(("officer", {"A"})), person(("reader", None), ("editor", {"A"}))):
        place = sights.folder(data, who, "reader", DATASET)
        assert not [path for path in place.rglob("*") if path.name in ("registers", "tra-cu.csv")]


def test_a_new_snapshot_and_one_taken_back_are_followed(tmp_path: Path) -> None:
    first = building.publish_whole(tmp_path, numbered([dossier(), dossier(unit="B")]))
    who = person(("officer", {"A"}))
    assert seen_by(tmp_path, who).id == first.id
    second = building.publish_whole(tmp_path, numbered([dossier(), dossier(unit="B"), dossier()]))
    assert seen_by(tmp_path, who).id == second.id
    assert seen_by(tmp_path, who, first.id).id == first.id
    retraction.retract(tmp_path, DATASET, second.id)
    assert seen_by(tmp_path, who).id == first.id
    retraction.retract(tmp_path, DATASET, first.id)
    assert snapshots.current(sights.folder(tmp_path, who, "reader", DATASET), DATASET) is None


def test_nobody_has_a_part_of_a_damaged_snapshot(tmp_path: Path) -> None:
    snapshot = building.publish_whole(tmp_path, numbered([dossier(), dossier(unit="B")]))
    file = building.file_of(snapshot, "dossiers.parquet")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(snapshots.Damaged):
        sights.folder(tmp_path, person(("reader", None)), "reader", DATASET)


def test_a_unit_is_seen_with_all_it_alone_follows(tmp_path: Path) -> None:
    units = io.StringIO()
    csv.writer(units).writerows([
        ("unit", "name", "level", "parent", "valid_from", "valid_to", "code"),
        ("A", "Xã Cũ Một", "commune", "", "", "2024-03-31", "1"),
        ("B", "Xã Cũ Hai", "commune", "", "", "2024-03-31", "2"),
        ("C", "Xã Cũ Ba", "commune", "", "", "2024-03-31", "3"),
        ("N", "Xã Mới", "commune", "", "2024-04-01", "", "2"),
        ("M", "Xã Khác", "commune", "", "2024-04-01", "", "4"),
    ])  # fmt: skip
    successors = "old,new,from,kind,default,law\nA,N,2024-04-01,whole,,x\nB,M,2024-04-01,whole,,x\n"
    successors += "C,N,2024-04-01,part,yes,x\nC,M,2024-04-01,part,,x\n"
    targets, models = "metric,level,unit,value,source\n", ""
    folder = building.reference_folder(tmp_path / "reference" / DATASET, units=units.getvalue(), targets=targets,
                                       service_models=models)  # fmt: skip
    (folder / "successors.csv").write_text(successors, encoding="utf-8")
    (folder / "map.geojson").write_text('{"features": [{"properties": {"ten": "Xã Khác"}}]}', encoding="utf-8")
    rows = numbered([dossier(unit=unit) for unit in "ABC"] + [dossier(unit="N", received_at="2024-05-02")])
    building.publish_whole(tmp_path, rows, references=folder)
    # By its id or by the code it has now, which another unit had before.
    for wanted in ({"N"}, {"2"}, {"N", "C"}):
        seen = seen_by(tmp_path, person(("officer", wanted)))
        assert set(seen.references.units) == {"A", "N"}
        assert not (seen.folder / "references" / "map.geojson").exists()
    assert set(seen_by(tmp_path, person(("officer", {"N", "M"}))).references.units) == set("ABCNM")
    # What ended has an heir who is somebody else: nothing of it is theirs.
    for wanted in ({"C"}, {"B"}):
        assert snapshots.datasets(sights.folder(tmp_path, person(("officer", wanted)), "reader", DATASET)) == []


def test_what_nobody_looks_at_any_more_is_removed(data: Path) -> None:
    place = sights.folder(data, person(("reader", None)), "reader", DATASET)
    sights.forget(data)
    assert place.exists()
    sights.forget(data, days=0)
    assert not place.exists()
    assert building.current(data, DATASET).folder.exists()
