"""The command line: build the demo, import exports, list and verify snapshots, query figures, write reports."""

import argparse
import datetime
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from cchc import config, demo, disk, importing, reports
from cchc.access import record
from cchc.arguments import Parser, ends_with_its_reader, say_in_any_alphabet
from cchc.entered import backup, groups
from cchc.figures import filters, query
from cchc.figures.metrics import FIGURES, METRICS
from cchc.figures.periods import GRAINS
from cchc.findings import news
from cchc.importing import doubts
from cchc.reports.order import ALL, Order, carry_out
from cchc.rules import national, references
from cchc.schema import BESIDE, DIMENSIONS
from cchc.store import manifests, retraction, snapshots, verifying
from cchc.store.snapshots import Snapshot
from cchc.text import NOT_AVAILABLE, Language, Text, UserError, date, number

Progress = Callable[[float, Text], None]
_RETRACTED = Text("đã thu hồi {}", "retracted {}")
_SINCE = Text("có từ {}", "from {}")
_DAMAGED = Text("HỎNG", "DAMAGED")


@ends_with_its_reader
def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 done, 2 an error the user can mend; bugs show their traceback."""
    settings = config.settings()
    say_in_any_alphabet(sys.stdout, sys.stderr)
    try:
        options = _parser(settings.data).parse_args(arguments)
        return int(options.run(options, settings.language) or 0)
    except UserError as error:
        print(error.text[settings.language], file=sys.stderr)
        return 2


def _parser(data: Path) -> argparse.ArgumentParser:
    parser = Parser(prog="cchc", description="Số liệu một cửa / one-stop-shop figures")
    parser.add_argument("--data", type=Path, default=data, help="data folder (default: CCHC_DATA)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)

    def command(name: str, run: Callable[..., int | None], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text)
        # Before or after the name of the command; the default here must not undo what stands before it.
        added.add_argument("--data", type=Path, default=argparse.SUPPRESS, help="data folder (default: CCHC_DATA)")
        added.set_defaults(run=run)
        return added

    built = command("demo", _demo, "build and publish the demo datasets")
    built.add_argument("--if-missing", action="store_true", help="only when no dataset is published")
    imported = command("import", _import, "import exported records and publish a snapshot")
    imported.add_argument("files", nargs="+", type=Path, metavar="FILE")
    imported.add_argument("--dataset", required=True)
    imported.add_argument("--mapping", help="a shipped mapping or a TOML file (default: found from the headings)")
    for flag, name, text in (
        ("--as-of", "as_of", "the day of the export (default: as the files say)"),
        ("--from", "covers_from", "the first day it covers (default: the first day receipts are dense from)"),
    ):
        imported.add_argument(flag, dest=name, type=datetime.date.fromisoformat, metavar="YYYY-MM-DD", help=text)
    imported.add_argument(
        "--accept", action="append", default=[], choices=doubts.NAMES, help="publish in spite of this; repeatable"
    )
    imported.add_argument("--dry-run", action="store_true", help="check everything, publish nothing")
    imported.add_argument("--problems", type=Path, metavar="OUT.csv", help="write every problem row here")
    rebuilt = command("rebuild", _rebuild, "publish again every snapshot of an earlier version of the product")
    rebuilt.add_argument("--dataset")
    listed = command("snapshots", _snapshots, "list published snapshots")
    listed.add_argument("--dataset")
    for name, run, text in (
        ("retract", _retract, "take a publication back: kept, marked, no longer current"),
        ("make-current", _make_current, "make a published snapshot the current one"),
    ):
        moved = command(name, run, text)
        moved.add_argument("snapshot", metavar="SNAPSHOT")
        moved.add_argument("--dataset", required=True)
    listed = command("units", _units, "write the units of a province, and whom they follow, as references of an area")
    listed.add_argument("--province", required=True, metavar="CODE", help="its code of today, such as 86")
    listed.add_argument("--out", type=Path, metavar="FOLDER", help="where to (default: units-CODE)")
    verified = command("verify", _verify, "re-check every checksum and identity")
    verified.add_argument("--dataset")
    backed_up = command("backup", _backup, "copy everything staff entered, while others write")
    backed_up.add_argument("--out", type=Path, required=True, metavar="FILE")
    restored = command("restore", _restore, "put everything staff entered back as it was in a backup")
    restored.add_argument("file", type=Path, metavar="FILE")
    asked = command("query", _query, "print metrics")
    asked.add_argument("metrics", nargs="+", metavar="METRIC")
    asked.add_argument("--dataset", required=True)
    asked.add_argument("--by", default="", help=",".join((*DIMENSIONS, *BESIDE)))
    asked.add_argument("--grain", help="|".join(GRAINS))
    asked.add_argument("--filters", default="", help="the query string of a page's link")
    asked.add_argument("--format", choices=("table", "csv", "json"), default="table")
    written = command("report", _report, "write an official form or report")
    written.add_argument("kind", metavar="KIND", help="|".join((*reports.KINDS, ALL)))
    written.add_argument("--dataset", required=True)
    written.add_argument("--filters", default="", help="the query string of a page's link")
    written.add_argument("--each-unit", action="store_true", help="a file for each unit, in one .zip")
    written.add_argument("--pdf", action="store_true", help="PDF too, where LibreOffice is installed")
    written.add_argument("--send", action="store_true", help="with all: e-mail them to the register of recipients")
    written.add_argument("--out", type=Path, required=True, metavar="FILE", help=".xlsx, .docx, .pdf, .zip; a folder")
    alerted = command("alerts", _alerts, "print what crossed a limit or a target since an earlier snapshot")
    alerted.add_argument("--dataset", required=True)
    alerted.add_argument("--since", metavar="SNAPSHOT|YYYY-MM-DD", help="compare with it (default: the one before)")
    alerted.add_argument("--out", type=Path, metavar="FILE", help=".csv or .docx")
    alerted.set_defaults(filters="")
    return parser


@contextmanager
def _progress(language: Language) -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere; progress goes from 0 to 1."""
    with tqdm(total=100, disable=None, bar_format="{desc} {bar} {percentage:3.0f} %", file=sys.stderr) as bar:

        def show(fraction: float, what: Text) -> None:
            bar.set_description_str(what[language])
            bar.update(round(fraction * 100) - bar.n)

        yield show


