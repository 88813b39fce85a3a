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
    said = (_also(objection), _age(objection), _next(objection), _override(objection))
    tail = [line for line in said if line]
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
    if also := _also(objection):
        said.append(also)
    if objection.skipped and UpgradeReason.MINOR_SKIPPED not in (objection.reason, objection.also):
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
    if objection.also is not None:
        annotations["also"] = objection.also.code
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
    if objection.reason is UpgradeReason.OBJECT_UNREADABLE:
        return "cannot be judged, because it is nested too deeply to be read"
    if objection.asked is None:
        return _about_override(objection)
    asks = f"asks for {_version(objection, where=where)}"
    match objection.reason:
        case UpgradeReason.NOT_CLAIMED:
            return f"{asks} and was not judged: thisCluster.objects does not claim it"
        case UpgradeReason.MINOR_SKIPPED:
            return f"{asks}: {_skips(objection)}"
        case UpgradeReason.OUTSIDE_WINDOWS | UpgradeReason.FREEZE:
            return f"{asks} {_hours(objection)}"
        case reason:
            return f"{asks}: {_standing(objection, reason)}"


def _also(objection: UpgradeObjection) -> str:
    """Say what else there is to say; "" where there is nothing."""
    match objection.also:
        case None:
            return ""
        case UpgradeReason.OUTSIDE_WINDOWS | UpgradeReason.FREEZE:
            said = f"It is {_hours(objection)} too"
        case UpgradeReason.MINOR_SKIPPED:
            said = _skips(objection).replace("it", "It", 1)
        case reason:
            said = f"And {_standing(objection, reason)}"
    return f"{said} ({objection.also.code})."


def _hours(objection: UpgradeObjection) -> str:
    freeze = objection.hours.freeze
    if freeze is None:
        return "outside the upgrade windows"
    return f"in a freeze until {freeze.ends:%Y-%m-%d %H:%M %Z}: {plain(freeze.reason, 200)}"


def _version(objection: UpgradeObjection, *, where: bool) -> str:
    asked = objection.asked
    if asked is None or asked.version is None:
        text = plain(asked.text, 40) if asked else ""
        return f'a Kubernetes version that cannot be told from "{text}"'
    runs = f"{objection.running} runs" if objection.running else ""
    aside = ", ".join(filter(None, (asked.path if where else "", runs)))
    return f"Kubernetes {asked.version} ({aside})" if aside else f"Kubernetes {asked.version}"


def _standing(objection: UpgradeObjection, reason: UpgradeReason) -> str:
    ground = objection.ground
    if ground is None:
        return reason.meaning
    pods = f"{number(ground.pods, 'ECI pod')} in {number(ground.workloads, 'workload')}"
    match reason:
        case UpgradeReason.PODS_UNFIT:
            return f"{pods} cannot run there{', or could not be judged' if ground.not_judged else ''}"
        case UpgradeReason.VERSION_UNKNOWN if ground.pods:
            return f"under {ground.target} {pods} could not run"
        case _:
            doubt = ground.doubt or f"{pods} could not be judged"
            return f"whether the ECI pods can run there is not known, because {plain(doubt, 300)}"


def _about_override(objection: UpgradeObjection) -> str:
    if objection.reason is UpgradeReason.OVERRIDE_REFUSED:
        return f"sets the annotation {ANNOTATION}, but {objection.override_fails}"
    override = objection.override
    until = f" for {override.minor} until {override.until.isoformat()}" if override else ""
    return f"sets an override{until}"


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
    when = "eci-upgrade-guard windows tells when one opens"
    by_reason = {
        UpgradeReason.NOT_CLAIMED: "claim it there if it stands for this cluster",
        UpgradeReason.OUTSIDE_WINDOWS: when,
        UpgradeReason.FREEZE: when,
        UpgradeReason.MINOR_SKIPPED: "ask for one minor after the other",
        UpgradeReason.OVERRIDE_SET: "nothing was asked for yet",
        UpgradeReason.OBJECT_UNREADABLE: "take out what nests so deeply",
    }
    return by_reason.get(objection.reason, _report(objection))


def _next(objection: UpgradeObjection) -> str:
    """Say what to do, below a denial."""
    also = f"; {_skips(objection)}" if objection.skipped else ""
    report = _report(objection)
    when = f"eci-upgrade-guard windows tells when the next one opens{also}"
    by_reason = {
        UpgradeReason.PODS_UNFIT: f"{report}, recreate these pods, and ask again{also}",
        UpgradeReason.READINESS_UNKNOWN: f"{report} asks the cluster itself{also}",
        UpgradeReason.VERSION_UNKNOWN: f"name a version, or recreate the pods of {report}",
        UpgradeReason.OUTSIDE_WINDOWS: when,
        UpgradeReason.FREEZE: when,
        UpgradeReason.OBJECT_UNREADABLE: "take out what nests so deeply; nothing that upgrades a cluster needs it",
        UpgradeReason.OVERRIDE_REFUSED: f"mend it, ask who has {_RIGHT}, or take the annotation off",
    }
    return f"Next: {todo}." if (todo := by_reason.get(objection.reason)) else ""


def _report(objection: UpgradeObjection) -> str:
    return f"eci-upgrade-guard report --target {objection.ground.target if objection.ground else ''}".rstrip()


def _override(objection: UpgradeObjection) -> str:
    """Say how to go on all the same; of an override that is set, why it does not help."""
    asked = objection.asked
    if asked is None or not objection.is_object:
        return ""
    if objection.override_fails:
        return f"The override that is set does not help: {objection.override_fails}."
    if asked.version is None:
        return ""
    until = (objection.now + _SUGGESTED).strftime("%Y-%m-%dT%H:%M:00Z")
    value = f"{asked.version} until={until}: REASON"
    return f'To go on all the same: annotate it with {ANNOTATION}: "{value}", which needs {_RIGHT}.'
