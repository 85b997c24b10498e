"""The record: one line for what was done, in the transaction that did it, chained so that a change shows."""

import csv
import io
import multiprocessing
from pathlib import Path

import pytest

from cchc.access import database, granted, people, record
from cchc.access.people import Grant, Person, Refused, Role
from cchc.text import UserError

pytestmark = pytest.mark.usefixtures("new_store")


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch):
    """`acting(role, area)` is who acts from then on."""

    def become(role: Role | None, area: str = "*", units: frozenset[str] | None = None) -> Person:
        person = Person("an@tinh.example", "An", (Grant(role, area, units),) if role else (), "10.0.0.7")
        monkeypatch.setattr(people, "_identify", [lambda: person])
        return person

    return become


def test_a_line_says_who_from_where_what_and_where(tmp_path: Path, acting) -> None:
    acting("editor", "tra-cu")
    record.add(tmp_path, "publish", "tra-cu", "2023-07-10-6ef8ec631f41")
    record.add(tmp_path, "export", "tra-cu", "12")
    (newest, oldest), count = record.lines(tmp_path)
    assert count == 2
    assert (oldest.number, oldest.who, oldest.address, oldest.what, oldest.area, oldest.about) == (
        1, "an@tinh.example", "10.0.0.7", "publish", "tra-cu", "2023-07-10-6ef8ec631f41",
    )  # fmt: skip
    assert record.lines(tmp_path, what="export") == ([newest], 1)
    assert record.lines(tmp_path, who="AN@") == ([newest, oldest], 2)
    assert record.lines(tmp_path, who="%") == ([], 0)
    assert record.broken(tmp_path) == []


def test_the_file_of_the_record_holds_every_line_and_starts_no_formula(tmp_path: Path, acting) -> None:
    acting("editor")
    for about in ("=1+1", "thường", '"; drop table record; --'):
        record.add(tmp_path, "register", "tra-cu", about)
    rows = list(csv.DictReader(io.StringIO(record.as_csv(tmp_path))))
    assert [row["about"] for row in rows] == ["'=1+1", "thường", '"; drop table record; --']
    assert all(len(row["hash"]) == 64 for row in rows)


@pytest.mark.parametrize(
    "harm",
    [
        "update record set about = 'khác' where number = 2",
        "update record set who = 'ai đó' where number = 1",
        "delete from record where number = 2",
        "update record set number = number + 10 where number = 3",
    ],
)
def test_a_line_that_was_changed_or_taken_out_shows(tmp_path: Path, acting, harm: str) -> None:
    acting("editor")
    for about in "abc":
        record.add(tmp_path, "meeting", "tra-cu", about)
    assert record.broken(tmp_path) == []
    with database.changing(tmp_path) as connection:
        connection.exec_driver_sql(harm)
    [sentence] = record.broken(tmp_path)
    assert "1" in sentence.en or "2" in sentence.en or "3" in sentence.en


def test_a_change_that_fails_leaves_no_line(tmp_path: Path, acting) -> None:
    acting("administrator")

    def failing() -> None:
        with database.changing(tmp_path) as connection:
            record.added(connection, people.LOCAL, "grant", "tra-cu", "x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert record.lines(tmp_path) == ([], 0)


def _write(data: Path, count: int) -> None:
    for number in range(count):
        record.add(data, "register", "tra-cu", str(number))


def test_many_writers_at_once_make_one_chain(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(tmp_path, 15)) for _ in range(3)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert record.lines(tmp_path, most=0)[1] == 45
    assert record.broken(tmp_path) == []


def test_roles_are_given_and_taken_by_administrators_alone_and_written_down(tmp_path: Path, acting) -> None:
    for role, area in (("editor", "*"), ("administrator", "my-hao"), (None, "*")):
        acting(role, area)
        with pytest.raises(Refused):
            granted.give(tmp_path, "reader", "tra-cu", person="b")
    acting("administrator", "tra-cu", frozenset("A"))
    with pytest.raises(Refused):
        granted.give(tmp_path, "reader", "tra-cu", person="b")
    acting("administrator", "tra-cu")
    with pytest.raises(Refused):
        granted.give(tmp_path, "reader", "*", person="b")
    granted.give(tmp_path, "officer", "tra-cu", group="xa", units=["B", "A", "A"])
    granted.give(tmp_path, "reader", "tra-cu", person=" b@tinh.example ")
    first, second = granted.read(tmp_path)
    assert (first.rule.group, first.rule.units) == ("xa", frozenset("AB"))
    assert second.rule.grant("b@tinh.example", (), frozenset()) == Grant("reader", "tra-cu")
    acting("editor", "tra-cu")
    with pytest.raises(Refused):
        granted.take(tmp_path, first.id)
    acting("administrator", "tra-cu")
    granted.take(tmp_path, first.id)
    granted.take(tmp_path, 99)
    assert [each.rule.person for each in granted.read(tmp_path)] == ["b@tinh.example"]
    assert [line.about for line in record.lines(tmp_path, "grant")[0]] == [
        "- @xa: officer [A, B]", "+ b@tinh.example: reader", "+ @xa: officer [A, B]",
    ]  # fmt: skip


def test_a_role_for_nobody_or_for_both_is_refused(tmp_path: Path, acting) -> None:
    acting("administrator")
    for wrong in ({}, {"person": "a", "group": "b"}, {"person": "  "}, {"person": "a" * 300}):
        with pytest.raises(UserError):
            granted.give(tmp_path, "reader", "tra-cu", **wrong)
    assert granted.read(tmp_path) == []
