"""The command line: what it prints, its exit status, and one clear sentence for every user's error."""

import fcntl
import io
import json
import os
import re
import shlex
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest

from cchc import config
from cchc.__main__ import main
from cchc.access import place
from cchc.commands import keeping
from cchc.config import ROOT
from cchc.figures import query
from cchc.figures.metrics import METRICS
from cchc.reports.order import Order, carry_out
from cchc.store import months, snapshots, verifying
from cchc.store.snapshots import Snapshot
from cchc.text import Text
from tests import building
from tests.building import DATASET, dossier, filters, numbered
from tests.reports import asking

pytestmark = pytest.mark.slow


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder that the command line finds by itself."""
    return tmp_path / "data"


@pytest.fixture
def snapshot(data: Path) -> Snapshot:
    rows = [
        dossier(unit="A", received_at="2024-03-04", due_at="2024-03-07", finished_at="2024-03-06", channel="online"),
        dossier(unit="A", received_at="2024-03-08", due_at="2024-03-11", finished_at="2024-03-13"),
        dossier(unit="B", received_at="2024-04-02"),
    ]
    return building.publish(data, numbered(rows))


def lines(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    return [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a query prints; nothing is said on stderr."""
    assert main(["query", *arguments, "--dataset", DATASET]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


MARCH = ("--filters", "start=2024-03-01&end=2024-03-31")
SPRING = ("--filters", "start=2024-03-01&end=2024-04-30")


# --- units ---


def test_the_units_of_a_province_are_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["units", "--province", "86", "--out", str(tmp_path / "vinh-long")]
    assert main(words) == 0
    written = capsys.readouterr()
    assert written.out.splitlines() == [str(tmp_path / "vinh-long" / name) for name in ("units.csv", "successors.csv")]
    assert "2025" in written.err
    assert main(words) == 2
    assert "units.csv" in capsys.readouterr().err


# --- query ---


def test_csv_has_period_dimensions_and_metrics_as_columns(snapshot: Snapshot, capsys) -> None:
    out = asked(
        capsys, "received", "on_time_rate", "--by", "unit,channel", "--grain", "month", *SPRING, "--format", "csv"
    )
    table = pd.read_csv(io.StringIO(out))
    assert list(table.columns) == ["period", "unit", "channel", "received", "on_time_rate", "resolved", "undated"]
    found = {(r.period, r.unit, r.channel): r.received for r in table.itertuples()}
    assert {key for key, received in found.items() if received} == {
        ("2024-03-01", "A", "online"), ("2024-03-01", "A", "counter"), ("2024-04-01", "B", "counter"),
    }  # fmt: skip
    assert set(table["period"]) == {"2024-03-01", "2024-04-01"}


def test_csv_gives_full_precision_and_leaves_what_is_not_available_empty(snapshot: Snapshot, capsys) -> None:
    out = asked(capsys, "late_rate", "mean_days", "--by", "unit", *MARCH, "--format", "csv")
    expected = query.run(
        snapshot, ["late_rate", "mean_days", "resolved", "undated"], filters(snapshot, "2024-03-01", "2024-03-31"),
        by=["unit"],
    )  # fmt: skip
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(out)), expected, check_dtype=False)
    assert "B,,,0,0\n" in out


def test_json_is_one_object_a_row_with_null_for_not_available(snapshot: Snapshot, capsys) -> None:
    rows = json.loads(
        asked(capsys, "received", "on_time_rate", "median_days", "--by", "unit", *MARCH, "--format", "json")
    )
    assert [row["unit"] for row in rows] == sorted(building.UNITS)
    by_unit = {row.pop("unit"): row for row in rows}
    assert by_unit["A"] == {"received": 2, "on_time_rate": 0.5, "median_days": 3.5, "resolved": 2, "undated": 0}
    assert by_unit["C"] == {"received": 0, "on_time_rate": None, "median_days": None, "resolved": 0, "undated": 0}


def test_json_has_periods_as_days_and_weekdays_as_numbers(snapshot: Snapshot, capsys) -> None:
    rows = json.loads(asked(capsys, "open", "--by", "weekday", "--grain", "quarter", *SPRING, "--format", "json"))
    assert {(row["period"], row["weekday"]) for row in rows} == {
        (period, weekday) for period in ("2024-01-01", "2024-04-01") for weekday in (1, 2, 5)
    }


