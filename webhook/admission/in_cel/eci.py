"""Whether a pod is, or will be, an ECI pod: the questions of ``webhook/policy/evidence.py``, in its order."""

from collections.abc import Iterator

from webhook.admission.in_cel.admission_policy import Variable
from webhook.admission.in_cel.declared_version import annotation
from webhook.admission.registration.cel import any_of, one_of, quoted
from webhook.admission.registration.conditions import of_virtual_nodes
from webhook.policy.evidence import ACS_LABEL, BURST_VALUES, NODE_LABELS, EvidenceRules
from webhook.policy.pod_document import ACS_INSTANCE_ID, BURST_RESOURCE, INSTANCE_ID

_FIELD = "spec.evidence"
_TERMS = ".?spec.?affinity.?nodeAffinity.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms"


def eci(pod: str, evidence: EvidenceRules, *, undeclared: bool) -> Iterator[Variable]:
    """Yield what leads to ``variables.eci``. ``undeclared``: pods that declare no version are asked about too."""
    yield Variable(name="instance", why="", expression=annotation(INSTANCE_ID))
    yield Variable(
        name="acs",
        why="Pods of ACS share the virtual nodes, and are not ECI.",
        expression=any_of(
            (
                f"{_label(ACS_LABEL)} == 'true'",
                "variables.instance.startsWith('acs-')",
                f"{annotation(ACS_INSTANCE_ID)}.startsWith('acs-')",
            )
        ),
    )
    if evidence.every_pod:
        of_place = "true"
    else:
        yield Variable(name="node", why="", expression=f"{pod}.?spec.?nodeName.orValue('')")
        if undeclared:
            yield from _asks(pod, evidence)
        without = "variables.node == '' ? variables.asks :" if undeclared else "variables.node == '' ||"
        of_place = f"(\n{without}\n{of_virtual_nodes('variables.node', evidence)}\n)"
    yield Variable(
        name="eci",
        why=_WHY_EVERY if evidence.every_pod else _WHY,
        expression=f"variables.instance.startsWith('eci-') ||\n(!variables.acs && {of_place})",
        field=f"{_FIELD}.nodeNamePatterns",
    )


_WHY = (
    "An instance is proof, an ordinary node proof of the contrary. Without a node it counts what a pod asks for, and "
    "who declares a platform version asks for ECI."
)
_WHY_EVERY = "By the policy every pod of the cluster is ECI (spec.evidence.everyPodIsECI)."


def _asks(pod: str, evidence: EvidenceRules) -> Iterator[Variable]:
    yield Variable(
        name="terms",
        why="Node affinity asks for ECI where each alternative does.",
        expression=f"{pod}{_TERMS}.orValue([])",
    )
    yield Variable(
        name="asks",
        why="What asks for ECI before there is a node.",
        expression=any_of(_signs(pod, evidence)),
        field=f"{_FIELD}.podLabels",
    )


def _signs(pod: str, evidence: EvidenceRules) -> Iterator[str]:
    yield "variables.declared != ''"
    for key, value in evidence.pod_labels.items():
        yield f"{_label(key)} == {quoted(value)}"
    for key, value in NODE_LABELS.items():
        yield f"{pod}.?spec.?nodeSelector[?{quoted(key)}].orValue('') == {quoted(value)}"
        yield f"(size(variables.terms) > 0 && variables.terms.all(term, {_requires(key, value)}))"
    yield one_of(annotation(BURST_RESOURCE), BURST_VALUES)
    for key, value in evidence.namespace_labels.items():
        yield f"namespaceObject.metadata.?labels[?{quoted(key)}] == optional.of({quoted(value)})"


def _requires(key: str, value: str) -> str:
    one = f"one.key == {quoted(key)} && one.operator == 'In' && one.?values.orValue([]) == [{quoted(value)}]"
    return f"term.?matchExpressions.orValue([]).exists(one, {one})"


def _label(key: str) -> str:
    return f"variables.labels[?{quoted(key)}].orValue('')"
