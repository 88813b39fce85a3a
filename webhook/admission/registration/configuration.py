"""The ValidatingWebhookConfiguration, as a document and as YAML for people: a comment stands above each choice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webhook.admission.registration.commented_yaml import Choice, Json, comment, fields
from webhook.admission.registration.entries import Entry

API_VERSION = "admissionregistration.k8s.io/v1"
NAME = "eci-upgrade-guard"
LABELS = {"app.kubernetes.io/name": NAME}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where the API server finds the guard."""

    namespace: str = NAME
    name: str = NAME
    port: int = 443


def written(entries: Sequence[Entry], service: Service, *, made_by: str) -> str:
    """Return it as YAML. ``made_by`` is the command that writes it again."""
    lines = [*comment(f"Made by: {made_by}"), *comment(_ABOUT), *fields([("", _head())]), "webhooks:\n"]
    for entry in entries:
        lines += fields(_choices(entry, service), "  ", item=True)
    return "".join(lines)


_ABOUT = (
    "There is no caBundle in it: put in that of whoever signed the guard's certificate, and keep it when this is "
    "applied again. "
    "What no entry names never reaches the guard, and what reaches it without need is allowed by the guard itself."
)


def _head() -> Json:
    return {
        "apiVersion": API_VERSION,
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": NAME, "labels": LABELS},
    }


def namespace_selector(namespace: str) -> Json:
    """Return what leaves out kube-system, and the guard's own namespace."""
    selector = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system", namespace]}
    return {"matchExpressions": [selector]}


def _choices(entry: Entry, service: Service) -> Iterator[Choice]:
    """Yield the fields of a webhook in order, those that belong together with the comment above them."""
    yield entry.why, {"name": entry.name}
    yield (
        "",
        {
            "clientConfig": {
                "service": {
                    "namespace": service.namespace,
                    "name": service.name,
                    "path": "/validate",
                    "port": service.port,
                },
            },
            "rules": [dict(rule) for rule in entry.rules],
        },
    )
    yield (
        "Other served versions of these kinds come too, converted to one that the rule names.",
        {"matchPolicy": "Equivalent"},
    )
    if entry.conditions:
        yield (
            "Asked inside the API server: what does not hold never becomes a call. No missing field makes it fail.",
            {"matchConditions": [{"name": name, "expression": cel} for name, cel in entry.conditions.items()]},
        )
    if entry.spares:
        yield (
            "The guard must not be in the way of what keeps the cluster, or itself, alive.",
            {"namespaceSelector": namespace_selector(service.namespace)},
        )
    if entry.fails_closed:
        yield "While the guard is away nobody upgrades, and nobody makes such an object.", {"failurePolicy": "Fail"}
    else:
        yield "While the guard is away the API server goes on without it.", {"failurePolicy": "Ignore"}
    yield "Seconds; an answer takes milliseconds.", {"timeoutSeconds": entry.timeout}
    yield "", {"sideEffects": "None", "admissionReviewVersions": ["v1"]}
