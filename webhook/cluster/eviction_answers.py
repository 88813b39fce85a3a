"""What the API server's refusal of an eviction means, as its source (registry/core/pod/storage/eviction.go) has it."""

import re
from http import HTTPStatus

from webhook.inventory.source import SourceFailed
from webhook.recreation.seams import Eviction, EvictionAnswer

_BUDGET_CAUSE = "DisruptionBudget"
_TWO_BUDGETS = "more than one PodDisruptionBudget"
_OTHER_UID = re.compile("UID in (the )?precondition")
"""Of the two places that look, each has its own words."""
_NO_RIGHT = re.compile('403 pods ".*" is forbidden: User .* cannot create resource "pods/eviction"')
"""As the authorizer has it. What a webhook says begins otherwise."""
_NO_ANSWER = 0
_PASSING = frozenset({_NO_ANSWER, HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT})
"""Worth another look and another request: a token that has just expired is read anew, and a conflict that is not about
the uid is one with whoever else writes the pod."""


def answer_of(failure: SourceFailed) -> EvictionAnswer:
    """Tell what an eviction that was not granted came to."""
    said = failure.causes.get(_BUDGET_CAUSE) or str(failure)
    return EvictionAnswer(eviction=_kind_of(failure), said=said, retry_after=failure.retry_after)


def _kind_of(failure: SourceFailed) -> Eviction:
    status, said = failure.status, str(failure)
    if status == HTTPStatus.NOT_FOUND or (status == HTTPStatus.CONFLICT and _OTHER_UID.search(said)):
        return Eviction.GONE
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Eviction.BUDGET if _BUDGET_CAUSE in failure.causes else Eviction.THROTTLED
    if _TWO_BUDGETS in said:
        return Eviction.TWO_BUDGETS
    if _NO_RIGHT.search(said):
        return Eviction.FORBIDDEN
    passing = status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Eviction.UNREACHABLE if passing else Eviction.REFUSED
