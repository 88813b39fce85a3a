"""The examples hold together with the program: policies that it takes, options that it has, rights that it uses."""

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import Json, running
from tests.fake_api import FakeApi
from webhook.cli.arguments import CommandParser
from webhook.cli.commands import COMMANDS
from webhook.cli.main import main
from webhook.cluster.api import Api
from webhook.cluster.connection import Connection
from webhook.cluster.credentials import Credentials
from webhook.cluster.objects import Objects
from webhook.policy.document.reading import read_policy
from webhook.policy.upgrades.catalogue import catalogue

EXAMPLES = Path(__file__).parents[2] / "manifests/examples"
FILES = sorted(EXAMPLES.rglob("*.yaml"))
PROGRAM, IMAGE = "eci-upgrade-guard", "eci-upgrade-guard:latest"
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def name_of(path: Path) -> str:
    return str(path.relative_to(EXAMPLES))


def documents(path: Path) -> list[Json]:
    return [one for one in yaml.safe_load_all(path.read_text()) if one is not None]


def kinds(path: Path) -> Iterator[tuple[str, Json]]:
    for one in documents(path):
        yield str(one.get("kind", "")), one


def maps_in(value: Any) -> Iterator[Json]:
    """Every map in a document, at any depth."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from maps_in(inner)


def containers(path: Path) -> list[Json]:
    """Those that run the guard by the image's own entry point."""
    return [one for one in maps_in(documents(path)) if one.get("image") == IMAGE]


def command_lines(path: Path) -> Iterator[list[str]]:
    """Every command of the guard: what containers run, and what stands on a line of its own, in a comment too."""
    for container in containers(path):
        assert "command" not in container, "the image has an entry point"
        yield [str(argument) for argument in container["args"]]
    for line in path.read_text().splitlines():
        text = line.strip().lstrip("#-").strip()
        if text.startswith(f"{PROGRAM} "):
            yield shlex.split(text)[1:]


