"""Which days an export is about: its last one, those that may be slips, and whether it says at what hour."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import duckdb

from cchc.importing.dates import Reading, plausible
from cchc.importing.judging import KEPT
from cchc.importing.problems import BITS
from cchc.rules import worktime
from cchc.schema import UNDATED_NOTED
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, number, percent

# An as-of date later than this after the last event is a slip, or the export is not what it was taken for.
LONGEST_SILENCE = 45
# Days that hold at most this share of all events may be slips of the pen.
_LONE, _FEW_LONE, _YEAR = 0.01, 3, 365
# A title names the period that was asked for; the file may have been written long before its end.
_NEAR = datetime.timedelta(days=7)
_EVENTS = ("received_at", "finished_at", "returned_at")


def proposed_as_of(
    connection: duckdb.DuckDBPyConnection, readings: Mapping[str, Reading], stated: datetime.date | None
) -> tuple[datetime.date, Text]:
    """The day up to which an export is taken to hold everything where nobody says, and a sentence about it: the one
    `stated` above its tables where that is at most a week after its last event up to today, else that event.

    Raises UserError when it has no such day.
    """
    times = [plausible(readings[date].sql(date)) for date in _EVENTS if date in readings]
    rows = " union all ".join(f"select cast({time} as date) as day from raw" for time in times)
    last = _last(connection, rows, worktime.today())
    if last is None:
        raise UserError(
            Text(
                "Tệp không có ngày nào đọc được đến hôm nay; ghi ngày chốt số liệu.",
                "The file has no readable date up to today; say the as-of date.",
            )
        )
    if stated and last <= stated <= min(last + _NEAR, worktime.today()):
        return stated, Text(
            "Không ghi ngày chốt số liệu nên lấy ngày ghi ở tiêu đề trong tệp.",
            "No as-of date was given: it is the day that stands above the table.",
        )
    return last, Text(
        "Không ghi ngày chốt số liệu nên lấy ngày của việc cuối cùng ghi trong tệp.",
        "No as-of date was given: it is the day of the last event in the file.",
    )


def check_not_ahead(current: Snapshot) -> None:
    """Raises UserError where every right export would count as older than what is there."""
    if current.as_of > worktime.today():
        raise UserError(
            Text(
                f"Bản hiện hành {current.id} chốt đến một ngày chưa đến; hãy thu hồi trước: python -m cchc retract "
                f"{current.id} --dataset {current.dataset}",
                f"The current snapshot {current.id} is as of a day to come; take it back first: python -m cchc retract "
                f"{current.id} --dataset {current.dataset}",
            )
        )


def last_event(connection: duckdb.DuckDBPyConnection) -> datetime.date | None:
    """The last day on which something happened to a kept dossier; None where none is kept."""
    rows = " union all ".join(f"select cast({time} as date) as day from judged where fate = {KEPT}" for time in _EVENTS)
    return _last(connection, rows, datetime.date.max)


def hourless(connection: duckdb.DuckDBPyConnection) -> Iterator[Text]:
    """A sentence where more than a few kept rows have the day of receipt, or of the end, without its hour."""
    for day, what in (
        ("received_at", Text("ngày tiếp nhận", "day of receipt")),
        ("coalesce(finished_at, returned_at)", Text("ngày kết thúc", "day of the end")),
    ):
        bare = f"count_if({day} = date_trunc('day', {day}))"
        query = f"select {bare}, count({day}) from judged where fate = {KEPT}"
        [(count, dated)] = connection.execute(query).fetchall()
        if count and count >= UNDATED_NOTED * dated:
            vi, en = (f"{number(count, each)} ({percent(count / dated, each)})" for each in ("vi", "en"))
            yield Text(
                f"{vi} hồ sơ chỉ ghi {what.vi}, không ghi giờ: số ngày giải quyết tính tròn ngày, cam kết theo giờ của "
                "mô hình không xét được.",
                f"{en} dossiers have the {what.en} without its hour: processing times are whole days, and a promise by "
                "the hour cannot be judged.",
            )


def _last(connection: duckdb.DuckDBPyConnection, rows: str, until: datetime.date) -> datetime.date | None:
    query = f"select day, count(*) from ({rows}) where day <= ? group by day order by day"
    return last_day(connection.execute(query, [until]).fetchall())


def last_day(events: Iterable[tuple[datetime.date, int]]) -> datetime.date | None:
    """The last of these days (with their events, oldest first), without lone ones long after the others."""
    days = list(events)
    total, after = sum(count for _, count in days), 0
    for place in range(len(days) - 1, 0, -1):
        after += days[place][1]
        if after > _LONE * total:
            break
        if (days[place][0] - days[place - 1][0]).days > LONGEST_SILENCE:
            del days[place:]
    return days[-1][0] if days else None


def mark_lone(connection: duckdb.DuckDBPyConnection) -> None:
    """Note of the kept rows received long before all others that their day is to be checked."""
    rows = f"select cast(received_at as date) as day from judged where fate = {KEPT}"
    days = connection.execute(f"select day, count(*) from ({rows}) group by day order by day").fetchall()
    first = first_day(days)
    if first and first > days[0][0]:
        lone = f"fate = {KEPT} and received_at < ?"
        connection.execute(f"update judged set faults = faults | {BITS['lone_received']} where {lone}", [first])


def first_day(events: Iterable[tuple[datetime.date, int]]) -> datetime.date | None:
    """The first of these days (with their events, oldest first), without lone ones a year or more before the next:
    three events at most, or one in a hundred, and never most of them."""
    days = list(events)
    total, before = sum(count for _, count in days), 0
    first = days[0][0] if days else None
    for (day, count), (later, _) in pairwise(days):
        before += count
        if before > min(max(_FEW_LONE, _LONE * total), total / 2):
            break
        if (later - day).days > _YEAR:
            first = later
    return first
