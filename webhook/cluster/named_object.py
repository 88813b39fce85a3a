"""One object that the guard keeps, by its name, and what is said where that fails: for whoever has to mend it."""

from collections.abc import Mapping
from urllib.parse import quote

from certs.stores import Conflict, StoreFailed
from webhook.cluster.api import Api, Operation
from webhook.inventory.source import SourceFailed
from webhook.policy.plain_text import plain

MANAGER = "eci-upgrade-guard"
"""The guard's name among those who own fields of an object."""

_WITHIN = 10.0
"""Seconds for an answer."""
_FORBIDDEN, _NOT_FOUND, _CONFLICT, _UNFIT = 403, 404, 409, 422
_KNOWN: Mapping[tuple[str, int], tuple[type[StoreFailed], str]] = {
    ("create", _NOT_FOUND): (StoreFailed, "cannot be created: there is no such namespace"),
    ("create", _CONFLICT): (Conflict, "was created by somebody else"),
    ("patch", _NOT_FOUND): (Conflict, "is gone"),
    ("patch", _CONFLICT): (Conflict, "was changed by somebody else"),
}
"""What an answer means to a verb."""


class Unfit(StoreFailed):
    """Raised where a patch does not fit the object: one of its tests failed, or what would come of it is invalid."""


class NamedObject:
    """What can be done to it. Nothing else in the cluster is reached."""

    def __init__(self, api: Api, group: str, resource: str, name: str, *, namespace: str = "") -> None:
        """Name it; ``group`` is the path of a version of an API, such as ``/api/v1``."""
        self._api = api
        self._name = name
        within = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
        self._path = f"{group}{within}/{resource}"
        self._address = f"{self._path}/{quote(name, safe='')}"
        self._discreet = resource == "secrets"
        self.called = f"{resource} {plain(f'{namespace}/{name}' if namespace else name)}"
        """For people."""

    async def get(self) -> bytes | None:
        """Return it as it is; None where there is none. Raises StoreFailed."""
        try:
            return await self._api.get(self._address, {}, within=_WITHIN)
        except SourceFailed as failure:
            if failure.status == _NOT_FOUND:
                return None
            raise self._failed("get", failure) from None

    async def create(self, fields: Mapping[str, object]) -> None:
        """Create it. Raises Conflict where there is one by now, StoreFailed."""
        metadata = {"name": self._name, "labels": {"app.kubernetes.io/name": MANAGER}}
        try:
            await self._api.post(self._path, {"metadata": metadata, **fields}, within=_WITHIN)
        except SourceFailed as failure:
            raise self._failed("create", failure) from None

    async def patch(self, patch: Mapping[str, object] | list[Operation]) -> None:
        """Change it, as ``Api.patch`` does. Raises Conflict where it is gone or has changed, Unfit, StoreFailed."""
        try:
            await self._api.patch(self._address, {"fieldManager": MANAGER}, patch, within=_WITHIN)
        except SourceFailed as failure:
            raise self._failed("patch", failure) from None

    def unreadable(self) -> StoreFailed:
        """Return what to raise where the API server sent something else."""
        return StoreFailed(f"{self.called} cannot be read: the API server sent something else")

    def _failed(self, verb: str, failure: SourceFailed) -> StoreFailed:
        said, status = str(failure), failure.status
        if status == _FORBIDDEN and f" cannot {verb} resource " in said:
            return StoreFailed(f"the guard may not {verb} {self.called}: no role grants it")
        if (verb, status) in _KNOWN:
            kind, meaning = _KNOWN[verb, status]
            return kind(f"{self.called} {meaning}")
        if status == _UNFIT and "immutable" in said:
            return StoreFailed(f"{self.called} is immutable: to be kept by the guard it has to be deleted first")
        if self._discreet and status:  # whoever refuses has seen what it holds, and some repeat what they have seen
            said = f"the API server answered {status}"
        kind = Unfit if status == _UNFIT else StoreFailed
        return kind(f"the guard cannot {verb} {self.called}: {said}")
