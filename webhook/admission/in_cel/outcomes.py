"""What is to be objected to: the matrix, asked beforehand about each platform version that it knows."""

from collections.abc import Iterator
from dataclasses import dataclass

from webhook.admission.objection import Surface
from webhook.admission.pods import judge_at_create
from webhook.admission.registration.cel import one_of
from webhook.policy.matrix import UNSET
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict

_VERSION = "variables.version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A reason to object, and when it is given."""

    reason: Reason
    unset: bool
    """Whether it is about pods that declare nothing."""
    unless: str
    """An expression that holds where it is not given."""


def outcomes(policy: Policy, surface: Surface) -> Iterator[Outcome]:
    """Yield every objection that a pod, or a template, can meet."""
    known = (UNSET, *(version for version in policy.matrix.platform_versions() if version != UNSET))
    versions: dict[tuple[Reason, bool], list[str]] = {}
    for version in known:
        reason = judge_at_create(f"v{version}", policy, surface)  # which is spelt anew as it stands here
        if reason.verdict is not Verdict.COMPATIBLE:
            versions.setdefault((reason, version == UNSET), []).append(version)
    for (reason, unset), found in versions.items():
        yield Outcome(reason=reason, unset=unset, unless=f"!({one_of(_VERSION, found)})")
    yield Outcome(reason=Reason.PLATFORM_VERSION_UNKNOWN, unset=False, unless=one_of(_VERSION, known))
