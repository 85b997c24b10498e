"""Finds a Chromium for the browser tests; run as a program, installs one where there is none and prints its path."""

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.provision import provide, starts

# Chromium without its windows: the same pages for a third less processor time.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
COMMAND = f"apt-get install -y {SHELL}"


def find() -> str | None:
    """Path of a Chromium that starts: one on PATH, else Playwright's own download; None where there is neither."""
    return _on_path(*NAMES) or _downloaded()


def _any_other() -> str | None:
    """Like `find`, after Playwright's download where there is none."""
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return find()


def _on_path(*names: str) -> str | None:
    return next((path for path in map(shutil.which, names) if path and starts(path)), None)


def _downloaded() -> str | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() and starts(str(path)) else None


if __name__ == "__main__":
    # Whatever else there is: without windows the tests end much earlier.
    sys.exit(provide("Chromium", lambda: _on_path(SHELL), COMMAND, _any_other))
