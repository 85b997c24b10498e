"""Whether a server that has served for a while answers as fast as a fresh one."""

import os
import random
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice, product
from pathlib import Path
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from cchc.figures.filters import defaults
from cchc.figures.periods import between
from cchc.store.snapshots import Snapshot
from tests.benchmarks.browsing import started
from tests.benchmarks.report import Report

# A page that asks nothing: what it costs is what every action costs.
_LIGHT = "dinh-nghia"
_WARM, _REPEATS, _HUNDRED = 5, 20, 100
_SECONDS = 120
# Between two actions of one reader, in seconds.
_PAUSE = (5, 10)
# The end of an action is a message of a few bytes; whoever reads all others takes the time from the server.
_SHORT = 100
_BUDGET = "1"
_COLLECTING = "--runner.postScriptGC=true"


def measure(report: Report, snapshot: Snapshot, data: Path, actions: int) -> None:
    """The first actions of a fresh server beside those after `actions` different questions; and the same of a server
    that collects garbage after every action, as Streamlit does unless it is told not to."""
    report.table(
        "A server that has served for a while",
        ("", "first action", f"after {actions} actions", "ratio", "budget", "memory first", "memory after"),
    )
    for options, what in (((), "as shipped"), ((_COLLECTING,), "collecting after every action")):
        with started("dashboard.py", data, *options) as (url, process), _reader(url, process) as reader:
            first, before = reader.cost(), reader.megabytes()
            for slug, params in _questions(snapshot, actions):
                reader.act(slug, params)
            last, after = reader.cost(), reader.megabytes()
        report.row(
            f"processor time of an action on {_LIGHT}, {what}", f"{first:.0f} ms", f"{last:.0f} ms",
            f"{last / first:.2f}", _BUDGET, f"{before:.0f} MB", f"{after:.0f} MB",
        )  # fmt: skip


def soak(report: Report, snapshot: Snapshot, data: Path, actions: int, people: int) -> None:
    """Many people ask one server new questions in turn: what the last hundred cost beside the first, and what the
    server holds once it is warm and at the end."""
    with started("dashboard.py", data) as (url, process), ExitStack() as tabs:
        readers = [tabs.enter_context(_reader(url, process)) for _ in range(people)]
        asked = _questions(snapshot, actions)
        for reader, question in zip(readers, asked, strict=False):
            reader.act(*question)  # each their first page
        costs, warm = [], readers[0].held()
        for reader, question in zip(cycle(readers), asked, strict=False):
            before = reader.ticks()
            reader.act(*question)
            costs.append((reader.ticks() - before) * 1000 / os.sysconf("SC_CLK_TCK"))
            if len(costs) == actions // 6:
                warm = reader.held()
        held = readers[0].held()
    first, last = statistics.mean(costs[:_HUNDRED]), statistics.mean(costs[-_HUNDRED:])
    report.table(f"{len(costs)} actions of {people} people on one server", ("", "first", "last", "ratio", "budget"))
    report.row(
        "processor time of an action, a hundred", f"{first:.0f} ms", f"{last:.0f} ms", f"{last / first:.2f}", "1.2"
    )
    for what, unit in (("memory", " MB"), ("file descriptors", ""), ("threads", "")):
        report.row(f"{what}, after a sixth and at the end", f"{warm[what]:.0f}{unit}", f"{held[what]:.0f}{unit}",
                   f"{held[what] / warm[what]:.2f}", "flat")  # fmt: skip


def crowd(report: Report, snapshot: Snapshot, data: Path, seconds: float) -> None:
    """How long people wait who each do something every five to ten seconds: a few of them, and fifty, on one server;
    and fifty on two processes that share the folder, half of them on each."""
    report.table(
        f"People who each do something every {_PAUSE[0]} to {_PAUSE[1]} s, for {seconds:.0f} s",
        ("", "actions", "p50", "p95", "p95 / of five", "budget"),
    )
    few = 0.0
    for people, processes in ((5, 1), (50, 1), (50, 2)):
        with ExitStack() as stack:
            servers = [stack.enter_context(started("dashboard.py", data)) for _ in range(processes)]
            readers = [stack.enter_context(_reader(*servers[each % processes])) for each in range(people)]
            waits = _waits(readers, snapshot, seconds)
        p95 = statistics.quantiles(waits, n=20)[-1]
        few = few or p95
        report.row(f"{people} people, {processes} processes", f"{len(waits)}", f"{statistics.median(waits):.0f} ms",
                   f"{p95:.0f} ms", f"{p95 / few:.2f}", "3" if people > 5 else "")  # fmt: skip


