"""Each answer that the API server has for an eviction, provoked on a real one."""

import json

import pytest
from msgspec import structs

from tests.cluster import staging
from tests.cluster.access.accounts import Accounts
from tests.cluster.control_plane import ControlPlane
from tests.cluster.recreation.objects import (
    make_bare_pod,
    make_budget,
    make_workload,
    planned,
    ready_pods,
    uids,
    until,
)
from webhook.cluster.credentials import Credentials
from webhook.cluster.recreating import RecreatingCluster, connect_for_recreation
from webhook.recreation.seams import Eviction

pytestmark = pytest.mark.anyio


async def test_what_no_budget_holds_goes_and_its_workload_makes_another(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace)
    pod, other = await ready_pods(cluster, web, 2)
    assert (await cluster.evict(planned(pod))).eviction is Eviction.ACCEPTED
    await until(cluster, lambda: cluster.pod(pod.uid) is None)
    new = {one.uid for one in await ready_pods(cluster, web, 2)} - {pod.uid}
    assert other.uid in new
    assert len(new) == 2


async def test_a_budget_that_allows_none_is_told_with_its_arithmetic(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace)
    pod, _ = await ready_pods(cluster, web, 2)
    make_budget(every_control_plane, namespace, 2)
    for dry_run in (True, False):
        answer = await cluster.evict(planned(pod), dry_run=dry_run)
        assert answer.eviction is Eviction.BUDGET
        assert answer.said == "The disruption budget web needs 2 healthy pods and has 2 currently"


async def test_a_dry_run_takes_nothing_of_what_a_budget_allows(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace)
    pods = await ready_pods(cluster, web, 2)
    make_budget(every_control_plane, namespace, 1)
    for pod in (*pods, *pods):
        assert (await cluster.evict(planned(pod), dry_run=True)).eviction is Eviction.ACCEPTED
    assert uids(await ready_pods(cluster, web, 2)) == uids(pods)
    asked = ["get", "poddisruptionbudget", "web", f"--namespace={namespace}", "--output=jsonpath={.status}"]
    status = json.loads(every_control_plane.kubectl(*asked).stdout)
    assert (status["disruptionsAllowed"], status.get("disruptedPods")) == (1, None)
    assert (await cluster.evict(planned(pods[0]))).eviction is Eviction.ACCEPTED


async def test_two_budgets_over_one_pod_are_a_mistake_and_no_matter_of_waiting(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace)
    pod, _ = await ready_pods(cluster, web, 2)
    for name in ("one", "other"):
        make_budget(every_control_plane, namespace, 1, name=name)
    answer = await cluster.evict(planned(pod))
    assert answer.eviction is Eviction.TWO_BUDGETS
    assert "more than one PodDisruptionBudget" in answer.said


async def test_another_pod_of_the_same_name_is_left_alone(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace, "StatefulSet", 1)
    (pod,) = await ready_pods(cluster, web, 1)
    answer = await cluster.evict(structs.replace(planned(pod), uid="00000000-0000-0000-0000-000000000000"))
    assert answer.eviction is Eviction.GONE
    assert uids(await ready_pods(cluster, web, 1)) == [pod.uid]


async def test_a_pod_that_is_not_there_is_gone(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace, replicas=1)
    (pod,) = await ready_pods(cluster, web, 1)
    assert (await cluster.evict(structs.replace(planned(pod), name="never"))).eviction is Eviction.GONE


async def test_who_may_look_and_not_evict_is_told_that_it_is_the_right_that_is_missing(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster, accounts: Accounts
) -> None:
    web = make_workload(every_control_plane, namespace, replicas=1)
    (pod,) = await ready_pods(cluster, web, 1)
    accounts.make("onlooker")
    accounts.bind("onlooker", "view")
    accounts.wait_until_may("onlooker", "watch", "statefulsets.apps")
    async with connect_for_recreation(Credentials(str(accounts.kubeconfig("onlooker"))), namespace) as looked_at:
        assert looked_at.pod(pod.uid)
        answer = await looked_at.evict(planned(pod))
    assert answer.eviction is Eviction.FORBIDDEN
    assert 'cannot create resource "pods/eviction"' in answer.said


async def test_in_a_namespace_that_ends_nothing_is_evicted_nor_created(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    """Not even a pod that is on its way out already, as this one stays."""
    bare = make_bare_pod(every_control_plane, namespace, labels={staging.DELETION: "never"})
    (pod,) = await ready_pods(cluster, bare, 1)
    manifest = await cluster.save(planned(pod))
    assert manifest
    every_control_plane.kubectl("delete", "namespace", namespace, "--wait=false")
    await until(cluster, lambda: not cluster.alive(bare))
    answer = await cluster.evict(planned(pod))
    assert answer.eviction is Eviction.REFUSED
    for said in (answer.said, await cluster.create(manifest.replace('"bare"', '"other"'))):
        assert said.endswith(f"unable to create new content in namespace {namespace} because it is being terminated")
    assert await cluster.save(planned(pod)) is None
    every_control_plane.kubectl("delete", "pod", "bare", "-n", namespace, "--force", "--grace-period=0")
