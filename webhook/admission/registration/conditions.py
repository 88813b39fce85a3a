"""Match conditions, by name: they keep away what the guard would allow without a word, and never fail themselves."""

from collections.abc import Iterator, Mapping, Sequence

from webhook.admission.registration.cel import any_of, compared, differs, quoted
from webhook.policy.evidence import EvidenceRules
from webhook.policy.pod_document import PLATFORM_VERSION
from webhook.policy.upgrades.kind import UpgradeKind
from webhook.policy.upgrades.override import ANNOTATION

_RESOURCE = "request.resource.group + '/' + request.resource.resource"


def of_pods() -> Mapping[str, str]:
    """Return what a new pod must show to be worth a call."""
    declares = f"has(object.metadata.annotations) && {quoted(PLATFORM_VERSION)} in object.metadata.annotations"
    return {"declares-a-platform-version": declares}


def of_bindings(evidence: EvidenceRules) -> Mapping[str, str]:
    """Return what a binding must show. In a cluster whose every pod is ECI there is nothing to tell apart."""
    return {} if evidence.every_pod else {"to-a-virtual-node": of_virtual_nodes("object.target.name", evidence)}


def of_virtual_nodes(name: str, evidence: EvidenceRules) -> str:
    """Say that the value is the name of a virtual node."""
    return any_of(f"{name}.matches({quoted(pattern)})" for pattern in evidence.node_names.texts) or "false"


def of_upgrades(kinds: Sequence[UpgradeKind]) -> Mapping[str, str]:
    """Return what a change of an upgrade object must show: another version, or another override."""
    found = {"asks-for-something": any_of(_changes(kinds))}
    objects = [kind for kind in kinds if kind.object is not None]
    if objects:
        found["is-the-one-object"] = any_of(_names(objects))
    return found


def _changes(kinds: Sequence[UpgradeKind]) -> Iterator[str]:
    yield "request.operation == 'CREATE'"
    yield differs(("metadata", "annotations", ANNOTATION))
    alike: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for kind in kinds:
        alike.setdefault(tuple(compared(kind.fields())), []).append(f"{kind.group}/{kind.resource}")
    for fields, names in alike.items():
        listed = ",\n  ".join(map(quoted, names))
        found = " ||\n  ".join(map(differs, fields))
        yield f"({_RESOURCE} in [\n  {listed}\n] && (\n  {found}\n))"


def _names(objects: Sequence[UpgradeKind]) -> Iterator[str]:
    """Yield that the request is about another kind, or about the one object of a kind that counts."""
    listed = ", ".join(quoted(f"{kind.group}/{kind.resource}") for kind in objects)
    yield f"!({_RESOURCE} in [{listed}])"
    for kind in objects:
        if kind.object is not None:
            yield (
                f"({_RESOURCE} == {quoted(f'{kind.group}/{kind.resource}')} && "
                f"has(request.namespace) && request.namespace == {quoted(kind.object.namespace)} && "
                f"has(request.name) && request.name == {quoted(kind.object.name)})"
            )
