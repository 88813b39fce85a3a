"""What is answered to a request: a value. A denial is never an exception."""

from dataclasses import dataclass
from enum import StrEnum

from webhook.admission.bindings import Unseen
from webhook.admission.objection import Objection
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.policy.exemptions import Exemption
from webhook.policy.modes import Mode


class Answer(StrEnum):
    """What happened to the request. All but DENIED let it pass."""

    ALLOWED = "allowed"
    DENIED = "denied"
    WARNED = "warned"
    AUDITED = "audited"
    EXEMPT = "exempt"
    OVERRIDDEN = "overridden"
    """It would have been denied, and who asked may override that."""


BY_MODE = {Mode.DENY: Answer.DENIED, Mode.WARN: Answer.WARNED, Mode.AUDIT: Answer.AUDITED, Mode.OFF: Answer.ALLOWED}
"""What an objection is answered."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, and what it rests on."""

    answer: Answer
    objection: Objection | UpgradeObjection | None = None
    exemption: Exemption | None = None
    unseen: Unseen | None = None
    """A pod to ask the cluster for, and then to decide again. Where nobody can ask, the answer stands."""
    hangs_on_right: bool = False
    """Whether to ask if the requester may override, and then to decide again. As above the answer stands otherwise."""

    @property
    def allowed(self) -> bool:
        """Whether the API server goes on with the request."""
        return self.answer is not Answer.DENIED


ALLOWED = Decision(Answer.ALLOWED)
