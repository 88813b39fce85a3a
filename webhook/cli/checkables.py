"""What ``check`` is given, turned into the requests that it would make: manifests, reviews, and plans of Terraform."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from webhook.admission import kinds as judged_at_create
from webhook.admission.review import API_VERSION, KIND, BadReview, Request, read_review
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.nearest import nearest
from webhook.policy.plain_text import plain
from webhook.policy.upgrades.catalogue import UpgradeKinds
from webhook.policy.upgrades.kind import Scope
from webhook.policy.upgrades.terraform import GROUP, Malformed, PlannedChange, changes_in, is_plan

_LIKENESS = 0.65
_LIKENESS_ELSEWHERE = 0.88


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkable:
    """Something to check. Texts are safe to show."""

    name: str
    request: Request | None = None
    """None for a kind of no concern, and for what cannot be read."""
    asks_for_upgrade: bool = False
    """Whether it may ask for an upgrade, so that the pods of a cluster decide."""
    planned: PlannedChange | None = None
    """What it is in a plan: no API server will ask about it."""
    problem: str = ""
    """Why it cannot be read."""


def checkables(objects: Iterable[Any], kinds: UpgradeKinds) -> Iterator[Checkable]:
    """Yield all there is to check, in its order. What cannot be read hides nothing else."""
    for found in objects:
        if is_plan(found):
            yield from _planned(found)
        else:
            yield _given(found, kinds)


def _given(found: Any, kinds: UpgradeKinds) -> Checkable:
    name = _name(found)
    try:
        request = _request(found, kinds)
    except BadReview as error:
        return Checkable(name=name, problem=str(error))
    asks = request is not None and (request.resource.group, request.resource.resource) in kinds.by_key()
    return Checkable(name=name, request=request, asks_for_upgrade=asks)


def _planned(plan: dict[str, Any]) -> Iterator[Checkable]:
    for found in changes_in(plan):
        if isinstance(found, Malformed):
            yield Checkable(name=plain(found.place), problem=found.problem)
        else:
            yield _planned_change(found)


def _planned_change(change: PlannedChange) -> Checkable:
    request = {
        "uid": "check",
        "operation": "UPDATE",
        "resource": {"group": GROUP, "resource": change.resource},
        "name": change.address,
        "object": {"version": change.untold or _written(change.after)},
        "oldObject": {"version": _written(change.before)},
    }
    read = read_review(_encode({"apiVersion": API_VERSION, "kind": KIND, "request": request}))
    return Checkable(name=plain(change.address), request=read, asks_for_upgrade=change.rises, planned=change)


def _written(version: KubernetesVersion | None) -> str | None:
    return None if version is None else str(version)


def _request(found: Any, kinds: UpgradeKinds) -> Request | None:
    """Return the request that creating the object would make; None for a kind of no concern."""
    if not isinstance(found, dict):
        raise BadReview("not an object of Kubernetes")
    if found.get("kind") == KIND:
        return read_review(_encode(found))
    group, kind = str(found.get("apiVersion", "")).rpartition("/")[0], str(found.get("kind", ""))
    upgrade_kind = kinds.named(group, kind)
    resource = judged_at_create.resource_of(group, kind) if upgrade_kind is None else upgrade_kind.resource
    if resource is None:
        if not (found.get("kind") and found.get("apiVersion")):
            raise BadReview("it has no apiVersion or no kind")
        if near := _near(group, kind, kinds):
            raise BadReview(f"no such kind is judged{near}")
        return None
    metadata = _get(found, "metadata")
    is_namespaced = upgrade_kind is None or upgrade_kind.scope is Scope.NAMESPACED
    request = {
        "uid": "check",
        "operation": "CREATE",
        "resource": {"group": group, "resource": resource},
        "name": _text(_get(metadata, "name")),
        "namespace": (_get(metadata, "namespace") or "default") if is_namespaced else None,
        "object": found,
    }
    return read_review(_encode({"apiVersion": API_VERSION, "kind": KIND, "request": request}))


def _near(group: str, kind: str, kinds: UpgradeKinds) -> str:
    """Ask whether another kind was meant; "" for one that is not near to any that is judged.

    Groups without a dot are of Kubernetes itself. Elsewhere kinds of a group have names much like each other's.
    """
    if "." not in group:
        return nearest(f"{kind}.{group}".rstrip("."), judged_at_create.names(), cutoff=_LIKENESS)
    return nearest(
        kind, (one.kind for one in kinds.by_key().values() if one.group == group), cutoff=_LIKENESS_ELSEWHERE
    )


def _encode(value: Any) -> bytes:
    """Write as JSON, so that what is judged is read just as the server reads it."""
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError, RecursionError):
        raise BadReview("it has a value that JSON has not") from None


def _name(found: Any) -> str:
    """Name an object of any shape; of a review name what it is about."""
    if _get(found, "kind") == KIND:
        request = _get(found, "request")
        names = (_get(_get(request, "kind"), "kind"), _get(request, "namespace"), _get(request, "name"))
    else:
        metadata = _get(found, "metadata")
        names = (_get(found, "kind"), _get(metadata, "namespace"), _get(metadata, "name"))
    kind, namespace, name = map(_text, names)
    return f"{plain(kind) or '?'} {f'{plain(namespace)}/' if namespace else ''}{plain(name) or '?'}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None
