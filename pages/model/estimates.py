"""Cells of tables that hold a rate with its counts, or a change with its interval."""

from typing import Any

from cchc.findings.evaluation import verdicts
from cchc.statistics.impact import Estimate, TooThin
from cchc.text import NOT_AVAILABLE, Text, number, percent, points
from cchc.ui.view import View


def rate_cell(view: View, top: int, bottom: int) -> dict[str, Any]:
    """A rate above its counts."""
    if not bottom:
        return {"text": NOT_AVAILABLE, "value": None, "title": view.t(Text("Không có hồ sơ nào", "No dossier"))}
    counts = f"{number(top, view.language)} / {number(bottom, view.language)}"
    return {"text": percent(top / bottom, view.language, 1), "value": top / bottom, "below": counts}


def change_cell(view: View, estimate: Estimate | TooThin) -> dict[str, Any]:
    """A change in points above its interval; its caveats on hover."""
    if isinstance(estimate, TooThin):
        return {"text": NOT_AVAILABLE, "value": None, "title": view.t(verdicts.thin(estimate)), "tone": "muted"}
    caveats = verdicts.caveats(estimate)
    return {
        "text": points(estimate.value, view.language, 1),
        "value": estimate.value,
        "below": verdicts.interval(estimate, view.language),
        "title": f"n = {number(estimate.n, view.language)}. {view.t(caveats) if caveats else ''}",
    }
