"""What a recreation says at its end: counts, and each pod that is not done, with the reason."""

from collections import Counter

import msgspec

from webhook.policy.plain_text import plain
from webhook.recreation.outcome import DONE, Fate, Outcome, Result

_MOST_TOLD = 20


def ending_lines(result: Result, output: str) -> bytes | str:
    """Return what became of all: counts, and each pod that is not done, with the reason."""
    if output == "json":
        return msgspec.json.encode({"result": result}) + b"\n"
    counts = Counter(outcome.fate for outcome in result.outcomes)
    told = ", ".join(f"{counts[fate]} {_WORDS[fate]}" for fate in Fate if counts[fate])
    lines = [told.capitalize() or "Nothing was to be done"]
    if result.stopped:
        lines.append(f"Stopped: {plain(result.stopped)}")
    left = [outcome for outcome in result.outcomes if outcome.fate not in DONE]
    lines += [f"  {_left(outcome)}" for outcome in left[:_MOST_TOLD]]
    if len(left) > _MOST_TOLD:
        lines.append(f"  ... and {len(left) - _MOST_TOLD} more, as the journal tells")
    if missing := result.of(Fate.NOT_REPLACED):
        look = f"kubectl get events -n {plain(missing[0].pod.namespace)} --field-selector type=Warning"
        lines.append(f"Next: {look} tells why; mend that, and run this again")
    return "\n".join(lines) + "\n"


_WORDS = {
    Fate.REPLACED: "made anew",
    Fate.RESTARTED: "made anew by a restart",
    Fate.GONE: "gone by themselves",
    Fate.FIT: "fit by now, and left as they are",
    Fate.EARLIER: "made anew by an earlier run",
    Fate.BLOCKED: "blocked",
    Fate.NOT_REPLACED: "not replaced as they should be",
    Fate.NOT_BEGUN: "not begun",
}


def _left(outcome: Outcome) -> str:
    pod = f"{plain(outcome.pod.namespace)}/{plain(outcome.pod.name)}"
    return f"{pod}: {_WORDS[outcome.fate]}{f': {plain(outcome.why)}' if outcome.why else ''}"
