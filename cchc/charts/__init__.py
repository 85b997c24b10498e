"""Figures from DataFrames, as plain Plotly dictionaries or SVG."""

from cchc.charts.base import PALETTE, Figure, Theme
from cchc.charts.deadlines import flow, outcomes, pareto
from cchc.charts.funnel import funnel
from cchc.charts.sparks import spark

__all__ = ["PALETTE", "Figure", "Theme", "flow", "funnel", "outcomes", "pareto", "spark"]
