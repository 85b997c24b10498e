"""The store in a file and in PostgreSQL: brought up by itself, shared by writers, its troubles sentences."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import MetaData, inspect
from sqlalchemy.types import TypeEngine

from cchc.__main__ import main
from cchc.access import database, engines, granted, keys, people, record, steps
from cchc.access.place import store_file
from cchc.entered import meetings
from cchc.text import LANGUAGES, UserError

__all__ = ["meetings"]  # whose tables are declared where they are used
PASSWORD = "rat-bi-mat"


def _kind(of: TypeEngine[object]) -> type[object]:
    return (of.impl_instance if isinstance(of, database.Words) else of).python_type


@pytest.mark.usefixtures("new_store")
def test_the_steps_lead_to_the_tables_that_are_used(tmp_path: Path) -> None:
    with database.changing(tmp_path) as connection:
        made = MetaData()
        made.reflect(connection)
        assert inspect(connection).get_table_names()
    declared = {table.name: table for table in database.METADATA.tables.values()}
    assert made.tables.keys() - {"step"} == declared.keys()
    for name, table in declared.items():
        columns = made.tables[name].columns
        kinds = [
            {each.name: (_kind(each.type), each.nullable or each.primary_key, each.primary_key) for each in of}
            for of in (columns, table.columns)
        ]
        assert kinds[0] == kinds[1]


@pytest.mark.usefixtures("new_store")
def test_a_number_is_never_given_again(tmp_path: Path) -> None:
    for _ in range(2):
        granted.give(tmp_path, "reader", "a", person="b")
        [given] = granted.read(tmp_path)
        granted.take(tmp_path, given.id)
    assert given.id == 2


@pytest.mark.usefixtures("new_store")
def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    record.add(tmp_path, "meeting")
    with database.changing(tmp_path) as connection:
        connection.exec_driver_sql("insert into step values (99)")
    for use in (record.lines, lambda data: record.add(data, "meeting")):
        with pytest.raises(UserError, match="newer version"):
            use(tmp_path)


@pytest.mark.usefixtures("new_store")
def test_a_store_of_an_earlier_step_is_copied_aside_and_brought_up_by_whoever_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.add(tmp_path, "meeting", "a", "Họp")
    granted.give(tmp_path, "reader", "a", person="b")
    before = record.as_csv(tmp_path), granted.read(tmp_path)
    monkeypatch.setattr(steps, "STEPS", (*steps.STEPS, ("alter table rule add column note text not null default ''",)))
    assert (record.as_csv(tmp_path), granted.read(tmp_path)) == before
    [aside] = (tmp_path / "entered").glob("before-step-*.sqlite")
    with closing(sqlite3.connect(aside)) as copy:
        assert copy.execute("select about from record").fetchall() == [("Họp",), ("+ b: reader",)]
        assert copy.execute("select max(number) from step").fetchone() == (len(steps.STEPS) - 1,)
    with database.reading(tmp_path) as connection:
        assert "note" in {each["name"] for each in inspect(connection).get_columns("rule")}


@pytest.mark.usefixtures("new_store")
def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record.add(tmp_path, "meeting")
    before = record.as_csv(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(
            steps, "STEPS", (*steps.STEPS, ("create table more (id integer)", "insert into nothing values (1)"))
        )
        with pytest.raises(Exception, match="nothing"):
            record.add(tmp_path, "meeting")
    assert record.as_csv(tmp_path) == before
    with database.reading(tmp_path) as connection:
        assert not inspect(connection).has_table("more")


def _first_version(data: Path) -> None:
    """A file as it was before there were steps: the same tables, and none that counts."""
    with closing(sqlite3.connect(store_file(data), isolation_level=None)) as connection:
        for name in ("step", "counter", "sheet", "reminder", "commitment", "meeting"):
            connection.execute(f"drop table {name}")


def _entered(data: Path) -> object:
    return record.as_csv(data), granted.read(data), keys.listed(data)


def _enter(data: Path) -> None:
    keys.make(data, "Trục", "reader", "a", keys._today())
    for person in "bc":
        granted.give(data, "reader", "a", person=person)
    granted.take(data, 1)


def test_a_file_of_the_first_version_is_brought_up_with_all_it_holds(tmp_path: Path) -> None:
    _enter(tmp_path)
    before = _entered(tmp_path)
    _first_version(tmp_path)
    assert _entered(tmp_path) == before
    assert (tmp_path / "entered" / "before-step-1.sqlite").exists()
    granted.give(tmp_path, "reader", "a", person="d")
    assert [each.id for each in granted.read(tmp_path)] == [2, 3]


@pytest.mark.parametrize("age", [lambda data: None, _first_version])
def test_an_empty_postgresql_takes_over_the_file_with_numbers_and_chain(
    tmp_path: Path, new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch, age: Callable[[Path], None]
) -> None:
    with monkeypatch.context() as patch:
        patch.delenv("CCHC_STORE", raising=False)
        _enter(tmp_path)
        before = _entered(tmp_path)
        age(tmp_path)
    new_database()
    assert _entered(tmp_path) == before
    granted.give(tmp_path, "reader", "a", person="d")
    assert [each.id for each in granted.read(tmp_path)] == [2, 3]
    assert record.broken(tmp_path) == []
    monkeypatch.delenv("CCHC_STORE")
    assert _entered(tmp_path) == before, "the file stays as it was"


@pytest.mark.usefixtures("new_store")
def test_what_postgresql_cannot_store_does_not_break_the_chain(tmp_path: Path) -> None:
    record.add(tmp_path, "refused", "a\x00", "b\x00c", people.Person("d\x00", "", ()))
    [line], _ = record.lines(tmp_path, who="\x00d", area="a\x00")
    assert (line.who, line.area, line.about) == ("d", "a", "bc")
    assert record.broken(tmp_path) == []


def _wrong(server: str) -> dict[str, tuple[str, str]]:
    """Addresses that lead nowhere, and a word of what is said of each."""
    place = server.partition("?")[2]
    plus = "postgresql+psycopg"
    return {
        "no server": (f"{plus}://u:{PASSWORD}@/x?host=/nowhere/{PASSWORD}", "không trả lời"),
        "no port": (f"{plus}://u:{PASSWORD}@127.0.0.1:1/x", "không trả lời"),
        "no database": (f"{plus}://cchc:{PASSWORD}@/nothing?{place}", "không có cơ sở dữ liệu"),
        "no user": (f"{plus}://nobody:{PASSWORD}@/postgres?{place}", "mật khẩu"),
        "an at sign": (f"{plus}://cchc:a@{PASSWORD}@127.0.0.1:1/x", "không trả lời"),
        "no address": (f"postgres:{PASSWORD}", "phải có dạng"),
        "another database": (f"mysql://u:{PASSWORD}@h/x", "phải có dạng"),
        "another driver": (f"postgresql+psycopg2://u:{PASSWORD}@h/x", "phải có dạng"),
        "no port number": (f"{plus}://u:{PASSWORD}@h:abc/x", "phải có dạng"),
    }


def test_a_database_that_cannot_be_used_is_one_sentence_without_the_password(
    tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind, (address, named) in _wrong(server).items():
        monkeypatch.setenv("CCHC_STORE", address)
        for use in (record.lines, lambda data: record.add(data, "meeting")):
            with pytest.raises(UserError) as said:
                use(tmp_path)
            assert named in said.value.text.vi, kind
            assert all(PASSWORD not in said.value.text[language] for language in LANGUAGES)
        assert main(["--data", str(tmp_path), "verify"]) == 2
        printed = capsys.readouterr()
        assert len(printed.err.splitlines()) == 1, kind
        assert PASSWORD not in printed.out + printed.err


def test_a_wrong_password_and_a_user_who_may_not_write_are_told_apart(
    tmp_path: Path, server: str, new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop role if exists reader")
        connection.execute("create role reader login")
        schema = new_database().rpartition("%3D")[2]
        connection.execute(f"grant usage on schema {schema} to reader")
    address = new_database().replace("cchc@", "reader@")
    monkeypatch.setenv("CCHC_STORE", address.replace(address.rpartition("%3D")[2], schema))
    with pytest.raises(UserError, match="may not write"):
        record.add(tmp_path, "meeting")
    engines.writing(tmp_path).dispose()


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    from cchc import config

    for name in ("CCHC_STORE", "CCHC_SMTP", "CCHC_PROXY_SECRET"):
        monkeypatch.setenv(name, PASSWORD)
    assert PASSWORD not in repr(config.settings())
