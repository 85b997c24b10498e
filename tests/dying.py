"""Processes that are killed, or stand still, at one line of some modules after another; tests look at what is left."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from cchc import disk
from cchc.config import ROOT


def survive(program: str, check: Callable[[int], None], first: int, step: int, *arguments: str) -> int:
    """Run a program that calls `die` or `halt`, and at each kill or halt `check` with its line; how many there were."""
    command = [sys.executable, "-c", program, str(first), str(step), *arguments]
    times = 0
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        while line := process.stdout.readline():
            times += 1
            check(int(line))
            process.stdin.write("\n")
            process.stdin.flush()
    assert process.returncode == 0
    return times


def on_a_copy(folder: Path, check: Callable[[Path], None]) -> Callable[[int], None]:
    """`check` for a process that stands still: of a copy of `folder`, which is what a kill at that line would leave."""
    copy = folder.with_name(f"{folder.name}-killed")

    def look(_: int) -> None:
        shutil.copytree(folder, copy, symlinks=True)
        check(copy)
        disk.remove(copy)

    return look


def die(work: Callable[[int], None], files: set[str]) -> None:
    """Do `work` in a child that is killed at the first line it passes in these files, then `step` lines later, until
    one comes to its end."""
    line, step = int(sys.argv[1]), int(sys.argv[2])
    while True:
        child = os.fork()
        if not child:
            _at_lines(files, lambda passed, line=line: passed == line and os.kill(os.getpid(), signal.SIGKILL))
            work(line)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != -signal.SIGKILL:
            sys.exit(status)
        _tell(line)
        line += step


def halt(work: Callable[[int], None], files: set[str]) -> None:
    """Do `work` once, as number 0, standing still at the first line it passes in these files and every `step` lines."""
    first, step = int(sys.argv[1]), int(sys.argv[2])
    _at_lines(files, lambda passed: passed >= first and (passed - first) % step == 0 and _tell(passed))
    work(0)


def _tell(line: int) -> None:
    """Say the line and wait until somebody has looked."""
    print(line, flush=True)
    sys.stdin.readline()


def _at_lines(files: set[str], happens: Callable[[int], object]) -> None:
    passed = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal passed
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            passed += 1
            happens(passed)
        return trace

    sys.settrace(trace)
