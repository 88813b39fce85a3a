"""The API server goes away while pods are recreated, and comes back: nothing raises, and nothing is missed."""

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.recreation.objects import make_bare_pod, make_workload, planned, ready_pods, uids, until
from webhook.cluster.recreating import RecreatingCluster
from webhook.recreation.seams import Eviction

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120, func_only=True)]


async def test_what_is_asked_meanwhile_is_answered_by_words_and_what_changed_is_told_after(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace)
    bare = make_bare_pod(every_control_plane, namespace)
    pods = await ready_pods(cluster, web, 2)
    (alone,) = await ready_pods(cluster, bare, 1)
    manifest = await cluster.save(planned(alone))
    assert manifest
    every_control_plane.stop_api_server()
    try:
        assert (await cluster.evict(planned(pods[0]))).eviction is Eviction.UNREACHABLE
        assert "cannot be reached" in await cluster.restart(web, alone.created_at)
        assert "cannot be reached" in await cluster.create(manifest)
        assert await cluster.save(planned(alone)) is None
        await cluster.note(web, "PodEvicted", "nobody hears this")
        while not cluster.stale_for():
            await cluster.changed(0.05)
        assert uids(await ready_pods(cluster, web, 2)) == uids(pods)  # what was known last
    finally:
        every_control_plane.start_api_server()
    every_control_plane.kubectl("scale", "deployment", "web", "-n", namespace, "--replicas=3")
    await ready_pods(cluster, web, 3)
    await until(cluster, lambda: not cluster.stale_for())
    assert (await cluster.evict(planned(pods[0]))).eviction is Eviction.ACCEPTED
    await until(cluster, lambda: cluster.pod(pods[0].uid) is None)
