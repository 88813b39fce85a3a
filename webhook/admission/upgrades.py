"""Rule for objects that ask for an upgrade: can the ECI pods run under the version, and is this the time for it?

What is asked is told from the object and the one before (policy/upgrades/asking.py). No rise above what runs is no
request: first values, patches, downgrades, pools that catch up and late defaults of controllers pass in silence. Of
the others the pods decide, as they are known now, by the mode in force; and the windows of the policy.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from webhook.admission.decision import ALLOWED, BY_MODE, Answer, Decision
from webhook.admission.grounds import Grounds
from webhook.admission.modes_now import InForce
from webhook.admission.override_right import Right
from webhook.admission.overriding import Finding, override_denial, read_safely, refuse_to_set
from webhook.admission.review import Request
from webhook.admission.upgrade_object import UpgradeObject, read_upgrade_object
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.inventory.known import KnownInventory
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.modes import Mode, laxer
from webhook.policy.offered_versions import skipped
from webhook.policy.policy import Policy
from webhook.policy.upgrades.asking import Rise, rise_in, versions_in
from webhook.policy.upgrades.kind import UpgradeKind
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.policy.verdict import Readiness


class UpgradeRule:
    """Judges requests for upgrades by one policy over one inventory."""

    def __init__(
        self,
        policy: Policy,
        inventory: KnownInventory,
        clock: Callable[[], datetime],
        *,
        elsewhere: bool,
    ) -> None:
        """``elsewhere``: the pods are of another cluster than the one that asks."""
        self._policy = policy
        self._inventory = inventory
        self._clock = clock
        self._elsewhere = elsewhere
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
        # Whatever the mode is now: an override that is set while nothing is denied may be used when something is.
        sets_override = found.sets_override and kind.deniable
        if sets_override and (refusal := refuse_to_set(blank, right)) is not None:
            return refusal
        decision = self._answer(kind, found, in_force, blank, right)
        return Decision(Answer.WARNED, blank) if sets_override and decision is ALLOWED else decision

    def _answer(
        self, kind: UpgradeKind, found: UpgradeObject, in_force: InForce, blank: UpgradeObjection, right: Right | None
    ) -> Decision:
        finding = self._judge(kind, found, in_force, blank)
        if finding is None:
            return ALLOWED
        mode = finding.mode if kind.deniable else laxer(finding.mode, Mode.WARN)
        if mode is Mode.DENY and found.override is not None:
            return override_denial(finding, found.override, right)
        return ALLOWED if mode is Mode.OFF else Decision(BY_MODE[mode], finding.objection)

    def _blank(self, request: Request, kind: UpgradeKind, found: UpgradeObject, in_force: InForce) -> UpgradeObjection:
        """Return what is said of an object that asks for nothing yet sets an override: the rest begins with it."""
        now, heard_at = self._clock(), self._inventory.heard_at()
        override, fails = read_safely(found.override, now)
        return UpgradeObjection(
            kind=kind.kind,
            is_object=kind.is_object,
            namespace=found.identity.namespace,
            name=found.identity.name,
            reason=UpgradeReason.OVERRIDE_SET,
            asked=None,
            running=self._running(),
            hours=in_force.hours,
            now=now,
            age=None if heard_at is None else max(timedelta(), now - heard_at),
            told_by=self._inventory.told_by,
            user=request.user_info.username if request.user_info else "",
            override=override,
            override_fails=fails,
        )

    def _judge(
        self, kind: UpgradeKind, found: UpgradeObject, in_force: InForce, blank: UpgradeObjection
    ) -> Finding | None:
        """Return the gravest of what is to be said, None where no upgrade is asked for."""
        this = self._policy.this_cluster
        is_meant = this.is_meant_by(kind, found.identity, found.identity_before, elsewhere=self._elsewhere)
        mode = laxer(in_force.modes.upgrades, self._policy.unknown.mode)
        if found.unreadable:
            objection = replace(blank, reason=UpgradeReason.OBJECT_UNREADABLE)
            return Finding(mode if is_meant or this.claims_by_labels else Mode.OFF, objection, overridable=False)
        rise = rise_in(versions_in(kind, found.new), versions_in(kind, found.old), blank.running)
        if rise is None:
            return None
        objection = replace(blank, asked=rise.first)
        if not is_meant:
            return Finding(
                laxer(in_force.modes.upgrades, Mode.WARN), replace(objection, reason=UpgradeReason.NOT_CLAIMED)
            )
        return _graver(self._weigh_pods(rise, in_force, objection), self._weigh_hours(in_force, objection))

    def _weigh_pods(self, rise: Rise, in_force: InForce, objection: UpgradeObjection) -> Finding:
        grounds = Grounds(self._inventory, self._policy, objection.now)
        mode = in_force.modes.upgrades
        unknown = laxer(mode, self._policy.unknown.mode)
        untold = None if rise.untold is None else grounds.above(objection.running)
        is_clear = untold is None or untold[0] is Readiness.READY
        if rise.highest is not None and (target := rise.highest.version) is not None:
            between = skipped(objection.running, target) if objection.running else ()
            readiness, ground = grounds.of(target)
            objection = replace(objection, skipped=between, ground=ground)
            if readiness is Readiness.NOT_READY:
                return Finding(mode, replace(objection, reason=UpgradeReason.PODS_UNFIT), is_clear)
            if readiness is Readiness.UNKNOWN:
                return Finding(unknown, replace(objection, reason=UpgradeReason.READINESS_UNKNOWN), is_clear)
        if rise.untold is not None and untold is not None and not is_clear:
            objection = replace(objection, asked=rise.untold, ground=untold[1])
            return Finding(unknown, replace(objection, reason=UpgradeReason.VERSION_UNKNOWN), overridable=False)
        said = laxer(mode, Mode.WARN) if objection.skipped else Mode.OFF
        return Finding(said, replace(objection, reason=UpgradeReason.MINOR_SKIPPED, ground=None))

    def _weigh_hours(self, in_force: InForce, objection: UpgradeObjection) -> Finding:
        hours, rule = in_force.hours, self._policy.upgrades_outside_windows
        reason = UpgradeReason.FREEZE if hours.freeze else UpgradeReason.OUTSIDE_WINDOWS
        outside = in_force.modes.upgrades if rule is None else rule.mode
        return Finding(Mode.OFF if hours.open else outside, replace(objection, reason=reason))

    def _running(self) -> KubernetesVersion | None:
        """Return what the judged cluster runs; None where nobody knows."""
        return self._policy.this_cluster.version or KubernetesVersion.read(self._inventory.kubernetes_version)


def _graver(pods: Finding, hours: Finding) -> Finding:
    """Return the stricter of the two, the pods' where they are alike, with a word of the other."""
    first, other = (pods, hours) if laxer(pods.mode, hours.mode) is hours.mode else (hours, pods)
    if other.mode is Mode.OFF:
        return first
    of_pods = pods.objection
    objection = replace(first.objection, also=other.objection.reason, ground=of_pods.ground, skipped=of_pods.skipped)
    return Finding(first.mode, objection, pods.overridable)
