"""What a model promised and kept: by unit, week, month, quarter and procedure, and what stands behind its numbers."""

import datetime
from dataclasses import dataclass, replace

import pandas as pd

from cchc.figures import trust
from cchc.figures.filters import Filters
from cchc.figures.periods import Kind, Period, containing
from cchc.figures.query import Run
from cchc.findings.evaluation.design import Design
from cchc.statistics.compare import wilson
from cchc.store.coverage import is_covered
from cchc.text import LANGUAGES, Language, Text, date, number, percent

COUNTS = (
    "model_received", "model_due", "model_kept", "model_broken", "model_unknown", "next_day_received", "next_day_due",
    "next_day_kept",
)  # fmt: skip
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Promises:
    """Frames with the counts of a model (model_received, _due, _kept, _broken, _unknown, next_day_*), `all_received`
    (everything filed on model days) and the rate of kept promises with its interval (rate, low, high).

    `total` is one row. `procedures`: level, procedure, model_received, all_received (since the start, on any day).
    `online`, where a model promises that beside something else: its dossiers filed online, and all of known channel.
    `never` are the listed procedures nobody used on a model day. `filed` counts everything filed since the start.
    """

    total: pd.DataFrame
    by_unit: pd.DataFrame
    by_week: pd.DataFrame
    by_unit_and_week: pd.DataFrame
    by_day_and_unit: pd.DataFrame
    procedures: pd.DataFrame
    never: tuple[str, ...]
    filed: int
    online: tuple[int, int] | None
    sentence: Text

    @property
    def worst_first(self) -> pd.DataFrame:
        """`by_unit`, the lowest rate first, of equal ones that with most due; units with nothing due last."""
        return self.by_unit.sort_values(["rate", "model_due"], ascending=[True, False], na_position="last")

    @property
    def most_used_first(self) -> pd.DataFrame:
        """`procedures`, those with most dossiers of the model first."""
        return self.procedures.sort_values(["model_received", "all_received"], ascending=False)

    def weeks_of_most_broken(self, most: int) -> pd.DataFrame:
        """`by_unit_and_week` of the units with most broken promises, `most` at the most."""
        units = self.by_unit.sort_values("model_broken", ascending=False, kind="stable")["unit"].head(most)
        return self.by_unit_and_week[self.by_unit_and_week["unit"].isin(units)]

    @property
    def broken_weeks(self) -> int:
        """How many weeks have a broken promise."""
        return int((self.by_week["model_broken"] > 0).sum())

    @property
    def used(self) -> int:
        """How many entries of the list are used."""
        return int((self.procedures["model_received"] > 0).sum())


def promises(run: Run, design: Design) -> Promises:
    """What was promised since the start and kept so far, on model days at the participating units."""
    # Asked by whole weeks, from the first one's Monday on, whose days before the first model day are left out again.
    since = max(design.first_week, containing("week", design.data_start).start)
    days = replace(design.of(design.participants, Period(since, design.as_of)), weekdays=design.model.weekdays)
    cells = run([*COUNTS, "received"], days, by=["unit", "listed", "weekday"], grain="week")
    cells = cells.rename(columns={"received": "all_received"})
    cells["day"] = cells["period"] + pd.to_timedelta(cells["weekday"].astype(int) - 1, unit="D")
    cells = cells[cells["day"] >= pd.Timestamp(design.first_model_day)]
    mine = _is_listed(cells["listed"], design)
    # A dossier of another model on the same weekday is filed that day, but not under this one.
    cells[list(COUNTS)] = cells[list(COUNTS)].where(mine, 0)
    sums = [*COUNTS, "all_received"]
    by_unit = cells.groupby("unit")[sums].sum().reindex(list(design.participants), fill_value=0).reset_index()
    procedures, filed = _procedures(run, design)
    total = with_rate(cells[sums].sum().to_frame().T)
    online = _online(run, design, days) if design.model.is_online_too else None
    return Promises(
        total=total,
        by_unit=with_rate(by_unit),
        by_week=with_rate(cells.groupby("period")[sums].sum().reset_index()),
        by_unit_and_week=cells.groupby(["unit", "period"])[sums].sum().reset_index(),
        by_day_and_unit=cells.groupby(["day", "unit"])[sums].sum().reset_index(),
        procedures=procedures,
        never=_never(procedures),
        filed=filed,
        online=online,
        sentence=_joined(_sentence(design, total.iloc[0]), online),
    )


