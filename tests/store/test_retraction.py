"""A wrong publication can be taken back, and an as-of date that has not come is never published."""

import datetime
import re
import shlex
import time
from datetime import date
from pathlib import Path

import pytest

from cchc import importing
from cchc.__main__ import _parser, main
from cchc.config import ROOT
from cchc.rules import worktime
from cchc.store import pointers, retraction, snapshots, verifying
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building, exports
from tests.building import DATASET, dossier, numbered

pytestmark = pytest.mark.slow

MAY, JUNE, JULY = date(2024, 5, 31), date(2024, 6, 30), date(2024, 7, 31)


def some(count: int) -> list[building.Dossier]:
    return numbered([dossier()] * count)


def command(data: Path, *words: str) -> int:
    return main(["--data", str(data), *words, "--dataset", DATASET])


@pytest.fixture
def three(tmp_path: Path) -> list[Snapshot]:
    """Three publications of one area, each as of a later day."""
    folder = building.reference_folder(tmp_path / "reference" / DATASET)
    return [building.publish(tmp_path, some(n + 2), day, folder) for n, day in enumerate((MAY, JUNE, JULY))]


def now(data: Path) -> str:
    return snapshots.current_id(data, DATASET)


def test_a_retracted_snapshot_is_kept_and_the_one_before_is_current(tmp_path: Path, three, capsys) -> None:
    first, second, third = three
    assert command(tmp_path, "retract", third.id) == 0
    assert now(tmp_path) == second.id
    assert snapshots.current(tmp_path, DATASET) == second
    assert snapshots.get(tmp_path, DATASET, third.id) == third
    assert verifying.verify(tmp_path, DATASET) == {s.id: [] for s in (third, second, first)}
    assert command(tmp_path, "retract", second.id) == 0
    assert now(tmp_path) == first.id
    capsys.readouterr()
    assert command(tmp_path, "snapshots") == 0
    lines = {line.split("\t")[2]: line for line in capsys.readouterr().out.splitlines()}
    assert lines[first.id].startswith("*")
    assert "thu hồi" not in lines[first.id]
    assert all("đã thu hồi" in lines[each.id] and lines[each.id][0] == " " for each in (second, third))


def test_taking_back_what_is_not_current_changes_no_figure(tmp_path: Path, three) -> None:
    first, second, third = three
    assert command(tmp_path, "retract", second.id) == 0
    assert now(tmp_path) == third.id
    assert command(tmp_path, "retract", third.id) == 0
    assert now(tmp_path) == first.id


def test_a_snapshot_made_current_is_no_retracted_one(tmp_path: Path, three) -> None:
    first, _, third = three
    command(tmp_path, "retract", third.id)
    assert command(tmp_path, "make-current", third.id) == 0
    assert now(tmp_path) == third.id
    assert snapshots.retracted(tmp_path, DATASET) == {}
    assert command(tmp_path, "make-current", first.id) == 0
    assert now(tmp_path) == first.id


def test_when_all_are_taken_back_nothing_is_current_and_one_can_be_again(tmp_path: Path, three) -> None:
    for each in three:
        assert command(tmp_path, "retract", each.id) == 0
    assert snapshots.current(tmp_path, DATASET) is None
    assert snapshots.last_good(tmp_path, DATASET) is None
    assert command(tmp_path, "make-current", three[0].id) == 0
    assert snapshots.current(tmp_path, DATASET) == three[0]


def test_publishing_the_same_again_makes_it_current_again(tmp_path: Path, three) -> None:
    command(tmp_path, "retract", three[2].id)
    assert building.publish(tmp_path, some(4), JULY) == three[2]
    assert now(tmp_path) == three[2].id
    assert snapshots.retracted(tmp_path, DATASET) == {}


def test_a_damaged_snapshot_is_never_gone_back_to_nor_made_current(tmp_path: Path, three) -> None:
    first, second, third = three
    path = building.file_of(second, "ledger.parquet")
    path.chmod(0o644)
    path.write_bytes(b"x" + path.read_bytes()[1:])
    assert command(tmp_path, "make-current", second.id) == 2
    assert now(tmp_path) == third.id
    command(tmp_path, "retract", third.id)
    assert now(tmp_path) == first.id


@pytest.mark.parametrize("name", ["retract", "make-current"])
@pytest.mark.parametrize("wrong", ["2024-05-31-000000000000", "../x", "", "current", ".lock"])
def test_a_snapshot_that_is_not_there_is_one_sentence(tmp_path: Path, three, capsys, name: str, wrong: str) -> None:
    before = now(tmp_path)
    assert command(tmp_path, name, wrong) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (now(tmp_path), snapshots.retracted(tmp_path, DATASET)) == (before, {})


def test_a_rebuilt_snapshot_stays_retracted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(snapshots, "LAYOUT_VERSION", 0)
        building.publish(tmp_path, some(2), MAY)
        wrong = building.publish(tmp_path, some(3), JUNE)
        retraction.retract(tmp_path, DATASET, wrong.id)
    assert main(["--data", str(tmp_path), "rebuild"]) == 0
    again = snapshots.get(tmp_path, DATASET, wrong.id)
    assert again.id in snapshots.retracted(tmp_path, DATASET)
    assert snapshots.current(tmp_path, DATASET).as_of == MAY


def test_a_kill_between_pointer_and_mark_leaves_no_retracted_current_one(tmp_path: Path, three, monkeypatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pointers, "note_retracted", killed)
    with pytest.raises(KeyboardInterrupt):
        retraction.retract(tmp_path, DATASET, three[2].id)
    assert now(tmp_path) == three[1].id
    monkeypatch.undo()
    retraction.retract(tmp_path, DATASET, three[2].id)
    assert set(snapshots.retracted(tmp_path, DATASET)) == {three[2].id}


