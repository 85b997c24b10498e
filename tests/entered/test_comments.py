"""Comments on figures are read by those who may see the figures, answered in threads, and resolved."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.access import people, record
from cchc.access.people import Grant, Person, Refused
from cchc.entered import comments
from cchc.entered.comments import About
from cchc.figures import filters
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import DATASET, UNITS

UNIT_SETS = st.frozensets(st.sampled_from(UNITS))
ABOUT = About(DATASET, "on_time_rate", "tuan-thu", "dataset=a&start=2024-03-01", frozenset())


def limited(units: frozenset[str] | None, id_: str = "an@tinh.example", role: people.Role = "reader") -> Person:
    return Person(id_, "", (Grant(role, DATASET, units),))


def acts(monkeypatch: pytest.MonkeyPatch, person: Person) -> None:
    monkeypatch.setattr(people, "_identify", [lambda: person])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(UNIT_SETS, st.one_of(st.none(), UNIT_SETS.filter(bool)))
def test_a_comment_is_seen_by_those_alone_who_may_see_all_that_its_figure_counts(
    tmp_path: Path, units: frozenset[str], sight: frozenset[str] | None
) -> None:
    about = About(DATASET, "received", "tong-quan", f"unit={sorted(units)}", units)
    comments.add(tmp_path, about, "s", "Vì sao giảm?")
    counted = units or frozenset(UNITS)
    seen = [thread.first.about for thread in comments.threads(tmp_path, DATASET, limited(sight))]
    assert (about in seen) == (sight is None or (bool(units) and counted <= sight))
    assert comments.threads(tmp_path, DATASET, Person("x", "", (Grant("reader", "elsewhere"),))) == []


def test_a_thread_is_answered_and_ended_by_who_began_it_or_an_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an, binh, editor = limited(None), limited(None, "binh"), limited(None, "bien-tap", "editor")
    acts(monkeypatch, an)
    comments.add(tmp_path, ABOUT, "s1", "  Vì sao\ngiảm? ")
    [thread] = comments.threads(tmp_path, DATASET, binh)
    acts(monkeypatch, binh)
    comments.add(tmp_path, ABOUT, "s2", "Phần mềm gián đoạn 3 ngày.", thread.first.id)
    [thread] = comments.threads(tmp_path, DATASET, an)
    assert [thread.first.text, *(each.text for each in thread.answers)] == [
        "Vì sao giảm?", "Phần mềm gián đoạn 3 ngày.",
    ]  # fmt: skip
    with pytest.raises(Refused):
        comments.resolve(tmp_path, thread)
    assert comments.open_about([thread], DATASET, ABOUT.question) == {"on_time_rate": [thread]}
    assert comments.open_about([thread], DATASET, "other") == {}
    acts(monkeypatch, editor)
    comments.resolve(tmp_path, thread)
    comments.resolve(tmp_path, thread)
    [ended] = comments.threads(tmp_path, DATASET, binh)
    assert (ended.is_open, ended.first.resolved_by) == (False, "bien-tap")
    assert comments.open_about([ended], DATASET, ABOUT.question) == {}
    lines, _ = record.lines(tmp_path, "comment")
    assert [(line.who, line.about) for line in reversed(lines)] == [
        ("an@tinh.example", "+ on_time_rate"), ("binh", "+ on_time_rate"), ("bien-tap", "- on_time_rate"),
    ]  # fmt: skip


def test_what_cannot_be_a_comment_is_a_sentence_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("", " \n\x00", "x" * 1001, "ông Nguyễn Văn A nộp chậm", "gọi 0912 345 678", "a@b.vn"):
        with pytest.raises(UserError):
            comments.add(tmp_path, ABOUT, "s", text)
    for about, thread in ((About(DATASET, "no-such", "", "", frozenset()), 0), (ABOUT, 7)):
        with pytest.raises(UserError):
            comments.add(tmp_path, about, "s", "Vì sao?", thread)
    for stranger in (people.NOBODY, limited(frozenset("A"))):
        acts(monkeypatch, stranger)
        with pytest.raises(Refused):
            comments.add(tmp_path, ABOUT, "s", "Vì sao?")
    assert comments.threads(tmp_path, DATASET, people.LOCAL) == []
    assert record.lines(tmp_path)[1] == 0


def test_one_question_is_one_text_and_its_link_asks_it_again(tra_cu: Snapshot) -> None:
    asked = building.filters(tra_cu, "2023-03-01", "2023-03-31", units=("29461",), channels=("online",))
    text = comments.question(asked, tra_cu)
    assert comments.question(filters.strict(text, tra_cu), tra_cu) == text
    assert "snapshot" not in parse_qs(text)
    assert parse_qs(text)["start"] == ["2023-03-01"]
    assert len({text, comments.question(asked.over(asked.period.previous()), tra_cu)}) == 2
