"""One file holds everything staff entered, and puts it back."""

import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from cchc.__main__ import main
from cchc.access import database, people
from cchc.entered import backup, comments, locked, meetings, registers, sheets
from cchc.entered.backup import Contents
from cchc.entered.comments import About
from cchc.entered.locked import Content, Place
from cchc.entered.meetings import Meeting
from cchc.entered.registers import INTERNAL, TASKS
from cchc.figures.periods import Period
from cchc.importing import drafts
from cchc.text import UserError
from tests.building import DATASET

pytestmark = pytest.mark.slow

ABOUT = About(DATASET, "on_time_rate", "tuan-thu", "start=2024-03-01", frozenset())
PAPER = Place(DATASET, "bao-cao-thang", "", Period(date(2024, 5, 1), date(2024, 5, 31)), "then")


def held(title: str) -> Meeting:
    return Meeting(DATASET, title, date(2024, 6, 10), "2024-05-31-0123456789ab", "unit=A", "on_time_rate")


def task(name: str) -> registers.Row:
    return {"year": 2024, "task": name, "lead": None, "due": None, "done": None}


def keep(data: Path, *names: str) -> None:
    known = registers.version(data, DATASET, TASKS)
    registers.write(data, DATASET, TASKS, [task(name) for name in names], known)


