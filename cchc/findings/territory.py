"""Where communes lie: a diagram of one tile a commune, what each shows in a period, and month by month before it."""

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linear_sum_assignment

from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.metrics import METRICS, Metric
from cchc.figures.periods import Period, between
from cchc.figures.query import Run
from cchc.findings import compliance
from cchc.findings.compliance import Comparison, Standing
from cchc.rules import national
from cchc.rules.boundaries import Unit
from cchc.rules.national import Place
from cchc.store.coverage import is_covered
from cchc.store.snapshots import Snapshot
from cchc.text import Text, both, date, number

# What may be shown; the first unless asked otherwise.
SHOWN = (
    "on_time_rate", "due_on_time_rate", "online_rate", "result_digitised_rate", "satisfaction_rate", "mean_days",
    "open_overdue", "received",
)  # fmt: skip
MONTHS = 12
DIAGRAM = Text(
    "Sơ đồ, không phải bản đồ địa giới: mỗi ô là một xã, đặt gần vị trí thật của xã; xã trước ngày 01/07/2025 đặt "
    "quanh nơi xã kế tục.",
    "A diagram, not a map of boundaries: each tile is a commune, near where it lies; those of before 01/07/2025 lie "
    "around the one that follows them.",
)
_HATCHED = Text(
    "Gạch chéo: bảo đảm thời hạn kém mức thường thấy; chấm: tốt hơn mức thường thấy. ",
    "Hatched: keeps deadlines less than is usual; dotted: more than is usual. ",
)
_CHOOSING = Text("Chọn một xã để lọc theo xã đó.", "Choose a commune to filter by it.")
_JUDGED = "on_time_rate"
# Free cells around the communes, so that none is pushed far away.
_MARGIN = 2

Cell = tuple[int, int]


class Value(NamedTuple):
    """What a commune shows: the value (NaN where there is none), the dossiers a rate is of (NaN of other figures) and
    whether anything may be concluded from it."""

    value: float
    of: float
    is_judged: bool


_NOTHING = Value(math.nan, math.nan, is_judged=False)


@dataclass(frozen=True)
class Shown:
    """What every commune shows in a period; `lacking` where due dates are missing, as a clause."""

    period: Period
    values: dict[str, Value]
    lacking: Text | None

    @property
    def judged(self) -> list[tuple[float, str]]:
        """The values from which something may be concluded, lowest first, and whose they are."""
        return sorted((each.value, unit) for unit, each in self.values.items() if each.is_judged)


@dataclass(frozen=True)
class Territory:
    """The communes of the last day of a period: `cells` (column, row from the top) of those that are known to lie
    somewhere, `nowhere` the others; `shown` in the period and `months` the months up to it, oldest first; `standings`
    how each stands in the funnel and on which side (z), where that is asked of the metric; so many have `ended` in the
    period."""

    metric: Metric
    cells: dict[str, Cell]
    nowhere: tuple[str, ...]
    ended: int
    shown: Shown
    months: tuple[Shown, ...]
    standings: dict[str, tuple[Standing, float]]

    def standing(self, unit: str, shown: Shown) -> tuple[Standing, float] | None:
        """How a commune keeps deadlines against the others; None in another period than the one that was judged."""
        return self.standings.get(unit) if shown.period == self.shown.period else None


def survey(run: Run, snapshot: Snapshot, filters: Filters, name: str, months: bool) -> Territory:
    """The communes and the metric `name` of each, narrowed by all filters but the one of units."""
    everywhere = replace(filters, units=())
    shown = run([name], everywhere, by=["unit"], parts=True)
    # Whether a commune keeps deadlines unlike the others is judged of this rate alone.
    judged = name == _JUDGED
    comparison = compliance.comparison(run, everywhere, (_JUDGED, "late_rate", "resolved", "late")) if judged else None
    area = _area(snapshot, filters, name, shown, comparison)
    return replace(area, months=_monthly(run, snapshot, everywhere, name)) if months else area


