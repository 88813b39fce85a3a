"""Service accounts with rights and tokens, made with kubectl as a person would."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.cluster.control_plane import ControlPlane
from webhook.access.reviewer import AUDIENCE

READERS = {"nonResourceURLs": ["/report", "/ready-for/*"], "verbs": ["get"]}
"""The rule that lets somebody see the report and ask whether a cluster is ready."""


class Accounts:
    """Of one namespace. What is made for them outside of it bears its name."""

    def __init__(self, control_plane: ControlPlane, namespace: str) -> None:
        self.control_plane = control_plane
        self.namespace = namespace

    def make(self, name: str) -> None:
        """Make an account that may do nothing."""
        self._kubectl("create", "serviceaccount", name)

    def token(self, name: str, *options: str) -> str:
        """Return a new token, by default for the guard."""
        return self._kubectl("create", "token", name, *(options or [f"--audience={AUDIENCE}"])).strip()

    def grant(self, name: str, *rules: dict[str, Any]) -> None:
        """Let an account do what the rules say, from when this returns on."""
        role = f"{self.namespace}-{name}"
        manifest = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": role},
            "rules": list(rules),
        }
        self.control_plane.kubectl("apply", "-f", "-", input=json.dumps(manifest))
        self.bind(name, role)

    def bind(self, name: str, role: str) -> None:
        """Bind an account to a ClusterRole that there is."""
        account = f"--serviceaccount={self.namespace}:{name}"
        binding = f"{self.namespace}-{name}"
        self.control_plane.kubectl("create", "clusterrolebinding", binding, f"--clusterrole={role}", account)

    def wait_until_may(self, name: str, verb: str, what: str) -> None:
        """Return when the authorizer has heard of a binding: a refusal would be remembered for half a minute."""
        user = f"system:serviceaccount:{self.namespace}:{name}"
        question = ["auth", "can-i", verb, what, f"--as={user}"]
        may = self.control_plane.kubectl
        self.control_plane.wait_until(
            f"{name} to have its rights", lambda: may(*question, check=False).stdout.strip() == "yes"
        )

    def kubeconfig(self, name: str) -> Path:
        """Return a kubeconfig of an account."""
        return self.control_plane.kubeconfig_for(self.token(name, "--duration=1h"))

    def _kubectl(self, *arguments: str) -> str:
        return self.control_plane.kubectl(*arguments, f"--namespace={self.namespace}").stdout


@contextmanager
def accounts_in(control_plane: ControlPlane, namespace: str) -> Iterator[Accounts]:
    """Make accounts, and take away at the end what they leave outside of the namespace."""
    accounts = Accounts(control_plane, namespace)
    try:
        yield accounts
    finally:
        for kind in ("clusterrole", "clusterrolebinding"):
            names = control_plane.kubectl("get", kind, "--output=name").stdout.split()
            ours = [name for name in names if name.partition("/")[2].startswith(f"{namespace}-")]
            if ours:
                control_plane.kubectl("delete", *ours)


def signed_again(control_plane: ControlPlane, token: str, **changed: Any) -> str:
    """Return the token with other claims, signed with the cluster's own key."""
    head, payload, _ = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    body = f"{head}.{_encoded(json.dumps(claims | changed).encode())}"
    key = load_pem_private_key(control_plane.credentials.service_account_key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    r, s = utils.decode_dss_signature(key.sign(body.encode(), ec.ECDSA(SHA256())))
    return f"{body}.{_encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def an_hour_ago() -> dict[str, int]:
    """Return the claims of a token that has expired."""
    now = int(time.time())
    return {"iat": now - 7200, "nbf": now - 7200, "exp": now - 3600}


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
