"""``report`` on a live cluster: the whole truth, or a failure."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import pod, running
from tests.commands import Ended, Run
from tests.fake_api import Behaviour, CloseAtOnce, ContinueExpired, Cut, FakeApi, Normal, Silent, Status
from webhook.cluster import objects
from webhook.inventory import taking
from webhook.inventory.backoff import Backoff

FIT, OLD, ODD = running("fit", "1.1.0"), running("old", "1.0.0"), running("odd", "9")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries without the waiting."""
    monkeypatch.setattr(taking, "Backoff", lambda **_: Backoff(floor=0.01, ceiling=0.02))


@pytest.fixture
def three_pages(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of which only the last has the pod that is unfit."""
    monkeypatch.setattr(objects, "_PAGE", 2)
    for name in "abcd":
        api.cluster.put(running(name, "1.1.0"))
    api.cluster.put(running("unfit", "1.0.0"))


def report(run: Run, kubeconfig: Path, *options: object) -> Ended:
    return run("report", "--target", "1.26", "--kubeconfig", kubeconfig, *options)


def source_of(ended: Ended) -> Any:
    return json.loads(ended.out)["source"]


@pytest.mark.parametrize(
    ("pods", "code", "readiness"),
    [
        ([], 0, "Ready"),
        ([FIT, pod("unbound")], 0, "Ready"),
        ([FIT, OLD], 3, "NotReady"),
        ([FIT, ODD], 4, "Unknown"),
        ([OLD, ODD], 3, "NotReady"),
    ],
)
def test_the_exit_code_tells_the_readiness(
    pods: list[Any], code: int, readiness: str, run: Run, api: FakeApi, kubeconfig: Path
) -> None:
    for one in pods:
        api.cluster.put(one)
    ended = report(run, kubeconfig, "-o", "json")
    assert (ended.code, json.loads(ended.out)["readiness"]) == (code, readiness)
    assert source_of(ended)["kubernetesVersion"] == "v1.24.17-fake"
    assert source_of(ended)["description"] == f"fake ({api.url})"
    assert source_of(ended)["takenAt"]
    assert len(ended.err.splitlines()) == (1 if code == 4 else 0)


def test_an_object_that_cannot_be_read_makes_it_unknown(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(FIT)
    api.cluster.put_encoded("team-a", "poison", b'{"metadata":{"name":"poison","namespace":"team-a"},"spec":5}')
    ended = report(run, kubeconfig, "-o", "json")
    assert ended.code == 4
    assert [found["place"] for found in json.loads(ended.out)["unreadable"]] == ["pod team-a/poison"]


@pytest.mark.usefixtures("three_pages")
def test_every_page_is_read(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    ended = report(run, kubeconfig, "-o", "json")
    assert (ended.code, json.loads(ended.out)["counts"]["eciPods"]) == (3, 5)
    queries = [one.query for one in api.requests_of("list pods")]
    assert [set(query) for query in queries] == [{"limit"}, {"limit", "continue"}, {"limit", "continue"}]
    assert not api.requests_of("watch pods")


@pytest.mark.usefixtures("three_pages")
@pytest.mark.parametrize(
    "behaviours",
    [
        pytest.param([Cut(after=100)], id="cut"),
        pytest.param([Status(403)], id="403"),
        pytest.param([Status(500)], id="500"),
        pytest.param([Status(429, retry_after=0)], id="429"),
        pytest.param([Status(410)], id="410"),
        pytest.param([CloseAtOnce()], id="nothing"),
        pytest.param([CloseAtOnce(reset=True)], id="reset"),
        pytest.param([Status(200, body=b'{"kind":"PodList","items":[')], id="half a page"),
        pytest.param([Status(200, body=b'{"kind":"Status","status":"Failure"}')], id="no list"),
        pytest.param([Status(500, body=b'{"message":"\xff"}')], id="a refusal that is not UTF-8"),
    ],
)
@pytest.mark.parametrize("first", [[], [Normal()], [Normal(), Normal()]], ids=["page 1", "page 2", "page 3"])
def test_a_list_that_goes_on_failing_is_a_failure_of_the_tool_and_never_a_short_list(
    first: list[Behaviour], behaviours: list[Behaviour], run: Run, api: FakeApi, kubeconfig: Path
) -> None:
    api.script("list pods", *((first + behaviours) * 20))
    ended = report(run, kubeconfig, "-o", "json")
    assert (ended.code, ended.out) == (1, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("eci-upgrade-guard: the cluster could not be read: ")
    assert len(api.requests_of("list pods")) <= 4 * 3


@pytest.mark.usefixtures("three_pages")
@pytest.mark.parametrize(
    "behaviours",
    [
        pytest.param([Normal(), ContinueExpired()], id="410 midway"),
        pytest.param([Normal(), Normal(), ContinueExpired()], id="410 at the end"),
        pytest.param([Status(500), Status(503), Status(504)], id="500s"),
        pytest.param([Normal(), Status(429, retry_after=0)], id="429 midway"),
    ],
)
def test_a_list_that_fails_for_a_while_is_read_whole_in_the_end(
    behaviours: list[Behaviour], run: Run, api: FakeApi, kubeconfig: Path
) -> None:
    api.script("list pods", *behaviours)
    ended = report(run, kubeconfig, "-o", "json")
    assert (ended.code, json.loads(ended.out)["counts"]["eciPods"]) == (3, 5)
    assert api.pending() == {}


def test_a_list_without_an_answer_is_a_failure(
    run: Run, api: FakeApi, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_PAGE_WITHIN", 0.1)
    api.always("list pods", Silent())
    ended = report(run, kubeconfig)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines() == [
        "eci-upgrade-guard: the cluster could not be read: the API server was silent for too long"
    ]


def test_one_namespace_may_be_looked_at_alone(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(running("fit", "1.1.0", namespace="team-a"))
    api.cluster.put(running("old", "1.0.0", namespace="team-a-too"))
    for name in ("team-a", "team-a-too"):
        api.cluster.put_namespace({"metadata": {"name": name}})
    ended = report(run, kubeconfig, "-n", "team-a", "-o", "json")
    assert (ended.code, json.loads(ended.out)["summary"][:28]) == (0, "Ready in namespace team-a: o")
    assert {one.path for one in api.requests_of("list pods")} == {"/api/v1/namespaces/team-a/pods"}
    assert report(run, kubeconfig, "-n", "team-a-too").code == 3
    mistyped = report(run, kubeconfig, "-n", "team-b")
    assert (mistyped.code, mistyped.out) == (1, "")
    assert "there is no namespace team-b" in mistyped.err


@pytest.mark.parametrize("behaviour", [Status(403), Status(500), Cut(after=5)])
@pytest.mark.parametrize("kind", ["list namespaces", "version"])
def test_what_decides_nothing_may_be_forbidden(
    behaviour: Behaviour, kind: Any, run: Run, api: FakeApi, kubeconfig: Path
) -> None:
    api.always(kind, behaviour)
    api.cluster.put(OLD)
    assert report(run, kubeconfig).code == 3


def test_pods_of_a_namespace_that_goes_to_eci_are_pending(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put_namespace({"metadata": {"name": "team-a", "labels": {"eci": "true"}}})
    api.cluster.put(pod("unbound"))
    shown = report(run, kubeconfig, "--show", "all", "-o", "json")
    (finding,) = json.loads(shown.out)["findings"]
    assert (shown.code, finding["reason"], "eci=true" in finding["evidence"]) == (0, "NoInstanceYet", True)
    api.cluster.put_namespace({"metadata": {"name": "team-a"}})
    assert json.loads(report(run, kubeconfig, "--show", "all", "-o", "json").out)["findings"] == []
