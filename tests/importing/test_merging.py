"""A dossier already there never gives way to another one silently, and what becomes of each is counted."""

from pathlib import Path
from typing import Any

import pytest

from cchc import importing
from cchc.__main__ import main
from cchc.figures import query
from cchc.store import rebuilding, snapshots
from cchc.text import LANGUAGES, UserError
from tests import building
from tests.exports import DATASET, Row, dossier, dossiers, write_csv, write_mapping

pytestmark = pytest.mark.slow

AS_OF = building.date(2023, 1, 31)
BY_UNIT, BY_YEAR = 'id = ["unit", "id"]', 'id = ["year", "id"]'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


# Before everything received, which is a few days of different years.
SINCE = building.date(2022, 1, 1)


def rows_of(count: int, **changes: str) -> list[dict[str, str]]:
    return dossiers(count, **changes)


@pytest.fixture
def keyed(tmp_path: Path) -> Any:
    def write(line: str) -> Path:
        return write_mapping(tmp_path / "khoa.toml", f'based_on = "cchc"\n{line}\n')

    return write


def run(
    tmp_path: Path, data: Path, *exports: list[Row] | list[dict[str, str]], mapping: str | Path = "cchc",
    as_of: Any = AS_OF, accept: tuple[str, ...] = (),
) -> importing.Report:  # fmt: skip
    """Import the tables together, each a file of its own, and publish, whatever they cover."""
    files = [write_csv(tmp_path / f"export{n}.csv", rows) for n, rows in enumerate(exports)]
    with importing.read_export(files, DATASET, as_of, mapping=mapping, data=data, covers_from=SINCE) as prepared:
        prepared.publish((*accept, "as-of", "coverage"))
        return prepared.report


def received(data: Path) -> dict[str, int]:
    """Received dossiers by the name of the unit, over all of the data."""
    snapshot = building.current(data, DATASET)
    asked = building.filters(snapshot, "2022-01-01", snapshot.as_of)
    frame = query.run(snapshot, ["received"], asked, by=["unit"])
    names = {unit.id: unit.name for unit in snapshot.references.units.values()}
    return {names[unit]: int(count) for unit, count in zip(frame["unit"], frame["received"], strict=True) if count}


@pytest.mark.check
def test_every_stored_dossier_is_counted_by_what_becomes_of_it(tmp_path: Path, data: Path) -> None:
    stored = rows_of(100)
    run(tmp_path, data, stored)
    newer = building.date(2023, 2, 28)
    run(tmp_path, data, [dossier(n, channel="postal") for n in range(1, 11)], as_of=newer)
    again = [
        *({**row, "channel": "online"} for row in stored[:10]),  # there already from a later export
        *stored[10:40],  # unchanged
        *({**row, "channel": "online"} for row in stored[40:60]),  # changed
        *({**row, "status": "not_received"} for row in stored[60:65]),  # gone
        *(dossier(n) for n in range(101, 108)),  # new
    ]
    fates = run(tmp_path, data, again).fates
    assert (fates.newer, fates.same, fates.changed, fates.gone, fates.absent, fates.new) == (10, 30, 20, 5, 35, 7)
    assert fates.stored == 100
    assert building.current(data, DATASET).manifest["dossiers"] == 100 - 5 + 7
    said = fates.describe()[0]
    for count in ("100", "35", "30", "20", "5", "10", "7"):
        assert all(count in said[language] for language in LANGUAGES)


def test_nothing_is_said_of_stored_dossiers_where_there_are_none(tmp_path: Path, data: Path) -> None:
    assert run(tmp_path, data, rows_of(5)).fates.describe() == []


ANOTHER = {
    "unit": {"unit": "Xã Hai"},
    "procedure": {"procedure": "1.001193"},
    "day of receipt": {"received_at": "2023-01-06 08:30:00"},
    "year": {"received_at": "2022-01-05 08:30:00", "due_at": "2022-01-10", "finished_at": "2022-01-09 08:00:00"},
}


@pytest.mark.parametrize("together", [False, True], ids=["one after the other", "in one command"])
@pytest.mark.parametrize("other", ANOTHER.values(), ids=ANOTHER)
def test_a_dossier_gives_way_to_another_one_only_after_a_yes_that_says_how_many(
    tmp_path: Path, data: Path, other: dict[str, str], together: bool
) -> None:
    first, second = rows_of(12), rows_of(12, **other)
    if not together:
        run(tmp_path, data, first)
    exports = [first, second] if together else [second]
    with pytest.raises(UserError) as refused:
        run(tmp_path, data, *exports)
    for language in LANGUAGES:
        text = refused.value.text[language]
        assert text.startswith("12 ")
        assert "H59-230105-0001" in text
        assert "--accept replaced" in text
        assert 'id = ["unit", "id"]' in text
    before = [] if together else [DATASET]
    assert snapshots.datasets(data) == before
    assert run(tmp_path, data, *exports, accept=("replaced",)).replaced.count == 12
    assert building.current(data, DATASET).manifest["dossiers"] == 12


