"""The readiness question over standings: the same answer as the report that judges every pod."""

from datetime import timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, inventory, policy, running, version
from tests.strategies import exemptions, pods
from webhook.inventory.pod_store import PodStore
from webhook.inventory.question import ask
from webhook.policy.exemptions import Exemption
from webhook.policy.policy import Policy
from webhook.policy.verdict import Readiness, Verdict
from webhook.readiness.making import make_report

ADMISSION_ALONE = Exemption(reason="admission alone", namespaces=frozenset({"team-a"}), pod_labels={})
ALL = (*exemptions, ADMISSION_ALONE)
POLICIES = st.sampled_from([policy(), policy(exemptions=ALL), policy(exemptions=ALL[1:])])


@given(st.lists(pods, max_size=12), POLICIES, st.sampled_from(["1.24", "1.26"]), st.sampled_from([0, 2]))
def test_it_agrees_with_the_report(listed: list[object], chosen: Policy, target: str, hours: int) -> None:
    unique = [one | {"metadata": one["metadata"] | {"uid": f"u{number}"}} for one, number in zip(listed, count())]  # type: ignore[operator,index]
    known = inventory(*unique)
    now = NOW + timedelta(hours=hours)
    report = make_report(known, chosen, target=version(target), now=now)
    store = PodStore(chosen.standing_of, known.pods)
    answer = ask(store, chosen, version(target), now=now, complete=known.complete, offenders=100)
    assert answer.readiness is report.readiness
    assert {verdict: answer.counts.get(verdict, 0) for verdict in Verdict} == report.counts.by_verdict
    assert [(pod.namespace, pod.name) for pod in answer.offenders] == [
        (finding.namespace, finding.name) for finding in report.findings
    ]


def test_it_names_the_first_offenders_in_a_stable_order_and_counts_all() -> None:
    names = [f"p{number:02}" for number in range(20)]
    versions = ["1.0.0", None, "0.9.0", "1.1.0"]
    listed = [running(name, versions[number % 4]) for number, name in enumerate(names)]
    chosen = policy()
    answers = {
        tuple(
            pod.name
            for pod in ask(
                PodStore(chosen.standing_of, inventory(*order).pods), chosen, chosen.target, now=NOW, complete=True
            ).offenders
        )
        for order in (listed, listed[::-1])
    }
    assert answers == {("p00", "p01", "p02", "p04", "p05")}


def test_what_is_not_complete_is_never_ready() -> None:
    store = PodStore(policy().standing_of, inventory(running("a", "1.1.0")).pods)
    for complete, readiness in ((True, Readiness.READY), (False, Readiness.UNKNOWN)):
        assert ask(store, policy(), version("1.26"), now=NOW, complete=complete).readiness is readiness
