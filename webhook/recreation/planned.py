"""A pod as a plan names it."""

from webhook.policy.pod_facts import PodFacts
from webhook.recreation.circumstances import PodAround
from webhook.recreation.plan import PlannedPod


def planned(pod: PodFacts | PodAround) -> PlannedPod:
    """Name a pod in a plan."""
    return PlannedPod(
        namespace=pod.namespace,
        name=pod.name,
        uid=pod.uid,
        platform_version=pod.platform_version,
        node_name=pod.node_name,
    )
