"""What a drawn page says, as its reader sees it."""

import html
import re

from streamlit.testing.v1 import AppTest


def question(app: AppTest) -> str:
    """What the page asks, in small type above its answer."""
    [asked] = _written(app, '<p class="question">', "</p>")
    return asked


def answer(app: AppTest) -> str:
    """The headline: the largest words of the page."""
    [said] = [*_written(app, "<h1>", "</h1>"), *(each.value for each in app.title)]
    return said


def headings(app: AppTest) -> list[str]:
    """The headings of charts and tables, with their badges."""
    return _written(app, "<h2[^>]*>", "</h2>")


def captions(app: AppTest) -> list[str]:
    """The small lines below headings, those that stand alone after the others."""
    return _written(app, '<p class="caption">', "</p>") + [each.value for each in app.caption]


def _written(app: AppTest, start: str, end: str) -> list[str]:
    parts = [part for each in app.get("html") for part in re.findall(f"{start}(.*?){end}", each.value)]
    return [html.unescape(re.sub("<[^>]*>", "", part)).replace("\u00a0", " ") for part in parts]
