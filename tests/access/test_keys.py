"""Keys for other software: what cannot be a key is a sentence, and nothing is kept that opens anything."""

import datetime
from pathlib import Path

import pytest

from cchc.access import keys, record
from cchc.access.people import EVERY_AREA
from cchc.text import UserError

pytestmark = pytest.mark.usefixtures("new_store")

TODAY = datetime.date.today()
LAST = TODAY + datetime.timedelta(days=keys.MOST_DAYS)


def test_what_is_no_key_is_a_sentence_and_changes_nothing(tmp_path: Path) -> None:
    keys.make(tmp_path, "Trục  liên thông", "reader", "a", TODAY)
    before = record.lines(tmp_path)
    for name, role, until in (
        ("", "reader", TODAY), (" \n", "reader", TODAY), ("x" * 61, "reader", TODAY), ("a\x00b", "reader", TODAY),
        ("x", "editor", TODAY), ("x", "", TODAY), ("x", "reader", TODAY - datetime.timedelta(days=1)),
        ("x", "reader", LAST + datetime.timedelta(days=1)), ("Trục liên thông", "officer", TODAY),
    ):  # fmt: skip
        with pytest.raises(UserError) as refused:
            keys.make(tmp_path, name, role, "a", until)  # type: ignore[arg-type]
        assert refused.value.text.vi.endswith(".")
    assert record.lines(tmp_path) == before
    assert [each.name for each in keys.listed(tmp_path)] == ["Trục liên thông"]


def test_a_key_is_known_by_its_secret_alone_until_it_is_over_or_withdrawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = [keys.make(tmp_path, name, "officer", EVERY_AREA, LAST, ["A"]) for name in ("a", "b")]
    first, second = (keys.held(tmp_path, secret) for secret in secrets)
    assert first
    assert second
    assert (first.name, second.name) == ("a", "b")
    assert first.person("10.0.0.1").may_for_some("officer", "anywhere")
    assert not first.person("10.0.0.1").may("reader", "anywhere")
    assert keys.held(tmp_path, secrets[0][:-1]) is None
    assert keys.held(tmp_path, "") is None
    monkeypatch.setattr(keys, "_today", lambda: LAST + datetime.timedelta(days=1))
    assert first.is_over
    assert first.person("").sight("anywhere") is None
    keys.withdraw(tmp_path, first.id)
    keys.withdraw(tmp_path, first.id)
    assert keys.held(tmp_path, secrets[0]) is None
    said = [line.about for line in record.lines(tmp_path)[0]]
    assert said == ["- a", f"+ b: officer, {LAST}", f"+ a: officer, {LAST}"]
