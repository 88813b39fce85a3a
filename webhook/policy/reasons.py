"""Every reason for a verdict, in one place: its stable code, the verdict it leads to, what it means, what to do.

A new reason is one member here and its pass/fail cases in the tests.
"""

from enum import Enum

from webhook.policy.verdict import Verdict

_RECREATE = (
    "Recreate the pod: evicted, it is made anew by its controller, on the current platform version "
    "unless its template pins one. A pod without a controller does not come back by itself."
)
_ADD_TO_MATRIX = "Look it up in the vendor's compatibility table and add it to spec.matrix of the policy."


class Reason(Enum):
    """Why a pod has its verdict. ``code`` is stable: scripts and dashboards may rely on it."""

    SUPPORTED = (
        "PlatformVersionSupported",
        Verdict.COMPATIBLE,
        "the platform version supports the target",
        "",
    )
    PLATFORM_VERSION_UNSET = (
        "PlatformVersionUnset",
        Verdict.INCOMPATIBLE,
        "the platform version is unset, and an unset one does not support the target",
        _RECREATE,
    )
    PLATFORM_VERSION_TOO_OLD = (
        "PlatformVersionTooOld",
        Verdict.INCOMPATIBLE,
        "the platform version is too old for the target",
        _RECREATE,
    )
    KUBERNETES_VERSION_NOT_LISTED = (
        "KubernetesVersionNotListed",
        Verdict.INCOMPATIBLE,
        "the target is not listed for the platform version, so it is not supported",
        _RECREATE,
    )
    PLATFORM_VERSION_UNKNOWN = (
        "PlatformVersionUnknown",
        Verdict.UNKNOWN,
        "the matrix does not know the platform version",
        _ADD_TO_MATRIX,
    )
    POD_MALFORMED = (
        "PodMalformed",
        Verdict.UNKNOWN,
        "a field that decides has a wrong type",
        "Look at the pod as the API server has it (kubectl get pod -o yaml), then ask again.",
    )
    NO_INSTANCE_YET = (
        "NoInstanceYet",
        Verdict.PENDING,
        "no instance runs yet; the platform sets the version when one does",
        "Nothing to do: it is judged once its instance runs.",
    )
    INSTANCE_ENDED = (
        "InstanceEnded",
        Verdict.FINISHED,
        "the pod has finished and its instance is gone",
        "Nothing to recreate. Delete the pod if you do not need its record.",
    )
    EXEMPTED = (
        "Exempted",
        Verdict.EXEMPT,
        "an exemption of the policy takes it out of readiness",
        "Make sure that the exemption still holds on the day of the upgrade.",
    )

    def __init__(self, code: str, verdict: Verdict, meaning: str, remedy: str) -> None:
        self.code = code
        self.verdict = verdict
        self.meaning = meaning
        self.remedy = remedy
        self.unfit = verdict.unfit

    # An Enum's members are singletons: identity hashes faster than the tuple of texts would.
    __hash__ = object.__hash__
