"""Namespaces whose labels send every pod in them to ECI."""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from webhook.inventory.source import Change, ChangeKind
from webhook.policy.evidence import EvidenceRules


class _Metadata(Struct):
    name: str
    uid: str = ""
    labels: dict[str, Any] | None = None


class _Namespace(Struct):
    metadata: _Metadata


_decoder = msgspec.json.Decoder(_Namespace)


class NamespaceSigns:
    """Knows what each namespace says of its pods. Namespaces without a sign are not kept.

    A change of labels is seen by pods that are created or change from then on. Only pods without a node are told by
    them, and such a pod changes when it is bound.
    """

    def __init__(self, rules: EvidenceRules) -> None:
        self._rules = rules
        self._signs: dict[str, str] = {}
        self._next: dict[str, str] = {}
        self._names: set[str] = set()
        self._next_names: set[str] = set()
        self._listed = False
        self.cluster_id = ""
        """The uid of kube-system, which is made with the cluster and ends with it; "" until it was seen."""

    def adopt(self, rules: EvidenceRules) -> None:
        """Go by other rules from now on. What is known is right by them once the namespaces were listed anew."""
        self._rules = rules

    def __call__(self, namespace: str) -> str:
        """Return what the namespace says of its pods; "" is nothing."""
        return self._signs.get(namespace, "")

    def start_over(self) -> None:
        """Begin a new list."""
        self._next, self._next_names = {}, set()

    def add(self, item: Raw) -> None:
        """Take a namespace of the list that was begun."""
        self._put(self._next, self._next_names, item)

    def complete(self, _: str) -> None:
        """Let the new list stand."""
        self._signs, self._next = self._next, {}
        self._names, self._next_names = self._next_names, set()
        self._listed = True

    def lack(self, namespace: str) -> bool:
        """Whether it is known that there is no such namespace: a name that was mistyped has no unfit pods."""
        return self._listed and namespace not in self._names

    def apply(self, change: Change) -> None:
        """Take a change of one namespace."""
        if change.kind is not ChangeKind.BOOKMARK:
            self._put(self._signs, self._names, change.object, gone=change.kind is ChangeKind.DELETED)

    def _put(self, signs: dict[str, str], names: set[str], item: Raw, *, gone: bool = False) -> None:
        try:
            metadata = _decoder.decode(item).metadata
        except msgspec.DecodeError:
            return  # it says nothing that could be understood, so it gives no sign
        if metadata.name == "kube-system":
            self.cluster_id = metadata.uid
        if gone:
            names.discard(metadata.name)
        else:
            names.add(metadata.name)
        sign = "" if gone else self._rules.sign_of_namespace(metadata.labels or {})
        if sign:
            signs[metadata.name] = sign
        else:
            signs.pop(metadata.name, None)
