"""The words about a request for an upgrade: for somebody who has a window to keep, and for who reads the log later."""

from collections.abc import Iterator

from webhook.admission import upgrade_clauses as clauses
from webhook.admission.limits import MAX_ANNOTATION, MAX_MESSAGE, MAX_WARNING
from webhook.admission.upgrade_objection import Ground, UpgradeObjection
from webhook.policy.judging import describe
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.policy.wording import elapsed


def explain(objection: UpgradeObjection, policy: Policy) -> str:
    """Say what is asked, what stands in the way, and what to do: some lines, of which the pods' are cut first."""
    head = [f"{clauses.named_object(objection)} {clauses.finding(objection, where=True)}."]
    said = (clauses.also(objection), _age(objection), clauses.next_step(objection), clauses.way_on(objection))
    tail = [line for line in said if line]
    tail.append(f"(Policy {plain(policy.name, 63)})")
    room = MAX_MESSAGE - sum(len(line.encode()) + 1 for line in (*head, *tail))
    return "\n".join([*head, *_pods(objection.ground, room), *tail])


def warnings(objection: UpgradeObjection, *, overridden: bool) -> list[str]:
    """Return a few lines that fit where the API server puts them.

    The last names the object: clients show a line once, and many objects may be applied at a time.
    """
    said = [clauses.finding(objection, where=False, room=MAX_WARNING)]
    if objection.ground is not None and objection.ground.first:
        named = (clauses.full_name(pod.namespace, pod.name) for pod, _ in objection.ground.first)
        said.append(f"first: {', '.join(named)}")
    if also := clauses.also(objection):
        said.append(also)
    if objection.skipped and UpgradeReason.MINOR_SKIPPED not in (objection.reason, objection.also):
        said.append(clauses.skips(objection))
    if overridden and objection.override is not None:
        override = objection.override
        said.append(f"overridden by {plain(objection.user, 60)} until {override.until:%Y-%m-%dT%H:%M:%S%z}")
        said.append(f"because: {override.reason}")
    todo = clauses.todo(objection)
    said.append(f"{plain(clauses.named_object(objection), MAX_WARNING - len(todo) - 2)}: {todo}")
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


def _pods(ground: Ground | None, room: int) -> Iterator[str]:
    """Yield a line for each pod that is named, while there is room for it and for the line that counts the rest."""
    if ground is None or not ground.pods:
        return
    named = 0
    for pod, reason in ground.first:
        line = f"  {clauses.full_name(pod.namespace, pod.name)}: {reason.code}, {describe(pod)}"
        if (room := room - len(line.encode()) - 1) < MAX_WARNING:
            break
        named += 1
        yield line
    if ground.pods > named:
        yield f"  and {ground.pods - named} more"


def _age(objection: UpgradeObjection) -> str:
    if objection.ground is None or objection.age is None:
        return ""
    return f"That is what {objection.told_by} said {elapsed(objection.age.total_seconds())} ago."
