"""The dossiers due in the period, beside the official rate, and the way to those that were missed."""

from cchc import ui
from cchc.findings import cohort
from cchc.text import Text, number


def of_period(view: ui.View) -> None:
    """How many of the dossiers due ended in time, and why the official rate says something else."""
    row = view.run(cohort.OF_DUE, parts=True).iloc[0]
    ui.section(view, cohort.TITLE, more=cohort.answer(row))
    if (missed := row["due_missed"]) > 0:
        listed = Text(
            f"Xem {number(missed, 'vi')} hồ sơ đến hạn mà trễ",
            f"See the {number(missed, 'en')} dossiers due and missed",
        )
        ui.links(view, [(listed, "ho-so", view.params(metric="due_missed"))])
