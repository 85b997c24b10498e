"""What the command `report` is told to do: one report, one for each unit, or everything into a folder, sent on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cchc import config, disk, reports
from cchc.reports import alerts, filing, mail, pdf
from cchc.reports.asked import Asked
from cchc.text import Progress, Text, UserError, silent

ALL = "all"


@dataclass(frozen=True)
class Order:
    """`kind` is the id of a kind or `ALL`; `out` a file, or a folder for all."""

    kind: str
    out: Path
    each_unit: bool = False
    as_pdf: bool = False
    send: bool = False


def carry_out(
    order: Order,
    ask: Callable[[], Asked],
    settings: config.Settings,
    progress: Progress = silent,
    lists: Sequence[filing.Maker] = (),
) -> Text:
    """Do it; what was written, in a sentence or as a path. With everything go `lists` of dossiers.

    Raises UserError, and nothing has changed, where a name or a setting does not fit.
    """
    if order.kind == ALL:
        return _everything(order, ask, settings, progress, lists)
    if order.send:
        raise UserError(Text("--send chỉ đi với report all.", "--send goes with report all only."))
    asked = ask()
    kind = reports.find(order.kind, asked.snapshot, asked.data)
    as_pdf = order.as_pdf or order.out.suffix.lower() == ".pdf"
    if as_pdf and (order.each_unit or order.out.suffix.lower() != ".pdf"):
        raise UserError(
            Text(
                "Với --pdf hãy đặt tên tệp ra là .pdf; mỗi đơn vị một tệp PDF thì dùng report all.",
                "With --pdf name the file .pdf; for a PDF of each unit use report all.",
            )
        )
    if not as_pdf:
        kind.check_name(order.out, order.each_unit)
    if order.each_unit:
        content = reports.of_each_unit(kind, asked)
    else:
        content = reports.content(kind, asked)
        content = pdf.convert(content, kind.ending) if as_pdf else content
    with disk.written_whole(order.out) as fresh:
        fresh.write_bytes(content)
    return Text(f"{order.out}", f"{order.out}")


def _everything(
    order: Order, ask: Callable[[], Asked], settings: config.Settings, progress: Progress, lists: Sequence[filing.Maker]
) -> Text:
    if order.send and not (settings.smtp and settings.sender):
        raise UserError(
            Text(
                "Chưa gửi được: đặt CCHC_SMTP (smtp://máy-chủ:cổng) và CCHC_SMTP_FROM (địa chỉ gửi).",
                "Nothing can be sent: set CCHC_SMTP (smtp://host:port) and CCHC_SMTP_FROM (the sender's address).",
            )
        )
    asked = ask()
    there = reports.kinds(asked.snapshot, asked.data)
    makers: list[filing.Maker] = [(kind.id, kind.file_name, partial(reports.content, kind)) for kind in there.values()]
    makers += [(alerts.KIND, alerts.file_name, alerts.made), *lists]
    sees = mail.sees(settings, asked.data, asked.snapshot.dataset)
    filed = filing.write(asked, makers, order.out, order.each_unit, order.as_pdf, progress)
    count = sum(len(each.files) for each in filed)
    sent = Text("", "")
    if order.send:
        done = mail.send(asked, filed, settings.smtp, settings.sender, sees)
        sent = Text(f"; đã gửi {done.letters} thư", f"; letters sent: {done.letters}")
        if done.kept_back:
            sent = Text(
                f"{sent.vi}; {done.kept_back} nơi nhận chưa có vai trò Cán bộ với đơn vị trong sổ nên không được gửi",
                f"{sent.en}; recipients not sent what takes the role of an officer over its unit: {done.kept_back}",
            )
    return Text(
        f"{order.out}: {count} tệp, danh mục {filing.MANIFEST}{sent.vi}",
        f"{order.out}: {count} files, listed in {filing.MANIFEST}{sent.en}",
    )
