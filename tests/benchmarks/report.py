"""Tables of measurements: printed as they come, and kept as Markdown."""

import datetime
import os
import platform
from collections.abc import Iterable


class Report:
    """Tables in the order measured. `command` is what a reader types to get them again."""

    def __init__(self, command: str) -> None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        machine = f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"
        self._lines = [
            "# Performance", "",
            f"Measured on {datetime.date.today()} with `{command}` ({machine}). A ratio compares two measurements of",
            "one run; against a budget, 1 or less keeps it. Queries and filter changes are medians after a warm-up,",
            "the first page a median; publishing, importing and each rerun of a page for one question are timed once.",
        ]  # fmt: skip
        print("\n".join(self._lines))

    def table(self, title: str, columns: tuple[str, ...]) -> None:
        """Begin a table; `row` fills it."""
        self._say("", f"## {title}", "", _line(columns), _line("---" for _ in columns))

    def row(self, *cells: str) -> None:
        self._say(_line(cells))

    def markdown(self) -> str:
        return "\n".join(self._lines) + "\n"

    def _say(self, *lines: str) -> None:
        self._lines += lines
        print("\n".join(lines), flush=True)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