def _waits(readers: list["_Reader"], snapshot: Snapshot, seconds: float) -> list[float]:
    """Milliseconds each action took of readers who act at the same time, each in their own order."""
    asked = list(_questions(snapshot, 3000))
    end = time.monotonic() + seconds

    def act(reader: "_Reader", chance: random.Random) -> list[float]:
        taken = []
        time.sleep(chance.uniform(0, _PAUSE[1]))
        while time.monotonic() < end:
            began = time.monotonic()
            reader.act(*chance.choice(asked))
            taken.append((time.monotonic() - began) * 1000)
            time.sleep(chance.uniform(*_PAUSE))
        return taken

    with ThreadPoolExecutor(len(readers)) as together:
        each = together.map(act, readers, map(random.Random, range(len(readers))))
        return [wait for taken in each for wait in taken[1:]]  # the first loads what a server holds of a snapshot


def _questions(snapshot: Snapshot, count: int) -> Iterator[tuple[str, str]]:
    """Every unit and month on two pages, each another question."""
    months = between("month", snapshot.start, snapshot.as_of)[1:-1]
    for unit, month, slug in islice(product(snapshot.references.units, months, ("tong-quan", "xu-huong")), count):
        asked = replace(defaults(snapshot).over(month), units=(unit,))
        yield slug, urlencode(asked.to_params(snapshot), doseq=True)


@dataclass(frozen=True)
class _Reader:
    """Somebody with one tab open, and the number of the process that serves it."""

    tab: ClientConnection
    process: int

    def act(self, slug: str, params: str = "") -> None:
        """Ask for a page, and wait until it is drawn."""
        asked = BackMsg()
        asked.rerun_script.page_name = slug
        asked.rerun_script.query_string = params
        self.tab.send(asked.SerializeToString())
        while True:
            message = self.tab.recv(_SECONDS, decode=False)
            told = ForwardMsg.FromString(message) if len(message) < _SHORT else ForwardMsg()
            if told.WhichOneof("type") == "script_finished":
                assert told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return

    def cost(self) -> float:
        """Milliseconds of the server's processor time for an action on the light page, the mean of a few: its clock
        ticks every ten."""
        taken = []
        for _ in range(_WARM + _REPEATS):
            before = self.ticks()
            self.act(_LIGHT)
            taken.append((self.ticks() - before) * 1000 / os.sysconf("SC_CLK_TCK"))
        return statistics.mean(taken[_WARM:])

    def megabytes(self) -> float:
        """What the server holds in memory now."""
        [line] = [each for each in self._told("status").splitlines() if each.startswith("VmRSS")]
        return int(line.split()[1]) / 1024

    def held(self) -> dict[str, float]:
        """Memory in megabytes, open files and threads of the server now."""
        [threads] = [line for line in self._told("status").splitlines() if line.startswith("Threads")]
        files = len(list(Path(f"/proc/{self.process}/fd").iterdir()))
        return {"memory": self.megabytes(), "file descriptors": files, "threads": int(threads.split()[1])}

    def ticks(self) -> int:
        """Processor time of the server until now, in ticks of its clock."""
        user, system = self._told("stat").rpartition(")")[2].split()[11:13]
        return int(user) + int(system)

    def _told(self, what: str) -> str:
        return Path(f"/proc/{self.process}/{what}").read_text(encoding="utf-8")


@contextmanager
def _reader(url: str, process: int) -> Iterator[_Reader]:
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as tab:
        yield _Reader(tab, process)