def glance(snapshot: Snapshot, filters: Filters, comparison: Comparison) -> Territory | None:
    """The communes and how each keeps deadlines, from units that are held against each other already; None where units
    are chosen alone, or too few communes are judged."""
    area = _area(snapshot, filters, _JUDGED, comparison.peers, comparison)
    return None if filters.units or len(area.shown.judged) < compliance.FEWEST_UNITS else area


def _area(
    snapshot: Snapshot, filters: Filters, name: str, rows: pd.DataFrame, comparison: Comparison | None
) -> Territory:
    there, communes = _communes(snapshot, filters.end), _communes(snapshot)
    ended = [unit for unit in communes if filters.start <= unit.valid_to < filters.end]
    cells = layout(national.places(there))
    return Territory(
        METRICS[name],
        cells,
        tuple(sorted(unit.id for unit in there if unit.id not in cells)),
        len(ended),
        _shown(rows, name, filters.period, there),
        (),
        _standings(comparison) if comparison else {},
    )


def _communes(snapshot: Snapshot, day: datetime.date | None = None) -> list[Unit]:
    """All there ever were, or those of a day."""
    units = (unit for unit in snapshot.references.units.values() if unit.level == "commune")
    return [unit for unit in units if day is None or unit.is_valid(day)]


def _monthly(run: Run, snapshot: Snapshot, filters: Filters, name: str) -> tuple[Shown, ...]:
    months = between("month", snapshot.start, filters.end)[-MONTHS:]
    covered = [month for month in months if month.start <= filters.end and is_covered(month, snapshot)]
    if not covered:
        return ()
    asked = filters.over(Period(covered[0].start, covered[-1].end))
    rows = run([name], asked, by=["unit"], grain="month", parts=True)
    days = rows["period"].dt.date
    units = _communes(snapshot, filters.end)
    return tuple(_shown(rows[days == month.start], name, month, units) for month in covered)


def _shown(rows: pd.DataFrame, name: str, period: Period, units: Sequence[Unit]) -> Shown:
    metric = METRICS[name]
    judged = trust.is_judged(metric, rows) & rows[name].notna()
    of = rows[f"{name}_d"] if metric.denominator else [math.nan] * len(rows)
    known = dict(zip(rows["unit"], map(Value, rows[name].astype(float), of, judged), strict=True))
    values = {}
    for unit in units:
        value = known.get(unit.id, _NOTHING)
        # Who was not there yet has no dossiers, which is not none.
        values[unit.id] = value if value.value or unit.valid_from <= period.end else _NOTHING
    return Shown(period, values, trust.lacking_in(rows) if metric.needs_due else None)


def _standings(comparison: Comparison) -> dict[str, tuple[Standing, float]]:
    rows = comparison.peers.to_dict("records") if comparison.funnel else []
    return {row["unit"]: (row["standing"], row["z"]) for row in rows}


def layout(places: Mapping[str, Place]) -> dict[str, Cell]:
    """A cell (column, row; from 0, row 0 in the north) for every commune, near where it lies among the others: the
    assignment with the least sum of squared distances (Kuhn 1955) to a grid with about a cell for each."""
    return dict(_layout(tuple(sorted(places.items()))))


@lru_cache(maxsize=64)
def _layout(places: tuple[tuple[str, Place], ...]) -> tuple[tuple[str, Cell], ...]:
    if not places:
        return ()
    latitude, longitude = np.array([place for _, place in places]).T
    east, south = longitude * math.cos(math.radians(latitude.mean())), -latitude
    points = np.stack([east - east.min(), south - south.min()], axis=1)
    width, height = np.maximum(points.max(axis=0), 1e-6)
    # Communes seldom fill the rectangle around them.
    side = math.sqrt(width * height / len(places)) * 0.85
    columns, rows = (math.ceil(length / side) + 2 * _MARGIN for length in (width, height))
    grid = np.array([(column, row) for row in range(rows) for column in range(columns)])
    centres = (grid - _MARGIN + 0.5) * side
    away = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    chosen = np.apply_along_axis(_drawn_together, 0, grid[linear_sum_assignment(away)[1]])
    return tuple((unit, (int(column), int(row))) for (unit, _), (column, row) in zip(places, chosen, strict=True))


