"""Dossiers reduced on a Spark cluster, by the statements DuckDB runs, for the parts DuckDB writes month by month."""

import datetime
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from cchc.schema import DOSSIER
from cchc.store import tables
from cchc.store.canonical import not_canonical
from cchc.text import Text, UserError

# What dossiers.sql reads beside the dossiers; made in DuckDB by tables.load_rules.
_RULES = ("units", "procedures", "scope", "listed", "calendar", "rules")
_PAIRS = """
select distinct cast(date_trunc('month', received_at) as timestamp_ntz) as received_at, unit, procedure from every"""
# Half a hash is a number of 64 bits, and what those add up to is the half of the sum.
_HALF = "lpad(hex(bit_xor(cast(conv(substr(md5({{0}}), {}, 16), 16, -10) as bigint))), 16, '0')"


@dataclass(frozen=True)
class _Cluster:
    """A session that answers SQL as a connection to DuckDB does."""

    session: Any
    frame: Any = None

    def execute(self, query: str, /) -> "_Cluster":
        return _Cluster(self.session, self.session.sql(query))

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.frame.collect()]


@dataclass(frozen=True)
class _Reduced(tables.Source):
    """Dossiers to publish that a cluster reduces, all months at once, into files that DuckDB takes up by the month."""

    session: Any
    place: Path

    summed = f"concat({_HALF.format(1)}, {_HALF.format(17)})"

    def begin(self, months: Collection[datetime.date]) -> None:
        if not months:
            return
        for name in _RULES:
            table = self.connection.table(name).to_arrow_table()
            self.session.createDataFrame(table).createOrReplaceTempView(name)
        listed = ", ".join(f"date '{month}'" for month in months)
        chosen = self.session.table("every").where(f"cast(date_trunc('month', received_at) as date) in ({listed})")
        chosen.createOrReplaceTempView("source")
        for name, query in (("dossiers", tables.judged()), ("ledger", tables.ledger_of_parts())):
            rows = self.session.sql(query).hint("rebalance", "part")
            rows.write.partitionBy("part").parquet(self._folder(name).as_uri())
            self.session.read.parquet(self._folder(name).as_uri()).createOrReplaceTempView(name)

    def reduce(self, months: Collection[datetime.date]) -> None:
        for name, order in tables.IN_ORDER.items():
            files = [str(file) for month in months for file in self._folder(name).glob(f"part={month}/*.parquet")]
            rows = self.connection.read_parquet(files, hive_partitioning=True)
            columns = ", ".join(("part", *(each for each in rows.columns if each != "part")))
            rows.create_view("reduced")
            tables.make(self.connection, name, f"select {columns} from reduced order by {order}")
            self.connection.execute("drop view reduced")

    def _folder(self, name: str) -> Path:
        return (self.place / name).absolute()


@contextmanager
def cluster(master: str) -> Iterator[Any]:
    """A session on the Spark cluster at `master`, ended with the block unless it was there before.

    Raises UserError where Spark or Java is not installed, the cluster is not reached, or a job fails.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise UserError(
            Text(
                "Chưa cài Spark; chạy: python -m pip install -r requirements-spark.txt",
                "Spark is not installed; run: python -m pip install -r requirements-spark.txt",
            )
        ) from None
    from py4j.protocol import Py4JError

    # It warns of every newer pandas; none is used here.
    warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
    there = SparkSession.getActiveSession()
    began = None
    try:
        began = there or SparkSession.builder.master(master).appName("cchc").getOrCreate()
        session = began.newSession()
        # Times of dossiers are wall clock, of no zone.
        session.conf.set("spark.sql.session.timeZone", "UTC")
        session.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
        yield session
    except (PySparkException, Py4JError) as error:
        raise UserError(_said(error, master)) from error
    finally:
        if began and not there:
            began.stop()


def _said(error: Exception, master: str) -> Text:
    if "JAVA_GATEWAY_EXITED" in str(error):
        return Text(
            f"Spark không khởi động được với --master {master}: cần Java 17 trở lên (trên Debian: sudo apt-get install "
            "default-jre-headless) và địa chỉ đúng dạng như spark://may:7077; lời của Spark ở trên.",
            f"Spark did not start with --master {master}: it needs Java 17 or later (on Debian: sudo apt-get install "
            "default-jre-headless) and an address such as spark://host:7077; what it said stands above.",
        )
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # What went wrong stands behind the last cause, and before the stack of calls.
    why = next((line for line in reversed(lines) if line.startswith("Caused by: ")), lines[0] if lines else "")
    if why.startswith("An error occurred while calling") and len(lines) > 1:
        why = lines[1]
    return Text(
        f"Spark tại {master} không làm được: {why[:300]}; chưa công bố gì.",
        f"Spark at {master} failed: {why[:300]}; nothing was published.",
    )


def opener(session: Any, paths: Sequence[str]) -> Callable[[Path], tables.Source]:
    """What opens the dossiers in Parquet files, wherever the cluster reads them, with a folder for what it works out:
    one that the cluster and this machine share."""

    def opened(place: Path) -> tables.Source:
        frame = session.read.parquet(*paths)
        if missing := [field.name for field in DOSSIER if not field.nullable and field.name not in frame.columns]:
            raise not_canonical(missing)
        kinds = {field.name: field.dataType for field in _schema(session)}
        if wrong := [each.name for each in frame.schema if kinds.get(each.name, each.dataType) != each.dataType]:
            raise not_canonical(wrong)
        names = [each if each in frame.columns else f"cast(null as {kinds[each].simpleString()}) as {each}"
                 for each in DOSSIER.names]  # fmt: skip
        rows = frame.selectExpr(*names)
        for name in ("given", "every"):
            rows.createOrReplaceTempView(name)
        rows.limit(0).createOrReplaceTempView("kept")
        place.mkdir(exist_ok=True)
        connection = duckdb.connect(config={"temp_directory": str(place / "duckdb"), "memory_limit": "3GB"})
        connection.from_arrow(session.sql(_PAIRS).toArrow()).create("every")
        return _Reduced(connection, _Cluster(session), session, place)

    return opened


def _schema(session: Any) -> Any:
    return session.createDataFrame(DOSSIER.empty_table()).schema
