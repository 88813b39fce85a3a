"""The Helm chart makes the same objects as kustomize, chooses by the cluster's version, and refuses odd values."""

import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.building import Missing
from tests.cluster.control_plane import ControlPlane
from tests.cluster.manifests.charting import CHART, Refused, helm, rendered
from tests.cluster.manifests.installing import NAME, left_behind
from tests.cluster.manifests.overlays import BASE, Json, built, name_of, one_of, overlay
from webhook import __version__
from webhook.policy.document.reading import read_policy
from webhook.policy.policy import Policy

HELM_ONLY = {"app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart"}
"""Labels by which Helm tells releases apart."""
OFF_THE_SHELF = {"imagePullPolicy": "IfNotPresent"}
"""What the chart says although it is what the API server takes for granted."""

AS_COMPONENTS: dict[str, Json] = {
    "fail-closed": {"failClosed": True},
    "strict-unset-pods": {"policy": {"unsetAtCreate": "Judge"}},
    "report-ingress": {"reportIngress": {"enabled": True}},
    "monitoring": {"monitoring": {"enabled": True}},
    "single-replica": {"replicas": 1},
    "cert-manager": {"certManager": {"enabled": True}},
}
"""What is a component for kustomize is a value here. Match conditions follow from the version."""
EVERYTHING = tuple(AS_COMPONENTS)


@pytest.fixture(scope="module", autouse=True)
def _helm() -> Path:
    try:
        return helm()
    except Missing as missing:
        pytest.skip(str(missing))


def plain(value: Any) -> Any:
    """Return a document without what only Helm says; named things by name, because a patch puts what it names first."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if key not in HELM_ONLY and OFF_THE_SHELF.get(key) != one}
        return {key: plain(one) for key, one in kept.items()}
    if isinstance(value, list):
        found = [plain(one) for one in value]
        named = all(isinstance(one, dict) and "name" in one for one in found)
        return sorted(found, key=lambda one: str(one["name"])) if named else found
    return value


def by_name(documents: Iterable[Json]) -> dict[tuple[str, str], Json]:
    found = {(one["kind"], one["metadata"]["name"]): plain(one) for one in documents}
    found.pop(("Namespace", NAME), None)  # Helm makes it, or not: --create-namespace
    return found


def the_policy(documents: dict[tuple[str, str], Json]) -> Policy:
    """Take it out: it is what it means, not how it is written."""
    written = documents.pop(("ConfigMap", f"{NAME}-policy"))["data"]["policy.yaml"]
    return replace(read_policy(written.encode()), name="")


@pytest.mark.parametrize("components", [(), *((one,) for one in AS_COMPONENTS), EVERYTHING], ids=name_of)
@pytest.mark.parametrize("kubernetes", ["1.24", "1.27", "1.28", "1.37"])
def test_the_chart_makes_what_kustomize_makes(
    control_plane: ControlPlane, kubernetes: str, components: tuple[str, ...], tmp_path: Path
) -> None:
    values: Json = {}
    for one in components:
        values |= AS_COMPONENTS[one]
    narrow = () if kubernetes in {"1.24", "1.27"} else ("match-conditions",)
    ours = by_name(built(control_plane, overlay(tmp_path, (*narrow, *components))))
    theirs = by_name(rendered(kubernetes, **values))
    policies = the_policy(ours), the_policy(theirs)
    assert (policies[0] == policies[1]) is ("strict-unset-pods" not in components), "kustomize leaves that to the user"
    assert ours.keys() == theirs.keys()
    for key, document in ours.items():
        assert document == theirs[key], key


def test_a_release_of_another_name_calls_everything_by_it() -> None:
    """Two guards, each for a cluster of its own, may stand in one management cluster."""
    found = rendered("1.30", release="prod", inventoryKubeconfigSecret="prod-kubeconfig")
    assert {one["metadata"]["name"].removesuffix("-report-reader").removesuffix("-policy") for one in found} == {
        f"prod-{NAME}"
    }
    (container,) = one_of(found, "Deployment", f"prod-{NAME}")["spec"]["template"]["spec"]["containers"]
    assert {f"--service=prod-{NAME}", f"--webhook-configuration=prod-{NAME}"} < set(container["args"])
    assert "--inventory-kubeconfig=/etc/eci-upgrade-guard-inventory/config" in container["args"]
    services = [
        one["clientConfig"]["service"]["name"]
        for one in one_of(found, "ValidatingWebhookConfiguration", f"prod-{NAME}")["webhooks"]
    ]
    assert set(services) == {f"prod-{NAME}"}


def test_there_is_no_certificate_in_it_and_no_bundle() -> None:
    """Made anew by each render, they would not fit what is served: the guard, or cert-manager, keeps them."""
    text = yaml.safe_dump_all(rendered("1.30"))
    assert "caBundle" not in text
    assert "BEGIN" not in text
    assert rendered("1.30") == rendered("1.30")


BAD: dict[str, tuple[Json, str]] = {
    "a key that there is not": ({"replica": 2}, "replica"),
    "no replica": ({"replicas": 0}, "replicas"),
    "Off without quotes": ({"policy": {"modes": {"pods": False}}}, "modes"),
    "a field of the policy that there is not": ({"policy": {"window": []}}, "window"),
    "a digest of another form": ({"image": {"digest": "latest"}}, "digest"),
    "kinds that the configuration does not name": (
        {"policy": {"upgradeKinds": {"add": [{"group": "x.io", "resource": "ys", "kind": "Y", "readings": []}]}}},
        "",
    ),
    "nodes that the conditions do not name": (
        {"policy": {"evidence": {"nodeNamePatterns": ["^mine-"]}}},
        "--set-file webhookConfiguration=",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_odd_values_are_refused_by_name(case: str) -> None:
    values, named = BAD[case]
    with pytest.raises(Refused) as refused:
        rendered("1.30", **values)
    assert named in str(refused.value)


def test_a_configuration_of_ones_own_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "configuration.yaml"
    file.write_text((BASE / "webhook-configuration.yaml").read_text().replace("pods.eci", "mine.eci", 1))
    values: Json = {"policy": {"evidence": {"nodeNamePatterns": ["^mine-"]}}}
    found = rendered("1.30", f"--set-file=webhookConfiguration={file}", **values)
    names = [one["name"] for one in one_of(found, "ValidatingWebhookConfiguration")["webhooks"]]
    assert names[0] == "mine.eci-upgrade-guard.io"


def test_the_chart_has_the_version_of_the_program() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["version"] == chart["appVersion"] == __version__


def test_helm_installs_upgrades_and_uninstalls_it(every_control_plane: ControlPlane) -> None:
    """By the API server's own version, which Helm asks for; and nothing of it stays."""

    def run(*arguments: str) -> str:
        options = [f"--kubeconfig={every_control_plane.kubeconfig}", f"--namespace={NAME}"]
        command = [str(helm()), *arguments, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("install", NAME, str(CHART), "--create-namespace", "--wait", "--timeout=40s")
    run("upgrade", NAME, str(CHART), "--set=failClosed=true", "--wait", "--timeout=40s")
    asked = ["get", "validatingwebhookconfiguration", NAME, "--output=yaml"]
    found = yaml.safe_load(every_control_plane.kubectl(*asked).stdout)
    is_narrow = any("matchConditions" in one for one in found["webhooks"])
    assert is_narrow is (every_control_plane.version != "1.24")
    assert "Fail" in {one["failurePolicy"] for one in found["webhooks"]}
    run("uninstall", NAME, "--wait", "--timeout=40s")
    every_control_plane.kubectl("delete", "namespace", NAME)
    assert left_behind(every_control_plane) == []
