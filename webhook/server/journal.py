"""What the guard says about its answers: a line for each that matters, repeats folded; plain allows are counted.

Never the object, and of what was read nothing but names. A platform version is shown only if the matrix knows it.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable

from webhook.admission.decision import Answer, Decision
from webhook.admission.objection import Objection
from webhook.admission.review import Request
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.error_place import ErrorPlace
from webhook.policy.matrix import UNSET
from webhook.policy.plain_text import plain
from webhook.policy.reasons import Reason
from webhook.server.folding import Folding
from webhook.server.json_log import logger, say
from webhook.server.policy_in_force import PolicyInForce

_LEVELS = dict.fromkeys((Answer.DENIED, Answer.WARNED, Answer.OVERRIDDEN), logging.WARNING)
_Line = tuple[tuple[str, str], ...]
_OTHERS: _Line = (("others", "too many at once to tell each"),)
"""Instead of the fields. Who reaches the port can forge reviews, of other names each, and would fill the log."""


class Journal:
    """Counts answers and logs them."""

    def __init__(self, in_force: PolicyInForce, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._in_force = in_force
        self._monotonic = monotonic
        self._folding: Folding[tuple[int, str, _Line]] = Folding()
        self.answers: Counter[str] = Counter()

    def decided(self, request: Request, decision: Decision) -> None:
        """Take note of an answer."""
        self.answers[decision.answer.value] += 1
        if decision.objection is None:
            if logger.isEnabledFor(logging.DEBUG):
                say(logging.DEBUG, decision.answer.value, **_request_fields(request))
            return
        objection = decision.objection
        fields = {
            "kind": plain(objection.kind, 63),
            "namespace": plain(objection.namespace),
            "name": plain(objection.name),
            "reason": objection.reason.code,
            "user": plain(request.user_info.username if request.user_info else ""),
        }
        fields |= _upgrade_fields(objection) if isinstance(objection, UpgradeObjection) else self._pod_fields(objection)
        if decision.exemption is not None:
            fields["exemption"] = plain(decision.exemption.reason)
        self._say_folded(_LEVELS.get(decision.answer, logging.INFO), decision.answer.value, fields)

    def refused(self, status: int, message: str) -> None:
        """Take note of a request that was no review."""
        self.answers["refused"] += 1
        self._say_folded(logging.WARNING, "refused", {"status": str(status), "message": plain(message)})

    def failed(self, error: Exception) -> None:
        """Take note of an error of ours."""
        self.answers["failed"] += 1
        self._say_folded(logging.ERROR, "failed", ErrorPlace.of(error)._asdict())

    def say_repeats(self, *, all_of_them: bool = False) -> None:
        """Log how often lines were repeated whose time is over. To be called now and then, and once at the end."""
        now = float("inf") if all_of_them else self._monotonic()
        for (level, event, line), repeats in self._folding.over(now):
            say(level, event, **dict(line), repeated=repeats)

    def _say_folded(self, level: int, event: str, fields: dict[str, str]) -> None:
        key = (level, event, tuple(fields.items()))
        if not self._folding.has_room_for(key):
            key = (level, event, _OTHERS)
        if self._folding.is_news(key, self._monotonic()):
            say(level, event, **dict(key[2]))
        self.say_repeats()

    def _pod_fields(self, objection: Objection) -> dict[str, str]:
        if objection.reason is Reason.POD_MALFORMED:
            return {}
        return {"platformVersion": self._shown(objection.platform_version)}

    def _shown(self, platform_version: str) -> str:
        if platform_version == UNSET:
            return "unset"
        return platform_version if self._in_force.policy.matrix.knows(platform_version) else "not in the matrix"


def _upgrade_fields(objection: UpgradeObjection) -> dict[str, str]:
    fields = (
        {"requested": "unknown" if objection.asked.version is None else str(objection.asked.version)}
        if objection.asked
        else {}
    )
    if objection.running is not None:
        fields["running"] = str(objection.running)
    if objection.ground is not None:
        fields["unfitPods"] = str(objection.ground.pods)
    if objection.override is not None:
        fields["override"] = f"until {objection.override.until.isoformat()}: {plain(objection.override.reason)}"
    return fields


def _request_fields(request: Request) -> dict[str, str]:
    resource = "/".join(filter(None, (request.resource.group, request.resource.resource, request.sub_resource)))
    return {
        "operation": plain(request.operation, 63),
        "resource": plain(resource),
        "namespace": plain(request.namespace or ""),
        "name": plain(request.name or ""),
    }
