"""``metadata.managedFields``: who set which field. A third of a pod's JSON, and nothing in it that decides.

Source: structured-merge-diff, as the API server writes it: "f:" and a field's name, "k:" and the keys of a list's
item, "." for the map or item itself, which containers go without.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

_KEYS = {
    "containers": ("name",),
    "env": ("name",),
    "ports": ("containerPort", "protocol"),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
    "ownerReferences": ("uid",),
    "conditions": ("type",),
    "podIPs": ("ip",),
}
"""Lists whose items are told apart by these fields; every other list is one value."""


def managed_fields(manager: str, time: str, owned: Mapping[str, Any], subresource: str = "") -> dict[str, Any]:
    """Return the entry of ``manager``, which at ``time`` (RFC 3339) set what ``owned`` holds of an object."""
    entry = {
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": _of_map(owned),
        "manager": manager,
        "operation": "Update",
        "time": time,
    }
    return {**entry, "subresource": subresource} if subresource else entry


def _of_map(owned: Mapping[str, Any]) -> dict[str, Any]:
    return {f"f:{name}": _of_value(name, value) for name, value in owned.items()}


def _of_value(name: str, value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {".": {}, **_of_map(value)} if name not in ("metadata", "spec", "status") else _of_map(value)
    if isinstance(value, Sequence) and name in _KEYS:
        items = {_key(name, item): {".": {}, **_of_map(item)} for item in value}
        return items if name == "containers" else {".": {}, **items}
    return {}


def _key(name: str, item: Mapping[str, Any]) -> str:
    keys = {key: item[key] for key in _KEYS[name]}
    return f"k:{json.dumps(keys, separators=(',', ':'))}"
