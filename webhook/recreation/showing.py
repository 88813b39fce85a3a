"""A plan for people (80 columns, unless names are longer), and as JSON."""

from collections.abc import Iterator, Sequence

import msgspec

from webhook.policy.plain_text import plain
from webhook.policy.wording import number
from webhook.policy.wrapped import wrapped
from webhook.readiness.aligned import aligned
from webhook.recreation.kinds import BARE
from webhook.recreation.plan import LeftOut, Plan, PlannedPod, Step, Strategy, WorkloadRef
from webhook.recreation.probing import Answers, tell_refusals

_WIDTH = 80
_MOST_PODS = 5
_INDENT = "      "
_HOW = {Strategy.EVICT: "evict", Strategy.RESTART: "restart", Strategy.MAKE_AGAIN: "create again"}
_HEADERS = ("   ", "NAMESPACE", "WORKLOAD", "HOW", "PODS")
_LEFT_OUT_HEADERS = ("   ", "NAMESPACE", "WORKLOAD", "LEFT OUT FOR", "PODS")


def plan_json(plan: Plan) -> bytes:
    """Return the plan as JSON, which msgspec reads back into a Plan."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n"


def plan_table(plan: Plan, answers: Answers) -> str:
    """Return lines for a terminal: what is done in which order, then what is left out and why.

    ``answers`` are those to a dry run: what is refused is told with the pod.
    """
    lines = [*_heading(plan)]
    if plan.steps:
        rows = [
            (f"{place:>3}", *_names(step.workload), _HOW[step.strategy], str(len(step.pods)))
            for place, step in enumerate(plan.steps, start=1)
        ]
        details = [
            _under(step, (*tell_refusals(step.pods, answers), *step.notes), None if place else step.strategy)
            for place, step in enumerate(plan.steps)
        ]
        lines += ["", *_rows(_HEADERS, rows, details)]
    if plan.left_out:
        left = [("   ", *_names(one.workload), one.hindrance.value, str(len(one.pods))) for one in plan.left_out]
        lines += ["", *_rows(_LEFT_OUT_HEADERS, left, [_under(one, [one.why]) for one in plan.left_out])]
    return "\n".join(lines) + "\n"


def scope_of(plan: Plan) -> str:
    """Return what was asked for, to stand behind other words; "" is all."""
    scope = f" in {plain(plan.namespace, 63)}" if plan.namespace else ""
    scope += f" with {plain(plan.selector)}" if plan.selector else ""
    return scope + (f" of {plain(plan.workload)}" if plan.workload else "")


def _heading(plan: Plan) -> Iterator[str]:
    what = f"{number(plan.count, 'pod')} of {number(len(plan.steps), 'workload')} to make anew, {plan.left} left out"
    if not plan.count and not plan.left:
        what = "no pod has to be made anew"
    yield from wrapped(f"Plan for Kubernetes {plan.target}{scope_of(plan)}: {what}", _WIDTH, others="  ")
    yield from wrapped(f"Cluster: {plain(plan.cluster)}, as of {plain(plan.made_at, 24)}", _WIDTH, others="  ")


def _rows(headers: Sequence[str], rows: Sequence[Sequence[str]], details: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write a table with lines under each row."""
    head, *lines = aligned([headers, *rows])
    yield head
    for line, below in zip(lines, details, strict=True):
        yield line
        for detail in below:
            yield from wrapped(f"{_INDENT}{plain(detail, 1000)}", _WIDTH, others=f"{_INDENT}  ")


def _names(workload: WorkloadRef) -> tuple[str, str]:
    return plain(workload.namespace, 63), f"{plain(workload.kind, 63)}/{plain(workload.name)}"


def _under(one: Step | LeftOut, notes: Sequence[str], canary: Strategy | None = None) -> Sequence[str]:
    """Return what stands under a row. A bare pod is named in the row already."""
    pods = [] if one.workload.kind == BARE and canary is None else [_pods(one.pods, canary)]
    return [*pods, *(f"- {note}" for note in notes)]


def _pods(pods: Sequence[PlannedPod], canary: Strategy | None) -> str:
    """Name some pods in their order; those of a plan of thousands are read in JSON.

    ``canary`` is how they are made anew, if they go before all others.
    """
    names = [plain(pod.name) for pod in pods[:_MOST_PODS]]
    rest = f" and {len(pods) - _MOST_PODS} more" if len(pods) > _MOST_PODS else ""
    if canary is Strategy.RESTART and len(pods) > 1:
        rest += " (together the canary)"
    elif canary is not None:
        names[0] += " (the canary)"
    return f"{', '.join(names)}{rest}"
