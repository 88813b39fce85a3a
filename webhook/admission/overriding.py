"""What an override changes: who may set one, and whether one that is set undoes a denial."""

from dataclasses import dataclass, replace
from datetime import datetime

from webhook.admission.decision import Answer, Decision
from webhook.admission.override_right import RIGHT, Right
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.policy.modes import Mode
from webhook.policy.upgrades.override import InvalidOverride, Override, read_override
from webhook.policy.upgrades.reasons import UpgradeReason


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to object to, and how strictly."""

    mode: Mode
    objection: UpgradeObjection
    overridable: bool = True
    """Whether it is all about one minor, for which an override could be."""


def read_safely(text: str | None, now: datetime) -> tuple[Override | None, str]:
    """Return the override that is set, and why it is none."""
    if text is None:
        return None, ""
    try:
        override = read_override(text)
        override.prove_in_time(now)
    except InvalidOverride as error:
        return None, str(error)
    return override, ""


def refuse_to_set(blank: UpgradeObjection, right: Right | None) -> Decision | None:
    """Return why an override may not be added or changed; None where it may."""
    objection = replace(blank, reason=UpgradeReason.OVERRIDE_REFUSED)
    if right is not Right.GRANTED:
        objection = replace(objection, override_fails=_why_not(right))
        return Decision(Answer.DENIED, objection, hangs_on_right=right is None)
    # What cannot be read is of no use, now or later. But an end too far away would come near by itself.
    return Decision(Answer.DENIED, objection) if blank.override_fails else None


def override_denial(finding: Finding, text: str, right: Right | None) -> Decision:
    """Let a denial stand, or not, by the override that is set."""
    objection = finding.objection
    try:
        override = read_override(text)
        asked = objection.asked.version if objection.asked is not None and finding.overridable else None
        override.prove_good_for(asked, objection.now)
    except InvalidOverride as error:
        return Decision(Answer.DENIED, replace(objection, override_fails=str(error)))
    if right is Right.GRANTED:
        return Decision(Answer.OVERRIDDEN, objection)
    return Decision(Answer.DENIED, replace(objection, override_fails=_why_not(right)), hangs_on_right=right is None)


def _why_not(right: Right | None) -> str:
    if right is Right.REFUSED:
        return f"who asks may not {RIGHT}"
    return f"whether who asks may {RIGHT} could not be asked"
