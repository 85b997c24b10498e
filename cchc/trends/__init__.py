"""Trends: the series of a metric with the control chart that suits it, what it says in words, and what to look at."""

from cchc.trends.alerts import WATCHED, alerts, attention
from cchc.trends.series import (
    STEPS,
    Days,
    Gaps,
    Marker,
    Step,
    Trend,
    by_unit,
    gaps,
    grain_of,
    history,
    markers,
    selected,
)
from cchc.trends.words import answer, assured, gaps_title, period_name, step_name, summed_up, told, trial, verdict

__all__ = [
    "STEPS",
    "WATCHED",
    "Days",
    "Gaps",
    "Marker",
    "Step",
    "Trend",
    "alerts",
    "answer",
    "assured",
    "attention",
    "by_unit",
    "gaps",
    "gaps_title",
    "grain_of",
    "history",
    "markers",
    "period_name",
    "selected",
    "step_name",
    "summed_up",
    "told",
    "trial",
    "verdict",
]
