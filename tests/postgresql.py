"""A real PostgreSQL for the tests; run as a program, installs one where there is none and prints where it is."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.provision import provide, starts

COMMAND = "apt-get install -y postgresql"
# What a crash of the machine would lose is lost with the folder anyway.
_SETTINGS = "fsync=off full_page_writes=off synchronous_commit=off listen_addresses= max_connections=60".split()


def find() -> str | None:
    """The path of a server of PostgreSQL with `initdb` beside it; None where there is none."""
    places = [*os.get_exec_path(), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]  # Debian's, by version
    paths = (Path(place, "postgres") for place in places)
    return next((str(path) for path in paths if path.with_name("initdb").exists() and starts(str(path))), None)


@contextmanager
def running(server: str) -> Iterator[str]:
    """A server on a socket in a folder of its own, gone when this process is; the address of its database."""
    folder = Path(tempfile.mkdtemp(prefix="cchc-pg-"))
    start = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:  # which it refuses to run as
        start += ["--reuid", "nobody", "--regid", str(pwd.getpwnam("nobody").pw_gid), "--clear-groups"]
        shutil.chown(folder, "nobody")
    make = [str(Path(server).with_name("initdb")), "--no-sync", "-E", "UTF8", "--locale=C", "-U", "cchc", "-D", "data"]
    settings = [part for each in (f"unix_socket_directories={folder}", *_SETTINGS) for part in ("-c", each)]
    with (folder / "log").open("w") as log:
        subprocess.run([*start, *make], cwd=folder, stdout=log, stderr=log, check=True)
        with subprocess.Popen([*start, server, "-D", "data", *settings], cwd=folder, stdout=log, stderr=log) as process:
            try:
                yield _answering(f"postgresql://cchc@/postgres?host={folder}", process)
            finally:
                process.send_signal(signal.SIGINT)  # waits for no connection
    shutil.rmtree(folder)


def _answering(address: str, process: subprocess.Popen[bytes]) -> str:
    while process.poll() is None:
        with suppress(psycopg.OperationalError), psycopg.connect(address):
            return address
        time.sleep(0.02)
    raise AssertionError("PostgreSQL did not start")


if __name__ == "__main__":
    sys.exit(provide("PostgreSQL", find, COMMAND))
