"""What the demo data of each dataset must add up to: published totals, and assumptions where nothing was published."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_BOTH = ("district", "commune")


@dataclass(frozen=True)
class Stretch:
    """Dossiers received from `start` to `end`, both included: exact counts per level and channel.

    `online` counts all units, `online_of` fixes it for some of them; `busier` multiplies the size of a unit;
    `growth` and `online_growth` are the logarithms of how much volume and the taste for filing online change from
    the first to the last day; `model`, if given, is the exact number within the scope of the weekly model;
    `mixes` are those of this time where they differ from the plan's.
    """

    start: date
    end: date
    received: Mapping[str, int]
    online: int
    online_of: Mapping[str, int] = field(default_factory=dict)
    postal: int = 0
    busier: Mapping[str, float] = field(default_factory=dict)
    growth: float = 0.0
    online_growth: float = 0.0
    model: int | None = None
    mixes: dict[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Closing:
    """How the dossiers of `levels` received up to `end` and not ended before the previous closing stand at `end`.

    `open` remain, of which `overdue` are past their deadline and `waiting` wait for the citizen; all others end in
    between: `late`, `withdrawn` and `early` of them so, the rest on the due day. Without `early`, `early_share` of
    those that could be early are. `late_online` is the share of late dossiers among those filed online.
    """

    end: date
    levels: tuple[str, ...]
    open: int
    late: int
    withdrawn: int
    early: int | None = None
    early_share: float = 0.3
    overdue: int = 0
    waiting: int = 0
    late_online: float | None = None


@dataclass(frozen=True)
class Digitised:
    """Shares of dossiers received (components) and ended (results) from `start` to `end` that are digitised."""

    start: date
    end: date
    components: float
    results: float
    growth: float


@dataclass(frozen=True)
class Province:
    """What dossiers say since there are only provinces and communes: from `since` on the counter that received them,
    one in so many (`elsewhere`) another than the office responsible; the `source`, for some fields that of a ministry;
    and of all that could, the share that is filed on the days of a model that receives at another time (`extra`)."""

    since: date
    elsewhere: float
    source: str
    ministries: Mapping[str, str]
    extra: float


@dataclass(frozen=True)
class Plan:
    """One demo dataset. `code` is the province's and the district's part of the official dossier number; `spread` says
    how unlike in volume units without a size are (the deviation of its logarithm)."""

    dataset: str
    code: str
    as_of: date
    sizes: Mapping[str, float]
    mixes: dict[str, Mapping[str, float]]
    stretches: tuple[Stretch, ...]
    closings: tuple[Closing, ...]
    digitised: tuple[Digitised, ...]
    online_taste: Mapping[str, float] = field(default_factory=dict)
    late_weight: Mapping[str, float] = field(default_factory=dict)
    broken_promises: int = 0
    spread: float = 0.0
    province: Province | None = None


# Dossiers in a thousand or so, assumed. Certified copies dominate every commune; zero means listed and never used.
_COMMUNE_MIX = {
    "2.000815": 430, "2.000884": 60, "2.001035": 45, "2.000908": 5, "2.000942": 6, "2.000913": 3, "2.000927": 2,
    "2.001019": 0, "2.001016": 8, "2.001406": 12, "2.001009": 6,
    "1.001193": 70, "1.000656": 25, "1.000894": 22, "2.000635": 90, "1.004873": 55, "1.001022": 3, "1.004859": 12,
    "1.004837": 1, "1.004845": 0, "1.000689": 3, "1.004884": 6, "1.004772": 3, "2.000986": 14, "2.001023": 4,
    "2.002516": 2,
    "1.001776": 22, "1.001731": 8, "1.001699": 7, "1.001653": 4, "1.001739": 0.3, "1.001753": 2, "1.001758": 1,
    "1.011607": 4, "1.011608": 2, "1.011609": 3,
    "1.010833": 6, "1.010801": 1, "1.010803": 4, "1.010814": 1, "1.010824": 3, "2.002307": 2, "2.002308": 1,
    "2.001263": 0.8, "1.012812": 3, "1.013724": 3, "2.002821": 1,
}  # fmt: skip
_DISTRICT_MIX = {
    "2.000815": 150, "2.000843": 20, "2.000884": 25, "2.000992": 10, "2.001008": 30, "2.001044": 15, "2.001050": 2,
    "2.001052": 2, "2.000908": 2,
    "2.000528": 3, "1.001766": 0, "2.000806": 8, "2.000748": 35, "2.002189": 6, "2.000554": 4, "2.000547": 2,
    "2.000635": 40,
    "1.001612": 90, "2.000720": 30, "1.001570": 12, "1.001266": 25, "2.000575": 5,
    "1.011441": 110, "1.011443": 90,
    "1.012753": 40, "1.012783": 110, "1.012784": 60, "1.012786": 10, "1.012796": 25, "2.001283": 3,
}  # fmt: skip
# Trà Cú names land first among the fields of its district one-stop.
_LAND_MIX = _DISTRICT_MIX | {
    "1.011441": 60, "1.011443": 50,
    "1.012753": 70, "1.012783": 180, "1.012784": 120, "1.012786": 25, "1.012796": 50,
}  # fmt: skip

# Sources: báo cáo 03/BC-TCT ngày 12/7/2023 for totals per level, online dossiers and shares of late ones.
# Within April to June the report fixes the online dossiers of the six units in the model; how many of them came in
# June, and what July brought, is assumed so that the units start slowly and the start on 1 June shows.
TRA_CU = Plan(
    dataset="tra-cu",
    code="H59.49",
    as_of=date(2023, 7, 10),
    sizes={
        "849": 1, "29461": 6, "29462": 2.6, "29464": 12, "29467": 10.5, "29470": 6.5, "29473": 9, "29476": 13,
        "29479": 8, "29482": 8, "29485": 7, "29488": 9.5, "29489": 5, "29491": 11, "29494": 5.5, "29503": 8.5,
        "29506": 7.5, "29509": 6,
    },
    mixes={"commune": _COMMUNE_MIX, "district": _LAND_MIX},
    online_taste={"849": 0.2, "29461": 0.01, "29473": 0.01, "29476": 0.01, "29503": 0.02, "29509": 0.01},
    late_weight={"29491": 6, "29482": 4, "29464": 3, "29488": 0.2, "29506": 0.2, "29462": 0.3},
    stretches=(
        Stretch(date(2022, 1, 1), date(2022, 12, 31), {"district": 8253, "commune": 82208}, 8204,
                postal=310, online_growth=1.2),
        Stretch(date(2023, 1, 1), date(2023, 3, 31), {"district": 624, "commune": 14858}, 2138,
                {"849": 19, "29461": 2, "29473": 1, "29476": 3, "29503": 8, "29509": 1},
                postal=35, growth=0.9, online_growth=0.3),
        Stretch(date(2023, 4, 1), date(2023, 5, 31), {"district": 858, "commune": 25942}, 8019,
                {"849": 20, "29461": 6, "29473": 50, "29476": 264, "29503": 130, "29509": 31},
                postal=40, online_growth=0.8),
        Stretch(date(2023, 6, 1), date(2023, 6, 30), {"district": 134, "commune": 3056}, 2473,
                {"849": 58, "29461": 27, "29473": 223, "29476": 480, "29503": 245, "29509": 90},
                postal=6, busier={"29476": 2.2, "29503": 1.7, "29473": 1.6}),
        Stretch(date(2023, 7, 1), date(2023, 7, 10), {"district": 37, "commune": 834}, 702,
                {"849": 17, "29461": 9, "29473": 64, "29476": 135, "29503": 68, "29509": 26},
                busier={"29476": 2.2, "29503": 1.7, "29473": 1.6}),
    ),
    closings=(
        Closing(date(2022, 12, 31), ("district",), open=100, early=3028, late=12, withdrawn=0),
        Closing(date(2022, 12, 31), ("commune",), open=420, early=8732, late=169, withdrawn=0),
        Closing(date(2023, 3, 31), ("district",), open=60, late=7, withdrawn=3, early_share=0.4, late_online=0.0),
        Closing(date(2023, 3, 31), ("commune",), open=430, late=565, withdrawn=32, late_online=0.0626),
        Closing(date(2023, 5, 31), ("district",), open=40, late=3, withdrawn=4, early_share=0.5),
        Closing(date(2023, 5, 31), ("commune",), open=780, late=4, withdrawn=45),
        Closing(date(2023, 7, 10), ("district",), open=14, late=0, withdrawn=1, overdue=1, waiting=3),
        Closing(date(2023, 7, 10), ("commune",), open=210, late=0, withdrawn=9, overdue=4, waiting=27),
    ),
    digitised=(
        Digitised(date(2022, 1, 1), date(2022, 12, 31), 0.214, 0.182, 1.0),
        Digitised(date(2023, 1, 1), date(2023, 7, 10), 0.463, 0.417, 1.5),
    ),
)  # fmt: skip

# Sources: tin ngày 17/02/2024 (2023 totals, channels, shares and their change) and the report on the model (2,192).
# The volume of 2022 was not published; its rates are the published ones of 2023 less the published changes.
THANH_HA = Plan(
    dataset="thanh-ha",
    code="H23.38",
    as_of=date(2023, 12, 31),
    sizes={
        "294": 1, "10813": 13, "10816": 9.5, "10819": 4.5, "10825": 6, "10828": 7.5, "10831": 7, "10834": 6.5,
        "10840": 5.5, "10843": 6, "10846": 9, "10849": 4, "10852": 3.2, "10855": 5, "10861": 5.5, "10864": 11,
        "10867": 8, "10876": 5, "10879": 8.5, "10882": 6.5, "10885": 2.6,
    },
    mixes={"commune": _COMMUNE_MIX, "district": _DISTRICT_MIX},
    online_taste={"10885": 0.4, "10852": 0.5, "10846": 0.6, "10813": 1.6, "294": 0.5},
    late_weight={"10846": 5, "10864": 4, "10834": 3, "10813": 0.3, "10885": 0.2},
    broken_promises=34,
    stretches=(
        Stretch(date(2022, 1, 1), date(2022, 12, 31), {"district": 5700, "commune": 45600}, 16643,
                postal=180, online_growth=2.0),
        Stretch(date(2023, 1, 1), date(2023, 9, 28), {"district": 4320, "commune": 34727}, 33700, online_growth=0.5),
        Stretch(date(2023, 9, 29), date(2023, 12, 31), {"district": 1480, "commune": 11920}, 11979, model=2192),
    ),
    closings=(
        Closing(date(2022, 12, 31), _BOTH, open=325, late=173, withdrawn=240),
        Closing(date(2023, 12, 31), _BOTH, open=300, late=16, withdrawn=265, overdue=6, waiting=41),
    ),
    digitised=(
        Digitised(date(2022, 1, 1), date(2022, 12, 31), 0.60062, 0.57902, 1.6),
        Digitised(date(2023, 1, 1), date(2023, 12, 31), 0.99182, 0.98612, 0.4),
    ),
)  # fmt: skip

# The report of November 2024 publishes no dossiers: every number is an assumption.
MY_HAO = Plan(
    dataset="my-hao",
    code="H31.22",
    as_of=date(2024, 11, 30),
    sizes={
        "328": 1, "12103": 15, "12106": 7, "12109": 8, "12112": 6.5, "12115": 5, "12118": 12, "12121": 11,
        "12124": 9, "12127": 8, "12130": 7.5, "12133": 4.5, "12136": 3, "12139": 6,
    },
    mixes={"commune": _COMMUNE_MIX, "district": _DISTRICT_MIX | {"1.001612": 160, "2.000720": 60}},
    online_taste={"12136": 0.4, "12112": 0.6, "12103": 1.5},
    late_weight={"12118": 4, "12112": 3, "328": 3, "12139": 0.3},
    stretches=(
        Stretch(date(2024, 1, 1), date(2024, 6, 30), {"district": 5200, "commune": 17100}, 18400,
                postal=210, online_growth=0.8),
        Stretch(date(2024, 7, 1), date(2024, 11, 30), {"district": 4600, "commune": 14600}, 17300,
                postal=140, online_growth=0.4),
    ),
    closings=(
        Closing(date(2024, 6, 30), _BOTH, open=290, late=164, withdrawn=118),
        Closing(date(2024, 11, 30), _BOTH, open=255, late=81, withdrawn=104, overdue=14, waiting=46),
    ),
    digitised=(Digitised(date(2024, 1, 1), date(2024, 11, 30), 0.912, 0.874, 0.9),),
)  # fmt: skip

# Everything is assumed: a province across 01/07/2025, when districts ended and their procedures went to communes.
_COMMUNE_MIX_2025 = _COMMUNE_MIX | {"1.001612": 60, "2.000720": 20, "1.001266": 15, "1.012783": 40, "1.012784": 25}
_THEN, _SINCE = ("district", "commune"), ("province", "district", "commune")
HUNG_YEN = Plan(
    dataset="hung-yen",
    code="H31",
    as_of=date(2026, 10, 31),
    sizes={},
    spread=0.4,
    mixes={"commune": _COMMUNE_MIX, "district": _DISTRICT_MIX, "province": _DISTRICT_MIX},
    online_taste={"12103@2025-07-01": 2, "12004@2025-07-01": 2, "12427@2025-07-01": 0.2, "12391@2025-07-01": 0.3},
    late_weight={"12019@2025-07-01": 9, "12205@2025-07-01": 6, "12073@2025-07-01": 5, "12103@2025-07-01": 0.2},
    broken_promises=19,
    stretches=(
        Stretch(date(2024, 7, 1), date(2025, 6, 30), {"district": 5200, "commune": 20800}, 16300,
                postal=190, online_growth=0.8),
        Stretch(date(2025, 7, 1), date(2026, 1, 31), {"province": 2100, "commune": 19400}, 18600,
                postal=90, online_growth=0.6, mixes={"commune": _COMMUNE_MIX_2025}),
        Stretch(date(2026, 2, 1), date(2026, 10, 31), {"province": 2900, "commune": 27600}, 29100,
                postal=60, mixes={"commune": _COMMUNE_MIX_2025}),
    ),
    closings=(
        Closing(date(2025, 6, 30), _THEN, open=200, late=380, withdrawn=240),
        Closing(date(2025, 10, 31), _SINCE, open=230, late=610, withdrawn=330),
        Closing(date(2026, 3, 31), _SINCE, open=220, late=420, withdrawn=350),
        Closing(date(2026, 10, 31), _SINCE, open=290, late=390, withdrawn=520, overdue=35, waiting=80),
    ),
    digitised=(
        Digitised(date(2024, 7, 1), date(2025, 6, 30), 0.86, 0.82, 0.8),
        Digitised(date(2025, 7, 1), date(2026, 10, 31), 0.95, 0.93, 0.5),
    ),
    province=Province(
        since=date(2025, 7, 1), elsewhere=0.06, source="Hệ thống một cửa của tỉnh",
        ministries={"ho-tich": "Hệ thống của Bộ Tư pháp"}, extra=0.3,
    ),
)  # fmt: skip

# The areas of the documents this product was made from, whose figures are published.
DOCUMENTED = ("tra-cu", "thanh-ha", "my-hao")
PLANS = {plan.dataset: plan for plan in (TRA_CU, THANH_HA, MY_HAO, HUNG_YEN)}
# First day of the lunar year (Tết): fewer dossiers before it and in the two weeks after.
TET = (date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17))
