"""The news of an area at an address: whole for whom it is for, cut to what they may see, and nothing for others."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio
import feedparser
import pytest
import vobject
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from cchc.access import granted, people, place, record, tokens
from cchc.access.modes import Access, Rule
from cchc.access.people import Grant, Person, Refused
from cchc.entered import meetings
from cchc.entered.meetings import Commitment, Meeting
from cchc.feeds import atom, calendar, serving
from cchc.feeds.feed import Feed, identity
from cchc.findings.news import News, Point
from cchc.store import retraction
from cchc.text import Text, legible
from tests import building
from tests.building import AS_OF, DATASET, dossier, numbered

pytestmark = pytest.mark.slow

Get = Callable[..., Response]
NAMES = {"id": "X-User", "name": "X-Name", "groups": "X-Groups", "units": "X-Units"}
RULES = (Rule("reader", group="leaders"), Rule("officer", group="communes", own=True), Rule("editor", group="office"))
ACCESS = Access("proxy", rules=RULES, names=NAMES, secret="x" * 16)
LEADER = {"X-User": "leader", "X-Groups": "leaders"}
COMMUNE = {"X-User": "commune", "X-Groups": "communes", "X-Units": "A"}
OFFICE = {"X-User": "office", "X-Groups": "office"}
HOSTILE = "<script>alert(1)</script>\r\nEND:VEVENT"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two communes that both begin to miss their target, one more snapshot that was taken back, and a commitment."""
    folder = tmp_path_factory.mktemp("feeds") / "data"
    good = [dossier(unit=unit, due_at="2024-04-12", finished_at="2024-04-11") for unit in "AB" for _ in range(30)]
    late = [
        dossier(unit=unit, received_at="2024-05-06", due_at="2024-05-07", finished_at="2024-05-20")
        for unit in "AB"
        for _ in range(30)
    ]
    building.publish_whole(folder, numbered(good), datetime.date(2024, 4, 30))
    wrong = building.publish_whole(folder, numbered([*good, *late[:3]]), datetime.date(2024, 5, 30))
    shown = building.publish_whole(folder, numbered([*good, *late]))
    retraction.retract(folder, DATASET, wrong.id)
    held = meetings.save(folder, Meeting(DATASET, "Họp tháng 6", AS_OF, shown.id, "", "on_time_rate"))
    due = datetime.date(2024, 6, 30)
    meetings.save(folder, Commitment(held.id, "B", f"Giải quyết hết {HOSTILE}", "on_time_rate", 0.9, "UBND xã", due))
    return folder


@pytest.fixture
def get(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Get]:
    """`get(path, access, headers)` asks a server of this data; whoever acts in the test is the machine's owner."""
    monkeypatch.setenv("CCHC_DATA", str(data))

    def ask(path: str, access: Access = ACCESS, headers: dict[str, str] | None = None) -> Response:
        async def sent() -> Response:
            transport = ASGITransport(Starlette(routes=[serving.route(access)]))
            async with AsyncClient(transport=transport, base_url="https://cchc.example") as client:
                return await client.get(path, headers=headers or {})

        return anyio.run(sent)

    yield ask
    people.ask_with(lambda: people.LOCAL)


def parsed(response: Response) -> dict[str, str]:
    """The titles of a feed, with all that is said under them."""
    assert response.status_code == 200
    found = feedparser.parse(response.content)
    assert not found.bozo
    return {entry.title: entry.content[0].value for entry in found.entries}


