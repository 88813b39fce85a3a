"""A pod's facts and a target in, a reason (and with it a verdict) out; and pods taken together, a readiness out."""

from collections.abc import Mapping

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.matrix import UNSET, Matrix, normalise
from webhook.policy.plain_text import plain
from webhook.policy.pod_facts import PodFacts, PodState
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Readiness, Verdict

_BEFORE_THE_VERSION = {
    PodState.MALFORMED: Reason.POD_MALFORMED,
    PodState.FINISHED: Reason.INSTANCE_ENDED,
    PodState.PENDING: Reason.NO_INSTANCE_YET,
}


def judge(pod: PodFacts, target: KubernetesVersion, matrix: Matrix) -> Reason:
    """Judge one ECI pod. Finished, pending and malformed pods are told before the version is looked at."""
    return _BEFORE_THE_VERSION.get(pod.state) or matrix.judge(pod.platform_version, target)


def describe(pod: PodFacts) -> str:
    """Say what was seen, in one line: "annotation absent, instance eci-… running on virtual-kubelet-…"."""
    if pod.state is PodState.MALFORMED:
        return plain(pod.problem)
    parts = [_describe_annotation(pod.platform_version)]
    if pod.state is PodState.RUNNING:
        instance = f"instance {plain(pod.instance_id, 63)}" if pod.instance_id else "instance (id not known)"
        parts.append(f"{instance} running" + (f" on {plain(pod.node_name)}" if pod.node_name else ""))
    else:
        parts.append(f"{pod.state}, {plain(pod.sign)}")
    if pod.deleting:
        parts.append("being deleted")
    return ", ".join(parts)


def _describe_annotation(version: str | None) -> str:
    if version is None:
        return "annotation absent"
    return "annotation empty" if normalise(version) == UNSET else f"annotation {plain(version, 40)}"


def readiness(counts: Mapping[Verdict, int], *, complete: bool) -> Readiness:
    """Judge all pods together.

    ``complete`` is whether every object could be read and is fresh enough. A pod known to be unfit outweighs what is
    not known: reading the rest could not make the cluster ready.
    """
    if counts.get(Verdict.INCOMPATIBLE):
        return Readiness.NOT_READY
    if counts.get(Verdict.UNKNOWN) or not complete:
        return Readiness.UNKNOWN
    return Readiness.READY
