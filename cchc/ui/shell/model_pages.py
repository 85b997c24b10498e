"""A page for each service model: found in the references of every area, so that a new model needs no code."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import streamlit as st

from cchc.rules.references import References
from cchc.store import snapshots
from cchc.text import Text, UserError
from cchc.ui.elements import heading, plain
from cchc.ui.view import ModelAt, ModelPages, PageInfo, View


@dataclass
class _Place:
    """A model id, its name, and the areas that have it."""

    name: Text
    areas: dict[str, Text] = field(default_factory=dict)


def model_pages(
    data: Path, asked: tuple[str, str], models: ModelPages, taken: Sequence[PageInfo], order: Sequence[str]
) -> list[ModelAt]:
    """Every model of any area, once, those of the area asked for first: its address is its id, unless another page has
    it.

    `asked` are dataset and snapshot of the link: an older snapshot may hold a model the current one no longer has.
    `order` are the areas as a reader who has not chosen one wants to see them.
    """
    found: dict[str, _Place] = {}
    for dataset, known in _known(data, asked, order):
        for id_, name in _named(known):
            found.setdefault(id_, _Place(name)).areas[dataset] = known.dataset.name
    # A file beside the entry could be run by its name alone, so an address is never the stem of a page's file either.
    files = {draws.__module__.rsplit(".", 1)[-1] for draws in (models.render, *(page.render for page in taken))}
    reserved = {page.slug for page in taken} | files
    pages: list[ModelAt] = []
    for id_, each in found.items():
        slug = id_
        while slug in reserved:
            slug = f"{models.prefix}-{slug}"
        reserved.add(slug)
        draw = partial(_draw, models, id_, each)
        page = PageInfo(slug, each.name, models.icon, draw, own_period=True, each_day=True)
        pages.append(ModelAt(id_, page, *next(iter(each.areas.items()))))
    return pages


def _known(data: Path, asked: tuple[str, str], order: Sequence[str]) -> Iterator[tuple[str, References]]:
    """The references of every area that can be read: of the snapshot asked for first, then of the current ones."""
    for dataset, wanted in dict.fromkeys((asked, (asked[0], ""), *((each, "") for each in order))):
        with suppress(UserError):
            found = snapshots.get(data, dataset, wanted) if wanted else snapshots.current(data, dataset)
            if found:
                yield dataset, found.references


def _named(references: References) -> list[tuple[str, Text]]:
    """Id and name of every model that has an id, those that cannot be used last."""
    usable = [(model.id, model.name) for model in references.models]
    return usable + [(model.id, model.name) for model in references.wrong_models if model.id]


def _draw(models: ModelPages, id_: str, place: _Place, view: View) -> None:
    known = view.snapshot.references
    usable = {model.id: model for model in known.models}
    refused = {model.id: model for model in known.wrong_models}
    # Where the whole file cannot be read, nobody knows whether the model is in it.
    why = refused.get(id_) or (None if known.models else refused.get(""))
    if id_ in usable:
        models.render(view, usable[id_])
    elif why:
        name = why.name if why.id else place.name
        heading(view, Text(f"{name.vi}: chưa đánh giá được", f"{name.en}: not evaluated"), why.why)
    else:
        name = place.name
        question = Text(f"{name.vi}: thực hiện ở đâu?", f"{name.en}: where is it run?")
        heading(view, question, _elsewhere(view, place.areas))
        _links(view, place.areas)


def _links(view: View, areas: dict[str, Text]) -> None:
    """A way to each area that has the model; the page stays, so a link of the menu's kind would not do anything."""
    for dataset, name in areas.items():
        if dataset != view.snapshot.dataset:
            st.button(
                plain(view.t(name)),
                key=f"area-{dataset}",
                icon=":material/arrow_forward:",
                on_click=st.query_params.from_dict,
                args=(view.elsewhere(dataset),),
            )


def _elsewhere(view: View, areas: dict[str, Text]) -> Text:
    here = view.snapshot.references.dataset.name
    others = [name for dataset, name in areas.items() if dataset != view.snapshot.dataset]
    if not others:
        return Text(
            f"Bản số liệu này của {here.vi} không có mô hình; bản hiện hành thì có.",
            f"This snapshot of {here.en} does not have the model; the current one does.",
        )
    return Text(
        f"{here.vi} không thực hiện mô hình này; nơi thực hiện: {', '.join(name.vi for name in others)}.",
        f"{here.en} does not run this model; it is run in {', '.join(name.en for name in others)}.",
    )
