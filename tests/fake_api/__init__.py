"""A fake Kubernetes API server over an in-memory cluster, with a script of what goes wrong.

It stands in for what a real API server does not do on request: a socket that falls silent, a page that breaks off, a
410 at the right moment, an object that no schema admits. Everything else is asked of a real control plane.

Reads only: LIST, WATCH and GET of pods and namespaces, and ``/version``. What it does not know (selectors, writes,
other resources) it refuses aloud, so that no test passes for a wrong reason.

    with FakeApi() as api:
        api.cluster.put(pod("web-1"))
        api.script("list pods", Normal(), Cut(after=1000))  # the second page breaks off
        api.script("watch pods", Silent())
        ...  # the client under test, at api.url or by api.kubeconfig(path)
        assert len(api.requests_of("list pods")) == 4
"""

from .behaviours import Behaviour, CloseAtOnce, ContinueExpired, Cut, Normal, Silent, Slow, Status
from .cluster import FakeCluster
from .fake_api import FakeApi
from .recorded import Recorded
from .settings import Settings
from .targets import Kind
from .watch_behaviours import Bookmark, BookmarksOnly, Gone, PoisonEvent, RawEvents

__all__ = [
    "Behaviour",
    "Bookmark",
    "BookmarksOnly",
    "CloseAtOnce",
    "ContinueExpired",
    "Cut",
    "FakeApi",
    "FakeCluster",
    "Gone",
    "Kind",
    "Normal",
    "PoisonEvent",
    "RawEvents",
    "Recorded",
    "Settings",
    "Silent",
    "Slow",
    "Status",
]