@pytest.mark.check
def test_the_machine_itself_gets_everything_in_both_formats(get: Get) -> None:
    told = parsed(get("/feeds/tra-cu.atom", Access()))
    kinds = ["3 cảnh báo mới", "số liệu mới, chốt đến 31/05/2024", "thu hồi số liệu", "30/04/2024", "Đến hạn cam kết"]
    assert [kind for kind in kinds if not any(kind in title for title in told)] == []
    [alerts] = [said for title, said in told.items() if "cảnh báo" in title]
    assert "Xã Đại An" in alerts
    assert "Xã An Quảng Hữu" in alerts
    assert not any("<script" in said for said in told.values())
    written = vobject.readOne(get("/feeds/tra-cu.ics", Access()).text)
    assert {event.summary.value for event in written.vevent_list} == set(told)
    [due] = [event for event in written.vevent_list if "Đến hạn" in event.summary.value]
    assert due.dtstart.value == datetime.date(2024, 6, 30)
    assert "<script>alert(1)</script>" in due.description.value


def test_links_lead_to_the_page_of_the_evidence_under_the_address_that_was_asked(get: Get) -> None:
    found = feedparser.parse(get("/feeds/tra-cu.atom?lang=en", Access()).content)
    assert found.feed.links[0].href == "https://cchc.example/feeds/tra-cu.atom?lang=en"
    links = {entry.title: entry.link for entry in found.entries}
    assert all(link.startswith("https://cchc.example/") for link in links.values())
    [alert] = [link for title, link in links.items() if "alerts" in title]
    assert "/xu-huong?dataset=tra-cu&snapshot=2024-05-31-" in alert
    assert "metric=on_time_rate" in alert


