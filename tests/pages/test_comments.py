"""A comment stands beside its figure and on the agenda until it is resolved."""

import html
from pathlib import Path
from typing import Any

import pytest

from cchc.access.people import LOCAL
from cchc.entered import comments
from cchc.entered.comments import About
from cchc.text import LANGUAGES, Language
from tests import building
from tests.building import DATASET, dossier, numbered
from tests.pages.test_pages import Open, anchors, drawn, open_page, walk

pytestmark = pytest.mark.slow

__all__ = ["open_page"]

HOSTILE = "Vì sao <b>giảm</b> [x](http://a.b) =1+1?"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comment_stands_beside_its_figure_and_on_the_agenda_until_it_is_resolved(
    open_page: Open, tmp_path: Path, language: Language
) -> None:
    building.publish(tmp_path, numbered([dossier()] * 30))
    may = {"start": "2024-05-01", "end": "2024-05-31"}

    def page(slug: str = "tong-quan", **asked: str) -> Any:
        return drawn(open_page(slug, tmp_path, dataset=DATASET, lang=language, **asked))

    def bodies(app: Any) -> str:
        return "".join(each.proto.body for each in walk(app._tree) if each.type == "html")

    snapshot = building.current(tmp_path, DATASET)
    asked = comments.question(building.filters(snapshot, **may), snapshot)
    about = About(DATASET, "received", "tong-quan", asked, frozenset())
    comments.add(tmp_path, about, snapshot.id, HOSTILE)
    [thread] = comments.threads(tmp_path, DATASET, LOCAL)
    comments.add(tmp_path, about, snapshot.id, "Phần mềm gián đoạn", thread.first.id)
    shown = bodies(page(**may))
    assert html.escape(HOSTILE) in shown
    assert HOSTILE not in shown
    assert "Phần mềm gián đoạn" in shown
    assert ("1 ý kiến" if language == "vi" else "comments: 1") in shown
    assert html.escape(HOSTILE) not in bodies(page(start="2024-04-01", end="2024-04-30"))
    [to] = [each for each in anchors(page("hop")) if each.startswith("tong-quan?")]
    assert "start=2024-05-01" in to
    assert "snapshot" not in to
    comments.resolve(tmp_path, thread)
    assert html.escape(HOSTILE) not in bodies(page(**may))
    assert not [each for each in anchors(page("hop")) if each.startswith("tong-quan?")]
