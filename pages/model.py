"""A service model: did it work, where, by how much, how sure are we, and was its promise kept?"""

from cchc import ui
from cchc.evaluation import Evaluation, words
from cchc.service_models import ServiceModel
from cchc.text import Text


def render(view: ui.View, model: ServiceModel) -> None:
    """The answer first, then the picture that proves it; what follows depends on the promise and on the roll-out."""
    found = ui.evaluate(view, model)
    question = Text(f"{model.name.vi}: có tác dụng không, ở đâu?", f"{model.name.en}: did it work, and where?")
    if isinstance(found, Text):
        ui.heading(view, question, found)
        ui.start_choice(view, model)
        return
    ui.heading(view.over(found.study.after), question, _answer(found))
    ui.start_choice(view, model)
    ui.design(view, found)
    if model.promise == "same_day":
        _promise(view, found)
        _effect(view, found)
    else:
        _effect(view, found)
        ui.report_table(view, found)
        _promise(view, found)
    ui.other_days(view, found)
    ui.under_each_start(view, model)
    ui.details(view, Text("Các con số này được tính thế nào?", "How are these figures computed?"), words.METHODS)


def _answer(found: Evaluation) -> Text:
    """Whether it worked; for a promise of a result, first whether it was kept."""
    if found.study.model.promise == "online":
        return found.verdict
    kept = found.promises.sentence
    return Text(f"{kept.vi} {found.verdict.vi}", f"{kept.en} {found.verdict.en}")


def _effect(view: ui.View, found: Evaluation) -> None:
    if found.study.kind == "weekday":
        ui.days_by_week(view, found)
        ui.against_days(view, found)
        return
    ui.units_by_week(view, found)
    ui.unit_results(view, found)
    ui.against_chance(view, found)
    ui.effect_by_week(view, found)


def _promise(view: ui.View, found: Evaluation) -> None:
    ui.section(view, Text("Cam kết của mô hình", "The promise of the model"), found.promises.sentence)
    ui.promise_facts(view, found)
    if found.study.model.promise == "same_day":
        ui.promise_weeks(view, found)
    ui.promise_units(view, found)
    ui.broken_promises(view, found)
    ui.promise_periods(view, found)
    ui.listed_procedures(view, found)
