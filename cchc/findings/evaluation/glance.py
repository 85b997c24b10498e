"""A model at a glance: the two numbers a leader asks for, how large its effect is and how often its promise is kept."""

from dataclasses import dataclass

from cchc.figures import trust
from cchc.findings.evaluation import Evaluation, verdicts
from cchc.findings.evaluation.access import Access
from cchc.findings.evaluation.answers import Answer
from cchc.findings.evaluation.design import Design
from cchc.findings.evaluation.promises import Promises
from cchc.statistics.impact import Estimate
from cchc.text import NOT_AVAILABLE, Text, both, number, percent, points

_NOTHING = Text(NOT_AVAILABLE, NOT_AVAILABLE)


@dataclass(frozen=True)
class Big:
    """One number to be seen from afar: what it is, the number, its interval or why there is none, and whether it may
    be relied on."""

    label: Text
    value: Text
    below: Text
    is_sure: bool


def numbers(evaluation: Evaluation) -> tuple[Big, ...]:
    """Those of a model: its effect, or what is received in its time, and its promise."""
    design, answer = evaluation.design, evaluation.conclusion
    if design.kind == "access":
        return (
            received(evaluation.access),
            *([promise(evaluation.promises)] if design.model.promise != "open" else []),
        )
    return effect(design, answer), promise(evaluation.promises)


def received(access: Access) -> Big:
    """The share of dossiers of the same procedures that are received in the model's time, with their counts."""
    label = Text("Nhận trong thời gian của mô hình", "Received in the model's time")
    if not access.listed:
        return Big(label, _NOTHING, Text("chưa có hồ sơ nào", "no dossiers yet"), False)
    below = Text(
        f"{number(access.received, 'vi')} trên {number(access.listed, 'vi')} hồ sơ cùng thủ tục, mọi ngày",
        f"{number(access.received, 'en')} of {number(access.listed, 'en')} dossiers of the same procedures, on any day",
    )
    return Big(label, both(lambda language: percent(access.received / access.listed, language, 1)), below, True)


def effect(design: Design, answer: Answer) -> Big:
    """The effect in points with its 95 % interval; "–" where the data bears none."""
    label = Text(f"Tác dụng lên {design.label.vi.lower()}", f"Effect on the {design.label.en.lower()}")
    found = answer.estimate
    if not isinstance(found, Estimate):
        return Big(label, _NOTHING, Text("chưa đủ dữ liệu", "too little data"), False)
    value = both(lambda language: points(found.value, language, 1))
    return Big(label, value, both(lambda language: verdicts.sure(found, language)), answer.state in _SHOWN)


# The answers that say the effect is there.
_SHOWN = ("improved", "less", "worsened")


def promise(kept_so_far: Promises) -> Big:
    """The share of promises kept among those due, with their counts and its 95 % interval; "–" where none was due or
    the hour of too many is not known."""
    label = Text("Thực hiện đúng cam kết", "Promise kept")
    total = kept_so_far.total.iloc[0]
    if not total["model_due"]:
        return Big(label, _NOTHING, Text("chưa có hồ sơ nào đến hạn", "nothing is due yet"), False)
    if not trust.is_timed(total):
        untimed = Text("quá nhiều hồ sơ không rõ giờ", "the hour of too many is not known")
        return Big(label, _NOTHING, untimed, False)
    kept, due = total["model_kept"], total["model_due"]
    below = Text(
        f"{number(kept, 'vi')} trên {number(due, 'vi')} hồ sơ (khoảng tin cậy 95 %: {percent(total['low'], 'vi', 1)} "
        f"đến {percent(total['high'], 'vi', 1)})",
        f"{number(kept, 'en')} of {number(due, 'en')} dossiers (95% confidence interval: "
        f"{percent(total['low'], 'en', 1)} to {percent(total['high'], 'en', 1)})",
    )
    return Big(label, both(lambda language: percent(total["rate"], language)), below, True)
