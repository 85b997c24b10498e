"""Whether a difference between units stands when it is reckoned in other ways, in a sentence each."""

import numpy as np
import pandas as pd

from cchc.findings.evaluation import verdicts
from cchc.findings.evaluation.design import Design
from cchc.findings.evaluation.units import UnitsResult, by_start
from cchc.statistics.impact import Estimate, by_dossiers, false_starts, without_one
from cchc.statistics.impact.choices import NEARLY, Floats
from cchc.text import Text, both, number, points


def sentences(design: Design, results: UnitsResult, panel: pd.DataFrame) -> list[Text]:
    """By dossiers, without each unit compared with, and from false starts; none where units are compared with those
    that had not begun, or began on several days."""
    pooled = results.pooled
    if not isinstance(pooled, Estimate) or not design.others or len(by_start(design)) > 1:
        return []
    compared = panel[panel["unit"].isin((*results.taking_part.treated, *results.taking_part.others))]
    start = design.model.starts[design.treated[0]]
    return [
        _by_dossiers(pooled, by_dossiers(results.compared)),
        _without_one(without_one(results.compared)),
        _false_starts(pooled, false_starts(compared, design.treated, start)),
    ]


def _by_dossiers(pooled: Estimate, value: float) -> Text:
    by_unit = both(lambda language: points(pooled.value, language, 1))
    by_dossier = both(lambda language: points(value, language, 1))
    return Text(
        f"Mỗi đơn vị được tính như nhau, dù ít hay nhiều hồ sơ: chênh lệch {by_unit.vi}; nếu mỗi hồ sơ được tính như "
        f"nhau thì là {by_dossier.vi}.",
        f"Every unit counts alike, whatever its dossiers: a difference of {by_unit.en}; with every dossier counting "
        f"alike it is {by_dossier.en}.",
    )


def _without_one(values: Floats) -> Text:
    low, high = float(values.min()), float(values.max())
    count = len(values)
    return Text(
        f"Bỏ lần lượt từng đơn vị trong {number(count, 'vi')} đơn vị không thực hiện, chênh lệch từ "
        f"{verdicts.between(low, high, 'vi')}.",
        f"Leaving out each of the {number(count, 'en')} units without the model in turn, the difference goes from "
        f"{verdicts.between(low, high, 'en')}.",
    )


def _false_starts(pooled: Estimate, values: Floats) -> Text:
    if not len(values):
        return Text(
            "Trước ngày bắt đầu có quá ít tuần để tính thử với ngày bắt đầu khác.",
            "There are too few weeks before the start to try other starts.",
        )
    count, every = int((np.abs(values) >= abs(pooled.value) - NEARLY).sum()), len(values)
    return Text(
        f"Tính thử như thể mô hình đã bắt đầu ở từng tuần trong {number(every, 'vi')} tuần khi chưa có mô hình: "
        f"{number(count, 'vi')} lần cho chênh lệch lớn bằng hoặc hơn thực tế (về cả hai phía).",
        f"Tried as if the model had begun in each of {number(every, 'en')} weeks without it: {number(count, 'en')} of "
        "them give a difference at least as large as the real one, either way.",
    )
