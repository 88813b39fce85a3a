"""The same object put to the guard and to the API server, and what each says of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import httpx2

from tests.builders import NOW, known_inventory, request
from webhook.admission import messages
from webhook.admission.decision import Answer
from webhook.admission.engine import Engine
from webhook.admission.kinds import resource_of
from webhook.admission.limits import MAX_WARNING
from webhook.admission.objection import Objection
from webhook.admission.pod_messages import describe_exemption, say_what
from webhook.inventory.known import FileInventory
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy

Json = dict[str, Any]

_WARNING = re.compile(r'299 - "Validation failed for ValidatingAdmissionPolicy .* with binding \S+: (.*)"', re.DOTALL)


class Told(NamedTuple):
    """What becomes of an object."""

    denied: str = ""
    warned: str = ""


@dataclass(frozen=True)
class Asked:
    """Somebody creates an object in a namespace."""

    object: Json
    namespace: str
    namespace_labels: Mapping[str, str]
    user: str = "anna"
    groups: tuple[str, ...] = ("developers",)

    @property
    def group(self) -> str:
        """Of the API that the object is of."""
        return str(self.object["apiVersion"].rpartition("/")[0])

    @property
    def resource(self) -> str:
        """By which it is created."""
        found = resource_of(self.group, self.object["kind"])
        assert found
        return found

    @property
    def all_groups(self) -> list[str]:
        """With those by which the user may do it, and what the API server adds."""
        return [*self.groups, "system:masters", "system:authenticated"]


class _Inventory(FileInventory):
    labels: Mapping[str, str] = {}

    def namespace_sign(self, _: str) -> str:
        return self._evidence.sign_of_namespace(self.labels)


def ask_guard(asked: Asked, policy: Policy) -> Told:
    """Return what the guard says, but for why a pod counts as ECI."""
    inventory = _Inventory(known_inventory(policy).snapshot(), policy)
    inventory.labels = asked.namespace_labels
    review = request(
        asked.object,
        group=asked.group,
        resource=asked.resource,
        namespace=asked.namespace,
        userInfo={"username": asked.user, "groups": asked.all_groups},
    )
    decision = Engine(policy, inventory, lambda: NOW).decide(review)
    if decision.answer in {Answer.ALLOWED, Answer.AUDITED}:
        return Told()
    assert isinstance(decision.objection, Objection)
    objection = replace(decision.objection, evidence="")
    if decision.exemption is not None:
        exempt = plain(describe_exemption(decision.exemption), MAX_WARNING)
        return Told(warned=f"{say_what(objection, policy)}. It is {exempt} (Policy {plain(policy.name)})")
    words = messages.explain(replace(decision, objection=objection), policy)
    return Told(denied=words) if decision.answer is Answer.DENIED else Told(warned=words)


def ask_api_server(asked: Asked, client: httpx2.Client) -> Told:
    """Return what the API server says to a dry run."""
    prefix = f"/apis/{asked.group}/v1" if asked.group else "/api/v1"
    answer = client.post(
        f"{prefix}/namespaces/{asked.namespace}/{asked.resource}",
        params={"dryRun": "All"},
        json=asked.object,
        headers=[("Impersonate-User", asked.user), *(("Impersonate-Group", group) for group in asked.all_groups)],
    )
    if answer.status_code == httpx2.codes.FORBIDDEN:
        _, found, denied = answer.json()["message"].partition(" denied request: ")
        assert found, answer.text
        return Told(denied=denied)
    assert answer.status_code == httpx2.codes.CREATED, answer.text
    warnings = [found for line in answer.headers.get_list("warning") if (found := _WARNING.fullmatch(line))]
    assert len(warnings) <= 1
    return Told(warned=re.sub(r"\\(.)", r"\1", warnings[0][1]) if warnings else "")
