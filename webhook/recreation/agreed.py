"""What is left of a plan that somebody agreed to, when the cluster has been looked at anew."""

from msgspec import structs

from webhook.recreation.plan import Plan


def still(agreed: Plan, now: Plan) -> Plan:
    """Return the plan of now without what nobody agreed to: another pod, or another way to go about it."""
    agreed_to = {(step.strategy, pod.uid) for step in agreed.steps for pod in step.pods}
    kept = ((step, tuple(pod for pod in step.pods if (step.strategy, pod.uid) in agreed_to)) for step in now.steps)
    return structs.replace(now, steps=tuple(structs.replace(step, pods=pods) for step, pods in kept if pods))
