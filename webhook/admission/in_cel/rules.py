"""The admission policies that hold what the guard's rules for new pods and workloads say.

An API server gives one answer (deny, warn, audit) to all that a policy finds, so what the guard answers otherwise than
by the mode stands in a policy of its own: an unknown version is warned about at most, and what is exempt passes with a
word.
"""

import re
from collections.abc import Iterator

from webhook.admission.in_cel.admission_policy import AdmissionPolicy, Validation, Variable
from webhook.admission.in_cel.declared_version import declared_version
from webhook.admission.in_cel.eci import eci
from webhook.admission.in_cel.exemptions import exemption
from webhook.admission.in_cel.outcomes import Outcome, outcomes
from webhook.admission.in_cel.words import message
from webhook.admission.kinds import Rule
from webhook.admission.objection import Surface
from webhook.admission.registration.cel import quoted
from webhook.admission.registration.conditions import of_pods
from webhook.admission.registration.entries import rules_at_create
from webhook.policy.modes import Mode, mode_towards
from webhook.policy.pod_document import PLATFORM_VERSION
from webhook.policy.policy import Policy

_ONE_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\C")
"""What RE2 knows, and Go's reading of the same patterns does not."""
_TEMPLATE = "dyn(object).spec.?jobTemplate.?spec.?template.or(dyn(object).spec.?template).orValue({})"
"""Of a CronJob, and of all others. Without ``dyn`` the API server would miss the one field in each of the others."""


class NotInCel(ValueError):
    """Raised for what an API server cannot evaluate. Its message names the field."""


def admission_policies(policy: Policy) -> list[AdmissionPolicy]:
    """Return them for a policy that depends on no time. Raises NotInCel, TooLarge."""
    for pattern in policy.evidence.node_names.texts:
        if _ONE_BYTE.search(pattern):
            raise NotInCel(r"spec.evidence.nodeNamePatterns: \C (one byte) is not known to API servers")
    modes = {Surface.PODS: policy.modes.pods, Surface.WORKLOADS: policy.modes.workloads}
    return [
        one for surface, mode in modes.items() if mode is not Mode.OFF for one in _of_surface(policy, surface, mode)
    ]


def _of_surface(policy: Policy, surface: Surface, mode: Mode) -> Iterator[AdmissionPolicy]:
    found = list(outcomes(policy, surface))
    undeclared = any(outcome.unset for outcome in found)
    rule = Rule.POD if surface is Surface.PODS else Rule.WORKLOAD
    by_mode: dict[Mode, list[Validation]] = {mode: []}
    for outcome in found:
        answer = mode_towards(outcome.reason.verdict, mode)
        by_mode.setdefault(answer, []).append(_validation(outcome, policy, surface))
    if policy.exemptions:
        of_exempt = [_validation(outcome, policy, surface, exempt=True) for outcome in found]
        by_mode.setdefault(Mode.WARN, []).extend(of_exempt)
    for answer, validations in by_mode.items():
        if validations:
            yield AdmissionPolicy(
                name=f"{surface if answer is mode else f'{surface[:-1]}-notices'}.eci-upgrade-guard.io",
                why=_why(surface, mode, answer),
                mode=answer,
                rules=rules_at_create(rule),
                conditions={} if undeclared else _declares(surface),
                variables=tuple(_variables(policy, surface, undeclared=undeclared)),
                validations=tuple(validations),
            )


def _why(surface: Surface, mode: Mode, answer: Mode) -> str:
    what = "new pods" if surface is Surface.PODS else "the pod templates of new workloads"
    if answer is mode:
        return f"About {what}, for which the mode is {mode}."
    return f"About {what} too: a version that the matrix does not know is no proof, and what is exempt passes."


def _declares(surface: Surface) -> dict[str, str]:
    if surface is Surface.PODS:
        return dict(of_pods())
    declared = f"{_TEMPLATE}.?metadata.?annotations[?{quoted(PLATFORM_VERSION)}].hasValue()"
    return dict.fromkeys(of_pods(), declared)


def _variables(policy: Policy, surface: Surface, *, undeclared: bool) -> Iterator[Variable]:
    pod = "object"
    if surface is Surface.WORKLOADS:
        pod = "variables.template"
        yield Variable(name="template", why="Of a CronJob it lies deeper.", expression=_TEMPLATE)
    yield from declared_version(pod)
    yield from eci(pod, policy.evidence, undeclared=undeclared)
    if policy.exemptions:
        yield exemption(policy.exemptions)


def _validation(outcome: Outcome, policy: Policy, surface: Surface, *, exempt: bool = False) -> Validation:
    holds = [outcome.unless, "!variables.eci"]
    if policy.exemptions:
        holds.append(f"variables.exemption {'==' if exempt else '!='} ''")
    return Validation(
        why=f"{outcome.reason.code}{', and exempt' if exempt else ''}: {outcome.reason.meaning}.",
        expression=" || ".join(holds),
        message=message(outcome, policy, surface, exempt=exempt),
    )
