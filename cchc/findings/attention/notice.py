"""One sentence that needs attention, with the way to its evidence."""

from dataclasses import dataclass

from cchc.addresses import Address
from cchc.figures.filters import Filters
from cchc.text import Text

# More sentences than this are no longer the few that need attention.
MOST = 7


@dataclass(frozen=True)
class Notice:
    """One sentence that needs attention, and where its evidence is: page, filters and the metric counted there.
    `about` is the rate it speaks of, where it speaks of one; `is_change`, that it got worse."""

    sentence: Text
    page: Address
    filters: Filters
    metric: str
    about: str = ""
    is_change: bool = False
