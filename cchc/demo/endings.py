"""How dossiers end: which are done early, on the due day or late, withdrawn, or still open at a closing date."""

from dataclasses import dataclass

import numpy as np

from cchc.demo.plans import Closing, Plan
from cchc.demo.receptions import CLOSES, LUNCH, ONLINE, OPENS, REOPENS, Area, Bools, Floats, Ints, Receptions, pick
from cchc.schema import STATUSES

OPEN, WAITING, DONE, WITHDRAWN = (STATUSES.index(name) for name in ("open", "waiting", "done", "withdrawn"))
_CUT_OFF, _NEXT_MORNING = 15 * 3600 + 1800, 9 * 3600
_NEVER = -1
# A weight so large that it is always picked first.
_FIRST = 1e9


@dataclass
class Endings:
    """Columns beside those of Receptions: status as a position in STATUSES, day (-1 while open) and time of the end."""

    status: Ints
    day: Ints
    second: Ints

    @classmethod
    def none(cls, count: int) -> "Endings":
        """Nothing has ended yet."""
        return cls(np.full(count, OPEN), np.full(count, _NEVER), np.full(count, CLOSES))


@dataclass(frozen=True)
class _Promises:
    """Same-day promises of a weekly model: dossiers on which one is kept, and by when; those on which it is broken."""

    kept: Bools
    broken: Bools
    day: Ints


def settle(plan: Plan, received: Receptions, area: Area, rng: np.random.Generator) -> Endings:
    """Endings of all dossiers, closing after closing, with the exact counts each closing asks for."""
    endings = Endings.none(len(received))
    promises = _promises(plan, received, area, rng)
    care = area.weights(plan.late_weight, 1, area.units)[received.unit] * np.sqrt(received.days + 1)
    since = dict.fromkeys(plan.mixes, 0)
    for closing in plan.closings:
        first, last = max(since[level] for level in closing.levels), area.workdays.last(closing.end)
        among = np.isin(area.levels, closing.levels)[received.unit]
        _Desk(received, endings, promises, among, first, last, rng).close(closing, care)
        since |= dict.fromkeys(closing.levels, last + 1)
    endings.second = hours(received, endings.day, promises.kept, promises.broken, rng)
    return endings


def _promises(plan: Plan, received: Receptions, area: Area, rng: np.random.Generator) -> _Promises:
    """Of the dossiers with a same-day promise, those that can be done after their day without being late may break
    it; `plan.broken_promises` do."""
    broken = np.zeros(len(received), bool)
    if not any(model.promise == "same_day" for model in area.references.models):
        return _Promises(broken, broken, received.day)
    care = area.weights(plan.late_weight, 1, area.units)[received.unit]
    broken[pick(rng, care * (received.model & (received.due_day > received.day)), plan.broken_promises)] = True
    # Filed after the cut-off, half are still done before closing time, the others early the next working day.
    tomorrow = (received.second > _CUT_OFF) & (rng.random(len(received)) < 0.5)
    return _Promises(received.model & ~broken, broken, np.maximum(received.start_day, received.day + tomorrow))


