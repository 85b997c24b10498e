"""Where the store of what people write is: the database that CCHC_STORE names, else a file of SQLite."""

from pathlib import Path

from cchc import config
from cchc.text import UserError

# The folder of an installation with what is made for people of limited sight, and that of the store.
SEEN = ".seen"
ENTERED = "entered"


class Damaged(UserError):
    """The file of the store cannot be read as one."""


def is_part(data: Path) -> bool:
    """Whether a folder was made for somebody of limited sight, who sees a part of what the installation holds."""
    return data.parent.name == SEEN


def whole(data: Path) -> Path:
    """The data folder of the installation, also asked for by a folder made for somebody of limited sight."""
    return data.parent.parent if is_part(data) else data


def store_file(data: Path) -> Path:
    """The file that is the store where no database is named; the write-ahead log of SQLite lies beside it."""
    return whole(data) / ENTERED / "store.sqlite"


def has_store(data: Path) -> bool:
    """Whether there is a store to look into: a database is, once it is named."""
    return bool(config.settings().store) or store_file(data).exists()


def ready(data: Path) -> None:
    """Bring the store up to date, if there is one, before anybody asks. Raises UserError when it cannot be used."""
    if has_store(data):
        from cchc.access import database

        with database.reading(data):
            pass
