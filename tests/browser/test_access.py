"""A server that others may reach: who asks is known or gets the door, and gets what they may see, on every page."""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import oidc_provider_mock
import pytest
from google.protobuf import text_format
from playwright.sync_api import Browser, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.sync.client import connect

from cchc.access import granted, record
from cchc.access.people import ROLE_NAMES
from cchc.addresses import ADDRESSES
from cchc.config import ROOT
from cchc.store.snapshots import Snapshot
from tests.browser.checking import wrong
from tests.browser.conftest import Server, free_port, running, settled, toured
from tests.browser.looking import soon

# The provider of the tests, in a thread of theirs, uses what its own libraries will give up.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SECRET = "a-secret-of-the-proxy"
COOKIE_SECRET = "0123456789abcdef0123456789abcdef"
OWN = "29467"
PAGES = (*ADDRESSES, "thu-nam")
# Whoever has no role over the whole area, and what is theirs.
PEOPLE = {
    "nobody": {},
    "reader": {"X-Remote-Groups": "lanh-dao"},
    "officer": {"X-Remote-Groups": "xa", "X-Remote-Units": OWN},
    "whole officer": {"X-Remote-Groups": "van-phong"},
    "administrator": {"X-Remote-Groups": "quan-tri"},
}
OPEN_TO = {
    "nobody": set(),
    "reader": {"tong-quan", "tuan-thu", "xu-huong", "so-do", "tra-cuu", "dinh-nghia", "thu-nam"},
    "officer": {"tong-quan", "tuan-thu", "xu-huong", "so-do", "tra-cuu", "dinh-nghia", "ho-so", "bao-cao"},
    "whole officer": {*PAGES} - {"quan-tri"},
    "administrator": {*PAGES},
}  # fmt: skip
SETTINGS = f"""mode = "proxy"
[proxy]
secret = "{SECRET}"
[[grant]]
group = "lanh-dao"
role = "reader"
[[grant]]
group = "xa"
role = "officer"
area = "tra-cu"
units = "own"
[[grant]]
group = "van-phong"
role = "officer"
[[grant]]
group = "mot-cua-thanh-ha"
role = "officer"
area = "thanh-ha"
[[grant]]
group = "quan-tri"
role = "administrator"
"""
DOOR = "Máy chủ không nhận được tên người dùng"
WITHOUT = "chưa được cấp quyền"
NEEDS = "Việc này cần vai trò"
NUMBER = re.compile(r"H\d\d[.-]\d")