def _demo(options: argparse.Namespace, language: Language) -> None:
    if options.if_missing and snapshots.datasets(options.data):
        return
    with _progress(language) as progress:
        published = demo.publish_all(options.data, progress)
    for snapshot in published:
        print(snapshot.dataset, snapshot.id)


def _units(options: argparse.Namespace, language: Language) -> None:
    for path in national.write(options.province, options.out or Path(f"units-{options.province}")):
        print(path)


def _import(options: argparse.Namespace, language: Language) -> None:
    with (
        _progress(language) as progress,
        importing.read_export(
            options.files,
            options.dataset,
            options.as_of,
            mapping=options.mapping,
            data=options.data,
            progress=progress,
            covers_from=options.covers_from,
        ) as prepared,
    ):
        if options.problems:
            importing.write_problems(prepared.report, options.problems, language)
        if options.dry_run:
            published = None
        else:
            published, _ = prepared.publish(options.accept)
        for sentence in prepared.report.describe():
            print(sentence[language])
        if question := doubts.open_question(prepared.report, options.accept):
            print(question[language])
    if published:
        for wrong in published.references.wrong_models:
            print(wrong.why[language])
        print(published.dataset, published.id)


def _rebuild(options: argparse.Namespace, language: Language) -> int:
    damaged: list[manifests.Damaged] = []
    for dataset in _datasets(options):
        with _gathered(damaged):
            for old in snapshots.outdated(options.data, dataset):
                with _gathered(damaged):
                    print(dataset, snapshots.rebuild(options.data, dataset, old).id)
    for damage in damaged:
        print(damage.text[language], file=sys.stderr)
    return 2 if damaged else 0


@contextmanager
def _gathered(damaged: list[manifests.Damaged]) -> Iterator[None]:
    """What is damaged is told at the end, and keeps nobody from the rest."""
    try:
        yield
    except manifests.Damaged as damage:
        damaged.append(damage)


def _snapshots(options: argparse.Namespace, language: Language) -> int:
    damaged = False
    for dataset in _datasets(options):
        try:
            shown = snapshots.current(options.data, dataset)
        except manifests.Damaged as damage:
            print(damage.text[language], file=sys.stderr)
            shown, damaged = None, True
        _list(options.data, dataset, shown, language)
    return 2 if damaged else 0


