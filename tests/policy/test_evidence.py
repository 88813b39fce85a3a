"""How ECI pods are told from others, in four grades."""

import sys
from typing import Any

import msgspec
import pytest

from tests.builders import ORDINARY_NODE, VIRTUAL_NODE, Json, facts_of_json, pod
from webhook.policy.evidence import Evidence, EvidenceRules, Grade
from webhook.policy.patterns import InvalidPattern, Patterns
from webhook.policy.pod_document import PodDocument
from webhook.policy.pod_shape import PodShape

VIRTUAL_NODES = [
    "virtual-kubelet-cn-hangzhou-j",
    "virtual-kubelet",
    "virtual-node-eci-0",
    "virtual-node-eci-12",
    "cn-hangzhou.vnd-2ze2qhf8lmp5kgsx",
]
OTHER_NODES = [
    "cn-hangzhou.10.0.12.7",
    "virtual-kubelets",
    "my-virtual-kubelet-1",
    "virtual-node-eci-x",
    "virtual-node-1",
    "cn-hangzhou.vnd-",
    "worker-1",
]


def shape(one: Json) -> PodShape:
    return PodShape.of(msgspec.convert(one, PodDocument))


def grade(one: Json, rules: EvidenceRules | None = None) -> Grade:
    facts = facts_of_json(one | {"status": {"phase": "Pending"}}, rules)
    return facts.grade if facts else Grade.NONE


def spec(**fields: object) -> Json:
    return pod() | {"spec": fields}


def affinity(*terms: list[Json]) -> Json:
    selector = {"nodeSelectorTerms": [{"matchExpressions": term} for term in terms]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": selector}}


VIRTUAL = {"key": "type", "operator": "In", "values": ["virtual-kubelet"]}
AMD64 = {"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64"]}


@pytest.mark.parametrize("node", [VIRTUAL_NODE, ORDINARY_NODE, None])
def test_an_eci_instance_id_is_certain_whatever_the_node_is_called(node: str | None) -> None:
    assert grade(pod(instance_id="eci-1", node=node)) is Grade.CERTAIN


@pytest.mark.parametrize("node", VIRTUAL_NODES)
def test_a_virtual_nodes_name_binds(node: str) -> None:
    assert grade(pod(node=node)) is Grade.BOUND


@pytest.mark.parametrize("node", OTHER_NODES)
def test_no_other_nodes_name_does(node: str) -> None:
    assert grade(pod(node=node)) is Grade.NONE


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(pod(labels={"alibabacloud.com/eci": "true"}), id="label"),
        pytest.param(pod(labels={"eci": "true"}), id="old label"),
        pytest.param(spec(nodeSelector={"type": "virtual-kubelet"}), id="node selector"),
        pytest.param(spec(nodeSelector={"k8s.aliyun.com/vnode": "true"}), id="node selector of a VNode"),
        pytest.param(spec(affinity=affinity([VIRTUAL])), id="node affinity"),
        pytest.param(spec(affinity=affinity([AMD64, VIRTUAL], [VIRTUAL])), id="node affinity in every term"),
        pytest.param(pod(platform_version="1.1.0"), id="declared platform version"),
        pytest.param(
            pod() | {"metadata": {"annotations": {"alibabacloud.com/burst-resource": "eci_only"}}},
            id="burst annotation",
        ),
    ],
)
def test_asking_for_eci_is_intent(one: Json) -> None:
    assert grade(one) is Grade.INTENDED


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(pod(), id="nothing"),
        pytest.param(pod(labels={"alibabacloud.com/eci": "false"}), id="label false"),
        pytest.param(spec(nodeSelector={"type": "virtual"}), id="node selector of something else"),
        pytest.param(spec(nodeSelector=["type"]), id="node selector of another shape"),
        pytest.param(spec(affinity=affinity([VIRTUAL], [AMD64])), id="affinity with another way out"),
        pytest.param(spec(affinity=affinity([VIRTUAL | {"key": "pool"}])), id="affinity to another label"),
        pytest.param(spec(affinity=affinity([VIRTUAL | {"operator": "NotIn"}])), id="affinity to all other nodes"),
        pytest.param(spec(affinity=affinity([VIRTUAL | {"values": ["virtual-kubelet", "x"]}])), id="affinity to two"),
        pytest.param(spec(affinity=affinity()), id="affinity without terms"),
        pytest.param(spec(affinity={"nodeAffinity": 5}), id="affinity of another shape"),
        pytest.param(spec(tolerations=[{"key": "virtual-kubelet.io/provider", "operator": "Exists"}]), id="toleration"),
        pytest.param(pod(platform_version=""), id="empty platform version"),
    ],
)
def test_what_may_land_anywhere_is_no_evidence(one: Json) -> None:
    assert grade(one) is Grade.NONE


