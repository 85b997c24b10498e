"""The news of an area as a calendar (RFC 5545): days on which something is due, the rest at its moment."""

import datetime

from icalendar import Calendar, Event

from cchc.feeds.feed import Feed, identity
from cchc.findings.news import ZONE, News

KIND = "text/calendar"
# How often a program that follows a calendar is asked to come again.
_AGAIN = datetime.timedelta(hours=6)


def write(feed: Feed) -> bytes:
    """The calendar; nothing in it takes up anybody's time, and a commitment stands in it from when it is made."""
    written = Calendar()
    written.add("prodid", "-//CCHC//CCHC//VI")
    written.add("version", "2.0")
    written.add("name", feed.title)
    written.add("x-wr-calname", feed.title)
    written.add("x-wr-timezone", ZONE.key)
    written.add("refresh-interval", _AGAIN, parameters={"value": "DURATION"})
    for each in feed.news:
        written.add_component(_event(each, feed))
    written.add_missing_timezones()
    return bytes(written.to_ical())


def _event(news: News, feed: Feed) -> Event:
    event = Event()
    event.add("uid", identity(news.key))
    event.add("dtstamp", news.changed)
    event.add("last-modified", news.changed)
    event.add("dtstart", news.day or news.at)
    event.add("summary", feed.tidy(news.title))
    said = [f"{feed.tidy(point.sentence)}\n{feed.base}/{point.link}" for point in news.points]
    event.add("description", "\n\n".join(said))
    event.add("url", f"{feed.base}/{news.points[0].link}")
    event.add("transp", "TRANSPARENT")
    return event