def test_rates_are_fractions_with_all_their_digits(snapshot: Snapshot, capsys) -> None:
    [row] = json.loads(asked(capsys, "online_rate", *SPRING, "--format", "json"))
    assert row["online_rate"] == pytest.approx(1 / 3, abs=1e-14)


@pytest.mark.parametrize(("language", "rate", "days"), [("vi", "50,00 %", "3,5"), ("en", "50.00%", "3.5")])
def test_a_table_is_written_for_a_reader(snapshot: Snapshot, capsys, monkeypatch, language, rate, days) -> None:
    monkeypatch.setenv("CCHC_LANG", language)
    header, row = asked(capsys, "received", "on_time_rate", "median_days", *MARCH).splitlines()
    assert header.split() == ["received", "on_time_rate", "median_days"]
    assert row.split() == ["2", *rate.split(), days]
    assert "–" in asked(capsys, "on_time_rate", "--filters", "start=2020-01-01&end=2020-01-31")


def test_every_metric_can_be_asked_at_once_in_every_format(snapshot: Snapshot, capsys) -> None:
    for form in ("table", "csv", "json"):
        assert asked(capsys, *METRICS, "--format", form)
    [row] = json.loads(asked(capsys, *METRICS, "--format", "json"))
    assert list(row) == list(METRICS)


@pytest.mark.parametrize("grain", building.GRAINS)
def test_every_grain_can_be_asked(snapshot: Snapshot, capsys, grain: str) -> None:
    rows = json.loads(asked(capsys, "received", "median_days", "--grain", grain, *SPRING, "--format", "json"))
    assert sum(row["received"] or 0 for row in rows) == 3
    assert all(len(row["period"]) == 10 for row in rows)


def test_before_the_coverage_a_query_answers_nothing_and_not_zero(snapshot: Snapshot, capsys) -> None:
    asked_for = ("received", "open", "--grain", "month", "--filters", "start=2023-12-01&end=2024-03-31")
    rows = json.loads(asked(capsys, *asked_for, "--format", "json"))
    assert [row["received"] for row in rows] == [None, None, None, 2]
    assert asked(capsys, *asked_for, "--format", "csv").splitlines()[1:] == [
        "2023-12-01,,", "2024-01-01,,", "2024-02-01,,", "2024-03-01,2,0"
    ]  # fmt: skip
    assert asked(capsys, *asked_for).splitlines()[1].split() == ["2023-12-01", "–", "–"]


def test_without_filters_the_default_period_is_meant(snapshot: Snapshot, capsys) -> None:
    [row] = json.loads(asked(capsys, "received", "open", "--format", "json"))
    assert row == {"received": 0, "open": 1}  # May 2024


def test_filters_are_the_string_of_a_pages_link(snapshot: Snapshot, capsys) -> None:
    link = "?dataset=tra-cu&start=2024-03-01&end=2024-04-30&unit=A&unit=B&channel=counter&weekday=5"
    [row] = json.loads(asked(capsys, "received", "--filters", link, "--format", "json"))
    assert row == {"received": 1}


def test_an_older_snapshot_can_be_asked_by_its_id(snapshot: Snapshot, data: Path, capsys) -> None:
    newer = building.publish(data, numbered([dossier()] * 5))
    for asked_for, expected in ((snapshot, 2), (newer, 5)):
        link = f"start=2024-03-01&end=2024-03-31&snapshot={asked_for.id}"
        [row] = json.loads(asked(capsys, "received", "--filters", link, "--format", "json"))
        assert row == {"received": expected}


# --- snapshots, verify ---


def test_snapshots_are_listed_with_the_current_one_marked(snapshot: Snapshot, data: Path, capsys) -> None:
    newer = building.publish(data, numbered([dossier()] * 1500))
    assert main(["snapshots"]) == 0
    listed = {line[2]: line for line in lines(capsys)}
    assert listed[newer.id] == ["*", DATASET, newer.id, "31/05/2024", "1.500", "có từ 04/03/2024"]
    assert listed[snapshot.id][:5] == [" ", DATASET, snapshot.id, "31/05/2024", "3"]


def test_without_snapshots_there_is_nothing_to_list_or_verify(capsys) -> None:
    assert main(["snapshots"]) == 0
    assert main(["verify"]) == 0
    assert capsys.readouterr().out == ""


