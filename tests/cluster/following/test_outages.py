"""Bad weather of the real kind: the guard answers through it, says how old its data is, and comes back by itself."""

import time
from pathlib import Path

import httpx2
import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, age_pods, fill
from tests.cluster.following.comparing import assert_same_as_a_fresh_list
from tests.cluster.guarding import guarding, report_of
from tests.server.running_guard import RunningGuard

# An API server that is started anew takes its time on a busy machine, and its controllers take more.
pytestmark = pytest.mark.timeout(240, func_only=True)


def ready(guard: RunningGuard) -> bool:
    return httpx2.get(f"{guard.health}/readyz", trust_env=False).is_success


def test_an_api_server_that_is_away_is_waited_for(control_plane: ControlPlane, namespace: str, tmp_path: Path) -> None:
    fill(control_plane, Filling(workloads=1, pods_each=4, namespaces=(namespace,)))
    age_pods(control_plane, namespace, "1.0.0")
    with guarding(control_plane, tmp_path, "--stale-after", "10") as guard:
        assert report_of(guard)["readiness"] == "NotReady"
        before = report_of(guard, target="1.24")
        control_plane.stop_api_server()
        try:
            away = time.monotonic()
            while report_of(guard, target="1.24")["readiness"] != "Unknown":
                assert time.monotonic() < away + 30
                time.sleep(0.1)
            report = report_of(guard, target="1.24")
            assert "the API server was last heard at" in report["summary"]
            assert report["counts"] == before["counts"]
            assert report_of(guard)["readiness"] == "NotReady"  # what is known to be unfit stays so
            assert ready(guard)
        finally:
            control_plane.start_api_server()
        age_pods(control_plane, namespace, "1.1.0")  # the watch tells of it, and so everybody knows that it is back
        control_plane.wait_until("the guard to be back", lambda: report_of(guard)["source"]["complete"])
        assert_same_as_a_fresh_list(control_plane, guard)
        _, log = guard.stop()
    assert log[-1]["asked"]["lists"] <= 2  # one more where the API server, begun anew, forgot what it had seen
    assert log[-1]["asked"]["failures"] <= 25


def test_history_that_the_api_server_forgot_is_listed_anew(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    with guarding(control_plane, tmp_path) as guard:
        control_plane.forget_history()
        fill(control_plane, Filling(workloads=1, pods_each=3, namespaces=(namespace,)))
        age_pods(control_plane, namespace, None)
        assert_same_as_a_fresh_list(control_plane, guard)
        age_pods(control_plane, namespace, "1.0.0")
        assert_same_as_a_fresh_list(control_plane, guard)
        _, log = guard.stop()
    assert log[-1]["asked"]["lists"] <= 3
