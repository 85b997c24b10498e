"""The store of meetings: nothing half written, nothing overwritten unseen, everything back from one file."""

import datetime
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.access import database, record
from cchc.access.place import store_file
from cchc.config import ROOT
from cchc.entered import meetings
from cchc.entered.meetings import Changed, Commitment, Damaged, Meeting, Reminder, kept
from cchc.text import LANGUAGES, UserError, legible
from tests.building import DATASET
from tests.dying import on_a_copy, survive

pytestmark = pytest.mark.slow

HELD_ON = date(2024, 6, 10)


def meeting(**given: Any) -> Meeting:
    about = {"title": "Họp tháng 6", "held_on": HELD_ON, "snapshot": "2024-05-31-0123456789ab", "question": "unit=A"}
    return Meeting(**{"dataset": DATASET, "metric": "on_time_rate", **about, **given})


def commitment(of: Meeting, **given: Any) -> Commitment:
    about = {"subject": "A", "what": "Trả đúng hẹn", "metric": "on_time_rate", "target": 0.98, "who": "UBND xã Đại An"}
    return Commitment(**{"meeting": of.id, "due": date(2024, 8, 31), **about, **given})


def everything(data: Path) -> list[Any]:
    found = meetings.held(data, DATASET)
    return [*found, *meetings.commitments(data, found)]


# --- What is stored comes back ---

TEXTS = st.text(st.characters(codec=None), min_size=1, max_size=60).filter(lambda text: legible(text).split())
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(
    title=TEXTS, held_on=DAYS, question=st.text(), notes=st.text(st.characters(codec=None), max_size=300),
    metric=st.sampled_from(meetings.COMPARED), charts=st.lists(st.sampled_from(["flow", "funnel"]), unique=True),
)  # fmt: skip
def test_a_meeting_comes_back_as_it_was_stored(tmp_path_factory, **given: Any) -> None:
    data = tmp_path_factory.mktemp("meetings")
    stored = meetings.save(data, meeting(**given | {"charts": tuple(given["charts"]), "question": "start=2024-01-01"}))
    assert (stored.id, stored.version) == (1, 1)
    assert meetings.get(data, stored.id) == stored
    assert meetings.held(data, DATASET) == [stored]
    assert stored.title == " ".join(legible(given["title"]).split())
    assert stored.notes == legible(given["notes"]).strip()
    again = meetings.save(data, stored)
    assert replace(again, version=1, changed_at=stored.changed_at) == stored


@given(
    what=TEXTS, who=st.sampled_from(["UBND xã Bà Điểm", "Phòng Nội vụ", "Chủ tịch UBND xã; Văn phòng"]), data=st.data()
)
def test_a_commitment_comes_back_as_it_was_stored(tmp_path_factory, what: str, who: str, data) -> None:
    folder = tmp_path_factory.mktemp("meetings")
    held = meetings.save(folder, meeting())
    name = data.draw(st.sampled_from(list(meetings.MEASURES)))
    most = 1.0 if meetings.MEASURES[name].is_rate else 1e6
    given = commitment(held, what=what, who=who, metric=name, target=data.draw(st.floats(0, most)))
    stored = meetings.save(folder, given)
    assert meetings.commitments(folder, [held]) == [stored]
    kept = {each.name for each in fields(stored)} - {"what", "id", "version", "changed_at"}
    assert all(getattr(stored, name) == getattr(given, name) for name in kept)


@pytest.mark.usefixtures("new_store")
def test_meetings_stand_latest_first_and_each_has_its_own_commitments(tmp_path: Path) -> None:
    old, new, other = (
        meetings.save(tmp_path, meeting(**given))
        for given in ({}, {"held_on": date(2024, 9, 1)}, {"dataset": "my-hao", "held_on": date(2024, 7, 1)})
    )
    late, early = (meetings.save(tmp_path, commitment(old, due=due)) for due in (date(2024, 12, 1), date(2024, 7, 1)))
    theirs = meetings.save(tmp_path, commitment(other))
    assert meetings.held(tmp_path, DATASET) == [new, old]
    assert meetings.commitments(tmp_path, [old]) == [early, late]
    assert meetings.commitments(tmp_path, [new, other]) == [theirs]


