"""Files that have the columns of a dossier already are published as they are, or refused in one sentence."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cchc.__main__ import main
from tests import building
from tests.building import AS_OF, DATASET, dossier, numbered

ROWS = numbered([dossier(received_at=f"2024-03-0{n}", finished_at="2024-03-12") for n in range(1, 8)])


def publish(data: Path, rows: list[dict[str, Any]], *more: str) -> int:
    """What the command returns for these dossiers, half of them in a folder."""
    building.reference_folder(data / "reference" / DATASET)
    (data / "lake").mkdir()
    files = [data / "lake" / "a.parquet", data / "b.parquet"]
    for file, part in zip(files, (rows[:3], rows[3:]), strict=True):
        pq.write_table(building.table(part), file)
    given = [str(data / "lake"), str(files[1]), *more]
    return main(["--data", str(data), "publish", *given, "--dataset", DATASET, "--as-of", f"{AS_OF}"])


def test_the_command_gives_the_id_that_the_same_dossiers_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    assert publish(tmp_path / "data", ROWS) == 0
    assert capsys.readouterr().out.split() == [DATASET, building.publish(tmp_path / "other", ROWS).id]
    assert building.current(tmp_path / "data", DATASET).manifest["origin"]["counts"]["kept"] == len(ROWS)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"channel": "pigeon"}, "1 dossiers have an unknown channel or status"),
        ({"status": "open"}, "1 dossiers have a status that does not fit their end"),
        ({"finished_at": building.at("2024-02-01")}, "1 dossiers end before the day they were received"),
        ({"finished_at": building.at("2024-06-01")}, "1 dossiers lie after the data date"),
        ({"dossier_id": ROWS[1]["dossier_id"]}, "1 dossiers have the number of another dossier"),
        ({"unit": "Z"}, "do not have: Z;"),
        ({"procedure": "flying"}, "do not have: flying;"),
    ],
)
def test_what_an_import_rejects_is_published_by_no_other_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], why: str
) -> None:
    monkeypatch.setenv("CCHC_LANG", "en")
    assert publish(tmp_path, [ROWS[0] | wrong, *ROWS[1:]]) == 2
    assert why in capsys.readouterr().err
    assert publish_leaves(tmp_path) == []


def publish_leaves(data: Path) -> list[str]:
    return [path.name for path in (data / "snapshots").rglob("*") if path.is_dir() and path.name != DATASET]


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_LANG", "en")
    assert publish(tmp_path, ROWS, str(tmp_path / "gone.parquet")) == 2
    assert "There is no file" in capsys.readouterr().err
