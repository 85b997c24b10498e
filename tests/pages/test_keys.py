"""Quản trị makes keys for other software, shows each secret once, and ends them."""

import re
from pathlib import Path

import pytest

from cchc.access import keys
from tests import building
from tests.building import DATASET, dossier, numbered
from tests.pages.test_pages import Open, drawn, open_page, texts

pytestmark = pytest.mark.slow

__all__ = ["open_page"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_key_is_shown_once_opens_what_was_chosen_and_is_ended_here(
    open_page: Open, tmp_path: Path, language: str
) -> None:
    building.publish(tmp_path, numbered([dossier()] * 3))
    app = drawn(open_page("quan-tri", tmp_path, dataset=DATASET, lang=language))
    app.text_input(key="key-name").set_value("Trục liên thông")
    app.selectbox(key="key-role").set_value("officer")
    app.multiselect(key="key-units").set_value(["A"])
    [make] = [each for each in app.button if each.label in ("Tạo", "Make")]
    make.click()
    drawn(app.run())
    [shown] = [each.value for each in app.code]
    secret = re.fullmatch(r"Authorization: Bearer (\S+)", shown)
    assert secret
    key = keys.held(tmp_path, secret[1])
    assert key
    assert (key.name, key.grant.role, key.grant.area, key.grant.units) == (
        "Trục liên thông", "officer", DATASET, frozenset("A"),
    )  # fmt: skip
    assert any("Trục liên thông" in text for text in texts(app))
    again = drawn(open_page("quan-tri", tmp_path, dataset=DATASET, lang=language))
    assert not again.code
    make = next(each for each in app.button if each.label in ("Tạo", "Make"))
    make.click()
    app.run()  # the name is taken
    assert (len(app.error), len(app.code)) == (1, 0)
    assert len(keys.listed(tmp_path)) == 1
    app.button(key="key-end").click()
    drawn(app.run())
    assert keys.listed(tmp_path) == []
