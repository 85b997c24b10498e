"""Every unit's listed dossiers of the model's day against its unlisted ones, where no unit is without the model."""

from dataclasses import replace

from cchc.figures.query import Run
from cchc.findings.evaluation.design import Design, is_listed, read_outcome
from cchc.findings.evaluation.units import Counts, UnitResult, judged, ranked
from cchc.statistics import impact

Sides = tuple[Counts, Counts]


def each_unit(run: Run, design: Design) -> tuple[UnitResult, ...]:
    """A result per participant, the largest difference first: listed dossiers of the model's day, since less before,
    less the same of unlisted ones; whole weeks from a quarter of a year before the start."""
    counts = _counts(run, design)
    sure = impact.surely(
        list(counts), lambda miss: {unit: impact.net_change(*sides, miss) for unit, sides in counts.items()}
    )
    return ranked(
        (
            judged(design, unit, listed, impact.net_change(listed, unlisted), unit in sure)
            for unit, (listed, unlisted) in counts.items()
        ),
        design,
    )


def _counts(run: Run, design: Design) -> dict[str, tuple[Sides, Sides]]:
    """Listed and unlisted (top, bottom) before and since, of every participant."""
    asked = replace(design.of(design.participants, design.complete_weeks), weekdays=design.model.weekdays)
    frame = read_outcome(run, design, asked, by=["unit", "listed"], grain="week")
    is_since = [day.date() >= design.first_week for day in frame["period"]]
    sums = frame.assign(listed=is_listed(frame, design), is_since=is_since)
    found = sums.groupby(["unit", "listed", "is_since"])[["top", "bottom"]].sum().to_dict("index")

    def sides(unit: str, listed: bool) -> Sides:
        before, since = (found.get((unit, listed, each), {"top": 0, "bottom": 0}) for each in (False, True))
        return (int(before["top"]), int(before["bottom"])), (int(since["top"]), int(since["bottom"]))

    return {unit: (sides(unit, True), sides(unit, False)) for unit in design.participants}
