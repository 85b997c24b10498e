"""Which days an export is about: when the last thing in it happened, and whether it says at what hour."""

import datetime
from collections.abc import Iterable, Iterator, Mapping

import duckdb

from cchc.importing.dates import Reading, plausible
from cchc.importing.judging import KEPT
from cchc.rules import worktime
from cchc.schema import UNDATED_NOTED
from cchc.text import Text, UserError, number, percent

# An as-of date later than this after the last event is a slip, or the export is not what it was taken for.
LONGEST_SILENCE = 45
# Days that hold at most this share of all events may be slips of the pen.
_LONE = 0.01
_EVENTS = ("received_at", "finished_at", "returned_at")


def proposed_as_of(connection: duckdb.DuckDBPyConnection, readings: Mapping[str, Reading]) -> datetime.date:
    """The day up to which an export that does not say is taken to hold everything: its last event up to today.

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
    return last


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
