"""Rights: those that roles give, and those that a real API server saw used."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.cluster.control_plane import ControlPlane
from tests.cluster.manifests.installing import NAME

Json = dict[str, Any]


class Right(NamedTuple):
    """To do something to a kind of object, or to one object alone."""

    group: str
    resource: str
    verb: str
    name: str = ""
    """"" is any."""


def given(documents: Iterable[Json], name: str = NAME) -> set[Right]:
    """Return what the roles of a name give; by default those called as the guard is."""
    roles = [one for one in documents if one["kind"] in {"Role", "ClusterRole"} and one["metadata"]["name"] == name]
    return {
        Right(group, resource, verb, only)
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for only in rule.get("resourceNames", [""])
    }


def used(events: Iterable[Json], tied: set[tuple[str, str, str]]) -> set[Right]:
    """Return what was done, by the audit log. The name counts for what is ``tied`` to one (without it)."""
    return {
        Right(*what, event["objectRef"].get("name", "") if what in tied else "")
        for event in events
        if "resource" in event.get("objectRef", {})
        for what in [(event["objectRef"].get("apiGroup", ""), _resource(event["objectRef"]), event["verb"])]
    }


def _resource(reference: Json) -> str:
    return "/".join(reference[part] for part in ("resource", "subresource") if part in reference)


def of(control_plane: ControlPlane, account: str) -> Iterator[Json]:
    """Yield what the API server wrote down of an account."""
    return (event for event in control_plane.audit_events() if event["user"]["username"] == account)
