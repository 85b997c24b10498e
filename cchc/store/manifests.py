"""The manifest of a published folder, and whether the files beside it are still those it names."""

import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from cchc import disk
from cchc.text import Text, UserError

_MANIFEST = "manifest.json"


class Damaged(UserError):
    """A snapshot whose files are not what was published."""


class Outdated(Damaged):
    """A snapshot of another version of the product, whole but laid out otherwise; see `rebuilding.rebuild`."""


def read(folder: Path) -> Mapping[str, Any]:
    """The manifest in `folder`. Raises Damaged when it is missing, or not as it was written."""
    try:
        return _parsed((folder / _MANIFEST).read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(
            Text(
                f"Bản số liệu {folder.name} bị hỏng ở {_MANIFEST}; hãy chọn bản khác hoặc nhập lại tệp nguồn.",
                f"The snapshot {folder.name} is damaged in {_MANIFEST}; choose another or import the source again.",
            )
        ) from error


@lru_cache(maxsize=64)
def _parsed(written: bytes) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(written)
    if _dump(manifest) != written:
        raise ValueError("checksum")
    return manifest


def write(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write the manifest into `folder`, its own checksum included."""
    (folder / _MANIFEST).write_bytes(_dump(manifest))


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder but the manifest, by its name relative to the folder."""
    return {name: disk.digest(path) for name, path in _files(folder).items()}


def differences(folder: Path, expected: Mapping[str, str]) -> list[Text]:
    """What is wrong with the files of a folder (`expected` by name as `digests` gave them): missing, changed by as
    little as one byte, unreadable or too many."""
    try:
        found = _files(folder)
    except OSError:
        return [disk.not_readable(folder)]
    wrong = (_fault(folder, name, found.get(name), expected.get(name)) for name in sorted({*expected, *found}))
    return [each for each in wrong if each]


def forget() -> None:
    """Read every file again at the next comparison, also one whose size and time are as they were."""
    _digest.cache_clear()


def _fault(folder: Path, name: str, path: Path | None, digest: str | None) -> Text | None:
    """What is wrong with one file: not there (no path), one too many (no digest), unreadable, changed."""
    if path and digest:
        try:
            stat = path.stat()
            if _digest(path, stat.st_size, stat.st_mtime_ns) == digest:
                return None
        except OSError:  # not remembered: it may be mended without a trace on the file
            return disk.not_readable(path)
    return Text(
        f"Tệp {name} của bản số liệu {folder.name} không còn như lúc công bố.",
        f"The file {name} of the snapshot {folder.name} is not what was published.",
    )


@lru_cache(maxsize=16_384)
def _digest(path: Path, size: int, changed: int) -> str:
    # Size and time are part of the key: a file touched since is read again.
    return disk.digest(path)


def _files(folder: Path) -> dict[str, Path]:
    """Every file of a folder but the manifest, by its name relative to the folder; a page asks for them at each action,
    and a snapshot of ten years has five hundred."""
    found, start = {}, len(str(folder)) + 1
    for place, _, names in os.walk(folder, onerror=_raised):
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118 - four times as fast
            found[path[start:].replace(os.sep, "/")] = Path(path)
    found.pop(_MANIFEST, None)
    return found


def _raised(error: OSError) -> None:
    raise error


def _dump(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as bytes, its own checksum included, so that any changed byte shows."""
    body = {key: value for key, value in manifest.items() if key != "checksum"}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return json.dumps({**body, "checksum": digest}, indent=1, sort_keys=True, ensure_ascii=False).encode()