def test_a_later_import_builds_on_what_is_current(tmp_path: Path) -> None:
    """A wrong export is taken back, and the right one is merged as if the wrong one had never been."""
    files = {
        name: exports.write_csv(tmp_path / f"{name}.csv", [exports.dossier(n) for n in numbers])
        for name, numbers in {"old": (1, 2), "wrong": (3, 4, 5), "right": (6,)}.items()
    }
    for name, day in (("old", date(2023, 6, 30)), ("wrong", date(2023, 11, 30))):
        exports.read(files[name], data=tmp_path, as_of=day, publish=True)
    retraction.retract(tmp_path, exports.DATASET, snapshots.current_id(tmp_path, exports.DATASET))
    found = exports.read(files["right"], data=tmp_path, as_of=date(2023, 7, 31), publish=True)
    assert sorted(id_[-1] for id_ in found.dossiers) == ["1", "2", "6"]
    assert snapshots.current(tmp_path, exports.DATASET).as_of == date(2023, 7, 31)


# --- As-of dates that have not come ---


def tomorrow() -> date:
    return worktime.today() + datetime.timedelta(days=1)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_vietnams_day_whatever_zone_the_machine_has(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        seconds = int(time.time()) + 7 * 3600
        assert worktime.today() == date(1970, 1, 1) + datetime.timedelta(days=seconds // 86_400)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("day", ["tomorrow", "2132-06-30", "9999-12-31"])
def test_an_as_of_date_to_come_is_refused_and_nothing_is_written(tmp_path: Path, capsys, day: str) -> None:
    day = tomorrow().isoformat() if day == "tomorrow" else day
    file = exports.write_csv(tmp_path / "x.csv", exports.dossiers(2))
    data = tmp_path / "data"
    for more in ([], ["--dry-run"]):
        assert main(["--data", str(data), "import", str(file), "--dataset", "khu", "--as-of", day, *more]) == 2
        said = capsys.readouterr().err
        assert f"{date.fromisoformat(day):%d/%m/%Y}" in said
        assert said.count("\n") == 1
    with pytest.raises(UserError):
        building.publish(data, some(2), date.fromisoformat(day), building.reference_folder(tmp_path / "r"))
    assert not data.exists()


def test_today_is_an_as_of_date(tmp_path: Path) -> None:
    assert building.publish(tmp_path, some(2), worktime.today()).as_of == worktime.today()


def test_an_area_whose_current_snapshot_is_of_a_day_to_come_says_how_to_take_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = exports.write_csv(tmp_path / "x.csv", exports.dossiers(2))
    exports.read(file, data=tmp_path, as_of=date(2023, 6, 30), publish=True)
    with monkeypatch.context() as earlier:
        earlier.setattr(worktime, "today", lambda: date(2133, 1, 1))
        exports.read(file, data=tmp_path, as_of=date(2132, 6, 30), publish=True)
    wrong = snapshots.current_id(tmp_path, exports.DATASET)
    with pytest.raises(UserError) as caught:
        importing.read_export([file], exports.DATASET, date(2023, 7, 31), mapping=None, data=tmp_path)
    [told] = re.findall(r"python -m cchc (retract .*)$", caught.value.text.vi)
    assert main(["--data", str(tmp_path), *shlex.split(told)]) == 0
    exports.read(file, data=tmp_path, as_of=date(2023, 7, 31), publish=True)
    assert snapshots.current(tmp_path, exports.DATASET).as_of == date(2023, 7, 31)
    assert set(snapshots.retracted(tmp_path, exports.DATASET)) == {wrong}


# --- What the guide tells ---


def commands(text: str) -> list[list[str]]:
    """The words after `python -m cchc` of every line of code of a document."""
    found = re.findall(r"^ {4,}.*?python -m cchc (.*)$", text, re.MULTILINE)
    return [shlex.split(re.sub(r"\$\(.*?\)", "1", line), comments=True) for line in found]


@pytest.mark.parametrize("document", ["README.md", "docs/huong-dan.md", "docs/mapping.md"])
def test_every_command_of_the_documents_is_one(document: str, tmp_path: Path) -> None:
    found = commands((ROOT / document).read_text(encoding="utf-8"))
    assert found
    for words in found:
        if words != ["--help"]:
            _parser(tmp_path).parse_args(words)


def test_the_chapter_on_damage_gives_commands_that_work(tmp_path: Path, monkeypatch, capsys) -> None:
    text = (ROOT / "docs" / "huong-dan.md").read_text(encoding="utf-8")
    [chapter] = re.findall(r"^## 15\. .*?(?=^## 16\. )", text, re.MULTILINE | re.DOTALL)
    data = tmp_path / "data"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CCHC_DATA", str(data))
    dates = dict(zip(("received_at", "due_at", "finished_at"), (f"2023-06-{day}" for day in (26, 27, 28)), strict=True))
    file = exports.write_csv(Path("danh-sach.csv"), exports.dossiers(2, **dates))
    exports.read(file, data=data, as_of=date(2023, 6, 30), dataset="vi-du", publish=True)
    good = snapshots.current_id(data, "vi-du")
    told = commands(chapter)
    assert {words[0] for words in told} == {"verify", "snapshots", "make-current", "import", "retract"}
    for words in told:
        ids = {"make-current": good, "retract": snapshots.current_id(data, "vi-du")}
        assert main([ids.get(words[0], word) if place == 1 else word for place, word in enumerate(words)]) == 0
    assert snapshots.current_id(data, "vi-du") == good
    assert "snapshots/vi-du/current" not in chapter
