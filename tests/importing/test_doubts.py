"""An export that would flatter is said so before anything is published, and published only after an explicit yes."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from cchc import importing
from cchc.__main__ import main
from cchc.findings import summary
from cchc.importing import Prepared, doubts
from cchc.store import snapshots
from cchc.text import LANGUAGES, Text, UserError
from tests import building
from tests.building import filters
from tests.exports import DATASET, Row, dossiers, write_csv, write_sheets

pytestmark = pytest.mark.slow

ROWS = 40
AS_OF = datetime.date(2023, 1, 31)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def without(rows: Sequence[Row], column: str) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if name != column} for row in rows]


def blank(rows: Sequence[Row], share: float) -> list[Row]:
    """The first share of the rows with a blank due date."""
    return [{**row, "due_at": ""} if n < share * len(rows) else row for n, row in enumerate(rows)]


def absent(path: Path) -> Path:
    return write_csv(path.with_suffix(".csv"), without(dossiers(ROWS), "due_at"))


def other_heading(path: Path) -> Path:
    rows = [{("promised" if name == "due_at" else name): cell for name, cell in row.items()} for row in dossiers(ROWS)]
    return write_csv(path.with_suffix(".csv"), rows)


def all_blank(path: Path) -> Path:
    return write_csv(path.with_suffix(".csv"), blank(dossiers(ROWS), 1))


def half_blank(path: Path) -> Path:
    return write_csv(path.with_suffix(".csv"), blank(dossiers(ROWS), 0.5))


def blank_sheet(path: Path) -> Path:
    rows = blank(dossiers(ROWS), 1)
    return write_sheets(path.with_suffix(".xlsx"), {"S": [list(rows[0]), *(list(row.values()) for row in rows)]})


def formula(path: Path) -> Path:
    """The due date is a formula that no program has computed."""
    path = path.with_suffix(".xlsx")
    rows = dossiers(ROWS)
    heads = list(rows[0])
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy hh:mm:ss"}) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, heads)
        for n, row in enumerate(rows, start=1):
            sheet.write_row(n, 0, list(row.values()))
            sheet.write_formula(n, heads.index("due_at"), f"=E{n + 1}+3", None, "")
    return path


KINDS = [(absent, ROWS), (other_heading, ROWS), (all_blank, ROWS), (half_blank, ROWS // 2), (blank_sheet, ROWS),
         (formula, ROWS)]  # fmt: skip


def prepare(file: Path, data: Path) -> Prepared:
    return importing.read_export([file], DATASET, AS_OF, mapping="cchc", data=data)


@pytest.mark.parametrize(("export", "undated"), KINDS)
def test_an_export_without_due_dates_says_so_and_is_published_only_after_a_yes(
    tmp_path: Path, data: Path, export: Callable[[Path], Path], undated: int
) -> None:
    with prepare(export(tmp_path / "export"), data) as prepared:
        share = {"vi": f"{100 * undated // ROWS},00 %", "en": f"{100 * undated // ROWS}.00%"}
        for language in LANGUAGES:
            said = " ".join(sentence[language] for sentence in prepared.report.describe())
            assert str(undated) in said
            assert share[language] in said
        with pytest.raises(UserError) as refused:
            prepared.publish()
        for language in LANGUAGES:
            assert "--accept undated" in refused.value.text[language]
            assert f"{undated} " in refused.value.text[language]
        assert snapshots.datasets(data) == []
        snapshot, _ = prepared.publish(["undated"])
        assert snapshot.manifest["dossiers"] == ROWS


@pytest.mark.parametrize(("undated", "asked"), [(0, False), (1, False), (5, False), (6, True)])
def test_a_yes_is_asked_for_above_five_in_a_hundred(tmp_path: Path, data: Path, undated: int, asked: bool) -> None:
    file = write_csv(tmp_path / "export.csv", blank(dossiers(100), undated / 100))
    with prepare(file, data) as prepared:
        assert (list(doubts.of(prepared.report)) == ["undated"]) == asked
        said = " ".join(sentence["vi"] for sentence in prepared.report.describe())
        assert ("không có ngày hẹn trả" in said) == bool(undated)


def test_rows_that_are_not_kept_do_not_count_as_lacking_a_due_date(tmp_path: Path, data: Path) -> None:
    rows = [*dossiers(20), *({**row, "due_at": "", "channel": "fax"} for row in dossiers(40)[20:])]
    with prepare(write_csv(tmp_path / "export.csv", rows), data) as prepared:
        assert prepared.report.undated == 0
        prepared.publish(["rejected"])


@pytest.mark.parametrize(("footer", "between", "asked"), [(8, 0, False), (0, 8, True)])
def test_signatures_below_a_list_do_not_count_as_rejected_dossiers(
    tmp_path: Path, data: Path, footer: int, between: int, asked: bool
) -> None:
    rows = dossiers(ROWS)
    signature = {**dict.fromkeys(rows[0], ""), "unit": "Người lập biểu"}
    listed = [*rows[:-1], *[signature] * between, rows[-1], *[signature] * footer]
    with prepare(write_csv(tmp_path / "export.csv", listed), data) as prepared:
        assert (list(doubts.of(prepared.report)) == ["rejected"]) == asked
        assert prepared.report.counts.rejected == 8


def test_rows_below_a_list_that_could_be_dossiers_count_as_rejected(tmp_path: Path, data: Path) -> None:
    rows = dossiers(ROWS)
    nameless = [{**row, "dossier_id": "", "received_at": "", "due_at": "", "finished_at": "", "returned_at": ""}
                for row in rows[:8]]  # fmt: skip
    nameless = [{name: row[name] for name in rows[0]} for row in nameless]
    with prepare(write_csv(tmp_path / "export.csv", [*rows, *nameless]), data) as prepared:
        assert "rejected" in doubts.of(prepared.report)


def test_a_name_that_nothing_was_found_under_accepts_nothing_else(tmp_path: Path, data: Path) -> None:
    with prepare(all_blank(tmp_path / "export"), data) as prepared, pytest.raises(UserError):
        prepared.publish(["rejected"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_refuses_with_one_sentence_and_takes_the_yes_it_names(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("CCHC_LANG", language)
    command = ["import", str(half_blank(tmp_path / "export")), "--dataset", DATASET, "--as-of", str(AS_OF)]
    command += ["--data", str(data)]
    assert main([*command, "--dry-run"]) == 0
    assert "--accept undated" in capsys.readouterr().out
    assert main(command) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "20" in printed.err
    assert "--accept undated" in printed.err
    assert not list(data.glob("**/manifest.json"))
    assert main([*command, "--accept", "nonsense"]) == 2
    assert "undated" in capsys.readouterr().err
    assert main([*command, "--accept", "undated"]) == 0


@pytest.mark.parametrize("export", [export for export, _ in KINDS])
def test_what_is_published_all_the_same_meets_no_target(
    tmp_path: Path, data: Path, export: Callable[[Path], Path]
) -> None:
    with prepare(export(tmp_path / "export"), data) as prepared:
        snapshot, _ = prepared.publish(["undated"])
    january = filters(snapshot, "2023-01-01", "2023-01-31")
    figure = summary.headline(building.run_of(snapshot), snapshot, january, "on_time_rate")
    assert figure.denominator == ROWS
    assert (figure.is_judged, figure.state) == (False, None)


def test_with_its_due_dates_the_same_export_gives_the_true_rate(tmp_path: Path, data: Path) -> None:
    rows = [{**row, "due_at": "2023-01-08 17:00:00"} if n % 2 else row for n, row in enumerate(dossiers(ROWS))]
    with prepare(write_csv(tmp_path / "export.csv", rows), data) as prepared:
        snapshot, _ = prepared.publish()
    january = filters(snapshot, "2023-01-01", "2023-01-31")
    figure = summary.headline(building.run_of(snapshot), snapshot, january, "on_time_rate")
    assert (figure.value, figure.is_judged, figure.caution) == (0.5, True, None)


def others(rows: Sequence[Row], share: float, **cells: str) -> list[Row]:
    """The first share of the rows with other cells."""
    return [{**row, **cells} if n < share * len(rows) else row for n, row in enumerate(rows)]


def asked(file: Path, data: Path, as_of: datetime.date | None = AS_OF) -> dict[str, doubts.Doubt]:
    with importing.read_export([file], DATASET, as_of, mapping="cchc", data=data) as prepared:
        found = doubts.of(prepared.report)
        if found:
            with pytest.raises(UserError) as refused:
                prepared.publish()
            for language in LANGUAGES:
                text = refused.value.text[language]
                assert not text[0].islower()
                assert all(f"--accept {name}" in text for name in found)
                assert all(doubt.fault[language].casefold() in text.casefold() for doubt in found.values())
            assert snapshots.datasets(data) == []
        prepared.publish(list(found))
        return found


@pytest.mark.parametrize(("wrong", "needs"), [(0, False), (5, False), (6, True), (100, True)])
def test_a_file_of_which_more_than_five_rows_in_a_hundred_are_rejected_needs_a_yes(
    tmp_path: Path, data: Path, wrong: int, needs: bool
) -> None:
    rows = [*dossiers(100 - wrong), *({**row, "channel": "fax"} for row in dossiers(100)[100 - wrong :])]
    if wrong == 100:
        rows.append(dossiers(101)[-1])
    found = asked(write_csv(tmp_path / "export.csv", rows), data)
    assert list(found) == (["rejected"] if needs else [])
    if wrong == 6:
        assert found["rejected"].fault == Text(
            "6 trong 100 hàng bị loại (6,00 %)", "6 of 100 rows are rejected (6.00%)"
        )


COLUMNS = ["unit_name", "field", "channel", "rating", "fee_due", "paid_online", "components_digitised",
           "result_digitised"]  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("cell", ["", " ", "-", "NULL"])
def test_a_column_that_is_there_and_says_nothing_needs_a_yes_that_names_it(
    tmp_path: Path, data: Path, column: str, cell: str
) -> None:
    found = asked(write_csv(tmp_path / "export.csv", others(dossiers(20), 1, **{column: cell})), data)
    assert list(found) == ["empty"]
    assert f"“{column}”" in found["empty"].fault.vi
    assert "20" in found["empty"].fault.vi


def test_a_column_with_one_cell_is_not_empty(tmp_path: Path, data: Path) -> None:
    rows = [{**row, "rating": "5" if n == 7 else ""} for n, row in enumerate(dossiers(20))]
    assert asked(write_csv(tmp_path / "export.csv", rows), data) == {}


OPEN = {"finished_at": "", "returned_at": ""}


@pytest.mark.parametrize(
    ("cells", "dropped", "needs"),
    [
        ({"returned_at": ""}, "", False),  # dossiers are finished, and nobody noted when the result was fetched
        (OPEN, "status", True),  # nothing ever ends, or so it seems
        ({**OPEN, "status": "open"}, "", False),  # an export of open dossiers says so
    ],
)
def test_ends_are_empty_where_both_are_and_no_status_says_why(
    tmp_path: Path, data: Path, cells: dict[str, str], dropped: str, needs: bool
) -> None:
    rows = without(others(dossiers(20), 1, **cells), dropped)
    assert list(asked(write_csv(tmp_path / "export.csv", rows), data)) == (["empty"] if needs else [])


LAST = datetime.date(2023, 1, 9)


@pytest.mark.parametrize(("days", "needs"), [(0, False), (45, False), (46, True), (365, True)])
def test_an_as_of_date_long_after_the_last_event_needs_a_yes(
    tmp_path: Path, data: Path, days: int, needs: bool
) -> None:
    as_of = LAST + datetime.timedelta(days)
    found = asked(write_csv(tmp_path / "export.csv", dossiers(20)), data, as_of)
    assert list(found) == (["as-of"] if needs else [])
    if needs:
        assert f" {days} " in found["as-of"].fault.vi


def test_one_slip_of_the_pen_does_not_make_the_as_of_date_right(tmp_path: Path, data: Path) -> None:
    rows = others(dossiers(200), 0.005, finished_at="2023-12-09 09:15:00")
    found = asked(write_csv(tmp_path / "export.csv", rows), data, datetime.date(2023, 12, 31))
    assert list(found) == ["as-of"]


def test_an_as_of_date_nobody_gave_is_the_day_of_the_last_event(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        *others(dossiers(200), 0.005, finished_at="2023-12-09 09:15:00"),
        {**dossiers(201)[-1], "due_at": "2023-05-01"},
    ]
    file = write_csv(tmp_path / "export.csv", rows)
    with importing.read_export([file], DATASET, None, mapping="cchc", data=data) as prepared:
        assert prepared.report.as_of == LAST
        assert prepared.report.by_kind() == {"finished_after_as_of": 1}
    command = ["--data", str(data), "import", str(file), "--dataset", DATASET]
    assert main(command) == 0
    assert "số liệu chốt đến 09/01/2023" in capsys.readouterr().out
    assert snapshots.current_id(data, DATASET).startswith("2023-01-09-")


def test_no_day_to_come_is_proposed(tmp_path: Path, data: Path) -> None:
    rows = others(dossiers(20), 0.5, finished_at="2203-01-09 09:15:00")
    with importing.read_export(
        [write_csv(tmp_path / "export.csv", rows)], DATASET, None, mapping="cchc", data=data
    ) as prepared:
        assert prepared.report.as_of == LAST


def test_several_doubts_are_asked_in_one_sentence(tmp_path: Path, data: Path) -> None:
    rows = others(others(dossiers(20), 1, rating="", due_at=""), 0.5, channel="fax")
    found = asked(write_csv(tmp_path / "export.csv", rows), data, datetime.date(2024, 1, 1))
    assert list(found) == ["undated", "rejected", "empty", "as-of"]


def daily(first: datetime.date, days: int, mark: str) -> list[dict[str, str]]:
    """Three dossiers received on each of so many days, finished on the same."""
    received = [first + datetime.timedelta(days=n // 3) for n in range(3 * days)]
    return [
        {**row, "dossier_id": f"{mark}-{n}", "received_at": f"{day} 08:00:00", "due_at": f"{day} 17:00:00",
         "finished_at": f"{day} 10:00:00"}
        for n, (row, day) in enumerate(zip(dossiers(3 * days), received, strict=True))
    ]  # fmt: skip


DECEMBER, JANUARY = datetime.date(2022, 12, 1), datetime.date(2023, 1, 1)


@pytest.mark.parametrize(
    ("declared", "earlier", "begins", "fault"),
    [
        ("2022-06-01", [], "2022-06-01", "khai là có từ ngày 01/06/2022 nhưng từ ngày 01/01/2023"),
        (None, daily(DECEMBER, 31, "old"), "2022-12-01", "đang có từ ngày 01/01/2023, sau lần nhập này có từ ngày"),
        ("2022-12-20", [], "2022-12-20", "đang có từ ngày 01/01/2023, sau lần nhập này có từ ngày 20/12/2022"),
        ("2023-01-01", [], "2023-01-01", ""),
        (None, [], "2023-01-01", ""),
    ],
    ids=["declared long before", "found earlier", "declared earlier", "declared as found", "the same"],
)  # fmt: skip
def test_coverage_that_moves_or_is_declared_long_before_receipts_needs_a_yes_by_the_command(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    declared: str | None, earlier: list[dict[str, str]], begins: str, fault: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("CCHC_LANG", "vi")
    rows = daily(JANUARY, 31, "new")
    with importing.read_export([write_csv(tmp_path / "a.csv", rows)], DATASET, AS_OF, mapping="cchc", data=data) as one:
        before, _ = one.publish()
    file = write_csv(tmp_path / "b.csv", [*earlier, *rows, dossiers(1)[0]])
    command = ["import", str(file), "--dataset", DATASET, "--as-of", str(AS_OF), "--data", str(data)]
    command += ["--from", declared] if declared else []
    if fault:
        assert main(command) == 2
        refused = capsys.readouterr().err
        assert fault in refused
        assert "--accept coverage" in refused
        assert snapshots.current_id(data, DATASET) == before.id
    assert main([*command, *(["--accept", "coverage"] if fault else [])]) == 0
    assert building.current(data, DATASET).start == datetime.date.fromisoformat(begins)


def test_lone_days_of_receipt_are_listed_kept_and_begin_nothing(tmp_path: Path, data: Path) -> None:
    lone = ("1923-01-20 08:00:00", "2003-01-20 08:00:00")
    rows = [*daily(JANUARY, 31, "new"), *({**dossiers(1)[0], "dossier_id": f"x-{day}"[:6], "received_at": day}
            for day in lone)]  # fmt: skip
    with importing.read_export(
        [write_csv(tmp_path / "a.csv", rows)], DATASET, AS_OF, mapping="cchc", data=data
    ) as prepared:
        listed = [each for each in prepared.report.first_problems(9) if each.kind == "lone_received"]
        assert [(each.value, each.rejected) for each in listed] == [(day, False) for day in lone]
        assert prepared.report.counts.kept == len(rows)
        snapshot, _ = prepared.publish()
    assert snapshot.start == JANUARY
