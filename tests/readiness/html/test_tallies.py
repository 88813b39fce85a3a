"""The charts count every pod once, and under its verdict."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, VIRTUAL_NODE, inventory, pod, policy, running
from tests.readiness.reports import example_report, report_on
from tests.strategies import pods
from webhook.policy.exemptions import Exemption
from webhook.policy.verdict import Verdict
from webhook.readiness.making import make_report, shown_version
from webhook.readiness.renderings.html_page.charts import by_namespace, by_platform_version
from webhook.readiness.renderings.html_page.tallies import of_other_pods, of_platform_versions

LAB = Exemption(reason="lab", namespaces=frozenset({"team-b"}), pod_labels={}, counts_as_ready=True)


def test_the_example_cluster_by_platform_version() -> None:
    rows = [(row.label, row.pods, row.words) for row in by_platform_version(example_report())]
    assert rows == [
        ("unset", 8, "7 incompatible, 1 exempt"),
        ("1.0.0", 5, "4 incompatible, 1 exempt"),
        ("1.1.0", 12, "12 compatible"),
        ("9.9.0", 1, "1 unknown"),
        ("no instance", 4, "2 pending, 2 finished"),
    ]


def test_a_version_that_is_wholly_exempt_is_told_from_one_that_is_compatible() -> None:
    items = [running("a", "1.0.0", namespace="team-b"), running("b", "1.1.0"), running("c", "1.1.0")]
    rows = by_platform_version(report_on(*items, chosen=policy(exemptions=(LAB,))))
    assert [(row.label, row.words) for row in rows] == [("1.0.0", "1 exempt"), ("1.1.0", "2 compatible")]


def test_pods_without_an_instance_stand_beside_the_versions() -> None:
    items = [running("odd", 5), pod("waiting", node=VIRTUAL_NODE, phase="Pending"), running("done", phase="Failed")]
    rows = by_platform_version(report_on(*items))
    assert [(row.label, row.words) for row in rows] == [
        ("no instance", "1 pending, 1 finished"),
        ("malformed", "1 unknown"),
    ]


def test_a_version_named_like_a_row_of_ours_hides_nothing() -> None:
    items = [running("a", "no instance"), pod("waiting", node=VIRTUAL_NODE, phase="Pending")]
    assert [row.words for row in by_platform_version(report_on(*items))] == ["1 unknown", "1 pending"]


def test_of_very_many_rows_those_with_the_most_unfit_pods_are_drawn() -> None:
    items = [running(f"p{number}", f"9.{number}", namespace=f"n{number}") for number in range(200)]
    report = report_on(*items, running("one", "9.7", namespace="n7"), running("fit", "1.1.0", namespace="fit"))
    for rows in (by_platform_version(report), by_namespace(report)):
        assert len(rows) == 9
        assert ("2 unknown", 2) in [(row.words, row.pods) for row in rows]
        assert rows[-1].label.startswith("19")
        assert not rows[-1].bar
        assert sum(row.pods for row in rows) == 202


@given(st.lists(pods, max_size=12), st.sampled_from(["1.24", "1.26"]), st.sampled_from([(), (LAB,)]))
def test_the_chart_agrees_with_every_pod_judged(
    listed: list[object], target: str, exemptions: tuple[Exemption, ...]
) -> None:
    chosen = policy(target, exemptions=exemptions)
    found = inventory(*listed)
    report = make_report(found, chosen, target=chosen.target, now=NOW)
    truth: dict[str, Counter[str]] = {}
    for one in found.pods:
        verdict = chosen.judge(one, chosen.target, NOW).verdict
        if one.state.name == "RUNNING":
            truth.setdefault(shown_version(one.platform_version or "").removeprefix("v"), Counter())[verdict] += 1
    drawn = {tally.label: +tally.verdicts for tally in of_platform_versions(report)}
    assert drawn == truth
    beside = sum(tally.verdicts.total() for tally in of_other_pods(report))
    assert sum(tally.total() for tally in drawn.values()) + beside == report.counts.eci_pods
    assert not any(verdicts[Verdict.PENDING] for verdicts in drawn.values())
