"""``export``: what the API server is told of the guard, and what it holds itself, made from the policy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Run = Callable[..., Any]
EXAMPLE = Path(__file__).parents[2] / "manifests/examples/policy.yaml"
OFF = """
apiVersion: eci-upgrade-guard.io/v1alpha1
kind: UpgradePolicy
metadata: {name: off}
spec: {targetVersion: "1.26", modes: {pods: "Off", workloads: "Off", upgrades: "Off"}}
"""


def export(run: Run, *options: object) -> Any:
    ended = run("export", "webhook-configuration", "--policy", EXAMPLE, *options)
    assert (ended.code, ended.err) == (0, "")
    return yaml.safe_load(ended.out)


def names(configuration: Any) -> list[str]:
    return [webhook["name"].partition(".")[0] for webhook in configuration["webhooks"]]


@pytest.mark.parametrize("version", ["1.28", "v1.32.7-aliyun.1", "1.31+"])
def test_from_1_28_on_there_are_match_conditions_and_bindings(run: Run, version: str) -> None:
    found = export(run, "--kubernetes", version)
    assert names(found) == ["pods", "bindings", "workloads", "upgrades", "upgrade-notices"]
    expression = found["webhooks"][1]["matchConditions"][0]["expression"]
    assert "object.target.name.matches('^vk-lab-')" in expression


@pytest.mark.parametrize("options", [[], ["--kubernetes", "1.24"]])
def test_before_that_or_where_nobody_says_there_are_none(run: Run, options: list[str]) -> None:
    found = export(run, *options)
    assert names(found) == ["pods", "workloads", "upgrades", "upgrade-notices"]
    assert not [webhook for webhook in found["webhooks"] if "matchConditions" in webhook]
    assert names(export(run, *options, "--bindings"))[1] == "bindings"


def test_the_service_may_have_another_name_and_place(run: Run) -> None:
    found = export(run, "--namespace", "ours", "--service", "guard")
    services = {tuple(webhook["clientConfig"]["service"].items()) for webhook in found["webhooks"]}
    assert services == {(("namespace", "ours"), ("name", "guard"), ("path", "/validate"), ("port", 443))}
    assert found["webhooks"][0]["namespaceSelector"]["matchExpressions"][0]["values"] == ["kube-system", "ours"]


def test_a_policy_by_which_nothing_is_judged_is_no_configuration(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "off.yaml"
    policy.write_text(OFF)
    ended = run("export", "webhook-configuration", "--policy", policy)
    assert (ended.code, ended.out) == (1, "")
    assert "nothing is judged at any time" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [[], ["webhook-configuration"], ["webhook-config", "--policy", "x"], ["--policy", "x"]],
)
def test_wrong_usage_ends_with_2(run: Run, arguments: list[str]) -> None:
    assert run("export", *arguments).code == 2


def test_a_version_that_is_none_is_wrong_usage(run: Run) -> None:
    ended = run("export", "webhook-configuration", "--policy", EXAMPLE, "--kubernetes", "newest")
    assert ended.code == 2
    assert "--kubernetes is not a Kubernetes version" in ended.err


def rules(run: Run, policy: Path, *options: object) -> Any:
    return run("export", "validating-admission-policy", "--policy", policy, *options)


def test_the_rules_are_written_with_the_command_that_writes_them_again(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / f"{'a-' * 40}policy.yaml"
    policy.write_bytes(EXAMPLE.read_bytes())
    first = rules(run, policy, "--at", "2026-12-01T08:00:00.5+08:00", "--namespace", "ours")
    assert (first.code, first.err) == (0, "")
    made_by = first.out.partition("\n#\n")[0].replace("\n# ", " ").removeprefix("# Made by: eci-upgrade-guard ")
    assert made_by.endswith(" --namespace ours --at 2026-12-01T00:00:00.500000Z")
    assert run(*made_by.split()).out == first.out


def test_a_policy_that_depends_on_time_is_refused_by_its_fields_without_an_instant(run: Run) -> None:
    ended = rules(run, EXAMPLE)
    assert (ended.code, ended.out) == (1, "")
    assert "depends on time" in ended.err
    assert "--at" in ended.err
    assert ended.err.endswith("\n  spec.exemptions[0].expires\n")


def test_what_an_api_server_cannot_evaluate_is_refused_by_its_field(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    deny = OFF.replace('pods: "Off"', "pods: Deny")
    policy.write_text(deny.replace("modes:", "evidence: {nodeNamePatterns: ['\\C']}, modes:"))
    ended = rules(run, policy)
    assert (ended.code, ended.out) == (1, "")
    assert "spec.evidence.nodeNamePatterns" in ended.err


def test_a_policy_whose_modes_of_pods_and_workloads_are_off_has_no_rules(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "off.yaml"
    policy.write_text(OFF.replace('upgrades: "Off"', "upgrades: Deny"))
    ended = rules(run, policy)
    assert (ended.code, ended.out) == (1, "")
    assert "no pods or workloads are judged" in ended.err


@pytest.mark.parametrize(
    "options", [["--kubernetes", "1.30"], ["--service", "a"], ["--fail-closed"], ["--bindings"]], ids=lambda one: one[0]
)
def test_an_option_of_the_one_is_refused_with_the_other(run: Run, options: list[str]) -> None:
    ended = rules(run, EXAMPLE, *options)
    assert (ended.code, ended.out) == (2, "")
    assert f"{options[0]} goes with webhook-configuration alone" in ended.err


def test_no_webhook_configuration_is_of_an_instant(run: Run) -> None:
    ended = run("export", "webhook-configuration", "--policy", EXAMPLE, "--at", "2026-12-01T00:00:00Z")
    assert ended.code == 2
    assert "--at goes with validating-admission-policy alone" in ended.err
    assert rules(run, EXAMPLE, "--at", "tomorrow").code == 2
