"""Provides a program the tests need: one that starts, else Debian's package of it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable


def starts(path: str) -> bool:
    """Whether it can say its version: some are stubs that only advertise, some lack system libraries."""
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def from_debian(command: str) -> None:
    """Try to install with `command` (apt-get install ...), where that is possible: as root."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for each in ("apt-get update -q", f"{command} -q --no-install-recommends"):
            subprocess.run(each.split(), env=environment, stdout=sys.stderr, check=False)


def provide(
    what: str, find: Callable[[], str | None], command: str, otherwise: Callable[[], str | None] = lambda: None
) -> str | None:
    """Prints the path of the program, installed with `command` where it is not found, or what `otherwise` gives, and
    returns None; or returns the sentence to exit with."""
    path = find()
    if path is None:
        from_debian(command)
        path = find() or otherwise()
    if path is None:
        return f"The tests need {what} and it could not be installed; run: sudo {command}"
    print(f"{what} for the tests: {path}")
    return None
