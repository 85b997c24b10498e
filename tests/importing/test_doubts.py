"""An export that would flatter is said so before anything is published, and published only after an explicit yes."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from cchc import importing
from cchc.__main__ import main
from cchc.findings import summary
from cchc.importing import Prepared, doubts
from cchc.store import snapshots
from cchc.text import LANGUAGES, UserError
from tests import building
from tests.building import filters
from tests.exports import AS_OF, DATASET, Row, dossiers, write_csv, write_sheets

pytestmark = pytest.mark.slow

ROWS = 40


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
        prepared.publish()


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
