"""What the guard has to say about a request for an upgrade, before it is put into words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.pod_facts import PodFacts
from webhook.policy.reasons import Reason
from webhook.policy.upgrades.asking import Asked
from webhook.policy.upgrades.override import Override
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.policy.windows.calendar import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where the cluster stands for the version that is asked for."""

    target: KubernetesVersion
    """That version; of one that cannot be told, the first that would not do."""
    pods: int
    """Unfit ones: those that cannot run under it, and those that could not be judged."""
    not_judged: int
    """Of them, those that could not be judged."""
    workloads: int
    first: tuple[tuple[PodFacts, Reason], ...]
    """The first of those pods, each with why it is unfit."""
    doubt: str
    """Why this may not be the whole truth; "" if it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeObjection:
    """One request. Texts are as they came: make them ``plain`` before showing them."""

    kind: str
    is_object: bool = True
    """Whether it can be annotated."""
    namespace: str
    name: str
    reason: UpgradeReason
    also: UpgradeReason | None = None
    """What is to be said besides, less strictly: of the pods and the hours, the other."""
    asked: Asked | None
    """None where the request asks for no upgrade, and something else is wrong with it."""
    running: KubernetesVersion | None = None
    skipped: tuple[KubernetesVersion, ...] = ()
    ground: Ground | None = None
    hours: Hours
    now: datetime
    age: timedelta | None = None
    """Of what is known of the pods; None where nobody knows."""
    told_by: str
    """Who told of the pods, in words."""
    override: Override | None = None
    """The one that is set, where it can be read."""
    override_fails: str = ""
    """Why an override that is set does not help."""
    user: str = ""
    """Who asks."""
