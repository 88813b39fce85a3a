"""Which pods recreation is asked to look at."""

from typing import NamedTuple

from msgspec import Struct

from webhook.policy.label_selector import LabelSelector
from webhook.policy.pod_facts import PodFacts
from webhook.recreation.plan import WorkloadRef

_SHORT = {
    "deploy": "deployment",
    "sts": "statefulset",
    "rs": "replicaset",
    "rc": "replicationcontroller",
    "po": "pod",
    "cj": "cronjob",
}
"""As kubectl has them."""


class NamedWorkload(NamedTuple):
    """A workload as it is written: KIND/NAME, the kind in any case, its plural or its short name."""

    kind: str
    name: str

    def names(self, workload: WorkloadRef) -> bool:
        """Whether this one is meant."""
        kind = self.kind.lower()
        kind = _SHORT.get(kind, kind)
        return self.name == workload.name and kind in (workload.kind.lower(), f"{workload.kind.lower()}s")


class Scope(Struct, frozen=True, kw_only=True):
    """All of them by default."""

    namespace: str = ""
    selector: LabelSelector = LabelSelector()
    selector_text: str = ""
    """As it was given."""
    workload: NamedWorkload | None = None

    def holds(self, pod: PodFacts) -> bool:
        """Whether a pod is in it, its workload aside."""
        return self.namespace in ("", pod.namespace) and self.selector.selects(pod.labels)

    def holds_workload(self, workload: WorkloadRef) -> bool:
        """Whether pods of this workload are in it."""
        return self.workload is None or self.workload.names(workload)
