"""Finds nginx for the tests; run as a program, installs it where there is none and prints its path."""

import os
import shutil
import subprocess
import sys

from tests.provision import provide

COMMAND = "apt-get install -y nginx-light"
# Debian keeps it where only administrators look.
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def find() -> str | None:
    """Path of an nginx that starts and can ask another server who somebody is; None where there is none."""
    path = shutil.which("nginx", path=_PLACES)
    built = subprocess.run([path, "-V"], capture_output=True, text=True, check=False).stderr if path else ""
    return path if "--with-http_auth_request_module" in built else None


if __name__ == "__main__":
    sys.exit(provide("nginx", find, COMMAND))
