"""What commands share: the bar of progress, and the areas their options name."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from cchc.store import snapshots
from cchc.text import Language, Progress, Text, UserError

_LEFT = Text("còn", "left:")


@contextmanager
def told(language: Language) -> Iterator[Progress]:
    """A bar with the time left on a terminal, nothing elsewhere."""
    form = f"{{desc}} {{bar}} {{percentage:3.0f}} % {_LEFT[language]} {{remaining}}"
    with tqdm(total=100, disable=None, bar_format=form, file=sys.stderr) as bar:

        def show(fraction: float, what: Text) -> None:
            bar.set_description_str(what[language])
            if fraction * 100 < bar.n:  # another work begins
                bar.reset()
            bar.update(round(fraction * 100) - bar.n)

        yield show


def datasets(options: argparse.Namespace) -> list[str]:
    """The areas the options name, all of them where they name none. Raises UserError for one that is not there."""
    known = snapshots.datasets(options.data)
    if options.dataset is None:
        return known
    if options.dataset not in known:
        raise UserError(
            Text(
                f"Chưa có khu vực {options.dataset}; hiện có: {', '.join(known) or 'không có'}.",
                f"There is no dataset {options.dataset}; there are: {', '.join(known) or 'none'}.",
            )
        )
    return [options.dataset]
