"""When a certificate is good, by a clock that may be wrong: every instant here is aware."""

from datetime import datetime, timedelta

from cryptography import x509

CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of a healthy cluster may be apart: certificates begin so long before they are made."""


def whole_second(instant: datetime) -> datetime:
    """Return the second that an instant is in: certificates know no finer ones."""
    return instant.replace(microsecond=0)


def has_begun(certificate: x509.Certificate, now: datetime) -> bool:
    """Tell whether it is good already."""
    return now >= certificate.not_valid_before_utc


def has_ended(certificate: x509.Certificate, now: datetime) -> bool:
    """Tell whether it is good no longer. Its last second is still good."""
    return now > certificate.not_valid_after_utc


def written(instant: datetime) -> str:
    """Write an instant for a line of the log."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
