"""Messages: the guard's own words, with expressions in place of what only the request tells.

Left out is why a pod counts as ECI: to tell it would take as many expressions again.
"""

from dataclasses import replace

from webhook.admission.in_cel.outcomes import Outcome
from webhook.admission.objection import Objection, Surface
from webhook.admission.pod_messages import explain, say_what
from webhook.admission.registration.cel import interpolated, quoted
from webhook.policy.matrix import UNSET
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy


def message(outcome: Outcome, policy: Policy, surface: Surface, *, exempt: bool) -> str:
    """Return a messageExpression. What it makes is one line, and well within the 5 KiB that an API server takes."""
    blank = Objection(
        surface=surface,
        kind="{kind}" if surface is Surface.WORKLOADS else "pod",
        namespace="{namespace}",
        name="{name}",
        reason=outcome.reason,
        platform_version=UNSET if outcome.unset else "{version}",
        evidence="",
    )
    nameless = replace(policy, name="{policy}")
    if exempt:
        words = f"{say_what(blank, nameless)}. It is {{exemption}} (Policy {{policy}})"
    else:
        words = explain(blank, nameless)
    values = {
        "kind": "request.kind.kind",
        "namespace": "request.namespace",
        "name": "object.metadata.name",
        "version": "variables.shown",
        "exemption": "variables.exemption",
        "policy": quoted(plain(policy.name)),
    }
    return interpolated(words, values)