def by_period(promises: Promises, kind: Kind) -> pd.DataFrame:
    """The counts by month, quarter or whatever `kind`: period (its first day), counts, rate, low, high.

    Dossiers belong to the period of the model day, because that is when they were received.
    """
    days = promises.by_day_and_unit
    starts = [pd.Timestamp(containing(kind, each.date()).start) for each in days["day"]]
    sums = days.assign(period=starts).groupby("period")[[*COUNTS, "all_received"]].sum().reset_index()
    return with_rate(sums)


def with_rate(frame: pd.DataFrame) -> pd.DataFrame:
    """The share of kept promises among those due, with Wilson's 95 % interval; NaN where none was due."""
    due = frame["model_due"].where(frame["model_due"] > 0)
    low, high = wilson(frame["model_kept"].to_numpy(float), due.to_numpy(float))
    return frame.assign(rate=frame["model_kept"] / due, low=low, high=high)


def _procedures(run: Run, design: Design) -> tuple[pd.DataFrame, int]:
    """Listed procedures per level with what was received of them, and everything received since the start."""
    known, model = design.references, design.model
    shared = any(" " in ids for ids in known.listed_table["listed"].to_pylist())
    # Only where two models list one procedure must the weekday tell them apart.
    by = ["level", "procedure", "listed", *(["weekday"] if shared else [])]
    frame = run(["model_received", "received"], design.of(design.participants, design.after), by=by)
    filed = int(frame["received"].sum())
    if shared:
        frame["model_received"] = frame["model_received"].where(frame["weekday"].isin(model.weekdays), 0)
    sums = (
        frame[_is_listed(frame["listed"], design)].groupby(["level", "procedure"])[["model_received", "received"]].sum()
    )
    listed = [
        (listing.level, procedure.id)
        for listing in model.listings
        for procedure in known.procedures.values()
        if listing.covers(procedure.id, procedure.field) and _is_offered(design, listing.level, procedure.id)
    ]
    rows = sums.reindex(pd.MultiIndex.from_tuples(dict.fromkeys(listed), names=["level", "procedure"]), fill_value=0)
    return rows.rename(columns={"received": "all_received"}).reset_index(), filed


def _online(run: Run, design: Design, days: Filters) -> tuple[int, int]:
    rows = run(["model_received"], days, by=["channel", "listed"])
    counts = rows[_is_listed(rows["listed"], design)].groupby("channel")["model_received"].sum()
    return int(counts.get("online", 0)), int(counts.drop("unknown", errors="ignore").sum())


def _joined(said: Text, online: tuple[int, int] | None) -> Text:
    """The sentence on the promise, with that on the promise to file online beside it."""
    if not online or not online[1]:
        return said
    vi, en = (
        [number(online[0], each), number(online[1], each), percent(online[0] / online[1], each)] for each in LANGUAGES
    )
    return Text(
        f"{said.vi} Cam kết nộp trực tuyến: {vi[0]} trong {vi[1]} hồ sơ của mô hình ({vi[2]}).",
        f"{said.en} The promise to file online: {en[0]} of {en[1]} dossiers of the model ({en[2]}).",
    )


def _never(procedures: pd.DataFrame) -> tuple[str, ...]:
    """Listed procedures nobody used at any level."""
    used = procedures.groupby("procedure", sort=False)["model_received"].sum()
    return tuple(used.index[used == 0])


def _is_offered(design: Design, level: str, procedure: str) -> bool:
    """Whether that level handles the procedure at all, where the references say so, and takes part in the model."""
    levels = design.references.procedures[procedure].levels
    taking_part = {design.references.units[unit].level for unit in design.participants}
    return level in taking_part and (not levels or level in levels)


