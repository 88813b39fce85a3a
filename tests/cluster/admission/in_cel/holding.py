"""Exported policies as the API server holds them, each for a namespace of its own, so that many are there at once."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import yaml

from tests.cluster.control_plane import ControlPlane
from webhook.admission.in_cel.manifest import written
from webhook.admission.in_cel.rules import admission_policies
from webhook.admission.in_cel.timeless import timeless
from webhook.admission.registration.configuration import API_VERSION
from webhook.policy.policy import Policy

Json = dict[str, Any]

_HEAD = {"apiVersion": API_VERSION}
_API = f"/apis/{API_VERSION}"
_KINDS = ("validatingadmissionpolicybindings", "validatingadmissionpolicies")
_CONFIG_MAPS = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}]


@dataclass(frozen=True)
class Holder:
    """The label by which all that a test put there is found."""

    control_plane: ControlPlane
    label: str

    def apply(self, manifests: str) -> None:
        """Let kubectl read it and the API server take it, as a person would."""
        self.control_plane.kubectl("apply", "--server-side", "-f", "-", input=manifests)


@contextmanager
def holding(control_plane: ControlPlane, policies: Mapping[str, Policy]) -> Iterator[None]:
    """Have what is exported for each namespace in force until the block ends.

    Changed is for whom it is, and that an expression which fails refuses the object, so that a test sees it.
    """
    holder = Holder(control_plane, secrets.token_hex(4))
    manifests = [_scoped(policy, namespace, holder.label) for namespace, policy in policies.items()]
    try:
        holder.apply("---\n".join(manifests))
        await_all(holder, next(iter(policies)))
        yield
    finally:
        with control_plane.client() as client:
            for kind in _KINDS:
                client.delete(f"{_API}/{kind}", params={"labelSelector": f"test={holder.label}"}).raise_for_status()


def await_all(holder: Holder, namespace: str) -> None:
    """Return when what was applied is in force: the API server hears of a policy that comes after it later."""
    canary = {"name": f"canary-{holder.label}", "labels": {"test": holder.label}}
    spec: Json = {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": _CONFIG_MAPS}}
    spec |= {"validations": [{"expression": "object.metadata.name != 'canary'", "message": holder.label}]}
    binding = {"policyName": canary["name"], "validationActions": ["Deny"]}
    holder.apply(
        yaml.safe_dump_all(
            [
                _HEAD | {"kind": "ValidatingAdmissionPolicy", "metadata": canary, "spec": spec},
                _HEAD | {"kind": "ValidatingAdmissionPolicyBinding", "metadata": canary, "spec": binding},
            ]
        )
    )
    with holder.control_plane.client() as client:
        holder.control_plane.wait_until("the policies to be in force", lambda: _is_refused(client, namespace, holder))


def _is_refused(client: httpx2.Client, namespace: str, holder: Holder) -> bool:
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    answer = client.post(path, params={"dryRun": "All"}, json={"metadata": {"name": "canary"}})
    return not answer.is_success and holder.label in answer.text


def _scoped(policy: Policy, namespace: str, label: str) -> str:
    policy = timeless(policy, None)
    found = written(admission_policies(policy), policy, namespace="ours", at=None, made_by="a test")
    documents = [document for document in yaml.safe_load_all(found) if document]
    for document in documents:
        metadata, spec = document["metadata"], document["spec"]
        metadata["name"] = f"{namespace}.{metadata['name']}"
        metadata["labels"] = {"test": label}
        if document["kind"].endswith("Binding"):
            spec["policyName"] = metadata["name"]
            selector = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
            spec["matchResources"] = {"namespaceSelector": selector}
        else:
            spec["failurePolicy"] = "Fail"
    return yaml.safe_dump_all(documents, allow_unicode=True)
