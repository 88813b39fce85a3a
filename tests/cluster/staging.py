"""What a test says to KWOK: labels of a pod by which ``stages.yaml`` plays something else than a pod that runs."""

from typing import Any

Json = dict[str, Any]

PLATFORM = "staged-platform"
"""The platform version that the pod gets on a virtual node instead of the current one, or "unset" for none.

Replacements made from the same template get it as well: to stage pods of the past alone, see ``filling.age_pods``.
"""

START = "staged-start"
"""With the value "never", a pod that is bound stays Pending, and the platform writes nothing."""

END = "staged-end"
"""The phase in which the pod ends as soon as it runs: "Succeeded" or "Failed"."""

DELETION = "staged-deletion"
"""With the value "never", a deleted pod stays Terminating until it is deleted by force. See also ``ending_by_uid``."""


def ending_by_uid(pod: Json) -> Json:
    """Return a pod, or a template of pods, that is safe where its name is given again.

    KWOK deletes by name, and would now and then delete the new pod for the old one; a kubelet deletes with the uid as a
    precondition. This stands in for that: the API server itself deletes such a pod, as soon as its finalizer is taken
    away, and KWOK does that by a patch that has the uid.
    """
    metadata = pod["metadata"]
    labels = metadata.get("labels", {}) | {DELETION: "by-uid"}
    return {
        "metadata": metadata | {"labels": labels, "finalizers": ["eci-upgrade-guard.io/staged"]},
        "spec": pod["spec"] | {"terminationGracePeriodSeconds": 0},
    }
