"""The words about a request for an upgrade: for somebody who has a window to keep, and for who reads the log later."""

from collections.abc import Iterator
from datetime import timedelta

from webhook.admission.limits import MAX_ANNOTATION, MAX_MESSAGE, MAX_WARNING
from webhook.admission.override_right import RIGHT
from webhook.admission.upgrade_objection import Ground, UpgradeObjection
from webhook.policy.judging import describe
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.policy.upgrades.override import ANNOTATION
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.policy.wording import elapsed, number

_RIGHT = f"the right to {RIGHT}"
_SUGGESTED = timedelta(hours=4)
"""How long the override is to hold that a denial shows."""


def explain(objection: UpgradeObjection, policy: Policy) -> str:
    """Say what is asked, what stands in the way, and what to do: some lines, of which the pods' are cut first."""
    head = [f"{_object(objection)} {_finding(objection)}."]
    tail = [line for line in (_age(objection), _next(objection), _override(objection)) if line]
    tail.append(f"(Policy {plain(policy.name, 63)})")
    room = MAX_MESSAGE - sum(len(line.encode()) + 1 for line in (*head, *tail))
    return "\n".join([*head, *_pods(objection.ground, room), *tail])


def warnings(objection: UpgradeObjection, *, overridden: bool) -> list[str]:
    """Return a few lines that fit where the API server puts them."""
    said = [_finding(objection)]
    if objection.ground is not None and objection.ground.first:
        said.append(f"first: {', '.join(_name(pod.namespace, pod.name) for pod, _ in objection.ground.first)}")
    if objection.skipped and objection.reason is not UpgradeReason.MINOR_SKIPPED:
        said.append(_skips(objection))
    if overridden and objection.override is not None:
        override = objection.override
        said.append(f"overridden by {plain(objection.user, 60)} until {override.until:%Y-%m-%dT%H:%M:%S%z}")
        said.append(f"because: {override.reason}")
    elif objection.ground is not None:
        said.append(f"next: eci-upgrade-guard report --target {objection.ground.target}")
    return [plain(line, MAX_WARNING) for line in said]


def audit_annotations(objection: UpgradeObjection) -> dict[str, str]:
    """Return what was asked and found."""
    annotations = {"reason": objection.reason.code}
    if objection.asked is not None:
        annotations["requested"] = str(objection.asked.version or plain(objection.asked.text, 63))
    if objection.running is not None:
        annotations["running"] = str(objection.running)
    if objection.ground is not None:
        annotations["unfit-pods"] = str(objection.ground.pods)
    if objection.override is not None:
        override = objection.override
        text = f"{override.minor} until={override.until.isoformat()}: {override.reason}"
        annotations["override"] = plain(text, MAX_ANNOTATION)
    return annotations


def _object(objection: UpgradeObjection) -> str:
    if not objection.is_object:
        return plain(objection.name)
    return f"{plain(objection.kind, 63)} {_name(objection.namespace, objection.name)}"


def _name(namespace: str, name: str) -> str:
    return f"{plain(namespace, 63)}/{plain(name)}" if namespace else plain(name)


def _finding(objection: UpgradeObjection) -> str:
    """Say in a clause what is asked, and what is to be said of it."""
    code = objection.reason.code
    if objection.asked is None:
        return f"{_about_override(objection)} ({code})"
    asks = f"asks for {_version(objection)}"
    match objection.reason:
        case UpgradeReason.NOT_CLAIMED:
            return f"{asks} and was not judged: thisCluster.objects of the policy does not name it ({code})"
        case UpgradeReason.MINOR_SKIPPED:
            return f"{asks}: {_skips(objection)} ({code})"
        case UpgradeReason.OUTSIDE_WINDOWS:
            return f"{asks} outside the upgrade windows ({code})"
        case UpgradeReason.FREEZE:
            freeze = objection.hours.freeze
            until = f" until {freeze.ends:%Y-%m-%d %H:%M %Z}: {plain(freeze.reason, 200)}" if freeze else ""
            return f"{asks} in a freeze{until} ({code})"
        case _:
            return f"{asks}: {_standing(objection)} ({code})"


