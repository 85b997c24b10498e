"""Builders: a small reporting area, dossiers from what matters in them, and snapshots published the production way."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st

from cchc.figures import query
from cchc.figures.filters import Filters
from cchc.figures.periods import KINDS, Grain, Period, containing
from cchc.figures.query import Run
from cchc.findings.compliance import Comparison, comparison
from cchc.schema import BESIDE, BY_NAME, CHANNELS, DIMENSIONS, DOSSIER, FLAGS, LEVELS, NUMBERS, TIMES
from cchc.store import snapshots
from cchc.store.origin import Counts, Origin
from cchc.store.snapshots import Snapshot

Dossier = dict[str, Any]

DATASET = "tra-cu"
AS_OF = date(2024, 5, 31)
UNITS = ("P", "D", "A", "B", "C")
FIELDS = ("civil", "certification", "land")
PROCEDURES = ("birth", "marriage", "copy", "title")
SOURCES, DESKS = ("Hệ thống của Bộ", "Hệ thống của tỉnh"), ("Phòng Kinh tế", "Văn phòng")
SERVICE_LEVELS = ("Một phần", "Toàn trình")
GRAINS: tuple[Grain, ...] = (
    "day", "week", "month", "quarter", "half", "year", "month_15", "quarter_15", "half_15", "year_15",
)  # fmt: skip
NOON = datetime.time(12)

_FILES = {
    "dataset.toml": 'id = "{dataset}"\nname = {{vi = "Huyện Trà Cú", en = "Tra Cu district"}}\nlate_by = "{late_by}"\n',
    "units.csv": """unit,name,level,parent
P,Sở Tư pháp,province,
D,Bộ phận Một cửa huyện Trà Cú,district,P
A,Xã Đại An,commune,D
B,Xã An Quảng Hữu,commune,D
C,Thị trấn Định An,commune,D
""",
    "fields.csv": """field,name_vi,name_en
civil,Hộ tịch,Civil status
certification,Chứng thực,Certification
land,Đất đai,Land
""",
    "procedures.csv": """procedure,name,field,days
birth,Đăng ký khai sinh,civil,1
marriage,Đăng ký kết hôn,civil,3
copy,Chứng thực bản sao,certification,0
title,Cấp giấy chứng nhận quyền sử dụng đất,land,20
""",
    "targets.csv": "metric,level,unit,value,source\non_time_rate,,,0.95,Kế hoạch của tỉnh\n"
    "on_time_rate,commune,,0.98,Kế hoạch của huyện\non_time_rate,,A,0.99,Kế hoạch của xã\n",
    # A local day off on a Monday, and a Saturday worked: what comes after a Friday is not always a Monday.
    "holidays.toml": """[[day]]
day = 2024-03-25
working = false
source = "Ngày hội của huyện"

[[day]]
day = 2024-03-30
working = true
source = "Làm bù cho thứ Hai 25/3"
""",
    "service_models.toml": """[[model]]
id = "thu-sau"
name = {{vi = "Ngày thứ Sáu không chờ", en = "Waiting-free Friday"}}
weekday = 5
promise = "same_day"
outcome = "model_kept_rate"
start = 2024-01-05
source = "Kế hoạch"
units = ["D", "A", "B"]
[[model.unit_start]]
unit = "B"
start = 2024-02-09
source = "Kế hoạch của xã"
[[model.listing]]
level = "commune"
procedures = ["birth"]
fields = ["certification"]
[[model.listing]]
level = "district"
procedures = ["title"]
valid_to = 2024-04-30

[[model]]
id = "thu-nam"
name = {{vi = "Thứ Năm chuyển đổi số", en = "Digital Thursday"}}
weekday = 4
promise = "online"
outcome = "online_rate"
start = 2024-02-01
source = "Kế hoạch"
units = ["D", "A"]
[[model.listing]]
level = "commune"
fields = ["civil"]
[[model.listing]]
level = "district"
fields = ["civil", "land"]
""",
}


def reference_folder(folder: Path, dataset: str = DATASET, late_by: str = "date", **files: str) -> Path:
    """`folder` with the references of a small area; `files` replace whole files by their stem (`units="unit,..."`)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in _FILES.items():
        stem = name.split(".")[0]
        written = files.get(stem, text.format(dataset=dataset, late_by=late_by) if "toml" in name else text)
        (folder / name).write_text(written, encoding="utf-8")
    return folder