def test_one_dataset_alone_can_be_listed_and_verified(snapshot: Snapshot, data: Path, tmp_path: Path, capsys) -> None:
    other = building.publish(
        data, [dossier()], references=building.reference_folder(tmp_path / "other", dataset="my-hao")
    )
    for command in ("snapshots", "verify"):
        assert main([command, "--dataset", "my-hao"]) == 0
        out = capsys.readouterr().out
        assert other.id in out
        assert snapshot.id not in out


def test_verify_says_that_everything_is_whole(snapshot: Snapshot, capsys) -> None:
    assert main(["verify"]) == 0
    assert lines(capsys) == [[DATASET, snapshot.id, "OK"]]


def test_verify_names_a_record_that_somebody_changed(snapshot: Snapshot, capsys) -> None:
    data = snapshot.folder.parents[2]
    with sqlite3.connect(place.store_file(data)) as connection:
        connection.execute("update record set about = 'khác'")
    assert main(["verify"]) == 2
    assert "record\tHỎNG\tNhật ký bị sửa" in capsys.readouterr().out


@pytest.mark.parametrize(("language", "word"), [("vi", "HỎNG"), ("en", "DAMAGED")])
@pytest.mark.parametrize("name", ["ledger.parquet", "dossiers.parquet", "manifest.json", "references/units.csv"])
def test_verify_names_the_damaged_file_and_ends_with_2(
    snapshot: Snapshot, capsys, monkeypatch, name, language, word
) -> None:
    monkeypatch.setenv("CCHC_LANG", language)
    damage(building.file_of(snapshot, name))
    assert main(["verify"]) == 2
    out = capsys.readouterr().out
    assert word in out
    assert name in out


@pytest.mark.parametrize("name", ["ledger.parquet", "sums.parquet", "manifest.json", "references/holidays.toml"])
def test_a_damaged_snapshot_gives_no_figures(snapshot: Snapshot, capsys, name: str) -> None:
    damage(building.file_of(snapshot, name))
    said = refused(capsys, "query", "received", "--dataset", DATASET)
    assert name in said


def damage(path: Path) -> None:
    path.chmod(0o644)
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(bytes(held))


