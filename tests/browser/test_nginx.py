"""Behind a real nginx, set up as the guide for operators says: who is known, and two processes at one address."""

import base64
import os
import re
import signal
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cchc.access import granted
from cchc.config import ROOT
from tests import building
from tests.browser.conftest import ARGUMENTS, Server, free_port, running, settled, toured
from tests.browser.find_browser import find as find_browser
from tests.browser.find_nginx import COMMAND, find
from tests.browser.looking import is_well, soon
from tests.building import dossier, numbered

GUIDE = (ROOT / "docs" / "van-hanh.md").read_text(encoding="utf-8")
NAME = "cchc.tinh.example"
SECRET = "a-secret-of-the-proxy"
# Who signs in at the gate by a password, and the groups it says they are in.
GROUPS = {"quan-tri": "quan-tri", "lanh-dao": "lanh-dao"}
SETTINGS = """mode = "proxy"
[proxy]
secret = "a-secret-of-the-proxy"
id = "X-Remote-User"
name = "X-Remote-Name"
groups = "X-Remote-Groups"
units = "X-Remote-Units"
[[grant]]
group = "lanh-dao"
role = "reader"
[[grant]]
group = "quan-tri"
role = "administrator"
"""


class Gate(BaseHTTPRequestHandler):
    """What nginx asks who somebody is: a name and a password that is the same word."""

    def do_GET(self) -> None:
        kind, _, word = self.headers.get("Authorization", "").partition(" ")
        name, _, word = base64.b64decode(word).decode().partition(":") if kind == "Basic" else ("", "", "")
        known = name in GROUPS and word == name
        self.send_response(200 if known else 401)
        told = {"X-User": name, "X-Groups": GROUPS[name]} if known else {"WWW-Authenticate": 'Basic realm="cchc"'}
        for head, value in told.items():
            self.send_header(head, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Place(NamedTuple):
    """Two processes at one address: that address, the port nginx listens at, and each server."""

    url: str
    port: int
    servers: list[Server]


def examples() -> tuple[str, str]:
    """The guide's server and what stands before it for several processes, changed as the guide says."""
    server, several = re.findall(r"```nginx\n(.*?)```", GUIDE, re.DOTALL)
    assert "add_header Set-Cookie $marking;" in GUIDE
    assert server.count("proxy_pass http://127.0.0.1:8501") == 2
    shared = server.replace("proxy_pass http://127.0.0.1:8501", "proxy_pass http://cchc")
    return shared.replace(f"server_name {NAME};", f"server_name {NAME};\n    add_header Set-Cookie $marking;"), several


def certificate(folder: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    (folder / "cchc.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "cchc.key").write_bytes(key.private_bytes(*form))


@contextmanager
def nginx(folder: Path, gate: int, ports: list[int]) -> Iterator[int]:
    """nginx as the guide has it, on ports of the tests; the port it listens at."""
    listening = free_port()
    server, several = examples()
    places = {"443 ssl": f"127.0.0.1:{listening} ssl", "/etc/ssl/": f"{folder}/", "8501": f"{ports[0]}",
              "8502": f"{ports[1]}", '"…"': f'"{SECRET}"'}  # fmt: skip
    for there, here in places.items():
        server, several = server.replace(there, here), several.replace(there, here)
    asking = f"location = /ldap {{ internal; proxy_pass http://127.0.0.1:{gate}; }}\n"
    server = server.replace("    location / {", f"    {asking}    location / {{", 1)
    certificate(folder)
    for each in ("body", "proxy"):
        (folder / each).mkdir()
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; worker_processes 1;\nevents {{}}\nhttp {{ access_log off;"
        f" client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n{several}\n{server}\n}}\n",
        encoding="utf-8",
    )
    program = find()
    if program is None:
        pytest.fail(f"no nginx found; run: sudo {COMMAND}")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield listening
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def place(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("nginx")
    data, proxy = folder / "data", folder / "proxy"
    subprocess.run(["cp", "-r", demo_data, data], check=True)
    (folder / "access.toml").write_text(SETTINGS, encoding="utf-8")
    with ExitStack() as stack:
        gate = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
        threading.Thread(target=gate.serve_forever, daemon=True).start()
        stack.callback(gate.server_close)
        stack.callback(gate.shutdown)
        known = ("--server.allowedHosts", NAME, "--server.allowedHosts", "localhost")
        settings = {"CCHC_ACCESS": str(folder / "access.toml")}
        servers = [stack.enter_context(running(data, folder / f"log-{n}", known, settings)) for n in range(2)]
        proxy.mkdir()
        ports = [int(server.url.rsplit(":", 1)[1]) for server in servers]
        port = stack.enter_context(nginx(proxy, gate.server_address[1], ports))
        yield Place(f"https://{NAME}", port, servers)


@pytest.fixture(scope="module")
def visitors(browser: Browser, place: Place) -> Iterator[list[BrowserContext]]:
    """Browsers of readers and, last, of an administrator, who reach nginx by the name of the guide."""
    executable = find_browser()
    way = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{place.port}"
    chromium = browser.browser_type.launch(executable_path=executable, args=[*ARGUMENTS, way])
    names = ["lanh-dao", "lanh-dao", "quan-tri"]
    yield [
        toured(chromium.new_context(http_credentials={"username": n, "password": n}, ignore_https_errors=True), NAME)
        for n in names
    ]
    chromium.close()


def answer(place: Place, path: str, **heads: str) -> tuple[int, str]:
    """Status and body of what nginx answers."""
    url = f"https://127.0.0.1:{place.port}{path}"
    asked = urllib.request.Request(url, headers={"Host": NAME, **{n.replace("_", "-"): v for n, v in heads.items()}})
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(asked, context=context) as answered:
            return answered.status, answered.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def open_sessions(server: Server) -> int:
    with urllib.request.urlopen(f"{server.url}/metrics") as told:
        [count] = re.findall(r"^cchc_open_sessions (\d+)", told.read().decode(), re.MULTILINE)
    return int(count)


def visited(place: Place, visitor: BrowserContext, path: str) -> Page:
    page = visitor.pages[0] if visitor.pages else visitor.new_page()
    page.goto(f"{place.url}/{path}")
    return is_well(page)


def test_whoever_is_not_known_at_the_gate_gets_nothing_and_nobody_tells_the_gate_who_they_are(place: Place) -> None:
    reader = "Basic " + base64.b64encode(b"lanh-dao:lanh-dao").decode()
    forged = {"X_Remote_User": "quan-tri", "X_Remote_Groups": "quan-tri", "X_CCHC_Secret": SECRET}
    for path in ("/", "/tong-quan", "/_stcore/stream", "/metrics"):
        assert answer(place, path, **forged)[0] == 401
    # The name in `server_name` alone is answered, also to those who are known.
    assert answer(place, "/", Authorization=reader)[0] == 200
    assert answer(place, "/", Authorization=reader, Host="evil.example")[0] == 403
    # Where no gate asks, a name that somebody tells is not believed: the secret is taken from them.
    assert answer(place, "/feeds/tra-cu.atom", **forged)[0] == 403
    status, said = answer(place, "/api/v1/snapshots", **forged)
    assert (status, "Authorization: Bearer" in said) == (401, True)  # said by the server, which asks for a key


def test_two_processes_at_one_address_serve_each_their_readers_and_say_the_same(
    place: Place, visitors: list[BrowserContext]
) -> None:
    *readers, administrator = visitors
    said = {visited(place, each, "tuan-thu?dataset=tra-cu").locator("h1").inner_text() for each in readers}
    assert len(said) == 1
    marks = [{each["name"]: each["value"] for each in visitor.cookies()}["cchc_visitor"] for visitor in readers]
    assert len(set(marks)) == len(readers)
    page = visited(place, administrator, "quan-tri")
    expect(page.locator("h1")).to_be_visible()
    # Loaded again, everybody is where they were.
    assert soon(lambda: sum(map(open_sessions, place.servers)) == len(visitors))
    before = [open_sessions(server) for server in place.servers]
    for visitor in readers:
        settled(visitor.pages[0]).reload()
        is_well(visitor.pages[0])
    assert soon(lambda: [open_sessions(server) for server in place.servers] == before)


def test_what_is_published_or_given_is_so_at_every_process_with_the_next_click(
    place: Place, visitors: list[BrowserContext]
) -> None:
    *readers, _ = visitors
    shown = [visited(place, each, "tuan-thu?dataset=tra-cu") for each in readers]
    while min(map(open_sessions, place.servers)) == 0:  # both came to one: the other is somebody else, elsewhere
        readers[0].clear_cookies(name="cchc_visitor")
        visited(place, readers[0], "tuan-thu?dataset=tra-cu")
    for page in shown:
        expect(page.get_by_role("link", name="Hồ sơ", exact=True)).to_have_count(0)
    data = place.servers[0].data
    old = building.current(data, "tra-cu")
    unit, procedure = next(iter(old.references.units)), next(iter(old.references.procedures))
    row = dossier(unit=unit, procedure=procedure, received_at="2023-07-03", due_at="2023-07-05")
    fresh = building.publish(data, numbered([row]), date(2023, 7, 11), old.folder / "references")
    granted.give(data, "officer", "tra-cu", group="lanh-dao")
    for page in shown:
        page.get_by_role("link", name="Tổng quan", exact=True).click()
        page.wait_for_url("**/tong-quan?**")
        expect(is_well(page).get_by_role("link", name="Hồ sơ", exact=True)).to_be_visible()
        foot = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--sheet')")
        assert fresh.id in foot.replace("\\2d ", "-")


def test_readers_of_a_process_that_ends_go_on_at_the_other(place: Place, visitors: list[BrowserContext]) -> None:
    *readers, _ = visitors
    for visitor in readers:
        visited(place, visitor, "tong-quan?dataset=thanh-ha")
    gone = place.servers[0]
    os.kill(gone.pid, signal.SIGKILL)
    for visitor in readers:
        visited(place, visitor, "tuan-thu?dataset=thanh-ha")
    assert open_sessions(place.servers[1]) >= len(readers)
