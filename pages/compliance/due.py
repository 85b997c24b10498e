"""The dossiers due in the period, beside the official rate, and the way to those that were missed."""

import streamlit as st

from cchc import ui
from cchc.findings import compliance
from cchc.text import Text, number


def cohort(view: ui.View) -> None:
    """How many of the dossiers due ended in time, and why the official rate says something else."""
    ui.section(view, compliance.BY_DUE_DATE)
    row = view.run(compliance.OF_DUE, parts=True).iloc[0]
    ui.paragraphs(view, [compliance.by_due_date(row)])
    if (missed := row["due_missed"]) > 0:
        st.page_link(
            view.page("ho-so"),
            label=ui.plain(
                view.t(
                    Text(
                        f"Xem {number(missed, 'vi')} hồ sơ đến hạn mà trễ",
                        f"See the {number(missed, 'en')} dossiers due and missed",
                    )
                )
            ),
            icon=":material/arrow_forward:",
            query_params=view.params(metric="due_missed"),
        )