def everything(data: Path) -> dict[str, object]:
    """All that staff entered, by name, and the meetings."""
    paths = [path for shelf in ("reference", "mappings") for path in (data / shelf).rglob("*")]
    found: dict[str, object] = {
        path.relative_to(data).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and not path.name.startswith(".")
    }
    papers = [(paper, locked.content(data, paper)) for paper in locked.listed(data, DATASET)]
    said = comments.threads(data, DATASET, people.LOCAL)
    return found | sheets.every(data) | {"meetings": meetings.held(data, DATASET), "papers": papers, "comments": said}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    meetings.save(folder, held("Họp tháng 6"))
    keep(folder, "Số hóa kết quả còn hiệu lực")
    comments.add(folder, ABOUT, "s", "Vì sao giảm?")
    locked.lock(folder, PAPER, "Báo cáo tháng", "s", Content(bytes(range(256)), "<p>Đúng hẹn</p>"))
    for name, content in {
        f"published/{DATASET}.csv": "id\n",
        f"reference/{DATASET}/dataset.toml": "id = 1\n",
        f"reference/{DATASET}/registers/noi-bo.csv": "x\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("new_store")
def test_one_command_backs_up_and_one_puts_back(data: Path, tmp_path: Path, capsys) -> None:
    before, out = everything(data), tmp_path / "sao-luu.zip"
    assert main(["--data", str(data), "backup", "--out", str(out)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", out.name]
    keep(data, "Một nhiệm vụ khác")
    registers.write(data, DATASET, INTERNAL, [], registers.version(data, DATASET, INTERNAL))
    meetings.remove(data, meetings.held(data, DATASET)[0])
    sheets.write(data, f"published/{DATASET}.csv", b"id,other", "published", DATASET, "1")
    (data / f"reference/{DATASET}/dataset.toml").write_text("id = 2\n")
    locked.reopen(data, locked.listed(data, DATASET)[0], "Sai số")
    comments.add(data, ABOUT, "s", "Ghi sau khi sao lưu.")
    assert main(["--data", str(data), "restore", str(out)]) == 0
    assert everything(data) == before
    assert not list(data.rglob(".cchc-work-*"))
    said = capsys.readouterr().out.splitlines()
    assert (
        said
        == ["1 cuộc họp; 2 sổ theo dõi và bảng số đã công bố; 2 tệp danh mục và ánh xạ; 1 ý kiến; 1 báo cáo đã khóa"]
        * 2
    )
    assert backup.restore(tmp_path / "new", out) == Contents(1, 2, 2, 1, 1)
    assert everything(tmp_path / "new") == before


def test_snapshots_locks_and_what_all_areas_share_are_not_in_a_backup(data: Path, tmp_path: Path) -> None:
    for name in (f"snapshots/{DATASET}/current", "reference/holidays.toml", f"registers/{DATASET}/.x.csv-1234"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).touch()
    backup.write(data, tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out") as archive:
        assert sorted(archive.namelist()) == [
            "meetings.sqlite", f"published/{DATASET}.csv", f"reference/{DATASET}/dataset.toml",
            f"reference/{DATASET}/registers/noi-bo.csv", f"registers/{DATASET}/nhiem-vu.csv", "store.json",
        ]  # fmt: skip


def test_references_written_after_a_backup_stay(data: Path, tmp_path: Path) -> None:
    backup.write(data, tmp_path / "out")
    later = data / "reference/moi/units.csv"
    later.parent.mkdir()
    later.write_text("unit\n")
    backup.restore(data, tmp_path / "out")
    assert later.read_text() == "unit\n"


def test_the_mapping_an_area_keeps_is_put_back_and_a_later_one_stays(data: Path, tmp_path: Path) -> None:
    kept = drafts.save(data, DATASET, {"based_on": "mot-cua", "channel": {"online": ["Zalo"]}})
    backup.write(data, tmp_path / "out")
    before = kept.read_bytes()
    kept.unlink()
    later = drafts.save(data, "moi", {"based_on": "cchc"})
    backup.restore(data, tmp_path / "out")
    assert kept.read_bytes() == before
    assert later.is_file()


def test_who_edits_a_register_while_it_is_put_back_is_told_so(data: Path, tmp_path: Path) -> None:
    backup.write(data, tmp_path / "out")
    keep(data, "Đang sửa")
    seen = registers.version(data, DATASET, TASKS)
    backup.restore(data, tmp_path / "out")
    with pytest.raises(UserError, match="changed by somebody else"):
        registers.write(data, DATASET, TASKS, [], seen)


def test_a_backup_made_while_others_write_holds_whole_tables(data: Path, tmp_path: Path) -> None:
    names = [f"việc {number} " + "x" * 400 for number in range(400)]

    def work() -> None:
        for size in range(1, 40):
            keep(data, *names[: size * 10])
            meetings.save(data, held(f"Họp {size}"))

    with ThreadPoolExecutor(1) as pool:
        working, sizes = pool.submit(work), []
        while not working.done():
            backup.write(data, tmp_path / "out")
            backup.restore(tmp_path / "copy", tmp_path / "out")
            found = [row["task"] for row in registers.read(tmp_path / "copy", DATASET, TASKS)]
            assert len(found) == 1 or (found == names[: len(found)] and len(found) % 10 == 0)
            sizes.append((len(found), len(meetings.held(tmp_path / "copy", DATASET))))
        working.result()
    assert sizes == sorted(sizes)


def test_a_backup_of_the_meetings_alone_changes_nothing_else(data: Path, tmp_path: Path) -> None:
    meetings.backup(data, tmp_path / "old")
    meetings.save(data, held("Họp tháng 7"))
    keep(data, "Mới")
    before = everything(data)
    assert backup.restore(data, tmp_path / "old") == Contents(1)
    assert everything(data) == before | {"meetings": meetings.held(data, DATASET)}
    assert [each.title for each in meetings.held(data, DATASET)] == ["Họp tháng 6"]


def repacked(out: Path, change: Callable[[dict[str, bytes]], object], comment: bytes = b"cchc backup 2") -> None:
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = comment
        for name, content in members.items():
            archive.writestr(name, content)


def test_a_backup_of_the_version_before_leaves_comments_and_locked_papers(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    backup.write(data, out)
    repacked(out, lambda members: members.pop("store.json"), b"cchc backup 1")
    before = everything(data)
    comments.add(data, ABOUT, "s", "Ghi sau.")
    keep(data, "Mới")
    later = everything(data)["comments"]
    assert backup.restore(data, out) == Contents(1, 2, 2)
    assert everything(data) == before | {"comments": later}


def flipped(out: Path) -> None:
    repacked(out, lambda members: None)  # not packed, so that the bytes stand there as they are
    out.write_bytes(out.read_bytes().replace("Số hóa".encode(), "Sỗ hóa".encode()))


@pytest.mark.parametrize("spoil", [
    flipped,
    lambda out: out.write_bytes(out.read_bytes()[:-40]),
    lambda out: out.write_bytes(b""),
    lambda out: repacked(out, lambda members: None, b"something else"),
    lambda out: repacked(out, lambda members: None, b"cchc backup 1"),
    lambda out: repacked(out, lambda members: None, b"cchc backup 3"),
    lambda out: repacked(out, lambda members: members.pop("store.json")),
    *(
        (lambda out, wrong=wrong: repacked(out, lambda members: members.update({"store.json": wrong})))
        for wrong in (b"", b"[]", b'{"rows": {"comment": [{"id": "1"}], "locked": []}, "last": {}}', b"[" * 9999)
    ),
    lambda out: repacked(out, lambda members: members.pop("meetings.sqlite")),
    lambda out: repacked(out, lambda members: members.update({"meetings.sqlite": b"no database"})),
    *(
        (lambda out, name=name: repacked(out, lambda members: members.update({name: b""})))
        for name in ("registers/../../x", "/x/y", "snapshots/a/current", "reference/holidays.toml", "registers/a/.x")
    ),
])  # fmt: skip
def test_what_is_no_whole_backup_changes_nothing(data: Path, tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    out = tmp_path / "out"
    backup.write(data, out)
    keep(data, "Mới")
    meetings.save(data, held("Họp tháng 7"))
    before = everything(data)
    spoil(out)
    with pytest.raises(UserError, match="out is no whole backup"):
        backup.restore(data, out)
    assert everything(data) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out"]
    assert not list(data.rglob(".cchc-work-*"))


def test_meetings_of_a_newer_version_are_not_put_back(data: Path, tmp_path: Path) -> None:
    with database.changing(data) as connection:
        connection.exec_driver_sql("insert into step values (99)")
    with pytest.raises(UserError, match="newer version"):
        backup.write(data, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("arguments", [["backup", "--out", "nowhere/x"], ["restore", "nowhere/x"]])
def test_a_backup_without_a_place_is_one_sentence(data: Path, tmp_path: Path, monkeypatch, capsys, arguments) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--data", str(data), *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "nowhere" in said.err


def test_there_is_nothing_to_back_up_before_anything_is_entered(tmp_path: Path, capsys) -> None:
    assert main(["--data", str(tmp_path / "data"), "backup", "--out", str(tmp_path / "out")]) == 2
    assert "Chưa có gì" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
