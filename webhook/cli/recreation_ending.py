"""What a recreation says at its end: counts, each pod that is not done, with the reason, and what is left."""

from collections import Counter

import msgspec

from webhook.policy.plain_text import plain
from webhook.policy.wording import number, pods_against
from webhook.recreation.outcome import DONE, Fate, Outcome, Result
from webhook.recreation.planning import Planned

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


def comparison(before: Planned, after: Planned, output: str, *, is_complete: bool) -> bytes | str:
    """Return how ready the cluster is now, and of what is left how much another run does and how much it does not."""
    counts = {"before": before.unfit, "after": after.unfit, "unknown": after.unknown, "pods": after.in_scope}
    if output == "json":
        verified = counts | {"target": after.plan.target, "complete": is_complete}
        return msgspec.json.encode({"verified": verified}) + b"\n"
    verdict = "Not ready" if after.unfit or not is_complete else "Unknown" if after.unknown else "Ready"
    now = pods_against(after.unfit, after.in_scope, after.plan.target)
    if not (after.unfit or is_complete):
        now = "not every pod came back as it should"
    elif verdict == "Unknown":
        now = f"{after.unknown} of {number(after.in_scope, 'ECI pod')} could not be judged"
    lines = [f"{verdict}: {now}, {before.unfit} could not {'' if after.unfit else 'run there '}before"]
    if after.plan.left:
        reasons = Counter(one.hindrance for one in after.plan.left_out for _ in one.pods)
        told = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        lines.append(f"Left out: {told}; --dry-run tells why")
    if after.plan.count:
        lines.append(f"Left to do: {number(after.plan.count, 'pod')}; run it again to go on")
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
