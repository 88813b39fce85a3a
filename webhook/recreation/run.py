"""What all workloads of one run share."""

from collections.abc import Callable
from dataclasses import dataclass

from webhook.recreation.journal import Author, Journal
from webhook.recreation.patience import Patience
from webhook.recreation.progress import Progress
from webhook.recreation.seams import Cluster
from webhook.recreation.settings import Settings
from webhook.recreation.stopping import Stopping
from webhook.recreation.throttle import Throttle


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run."""

    cluster: Cluster
    settings: Settings
    journal: Journal
    author: Author
    stopping: Stopping
    throttle: Throttle
    tell: Callable[[Progress], None]

    def patience(self, pods: int = 1) -> Patience:
        """Begin the time that so many pods have."""
        return Patience(self.cluster, self.settings.timeout * pods)

    def is_blind(self) -> bool:
        """Whether the watch has been out of contact for too long to begin anything."""
        return self.cluster.stale_for() > self.settings.stale_after
