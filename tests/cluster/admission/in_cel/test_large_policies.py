"""However large the policy is, an API server takes what is written, and grants what it costs to evaluate it."""

from typing import Any

import pytest

from tests.builders import policy
from tests.cluster.admission.in_cel.asking import Asked, ask_api_server, ask_guard
from tests.cluster.admission.in_cel.drawing import workload_spec
from tests.cluster.admission.in_cel.holding import holding
from tests.cluster.admission.objects import new_pod
from tests.cluster.control_plane import ControlPlane
from webhook.admission.in_cel.admission_policy import MAX_EXPRESSION
from webhook.policy.evidence import NODE_NAME_PATTERNS, EvidenceRules
from webhook.policy.exemptions import Exemption
from webhook.policy.matrix import VENDOR_MATRIX, Support
from webhook.policy.modes import UnsetAtCreate
from webhook.policy.patterns import Patterns
from webhook.policy.policy import Policy

Json = dict[str, Any]

LONGEST_NAME = ".".join(["a" * 63] * 3 + ["b" * 61])
"""Of a node."""
LONGEST_VERSION = "1.0.0" + " " * 240_000 + "x"
"""Annotations have 256 KiB in all."""
GROUPS = tuple(f"cn=team-{number},ou=groups,dc=example,dc=com" for number in range(200))


def exemption(number: int) -> Exemption:
    return Exemption(
        reason=f"ticket OPS-{number}, " + "x" * 150,
        namespaces=frozenset(f"team-{number}-{one}" for one in range(5)) if number % 2 else frozenset(),
        users=frozenset(f"system:serviceaccount:team-{number}-{one}:restore" for one in range(5)),
        groups=frozenset(f"cn=restorers-{number}-{one},ou=groups,dc=example,dc=com" for one in range(5)),
        pod_labels={f"example.com/label-{one}": f"value-{one}" for one in range(3)} if number % 2 else {},
    )


def large(namespace: str) -> Policy:
    """100 exemptions, of which the last is for bob, 50 patterns, a matrix of 500 rows."""
    last = Exemption(reason="the last", namespaces=frozenset({namespace}), users=frozenset({"bob"}), pod_labels={})
    patterns = [f"^cn-[a-z]+-{number}\\.vnd-([a-z0-9]+-)*{number}$" for number in range(50)]
    row = Support(source="us", ends_before=policy().target)
    return policy(
        unset_at_create=UnsetAtCreate.JUDGE,
        exemptions=(*(exemption(number) for number in range(99)), last),
        evidence=EvidenceRules(
            node_names=Patterns([*NODE_NAME_PATTERNS, *patterns]),
            pod_labels={f"example.com/pool-{number}": "eci" for number in range(50)},
        ),
        matrix=VENDOR_MATRIX.with_rows({f"2.{number}.0": row for number in range(500)}),
    )


def largest(_: str) -> Policy:
    """A pattern as long as is written at all."""
    pattern = f"^({'|'.join(f'cn-{number}' for number in range(12_200))})$"
    assert MAX_EXPRESSION - 2_000 < len(pattern) < MAX_EXPRESSION
    return policy(evidence=EvidenceRules(node_names=Patterns([pattern])))


@pytest.mark.timeout(180, func_only=True)  # to read so much takes the API server some seconds
@pytest.mark.parametrize(
    "make", [pytest.param(large, id="large"), pytest.param(largest, id="largest", marks=pytest.mark.long)]
)
def test_each_verdict_is_the_guards(control_plane: ControlPlane, namespace: str, make: Any) -> None:
    chosen = make(namespace)
    pods = [
        new_pod("web", version, nodeName=node)
        for version in ("1.0.0", "2.499.0", "1.1.0", "v9", LONGEST_VERSION, None)
        for node in ("cn-x-49.vnd-a-49", "cn-10399", LONGEST_NAME, None)
    ]
    objects = [*pods, *({"apiVersion": "apps/v1", "kind": "Deployment"} | as_deployment(pod) for pod in pods)]
    with holding(control_plane, {namespace: chosen}), control_plane.client() as client:
        for obj in objects:
            for user in ("anna", "bob"):
                asked = Asked(obj, namespace, {}, user, GROUPS)
                assert ask_api_server(asked, client) == ask_guard(asked, chosen)


def as_deployment(pod: Json) -> Json:
    return {"metadata": {"name": "web"}, "spec": workload_spec("Deployment", pod)}
