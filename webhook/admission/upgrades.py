"""Rule for objects that ask for an upgrade: can the ECI pods run under the version, and is this the time for it?

What is asked is told from the object and the one before (policy/upgrades/asking.py). No rise above what runs is no
request: first values, patches, downgrades, pools that catch up and late defaults of controllers pass in silence. Of
the others the pods decide, as they are known now, by the mode in force; and the windows of the policy.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webhook.admission.decision import ALLOWED, Answer, Decision
from webhook.admission.grounds import Grounds
from webhook.admission.modes_now import InForce
from webhook.admission.override_right import RIGHT, Right
from webhook.admission.review import Request
from webhook.admission.upgrade_object import UpgradeObject, read_upgrade_object
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.inventory.known import KnownInventory
from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion
from webhook.policy.modes import Mode, laxer
from webhook.policy.offered_versions import skipped
from webhook.policy.policy import Policy
from webhook.policy.upgrades.asking import Rise, rise_in, versions_in
from webhook.policy.upgrades.kind import UpgradeKind
from webhook.policy.upgrades.override import InvalidOverride, read_override
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.policy.verdict import Readiness

_ANSWERS = {Mode.DENY: Answer.DENIED, Mode.WARN: Answer.WARNED, Mode.AUDIT: Answer.AUDITED}


@dataclass(frozen=True, slots=True)
class _Finding:
    """Something to object to, and how strictly."""

    mode: Mode
    objection: UpgradeObjection


class UpgradeRule:
    """Judges requests for upgrades by one policy over one inventory."""

    def __init__(self, policy: Policy, inventory: KnownInventory, clock: Callable[[], datetime]) -> None:
        self._policy = policy
        self._inventory = inventory
        self._clock = clock
        self._kinds = policy.upgrade_kinds.by_key()

    def kind_of(self, request: Request) -> UpgradeKind | None:
        """Return the kind that the request is about, if it is one that asks for upgrades."""
        return self._kinds.get((request.resource.group, request.resource.resource))

    def decide(self, request: Request, kind: UpgradeKind, in_force: InForce, right: Right | None) -> Decision:
        """Decide. ``right`` is None before anybody was asked. Raises BadReview."""
        if request.sub_resource or request.operation not in ("CREATE", "UPDATE"):
            return ALLOWED
        if not kind.may_be(namespace=request.namespace, name=request.name):
            return ALLOWED
        found = read_upgrade_object(request)
        blank = self._blank(request, kind, found, in_force)
        sets_override = found.sets_override and kind.deniable
        if sets_override and self._policy.may_deny_upgrades and right is not Right.GRANTED:
            why = replace(blank, reason=UpgradeReason.OVERRIDE_NOT_PERMITTED, override_fails=_why_not(right))
            return Decision(Answer.DENIED, why, hangs_on_right=right is None)
        finding = self._judge(kind, found, in_force, blank)
        if finding is None:
            return Decision(Answer.WARNED, blank) if sets_override else ALLOWED
        mode = finding.mode if kind.deniable else laxer(finding.mode, Mode.WARN)
        if mode is Mode.DENY and found.override is not None:
            return _override(finding.objection, found.override, right)
        return ALLOWED if mode is Mode.OFF else Decision(_ANSWERS[mode], finding.objection)

    def _blank(self, request: Request, kind: UpgradeKind, found: UpgradeObject, in_force: InForce) -> UpgradeObjection:
        """Return what is said of an object that asks for nothing yet sets an override: the rest begins with it."""
        now, heard_at = self._clock(), self._inventory.heard_at()
        blank = UpgradeObjection(
            kind=kind.kind,
            resource=kind.name,
            is_object=kind.is_object,
            namespace=found.identity.namespace,
            name=found.identity.name,
            reason=UpgradeReason.OVERRIDE_SET,
            asked=None,
            running=self._running(),
            hours=in_force.hours,
            now=now,
            age=None if heard_at is None else max(timedelta(), now - heard_at),
            user=request.user_info.username if request.user_info else "",
        )
        try:
            return blank if found.override is None else replace(blank, override=read_override(found.override))
        except InvalidOverride as error:
            return replace(blank, override_fails=str(error))

    def _judge(
        self, kind: UpgradeKind, found: UpgradeObject, in_force: InForce, blank: UpgradeObjection
    ) -> _Finding | None:
        """Return the gravest of what is to be said, None where no upgrade is asked for."""
        rise = rise_in(versions_in(kind, found.new), versions_in(kind, found.old), blank.running)
        if rise is None:
            return None
        objection = replace(blank, asked=rise.first)
        if not self._policy.this_cluster.is_meant_by(kind, found.identity, found.identity_before):
            mode = laxer(in_force.modes.upgrades, Mode.WARN)
            return _Finding(mode, replace(objection, reason=UpgradeReason.NOT_CLAIMED))
        pods = self._weigh_pods(rise, in_force, objection)
        hours = self._weigh_hours(in_force, objection)
        return hours if pods.mode is not hours.mode and laxer(pods.mode, hours.mode) is pods.mode else pods

    def _weigh_pods(self, rise: Rise, in_force: InForce, objection: UpgradeObjection) -> _Finding:
        grounds = Grounds(self._inventory, self._policy, objection.now)
        mode = in_force.modes.upgrades
        unknown = laxer(mode, self._policy.unknown.mode)
        if rise.highest is not None and (target := rise.highest.version) is not None:
            between = skipped(objection.running, target) if objection.running else ()
            readiness, ground = grounds.of(target)
            objection = replace(objection, skipped=between, ground=ground)
            if readiness is Readiness.NOT_READY:
                return _Finding(mode, replace(objection, reason=UpgradeReason.PODS_UNFIT))
            if readiness is Readiness.UNKNOWN:
                return _Finding(unknown, replace(objection, reason=UpgradeReason.READINESS_UNKNOWN))
        if rise.untold is not None:
            readiness, ground = grounds.above(objection.running)
            if readiness is not Readiness.READY:
                objection = replace(objection, asked=rise.untold, ground=ground)
                return _Finding(unknown, replace(objection, reason=UpgradeReason.VERSION_UNKNOWN))
        said = laxer(mode, Mode.WARN) if objection.skipped else Mode.OFF
        return _Finding(said, replace(objection, reason=UpgradeReason.MINOR_SKIPPED, ground=None))

    def _weigh_hours(self, in_force: InForce, objection: UpgradeObjection) -> _Finding:
        hours, rule = in_force.hours, self._policy.upgrades_outside_windows
        reason = UpgradeReason.FREEZE if hours.freeze else UpgradeReason.OUTSIDE_WINDOWS
        outside = in_force.modes.upgrades if rule is None else rule.mode
        return _Finding(Mode.OFF if hours.open else outside, replace(objection, reason=reason))

    def _running(self) -> KubernetesVersion | None:
        """Return what the judged cluster runs; None where nobody knows."""
        if self._policy.this_cluster.version is not None:
            return self._policy.this_cluster.version
        try:
            return KubernetesVersion.parse(self._inventory.kubernetes_version)
        except InvalidVersion:
            return None


def _override(objection: UpgradeObjection, text: str, right: Right | None) -> Decision:
    """Let a denial stand, or not, by the override that is set."""
    try:
        override = read_override(text)
        override.prove_good_for(None if objection.asked is None else objection.asked.version, objection.now)
    except InvalidOverride as error:
        return Decision(Answer.DENIED, replace(objection, override_fails=str(error)))
    if right is Right.GRANTED:
        return Decision(Answer.OVERRIDDEN, objection)
    return Decision(Answer.DENIED, replace(objection, override_fails=_why_not(right)), hangs_on_right=right is None)


def _why_not(right: Right | None) -> str:
    if right is Right.REFUSED:
        return f"who asks may not {RIGHT}"
    return f"whether who asks may {RIGHT} could not be asked"