def test_looking_makes_no_store(tmp_path: Path) -> None:
    assert meetings.held(tmp_path / "data", DATASET) == []
    assert meetings.get(tmp_path / "data", 1) is None
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("new_store")
def test_what_looks_like_a_statement_is_text(tmp_path: Path) -> None:
    evil = "'); drop table meeting; --"
    stored = meetings.save(tmp_path, meeting(title=evil, notes=evil, question=evil))
    assert meetings.held(tmp_path, evil) == []
    assert meetings.get(tmp_path, stored.id) == stored


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"what": " \n "}, "Nội dung"), ({"what": "x" * 501}, "501"), ({"who": ""}, "Cơ quan"),
        ({"metric": "received"}, "received"), ({"metric": "late"}, "late"), ({"metric": "x"}, "x"),
        ({"target": 1.5}, "100 %"), ({"target": -0.1}, "từ 0"), ({"target": float("nan")}, "số"),
        ({"metric": "mean_days", "target": float("inf")}, "số"),
        ({"due": HELD_ON}, "10/06/2024"),
        ({"who": "Ông Nguyễn Văn A"}, "tên người"), ({"who": "UBND xã, đồng chí Bình"}, "tên người"),
        ({"who": "a@x.vn"}, "tên người"), ({"who": "Văn phòng 0912 345 678"}, "tên người"),
    ],
    ids=str,
)  # fmt: skip
def test_a_commitment_that_cannot_be_measured_or_names_a_person_is_refused(tmp_path: Path, wrong, named: str) -> None:
    held = meetings.save(tmp_path, meeting())
    with pytest.raises(UserError) as refused:
        meetings.save(tmp_path, commitment(held, **wrong))
    assert named in refused.value.text.vi
    assert all(refused.value.text[language] for language in LANGUAGES)
    assert meetings.commitments(tmp_path, [held]) == []


@pytest.mark.parametrize("wrong", [{"title": " "}, {"title": "x" * 201}, {"notes": "x" * 20_001}, {"metric": "late"}])
def test_a_meeting_without_a_title_or_with_too_much_is_refused(tmp_path: Path, wrong) -> None:
    with pytest.raises(UserError):
        meetings.save(tmp_path, meeting(**wrong))
    assert meetings.held(tmp_path, DATASET) == []


# --- Two at a time ---


@pytest.mark.usefixtures("new_store")
def test_the_second_of_two_editors_is_told_and_overwrites_nothing(tmp_path: Path) -> None:
    seen = meetings.save(tmp_path, meeting())
    first = meetings.save(tmp_path, replace(seen, notes="Của người thứ nhất"))
    with pytest.raises(Changed) as told:
        meetings.save(tmp_path, replace(seen, notes="Của người thứ hai"))
    assert "chưa được ghi" in told.value.text.vi
    assert "not stored" in told.value.text.en
    assert meetings.get(tmp_path, seen.id) == first
    with pytest.raises(Changed):
        meetings.remove(tmp_path, seen)
    second = meetings.save(tmp_path, replace(first, notes="Của cả hai"))
    assert meetings.get(tmp_path, seen.id) == second


@pytest.mark.usefixtures("new_store")
def test_a_change_to_what_was_removed_meanwhile_is_told(tmp_path: Path) -> None:
    held = meetings.save(tmp_path, meeting())
    promised = meetings.save(tmp_path, commitment(held))
    with pytest.raises(UserError, match="commitments"):
        meetings.remove(tmp_path, held)
    meetings.remove(tmp_path, promised)
    with pytest.raises(Changed, match="removed"):
        meetings.save(tmp_path, replace(promised, what="Khác"))
    meetings.remove(tmp_path, held)
    with pytest.raises(Changed, match="removed"):
        meetings.save(tmp_path, commitment(held))
    assert everything(tmp_path) == []
    assert meetings.save(tmp_path, meeting()).id > held.id, "an old link must never open another meeting"