def test_an_older_export_that_would_be_dropped_for_another_dossier_asks_too(tmp_path: Path, data: Path) -> None:
    run(tmp_path, data, rows_of(12), as_of=building.date(2023, 2, 28))
    with pytest.raises(UserError, match="--accept replaced"):
        run(tmp_path, data, rows_of(12, unit="Xã Hai"))


def test_another_hour_outcome_or_channel_of_the_same_dossier_is_only_a_change(tmp_path: Path, data: Path) -> None:
    run(tmp_path, data, rows_of(12))
    changed = rows_of(12, received_at="2023-01-05 14:00:00", channel="online", finished_at="2023-01-11 09:00:00")
    assert run(tmp_path, data, changed).fates.changed == 12


@pytest.mark.parametrize("way", ["one after the other", "in one command", "in one file"])
@pytest.mark.parametrize(("key", "other"), [(BY_UNIT, "unit"), (BY_YEAR, "year")])
def test_a_declared_key_keeps_dossiers_of_one_number_apart(
    tmp_path: Path, data: Path, keyed: Any, way: str, key: str, other: str
) -> None:
    first, second = rows_of(12), rows_of(12, **ANOTHER[other])
    if way == "one after the other":
        run(tmp_path, data, first, mapping=keyed(key))
        exports = [second]
    else:
        exports = [first, second] if way == "in one command" else [[*first, *second]]
    run(tmp_path, data, *exports, mapping=keyed(key))
    assert sum(received(data).values()) == 24
    if other == "unit":
        assert received(data) == {"Xã Một": 12, "Xã Hai": 12}
    again = run(tmp_path, data, first, second, mapping=keyed(key))
    assert (again.fates.same, again.fates.new) == (24, 0)


def test_dossiers_stored_by_their_number_alone_are_not_doubled_when_a_key_is_declared(
    tmp_path: Path, data: Path, keyed: Any
) -> None:
    run(tmp_path, data, rows_of(12))
    both = run(tmp_path, data, rows_of(12), rows_of(12, unit="Xã Hai"), mapping=keyed(BY_UNIT))
    assert (both.fates.same, both.fates.new) == (12, 12)
    assert received(data) == {"Xã Một": 12, "Xã Hai": 12}


def test_a_key_that_would_count_every_stored_dossier_twice_is_refused(tmp_path: Path, data: Path, keyed: Any) -> None:
    run(tmp_path, data, rows_of(12), mapping=keyed(BY_UNIT))
    for other in ("cchc", keyed(BY_YEAR)):
        with pytest.raises(UserError, match=r'id = \["unit", "id"\]'):
            run(tmp_path, data, rows_of(12), mapping=other)


@pytest.mark.parametrize("line", ['id = ["unit"]', 'id = ["commune", "id"]', 'id = "unit"', "id = []"])
def test_a_key_that_cannot_be_meant_is_refused_by_name(
    tmp_path: Path, data: Path, keyed: Any, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    file = write_csv(tmp_path / "export.csv", rows_of(3))
    command = ["--data", str(data), "import", str(file), "--dataset", DATASET, "--as-of", str(AS_OF)]
    assert main([*command, "--mapping", str(keyed(line))]) == 2
    assert "khoa.toml" in capsys.readouterr().err
    assert not data.exists()


def test_the_key_of_a_snapshot_outlives_its_being_published_again(tmp_path: Path, data: Path, keyed: Any) -> None:
    run(tmp_path, data, rows_of(12), mapping=keyed(BY_UNIT))
    old = building.current(data, DATASET)
    assert list(old.manifest["origin"]["key"]) == ["unit", "id"]
    fresh = rebuilding.rebuild(data, DATASET, old.id)
    assert list(fresh.manifest["origin"]["key"]) == ["unit", "id"]
    stored = snapshots.connect(old).cursor().execute("select dossier_id from dossiers order by 1").fetchall()
    assert [id_ for (id_,) in stored] == [f"xa-mot/H59-230105-{n:04}" for n in range(1, 13)]


def test_the_command_says_what_becomes_of_stored_dossiers_before_anything_is_published(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path, data, rows_of(12))
    file = write_csv(tmp_path / "second.csv", rows_of(12, unit="Xã Hai"))
    command = ["--data", str(data), "import", str(file), "--dataset", DATASET, "--as-of", str(AS_OF)]
    assert main([*command, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "Trong 12 hồ sơ đã có" in said
    assert "--accept replaced" in said
    assert main(command) == 2
    assert received(data) == {"Xã Một": 12}
