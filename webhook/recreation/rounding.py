"""Whether a Deployment's rolling update takes no pod away before its successor is there.

Source: the Kubernetes API, apps/v1 RollingUpdateDeployment: of a percentage maxSurge is rounded up and maxUnavailable
down, and where both come to 0, one pod may be unavailable.
"""

from msgspec import Struct

Amount = int | str
"""A number of pods, or a percentage as "25%"."""

DEFAULT = "25%"
_HUNDRED = 100


def scaled(amount: Amount, replicas: int, *, up: bool) -> int:
    """Return how many pods it is. Raises ValueError for what is neither a number nor a percentage."""
    if isinstance(amount, int):
        return max(0, amount)
    digits = amount.removesuffix("%")
    if digits == amount or not (digits.isascii() and digits.isdigit()):
        raise ValueError("neither a number nor a percentage")
    share = int(digits) * replicas
    return -(-share // _HUNDRED) if up else share // _HUNDRED


class Rollout(Struct, frozen=True, kw_only=True):
    """The parameters of a rolling update, as they stand."""

    max_surge: Amount = DEFAULT
    max_unavailable: Amount = DEFAULT

    def resolve(self, replicas: int) -> tuple[int, int]:
        """Return how many pods may be there beyond, and how many may be missing. Raises ValueError."""
        surge = scaled(self.max_surge, replicas, up=True)
        unavailable = scaled(self.max_unavailable, replicas, up=False)
        return (surge, unavailable) if surge or unavailable else (0, 1)
