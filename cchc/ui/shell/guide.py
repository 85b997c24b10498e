"""The chapter of the guide that belongs to a page, for whoever asks for help on it."""

import re
from collections.abc import Mapping
from functools import cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cchc.config import ROOT
from cchc.text import LANGUAGES, Language, Text

# The chapter of all pages that have none of their own: those of service models, whose addresses come from their ids.
MODEL = "mo-hinh"
_FILES = Text("huong-dan.md", "guide.md")
# A heading whose next line says which page it is for.
_CHAPTER = re.compile(r"^(#+) .+\n<!-- page: ([\w-]+) -->$", re.MULTILINE)
# Pictures, and the addresses of other documents, which are not served.
_ELSEWHERE = (
    (re.compile(r"^!\[.*$|^<!--.*-->$", re.MULTILINE), ""),
    (re.compile(r"\[([^\]]+)\]\((?!http)[^)]*\)"), r"\1"),
)


@cache
def chapters(language: Language) -> Mapping[str, str]:
    """HTML of every chapter that is about a page, by the page's address."""
    from markdown_it import MarkdownIt  # takes a tenth of a second, and few ask for help

    written = (ROOT / "docs" / _FILES[language]).read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    found = {}
    for heading in _CHAPTER.finditer(written):
        as_high = re.compile(rf"^#{{1,{len(heading[1])}}} ", re.MULTILINE).search(written, heading.end())
        text = written[heading.start() : as_high.start() if as_high else None]
        for pattern, instead in _ELSEWHERE:
            text = pattern.sub(instead, text)
        found[heading[2]] = markdown.render(text)
    return found


def route() -> Route:
    """The route of the server that answers with the chapter of a page; its words are everybody's."""
    return Route("/guide/{page}", _answer)


def _answer(request: Request) -> Response:
    asked = request.query_params.get("lang", "")
    language = next((each for each in LANGUAGES if each == asked), LANGUAGES[0])
    known = chapters(language)
    chapter = known.get(request.path_params["page"], known[MODEL])
    return HTMLResponse(f'<!doctype html><html lang="{language}"><meta charset="utf-8"><main>{chapter}</main></html>')
