"""The news of an area as an Atom feed (RFC 4287)."""

import datetime

from lxml import etree
from lxml.builder import ElementMaker

from cchc.feeds.feed import Feed, identity
from cchc.findings.news import News

KIND = "application/atom+xml"
_SPACE = "http://www.w3.org/2005/Atom"
_E = ElementMaker(namespace=_SPACE, nsmap={None: _SPACE})
# A feed says when it changed last; one without news has not since before there was any.
_NEVER = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def write(feed: Feed) -> bytes:
    """The feed as XML; what is news only later, such as a day still far, is left out until then."""
    now = datetime.datetime.now(datetime.UTC)
    told = [each for each in feed.news if each.at <= now]
    written = _E.feed(
        _E.id(identity(feed.dataset)),
        _E.title(feed.title),
        _E.updated(max((each.at for each in told), default=_NEVER).isoformat()),
        _E.author(_E.name("CCHC")),
        _E.link(rel="self", type=KIND, href=feed.own),
        _E.link(rel="alternate", type="text/html", href=f"{feed.base}/"),
        *(_entry(each, feed) for each in told),
    )
    content: bytes = etree.tostring(written, xml_declaration=True, encoding="utf-8")
    return content


def _entry(news: News, feed: Feed) -> etree._Element:
    page = etree.Element("ul")
    for point in news.points:
        link = etree.SubElement(etree.SubElement(page, "li"), "a", href=f"{feed.base}/{point.link}")
        link.text = feed.tidy(point.sentence)
    return _E.entry(
        _E.id(identity(news.key)),
        _E.title(feed.tidy(news.title)),
        _E.updated(news.at.isoformat()),
        _E.link(rel="alternate", type="text/html", href=f"{feed.base}/{news.points[0].link}"),
        _E.content(etree.tostring(page, encoding="unicode", method="html"), type="html"),
    )
