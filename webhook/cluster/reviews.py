"""Who somebody is and what they may do, asked of the API server. Needs ``system:auth-delegator`` and nothing more."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from webhook.access.reviewer import CannotAsk, User
from webhook.cluster.api import Api
from webhook.inventory.source import SourceFailed

_WITHIN = 5.0
"""Seconds for an answer, all attempts together."""
_WORTH_ANOTHER = (0, 401)
"""No answer, as from a connection that the other end has closed, and our own credentials grown old."""

_TOKENS = "tokenreviews.authentication.k8s.io"
_RIGHTS = "subjectaccessreviews.authorization.k8s.io"
_OVERRIDE = {"verb": "override", "group": "eci-upgrade-guard.io", "resource": "upgrades"}
"""A right to something that is no object: RBAC does not mind."""


class _User(Struct):
    username: str = ""
    uid: str = ""
    groups: list[str] | None = None
    extra: dict[str, list[str]] | None = None


class _TokenStatus(Struct):
    authenticated: bool = False
    user: _User = msgspec.field(default_factory=_User)
    audiences: list[str] | None = None


class _TokenReview(Struct):
    status: _TokenStatus


class _AccessStatus(Struct):
    allowed: bool
    denied: bool = False


class _AccessReview(Struct):
    status: _AccessStatus


_T = TypeVar("_T", _TokenReview, _AccessReview)


class Reviews:
    """Implements access.reviewer.AccessReviewer."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def authenticate(self, token: str, audiences: Sequence[str]) -> User | None:
        """Return whose token it is, None where it is good for none of ``audiences``. Raises CannotAsk.

        The audiences are looked for in the answer too: an API server that does not know of them would ignore them,
        and take a token that was made for itself.
        """
        spec: dict[str, object] = {"token": token}
        if audiences:
            spec["audiences"] = list(audiences)
        status = (await self._review("TokenReview", _TOKENS, spec, _TokenReview)).status
        if not status.authenticated or not status.user.username:
            return None
        if audiences and set(audiences).isdisjoint(status.audiences or ()):
            return None
        extra = tuple(sorted((key, tuple(values)) for key, values in (status.user.extra or {}).items()))
        return User(status.user.username, status.user.uid, tuple(status.user.groups or ()), extra)

    async def may(self, user: User, verb: str, path: str) -> bool:
        """Tell whether ``user`` has the right to a path that is no resource. Raises CannotAsk."""
        return await self._may(user, {"nonResourceAttributes": {"path": path, "verb": verb}})

    async def may_override(self, user: User) -> bool:
        """Tell whether ``user`` may override what the guard says of an upgrade. Raises CannotAsk.

        Asked for the whole cluster: who rules over a namespace could grant a right in it to anybody.
        """
        return await self._may(user, {"resourceAttributes": _OVERRIDE})

    async def _may(self, user: User, attributes: Mapping[str, object]) -> bool:
        spec = {
            "user": user.name,
            "uid": user.uid,
            "groups": list(user.groups),
            "extra": {key: list(values) for key, values in user.extra},
            **attributes,
        }
        status = (await self._review("SubjectAccessReview", _RIGHTS, spec, _AccessReview)).status
        return status.allowed and not status.denied

    async def _review(self, kind: str, resource: str, spec: Mapping[str, object], form: type[_T]) -> _T:
        plural, _, group = resource.partition(".")
        path = f"/apis/{group}/v1/{plural}"
        try:
            answer = await self._post(path, {"apiVersion": f"{group}/v1", "kind": kind, "spec": spec})
        except SourceFailed as failure:
            raise CannotAsk(_why(failure, resource), retry_after=failure.retry_after) from None
        try:
            return msgspec.json.decode(answer, type=form)
        except (ValueError, RecursionError):  # errors of msgspec and of Unicode are ValueErrors
            raise CannotAsk(f"the API server's answer to a {kind} cannot be read") from None

    async def _post(self, path: str, body: Mapping[str, object]) -> bytes:
        now = asyncio.get_running_loop().time
        latest = now() + _WITHIN
        try:
            return await self._api.post(path, body, within=_WITHIN)
        except SourceFailed as failure:
            if failure.status not in _WORTH_ANOTHER or now() >= latest:
                raise
            return await self._api.post(path, body, within=latest - now())


def _why(failure: SourceFailed, resource: str) -> str:
    """Say it without the words of whoever answered: what was asked holds a token, and some servers send it back."""
    if failure.status == 403:  # noqa: PLR2004 -- HTTP's own number
        return f"the guard may not create {resource}; the ClusterRole system:auth-delegator grants that"
    return f"the API server answered {failure.status} to {resource}" if failure.status else str(failure)
