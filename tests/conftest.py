"""What all tests share: Hypothesis profiles, a data folder nobody else owns, the demo data published once."""

import functools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from cchc.store.snapshots import Snapshot
from tests import building

# A test states what is true, not how fast this machine is: no deadlines.
settings.register_profile("test", deadline=None, max_examples=45, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("check", settings.get_profile("test"), max_examples=20)
settings.load_profile("test")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything under tests/browser/ is marked `browser`, under tests/office/ `office`."""
    for item in items:
        place = item.path.relative_to(Path(__file__).parent).parts[0]
        if place in ("browser", "office"):
            item.add_marker(place)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data folder and the language of whoever runs the tests are out of reach."""
    monkeypatch.setenv("CCHC_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("CCHC_LANG", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _one_search_for_components() -> Iterator[None]:
    """Streamlit looks through every installed package for components whenever a test draws a page: once will do."""
    from streamlit.components.v2 import manifest_scanner

    search = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", search)
        yield


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder with the demo datasets of the documents, published once for all workers; never write to it."""
    from cchc import demo

    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    data = shared / "demo-data"
    published = shared / "demo-data.published"
    with FileLock(shared / "demo-data.lock"):
        if not published.exists():
            demo.publish_all(data, datasets=demo.DOCUMENTED)
            published.touch()
    return data


@pytest.fixture(scope="session")
def tra_cu(demo_data: Path) -> Snapshot:
    """The demo data of the area with the Thursday model."""
    return building.current(demo_data, "tra-cu")


@pytest.fixture(scope="session")
def thanh_ha(demo_data: Path) -> Snapshot:
    """The demo data of the area with the Friday model."""
    return building.current(demo_data, "thanh-ha")


@pytest.fixture(scope="session")
def my_hao(demo_data: Path) -> Snapshot:
    """The demo data of the area without a model."""
    return building.current(demo_data, "my-hao")


@pytest.fixture
def own_demo_data(demo_data: Path, tmp_path: Path) -> Path:
    """A copy of the demo data for a test that publishes, damages or removes something."""
    return shutil.copytree(demo_data, tmp_path / "data", symlinks=True)
