"""``report`` over several clusters: pods of the same name stay apart, and no cluster is left out."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.builders import running
from tests.cli.clusters import NOBODY, kubeconfig_of
from tests.commands import Ended, Run
from tests.fake_api import FakeApi, Slow
from webhook.readiness.rendering import Format

FIT, OLD, ODD = running("web", "1.1.0"), running("web", "1.0.0"), running("web", "9")
UNREACHABLE = "the cluster could not be read: the API server cannot be reached: "
FORMATS = [one.value for one in Format if one.nature.of_several]


@pytest.fixture
def other() -> Iterator[FakeApi]:
    with FakeApi() as other:
        yield other


@pytest.fixture
def both(api: FakeApi, other: FakeApi) -> tuple[FakeApi, FakeApi]:
    return api, other


@pytest.fixture
def contexts(api: FakeApi, other: FakeApi, tmp_path: Path) -> Path:
    return kubeconfig_of(tmp_path / "contexts", {"prod": api, "dev": other, "gone": NOBODY, "lost": NOBODY})


def report(run: Run, kubeconfig: Path, names: str, *options: object, target: str = "1.26") -> Ended:
    named = [part for name in names.split() for part in ("--context", name)]
    return run("report", "--kubeconfig", kubeconfig, *named, "--target", target, *options)


def items(ended: Ended) -> dict[str, Any]:
    return {item["cluster"]: item for item in json.loads(ended.out)["items"]}


@pytest.mark.parametrize(
    "case",
    [
        ((FIT, FIT), "prod dev", 0),
        ((FIT, OLD), "prod dev", 3),
        ((OLD, ODD), "prod dev", 3),
        ((FIT, ODD), "prod dev", 4),
        ((FIT, FIT), "prod gone dev", 4),
        ((OLD, FIT), "gone prod", 3),
        ((FIT, FIT), "gone lost", 1),
    ],
)
@pytest.mark.parametrize("output", FORMATS)
def test_the_worst_that_is_known_decides_in_every_format(
    case: tuple[tuple[Any, Any], str, int], output: str, run: Run, both: tuple[FakeApi, FakeApi], contexts: Path
) -> None:
    pods, names, code = case
    for one, found in zip(both, pods, strict=True):
        one.cluster.put(found)
    ended = report(run, contexts, names, "-o", output)
    assert ended.code == code
    lost = [name for name in names.split() if name in ("gone", "lost")]
    assert all(f"{name}: {UNREACHABLE}" in ended.err for name in lost)
    assert (ended.out == "") == (code == 1)
    assert len(ended.err.splitlines()) == {1: 3, 4: len(lost) + 1}.get(code, len(lost))


def test_json_and_yaml_are_a_list_of_reports_each_with_its_cluster(
    run: Run, api: FakeApi, other: FakeApi, contexts: Path
) -> None:
    api.cluster.put(OLD)
    other.cluster.put(FIT)
    ended = report(run, contexts, "prod gone dev", "-o", "json")
    whole = json.loads(ended.out)
    assert (whole["kind"], whole["readiness"]) == ("ReadinessReportList", "NotReady")
    assert whole["summary"] == (
        "Not ready for Kubernetes 1.26: of 3 clusters 1 not ready, 1 could not be judged, 1 ready"
    )
    found = items(ended)
    assert [(name, found[name]["readiness"]) for name in found] == [
        ("prod", "NotReady"),
        ("gone", "Unknown"),
        ("dev", "Ready"),
    ]
    assert (found["gone"]["report"], found["gone"]["target"]) == (None, "1.26")
    assert found["gone"]["error"].startswith(UNREACHABLE)
    assert found["prod"]["error"] is None
    assert found["prod"]["report"]["kind"] == "ReadinessReport"
    assert found["prod"]["report"]["source"]["description"] == f"prod ({api.url})"
    in_yaml = yaml.safe_load(report(run, contexts, "prod gone dev", "-o", "yaml").out)
    assert [item["cluster"] for item in in_yaml["items"]] == ["prod", "gone", "dev"]


def test_csv_begins_with_the_cluster_and_has_a_row_for_one_that_was_not_read(
    run: Run, api: FakeApi, other: FakeApi, contexts: Path
) -> None:
    api.cluster.put(OLD)
    other.cluster.put(ODD)
    ended = report(run, contexts, "prod gone dev", "-o", "csv")
    rows = list(csv.DictReader(io.StringIO(ended.out)))
    assert [(row["cluster"], row["pod"], row["verdict"], row["reason"]) for row in rows] == [
        ("prod", "web", "Incompatible", "PlatformVersionTooOld"),
        ("gone", "", "Unknown", "ClusterUnreadable"),
        ("dev", "web", "Unknown", "PlatformVersionUnknown"),
    ]
    assert rows[1]["evidence"].startswith(UNREACHABLE)
    bare = report(run, contexts, "prod gone dev", "-o", "csv", "--no-headers")
    assert bare.out == ended.out.partition("\n")[2]


def test_junit_has_a_suite_for_each_cluster(run: Run, api: FakeApi, other: FakeApi, contexts: Path) -> None:
    api.cluster.put(OLD)
    other.cluster.put(FIT)
    suites = ET.fromstring(report(run, contexts, "prod gone dev", "-o", "junit").out)
    assert suites.attrib == {"name": "eci-upgrade-guard", "tests": "5", "failures": "1", "errors": "1", "skipped": "0"}
    assert [suite.attrib["name"] for suite in suites] == [
        "prod: ready for Kubernetes 1.26",
        "gone: ready for Kubernetes 1.26",
        "dev: ready for Kubernetes 1.26",
    ]
    names = [(case.attrib["classname"], case.attrib["name"]) for case in suites.iter("testcase")]
    assert len(set(names)) == len(names)
    assert ("prod/team-a", "Pod/web") in names
    assert ("dev/team-a", "Pod/web") in names


def test_prometheus_has_a_label_for_the_cluster(run: Run, api: FakeApi, other: FakeApi, contexts: Path) -> None:
    api.cluster.put(OLD)
    other.cluster.put(FIT)
    lines = report(run, contexts, "prod gone dev", "-o", "prometheus").out.splitlines()
    assert 'eci_upgrade_guard_report_readiness{cluster="prod",target="1.26"} 0.0' in lines
    assert 'eci_upgrade_guard_report_readiness{cluster="gone",target="1.26"} -1.0' in lines
    assert 'eci_upgrade_guard_report_readiness{cluster="dev",target="1.26"} 1.0' in lines
    assert 'eci_upgrade_guard_report_complete{cluster="gone"} 0.0' in lines
    assert all('{cluster="' in line for line in lines if not line.startswith("#"))


def test_the_table_has_the_clusters_and_then_each_by_itself(
    run: Run, api: FakeApi, other: FakeApi, contexts: Path
) -> None:
    api.cluster.put(OLD)
    other.cluster.put(FIT)
    lines = report(run, contexts, "prod gone dev").out.splitlines()
    assert lines[0].startswith("Not ready for Kubernetes 1.26: of 3 clusters")
    assert [line.split() for line in lines[2:6]] == [
        ["CLUSTER", "READINESS", "TARGET", "RUNS", "ECI", "PODS", "UNFIT"],
        ["prod", "NotReady", "1.26", "v1.24.17-fake", "1", "1"],
        ["gone", "Unknown", "1.26", "-", "-", "-"],
        ["dev", "Ready", "1.26", "v1.24.17-fake", "1", "0"],
    ]
    assert lines[lines.index("Cluster gone") + 1].startswith(f"Unknown: {UNREACHABLE}")
    assert lines[lines.index("Cluster dev") + 1].startswith("Ready: of 1 ECI pod")
    command = f"  eci-upgrade-guard report --kubeconfig {contexts}"
    assert f"{command} --context prod --target 1.26" in lines
    assert lines[-1] == f"{command} --context prod --context gone --context dev --target 1.26"


@pytest.mark.parametrize(("output", "columns"), [("table", 6), ("wide", 9)])
def test_rows_alone_begin_with_the_cluster(
    output: str, columns: int, run: Run, api: FakeApi, other: FakeApi, contexts: Path
) -> None:
    api.cluster.put(OLD)
    other.cluster.put(OLD)
    lines = report(run, contexts, "prod gone dev", "--no-headers", "-o", output).out.splitlines()
    assert [line.split()[0] for line in lines] == ["prod", "gone", "dev"]
    assert "ClusterUnreadable" in lines[1]
    assert all(len(line.split("   ")) >= columns for line in lines)


def test_markdown_is_one_runbook_after_the_other_under_headings_of_their_own(
    run: Run, api: FakeApi, other: FakeApi, contexts: Path
) -> None:
    api.cluster.put(OLD)
    other.cluster.put(FIT)
    headings = [
        line for line in report(run, contexts, "prod gone dev", "-o", "markdown").out.splitlines() if line[:1] == "#"
    ]
    assert headings[0].startswith("# ⛔ Not ready for Kubernetes 1.26: of 3 clusters")
    assert [line for line in headings if line.startswith("## ")] == ["## ⛔ prod", "## ❓ gone", "## ✅ dev"]
    assert [line for line in headings if line.startswith("# ")] == headings[:1]


def test_a_page_is_of_one_cluster(run: Run, contexts: Path) -> None:
    ended = report(run, contexts, "prod dev", "-o", "html")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "eci-upgrade-guard: -o html is of one cluster: give one --context, or another format\n"


def test_one_that_is_named_twice_is_a_mistake(run: Run, contexts: Path) -> None:
    ended = report(run, contexts, "prod dev prod")
    assert (ended.code, ended.err) == (2, "eci-upgrade-guard: --context prod is given twice\n")


def test_a_context_that_is_not_there_does_not_hide_the_others(run: Run, api: FakeApi, contexts: Path) -> None:
    api.cluster.put(OLD)
    ended = report(run, contexts, "prod nowhere", "-o", "json")
    assert (ended.code, items(ended)["nowhere"]["readiness"]) == (3, "Unknown")
    assert "Expected object with name nowhere" in items(ended)["nowhere"]["error"]


def test_each_has_its_own_next_target_and_one_without_is_unknown(
    run: Run, api: FakeApi, other: FakeApi, contexts: Path
) -> None:
    api.settings.version = {**api.settings.version, "gitVersion": "v1.22.3-aliyun.1"}
    other.settings.version = {**other.settings.version, "gitVersion": "v1.34.1-aliyun.1"}
    ended = report(run, contexts, "prod dev gone", "-o", "json", target="next")
    found = items(ended)
    assert ended.code == 4
    assert {name: item["target"] for name, item in found.items()} == {"prod": "1.24", "dev": None, "gone": None}
    assert "ACK offers nothing after 1.34" in found["dev"]["error"]
    assert json.loads(ended.out)["summary"] == "Unknown: of 3 clusters 2 could not be judged, 1 ready"


def test_they_are_read_at_the_same_time(run: Run, api: FakeApi, other: FakeApi, contexts: Path) -> None:
    for one in (api, other):
        one.script("list pods", Slow(0.3))
    report(run, contexts, "prod dev")
    (first,), (second,) = api.requests_of("list pods"), other.requests_of("list pods")
    assert first.ended is not None
    assert second.ended is not None
    assert max(first.time, second.time) < min(first.ended, second.ended)


def test_what_a_failed_plugin_of_one_cluster_printed_is_not_laid_to_another(
    run: Run, api: FakeApi, tmp_path: Path
) -> None:
    kubeconfig = kubeconfig_of(tmp_path / "contexts", {"good": api, "bad": api})
    document = json.loads(kubeconfig.read_text())
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "/bin/false", "interactiveMode": "Never"}
    document["users"].append({"name": "bad", "user": {"exec": plugin}})
    document["contexts"][1]["context"]["user"] = "bad"
    kubeconfig.write_text(json.dumps(document))
    found = items(report(run, kubeconfig, "good bad", "-o", "json"))
    assert (found["good"]["readiness"], found["bad"]["report"]) == ("Ready", None)
    assert "exec: process returned 1" in found["bad"]["error"]
