"""Tell what would be answered to manifests, or to AdmissionReviews, if they were created now.

exit codes:
  0 all allowed   1 the tool failed   2 usage   3 something denied   4 something could not be read

try:
  eci-upgrade-guard check -f deployment.yaml --target 1.26
"""

import argparse
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from webhook.admission import messages
from webhook.admission.decision import Answer
from webhook.admission.engine import Engine
from webhook.admission.kinds import resource_of
from webhook.admission.review import API_VERSION, KIND, BadReview, Request, read_review
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.manifests import read_objects
from webhook.cli.policy_option import add_policy_options, chosen_policy
from webhook.cli.streams import read_input, write_error, write_output
from webhook.inventory.pod_store import PodStore
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy

_NOT_JUDGED = "not judged"
_UNREADABLE = "unreadable"


class Checked(Struct, frozen=True):
    """One object, and what would be answered. Texts are safe to show."""

    object: str
    answer: str
    """One of admission's answers, "not judged" or "unreadable"."""
    reason: str | None = None
    messages: tuple[str, ...] = ()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("-f", "--file", metavar="FILE", required=True, help="YAML or JSON; - is standard input")
    add_policy_options(parser)
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table", help="the format")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    policy = chosen_policy(args)
    engine = Engine(policy=policy, pods=PodStore(policy.standing_of), clock=lambda: datetime.now(UTC))
    given = read_input(args.file)
    checked = [_check(found, engine) for found in read_objects(given)]
    if not checked:
        raise CliError(ExitCode.FAILED, f"{given.name}: there is no object in it, so nothing was checked")
    write_output(_json(checked, policy) if args.output == "json" else _table(checked, policy))
    answers = [one.answer for one in checked]
    if unreadable := answers.count(_UNREADABLE):
        write_error(f"{given.name}: {unreadable} of {len(answers)} objects could not be read")
    if Answer.DENIED in answers:
        return ExitCode.NOT_READY
    return ExitCode.UNKNOWN if unreadable else ExitCode.OK


def _check(found: Any, engine: Engine) -> Checked:
    name = _name(found)
    try:
        request = _request(found)
        if request is None:
            return Checked(name, _NOT_JUDGED)
        decision = engine.decide(request)
    except BadReview as error:
        return Checked(name, _UNREADABLE, messages=(str(error),))
    objection = decision.objection
    if objection is None:
        return Checked(name, decision.answer)
    said = [messages.explain(objection, engine.policy)]
    if decision.exemption is not None:
        said.append(messages.describe_exemption(decision.exemption))
    return Checked(name, decision.answer, objection.reason.code, tuple(said))


def _request(found: Any) -> Request | None:
    """Return the request that creating the object would make; None for a kind that nobody judges."""
    if not isinstance(found, dict):
        raise BadReview("not an object of Kubernetes")
    if found.get("kind") == KIND:
        return read_review(_encode(found))
    group = str(found.get("apiVersion", "")).rpartition("/")[0]
    resource = resource_of(group, str(found.get("kind", "")))
    if resource is None:
        if not (found.get("kind") and found.get("apiVersion")):
            raise BadReview("it has no apiVersion or no kind")
        return None
    request = {
        "uid": "check",
        "operation": "CREATE",
        "resource": {"group": group, "resource": resource},
        "namespace": _get(_get(found, "metadata"), "namespace") or "default",
        "object": found,
    }
    return read_review(_encode({"apiVersion": API_VERSION, "kind": KIND, "request": request}))


def _encode(value: Any) -> bytes:
    """Write as JSON, so that what is judged is read just as the server reads it."""
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError, RecursionError):
        raise BadReview("it has a value that JSON has not") from None


def _name(found: Any) -> str:
    """Name an object of any shape; of a review name what it is about."""
    if _get(found, "kind") == KIND:
        request = _get(found, "request")
        names = (_get(_get(request, "kind"), "kind"), _get(request, "namespace"), _get(request, "name"))
    else:
        metadata = _get(found, "metadata")
        names = (_get(found, "kind"), _get(metadata, "namespace"), _get(metadata, "name"))
    kind, namespace, name = (plain(part) if isinstance(part, str) else "" for part in names)
    return f"{kind or '?'} {f'{namespace}/' if namespace else ''}{name or '?'}"


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _json(checked: list[Checked], policy: Policy) -> bytes:
    encoded = msgspec.json.encode({"target": str(policy.target), "checked": checked})
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _table(checked: list[Checked], policy: Policy) -> str:
    width = max(len(one.answer) for one in checked)
    lines = [f"Checked against Kubernetes {policy.target}, policy {plain(policy.name)}:"]
    for one in checked:
        lines.append(f"{one.answer.ljust(width)}   {one.object}")
        lines += [f"{' ' * width}   {message}" for message in one.messages]
    return "\n".join(lines) + "\n"
