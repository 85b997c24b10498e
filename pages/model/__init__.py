"""A service model: did it work, where, by how much, how sure are we, and was its promise kept?"""

from cchc import ui
from cchc.findings.evaluation import Evaluation, verdicts
from cchc.rules.service_models import ServiceModel
from cchc.text import Text
from pages.model import other_days, promise
from pages.model.evaluation import (
    against_chance,
    design_line,
    evaluated,
    impact_by_week,
    start_choice,
    under_each_start,
    unit_results,
    units_by_week,
)  # fmt: skip


def render(view: ui.View, model: ServiceModel) -> None:
    """The answer first, then the picture that proves it; what follows depends on the promise and on the roll-out."""
    evaluation = evaluated(view, model)
    question = Text(f"{model.name.vi}: có tác dụng không, ở đâu?", f"{model.name.en}: did it work, and where?")
    if isinstance(evaluation, Text):
        ui.heading(view, question, evaluation)
        start_choice(view, model)
        return
    ui.heading(view.over(evaluation.design.after), question, evaluation.headline)
    start_choice(view, model)
    design_line(view, evaluation)
    if model.promise == "same_day":
        _promise(view, evaluation)
        _impact(view, evaluation)
    else:
        _impact(view, evaluation)
        promise.report_table(view, evaluation)
        _promise(view, evaluation)
    other_days.profile(view, evaluation)
    under_each_start(view, evaluation)
    ui.details(view, Text("Các con số này được tính thế nào?", "How are these figures computed?"), verdicts.METHODS)


def _impact(view: ui.View, evaluation: Evaluation) -> None:
    if evaluation.design.kind == "weekday":
        other_days.days_by_week(view, evaluation)
        unit_results(view, evaluation)
        other_days.against_days(view, evaluation)
        return
    units_by_week(view, evaluation)
    unit_results(view, evaluation)
    against_chance(view, evaluation)
    impact_by_week(view, evaluation)
    if evaluation.alternatives:
        ui.details(
            view, Text("Tính theo cách khác thì sao?", "What if it is reckoned otherwise?"), evaluation.alternatives
        )


def _promise(view: ui.View, evaluation: Evaluation) -> None:
    ui.section(view, Text("Cam kết của mô hình", "The promise of the model"), evaluation.promises.sentence)
    promise.facts(view, evaluation)
    if evaluation.design.model.promise == "same_day":
        promise.weeks(view, evaluation)
    promise.units(view, evaluation)
    promise.broken(view, evaluation)
    promise.periods(view, evaluation)
    promise.listed_procedures(view, evaluation)
