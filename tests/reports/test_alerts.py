"""`python -m cchc alerts`: what crossed since an earlier snapshot, quiet when nothing did, whole files or none."""

import csv
import datetime
import io
import os
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import docx
import pytest

from cchc.__main__ import main
from cchc.figures import filters, query
from cchc.findings import attention, trends
from cchc.reports import alerts
from cchc.reports.phrases import written
from cchc.store.snapshots import Snapshot
from tests import building
from tests.building import DATASET, Dossier, numbered
from tests.findings.test_trends import MONTHS, resolved
from tests.reports.asking import HOSTILE, asked, texts

pytestmark = pytest.mark.slow

APRIL, MAY = (datetime.date(2024, 4, 30), datetime.date(2024, 5, 31))


def dossiers(units: tuple[str, ...] = ("A", "B", "D")) -> list[Dossier]:
    """The first unit swings about 90 % and collapses in May; the second never has a late one; the third keeps missing
    its target, as it did before."""
    rows: list[Dossier] = []
    for n, month in enumerate(MONTHS):
        swings = [(44, 6), (46, 4), (45, 5)][n % 3] if month != MONTHS[-1] else (20, 30)
        rows += [
            *resolved(units[0], month, *swings),
            *resolved(units[1], month, 40, 0, channel="online"),
            *resolved(units[2], month, 40, 10),
        ]
    return numbered(rows)


def publish(data: Path, units: tuple[str, ...] = ("A", "B", "D"), **given) -> list[Snapshot]:
    """What was exported at the end of April, and at the end of May."""
    rows = dossiers(units)
    april = [row for row in rows if row["received_at"].date() <= APRIL]
    return [
        building.publish_whole(data, april, as_of=APRIL, **given),
        building.publish_whole(data, rows, as_of=MAY, **given),
    ]


@pytest.fixture
def both(tmp_path: Path) -> list[Snapshot]:
    return publish(tmp_path / "data")


def said(capsys, *options: str, status: int = 0) -> list[str]:
    assert main(["alerts", "--dataset", DATASET, *options]) == status
    printed = capsys.readouterr()
    assert status == 2 or printed.err == ""
    return (printed.err if status == 2 else printed.out).splitlines()


def test_only_what_crossed_since_the_snapshot_before_is_said(both: list[Snapshot], capsys) -> None:
    """A was short of its target already; what is new is that it is beyond its limit. D misses as ever: no news."""
    lines = said(capsys)
    sentences = [line for line in lines if not line.startswith("  ")]
    assert sentences[0].startswith("Tính chung các đơn vị: tỷ lệ trước và đúng hạn tháng 5/2024 là 71,43 %")
    assert sentences[1].startswith("Xã Đại An: tỷ lệ trước và đúng hạn tháng 5/2024 là 40,00 %, trung bình 87,18 %;")
    assert sentences[1].endswith("xấu đi thật: tháng 5/2024 thấp hơn giới hạn dưới.")
    assert not any("huyện Trà Cú" in each for each in sentences)
    assert not any("An Quảng Hữu: tỷ lệ trước" in each for each in sentences)


def test_every_link_opens_the_figure_that_crossed(both: list[Snapshot], capsys, monkeypatch) -> None:
    monkeypatch.setenv("CCHC_ADDRESS", "http://may-chu:8501/")
    lines = said(capsys)
    for sentence, link in zip(lines[::2], lines[1::2], strict=True):
        address = urlsplit(link.strip())
        assert (address.scheme, address.netloc, address.path) == ("http", "may-chu:8501", "/xu-huong")
        [metric] = parse_qs(address.query).pop("metric")
        params = {name: value for name, value in parse_qs(address.query).items() if name != "metric"}
        assert params.pop("snapshot") == [both[1].id]
        opened, dropped = filters.from_params(params, both[1])
        assert dropped == []
        value = float(query.run(both[1], [metric], opened)[metric].iloc[0])
        assert f"{value * 100:.2f}".replace(".", ",") in sentence or f"{value:.1f}".replace(".", ",") in sentence


def test_what_crossed_is_what_stands_now_and_did_not_before(both: list[Snapshot]) -> None:
    read = [
        trends.by_unit(partial(query.run, shown), shown, filters.defaults(shown), attention.WATCHED) for shown in both
    ]

    def kept(now: int, *before: int) -> set[tuple[str, str, str]]:
        shown, known = both[now], read[before[0]] if before else {}
        found = attention.crossings(read[now], known, shown, filters.defaults(shown))
        return {(each.kind, each.unit, each.metric) for each in found}

    assert kept(1, 0) == kept(1) - kept(0)
    assert kept(1, 0)
    assert kept(1) & kept(0)
    assert kept(1, 1) == set()


def test_nothing_new_is_nothing_said(both: list[Snapshot], capsys) -> None:
    assert said(capsys, "--since", both[1].id) == []
    assert said(capsys, "--since", "2024-05-31") == []
    assert said(capsys, "--since", "2024-05-30") == said(capsys, "--since", both[0].id) == said(capsys)


def test_the_first_snapshot_is_held_against_nothing(tmp_path: Path, capsys) -> None:
    building.publish_whole(tmp_path / "data", dossiers(), as_of=MAY)
    sentences = [line for line in said(capsys) if not line.startswith("  ")]
    assert any("huyện Trà Cú" in each and "chưa đạt chỉ tiêu 95 %" in each for each in sentences)
    assert any("Đại An" in each and "giới hạn dưới" in each for each in sentences)


