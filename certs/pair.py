"""A certificate and its key, as PEM."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pair:
    """Both in PEM. The key stays out of any repr, and so out of logs."""

    certificate: bytes
    key: bytes = field(repr=False)
