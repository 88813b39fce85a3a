"""The image at work: nobody's user, no rights, nothing to write to."""

import json

import pytest

from tests.image.container import Container
from tests.image.engine import Engine
from webhook import __version__

REPORT = ("report", "--from", "/examples/pods.json", "--target", "1.26")
SERVE = ("serve", "--host", "0.0.0.0", "--policy", "/examples/policy.yaml", "--inventory", "/examples/pods.json")  # noqa: S104 -- in a network of its own


@pytest.fixture
def container(engine: Engine, image: str) -> Container:
    return Container(engine=engine, image=image)


def test_it_runs_the_program_of_this_tree(container: Container) -> None:
    assert container.run("--version").stdout == f"eci-upgrade-guard {__version__}\n"


@pytest.mark.parametrize("user", ["65532:65532", "1000770000:0", "0:0"], ids=["its own", "a cluster's choice", "root"])
def test_it_reports_whoever_it_runs_as(container: Container, user: str) -> None:
    done = container.run(*REPORT, options=(f"--user={user}",))
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith("Not ready: ")


def test_it_serves_answers_and_ends_when_it_is_told_to(container: Container) -> None:
    with container.serving(*SERVE) as serving:
        assert serving.told_by("asking.py")["response"].keys() >= {"uid", "allowed"}
        assert serving.stop() == 0
        assert [line for line in serving.log().splitlines() if json.loads(line)["level"] in ("error", "critical")] == []


def test_without_arguments_it_serves_by_the_policy_that_is_mounted(container: Container) -> None:
    done = container.run()
    assert done.returncode == 1
    assert done.stderr.startswith("eci-upgrade-guard: cannot read /etc/eci-upgrade-guard/policy.yaml: ")


def test_time_zones_are_known_where_the_base_has_none(container: Container) -> None:
    done = container.run("windows", "--policy", "/examples/policy.yaml", options=("--env=PYTHONTZPATH=",))
    assert done.returncode in (0, 5), done.stderr
    assert done.stderr == ""


def test_what_is_compiled_finds_its_libraries(container: Container) -> None:
    assert container.told_by("compiled.py") > 10


def test_nothing_that_it_loads_is_compiled_anew(container: Container) -> None:
    count, stale = container.told_by("loaded.py")
    assert count > 500
    assert stale == []
