"""Request in, Decision out. Nothing is awaited and no I/O is done: what would need some is named in the decision.

The guard never relies on the API server having filtered: older ones send everything that a rule names, so what a
webhook configuration may leave out is left out here too, cheapest question first.
"""

from collections.abc import Callable
from datetime import datetime

from webhook.admission.bindings import Unseen, judge_binding
from webhook.admission.decision import ALLOWED, BY_MODE, Answer, Decision
from webhook.admission.kinds import JUDGED, Rule
from webhook.admission.modes_now import ModesNow
from webhook.admission.objection import Objection, Surface
from webhook.admission.override_right import Right
from webhook.admission.pods import judge_new_pod
from webhook.admission.review import Request
from webhook.admission.upgrades import UpgradeRule
from webhook.admission.workloads import judge_new_workload
from webhook.inventory.known import KnownInventory
from webhook.policy.exemptions import Requester
from webhook.policy.modes import Mode, Modes, mode_towards
from webhook.policy.pod_facts import PodFacts
from webhook.policy.policy import Policy

_SYSTEM_NAMESPACE = "kube-system"
"""Never held up: what runs there keeps the cluster alive. Before 1.21 no selector can leave it out by name."""


class Engine:
    """Decides by one policy over one inventory."""

    def __init__(
        self,
        policy: Policy,
        inventory: KnownInventory,
        clock: Callable[[], datetime],
        *,
        elsewhere: bool = False,
    ) -> None:
        """``clock`` is aware, and asked only where time may matter. ``elsewhere``: the pods are of another cluster."""
        self.policy = policy
        self._inventory = inventory
        self._clock = clock
        self._modes = ModesNow(policy, clock)
        self._upgrades = UpgradeRule(policy, inventory, clock, elsewhere=elsewhere)

    def decide(
        self,
        request: Request,
        *,
        looked_up: PodFacts | None = None,
        right: Right | None = None,
    ) -> Decision:
        """Decide. A dry run gets the same answer. Raises BadReview.

        Where the decision named a pod that was unseen, or hung on a right, it is decided again with ``looked_up`` or
        ``right``.
        """
        kind = self._upgrades.kind_of(request)
        if kind is not None:
            return self._upgrades.decide(request, kind, self._modes.now(), right)
        if request.operation != "CREATE" or request.namespace == _SYSTEM_NAMESPACE:
            return ALLOWED
        modes = self._modes.now().modes
        judged = self._judge(request, modes, looked_up)
        if isinstance(judged, Unseen):
            return Decision(Answer.ALLOWED, unseen=judged)
        return ALLOWED if judged is None else self._answer(request, modes, judged)

    def _judge(self, request: Request, modes: Modes, looked_up: PodFacts | None) -> Objection | Unseen | None:
        resource = request.resource
        judged = JUDGED.get((resource.group, resource.resource, request.sub_resource or ""))
        match judged and judged.rule:
            case Rule.POD if modes.pods is not Mode.OFF:
                return judge_new_pod(request, self.policy, self._inventory.namespace_sign)
            case Rule.BINDING if modes.pods is not Mode.OFF:
                return judge_binding(request, self.policy, self._inventory, looked_up)
            case Rule.WORKLOAD if modes.workloads is not Mode.OFF:
                return judge_new_workload(request, self.policy, self._inventory.namespace_sign)
            case _:
                return None

    def _answer(self, request: Request, modes: Modes, objection: Objection) -> Decision:
        exemption = self.policy.exemption_for(
            namespace=objection.namespace,
            requester=_requester(request, objection),
            labels=objection.labels,
            now=self._clock(),
        )
        if exemption is not None:
            return Decision(Answer.EXEMPT, objection, exemption)
        mode = modes.workloads if objection.surface is Surface.WORKLOADS else modes.pods
        return Decision(BY_MODE[mode_towards(objection.reason.verdict, mode)], objection)


def _requester(request: Request, objection: Objection) -> Requester | None:
    """Return who wants the object; None at a binding, which the scheduler asks for whoever created the pod.

    The creator was judged at CREATE, and a pod that was exempt there must not be left unscheduled here.
    """
    if objection.surface is Surface.BINDINGS:
        return None
    user = request.user_info
    return Requester(user.username, user.groups or ()) if user else Requester()
