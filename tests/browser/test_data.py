"""Data comes in by upload or not at all: a preview first, one sentence for a bad file, no figure from a damaged one."""

import hashlib
import os
import re
import signal
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import building
from tests.browser.conftest import Server, running
from tests.browser.looking import cells, is_well, main_texts, opens_from_menu, parameters, settled, waits_for_parameter
from tests.building import dossier, numbered

Open = Callable[..., Page]
APRIL = date(2024, 4, 30)
GOOD = """dossier_id,unit,procedure,field,channel,received_at,due_at,finished_at,status
K-1,Xã Một,Khai sinh,Hộ tịch,online,2024-03-04 08:00:00,2024-03-06 17:00:00,2024-03-05 10:00:00,done
K-2,Xã Một,Khai sinh,Hộ tịch,counter,2024-03-04 09:00:00,2024-03-06 17:00:00,2024-03-08 10:00:00,done
K-3,Xã Hai,Kết hôn,Hộ tịch,counter,2024-03-05 09:00:00,2024-03-07 17:00:00,,open
K-4,Xã Hai,Kết hôn,Hộ tịch,pigeon,2024-03-05 09:00:00,2024-03-07 17:00:00,,open
"""
BAD = {
    "list.xls": b"<html><head><meta charset='utf-8'></head><body><table><tr><td>1</td></tr></table></body></html>",
    "empty.csv": b"",
    "columns.csv": "Họ tên,Điện thoại\nNguyễn Văn A,0900000000\n".encode(),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of this file's own: two snapshots of a small area, the older from the end of April."""
    data = tmp_path_factory.mktemp("data")
    rows = numbered([dossier(due_at="2024-03-07", finished_at="2024-03-06") for _ in range(25)])
    building.publish(data, april(rows[:20]), APRIL)
    building.publish(data, rows)
    return data


@pytest.fixture(scope="module")
def one_server(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of that folder."""
    with running(data, tmp_path_factory.mktemp("server") / "log") as served:
        yield served


def april(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same dossiers in an export from the end of April."""
    return [row | {"exported_on": APRIL} for row in rows]


def contents(data: Path) -> dict[str, str]:
    files = (path for path in sorted(data.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def checks(page: Page, dataset: str, *files: Path) -> Page:
    """The page of uploads, once it has said what it found in these files."""
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files([str(file) for file in files])
    page.locator(".st-key-upload-dataset input").fill(dataset)
    page.locator(".st-key-upload-dataset input").press("Tab")
    button = page.get_by_test_id("stBaseButton-primary").first
    expect(button).to_be_enabled()
    settled(page)
    button.click()
    expect(page.get_by_test_id("stAlertContentError").or_(page.locator(".st-key-problems")).first).to_be_visible()
    return settled(page)


# --- Upload ---


def test_a_good_file_is_looked_at_then_published_then_shown(
    one_server: Server, open_page: Open, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "export.csv"
    file.write_text(GOOD, encoding="utf-8")
    before = contents(data)
    page = checks(is_well(open_page("/du-lieu?dataset=tra-cu", one_server)), "xa-thu", file)
    assert contents(data) == before  # a preview writes nothing
    problems = cells(page, "problems")
    assert any("pigeon" in cell for row in problems for cell in row)
    assert all("export.csv" in row[0] for row in problems)
    # The last event in the file.
    expect(page.locator(".st-key-upload-as-of input[type=date]")).to_have_value("2024-03-08")

    publish = page.get_by_test_id("stBaseButton-primary").last
    expect(publish).to_be_disabled()  # one row of four is rejected
    page.get_by_test_id("stCheckbox").locator("label").click()
    expect(publish).to_be_enabled()
    settled(page)
    publish.click()
    waits_for_parameter(page, "dataset", "xa-thu")
    expect(page.get_by_test_id("stAlertContentSuccess")).to_be_visible()
    published = building.current(data, "xa-thu")
    assert published.manifest["dossiers"] == 3
    # Nothing that was there is another, but the record, which has a line more.
    there = {name for name in before if not name.startswith("entered/")}
    assert {name: digest for name, digest in contents(data).items() if name in there} == {
        name: before[name] for name in there
    }
    assert any(published.id in row for row in cells(page, "snapshots"))
    opens_from_menu(page, "ho-so")
    assert parameters(page)["dataset"] == ["xa-thu"]
    page = is_well(open_page("/ho-so?dataset=xa-thu&start=2024-03-01&end=2024-03-31", one_server))
    assert sorted(row[0] for row in cells(page, "records")) == ["K-1", "K-2", "K-3"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_file_without_due_dates_is_published_only_after_a_yes_that_says_the_number(
    one_server: Server, open_page: Open, data: Path, tmp_path: Path, language: str
) -> None:
    file, dataset = tmp_path / "export.csv", f"khong-hen-{language}"
    file.write_text(GOOD.replace("due_at", "promised").replace("pigeon", "counter"), encoding="utf-8")
    page = is_well(open_page(f"/du-lieu?dataset=tra-cu&lang={language}", one_server))
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files([str(file)])
    page.locator(".st-key-upload-dataset input").fill(dataset)
    page.locator(".st-key-upload-dataset input").press("Tab")
    button = page.get_by_test_id("stBaseButton-primary")
    expect(button.first).to_be_enabled()
    settled(page)
    button.first.click()
    box = page.get_by_test_id("stCheckbox")
    expect(box).to_contain_text({"vi": "4 trong 4 hồ sơ", "en": "4 of 4 kept dossiers"}[language])
    expect(button.last).to_be_disabled()
    settled(page)
    box.locator("label").click()
    expect(button.last).to_be_enabled()
    settled(page)
    button.last.click()
    waits_for_parameter(page, "dataset", dataset)
    assert building.current(data, dataset).manifest["dossiers"] == 4


def test_an_upload_of_a_server_killed_while_it_checks_is_gone_once_it_starts_again(
    fresh_server: Callable[..., Server], open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole export lies there, with the columns that are never published."""
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setenv("TMPDIR", str(private))
    file = tmp_path / "big.csv"
    head, first, *_ = GOOD.splitlines()
    rows = [f"{first.replace('K-1', f'K-{number}')},Nguyễn Văn Mẫu" for number in range(300_000)]
    file.write_text("\n".join([f"{head},Chủ hồ sơ", *rows]), encoding="utf-8")
    server = fresh_server()
    page = open_page("/du-lieu", server)
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(str(file))
    page.locator(".st-key-upload-dataset input").fill("mau")
    page.locator(".st-key-upload-dataset input").press("Tab")
    button = page.get_by_test_id("stBaseButton-primary").first
    expect(button).to_be_enabled()
    settled(page)
    button.click()
    expect(page.get_by_test_id("stProgress")).to_be_visible()
    os.kill(server.pid, signal.SIGKILL)
    assert [path.name for path in private.rglob("*.csv")] == ["big.csv"]
    fresh_server()
    assert list(private.iterdir()) == []


def test_a_bad_file_gets_one_sentence_and_changes_nothing(
    one_server: Server, open_page: Open, data: Path, tmp_path: Path
) -> None:
    before = contents(data)
    tries = [("xa-thu", "list.xls"), ("tra-cu", "empty.csv"), ("xa-thu", "columns.csv"), ("../x", "columns.csv")]
    for dataset, name in tries:
        (tmp_path / name).write_bytes(BAD[name])
        page = is_well(open_page("/du-lieu?dataset=tra-cu", one_server))
        checks(page, dataset, tmp_path / name)
        errors = page.get_by_test_id("stAlertContentError")
        expect(errors).to_have_count(1)
        said = errors.inner_text()
        assert 20 < len(said) < 600
        assert not re.search(r"Traceback|Error|Exception|0900000000|Nguyễn", said)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stBaseButton-primary")).to_have_count(1)  # nothing to publish
    assert contents(data) == before
    assert not (data.parent / "x").exists()
    opens_from_menu(page, "tuan-thu")  # the dashboard stays up
    assert "Traceback" not in one_server.log.read_text(encoding="utf-8")


def test_a_preview_does_not_outlive_the_file_it_was_made_from(
    one_server: Server, open_page: Open, tmp_path: Path
) -> None:
    """Else somebody publishes one file while looking at the name of another."""
    file = tmp_path / "export.csv"
    file.write_text(GOOD, encoding="utf-8")
    page = checks(is_well(open_page("/du-lieu?dataset=tra-cu", one_server)), "xa-thu", file)
    page.locator(".st-key-upload-dataset input").fill("xa-khac")
    page.locator(".st-key-upload-dataset input").press("Tab")
    expect(page.locator(".st-key-problems")).to_have_count(0)
    expect(page.get_by_test_id("stBaseButton-primary")).to_have_count(1)


def test_a_mapping_uploaded_with_the_file_says_what_its_columns_mean(
    one_server: Server, open_page: Open, tmp_path: Path
) -> None:
    file, mapping = tmp_path / "export.csv", tmp_path / "ours.toml"
    file.write_text(GOOD.replace("pigeon", "bồ câu"), encoding="utf-8")
    mapping.write_text('based_on = "cchc"\n[channel]\npostal = ["bồ câu"]\n', encoding="utf-8")
    page = is_well(open_page("/du-lieu?dataset=tra-cu", one_server))
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files([str(file), str(mapping)])
    page.locator(".st-key-upload-dataset input").fill("xa-bon")
    page.locator(".st-key-upload-dataset input").press("Tab")
    button = page.get_by_test_id("stBaseButton-primary").first
    expect(button).to_be_enabled()
    settled(page)
    button.click()
    expect(page.get_by_test_id("stBaseButton-primary")).to_have_count(2)
    assert any("ours" in text for text in main_texts(page))
    expect(page.locator(".st-key-problems, .st-key-unknown-words")).to_have_count(0)


# --- Snapshots ---


def test_an_older_snapshot_is_opened_by_a_click_and_says_so_in_the_link(one_server: Server, open_page: Open) -> None:
    page = is_well(open_page("/du-lieu?dataset=tra-cu", one_server))
    listed = cells(page, "snapshots")
    assert [row[0] for row in listed] == ["31/05/2024", "30/04/2024"]
    page.locator(".st-key-snapshots tbody tr").nth(1).locator("th button").click()
    waits_for_parameter(page, "snapshot", listed[1][2])
    page = is_well(
        open_page(f"/ho-so?dataset=tra-cu&snapshot={listed[1][2]}&start=2024-03-01&end=2024-03-31", one_server)
    )
    expect(page.locator(".st-key-records tbody tr")).to_have_count(20)


def test_a_damaged_current_snapshot_is_said_and_the_last_good_one_offered(
    fresh_server: Callable[..., Server], open_page: Open, tmp_path: Path
) -> None:
    rows = numbered([dossier(due_at="2024-03-07", finished_at="2024-03-06") for _ in range(25)])
    good = building.publish(tmp_path, april(rows[:20]), date(2024, 4, 30))
    damaged = building.publish(tmp_path, rows)
    server = fresh_server(tmp_path)
    for name in ("ledger.parquet", "manifest.json", "references/units.csv"):
        is_well(open_page("/tong-quan?dataset=tra-cu", server))  # it was whole when it was last shown
        file = building.file_of(damaged, name)
        whole = file.read_bytes()
        file.chmod(0o644)
        file.write_bytes(flipped(whole, len(whole) // 2))
        for slug in ("tong-quan", "ho-so"):
            page = open_page(f"/{slug}?dataset=tra-cu", server)
            expect(page.get_by_test_id("stAlertContentError")).to_have_count(1)
            assert damaged.id in page.get_by_test_id("stAlertContentError").inner_text()
            expect(page.locator(".card, .js-plotly-plot, tbody, h1")).to_have_count(0)
            expect(page.get_by_test_id("stException")).to_have_count(0)
        page.get_by_test_id("stBaseButton-primary").click()
        waits_for_parameter(page, "snapshot", good.id)
        is_well(page)
        assert any("30/04/2024" in text for text in main_texts(page))
        file.write_bytes(whole)


def flipped(content: bytes, place: int) -> bytes:
    """The content with one bit turned."""
    spoiled = bytearray(content)
    spoiled[place] ^= 1
    return bytes(spoiled)


def test_verification_finds_the_flipped_byte(
    fresh_server: Callable[..., Server], open_page: Open, tmp_path: Path
) -> None:
    rows = numbered([dossier(finished_at="2024-03-06") for _ in range(5)])
    old = building.publish(tmp_path, april(rows[:4]), APRIL)
    building.publish(tmp_path, rows)
    page = is_well(open_page("/du-lieu", fresh_server(tmp_path)))
    button = (
        page.get_by_test_id("stMainBlockContainer").get_by_test_id("stBaseButton-secondary").filter(has_text="verified")
    )
    button.click()
    expect(page.get_by_test_id("stAlertContentSuccess")).to_be_visible()
    file = building.file_of(old, "dossiers.parquet")
    file.chmod(0o644)
    file.write_bytes(flipped(file.read_bytes(), -20))
    button.click()
    expect(page.get_by_test_id("stAlertContentError")).to_be_visible()
    assert old.id in page.get_by_test_id("stAlertContentError").inner_text()
