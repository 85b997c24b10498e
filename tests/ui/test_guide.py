"""Every page has its chapter of the guide, in both languages, and no chapter is about a page that is gone."""

import re

import pytest

from cchc.addresses import ADDRESSES
from cchc.text import LANGUAGES, Language
from cchc.ui.shell import guide


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_a_chapter_and_every_chapter_a_page(language: Language) -> None:
    chapters = guide.chapters(language)
    assert chapters.keys() == {*ADDRESSES, guide.MODEL}
    for page, chapter in chapters.items():
        assert re.match(r"<h[23]>[^<]+</h[23]>", chapter), page
        assert len(re.sub(r"<[^>]+>", "", chapter)) > 120, page
        # What leads elsewhere is not served here.
        assert re.findall(r"<img|&lt;!--|href=\"(?!https?://)", chapter) == [], page


def test_a_chapter_ends_where_the_next_one_begins() -> None:
    assert "Hồ sơ" not in re.findall(r"<h2>(.*?)</h2>", guide.chapters("vi")["xu-huong"])
    assert all(chapter.count("<h2>") <= 1 for chapter in guide.chapters("vi").values())
