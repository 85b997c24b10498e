"""The dossiers due in a period: how many of them ended in time, beside the official rate of those that ended."""

import pandas as pd

from cchc.figures import trust
from cchc.figures.metrics import METRICS
from cchc.text import Language, Text, both, number

TITLE = Text("Tính theo ngày đến hạn", "By due date")
# What the sentence is made of.
OF_DUE = ("due", "due_missed", "due_on_time_rate", "on_time_rate")


def answer(row: pd.Series) -> Text:
    """How many of the dossiers due in the period ended in time, beside the official rate and why that differs. `row`
    holds OF_DUE with their parts."""
    if pd.isna(row["due"]):
        return Text(
            "Không rõ hồ sơ nào đến hạn: số liệu không có kỳ này.",
            "Which dossiers were due is not known: the data does not cover this period.",
        )
    if not row["due"]:
        return Text(
            "Không có hồ sơ nào đến hạn trong kỳ và bộ lọc này.", "No dossier was due in this period and selection."
        )
    metric, official = METRICS["due_on_time_rate"], row["on_time_rate_d"]
    known = trust.caution(metric, row)

    def words(language: Language) -> str:
        due, missed = number(row["due"], language), number(row["due_missed"], language)
        rate, aside = metric.show(row[metric.name], language), f" ({known[language]})" if known else ""
        said = (
            Text(
                f"Trong {due} hồ sơ đến hạn trong kỳ, {rate} xong đúng hạn{aside}, {missed} hồ sơ trễ",
                f"Of {due} dossiers due in the period {rate} ended in time{aside} and {missed} did not",
            )[language]
            if row["due_missed"]
            else Text(
                f"Trong {due} hồ sơ đến hạn trong kỳ, không có hồ sơ trễ{aside}",
                f"Of {due} dossiers due in the period none was late{aside}",
            )[language]
        )
        if not official:
            return f"{said}."
        other = METRICS["on_time_rate"].show(row["on_time_rate"], language)
        return Text(
            f"{said}; tỷ lệ chính thức là {other} vì chỉ tính {number(official, 'vi')} hồ sơ đã kết thúc trong kỳ: hồ "
            "sơ quá hạn chưa xong không có trong đó, hồ sơ trả lại, rút sau hạn vẫn được tính là đúng hạn.",
            f"{said}; the official rate is {other} because it is over the {number(official, 'en')} dossiers that ended "
            "in the period: late ones still open are not in it, and those withdrawn past their due date count as on "
            "time.",
        )[language]

    return both(words)
