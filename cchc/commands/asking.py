"""Commands that answer from a snapshot: figures, reports, and what crossed a limit since an earlier one."""

import argparse
import datetime
from functools import partial

import pandas as pd

from cchc import config, disk, exports, reports
from cchc.api import formats
from cchc.commands.telling import datasets, told
from cchc.entered import groups
from cchc.figures import filters, query, trust
from cchc.figures.metrics import METRICS
from cchc.findings import due_soon, news, sources
from cchc.reports import filing, mail
from cchc.reports.order import Order, carry_out
from cchc.store import snapshots
from cchc.store.snapshots import Snapshot
from cchc.text import Language, Text, UserError


def answer(options: argparse.Namespace, language: Language) -> None:
    """`query`: print figures as a table to read, as CSV or as JSON."""
    snapshot = filters.seen(filters.parse(options.filters), _chosen(options))
    asked = groups.asked(options.data, options.filters, snapshot)
    by = [name for name in options.by.split(",") if name]
    if options.format == "table":
        result = query.run(snapshot, options.metrics, asked, by=by, grain=options.grain, parts=True)
        shown = result[[name for name in result if name in METRICS or name in (*by, "period")]]
        print(_readable(formats.written(shown), language).to_string(index=False))
        for lacking in (sources.lacking(partial(query.run, snapshot), snapshot, asked), trust.lacking_in(result)):
            if lacking:
                print(f"{Text('Lưu ý', 'Note')[language]}: {lacking[language]}.")
        return
    metrics = formats.with_undated(options.metrics)
    result = formats.counted(query.run(snapshot, metrics, asked, by=by, grain=options.grain), metrics)
    if options.format == "csv":
        print(formats.to_csv(result), end="")
    else:
        print(formats.rows(result, indent=1))


def report(options: argparse.Namespace, language: Language) -> None:
    """`report`: write one report, or all; prints where to."""
    order = Order(options.kind, options.out, options.each_unit, options.pdf, options.send)
    with told(language) as progress:
        done = carry_out(order, partial(_asked, options), config.settings(), progress, _LISTS)
    print(done[language])


def _list(kind: str, metric: str) -> filing.Maker:
    """What makes the workbook of the dossiers behind a metric."""

    def name(asked: reports.Asked) -> str:
        return f"{kind}-{asked.snapshot.dataset}-{asked.filters.start}-{asked.filters.end}.xlsx"

    def made(asked: reports.Asked) -> bytes:
        if not asked.run([metric], asked.filters)[metric].iloc[0]:
            raise UserError(Text("Không có hồ sơ nào.", "There is no dossier."))
        return exports.to_xlsx(asked.snapshot, asked.filters, metric, "", "vi")

    return kind, name, made


_LISTS = (_list(mail.OVERDUE, "open_overdue"), _list(mail.SOON, due_soon.METRIC))


def _asked(options: argparse.Namespace) -> reports.Asked:
    snapshot = filters.seen(filters.parse(options.filters), _chosen(options))
    return reports.Asked(
        run=partial(query.run, snapshot),
        snapshot=snapshot,
        filters=groups.asked(options.data, options.filters, snapshot),
        data=options.data,
        address=config.settings().address,
        at=datetime.datetime.now(),
    )


def alert(options: argparse.Namespace, language: Language) -> None:
    """Prints nothing where nothing crossed, so that a scheduler sends no mail; the file is written all the same."""
    if options.out and options.out.suffix.lower() not in reports.alerts.ENDINGS:
        raise UserError(
            Text(
                f"Cảnh báo ghi ra tệp .csv hoặc .docx, không phải {options.out.name}.",
                f"Alerts are written as .csv or .docx, not {options.out.name}.",
            )
        )
    asked = _asked(options)
    earlier = _earlier(options, asked.snapshot)
    found = reports.alerts.since(asked, earlier)
    if options.out:
        content = reports.alerts.to_file(asked, earlier, found, options.out.suffix.lower(), language)
        with disk.written_whole(options.out) as fresh:
            fresh.write_bytes(content)
    for line in reports.alerts.lines(asked, found, language):
        print(line)


def _earlier(options: argparse.Namespace, shown: Snapshot) -> Snapshot | None:
    """The snapshot `--since` names, by id or as the last one up to a day; without it the one before that shown, None
    where that is the first."""
    if options.since is None:
        found = news.before(options.data, shown)
    else:
        taken_back = snapshots.retracted(options.data, options.dataset).keys() - {shown.id}
        known = [each for each in snapshots.published(options.data, options.dataset) if each.id not in taken_back]
        found = next((each for each in known if options.since == each.id or _is_by(each, options.since)), None)
        if found is None:
            raise UserError(
                Text(
                    f"Không có bản số liệu {options.since} hoặc chốt đến ngày đó; xem: python -m cchc snapshots",
                    f"There is no snapshot {options.since}, nor one as of that day; see: python -m cchc snapshots",
                )
            )
    return snapshots.whole(found) if found else None


def _is_by(snapshot: Snapshot, day: str) -> bool:
    """Whether the data of a snapshot ends on that day or before it; no for what is not a day."""
    try:
        return snapshot.as_of <= datetime.date.fromisoformat(day)
    except ValueError:
        return False


def _readable(result: pd.DataFrame, language: Language) -> pd.DataFrame:
    shown = result.astype(object)
    for name in result.columns.intersection(list(METRICS)):
        shown[name] = [METRICS[name].show(float(value), language) for value in result[name]]
    return shown


def _chosen(options: argparse.Namespace) -> Snapshot:
    """The snapshot a query asks for: the one named in its filters, else the current one, if its files are whole."""
    params = filters.parse(options.filters)
    named = (params.get("dataset", [options.dataset])[0], params.get("snapshot", [""])[0])
    if named[0] != options.dataset:
        raise UserError(
            Text(
                f"Bộ lọc nói về {named[0]}, lệnh nói về {options.dataset}; chọn một.",
                f"The filters speak of {named[0]}, the command of {options.dataset}; choose one.",
            )
        )
    datasets(options)
    snapshot = snapshots.wanted(options.data, *named)
    if snapshot is None:
        raise UserError(
            Text(
                f"Khu vực {options.dataset} không có bản số liệu {named[1]}; xem: python -m cchc snapshots",
                f"The dataset {options.dataset} has no snapshot {named[1]}; see: python -m cchc snapshots",
            )
        )
    return snapshot
