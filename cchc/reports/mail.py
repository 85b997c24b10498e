"""Reports sent by e-mail: to whom stands in a register, nobody gets the same report of the same figures twice, and
where people sign in nobody gets what they may not see."""

import hashlib
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cchc import disk
from cchc.access import granted, modes
from cchc.access.people import Person
from cchc.config import Settings
from cchc.entered import registers
from cchc.entered.registers import RECIPIENTS, Row
from cchc.figures import trust
from cchc.figures.metrics import METRICS
from cchc.reports import alerts, monthly
from cchc.reports.asked import Asked
from cchc.reports.filing import Filed
from cchc.rules.references import checked_id
from cchc.text import Text, UserError, capital, number

_PORTS = {"smtp": 25, "smtps": 465}
_PATIENCE = 60  # seconds
# What a leader reads, and with it the counts in the letter itself; what an officer works through. Lists go to whoever
# asks for them by name.
SUMMARY, LISTS = "tom-tat", "danh-sach"
OVERDUE, SOON = "ho-so-qua-han", "ho-so-sap-den-han"
_SETS = {SUMMARY: (monthly.KIND, alerts.KIND), LISTS: (OVERDUE, SOON)}
_TOLD = ("received", "resolved", "late", "open", "open_overdue", "due_soon")
# Whether an address may have what was made of a unit ("": of everything).
Sees = Callable[[str, str], bool]


@dataclass(frozen=True)
class Sent:
    """How many letters went out, and to how many addresses something was not sent that they may not see."""

    letters: int = 0
    kept_back: int = 0


def sees(settings: Settings, data: Path, area: str) -> Sees:
    """Who may have what: everybody where nobody signs in; else an address that, as the id of a person, has the role of
    an officer over the unit, since papers name dossiers. Raises UserError where the access file cannot be read."""
    access = modes.read(settings.access, settings.secrets)
    rules = [each.rule for each in granted.read(data)] if access.mode != "local" else []

    def may(address: str, unit: str) -> bool:
        sight = access.granted(Person(address, address, ()), rules).sight(area)
        return sight is not None and (sight.dossiers is None or unit in sight.dossiers)

    return (lambda address, unit: True) if access.mode == "local" else may


def send(asked: Asked, filed: Sequence[Filed], server: str, sender: str, sees: Sees) -> Sent:
    """Send every recipient of the register one letter with those reports of this period that they may see.

    `server` is smtp://user:password@host:port (encrypted where the server offers it) or smtps://. What was sent of
    this snapshot is remembered without addresses: run again, only what is missing goes out. Raises UserError where the
    register cannot be read or the server refuses; letters sent until then stay remembered.
    """
    data, dataset = asked.data, asked.snapshot.dataset
    recipients = registers.read(data, dataset, RECIPIENTS)
    log, sent = data / "sent" / f"{checked_id(dataset)}.txt", Sent()
    with disk.locked(log):
        known = set(log.read_text(encoding="utf-8").split()) if log.exists() else set()
        for address in dict.fromkeys(str(row["address"]) for row in recipients):
            rows = [row for row in recipients if row["address"] == address]
            wanted = [each for each in filed if each.files and _is_for(rows, each)]
            allowed = [each for each in wanted if sees(address, each.unit)]
            sent = replace(sent, kept_back=sent.kept_back + (len(allowed) < len(wanted)))
            fresh = {_mark(asked, address, each): each for each in allowed}
            fresh = {mark: each for mark, each in fresh.items() if mark not in known}
            if fresh:
                told = [each.unit for each in fresh.values() if each.kind == monthly.KIND and _leads(rows, each.unit)]
                _deliver(_letter(asked, sender, address, list(fresh.values()), told), server)
                known |= fresh.keys()
                sent = replace(sent, letters=sent.letters + 1)
                with disk.written_whole(log) as written:
                    written.write_text("\n".join(sorted(known)) + "\n", encoding="utf-8")
    return sent


def _is_for(rows: Sequence[Row], filed: Filed) -> bool:
    """Whether one of a recipient's rows asks for it: a row without a kind for every kind but lists, one with the name
    of a set for what is in it; without a unit for the report of the whole area."""
    every = () if filed.kind in _SETS[LISTS] else ("",)
    asking = {filed.kind, *every, *(name for name, kinds in _SETS.items() if filed.kind in kinds)}
    return any(str(row["report"] or "") in asking and (row["unit"] or "") == filed.unit for row in rows)


def _leads(rows: Sequence[Row], unit: str) -> bool:
    return any(row["report"] == SUMMARY and (row["unit"] or "") == unit for row in rows)


def _told(asked: Asked, unit: str) -> str:
    """The counts of the period, of one unit or of all that is asked about, as a line of a letter."""
    filters = replace(asked.filters, units=(unit,)) if unit else asked.filters
    row = asked.run(_TOLD, filters, parts=True).iloc[0]
    counts = "; ".join(f"{METRICS[name].label.vi.lower()} {number(row[name], 'vi')}" for name in _TOLD)
    named = asked.snapshot.references.units[unit].name if unit else capital(asked.area)
    lacking = trust.lacking(METRICS["late"], row)
    return f"{named}, {asked.period_name}: {counts} hồ sơ" + (f" ({lacking.vi})." if lacking else ".")


def _mark(asked: Asked, address: str, filed: Filed) -> str:
    """Says of a letter that it was sent, and not to whom."""
    chosen = sorted(asked.filters.to_params(asked.snapshot, current=False).items())
    said = repr((address, filed.kind, filed.unit, asked.snapshot.id, chosen))
    return hashlib.sha256(said.encode()).hexdigest()


def _letter(asked: Asked, sender: str, address: str, filed: Sequence[Filed], told: Sequence[str]) -> EmailMessage:
    """A letter with these reports, and with the counts of the units `told`."""
    letter = EmailMessage()
    letter["Subject"] = f"Báo cáo {asked.period_name}, {asked.area}"
    letter["From"], letter["To"] = sender, address
    letter.set_content(
        f"Kính gửi kèm theo {len(filed)} báo cáo {asked.period_name}, {asked.area}.\n\n"
        + "".join(f"{_told(asked, unit)}\n\n" for unit in told)
        + f"{asked.origin}\n"
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
