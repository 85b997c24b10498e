"""What tests of findings share: the snapshot of their own module, asked as a page asks."""

import pytest

from cchc.figures.query import Run
from cchc.store.snapshots import Snapshot
from tests import building


@pytest.fixture(scope="module")
def run(snapshot: Snapshot) -> Run:
    """Questions about the snapshot that the module makes."""
    return building.run_of(snapshot)
