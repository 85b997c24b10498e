"""Finds a Chromium for the browser tests; run as a program, installs one where there is none and prints its path."""

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.provision import from_debian, provide, starts

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
COMMAND = "apt-get install -y chromium"


def find() -> str | None:
    """Path of a Chromium that starts: one on PATH, else Playwright's own download; None where there is neither."""
    on_path = (shutil.which(name) for name in NAMES)
    return next((path for path in (*on_path, _downloaded()) if path and starts(path)), None)


def install() -> str | None:
    """Like `find`, after Debian's package (as root) or else Playwright's download was tried."""
    from_debian(COMMAND)
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return find()


def _downloaded() -> str | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


if __name__ == "__main__":
    sys.exit(provide("Chromium", find, install, COMMAND))
