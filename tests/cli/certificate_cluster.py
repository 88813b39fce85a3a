"""A cluster in memory that keeps a Secret, a ConfigMap and a webhook configuration, and nothing else."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from certs.stores import StoredSecret

Json = dict[str, Any]


SECRETS = "/api/v1/namespaces/guards/secrets"
CONFIG_MAPS = "/api/v1/namespaces/guards/configmaps"
CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
OURS = {"manager": "eci-upgrade-guard", "operation": "Update"}
AT = ("--service", "guard", "--webhook-configuration", "guard")


@dataclass(frozen=True)
class Write:
    """A request that changes something."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    content_type: str
    body: Any


@dataclass
class Cluster:
    """An API server that keeps objects: just enough of one for the three that hold certificates."""

    objects: dict[str, Json] = field(default_factory=dict)
    """By their paths."""
    writes: list[Write] = field(default_factory=list)
    forbids: str = ""
    """The method that no role grants."""

    @property
    def secret(self) -> dict[str, bytes]:
        data = self.objects[f"{SECRETS}/guard-authority"]["data"]
        return {key: base64.b64decode(value) for key, value in data.items()}

    @property
    def bundles(self) -> dict[str, bytes]:
        entries = self.objects[f"{CONFIGURATIONS}/guard"]["webhooks"]
        return {one["name"]: base64.b64decode(one["clientConfig"].get("caBundle", "")) for one in entries}

    def put_secret(self, secret: StoredSecret) -> None:
        data = {key: base64.b64encode(value).decode() for key, value in secret.data.items()}
        self.objects[f"{SECRETS}/guard-authority"] = {"metadata": {"resourceVersion": "1", "uid": "s"}, "data": data}

    def put_configuration(self, bundle: bytes = b"") -> None:
        entries = [
            {"name": f"{kind}.guard.io", "clientConfig": {"service": {}} | coded(bundle)}
            for kind in ("pods", "upgrades")
        ]
        self.objects[f"{CONFIGURATIONS}/guard"] = {
            "metadata": {"resourceVersion": "1", "uid": "c", "name": "guard"},
            "webhooks": entries,
        }

    def answer(self, method: str, path: str, write: Write | None) -> tuple[int, Json]:
        if method == self.forbids:
            return status_of(403)
        if write is None:
            return (200, self.objects[path]) if path in self.objects else status_of(404)
        self.writes.append(write)
        if method == "POST":
            path = f"{path}/{write.body['metadata']['name']}"
            if path in self.objects:
                return status_of(409)
            self.objects[path] = {**write.body, "metadata": {**write.body["metadata"], "uid": "n"}}
        elif path not in self.objects:
            return status_of(404)
        elif isinstance(write.body, list):
            self._patch(self.objects[path], write.body)
        else:
            merge(self.objects[path], write.body)
        metadata = self.objects[path]["metadata"]
        metadata["resourceVersion"] = str(int(metadata.get("resourceVersion", 0)) + 1)
        return 201 if method == "POST" else 200, self.objects[path]

    def _patch(self, found: Json, operations: list[Json]) -> None:
        """Do a JSON patch, and write down who did, as for whatever does not say itself who owns what."""
        for one in operations:
            *way, last = one["path"].strip("/").split("/")
            at: Any = found
            for step in way:
                at = at[int(step) if isinstance(at, list) else step]
            key = int(last) if isinstance(at, list) else last
            match one["op"]:
                case "test":
                    assert at[key] == one["value"]
                case "remove":
                    del at[key]
                case _:
                    assert key != "resourceVersion" or at[key] == one["value"]
                    at[key] = one["value"]
        if not any("managedFields" in one["path"] for one in operations):
            found["metadata"].setdefault("managedFields", []).append(dict(OURS))


def merge(found: Json, patch: Json) -> None:
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict):
            merge(found.setdefault(key, {}), value)
        else:
            found[key] = value


def status_of(code: int) -> tuple[int, Json]:
    return code, {"kind": "Status", "message": "", "code": code}


def coded(bundle: bytes) -> Json:
    return {"caBundle": base64.b64encode(bundle).decode()} if bundle else {}
