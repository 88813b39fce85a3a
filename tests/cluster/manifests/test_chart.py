"""The Helm chart makes the same objects as kustomize, chooses by the cluster's version, and refuses odd values."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from certs.self_signed import make_self_signed
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


@pytest.mark.parametrize("components", [(), EVERYTHING], ids=name_of)
def test_a_release_of_another_name_in_another_namespace_names_both_throughout(components: tuple[str, ...]) -> None:
    """Two guards, each for a cluster of its own, may stand in one management cluster."""
    values = {key: value for one in components for key, value in AS_COMPONENTS[one].items()}
    ours = json.dumps(plain(rendered("1.30", **values)))
    theirs = json.dumps(plain(rendered("1.30", release="prod", namespace="fleet", **values)))
    for option in ("service", "webhook-configuration"):
        theirs = theirs.replace(f', "--{option}=prod-{NAME}"', "")
    assert theirs.replace(f"prod-{NAME}", NAME).replace("fleet", NAME) == ours


def test_a_guard_of_another_cluster_is_sent_no_pods_and_may_read_none() -> None:
    found = rendered("1.30", inventoryKubeconfigSecret="prod-kubeconfig")
    sent = {one["name"].partition(".")[0] for one in one_of(found, "ValidatingWebhookConfiguration")["webhooks"]}
    assert sent == {"upgrades", "upgrade-notices"}
    resources = {one for rule in one_of(found, "ClusterRole")["rules"] for one in rule["resources"]}
    assert resources == {"tokenreviews", "subjectaccessreviews", "validatingwebhookconfigurations"}
    (container,) = one_of(found, "Deployment")["spec"]["template"]["spec"]["containers"]
    assert "--inventory-kubeconfig=/etc/eci-upgrade-guard-inventory/config" in container["args"]


def test_what_no_mode_judges_is_not_sent() -> None:
    found = rendered("1.30", policy={"modes": {"pods": "Off", "workloads": "Off"}})
    sent = {one["name"].partition(".")[0] for one in one_of(found, "ValidatingWebhookConfiguration")["webhooks"]}
    assert sent == {"upgrades", "upgrade-notices"}


EDGES: dict[str, Json] = {
    "no Prometheus": {"networkPolicy": {"metricsFrom": []}},
    "no policy for the network": {"networkPolicy": {"enabled": False}},
    "a host that is a pattern": {"reportIngress": {"enabled": True, "host": "*.example.com"}},
    "a priority that there is": {"priorityClass": {"create": False, "name": "system-cluster-critical"}},
    "no priority": {"priorityClass": {"create": False}},
    "an issuer that there is": {
        "certManager": {"enabled": True, "issuerRef": {"name": "ours", "kind": "ClusterIssuer"}}
    },
}


@pytest.mark.parametrize(
    ("release", "case"), [*(("on", case) for case in EDGES), ("123", "no Prometheus"), ("r" * 53, "no priority")]
)
def test_values_and_names_at_their_edges_make_objects_that_are_taken(
    control_plane: ControlPlane, namespace: str, case: str, release: str
) -> None:
    found = rendered("1.37", release=release, namespace=namespace, **EDGES[case])
    tried = [one for one in found if "cert-manager" not in one["apiVersion"]]
    control_plane.kubectl("apply", "--dry-run=server", "-f", "-", input=yaml.safe_dump_all(tried))


def test_there_is_no_certificate_in_it_and_no_bundle() -> None:
    """Made anew by each render, they would not fit what is served: the guard, or cert-manager, keeps them."""
    text = yaml.safe_dump_all(rendered("1.30"))
    assert "caBundle" not in text
    assert "BEGIN" not in text
    assert rendered("1.30") == rendered("1.30")


EXPORTED = (BASE / "webhook-configuration.yaml").read_text()
BAD: dict[str, tuple[Json, str]] = {
    "a key that there is not": ({"replica": 2}, "replica"),
    "no replica": ({"replicas": 0}, "replicas"),
    "Off without quotes": ({"policy": {"modes": {"pods": False}}}, "modes"),
    "a field of the policy that there is not": ({"policy": {"window": []}}, "window"),
    "a digest of another form": ({"image": {"digest": "latest"}}, "digest"),
    "kinds that the configuration does not name": ({"policy": {"upgradeKinds": {"off": ["plans.x.io"]}}}, "--set-file"),
    "nodes that the conditions do not name": ({"policy": {"evidence": {"nodeNamePatterns": ["^mine-"]}}}, "--set-file"),
    "a cluster that needs no names of nodes": ({"policy": {"evidence": {"everyPodIsECI": True}}}, "--set-file"),
    "a file name in place of a file": ({"webhookConfiguration": "mine.yaml"}, "has no webhooks in it"),
    "a file of something else": ({"webhookConfiguration": "kind: Service"}, "has no webhooks in it"),
    "conditions that the file does not have": (
        {"matchConditions": True, "webhookConfiguration": EXPORTED},
        "--kubernetes 1.28",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_odd_values_are_refused_by_name(case: str) -> None:
    values, named = BAD[case]
    with pytest.raises(Refused) as refused:
        rendered("1.30", **values)
    assert named in str(refused.value)


def test_a_configuration_of_ones_own_is_taken_as_it_is_but_for_where_the_guard_stands(tmp_path: Path) -> None:
    mine = yaml.safe_load(EXPORTED)
    team = {"key": "team", "operator": "In", "values": ["payments"]}
    selector = mine["webhooks"][0]["namespaceSelector"]["matchExpressions"]
    selector[0]["values"].append("istio-system")
    selector.append(team)
    file = tmp_path / "configuration.yaml"
    file.write_text(yaml.safe_dump(mine))
    values: Json = {"policy": {"evidence": {"nodeNamePatterns": ["^mine-"]}}}
    found = rendered("1.30", f"--set-file=webhookConfiguration={file}", namespace="fleet", **values)
    (pods, *_) = one_of(found, "ValidatingWebhookConfiguration")["webhooks"]
    spared, other = pods["namespaceSelector"]["matchExpressions"]
    assert set(spared["values"]) == {"kube-system", "istio-system", "fleet"}
    assert other == team


def test_the_chart_has_the_version_of_the_program() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["version"] == chart["appVersion"] == __version__


REGISTRATION = ("validatingwebhookconfiguration", NAME)
BUNDLE = b64encode(make_self_signed(["localhost"], datetime.now(UTC)).certificate).decode()


def test_helm_installs_upgrades_goes_back_and_uninstalls_it(every_control_plane: ControlPlane) -> None:
    """By the API server's own version, which Helm asks for; and nothing of it stays."""

    def run(*arguments: str) -> str:
        options = [f"--kubeconfig={every_control_plane.kubeconfig}", f"--namespace={NAME}"]
        command = [str(helm()), *arguments, *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("install", NAME, str(CHART), "--create-namespace", "--wait", "--timeout=40s")
    put = [{"op": "add", "path": "/webhooks/0/clientConfig/caBundle", "value": BUNDLE}]
    every_control_plane.kubectl("patch", *REGISTRATION, "--type=json", f"--patch={json.dumps(put)}")

    def registered() -> list[Json]:
        found: Json = yaml.safe_load(every_control_plane.kubectl("get", *REGISTRATION, "--output=yaml").stdout)
        assert found["webhooks"][0]["clientConfig"]["caBundle"] == BUNDLE, "which is the guard's, and not Helm's"
        return list(found["webhooks"])

    run("upgrade", NAME, str(CHART), "--set=failClosed=true", "--wait", "--timeout=40s")
    is_narrow = any("matchConditions" in one for one in registered())
    assert is_narrow is (every_control_plane.version != "1.24")
    assert "Fail" in {one["failurePolicy"] for one in registered()}
    run("rollback", NAME, "1", "--wait", "--timeout=40s")
    assert {one["failurePolicy"] for one in registered()} == {"Ignore"}
    run("uninstall", NAME, "--wait", "--timeout=40s")
    every_control_plane.kubectl("delete", "namespace", NAME)
    assert left_behind(every_control_plane) == []