@pytest.fixture(scope="module")
def guarded(own_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a proxy, on a copy of the demo data."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "access.toml").write_text(SETTINGS, encoding="utf-8")
    with running(own_data, folder / "log", settings={"CCHC_ACCESS": str(folder / "access.toml")}) as served:
        yield served


@pytest.fixture(scope="module")
def own_data(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("own") / "data"
    subprocess.run(["cp", "-r", demo_data, copy], check=True)
    return copy


def sent(server: Server, page: str, heads: dict[str, str], query: str = "dataset=tra-cu") -> str:
    """All that the server sends to a client of these headers that asks for a page, as text."""
    return _sent(server.url, page, tuple(heads.items()), query)


@cache
def _sent(url: str, page: str, heads: tuple[tuple[str, str], ...], query: str) -> str:
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    asked.rerun_script.context_info.url = f"{url}/{page}"
    parts = []
    address = f"{url.replace('http', 'ws')}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], additional_headers=dict(heads), max_size=None) as socket_:  # type: ignore[list-item]
        socket_.send(asked.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(socket_.recv(timeout=60))
            parts.append(text_format.MessageToString(message, as_utf8=True))
            if message.WhichOneof("type") == "script_finished" and message.script_finished == 0:
                return "\n".join(parts)


def known(who: str) -> dict[str, str]:
    return {"X-CCHC-Secret": SECRET, "X-Remote-User": f"{who.replace(' ', '-')}@tinh.example", **PEOPLE[who]}


@pytest.mark.parametrize("who", list(PEOPLE))
def test_every_page_is_drawn_for_those_it_is_for_and_one_sentence_for_others(guarded: Server, who: str) -> None:
    for page in PAGES:
        said = sent(guarded, page, known(who))
        open_ = NEEDS not in said and WITHOUT not in said and "Không có trang này" not in said
        assert open_ == (page in OPEN_TO[who]), page
        assert "Traceback" not in said
        assert "exception" not in said


def test_who_is_not_known_gets_the_door_on_every_page_and_no_word_of_the_data(
    guarded: Server, tra_cu: Snapshot
) -> None:
    forged = (
        {},
        {"X-Remote-User": "administrator@tinh.example", "X-Remote-Groups": "quan-tri"},
        {**known("administrator"), "X-CCHC-Secret": "a-secret-of-the-proxi"},
        {"X-CCHC-Secret": SECRET},
        {"Cookie": "_streamlit_user=x"},
    )
    names = [unit.name for unit in tra_cu.references.units.values()]
    for heads in forged:
        for page in PAGES if not heads else ("tong-quan", "quan-tri"):
            said = sent(guarded, page, heads)
            assert DOOR in said
            assert not [name for name in (*names, "Trà Cú") if name in said]


def test_who_works_for_one_unit_reads_no_name_of_another_on_any_page(guarded: Server, tra_cu: Snapshot) -> None:
    units = tra_cu.references.units
    own = units[OWN].name
    others = [unit.name for unit in units.values() if unit.id != OWN]
    for page in PAGES:
        said = sent(guarded, page, known("officer"))
        assert not [name for name in others if name in said], page
    assert own in sent(guarded, "tuan-thu", known("officer"))
    assert NUMBER.search(sent(guarded, "ho-so", known("officer")))


def test_a_reader_reads_no_number_of_a_dossier_on_any_page(guarded: Server) -> None:
    for page in (*PAGES, "ho-so"):
        assert not NUMBER.search(sent(guarded, page, known("reader"))), page
    assert NEEDS in sent(guarded, "ho-so", known("reader"), "dataset=tra-cu&find=2023")


BOTH = {"X-CCHC-Secret": SECRET, "X-Remote-User": "ca-hai@tinh.example", "X-Remote-Groups": "lanh-dao,xa",
        "X-Remote-Units": OWN}  # fmt: skip


def test_who_reads_all_and_works_for_one_unit_lists_the_dossiers_of_that_one(guarded: Server, tra_cu: Snapshot) -> None:
    units = tra_cu.references.units
    others = [unit.name for unit in units.values() if unit.id != OWN]
    assert [name for name in others if name in sent(guarded, "tuan-thu", BOTH)]
    for page in ("ho-so", "bao-cao"):
        said = sent(guarded, page, BOTH)
        assert not [name for name in others if name in said], page
    assert NUMBER.search(sent(guarded, "ho-so", BOTH))


def test_the_area_that_is_shown_is_the_one_that_is_seen(guarded: Server, tra_cu: Snapshot) -> None:
    """Of several in the link, or of one that there is not: what somebody may do elsewhere opens nothing here."""
    mixed = {**known("reader"), "X-Remote-Groups": "xa,mot-cua-thanh-ha", "X-Remote-Units": OWN}
    others = [unit.name for unit in tra_cu.references.units.values() if unit.id != OWN]
    for query in ("dataset=tra-cu&dataset=thanh-ha", "dataset=thanh-ha&dataset=tra-cu", "dataset=khong-co", ""):
        said = sent(guarded, "bao-cao", mixed, query)
        shown = "Huyện Trà Cú" in said.split("so-lieu")[0] and query.startswith("dataset=tra-cu")
        assert not shown or not [name for name in others if name in said]
        assert NEEDS not in sent(guarded, "du-lieu", mixed, "dataset=thanh-ha")
        assert NEEDS in sent(guarded, "du-lieu", mixed, "dataset=tra-cu&dataset=thanh-ha")


def test_the_first_html_says_no_more_than_who_asks_may_see(guarded: Server) -> None:
    def shell(heads: dict[str, str], address: str = "tuan-thu") -> str:
        asked = urllib.request.Request(f"{guarded.url}/{address}?dataset=tra-cu", headers=heads)
        with urllib.request.urlopen(asked) as answer:
            page: str = answer.read().decode()
        return page.partition('class="shell">')[2].partition("<nav>")[0]

    def count(said: str) -> str:
        return "".join(re.findall(r"Trong ([\d.]+)\W+hồ sơ", said)[:1])

    for heads in ({}, known("nobody"), {**known("administrator"), "X-CCHC-Secret": "x"}):
        assert "<h1>" not in shell(heads)
    for who in ("officer", "reader"):
        on_the_page = count(sent(guarded, "tuan-thu", known(who)))
        assert on_the_page
        assert soon(lambda who=who, wanted=on_the_page: count(shell(known(who))) == wanted)
        assert "<h1>" not in shell(known(who), "quan-tri")
    assert count(shell(known("officer"))) != count(shell(known("reader")))
    assert soon(lambda: "Thanh Hà" in shell(known("reader"), ""))
    assert "Thanh Hà" not in shell(known("officer"), "")


def test_a_proxy_in_front_of_tls_says_so_in_the_headers_of_the_guide(guarded: Server) -> None:
    port = guarded.url.rsplit(":", 1)[1]
    heads = {**known("reader"), "X-Remote-User": "qua-cong@tinh.example", "X-Forwarded-For": "10.0.0.7",
             "X-Forwarded-Proto": "https", "Origin": f"https://localhost:{port}"}  # fmt: skip
    assert "hồ sơ" in sent(guarded, "tong-quan", heads)
    assert DOOR not in sent(guarded, "tong-quan", heads)
    assert "10.0.0.7" in {line.address for line in record.lines(guarded.data)[0]}


def test_who_is_no_officer_sends_no_file(guarded: Server, signing_in: Server) -> None:
    def refusal(server: Server, heads: dict[str, str]) -> str:
        asked = urllib.request.Request(f"{server.url}/_stcore/upload_file/a/b", b"x", heads, method="PUT")
        with pytest.raises(urllib.error.HTTPError, match="403") as refused:
            urllib.request.urlopen(asked)
        return refused.value.read().decode()

    def signed(groups: list[str], at: float) -> dict[str, str]:
        claims = {"is_logged_in": True, "email": "an@tinh.example", "groups": groups, "iat": at}
        cookie = create_signed_value(COOKIE_SECRET, "_streamlit_user", json.dumps(claims))
        return {"Cookie": f"_streamlit_user={cookie.decode()}"}

    for heads in ({}, {"X-Remote-User": "x"}, {"Cookie": "_streamlit_user=x"}, known("reader"), known("nobody")):
        assert "Chỉ cán bộ" in refusal(guarded, heads)
    for heads in ({}, {"Cookie": "_streamlit_user=x"}, signed(["lanh-dao"], time.time()), signed(["van-phong"], 0)):
        assert "Chỉ cán bộ" in refusal(signing_in, heads)
    # Streamlit refuses these, because no session of theirs asked for a file.
    assert "Chỉ cán bộ" not in refusal(guarded, known("officer"))
    assert "Chỉ cán bộ" not in refusal(signing_in, signed(["van-phong"], time.time()))


def test_refusals_are_written_down(guarded: Server) -> None:
    sent(guarded, "quan-tri", known("whole officer"))
    assert ("whole-officer@tinh.example", "quan-tri") in {
        (line.who, line.about) for line in record.lines(guarded.data, "refused")[0]
    }


def test_another_area_is_none_for_who_has_no_role_in_it(guarded: Server) -> None:
    said = sent(guarded, "tuan-thu", known("officer"), "dataset=thanh-ha")
    assert "Thanh Hà" not in said
    assert "Không có khu vực" in said


def test_sign_ins_are_written_down(guarded: Server) -> None:
    sent(guarded, "tong-quan", known("whole officer"))
    lines, _ = record.lines(guarded.data, what="sign_in")
    assert "whole-officer@tinh.example" in {line.who for line in lines}
    assert record.broken(guarded.data) == []


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider that knows two people."""
    people = [
        oidc_provider_mock.User(sub="an", claims={"email": "an@tinh.example", "name": "An", "groups": ["lanh-dao"]}),
        oidc_provider_mock.User(sub="la", claims={"email": "la@tinh.example", "name": "La", "groups": []}),
    ]
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as served:
        yield f"http://localhost:{served.server_port}"


@pytest.fixture(scope="module")
def signing_in(own_data: Path, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose readers sign in with that provider."""
    folder, port = tmp_path_factory.mktemp("signing-in"), free_port()
    oidc = f"""mode = "oidc"
[oidc]
server_metadata_url = "{provider}/.well-known/openid-configuration"
client_id = "cchc"
redirect_uri = "http://localhost:{port}/oauth2callback"
[[grant]]
group = "lanh-dao"
role = "reader"
[[grant]]
group = "van-phong"
role = "officer"
"""
    (folder / "access.toml").write_text(oidc, encoding="utf-8")
    settings = {"CCHC_ACCESS": str(folder / "access.toml"), "CCHC_CLIENT_SECRET": "secret-of-the-client",
                "CCHC_COOKIE_SECRET": COOKIE_SECRET}  # fmt: skip
    with running(own_data, folder / "log", settings=settings, port=port) as served:
        yield served


def sign_in(page: Page, sub: str) -> None:
    page.route("https://cdn.jsdelivr.net/**", lambda route: route.abort())  # the style of the provider's page
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("button", name=sub, exact=True).click()


def test_a_deep_link_survives_the_sign_in_and_the_sign_out_ends_it(signing_in: Server, browser: Browser) -> None:
    with closing(browser.new_context(locale="vi-VN")) as context:
        page = toured(context).new_page()
        page.goto(f"{signing_in.url}/tuan-thu?dataset=tra-cu&start=2023-01-01&end=2023-03-31")
        expect(page.get_by_text("Hãy đăng nhập để xem số liệu.")).to_be_visible()
        assert "Trà Cú" not in page.content()
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            assert wrong(page) == []
        sign_in(page, "an")
        page.wait_for_url("**/tuan-thu?dataset=tra-cu&start=2023-01-01&end=2023-03-31")
        expect(page.get_by_role("heading", level=1)).to_contain_text("hồ sơ đã giải quyết", timeout=30_000)
        expect(page.get_by_role("link", name="Quản trị")).to_have_count(0)
        page.get_by_role("button", name="Đăng xuất").click()
        page.wait_for_url("**/end_session?**")  # the provider is told too
        page.goto(f"{signing_in.url}/tuan-thu?dataset=tra-cu")
        expect(page.get_by_text("Hãy đăng nhập để xem số liệu.")).to_be_visible()


def test_who_is_signed_in_without_a_role_is_told_and_a_role_given_opens_the_tab(
    signing_in: Server, browser: Browser
) -> None:
    with closing(browser.new_context(locale="vi-VN")) as context:
        page = toured(context).new_page()
        page.goto(signing_in.url)
        sign_in(page, "la")
        expect(page.get_by_text("chưa được cấp quyền")).to_be_visible(timeout=30_000)
        granted.give(signing_in.data, "reader", "tra-cu", person="la@tinh.example")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("hồ sơ", timeout=30_000)
        # Taken away, it is gone with the next thing that is done in the open tab.
        for each in granted.read(signing_in.data):
            granted.take(signing_in.data, each.id)
        page.get_by_role("link", name="Tuân thủ thời hạn").click()
        expect(page.get_by_text("chưa được cấp quyền")).to_be_visible(timeout=30_000)


def test_a_reader_makes_an_address_to_follow_that_opens_without_sign_in_until_it_is_withdrawn(
    guarded: Server, browser: Browser
) -> None:
    with closing(browser.new_context(locale="vi-VN", extra_http_headers=known("reader"))) as context:
        page = toured(context).new_page()
        page.goto(f"{guarded.url}/tong-quan?dataset=tra-cu")
        settled(page)
        expect(page.get_by_text("Cần chú ý")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Theo dõi").click()
        page.get_by_role("button", name="Tạo địa chỉ riêng").click()
        addresses = page.get_by_test_id("stCode")
        expect(addresses).to_have_count(2)
        for address, sign in zip(addresses.all_inner_texts(), ("<feed", "BEGIN:VCALENDAR"), strict=True):
            with urllib.request.urlopen(address.strip()) as answer:
                assert sign in answer.read().decode()
        page.get_by_role("button", name="Thu lại địa chỉ").click()
        expect(page.get_by_role("button", name="Thu lại địa chỉ")).to_have_count(0)
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address.strip())


def test_a_cookie_of_another_secret_is_nobody(signing_in: Server) -> None:
    secret = "another-secret-of-another-server"
    forged = create_signed_value(secret, "_streamlit_user", json.dumps(
        {"origin": signing_in.url, "is_logged_in": True, "email": "an@tinh.example", "groups": ["lanh-dao"],
         "iat": time.time()}))  # fmt: skip
    said = sent(signing_in, "tong-quan", {"Cookie": f"_streamlit_user={forged.decode()}", "Origin": signing_in.url})
    assert "Hãy đăng nhập" in said


def test_without_sign_in_no_other_machine_is_served(demo_data: Path) -> None:
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", f"--server.port={free_port()}",
               "--server.address=0.0.0.0"]  # fmt: skip
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 2
    assert "chỉ phục vụ trên chính máy này" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_every_role_has_a_name() -> None:
    assert all(name.vi and name.en for name in ROLE_NAMES.values())
