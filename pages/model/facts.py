"""The numbers of a model's promise side by side, each with its denominator and a link to its dossiers."""

import html
from dataclasses import replace

import pandas as pd
import streamlit as st

from cchc import ui
from cchc.addresses import link
from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import FIGURES
from cchc.figures.periods import Period
from cchc.findings.evaluation import Evaluation
from cchc.rules.service_models import Promise
from cchc.text import Text, number, percent
from cchc.ui import assets
from cchc.ui.elements import markup

_STYLE = assets.text(__file__, "facts.css")


def shown(view: ui.View, evaluation: Evaluation) -> None:
    """The numbers of the promise side by side, each with its denominator and a link to its dossiers."""
    promises, total = evaluation.promises, evaluation.promises.total.iloc[0]
    day = evaluation.design.days
    received, all_, filed = total["model_received"], total["all_received"], promises.filed
    facts = [
        (
            "model_received",
            Text(
                f"{percent(share(received, all_), 'vi', 1)} của {number(all_, 'vi')} hồ sơ nhận vào {day.vi}; "
                f"{percent(share(received, filed), 'vi', 1)} của {number(filed, 'vi')} hồ sơ nhận từ khi bắt đầu",
                f"{percent(share(received, all_), 'en', 1)} of {number(all_, 'en')} dossiers of {day.en}; "
                f"{percent(share(received, filed), 'en', 1)} of {number(filed, 'en')} received since the start",
            ),
        ),
        (
            "model_due",
            Text(
                "trừ hồ sơ chờ bổ sung, trả lại, rút, và chưa đến hạn cam kết",
                "without those waiting, withdrawn, or not yet due",
            ),
        ),
        ("model_kept", _interval(total)),
        ("model_broken", _BROKEN[evaluation.design.model.promise] if total["model_broken"] else Text("", "")),
    ]
    if not evaluation.design.model.is_timed:
        facts = [fact for fact in facts if fact[0] != "model_due"]
    if evaluation.design.model.promise == "open":
        facts = facts[:1]
    facts += [("next_day_due", _next_day(evaluation, total))] if has_next_day(evaluation) else []
    facts += [("model_unknown", _UNKNOWN)] if total["model_unknown"] else []
    cards = [_fact(view, evaluation, total, *fact) for fact in facts]
    st.html(f"<style>{_STYLE}</style>")
    markup(f'<div class="cards facts">{"".join([*cards, *_online_fact(view, evaluation)])}</div>')


def _online_fact(view: ui.View, evaluation: Evaluation) -> list[str]:
    """The second promise, where filing online is promised beside a result."""
    if not evaluation.promises.online:
        return []
    online, known = evaluation.promises.online
    below = Text(
        f"cam kết nộp trực tuyến: {percent(share(online, known), 'vi', 1)} của {number(known, 'vi')} hồ sơ của mô hình",
        f"the promise to file online: {percent(share(online, known), 'en', 1)} of the model's {number(known, 'en')}",
    )
    asked = replace(dossiers(evaluation, "model_received"), channels=("online",))
    target = link("ho-so", view.params(asked, metric="model_received")) if online else ""
    return [_card(view, FIGURES["online"].label, online, below, target)]


_UNKNOWN = Text(
    "tệp chỉ ghi ngày, không ghi giờ: không biết có đúng cam kết hay không",
    "the export has the date but no hour: whether the promise was kept is not known",
)
_BROKEN: dict[Promise, Text] = {
    "online": Text(
        "không nộp trực tuyến; chọn số để mở từng hồ sơ", "not filed online; choose the number to open each"
    ),
    "open": Text("", ""),
    "minutes": Text("chọn số để mở từng hồ sơ", "choose the number to open each dossier"),
    "same_day": Text("chọn số để mở từng hồ sơ", "choose the number to open each dossier"),
}


def share(part: float, whole: float) -> float | None:
    """A part of a whole as a fraction; None of nothing."""
    return part / whole if whole else None


def _interval(total: pd.Series) -> Text:
    rate, low, high = total["rate"], total["low"], total["high"]
    if not trust.is_timed(total):
        return Text("không tính tỷ lệ: quá nhiều hồ sơ không rõ giờ", "no rate: the hour of too many is not known")
    if not total["model_due"]:
        return Text("chưa có hồ sơ nào đến hạn", "nothing is due yet")
    return Text(
        f"{percent(rate, 'vi')} số đã đến hạn (khoảng tin cậy 95 %: {percent(low, 'vi', 1)} đến "
        f"{percent(high, 'vi', 1)})",
        f"{percent(rate, 'en')} of those due (95% confidence interval: {percent(low, 'en', 1)} to "
        f"{percent(high, 'en', 1)})",
    )


def _next_day(evaluation: Evaluation, total: pd.Series) -> Text:
    kept, due = total["next_day_kept"], total["next_day_due"]
    cut_off = f"{evaluation.design.model.cut_off:%H:%M}"
    return Text(
        f"nhận sau {cut_off}, hẹn ngày làm việc kế tiếp: {number(kept, 'vi')} đúng hẹn "
        f"({percent(share(kept, due), 'vi', 1)})",
        f"filed after {cut_off}, due the next working day: {number(kept, 'en')} kept "
        f"({percent(share(kept, due), 'en', 1)})",
    )


def _fact(view: ui.View, evaluation: Evaluation, total: pd.Series, name: str, below: Text) -> str:
    target = link("ho-so", view.params(dossiers(evaluation, name), metric=name)) if total[name] else ""
    return _card(view, FIGURES[name].label, total[name], below, target)


def _card(view: ui.View, label: Text, count: float, below: Text, target: str) -> str:
    value = number(count, view.language)
    if target:
        value = f'<a href="{html.escape(target)}" target="_self">{value}</a>'
    return (
        f'<div class="card fact"><div class="label">{html.escape(view.t(label))}</div>'
        f'<div class="value">{value}</div><div class="below">{html.escape(view.t(below))}</div></div>'
    )


def dossiers(evaluation: Evaluation, metric: str) -> Filters:
    """The question whose dossiers stand behind a number: of the participants, on the model's weekdays, since the
    first of them; where another model runs on such a weekday too, only of what this one lists."""
    design = evaluation.design
    asked = design.of(design.participants, Period(design.first_model_day, design.as_of))
    # A group of the reader's may hold units without the model.
    asked = replace(asked.with_choice("units", asked.units), weekdays=design.model.weekdays)
    others = {day for each in design.references.models if each.id != design.model.id for day in each.weekdays}
    if metric == "received" or others.isdisjoint(design.model.weekdays):
        return asked
    listed = set(evaluation.promises.procedures["procedure"])
    return asked.with_choice("procedures", tuple(listed & set(asked.procedures or listed)))


def has_next_day(evaluation: Evaluation) -> bool:
    """Whether what comes after the cut-off is promised for the next working day."""
    return evaluation.design.model.promise == "same_day"
