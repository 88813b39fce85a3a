"""What recreation asks of the API server. Failures are answers here, each in one plain line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote

import msgspec
from msgspec import Struct

from webhook.cluster.api import Api
from webhook.cluster.credentials import Credentials
from webhook.cluster.eviction_answers import answer_of
from webhook.cluster.named_object import MANAGER
from webhook.cluster.single_questions import Pods
from webhook.inventory.contact import utc_now
from webhook.inventory.source import SourceFailed
from webhook.policy.plain_text import plain
from webhook.recreation.bare_manifest import clean_manifest
from webhook.recreation.kinds import BARE, RESOURCES
from webhook.recreation.plan import PlannedPod, WorkloadRef
from webhook.recreation.seams import Eviction, EvictionAnswer

_WITHIN = 30.0
"""Seconds for an answer: webhooks of others may have a say in each."""
_NOTE_WITHIN = 5.0
_RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
"""The annotation of kubectl's, so that its history shows the restart as one of its own."""
_API_VERSIONS = {kind: f"{group}/v1".lstrip("/") for group, kind in (*RESOURCES, ("", BARE))}
_MAX_NOTE = 1024
"""Characters in the message of an Event."""


class _Metadata(Struct, rename="camel"):
    uid: str = ""
    namespace: str = ""
    deletion_timestamp: str | None = None


class _Object(Struct):
    metadata: _Metadata


class RecreationRequests:
    """Implements the half of seams.Cluster that changes something."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._pods = Pods(api)

    async def evict(self, pod: PlannedPod, *, dry_run: bool = False) -> EvictionAnswer:
        """Ask the eviction API, with the uid as a precondition.

        And with no resourceVersion: the API server does not try again after a conflict where a client gives one.
        """
        body = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod.name, "namespace": pod.namespace},
            "deleteOptions": {"preconditions": {"uid": pod.uid}},
        }
        path = f"{_pods(pod.namespace)}/{_segment(pod.name)}/eviction"
        try:
            await self._api.post(path, body, query={"dryRun": "All"} if dry_run else None, within=_WITHIN)
        except SourceFailed as failure:
            return answer_of(failure)
        return EvictionAnswer(eviction=Eviction.ACCEPTED)

    async def restart(self, workload: WorkloadRef, at: datetime) -> str:
        """Have a Deployment make all its pods anew. Twice with the same instant is once."""
        path = f"/apis/apps/v1/namespaces/{_segment(workload.namespace)}/deployments/{_segment(workload.name)}"
        annotations = {_RESTARTED_AT: _instant(at)}
        patch = {
            "metadata": {"uid": workload.uid},  # refused where another Deployment has the name by now
            "spec": {"template": {"metadata": {"annotations": annotations}}},
        }
        try:
            await self._api.patch(path, {"fieldManager": MANAGER}, patch, within=_WITHIN)
        except SourceFailed as failure:
            another = failure.status == HTTPStatus.UNPROCESSABLE_ENTITY and "metadata.uid" in str(failure)
            return "it is gone, and another has its name" if another else str(failure)
        return ""

    async def save(self, pod: PlannedPod) -> str | None:
        """Return the manifest by which a bare pod can be created again.

        None if it is gone or on its way, and also where it could not be read: whoever gets none must not evict.
        """
        with suppress(SourceFailed, ValueError):  # ValueError: of msgspec, and of what is no pod
            data = await self._pods.get(pod.namespace, pod.name)
            if data is not None:
                metadata = msgspec.json.decode(data, type=_Object).metadata
                if metadata.uid == pod.uid and metadata.deletion_timestamp is None:
                    return clean_manifest(data)
        return None

    async def create(self, manifest: str) -> str:
        """Create a pod. One of its name that is on its way out is in the way, and no pod that is there."""
        try:
            body = msgspec.json.decode(manifest, type=dict[str, object])
            namespace = msgspec.convert(body, _Object).metadata.namespace
        except ValueError:
            return "the manifest cannot be read"
        try:
            await self._api.post(_pods(namespace), body, query={"fieldManager": MANAGER}, within=_WITHIN)
        except SourceFailed as failure:
            said = str(failure)
            is_there = (
                failure.status == HTTPStatus.CONFLICT and "already exists" in said and "being deleted" not in said
            )
            return "" if is_there else said
        return ""

    async def note(self, workload: WorkloadRef, reason: str, text: str) -> None:
        """Leave an Event on a workload. What comes of it is of no account."""
        now = _instant(utc_now())
        namespace = workload.namespace
        event = {
            "metadata": {"generateName": f"{workload.name}.", "namespace": namespace},
            "involvedObject": {
                "apiVersion": _API_VERSIONS.get(workload.kind, ""),
                "kind": workload.kind,
                "namespace": namespace,
                "name": workload.name,
                "uid": workload.uid,
            },
            "reason": reason,
            "message": plain(text, _MAX_NOTE),
            "type": "Normal",
            "source": {"component": MANAGER},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
        with suppress(SourceFailed):
            await self._api.post(f"/api/v1/namespaces/{_segment(namespace)}/events", event, within=_NOTE_WITHIN)


@asynccontextmanager
async def requests_to(credentials: Credentials) -> AsyncIterator[RecreationRequests]:
    """Ask a cluster that nobody has to follow. Raises SourceFailed where the configuration is of no use."""
    api = Api(credentials)
    try:
        await api.connect()
        yield RecreationRequests(api)
    finally:
        await api.close()


def _pods(namespace: str) -> str:
    return f"/api/v1/namespaces/{_segment(namespace)}/pods"


def _segment(text: str) -> str:
    return quote(text, safe="")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
