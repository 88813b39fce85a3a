"""Who may come to the API server and how: its certificate, the tokens it knows, and a kubeconfig for each of them."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certs.self_signed import make_self_signed

_USERS = {
    "admin": ("admin", "system:masters"),
    "user": ("anna", "developers"),  # may do nothing but what a test binds her to
    # As in a real cluster, so that their requests can be told apart; RBAC knows both names from the start.
    "kube-controller-manager": ("system:kube-controller-manager", ""),
    "kube-scheduler": ("system:kube-scheduler", ""),
    "kwok": ("virtual-kubelet", "system:masters"),
}
"""Name and group of the user behind each context."""

_PEOPLE = ("admin", "user")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Files in one folder, for nobody else to read."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """Of the API server, signed by itself: clients trust this file."""
        return self.folder / "tls.crt"

    @property
    def key(self) -> Path:
        """Of that certificate."""
        return self.folder / "tls.key"

    @property
    def service_account_key(self) -> Path:
        """Private; its public half is read from it too."""
        return self.folder / "service-account.key"

    @property
    def tokens(self) -> Path:
        """For ``--token-auth-file``."""
        return self.folder / "tokens.csv"

    def kubeconfig(self, reader: str) -> Path:
        """Return the kubeconfig of a program, or of people: "admin", which has the context "user" beside its own."""
        return self.folder / f"{reader}.kubeconfig"

    def admin_token(self) -> str:
        """Return the token of the cluster's administrator, who is the first in the file."""
        return self.tokens.read_text(encoding="utf-8").partition(",")[0]

    def write(self, server: str) -> None:
        """Make everything anew for the API server at ``server``."""
        self.folder.mkdir(mode=0o700, parents=True)
        pair = make_self_signed(["127.0.0.1", "localhost"], datetime.now(UTC))
        self.certificate.write_bytes(pair.certificate)
        self.key.write_bytes(pair.key)
        self.service_account_key.write_bytes(_new_key())
        tokens = {context: secrets.token_hex(16) for context in _USERS}
        rows = [f'{tokens[context]},{name},{name},"{group}"\n' for context, (name, group) in _USERS.items()]
        self.tokens.write_text("".join(rows), encoding="utf-8")
        for context in _USERS:
            contexts = _PEOPLE if context == "admin" else [context]
            self._write_kubeconfig(context, server, {one: tokens[one] for one in contexts})

    def write_kubeconfig(self, server: str, token: str) -> Path:
        """Write a kubeconfig for someone else who has a token, and return it."""
        name = hashlib.sha256(token.encode()).hexdigest()[:16]
        self._write_kubeconfig(name, server, {name: token})
        return self.kubeconfig(name)

    def _write_kubeconfig(self, reader: str, server: str, tokens: Mapping[str, str]) -> None:
        """Write one whose current context is the first of these."""
        authority = base64.b64encode(self.certificate.read_bytes()).decode()
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": next(iter(tokens)),
            "clusters": [
                {"name": "loopback", "cluster": {"server": server, "certificate-authority-data": authority}},
            ],
            "users": [{"name": name, "user": {"token": token}} for name, token in tokens.items()],
            "contexts": [{"name": name, "context": {"cluster": "loopback", "user": name}} for name in tokens],
        }
        self.kubeconfig(reader).write_text(yaml.safe_dump(document), encoding="utf-8")


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,  # the API server finds no public half in PKCS 8
        serialization.NoEncryption(),
    )
