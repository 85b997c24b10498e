"""Comments on figures: threads about what a link asks, answered and resolved, seen by whoever may see the figures."""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from cchc.access import record
from cchc.access.people import Person, Refused, acting
from cchc.access.place import has_store
from cchc.entered.meetings.rows import PERSON
from cchc.figures.filters import Filters
from cchc.figures.metrics import FIGURES
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, legible, number

if TYPE_CHECKING:
    from sqlalchemy import Row

LONGEST = 1_000


@dataclass(frozen=True)
class About:
    """A figure: the metric, the page it was seen on, and the question of its link, whatever snapshot answers it.
    `units` are those whose figures it is of (empty: the whole area)."""

    dataset: str
    metric: str
    page: str
    question: str
    units: frozenset[str]


@dataclass(frozen=True)
class Comment:
    """One comment: the first of its thread (`thread` 0) or an answer in it, the snapshot its writer saw; the first says
    when its thread was resolved, and by whom."""

    id: int
    thread: int
    about: About
    snapshot: str
    text: str
    by: str
    at: datetime.datetime
    resolved_at: datetime.datetime | None
    resolved_by: str


@dataclass(frozen=True)
class Thread:
    """A comment and the answers to it, the earliest first."""

    first: Comment
    answers: tuple[Comment, ...]

    @property
    def is_open(self) -> bool:
        """Whether nobody resolved it."""
        return self.first.resolved_at is None


def question(filters: Filters, snapshot: Snapshot) -> str:
    """What the link of a question asks, with its period and without the snapshot: one text for one question."""
    days = {"start": [filters.start.isoformat()], "end": [filters.end.isoformat()]}
    return urlencode(sorted((filters.to_params(snapshot) | days).items()), doseq=True)


def threads(data: Path, dataset: str, person: Person) -> list[Thread]:
    """Every thread of an area on figures that somebody may see, the latest first."""
    if not has_store(data):
        return []
    from sqlalchemy import select

    from cchc.access.database import COMMENTS, reading

    with reading(data) as connection:
        asked = select(COMMENTS).where(COMMENTS.c.dataset == dataset).order_by(COMMENTS.c.id)
        rows = [_read(row) for row in connection.execute(asked)] if connection else []
    seen = [row for row in rows if _sees(person, row.about)]
    return [Thread(row, tuple(each for each in seen if each.thread == row.id)) for row in reversed(seen)
            if not row.thread]  # fmt: skip


def _sees(person: Person, about: About) -> bool:
    sight = person.sight(about.dataset)
    return sight is not None and (sight.figures is None or (bool(about.units) and about.units <= sight.figures))


def add(data: Path, about: About, snapshot: str, text: str, thread: int = 0) -> None:
    """Write a comment, or an answer to the thread that begins with that id.

    Raises UserError for a text that is empty, too long or names a person, for an unknown metric or a thread that is
    gone, and Refused for who may not see the figures.
    """
    from sqlalchemy import select

    from cchc.access import database
    from cchc.access.database import COMMENTS, changing

    who = acting()
    if not _sees(who, about):
        raise Refused("reader")
    row = {
        "dataset": about.dataset, "thread": thread, "metric": about.metric, "page": about.page,
        "question": about.question, "units": json.dumps(sorted(about.units)), "snapshot": snapshot,
        "text": _checked(text, about.metric), "by": who.id, "at": _now(), "resolved_at": "", "resolved_by": "",
    }  # fmt: skip
    with changing(data) as connection:
        first = select(COMMENTS.c.id).where(
            COMMENTS.c.id == thread, COMMENTS.c.thread == 0, COMMENTS.c.dataset == about.dataset
        )
        if thread and not connection.execute(first).first():
            raise UserError(Text("Không còn ý kiến này.", "This comment is gone."))
        database.add(connection, COMMENTS, row)
        record.added(connection, who, "comment", about.dataset, f"+ {about.metric}")


def resolve(data: Path, thread: Thread) -> None:
    """End a thread. Raises Refused unless who began it or an editor of the area acts; one that is resolved stays so."""
    from sqlalchemy import update

    from cchc.access.database import COMMENTS, changing

    who, first = acting(), thread.first
    if not may_resolve(who, thread):
        raise Refused("editor")
    with changing(data) as connection:
        still = (COMMENTS.c.id == first.id, COMMENTS.c.resolved_at == "")
        done = update(COMMENTS).where(*still).values(resolved_at=_now(), resolved_by=who.id)
        if connection.execute(done).rowcount:
            record.added(connection, who, "comment", first.about.dataset, f"- {first.about.metric}")


def may_resolve(person: Person, thread: Thread) -> bool:
    """Whether somebody may end a thread."""
    about = thread.first.about
    return _sees(person, about) and (thread.first.by == person.id or person.may("editor", about.dataset))


def open_about(written: Iterable[Thread], dataset: str, asked: str) -> dict[str, list[Thread]]:
    """Those of the threads `written` that are open and about one question, by metric."""
    by_metric: dict[str, list[Thread]] = {}
    for thread in written:
        about = thread.first.about
        if thread.is_open and (about.dataset, about.question) == (dataset, asked):
            by_metric.setdefault(about.metric, []).append(thread)
    return by_metric


def _checked(text: str, metric: str) -> str:
    tidy = " ".join(legible(text).split())
    if not 0 < len(tidy) <= LONGEST or metric not in FIGURES:
        raise UserError(
            Text(
                f"Ghi ý kiến về một con số, không quá {number(LONGEST, 'vi')} ký tự.",
                f"Write about a figure, in at most {number(LONGEST, 'en')} characters.",
            )
        )
    if PERSON.search(tidy):
        raise UserError(
            Text(
                "Ghi cơ quan, đơn vị, không ghi tên người, số điện thoại, thư điện tử.",
                "Name an office or a unit, not a person, a telephone number or an e-mail address.",
            )
        )
    return tidy


def _now() -> str:
    return datetime.datetime.now().isoformat(timespec="seconds")


def _read(row: "Row[tuple[object, ...]]") -> Comment:
    about = About(row.dataset, row.metric, row.page, row.question, frozenset(json.loads(row.units)))
    moment = datetime.datetime.fromisoformat
    return Comment(row.id, row.thread, about, row.snapshot, row.text, row.by, moment(row.at),
                   moment(row.resolved_at) if row.resolved_at else None, row.resolved_by)  # fmt: skip
