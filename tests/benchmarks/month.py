"""What another month costs: a twentieth more dossiers imported into those of the time before, against all published."""

import datetime
import resource
import subprocess
import sys
from pathlib import Path

import duckdb

from cchc.importing import read_export
from cchc.store import snapshots
from cchc.store.origin import Counts, Origin
from tests.benchmarks.generate import AS_OF, DATASET
from tests.benchmarks.report import Report

_SHARE, _BUDGET = 0.05, 0.15


def measure(report: Report, source: Path, references: Path, data: Path) -> None:
    """Each step in a process of its own: everything published from nothing; the time before published, and the month
    imported into it. The month is the new dossiers, and those that ended meanwhile."""
    data.mkdir()
    cut = _split(source, data)
    (data / "reference").mkdir()
    (data / "reference" / DATASET).symlink_to(references.resolve())
    whole, _ = _step("publish", source, AS_OF, data / "whole")
    whole_size = _size(data / "whole")
    _step("publish", data / "before.parquet", cut, data)
    before = _size(data)
    cpu, gigabytes = _step("import", data / "month.csv", AS_OF, data)
    report.table("A month more", ("", "measured", "of publishing everything", "budget", "of the budget"))
    for name, ours, all_, form in (
        ("processor time", cpu, whole, "{:.2f} s"), ("disk", _size(data) - before, whole_size, "{:.1f} MB"),
    ):  # fmt: skip
        share = ours / all_
        report.row(name, form.format(ours), f"{share:.2f}", f"{_BUDGET}", f"{share / _BUDGET:.2f}")
    report.row("peak memory", f"{gigabytes:.1f} GB", "", "", "")


def _split(source: Path, data: Path) -> datetime.date:
    """Write the dossiers as they were at the end of the day before the last twentieth came in, and what is new since;
    that day."""
    rows = f"read_parquet('{source}')"
    [(cut,)] = duckdb.sql(f"select quantile_disc(received_at, {1 - _SHARE})::date from {rows}").fetchall()
    ended = f"coalesce(finished_at, returned_at) >= date '{cut}'"
    changed = ", ".join(f"if({ended}, null, {name}) as {name}" for name in ("finished_at", "returned_at", "rating"))
    duckdb.sql(
        f"select * replace (if({ended}, 'open', status) as status, {changed}, date '{cut}' as exported_on)"
        f" from {rows} where received_at < date '{cut}'"
    ).write_parquet(str(data / "before.parquet"))
    duckdb.sql(f"select * exclude exported_on from {rows} where received_at >= date '{cut}' or {ended}").write_csv(
        str(data / "month.csv")
    )
    return cut - datetime.timedelta(days=1)


def _step(name: str, source: Path, as_of: datetime.date, data: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.benchmarks.month", name, str(source), as_of.isoformat(), str(data)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    cpu, gigabytes = map(float, done.stdout.split())
    return cpu, gigabytes


def _size(data: Path) -> float:
    """Megabytes of snapshots; what several of them share is on the disk once."""
    shared = {path.stat().st_ino: path.stat().st_size for path in (data / "snapshots").rglob("*") if path.is_file()}
    return sum(shared.values()) / 1e6


def _run(name: str, source: Path, as_of: datetime.date, data: Path) -> None:
    if name == "publish":
        references = (data if (data / "reference").exists() else data.parent) / "reference" / DATASET
        snapshots.publish(source, references, as_of, Origin((), Counts(read=0, kept=0)), data)
    else:
        with read_export([source], DATASET, as_of, mapping="cchc", data=data) as prepared:
            prepared.publish(["empty"])


if __name__ == "__main__":
    before = resource.getrusage(resource.RUSAGE_SELF)
    _run(sys.argv[1], Path(sys.argv[2]), datetime.date.fromisoformat(sys.argv[3]), Path(sys.argv[4]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e9)
