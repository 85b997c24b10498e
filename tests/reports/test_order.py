"""Everything in one call: what is written and listed, and letters a real SMTP server gets, once each."""

import csv
import hashlib
import io
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
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
from cchc.figures import query
from cchc.reports import alerts, mail, pdf
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import DATASET
from tests.reports.asking import varied

pytestmark = pytest.mark.slow

MARCH = "start=2024-03-01&end=2024-03-31"
OFFICE, COMMUNE = "van-phong@tinh.example", "dai-an@xa.example"
LEADER, READER = "chu-tich@tinh.example", "xem@tinh.example"


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
    expected = [
        (kind, unit)
        for kind in (*reports.KINDS, alerts.KIND, mail.OVERDUE, mail.SOON)
        for unit in ("", *building.UNITS)
    ]
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


ACCESS = f"""mode = "proxy"
[proxy]
secret = "{"s" * 20}"
[[grant]]
person = "{LEADER}"
role = "officer"
[[grant]]
person = "{COMMUNE}"
role = "officer"
units = ["A"]
[[grant]]
person = "{READER}"
role = "reader"
[[grant]]
group = "tinh.example"
role = "administrator"
"""


def test_a_leader_gets_the_summary_an_officer_the_lists_and_nobody_what_they_may_not_see(
    snapshot: Snapshot, mailbox: Letters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    recipients(
        tmp_path / "data", f"{LEADER},tom-tat,", f"{LEADER},tom-tat,A", f"{COMMUNE},danh-sach,A",
        f"{COMMUNE},danh-sach,B", f"{COMMUNE},bao-cao-thang,", f"{READER},,", f"{OFFICE},tom-tat,",
    )  # fmt: skip
    access = tmp_path / "access.toml"
    access.write_text(ACCESS, encoding="utf-8")
    monkeypatch.setenv("CCHC_ACCESS", str(access))
    assert everything(tmp_path / "a", "--each-unit", "--send") == 0
    # The commune lacks B and the area, a reader sees no dossier, and nobody knows who is in a group.
    assert "3 nơi nhận chưa có vai trò Cán bộ" in capsys.readouterr().out
    letters = dict(mailbox.got)
    assert {*letters} == {LEADER, COMMUNE}
    named = {to: {part.get_filename() for part in each.iter_attachments()} for to, each in letters.items()}
    kinds = {to: {re.sub("-tra-cu.*|^[AB]-", "", name) for name in names} for to, names in named.items()}
    assert kinds[LEADER] <= {"bao-cao-thang", alerts.KIND}
    assert sum("bao-cao-thang" in name for name in named[LEADER]) == 2
    assert kinds[COMMUNE] <= {mail.OVERDUE, mail.SOON} != set()
    assert all(name.startswith("A-") for name in named[COMMUNE])
    summary = letters[LEADER].get_body().get_content().splitlines()
    march = building.filters(snapshot, "2024-03-01", "2024-03-31")
    for start, filters in (("Huyện Trà Cú, tháng 3", march), ("Xã Đại An, tháng 3", replace(march, units=("A",)))):
        [line] = [text for text in summary if text.startswith(start)]
        row = query.run(snapshot, ["received", "late", "open_overdue"], filters).iloc[0]
        assert f"tiếp nhận {row['received']:.0f}; " in line
        assert f"quá hạn {row['late']:.0f}; " in line
        assert f"đang giải quyết quá hạn {row['open_overdue']:.0f}; " in line
    assert not any(line.startswith("Xã Đại An") for line in letters[COMMUNE].get_body().get_content().splitlines())
    assert everything(tmp_path / "a", "--each-unit", "--send") == 0
    assert len(mailbox.got) == 2
    monkeypatch.delenv("CCHC_ACCESS")  # where nobody signs in the register alone says who gets what
    assert everything(tmp_path / "a", "--each-unit", "--send") == 0
    assert {to for to, _ in mailbox.got[2:]} == {COMMUNE, READER, OFFICE}


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
