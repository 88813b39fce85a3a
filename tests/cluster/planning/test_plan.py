"""A plan for an old cluster, as real controllers write what it is made of."""

import json
from collections.abc import Mapping

from tests.builders import version
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Json, age_pods
from tests.cluster.nodes import ON_VIRTUAL_NODES
from webhook.cli.planned_cluster import plan_for
from webhook.cli.policy_option import Aim
from webhook.cluster.credentials import Credentials
from webhook.policy.pod_document import PLATFORM_VERSION
from webhook.policy.policy import Policy
from webhook.recreation.planning import Planned, Wishes
from webhook.recreation.scope import Scope

CONTAINERS = [{"name": "main", "image": "registry.invalid/web:1"}]
SURE = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
RUNS_TO_AN_END = {"containers": CONTAINERS, "restartPolicy": "Never"} | ON_VIRTUAL_NODES


def template(name: str, annotations: Mapping[str, str] | None = None) -> Json:
    metadata = {"labels": {"app": name}, "annotations": dict(annotations or {})}
    return {"metadata": metadata, "spec": {"containers": CONTAINERS} | ON_VIRTUAL_NODES}


def workload(kind: str, name: str, replicas: int, *, pin: str = "", **spec: object) -> Json:
    given = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}} | spec
    given["template"] = template(name, {PLATFORM_VERSION: pin} if pin else None)
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": given}


def budget(name: str, app: str, **terms: object) -> Json:
    spec = {"selector": {"matchLabels": {"app": app}}, **terms}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": spec}


OLD_CLUSTER = [
    workload("Deployment", "web", 3),
    workload("Deployment", "once", 1),
    workload("Deployment", "held", 2, strategy=SURE),
    budget("held", "held", maxUnavailable=0),
    workload("Deployment", "stuck", 2, strategy={"type": "Recreate"}),
    budget("stuck", "stuck", minAvailable="100%"),
    workload("Deployment", "pinned", 1, pin="1.0.0"),
    workload("Deployment", "paused", 1, paused=False),
    workload("StatefulSet", "db", 3, serviceName="db", minReadySeconds=2),
    budget("db", "db", maxUnavailable=1),
    workload("StatefulSet", "twice", 1, serviceName="twice"),
    budget("twice-a", "twice", maxUnavailable=1),
    budget("twice-b", "twice", maxUnavailable=1),
    {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "night"},
        "spec": {"template": {"spec": RUNS_TO_AN_END}},
    },
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"}, "spec": RUNS_TO_AN_END},
]
PODS = 16


QUOTA = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few"}, "spec": {"hard": {"pods": "2"}}}


def planned(control_plane: ControlPlane, namespace: str) -> Planned:
    aim = Aim(Policy(target=version("1.26")))
    return plan_for(Credentials(str(control_plane.kubeconfig)), aim, Wishes(scope=Scope(namespace=namespace)))[2]


def ready(control_plane: ControlPlane, namespace: str) -> int:
    with control_plane.client() as client:
        pods = client.get(f"/api/v1/namespaces/{namespace}/pods").raise_for_status().json()["items"]
    conditions = [condition for pod in pods for condition in pod["status"].get("conditions", ())]
    return sum(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def counted(control_plane: ControlPlane, namespace: str) -> bool:
    """Whether they are, but for those of pods that two select: there a change of the pods has one of them counted."""
    with control_plane.client() as client:
        path = f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"
        found = client.get(path).raise_for_status().json()["items"]
    alone = [one["status"] for one in found if not one["metadata"]["name"].startswith("twice-")]
    return all(one["currentHealthy"] == one["expectedPods"] > 0 for one in alone)


def test_an_old_cluster_is_planned_as_its_controllers_describe_it(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    manifests = json.dumps({"apiVersion": "v1", "kind": "List", "items": OLD_CLUSTER})
    every_control_plane.kubectl("apply", "-n", namespace, "-f", "-", input=manifests)
    every_control_plane.wait_until("all pods to be ready", lambda: ready(every_control_plane, namespace) == PODS)
    every_control_plane.wait_until("the budgets to be counted", lambda: counted(every_control_plane, namespace))
    assert age_pods(every_control_plane, namespace, "1.0.0") == PODS
    every_control_plane.kubectl("rollout", "pause", "-n", namespace, "deployment/paused")

    made = planned(every_control_plane, namespace)
    assert [(step.workload.name, step.strategy.value, len(step.pods)) for step in made.plan.steps] == [
        ("web", "Evict", 3),
        ("db", "Evict", 3),
        ("held", "Restart", 2),
        ("once", "Restart", 1),
    ]
    db = made.plan.steps[1]
    assert ([pod.name for pod in db.pods], db.min_ready_seconds) == (["db-2", "db-1", "db-0"], 2)
    assert {one.workload.name: one.hindrance.value for one in made.plan.left_out} == {
        "bare": "BarePod",
        "night": "Job",
        "paused": "OwnerPaused",
        "pinned": "TemplatePinsVersion",
        "stuck": "BlockedByBudget",
        "twice": "TwoBudgets",
    }
    assert (made.in_scope, made.unfit, made.unknown) == (PODS, PODS, 0)


def test_where_a_quota_is_exceeded_nothing_is_evicted_that_could_not_come_back(
    control_plane: ControlPlane, namespace: str
) -> None:
    manifests = json.dumps({"apiVersion": "v1", "kind": "List", "items": [workload("Deployment", "web", 3)]})
    control_plane.kubectl("apply", "-n", namespace, "-f", "-", input=manifests)
    control_plane.wait_until("all pods to be ready", lambda: ready(control_plane, namespace) == 3)
    assert age_pods(control_plane, namespace, "1.0.0") == 3
    control_plane.kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(QUOTA))

    def left_out() -> list[tuple[str, str]]:
        return [(one.hindrance.value, one.why) for one in planned(control_plane, namespace).plan.left_out]

    control_plane.wait_until("the quota to be counted", lambda: bool(left_out()))
    why = f"ResourceQuota {namespace}/few has 3 of 2 pods, so new ones would be refused: let it allow more"
    assert left_out() == [("Quota", why)]

    pod = control_plane.kubectl("get", "pods", "-n", namespace, "-o", "name").stdout.splitlines()[0]
    control_plane.kubectl("delete", "-n", namespace, pod)
    failed = ["get", "events", "-n", namespace, "--field-selector", "reason=FailedCreate"]
    control_plane.wait_until("a refusal", lambda: "exceeded quota: few" in control_plane.kubectl(*failed).stdout)
