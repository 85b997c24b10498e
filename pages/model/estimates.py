"""Cells of tables that hold a rate with its counts, or a change with its interval."""

from cchc import ui
from cchc.findings.evaluation import verdicts
from cchc.statistics.impact import Estimate, TooThin
from cchc.text import NOT_AVAILABLE, Text, capital, number, percent, points


def rate_cell(view: ui.View, top: int, bottom: int) -> ui.Cell:
    """A rate above its counts."""
    if not bottom:
        return ui.Cell(NOT_AVAILABLE, title=view.t(Text("Không có hồ sơ nào", "No dossier")))
    counts = f"{number(top, view.language)} / {number(bottom, view.language)}"
    return ui.Cell(percent(top / bottom, view.language, 1), top / bottom, below=counts)


def change_cell(view: ui.View, estimate: Estimate | TooThin) -> ui.Cell:
    """A change in points above its interval; its caveats on hover."""
    if isinstance(estimate, TooThin):
        return ui.Cell(NOT_AVAILABLE, tone="muted", title=view.t(verdicts.thin(estimate)))
    if not verdicts.is_possible(estimate):
        return ui.Cell(NOT_AVAILABLE, tone="muted", title=capital(view.t(verdicts.IMPOSSIBLE)))
    caveats = verdicts.caveats(estimate)
    return ui.Cell(
        points(estimate.value, view.language, 1),
        estimate.value,
        below=verdicts.interval(estimate, view.language),
        title=f"n = {number(estimate.n, view.language)}. {view.t(caveats) if caveats else ''}",
    )
