"""One dossier in words: whether it kept its deadline and why, and what a service model promised it."""

import datetime
from collections.abc import Mapping
from typing import Any

import pandas as pd

from cchc.rules.service_models import ServiceModel
from cchc.store.snapshots import Snapshot
from cchc.text import LANGUAGES, Language, Text, both, date, number


def answer(row: Mapping[Any, Any], snapshot: Snapshot) -> Text:
    """The verdict, and where a model promised something, whether that was kept: on time by the deadline alone is not
    all."""
    said, model = verdict(row, snapshot), model_of(row, snapshot)
    if model is None:
        return said
    what, came = promised(row, snapshot), kept(row, snapshot)
    return Text(
        f"{said.vi} {model.name.vi} cam kết {what.vi}. {came.vi}.",
        f"{said.en} {model.name.en} promised: {what.en}. {came.en}.",
    )


def verdict(row: Mapping[Any, Any], snapshot: Snapshot) -> Text:
    """Where a dossier (a row of `lookup.one`) stands against its deadline on the data date, and by which dates."""
    due, ended, as_of = (_day(day) for day in (row["due_on"], row["ended_on"], snapshot.as_of))
    if row["status"] == "withdrawn":
        vi, en = (date(ended, language) for language in LANGUAGES)
        return Text(f"Đã trả lại hoặc rút ngày {vi}.", f"Withdrawn or returned on {en}.")
    if row["status"] == "waiting":
        return Text(
            "Đang chờ người nộp bổ sung, nên tính là trong hạn.",
            "Waiting for a supplement, which counts as within the deadline.",
        )
    if due is None:
        return _undated(ended)
    word = _WORDS[row["outcome"] if ended else "open_overdue" if _day(row["overdue_on"]) else "open_within"]
    until = ended or as_of
    assert until is not None
    between = abs((until - due).days)

    def said(language: Language) -> str:
        days = Text(f" {number(between, 'vi')} ngày", f" by {number(between, 'en')} days") if between else Text("", "")
        end = Text("kết thúc", "ended") if ended else Text("tính đến", "as of")
        times = _moment(row["due_at"], language), _moment(row["finished_at"], language)
        last = times[1] if ended and times[1] else date(until, language)
        about = Text(f"hẹn trả {times[0]}, {end.vi} {last}", f"due {times[0]}, {end.en} {last}")
        return f"{word[language]}{days[language]}: {about[language]}{_BY_DAY[language] if by_day else ''}."

    # Two hours that say the opposite of the verdict need the rule beside them.
    timed = row["due_at"].time() != datetime.time()
    by_day = row["outcome"] == "on_day" and timed and bool(row["finished_at"] > row["due_at"])
    return both(said)


_BY_DAY = Text("; tính theo ngày, hết ngày hẹn mới quá hạn", "; days count, so it is late only after that day")


_WORDS = {
    "early": Text("Trước hạn", "Early"),
    "on_day": Text("Đúng hạn", "On the day due"),
    "late": Text("Quá hạn", "Late"),
    "open_overdue": Text("Đang giải quyết, đã quá hạn", "Open and overdue"),
    "open_within": Text("Đang giải quyết, còn trong hạn", "Open, within the deadline"),
}


def _undated(ended: datetime.date | None) -> Text:
    if ended is None:
        return Text("Đang giải quyết, không có ngày hẹn trả.", "Open, without a due date.")
    vi, en = (date(ended, language) for language in LANGUAGES)
    return Text(
        f"Kết thúc ngày {vi}; không có ngày hẹn trả nên tính là đúng hạn, như phần mềm một cửa tính.",
        f"Ended on {en}; without a due date it counts as on time, as the official software counts.",
    )


def model_of(row: Mapping[Any, Any], snapshot: Snapshot) -> ServiceModel | None:
    """The service model that promised a dossier something."""
    return next((model for model in snapshot.declared.models if model.id == row["model"]), None)


def promised(row: Mapping[Any, Any], snapshot: Snapshot) -> Text:
    """What a model promised a dossier: filing online, or the day and, for one received after the cut-off, the hour of
    its result; empty without a promise."""
    model, day = model_of(row, snapshot), _day(row["promised_on"])
    if model is None:
        return Text("", "")
    if model.promise == "online":
        return Text("nộp trực tuyến", "filed online")
    if model.promise == "open":
        return Text(
            "nhận thêm ngoài ngày, giờ thường lệ; không hẹn giờ trả", "received at extra hours; no time promised"
        )
    if model.promise == "minutes":
        return Text(f"trong {model.minutes} phút", f"within {model.minutes} minutes")
    if day is None:
        return Text("không rõ giờ tiếp nhận", "hour of receipt unknown")
    vi, en = (date(day, language) for language in LANGUAGES)
    if day == _day(row["received_on"]):
        return Text(f"trong ngày {vi}", f"by the end of {en}")
    return Text(f"trước {model.deadline:%H:%M} {vi}", f"by {model.deadline:%H:%M} on {en}")


def kept(row: Mapping[Any, Any], snapshot: Snapshot) -> Text:
    """Whether the promise was kept, and if not, what was missed: when the result came, or that it has not."""
    model = model_of(row, snapshot)
    if model is None:
        return Text("", "")
    for condition, said in (
        (model.promise == "open", Text("", "")),
        (row["model_unknown"], Text("Không rõ: tệp không ghi giờ", "Not known: the export has no hour")),
        (not row["model_due"], Text("Chưa đến hạn hoặc ngoài cam kết", "Not due, or outside the promise")),
        (row["model_kept"], Text("Đúng cam kết", "Promise kept")),
        (model.promise == "online", Text("Không đúng: không nộp trực tuyến", "Broken: not filed online")),
    ):
        if condition:
            return said
    if pd.isna(row["finished_at"]):
        vi, en = (date(snapshot.as_of, language) for language in LANGUAGES)
        return Text(f"Không đúng: chưa trả đến {vi}", f"Broken: no result by {en}")
    vi, en = (_moment(row["finished_at"], language) for language in LANGUAGES)
    return Text(f"Không đúng: trả {vi}", f"Broken: result {en}")


def _day(value: Any) -> datetime.date | None:
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, datetime.datetime) else value


def _moment(at: Any, language: Language) -> str:
    """A time as it is written; midnight is a bare date."""
    if pd.isna(at):
        return ""
    hour = "" if at.time() == datetime.time() else f"{at:%H:%M} "
    return hour + date(at.date(), language)
