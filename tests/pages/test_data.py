"""On the page of data a publication is taken back, or made current, in two clicks that say what will change."""

import errno
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from cchc import importing
from cchc.store import snapshots
from cchc.text import LANGUAGES, Language
from pages.data import uploads
from tests import building
from tests.building import DATASET, dossier, numbered
from tests.exports import dossiers, write_csv
from tests.pages.test_pages import Open, drawn, open_page

pytestmark = pytest.mark.slow

__all__ = ["open_page"]
YES = {"vi": ("Thu hồi", "Dùng bản này"), "en": ("Retract", "Use this snapshot")}
TAKEN_BACK = {"vi": "thu hồi", "en": "retracted"}


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    folder = building.reference_folder(tmp_path / "reference" / DATASET)
    days = (date(2024, 5, 31), date(2024, 6, 30))
    return [building.publish(tmp_path, numbered([dossier()] * (n + 2)), day, folder).id for n, day in enumerate(days)]


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def texts(elements: Iterable[Any]) -> list[str]:
    """What is read, without the marks that keep a name from being taken for formatting."""
    return [each.value.replace("\\", "") for each in elements]


def opened(app: AppTest) -> set[str]:
    """Which boxes of buttons there are to take a snapshot back or use it; each keeps whether it is open."""
    boxes = {each.proto.popover.id for each in app.get("popover")}
    found = {box for box in boxes if "taking-back" in box}
    assert found
    return found


def click(app: AppTest, label: str) -> AppTest:
    [button] = [each for each in app.button if each.label == label]
    return button.click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_publication_is_taken_back_and_made_current_again(
    open_page: Open, tmp_path: Path, two: list[str], language: Language
) -> None:
    retract, use = YES[language]
    app = drawn(open_page("du-lieu", tmp_path, lang=language))
    assert use not in labels(app)
    assert any(two[0] in each and two[1] in each for each in texts(app.markdown))
    asked = opened(app)
    app = drawn(click(app, retract))
    # Another box each time: one that stayed open would ask for the next snapshot under the hand that clicked.
    assert not asked & opened(app)
    assert snapshots.current_id(tmp_path, DATASET) == two[0]
    assert any(two[1] in each for each in texts(app.success))
    app = drawn(open_page("du-lieu", tmp_path, lang=language, snapshot=two[1]))
    assert any(TAKEN_BACK[language] in each and two[1] in each for each in texts(app.warning))
    assert retract not in labels(app)
    asked = opened(app)
    assert not asked & opened(drawn(click(app, use)))
    assert snapshots.current_id(tmp_path, DATASET) == two[1]
    assert snapshots.retracted(tmp_path, DATASET) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_area_with_nothing_left_says_so_and_offers_what_was_taken_back(
    open_page: Open, tmp_path: Path, two: list[str], language: Language
) -> None:
    retract, use = YES[language]
    for _ in two:
        app = click(open_page("du-lieu", tmp_path, lang=language), retract)
    assert snapshots.current(tmp_path, DATASET) is None
    assert not app.exception
    [offer] = [each for each in app.button if TAKEN_BACK[language] in each.label]
    app = drawn(offer.click().run())
    drawn(click(app, use))
    assert snapshots.current_id(tmp_path, DATASET) == two[1]


PUBLISH = {"vi": "Công bố", "en": "Publish"}
REFUSED = {"vi": "Không ghi được", "en": "cannot be written"}


@pytest.mark.parametrize(("refusal", "language"), [(errno.ENOSPC, "vi"), (errno.EROFS, "en")])
def test_a_disk_that_takes_nothing_is_one_sentence_and_the_preview_can_be_published_afterwards(
    open_page: Open, tmp_path: Path, two: list[str], monkeypatch: pytest.MonkeyPatch, refusal: int, language: Language
) -> None:
    file = write_csv(tmp_path / "export.csv", dossiers(5, received_at="2024-07-01", due_at="", finished_at="",
                                                       status="open"))  # fmt: skip
    with importing.read_export([file], "khu-moi", date(2024, 7, 2), mapping="cchc", data=tmp_path) as prepared:
        app = open_page("du-lieu", tmp_path, lang=language)
        app.session_state["prepared-import"] = prepared
        drawn(app.run())
        for box in app.checkbox:
            drawn(box.check().run())

        def full(_: int) -> None:
            raise OSError(refusal, os.strerror(refusal))

        with monkeypatch.context() as disk:
            disk.setattr(os, "fsync", full)
            click(app, PUBLISH[language])
        assert not app.exception
        [error] = texts(app.error)
        assert REFUSED[language] in error
        assert str(tmp_path / "snapshots" / "khu-moi") in error
        assert snapshots.current(tmp_path, "khu-moi") is None
        assert snapshots.current_id(tmp_path, DATASET) == two[1]
        assert not list(tmp_path.rglob(".cchc-work-*"))
        drawn(click(app, PUBLISH[language]))
    assert snapshots.current(tmp_path, "khu-moi") is not None


def test_without_any_data_the_first_area_is_made_in_the_browser(open_page: Open, tmp_path: Path) -> None:
    """The demo was removed: its folders are there, and nothing in them."""
    data = tmp_path / "data"
    (data / "snapshots").mkdir(parents=True)
    export = write_csv(tmp_path / "xuat.csv", dossiers(30)).read_bytes()
    app = open_page("tong-quan", data)
    app.file_uploader(key="upload-files").set_value(("xuat.csv", export, "text/csv")).run()
    app.text_input(key="upload-dataset").set_value("xa-thu").run()
    app = click(click(app, "Kiểm tra tệp"), "Công bố")
    assert len(app.exception) == len(app.error) == 0
    published = snapshots.current(data, "xa-thu")
    assert published is not None
    assert published.manifest["dossiers"] == 30
    drawn(app)


@pytest.mark.parametrize(
    ("taken", "done", "said"),
    [
        (0.5, 0.01, ""), (60, 0, ""), (60, 1, ""), (2, 0.5, ""), (10, 0.5, " · còn khoảng 10 giây"),
        (59, 0.5, " · còn khoảng 59 giây"), (60, 0.5, " · còn khoảng 1 phút"), (150, 0.5, " · còn khoảng 3 phút"),
    ],
)  # fmt: skip
def test_how_long_the_rest_takes_is_said_where_it_is_known_and_long(taken: float, done: float, said: str) -> None:
    assert uploads.time_left(taken, done).vi == said
