"""Another policy while a cluster is followed: at once where that can be, and said to be unknown where it cannot."""

from pathlib import Path

import pytest

from tests.builders import in_force, policy, running, version
from tests.fake_api import FakeApi
from tests.weather.following import following
from tests.weather.gate import Gate
from webhook.inventory.pod_store import PodStore
from webhook.inventory.question import ask
from webhook.policy.evidence import NODE_NAME_PATTERNS, EvidenceRules
from webhook.policy.exemptions import Exemption
from webhook.policy.matrix import VENDOR_MATRIX, Support
from webhook.policy.patterns import Patterns
from webhook.policy.policy import Policy
from webhook.policy.verdict import Readiness

pytestmark = pytest.mark.anyio

EDGE = policy(evidence=EvidenceRules(node_names=Patterns([*NODE_NAME_PATTERNS, "^edge-"])))
ODD = running("odd", "1.1.0", instance_id=None, node="edge-1")
SHOWN = policy(matrix=VENDOR_MATRIX.with_rows({"1.0.0": Support(source="us", since=version("1.12"))}))
EXEMPTING = policy(
    exemptions=(Exemption(reason="a", namespaces=frozenset({"team-a"}), pod_labels={}, counts_as_ready=True),)
)


def readiness(store: PodStore, chosen: Policy) -> Readiness:
    now = in_force().taken_at
    return ask(store, chosen, chosen.target, now=now, complete=True).readiness


@pytest.mark.parametrize("chosen", [SHOWN, EXEMPTING])
async def test_what_is_known_is_judged_anew_at_once(api: FakeApi, kubeconfig: Path, chosen: Policy) -> None:
    api.cluster.put(running("old", "1.0.0"))
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        assert readiness(followed.live.store, policy()) is Readiness.NOT_READY
        before = followed.live.store.revision
        followed.live.adopt(chosen)
        assert followed.live.doubt() == ""
        assert readiness(followed.live.store, chosen) is Readiness.READY
        assert followed.live.store.revision > before
        assert followed.live.store.workloads.count(followed.live.store.standings) == 1
        followed.live.adopt(policy())
        assert readiness(followed.live.store, policy()) is Readiness.NOT_READY
    assert len(api.requests_of("list pods")) == 1


async def test_other_signs_of_eci_have_all_pods_listed_anew_and_until_then_it_is_unknown(
    api: FakeApi, kubeconfig: Path
) -> None:
    api.cluster.put(running("fit", "1.1.0"))
    api.cluster.put(ODD)
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        assert followed.names() == ["fit"]
        gate = Gate()
        api.script("list pods", gate)
        followed.live.adopt(EDGE)
        assert "read anew" in followed.live.doubt()
        assert "read anew" in followed.live.snapshot().doubt
        assert followed.names() == ["fit"]  # what is known stays, and the guard stays ready
        assert followed.live.synced
        await gate.reached()
        gate.open()
        await followed.until(lambda: followed.names() == ["fit", "odd"])
        assert followed.live.doubt() == ""
        api.cluster.put(ODD | {"metadata": ODD["metadata"] | {"name": "later", "uid": "u-later"}})
        await followed.until(lambda: followed.names() == ["fit", "later", "odd"])
        followed.live.adopt(policy())
        await followed.until(lambda: followed.names() == ["fit"])


async def test_a_list_that_was_under_way_is_begun_anew(api: FakeApi, kubeconfig: Path) -> None:
    """Half of it would be by one policy and half by another."""
    api.cluster.put(ODD)
    gate = Gate()
    api.script("list pods", gate)
    async with following(api, kubeconfig) as followed:
        await gate.reached()
        followed.live.adopt(EDGE)
        gate.open()
        await followed.until(lambda: followed.names() == ["odd"])
