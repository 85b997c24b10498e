"""What calamine does not say of an old binary workbook (XLS): whether its days count from 1904, and hidden rows.

Part of the child of workbook.py, so this module imports nothing of cchc. Source: MS-CFB 2 and MS-XLS 2.4.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
_HEADER = 512
_ENTRY = 128
_STREAMS = ("Workbook", "Book")
_BEGIN, _DATE_MODE, _SHEET, _ROW = 0x809, 0x22, 0x85, 0x208
_HIDDEN = 0x20


def read(path: Path) -> tuple[bool, dict[str, list[int]]]:
    """Whether days count from 1904, and the numbers of hidden rows by the name of the sheet."""
    from_1904, names, hidden = False, dict[int, str](), dict[str, list[int]]()
    name = ""
    for at, kind, content in _records(_stream(path.read_bytes())):
        if kind == _DATE_MODE:
            from_1904 = content[:1] == b"\1"
        elif kind == _SHEET:
            names[struct.unpack_from("<I", content)[0]] = _name(content)
        elif kind == _BEGIN:
            name = names.get(at, "")
        elif kind == _ROW and struct.unpack_from("<H", content, 12)[0] & _HIDDEN:
            hidden.setdefault(name, []).append(struct.unpack_from("<H", content)[0] + 1)
    return from_1904, hidden


def _name(content: bytes) -> str:
    length, wide = content[6], content[7] & 1
    return content[8 : 8 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where each record begins, its kind and its content."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _stream(content: bytes) -> bytes:
    """The workbook inside of a compound file; nothing for one of less than 4 kB, which holds no list."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    first, smallest = struct.unpack_from("<I", content, 48)[0], struct.unpack_from("<I", content, 56)[0]
    fat = _numbers(b"".join(_sector(content, size, each) for each in _fat_sectors(content, size)))
    folder = _chain(content, size, fat, first)
    for at in range(0, len(folder) - _ENTRY + 1, _ENTRY):
        length = struct.unpack_from("<H", folder, at + 64)[0]
        start, bytes_ = struct.unpack_from("<II", folder, at + 116)
        if folder[at : at + max(length - 2, 0)].decode("utf-16-le", "replace") in _STREAMS and bytes_ >= smallest:
            return _chain(content, size, fat, start)[:bytes_]
    return b""


def _fat_sectors(content: bytes, size: int) -> Iterator[int]:
    """The sectors of the table of sectors: 109 of them stand in the header, further ones in a chain."""
    yield from (n for n in _numbers(content[76:_HEADER]) if n < _END)
    following = struct.unpack_from("<I", content, 68)[0]
    for _ in range(len(content) // size):
        if following >= _END:
            return
        *listed, following = _numbers(_sector(content, size, following))
        yield from (n for n in listed if n < _END)


def _chain(content: bytes, size: int, fat: tuple[int, ...], sector: int) -> bytes:
    pieces: list[bytes] = []
    while sector < len(fat) and len(pieces) <= len(fat):
        pieces.append(_sector(content, size, sector))
        sector = fat[sector]
    return b"".join(pieces)


def _sector(content: bytes, size: int, number: int) -> bytes:
    return content[(number + 1) * size : (number + 2) * size]


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])
