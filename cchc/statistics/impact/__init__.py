"""Did a service model work: differences against units without it, over time, by weekday, each with its interval.

Every function takes counted figures and returns an `Estimate`, a set of them, or `TooThin`; none raises for data that
is thin. `start` is the first day of the model; a period that holds it, but does not begin with it, is left out.
"""

from cchc.statistics.impact.alternatives import by_dossiers, false_starts, without_one
from cchc.statistics.impact.differences import Differences, differences, each_against, net_change, own_change, surely
from cchc.statistics.impact.estimates import Bound, Caveat, Design, Estimate, Reason, TooThin, Verdict
from cchc.statistics.impact.events import Effect, EventStudy, event_study
from cchc.statistics.impact.extrapolated import beyond_trend, one_sided
from cchc.statistics.impact.series import InterruptedSeries, interrupted_series
from cchc.statistics.impact.staggered import GroupTime, group_time
from cchc.statistics.impact.weekdays import (
    Displacement,
    Movement,
    TripleDifference,
    WeekdayShare,
    displacement,
    triple_difference,
)
