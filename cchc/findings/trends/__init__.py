"""Trends: the series of a metric with the control chart that suits it, what it says in words, and what to look at."""

from cchc.findings.trends.dated import Marker, dated, happened, marked, markers, meanwhile
from cchc.findings.trends.moved import from_districts
from cchc.findings.trends.rules import GAPS_SUBTITLE, explained
from cchc.findings.trends.series import STEPS, Days, Gaps, Step, by_unit, gaps, grain_of, history, selected, step_of
from cchc.findings.trends.trend import Trend, Unfinished
from cchc.findings.trends.wording import (
    TABLE_HEADS,
    answer,
    assured,
    bad_name,
    beside_change,
    gaps_title,
    line_shown,
    new_level,
    period_name,
    ranked,
    shown,
    signal_name,
    signals_told,
    step_name,
    subtitle,
    summed_up,
    table,
    target_of,
    title,
    told,
    trial,
    verdict,
)
