"""Nothing that a killed process was working on stays on the disk, and nothing of a living one is touched."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from openpyxl import Workbook

from cchc import disk
from cchc.config import ROOT
from cchc.importing import drafts
from tests.dying import on_a_copy, survive
from tests.exports import dossiers, write_csv

# Folders as earlier versions of the product left them.
FORMER = ["cchc-import-", "cchc-upload-", "cchc-register-", "cchc-published-", "cchc-backup-", ".restore-"]
# Does everything that works in a private folder, and stands still at one line after another of it.
_DYING = textwrap.dedent("""
    import sys
    from pathlib import Path
    from cchc.entered import backup
    from cchc import disk, importing
    from cchc.importing import cells, drafts, judging, values
    from tests import dying
    from tests.building import AS_OF, DATASET

    data, out = Path(sys.argv[3]), Path(sys.argv[4])

    def work(line):
        with importing.read_export([out / "export.csv"], DATASET, AS_OF, mapping="cchc", data=data):
            pass
        cells.read(out / "table.xlsx", 10)
        drafts.save(data, DATASET, {"based_on": "cchc", "units": {"A": [f"Xã {line}"]}})
        backup.write(data, out / "b.zip")
        drafts.save(data, DATASET, {"based_on": "cchc", "units": {"A": [f"Xã khác {line}"]}})
        backup.restore(data, out / "b.zip")

    dying.halt(work, {module.__file__ for module in (backup, disk, importing, cells, judging, values)})
""")


@pytest.fixture(autouse=True)
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temp folder of one's own, for this process and those it starts."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def left(*places: Path) -> list[str]:
    """Names of everything hidden or private in these folders."""
    found = [path.name for place in places for path in place.rglob("*")]
    return [name for name in found if name.startswith((".cchc", "cchc-", ".restore", ".b.zip"))]


@pytest.mark.slow
def test_what_a_process_killed_anywhere_was_working_on_goes_with_the_next_one(
    tmp_path: Path, temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    out.mkdir()
    write_csv(out / "export.csv", dossiers(3))
    book = Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.save(out / "table.xlsx")
    seen: set[str] = set()

    def check(copy: Path) -> None:
        seen.update(path.parent.name for path in copy.rglob(".cchc-work-*"))
        monkeypatch.setattr(tempfile, "tempdir", str(copy / temp.name))
        disk.sweep(copy / data.name)
        assert left(copy / temp.name, copy / data.name) == []

    assert survive(_DYING, on_a_copy(tmp_path, check), 1, 47, str(data), str(out)) > 10
    # Each kind of place was left something in at least once, or this test would show nothing.
    assert {temp.name, data.name, out.name, drafts.SHELF} <= seen
    assert left(temp, data, out) == []


@pytest.mark.parametrize("prefix", FORMER)
@pytest.mark.parametrize("inside", ["temp", "data", "data/registers/tra-cu"])
def test_what_an_earlier_version_left_goes_too(tmp_path: Path, prefix: str, inside: str) -> None:
    place = tmp_path / inside
    place.mkdir(parents=True, exist_ok=True)
    found = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    (found / "0").mkdir()
    (found / "0" / "big.csv").touch()
    disk.seal(found)
    found.chmod(0o700)
    disk.sweep(tmp_path / "data")
    assert not found.exists()


@pytest.mark.parametrize(
    "name", ["cchc-data", "cchc-backup-20231231", "cchc-import-files", ".cchc-work-abcdefgh", ".restore"]
)
def test_a_folder_somebody_made_by_hand_stays(temp: Path, name: str) -> None:
    (temp / name).mkdir(mode=0o755)
    disk.sweep(temp)
    assert (temp / name).exists()


def test_a_link_and_a_file_of_such_a_name_stay_and_so_does_what_the_link_leads_to(temp: Path, tmp_path: Path) -> None:
    private = tmp_path / "own"
    private.mkdir(mode=0o700)
    (temp / ".cchc-work-abcdefgh").symlink_to(private)
    (temp / ".cchc-work-abcdefgi").touch(mode=0o600)
    disk.sweep(temp)
    assert private.exists()
    assert len(list(temp.iterdir())) == 2


def test_a_link_inside_goes_and_what_it_leads_to_stays_as_it_is(temp: Path, tmp_path: Path) -> None:
    private = tmp_path / "own"
    private.mkdir(mode=0o700)
    found = Path(tempfile.mkdtemp(prefix="cchc-upload-"))
    (found / "link").symlink_to(private)
    disk.sweep(temp)
    assert not found.exists()
    assert private.stat().st_mode & 0o777 == 0o700


def test_a_folder_in_use_by_another_process_stays_until_that_process_is_killed(temp: Path) -> None:
    program = "import sys; from cchc import disk\nwith disk.scratch() as f: print(f, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        folder = Path(other.stdout.readline().strip())
        os.utime(folder, (0, 0))
        disk.sweep(temp)
        assert folder.exists()
        other.send_signal(signal.SIGKILL)
    disk.sweep(temp)
    assert list(temp.iterdir()) == []


def test_a_folder_swept_from_under_its_maker_is_made_again(temp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tempfile.mkdtemp
    folders: list[Path] = []

    def swept_once(**given: object) -> str:
        folders.append(Path(made(**given)))
        if len(folders) == 1:
            disk.sweep(temp)
            assert not folders[0].exists()
        return str(folders[-1])

    monkeypatch.setattr(tempfile, "mkdtemp", swept_once)
    with disk.scratch() as folder:
        assert folder == folders[1]
        assert folder.exists()
    assert list(temp.iterdir()) == []


def test_what_comes_and_goes_while_a_folder_is_listed_disturbs_nobody(tmp_path: Path) -> None:
    stays = tmp_path / "a" / "b.txt"
    stays.parent.mkdir()
    stays.touch()

    def come_and_go() -> None:
        for number in range(400):
            with disk.scratch(tmp_path / "a") as room:
                (room / str(number)).touch()

    with ThreadPoolExecutor(2) as pool:
        others = [pool.submit(come_and_go) for _ in range(2)]
        while not all(other.done() for other in others):
            assert stays in disk.files(tmp_path)
        for other in others:
            other.result()
    assert disk.files(tmp_path) == [stays]
