"""Uploaded files, on disk only while they are read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cchc import disk
from cchc.text import Text, UserError

# Seconds from which on it is worth saying how long something will take.
_LONG = 3


@contextmanager
def on_disk(files: Sequence[Any]) -> Iterator[tuple[list[Path], Path | None]]:
    """The uploaded exports, and the mapping among them if there is one, in a private folder that goes at the end.

    Raises UserError for more than one mapping, or where the temp folder cannot be written to.
    """
    with disk.writing(None), disk.scratch() as folder:
        paths = [_copied(file, folder / str(place)) for place, file in enumerate(files)]
        exports = [path for path in paths if path.suffix.lower() != ".toml"]
        yield exports, _own_mapping([path for path in paths if path not in exports])


def time_left(taken: float, done: float) -> Text:
    """What stands behind what is being done after `taken` seconds with this share (0 to 1) done: how long the rest
    takes at that pace; nothing where that is next to nothing or nobody can know."""
    left = round(taken * (1 - done) / done) if done else 0
    if taken < 1 or left < _LONG:
        return Text("", "")
    minutes, seconds = divmod(left, 60)
    if minutes:
        return Text(f" · còn khoảng {minutes + (seconds >= 30)} phút", f" · about {minutes + (seconds >= 30)} min left")
    return Text(f" · còn khoảng {seconds} giây", f" · about {seconds} s left")


def _copied(file: Any, folder: Path) -> Path:
    """An uploaded file in a new folder; its name is only shown, and never one that leads elsewhere."""
    path = folder / (Path(file.name).name.lstrip(".") or "-")
    folder.mkdir()
    path.write_bytes(file.getbuffer())
    return path


def _own_mapping(mappings: Sequence[Path]) -> Path | None:
    if len(mappings) > 1:
        raise UserError(
            Text(
                f"Có {len(mappings)} tệp ánh xạ .toml; mỗi lần nhập chỉ dùng một.",
                f"There are {len(mappings)} .toml mappings; an import takes one.",
            )
        )
    return mappings[0] if mappings else None
