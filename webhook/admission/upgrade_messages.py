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
    head = [f"{_object(objection)} {_finding(objection, where=True)}."]
    tail = [line for line in (_age(objection), _next(objection), _override(objection)) if line]
    tail.append(f"(Policy {plain(policy.name, 63)})")
    room = MAX_MESSAGE - sum(len(line.encode()) + 1 for line in (*head, *tail))
    return "\n".join([*head, *_pods(objection.ground, room), *tail])


def warnings(objection: UpgradeObjection, *, overridden: bool) -> list[str]:
    """Return a few lines that fit where the API server puts them.

    The last names the object: clients show a line once, and many objects may be applied at a time.
    """
    said = [_finding(objection, where=False, room=MAX_WARNING)]
    if objection.ground is not None and objection.ground.first:
        said.append(f"first: {', '.join(_name(pod.namespace, pod.name) for pod, _ in objection.ground.first)}")
    if objection.skipped and objection.reason is not UpgradeReason.MINOR_SKIPPED:
        said.append(_skips(objection))
    if overridden and objection.override is not None:
        override = objection.override
        said.append(f"overridden by {plain(objection.user, 60)} until {override.until:%Y-%m-%dT%H:%M:%S%z}")
        said.append(f"because: {override.reason}")
    todo = _todo(objection)
    said.append(f"{plain(_object(objection), MAX_WARNING - len(todo) - 2)}: {todo}")
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


def _finding(objection: UpgradeObjection, *, where: bool, room: int = MAX_MESSAGE) -> str:
    """Say what is asked, perhaps in which field, and what is to be said of it; the code is never cut."""
    code = f" ({objection.reason.code})"
    return plain(_clause(objection, where=where), room - len(code)) + code


def _clause(objection: UpgradeObjection, *, where: bool) -> str:
    if objection.asked is None:
        return _about_override(objection)
    asks = f"asks for {_version(objection, where=where)}"
    match objection.reason:
        case UpgradeReason.NOT_CLAIMED:
            return f"{asks} and was not judged: thisCluster.objects does not claim it"
        case UpgradeReason.MINOR_SKIPPED:
            return f"{asks}: {_skips(objection)}"
        case UpgradeReason.OUTSIDE_WINDOWS:
            return f"{asks} outside the upgrade windows"
        case UpgradeReason.FREEZE:
            freeze = objection.hours.freeze
            until = f" until {freeze.ends:%Y-%m-%d %H:%M %Z}: {plain(freeze.reason, 200)}" if freeze else ""
            return f"{asks} in a freeze{until}"
        case _:
            return f"{asks}: {_standing(objection)}"


def _version(objection: UpgradeObjection, *, where: bool) -> str:
    asked = objection.asked
    if asked is None or asked.version is None:
        text = plain(asked.text, 40) if asked else ""
        return f'a Kubernetes version that cannot be told from "{text}"'
    runs = f"{objection.running} runs" if objection.running else ""
    aside = ", ".join(filter(None, (asked.path if where else "", runs)))
    return f"Kubernetes {asked.version} ({aside})" if aside else f"Kubernetes {asked.version}"


def _standing(objection: UpgradeObjection) -> str:
    ground = objection.ground
    if ground is None:
        return objection.reason.meaning
    pods = f"{number(ground.pods, 'ECI pod')} in {number(ground.workloads, 'workload')}"
    match objection.reason:
        case UpgradeReason.PODS_UNFIT:
            return f"{pods} cannot run there{', or could not be judged' if ground.not_judged else ''}"
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
    return f"it skips {between}, and ACK offers one step at a time"


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


def _todo(objection: UpgradeObjection) -> str:
    """Say in a few words what to do, beside a warning."""
    match objection.reason:
        case UpgradeReason.NOT_CLAIMED:
            return "claim it there if it stands for this cluster"
        case UpgradeReason.OUTSIDE_WINDOWS | UpgradeReason.FREEZE:
            return "eci-upgrade-guard windows tells when one opens"
        case UpgradeReason.MINOR_SKIPPED:
            return "ask for one minor after the other"
        case UpgradeReason.OVERRIDE_SET | UpgradeReason.OVERRIDE_NOT_PERMITTED:
            return "nothing was asked for yet"
        case _:
            return f"eci-upgrade-guard report --target {_target(objection)}"


def _target(objection: UpgradeObjection) -> str:
    return str(objection.ground.target) if objection.ground else ""


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
            return (
                f"Next: eci-upgrade-guard report --target {_target(objection)} asks the cluster itself{also}{closed}."
            )
        case UpgradeReason.VERSION_UNKNOWN:
            report = f"eci-upgrade-guard report --target {_target(objection)}"
            return f"Next: name a version, or recreate the pods of {report}{closed}."
        case UpgradeReason.OUTSIDE_WINDOWS | UpgradeReason.FREEZE:
            return f"Next: eci-upgrade-guard windows tells when the next one opens{also}."
        case UpgradeReason.OVERRIDE_NOT_PERMITTED:
            return f"Next: ask who has {_RIGHT}, or take the annotation off."
        case _:
            return ""


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
