"""Trouble with files and disks: one area's leaves the others up, and what cannot be written is one sentence."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cchc.__main__ import main
from cchc.config import ROOT
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES
from tests import building, exports
from tests.building import DATASET, dossier, numbered
from tests.pages.test_pages import Open, drawn, open_page

pytestmark = pytest.mark.slow

__all__ = ["open_page"]
OTHER = "my-hao"
Harm = Callable[[Path, pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of two areas, one snapshot each; never write to it."""
    data = tmp_path_factory.mktemp("published")
    for each in (DATASET, OTHER):
        folder = building.reference_folder(data / "reference" / each, each)
        building.publish(data, numbered([dossier()] * 3), references=folder)
    return data


@pytest.fixture
def areas(published: Path, tmp_path: Path) -> dict[str, Snapshot]:
    """A copy of both areas to be harmed."""
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return {each: building.current(tmp_path, each) for each in (DATASET, OTHER)}


def _folder_instead(path: Path, _: pytest.MonkeyPatch) -> None:
    path.parent.chmod(0o755)
    path.unlink()
    path.mkdir()


def _holding(content: bytes) -> Harm:
    def write(path: Path, _: pytest.MonkeyPatch) -> None:
        path.chmod(0o644)
        path.write_bytes(content)

    return write


def _refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read anything: the refusal of the system is played."""
    real = Path.open

    def opened(self: Path, *given: object, **named: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *given, **named)

    monkeypatch.setattr(Path, "open", opened)


HARMS: dict[str, Harm] = {
    "folder": _folder_instead, "refused": _refused, "garbage": _holding(b"\xff\x00\xfe"), "empty": _holding(b""),
}  # fmt: skip
FILES = ["current", "manifest.json", "dossiers.parquet", "sums.parquet", "references/units.csv"]


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", FILES)
def test_one_area_in_trouble_leaves_the_other_up_and_verify_names_the_file(
    tmp_path: Path, areas, monkeypatch: pytest.MonkeyPatch, capsys, name: str, harm: str
) -> None:
    bad = areas[OTHER]
    HARMS[harm](bad.folder.parent / name if name == "current" else building.file_of(bad, name), monkeypatch)
    for _ in range(2):  # what was once read is no longer remembered
        assert main(["--data", str(tmp_path), "verify"]) == 2
    printed = capsys.readouterr().out
    assert f"{DATASET}\t{areas[DATASET].id}\tOK" in printed
    assert name.rsplit("/", maxsplit=1)[-1] in printed
    assert main(["--data", str(tmp_path), "query", "received", "--dataset", DATASET]) == 0
    capsys.readouterr()
    assert main(["--data", str(tmp_path), "query", "received", "--dataset", OTHER]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    main(["--data", str(tmp_path), "snapshots"])
    assert areas[DATASET].id in capsys.readouterr().out


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", FILES)
def test_pages_of_the_other_area_stay_up_and_this_one_says_a_sentence(
    open_page: Open, tmp_path: Path, areas, monkeypatch: pytest.MonkeyPatch, name: str, harm: str
) -> None:
    bad = areas[OTHER]
    HARMS[harm](bad.folder.parent / name if name == "current" else building.file_of(bad, name), monkeypatch)
    drawn(open_page("tong-quan", tmp_path, dataset=DATASET))
    for language in LANGUAGES:
        app = open_page("tong-quan", tmp_path, dataset=OTHER, lang=language)
        assert not app.exception
        assert len(app.error) == 1


def test_a_shelf_that_cannot_be_looked_into_is_named_and_the_other_area_goes_on(
    open_page: Open, tmp_path: Path, areas, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    real = os.listdir

    def listed(path: object = ".") -> list[str]:
        if Path(str(path)) == areas[OTHER].folder.parent:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "listdir", listed)
    assert main(["--data", str(tmp_path), "verify"]) == 2
    printed = capsys.readouterr().out
    assert f"{DATASET}\t{areas[DATASET].id}\tOK" in printed
    assert str(areas[OTHER].folder.parent) in printed
    drawn(open_page("tong-quan", tmp_path, dataset=DATASET))


@pytest.mark.parametrize("harm", HARMS)
def test_an_upgrade_publishes_the_other_area_again_and_names_the_one_in_trouble(
    tmp_path: Path, areas, monkeypatch: pytest.MonkeyPatch, capsys, harm: str
) -> None:
    HARMS[harm](areas[min(areas)].folder.parent / "current", monkeypatch)
    monkeypatch.setattr(snapshots, "LAYOUT_VERSION", snapshots.LAYOUT_VERSION + 1)
    main(["--data", str(tmp_path), "rebuild"])
    assert f"{max(areas)} {snapshots.current(tmp_path, max(areas)).id}" in capsys.readouterr().out


# --- What cannot be written ---


def run(*words: str, prepare: Callable[[], None] | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cchc", *words], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PATH": "", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", **environment}, preexec_fn=prepare,
    )  # fmt: skip


def importing(file: Path, data: Path, *more: str, as_of: str = "2023-01-31", dataset: str = "khu") -> list[str]:
    return ["--data", str(data), "import", str(file), "--dataset", dataset, "--as-of", as_of, *more]


def refused(done: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].endswith(".")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return exports.write_csv(tmp_path / "x.csv", exports.dossiers(3000))


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_file_that_may_not_grow_is_one_sentence(tmp_path: Path, file: Path) -> None:
    data = tmp_path / "data"
    refused(run(*importing(file, data), prepare=_small_files))
    assert snapshots.datasets(data) == []
    assert not list(data.rglob("*.parquet"))


@pytest.mark.parametrize(
    "command",
    [
        ("import", "x.csv", "--dataset", "khu"), ("demo",), ("demo", "--if-missing"), ("rebuild",), ("snapshots",),
        ("verify",), ("retract", "x", "--dataset", "khu"), ("make-current", "x", "--dataset", "khu"),
        ("backup", "--out", "x.zip"), ("restore", "x.zip"), ("query", "late", "--dataset", "khu"),
        ("report", "all", "--dataset", "khu", "--out", "x"), ("alerts", "--dataset", "khu"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_data_folder_that_is_a_file_is_one_sentence(tmp_path: Path, capsys, command: tuple[str, ...]) -> None:
    data = tmp_path / "data"
    data.write_text("x")
    assert main(["--data", str(data), *command]) == 2
    assert capsys.readouterr().err == f"{data} là tệp, không phải thư mục số liệu; sửa --data hoặc CCHC_DATA.\n"
    assert data.read_text() == "x"


def test_a_day_that_is_none_is_refused_with_the_form_it_must_have(capsys) -> None:
    assert main(["import", "x.csv", "--dataset", "khu", "--as-of", "30/04/2024"]) == 2
    assert "--as-of phải là ngày viết YYYY-MM-DD, không phải '30/04/2024'" in capsys.readouterr().err


def test_a_temp_folder_that_is_full_is_one_sentence(tmp_path: Path, file: Path, monkeypatch, capsys) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cchc.importing.reading.RowWriter", full)
    assert main(importing(file, tmp_path / "data")) == 2
    assert capsys.readouterr().err.strip().count("\n") == 0
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "terminal",
    [{"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
def test_a_terminal_of_another_alphabet_is_spoken_to_without_marks(
    tmp_path: Path, file: Path, terminal: dict[str, str]
) -> None:
    done = run(*importing(file, tmp_path / "data"), **terminal)
    assert done.returncode == 0, done.stderr
    assert "Doc 3.000 hang: giu 3.000." in done.stdout
    assert len(snapshots.datasets(tmp_path / "data")) == 1
    wrong = run("--data", str(tmp_path / "data"), "verify", "--dataset", "khong-co", **terminal)
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False)


@pytest.mark.parametrize("place", ["nowhere/problems.csv", "folder", "x.csv/problems.csv"])
def test_problems_that_cannot_be_written_publish_nothing(tmp_path: Path, file: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    refused(run(*importing(file, tmp_path / "data", "--problems", str(tmp_path / place))))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("dataset", "as_of"), [("a" * 300, "2023-12-31"), ("khu", "9999-12-31")])
def test_an_absurd_id_or_day_is_one_sentence(tmp_path: Path, file: Path, dataset: str, as_of: str) -> None:
    refused(run(*importing(file, tmp_path / "data", as_of=as_of, dataset=dataset)))
    assert not (tmp_path / "data").exists()
