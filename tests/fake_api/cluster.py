"""What there is in the fake cluster. No network here, and no clock."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import RLock
from typing import Any

import msgspec

from .collection import Collection, Event, Page, Snapshot
from .targets import Resource

Json = Mapping[str, Any]


class FakeCluster:
    """Pods and namespaces under one count of revisions, as in etcd. May be used from any thread."""

    def __init__(self, *, revision: int = 100, history: int = 10_000) -> None:
        """``history`` is how many changes a kind remembers: a watch from before them is gone."""
        self._revision = revision
        self._collections: dict[Resource, Collection] = {
            "pods": Collection(history),
            "namespaces": Collection(history),
        }
        self._listeners: list[Callable[[], None]] = []
        self._lock = RLock()

    @property
    def revision(self) -> int:
        """Of the last change."""
        return self._revision

    def put(self, pod: Json) -> int:
        """Create or replace a pod. Its resourceVersion is the revision, which is returned."""
        metadata = pod["metadata"]
        return self._put("pods", f"{metadata['namespace']}/{metadata['name']}", pod)

    def put_encoded(self, namespace: str, name: str, data: bytes) -> int:
        """Create or replace a pod with this JSON as it is.

        It may be anything, so a poison item gets into lists and watches that way. A good pod starts with its
        ``metadata``, without apiVersion and kind: items of a list have none. Its resourceVersion is the caller's to
        write, and will be ``revision + 1``.
        """
        with self._lock:
            return self._apply("pods", f"{namespace}/{name}", data)

    def delete(self, namespace: str, name: str) -> int:
        """Delete a pod. Its last state with the new revision goes to the watches."""
        return self._delete("pods", f"{namespace}/{name}")

    def put_namespace(self, namespace: Json) -> int:
        """Create or replace a namespace."""
        return self._put("namespaces", namespace["metadata"]["name"], namespace)

    def delete_namespace(self, name: str) -> int:
        """Delete a namespace, and nothing that is in it."""
        return self._delete("namespaces", name)

    def compact(self) -> None:
        """Forget the past: watches from before and lists that are under way get a 410."""
        with self._lock:
            for collection in self._collections.values():
                collection.compact(self._revision)

    def get(self, resource: Resource, key: str) -> bytes | None:
        """Return an object."""
        return self._collections[resource].objects.get(key)

    def snapshot(self, resource: Resource) -> Snapshot:
        """Return all objects, as they are."""
        with self._lock:
            return self._collections[resource].snapshot(self._revision)

    def page(
        self, resource: Resource, prefix: str, start: str, limit: int, revision: int | None
    ) -> tuple[int, Page] | None:
        """Return a page and its revision, which is the newest if none is asked for. None if that is forgotten."""
        with self._lock:
            collection = self._collections[resource]
            snapshot = collection.snapshot(self._revision) if revision is None else collection.kept(revision)
            if snapshot is None:
                return None
            page = snapshot.page(prefix, start, limit)
            if page.remaining:
                collection.keep(snapshot)
            return snapshot.revision, page

    def after(self, resource: Resource, revision: int) -> tuple[list[Event], int]:
        """Return the changes since a revision, and the revision up to which these are all."""
        with self._lock:
            return self._collections[resource].after(revision), max(revision, self._revision)

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called after each change, in the thread that makes it."""
        self._listeners.append(listener)

    def unsubscribe(self, listener: Callable[[], None]) -> None:
        """Forget a listener."""
        self._listeners.remove(listener)

    def _put(self, resource: Resource, key: str, given: Json) -> int:
        with self._lock:
            return self._apply(resource, key, _encode(given, self._revision + 1))

    def _delete(self, resource: Resource, key: str) -> int:
        with self._lock:
            data = self._collections[resource].objects[key]
            with suppress(msgspec.DecodeError, KeyError, TypeError):  # a poison object goes as it came
                data = _encode(msgspec.json.decode(data, type=dict[str, Any]), self._revision + 1)
            return self._apply(resource, key, data, deleted=True)

    def _apply(self, resource: Resource, key: str, data: bytes, *, deleted: bool = False) -> int:
        collection = self._collections[resource]
        self._revision += 1
        kind = "DELETED" if deleted else "MODIFIED" if key in collection.objects else "ADDED"
        collection.apply(Event(self._revision, kind, key, data))
        for listener in self._listeners:
            listener()
        return self._revision


def _encode(given: Json, revision: int) -> bytes:
    metadata = {**given["metadata"], "resourceVersion": str(revision)}
    rest = {name: value for name, value in given.items() if name not in ("apiVersion", "kind", "metadata")}
    return msgspec.json.encode({"metadata": metadata, **rest})
