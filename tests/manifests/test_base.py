"""What the manifests say of the program is what the program is: its options, its policy, its names, its version."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.manifests.chart_schema import SCHEMA, render
from webhook import __version__
from webhook.admission.registration.configuration import NAME
from webhook.cli import serve
from webhook.cli.arguments import CommandParser
from webhook.policy.document.reading import read_policy
from webhook.server.ending import ADVISED_DELAY, grace

MANIFESTS = Path(__file__).parents[2] / "manifests"
BASE = MANIFESTS / "base"
FILES = sorted(file for folder in ("base", "components", "monitoring") for file in (MANIFESTS / folder).rglob("*.yaml"))


def read(file: str) -> Any:
    return yaml.safe_load((BASE / file).read_text())


def container() -> Any:
    (found,) = read("deployment.yaml")["spec"]["template"]["spec"]["containers"]
    return found


def test_the_deployment_starts_the_program_with_options_that_it_has() -> None:
    command, *options = container()["args"]
    assert command == "serve"
    parser = CommandParser(prog=command)
    serve.add_options(parser)
    given = parser.parse(options)
    assert (given.port, given.health_port) == tuple(port["containerPort"] for port in container()["ports"])
    assert given.service == read("service.yaml")["metadata"]["name"]
    assert given.webhook_configuration == read("webhook-configuration.yaml")["metadata"]["name"]


def test_a_pod_is_given_the_time_that_its_end_takes() -> None:
    (delay,) = [one.partition("=")[2] for one in container()["args"] if one.startswith("--drain-delay=")]
    assert float(delay) == ADVISED_DELAY
    assert read("deployment.yaml")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > grace(float(delay))


def test_probes_ask_for_what_the_plain_port_serves() -> None:
    asked = {name: container()[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert {probe["port"] for probe in asked.values()} == {"health"}
    assert [probe["path"] for probe in asked.values()] == ["/livez", "/livez", "/readyz"]


def test_the_policy_is_taken_and_mounted_where_it_is_looked_for() -> None:
    assert str(read_policy((BASE / "policy.yaml").read_bytes()).target) == "1.26"
    (generator,) = read("kustomization.yaml")["configMapGenerator"]
    (volume,) = read("deployment.yaml")["spec"]["template"]["spec"]["volumes"]
    (mount,) = container()["volumeMounts"]
    assert volume["configMap"]["name"] == generator["name"]
    assert f"--policy={mount['mountPath']}/{generator['files'][0]}" in container()["args"]


def test_the_image_has_the_version_of_the_program() -> None:
    (image,) = read("kustomization.yaml")["images"]
    assert image == {"name": container()["image"], "newTag": __version__}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(MANIFESTS)))
def test_every_object_bears_the_name_by_which_it_is_found(path: Path) -> None:
    for one in yaml.safe_load_all(path.read_text()):
        patches = path.parent.parent.name == "components" and path.name in {
            "deployment.yaml",
            "webhook-configuration.yaml",
        }
        if one["kind"] in {"Kustomization", "Component", "UpgradePolicy"} or patches:
            continue
        assert one["metadata"]["name"].startswith(NAME)
        assert one["metadata"]["labels"]["app.kubernetes.io/name"] == NAME


COPIES = {
    "webhook-configuration.yaml": "base/webhook-configuration.yaml",
    "webhook-configuration-1.28.yaml": "components/match-conditions/webhook-configuration.yaml",
    "prometheus-rule.yaml": "monitoring/prometheus-rule.yaml",
    "grafana-dashboard.json": "monitoring/grafana-dashboard.json",
}


def test_the_files_of_the_chart_are_copies() -> None:
    """No links: some ways to install a chart drop them."""
    copies = MANIFESTS / "chart/files"
    assert {file.name for file in copies.iterdir()} == COPIES.keys()
    for copy, of in COPIES.items():
        assert not (copies / copy).is_symlink()
        assert (copies / copy).read_bytes() == (MANIFESTS / of).read_bytes(), "make manifests"


def test_the_schema_of_the_chart_knows_what_a_policy_may_say() -> None:
    assert SCHEMA.read_text() == render(), "make schema"
