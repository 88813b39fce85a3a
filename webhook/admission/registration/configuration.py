"""The ValidatingWebhookConfiguration, as a document and as YAML for people: a comment stands above each choice."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from webhook.admission.registration.entries import Entry

Json = dict[str, Any]

NAME = "eci-upgrade-guard"
_WIDTH = 110
_ON_A_LINE = 3
_UNFOLDED = 10_000
"""Characters: an expression is never broken but where it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where the API server finds the guard."""

    namespace: str = NAME
    name: str = NAME
    port: int = 443


def written(entries: Sequence[Entry], service: Service, *, made_by: str) -> str:
    """Return it as YAML. ``made_by`` is the command that writes it again."""
    lines = [*_comment(f"Made by: {made_by}", ""), *_comment(_ABOUT, ""), _yaml(_head()), "webhooks:\n"]
    for entry in entries:
        indent = "  - "
        for comment, fields in _choices(entry, service):
            lines += _comment(comment, "    " if indent == "    " else "  ") if comment else []
            lines.append(textwrap.indent(_yaml(fields), "    ").replace("    ", indent, 1))
            indent = "    "
    return "".join(lines)


_ABOUT = (
    "There is no caBundle in it: put in that of whoever signed the guard's certificate, and keep it when this is "
    "applied again. "
    "What no entry names never reaches the guard, and what reaches it without need is allowed by the guard itself."
)


def _head() -> Json:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": NAME, "labels": {"app.kubernetes.io/name": NAME}},
    }


def _choices(entry: Entry, service: Service) -> Iterator[tuple[str, Json]]:
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
        spared = ["kube-system", service.namespace]
        selector = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": spared}
        yield (
            "The guard must not be in the way of what keeps the cluster, or itself, alive.",
            {"namespaceSelector": {"matchExpressions": [selector]}},
        )
    if entry.fails_closed:
        yield "While the guard is away nobody upgrades, and nobody makes such an object.", {"failurePolicy": "Fail"}
    else:
        yield "While the guard is away the API server goes on without it.", {"failurePolicy": "Ignore"}
    yield "Seconds; an answer takes milliseconds.", {"timeoutSeconds": entry.timeout}
    yield "", {"sideEffects": "None", "admissionReviewVersions": ["v1"]}


def _comment(text: str, indent: str) -> list[str]:
    return [f"{indent}# {line}\n" for line in textwrap.wrap(text, _WIDTH)]


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are, and lists of short texts on one line."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _list(dumper: yaml.SafeDumper, found: list[Any]) -> yaml.SequenceNode:
    on_a_line = all(isinstance(item, str) for item in found) and len(found) <= _ON_A_LINE
    return dumper.represent_sequence("tag:yaml.org,2002:seq", found, flow_style=on_a_line)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)


def _yaml(value: Json) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=_UNFOLDED)
