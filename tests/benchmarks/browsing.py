"""What a reader waits for in Chromium, against a bare Streamlit page with as many charts."""

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from cchc.config import ROOT
from tests.benchmarks.report import Report
from tests.browser.conftest import ARGUMENTS, toured
from tests.browser.find_browser import find

_BUDGET = 1.3
_REPEATS = 5
_ALL_DRAWN = 3000  # milliseconds
_PAGES = ("tong-quan", "tuan-thu")
_BARE = """
import plotly.graph_objects as go
import streamlit as st

step = st.session_state.setdefault("step", 0)
def earlier():
    st.session_state["step"] += 1
st.button("‹", on_click=earlier)
st.caption(f"step {step}")
for chart in range(int(st.query_params.get("charts", "1"))):
    figure = go.Figure([go.Bar(x=list(range(20)), y=[(step + chart + x) % 7 for x in range(20)])])
    st.plotly_chart(figure, key=f"chart-{chart}")
"""
# Painted: every chart has been drawn anew (or the script has ended and left it), the words have changed, and two
# frames have passed.
_PAINTED = """
async ([button, marker]) => {
  const text = () => [...document.querySelectorAll(marker)].map(e => e.textContent).join("|");
  const before = text();
  const frame = () => new Promise(requestAnimationFrame);
  const waiting = new Set(document.querySelectorAll(".js-plotly-plot"));
  waiting.forEach(chart => chart.once("plotly_afterplot", () => waiting.delete(chart)));
  const ended = () => document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning"
    && !document.querySelector("[data-stale=true]");
  const start = performance.now();
  [...document.querySelectorAll("button")].find(e => e.textContent.trim() === button).click();
  for (;;) {
    await frame();
    if (text() !== before && (waiting.size === 0 || ended())) break;
    if (performance.now() - start > 20000) throw new Error("nothing painted");
  }
  await frame();
  const taken = performance.now() - start;
  while (!ended()) await frame();
  return taken;
}
"""
_CHART = ".js-plotly-plot .main-svg"
_CAPTION = ".caption, [data-testid=stCaptionContainer]"


def measure(report: Report, data: Path) -> None:
    """Filter change to painted charts, and the first page of a fresh server."""
    bare = data / "bare.py"
    bare.write_text(_BARE, encoding="utf-8")
    executable = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        report.table("In Chromium, against a bare Streamlit page", ("", "charts", "ours", "bare", "ratio", "budget"))
        with _server("dashboard.py", data) as ours, _server(str(bare), data) as theirs:
            for slug in _PAGES:
                charts, mine = _changes(browser, f"{ours}/{slug}?{urlencode({'dataset': 'bench'})}")
                _, floor = _changes(browser, f"{theirs}/?charts={charts}")
                _row(report, f"filter change to painted charts, {slug}", charts, mine, floor)
        mine = statistics.median(_first_page(browser, "dashboard.py", data) for _ in range(_REPEATS))
        floor = statistics.median(_first_page(browser, str(bare), data) for _ in range(_REPEATS))
        _row(report, "first page of a fresh server", 1, mine, floor)
        browser.close()


def _row(report: Report, what: str, charts: int, mine: float, floor: float) -> None:
    report.row(what, str(charts), f"{mine:.0f} ms", f"{floor:.0f} ms", f"{mine / floor:.2f}", str(_BUDGET))


def _changes(browser: Browser, url: str) -> tuple[int, float]:
    """How many charts the page has, and the median milliseconds from a click on "‹" to the charts of that period."""
    page = _opened(browser, url)
    page.wait_for_timeout(_ALL_DRAWN)  # charts further down may be drawn after the script has ended
    charts = page.locator(".js-plotly-plot").count()
    taken = [page.evaluate(_PAINTED, ["‹", _CAPTION]) for _ in range(_REPEATS + 1)]
    page.context.close()
    return charts, statistics.median(taken[1:])


def _first_page(browser: Browser, script: str, data: Path) -> float:
    with _server(script, data) as url:
        before = time.perf_counter()
        page = _opened(browser, url)
        taken = (time.perf_counter() - before) * 1000
        page.context.close()
        return taken


def _opened(browser: Browser, url: str) -> Page:
    page = toured(browser.new_context(locale="vi-VN", viewport={"width": 1280, "height": 800})).new_page()
    page.goto(url)
    page.wait_for_selector(_CHART, state="attached", timeout=30_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", state="attached")
    return page


@contextmanager
def _server(script: str, data: Path) -> Iterator[str]:
    with started(script, data) as (url, _):
        yield url


@contextmanager
def started(script: str, data: Path, *options: str) -> Iterator[tuple[str, int]]:
    """Address and process number of a server of `script`, with more options of its command line."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, f"--server.port={port}", *options]
    environment = {**os.environ, "CCHC_DATA": str(data), "CCHC_LANG": "vi"}
    # As with `make run`: what was compiled once is not compiled again.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    try:
        url = f"http://localhost:{port}"
        _wait(f"{url}/_stcore/health")
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait(url: str) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"no answer from {url}")
