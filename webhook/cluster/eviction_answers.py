"""What the API server's refusal of an eviction means, as its source (registry/core/pod/storage/eviction.go) has it."""

import re

from webhook.inventory.source import SourceFailed
from webhook.recreation.seams import Eviction, EvictionAnswer

_BUDGET_CAUSE = "DisruptionBudget"
_TWO_BUDGETS = "more than one PodDisruptionBudget"
_OTHER_UID = re.compile("UID in (the )?precondition")
"""Of the two places that look, each has its own words."""
_NO_ANSWER, _UNAUTHORIZED, _NOT_FOUND, _TIMEOUT, _CONFLICT, _TOO_MANY, _OUR_FAULT_BELOW = (
    0,
    401,
    404,
    408,
    409,
    429,
    500,
)
_PASSING = frozenset({_NO_ANSWER, _UNAUTHORIZED, _TIMEOUT, _CONFLICT})
"""Worth another look and another request: a token that has just expired is read anew, and a conflict that is not about
the uid is one with whoever else writes the pod."""


def answer_of(failure: SourceFailed) -> EvictionAnswer:
    """Tell what an eviction that was not granted came to."""
    said = failure.causes.get(_BUDGET_CAUSE) or str(failure)
    return EvictionAnswer(eviction=_kind_of(failure), said=said, retry_after=failure.retry_after)


def _kind_of(failure: SourceFailed) -> Eviction:
    status, said = failure.status, str(failure)
    if status == _NOT_FOUND or (status == _CONFLICT and _OTHER_UID.search(said)):
        return Eviction.GONE
    if status == _TOO_MANY:
        return Eviction.BUDGET if _BUDGET_CAUSE in failure.causes else Eviction.THROTTLED
    if _TWO_BUDGETS in said:
        return Eviction.TWO_BUDGETS
    return Eviction.UNREACHABLE if status in _PASSING or status >= _OUR_FAULT_BELOW else Eviction.REFUSED
