"""The rules of counting a second time: plain Python, dossier by dossier and day by day, slow and obvious."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from cchc.figures.filters import Filters
from cchc.figures.periods import Grain, between
from cchc.rules.references import References
from cchc.rules.service_models import ServiceModel

Dossier = dict[str, Any]
Figures = dict[str, float | None]
_DAY = timedelta(days=1)


def run(
    dossiers: Iterable[Dossier],
    references: References,
    as_of: date,
    filters: Filters,
    by: Sequence[str] = (),
    grain: Grain | None = None,
    since: date = date.min,
) -> dict[tuple[Any, ...], Figures]:
    """Every metric by (period's first day, with `grain`) and dimensions; None where a denominator is zero, and where
    the period ends before the first day covered, `since`. Days before that are in no figure."""
    chosen = [each for each in (judged(d, references, as_of) for d in dossiers) if selected(each, filters)]
    groups = {tuple(d[dimension] for dimension in by) for d in chosen if d["received_on"] <= filters.end}
    if not by:
        groups = {()}
    if list(by) == ["unit"]:
        there = (u for u in references.units.values() if u.valid_from <= filters.end and filters.start <= u.valid_to)
        groups |= {
            (unit.id,) for unit in there
            if (not filters.units or unit.id in filters.units) and (not filters.levels or unit.level in filters.levels)
        }  # fmt: skip
    result = {}
    for group in groups:
        members = [d for d in chosen if tuple(d[dimension] for dimension in by) == group]
        for label, start, end in _periods(filters, grain):
            counted = figures(members, max(start, since), end, as_of, references)
            result[(*label, *group)] = counted if end >= since else dict.fromkeys(counted)
    return result


def _periods(filters: Filters, grain: Grain | None) -> list[tuple[tuple[date, ...], date, date]]:
    if grain is None:
        return [((), filters.start, filters.end)]
    whole = between(grain, filters.start, filters.end)
    return [((p.start,), max(p.start, filters.start), min(p.end, filters.end)) for p in whole]


def judged(dossier: Dossier, references: References, as_of: date) -> Dossier:
    """The dossier with everything its counting depends on."""
    received, ended = dossier["received_at"], ended_at(dossier)
    judged = dossier | {
        "field": references.procedures[dossier["procedure"]].field,
        "level": references.units[dossier["unit"]].level,
        "weekday": received.isoweekday(),
        "received_on": received.date(),
        "ended_on": ended.date() if ended else None,
        "outcome": outcome(dossier, references.dataset.late_by),
        "minutes": _minutes(received, ended) if ended else None,
        "deadline": past_deadline(dossier, as_of, references.dataset.late_by),
        "in_time": ended is not None and is_in_time(ended, dossier["due_at"], references.dataset.late_by),
    }
    covering = next((m for m in references.models if _covers(m, judged, references)), None)
    inside = _inside_hours(covering, received) if covering else False
    model = covering if inside else None
    lists = [m.id for m in references.models if _lists(m, judged, references)]
    hourly = model and model.promise == "same_day" and not is_bare(received)
    promised = _promise(model, received, references).date() if model and hourly else None
    kept = _promise_kept(model, judged, references) if model else {False}
    due = model is not None and _promise_due(model, judged, references, as_of)
    return judged | {
        "accepted": acceptance(dossier, references),
        "listed": " ".join(lists),
        "next_day": promised is not None and promised > judged["received_on"],
        "model": model.id if model else None,
        "model_due": due and len(kept) == 1,
        "model_unknown": (due and len(kept) == 2) or inside is None,
        "model_kept": kept == {True},
    }


def acceptance(dossier: Dossier, references: References) -> bool | None:
    """Whether an online dossier was received within eight working hours of its filing, day by day; None where
    that is not asked or not known."""
    filed, received = dossier["submitted_at"], dossier["received_at"]
    if dossier["channel"] != "online" or filed is None or filed.date() > received.date():
        return None
    calendar = references.calendar
    if is_bare(filed) or is_bare(received):
        day = filed.date()
        if not calendar.is_working(day) or filed.time() >= time(17):
            day = calendar.next_working_day(day)
        return bool(received.date() <= calendar.next_working_day(day))
    if filed > received:
        return None
    worked, day = timedelta(0), filed.date()
    while day <= received.date() and worked <= timedelta(hours=8):
        for opens, closes in ((time(7), time(11, 30)), (time(13, 30), time(17))) if calendar.is_working(day) else ():
            start = max(filed, datetime.combine(day, opens))
            worked += max(timedelta(0), min(received, datetime.combine(day, closes)) - start)
        day += _DAY
    return worked <= timedelta(hours=8)


def is_bare(moment: datetime) -> bool:
    """Whether a moment is a day of which the hour is not known."""
    return moment.time() == time(0)


def _moments(moment: datetime) -> list[datetime]:
    """When it may have been: a day without its hour is any time of it."""
    hours = (time(0, 0, 1), time(8), time(12), time(16), time(23, 59, 59))
    return [datetime.combine(moment.date(), hour) for hour in hours] if is_bare(moment) else [moment]


def _minutes(received: datetime, ended: datetime) -> int:
    if is_bare(received) or is_bare(ended):
        return (ended.date() - received.date()).days * 1440
    return max(0, math.floor((ended - received).total_seconds() / 60))


def ended_at(dossier: Dossier) -> datetime | None:
    if dossier["status"] not in ("done", "withdrawn"):
        return None
    return dossier["finished_at"] or dossier["returned_at"]


def outcome(dossier: Dossier, late_by: str) -> str | None:
    ended, due = ended_at(dossier), dossier["due_at"]
    if ended is None:
        return None
    if dossier["status"] == "withdrawn":
        return "withdrawn"
    if due is None:
        return "on_day"
    if late_by == "minute":
        if ended > due:
            return "late"
        return "on_day" if ended.date() == due.date() else "early"
    if ended.date() < due.date():
        return "early"
    return "late" if ended.date() > due.date() else "on_day"


def past_deadline(dossier: Dossier, as_of: date, late_by: str) -> date | None:
    """The day the deadline fell, or that of receipt if later, where it is past at the end of the as-of date."""
    due = dossier["due_at"]
    if due is None or dossier["status"] == "waiting":
        return None
    midnight = datetime.combine(as_of + _DAY, time(0))
    is_past = due < midnight if late_by == "minute" else due.date() < as_of
    return max(due.date(), dossier["received_at"].date()) if is_past else None


def is_in_time(ended: datetime, due: datetime | None, late_by: str) -> bool:
    if due is None:
        return False
    return ended <= due if late_by == "minute" else ended.date() <= due.date()


def is_open(dossier: Dossier, day: date) -> bool:
    """Whether the dossier was open at the end of that day."""
    if dossier["received_on"] > day:
        return False
    return dossier["ended_on"] is None or dossier["ended_on"] > day


def is_overdue(dossier: Dossier, day: date, late_by: str) -> bool:
    """Whether the dossier was open and past its deadline at the end of that day."""
    if not is_open(dossier, day) or dossier["due_at"] is None:
        return False
    if dossier["status"] == "waiting":
        return False
    midnight = datetime.combine(day + _DAY, time(0))
    return dossier["due_at"] < midnight if late_by == "minute" else dossier["due_at"].date() < day


def is_due_soon(dossier: Dossier, day: date, references: References) -> bool:
    """Whether it was open and within its deadline at the end of that day, with three working days left or fewer."""
    if dossier["due_at"] is None or dossier["status"] == "waiting" or not is_open(dossier, day):
        return False
    if is_overdue(dossier, day, references.dataset.late_by):
        return False
    left, due = 0, dossier["due_at"].date()
    while day < due and left <= 3:
        day += _DAY
        left += references.calendar.is_working(day)
    return left <= 3


def _covers(model: ServiceModel, dossier: Dossier, references: References) -> bool:
    day = dossier["received_on"]
    if dossier["unit"] not in model.units or not _runs_on(model, dossier["unit"], day):
        return False
    if model.end and day > model.end.day:
        return False
    joined = [each.start.day for each in model.unit_starts if each.unit == dossier["unit"]]
    if day < (joined[0] if joined else model.start.day):
        return False
    return any(
        listing.level == dossier["level"]
        and (dossier["procedure"] in listing.procedures or dossier["field"] in listing.fields)
        and listing.valid_from <= day <= listing.valid_to
        for listing in model.listings
    )


def _runs_on(model: ServiceModel, unit: str, day: date) -> bool:
    if not model.turns:
        return day.isoweekday() in model.weekdays
    return any(turn.unit == unit and (day.isoweekday() in turn.weekdays or day in turn.days) for turn in model.turns)


def _inside_hours(model: ServiceModel, received: datetime) -> bool | None:
    """Whether it was received in the hours of the model; None where its hour is not known."""
    if not model.hours:
        return True
    return None if is_bare(received) else model.hours.first <= received.time() <= model.hours.last


def _lists(model: ServiceModel, dossier: Dossier, references: References) -> bool:
    """Whether the dossier's procedure is on the model's list for its unit, on whatever day."""
    return dossier["unit"] in model.units and any(
        listing.level == dossier["level"]
        and (dossier["procedure"] in listing.procedures or dossier["field"] in listing.fields)
        for listing in model.listings
    )


def _promise(model: ServiceModel, received: datetime, references: References) -> datetime:
    """The last moment at which a result keeps the promise."""
    if model.promise == "minutes":
        in_time = received + timedelta(minutes=model.minutes)
        return min(in_time, datetime.combine(received.date(), time(23, 59, 59)))
    if received.time() <= model.cut_off:
        return datetime.combine(received.date(), time(23, 59, 59))
    day = received.date() + _DAY
    while not references.calendar.is_working(day):
        day += _DAY
    return datetime.combine(day, model.deadline)


def _promise_due(model: ServiceModel, dossier: Dossier, references: References, as_of: date) -> bool:
    if model.promise in ("online", "open"):
        return model.promise == "online"
    if dossier["status"] in ("waiting", "withdrawn"):
        return False
    return all(_promise(model, each, references).date() <= as_of for each in _moments(dossier["received_at"]))


def _promise_kept(model: ServiceModel, dossier: Dossier, references: References) -> set[bool]:
    """Whether the promise was kept, at every hour at which things may have happened."""
    if model.promise == "online":
        return {dossier["channel"] == "online"}
    if model.promise == "open":
        return {False}
    ended = ended_at(dossier)
    if dossier["status"] != "done" or ended is None:
        return {False}
    return {
        end <= _promise(model, received, references)
        for received in _moments(dossier["received_at"])
        for end in _moments(ended)
    }


def selected(dossier: Dossier, filters: Filters) -> bool:
    for dimension, wanted in (
        ("unit", filters.units), ("field", filters.fields), ("level", filters.levels), ("channel", filters.channels),
        ("procedure", filters.procedures), ("weekday", filters.weekdays),
        ("receiving_unit", filters.receiving_units), ("source", filters.sources), ("desk", filters.desks),
        ("service_level", filters.service_levels),
    ):  # fmt: skip
        if wanted and dossier[dimension] not in wanted:
            return False
    return True


def figures(dossiers: list[Dossier], start: date, end: date, as_of: date, references: References) -> Figures:
    """Every metric of these judged dossiers from `start` to `end`."""
    received = [d for d in dossiers if start <= d["received_on"] <= end]
    resolved = [d for d in dossiers if d["ended_on"] and start <= d["ended_on"] <= end]
    finished = [d for d in resolved if d["outcome"] != "withdrawn"]
    carried_in = [d for d in dossiers if is_open(d, start - _DAY)]
    still_open = [d for d in dossiers if is_open(d, end)]
    # What is past due is known up to the as-of date only.
    overdue = [d for d in still_open if is_overdue(d, min(end, as_of), references.dataset.late_by)]
    soon = [d for d in still_open if is_due_soon(d, min(end, as_of), references)]
    early, on_day, late, withdrawn = (
        len([d for d in resolved if d["outcome"] == name]) for name in ("early", "on_day", "late", "withdrawn")
    )
    online, counter, postal = (
        len([d for d in received if d["channel"] == name]) for name in ("online", "counter", "postal")
    )
    same_day = len([d for d in finished if d["ended_on"] == d["received_on"]])
    known_components = [d["components_digitised"] for d in received if d["components_digitised"] is not None]
    known_results = [d["result_digitised"] for d in finished if d["result_digitised"] is not None]
    ratings = [d["rating"] for d in finished if d["rating"] is not None]
    payments = [d["paid_online"] for d in received if d["fee_due"] and d["paid_online"] is not None]
    days = sorted(d["minutes"] / 1440 for d in finished)
    promises = [d for d in received if d["model_due"]]
    accepted = [d["accepted"] for d in received if d["accepted"] is not None]
    kept = len([d for d in promises if d["model_kept"]])
    on_time = early + on_day + withdrawn
    due = [d for d in dossiers if d["deadline"] and start <= d["deadline"] <= end]
    due_in_time = len([d for d in due if d["in_time"]])
    open_within = len(still_open) - len(overdue)
    return {
        "received": len(received),
        "carried_in": len(carried_in),
        "handled": len(carried_in) + len(received),
        "resolved": len(resolved),
        "early": early,
        "on_day": on_day,
        "on_time": on_time,
        "late": late,
        "withdrawn": withdrawn,
        "undated": len([d for d in finished if d["due_at"] is None]),
        "open": len(still_open),
        "open_within": open_within,
        "open_overdue": len(overdue),
        "clearance_rate": _rate(len(resolved), len(received)),
        "early_rate": _rate(early, len(resolved)),
        "on_day_rate": _rate(on_day, len(resolved)),
        "on_time_rate": _rate(on_time, len(resolved)),
        "late_rate": _rate(late, len(resolved)),
        "on_time_rate_766": _rate(on_time + open_within, len(resolved) + len(still_open)),
        "open_overdue_rate": _rate(len(overdue), len(still_open)),
        "due_soon": len(soon),
        "due": len(due),
        "due_on_time": due_in_time,
        "due_missed": len(due) - due_in_time,
        "due_on_time_rate": _rate(due_in_time, len(due)),
        "online": online,
        "counter": counter,
        "postal": postal,
        "online_rate": _rate(online, len(received)),
        "counter_rate": _rate(counter, len(received)),
        "postal_rate": _rate(postal, len(received)),
        "accepted_in_time_rate": _rate(sum(accepted), len(accepted)),
        "components_digitised_rate": _rate(sum(known_components), len(known_components)),
        "result_digitised_rate": _rate(sum(known_results), len(known_results)),
        "online_payment_rate": _rate(sum(payments), len(payments)),
        "satisfaction_rate": _rate(len([rating for rating in ratings if rating in (4, 5)]), len(ratings)),
        "same_day": same_day,
        "same_day_rate": _rate(same_day, len(finished)),
        "mean_days": _rate(sum(days), len(days)),
        "median_days": _quantile(days, 0.5),
        "p90_days": _quantile(days, 0.9),
        "counter_or_postal": counter + postal,
        "on_day_or_withdrawn": on_day + withdrawn,
        "model_received": len([d for d in received if d["model"]]),
        "model_due": len(promises),
        "model_unknown": len([d for d in received if d["model_unknown"]]),
        "model_kept": kept,
        "model_kept_rate": _rate(kept, len(promises)),
        "model_broken": len(promises) - kept,
        "next_day_received": len([d for d in received if d["next_day"]]),
        "next_day_due": len([d for d in promises if d["next_day"]]),
        "next_day_kept": len([d for d in promises if d["next_day"] and d["model_kept"]]),
    }


def _rate(top: float, bottom: int) -> float | None:
    return top / bottom if bottom else None


def _quantile(ordered: list[float], share: float) -> float | None:
    """Between the two nearest of the sorted values, in proportion."""
    if not ordered:
        return None
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
