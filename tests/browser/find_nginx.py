"""Finds nginx for the tests; run as a program, installs it where there is none and prints its path."""

import os
import shutil
import subprocess
import sys

from tests.provision import from_debian, provide

COMMAND = "apt-get install -y nginx-light"
# Debian keeps it where only administrators look.
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def find() -> str | None:
    """Path of an nginx that starts and can ask another server who somebody is; None where there is none."""
    path = shutil.which("nginx", path=_PLACES)
    built = subprocess.run([path, "-V"], capture_output=True, text=True, check=False).stderr if path else ""
    return path if "--with-http_auth_request_module" in built else None


def install() -> str | None:
    """Like `find`, after Debian's package was tried (as root)."""
    from_debian(COMMAND)
    return find()


if __name__ == "__main__":
    sys.exit(provide("nginx", find, install, COMMAND))
