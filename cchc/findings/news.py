"""What is new in an area for whoever follows it: snapshots, what crossed a limit, and commitments that fall due."""

import datetime
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from cchc.addresses import Address, link
from cchc.entered import meetings
from cchc.entered.meetings import MEASURES, Commitment, Meeting
from cchc.figures import filters, query
from cchc.figures.filters import Filters
from cchc.findings import attention
from cchc.findings.agenda import subjects
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Text, date, number

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# A commitment is news so many days before it is due.
AHEAD = 7
_OVERVIEW: Address = "tong-quan"
_TRENDS: Address = "xu-huong"
_MEETING: Address = "hop"
# Of more publications nobody wants to read again.
_MOST = 20


@dataclass(frozen=True)
class Point:
    """One sentence of news and the page with its evidence, as a link below the address of the dashboard."""

    sentence: Text
    link: str


@dataclass(frozen=True)
class News:
    """One piece of news: a `key` that stays, the moment from which it is news and that of its last change (both with
    their zone), its title, what there is to say, and the day it is about (None: that moment)."""

    key: str
    at: datetime.datetime
    changed: datetime.datetime
    title: Text
    points: tuple[Point, ...]
    day: datetime.date | None = None


def of(data: Path, dataset: str) -> list[News]:
    """All the news of an area in a data folder, the newest first. Raises Damaged where its current snapshot is."""
    shown = snapshots.current(data, dataset)
    found = [each for snapshot in snapshots.published(data, dataset)[:_MOST] for each in _publication(data, snapshot)]
    if shown:
        found += _alerts(shown, before(data, shown))
        found += _due(data, shown)
    return sorted(found, key=lambda news: (news.at, news.key), reverse=True)


def name(data: Path, dataset: str) -> Text:
    """What an area is called, by its current or else its newest snapshot; its id where there is none to be read."""
    found = snapshots.current(data, dataset) or next(iter(snapshots.published(data, dataset)), None)
    return _area(found) if found else Text(dataset, dataset)


def _area(snapshot: Snapshot) -> Text:
    called = snapshot.references.dataset.name
    return Text(f"{called.vi} (dữ liệu minh họa)", f"{called.en} (demo data)") if snapshot.demo else called


def before(data: Path, shown: Snapshot) -> Snapshot | None:
    """The last snapshot before one, but for those that were taken back; None where it is the first."""
    taken_back = snapshots.retracted(data, shown.dataset).keys() - {shown.id}
    known = [each for each in snapshots.published(data, shown.dataset) if each.id not in taken_back]
    ids = [each.id for each in known]
    return next(iter(known[ids.index(shown.id) + 1 :]), None)


def _publication(data: Path, snapshot: Snapshot) -> list[News]:
    area, as_of = _area(snapshot), [date(snapshot.as_of, each) for each in LANGUAGES]
    published = _moment(snapshot.manifest["published_at"])
    page = link(_OVERVIEW, {"dataset": snapshot.dataset, "snapshot": snapshot.id})
    vi, en = (number(snapshot.manifest["dossiers"], each) for each in LANGUAGES)
    size = Text(f"{vi} hồ sơ, bản số liệu {snapshot.id}.", f"{en} dossiers, snapshot {snapshot.id}.")
    title = Text(f"{area.vi}: số liệu mới, chốt đến {as_of[0]}", f"{area.en}: new data as of {as_of[1]}")
    found = [News(f"{snapshot.dataset}/{snapshot.id}", published, published, title, (Point(size, page),))]
    if at := snapshots.retracted(data, snapshot.dataset).get(snapshot.id):
        back = Text(
            f"{area.vi}: thu hồi số liệu chốt đến {as_of[0]}", f"{area.en}: the data as of {as_of[1]} was retracted"
        )
        wrong = Text(
            f"Bản số liệu {snapshot.id} đã bị thu hồi; số liệu đã lấy từ bản này có thể sai.",
            f"Snapshot {snapshot.id} was retracted; figures taken from it may be wrong.",
        )
        key, moment = f"{snapshot.dataset}/{snapshot.id}/retracted", _moment(at.isoformat())
        found.append(News(key, moment, moment, back, (Point(wrong, page),)))
    return found


def _alerts(shown: Snapshot, earlier: Snapshot | None) -> list[News]:
    points = _crossed(shown, earlier)
    if not points:
        return []
    area, as_of = _area(shown), [date(shown.as_of, each) for each in LANGUAGES]
    vi, en = (number(len(points), each) for each in LANGUAGES)
    alerts = "alerts" if len(points) > 1 else "alert"
    title = Text(
        f"{area.vi}: {vi} cảnh báo mới theo số liệu chốt đến {as_of[0]}",
        f"{area.en}: {en} new {alerts} in the data as of {as_of[1]}",
    )
    published = _moment(shown.manifest["published_at"])
    return [News(f"{shown.dataset}/{shown.id}/alerts", published, published, title, points)]


# A snapshot never changes: whoever asks every few minutes costs nothing.
@lru_cache(maxsize=100)
def _crossed(shown: Snapshot, earlier: Snapshot | None) -> tuple[Point, ...]:
    crossed = attention.since(partial(query.run, shown), shown, filters.defaults(shown), earlier)
    return tuple(Point(each.sentence, _evidence(shown, each.filters, each.metric)) for each in crossed)


def _evidence(shown: Snapshot, asked: Filters, metric: str) -> str:
    return link(_TRENDS, {**asked.to_params(shown, current=False), "metric": metric})


def _due(data: Path, shown: Snapshot) -> list[News]:
    held = {meeting.id: meeting for meeting in meetings.held(data, shown.dataset)}
    decided = meetings.commitments(data, list(held.values())) if held else []
    return [_promised(each, held[each.meeting], subjects.name(each, data, shown)) for each in decided]


def _promised(decided: Commitment, meeting: Meeting, subject: Text) -> News:
    metric, changed = MEASURES[decided.metric], _moment(decided.changed_at.isoformat())
    soon = datetime.datetime.combine(decided.due - datetime.timedelta(days=AHEAD), datetime.time(), ZONE)
    vi, en = (date(decided.due, each) for each in LANGUAGES)
    title = Text(f"Đến hạn cam kết {vi}: {subject.vi}", f"Commitment due {en}: {subject.en}")
    said = Text(
        f"{decided.what}. {metric.label.vi}: {metric.show_target(decided.target, 'vi')}. Chịu trách nhiệm: "
        f"{decided.who}. Cuộc họp: {meeting.title}.",
        f"{decided.what}. {metric.label.en}: {metric.show_target(decided.target, 'en')}. Responsible: "
        f"{decided.who}. Meeting: {meeting.title}.",
    )
    page = link(_MEETING, {"dataset": meeting.dataset, "meeting": str(meeting.id)})
    key = f"{meeting.dataset}/commitment/{decided.id}"
    return News(key, max(soon, changed), changed, title, (Point(said, page),), decided.due)


def _moment(written: str) -> datetime.datetime:
    """A moment of this machine's clock as one of the Vietnamese clock."""
    return datetime.datetime.fromisoformat(written).astimezone(ZONE)
