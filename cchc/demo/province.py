"""What dossiers of a province say beside: their counter, the system they come from, what is filed at extra hours."""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from cchc.demo.plans import Province
from cchc.demo.receptions import Bools
from cchc.rules.references import References
from cchc.rules.service_models import ServiceModel
from cchc.schema import DOSSIER

_DAY = pd.Timedelta(days=1)
# What is filed by then on another day fits into a morning, half an hour later.
_LATEST, _LATER = datetime.time(10, 30), pd.Timedelta(minutes=30)
# Of what is filed at extra hours, how much would not have been filed on another day.
_MORE = 0.6
# Another counter is one of so many next on the list of units.
_NEAR = 4


def since_2025(province: Province, dossiers: pa.Table, area: References, rng: np.random.Generator) -> pa.Table:
    """The same dossiers with `receiving_unit` and `source`, and those filed on the days of the models that receive at
    another time, as schema.DOSSIER in the order received."""
    frame = dossiers.to_pandas()
    for model in area.models:
        if "open" in model.promises:
            frame = _at_extra_hours(frame, model, area, province.extra, rng)
    frame = frame.sort_values(["received_at", "dossier_id"], kind="stable", ignore_index=True)
    is_since = frame["received_at"] >= pd.Timestamp(province.since)
    frame["receiving_unit"] = _counters(province, frame, area, rng).where(is_since, None)
    fields = frame["procedure"].map({each.id: each.field for each in area.procedures.values()})
    frame["source"] = fields.map(province.ministries).where(is_since).fillna(province.source)
    return pa.Table.from_pandas(frame, schema=DOSSIER, preserve_index=False)


def _counters(province: Province, frame: pd.DataFrame, area: References, rng: np.random.Generator) -> pd.Series:
    """The unit itself or, of communes, now and then one of those next to it on the list."""
    today = [each.id for each in area.units.values() if each.level == "commune" and each.valid_from == province.since]
    place = frame["unit"].map({unit: n for n, unit in enumerate(today)})
    away = place.notna() & (rng.random(len(frame)) < province.elsewhere)
    other = (place.fillna(0).astype(int) + rng.integers(1, _NEAR, len(frame), endpoint=True)) % len(today)
    return frame["unit"].where(~away, np.array(today)[other])


def _at_extra_hours(
    frame: pd.DataFrame, model: ServiceModel, area: References, share: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Some of what was filed early on a working day and can wait is filed on the model's day of that week; more of it
    is filed beside."""
    day = frame["received_at"].dt.normalize()
    extra = day + (model.weekdays[0] - 1 - day.dt.day_of_week) * _DAY
    chosen = _can_wait(frame, day, extra, model, area) & (rng.random(len(frame)) < share)
    filed = frame[chosen].copy()
    for column in ("received_at", "due_at", "finished_at", "returned_at"):
        is_same_day = filed[column].dt.normalize() == day[chosen]
        filed[column] = filed[column].mask(is_same_day, filed[column] + (extra - day)[chosen] + _LATER)
    is_more = rng.random(len(filed)) < _MORE
    place = filed["dossier_id"].str.rsplit("-", n=2).str[0]
    filed["dossier_id"] = place + "-" + filed["received_at"].dt.strftime("%y%m%d")
    counter = (filed.groupby("dossier_id").cumcount() + 1).astype(str).str.zfill(4)
    filed["dossier_id"] += "-" + counter
    return pd.concat([frame.drop(filed.index[~is_more]), filed], ignore_index=True)


def _can_wait(frame: pd.DataFrame, day: pd.Series, extra: pd.Series, model: ServiceModel, area: References) -> Bools:
    """What the model covers but for the weekday, filed early enough, that ends at once or after the model's day."""
    covered = {(unit, procedure) for _, unit, procedure, *_ in area.scope(model)}
    listed = np.array([each in covered for each in zip(frame["unit"], frame["procedure"], strict=True)], bool)
    fits = listed & (frame["received_at"].dt.time <= _LATEST) & (extra > day) & (extra >= pd.Timestamp(model.start.day))
    # On a Saturday that is worked everybody files anyway.
    worked = [each for each in extra.unique() if area.calendar.is_working(each.date())]
    fits &= ~extra.isin(worked)
    fits &= extra <= pd.Timestamp(frame["exported_on"].max())
    for column in ("due_at", "finished_at", "returned_at"):
        at = frame[column]
        soon = (at.dt.normalize() == day) & ((column == "due_at") | (at.dt.time <= _LATEST))
        fits &= at.isna() | soon | (at.dt.normalize() > extra)
    return np.asarray(fits)
