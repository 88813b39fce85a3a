"""What a test says to KWOK: labels of a pod by which ``stages.yaml`` plays something else than a pod that runs."""

PLATFORM = "staged-platform"
"""The platform version that the pod gets on a virtual node instead of the current one, or "unset" for none.

Replacements made from the same template get it as well: to stage pods of the past alone, see ``filling.age_pods``.
"""

START = "staged-start"
"""With the value "never", a pod that is bound stays Pending, and the platform writes nothing."""

END = "staged-end"
"""The phase in which the pod ends as soon as it runs: "Succeeded" or "Failed"."""

DELETION = "staged-deletion"
"""With the value "never", a deleted pod stays Terminating until it is deleted by force."""
