"""Whatever a cluster looks like: every unfit pod is in one step or left out once, and a fit one only if restarted."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import Json
from webhook.policy.label_selector import LabelSelector
from webhook.recreation.bare_pods import Bare
from webhook.recreation.plan import LeftOut, Plan, Step, Strategy
from webhook.recreation.scope import Scope
from webhook.recreation.ways import Preference

from .objects import budget, controller, deployment, member, node, quota, rolling
from .sights import planned

VERSIONS = st.sampled_from(["1.0.0", None, "", "1.1.0", "0.9.0"])
NOT_FIT = ("1.0.0", None, "", "0.9.0")
LABELS = st.sampled_from([{"app": "web"}, {"app": "web", "tier": "db"}, {"tier": "db"}])


@st.composite
def workloads(draw: st.DrawFn, name: str) -> list[Json]:
    kind = draw(st.sampled_from(["Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "Job", "gone", "bare"]))
    replicas = draw(st.integers(0, 3))
    if kind == "Deployment":
        spec = {"paused": draw(st.booleans()), "strategy": draw(st.sampled_from([rolling(1, 0), {"type": "Recreate"}]))}
        top, owner, *_ = deployment(name, replicas=replicas, **spec)
        made = [top, owner]
    else:
        owner = controller("StatefulSet" if kind == "gone" else kind, name, replicas=replicas)
        made = [] if kind in ("gone", "bare", "DaemonSet") else [owner]
    pods = [
        member(
            None if kind == "bare" else owner,
            f"{name}-{place}",
            draw(VERSIONS),
            ready=draw(st.booleans()),
            deleting=draw(st.booleans()),
            labels=draw(LABELS),
        )
        for place in range(draw(st.integers(0, 3)))
    ]
    return made + pods


clusters = st.tuples(*(workloads(name) for name in ("a", "b", "c"))).map(
    lambda found: [x for one in found for x in one]
)
around = st.lists(
    st.sampled_from(
        [
            budget(),
            budget("db", labels={"tier": "db"}, desired=1, healthy=2, allowed=1, maxUnavailable=1),
            quota("3", "3"),
            quota("2", "3", name="exceeded"),
            node("virtual-kubelet-a", ready=False),
        ]
    ),
    max_size=2,
    unique_by=lambda one: one["kind"] + one["metadata"]["name"],
)
wishes: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "preference": st.sampled_from(Preference),
        "bare": st.sampled_from(Bare),
        "failing": st.lists(st.sampled_from(["deployments", "jobs", "poddisruptionbudgets", "nodes"]), max_size=1),
        "scope": st.sampled_from([Scope(), Scope(namespace="shop"), Scope(selector=LabelSelector({"tier": "db"}))]),
    }
)


def uids_in(plan: Plan) -> Counter[str]:
    held: list[Step | LeftOut] = [*plan.steps, *plan.left_out]
    return Counter(pod.uid for one in held for pod in one.pods)


@given(clusters, around, wishes)
def test_every_unfit_pod_is_in_one_step_or_left_out_once(
    cluster: list[Json], beside: list[Json], asked: dict[str, Any]
) -> None:
    made = planned(*cluster, *beside, **asked)
    annotation = "k8s.aliyun.com/eci-platform-version"
    versions = {
        one["metadata"]["uid"]: one["metadata"]["annotations"].get(annotation)
        for one in cluster
        if one["kind"] == "Pod" and asked["scope"].selector.selects(one["metadata"]["labels"])
    }
    unfit = {uid for uid, version in versions.items() if version in NOT_FIT}
    found = uids_in(made.plan)
    assert not unfit - set(found)
    assert set(found.values()) <= {1}
    restarted = {pod.uid for step in made.plan.steps if step.strategy is Strategy.RESTART for pod in step.pods}
    assert set(found) - restarted <= unfit
    assert made.unfit + made.unknown == len(unfit)


@given(clusters, around, wishes, st.randoms(use_true_random=False))
def test_the_order_of_lists_shows_nowhere(
    cluster: list[Json], beside: list[Json], asked: dict[str, Any], random: Any
) -> None:
    shuffled = [*cluster, *beside]
    random.shuffle(shuffled)
    assert planned(*shuffled, **asked) == planned(*cluster, *beside, **asked)


@given(clusters, around, wishes)
def test_no_workload_has_two_steps_and_none_is_empty(
    cluster: list[Json], beside: list[Json], asked: dict[str, Any]
) -> None:
    steps = planned(*cluster, *beside, **asked).plan.steps
    assert all(step.pods for step in steps)
    assert len({step.workload for step in steps}) == len(steps)
