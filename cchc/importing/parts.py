"""What was read from one sheet of an export, before anything in it is judged."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from cchc.importing.headings import Layout
from cchc.text import Text, UserError


@dataclass(frozen=True)
class Malformed:
    """One row that cannot be split into cells as its headings are; `kind` is a name of problems.KINDS."""

    line: int
    kind: str


@dataclass(frozen=True)
class Part:
    """One sheet as an Arrow stream on disk: `line`, the row number in the file, and the mapped columns as text.

    `hidden` of the rows a filter or the reader of the sheet had hidden; `groups` more named a unit for those below.
    """

    file: str
    sheet: str
    path: Path
    layout: Layout
    rows: int
    malformed: tuple[Malformed, ...] = ()
    hidden: int = 0
    groups: int = 0

    def table(self) -> pa.Table:
        """The rows; they stay on disk until they are looked at."""
        with pa.memory_map(str(self.path)) as source:
            return pa.ipc.open_stream(source).read_all()


def unreadable(file: str, vi: str, en: str) -> UserError:
    """The error for a file that cannot be read, and why."""
    return UserError(Text(f"Không đọc được tệp {file}: {vi}.", f"The file {file} cannot be read: {en}."))
