"""Which dossiers a figure is about, as a frozen question that turns into a link, into SQL and into words."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from cchc.figures.periods import Period, containing
from cchc.rules.boundaries import BOUNDARIES, Boundaries
from cchc.rules.references import References
from cchc.schema import BESIDE, CHANNEL_NAMES, DIMENSIONS, LEVELS
from cchc.store.coverage import is_covered
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language, Text, UserError, number, within

# The parameter of a link, the column it selects, and the attribute of Filters that holds the ids.
_CHOICES = {
    "unit": "units",
    "field": "fields",
    "level": "levels",
    "channel": "channels",
    "procedure": "procedures",
    "weekday": "weekdays",
    "receiving_unit": "receiving_units",
    "source": "sources",
    "desk": "desks",
    "service_level": "service_levels",
}
_PARAMETER_NAMES = {
    "start": "ngày bắt đầu", "end": "ngày kết thúc", "unit": "đơn vị", "field": "lĩnh vực", "level": "cấp",
    "channel": "hình thức nộp", "procedure": "thủ tục", "weekday": "thứ", "receiving_unit": "nơi tiếp nhận",
    "source": "hệ thống", "desk": "phòng ban", "service_level": "mức độ dịch vụ", "group": "nhóm đơn vị",
    "boundaries": "cách xem theo đơn vị",
}  # fmt: skip
PARAMETERS = ("dataset", "snapshot", "start", "end", *_CHOICES, "group", "boundaries")

LEVEL_NAMES = {
    "province": Text("Cấp tỉnh", "Province"),
    "district": Text("Cấp huyện", "District"),
    "commune": Text("Cấp xã", "Commune"),
}
WEEKDAY_NAMES = {
    1: Text("Thứ Hai", "Monday"),
    2: Text("Thứ Ba", "Tuesday"),
    3: Text("Thứ Tư", "Wednesday"),
    4: Text("Thứ Năm", "Thursday"),
    5: Text("Thứ Sáu", "Friday"),
    6: Text("Thứ Bảy", "Saturday"),
    7: Text("Chủ nhật", "Sunday"),
}
_COUNTED = {
    "units": Text("đơn vị", "units"),
    "fields": Text("lĩnh vực", "fields"),
    "procedures": Text("thủ tục", "procedures"),
    "receiving_units": Text("nơi tiếp nhận", "receiving units"),
}
_TAKEN_BY = Text("tiếp nhận tại", "received at")


@dataclass(frozen=True)
class Group:
    """Units that an area has given a name: a choice of units by an id that a link keeps, whoever joins or leaves."""

    id: str
    name: str
    units: tuple[str, ...]


_NO_GROUPS: Mapping[str, Group] = {}


@dataclass(frozen=True)
class Filters:
    """A frozen question. Empty tuples mean everything; a weekday (1 Monday - 7 Sunday) is the day of receipt. `units`
    are the offices responsible, those of the `groups` among them, `receiving_units` the counters that took the
    dossiers, be they the same or not."""

    dataset: str
    snapshot: str
    start: datetime.date
    end: datetime.date
    units: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    receiving_units: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    service_levels: tuple[str, ...] = ()
    boundaries: Boundaries = "then"  # as the link asks; a page may show the units of each day all the same
    groups: tuple[Group, ...] = ()

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    def over(self, period: Period) -> "Filters":
        """The same dossiers in another period."""
        return replace(self, start=period.start, end=period.end)

    def previous(self, as_of: datetime.date) -> "Filters":
        """The previous period of the same kind; of a period that data as of that day does not end, as many days of it
        (see `Period.alike`)."""
        return self.over(self.period.alike(self.period.previous(), as_of))

    def year_before(self, as_of: datetime.date) -> "Filters":
        """The same period a year earlier, cut as `previous` does."""
        return self.over(self.period.alike(self.period.year_before(), as_of))

    def counted(self, period: Period, snapshot: Snapshot, language: Language) -> str:
        """What one of the periods this is split into is called, with its days where not all of them are counted."""
        first = self.start if is_covered(period, snapshot) else max(self.start, snapshot.start)
        return period.counted(Period(first, min(self.end, snapshot.as_of)), language)

    def narrow(self, dimension: str, value: str | int) -> "Filters":
        """The part of these dossiers with one value of a dimension (a clicked bar or row)."""
        return self.with_choice(_CHOICES[dimension], (value,))

    def with_choice(self, attribute: str, values: Sequence[str | int]) -> "Filters":
        """The same question with another choice of `units`, `fields`, ... ; no values mean everything."""
        chosen: dict[str, Any] = {attribute: tuple(sorted(values))}
        if attribute == "units":
            chosen["groups"] = tuple(group for group in self.groups if set(group.units) <= set(values))
        return replace(self, **chosen)

    def with_groups(self, groups: Iterable[Group]) -> "Filters":
        """The same question about the units of these groups, and those chosen one by one."""
        chosen = tuple(groups)
        units = {*self.loose, *(unit for group in chosen for unit in group.units)}
        return replace(self, units=tuple(sorted(units)), groups=chosen)

    @property
    def loose(self) -> tuple[str, ...]:
        """The units chosen one by one, not as part of a group."""
        return tuple(unit for unit in self.units if not any(unit in group.units for group in self.groups))

    @property
    def chosen(self) -> dict[str, str]:
        """The columns of dossiers that the choices restrict, each with its attribute here; see schema.BESIDE."""
        return {column: attribute for column, attribute in _CHOICES.items() if getattr(self, attribute)}

    def where(self, columns: Iterable[str] = (*DIMENSIONS, *BESIDE)) -> tuple[str, dict[str, object]]:
        """A condition on these columns of ledger and dossiers as constant SQL, and the values bound to it."""
        conditions = ["true"]
        values: dict[str, object] = {}
        for column, attribute in self.chosen.items():
            if column in columns:
                bound = {f"{attribute}{number}": value for number, value in enumerate(getattr(self, attribute))}
                # A list in brackets is compared where the column is read, `= any` row by row.
                conditions.append(f"{column} in ({', '.join(f'${name}' for name in bound)})")
                values |= bound
        return " and ".join(conditions), values

    def to_params(self, snapshot: Snapshot, current: bool = True) -> dict[str, list[str]]:
        """The parameters of a link to this question: ids, never labels, and only what differs from the default.

        `snapshot` is the one asked; `current` says whether it is what a link without a snapshot opens.
        """
        params: dict[str, list[str]] = {"dataset": [self.dataset]}
        if not current:
            params["snapshot"] = [self.snapshot]
        if self.boundaries != "then":
            params["boundaries"] = [self.boundaries]
        if self.period != default_period(snapshot):
            params |= {"start": [self.start.isoformat()], "end": [self.end.isoformat()]}
        for parameter, attribute in _CHOICES.items():
            if values := self.loose if attribute == "units" else getattr(self, attribute):
                params[parameter] = [str(value) for value in values]
        if self.groups:
            params["group"] = [group.id for group in self.groups]
        return params

    def describe(self, references: References, language: Language) -> str:
        """The sentence under every chart: area, period and every choice, as "Huyện Trà Cú, quý I/2023, 5 đơn vị"."""
        parts = [references.dataset.name[language], self.period.label(language)]
        parts += [LEVEL_NAMES[level][language].lower() for level in self.levels]
        units = {u.id: u.name for u in references.units.values()}
        names = {
            "units": units,
            "fields": {key: text[language] for key, text in references.fields.items()},
            "procedures": {p.id: p.name for p in references.procedures.values()},
            "receiving_units": {id_: f"{_TAKEN_BY[language]} {name}" for id_, name in units.items()},
        }
        parts += [group.name for group in self.groups]
        for attribute, known in names.items():
            chosen = self.loose if attribute == "units" else getattr(self, attribute)
            if len(chosen) == 1:
                parts.append(known[chosen[0]])
            elif chosen:
                parts.append(f"{number(len(chosen), language)} {_COUNTED[attribute][language]}")
        parts += [*self.sources, *self.desks, *self.service_levels]
        parts += [CHANNEL_NAMES[channel][language].lower() for channel in self.channels]
        parts += [day_name(day)[language] for day in self.weekdays]
        if counted := self.counted_by(references):
            parts.append(counted[language])
        if references.dataset.sensitive.withheld:
            parts.append(_without(references)[language])
        return ", ".join(parts)

    def counted_by(self, references: References) -> Text | None:
        """That units are those of today, and of a single one how many former ones it stands for; None where they are
        those of each day. Every paper says it in its title or first sentence."""
        if not references.stands:
            return None
        merged = references.units[self.units[0]].merged if len(self.units) == 1 else ()
        if not merged:
            return Text("theo đơn vị hiện nay", "by units of today")
        vi, en = (number(len(merged), language) for language in ("vi", "en"))
        return Text(f"theo đơn vị hiện nay (gộp từ {vi} đơn vị cũ)", f"by units of today ({en} former ones together)")


def _without(references: References) -> Text:
    """Which dossiers are in no figure, because they are for those alone who may list them."""
    told = references.dataset.sensitive
    named = [
        [*(within(references.fields[each][language]) for each in told.fields),
         *(f"“{references.procedures[each].name}”" for each in told.procedures)]
        for language in LANGUAGES
    ]  # fmt: skip
    vi, en = named
    return Text(f"không gồm hồ sơ {_joined(vi, en).vi}", f"without dossiers of {_joined(vi, en).en}")


def seen(params: Mapping[str, Sequence[str]], snapshot: Snapshot) -> Snapshot:
    """The snapshot by the units that a link asks for."""
    return snapshot.under("now") if list(params.get("boundaries", ())) == ["now"] else snapshot


def day_name(*weekdays: int) -> Text:
    """Weekdays inside a sentence: "thứ Năm", "thứ Hai và thứ Tư"."""
    return _joined([within(WEEKDAY_NAMES[day].vi) for day in weekdays], [WEEKDAY_NAMES[day].en for day in weekdays])


def day_names(*weekdays: int) -> Text:
    """The same, of every week: "thứ Năm", "Thursdays"."""
    return Text(day_name(*weekdays).vi, _joined([], [f"{WEEKDAY_NAMES[day].en}s" for day in weekdays]).en)


def _joined(vi: Sequence[str], en: Sequence[str]) -> Text:
    def said(words: Sequence[str], last: str) -> str:
        return last.join([*([", ".join(words[:-1])] if words[:-1] else []), *words[-1:]])

    return Text(said(vi, " và "), said(en, " and "))


def default_period(snapshot: Snapshot) -> Period:
    """The last calendar month the data covers to its end; all of the data when it covers none."""
    month = containing("month", snapshot.as_of)
    if month.end > snapshot.as_of:
        month = month.previous()
    return month if month.start >= containing("month", snapshot.start).start else Period(snapshot.start, snapshot.as_of)


def defaults(snapshot: Snapshot) -> Filters:
    """The question a page opens with."""
    period = default_period(snapshot)
    return Filters(snapshot.dataset, snapshot.id, period.start, period.end, boundaries=snapshot.boundaries)


def _units(parameter: str, params: Mapping[str, Sequence[str]], snapshot: Snapshot) -> list[str]:
    """The units of a link. One that a unit of today stands for is that one in figures by units of today; on a page that
    shows the units of each day it is the other way about."""
    asked = list(dict.fromkeys(params.get(parameter, ())))
    if not asked:
        return asked
    stands = snapshot.under("now").references.stands
    if snapshot.boundaries == "now":
        asked = [stands.get(unit, unit) for unit in asked]
    elif seen(params, snapshot).boundaries == "now":
        asked = [id_ for unit in asked for id_ in ([old for old, now in stands.items() if now == unit] or [unit])]
    return list(dict.fromkeys(asked))


def from_params(
    params: Mapping[str, Sequence[str]], snapshot: Snapshot, groups: Mapping[str, Group] = _NO_GROUPS
) -> tuple[Filters, list[Text]]:
    """The question of a link and what was dropped from it because it no longer exists or cannot be read; `groups` are
    those of the area by id.

    A stale link opens with what is still valid; see `strict` for a command line that must not guess.
    """
    dropped: list[Text] = []
    filters = defaults(snapshot)
    asked = list(dict.fromkeys(params.get("group", ())))
    named = [_shown(groups[id_], params, snapshot) for id_ in asked if id_ in groups]
    units = {name: _units(name, params, snapshot) for name in ("unit", "receiving_unit")}
    units["unit"] += [unit for group in named for unit in group.units]
    filters = replace(filters, **_choices({**params, **units}, snapshot, dropped),
                      boundaries=seen(params, snapshot).boundaries)  # fmt: skip
    there = [replace(group, units=tuple(each for each in group.units if each in filters.units)) for group in named]
    filters = replace(filters, groups=tuple(group for group in there if group.units))
    dropped += [_dropped("group", each) for each in asked if each not in groups]
    dropped += [_dropped("boundaries", each) for each in params.get("boundaries", ()) if each not in BOUNDARIES]
    if "start" in params or "end" in params:
        period = _period(params, filters, snapshot, dropped)
        filters = filters.over(period)
    return filters, dropped


def shown_groups(
    groups: Mapping[str, Group], params: Mapping[str, Sequence[str]], snapshot: Snapshot
) -> dict[str, Group]:
    """The groups of an area with the units the link shows (those of each day or of today), where the area has any."""
    there = {id_: _shown(group, params, snapshot) for id_, group in groups.items()}
    known = snapshot.references.units
    kept = {id_: replace(group, units=tuple(filter(known.__contains__, group.units))) for id_, group in there.items()}
    return {id_: group for id_, group in kept.items() if group.units}


def _shown(group: Group, params: Mapping[str, Sequence[str]], snapshot: Snapshot) -> Group:
    return replace(group, units=tuple(_units("unit", {**params, "unit": group.units}, snapshot)))


def parse(query: str) -> dict[str, list[str]]:
    """The parameters of a query string such as "start=2023-01-01&unit=29461"."""
    return parse_qs(query.lstrip("?"), keep_blank_values=True)


def strict(query: str, snapshot: Snapshot, groups: Mapping[str, Group] = _NO_GROUPS) -> Filters:
    """The question of a query string, `groups` as in `from_params`. Raises UserError when anything in it is unknown,
    instead of dropping it."""
    params = parse(query)
    unknown = [name for name in params if name not in PARAMETERS]
    filters, dropped = from_params(params, snapshot, groups)
    dropped += [_dropped(name, ", ".join(params[name])) for name in unknown]
    if dropped:
        raise UserError(Text(" ".join(d.vi for d in dropped), " ".join(d.en for d in dropped)))
    return filters


def _choices(params: Mapping[str, Sequence[str]], snapshot: Snapshot, dropped: list[Text]) -> dict[str, Any]:
    references = snapshot.references
    allowed: dict[str, set[str]] = {
        "unit": set(references.units), "field": set(references.fields), "level": set(LEVELS),
        "channel": set(CHANNEL_NAMES), "procedure": set(references.procedures),
        "weekday": {str(day) for day in WEEKDAY_NAMES},
        **{name: set(snapshot.labels.get(name, ())) for name in BESIDE},
    }  # fmt: skip
    chosen: dict[str, Any] = {}
    for parameter, attribute in _CHOICES.items():
        values = list(dict.fromkeys(params.get(parameter, ())))
        dropped += [_dropped(parameter, value) for value in values if value not in allowed[parameter]]
        kept = sorted(value for value in values if value in allowed[parameter])
        chosen[attribute] = tuple(int(value) for value in kept) if parameter == "weekday" else tuple(kept)
    return chosen


def _period(params: Mapping[str, Sequence[str]], filters: Filters, snapshot: Snapshot, dropped: list[Text]) -> Period:
    start = _day(params, "start", dropped) or snapshot.start
    end = _day(params, "end", dropped) or max(snapshot.as_of, start)
    if start > end:
        dropped.append(_dropped("start", f"{start} > end {end}"))
        return filters.period
    if not any(_readable(params, name) for name in ("start", "end")):
        return filters.period
    return Period(start, end)


def _day(params: Mapping[str, Sequence[str]], name: str, dropped: list[Text]) -> datetime.date | None:
    if name not in params:
        return None
    if day := _readable(params, name):
        return day
    dropped.append(_dropped(name, ", ".join(params[name])))
    return None


def _readable(params: Mapping[str, Sequence[str]], name: str) -> datetime.date | None:
    values = list(params.get(name, ()))
    try:
        day = datetime.date.fromisoformat(values[0]) if len(values) == 1 else None
    except ValueError:
        return None
    # Comparisons look a year back and official periods two months ahead.
    return day if day and 1900 <= day.year <= 2200 else None


def _dropped(parameter: str, value: str) -> Text:
    name = _PARAMETER_NAMES.get(parameter, parameter)
    return Text(
        f"Bỏ qua {name} ({parameter} = {value[:60]}): không còn hoặc không đọc được.",
        f"Left out {parameter} = {value[:60]}: it no longer exists or cannot be read.",
    )
