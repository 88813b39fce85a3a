"""What the objects are called in which certificates are kept. Apart from all that reaches them, as Credentials are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateNames:
    """Of the objects."""

    namespace: str
    """The guard's own."""
    secret: str
    config_map: str
    configuration: str
    """Of no namespace."""
