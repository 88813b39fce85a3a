"""Base and components, put together as the README names them, on the oldest and the newest API server."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.cluster import VERSIONS
from tests.cluster.building import Missing
from tests.cluster.control_plane import ControlPlane
from tests.cluster.manifests.installing import NAME
from tests.cluster.manifests.overlays import (
    BASE,
    COMPONENTS,
    FROM_1_28,
    JUDGING,
    MANIFESTS,
    Json,
    built,
    every_combination,
    name_of,
    one_of,
    overlay,
)
from tests.manifests.definitions import definitions
from webhook.admission.registration.configuration import Service, written
from webhook.admission.registration.entries import MATCH_CONDITIONS, entries_for
from webhook.policy.document.reading import read_policy
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.modes import UnsetAtCreate

OVERLAYS = MANIFESTS / "examples/overlays"
EXAMPLES = sorted(folder.name for folder in OVERLAYS.iterdir())
CONFIGURATION = "ValidatingWebhookConfiguration"


def entries(configuration: Json) -> dict[str, Json]:
    return {one["name"]: one for one in configuration["webhooks"]}


@pytest.mark.parametrize("components", every_combination(JUDGING, VERSIONS[0]), ids=name_of)
def test_what_the_api_server_is_told_is_what_export_writes_for_the_policy_beside_it(
    every_control_plane: ControlPlane, components: tuple[str, ...], tmp_path: Path
) -> None:
    found = built(every_control_plane, overlay(tmp_path, components))
    policy = read_policy(one_of(found, "ConfigMap", f"{NAME}-policy")["data"]["policy.yaml"].encode())
    if "strict-unset-pods" in components:  # which is for a policy that says so
        policy = replace(policy, unset_at_create=UnsetAtCreate.JUDGE)
    kubernetes = MATCH_CONDITIONS if "match-conditions" in components else None
    exported = entries_for(policy, kubernetes, fail_closed="fail-closed" in components)
    assert entries(one_of(found, CONFIGURATION)) == entries(yaml.safe_load(written(exported, Service(), made_by="")))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_overlays_of_the_examples_are_registered_for_their_policies(
    every_control_plane: ControlPlane, name: str
) -> None:
    found = built(every_control_plane, OVERLAYS / name)
    written_policy = (OVERLAYS / name / "policy.yaml").read_text()
    exported = written(entries_for(read_policy(written_policy.encode()), None), Service(), made_by="")
    assert entries(one_of(found, CONFIGURATION)) == entries(yaml.safe_load(exported))
    assert one_of(found, "ConfigMap", f"{NAME}-policy")["data"]["policy.yaml"] == written_policy


@pytest.fixture(scope="module")
def _ground(every_control_plane: ControlPlane) -> Iterator[None]:
    """What objects need to be tried: their namespace, and kinds of others. Those stay: no other test minds them."""
    try:
        files = definitions()
    except Missing as missing:
        pytest.skip(str(missing))
    for file in files:  # with fields that an old API server does not know, and drops
        every_control_plane.kubectl("create", "--validate=false", "-f", str(file))
    kinds = [f"crd/{file.stem.partition('_')[2]}.{file.stem.partition('_')[0]}" for file in files]
    every_control_plane.kubectl("wait", "--for=condition=Established", "--timeout=30s", *kinds)
    every_control_plane.kubectl("create", "namespace", NAME)
    yield
    every_control_plane.kubectl("delete", "namespace", NAME)


VALID = [(), *((one,) for one in COMPONENTS), COMPONENTS]


@pytest.mark.parametrize("components", VALID, ids=name_of)
@pytest.mark.usefixtures("_ground")
def test_every_object_is_valid(every_control_plane: ControlPlane, components: tuple[str, ...], tmp_path: Path) -> None:
    chosen = [one for one in components if every_control_plane.version != "1.24" or one not in FROM_1_28]
    done = every_control_plane.kubectl("apply", "--dry-run=server", "-k", str(overlay(tmp_path, chosen)))
    warnings = [line for line in done.stderr.splitlines() if "last-applied-configuration" not in line]
    assert warnings == [], "that the namespace was made by create, and not by apply, is the test's own affair"


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.usefixtures("_ground")
def test_every_object_of_the_examples_is_valid(every_control_plane: ControlPlane, name: str) -> None:
    every_control_plane.kubectl("apply", "--dry-run=server", "-k", str(OVERLAYS / name))


def test_an_older_api_server_refuses_match_conditions(every_control_plane: ControlPlane, tmp_path: Path) -> None:
    """Or there would be no need to leave them out of the base."""
    if KubernetesVersion.parse(every_control_plane.version) >= MATCH_CONDITIONS:
        pytest.skip("this one takes them")
    configuration = MANIFESTS / "components/match-conditions/webhook-configuration.yaml"
    done = every_control_plane.kubectl("apply", "--dry-run=server", "-f", str(configuration), check=False)
    assert 'unknown field "matchConditions"' in done.stderr


def test_with_cert_manager_the_guard_may_write_nothing(every_control_plane: ControlPlane, tmp_path: Path) -> None:
    found = built(every_control_plane, overlay(tmp_path, ["cert-manager"]))
    assert not [one for one in found if one["kind"] in {"Role", "RoleBinding"}]
    rules = one_of(found, "ClusterRole")["rules"]
    # A review is created, and nothing is stored.
    assert {verb for rule in rules if "reviews" not in rule["resources"][0] for verb in rule["verbs"]} == {
        "get",
        "list",
        "watch",
    }


def test_the_policy_of_an_overlay_takes_the_place_of_that_in_base(
    every_control_plane: ControlPlane, tmp_path: Path
) -> None:
    (tmp_path / "policy.yaml").write_text("mine")
    mine = {"name": f"{NAME}-policy", "namespace": NAME, "behavior": "replace", "files": ["policy.yaml"]}
    folder = overlay(tmp_path, JUDGING, configMapGenerator=[mine])
    found = one_of(built(every_control_plane, folder), "ConfigMap", f"{NAME}-policy")
    assert found["data"] == {"policy.yaml": "mine"}


def test_the_image_of_an_overlay_takes_the_place_of_the_unnamed_one(
    every_control_plane: ControlPlane, tmp_path: Path
) -> None:
    image = {"name": NAME, "newName": "registry.example.com/platform/guard", "digest": f"sha256:{'a' * 64}"}
    pod = one_of(built(every_control_plane, overlay(tmp_path, images=[image])), "Deployment")["spec"]["template"]
    assert [one["image"] for one in pod["spec"]["containers"]] == [f"{image['newName']}@{image['digest']}"]


def test_the_base_is_what_an_overlay_without_components_is(every_control_plane: ControlPlane, tmp_path: Path) -> None:
    assert built(every_control_plane, BASE) == built(every_control_plane, overlay(tmp_path))
