"""Request in, Decision out. Nothing is awaited and no I/O is done: what would need some is named in the decision.

The guard never relies on the API server having filtered: older ones send everything that a rule names, so what a
webhook configuration may leave out is left out here too, cheapest question first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from webhook.admission.bindings import PodLookup, Unseen, judge_binding
from webhook.admission.decision import ALLOWED, Answer, Decision
from webhook.admission.kinds import JUDGED, Rule
from webhook.admission.objection import Objection, Surface
from webhook.admission.pods import judge_new_pod
from webhook.admission.review import Request
from webhook.admission.workloads import judge_new_workload
from webhook.policy.evidence import NamespaceSign, no_sign
from webhook.policy.exemptions import Requester
from webhook.policy.modes import Mode
from webhook.policy.pod_facts import PodFacts
from webhook.policy.policy import Policy
from webhook.policy.verdict import Verdict

_SYSTEM_NAMESPACE = "kube-system"
"""Never held up: what runs there keeps the cluster alive. Before 1.21 no selector can leave it out by name."""

_ANSWERS = {Mode.DENY: Answer.DENIED, Mode.WARN: Answer.WARNED, Mode.AUDIT: Answer.AUDITED, Mode.OFF: Answer.ALLOWED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Decides by one policy over one inventory."""

    policy: Policy
    pods: PodLookup
    clock: Callable[[], datetime]
    """Aware. Asked only where an exemption may have expired."""
    namespace_sign: NamespaceSign = no_sign

    def decide(self, request: Request, looked_up: PodFacts | None = None) -> Decision:
        """Decide. A dry run gets the same answer. ``looked_up`` is the pod that was unseen before. Raises BadReview."""
        if request.operation != "CREATE" or request.namespace == _SYSTEM_NAMESPACE:
            return ALLOWED
        judged = self._judge(request, looked_up)
        if isinstance(judged, Unseen):
            return Decision(Answer.ALLOWED, unseen=judged)
        return ALLOWED if judged is None else self._answer(request, judged)

    def _judge(self, request: Request, looked_up: PodFacts | None) -> Objection | Unseen | None:
        resource = request.resource
        judged = JUDGED.get((resource.group, resource.resource, request.sub_resource or ""))
        modes = self.policy.modes
        match judged and judged.rule:
            case Rule.POD if modes.pods is not Mode.OFF:
                return judge_new_pod(request, self.policy, self.namespace_sign)
            case Rule.BINDING if modes.pods is not Mode.OFF:
                return judge_binding(request, self.policy, self.pods, looked_up)
            case Rule.WORKLOAD if modes.workloads is not Mode.OFF:
                return judge_new_workload(request, self.policy, self.namespace_sign)
            case _:
                return None

    def _answer(self, request: Request, objection: Objection) -> Decision:
        exemption = self.policy.exemption_for(
            namespace=objection.namespace,
            requester=_requester(request, objection),
            labels=objection.labels,
            now=self.clock(),
        )
        if exemption is not None:
            return Decision(Answer.EXEMPT, objection, exemption)
        modes = self.policy.modes
        mode = modes.workloads if objection.surface is Surface.WORKLOADS else modes.pods
        if objection.reason.verdict is Verdict.UNKNOWN and mode is Mode.DENY:
            mode = Mode.WARN  # what is not known is no proof, and a matrix that is out of date must not stop all pods
        return Decision(_ANSWERS[mode], objection)


def _requester(request: Request, objection: Objection) -> Requester | None:
    """Return who wants the object; None at a binding, which the scheduler asks for whoever created the pod.

    The creator was judged at CREATE, and a pod that was exempt there must not be left unscheduled here.
    """
    if objection.surface is Surface.BINDINGS:
        return None
    user = request.user_info
    return Requester(user.username, user.groups or ()) if user else Requester()
