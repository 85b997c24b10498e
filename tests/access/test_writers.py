"""Whoever may not change an area changes nothing, whichever function they reach."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cchc.access import granted, keys, people, record
from cchc.access.people import Grant, Person, Refused, Role
from cchc.entered import backup, groups, locked, meetings, registers, templates
from cchc.entered.locked import Content, Place
from cchc.entered.meetings import Meeting
from cchc.entered.published import saved
from cchc.entered.published.statements import Table
from cchc.figures.periods import Period
from cchc.importing import drafts
from cchc.store import retraction, snapshots
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import DATASET, dossier, numbered

pytestmark = pytest.mark.slow

ROWS = numbered([dossier(), dossier(unit="B")])
HELD = Meeting(DATASET, "Họp tháng 6", datetime.date(2024, 5, 31), "", "", "on_time_rate")
TOMORROW = datetime.date.today() + datetime.timedelta(days=1)
PAPER = Place(DATASET, "bao-cao-thang", "", Period(datetime.date(2024, 5, 1), datetime.date(2024, 5, 31)), "then")
Write = Callable[[Path, Snapshot], object]


def publish(data: Path, _: Snapshot) -> None:
    snapshots.publish(building.table(ROWS[:1]), data / "reference" / DATASET, building.AS_OF, building.origin(1), data)


def write_register(data: Path, _: Snapshot) -> None:
    version = registers.version(data, DATASET, registers.TASKS)
    registers.write(data, DATASET, registers.TASKS, [{"year": 2024, "task": "Việc"}], version)


def save_published(data: Path, snapshot: Snapshot) -> None:
    saved.save(data, snapshot, Table(()), saved.load(data, snapshot).digest)


def lock(data: Path, unit: str) -> None:
    locked.lock(data, replace(PAPER, unit=unit), "Báo cáo tháng", "s", Content(b"x", "x"))


def restore(data: Path, _: Snapshot) -> None:
    backup.restore(data, data.parent / "backup.zip")


WRITERS: dict[str, tuple[Role, Write]] = {
    "publish": ("editor", publish),
    "register": ("editor", write_register),
    "group": ("editor", lambda data, _: groups.save(data, DATASET, "Cụm", ("A", "B"))),
    "published": ("editor", save_published),
    "published, given up": ("editor", lambda data, _: saved.forget(data, DATASET)),
    "mapping": ("editor", lambda data, _: drafts.save(data, DATASET, drafts.started("cchc"))),
    "template": ("editor", lambda data, _: templates.keep(data, DATASET, "monthly", b"x")),
    "template, dropped": ("editor", lambda data, _: templates.drop(data, DATASET, "monthly")),
    "meeting": ("editor", lambda data, _: meetings.save(data, HELD)),
    "meeting, removed": ("editor", lambda data, _: meetings.remove(data, meetings.held(data, DATASET)[0])),
    "lock": ("editor", lambda data, _: lock(data, "A")),
    "lock, reopened": ("editor", lambda data, _: locked.reopen(data, locked.listed(data, DATASET)[0], "Sai số")),
    "retract": ("administrator", lambda data, snapshot: retraction.retract(data, DATASET, snapshot.id)),
    "make current": ("administrator", lambda data, snapshot: retraction.make_current(data, DATASET, snapshot.id)),
    "restore": ("administrator", restore),
    "grant": ("administrator", lambda data, _: granted.give(data, "reader", DATASET, person="b")),
    "grant, taken": ("administrator", lambda data, _: granted.take(data, granted.read(data)[0].id)),
    "key": ("administrator", lambda data, _: keys.make(data, "b", "reader", DATASET, TOMORROW)),
    "key, withdrawn": ("administrator", lambda data, _: keys.withdraw(data, keys.listed(data)[0].id)),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A small area with a meeting, a role given, and a backup of it."""
    folder = tmp_path / "data"
    building.publish_whole(folder, ROWS)
    meetings.save(folder, HELD)
    granted.give(folder, "officer", DATASET, person="a")
    lock(folder, "")
    keys.make(folder, "a", "reader", DATASET, TOMORROW)
    backup.write(folder, tmp_path / "backup.zip")
    return folder


def content(data: Path) -> dict[str, bytes]:
    """Every file but logs and locks."""
    files = (path for path in data.rglob("*") if path.is_file())
    return {
        str(path): path.read_bytes() for path in files if path.suffix not in (".lock", ".sqlite-wal", ".sqlite-shm")
    }


def below(role: Role) -> list[Person]:
    """People who have less than a role over the whole area."""
    lower = people.ROLES[people.ROLES.index(role) - 1]
    return [
        people.NOBODY,
        Person("x", "x", (Grant(lower),)),
        Person("x", "x", (Grant(role, "my-hao"),)),
        Person("x", "x", (Grant(role, DATASET, frozenset("AB")),)),
    ]


@pytest.mark.parametrize("what", list(WRITERS))
def test_who_may_not_changes_nothing_and_who_may_is_written_down(
    data: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    role, write = WRITERS[what]
    snapshot = building.current(data, DATASET)
    before, count = content(data), record.lines(data, most=0)[1]
    for person in below(role):
        monkeypatch.setattr(people, "_identify", [lambda person=person: person])
        with pytest.raises(Refused):
            write(data, snapshot)
        assert content(data) == before
    everywhere = Person("an@tinh.example", "An", (Grant(role),))
    monkeypatch.setattr(people, "_identify", [lambda: everywhere])
    write(data, snapshot)
    lines, _ = record.lines(data)
    assert len(lines) == count + 1
    assert lines[0].who == "an@tinh.example"
