"""A service model: did it keep its promise, and what did it change?"""

from cchc import ui
from cchc.periods import Period
from cchc.service_models import ServiceModel
from cchc.text import Text, date, number


def render(view: ui.View, model: ServiceModel) -> None:
    """What the model promised and kept since its start."""
    since = view.over(Period(model.start.day, max(view.snapshot.as_of, model.start.day)))
    kept = since.run(["model_kept_rate"], parts=True).iloc[0]
    top, bottom = kept["model_kept_rate_n"], kept["model_kept_rate_d"]
    ui.heading(
        since,
        Text(f"{model.name.vi} có giữ cam kết không?", f"Did {model.name.en} keep its promise?"),
        Text(
            f"Từ {date(model.start.day, 'vi')}: {number(top, 'vi')} trên {number(bottom, 'vi')} hồ sơ đúng cam kết.",
            f"Since {date(model.start.day, 'en')}: {number(top, 'en')} of {number(bottom, 'en')} dossiers kept it.",
        ),
    )
