"""The platform version that a pod declares, as ``normalise`` spells it, and as ``plain`` shows it."""

from collections.abc import Iterator

from webhook.admission.in_cel.admission_policy import Variable
from webhook.admission.registration.cel import quoted
from webhook.policy.pod_document import PLATFORM_VERSION

_BLANK = r"\t-\r\x1c-\x1f\x85\pZ"
"""What ``str.strip`` takes away. CEL's own ``trim`` leaves four of these."""
TRIMMED = rf"[^{_BLANK}](?s:.*[^{_BLANK}])?"
_SHOWN = 24
"""Characters, as in the guard's answers."""


def declared_version(pod: str) -> Iterator[Variable]:
    """Yield what leads to ``variables.version``, "" where none is declared, and ``variables.shown``."""
    yield Variable(
        name="annotations",
        why="What is absent is empty, so nothing here can fail for a field that is missing.",
        expression=f"{pod}.?metadata.?annotations.orValue({{}})",
    )
    yield Variable(name="labels", why="", expression=f"{pod}.?metadata.?labels.orValue({{}})")
    yield Variable(name="declared", why="", expression=annotation(PLATFORM_VERSION))
    yield Variable(
        name="trimmed",
        why="No blanks around a version, and no leading v.",
        expression=f"variables.declared.find({quoted(TRIMMED)})",
    )
    yield Variable(
        name="version",
        why="",
        expression="variables.trimmed.startsWith('v') ? variables.trimmed.substring(1) : variables.trimmed",
    )
    yield Variable(
        name="shown",
        why="In messages: not too long, and nothing that a terminal would obey.",
        expression=(
            f"(size(variables.version) > {_SHOWN}"
            f" ? variables.version.substring(0, {_SHOWN - 1}) + '…' : variables.version)"
            r".split('').map(char, char.matches('[^\\pC\\pZ]| ') ? char : '\ufffd').join('')"
        ),
    )


def annotation(key: str) -> str:
    """Return the text of an annotation, "" where it is absent."""
    return f"variables.annotations[?{quoted(key)}].orValue('')"
