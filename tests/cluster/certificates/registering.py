"""Webhook configurations as several people write them, beside the guard."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.cluster.certificates.keeping import CONFIGURATIONS
from tests.cluster.control_plane import ControlPlane

Json = dict[str, Any]
Entries = Mapping[str, str]
"""What each entry has for a caBundle, by its name; "" is that nothing is said of it."""

GROUP = "admissionregistration.k8s.io/v1"
PATH = f"/apis/{GROUP}/{CONFIGURATIONS}"


def document(name: str, entries: Entries, **changed: Any) -> Json:
    """What somebody writes: entries that are called for objects that nobody has."""
    return {
        "apiVersion": GROUP,
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": [_entry(one, bundle) | changed for one, bundle in entries.items()],
    }


def _entry(name: str, bundle: str) -> Json:
    service = {"namespace": "kube-system", "name": "guard", "path": "/validate"}
    return {
        "name": name,
        "clientConfig": {"service": service} | ({"caBundle": coded(bundle)} if bundle else {}),
        "rules": [{"apiGroups": ["x.y"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["nothings"]}],
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Ignore",
        "timeoutSeconds": 2,
    }


def coded(bundle: str) -> str:
    return base64.b64encode(bundle.encode()).decode()


class Configuration:
    """One of a control plane, as the administrator sees it, and others."""

    def __init__(self, control_plane: ControlPlane, name: str) -> None:
        self.name = name
        self._control_plane = control_plane

    def read(self) -> Json:
        with self._control_plane.client() as client:
            found: Json = client.get(f"{PATH}/{self.name}").raise_for_status().json()
        return found

    def bundles(self) -> dict[str, str]:
        """What each entry has."""
        entries = self.read().get("webhooks", [])
        return {one["name"]: base64.b64decode(one["clientConfig"].get("caBundle", "")).decode() for one in entries}

    def owners(self) -> list[tuple[str, str]]:
        """Who owns any of it, and by which operation."""
        return [(one["manager"], one["operation"]) for one in self.read()["metadata"].get("managedFields", [])]

    def delete(self) -> None:
        with self._control_plane.client() as client:
            client.delete(f"{PATH}/{self.name}")

    def apply(self, given: Json, manager: str = "flux") -> None:
        """As GitOps does, and Helm 4: by server-side apply."""
        self._apply(given, "--server-side", f"--field-manager={manager}")

    def apply_from_here(self, given: Json) -> None:
        """As people do: kubectl compares with what it applied last."""
        self._apply(given)

    def put(self, given: Json) -> None:
        """As ``helm upgrade --force`` and much else does: the whole object in place of what there was."""
        with self._control_plane.client() as client:
            found = client.get(f"{PATH}/{self.name}")
            if found.is_success:
                version = found.json()["metadata"]["resourceVersion"]
                body = given | {"metadata": given["metadata"] | {"resourceVersion": version}}
                answer = client.put(f"{PATH}/{self.name}", params={"fieldManager": "helm"}, json=body)
            else:
                answer = client.post(PATH, params={"fieldManager": "helm"}, json=given)
        answer.raise_for_status()

    def patch(self, path: str, value: Any, manager: str = "somebody") -> None:
        """Put a value at a path."""
        headers = {"Content-Type": "application/json-patch+json"}
        body = json.dumps([{"op": "add", "path": path, "value": value}])
        with self._control_plane.client() as client:
            address = f"{PATH}/{self.name}"
            client.patch(address, params={"fieldManager": manager}, content=body, headers=headers).raise_for_status()

    def _apply(self, given: Json, *options: str) -> None:
        self._control_plane.kubectl("apply", "-f", "-", *options, input=json.dumps(given))


Write = Callable[[Configuration, Json], None]


@contextmanager
def configuration(control_plane: ControlPlane, name: str) -> Iterator[Configuration]:
    """One that is there, or not, as the test says; and not after it."""
    one = Configuration(control_plane, name)
    try:
        yield one
    finally:
        one.delete()
