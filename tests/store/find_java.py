"""Finds the Java that Spark needs; run as a program, installs Debian's where there is none and prints its path."""

import shutil
import sys

from tests.provision import provide, starts

COMMAND = "apt-get install -y default-jre-headless"


def find() -> str | None:
    """Path of a Java that starts; None where there is none."""
    path = shutil.which("java")
    return path if path and starts(path) else None


if __name__ == "__main__":
    sys.exit(provide("Java", find, COMMAND))