def at(day: date | str, time: datetime.time | str = NOON) -> datetime.datetime:
    """A moment from a day and a time of day, both also as ISO text."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.datetime.combine(day, datetime.time.fromisoformat(time) if isinstance(time, str) else time)


def dossier(**given: Any) -> Dossier:
    """One dossier, received at noon of Monday 2024-03-04 at a counter of Xã Đại An and open, but for what is given.

    Moments may be days (then noon is meant) or ISO text; an end without a status means done.
    """
    full: Dossier = {
        "dossier_id": "H59-0001", "unit": "A", "procedure": "birth", "channel": "counter",
        "received_at": at("2024-03-04"), "due_at": None, "finished_at": None, "returned_at": None,
        "status": "done" if {"finished_at", "returned_at"} & given.keys() else "open",
        "exported_on": AS_OF,
    }  # fmt: skip
    full = dict.fromkeys(DOSSIER.names) | full
    full |= {key: moment(value) if key in TIMES else value for key, value in given.items()}
    assert set(full) == set(DOSSIER.names)
    return full


def moment(value: datetime.datetime | date | str | None) -> datetime.datetime | None:
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if value is None or isinstance(value, datetime.datetime):
        return value
    return at(value)


def numbered(rows: Iterable[Dossier]) -> list[Dossier]:
    """The same dossiers under ids of their own."""
    return [row | {"dossier_id": f"H59-{n:04}"} for n, row in enumerate(rows, start=1)]


def table(rows: Iterable[Dossier]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=DOSSIER)


def origin(rows: int, **given: Any) -> Origin:
    return Origin((), Counts(read=rows, kept=rows), **given)


def publish(data: Path, rows: Iterable[Dossier], as_of: date = AS_OF, references: Path | None = None) -> Snapshot:
    """The snapshot of these dossiers, published in `data` with the small area's references."""
    references = references or reference_folder(data / "reference" / DATASET)
    rows = list(rows)
    return snapshots.publish(table(rows), references, as_of, origin(len(rows)), data)[0]


def publish_merged(data: Path) -> Snapshot:
    """An area where two communes became one and a third was split, with dossiers before and after."""
    area = reference_folder(
        data / "reference" / "tra-cu",
        units="unit,name,level,valid_from,valid_to\nD,Huyện,district,,2024-03-14\nA,Xã A,commune,,2024-03-14\n"
        "B,Xã B,commune,,2024-03-14\nC,Xã C,commune,,2024-03-14\nM,Xã Mới,commune,2024-03-15,\n"
        "N,Xã Một,commune,2024-03-15,\nO,Xã Hai,commune,2024-03-15,\n",
    )
    heirs = (("A", "M", "whole", "yes"), ("B", "M", "whole", "yes"), ("C", "N", "part", "yes"), ("C", "O", "part", ""))
    lines = "".join(f"{old},{new},2024-03-15,{kind},{default},\n" for old, new, kind, default in heirs)
    (area / "successors.csv").write_text("old,new,from,kind,default,law\n" + lines, encoding="utf-8")
    days = [date(2023, 6, 1) + timedelta(days=day) for day in range(0, 360, 3)]
    rows = [
        dossier(
            unit=unit, procedure="copy" if day.day % 2 else "birth", channel="online" if day.day % 3 else "counter",
            received_at=day, due_at=day + timedelta(days=2),
            finished_at=day + timedelta(days=1 if day.day % 4 else 4),
        )
        for day in days
        for unit in ("DABC" if day < date(2024, 3, 15) else "MNO")
        for _ in range(6)
    ]  # fmt: skip
    return publish(data, numbered(rows), date(2024, 5, 31), area)


