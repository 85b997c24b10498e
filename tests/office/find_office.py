"""Finds LibreOffice for the office tests; run as a program, installs it where there is none and prints its path."""

import shutil
import sys

from tests.provision import provide, starts

NAMES = ("soffice", "libreoffice")
COMMAND = "apt-get install -y libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-writer-nogui"


def find() -> str | None:
    """Path of a LibreOffice that starts; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name)) and starts(path)), None)


if __name__ == "__main__":
    sys.exit(provide("LibreOffice", find, COMMAND))
