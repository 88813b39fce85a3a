"""Control planes that the tests share, and a namespace of its own for each test."""

import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.cluster import VERSIONS, default_version
from tests.cluster.building import Missing
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import make_namespaces
from tests.cluster.programs import find_programs
from tests.cluster.starting import start_control_plane

_Starter = Callable[[str], ControlPlane]
_FIXTURES = {"control_plane", "every_control_plane", "both_control_planes"}
_PATIENCE = 60
"""Seconds for a test, without the time in which a control plane is started, and its programs perhaps built."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        asked = _FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if asked and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_PATIENCE, func_only=True))


@pytest.fixture(scope="session")
def _started(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[_Starter]:
    known: dict[str, ControlPlane] = {}

    def start(version: str) -> ControlPlane:
        if version not in known:
            try:
                with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
                    find_programs(version)  # shows what it builds, if it must
            except Missing as missing:
                pytest.skip(str(missing))
            known[version] = start_control_plane(version, tmp_path_factory.mktemp(f"cluster-{version}") / "state")
        return known[version]

    yield start
    for one in known.values():
        one.stop()


@pytest.fixture(scope="session")
def control_plane(_started: _Starter) -> ControlPlane:
    """The version that the environment chooses, or the newest."""
    return _started(default_version())


@pytest.fixture(scope="session", params=VERSIONS)
def every_control_plane(request: pytest.FixtureRequest, _started: _Starter) -> ControlPlane:
    """One version after the other."""
    return _started(request.param)


@pytest.fixture(scope="session")
def both_control_planes(_started: _Starter) -> tuple[ControlPlane, ControlPlane]:
    """The newest, as one that manages, and the oldest, as one that runs what is managed."""
    return _started(VERSIONS[0]), _started(VERSIONS[-1])


@pytest.fixture
def namespace(request: pytest.FixtureRequest) -> Iterator[str]:
    """A new one, in whichever of the control planes the test asks for; pods can be created in it."""
    every = "every_control_plane" in request.fixturenames
    chosen: ControlPlane = request.getfixturevalue("every_control_plane" if every else "control_plane")
    name = f"test-{secrets.token_hex(4)}"
    with chosen.client() as client:
        make_namespaces(client, [name])
        yield name
        client.delete(f"/api/v1/namespaces/{name}")  # goes on in the background