def publish_whole(data: Path, rows: Iterable[Dossier], as_of: date = AS_OF, references: Path | None = None) -> Snapshot:
    """The same, declared to be covered from its first receipt on, however sparse its months are."""
    rows = list(rows)
    references = references or reference_folder(data / "reference" / DATASET)
    first = min(row["received_at"] for row in rows).date().isoformat()
    return snapshots.publish(table(rows), references, as_of, origin(len(rows), covers_from=first), data)[0]


def current(data: Path, dataset: str) -> Snapshot:
    """The current snapshot of a dataset that has one."""
    found = snapshots.current(data, dataset)
    assert found is not None
    return found


def file_of(snapshot: Snapshot, name: str) -> Path:
    """A file of a snapshot by its name; that of the first month of receipt, where each has one."""
    return min(snapshot.folder.rglob(name))


def rows_of(snapshot: Snapshot) -> list[str]:
    """The files that hold the dossiers of a snapshot, in the order of their months."""
    return [str(path) for path in sorted(snapshot.folder.rglob("dossiers.parquet"))]


def run_of(snapshot: Snapshot) -> Run:
    """Questions about `snapshot`, answered by the product."""
    return partial(query.run, snapshot)


def filters(snapshot: Snapshot, start: date | str, end: date | str, **given: Any) -> Filters:
    """The question about `snapshot` from `start` to `end`, both also as ISO text."""
    days = [date.fromisoformat(day) if isinstance(day, str) else day for day in (start, end)]
    return Filters(snapshot.dataset, snapshot.id, *days, **given)


def compared(counts: Mapping[str, tuple[int, int]], chosen: tuple[str, ...] = ()) -> Comparison:
    """Units with so many late and resolved dossiers, compared as the page does."""

    def run(metrics: Sequence[str], filters: Filters, **_: Any) -> pd.DataFrame:
        frame = pd.DataFrame(
            [{"unit": unit, "late": late, "resolved": resolved} for unit, (late, resolved) in counts.items()],
            columns=["unit", "late", "resolved"],
        )
        kept, known = frame["resolved"] - frame["late"], frame["resolved"].where(frame["resolved"] > 0)
        return frame.assign(
            on_time_rate=kept / known, on_time_rate_n=kept, on_time_rate_d=frame["resolved"],
            undated_n=0, undated_d=frame["resolved"],
            late_rate=frame["late"] / known, late_rate_n=frame["late"], late_rate_d=frame["resolved"],
        )  # fmt: skip

    return comparison(run, Filters(DATASET, "", AS_OF, AS_OF, units=chosen), ())


# --- Hypothesis ---


