"""A service model: did it work, where, by how much, how sure are we, and was its promise kept?"""

from cchc import ui
from cchc.findings.evaluation import Evaluation, verdicts
from cchc.rules.service_models import ServiceModel
from cchc.text import Text
from pages.model import evaluation, other_days, promise


def render(view: ui.View, model: ServiceModel) -> None:
    """The answer first, then the picture that proves it; what follows depends on the promise and on the roll-out."""
    found = evaluation.evaluate(view, model)
    question = Text(f"{model.name.vi}: có tác dụng không, ở đâu?", f"{model.name.en}: did it work, and where?")
    if isinstance(found, Text):
        ui.heading(view, question, found)
        evaluation.start_choice(view, model)
        return
    ui.heading(view.over(found.study.after), question, _answer(found))
    evaluation.start_choice(view, model)
    evaluation.design(view, found)
    if model.promise == "same_day":
        _promise(view, found)
        _effect(view, found)
    else:
        _effect(view, found)
        promise.report_table(view, found)
        _promise(view, found)
    other_days.other_days(view, found)
    evaluation.under_each_start(view, model)
    ui.details(view, Text("Các con số này được tính thế nào?", "How are these figures computed?"), verdicts.METHODS)


def _answer(found: Evaluation) -> Text:
    """Whether it worked; for a promise of a result, first whether it was kept."""
    if found.study.model.promise == "online":
        return found.verdict
    kept = found.promises.sentence
    return Text(f"{kept.vi} {found.verdict.vi}", f"{kept.en} {found.verdict.en}")


def _effect(view: ui.View, found: Evaluation) -> None:
    if found.study.kind == "weekday":
        other_days.days_by_week(view, found)
        other_days.against_days(view, found)
        return
    evaluation.units_by_week(view, found)
    evaluation.unit_results(view, found)
    evaluation.against_chance(view, found)
    evaluation.effect_by_week(view, found)


def _promise(view: ui.View, found: Evaluation) -> None:
    ui.section(view, Text("Cam kết của mô hình", "The promise of the model"), found.promises.sentence)
    promise.promise_facts(view, found)
    if found.study.model.promise == "same_day":
        promise.promise_weeks(view, found)
    promise.promise_units(view, found)
    promise.broken_promises(view, found)
    promise.promise_periods(view, found)
    promise.listed_procedures(view, found)
