"""Since when the dossiers of an area are all there once an import is published, and how that is said."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cchc.store import density, tables
from cchc.store.density import Coverage
from cchc.text import LANGUAGES, Text, UserError, date, number


@dataclass(frozen=True)
class Since:
    """What will be covered, what receipts alone would say, what was covered before (None: there was nothing), and how
    many dossiers were received before the first day covered."""

    coverage: Coverage
    dense: datetime.date
    was: datetime.date | None
    earlier: int

    @property
    def declared(self) -> str:
        """The declared first day in ISO form, "" where it was found."""
        return self.coverage.start.isoformat() if self.coverage.declared else ""

    def describe(self) -> list[Text]:
        """The same as sentences for the reader."""
        vi, en = (date(self.coverage.start, language) for language in LANGUAGES)
        said = (
            Text(f"Số liệu có từ ngày {vi}, như đã khai.", f"The data covers {en} on, as declared.")
            if self.coverage.declared
            else Text(
                f"Số liệu có từ ngày {vi}: từ ngày này hồ sơ được tiếp nhận đều (tự tìm; nếu khác thì khai ngày).",
                f"The data covers {en} on: receipts are dense from that day (found; declare another if it is wrong).",
            )
        )
        if not self.earlier:
            return [said]
        carried = Text(
            f"{number(self.earlier, 'vi')} hồ sơ tiếp nhận trước ngày đó chỉ tính là kỳ trước chuyển sang.",
            f"Dossiers received before that day, only counted as carried in: {number(self.earlier, 'en')}.",
        )
        return [said, carried]


def find(
    connection: duckdb.DuckDBPyConnection,
    dossiers: Sequence[Path],
    before: Coverage | None,
    declared: datetime.date | None,
) -> Since | None:
    """What the merged `dossiers` (Parquet files) cover, from what was covered `before` them and what is `declared` of
    this export; None where there are none. What was declared once stays, and an earlier day extends it."""
    tables.stored(connection, dossiers).create_view("merged")
    receipts = density.receipts_in(connection, "merged")
    if not receipts:
        return None
    kept = [before.start] if before and before.declared else []
    first = min([*kept, *([declared] if declared else [])], default=None)
    coverage = density.of(receipts, first.isoformat() if first else "")
    earlier = sum(count for day, count in receipts.items() if day < coverage.start)
    return Since(coverage, density.first_dense_day(receipts), before.start if before else None, earlier)


def check(declared: datetime.date | None, as_of: datetime.date) -> None:
    """Raises UserError where what is declared begins after the as-of date."""
    if declared and declared > as_of:
        raise UserError(
            Text(
                f"Ngày bắt đầu của số liệu {date(declared, 'vi')} sau ngày chốt {date(as_of, 'vi')}; sửa một trong "
                "hai ngày.",
                f"The first day covered, {date(declared, 'en')}, is after the as-of date {date(as_of, 'en')}; correct "
                "one of them.",
            )
        )
