"""What there is to say of each thing that ``check`` is given.

Manifests and reviews get what the guard would answer. No API server will ask about a plan of Terraform, so of that the
pods decide, and the hours of the policy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from webhook.admission import messages
from webhook.admission.decision import Answer
from webhook.admission.engine import Engine
from webhook.admission.review import BadReview, Request
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.cli.checkables import Checkable
from webhook.cli.exit_codes import ExitCode
from webhook.inventory.inventory import Inventory
from webhook.inventory.known import FileInventory
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.modes import Mode, UpgradeAnswer
from webhook.policy.policy import Policy
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.policy.upgrades.terraform import PlannedChange
from webhook.policy.windows.calendar import Calendar

_NO_CONCERN = "of no concern"
_NOT_JUDGED = "not judged"
_UNKNOWN = "unknown"
_UNREADABLE = "unreadable"
_GRAVITY = (ExitCode.OK, ExitCode.UNKNOWN, ExitCode.NOT_READY)
_OF_PODS = {
    UpgradeReason.PODS_UNFIT.code: (Answer.DENIED, ExitCode.NOT_READY),
    UpgradeReason.READINESS_UNKNOWN.code: (_UNKNOWN, ExitCode.UNKNOWN),
    UpgradeReason.VERSION_UNKNOWN.code: (_UNKNOWN, ExitCode.UNKNOWN),
}
"""What a plan gets for what the pods say."""
_REMARKS = (UpgradeReason.NOT_CLAIMED, UpgradeReason.MINOR_SKIPPED)
"""What stands in no way: there is nothing to do about it."""


class Checked(Struct, frozen=True):
    """One object, and what would be answered. Texts are safe to show."""

    object: str
    answer: str
    """One of admission's answers, "unknown" (of a plan), "of no concern", "not judged" or "unreadable"."""
    reason: str | None = None
    messages: tuple[str, ...] = ()
    code: ExitCode = ExitCode.OK
    """What it alone would end with."""
    target: KubernetesVersion | None = None
    """The version whose way pods stand in, or may."""


def gravest(checked: Sequence[Checked]) -> Checked:
    """Return the one that decides what the command ends with."""
    return max(checked, key=lambda one: _GRAVITY.index(one.code))


class Judge:
    """Tells of each thing what there is to say of it."""

    def __init__(self, policy: Policy, known: Inventory) -> None:
        self._policy = policy
        self._known = known
        self._engine = _engine(policy, known)
        self._seen = KubernetesVersion.read(known.kubernetes_version)

    def check(self, one: Checkable) -> Checked:
        """Tell it of one."""
        if one.problem:
            return Checked(one.name, _UNREADABLE, messages=(one.problem,), code=ExitCode.UNKNOWN)
        if one.request is None:
            return Checked(one.name, _NO_CONCERN)
        if one.planned is not None:
            return self._check_change(one.name, one.request, one.planned)
        try:
            return self._answer(one.name, one.request, self._engine)
        except BadReview as error:
            return Checked(one.name, _UNREADABLE, messages=(str(error),), code=ExitCode.UNKNOWN)

    def _check_change(self, name: str, request: Request, change: PlannedChange) -> Checked:
        if not change.rises:
            return Checked(name, Answer.ALLOWED, messages=("asks for no upgrade.",))
        parts = list(self._weigh(name, request, change))
        said = tuple(message.removeprefix(f"{name} ") for part in parts for message in part.messages)
        return msgspec.structs.replace(gravest(parts), messages=said, target=parts[0].target)

    def _weigh(self, name: str, request: Request, change: PlannedChange) -> Iterator[Checked]:
        """Yield what there is to say of what may be an upgrade: of the pods, and then of the hours."""
        pods, hours = (self._answer(name, request, engine) for engine in self._engines(change))
        if pods.reason == UpgradeReason.NOT_CLAIMED.code:
            yield msgspec.structs.replace(pods, code=ExitCode.OK)  # the policy says which of a plan's clusters it is of
            return
        if pods.reason in _OF_PODS:
            answer, code = _OF_PODS[pods.reason]
            yield msgspec.structs.replace(pods, answer=answer, code=code)
        elif another := self._another(change):
            yield Checked(name, _UNKNOWN, UpgradeReason.READINESS_UNKNOWN.code, (another,), ExitCode.UNKNOWN)
        elif hours.reason is None:
            yield Checked(name, Answer.ALLOWED, messages=(self._fine(change),))
        if hours.reason is not None and (
            hours.reason != UpgradeReason.MINOR_SKIPPED.code or pods.reason == hours.reason
        ):
            yield hours

    def _engines(self, change: PlannedChange) -> Iterator[Engine]:
        """Yield who tells of the pods, whatever the modes (none makes a plan break fewer), and who of the hours."""
        known = self._known
        if self._seen is None and change.before is not None:
            known = replace(known, kubernetes_version=str(change.before))
        modes = replace(self._policy.modes, upgrades=Mode.DENY)
        yield _engine(replace(self._policy, modes=modes, unknown=UpgradeAnswer.DENY, calendar=Calendar()), known)
        yield _engine(self._policy, replace(known, pods=(), unreadable=(), cut=False, doubt=""))

    def _answer(self, name: str, request: Request, engine: Engine) -> Checked:
        """Ask an engine. Raises BadReview."""
        decision = engine.decide(request)
        objection = decision.objection
        if objection is None:
            return Checked(name, decision.answer)
        said = messages.in_full(decision, self._policy)
        target = objection.ground.target if isinstance(objection, UpgradeObjection) and objection.ground else None
        if objection.reason in _REMARKS:
            said = (said[0].partition("\n")[0],)
        if objection.reason is UpgradeReason.NOT_CLAIMED:
            return Checked(name, _NOT_JUDGED, objection.reason.code, said, ExitCode.UNKNOWN)
        code = ExitCode.NOT_READY if decision.answer is Answer.DENIED else ExitCode.OK
        return Checked(name, decision.answer, objection.reason.code, said, code, target)

    def _another(self, change: PlannedChange) -> str:
        """Say why the cluster that was looked at may be another one than that of the plan; "" if nothing says so."""
        if self._policy.this_cluster.version or not (self._seen and change.before) or self._seen == change.before:
            return ""
        return (
            f"goes from Kubernetes {change.before}, and the cluster that was looked at runs {self._seen}: "
            "it may be another one, with other pods. --kubeconfig and --context say which to look at."
        )

    def _fine(self, change: PlannedChange) -> str:
        running = self._policy.this_cluster.version or self._seen
        begins = f"goes from Kubernetes {change.before} to" if change.before else "goes to Kubernetes"
        if running and change.after and change.after <= running:
            return f"{begins} {change.after}: the cluster runs {running} already."
        return f"{begins} {change.after or change.untold}: no ECI pod stands in the way."


def _engine(policy: Policy, known: Inventory) -> Engine:
    return Engine(policy, FileInventory(known, policy), lambda: datetime.now(UTC))
