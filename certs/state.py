"""How it stands with a replica's certificates, for metrics and for people."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from certs.bundle import fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is told of a certificate. All of it is public."""

    fingerprint: str
    """SHA-256, in hexadecimal."""
    not_before: datetime
    not_after: datetime

    @classmethod
    def of(cls, certificate: x509.Certificate) -> "Shown":
        """Tell it of this one."""
        return cls(
            fingerprint=fingerprint(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All of it, as one replica knows it. Every instant is aware."""

    leaf: Shown | None = None
    """What is served; None before anything is."""
    authority: Shown | None = None
    """Who signs now; None while that is not known."""
    next: Shown | None = None
    """Who signs next, where a change is under way."""
    bundle: bytes = b""
    """Who is to be trusted, as PEM."""
    leaf_changed_at: datetime | None = None
    authority_changed_at: datetime | None = None
    """When this replica took it up."""
    injection_failures: int = 0
    """How often the bundle could not be put into the webhook configuration."""
    problem: str = ""
    """Why not everything is as it should be; "" where it is."""
