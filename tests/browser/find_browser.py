"""Finds a Chromium for the browser tests; run as a program, installs one where there is none and prints its path."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
COMMAND = "apt-get install -y chromium"


def find() -> str | None:
    """Path of a Chromium that starts: one on PATH, else Playwright's own download; None where there is neither."""
    on_path = (shutil.which(name) for name in NAMES)
    return next((path for path in (*on_path, _downloaded()) if path and _starts(path)), None)


def install() -> str | None:
    """Like `find`, after Debian's package (as root) or else Playwright's download was tried."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in ("apt-get update -q", f"{COMMAND} -q --no-install-recommends"):
            subprocess.run(command.split(), env=environment, stdout=sys.stderr, check=False)
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return find()


def _downloaded() -> str | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def _starts(path: str) -> bool:
    # Ubuntu's chromium-browser is a stub that only advertises a snap; a download may lack system libraries.
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def main() -> str | None:
    """Prints the path and returns None, or returns the sentence to exit with."""
    path = find() or install()
    if path is None:
        return f"The browser tests need Chromium and it could not be installed; run: sudo {COMMAND}"
    print(f"Browser for the tests: {path}")
    return None


if __name__ == "__main__":
    sys.exit(main())
