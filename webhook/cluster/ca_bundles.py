"""The caBundle of each entry of a webhook configuration: how it is, and the patches that put it right.

A server-side apply of our own would own each entry around its bundle too. When another manager's apply drops or renames
an entry, a stump of it would stay for us, which is invalid, and that apply would fail as a whole. By a JSON patch we
own the bundle alone, and the entry goes with all that is in it.

That, too, stands in the way of some: whoever sets a bundle by server-side apply, as charts do that make certificates
of their own, would conflict with us, and the rest of that apply would fail with it. So a second patch lets go: it takes
our name out of ``managedFields``, and nobody else's. Then nobody owns what we set. An apply that says nothing of it
leaves it as it is; one that sets it succeeds, and we put it right again, which takes it from that owner.

A guard that ends between the two patches leaves its name there; whoever reads the object next sees it.
"""

from base64 import b64encode

from msgspec import Struct

from certs.stores import Registered
from webhook.cluster.api import Operation
from webhook.cluster.named_object import MANAGER


class _ClientConfig(Struct, rename="camel"):
    ca_bundle: bytes | None = None


class _Entry(Struct, rename="camel"):
    name: str
    client_config: _ClientConfig


class _Owner(Struct):
    manager: str = ""
    operation: str = ""


class _Metadata(Struct, rename="camel"):
    uid: str
    resource_version: str
    managed_fields: list[_Owner] | None = None


class Configuration(Struct):
    """A ValidatingWebhookConfiguration, as far as it matters here."""

    metadata: _Metadata
    webhooks: list[_Entry] | None = None


def registered(found: Configuration) -> Registered:
    """Return what the keeper of the certificates needs to know of it."""
    bundles = {entry.name: entry.client_config.ca_bundle or b"" for entry in found.webhooks or ()}
    return Registered(found.metadata.uid, found.metadata.resource_version, bundles, owned=bool(_ours(found)))


def injection(found: Configuration, bundle: bytes) -> list[Operation]:
    """Return the patch that puts this bundle where there is another; no operations where there is none.

    It fails as a whole on an object of another uid, and where an entry is no longer at its place.
    """
    patch: list[Operation] = []
    for place, entry in enumerate(found.webhooks or ()):
        if entry.client_config.ca_bundle != bundle:
            at = f"/webhooks/{place}"
            patch.append(_test(f"{at}/name", entry.name))
            patch.append({"op": "add", "path": f"{at}/clientConfig/caBundle", "value": b64encode(bundle).decode()})
    return [_test("/metadata/uid", found.metadata.uid), *patch] if patch else []


def release(found: Configuration) -> list[Operation]:
    """Return the patch that lets go of what the guard owns; no operations where that is nothing.

    It fails as a whole where anything of the object has changed.
    """
    ours = [f"/metadata/managedFields/{place}" for place in _ours(found)]
    if not ours:
        return []
    metadata = found.metadata
    return [
        _test("/metadata/uid", metadata.uid),
        _test("/metadata/resourceVersion", metadata.resource_version),
        *(_test(f"{at}/manager", MANAGER) for at in ours),
        *({"op": "remove", "path": at} for at in reversed(ours)),  # from the end: places before it stay as they are
    ]


def _ours(found: Configuration) -> list[int]:
    """Return the places of the guard's name. It never applies: who does so by its name is somebody else."""
    owners = enumerate(found.metadata.managed_fields or ())
    return [place for place, owner in owners if owner == _Owner(MANAGER, "Update")]


def _test(path: str, value: str) -> Operation:
    return {"op": "test", "path": path, "value": value}
