"""How a process ends: it drains, closes, and is gone within a known time.

Manifests go by the constants: a pod's ``terminationGracePeriodSeconds`` is at least ``grace(delay)``, rounded up.
"""

import os
import threading

ADVISED_DELAY = 15.0
"""Seconds for ``--drain-delay`` behind a Service. How soon every node hears that a pod ends is up to the cluster; this
is on the safe side, and leaves enough of the 30 that Kubernetes grants where nobody says otherwise."""
IN_FLIGHT = 5
"""Seconds that requests in flight, and peers that do not say goodbye, are given after the delay."""
ENDS_WITHIN = IN_FLIGHT + 2
"""Seconds after the delay in which the process has ended, whatever peers do, and whatever it waits for itself."""
AT_ONCE = 1.0
"""Seconds after a second signal."""


def grace(delay: float) -> float:
    """Return the seconds from a signal in which a process with this delay has ended."""
    return delay + ENDS_WITHIN


class Ending:
    """Whether the process was told to end. Connections, probes and metrics go by it."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.draining = False


def exit_within(seconds: float) -> None:
    """End the process with 0 if it has not ended by itself.

    At the very end it may wait for a thread: one that looks up a name for half a minute, or writes a log nobody reads.
    """
    last = threading.Timer(seconds, os._exit, [0])
    last.daemon = True
    last.start()
