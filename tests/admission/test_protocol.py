"""What is sent back holds to the protocol of admission.k8s.io/v1, item by item."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import Json, engine, pod, policy, request, review, workload
from webhook.admission import limits
from webhook.admission.response import encode_response
from webhook.admission.review import BadReview, read_review
from webhook.policy.exemptions import Exemption
from webhook.policy.modes import Mode, Modes, UnsetAtCreate
from webhook.policy.policy import Policy


def answer(obj: Any, chosen: Policy | None = None, **changes: Any) -> Json:
    chosen = chosen or policy()
    asked = request(obj, **changes)
    decoded: Json = json.loads(encode_response(asked.uid, engine(chosen).decide(asked), chosen))
    return decoded


OLD = pod(platform_version="1.0.0")


@pytest.mark.parametrize("obj", [pod(), OLD])
def test_kind_and_uid_are_those_of_the_request(obj: Json) -> None:
    sent = answer(obj, uid='odd "uid" \\ ü')
    assert (sent["apiVersion"], sent["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
    assert sent["response"]["uid"] == 'odd "uid" \\ ü'


def test_a_plain_allow_says_nothing_more() -> None:
    assert answer(pod())["response"] == {"uid": request(pod()).uid, "allowed": True}


def test_a_denial_has_code_403_inside_and_names_version_target_and_remedy() -> None:
    response = answer(OLD)["response"]
    assert response["allowed"] is False
    assert response["status"] == {
        "message": (
            "pod team-a/web-1: ECI platform version 1.0.0 does not support Kubernetes 1.26 (PlatformVersionTooOld). "
            "It counts as an ECI pod because it asks for ECI (declared platform version) and has no node yet. "
            "To go on, remove annotation k8s.aliyun.com/eci-platform-version "
            "(of its template, where a controller makes the pod): "
            "the platform sets the version of a new pod. (Policy default)"
        ),
        "code": 403,
        "reason": "Forbidden",
    }
    assert "warnings" not in response


def test_a_warning_comes_in_lines_of_at_most_120_characters() -> None:
    response = answer(OLD, policy(mode=Mode.WARN))["response"]
    assert response["allowed"] is True
    assert response["warnings"] == [
        "ECI platform version 1.0.0 does not support Kubernetes 1.26 (PlatformVersionTooOld)",
        "pod team-a/web-1: remove annotation k8s.aliyun.com/eci-platform-version",
    ]


def test_audit_leaves_a_note_for_the_audit_log_and_nothing_for_the_person() -> None:
    response = answer(OLD, policy(mode=Mode.AUDIT))["response"]
    assert "warnings" not in response
    assert response["auditAnnotations"] == {
        "decision": "audited",
        "reason": "PlatformVersionTooOld",
        "target": "1.26",
        "platform-version": "1.0.0",
    }


def test_an_exempt_request_is_told_of_the_exemption() -> None:
    held = Exemption(reason="restored as saved", users=frozenset({"anna"}), pod_labels={})
    response = answer(OLD, policy(exemptions=(held,)))["response"]
    assert response["allowed"] is True
    assert response["warnings"][1] == "exempt: restored as saved"
    assert response["auditAnnotations"]["exemption"] == "restored as saved"


@pytest.mark.parametrize("mode", Mode)
def test_no_answer_carries_a_patch_or_a_status_beside_an_allow(mode: Mode) -> None:
    response = answer(OLD, policy(mode=mode))["response"]
    assert not {"patch", "patchType"} & response.keys()
    assert response["allowed"] or response["status"]
    assert not (response["allowed"] and "status" in response)


@given(
    st.text(min_size=1, max_size=400),
    st.text(max_size=300),
    st.text(min_size=1, max_size=300),
    st.sampled_from(list(Mode)),
)
def test_whatever_the_names_are_the_limits_of_the_api_server_hold(
    name: str,
    namespace: str,
    version: str,
    mode: Mode,
) -> None:
    one = pod(platform_version=version)
    one["metadata"]["name"] = name
    response = answer(one, policy(mode=mode), namespace=namespace)["response"]
    warnings = response.get("warnings", [])
    assert len(warnings) <= 10
    assert all(len(line) <= limits.MAX_WARNING and line.isprintable() for line in warnings)
    message = response.get("status", {}).get("message", "")
    assert len(message.encode()) <= limits.MAX_MESSAGE
    assert message.isprintable()
    assert all("/" not in key and len(key) <= 63 for key in response.get("auditAnnotations", {}))


WORDINGS = [
    (
        policy(),
        pod(platform_version=1.0),
        "cannot be judged: the annotation k8s.aliyun.com/eci-platform-version is not a string (PodMalformed)",
        "pod team-a/web-1: give the field its right type",
    ),
    (
        policy("1.25"),
        pod(platform_version="1.0.0"),
        "ECI platform version 1.0.0: Kubernetes 1.25 is not listed for it (KubernetesVersionNotListed)",
        "pod team-a/web-1: remove annotation k8s.aliyun.com/eci-platform-version",
    ),
    (
        policy(),
        pod(platform_version="9"),
        "ECI platform version 9 is not in the matrix, so it may not support Kubernetes 1.26 (PlatformVersionUnknown)",
        "pod team-a/web-1: remove annotation k8s.aliyun.com/eci-platform-version",
    ),
    (
        policy(unset_at_create=UnsetAtCreate.JUDGE),
        pod(labels={"eci": "true"}),
        "ECI platform version unset does not support Kubernetes 1.26 (PlatformVersionUnset)",
        "pod team-a/web-1: set unsetAtCreate to Allow in the policy",
    ),
]


@pytest.mark.parametrize(("chosen", "one", "finding", "todo"), WORDINGS)
def test_each_reason_has_words_of_its_own(chosen: Policy, one: Json, finding: str, todo: str) -> None:
    warning = dataclasses.replace(chosen, modes=Modes(pods=Mode.WARN))
    assert answer(one, warning)["response"]["warnings"] == [finding, todo]


def test_a_workload_with_a_long_name_is_still_told_what_to_do() -> None:
    obj = workload("StatefulSet", OLD, name="w" * 200)
    sent = answer(obj, policy(mode=Mode.WARN), group="apps", resource="statefulsets")
    todo = sent["response"]["warnings"][1]
    assert todo.startswith("StatefulSet team-a/www")
    assert todo.endswith("…: remove annotation k8s.aliyun.com/eci-platform-version from the pod template")
    assert len(todo) == limits.MAX_WARNING


def test_a_body_that_is_no_text_is_refused_also_where_nobody_reads_it() -> None:
    body = json.dumps(review(pod(), unread="x")).encode().replace(b'"x"', b'"\xff"')
    with pytest.raises(BadReview, match="not UTF-8"):
        read_review(body)