def _is_listed(lists: pd.Series, design: Design) -> pd.Series:
    return pd.Series([design.model.id in str(ids).split() for ids in lists], index=lists.index, dtype=bool)


def _sentence(design: Design, total: pd.Series) -> Text:
    """What was promised and kept, as one sentence."""
    day = design.days
    if design.model.promise == "open":
        return Text(
            f"Mô hình không hẹn giờ trả; {number(total['model_received'], 'vi')} hồ sơ thuộc danh mục đã được nhận "
            "trong thời gian của mô hình.",
            f"No time is promised for a result; {number(total['model_received'], 'en')} listed dossiers were received "
            "in the model's time.",
        )
    untimed = trust.untimed(total)
    if untimed and not trust.is_timed(total):
        return Text(
            f"Không đánh giá việc thực hiện cam kết: {untimed.vi}.",
            f"Whether the promise was kept is not judged: {untimed.en}.",
        )
    if not total["model_due"]:
        return Text(
            f"Chưa có hồ sơ nào của mô hình đến hạn cam kết từ ngày {date(design.start.day, 'vi')}.",
            f"No promise of the model has fallen due since {date(design.start.day, 'en')}.",
        )

    def said(language: Language) -> tuple[str, ...]:
        counts = [number(total[name], language) for name in ("model_kept", "model_due", "model_broken")]
        return (*counts, percent(total["rate"], language))

    vi, en = said("vi"), said("en")
    if design.model.promise == "online":
        return Text(
            f"Vào {day.vi}, {vi[0]} trong {vi[1]} hồ sơ thuộc danh mục được nộp trực tuyến ({vi[3]}).",
            f"On {day.en} {en[0]} of {en[1]} listed dossiers were filed online ({en[3]}).",
        )
    rest = Text(f"; {untimed.vi}", f"; {untimed.en}") if untimed else Text("", "")
    return Text(
        f"Thực hiện đúng cam kết với {vi[0]} trong {vi[1]} hồ sơ đã đến hạn ({vi[3]}); {vi[2]} hồ sơ không đúng"
        f"{rest.vi}.",
        f"The promise was kept for {en[0]} of {en[1]} dossiers due ({en[3]}); it was broken for {en[2]}{rest.en}.",
    )


@dataclass(frozen=True)
class Quarters:
    """The numerator of the outcome by unit in the quarter before the start's and in the start's, of either as many days
    as the data has of the later one: unit, first, second, total, increase."""

    first: Period
    second: Period
    by_unit: pd.DataFrame

    def names(self, language: Language) -> tuple[str, str]:
        """What the two are called, with their days where those are not all."""
        first, second = self.first, self.second
        return _quarter(first.start).counted(first, language), _quarter(second.start).counted(second, language)


def quarters(run: Run, design: Design) -> Quarters | None:
    """The table of the Thursday report (báo cáo 03/BC-TCT): what the model is meant to move, quarter against quarter.

    None where the outcome's numerator is not a count of its own, or the data does not cover the first quarter.
    """
    [*names] = design.outcome.numerator
    if len(names) != 1:
        return None
    quarter = _quarter(design.start.day)
    first = quarter.alike(quarter.previous(), design.snapshot.as_of)
    second = Period(quarter.start, min(quarter.end, design.snapshot.as_of))
    if not is_covered(first, design.snapshot):
        return None
    counts = {
        place: run(names, design.of(design.participants, period), by=["unit"]).set_index("unit")[names[0]]
        for place, period in (("first", first), ("second", second))
    }
    table = pd.DataFrame(counts).reindex(list(design.participants), fill_value=0).fillna(0).astype(int)
    table = table.rename_axis("unit").reset_index()
    table = table.assign(total=table["first"] + table["second"], increase=table["second"] - table["first"])
    return Quarters(first, second, table)


def _quarter(day: datetime.date) -> Period:
    return containing("quarter", day)
