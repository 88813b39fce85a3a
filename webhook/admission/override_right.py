"""The right to override a denial: what is known of it when a request is decided."""

from enum import StrEnum

RIGHT = "override upgrades.eci-upgrade-guard.io"
"""As RBAC has it: the verb, and the resource with its group. Nothing of that name exists but the right."""


class Right(StrEnum):
    """Whether the requester has it, as the cluster that calls us said."""

    GRANTED = "granted"
    REFUSED = "refused"
    NOT_KNOWN = "not known"
    """It could not be asked: then there is no override."""