def examples(count: int) -> settings:
    """So many examples where each of them publishes a snapshot; as much fewer as the profile wants fewer than 100."""
    return settings(max_examples=max(3, count * settings().max_examples // 100))


_FIRST = date(2023, 12, 8)
# Where the rules turn: the cut-off of the same-day promise, its deadline, midnight, and times in between.
_TIMES = st.sampled_from(
    [datetime.time.fromisoformat(text) for text in
     ("00:00:00", "07:00:00", "09:00:00", "09:00:01", "11:59:59", "15:30:00", "15:30:01", "17:00:00", "23:59:59")]
)  # fmt: skip
# Days where the calendar turns: Tết, make-up Saturdays, local days, leap day, ends of months, 14ths and 15ths.
_TURNING = [
    date.fromisoformat(day) for day in
    ("2023-12-14", "2023-12-15", "2023-12-31", "2024-01-01", "2024-02-02", "2024-02-07", "2024-02-29", "2024-03-14",
     "2024-03-15", "2024-03-22", "2024-03-29", "2024-04-26", "2024-05-03", "2024-05-24", "2024-05-30", "2024-05-31")
]  # fmt: skip
_FRIDAYS = [_FIRST + timedelta(days=7 * week) for week in range((AS_OF - _FIRST).days // 7 + 1)]
_THURSDAYS = [friday - timedelta(days=1) for friday in _FRIDAYS]
_UNKNOWN = st.sampled_from([None, True, False])


@st.composite
def _one(draw: st.DrawFn, as_of: date) -> Dossier:
    anyday = st.dates(_FIRST, as_of)
    turning = st.sampled_from([day for day in (*_FRIDAYS, *_THURSDAYS, *_TURNING) if day <= as_of])
    received = at(draw(turning | anyday), draw(_TIMES))
    status = draw(st.sampled_from(["done", "done", "done", "open", "waiting", "withdrawn"]))
    ended = None
    if status in ("done", "withdrawn"):
        days = draw(st.sampled_from([0, 1, 3]) | st.integers(0, 60))
        ended = at(min(received.date() + timedelta(days=days), as_of), draw(_TIMES))
    where = draw(st.sampled_from(["finished", "returned", "both"])) if ended else "neither"
    due = None
    if draw(st.integers(0, 9)):
        near = (ended or received).date()
        promised = draw(st.sampled_from([near, received.date()])) + timedelta(days=draw(st.integers(-1, 9)))
        due = at(max(promised, received.date() - timedelta(days=1)), draw(_TIMES))
    return dossier(
        unit=draw(st.sampled_from(UNITS[:-1])),  # nothing is ever received in C
        procedure=draw(st.sampled_from(PROCEDURES)),
        channel=draw(st.sampled_from(CHANNELS)),
        received_at=received,
        due_at=due,
        finished_at=ended if where in ("finished", "both") else None,
        returned_at=ended if where in ("returned", "both") else None,
        status=status,
        receiving_unit=draw(st.none() | st.sampled_from(UNITS)),
        submitted_at=draw(
            st.none()
            | st.builds(at, st.sampled_from([received.date() - timedelta(days) for days in (0, 1, 1, 3)]), _TIMES)
        ),
        source=draw(st.none() | st.sampled_from(SOURCES)),
        desk=draw(st.none() | st.sampled_from(DESKS)),
        service_level=draw(st.none() | st.sampled_from(SERVICE_LEVELS)),
        **{flag: draw(_UNKNOWN) for flag in FLAGS},
        **{name: draw(st.none() | st.integers(BY_NAME[name].least, BY_NAME[name].most)) for name in NUMBERS},
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Dossier], date]:
    """Dossiers as an import guarantees them, and their as-of date.

    Status done or withdrawn if and only if there is an end; nothing after the as-of date; no end on a day before
    the receipt. Due dates may be missing, on a day off, or before the receipt.
    """
    # A Friday before a make-up Saturday, a Friday before a weekend, and the end of a month.
    as_of = draw(st.sampled_from([AS_OF, date(2024, 5, 3), date(2024, 4, 30)]))
    return numbered(draw(st.lists(_one(as_of), min_size=1, max_size=16))), as_of


def spans() -> st.SearchStrategy[Period]:
    """Periods of every kind, reporting ones included, and any days whatever; also before and after all data."""
    days = st.dates(date(2023, 11, 1), date(2024, 7, 15))
    named = st.builds(containing, st.sampled_from([kind for kind in KINDS if kind != "custom"]), days)
    whatever = st.builds(lambda day, length: Period(day, day + timedelta(days=length)), days, st.integers(0, 120))
    return named | whatever


def _some(values: Iterable[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    values = sorted(values)
    chosen = st.sets(st.sampled_from(values), min_size=1, max_size=len(values) - 1)
    return st.just(()) | st.just(()) | chosen.map(lambda some: tuple(sorted(some)))


def _seldom(values: Iterable[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.just(()) | _some(values)


def choices() -> st.SearchStrategy[dict[str, tuple[Any, ...]]]:
    """Any units, fields, levels, channels, procedures, weekdays and what stands beside the unit, as the keywords of
    Filters."""
    return st.fixed_dictionaries(
        {
            "units": _some(UNITS),
            "fields": _some(FIELDS),
            "levels": _some(LEVELS),
            "channels": _some(CHANNELS),
            "procedures": _some(PROCEDURES),
            "weekdays": _some(range(1, 8)),
            "receiving_units": _seldom(UNITS),
            "sources": _seldom(SOURCES),
            "desks": _seldom(DESKS),
            "service_levels": _seldom(SERVICE_LEVELS),
        }
    )


def splits() -> st.SearchStrategy[list[str]]:
    """Up to three dimensions to split by."""
    return st.lists(st.sampled_from((*DIMENSIONS, *BESIDE, "listed")), max_size=3, unique=True)
