"""Everything in one call: what is written and listed, and letters a real SMTP server gets, once each."""

import csv
import hashlib
import io
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from aiosmtpd.controller import Controller

from cchc import reports
from cchc.__main__ import main
from cchc.entered import registers
from cchc.entered.registers import RECIPIENTS
from cchc.reports import alerts, pdf
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import DATASET
from tests.reports.asking import varied

pytestmark = pytest.mark.slow

MARCH = "start=2024-03-01&end=2024-03-31"
OFFICE, COMMUNE = "van-phong@tinh.example", "dai-an@xa.example"


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """In the data folder that the command line finds by itself."""
    return building.publish(tmp_path / "data", varied())


class Letters:
    """A mailbox behind a real SMTP server, which refuses one address."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Message]] = []
        self.refused = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refused in envelope.rcpt_tos:
            return "550 no such mailbox"
        self.got.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=default)))
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    letters = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("CCHC_SMTP", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("CCHC_SMTP_FROM", "cchc@huyen.example")
    yield letters
    controller.stop()


def everything(out: Path, *more: str) -> int:
    return main(["report", "all", "--dataset", DATASET, "--filters", MARCH, "--out", str(out), *more])


def listed(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "danh-muc.csv").read_text("utf-8-sig"))))


def recipients(data: Path, *lines: str) -> None:
    content = registers.to_csv(RECIPIENTS) + "".join(f"{line}\r\n" for line in lines).encode()
    kept = registers.parse(RECIPIENTS, content, "a.csv")
    registers.write(data, DATASET, RECIPIENTS, kept, registers.version(data, DATASET, RECIPIENTS))


def test_every_kind_of_every_unit_is_written_or_says_why_not(snapshot: Snapshot, tmp_path: Path) -> None:
    out = tmp_path / "thang-3"
    assert everything(out, "--each-unit") == 0
    rows = listed(out)
    expected = [(kind, unit) for kind in (*reports.KINDS, alerts.KIND) for unit in ("", *building.UNITS)]
    assert [(row["loai"], row["don_vi"]) for row in rows] == expected
    for row in rows:
        assert bool(row["tep"]) != bool(row["ghi_chu"])
        if row["tep"]:
            content = (out / row["tep"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == row["sha256"]
            opened = docx.Document if row["tep"].endswith("docx") else openpyxl.load_workbook
            assert opened(io.BytesIO(content))
    names = {row["tep"] for row in rows if row["tep"]} | {"danh-muc.csv"}
    assert {path.name for path in out.iterdir()} == names


def test_each_recipient_gets_their_reports_once(snapshot: Snapshot, mailbox: Letters, tmp_path: Path, capsys) -> None:
    recipients(
        tmp_path / "data",
        f"{OFFICE},bieu-06a,",
        f"{OFFICE},bao-cao-thang,",
        f"{COMMUNE},bao-cao-thang,A",
        f"{COMMUNE},,B",
    )
    mailbox.refused = COMMUNE
    assert everything(tmp_path / "a", "--each-unit", "--send") == 2
    assert COMMUNE not in capsys.readouterr().err  # nobody is named
    assert [to for to, _ in mailbox.got] == [OFFICE]
    mailbox.refused = ""
    names = {path.name for path in (tmp_path / "a").iterdir()}
    assert everything(tmp_path / "a", "--each-unit", "--send") == 0  # only what is missing goes out
    assert [to for to, _ in mailbox.got] == [OFFICE, COMMUNE]
    (_, first), (_, second) = mailbox.got
    assert first["Subject"] == "Báo cáo tháng 3 năm 2024, Huyện Trà Cú"
    kinds = [part.get_filename().split("-tra-cu")[0] for part in first.iter_attachments()]
    assert kinds == ["bieu-06a", "bao-cao-thang"]
    theirs = {part.get_filename(): part.get_content() for part in second.iter_attachments()}
    assert {name[0] for name in theirs} == {"A", "B"}
    assert all((tmp_path / "a" / name).read_bytes() == content for name, content in theirs.items())
    assert everything(tmp_path / "a", "--each-unit", "--send") == 0
    assert len(mailbox.got) == 2
    assert {path.name for path in (tmp_path / "a").iterdir()} == names
    # Neither the record of what was sent nor the list of files knows an address.
    kept = [path for folder in ("sent",) for path in (tmp_path / "data" / folder).iterdir()]
    assert not any("@" in path.read_text() for path in [*kept, tmp_path / "a" / "danh-muc.csv"])


@pytest.mark.parametrize(
    ("server", "sender", "expected"),
    [("", "a@b.example", "CCHC_SMTP"), ("smtp://x", "", "CCHC_SMTP_FROM"), ("http://x", "a@b.example", "smtps://"),
     ("smtp://u:secret@127.0.0.1:1", "a@b.example", "127.0.0.1")],
)  # fmt: skip
def test_a_wrong_setting_of_mail_is_one_sentence(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, server: str, sender: str, expected: str
) -> None:
    monkeypatch.setenv("CCHC_SMTP", server)
    monkeypatch.setenv("CCHC_SMTP_FROM", sender)
    recipients(tmp_path / "data", f"{OFFICE},bao-cao-thang,")
    assert everything(tmp_path / "a", "--send") == 2
    said = capsys.readouterr().err
    assert expected in said
    assert "secret" not in said
    assert len(said.splitlines()) == 1


def test_without_libreoffice_a_pdf_is_one_sentence_and_nothing_is_written(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(pdf, "_NAMES", ("no-such-office",))
    command = ["report", "bao-cao-thang", "--dataset", DATASET, "--filters", MARCH, "--out"]
    assert main([*command, str(tmp_path / "a.pdf")]) == 2
    assert "LibreOffice" in capsys.readouterr().err
    assert not (tmp_path / "a.pdf").exists()
