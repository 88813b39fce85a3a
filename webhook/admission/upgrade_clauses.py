"""What is said of a request for an upgrade, clause by clause; ``upgrade_messages`` puts them together."""

from datetime import timedelta

from webhook.admission.limits import MAX_MESSAGE
from webhook.admission.override_right import RIGHT
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.policy.plain_text import plain
from webhook.policy.upgrades.override import ANNOTATION
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.policy.wording import number

_RIGHT = f"the right to {RIGHT}"
_SUGGESTED = timedelta(hours=4)
"""How long the override is to hold that a denial shows."""


def named_object(objection: UpgradeObjection) -> str:
    """Name what is asked about, with its kind."""
    if not objection.is_object:
        return plain(objection.name)
    return f"{plain(objection.kind, 63)} {full_name(objection.namespace, objection.name)}"


def full_name(namespace: str, name: str) -> str:
    """Name an object, with its namespace if it has one."""
    return f"{plain(namespace, 63)}/{plain(name)}" if namespace else plain(name)


def finding(objection: UpgradeObjection, *, where: bool, room: int = MAX_MESSAGE) -> str:
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
            return f"{asks}: {skips(objection)}"
        case UpgradeReason.OUTSIDE_WINDOWS | UpgradeReason.FREEZE:
            return f"{asks} {_hours(objection)}"
        case reason:
            return f"{asks}: {_standing(objection, reason)}"


def also(objection: UpgradeObjection) -> str:
    """Say what else there is to say; "" where there is nothing."""
    match objection.also:
        case None:
            return ""
        case UpgradeReason.OUTSIDE_WINDOWS | UpgradeReason.FREEZE:
            said = f"It is also {_hours(objection)}"
        case UpgradeReason.MINOR_SKIPPED:
            said = skips(objection).replace("it", "It", 1)
        case reason:
            said = f"And {_standing(objection, reason)}"
    return f"{said} ({objection.also.code})."


def _hours(objection: UpgradeObjection) -> str:
    freeze = objection.hours.freeze
    if freeze is None:
        until = objection.hours.until  # the next window may open then, or a freeze begin
        return "outside the upgrade windows" + (f", until {until:%Y-%m-%d %H:%M %Z} at least" if until else "")
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
        case UpgradeReason.READINESS_UNKNOWN | UpgradeReason.VERSION_UNKNOWN:
            doubt = ground.doubt or f"{pods} could not be judged"
            return f"whether the ECI pods can run there is not known, because {plain(doubt, 300)}"
        case _:
            return reason.meaning


def _about_override(objection: UpgradeObjection) -> str:
    if objection.reason is UpgradeReason.OVERRIDE_REFUSED:
        return f"sets the annotation {ANNOTATION}, but {objection.override_fails}"
    override = objection.override
    until = f" for {override.minor} until {override.until.isoformat()}" if override else ""
    return f"sets an override{until}"


def skips(objection: UpgradeObjection) -> str:
    """Say which minors the upgrade would skip."""
    between = ", ".join(map(str, objection.skipped))
    return f"it skips {between}, and ACK offers one step at a time"


def todo(objection: UpgradeObjection) -> str:
    """Say in a few words what to do, beside a warning."""
    return objection.reason.todo.format(target=_target(objection))


def next_step(objection: UpgradeObjection) -> str:
    """Say what to do, below a denial."""
    besides = f"; {skips(objection)}" if objection.skipped else ""
    todo = objection.reason.next_step.format(target=_target(objection), skips=besides, right=_RIGHT)
    return f"Next: {todo}." if todo else ""


def _target(objection: UpgradeObjection) -> str:
    return f" --target {objection.ground.target}" if objection.ground else ""


def way_on(objection: UpgradeObjection) -> str:
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
