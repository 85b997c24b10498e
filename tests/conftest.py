"""What all tests share: Hypothesis profiles, a data folder nobody else owns, the demo data published once."""

import functools
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from cchc.store.snapshots import Snapshot
from tests import building, postgresql

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
    for name in ("CCHC_LANG", "CCHC_STORE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL that runs for these tests alone."""
    if (path := postgresql.find()) is None:
        if os.environ.get("CI"):
            pytest.fail(f"PostgreSQL is needed: {postgresql.COMMAND}")
        pytest.skip(f"needs PostgreSQL; run: sudo {postgresql.COMMAND}")
    with postgresql.running(path) as address:
        yield address


_NAMES = (f"store_{count}" for count in itertools.count())


@pytest.fixture
def new_database(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """`new_database()` makes an empty database the store from then on; the address of it."""

    made: list[str] = []

    def make() -> str:
        name = next(_NAMES)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"create schema {name}")
        address = server.replace("postgresql:", "postgresql+psycopg:") + f"&options=-csearch_path%3D{name}"
        monkeypatch.setenv("CCHC_STORE", address)
        made.append(address)
        return address

    yield make
    from cchc.access import engines

    for address in made:
        monkeypatch.setenv("CCHC_STORE", address)
        engines.writing(Path()).dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest) -> Callable[[], object]:
    """Each test twice, with either kind of store; `new_store()` begins another one, for another data folder."""
    if request.param == "sqlite":
        return lambda: None
    make: Callable[[], str] = request.getfixturevalue("new_database")
    make()
    return make


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
