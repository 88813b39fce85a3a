"""What the guard says of a new pod or workload, the API server says by the exported policies, word for word."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.cases import case_id, read_case
from tests.cluster.admission.in_cel.asking import Asked, Told, ask_api_server, ask_guard
from tests.cluster.admission.in_cel.drawing import draw_object, draw_policy, workload_spec
from tests.cluster.admission.in_cel.holding import holding
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import label_namespace, make_namespaces

Json = dict[str, Any]

CASES = sorted((Path(__file__).parents[3] / "admission/cases").glob("*/*.yaml"))
POLICIES, OBJECTS = 24, 60


def as_created(obj: Json) -> Json:
    """A case's object with what an API server needs of it."""
    spec, metadata = obj["spec"], {"name": obj["metadata"]["name"]}
    template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
    if template is None:
        return obj | {"metadata": obj["metadata"] | {"namespace": None}}
    return obj | {"metadata": metadata, "spec": workload_spec(obj["kind"], template)}


def test_the_cases_of_the_guard(control_plane: ControlPlane, namespace: str) -> None:
    cases = {f"{namespace}-{number}": path for number, path in enumerate(CASES)}
    policies = {name: read_case(path).policy for name, path in cases.items()}
    with control_plane.client() as client:
        make_namespaces(client, cases)
        with holding(control_plane, policies):
            for name, path in cases.items():
                asked = Asked(as_created(read_case(path).object), name, {})
                if path.parent.name == "PodMalformed" and path.name.startswith("fail."):
                    with pytest.raises(AssertionError, match="BadRequest"):  # which no admission gets to see
                        ask_api_server(asked, client)
                else:
                    assert ask_api_server(asked, client) == ask_guard(asked, policies[name]), case_id(path)


@pytest.mark.timeout(180, func_only=True)
def test_policies_and_objects_at_random(control_plane: ControlPlane, namespace: str) -> None:
    random = Random(20261126)
    names = [f"{namespace}-{number}" for number in range(POLICIES)]
    policies = {name: draw_policy(random, name) for name in names}
    labels = {name: random.choice([{}, {}, {"eci": "true"}]) for name in names}
    told: Counter[str] = Counter()
    with control_plane.client() as client:
        make_namespaces(client, names)
        for name in names:
            label_namespace(client, name, labels[name])
        with holding(control_plane, policies):
            for name in names:
                for _ in range(OBJECTS):
                    user = random.choice(["anna", "bob"])
                    groups = random.choice([("developers",), ("developers", "restorers")])
                    asked = Asked(draw_object(random), name, labels[name], user, groups)
                    said = ask_guard(asked, policies[name])
                    assert ask_api_server(asked, client) == said, (asked, policies[name])
                    told[what(said)] += 1
    assert min(told[one] for one in ("denied", "warned", "exempt", "allowed")) > OBJECTS, told


def what(said: Told) -> str:
    if said.denied:
        return "denied"
    if said.warned:
        return "exempt" if ". It is exempt" in said.warned else "warned"
    return "allowed"