# Adds lines to the notes of meeting 1, each time to what is stored; tries again when told that it has changed.
_WRITER = textwrap.dedent("""
    import sys
    from dataclasses import replace
    from pathlib import Path
    from cchc.entered import meetings
    data, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    for line in range(count):
        while True:
            seen = meetings.get(data, 1)
            try:
                meetings.save(data, replace(seen, notes=f"{seen.notes}\\n{name}{line}"))
                break
            except meetings.Changed:
                print("told", flush=True)
    print("done", flush=True)
""")


def writing(data: Path, name: str, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _WRITER, str(data), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.usefixtures("new_store")
def test_no_line_of_three_processes_writing_at_once_is_lost(tmp_path: Path) -> None:
    meetings.save(tmp_path, meeting())
    writers = [writing(tmp_path, name, 25) for name in "abc"]
    said = [writer.communicate(timeout=120)[0].split() for writer in writers]
    assert [each[-1] for each in said] == ["done"] * 3
    kept = meetings.get(tmp_path, 1)
    assert sorted(kept.notes.split()) == sorted(f"{name}{line}" for name in "abc" for line in range(25))
    assert kept.version == 76


# --- Crashes ---

# Stores a meeting, a commitment and a change, and dies at one line of the store after another.
_DYING = textwrap.dedent("""
    import os, sys
    from dataclasses import replace
    from pathlib import Path
    from cchc.entered import meetings
    from cchc.access import database, record, steps
    from cchc.entered.meetings import store
    from tests import dying
    from tests.entered.test_meetings import commitment, meeting

    data = Path(sys.argv[3])

    def write(line):
        told = os.open(data / f"told-{line}", os.O_CREAT | os.O_WRONLY)
        held = meetings.save(data, meeting(title=f"Họp {line}"))
        os.write(told, b"m")
        meetings.save(data, commitment(held))
        os.write(told, b"c")
        meetings.save(data, replace(held, notes="Kết luận"))
        os.write(told, b"n")

    dying.die(write, {each.__file__ for each in (store, database, record, steps)})
""")


def is_whole(data: Path, number: int) -> None:
    """Whoever was told that it is stored finds it; what was on its way is there whole or not at all."""
    told = (data / f"told-{number}").read_text()
    found = [each for each in meetings.held(data, DATASET) if each.title == f"Họp {number}"]
    promised = meetings.commitments(data, found)
    done = "m" * bool(found) + "c" * bool(promised) + "n" * any(each.notes for each in found)
    assert len(found) <= 1
    assert len(promised) <= 1
    assert done.startswith(told)
    assert "mcn".startswith(done)
    assert len(done) <= len(told) + 1
    # A change and its line are one transaction: as many lines as changes, of this writer and of those before.
    all_held = meetings.held(data, DATASET)
    changes = sum(each.version for each in all_held) + len(meetings.commitments(data, all_held))
    assert record.lines(data, "meeting", most=0)[1] == changes
    assert record.broken(data) == []
    if store_file(data).exists():
        with closing(sqlite3.connect(store_file(data))) as store:
            assert store.execute("pragma integrity_check").fetchall() == [("ok",)]


@pytest.mark.slow
def test_a_writer_killed_at_any_line_leaves_whole_rows(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    look = on_a_copy(data, lambda copy: is_whole(copy, 0))
    assert survive(_DYING.replace("dying.die", "dying.halt"), look, 1, 5, str(data)) > 40


@pytest.mark.usefixtures("new_store")
def test_a_writer_killed_now_and_then_leaves_whole_rows(tmp_path: Path) -> None:
    assert survive(_DYING, lambda line: is_whole(tmp_path, line), 20, 61, str(tmp_path)) > 2


# --- Backups, and files that are not what they should be ---


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder that the command line finds by itself, with a meeting and a commitment."""
    held = meetings.save(tmp_path / "data", meeting())
    meetings.save(tmp_path / "data", commitment(held))
    return tmp_path / "data"


def test_a_backup_made_while_others_write_is_whole(new_store: Callable[[], object], data: Path, tmp_path: Path) -> None:
    writer = writing(data, "x", 60)
    for place in range(5):
        assert meetings.backup(data, tmp_path / f"{place}") == 1
    assert "done" in writer.communicate(timeout=120)[0]
    for place in range(5):
        copy = tmp_path / f"copy-{place}"
        new_store()
        meetings.restore(copy, tmp_path / f"{place}")
        [held] = meetings.held(copy, DATASET)
        assert held.notes.split() == [f"x{line}" for line in range(held.version - 1)]


def spoiled(file: Path) -> None:
    file.write_bytes(b"SQLite format 3\x00" + bytes(range(256)) * 40)


@pytest.mark.parametrize("spoil", [spoiled, lambda file: file.write_text("not a database"), Path.mkdir])
def test_a_damaged_store_is_said_and_comes_back_from_its_backup(
    data: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    before, out = everything(data), tmp_path / "out"
    meetings.backup(data, out)
    for part in store_file(data).parent.iterdir():
        part.unlink()
    spoil(store_file(data))
    with pytest.raises(UserError) as said:
        meetings.held(data, DATASET)
    if store_file(data).is_dir():
        assert "quyền ghi" in said.value.text.vi
        return
    assert isinstance(said.value, Damaged)
    assert "restore" in said.value.text.vi
    meetings.restore(data, out)
    assert everything(data) == before


@pytest.mark.usefixtures("new_store")
@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(500)])
def test_what_is_no_backup_is_not_put_back(data: Path, tmp_path: Path, content: bytes) -> None:
    before, wrong = everything(data), tmp_path / "wrong"
    wrong.write_bytes(content)
    with pytest.raises(UserError, match="no whole backup"):
        meetings.restore(data, wrong)
    other = tmp_path / "other"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("create table meeting (id)")
    with pytest.raises(UserError, match="no whole backup"):
        meetings.restore(data, other)
    with pytest.raises(UserError, match="no file"):
        meetings.restore(data, tmp_path / "nothing")
    assert everything(data) == before


def test_a_store_of_a_newer_version_is_left_alone(data: Path) -> None:
    with database.changing(data) as connection:
        connection.exec_driver_sql("insert into step values (99)")
    with pytest.raises(UserError, match="newer version"):
        meetings.held(data, DATASET)
    with pytest.raises(UserError, match="newer version"):
        meetings.save(data, meeting())


def test_a_backup_before_the_first_meeting_has_none(tmp_path: Path) -> None:
    assert meetings.backup(tmp_path / "data", tmp_path / "out") == 0
    assert not (tmp_path / "data").exists()
    meetings.save(tmp_path / "other", meeting())
    assert meetings.restore(tmp_path / "other", tmp_path / "out") == 0
    assert everything(tmp_path / "other") == []


def test_a_change_is_dated(tmp_path: Path) -> None:
    before = datetime.datetime.now().replace(microsecond=0)
    assert before <= meetings.save(tmp_path, meeting()).changed_at <= datetime.datetime.now()


# --- Reminders ---


@pytest.mark.usefixtures("new_store")
def test_reminders_are_kept_with_their_commitment_answered_and_gone_with_it(tmp_path: Path) -> None:
    promised = meetings.save(tmp_path, commitment(meetings.save(tmp_path, meeting())))
    first = meetings.save(tmp_path, Reminder(promised.id, date(2024, 7, 1), "Công văn 12/VP"))
    second = meetings.save(tmp_path, Reminder(promised.id, date(2024, 6, 20), "Điện thoại"))
    assert meetings.reminders(tmp_path, [promised]) == {promised.id: (second, first)}
    answered = meetings.save(tmp_path, replace(first, answer="Xong trong tháng 7", answered_on=date(2024, 7, 3)))
    assert meetings.reminders(tmp_path, [promised])[promised.id] == (second, answered)
    with pytest.raises(Changed):
        meetings.save(tmp_path, replace(first, answer="Khác"))
    with pytest.raises(UserError, match="before the reminder"):
        meetings.save(tmp_path, replace(answered, answered_on=date(2024, 6, 1)))
    with pytest.raises(UserError, match="reminded"):
        meetings.save(tmp_path, replace(answered, how=" "))
    meetings.remove(tmp_path, promised)
    assert meetings.reminders(tmp_path, [promised]) == {promised.id: ()}
    with pytest.raises(Changed):
        meetings.save(tmp_path, Reminder(promised.id, date(2024, 7, 1), "Công văn"))


def _former(data: Path, version: int) -> None:
    """A file as a version of the product left it: a meeting with a commitment, and one that was removed since."""
    subject, about = ("unit", "") if version < 3 else ("subject", ", about")
    meetings.former_file(data).parent.mkdir(parents=True)
    with closing(sqlite3.connect(meetings.former_file(data), isolation_level=None)) as connection:
        for statement in (statement for step in kept.STEPS[:version] for statement in step):
            connection.execute(statement)
        connection.execute(f"pragma user_version = {version}")
        connection.execute("pragma journal_mode = wal")
        for id_ in (4, 7):
            connection.execute(
                "insert into meeting values (?, 3, ?, 'Họp', '2024-06-10', 's', 'unit=A', 'on_time_rate',"
                " 'flow funnel', 'Ghi', '2024-06-11T08:00:00')", (id_, DATASET),
            )  # fmt: skip
        connection.execute("delete from meeting where id = 7")
        connection.execute(
            f"insert into commitment (id, version, meeting, {subject}, what, metric, target, who, due, changed_at"
            f"{about})"
            f" values (5, 2, 4, 'A', 'Trả', 'on_time_rate', 0.98, 'Xã', '2024-08-31', '2024-06-11T08:00:00'"
            f"{about and ', '}{about and repr('unit')})"
        )
        if version > 1:
            connection.execute(
                "insert into reminder values (2, 1, 5, '2024-07-01', 'CV', '', null, '2024-07-01T08:00:00')"
            )


@pytest.mark.usefixtures("new_store")
@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_file_of_an_earlier_version_is_taken_over_with_its_numbers_and_kept_aside(
    tmp_path: Path, version: int
) -> None:
    _former(tmp_path, version)
    before = meetings.former_file(tmp_path).read_bytes()
    moment = datetime.datetime(2024, 6, 11, 8)
    known = {"version": 3, "charts": ("flow", "funnel"), "notes": "Ghi", "changed_at": moment}
    held = Meeting(DATASET, "Họp", HELD_ON, "s", "unit=A", "on_time_rate", id=4, **known)
    promised = Commitment(4, "A", "Trả", "on_time_rate", 0.98, "Xã", date(2024, 8, 31), "unit", 5, 2, moment)
    for _ in range(2):
        assert everything(tmp_path) == [held, promised]
        assert len(meetings.reminders(tmp_path, [promised])[5]) == (version > 1)
    assert not meetings.former_file(tmp_path).exists()
    [aside] = meetings.former_file(tmp_path).parent.iterdir()
    assert aside.read_bytes() == before
    assert meetings.save(tmp_path, meeting()).id == 8, "an old link must never open another meeting"
    # Killed before the file was aside, it is not taken twice; another one is never mixed in.
    aside.rename(meetings.former_file(tmp_path))
    assert len(everything(tmp_path)) == 3
    assert aside.exists()
    meetings.backup(tmp_path, meetings.former_file(tmp_path))
    with pytest.raises(UserError, match="The store has meetings"):
        meetings.held(tmp_path, DATASET)


@pytest.mark.usefixtures("new_store")
def test_who_sees_a_part_of_an_area_sees_no_meetings(tmp_path: Path) -> None:
    held = meetings.save(tmp_path, meeting())
    part = tmp_path / ".seen" / "some"
    part.mkdir(parents=True)
    assert meetings.held(part, DATASET) == []
    (tmp_path / "entered").mkdir(exist_ok=True)
    (part / "entered").symlink_to(tmp_path / "entered")
    assert meetings.held(part, DATASET) == [held]
