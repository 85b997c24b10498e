"""How often somebody may knock: at the sign-in, with keys nobody knows, with the questions of a key, with searches."""

import math
import time
from typing import Literal

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from cchc.text import Text, UserError, number

Knock = Literal["sign_in", "wrong_key", "question", "search"]
# A minute: an office of many people often has one address; a person reads what a search found before the next one.
MOST = {"sign_in": 60, "wrong_key": 20, "question": 120, "search": 60}
_LIMITS = {what: RateLimitItemPerMinute(most, namespace=what) for what, most in MOST.items()}
_heard = MovingWindowRateLimiter(MemoryStorage())


class TooOften(UserError):
    """Somebody knocked too often; `seconds` from now the next knock is heard."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            Text(
                f"Yêu cầu dồn dập quá; hãy thử lại sau {number(seconds, 'vi')} giây.",
                f"Too many requests; try again in {number(seconds, 'en')} s.",
            )
        )
        self.seconds = seconds


def knock(what: Knock, who: str) -> None:
    """Count one knock of an address, a key or a person. Raises TooOften when it is one too many in a minute; that one
    is not counted, so that whoever goes on knocking is heard again as the oldest ones pass."""
    limit = _LIMITS[what]
    if not _heard.hit(limit, who):
        raise TooOften(max(1, math.ceil(_heard.get_window_stats(limit, who).reset_time - time.time())))
