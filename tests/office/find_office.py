"""Finds LibreOffice for the office tests; run as a program, installs it where there is none and prints its path."""

import os
import shutil
import subprocess
import sys

NAMES = ("soffice", "libreoffice")
COMMAND = "apt-get install -y libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-writer-nogui"


def find() -> str | None:
    """Path of a LibreOffice that starts; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name)) and _starts(path)), None)


def install() -> str | None:
    """Like `find`, after Debian's packages were tried (as root)."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in ("apt-get update -q", f"{COMMAND} -q --no-install-recommends"):
            subprocess.run(command.split(), env=environment, stdout=sys.stderr, check=False)
    return find()


def _starts(path: str) -> bool:
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def main() -> str | None:
    """Prints the path and returns None, or returns the sentence to exit with."""
    path = find() or install()
    if path is None:
        return f"The office tests need LibreOffice and it could not be installed; run: sudo {COMMAND}"
    print(f"Office for the tests: {path}")
    return None


if __name__ == "__main__":
    sys.exit(main())
