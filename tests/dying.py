"""Processes that kill themselves at one line of some modules after another; tests look at what is left each time."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from cchc.config import ROOT


def survive(program: str, check: Callable[[int], None], first: int, step: int, *arguments: str) -> int:
    """Run a program that calls `die`, and after each kill `check` with the line it happened at; how many kills."""
    command = [sys.executable, "-c", program, str(first), str(step), *arguments]
    kills = 0
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        while line := process.stdout.readline():
            kills += 1
            check(int(line))
            process.stdin.write("\n")
            process.stdin.flush()
    assert process.returncode == 0
    return kills


def die(work: Callable[[int], None], files: set[str]) -> None:
    """Do `work` in a child that is killed at the first line it passes in these files, then `step` lines later, until
    one comes to its end."""
    line, step = int(sys.argv[1]), int(sys.argv[2])
    while True:
        child = os.fork()
        if not child:
            _die_at(line, files)
            work(line)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != -signal.SIGKILL:
            sys.exit(status)
        print(line, flush=True)
        sys.stdin.readline()
        line += step


def _die_at(line: int, files: set[str]) -> None:
    passed = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal passed
        if frame.f_code.co_filename not in files:
            return None
        passed += event == "line"
        if passed == line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
