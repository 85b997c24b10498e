"""What a Spark cluster reduces is, byte for byte, what DuckDB reduces; what goes wrong there is one sentence."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from cchc.__main__ import main
from cchc.schema import DOSSIER
from cchc.store import snapshots, spark, tables
from cchc.store.origin import Counts, Origin
from cchc.store.snapshots import Snapshot
from cchc.text import UserError
from tests import building
from tests.building import AS_OF, DATASET, Dossier, dossier, numbered
from tests.store import find_java

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")]
MASTER = "local[2]"


@pytest.fixture(scope="session")
def session() -> Iterator[Any]:
    """A session on a small Spark of this machine, started once."""
    there = {"pyspark": importlib.util.find_spec("pyspark"), "Java": find_java.find()}
    missing = [what for what, place in there.items() if not place]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"{' and '.join(missing)} not installed; run: make spark")
    from pyspark.sql import SparkSession

    small = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1", "spark.log.level": "OFF",
    }  # fmt: skip
    builder = SparkSession.builder.master(MASTER)
    for name, value in small.items():
        builder = builder.config(name, value)
    started = builder.getOrCreate()
    with spark.cluster(MASTER) as own:
        yield own
    started.stop()


def edges() -> list[Dossier]:
    """Dossiers of many small worlds, and what those do not have: parts of a second, letters beyond ASCII."""
    rows = [
        dossier(received_at="2024-03-08T09:00:00.000001", due_at="2024-03-08T09:00:00.5",
                finished_at="2024-03-08T15:30:00.999999", source="Cổng Dịch vụ công, “một cửa”", desk="Đ|\\'\n"),
        dossier(received_at="2024-02-29T23:59:59.999999", finished_at="2024-03-01T00:00:00.25", status="withdrawn"),
        dossier(channel="unknown", received_at="2024-01-01T00:00:00", submitted_at="2023-12-31T16:59:59.75"),
    ]  # fmt: skip

    @settings(max_examples=60, database=None, derandomize=True)
    @given(building.worlds())
    def add(world: tuple[list[Dossier], date]) -> None:
        rows.extend(world[0])

    add()
    return numbered(rows)


def assert_the_same(one: Snapshot, other: Snapshot) -> None:
    assert one.id == other.id
    assert one.manifest["files"].keys() == other.manifest["files"].keys()
    for name in one.manifest["files"]:
        if name.endswith(".parquet"):
            here, there = (duckdb.read_parquet(str(each.folder / name)) for each in (one, other))
            assert (name, here.columns, here.types) == (name, there.columns, there.types)
            assert here.fetchall() == there.fetchall(), name
    unlike = {"published_at", "files", "origin", "checksum"}
    assert {key: value for key, value in one.manifest.items() if key not in unlike} == {
        key: value for key, value in other.manifest.items() if key not in unlike
    }
    assert not snapshots.check(other)


def left_in(data: Path) -> list[str]:
    """Folders of snapshots, and what was begun of one."""
    return [path.name for path in (data / "snapshots" / DATASET).glob("*") if path.is_dir()]


def published(
    session: Any, rows: list[Dossier] | pa.Table, data: Path, references: Path | None = None, **origin: Any
) -> Snapshot:
    """The snapshot that Spark makes of dossiers in two files."""
    references = references or building.reference_folder(data / "reference" / DATASET)
    table = rows if isinstance(rows, pa.Table) else building.table(rows)
    data.mkdir(exist_ok=True)
    for name, part in (("a", table.slice(0, len(table) // 3)), ("b", table.slice(len(table) // 3))):
        pq.write_table(part, data / f"{name}.parquet")
    as_of = origin.pop("as_of", AS_OF)
    files = [str(data / f"{name}.parquet") for name in "ab"]
    return snapshots.publish(spark.opener(session, files), references, as_of, Origin((), Counts(0, 0), **origin), data)[
        0
    ]


def test_generated_dossiers_with_every_edge_give_the_same_files(session: Any, tmp_path: Path) -> None:
    rows = edges()
    references = building.reference_folder(tmp_path / "references", late_by="minute")
    by_duckdb = building.publish(tmp_path / "duckdb", rows, AS_OF, references)
    by_spark = published(session, rows, tmp_path / "spark", references)
    assert_the_same(by_duckdb, by_spark)
    assert by_spark.manifest["origin"]["counts"]["kept"] == len(rows)
    # What is there already is found by its id, and not made again.
    again = snapshots.publish(
        spark.opener(session, [str(tmp_path / "spark")+"/*.parquet"]), references, AS_OF, building.origin(0),
        tmp_path / "spark",
    )  # fmt: skip
    assert (again[0].id, again[1]) == (by_duckdb.id, False)


def test_the_demo_gives_the_same_files(session: Any, tmp_path: Path, thanh_ha: Snapshot) -> None:
    with duckdb.connect() as connection:
        rows = tables.stored(connection, [Path(each) for each in building.rows_of(thanh_ha)])
        table = rows.project(", ".join(DOSSIER.names)).to_arrow_table().cast(DOSSIER)
    covers = thanh_ha.manifest["origin"]["covers_from"]
    by_spark = published(
        session, table, tmp_path / "data", thanh_ha.folder / "references", demo=True, covers_from=covers,
        as_of=thanh_ha.as_of,
    )  # fmt: skip
    assert_the_same(thanh_ha, by_spark)


def test_a_job_that_fails_in_the_middle_leaves_nothing(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ledger_of_parts", lambda: "select part, raise_error('the disk burns') from dossiers")
    with pytest.raises(UserError, match="the disk burns") as refused, spark.cluster(MASTER) as own:
        published(own, [dossier()], tmp_path)
    assert "\n" not in refused.value.text.en
    assert left_in(tmp_path) == []
    monkeypatch.undo()
    made = published(session, [dossier()], tmp_path)
    assert left_in(tmp_path) == [made.id]


def test_what_spark_cannot_read_is_one_sentence(
    session: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_LANG", "en")
    building.reference_folder(tmp_path / "reference" / DATASET)
    rows = building.table([dossier()])
    pq.write_table(rows.drop_columns(["status"]), tmp_path / "less.parquet")
    pq.write_table(rows.set_column(4, "received_at", pa.array(["hôm qua"])), tmp_path / "text.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no file of this kind")
    told = {"less": "columns of a dossier: status", "text": "columns of a dossier: received_at", "broken": "failed: "}
    ask = ["--data", str(tmp_path), "publish", "--dataset", DATASET, "--as-of", f"{AS_OF}", "--engine", "spark"]
    for name, why in told.items():
        assert main([*ask, "--master", MASTER, str(tmp_path / f"{name}.parquet")]) == 2
        said = capsys.readouterr().err.strip()
        assert why in said
        assert "\n" not in said
    assert left_in(tmp_path) == []


def test_without_spark_a_sentence_says_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    building.reference_folder(tmp_path / "reference" / DATASET)
    ask = ["--data", str(tmp_path), "publish", "--dataset", DATASET, "--as-of", f"{AS_OF}", "--engine", "spark"]
    assert main([*ask, "hdfs://lake/dossiers"]) == 2
    assert "pip install -r requirements-spark.txt" in capsys.readouterr().err
