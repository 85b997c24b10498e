"""The answers: figures, lists of dossiers and snapshots, of what somebody may see and nothing else."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from math import prod
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import pandas as pd

from cchc.access import record
from cchc.access.people import Person, Refused, Role
from cchc.api import formats
from cchc.api.parameters import PAGE_ROWS, WHOLE, Asked
from cchc.entered import groups
from cchc.figures import filters, periods, query
from cchc.figures.filters import Filters
from cchc.figures.periods import Grain
from cchc.schema import CHANNEL_NAMES, LEVELS
from cchc.store import sights, snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import Text, UserError, number

# Rows by periods and splits are laid out in memory, all of them.
_MOST_CELLS = 5_000_000
_OF_SNAPSHOTS = ["dataset", "snapshot", "as_of", "start", "dossiers", "demo", "current", "retracted"]


@dataclass(frozen=True)
class Answer:
    """A table, and what it is about."""

    table: pd.DataFrame
    about: Mapping[str, str | int | bool] = field(default_factory=dict)


class Unanswered(UserError):
    """A question that gets a sentence and a status of HTTP instead of an answer."""

    def __init__(self, status: HTTPStatus, text: Text) -> None:
        super().__init__(text)
        self.status = status


def figures(data: Path, person: Person, asked: Asked) -> Answer:
    """Metrics by dimensions and periods, as `query.run` returns them, with what tells whether due dates are missing.
    Raises UserError where there is no answer."""
    place, snapshot = _shown(data, person, "reader", asked)
    question, by = _question(place, snapshot, asked), asked.all("by")
    metrics = formats.with_undated(asked.all("metric"))
    grain = None if (said := asked.one("grain", WHOLE)) == WHOLE else cast(Grain, said)
    _check_size(snapshot, question, by, grain, len(metrics))
    result = query.run(snapshot, metrics, question, by=by, grain=grain)
    return Answer(formats.counted(result, metrics), _about(place, snapshot, question))


def dossiers(data: Path, person: Person, asked: Asked) -> Answer:
    """A page of the dossiers behind a metric, written down as the export it is. Raises UserError where there is no
    answer, Refused among others."""
    place, snapshot = _shown(data, person, "officer", asked)
    question, metric = _question(place, snapshot, asked), asked.one("metric", "received")
    size, page = int(asked.one("size", PAGE_ROWS)), int(asked.one("page", "1"))
    shown = query.records(
        snapshot, question, metric, search=asked.one("search"), sort=asked.one("sort", "received_at"),
        descending=asked.one("order") == "desc", offset=(page - 1) * size, limit=size,
    )  # fmt: skip
    name = f"api: cchc-{snapshot.dataset}-{metric}-{question.start}-{question.end}"
    record.add(data, "export", snapshot.dataset, f"{name}, {len(shown.rows)}", person)
    table = shown.rows[[*query.RECORD_COLUMNS, "days_late"]]
    return Answer(table, {**_about(place, snapshot, question), "total": shown.total})


def published(data: Path, person: Person, asked: Asked) -> Answer:
    """The snapshots of the areas somebody may see, the newest of each first; of an area seen in part those that were
    asked for before and the current one. Raises UserError where there is no such area."""
    wanted = asked.one("dataset")
    if wanted:
        _check_area(data, person, wanted)
    place = sights.folder(data, person, "reader", wanted)
    rows: list[dict[str, object]] = []
    for area in [wanted] if wanted else snapshots.datasets(place):
        with suppress(UserError):  # one area in trouble leaves the others; asked about, it says so
            taken_back, current = snapshots.retracted(place, area), snapshots.current_id(place, area)
            rows += [
                {
                    "dataset": area, "snapshot": each.id, "as_of": each.as_of.isoformat(),
                    "start": each.start.isoformat(), "dossiers": int(each.manifest["dossiers"]), "demo": each.demo,
                    "current": each.id == current, "retracted": each.id in taken_back,
                }
                for each in snapshots.published(place, area)
            ]  # fmt: skip
    return Answer(pd.DataFrame(rows, columns=_OF_SNAPSHOTS))


def _check_area(data: Path, person: Person, area: str) -> None:
    """Whoever may see nothing of an area is told the same as where there is none."""
    if area not in snapshots.datasets(data) or person.sight(area) is None:
        raise Unanswered(
            HTTPStatus.NOT_FOUND,
            Text(
                f"Không có khu vực {area[:60]}, hoặc khóa này không được xem khu vực ấy.",
                f"There is no area {area[:60]}, or this key may not see it.",
            ),
        )


def _shown(data: Path, person: Person, needs: Role, asked: Asked) -> tuple[Path, Snapshot]:
    """The data folder as somebody may see it for a role, and the snapshot that the link names, by the units it asks
    for."""
    area, named = asked.one("dataset"), asked.one("snapshot")
    _check_area(data, person, area)
    if person.sight(area, needs) is None:
        raise Refused(needs)
    place = sights.folder(data, person, needs, area, named)
    snapshot = snapshots.wanted(place, area, named)
    if snapshot is None:
        raise Unanswered(
            HTTPStatus.NOT_FOUND,
            Text(
                f"Khu vực {area} không có bản số liệu {named[:60]}; xem /api/v1/snapshots.",
                f"The area {area} has no snapshot {named[:60]}; see /api/v1/snapshots.",
            ),
        )
    return place, filters.seen(asked.link, snapshot)


def _question(place: Path, snapshot: Snapshot, asked: Asked) -> Filters:
    return groups.asked(place, urlencode(asked.link, doseq=True), snapshot)


def _check_size(snapshot: Snapshot, question: Filters, by: Sequence[str], grain: Grain | None, metrics: int) -> None:
    """Raises UserError where the answer may be larger than is laid out for anybody."""
    known = snapshot.references
    values = {
        "unit": len(known.units), "field": len(known.fields), "level": len(LEVELS), "channel": len(CHANNEL_NAMES),
        "procedure": len(known.procedures), "weekday": 7,
        **{name: len(labels) + 1 for name, labels in snapshot.labels.items()},
    }  # fmt: skip
    # There are no more combinations than dossiers.
    combinations = min(prod(max(1, values.get(name, 1)) for name in by), int(snapshot.manifest["dossiers"]))
    steps = len(periods.between(grain, question.start, question.end)) if grain else 1
    if steps * combinations * metrics > _MOST_CELLS:
        raise UserError(
            Text(
                f"Câu trả lời có thể quá {number(_MOST_CELLS, 'vi')} con số; hãy hỏi kỳ ngắn hơn, ít cách chia hoặc ít "
                "chỉ số hơn.",
                f"The answer could have more than {number(_MOST_CELLS, 'en')} figures; ask for a shorter period, fewer "
                "splits or fewer metrics.",
            )
        )


def _about(place: Path, snapshot: Snapshot, question: Filters) -> dict[str, str | int | bool]:
    """What was answered, in the words of a link."""
    return {
        "dataset": snapshot.dataset,
        "snapshot": snapshot.id,
        "as_of": snapshot.as_of.isoformat(),
        "start": question.start.isoformat(),
        "end": question.end.isoformat(),
        "demo": snapshot.demo,
        "retracted": snapshot.id in snapshots.retracted(place, snapshot.dataset),
        "withheld": snapshot.references.dataset.sensitive.withheld,
    }
