"""The command line: build the demo, import exports, list and verify snapshots, query figures, write reports."""

import argparse
import datetime
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cchc import config, reports
from cchc.arguments import Parser, ends_with_its_reader, say_in_any_alphabet
from cchc.commands import asking, keeping, publishing
from cchc.figures.periods import GRAINS
from cchc.importing import doubts
from cchc.reports.order import ALL
from cchc.schema import BESIDE, DIMENSIONS
from cchc.text import Text, UserError


@ends_with_its_reader
def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 done, 2 an error the user can mend; bugs show their traceback."""
    settings = config.settings()
    say_in_any_alphabet(sys.stdout, sys.stderr)
    try:
        options = _parser(settings.data).parse_args(arguments)
        _check_folder(options.data)
        return int(options.run(options, settings.language) or 0)
    except UserError as error:
        print(error.text[settings.language], file=sys.stderr)
        return 2


def _check_folder(data: Path) -> None:
    """Raises UserError where a file stands in place of the data folder: nothing would be found in it."""
    if data.is_file():
        raise UserError(
            Text(
                f"{data} là tệp, không phải thư mục số liệu; sửa --data hoặc CCHC_DATA.",
                f"{data} is a file and not a data folder; mend --data or CCHC_DATA.",
            )
        )


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

    built = command("demo", publishing.build_demo, "build and publish the demo datasets")
    built.add_argument("--if-missing", action="store_true", help="only when no dataset is published")
    imported = command("import", publishing.import_export, "import exported records and publish a snapshot")
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
    given = command("publish", publishing.publish, "publish Parquet files that have the columns of a dossier")
    given.add_argument("dossiers", nargs="+", metavar="DOSSIERS", help="files, or with spark what the cluster reads")
    given.add_argument("--dataset", required=True)
    given.add_argument("--as-of", required=True, type=datetime.date.fromisoformat, metavar="YYYY-MM-DD")
    given.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="what reduces them")
    given.add_argument("--master", default="local[*]", metavar="URL", help="the Spark cluster (default: this machine)")
    rebuilt = command(
        "rebuild", publishing.rebuild, "publish again every snapshot of an earlier version of the product"
    )
    rebuilt.add_argument("--dataset")
    listed = command("snapshots", keeping.show, "list published snapshots")
    listed.add_argument("--dataset")
    for name, run, text in (
        ("retract", keeping.retract, "take a publication back: kept, marked, no longer current"),
        ("make-current", keeping.make_current, "make a published snapshot the current one"),
    ):
        moved = command(name, run, text)
        moved.add_argument("snapshot", metavar="SNAPSHOT")
        moved.add_argument("--dataset", required=True)
    listed = command(
        "units", publishing.write_units, "write the units of a province, and whom they follow, as references of an area"
    )
    listed.add_argument("--province", required=True, metavar="CODE", help="its code of today, such as 86")
    listed.add_argument("--out", type=Path, metavar="FOLDER", help="where to (default: units-CODE)")
    verified = command("verify", keeping.verify, "re-check every checksum and identity")
    verified.add_argument("--dataset")
    backed_up = command("backup", keeping.back_up, "copy everything staff entered, while others write")
    backed_up.add_argument("--out", type=Path, required=True, metavar="FILE")
    restored = command("restore", keeping.restore, "put everything staff entered back as it was in a backup")
    restored.add_argument("file", type=Path, metavar="FILE")
    asked = command("query", asking.answer, "print metrics")
    asked.add_argument("metrics", nargs="+", metavar="METRIC")
    asked.add_argument("--dataset", required=True)
    asked.add_argument("--by", default="", help=",".join((*DIMENSIONS, *BESIDE)))
    asked.add_argument("--grain", help="|".join(GRAINS))
    asked.add_argument("--filters", default="", help="the query string of a page's link")
    asked.add_argument("--format", choices=("table", "csv", "json"), default="table")
    written = command("report", asking.report, "write an official form or report")
    written.add_argument("kind", metavar="KIND", help="|".join((*reports.KINDS, ALL)))
    written.add_argument("--dataset", required=True)
    written.add_argument("--filters", default="", help="the query string of a page's link")
    written.add_argument("--each-unit", action="store_true", help="a file for each unit, in one .zip")
    written.add_argument("--pdf", action="store_true", help="PDF too, where LibreOffice is installed")
    written.add_argument("--send", action="store_true", help="with all: e-mail them to the register of recipients")
    written.add_argument("--out", type=Path, required=True, metavar="FILE", help=".xlsx, .docx, .pdf, .zip; a folder")
    alerted = command("alerts", asking.alert, "print what crossed a limit or a target since an earlier snapshot")
    alerted.add_argument("--dataset", required=True)
    alerted.add_argument("--since", metavar="SNAPSHOT|YYYY-MM-DD", help="compare with it (default: the one before)")
    alerted.add_argument("--out", type=Path, metavar="FILE", help=".csv or .docx")
    alerted.set_defaults(filters="")
    return parser


if __name__ == "__main__":
    sys.exit(main())
