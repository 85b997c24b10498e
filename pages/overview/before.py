"""What is read before any page can be drawn: the headline of the area, and what its weekly models showed."""

from collections.abc import Iterator

from cchc import ui
from cchc.findings import summary
from cchc.text import LANGUAGES, Text, date
from pages.overview import models


def first_words(view: ui.View) -> Iterator[tuple[Text, Text]]:
    """Sentences, each with what it is about: of a model's page that model's, of every other the headline of what the
    link selects, and on the first page every model's too."""
    of_page = [at for at in view.models if at.page.slug == view.slug]
    if not of_page:
        figure = summary.headline(view.run, view.snapshot, view.filters, "on_time_rate")
        yield _selected(view), summary.answer(figure, view.snapshot, view.filters)
    for at in view.models if view.slug == "tong-quan" else of_page:
        if words := models.claim(view, at):
            yield words


def _selected(view: ui.View) -> Text:
    demo = Text(" · dữ liệu minh họa", " · demo data") if view.snapshot.demo else Text("", "")
    vi, en = (date(view.snapshot.as_of, language) for language in LANGUAGES)
    shown = [view.filters.describe(view.snapshot.references, language) for language in LANGUAGES]
    return Text(f"{shown[0]} · số liệu chốt đến {vi}{demo.vi}", f"{shown[1]} · data as of {en}{demo.en}")
