"""Nothing is published outside the folder of its area, and nothing lying in another area's is shown."""

import shutil
from pathlib import Path

import pytest

from cchc import demo
from cchc.__main__ import main
from cchc.store import snapshots
from cchc.store.manifests import Damaged
from cchc.text import UserError
from tests import building, exports
from tests.building import DATASET, dossier, numbered

pytestmark = pytest.mark.slow

WRONG_IDS = ["../../../escaped", "/tmp/escaped", "my-hao", "Tra Cu", "a" * 300]


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def said(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    return printed.err


@pytest.mark.parametrize("id_", WRONG_IDS)
def test_an_import_for_references_of_another_area_publishes_nothing(tmp_path: Path, id_: str, capsys) -> None:
    data = tmp_path / "deep" / "data"
    about = exports.write_references(data, "khu") / "dataset.toml"
    about.write_text(about.read_text(encoding="utf-8").replace('"khu"', f'"{id_}"'), encoding="utf-8")
    file = exports.write_csv(tmp_path / "x.csv", exports.dossiers(3))
    before = tree(tmp_path)
    arguments = ["--data", str(data), "import", str(file), "--dataset", "khu", "--as-of", "2023-12-31"]
    assert main(arguments) == 2
    assert "dataset.toml" in said(capsys)
    assert tree(tmp_path) == before
    assert main(["--data", str(data), "verify"]) == 2
    assert "khu\treference\tHỎNG" in capsys.readouterr().out


@pytest.mark.parametrize("id_", ["../x", "a" * 300, "Tra Cu", ""])
def test_an_import_into_an_area_whose_id_names_no_folder_is_one_sentence(tmp_path: Path, id_: str, capsys) -> None:
    file = exports.write_csv(tmp_path / "x.csv", exports.dossiers(3))
    before = tree(tmp_path)
    arguments = ["--data", str(tmp_path / "data"), "import", str(file), "--dataset", id_, "--as-of", "2023-12-31"]
    assert main(arguments) == 2
    assert "64" in said(capsys)
    assert tree(tmp_path) == before


def test_a_publish_with_references_that_lead_elsewhere_writes_nothing(tmp_path: Path) -> None:
    folder = building.reference_folder(tmp_path / "khu", dataset="../../escaped")
    before = tree(tmp_path)
    with pytest.raises(UserError):
        building.publish(tmp_path / "data", numbered([dossier()]), references=folder)
    assert tree(tmp_path) == before


def test_demo_references_of_another_area_publish_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tmp_path / "shipped"
    shutil.copytree(demo.REFERENCE, shipped)
    about = shipped / "tra-cu" / "dataset.toml"
    about.write_text(about.read_text(encoding="utf-8").replace('"tra-cu"', '"my-hao"', 1), encoding="utf-8")
    monkeypatch.setattr(demo, "REFERENCE", shipped)
    monkeypatch.setattr(demo, "PLANS", {"tra-cu": demo.PLANS["tra-cu"]})
    with pytest.raises(UserError, match="id"):
        demo.publish_all(tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("place", [("my-hao", None), (DATASET, "2024-05-31-000000000000")])
def test_a_snapshot_that_lies_in_another_place_is_found_and_not_shown(tmp_path: Path, place, capsys) -> None:
    dataset, name = place
    real = building.publish(tmp_path, numbered([dossier()] * 3))
    strayed = tmp_path / "snapshots" / dataset / (name or real.id)
    shutil.copytree(real.folder, strayed)
    (strayed.parent / "current").write_text(strayed.name)
    with pytest.raises(Damaged, match=real.id):
        snapshots.current(tmp_path, dataset)
    with pytest.raises(Damaged, match=real.id):
        snapshots.get(tmp_path, dataset, strayed.name)
    assert strayed not in [each.folder for each in snapshots.published(tmp_path, dataset)]
    assert main(["--data", str(tmp_path), "verify"]) == 2
    printed = capsys.readouterr().out
    assert f"{dataset}\t{strayed.name}\tHỎNG" in printed
    assert f"{DATASET}\t{real.id}\tOK" in printed
