"""`make bench`: publish, ask, draw and import generated dossiers, and print what it costs as ratios in one run."""

import argparse
import datetime
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
from streamlit.logger import set_log_level

from cchc.store import lookup, snapshots
from cchc.store.snapshots import Snapshot
from tests.benchmarks import baselines, browsing, generate, importing, month, questions, serving
from tests.benchmarks.questions import Visit
from tests.benchmarks.report import Report

_MILLION = 1_000_000
# What design asks of all queries of a page together, 95th percentile in milliseconds, by millions of dossiers.
_QUERY_BUDGET = {1: 50, 10: 100}
_PUBLISH_SECONDS, _PUBLISH_GIGABYTES = 60, 4
_REPEATS = 3
_CROWD_SECONDS = 120
_QUESTIONS_FOR_PANDAS = 6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1,10", help="millions of dossiers, separated by commas (default: 1,10)")
    parser.add_argument("--scratch", type=Path, help="folder for generated data (default: a temporary one)")
    parser.add_argument(
        "--parts",
        default="publish,finding,month,pages,serving,crowd,browser,import",
        help="what to measure, separated by commas",
    )
    parser.add_argument("--actions", type=int, default=1000, help="after how many actions a server is measured again")
    parser.add_argument("--out", type=Path, help="write the tables there too, as docs/performance.md is written")
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="cchc-bench-", dir=options.scratch))
    parts = options.parts.split(",")
    report = Report(" ".join(["python -m tests.benchmarks", *sys.argv[1:]]))
    try:
        for millions in map(int, options.sizes.split(",")):
            folder = scratch / f"{millions}m"
            folder.mkdir()
            source = folder / "dossiers.parquet"
            generate.write(millions * _MILLION, source, generate.write_references(folder))
            publishing(report, millions, folder)
            if "finding" in parts:
                finding(report, millions, folder)
            if "month" in parts:
                month.measure(report, source, folder / generate.DATASET, folder / "month")
            if "pages" in parts:
                asking(report, millions, folder)
            if "serving" in parts and millions == 1:
                serving.measure(report, _published(folder), folder, options.actions)
                serving.soak(report, _published(folder), folder, 3 * options.actions, 20)
            if "crowd" in parts and millions == 1:
                serving.crowd(report, _published(folder), folder, _CROWD_SECONDS)
            if "browser" in parts and millions == 1:
                browsing.measure(report, folder)
            if "import" in parts and millions == 1:
                importing.measure(report, source, folder)
    finally:
        _remove(scratch)
    if options.out:
        options.out.write_text(report.markdown(), encoding="utf-8")


def publishing(report: Report, millions: int, folder: Path) -> None:
    """Publish in a process of its own, whose peak memory is then that of publishing."""
    command = [sys.executable, "-m", "tests.benchmarks.publish", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, cpu, gigabytes = map(float, done.stdout.split())
    report.table(f"Publishing {millions} M dossiers", ("", "measured", "budget", "ratio"))
    share = f"{seconds / _PUBLISH_SECONDS:.2f}" if millions == 10 else ""
    report.row("time", f"{seconds:.1f} s", f"{_PUBLISH_SECONDS} s for 10 M", share)
    report.row("processor time", f"{cpu:.1f} s", "", "")
    report.row(
        "peak memory", f"{gigabytes:.1f} GB", f"{_PUBLISH_GIGABYTES} GB", f"{gigabytes / _PUBLISH_GIGABYTES:.2f}"
    )


def asking(report: Report, millions: int, folder: Path) -> None:
    """All queries of each page together, against the same by hand and with pandas; then the script of each page."""
    snapshot = _published(folder)
    by_page: dict[str, list[Visit]] = defaultdict(list)
    for visit in questions.visits(snapshot, questions.filters(snapshot), folder):
        by_page[visit.slug].append(visit)
    connection = duckdb.connect()
    report.table(
        f"Queries of a page together at {millions} M dossiers",
        ("page", "queries", "p50", "p95", "CPU p95", "budget p95", "p95 / budget", "/ by hand", "/ pandas"),
    )
    for slug, visits in by_page.items():
        asked = [visit for visit in visits if visit.calls]
        if not asked:
            continue
        ours, cpu = zip(*(_milliseconds(lambda v=visit: [call() for call in v.calls]) for visit in asked), strict=True)
        hand, _ = zip(*(_milliseconds(lambda v=visit: [baselines.by_hand(c, connection) for c in v.calls])
                        for visit in asked), strict=True)  # fmt: skip
        # Pandas reads whole columns: a few questions show how much slower that is.
        few = slice(0, None, _QUESTIONS_FOR_PANDAS)
        pandas, _ = zip(*(_milliseconds(lambda v=visit: [baselines.with_pandas(c) for c in v.calls], 1)
                          for visit in asked[few]), strict=True)  # fmt: skip
        budget, high = _QUERY_BUDGET.get(millions, 200), _percentile(ours, 95)
        report.row(
            slug, f"{statistics.median(len(visit.calls) for visit in asked):.0f}", f"{_percentile(ours, 50):.0f} ms",
            f"{high:.0f} ms", f"{_percentile(cpu, 95):.0f} ms", f"{budget} ms", f"{high / budget:.2f}",
            f"{sum(ours) / sum(hand):.2f}", f"{sum(ours[few]) / sum(pandas):.2f}",
        )  # fmt: skip
    report.table(
        f"Server time of a rerun at {millions} M dossiers", ("page", "new question, p50", "p95", "same question, p50")
    )
    for slug, visits in by_page.items():
        first, again = [v.first * 1000 for v in visits], [v.again * 1000 for v in visits]
        row = (_percentile(first, 50), _percentile(first, 95), _percentile(again, 50))
        report.row(slug, *(f"{value:.0f} ms" for value in row))


def finding(report: Report, millions: int, folder: Path) -> None:
    """A dossier by its number, by parts of it that many have or few, written as they stand or in one piece."""
    snapshot = _published(folder)
    number = str(lookup.find(snapshot, "210315 0007", 1)["dossier_id"].iloc[0])
    texts = (
        number,
        number.replace("-", "").replace(".", ""),
        number[4:],
        "210315-0007",
        "210315",
        "0199",
        "23",
        "99999",
    )
    report.table(f"A dossier by number at {millions} M dossiers", ("text", "found", "p50", "CPU p50"))
    for text in texts:
        elapsed, cpu = _milliseconds(lambda text=text: lookup.find(snapshot, text))
        report.row(text, f"{len(lookup.find(snapshot, text))}", f"{elapsed:.0f} ms", f"{cpu:.0f} ms")


def _published(folder: Path) -> Snapshot:
    snapshot = snapshots.current(folder, generate.DATASET)
    assert snapshot is not None
    return snapshot


def _milliseconds(work: Callable[[], object], repeats: int = _REPEATS) -> tuple[float, float]:
    """Elapsed and processor time, each the median of a few runs after one that warms up; the processor time shows
    what other work on the machine hides."""
    work()
    taken = []
    for _ in range(repeats):
        elapsed, cpu = time.perf_counter(), time.process_time()
        work()
        taken.append(((time.perf_counter() - elapsed) * 1000, (time.process_time() - cpu) * 1000))
    return statistics.median(e for e, _ in taken), statistics.median(c for _, c in taken)


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _remove(folder: Path) -> None:
    """Published snapshots are read-only on disk."""
    for each in folder.rglob("*/"):
        each.chmod(0o755)
    shutil.rmtree(folder)


if __name__ == "__main__":
    set_log_level("ERROR")
    started = datetime.datetime.now()
    main()
    print(f"\n{(datetime.datetime.now() - started).seconds} s in all")
