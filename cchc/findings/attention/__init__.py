"""What needs attention: in the period shown, in the last months, and since an earlier snapshot."""

from cchc.findings.attention.alerts import (
    WATCHED,
    Crossing,
    alerts,
    among,
    crossings,
    joined,
    needed,
    since,
    standing_out,
)
from cchc.findings.attention.notice import Notice
from cchc.findings.attention.period import notices
from cchc.findings.attention.targets import met_by_all
