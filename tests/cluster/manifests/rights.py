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


def given(documents: Iterable[Json]) -> set[Right]:
    """Return what the roles called as the guard is give it."""
    roles = [one for one in documents if one["kind"] in {"Role", "ClusterRole"} and one["metadata"]["name"] == NAME]
    return {
        Right(group, resource, verb, name)
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for name in rule.get("resourceNames", [""])
    }


def used(events: Iterable[Json], tied: set[tuple[str, str, str]]) -> set[Right]:
    """Return what was done, by the audit log. The name counts for what is ``tied`` to one (without it)."""
    return {
        Right(*what, event["objectRef"].get("name", "") if what in tied else "")
        for event in events
        if "resource" in event.get("objectRef", {})
        for what in [(event["objectRef"].get("apiGroup", ""), event["objectRef"]["resource"], event["verb"])]
    }


def of(control_plane: ControlPlane, account: str) -> Iterator[Json]:
    """Yield what the API server wrote down of an account."""
    return (event for event in control_plane.audit_events() if event["user"]["username"] == account)