def test_what_did_not_change_is_not_sent_again(get: Get) -> None:
    first = get("/feeds/tra-cu.ics", Access())
    again = get("/feeds/tra-cu.ics", Access(), {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert get("/feeds/tra-cu.ics?lang=en", Access()).headers["ETag"] != first.headers["ETag"]


def test_whom_the_proxy_names_gets_what_their_pages_show(get: Get) -> None:
    every, leader, commune = (parsed(get("/feeds/tra-cu.atom", headers=head)) for head in (OFFICE, LEADER, COMMUNE))
    assert any("cam kết" in title for title in every)
    assert leader.keys() < every.keys()  # meetings are for who sees every dossier
    assert not any("cam kết" in title for title in leader)
    said = " ".join([*commune, *commune.values()])
    assert "Xã Đại An" in said
    assert "An Quảng Hữu" not in said


def test_who_is_not_known_gets_nothing_whatever_they_ask(get: Get) -> None:
    oidc = replace(ACCESS, mode="oidc")
    stranger = {"X-User": "stranger"}
    asked = [
        (get(f"/feeds/{area}.{kind}{token}", access, headers), expected)
        for area in (DATASET, "nowhere", "../entered")
        for kind in ("atom", "ics", "exe")
        for access, headers, token, expected in (
            (ACCESS, {}, "", {403, 404}),
            (ACCESS, LEADER, "?token=guessed", {403, 404}),
            (ACCESS, stranger, "", {404}),
            (oidc, LEADER, "", {403, 404}),
            (oidc, {}, "?token=", {403, 404}),
        )
    ]
    asked += [(get("/feeds/nowhere.atom", access, OFFICE), {404}) for access in (Access(), ACCESS)]
    wrong = [(answer.url, answer.status_code) for answer, expected in asked if answer.status_code not in expected]
    assert wrong == []
    # Starlette itself answers to what is no name of a feed.
    assert {answer.content for answer, _ in asked} <= {b"", b"Not Found"}


def made(data: Path, head: dict[str, str]) -> tuple[Person, str]:
    person = ACCESS.person(head)
    assert person
    people.ask_with(lambda: person)
    return person, tokens.make(data, DATASET)


def test_a_token_opens_one_area_as_its_maker_sees_it_until_it_is_withdrawn(get: Get, data: Path) -> None:
    person, secret = made(data, COMMUNE)
    path = f"/feeds/tra-cu.atom?token={secret}"
    assert parsed(get(path)) == parsed(get("/feeds/tra-cu.atom", headers=COMMUNE))
    assert parsed(get(path, replace(ACCESS, mode="oidc")))
    assert get(f"/feeds/thanh-ha.atom?token={secret}").status_code == 403
    assert secret.encode() not in b"".join(each.read_bytes() for each in place.store_file(data).parent.iterdir())
    [token] = tokens.listed(data, DATASET, person)
    stranger = Person("other", "", (Grant("officer"),))
    assert tokens.listed(data, DATASET, stranger) == []
    people.ask_with(lambda: stranger)
    with pytest.raises(Refused):
        tokens.withdraw(data, token.id)
    people.ask_with(lambda: people.LOCAL)  # an administrator may
    tokens.withdraw(data, token.id)
    assert get(path).status_code == 403
    lines, _ = record.lines(data, "token")
    assert [(line.who, line.about) for line in lines[:2]] == [("local", "- commune"), ("commune", "+")]


def test_a_token_gives_what_its_maker_has_by_now(get: Get, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = made(data, LEADER)
    path = f"/feeds/tra-cu.ics?token={secret}"
    assert get(path).status_code == 200
    assert get(path, replace(ACCESS, rules=())).status_code == 404
    people.ask_with(lambda: people.LOCAL)
    granted.give(data, "reader", DATASET, person="leader")
    assert get(path, replace(ACCESS, rules=())).status_code == 200
    gone = ACCESS.person({**LEADER, "X-Groups": ""})
    assert gone
    granted.take(data, granted.read(data)[-1].id)
    tokens.renew(data, gone)  # the provider no longer has them in the group
    assert get(path).status_code == 404
    tokens.renew(data, replace(gone, groups=("leaders",)))
    assert get(path).status_code == 200
    later = datetime.datetime.now() + datetime.timedelta(days=tokens.DAYS + 1)
    monkeypatch.setattr(tokens, "_moment", lambda: later)
    assert get(path).status_code == 403


def test_who_may_see_nothing_of_an_area_makes_no_token_for_it(data: Path) -> None:
    people.ask_with(lambda: Person("a", "", (Grant("reader", "thanh-ha"),)))
    try:
        with pytest.raises(Refused):
            tokens.make(data, DATASET)
    finally:
        people.ask_with(lambda: people.LOCAL)


SHARP = (HOSTILE, "]]>&<b>", "x\r\n\r\nBEGIN:VCALENDAR")
ANY = st.text(max_size=80).map(lambda text: f"x{text}") | st.sampled_from(SHARP)
MOMENTS = st.datetimes(datetime.datetime(2022, 1, 1), datetime.datetime(2026, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
)


@building.examples(20)
@given(st.lists(st.tuples(ANY, ANY, MOMENTS, st.none() | st.dates(datetime.date(2022, 1, 1))), max_size=4))
def test_whatever_things_are_called_other_programs_read_what_was_meant(
    told: list[tuple[str, str, datetime.datetime, datetime.date | None]],
) -> None:
    news = [
        News(f"k{n}", at, at, Text(title, title), (Point(Text(said, said), "tong-quan?a=1&b=%C4%91"),), day)
        for n, (title, said, at, day) in enumerate(told)
    ]
    feed = Feed(DATASET, Text("Tên", "Name"), news, "https://h/feeds/x.atom", "https://h", "vi")
    tidy = [" ".join(legible(title).split()) for title, *_ in told]

    read = feedparser.parse(atom.write(feed))
    assert not read.bozo
    assert [entry.id for entry in read.entries] == [identity(f"k{n}") for n in range(len(told))]
    assert [entry.updated for entry in read.entries] == [at.isoformat() for _, _, at, _ in told]
    assert [entry.link for entry in read.entries] == ["https://h/tong-quan?a=1&b=%C4%91"] * len(told)

    content = calendar.write(feed)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    events = getattr(vobject.readOne(content.decode()), "vevent_list", [])
    assert [event.summary.value for event in events] == tidy
    assert [event.dtstart.value for event in events] == [day or at for _, _, at, day in told]
    assert len({event.uid.value for event in events}) == len(told)