def _drawn_together(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Columns or rows from 0 with no more than one empty in a row: an island is not half a screen away."""
    used, back = np.unique(numbers, return_inverse=True)
    moved: npt.NDArray[np.int64] = np.concatenate([[0], np.minimum(np.diff(used), 2).cumsum()])[back]
    return moved


def answer(area: Territory, names: Mapping[str, str]) -> Text:
    """What the diagram says: from where to where the communes reach, and how many are not judged."""
    judged, metric = area.shown.judged, area.metric
    if not judged:
        if lacking := area.shown.lacking:
            return Text(
                f"Chưa xã nào so sánh được trong kỳ này: {lacking.vi}.",
                f"No commune can be compared in this period: {lacking.en}.",
            )
        return Text(
            "Chưa xã nào đủ hồ sơ để so sánh trong kỳ này.", "No commune has enough dossiers to compare in this period."
        )
    low, high = judged[0][0], judged[-1][0]
    lacking = area.shown.lacking
    noted = Text(f"; {lacking.vi}", f"; {lacking.en}") if lacking else Text("", "")
    count = Text(f"{number(len(judged), 'vi')} xã", f"{number(len(judged), 'en')} communes")
    if metric.show(high, "vi") == metric.show(low, "vi"):
        same = Text("{}: cả {} ở mức {}{}.", "{}: all {} at {}{}.")
        return both(lambda lang: same[lang].format(
            metric.label[lang], count[lang], metric.show(high, lang), noted[lang]
        ))  # fmt: skip
    left_out = len(area.shown.values) - len(judged)
    rest = Text("", "") if not left_out else Text(
        f"; {number(left_out, 'vi')} xã ít hồ sơ hoặc thiếu dữ liệu, không xét",
        f"; {number(left_out, 'en')} with few dossiers or no data are not judged",
    )  # fmt: skip
    shape = Text("{}: từ {} ({}) đến {} ({}) trong {}{}.", "{}: from {} ({}) to {} ({}) among {}{}.")
    return both(lambda lang: shape[lang].format(
        metric.label[lang], metric.show(low, lang), _who(area, low, names)[lang], metric.show(high, lang),
        _who(area, high, names)[lang], count[lang], rest[lang] + noted[lang],
    ))  # fmt: skip


def _who(area: Territory, value: float, names: Mapping[str, str]) -> Text:
    """The one commune with this figure; where several have the same, as it is shown, how many: none stands out."""
    metric = area.metric
    alike = [unit for each, unit in area.shown.judged if metric.show(each, "vi") == metric.show(value, "vi")]
    if len(alike) == 1:
        return Text(names[alike[0]], names[alike[0]])
    return Text(f"{number(len(alike), 'vi')} xã", f"{number(len(alike), 'en')} communes")


def reading(area: Territory) -> Text:
    """How to read the diagram."""
    is_judged = any(area.standing(unit, shown) for shown in area.months or [area.shown] for unit in area.standings)
    hatched = _HATCHED if is_judged else Text("", "")
    return Text(hatched.vi + _CHOOSING.vi, hatched.en + _CHOOSING.en)


def of_tiles(area: Territory, names: Mapping[str, str]) -> list[Text]:
    """What is to be known of the tiles: that they are a diagram, who has no place on it."""
    if not area.nowhere:
        return [DIAGRAM]
    listed = ", ".join(names[unit] for unit in area.nowhere)
    unknown = Text(
        f"Không rõ vị trí, đặt ở hàng dưới cùng: {listed}.", f"Not known where, in the row at the foot: {listed}."
    )
    return [DIAGRAM, unknown]


def remarks(area: Territory) -> list[Text]:
    """Which day's communes they are, where some ended in the period."""
    if not area.ended:
        return []
    vi, en = (number(area.ended, language) for language in ("vi", "en"))
    end = area.shown.period.end
    return [
        Text(
            f"Sơ đồ gồm các xã của ngày {date(end, 'vi')}; {vi} xã kết thúc trong kỳ không có mặt.",
            f"Communes are those of {date(end, 'en')}; {en} that ended in the period are not here.",
        )
    ]