@pytest.mark.parametrize(
    "asks",
    [{"labels": {"alibabacloud.com/eci": "true"}}, {"platform_version": "1.0.0"}],
    ids=["label", "platform version"],
)
def test_a_pod_on_an_ordinary_node_is_not_eci_whatever_it_asks_for(asks: Json) -> None:
    assert grade(pod(node=ORDINARY_NODE, **asks)) is Grade.NONE


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(pod(node=VIRTUAL_NODE, labels={"alibabacloud.com/acs": "true"}), id="label"),
        pytest.param(pod(node=VIRTUAL_NODE, instance_id="acs-1"), id="instance id in ECI's annotation"),
        pytest.param(
            pod(node=VIRTUAL_NODE) | {"metadata": {"annotations": {"alibabacloud.com/instance-id": "acs-1"}}},
            id="instance id",
        ),
    ],
)
def test_acs_pods_share_the_virtual_nodes_and_are_not_eci(one: Json) -> None:
    assert grade(one) is Grade.NONE


def test_an_eci_instance_outweighs_an_acs_label() -> None:
    assert grade(pod(instance_id="eci-1", labels={"alibabacloud.com/acs": "true"})) is Grade.CERTAIN


def test_in_a_serverless_cluster_every_pod_is_eci_but_those_of_acs() -> None:
    serverless = EvidenceRules(every_pod=True)
    assert grade(pod(), serverless) is Grade.INTENDED
    assert grade(pod(node=ORDINARY_NODE), serverless) is Grade.BOUND
    assert grade(pod(node=ORDINARY_NODE, labels={"alibabacloud.com/acs": "true"}), serverless) is Grade.NONE


def test_the_sign_says_why_every_pod_of_it_is() -> None:
    assert EvidenceRules(every_pod=True).weigh(shape(pod()), "").sign == "every pod of the cluster is ECI"


def test_patterns_and_labels_can_be_set() -> None:
    rules = EvidenceRules(node_names=Patterns(["^edge-"]), pod_labels={"pool": "burst"})
    assert grade(pod(node="edge-1"), rules) is Grade.BOUND
    assert grade(pod(labels={"pool": "burst"}), rules) is Grade.INTENDED
    assert grade(pod(node=VIRTUAL_NODE), rules) is Grade.NONE


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)", "(?<!a)b", "(a{1000}){1000}", "(", "a**"])
def test_a_pattern_that_re2_cannot_run_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidPattern):
        Patterns([pattern])


def test_a_pattern_that_would_explode_elsewhere_is_linear_here() -> None:
    assert not Patterns([r"^(a+)+$", r"^(a|a)*b$"]).matches("a" * 100_000 + "!")


def test_what_is_too_long_for_a_name_is_judged_and_not_kept() -> None:
    """Or a few forged requests would fill the memory."""
    patterns, text = Patterns(["^virtual-kubelet"]), "virtual-kubelet" + "x" * 100_000
    before = sys.getrefcount(text)
    assert patterns.matches(text)
    assert sys.getrefcount(text) == before


@pytest.mark.parametrize("labels", [{"alibabacloud.com/eci": "true"}, {"eci": "true"}], ids=str)
def test_the_label_of_a_namespace_asks_for_eci_on_behalf_of_its_pods(labels: dict[str, str]) -> None:
    rules = EvidenceRules()
    sign = rules.sign_of_namespace(labels)
    assert sign.startswith("namespace label ")
    assert rules.weigh(shape(pod()), sign) == Evidence(Grade.INTENDED, sign)


@pytest.mark.parametrize("labels", [{}, {"eci": "false"}, {"eci": True}, {"team": "a"}], ids=str)
def test_other_labels_of_a_namespace_say_nothing(labels: dict[str, Any]) -> None:
    assert EvidenceRules().sign_of_namespace(labels) == ""


def test_what_the_pod_itself_says_outweighs_its_namespace() -> None:
    rules, sign = EvidenceRules(), "namespace label eci=true"
    assert rules.weigh(shape(pod(node=ORDINARY_NODE)), sign).grade is Grade.NONE
    assert rules.weigh(shape(pod(labels={"alibabacloud.com/acs": "true"})), sign).grade is Grade.NONE
    assert rules.weigh(shape(pod(node=VIRTUAL_NODE)), sign).grade is Grade.BOUND
