"""A cluster on the night before its upgrade: workloads of every sort, and all their pods on platforms of the past."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.cluster import staging
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Json, age_pods, at_once
from tests.cluster.recreation.objects import POD_SPEC, make, make_budget, make_workload
from webhook.policy.pod_document import PLATFORM_VERSION
from webhook.recreation.plan import WorkloadRef

_PATIENCE = 300.0
"""Seconds for all pods to run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many there are of each sort."""

    guarded: int
    """Deployments of four pods, under a budget that lets one be away."""
    free: int
    """Deployments of three pods that no budget selects."""
    stateful: int
    """StatefulSets of three pods, under a budget that lets one be away."""
    single: int
    """Deployments of one pod, under a budget that lets none be away."""
    jobs: int
    """Jobs that run, and as many runs of CronJobs."""
    bare: int

    @property
    def pods(self) -> int:
        """How many pods there are in all, with the two whose template is pinned."""
        owned = self.guarded * 4 + self.free * 3 + self.stateful * 3 + self.single
        return owned + 2 * self.jobs + self.bare + 2


SMALL = Size(guarded=4, free=2, stateful=3, single=2, jobs=1, bare=3)
"""40 pods."""
LARGE = Size(guarded=40, free=22, stateful=16, single=9, jobs=4, bare=7)
"""300 pods."""
_EVICTED = ("guarded", "free", "stateful", "bare")
MADE_ANEW = (*_EVICTED, "single")
"""The sorts whose pods the command makes anew: it restarts those that are single, and leaves the others."""


def one_at_a_time(missed: Mapping[str, int]) -> bool:
    """Whether of each workload whose pods are evicted one was missed at once, and of the others none."""
    return {(name.partition("-")[0], most) for name, most in missed.items()} == {(sort, 1) for sort in _EVICTED}


def stage_old_cluster(control_plane: ControlPlane, namespace: str, size: Size) -> dict[str, WorkloadRef]:
    """Make it all in a namespace, and return the workloads by name once every pod runs and is old.

    New pods get the current platform, but for those of ``pinned-0``, until its template is mended. Half of the pods
    of the past have the version 1.0.0 and the others, whose workloads have odd numbers, none.
    """
    made: dict[str, WorkloadRef] = {}

    def keep(workload: WorkloadRef) -> None:
        made[workload.name] = workload

    def workload(kind: str, replicas: int, name: str, **template: Json) -> None:
        labels = {"staged-parity": "odd" if int(name[-1]) % 2 else "even"} | template.pop("labels", {})
        keep(make_workload(control_plane, namespace, kind, replicas, name=name, labels=labels, **template))

    at_once(lambda number: workload("Deployment", 4, f"guarded-{number}"), range(size.guarded))
    at_once(lambda number: workload("Deployment", 3, f"free-{number}"), range(size.free))
    at_once(lambda number: workload("StatefulSet", 3, f"stateful-{number}"), range(size.stateful))
    at_once(lambda number: workload("Deployment", 1, f"single-{number}"), range(size.single))
    pinned = {"labels": {staging.PLATFORM: "1.0.0"}, "annotations": {PLATFORM_VERSION: "1.0.0"}}
    workload("Deployment", 2, "pinned-0", **pinned)
    bare = staging.ending_by_uid({"metadata": {}, "spec": POD_SPEC})
    at_once(lambda number: keep(make(control_plane, namespace, "Pod", f"bare-{number}", bare)), range(size.bare))
    at_once(lambda number: keep(_make_job(control_plane, namespace, number)), range(size.jobs))
    at_once(lambda number: keep(_run_cron_job(control_plane, namespace, number)), range(size.jobs))
    _await_pods(control_plane, namespace, size.pods)
    age_pods(control_plane, namespace, "1.0.0")
    age_pods(control_plane, namespace, None, "staged-parity=odd")
    budgets = [(f"guarded-{number}", 3) for number in range(size.guarded)]
    budgets += [(f"stateful-{number}", 2) for number in range(size.stateful)]
    budgets += [(f"single-{number}", 1) for number in range(size.single)]
    at_once(lambda budget: make_budget(control_plane, namespace, budget[1], app=budget[0]), budgets)
    return made


def _job_spec() -> Json:
    return {"template": {"spec": POD_SPEC | {"restartPolicy": "Never"}}}


def _make_job(control_plane: ControlPlane, namespace: str, number: int) -> WorkloadRef:
    return make(control_plane, namespace, "Job", f"job-{number}", {"spec": _job_spec()})


def _run_cron_job(control_plane: ControlPlane, namespace: str, number: int) -> WorkloadRef:
    name = f"cron-{number}"
    spec = {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": _job_spec()}}
    made = make(control_plane, namespace, "CronJob", name, {"spec": spec})
    control_plane.kubectl("create", "job", f"{name}-now", f"--from=cronjob/{name}", "-n", namespace)
    return made


def _await_pods(control_plane: ControlPlane, namespace: str, count: int) -> None:
    with control_plane.client() as client:

        def run() -> bool:
            pods = client.get(f"/api/v1/namespaces/{namespace}/pods").raise_for_status().json()["items"]
            return len(pods) == count and all(pod["status"]["phase"] == "Running" for pod in pods)

        control_plane.wait_until(f"{count} pods to run", run, _PATIENCE)
