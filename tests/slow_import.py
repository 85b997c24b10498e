"""The rules of the importer a second time, slowly: plain Python over rows in canonical columns with ISO dates."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

UNITS = {"Xã Một": "101", "Xã Hòa Bình": "102"}
PROCEDURES = {"2.000815": "2.000815", "1.001193": "1.001193"}
CHANNELS = {"online", "counter", "postal"}
STATUSES = {"open", "waiting", "done", "withdrawn", "not_received"}
BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
DATES = {"received_at": "received", "due_at": "due", "finished_at": "finished", "returned_at": "returned"}


class Judged:
    """One row: its dossier (None when it cannot be kept), the kinds of its problems, its fate."""

    def __init__(self, row: Mapping[str, str], as_of: datetime.date) -> None:
        self.id = row["dossier_id"].strip()
        if len(self.id) > 64 or not any(c.isdigit() for c in self.id) or " " in self.id:
            self.id = ""
        self.times = {date: _time(row[date]) for date in DATES}
        self.kinds = self._kinds(row, as_of)
        self.dossier = {
            "unit": UNITS.get(row["unit"].strip()),
            "procedure": PROCEDURES.get(row["procedure"].strip()),
            "channel": row["channel"].strip() or "unknown",
            "status": row["status"].strip(),
            "fee_due": BOOLEANS.get(row["fee_due"].strip()),
            **self.times,
        }
        if "due_far_off" in self.kinds:
            self.dossier["due_at"] = None
        self.fate = "rejected" if self.kinds - SUSPICIOUS else "kept"
        if row["status"].strip() == "not_received":
            self.fate, self.kinds = "not_received", set()

    def _kinds(self, row: Mapping[str, str], as_of: datetime.date) -> set[str]:
        if not self.id and not any(self.times.values()):
            return {"not_a_dossier"}
        kinds = set()
        if not self.id:
            kinds.add("bad_id" if row["dossier_id"].strip() else "no_id")
        for column, known in (("unit", UNITS), ("procedure", PROCEDURES), ("channel", CHANNELS), ("status", STATUSES)):
            if row[column].strip() not in known:
                kinds.add(f"unknown_{column}" if row[column].strip() else f"no_{column}")
        for column, word in DATES.items():
            if row[column].strip() and self.times[column] is None:
                kinds.add(f"unreadable_{word}")
        if row["fee_due"].strip() and row["fee_due"].strip() not in BOOLEANS:
            kinds.add("unknown_fee_due")
        return kinds | self._time_kinds(row, as_of)

    def _time_kinds(self, row: Mapping[str, str], as_of: datetime.date) -> set[str]:
        received, due, finished, returned = (self.times[date] for date in DATES)
        status, kinds = row["status"].strip(), set()
        if not row["received_at"].strip():
            kinds.add("no_received")
        for time, word in ((received, "received"), (finished, "finished"), (returned, "returned")):
            if time and time.date() > as_of:
                kinds.add(f"{word}_after_as_of")
        for time, word in ((finished, "finished"), (returned, "returned")):
            if time and received and time.date() < received.date():
                kinds.add(f"{word}_before_received")
        stated = row["finished_at"].strip() or row["returned_at"].strip()
        if status in ("done", "withdrawn") and not stated:
            kinds.add("ended_without_date")
        if status in ("open", "waiting") and (finished or returned):
            kinds.add("open_with_date")
        bare = finished and finished.time() == datetime.time(0)
        if finished and received and finished.date() == received.date() and finished < received and not bare:
            kinds.add("finished_earlier_that_day")
        if due and received:
            days = (due.date() - received.date()).days
            far = not -366 <= days <= 1096
            kinds |= {"due_far_off"} if far else {"due_before_received"} if days < 0 else set()
        return kinds


SUSPICIOUS = {"finished_earlier_that_day", "due_before_received", "due_far_off", "unknown_fee_due", "no_channel"}


def _time(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def judge(
    files: Sequence[Sequence[Mapping[str, str]]], as_of: datetime.date
) -> tuple[Counter[str], Counter[str], dict[str, Any]]:
    """How many rows had each fate, how many problems of each kind there are, and the dossiers kept by id."""
    judged = [[Judged(row, as_of) for row in rows] for rows in files]
    for rows in judged:
        for id_ in {row.id for row in rows if row.id}:
            same = [row for row in rows if row.id == id_]
            if any((row.dossier, row.fate) != (same[0].dossier, same[0].fate) for row in same):
                for row in same:
                    row.fate = "rejected"
                    row.kinds = row.kinds | {"conflicting"}
            for row in same[1:]:
                row.fate = "rejected" if row.fate == "rejected" else "duplicates"
    last: dict[str, Judged] = {}
    for rows in judged:
        for row in rows:
            if row.id and row.fate in ("kept", "not_received"):
                if row.id in last:
                    last[row.id].fate = "superseded"
                last[row.id] = row
    every = [row for rows in judged for row in rows]
    return (
        Counter(row.fate for row in every),
        Counter(kind for row in every for kind in row.kinds),
        {row.id: row.dossier for row in every if row.fate == "kept"},
    )