COMMAND_LINES = [
    pytest.param(arguments, id=f"{name_of(path)}: {shlex.join(arguments)}")
    for path in FILES
    for arguments in command_lines(path)
]
POLICIES = [path for path in FILES for kind, _ in kinds(path) if kind == "UpgradePolicy"]
JOBS = [path for path in FILES for kind, _ in kinds(path) if kind == "Job"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_example_is_yaml_and_begins_with_what_it_is_for(path: Path) -> None:
    assert documents(path)
    assert path.read_text().startswith("# ")


@pytest.mark.parametrize("path", POLICIES, ids=name_of)
def test_every_policy_is_taken(path: Path) -> None:
    assert str(read_policy(path.read_bytes()).target) == "1.26"


def taken_in(text: str) -> str:
    """A document with what is commented out in it: a key, and what is listed under it."""
    return re.sub(r"^( *)# ((?:\w+:(?= |$)|  - ).*)$", r"\1\2", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", POLICIES, ids=name_of)
def test_what_is_commented_out_of_a_policy_may_be_taken_in(path: Path) -> None:
    read_policy(taken_in(path.read_text()).encode())


def test_what_is_commented_out_of_an_overlay_may_be_taken_in() -> None:
    folder = EXAMPLES / "overlays/production"
    overlay = yaml.safe_load(taken_in((folder / "kustomization.yaml").read_text()))
    assert [Path(one).name for one in overlay["components"]] == ["match-conditions", "fail-closed"]
    assert all((folder / one).is_dir() for one in overlay["components"])


def test_there_is_a_policy_for_the_example_cluster_and_one_for_a_management_cluster() -> None:
    assert {"policy.yaml", "overlays/management-cluster/policy.yaml"} <= set(map(name_of, POLICIES))


@pytest.mark.parametrize("arguments", COMMAND_LINES)
def test_every_command_is_one_that_the_program_takes(arguments: list[str]) -> None:
    command, *options = arguments
    assert command in COMMANDS
    module = import_module(f"webhook.cli.{command}")
    parser = CommandParser(prog=command)
    module.add_options(parser)
    parser.parse(options)


def test_commands_are_found_in_containers_scripts_and_comments() -> None:
    """Or the test before this one would prove nothing."""
    found = {name_of(path): [arguments[0] for arguments in command_lines(path)] for path in FILES}
    assert found["job/readiness-job.yaml"] == found["argocd/presync-job.yaml"] == ["report"]
    assert found["pipeline/terraform.yaml"] == ["check"]
    assert found["overlays/management-cluster/policy.yaml"] == ["serve", "check", "windows"]


# Jobs.


@pytest.mark.parametrize("path", JOBS, ids=name_of)
def test_a_job_runs_restricted_and_fails_once(path: Path) -> None:
    (spec,) = [one["spec"] for kind, one in kinds(path) if kind == "Job"]
    pod = spec["template"]["spec"]
    assert (spec["backoffLimit"], pod["restartPolicy"]) == (0, "Never")
    # An image of somebody else may name its user, and then a kubelet cannot tell that it is not root.
    number = {} if containers(path) else {"runAsUser": 65532}
    restricted = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert pod["securityContext"] == restricted | number
    assert pod["containers"]
    assert all(container["securityContext"] == RESTRICTED for container in pod["containers"])


@pytest.mark.parametrize("path", JOBS, ids=name_of)
def test_what_a_job_mounts_is_there_and_holds_the_files_that_it_names(path: Path) -> None:
    (pod,) = [one["spec"]["template"]["spec"] for kind, one in kinds(path) if kind == "Job"]
    for container in pod["containers"]:
        mounted = {mount["name"]: mount["mountPath"] for mount in container.get("volumeMounts", ())}
        assert set(mounted) == {volume["name"] for volume in pod.get("volumes", ())}
        named = re.findall(r"/etc/[-./a-z]+", " ".join(container["args"]))
        assert {str(Path(file).parent) for file in named} == set(mounted.values())


def rights_of(path: Path) -> set[tuple[str, str, str]]:
    """Group, resource and verb."""
    (role,) = [one for kind, one in kinds(path) if kind == "ClusterRole"]
    return {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def right_to_list(path: str) -> tuple[str, str, str]:
    *group, _, resource = path.strip("/").split("/")
    return (group[1] if group[0] == "apis" else "", resource, "list")


def test_the_role_of_the_job_has_what_report_lists_and_no_more() -> None:
    cluster = Connection(Api(Credentials()), "")
    listed = [cluster.pods, cluster.namespaces, *cluster.surroundings.values()]
    assert all(isinstance(one, Objects) for one in listed)
    assert rights_of(EXAMPLES / "job/readiness-job.yaml") == {right_to_list(one._path) for one in listed}


def test_report_asks_for_nothing_that_the_role_does_not_give(tmp_path: Path) -> None:
    """What the fake does not have it refuses, and report goes on: it was asked all the same."""
    (container,) = containers(EXAMPLES / "job/readiness-job.yaml")
    with FakeApi() as api:
        api.cluster.put(running("old", "1.0.0"))
        assert main([*container["args"], "--kubeconfig", str(api.kubeconfig(tmp_path / "kubeconfig"))]) == 3
        requests = api.requests
    assert not [one for one in requests if one.method != "GET" or "watch" in one.query]
    asked = {one.path for one in requests}
    assert "/version" in asked, "which everybody may read who is authenticated"
    assert {right_to_list(path) for path in asked - {"/version"}} == rights_of(EXAMPLES / "job/readiness-job.yaml")


def test_the_role_is_bound_to_the_account_that_the_job_runs_as() -> None:
    found = dict(kinds(EXAMPLES / "job/readiness-job.yaml"))
    account, binding = found["ServiceAccount"]["metadata"], found["ClusterRoleBinding"]
    assert binding["roleRef"]["name"] == found["ClusterRole"]["metadata"]["name"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", **account}]
    assert found["Job"]["spec"]["template"]["spec"]["serviceAccountName"] == account["name"]
    assert found["Job"]["metadata"]["namespace"] == account["namespace"]


# The pipeline, and the management cluster.


def test_the_pipeline_applies_only_what_was_judged() -> None:
    (pipeline,) = documents(EXAMPLES / "pipeline/terraform.yaml")
    judged = [line for line in pipeline["judge"]["script"] if line.startswith(PROGRAM)]
    assert len(judged) == 1
    assert "judge" in pipeline["apply"]["needs"]
    assert pipeline["judge"]["allow_failure"] is False
    assert pipeline["plan"]["artifacts"]["paths"] == ["plan.out", "plan.json"]


def test_the_claims_of_the_management_cluster_name_kinds_of_the_catalogue() -> None:
    policy = read_policy((EXAMPLES / "overlays/management-cluster/policy.yaml").read_bytes())
    claimed = [(claim.group, claim.resource) for claim in policy.this_cluster.objects]
    assert claimed == [("management.cattle.io", "clusters")]
    assert set(claimed) <= set(catalogue())
    assert all(claim.name for claim in policy.this_cluster.objects)
