"""Whole tables and papers are in the store: taken over from files once, changed with their line, lost to nobody."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cchc.access import engines, record
from cchc.access.people import Grant, Person
from cchc.entered import backup, groups, registers, sheets
from cchc.entered.registers import TASKS
from cchc.store import sights
from cchc.text import LANGUAGES, UserError
from tests import building
from tests.building import DATASET, dossier, numbered

# A file of each shelf, as earlier versions kept it.
FILES = {
    f"registers/{DATASET}/nhom-don-vi.csv": "Mã nhóm,Tên nhóm,Đơn vị\r\n1f,Cụm,A\r\n1f,Cụm,B\r\n".encode("utf-8-sig"),
    f"published/{DATASET}.csv": b"id\n",
    f"templates/{DATASET}/bao-cao-thang.docx": bytes(range(256)),
}
GROUPS = next(iter(FILES))


def lay(data: Path, files: dict[str, bytes] = FILES) -> None:
    for name, content in files.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(content)


def lying(data: Path) -> dict[str, bytes]:
    paths = [path for shelf in sheets.SHELVES for path in (data / shelf).rglob("*") if path.is_file()]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in paths}


def dies(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("new_store")
def test_files_of_an_earlier_version_are_taken_over_once_though_two_servers_start(tmp_path: Path) -> None:
    lay(tmp_path)
    assert {name.split("/")[0] for name in FILES} == set(sheets.SHELVES)
    together = Barrier(2)
    engines.writing(tmp_path)  # one of this process, whichever of its threads asks first

    def start() -> dict[str, bytes]:
        together.wait()
        sheets.ready(tmp_path)
        return sheets.read(tmp_path, *FILES)

    with ThreadPoolExecutor(2) as pool:
        assert [each.result() for each in [pool.submit(start), pool.submit(start)]] == [FILES, FILES]
    assert lying(tmp_path) == {f"{name}.taken-over": content for name, content in FILES.items()}
    assert groups.read(tmp_path, DATASET)["1f"].units == ("A", "B")
    groups.forget(tmp_path, DATASET, "1f")
    sheets.ready(tmp_path)
    assert groups.read(tmp_path, DATASET) == {}


@pytest.mark.usefixtures("new_store")
def test_a_file_is_taken_over_by_whoever_asks_though_another_died_doing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", dies)
        with pytest.raises(KeyboardInterrupt):
            sheets.read(tmp_path, GROUPS)
    groups.save(tmp_path, DATASET, "Ven sông", ("A", "C"))
    assert [group.name for group in groups.read(tmp_path, DATASET).values()] == ["Cụm", "Ven sông"]


@pytest.mark.usefixtures("new_store")
def test_a_file_that_says_otherwise_than_the_store_is_left_and_told(tmp_path: Path) -> None:
    sheets.put_back(tmp_path, FILES)
    lay(tmp_path, {name: content + b"x" for name, content in FILES.items()})
    sheets.ready(tmp_path)
    before = lying(tmp_path)
    for name in FILES:
        for use in (lambda name=name: sheets.read(tmp_path, name), lambda: backup.write(tmp_path, tmp_path / "out")):
            with pytest.raises(UserError) as told:
                use()
            assert all(str(tmp_path) in told.value.text[language] for language in LANGUAGES)
    assert lying(tmp_path) == before
    for name in before:
        (tmp_path / name).unlink()
    assert sheets.read(tmp_path, *FILES) == FILES


@pytest.mark.usefixtures("new_store")
def test_a_change_without_its_line_in_the_record_did_not_happen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path)
    seen = registers.version(tmp_path, DATASET, TASKS)
    with monkeypatch.context() as patch:
        patch.setattr(record, "added", dies)
        for name in FILES:
            for content in (b"other", None):
                with pytest.raises(KeyboardInterrupt):
                    sheets.write(tmp_path, name, content, "register", DATASET, "")
    assert sheets.read(tmp_path, *FILES) == FILES
    registers.write(tmp_path, DATASET, TASKS, [{"year": 2024, "task": "Việc"}], seen)
    with pytest.raises(UserError, match="somebody else"):
        registers.write(tmp_path, DATASET, TASKS, [], seen)
    assert [line.about for line in record.lines(tmp_path)[0]] == ["nhiem-vu: 1"]


def test_looking_makes_no_store_and_who_sees_a_part_sees_nothing_of_it(tmp_path: Path) -> None:
    assert sheets.read(tmp_path / "data", *FILES) == {}
    assert not (tmp_path / "data").exists()
    data = building.publish_whole(tmp_path / "data", numbered([dossier(), dossier(unit="B")])).folder.parents[2]
    lay(data)
    for units, held in ((frozenset("A"), {}), (None, FILES)):
        place = sights.folder(data, Person("a", "", (Grant("officer", DATASET, units),)), "reader", DATASET)
        assert sheets.read(place, *FILES) == held


@pytest.mark.usefixtures("new_store")
def test_a_backup_holds_what_no_server_took_over_yet_and_puts_it_back_in_its_place(tmp_path: Path) -> None:
    lay(tmp_path)
    backup.write(tmp_path, tmp_path / "out")
    for name in FILES:
        sheets.write(tmp_path, name, None, "register", DATASET, "")
    lay(tmp_path, dict.fromkeys(FILES, b"what an earlier version wrote later"))
    backup.restore(tmp_path, tmp_path / "out")
    assert sheets.read(tmp_path, *FILES) == FILES
