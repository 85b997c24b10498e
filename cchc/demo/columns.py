"""The remaining columns of demo dossiers: numbers, digitisation, fees, ratings; and the table of them all."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cchc.demo.endings import DONE, WITHDRAWN, Endings
from cchc.demo.plans import Digitised, Plan
from cchc.demo.receptions import ONLINE, Area, Bools, Days, Ints, Receptions, pick
from cchc.schema import CHANNELS, DOSSIER, STATUSES

_KNOWN = 0.97
_EXEMPT = 0.08
_PAID_ONLINE = 0.55
_RATED = 0.06
_RATINGS = (1, 2, 3, 4, 5)
# Shares of the ratings of dossiers in time and of late ones, assumed.
_GOOD, _BAD = (0.004, 0.006, 0.03, 0.16, 0.8), (0.2, 0.2, 0.25, 0.2, 0.15)
_UNDATED = 0.0005


def table(plan: Plan, received: Receptions, endings: Endings, area: Area, rng: np.random.Generator) -> pa.Table:
    """Dossiers as schema.DOSSIER, in the order received."""
    components, results = digitised(plan.digitised, received, endings, area, rng)
    return assemble(plan.code, plan.as_of, received, endings, components, results, area, rng)


def assemble(
    code: str,
    as_of: date,
    received: Receptions,
    endings: Endings,
    components: pa.Array,
    results: pa.Array,
    area: Area,
    rng: np.random.Generator,
) -> pa.Table:
    """All columns of schema.DOSSIER; `components` and `results` say what is digitised, null where unknown."""
    order = np.lexsort((received.second, received.day))
    ended, withdrawn = endings.day >= 0, endings.status == WITHDRAWN
    received_at = _moments(area.workdays.days, received.day, received.second)
    ended_at = _moments(area.workdays.days, np.maximum(endings.day, 0), endings.second)
    handed_over, has_it = _handed_over(received, endings, as_of, area, rng)
    fee_due, paid_online = _fees(received, area, rng)
    undated = (endings.day == received.due_day) & ~received.model & (rng.random(len(received)) < _UNDATED)
    columns = {
        "dossier_id": _numbers(code, received, order, area),
        "unit": pa.array(area.units).take(pa.array(received.unit)),
        "procedure": pa.array(area.procedures).take(pa.array(received.procedure)),
        "channel": pa.array(CHANNELS).take(pa.array(received.channel)),
        "received_at": pa.array(received_at),
        "due_at": pa.array(_moments(area.workdays.days, received.due_day, received.due_second), mask=undated),
        "finished_at": pa.array(ended_at, mask=~ended | withdrawn),
        "returned_at": pa.array(np.where(withdrawn, ended_at, handed_over), mask=~(withdrawn | has_it)),
        "status": pa.array(STATUSES).take(pa.array(endings.status)),
        "components_digitised": components,
        "result_digitised": results,
        "fee_due": fee_due,
        "paid_online": paid_online,
        "rating": _ratings(received, endings, rng),
        "exported_on": pa.array(np.full(len(received), np.datetime64(as_of))),
    }
    # What nobody has thought of a number for is unknown.
    unknown = pa.nulls(len(received))
    arrays = [columns.get(field.name, unknown).cast(field.type) for field in DOSSIER]
    return pa.Table.from_arrays(arrays, schema=DOSSIER).take(pa.array(order))


def digitised(
    periods: tuple[Digitised, ...], received: Receptions, endings: Endings, area: Area, rng: np.random.Generator
) -> tuple[pa.Array, pa.Array]:
    """Whether components and result of each dossier are digitised, exactly as often as `periods` say among the known;
    the result of a dossier without one (open, withdrawn) is unknown."""
    components, results = np.zeros(len(received), bool), np.zeros(len(received), bool)
    known, done = rng.random(len(received)) < _KNOWN, endings.status == DONE
    result_known = done & (rng.random(len(received)) < _KNOWN)
    online = np.where(received.channel == ONLINE, 3.0, 1.0)
    for period in periods:
        first, last = area.workdays.first(period.start), area.workdays.last(period.end)
        for flags, day, among, share in (
            (components, received.day, known, period.components),
            (results, endings.day, result_known, period.results),
        ):
            eligible = among & (day >= first) & (day <= last)
            taste = online * np.exp(period.growth * (day - first) / (last - first))
            flags[pick(rng, eligible * taste, round(share * int(eligible.sum())))] = True
    return pa.array(components, mask=~known), pa.array(results, mask=~result_known)


def _moments(days: Days, day: Ints, second: Ints) -> Days:
    moments: Days = days[day].astype("datetime64[us]") + second.astype("timedelta64[s]")
    return moments


def _handed_over(
    received: Receptions, endings: Endings, as_of: date, area: Area, rng: np.random.Generator
) -> tuple[Days, Bools]:
    """When the applicant got the result, and whether by `as_of`: at once on line, else within minutes or days."""
    online = received.channel == ONLINE
    minutes = np.where(online, 0, rng.integers(0, 900, len(received)))
    days = np.where(online | (rng.random(len(received)) < 0.8), 0, rng.geometric(0.5, len(received)))
    day = np.minimum(np.maximum(endings.day, 0) + days, len(area.workdays.days) - 1)
    done = (endings.status == DONE) & (day <= area.workdays.last(as_of))
    return _moments(area.workdays.days, day, endings.second + minutes), done


def _fees(received: Receptions, area: Area, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """Whether a fee was due, and if so whether it was paid on line (null where unknown or nothing was due)."""
    charged = np.array([procedure.fee for procedure in area.references.procedures.values()])
    due = charged[received.procedure] & (rng.random(len(received)) > _EXEMPT)
    paid = rng.random(len(received)) < np.where(received.channel == ONLINE, _PAID_ONLINE, 0.02)
    known = rng.random(len(received)) < _KNOWN
    return pa.array(due), pa.array(paid, mask=~(due & known))


def _ratings(received: Receptions, endings: Endings, rng: np.random.Generator) -> pa.Array:
    good, bad = (rng.choice(_RATINGS, len(received), p=shares) for shares in (_GOOD, _BAD))
    rated = (endings.status == DONE) & (rng.random(len(received)) < _RATED)
    return pa.array(np.where(endings.day > received.due_day, bad, good), mask=~rated)


def _numbers(code: str, received: Receptions, order: Ints, area: Area) -> pa.Array:
    """Official numbers: code of the unit, date of receipt, counter of the unit's day."""
    groups = (received.unit * len(area.workdays.days) + received.day)[order]
    grouped = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[grouped], prepend=-1))
    counter = np.empty(len(order), np.int64)
    counter[order[grouped]] = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order))) + 1
    units = pa.array([f"{code}.{n:02d}" if n else code for n in range(len(area.units))])
    days = pa.array([day.item().strftime("%y%m%d") for day in area.workdays.days])
    return pc.binary_join_element_wise(
        units.take(pa.array(received.unit)),
        days.take(pa.array(received.day)),
        pc.utf8_lpad(pa.array(counter).cast(pa.string()), 4, "0"),
        "-",
    )
