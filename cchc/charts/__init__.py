"""Figures from DataFrames, as plain Plotly dictionaries or SVG."""

from cchc.charts.base import PALETTE, Figure, Theme
from cchc.charts.deadlines import flow, outcomes, pareto
from cchc.charts.effects import Judged, chance, course, intervals
from cchc.charts.funnel import funnel
from cchc.charts.models import Line, Start, broken_series, weekday_profile, weekly_rates
from cchc.charts.promises import promise_grid, promise_weeks
from cchc.charts.sparks import spark

__all__ = [
    "PALETTE",
    "Figure",
    "Judged",
    "Line",
    "Start",
    "Theme",
    "broken_series",
    "chance",
    "course",
    "flow",
    "funnel",
    "intervals",
    "outcomes",
    "pareto",
    "promise_grid",
    "promise_weeks",
    "spark",
    "weekday_profile",
    "weekly_rates",
]
