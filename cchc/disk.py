"""Files as they lie on disk: their checksums, and folders that survive a power cut and are then read-only."""

import hashlib
import os
import shutil
from pathlib import Path


def files(folder: Path) -> list[Path]:
    """Every file of a folder and its folders, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path) -> None:
    """Make a finished folder durable and read-only."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
        path.chmod(0o555 if path.is_dir() else 0o444)
    sync(folder)
    folder.chmod(0o555)


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(folder: Path) -> None:
    """Remove a folder, also a sealed one."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)
