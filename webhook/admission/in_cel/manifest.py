"""ValidatingAdmissionPolicies and their bindings, as YAML for people."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from webhook.admission.in_cel.admission_policy import AdmissionPolicy
from webhook.admission.registration.commented_yaml import Choice, Expression, Json, comment, fields
from webhook.admission.registration.configuration import API_VERSION, LABELS, NAME, namespace_selector
from webhook.policy.modes import Mode
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy

_ACTIONS = {Mode.DENY: ["Deny", "Audit"], Mode.WARN: ["Warn", "Audit"], Mode.AUDIT: ["Audit"]}
_AT = "eci-upgrade-guard.io/at"
_DELETE = f"kubectl delete validatingadmissionpolicy,validatingadmissionpolicybinding -l app.kubernetes.io/name={NAME}"


def written(
    policies: Sequence[AdmissionPolicy],
    policy: Policy,
    *,
    namespace: str,
    at: datetime | None,
    made_by: str,
) -> str:
    """Return them as YAML. ``namespace`` is the guard's own, ``made_by`` the command that writes it again."""
    lines = list(comment(f"Made by: {made_by}"))
    for text in _about(policy, at):
        lines += ["#\n", *comment(text)]
    lines.append(f"#   {_DELETE}\n")
    for one in policies:
        lines += ["---\n", *_policy(one, namespace, at), "---\n", *_binding(one, at)]
    return "".join(lines)


def _about(policy: Policy, at: datetime | None) -> Iterator[str]:
    yield (
        f"What policy {plain(policy.name)} says of new pods and workloads for Kubernetes {policy.target}, held by the "
        "API server itself (1.30 or later), also while the guard is away."
    )
    if at is not None:
        yield f"It is as of {as_text(at)}: windows, freezes and expiries after that instant change nothing here."
    yield (
        "Only the guard can judge a binding, for which it has to know the pod, and requests for upgrades. Nothing here "
        "is stricter than the guard; what costs more than an API server grants to an expression passes."
    )
    yield (
        "It does not follow the policy: write it anew when that changes. Apply it with --server-side, since kubectl "
        "would write a copy of it into an annotation otherwise, and delete the one before it first, of which more may "
        "be there:"
    )


def _policy(one: AdmissionPolicy, namespace: str, at: datetime | None) -> Iterator[str]:
    yield from comment(one.why)
    yield from fields([("", _head("ValidatingAdmissionPolicy", one.name, at))])
    yield "spec:\n"
    yield from fields(_matching(one, namespace), "  ")
    yield "  variables:\n"
    for variable in one.variables:
        choice = (variable.why, {"name": variable.name, "expression": Expression(variable.expression)})
        yield from fields([choice], "    ", item=True)
    yield "  validations:\n"
    for validation in one.validations:
        chosen = {
            "expression": Expression(validation.expression),
            "messageExpression": Expression(validation.message),
            "reason": "Forbidden",
        }
        yield from fields([(validation.why, chosen)], "    ", item=True)


def _matching(one: AdmissionPolicy, namespace: str) -> Iterator[Choice]:
    yield "A mistake in an expression, or one that costs too much, must never stop pods.", {"failurePolicy": "Ignore"}
    yield (
        "Nothing but what is created is held up. Spared is what keeps the cluster, or the guard, alive.",
        {
            "matchConstraints": {
                "matchPolicy": "Equivalent",
                "namespaceSelector": namespace_selector(namespace),
                "resourceRules": [dict(rule) for rule in one.rules],
            },
        },
    )
    if one.conditions:
        conditions = [{"name": name, "expression": Expression(cel)} for name, cel in one.conditions.items()]
        yield "The cheapest question first: it ends nearly every request.", {"matchConditions": conditions}


def _binding(one: AdmissionPolicy, at: datetime | None) -> Iterator[str]:
    yield from fields(
        [
            ("", _head("ValidatingAdmissionPolicyBinding", one.name, at)),
            (_WHY[one.mode], {"spec": {"policyName": one.name, "validationActions": _ACTIONS[one.mode]}}),
        ]
    )


_WHY = {
    Mode.DENY: "Refused, and noted in the audit log.",
    Mode.WARN: "Allowed with a warning, and noted in the audit log.",
    Mode.AUDIT: "Allowed, and noted in the audit log.",
}


def _head(kind: str, name: str, at: datetime | None) -> Json:
    metadata: Json = {"name": name, "labels": dict(LABELS)}
    if at is not None:
        metadata["annotations"] = {_AT: as_text(at)}
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata}


def as_text(at: datetime) -> str:
    """Write an instant as RFC 3339 has it."""
    return at.isoformat().replace("+00:00", "Z")
