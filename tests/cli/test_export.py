"""``export webhook-configuration``: what the API server is told of the guard, made from the policy."""

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
