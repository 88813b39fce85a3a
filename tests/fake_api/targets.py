"""What a request is about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

Resource = Literal["pods", "namespaces"]
Kind = Literal["list pods", "watch pods", "get pod", "list namespaces", "watch namespaces", "version"]
"""What a script can be written for."""

_NAME = "[^/]+"
_COLLECTION = re.compile(rf"/api/v1/(?:namespaces/(?P<namespace>{_NAME})/)?(?P<resource>pods)|/api/v1/namespaces")
_POD = re.compile(rf"/api/v1/namespaces/(?P<namespace>{_NAME})/pods/(?P<name>{_NAME})")


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of request and which objects it asks for."""

    kind: Kind
    resource: Resource = "pods"
    namespace: str | None = None
    name: str | None = None

    @property
    def prefix(self) -> str:
        """Of the keys of all objects that are asked for."""
        return f"{self.namespace}/" if self.namespace else ""

    @property
    def is_watch(self) -> bool:
        """Whether the answer is a stream."""
        return self.kind.startswith("watch")


def target_of(path: str, query: Mapping[str, str]) -> Target | None:
    """Return what a GET of this path asks for; None if the fake does not have it."""
    if path == "/version":
        return Target("version")
    if match := _POD.fullmatch(path):
        return Target("get pod", "pods", match["namespace"], match["name"])
    if match := _COLLECTION.fullmatch(path):
        resource: Resource = "pods" if match["resource"] else "namespaces"
        verb = "watch" if query.get("watch") in ("true", "1") else "list"
        return Target(cast("Kind", f"{verb} {resource}"), resource, match["namespace"])
    return None