def _version(objection: UpgradeObjection) -> str:
    asked = objection.asked
    if asked is None or asked.version is None:
        text = plain(asked.text, 40) if asked else ""
        return f'a Kubernetes version that cannot be told from "{text}"'
    runs = f", {objection.running} runs" if objection.running else ""
    return f"Kubernetes {asked.version} ({asked.path}{runs})"


def _standing(objection: UpgradeObjection) -> str:
    ground = objection.ground
    if ground is None:
        return objection.reason.meaning
    pods = f"{number(ground.pods, 'ECI pod')} in {number(ground.workloads, 'workload')}"
    match objection.reason:
        case UpgradeReason.PODS_UNFIT:
            return f"{pods} cannot run there"
        case UpgradeReason.VERSION_UNKNOWN if ground.pods:
            return f"under {ground.target} {pods} could not run"
        case _:
            doubt = ground.doubt or f"{pods} could not be judged"
            return f"whether the ECI pods can run there is not known, because {plain(doubt, 300)}"


def _about_override(objection: UpgradeObjection) -> str:
    if objection.reason is UpgradeReason.OVERRIDE_NOT_PERMITTED:
        return f"sets the annotation {ANNOTATION}, but {objection.override_fails}"
    if objection.override is None:
        return f"sets an override that holds for nothing: {objection.override_fails}"
    return f"sets an override for {objection.override.minor} until {objection.override.until.isoformat()}"


def _skips(objection: UpgradeObjection) -> str:
    between = ", ".join(map(str, objection.skipped))
    return f"it skips {between}, and ACK goes up one offered minor at a time"


def _pods(ground: Ground | None, room: int) -> Iterator[str]:
    """Yield a line for each pod that is named, while there is room for it and for the line that counts the rest."""
    if ground is None or not ground.pods:
        return
    named = 0
    for pod, reason in ground.first:
        line = f"  {_name(pod.namespace, pod.name)}: {reason.code}, {describe(pod)}"
        if (room := room - len(line.encode()) - 1) < MAX_WARNING:
            break
        named += 1
        yield line
    if ground.pods > named:
        yield f"  and {ground.pods - named} more"


def _age(objection: UpgradeObjection) -> str:
    if objection.ground is None or objection.age is None:
        return ""
    return f"That is what the cluster said {elapsed(objection.age.total_seconds())} ago."


def _next(objection: UpgradeObjection) -> str:
    also = f"; {_skips(objection)}" if objection.skipped else ""
    closed = "" if objection.hours.open else "; it is outside the upgrade windows too (eci-upgrade-guard windows)"
    match objection.reason:
        case UpgradeReason.PODS_UNFIT:
            target = objection.ground.target if objection.ground else ""
            return (
                f"Next: eci-upgrade-guard report --target {target}, recreate these pods, and ask again{also}{closed}."
            )
        case UpgradeReason.READINESS_UNKNOWN:
            target = objection.ground.target if objection.ground else ""
            return f"Next: eci-upgrade-guard report --target {target} asks the cluster itself{also}{closed}."
        case UpgradeReason.VERSION_UNKNOWN:
            target = objection.ground.target if objection.ground else ""
            return f"Next: name a version, or recreate the pods of eci-upgrade-guard report --target {target}{closed}."
        case UpgradeReason.OUTSIDE_WINDOWS | UpgradeReason.FREEZE:
            return f"Next: eci-upgrade-guard windows tells when the next one opens{also}."
        case _:
            return f"Next: ask who has {_RIGHT}, or take the annotation off."


def _override(objection: UpgradeObjection) -> str:
    """Say how to go on all the same; of an override that is set, why it does not help."""
    asked = objection.asked
    if asked is None or asked.version is None or not objection.is_object:
        return ""
    if objection.override_fails:
        return f"The override that is set does not help: {objection.override_fails}."
    until = (objection.now + _SUGGESTED).strftime("%Y-%m-%dT%H:%M:00Z")
    value = f"{asked.version} until={until}: REASON"
    return f'To go on all the same: annotate it with {ANNOTATION}: "{value}", which needs {_RIGHT}.'