def _list(data: Path, dataset: str, shown: Snapshot | None, language: Language) -> None:
    taken_back = snapshots.retracted(data, dataset)
    with suppress(manifests.Damaged):  # a shelf that cannot be read was said with its current snapshot
        for snapshot in snapshots.published(data, dataset):
            mark = "*" if shown and shown.id == snapshot.id else " "
            size = number(snapshot.manifest["dossiers"], language)
            notes = [_SINCE[language].format(date(snapshot.start, language)), *(["demo"] if snapshot.demo else [])]
            if at := taken_back.get(snapshot.id):
                notes.append(_RETRACTED[language].format(date(at.date(), language)))
            print(mark, dataset, snapshot.id, date(snapshot.as_of, language), size, ", ".join(notes), sep="\t")


def _retract(options: argparse.Namespace, language: Language) -> None:
    _datasets(options)
    retraction.retract(options.data, options.dataset, options.snapshot)
    print(options.dataset, snapshots.current_id(options.data, options.dataset) or NOT_AVAILABLE)


def _make_current(options: argparse.Namespace, language: Language) -> None:
    _datasets(options)
    print(options.dataset, retraction.make_current(options.data, options.dataset, options.snapshot).id)


def _verify(options: argparse.Namespace, language: Language) -> int:
    damaged = False
    for dataset in _datasets(options):
        for name, findings in verifying.verify(options.data, dataset).items():
            print(dataset, name, "OK" if not findings else _DAMAGED[language], sep="\t")
            for finding in findings:
                print("  ", finding[language])
            damaged = damaged or bool(findings)
    own = options.data / "reference"
    for dataset in [options.dataset] if options.dataset else references.areas(own):
        try:
            if folder := references.find(dataset, (own,)):
                references.read(folder)
        except UserError as error:
            print(dataset, "reference", _DAMAGED[language], sep="\t")
            print("  ", error.text[language])
            damaged = True
    if chain := record.broken(options.data):
        print("record", _DAMAGED[language], chain[0][language], sep="\t")
    return 2 if damaged or chain else 0


def _backup(options: argparse.Namespace, language: Language) -> None:
    _held(backup.write(options.data, options.out), language)


def _restore(options: argparse.Namespace, language: Language) -> None:
    _held(backup.restore(options.data, options.file), language)


def _held(contents: backup.Contents, language: Language) -> None:
    held, tables, files = (
        number(count, language) for count in (contents.meetings, contents.tables, contents.references)
    )
    text = Text(
        f"{held} cuộc họp; {tables} sổ theo dõi và bảng số đã công bố; {files} tệp danh mục và ánh xạ",
        f"meetings: {held}; registers and published tables: {tables}; files of references and mappings: {files}",
    )
    print(text[language])


def _query(options: argparse.Namespace, language: Language) -> None:
    snapshot = filters.seen(filters.parse(options.filters), _chosen(options))
    asked = groups.asked(options.data, options.filters, snapshot)
    by = [name for name in options.by.split(",") if name]
    result = query.run(snapshot, options.metrics, asked, by=by, grain=options.grain)
    if "period" in result:
        result["period"] = result["period"].dt.strftime("%Y-%m-%d")
    if options.format == "table":
        print(_readable(result, language).to_string(index=False))
        return
    # Counts stay whole numbers beside those that are not known.
    counts = [name for name in dict.fromkeys(options.metrics) if FIGURES[name].format == "count"]
    result = result.astype(dict.fromkeys(counts, "Int64"))
    if options.format == "csv":
        print(result.to_csv(index=False), end="")
    else:
        print(result.to_json(orient="records", double_precision=15, force_ascii=False, indent=1))


def _report(options: argparse.Namespace, language: Language) -> None:
    order = Order(options.kind, options.out, options.each_unit, options.pdf, options.send)
    print(carry_out(order, partial(_asked, options), config.settings())[language])


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


def _alerts(options: argparse.Namespace, language: Language) -> None:
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
    _datasets(options)
    snapshot = snapshots.wanted(options.data, *named)
    if snapshot is None:
        raise UserError(
            Text(
                f"Khu vực {options.dataset} không có bản số liệu {named[1]}; xem: python -m cchc snapshots",
                f"The dataset {options.dataset} has no snapshot {named[1]}; see: python -m cchc snapshots",
            )
        )
    return snapshot


def _datasets(options: argparse.Namespace) -> list[str]:
    known = snapshots.datasets(options.data)
    if options.dataset is None:
        return known
    if options.dataset not in known:
        raise UserError(
            Text(
                f"Chưa có khu vực {options.dataset}; hiện có: {', '.join(known) or 'không có'}.",
                f"There is no dataset {options.dataset}; there are: {', '.join(known) or 'none'}.",
            )
        )
    return [options.dataset]


if __name__ == "__main__":
    sys.exit(main())
