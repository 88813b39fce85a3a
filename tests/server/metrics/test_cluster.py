"""The gauges say what a report on the same inventory says."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from tests.builders import NOW, Json, facts_of_json, in_force, inventory, policy, running, version
from tests.server.metrics.scraping import Scraped, live_inventory, scrape
from tests.strategies import exemptions, pods
from webhook.inventory.inventory import Inventory
from webhook.inventory.known import FileInventory, KnownInventory
from webhook.policy.matrix import VENDOR_MATRIX, Support
from webhook.policy.pod_facts import PodState
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict
from webhook.readiness.making import Show, make_report
from webhook.readiness.renderings.prometheus import VALUES
from webhook.server.metrics.cluster import ClusterMetrics
from webhook.server.metrics.families import PREFIX

MATRIX = VENDOR_MATRIX.with_rows({"9.9.0": Support(source="us", since=version("1.30"))})
POLICIES = st.sampled_from(
    [policy(), policy("1.24"), policy("1.25"), policy("1.31", exemptions=exemptions), policy("1.26", matrix=MATRIX)]
)


def scraped(known: KnownInventory, chosen: Policy, hours: int = 0) -> Scraped:
    registry = CollectorRegistry()
    registry.register(ClusterMetrics(in_force(chosen), known, lambda: NOW + timedelta(hours=hours)))
    return scrape(registry)


def counted(found: Scraped) -> dict[tuple[str, str], float]:
    return {
        (sample.labels["platform_version"], sample.labels["verdict"]): sample.value
        for sample in found.samples
        if sample.name == PREFIX + "eci_pods" and sample.value
    }


def known_of(listed: list[Json], **changes: Any) -> Inventory:
    unique = (one | {"metadata": one["metadata"] | {"uid": f"u{number}"}} for number, one in enumerate(listed))
    return inventory(*unique, **changes)


@given(st.lists(pods, max_size=12), POLICIES, st.sampled_from([0, 2]), st.booleans())
def test_they_agree_with_the_report(listed: list[Json], chosen: Policy, hours: int, cut: bool) -> None:  # noqa: FBT001 -- Hypothesis fills them in by place
    known = known_of(listed, metadata={"continue": "more" if cut else ""})
    found = scraped(FileInventory(known, chosen), chosen, hours)
    report = make_report(known, chosen, target=chosen.target, now=NOW + timedelta(hours=hours), show=Show.ALL)
    expected: Counter[tuple[str, str]] = Counter()
    for pod, finding in zip(known.pods, report.findings, strict=True):
        odd = pod.state is PodState.MALFORMED or not chosen.matrix.knows(finding.platform_version or "")
        expected["other" if odd else finding.platform_version or "unset", finding.verdict.value] += 1
    assert counted(found) == expected
    assert found.by("target", "readiness") == {one.target: VALUES[one.readiness] for one in report.outlook}
    assert found.by("target", "readiness")[str(chosen.target)] == VALUES[report.readiness]


def test_readiness_is_told_for_the_policys_target_and_every_minor_of_the_matrix() -> None:
    found = scraped(live_inventory(None, running("a", "1.0.0")), policy("1.31"))
    told = {*VENDOR_MATRIX.minors(), version("1.31")}
    assert found.by("target", "readiness") == {str(minor): float(minor < version("1.26")) for minor in told}


def test_an_inventory_that_was_never_read_is_ready_for_nothing() -> None:
    live = live_inventory()
    live.pods.contact.synced = False
    assert set(scraped(live, policy()).by("target", "readiness").values()) == {-1}


def test_a_version_that_the_last_pod_has_left_stands_at_zero() -> None:
    live = live_inventory(None, running("a", "1.0.0"))
    registry = CollectorRegistry()
    registry.register(ClusterMetrics(in_force(), live, lambda: NOW))
    assert scrape(registry).value("eci_pods", platform_version="1.0.0", verdict="Incompatible") == 1
    live.store.discard("uid-of-team-a-a")
    assert scrape(registry).value("eci_pods", platform_version="1.0.0", verdict="Incompatible") == 0


def test_versions_that_nobody_knows_are_one_series_however_many() -> None:
    live = live_inventory(None, *(running(f"p{number}", f"9.{number}") for number in range(1000)))
    found = scraped(live, policy())
    assert found.value("eci_pods", platform_version="other", verdict="Unknown") == 1000
    assert sum(sample.name == PREFIX + "eci_pods" for sample in found.samples) == 2 * len(Verdict)


def test_a_scrape_judges_standings_and_not_pods() -> None:
    live = live_inventory()
    for number in range(3000):
        facts = facts_of_json(running(f"p{number}", ["1.0.0", "1.1.0", None][number % 3]))
        assert facts is not None
        live.store.put(facts)
    judged = 0

    class Counting(Policy):
        def judge(self, *args: object, **kwargs: object) -> Reason:
            nonlocal judged
            judged += 1
            return super().judge(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came

    scraped(live, Counting(target=version("1.26")))
    assert judged <= 3 * (1 + len(VENDOR_MATRIX.minors()))
