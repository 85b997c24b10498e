"""What an area keeps as whole tables and papers: in the store, each change with its line in the record.

A name is a path below the data folder. Earlier versions kept a file there, which is taken over by whoever looks first.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cchc import disk
from cchc.access import people, record
from cchc.access.place import ENTERED, has_store, is_part, whole
from cchc.text import Text, UserError

if TYPE_CHECKING:
    from sqlalchemy import Connection

# The folders the files were in, and where in each they lay.
SHELVES = {"registers": "*/*.csv", "published": "*.csv", "templates": "*/*.docx"}
_CHANGED = Text("Người khác vừa sửa; mở lại trang rồi sửa tiếp.", "Somebody else changed this; open the page again.")


def read(data: Path, *names: str) -> dict[str, bytes]:
    """What is kept under these names, as it is at one moment; a name is missing where nothing is, and all are for who
    sees a part of the area.

    Raises UserError where the store cannot be read, and where a file lies there again that says something else.
    """
    if is_part(data) and not (data / ENTERED).exists():
        return {}
    for name in names:
        _take_over(data, name)
    return _kept(data, names)


def write(
    data: Path, name: str, content: bytes | None, what: record.What, dataset: str, about: str,
    is_known: Callable[[bytes | None], bool] = lambda held: True, changed: Text = _CHANGED,
) -> None:  # fmt: skip
    """Keep `content` under a name (None: nothing any more), with its line in the record.

    Raises UserError that says `changed` unless what is kept now `is_known` to who writes, and Refused unless an editor
    of the area acts.
    """
    from cchc.access.database import changing

    who = people.require("editor", dataset)
    _take_over(data, name)
    with changing(data) as connection:
        if not is_known(_held(connection, name)):
            raise UserError(changed)
        _put(connection, name, content)
        record.added(connection, who, what, dataset, about)


def ready(data: Path) -> None:
    """Take over every file an earlier version left; where one cannot be, whoever asks for it is told."""
    for name in _former(data):
        with suppress(UserError):
            _take_over(data, name)


def every(data: Path) -> dict[str, bytes]:
    """All that is kept, by name, as it is at one moment. Raises UserError as `read` does."""
    for name in _former(data):
        _take_over(data, name)
    return _kept(data)


def put_back(data: Path, kept: dict[str, bytes]) -> None:
    """Let these be all that is kept; files of an earlier version are put aside unread."""
    from sqlalchemy import delete, insert

    from cchc.access.database import SHEETS, changing

    with changing(data) as connection:
        connection.execute(delete(SHEETS))
        if kept:
            connection.execute(insert(SHEETS), [{"name": name, "content": held} for name, held in kept.items()])
    for name in _former(data):
        _put_aside(whole(data) / name)


def _former(data: Path) -> list[str]:
    """The names under which files of an earlier version lie."""
    place = whole(data)
    paths = [path for shelf, pattern in SHELVES.items() for path in (place / shelf).glob(pattern)]
    return sorted(path.relative_to(place).as_posix() for path in paths if not path.name.startswith("."))


def _take_over(data: Path, name: str) -> None:
    """Bring the file an earlier version left under a name into the store, as it is; it is kept beside.

    Everybody does this before they change what is kept, so the file and the store differ only where somebody laid
    another file there: UserError.
    """
    former = whole(data) / name
    if not former.exists():
        return
    from cchc.access.database import changing

    with changing(data) as connection:
        content = _content(former)
        held = _held(connection, name)
        if content is not None and held is None:
            _put(connection, name, content)
        elif content not in (None, held):
            raise UserError(
                Text(
                    f"Kho chung đã có {name}, tệp {former} ghi khác; chuyển tệp ấy đi, cần thì nhập trên trang.",
                    f"The store has {name} and the file {former} says otherwise; move it elsewhere, or take it in on "
                    "the page.",
                )
            )
    _put_aside(former)


def _content(former: Path) -> bytes | None:
    """What a file holds; None where somebody else has just taken it over."""
    try:
        return former.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(disk.not_readable(former)) from error


def _put_aside(former: Path) -> None:
    with disk.writing(former), suppress(FileNotFoundError):  # somebody else just did
        former.rename(former.with_name(f"{former.name}.taken-over"))


def _kept(data: Path, names: Sequence[str] = ()) -> dict[str, bytes]:
    """What the store has under these names, or everything."""
    if not has_store(data):
        return {}
    from sqlalchemy import select

    from cchc.access.database import SHEETS, reading

    asked = select(SHEETS).where(*([SHEETS.c.name.in_(names)] if names else [])).order_by(SHEETS.c.name)
    with reading(data) as connection:
        return {row.name: row.content for row in connection.execute(asked)} if connection else {}


def _held(connection: "Connection", name: str) -> bytes | None:
    from sqlalchemy import select

    from cchc.access.database import SHEETS

    content: bytes | None = connection.execute(select(SHEETS.c.content).where(SHEETS.c.name == name)).scalar()
    return content


def _put(connection: "Connection", name: str, content: bytes | None) -> None:
    from sqlalchemy import delete, insert

    from cchc.access.database import SHEETS

    connection.execute(delete(SHEETS).where(SHEETS.c.name == name))
    if content is not None:
        connection.execute(insert(SHEETS), {"name": name, "content": content})
