"""Readers of certificates that are not ours: TLS as Python's clients speak it, cryptography's verifier, openssl."""

import ssl
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from certs.names import general_name
from certs.pair import Pair


def shake_hands(served: Pair, trusted: bytes, name: str) -> str:
    """Have a strict client call a server by a name, both in memory, and return the version of TLS.

    Raises ssl.SSLCertVerificationError. It goes by the real clock.
    """
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder, "tls.crt"), Path(folder, "tls.key")
        certificate.write_bytes(served.certificate)
        key.write_bytes(served.key)
        server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server_context.load_cert_chain(certificate, key)
    client_context = ssl.create_default_context(cadata=trusted.decode())
    client_context.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    shake(client, server)
    return str(client.version())


def shake(*sides: ssl.SSLObject) -> None:
    """Bring both sides of a handshake in memory to its end."""
    waiting = list(sides)
    while waiting:
        for side in tuple(waiting):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(side)


def verify(leaf: Pair, trusted: bytes, name: str, now: datetime) -> None:
    """Have cryptography verify it. Raises x509.verification.VerificationError."""
    store = Store(x509.load_pem_x509_certificates(trusted))
    verifier = PolicyBuilder().store(store).time(now).build_server_verifier(general_name(name))
    verifier.verify(x509.load_pem_x509_certificate(leaf.certificate), [])


def openssl_verify(leaf: Pair, trusted: bytes, name: str, now: datetime, folder: Path) -> str:
    """Have the openssl command verify it, as strictly as it can, and return what it says."""
    (folder / "leaf.crt").write_bytes(leaf.certificate)
    (folder / "ca.crt").write_bytes(trusted)
    by_name = "-verify_ip" if isinstance(general_name(name), x509.IPAddress) else "-verify_hostname"
    command = f"openssl verify -x509_strict -purpose sslserver -attime {now.timestamp():.0f} {by_name} {name}"
    said = subprocess.run(
        [*command.split(), "-CAfile", folder / "ca.crt", folder / "leaf.crt"],
        check=False,
        capture_output=True,
        text=True,
    )
    return said.stdout + said.stderr
