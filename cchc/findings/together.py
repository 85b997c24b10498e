"""Units and groups of units side by side: which they are, and the same figures of each over the same periods."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import Filters, Group
from cchc.figures.metrics import METRICS, Metric
from cchc.figures.periods import Grain, Period, containing
from cchc.figures.query import Run
from cchc.text import Language, Text, both, capital, collation_key

# More lines than these nobody tells apart.
MOST = 6
# As many figures a headline holds.
_TOLD = 3


@dataclass(frozen=True)
class Side:
    """One that is compared: its id (of a group or a unit), its name, and the question about it alone."""

    id: str
    name: str
    filters: Filters


@dataclass(frozen=True)
class Line:
    """The figures of one by period, oldest first, as rows of `query.run(..., parts=True)`."""

    name: str
    rows: Mapping[Period, Mapping[str, Any]]

    def known(self, metric: str) -> dict[Period, float]:
        """The values of a metric in the periods that have one."""
        return {period: float(row[metric]) for period, row in self.rows.items() if not pd.isna(row[metric])}


def sides(filters: Filters, asked: Iterable[str], groups: Mapping[str, Group], names: Mapping[str, str]) -> list[Side]:
    """The first six whose ids are `asked`, else the groups and units the filters choose, where they are two to six; in
    Vietnamese order. `names` are those of the units."""
    ids = [id_ for id_ in dict.fromkeys(asked) if id_ in groups or id_ in names][:MOST]
    chosen = [*(group.id for group in filters.groups), *filters.loose]
    ids = ids or (chosen if 2 <= len(chosen) <= MOST else [])
    held = dict(groups) | {group.id: group for group in filters.groups}
    found = [
        Side(id_, held[id_].name, replace(filters, units=(), groups=()).with_groups([held[id_]])) if id_ in held
        else Side(id_, names[id_], filters.narrow("unit", id_))
        for id_ in ids
    ]  # fmt: skip
    return sorted(found, key=lambda side: collation_key(side.name))


def lines(run: Run, compared: Sequence[Side], metrics: Sequence[str], grain: Grain, span: Period) -> list[Line]:
    """The figures of each over the periods of a kind in `span`."""
    found = []
    for side in compared:
        rows = run(metrics, side.filters.over(span), grain=grain, parts=True).to_dict("records")
        by_period = {containing(grain, row["period"].date()): {str(key): row[key] for key in row} for row in rows}
        found.append(Line(side.name, by_period))
    return found


def table(compared: Sequence[Line], named: Callable[[Period], str]) -> pd.DataFrame:
    """The same figures as one table: columns period (as `named`) and unit (the name of the line), and those of the
    rows."""
    rows = [
        dict(row) | {"period": named(period), "unit": line.name}
        for line in compared for period, row in line.rows.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def in_all(row: Mapping[Any, Any], names: Sequence[str]) -> Text:
    """The first three of these figures in a sentence, those left out that rest on too little or on no due dates; `row`
    is one of `query.run(..., parts=True)`."""
    told = [METRICS[name] for name in names if not pd.isna(row[name]) and trust.is_judged(METRICS[name], row)][:_TOLD]
    if not told:
        return Text("Chưa đủ hồ sơ để nói con số nào", "Too few dossiers to tell any of these figures")

    def said(language: Language) -> str:
        return capital("; ".join(f"{each.label[language]}: {_shown(each, row, language)}" for each in told))

    return both(said)


def _shown(metric: Metric, row: Mapping[Any, Any], language: Language) -> str:
    known = trust.caution(metric, row)
    return metric.show(row[metric.name], language) + (f" ({known[language]})" if known else "")


def answer(compared: Sequence[Line], name: str) -> Text:
    """Who is highest and who lowest, all of those whose figure reads the same, in the last period in which two can be
    told: over enough dossiers, with due dates."""
    metric = METRICS[name]
    judged = [
        {period: value for period, value in line.known(name).items() if trust.is_judged(metric, line.rows[period])}
        for line in compared
    ]
    periods = [period for line in judged for period in line if sum(period in each for each in judged) > 1]
    if not periods:
        return metric.label
    last = max(periods, key=lambda period: period.start)
    values = {line.name: known[last] for line, known in zip(compared, judged, strict=True) if last in known}
    high, low = (choose(values, key=lambda side: values[side]) for choose in (max, min))
    tops, ends = (
        ", ".join(side for side in values if metric.show(values[side], "vi") == metric.show(values[end], "vi"))
        for end in (high, low)
    )

    def said(language: Language) -> str:
        words = Text("{0}: {1} cao nhất ({2}), {3} thấp nhất ({4})", "{0}: {1} is highest ({2}), {3} lowest ({4})")
        shown = [metric.show(values[each], language) for each in (high, low)]
        when = f"{metric.label[language]}, {last.label(language)}"
        return capital(words[language].format(when, tops, shown[0], ends, shown[1]))

    if metric.show(values[high], "vi") == metric.show(values[low], "vi"):
        return both(lambda language: f"{metric.label[language]}, {last.label(language)}: "
                    + Text("mọi nơi như nhau ({0})", "all alike ({0})")[language].format(
                        metric.show(values[high], language)))  # fmt: skip
    return both(said)