def test_the_csv_file_holds_each_crossing_with_its_figures(both: list[Snapshot], tmp_path: Path, capsys) -> None:
    out = tmp_path / "canh-bao.csv"
    lines = said(capsys, "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Nội dung"] for row in rows] == lines[::2]
    assert [f"  {row['Liên kết']}" for row in rows] == lines[1::2]
    first = rows[1]
    assert (first["Đơn vị"], first["Cảnh báo"], first["Từ ngày"], first["Đến ngày"]) == (
        "Xã Đại An", "xấu đi thật", "2024-05-01", "2024-05-31"
    )  # fmt: skip
    assert float(first["Giá trị"]) == pytest.approx(0.4)
    assert float(first["Giá trị"]) < float(first["Trung bình hoặc chỉ tiêu"])
    assert first["Bản số liệu"] == both[1].id


def test_a_paper_without_anything_new_says_so_and_counts_no_zeros(both: list[Snapshot]) -> None:
    question = asked(both[0], both[0].as_of.replace(day=1), both[0].as_of)
    paper = docx.Document(io.BytesIO(alerts.to_file(question, None, [], ".docx", "vi")))
    [sentence] = [text for text in texts(paper) if text.startswith("Theo số liệu chốt đến ngày")]
    assert sentence.endswith("không phát sinh số liệu xấu đi thật hoặc chưa đạt chỉ tiêu.")
    assert "00 " not in sentence


def test_the_paper_says_the_same_with_links(both: list[Snapshot], tmp_path: Path, capsys) -> None:
    out = tmp_path / "canh-bao.docx"
    lines = said(capsys, "--out", str(out))
    found = docx.Document(str(out))
    whole = " ".join(texts(found))
    assert all(written(sentence) in whole for sentence in lines[::2])
    assert "so với bản số liệu chốt đến ngày 30/4/2024" in whole
    targets = {relation.target_ref for relation in found.part.rels.values() if relation.is_external}
    assert targets == {line.strip() for line in lines[1::2]}


def test_all_reports_in_one_call_bring_the_alerts_of_the_area_and_of_each_unit_that_has_one(
    both: list[Snapshot], tmp_path: Path, capsys
) -> None:
    out = tmp_path / "all"
    words = ["report", "all", "--dataset", DATASET, "--filters", "start=2024-05-01&end=2024-05-31", "--each-unit"]
    assert main([*words, "--out", str(out)]) == 0
    lines = said(capsys, "--out", str(tmp_path / "alone.docx"))
    [written] = out.glob("canh-bao-*.docx")
    assert texts(docx.Document(written)) == texts(docx.Document(tmp_path / "alone.docx"))
    names = {unit.name: unit.id for unit in both[1].references.units.values()}
    alarmed = {id_ for name, id_ in names.items() if any(line.startswith(f"{name}:") for line in lines)}
    assert alarmed
    assert {path.name.partition("-")[0] for path in out.glob("*-canh-bao-*.docx")} == alarmed


@pytest.mark.parametrize("name", ["a.csv", "a.docx"])
def test_a_file_without_news_takes_the_place_of_an_old_one(both, tmp_path: Path, capsys, name: str) -> None:
    """Whoever is sent the file of a schedule never gets yesterday's news again."""
    out = tmp_path / name
    out.write_text("yesterday")
    assert said(capsys, "--since", both[1].id, "--out", str(out)) == []
    if name.endswith("csv"):
        assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 1
    else:
        assert texts(docx.Document(str(out))).count("Không có số liệu nào.") == 2


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--out", "a.txt"], ".docx"),
        (["--out", "nowhere/a.csv"], "nowhere"),
        (["--since", "2020-01-01"], "2020-01-01"),
        (["--since", "hôm qua"], "hôm qua"),
        (["--dataset", "nowhere"], "nowhere"),
    ],
)
def test_a_users_error_is_one_sentence_and_no_file(both, tmp_path, capsys, monkeypatch, options, expected) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    [line] = said(capsys, *options, status=2)
    assert expected in line
    assert sorted(tmp_path.rglob("*")) == before


def test_a_damaged_snapshot_is_not_compared_with(both: list[Snapshot], tmp_path: Path, capsys) -> None:
    file = building.file_of(both[0], "ledger.parquet")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    [line] = said(capsys, "--out", str(tmp_path / "a.csv"), status=2)
    assert both[0].id in line or "ledger.parquet" in line
    assert not (tmp_path / "a.csv").exists()


def test_a_crash_while_writing_leaves_the_old_file(both, tmp_path: Path, capsys, monkeypatch) -> None:
    out = tmp_path / "a.csv"
    out.write_text("yesterday")

    def full(handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said(capsys, "--out", str(out), status=2)
    monkeypatch.undo()
    assert out.read_text() == "yesterday"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["a.csv"]


def test_hostile_names_are_text_everywhere(tmp_path: Path, capsys) -> None:
    units = "unit,name,level,parent\n" + "".join(f'{n},"{name}",commune,\n' for n, name in enumerate(HOSTILE))
    references = building.reference_folder(tmp_path / "area", units=units, service_models="")
    publish(tmp_path / "data", ("0", "1", "2"), references=references)
    for ending in ("csv", "docx"):
        lines = said(capsys, "--out", str(tmp_path / f"a.{ending}"))
        assert lines[2].startswith("=cmd|")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not any(cell.startswith(("=", "+", "@", "-")) for cell in cells)
    assert any(each.startswith("- =cmd|") for each in texts(docx.Document(str(tmp_path / "a.docx"))))


def test_demo_data_says_that_it_is_one(demo_data: Path, tra_cu: Snapshot, tmp_path: Path, capsys) -> None:
    out = tmp_path / "a.csv"
    assert main(["alerts", "--dataset", "tra-cu", "--data", str(demo_data), "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith("Dữ liệu minh họa\n")
    assert f"{tra_cu.id} (dữ liệu minh họa)" in out.read_text(encoding="utf-8-sig")
