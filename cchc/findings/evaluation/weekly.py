"""The picture that proves what a model came to: rates week by week, its own beside what it is compared with."""

from dataclasses import dataclass

import pandas as pd

from cchc.findings.evaluation.design import Design
from cchc.text import Text


@dataclass(frozen=True)
class Weekly:
    """A chart of weeks: its title, its unit and what it counts, and its lines by name, the model's first, with period,
    top, bottom of each week."""

    title: Text
    about: Text
    lines: tuple[tuple[Text, pd.DataFrame], ...]


def of_units(design: Design, ours: pd.DataFrame, others: pd.DataFrame, counts: tuple[int, int]) -> Weekly:
    """Units with the model beside those without it; `counts` are how many there are of both."""
    label, (k, m) = design.label, counts
    title = Text(f"{label.vi} theo tuần, hai nhóm đơn vị", f"{label.en} by week, both groups of units")
    if not design.others:
        title = Text(f"{label.vi} theo tuần, mọi đơn vị thực hiện", f"{label.en} by week, all units with the model")
    about = Text(
        "Phần trăm hồ sơ; cột bên dưới: hồ sơ của nhóm thực hiện, phần màu xanh là hồ sơ được tính vào tỷ lệ",
        "Per cent of dossiers; bars below: dossiers of the units with the model, in blue those the rate counts",
    )
    lines = (
        (Text(f"{k} đơn vị thực hiện", f"{k} units with the model"), ours),
        (Text(f"{m} đơn vị không thực hiện", f"{m} units without it"), others),
    )
    return Weekly(title, about, lines)


def of_days(design: Design, ours: pd.DataFrame, others: pd.DataFrame) -> Weekly:
    """Listed procedures on the model's day beside the other days."""
    label, day = design.label, design.days
    title = Text(f"{label.vi} theo tuần: {day.vi} và các ngày khác", f"{label.en} by week: {day.en} and the other days")
    about = Text(
        f"Phần trăm hồ sơ thuộc danh mục; cột bên dưới: hồ sơ {day.vi}, phần màu xanh là hồ sơ được tính vào tỷ lệ",
        f"Per cent of listed dossiers; bars below: dossiers of {day.en}, in blue those the rate counts",
    )
    return Weekly(title, about, ((day, ours), (Text("các ngày khác", "other days"), others)))


def of_access(design: Design, weeks: pd.DataFrame) -> Weekly:
    """The share of dossiers of the same procedures that come in the model's time."""
    title = Text(
        "Phần hồ sơ nhận trong thời gian của mô hình, theo tuần",
        "Share of dossiers received in the model's time, by week",
    )
    about = Text(
        "Phần trăm hồ sơ cùng thủ tục; cột bên dưới: hồ sơ mọi ngày, phần màu xanh là nhận trong thời gian của mô hình",
        "Per cent of dossiers of the same procedures; bars below: those of any day, in blue in the model's time",
    )
    return Weekly(title, about, ((design.days, weeks),))