class _Desk:
    """Decides on every dossier still open between the working days `first` and `last`; fills in `endings`."""

    def __init__(
        self,
        received: Receptions,
        endings: Endings,
        promises: _Promises,
        among: Bools,
        first: int,
        last: int,
        rng: np.random.Generator,
    ) -> None:
        self.received, self.endings, self.promises, self.rng = received, endings, promises, rng
        self.last = last
        self.earliest = np.maximum(received.start_day, first)
        self.undecided: Bools = among & (received.day <= last) & (endings.day == _NEVER)

    def close(self, closing: Closing, care: Floats) -> None:
        """Take the groups of `closing` in turn; what is left in the end is done on the day it is due."""
        self._leave_open(closing)
        resolved_online = int((self.undecided & (self.received.channel == ONLINE)).sum())
        self._withdraw(closing.withdrawn)
        self._be_late(closing, care, resolved_online)
        self._keep_promises()
        self._be_early(closing)
        self._end(np.flatnonzero(self.undecided), self.received.due_day[self.undecided])

    def _take(self, weights: Floats, count: int) -> Ints:
        """`count` of the undecided dossiers, which are decided from here on."""
        positions = pick(self.rng, weights * self.undecided, count)
        self.undecided[positions] = False
        return positions

    def _end(self, positions: Ints, days: Ints, status: int = DONE) -> None:
        self.endings.day[positions] = days
        self.endings.status[positions] = status
        self.undecided[positions] = False

    def _leave_open(self, closing: Closing) -> None:
        """Those that cannot have ended yet stay open, then those with most of their time left."""
        due, last, kept = self.received.due_day, self.last, self.promises.kept
        stuck = np.where(kept, self.promises.day, self.earliest) > last
        time_left = np.maximum(due - last, 0) / (due - self.received.day + 1)
        patience = np.where(stuck, _FIRST, np.where(kept, 0, time_left))
        remaining = self._take(patience, closing.open - closing.overdue)
        self.endings.status[self.rng.choice(remaining, closing.waiting, replace=False)] = WAITING
        self._take((~kept & (due < last) & (due > last - 15)).astype(float), closing.overdue)

    def _withdraw(self, count: int) -> None:
        """Withdrawn before or on the due day, never where a promise was made."""
        possible = ~self.received.model & (self.received.due_day > self.received.day)
        chosen = self._take(possible.astype(float), count)
        latest = np.minimum(self.received.due_day[chosen], self.last)
        self._end(chosen, self.rng.integers(self.earliest[chosen], latest, endpoint=True), WITHDRAWN)

    def _be_late(self, closing: Closing, care: Floats, resolved_online: int) -> None:
        due, online = self.received.due_day, self.received.channel == ONLINE
        possible = care * (~self.received.model & (due < self.last) & (due >= self.earliest))
        if closing.late_online is None:
            chosen = self._take(possible, closing.late)
        else:
            count = round(closing.late_online * resolved_online)
            chosen = np.concatenate(
                [self._take(possible * online, count), self._take(possible * ~online, closing.late - count)]
            )
        self._end(chosen, np.minimum(due[chosen] + self.rng.geometric(0.35, len(chosen)), self.last))

    def _keep_promises(self) -> None:
        kept = np.flatnonzero(self.undecided & self.promises.kept)
        self._end(kept, self.promises.day[kept])

    def _be_early(self, closing: Closing) -> None:
        """What is due after the closing but not open has ended early; more end early by choice."""
        due = self.received.due_day
        forced = np.flatnonzero(self.undecided & (due > self.last))
        self.undecided[forced] = False
        possible = self.undecided & ~self.promises.broken & (due > self.earliest)
        share = round(closing.early_share * possible.sum())
        wanted = share if closing.early is None else closing.early - len(forced)
        chosen = np.concatenate([forced, self._take(possible.astype(float), wanted)])
        latest = np.minimum(due[chosen] - 1, self.last)
        self._end(chosen, self.rng.integers(self.earliest[chosen], latest, endpoint=True))


def hours(received: Receptions, day: Ints, kept: Bools, broken: Bools, rng: np.random.Generator) -> Ints:
    """Time of each end on `day`, in seconds after midnight: within office hours, after the reception, and before or
    after nine in the morning where a promise for that hour is `kept` or `broken`."""
    next_day = day > received.day
    start = np.where(next_day, OPENS + 600, received.second + 300)
    start = np.where(broken, np.maximum(start, _NEXT_MORNING + 300), start)
    stop = np.where(kept & next_day, _NEXT_MORNING - 60, CLOSES)
    # Most of what is done the same day is done soon.
    share = np.where(next_day, rng.random(len(received)), rng.random(len(received)) ** 2)
    second: Ints = (start + share * (stop - start)).astype(np.int64)
    second[(second >= LUNCH) & (second < REOPENS)] += REOPENS - LUNCH
    return second
