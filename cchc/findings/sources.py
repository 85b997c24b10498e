"""Which systems' dossiers have arrived, month by month, and which have not: since 2025 a commune works in several."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from threading import Lock

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from cchc.figures.filters import Filters
from cchc.figures.periods import Period, between
from cchc.figures.query import Run
from cchc.schema import MINIMUM
from cchc.store.coverage import is_whole
from cchc.store.snapshots import Snapshot
from cchc.text import Text

# A month with less than this share of what a source usually has is likely to be a part of it.
FEW = 0.2
# Snapshots of which every page and paper asks the same again.
_REMEMBERED = 32


@dataclass(frozen=True)
class Source:
    """One system and the dossiers received by month since its first, whole months only."""

    name: str
    months: Mapping[Period, int]

    @property
    def usual(self) -> float:
        """The median of the months that have any."""
        return float(median([count for count in self.months.values() if count] or [0]))

    @property
    def missing(self) -> tuple[Period, ...]:
        """Months without a dossier of a source that usually has at least twenty: not quiet, but not there."""
        return tuple(month for month, count in self.months.items() if not count and self.usual >= MINIMUM)

    @property
    def few(self) -> tuple[Period, ...]:
        """Months with some, but with less than a fifth of what is usual."""
        enough = FEW * self.usual if self.usual >= MINIMUM else 0
        return tuple(month for month, count in self.months.items() if 0 < count < enough)


@cached(LRUCache(_REMEMBERED), key=lambda run, snapshot: hashkey(snapshot), lock=Lock())
def arrived(run: Run, snapshot: Snapshot) -> tuple[Source, ...]:
    """Every source the dossiers name, in the order of their names; none where none is named. A month that is not over
    says nothing."""
    if "source" not in snapshot.labels:
        return ()
    asked = Filters(snapshot.dataset, snapshot.id, snapshot.start, snapshot.as_of)
    rows = run(["received"], asked, by=["source"], grain="month").dropna(subset="source")
    counts = {(row["source"], row["period"].date()): int(row["received"]) for row in rows.to_dict("records")}
    whole = [month for month in between("month", snapshot.start, snapshot.as_of) if is_whole(month, snapshot)]
    found = []
    for name in sorted({name for name, _ in counts}):
        first = min(day for (source, day), count in counts.items() if source == name and count)
        months = {month: counts.get((name, month.start), 0) for month in whole if month.end >= first}
        if any(months.values()):
            found.append(Source(name, months))
    return tuple(found)


def lacking(run: Run, snapshot: Snapshot, filters: Filters) -> Text | None:
    """Which months of the period asked about, or of those it is compared with, the chosen systems miss, as a clause;
    None where all have arrived."""
    own, others = [filters.period], [each(snapshot.as_of).period for each in (filters.previous, filters.year_before)]
    found = []
    for source in arrived(run, snapshot):
        if filters.sources and source.name not in filters.sources:
            continue
        here = _within(source.missing, own)
        compared = tuple(month for month in _within(source.missing, others) if month not in here)
        if here:
            said = _listed(here)
            found.append(
                Text(f"thiếu số liệu {said.vi} của {source.name}", f"data of {source.name} for {said.en} is missing")
            )
        if compared:
            said = _listed(compared)
            found.append(
                Text(
                    f"kỳ so sánh thiếu số liệu {said.vi} của {source.name}",
                    f"data of {source.name} for {said.en} is missing in the periods compared with",
                )
            )
    return Text("; ".join(each.vi for each in found), "; ".join(each.en for each in found)) if found else None


def _within(months: tuple[Period, ...], periods: Sequence[Period]) -> tuple[Period, ...]:
    return tuple(
        month for month in months if any(month.start <= each.end and month.end >= each.start for each in periods)
    )


def said(source: Source) -> Text:
    """What is missing of a source, as a clause; that nothing is, where that is so."""
    gaps = [(source.missing, Text("thiếu", "missing")), (source.few, Text("ít bất thường", "unusually few"))]
    parts = [(word, _listed(months)) for months, word in gaps if months]
    if not parts:
        return Text("đủ mọi tháng", "all months are there")
    return Text(
        "; ".join(f"{word.vi} {months.vi}" for word, months in parts),
        "; ".join(f"{word.en} {months.en}" for word, months in parts),
    )


def _listed(months: tuple[Period, ...]) -> Text:
    """Months in a row as a span: "tháng 9/2026 đến tháng 10/2026"."""
    spans: list[list[Period]] = []
    for month in months:
        if spans and spans[-1][-1].end + datetime.timedelta(days=1) == month.start:
            spans[-1].append(month)
        else:
            spans.append([month])
    vi = (f"{s[0].label('vi')} đến {s[-1].label('vi')}" if len(s) > 1 else s[0].label("vi") for s in spans)
    en = (f"{s[0].label('en')} to {s[-1].label('en')}" if len(s) > 1 else s[0].label("en") for s in spans)
    return Text(", ".join(vi), ", ".join(en))