# --- A user's error ---


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence said on stderr, with exit status 2 and nothing printed."""
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    return printed.err


WRONG = [
    (["query", "on_tiem", "--dataset", DATASET], "on_tiem"),
    (["query", "received", "--dataset", "nowhere"], "nowhere"),
    (["query", "received", "--dataset", "../tra-cu"], "../tra-cu"),
    (["query", "received", "--dataset", DATASET, "--by", "commune"], "commune"),
    (["query", "received", "--dataset", DATASET, "--by", "unit,unit"], "unit"),
    (["query", "received", "--dataset", DATASET, "--grain", "decade"], "decade"),
    (["query", "received", "--dataset", DATASET, "--filters", "unit=29999"], "29999"),
    (["query", "received", "--dataset", DATASET, "--filters", "units=A"], "units"),
    (["query", "received", "--dataset", DATASET, "--filters", "start=31/12/2023"], "31/12/2023"),
    (["query", "received", "--dataset", DATASET, "--filters", "start=2024-05-01&end=2024-01-01"], "2024-05-01"),
    (["query", "received", "--dataset", DATASET, "--filters", "start=9999-12-31"], "9999-12-31"),
    (["query", "received", "--dataset", DATASET, "--filters", "snapshot=2024-05-31-0"], "2024-05-31-0"),
    (["query", "received", "--dataset", DATASET, "--filters", "snapshot=../current"], "../current"),
    (["query", "received", "--dataset", DATASET, "--filters", "dataset=my-hao"], "my-hao"),
    (["query", "received", "--dataset", DATASET, "--filters", "unit=' or true --"], "or true"),
    (["query", "received", "--dataset", DATASET, "--format", "xml"], "xml"),
    (["query", "received"], "--dataset"),
    (["query", "--dataset", DATASET], "METRIC"),
    (["snapshots", "--dataset", "nowhere"], "nowhere"),
    (["verify", "--dataset", "nowhere"], "nowhere"),
    (["verify", "--all"], "--all"),
    (["publicate"], "publicate"),
    (["publish"], "DOSSIERS"),
    (["publish", "x.parquet", "--dataset", DATASET, "--as-of", "2024-05-31", "--engine", "abacus"], "abacus"),
    (["publish", "x.parquet", "--dataset", "nowhere", "--as-of", "2024-05-31"], "nowhere"),
    ([], "COMMAND"),
]


@pytest.mark.parametrize(("arguments", "named"), WRONG, ids=[" ".join(arguments)[:60] for arguments, _ in WRONG])
def test_a_users_error_is_one_sentence_that_names_what_is_wrong(
    snapshot: Snapshot, capsys, monkeypatch, arguments, named
) -> None:
    said = {}
    for language in ("vi", "en"):
        monkeypatch.setenv("CCHC_LANG", language)
        said[language] = refused(capsys, *arguments)
        assert named in said[language]
    assert said["vi"] != said["en"]


def test_a_dataset_that_does_not_exist_is_answered_with_those_that_do(snapshot: Snapshot, capsys) -> None:
    assert DATASET in refused(capsys, "query", "received", "--dataset", "nowhere")


def test_a_damaged_pointer_gives_one_sentence(snapshot: Snapshot, data: Path, capsys) -> None:
    (data / "snapshots" / DATASET / "current").write_text("2024-05-31-0")
    refused(capsys, "query", "received", "--dataset", DATASET)
    assert main(["verify"]) == 2


# --- As a program ---


def run(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cchc", *arguments], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PATH": "", "CCHC_DATA": str(data), "PYTHONUTF8": "1", **environment},
    )  # fmt: skip


def test_the_program_prints_figures_and_ends_with_0(snapshot: Snapshot, data: Path) -> None:
    done = run(data, "query", "received", "--dataset", DATASET, *MARCH, "--format", "csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "received\n2\n", "")


def test_the_program_ends_with_2_and_speaks_the_language_of_its_user(snapshot: Snapshot, data: Path) -> None:
    vi, en = (run(data, "query", "x", "--dataset", DATASET, CCHC_LANG=language) for language in ("vi", "en"))
    assert (vi.returncode, en.returncode, vi.stdout, en.stdout) == (2, 2, "", "")
    assert vi.stderr.startswith("Không có chỉ số x")
    assert en.stderr.startswith("There is no metric x")


def test_the_data_folder_can_be_named_on_the_command_line(
    snapshot: Snapshot, data: Path, tmp_path: Path, capsys
) -> None:
    assert main(["snapshots", "--data", str(tmp_path / "nowhere")]) == 0
    assert capsys.readouterr().out == ""
    assert main(["snapshots", "--data", str(data)]) == 0
    assert snapshot.id in capsys.readouterr().out


@pytest.mark.parametrize("error", [ZeroDivisionError, BrokenPipeError], ids=["any", "of another pipe"])
def test_a_bug_stays_loud(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(snapshots, "published", broken)
    with pytest.raises(error):
        main(["snapshots"])


@pytest.mark.parametrize(
    "command",
    [
        ["--help"],
        ["query", "received", "--dataset", DATASET, *MARCH],
        ["query", *METRICS, "--dataset", DATASET, "--grain", "day", "--format", "csv"],
        ["snapshots"],
        ["verify"],
        ["units", "--province", "86"],
    ],
    ids=" ".join,
)
def test_a_command_whose_output_nobody_reads_on_ends_quietly(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys, command: list[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    monkeypatch.chdir(tmp_path)
    with os.fdopen(writer, "w", encoding="utf-8") as output:
        monkeypatch.setattr(sys, "stdout", output)
        assert main(command) == 128 + signal.SIGPIPE
    assert capsys.readouterr().err == ""


def test_the_program_that_head_has_left_says_nothing(snapshot: Snapshot, data: Path) -> None:
    query = [sys.executable, "-m", "cchc", "query", *METRICS, "--dataset", DATASET]
    with subprocess.Popen(
        query, cwd=ROOT, env={"PATH": "", "CCHC_DATA": str(data)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        program.stdout.close()
        assert (program.stderr.read(), program.wait()) == (b"", 128 + signal.SIGPIPE)


# --- import, demo ---

EXPORT = """dossier_id,unit,procedure,channel,received_at,due_at,finished_at,returned_at,status
H59-0001,A,birth,online,2024-03-04 08:00:00,2024-03-07 17:00:00,2024-03-06 09:00:00,,done
H59-0002,B,copy,counter,2024-03-05 08:00:00,2024-03-05 17:00:00,,,open
H59-0003,,birth,counter,2024-03-06 08:00:00,2024-03-07 17:00:00,,,open
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "thang-3.csv"
    path.write_text(EXPORT, encoding="utf-8")
    return path


