"""Reports sent by e-mail: to whom stands in a register, and nobody gets the same report of the same figures twice."""

import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cchc import disk
from cchc.entered import registers
from cchc.entered.registers import RECIPIENTS, Row
from cchc.reports.asked import Asked
from cchc.reports.filing import Filed
from cchc.rules.references import checked_id
from cchc.text import Text, UserError

_PORTS = {"smtp": 25, "smtps": 465}
_PATIENCE = 60  # seconds


def send(asked: Asked, filed: Sequence[Filed], server: str, sender: str) -> int:
    """Send every recipient of the register one letter with their reports of this period; how many letters went out.

    `server` is smtp://user:password@host:port (encrypted where the server offers it) or smtps://. What was sent of
    this snapshot is remembered without addresses: run again, only what is missing goes out. Raises UserError where the
    register cannot be read or the server refuses; letters sent until then stay remembered.
    """
    data, dataset = asked.data, asked.snapshot.dataset
    recipients = registers.read(data, dataset, RECIPIENTS)
    log, letters = data / "sent" / f"{checked_id(dataset)}.txt", 0
    with disk.locked(log):
        known = set(log.read_text(encoding="utf-8").split()) if log.exists() else set()
        for address in dict.fromkeys(str(row["address"]) for row in recipients):
            rows = [row for row in recipients if row["address"] == address]
            fresh = {_mark(asked, address, each): each for each in filed if each.files and _is_for(rows, each)}
            fresh = {mark: each for mark, each in fresh.items() if mark not in known}
            if fresh:
                _deliver(_letter(asked, sender, address, list(fresh.values())), server)
                known |= fresh.keys()
                letters += 1
                with disk.written_whole(log) as written:
                    written.write_text("\n".join(sorted(known)) + "\n", encoding="utf-8")
    return letters


def _is_for(rows: Sequence[Row], filed: Filed) -> bool:
    """Whether one of a recipient's rows asks for it: a row without a kind for every kind, without a unit for the
    report of the whole area."""
    return any((row["report"] or filed.kind) == filed.kind and (row["unit"] or "") == filed.unit for row in rows)


def _mark(asked: Asked, address: str, filed: Filed) -> str:
    """Says of a letter that it was sent, and not to whom."""
    chosen = sorted(asked.filters.to_params(asked.snapshot, current=False).items())
    said = repr((address, filed.kind, filed.unit, asked.snapshot.id, chosen))
    return hashlib.sha256(said.encode()).hexdigest()


def _letter(asked: Asked, sender: str, address: str, filed: Sequence[Filed]) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = f"Báo cáo {asked.period_name}, {asked.area}"
    letter["From"], letter["To"] = sender, address
    letter.set_content(
        f"Kính gửi kèm theo {len(filed)} báo cáo {asked.period_name}, {asked.area}.\n\n{asked.origin}\n"
        + ("Dữ liệu minh họa: không phải số liệu thật.\n" if asked.snapshot.demo else "")
    )
    for path in (path for each in filed for path in each.files):
        letter.add_attachment(path.read_bytes(), maintype="application", subtype=_subtype(path), filename=path.name)
    return letter


def _subtype(path: Path) -> str:
    office = "vnd.openxmlformats-officedocument"
    return {".docx": f"{office}.wordprocessingml.document", ".xlsx": f"{office}.spreadsheetml.sheet", ".pdf": "pdf"}[
        path.suffix
    ]


def _deliver(letter: EmailMessage, server: str) -> None:
    parts = urlsplit(server)
    try:
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError(parts.scheme)
        port = parts.port or _PORTS[parts.scheme]
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(parts.hostname, port, timeout=_PATIENCE, context=context)
            if parts.scheme == "smtps"
            else smtplib.SMTP(parts.hostname, port, timeout=_PATIENCE)
        ) as connection:
            if parts.scheme == "smtp" and "starttls" in (connection.ehlo(), connection.esmtp_features)[1]:
                connection.starttls(context=context)
            if parts.username:
                connection.login(unquote(parts.username), unquote(parts.password or ""))
            connection.send_message(letter)
    except ValueError as error:
        raise UserError(
            Text(
                "CCHC_SMTP phải có dạng smtp://máy-chủ:cổng hoặc smtps://người-dùng:mật-khẩu@máy-chủ.",
                "CCHC_SMTP has the form smtp://host:port or smtps://user:password@host.",
            )
        ) from error
    except (OSError, smtplib.SMTPException) as error:  # neither may tell the password or an address
        raise UserError(
            Text(
                f"Không gửi được thư qua máy chủ {parts.hostname}; xem CCHC_SMTP, CCHC_SMTP_FROM và sổ nơi nhận.",
                f"Mail could not be sent through {parts.hostname}; check CCHC_SMTP, CCHC_SMTP_FROM and the register.",
            )
        ) from error
