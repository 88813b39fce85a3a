"""The stores of certificates in a real cluster, used by an account that may do just what they need."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from certs.keeping import Stores
from tests.cluster.control_plane import ControlPlane
from webhook.cluster.calling import calling
from webhook.cluster.certificate_names import CertificateNames
from webhook.cluster.credentials import Credentials

Right = tuple[str, str]

SECRET, CONFIG_MAP = "guard-authority", "guard-bundle"
CONFIGURATIONS = "validatingwebhookconfigurations"
NEEDED: tuple[Right, ...] = (
    ("get", "secrets"),
    ("create", "secrets"),
    ("patch", "secrets"),
    ("get", "configmaps"),
    ("create", "configmaps"),
    ("patch", "configmaps"),
    ("get", CONFIGURATIONS),
    ("list", CONFIGURATIONS),
    ("watch", CONFIGURATIONS),
    ("patch", CONFIGURATIONS),
)
"""Each for one name, but for "create", which RBAC cannot tie to one."""
_GROUPS = {CONFIGURATIONS: "admissionregistration.k8s.io"}
_RBAC = "/apis/rbac.authorization.k8s.io/v1"


def names_in(namespace: str) -> CertificateNames:
    """The configuration is called as the namespace is, so that tests keep out of each other's way."""
    return CertificateNames(namespace=namespace, secret=SECRET, config_map=CONFIG_MAP, configuration=namespace)


def account_with(control_plane: ControlPlane, namespace: str, rights: Collection[Right] = NEEDED) -> Path:
    """Make an account that has these rights, and return a kubeconfig of it once it has them."""
    account = f"guard-{secrets.token_hex(3)}"
    role = f"{namespace}-{account}"
    cluster_wide = [right for right in rights if right[1] == CONFIGURATIONS]
    within = [right for right in rights if right not in cluster_wide]
    subject = {"kind": "ServiceAccount", "name": account, "namespace": namespace}
    accounts = f"/api/v1/namespaces/{namespace}/serviceaccounts"
    scope = f"{_RBAC}/namespaces/{namespace}"
    with control_plane.client() as client:
        for path, kind, rules in (
            (f"{scope}/roles", "Role", [_rule(namespace, *right) for right in within]),
            (f"{_RBAC}/clusterroles", "ClusterRole", [_rule(namespace, *right) for right in cluster_wide]),
        ):
            client.post(path, json={"metadata": {"name": role}, "rules": rules}).raise_for_status()
            reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role}
            binding = {"metadata": {"name": role}, "roleRef": reference, "subjects": [subject]}
            client.post(path.replace("roles", "rolebindings"), json=binding).raise_for_status()
        client.post(accounts, json={"metadata": {"name": account}}).raise_for_status()
        asked = client.post(f"{accounts}/{account}/token", json={"spec": {"expirationSeconds": 3600}})
        user = f"system:serviceaccount:{namespace}:{account}"
        reviews = [_review(namespace, user, *right) for right in rights]

        def has_them() -> bool:
            path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
            return all(client.post(path, json=one).raise_for_status().json()["status"]["allowed"] for one in reviews)

        control_plane.wait_until(f"{account} to have its rights", has_them)
    return control_plane.kubeconfig_for(asked.raise_for_status().json()["status"]["token"])


_GOODBYE = 0.1
"""Seconds in which connections end in form. A loop that is closed before leaves them to the garbage collector, and a
later test hears of it."""


@asynccontextmanager
async def stores(kubeconfig: Path, namespace: str, log: list[str] | None = None) -> AsyncIterator[Stores]:
    """Reach the stores as one replica of the guard does."""

    def tell(_: int, event: str, /, **fields: object) -> None:
        if log is not None:
            log.append(f"{event}: {fields.get('why', '')}")

    async with calling(Credentials(str(kubeconfig))) as cluster:
        yield cluster.certificates(names_in(namespace), tell)
    await asyncio.sleep(_GOODBYE)


@asynccontextmanager
async def replicas(kubeconfig: Path, namespace: str, count: int) -> AsyncIterator[list[Stores]]:
    """Reach them as so many replicas do, each with a connection of its own."""
    async with AsyncExitStack() as stack:
        all_of_them = [await stack.enter_async_context(stores(kubeconfig, namespace)) for _ in range(count)]
        await asyncio.gather(*(one.secret.read() for one in all_of_them))  # connected, so that they begin together
        yield all_of_them


def _rule(name: str, verb: str, resource: str) -> dict[str, Any]:
    ties = {} if verb == "create" else {"resourceNames": [_name(name, resource)]}
    return {"apiGroups": [_GROUPS.get(resource, "")], "resources": [resource], "verbs": [verb]} | ties


def _review(namespace: str, user: str, verb: str, resource: str) -> dict[str, Any]:
    attributes = {
        "verb": verb,
        "group": _GROUPS.get(resource, ""),
        "resource": resource,
        "name": _name(namespace, resource),
        "namespace": "" if resource == CONFIGURATIONS else namespace,
    }
    return {"spec": {"user": user, "resourceAttributes": attributes}}


def _name(namespace: str, resource: str) -> str:
    return {"secrets": SECRET, "configmaps": CONFIG_MAP}.get(resource, namespace)
