"""What stands in the first HTML of a page, for whoever waits for its scripts: the answer of the page they asked for."""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import parse_qs, unquote

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from cchc import config
from cchc.access import granted
from cchc.access.people import Person, Role
from cchc.store import sights
from cchc.store.areas import areas
from cchc.text import Language, Text, UserError
from cchc.ui.shell import menu, opening, signing_in
from cchc.ui.shell.model_pages import model_pages
from cchc.ui.view import ModelPages, PageInfo, Reader, View

# What a look says first: sentences, each with what it is about.
Words = Callable[[View], Iterator[tuple[Text, Text]]]


def said(
    pages: Sequence[PageInfo], models: ModelPages, words: Words, scope: Scope, language: Language
) -> Iterator[tuple[Text, Text]]:
    """The `words` of the page a request asks for, as far as who asks may see them; none where that is not known before
    a page runs, as with a sign-in here, or where there is no such page or nothing to be said."""
    headers = Headers(scope=scope)
    try:
        person = granted.asking(signing_in.in_force(), headers, config.settings().data)
        view = _view(pages, models, person, scope, headers, language) if person and person.grants else None
        if view:
            yield from words(view)
    except UserError:
        return  # said on the page itself


def _view(
    pages: Sequence[PageInfo], models: ModelPages, person: Person, scope: Scope, headers: Headers, language: Language
) -> View | None:
    """The look a request asks for, like the shell's own; None where the page says something else than figures."""
    settings = config.settings()
    slug = unquote(scope["path"]).rpartition("/")[2]
    params: opening.Params = parse_qs(scope["query_string"].decode("latin-1"))
    if not slug and not params:
        kept = cookie_parser(headers.get("cookie", "")).get(menu.START, "")
        slug, params = opening.own_start(kept) or ("", {})
    slug = slug or pages[0].slug
    needs: Role = next((page.needs for page in pages if page.slug == slug), "reader")
    data = sights.folder(settings.data, person, needs)
    order = [area.id for area in areas(data)]
    asked = opening.dataset(params, order), next(iter(params.get("snapshot", ())), "")
    data = data if data == settings.data else sights.folder(settings.data, person, needs, *asked)
    of_models = model_pages(data, asked, models, pages, order)
    page = next((each for each in (*pages, *(model.page for model in of_models)) if each.slug == slug), None)
    reader = Reader(data, language, settings.language, "light", person)
    view = opening.look(reader, pages, page, of_models, params).view if page else None
    return view if view and page and view.opens(page) else None
