"""A ZIP of exports is its files."""

import struct
from pathlib import Path

import pytest

from cchc.text import UserError
from tests.containers import page, write_parquet, write_zip
from tests.exports import dossiers, read, table, write_csv, write_sheets

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def contents(tmp_path: Path) -> dict[str, bytes]:
    """Thirty dossiers in a file of each of four kinds."""
    rows = dossiers(32)
    write_csv(tmp_path / "a.csv", rows[:8])
    write_sheets(tmp_path / "b.xlsx", {"S": table(rows[8:16])})
    write_parquet(tmp_path / "c.parquet", table(rows[16:24]))
    found = {f"tháng/{name}": (tmp_path / name).read_bytes() for name in ("a.csv", "b.xlsx", "c.parquet")}
    return {**found, "d.xls": page(table(rows[24:])).encode()}


def test_the_files_of_an_archive_are_read_as_what_they_are(tmp_path: Path, data: Path) -> None:
    plain = read(write_csv(tmp_path / "plain.csv", dossiers(32)), data=data).dossiers
    litter = {"__MACOSX/._a.csv": b"\0\5", "tháng/": b"", "~$b.xlsx": b"x", "trống.csv": b"", "giấy.pdf": b"%PDF-1.7"}
    found = read(write_zip(tmp_path / "x.zip", {**contents(tmp_path), **litter, "doc.txt": b"x\n"}), data=data)
    assert (found.dossiers, found.kinds) == (plain, {})
    assert [note.en.split(" was ")[0] for note in found.report.notes] == ["The file giấy.pdf", "The sheet doc.txt"]


def test_names_in_an_archive_lead_nowhere(tmp_path: Path, data: Path) -> None:
    write_csv(tmp_path / "a.csv", dossiers(3))
    content = (tmp_path / "a.csv").read_bytes()
    names = ("../../evil.csv", "/evil.csv", "C:\\evil.csv", "a\x07/.../evil\n.csv")
    found = read(write_zip(tmp_path / "x.zip", dict.fromkeys(names, content)), data=data)
    assert (found.report.counts.kept, found.report.counts.superseded) == (3, 3 * (len(names) - 1))
    assert not list(tmp_path.parent.glob("**/evil*")) + list(Path("/").glob("evil*"))


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        ("zip", "an archive inside an archive"),
        ("rar", "an archive inside an archive"),
        ("many", "packs more than 500 files"),
        ("bomb", "absurd size"),
        ("locked", "the archive has a password"),
        ("damaged", "damaged or cut off"),
        ("nothing", "no export in the archive"),
        ("empty", "no export in the archive"),
    ],
)
def test_an_archive_that_is_not_unpacked_says_why(tmp_path: Path, data: Path, inner: str, why: str) -> None:
    good = write_csv(tmp_path / "a.csv", dossiers(300)).read_bytes()
    nested = write_zip(tmp_path / "inner.zip", {"a.csv": good}).read_bytes()
    document = write_zip(tmp_path / "w", {"[Content_Types].xml": b"x"}).read_bytes()
    members = {
        "zip": {"a.csv": good, "b.zip": nested}, "rar": {"a.csv": good, "b.rar": b"Rar!\x1a\7\0"},
        "many": {f"{n}.csv": b"x" for n in range(501)}, "bomb": {"a.csv": bytes(200 << 20)},
        "nothing": {"a.pdf": b"%PDF-1.7", "b.docx": document},
        "empty": {},
    }  # fmt: skip
    path = write_zip(tmp_path / "x.zip", members.get(inner, {"a.csv": good}))
    content = bytearray(path.read_bytes())
    if inner == "locked":
        for at in (6, content.rfind(b"PK\1\2") + 8):
            struct.pack_into("<H", content, at, 1)
    if inner == "damaged":
        content[200:260] = bytes(60)
    path.write_bytes(content)
    with pytest.raises(UserError, match=why):
        read(path, data=data)
    assert not data.exists()


@pytest.mark.parametrize(
    ("content", "why"), [(b"Rar!\x1a\7\0", "pack them as ZIP"), (b"\x1f\x8b\x08", "pack them as ZIP")]
)
def test_other_archives_say_what_to_do(tmp_path: Path, data: Path, content: bytes, why: str) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(UserError, match=why):
        read(path, data=data)
