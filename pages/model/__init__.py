"""A service model: did it work, where, by how much, how sure are we, and was its promise kept?"""

import streamlit as st

from cchc import ui
from cchc.findings.evaluation import Evaluation, verdicts
from cchc.rules.service_models import ServiceModel
from cchc.text import Text
from pages.model import extra_time, facts, other_days, promise
from pages.model.evaluation import (
    against_chance,
    by_week,
    design_line,
    evaluated,
    impact_by_week,
    start_choice,
    summed_up,
    under_each_start,
    unit_results,
)  # fmt: skip


def render(view: ui.View, model: ServiceModel) -> None:
    """The answer first, then the picture that proves it; what follows depends on the promise and on the roll-out."""
    evaluation = evaluated(view, model)
    question = Text(f"{model.name.vi}: có tác dụng không, ở đâu?", f"{model.name.en}: did it work, and where?")
    if isinstance(evaluation, Text):
        ui.heading(view, question, evaluation)
        start_choice(view, model)
        return
    ui.heading(view.over(evaluation.design.after), question, evaluation.conclusion.claim)
    summed_up(view, evaluation)
    start_choice(view, model)
    if model.is_timed and evaluation.design.kind != "access":
        _promise(view, evaluation)
        _impact(view, evaluation)
    else:
        _impact(view, evaluation)
        _promise(view, evaluation)
    with st.expander(view.t(_CHECKED)):
        _for_checkers(view, evaluation)
        under_each_start(view, evaluation)
        ui.details(view, Text("Các con số này được tính thế nào?", "How are these figures computed?"), verdicts.METHODS)


def _impact(view: ui.View, evaluation: Evaluation) -> None:
    by_week(view, evaluation)
    if evaluation.design.kind == "access":
        extra_time.by_unit(view, evaluation)
    else:
        unit_results(view, evaluation)


def _promise(view: ui.View, evaluation: Evaluation) -> None:
    title = Text("Cam kết của mô hình", "The promise of the model")
    ui.section(view, title, evaluation.promises.sentence, anchor="cam-ket")
    facts.shown(view, evaluation)
    if evaluation.design.model.is_timed:
        promise.weeks(view, evaluation)
    if evaluation.design.model.promise != "open":
        promise.units(view, evaluation)
        promise.broken(view, evaluation)
    promise.periods(view, evaluation)


_CHECKED = Text(
    "Dành cho người kiểm tra: cách so sánh, may rủi, các ngày khác trong tuần, danh mục thủ tục",
    "For those who check: how it was compared, chance, the other days of the week, the list of procedures",
)


def _for_checkers(view: ui.View, evaluation: Evaluation) -> None:
    """What proves the answer, which a leader takes on trust."""
    design_line(view, evaluation)
    if evaluation.design.kind == "weekday":
        other_days.against_days(view, evaluation)
    elif evaluation.design.kind != "access":
        against_chance(view, evaluation)
        impact_by_week(view, evaluation)
        if evaluation.alternatives:
            otherwise = Text("Tính theo cách khác thì sao?", "What if it is reckoned otherwise?")
            ui.details(view, otherwise, evaluation.alternatives)
    if evaluation.design.model.promise == "online":
        promise.report_table(view, evaluation)
    promise.unit_weeks(view, evaluation)
    promise.listed_procedures(view, evaluation)
    other_days.profile(view, evaluation)