def importing(export: Path, *more: str) -> list[str]:
    return ["import", str(export), "--dataset", "moi", "--mapping", "cchc", "--as-of", "2024-05-31", *more]


def test_an_export_is_imported_published_and_asked(export: Path, data: Path, tmp_path: Path, capsys) -> None:
    problems = tmp_path / "problems.csv"
    accepted = ["--accept", "rejected", "--accept", "as-of"]
    assert main(importing(export, *accepted, "--problems", str(problems))) == 0
    snapshot = snapshots.current(data, "moi")
    assert snapshot.id in capsys.readouterr().out
    assert "thang-3.csv" in problems.read_text(encoding="utf-8-sig")
    assert main(["query", "received", "--dataset", "moi", *MARCH, "--format", "csv"]) == 0
    assert capsys.readouterr().out == "received\n2\n"
    assert main(["verify"]) == 0


def test_a_dry_run_checks_everything_and_publishes_nothing(export: Path, data: Path, capsys) -> None:
    assert main(importing(export, "--dry-run")) == 0
    assert "1 hàng loại: không ghi đơn vị." in capsys.readouterr().out.splitlines()
    assert snapshots.datasets(data) == []


def test_the_command_says_which_problems_there_are_where_no_list_of_rows_is_wanted(
    export: Path, data: Path, capsys
) -> None:
    far = "".join(f"F-{year},A,birth,counter,{year}-03-05 08:00:00,,,,open\n" for year in (1923, 2003))
    export.write_text(EXPORT + far, encoding="utf-8")
    assert main(importing(export, "--dry-run")) == 0
    said = capsys.readouterr().out.splitlines()
    assert "2 hàng giữ, cần xem lại: ngày tiếp nhận lẻ loi, cách mọi hồ sơ khác hơn một năm." in said


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda command: [*command[:1], "nowhere.csv", *command[2:]], "nowhere.csv"),
        (lambda command: [*command[:5], "no-such-mapping", *command[6:]], "no-such-mapping"),
        (lambda command: [*command[:7], "31/05/2024"], "31/05/2024"),
        (lambda command: [*command[:3], "../Trà Cú", *command[4:]], "../Trà Cú"),
    ],
    ids=["file", "mapping", "date", "dataset"],
)
def test_a_wrong_import_is_one_sentence_and_publishes_nothing(
    export: Path, data: Path, capsys, change, named: str
) -> None:
    assert named in refused(capsys, *change(importing(export)))
    assert snapshots.datasets(data) == []


