"""Which exemption holds for a request, if any does."""

from collections.abc import Iterable, Iterator

from webhook.admission.in_cel.admission_policy import Variable
from webhook.admission.limits import MAX_WARNING
from webhook.admission.pod_messages import describe_exemption
from webhook.admission.registration.cel import one_of, quoted
from webhook.policy.exemptions import Exemption
from webhook.policy.plain_text import plain


def exemption(exemptions: Iterable[Exemption]) -> Variable:
    """Return ``variables.exemption``: what is said of the first that holds, "" where none does."""
    lines = ",\n".join(f"  {' && '.join(_names(one))} ? {quoted(_words(one))} : ''" for one in exemptions)
    return Variable(
        name="exemption",
        why="The first exemption of the policy that holds. All that one gives must match, and names match whole.",
        expression=f"([\n{lines}\n].filter(words, words != '') + [''])[0]",
        field="spec.exemptions",
    )


def _words(one: Exemption) -> str:
    return plain(describe_exemption(one), MAX_WARNING)


def _names(one: Exemption) -> Iterator[str]:
    if one.namespaces:
        yield one_of("request.namespace", sorted(one.namespaces))
    if one.users:
        yield one_of("request.userInfo.username", sorted(one.users))
    if one.groups:
        yield f"request.userInfo.?groups.orValue([]).exists(group, {one_of('group', sorted(one.groups))})"
    for key, value in one.pod_labels.items():
        yield f"variables.labels[?{quoted(key)}] == optional.of({quoted(value)})"
