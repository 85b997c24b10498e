"""The weekly models on the first page: each one's effect and promise in one card, wherever it runs."""

import html
from contextlib import suppress

from cchc import ui
from cchc.addresses import link
from cchc.figures import filters
from cchc.findings.evaluation import Evaluation, evaluate, glance
from cchc.rules.service_models import ServiceModel
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, UserError, both, date, within
from cchc.ui.elements import markup
from cchc.ui.view import ModelAt


@ui.fragment
def cards(view: ui.View) -> None:
    """A card for every model a reader may see, of its whole area and all its days whatever is filtered here."""
    drawn = [card for each in view.models if (card := _card(view, each))]
    if drawn:
        ui.section(view, Text("Mô hình hằng tuần có tác dụng không?", "Do the weekly models work?"))
        markup(f'<div class="models">{"".join(drawn)}</div>')


def claim(view: ui.View, at: ModelAt) -> tuple[Text, Text] | None:
    """Where a model runs with its numbers, and its answer in a sentence; None where its area or its declaration cannot
    be read."""
    there = _declared(view, at)
    if there is None:
        return None
    snapshot, model = there
    found, as_of = _evaluated(snapshot, model), _as_of(snapshot)
    numbers = glance.numbers(found) if isinstance(found, Evaluation) else []
    answer = found.conclusion.claim if isinstance(found, Evaluation) else found

    def about(language: Language) -> str:
        told = (f"{each.label[language]}: {each.value[language]}" for each in numbers)
        return " · ".join([f"{at.area[language]}, {as_of[language]}", *told])

    return both(about), both(lambda lang: f"{model.name[lang]}: {within(answer[lang])}")


def _card(view: ui.View, at: ModelAt) -> str:
    """The card of one model; nothing where its area or its declaration cannot be read, which its own page says."""
    there = _declared(view, at)
    return _drawn(view, at, *there) if there else ""


def _declared(view: ui.View, at: ModelAt) -> tuple[Snapshot, ServiceModel] | None:
    snapshot = _snapshot(view, at)
    declared = snapshot.declared.models if snapshot else ()
    return next(((snapshot, model) for model in declared if snapshot and model.id == at.id), None)


def _evaluated(snapshot: Snapshot, model: ServiceModel) -> Evaluation | Text:
    return evaluate(ui.run_on(snapshot), snapshot, filters.defaults(snapshot), model)


def _snapshot(view: ui.View, at: ModelAt) -> Snapshot | None:
    if at.dataset == view.snapshot.dataset:
        return view.snapshot.under("then")
    with suppress(UserError):
        return snapshots.current(view.data, at.dataset)
    return None


def _drawn(view: ui.View, at: ModelAt, snapshot: Snapshot, model: ServiceModel) -> str:
    found = _evaluated(snapshot, model)
    place = html.escape(f"{view.t(at.area)}, {view.t(_as_of(snapshot))}")
    target = html.escape(link(at.page.slug, view.params_at(at)))
    head = f'<a href="{target}" target="_self">{html.escape(view.t(model.name))}</a> <small>{place}</small>'
    if isinstance(found, Evaluation):
        answer = found.conclusion
        bigs = ui.bigs(view, glance.numbers(found))
        claim, reasons = view.t(answer.claim), view.t(answer.reasons)
    else:
        bigs, claim, reasons = "", view.t(found), ""
    return (
        f'<div class="card model"><div class="name">{head}</div><div class="claim">{html.escape(claim)}</div>'
        f'{bigs}<div class="below">{html.escape(reasons)}</div></div>'
    )


def _as_of(snapshot: Snapshot) -> Text:
    return Text(f"đến {date(snapshot.as_of, 'vi')}", f"to {date(snapshot.as_of, 'en')}")