def test_the_demo_is_not_built_when_there_are_data_already(snapshot: Snapshot, data: Path, capsys) -> None:
    assert main(["demo", "--if-missing"]) == 0
    assert capsys.readouterr().out == ""
    assert snapshots.datasets(data) == [DATASET]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "thiếu COMMAND"),
        (["query"], "thiếu METRIC, --dataset"),
        (["tim"], "COMMAND không thể là 'tim'; chọn một trong: 'demo', 'import'"),
        (["query", "received", "--dataset"], "--dataset cần một giá trị"),
        (["import", "x.csv", "--dataset", "x", "--as-of", "2023"], "--as-of phải là ngày viết YYYY-MM-DD"),
        (["snapshots", "--xa"], "không có tham số --xa"),
    ],
)
def test_a_wrong_command_is_said_in_vietnamese(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(f"Lệnh sai: {said}")


def test_the_data_folder_stands_before_or_after_the_command(
    snapshot: Snapshot, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = []
    for words in (["--data", str(data), "snapshots"], ["snapshots", "--data", str(data)]):
        assert main(words) == 0
        listed.append(capsys.readouterr().out)
    assert listed[0] == listed[1]
    assert snapshot.id in listed[0]


# --- what takes long ---


@pytest.mark.parametrize(("language", "left"), [("vi", "còn"), ("en", "left:")])
def test_whoever_waits_at_a_terminal_sees_how_far_it_is_and_how_long_it_takes(
    snapshot: Snapshot, data: Path, language: str, left: str
) -> None:
    report = ["report", "all", "--dataset", DATASET, "--each-unit", *MARCH, "--out", str(data.parent / "reports")]
    for command in (["verify"], report):
        words = [sys.executable, "-m", "cchc", "--data", str(data), *command]
        terminal, end = os.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        with subprocess.Popen(
            words, cwd=ROOT, env={**os.environ, "CCHC_LANG": language}, stdout=subprocess.PIPE, stderr=end
        ) as process:
            os.close(end)
            seen = b"".join(iter(lambda end=terminal: _read(end), b"")).decode()
            os.close(terminal)
            assert process.stdout
            printed = process.stdout.read().decode()
        assert process.returncode == 0
        assert f" % {left} " in seen
        assert left not in printed


def _read(terminal: int) -> bytes:
    """What is shown next; nothing once the program has ended, which a terminal calls an error."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_each_thing_that_is_verified_or_written_is_told_before_it_is_done(snapshot: Snapshot, data: Path) -> None:
    heard: list[float] = []

    def hear(done: float, what: Text) -> None:
        assert what.vi
        assert what.en
        heard.append(done)

    building.publish(data, numbered([dossier()]))
    verifying.verify(data, DATASET, hear)
    assert heard == [0, 0.5]
    heard.clear()
    order = Order("all", data.parent / "all", each_unit=True)
    carry_out(order, lambda: asking.asked(snapshot, "2024-03-01", "2024-03-31", data), config.settings(), hear)
    assert heard == [place / len(heard) for place in range(len(heard))]
    assert len(heard) > len(building.UNITS)


def test_publishing_tells_the_month_that_comes_next(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[float, str]] = []
    monkeypatch.setattr(months, "_AT_ONCE", 1)
    rows = numbered(dossier(received_at=f"2024-0{month}-05") for month in (3, 4, 4, 5))
    folder = building.reference_folder(data / "reference" / DATASET)
    snapshots.publish(building.table(rows), folder, building.AS_OF, building.origin(len(rows)), data,
                      progress=lambda done, what: heard.append((done, what.en)))  # fmt: skip
    assert heard == [(0, "Publishing, 03/2024"), (0.25, "Publishing, 04/2024"), (0.75, "Publishing, 05/2024")]


def test_of_several_areas_that_are_verified_one_bar_tells_never_less_than_before(
    own_demo_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[float] = []
    monkeypatch.setattr(keeping, "told", lambda language: nullcontext(lambda done, what: heard.append(done)))
    assert main(["--data", str(own_demo_data), "verify"]) == 0
    assert len(heard) == len(snapshots.datasets(own_demo_data)) > 1
    assert heard == sorted(set(heard))


# --- what the documents show ---


@pytest.mark.slow
@pytest.mark.parametrize("document", ["README.md", "docs/mapping.md"])
def test_commands_print_what_the_documents_show(
    document: str, own_demo_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, content in _files(text):
        Path(name).write_text(content, encoding="utf-8")
    shown = re.findall(r"^    \$ (.+)\n((?:    (?!\$ ).*\n)*)", text, re.MULTILINE)
    assert shown
    for command, output in shown:
        program, *arguments = shlex.split(command)
        if program == "cat":
            printed = Path(*arguments).read_text(encoding="utf-8-sig")
        else:
            assert main(arguments[2:]) == 0
            printed = capsys.readouterr().out
        assert _words(printed) == _words(output), command


def _files(text: str) -> list[tuple[str, str]]:
    """Names and contents of the files a document tells its reader to write."""
    typed = re.findall(r"^    cat > (\S+) <<'END'\n(.*?)^    END", text, re.MULTILINE | re.DOTALL)
    quoted = re.findall(r"`(\S+)`:\n\n```\w*\n(.*?)```", text, re.DOTALL)
    return [(name, re.sub("^    ", "", lines, flags=re.MULTILINE)) for name, lines in typed] + quoted


def _words(output: str) -> list[str]:
    """Without the hashes of snapshots, which another version of the product makes different."""
    return re.sub(r"(\d{4}-\d\d-\d\d)-[0-9a-f]{12}", r"\1", output).split()
